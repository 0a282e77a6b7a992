"""What was made in the page as a Jupyter notebook, to go on with in Python."""

from __future__ import annotations

import base64
import json
import pprint
import textwrap
import zlib
from collections.abc import Iterator, Sequence
from typing import Any

from makemore.case import detect_case
from makemore.constraints import Constraint
from makemore.corpus import split_words
from makemore.errors import MakemoreError
from makemore.jupyter import Cell, notebook_of
from makemore.models import MODELS
from makemore.session.making import Asked
from makemore.session.state import Learned, Trained
from makemore.storage import save

__all__ = ["notebook"]

_WIDTH = 95
_LONG = 3_000_000  # letters of a list that is not written into a notebook any more

_ABOUT = """\
# {name}: {model}

This is what you had in makemore's page: the list, the model with all that it has learned, what you
asked of words, and the words that you starred. It uses the package makemore: in a copy of its
repository, run

    python -m pip install ."""
_ASIDE = """\
The list ({count:,} words) is too long to stand here. Save it as words.txt, one word a line, beside
this notebook; without it, words of the list are not left out."""
_ANEW = """\
## Go on

Change what you like above. To learn the list anew with other settings (they are named as in
`python -m makemore fit --help`):

    other = makemore.fit({kind!r}, words{settings})

`makemore.save(other)` gives a file's bytes, which open in the page too, by “Open model”."""
_NEVER_SHOWN = "from makemore.session.state import never_shown"
_FILTERED = """\
drawing = Drawing(model, generator, **asked)
made = []
while len(made) < {count}:
    for batch in drawing.take({count} - len(made)):
        for word, *_ in batch.words:
            if not never_shown(word, never) and word not in seen:
                made.append(word)
    if batch.over is not None:
        break"""


def notebook(
    learned: Learned, trained: Trained, asked: Asked, stars: Sequence[str], count: int
) -> str:
    """Write a notebook that makes ``count`` words with the model, as asked, from the seed.

    Raises StorageError if the model cannot be saved, MakemoreError without a seed.
    """
    if asked.seed is None:
        raise MakemoreError("Words come again from their seed only: give one.")
    return notebook_of(_cells(learned, trained, asked, stars, count))


def _cells(
    learned: Learned, trained: Trained, asked: Asked, stars: Sequence[str], count: int
) -> Iterator[Cell]:
    yield Cell("markdown", _ABOUT.format(name=learned.name, model=trained.name))
    yield Cell("code", _IMPORTS)
    yield from _list(learned)
    yield Cell("markdown", f"## The model\n\n{trained.name}: {_settings_in_words(trained)}")
    yield Cell("code", _model(trained))
    yield from _losses(learned, trained)
    yield Cell("markdown", "## Words\n\nThe same as in the page: same model, same seed.")
    yield Cell("code", _words(asked, count))
    if stars:
        yield Cell("markdown", "The words that you starred, each with its nats per symbol.")
        yield Cell("code", _starred(stars))
    yield Cell("markdown", _ANEW.format(kind=trained.kind, settings=_anew(learned, trained)))


_IMPORTS = """\
import base64
import zlib
from pathlib import Path

import makemore
from makemore import Constraint, Drawing, TorchGenerator, evaluate, generate, load, split_words"""


def _list(learned: Learned) -> Iterator[Cell]:
    words = learned.read.words
    yield Cell("markdown", f"## The list\n\n{learned.name}: {learned.read.count:,} words.")
    if words is None or sum(map(len, words)) > _LONG:
        yield Cell("markdown", _ASIDE.format(count=learned.read.count))
        read = "makemore.read_words(path.read_bytes()).words if path.is_file() else []"
        yield Cell("code", f'path = Path("words.txt")\nwords = {read}\nlen(words)')
        return
    yield Cell("code", f"{_literal('words', words)}\nlen(words)")


def _literal(name: str, words: Sequence[str]) -> str:
    """Write words as Python that people can read."""
    escaped = [json.dumps(word, ensure_ascii=False)[1:-1] for word in words]
    if all(word.split() == [word] for word in words):
        text = textwrap.fill(
            " ".join(escaped), _WIDTH, break_long_words=False, break_on_hyphens=False
        )
        return f'{name} = """\n{text}\n""".split()'
    text = "\n".join(escaped)
    return f'{name} = """\n{text}\n"""[1:-1].split("\\n")'


def _settings_in_words(trained: Trained) -> str:
    given = [f"{name} {value}" for name, value in trained.settings.items() if value is not None]
    chosen = [
        f"{name} {trained.facts[name]} (chosen on held-out words)"
        for name in ("order", "smoothing")
        if trained.facts.get(name) is not None and trained.settings.get(name) is None
    ]
    idea = MODELS[trained.kind].idea
    return f"{', '.join([*given, *chosen]) or 'all settings as they are at first'}. {idea}"


def _anew(learned: Learned, trained: Trained) -> str:
    """Write the settings for `fit`; of lists to lean on those built in, or none."""
    given = {name: value for name, value in trained.settings.items() if value is not None}
    given.pop("with", None)  # no argument can be called so
    if given.pop("background", None) == "none" and trained.kind == "auto":
        given["background"] = ()
    if learned.case is None and detect_case(learned.words) is not None:
        given["keep_case"] = True
    return "".join(f", {name}={value!r}" for name, value in given.items())


def _model(trained: Trained) -> str:
    """Write the file of the model, compressed, in letters."""
    packed = base64.b64encode(zlib.compress(save(trained.model), 9)).decode()
    text = "\n".join(textwrap.wrap(packed, _WIDTH))
    return f'weights = """\n{text}\n"""\nmodel = load(zlib.decompress(base64.b64decode(weights)))'


def _losses(learned: Learned, trained: Trained) -> Iterator[Cell]:
    told = "In nats per symbol, the end of each word counted: lower is better."
    if trained.held_out is not None:
        told += f" In the page: {trained.held_out:.4f} on words that it had not seen"
        net = MODELS[trained.kind].net
        told += "." if net else "; it has counted all of them since, so here it knows them."
    yield Cell("markdown", told)
    if not MODELS[trained.kind].net or trained.whole:
        yield Cell("code", "evaluate(model, words) if words else None")
    elif learned.parts[1] and learned.parts == split_words(learned.words):
        yield Cell("code", "train, held_out, test = split_words(words)\nevaluate(model, held_out)")


def _words(asked: Asked, count: int) -> str:
    never = list(asked.never)
    constraint = _constraint(asked.constraint)
    given = {
        "temperature": repr(asked.temperature),
        "top_k": repr(asked.top_k),
        "constraint": constraint,
        "repeats": repr(asked.repeats),
    }
    lines = [
        f"generator = TorchGenerator({asked.seed}, era={asked.era})",
        "asked = {",
        *(f'    "{name}": {value},' for name, value in given.items()),
        "}",
    ]
    seen = [] if asked.repeats else list(asked.seen)
    if never or seen:
        lines += [_NEVER_SHOWN, f"never = {never!r}", f"seen = {seen!r}"]
        lines.append(_FILTERED.format(count=count))
    else:
        lines.append(f"made = generate(model, {count}, generator, **asked)")
    return "\n".join([*lines, "made"])


def _constraint(constraint: Constraint | None) -> str:
    if constraint is None:
        return "None"
    standard = Constraint()
    given = {
        name: value
        for name, value in vars(constraint).items()
        if name != "new_to" and value != getattr(standard, name)
    }
    written = [f"{name}={value!r}" for name, value in given.items()]
    if constraint.new_to is not None:
        written.append("new_to=words")
    return f"Constraint({', '.join(written)})"


def _starred(stars: Sequence[str]) -> str:
    written: Any = pprint.pformat(list(stars), width=_WIDTH, compact=True)
    return f"starred = {written}\n[(word, evaluate(model, [word])) for word in starred]"
