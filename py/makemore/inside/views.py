"""What there is to see in each kind of model, on one word and at one position of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from makemore.inside import attending, averaging, memory, plane
from makemore.inside.backoff import BackOff, back_off, telling_contexts
from makemore.inside.picture import Picture
from makemore.inside.words import rows_of_word
from makemore.models import MODELS, kind_of
from makemore.models.auto import Auto
from makemore.models.bow import BoW
from makemore.models.mix import Mix
from makemore.models.mlp import MLP
from makemore.models.ngram import NGram
from makemore.models.protocol import Model
from makemore.models.rnn import GRU, RNN, Recurrent
from makemore.models.transformer import Transformer

__all__ = ["pictures"]

_TELLING = 4  # contexts of each order
_LIKELIEST = 16  # letters of the logit lens


def pictures(model: Model, word: str, position: int) -> list[Picture]:
    """Give what there is to see; nothing for a table of pairs, which is its own picture.

    ``position`` says after how many letters: 0 is before the first, all of them before the end.
    """
    make = _PICTURES.get(type(model))
    return [] if make is None else make(model, word, position)


def before(model: Model, word: str, window: int | None = None) -> list[str]:
    """Name what is looked at at each place of a word: its start, then its letters."""
    x, _ = rows_of_word(word, model.vocabulary)
    names = [model.vocabulary.symbols[i] for i in x[0].tolist()]
    return names if window is None else names[-window:]


def after(model: Model, word: str) -> list[str]:
    """Name what is to be predicted at each place of a word: its letters, then its end."""
    return [*before(model, word)[1:], model.vocabulary.symbols[0]]


class _Seen:
    """What is worked out once for an n-gram model, and goes when it goes."""

    def __init__(self, model: NGram) -> None:
        self.tally, self.counts = model.tally, BackOff(model)
        orders = range(2, model.order + 1)
        self.telling = [c for k in orders for c in telling_contexts(self.counts, k, _TELLING)]


def _seen(model: NGram) -> _Seen:
    kept: _Seen | None = vars(model).get("_seen_inside")
    if kept is None or kept.tally is not model.tally:
        kept = vars(model)["_seen_inside"] = _Seen(model)
    return kept


def _ngram(model: NGram, word: str, position: int) -> list[Picture]:
    seen, (x, y) = _seen(model), rows_of_word(word, model.vocabulary)
    paths = [back_off(seen.counts, x[0, : t + 1], int(y[0, t])) for t in range(x.shape[1])]
    letters = after(model, word)
    path, letter, where = paths[position], letters[position], _where(model, word, position)
    return [
        Picture(
            "path",
            "table",
            f"How P({letter}) comes about {where}, from short contexts to long",
            "Each line: P = own share + passed on × P of the line above. Lower orders of "
            "Kneser–Ney count how many different letters stand before, not how often.",
            [
                [s.context or "nothing", s.came, s.total, s.discount, s.kept, s.passed, s.p]
                for s in path
            ],
            [f"order {k}" for k in range(1, model.order + 1)],
            ["after", "came", "of", "discount", "own share", "passed on", "P"],
            (back_off,),
            digits=4,
        ),
        Picture(
            "orders",
            "matrix",
            "P of each letter, order by order",
            "Down a column, the letter's probability as longer contexts have their say.",
            np.array([[stage.p for stage in path] for path in paths]).T,
            [f"order {k}" for k in range(1, model.order + 1)],
            letters,
            (back_off,),
            digits=3,
        ),
        Picture(
            "telling",
            "table",
            "The most telling contexts of the list",
            "Of each length, those whose oldest letter saves the most over the list, in nats.",
            [[comes, nats] for _, comes, nats in seen.telling],
            [context for context, _, _ in seen.telling],
            ["comes", "nats saved"],
            (telling_contexts,),
            of_word=False,
            digits=1,
        ),
    ]


def _mix(model: Mix, word: str, position: int) -> list[Picture]:
    names = _part_names(model)
    shares = Picture(
        "shares",
        "bars",
        "The share of each model",
        "P is the sum of theirs, each times its share.",
        model.shares,
        names,
        code=(type(model).predict,) if "predict" in vars(type(model)) else (Mix.predict,),
        of_word=False,
        digits=3,
    )
    found = [shares] if len(model.models) > 1 else []
    for i, (name, part) in enumerate(zip(names, model.models, strict=True)):
        for picture in pictures(part, word, position):
            title = picture.title if len(names) == 1 else f"{name}: {picture.title}"
            found.append(replace(picture, key=f"{i}-{picture.key}", title=title))
    return found


def _part_names(model: Mix) -> list[str]:
    if isinstance(model, Auto):
        return ["Your list", "The list it leans on"][: len(model.models)]
    return [MODELS[kind_of(part)].label for part in model.models]


def _bow(model: BoW, word: str, position: int) -> list[Picture]:
    names = before(model, word, model.window)
    return [
        Picture(
            "triangle",
            "matrix",
            "The averaging triangle",
            "Each place (row) takes an equal share of every letter so far (column).",
            averaging.averaging_triangle(len(names)),
            names,
            names,
            (averaging.averaging_triangle,),
        ),
        Picture(
            "averages",
            "matrix",
            "What the average makes of the letters",
            "A row for each place of the word, a column for each number of the embedding.",
            averaging.averages(model, word),
            names,
            _numbers(model.sizes.embedding),
            (averaging.averages,),
            signed=True,
        ),
        _units(averaging.hidden_units(model, word), names, averaging.hidden_units),
    ]


def _mlp(model: MLP, word: str, position: int) -> list[Picture]:
    names = before(model, word)
    points, shares = plane.principal_plane(model.parameters["wte.weight"])
    drawn = sum(shares)
    return [
        Picture(
            "plane",
            "plane",
            "The letters in the plane",
            f"Letters that the net treats alike stand near each other. Of how its embedding "
            f"spreads, this plane shows {drawn:.0%}.",
            points,
            [*model.vocabulary.symbols, "before the word"],
            ["x", "y"],
            (plane.principal_plane,),
            of_word=False,
        ),
        Picture(
            "influence",
            "matrix",
            "How much each letter of the window adds",
            "A row for each place of the word; columns go back from the newest letter. The norm of "
            "what the letter adds to the hidden layer.",
            plane.influence(model, word),
            names,
            ["newest", *(f"−{n}" for n in range(1, model.sizes.context))],
            (plane.influence,),
        ),
        _units(plane.hidden_units(model, word), names, plane.hidden_units),
    ]


def _recurrent(model: Recurrent, word: str, position: int) -> list[Picture]:
    names, H = before(model, word), _numbers(model.sizes.hidden)
    found = [
        Picture(
            "state",
            "matrix",
            "The hidden state along the word",
            "A row after each letter, a column for each number of the state, from −1 to 1.",
            memory.hidden_states(model, word),
            names,
            H,
            (memory.hidden_states, type(model).walk),
            signed=True,
            most=1,
        ),
        Picture(
            "reach",
            "matrix",
            "How far back a gradient reaches",
            "How much the state after each letter (column) sways the surprise at each place (row): "
            "the norm of the gradient.",
            memory.gradient_reach(model, word),
            [f"{a}→{b}" for a, b in zip(names, after(model, word), strict=True)],
            names,
            (memory.gradient_reach, memory.BACK[type(model)]),
            digits=3,
        ),
    ]
    if isinstance(model, GRU):
        z, r = memory.gates(model, word)
        for key, gate, text in (
            ("z", z, "How much of each number of the state is replaced at each letter."),
            ("r", r, "How much of each number the replacement looks at."),
        ):
            found.append(
                Picture(key, "matrix", f"Gate {key}", text, gate, names, H, (memory.gates,), most=1)
            )
    return found


def _transformer(model: Transformer, word: str, position: int) -> list[Picture]:
    names = before(model, word, model.window)
    seen = attending.attention_weights(model, word)
    lens = attending.logit_lens(model, word, position)
    best = np.argsort(-lens[-1], kind="stable")[:_LIKELIEST]
    found = [
        Picture(
            "lens",
            "matrix",
            f"The prediction after each layer, {_where(model, word, position)}",
            "P of the likeliest next letters, as if each layer were the last.",
            lens[:, best],
            ["embedding", *(f"layer {i + 1}" for i in range(len(seen)))],
            [model.vocabulary.symbols[i] for i in best.tolist()],
            (attending.logit_lens,),
        )
    ]
    for i, heads in enumerate(seen):
        for head, weights in enumerate(heads):
            found.append(
                Picture(
                    f"attention-{i}-{head}",
                    "matrix",
                    f"Layer {i + 1}, head {head + 1}",
                    "Each place (row) looks at the letters so far (columns); a row sums to 1.",
                    weights,
                    names,
                    names,
                    (attending.attention_weights,) if i == head == 0 else (),
                    most=1,
                    group="Attention, by layer and head",
                )
            )
    return found


def _where(model: Model, word: str, position: int) -> str:
    so_far = "".join(model.vocabulary.split(word)[:position])
    return f"after “{so_far}”" if position else "before the first letter"


def _units(values: Any, names: Sequence[str], function: Callable[..., Any]) -> Picture:
    return Picture(
        "units",
        "matrix",
        "The hidden layer on the word",
        "A row for each place, a column for each hidden unit, from −1 to 1.",
        values,
        names,
        _numbers(values.shape[1]),
        (function,),
        signed=True,
        most=1,
    )


def _numbers(n: int) -> list[str]:
    return [str(i + 1) for i in range(n)]


_PICTURES: dict[type[Any], Callable[[Any, str, int], list[Picture]]] = {
    NGram: _ngram,
    Auto: _mix,
    Mix: _mix,
    BoW: _bow,
    MLP: _mlp,
    RNN: _recurrent,
    GRU: _recurrent,
    Transformer: _transformer,
}
