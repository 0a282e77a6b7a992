"""The session's actions on words: make new ones, score one, find the nearest ones."""

from __future__ import annotations

import re
import time
import unicodedata
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from makemore import slices
from makemore.constraints import Constraint
from makemore.errors import ConstraintError
from makemore.evaluation import score_word
from makemore.models.protocol import Model
from makemore.sampling import SampledWord, constraint_probability, tries_for
from makemore.session.state import Learned, Plain, State, Stopped, Stream, never_shown
from makemore.settings import parse_setting
from makemore.torch_generator import Era

__all__ = ["Asked", "allowed", "asked_for", "described", "make", "nearest", "refused", "score"]

_SCORED = 500  # words at once: they may have 1,000 symbols each
_NEAREST_WORDS = 5
_BATCH = 64  # words between two reports
_MANY_SYMBOLS = 500
_REFUSED = 5000  # words that came before, after which more are not waited for

Floats = npt.NDArray[np.float64]


class Asked(NamedTuple):
    """What is asked of words; without a seed the generator goes on where it was."""

    temperature: float
    top_k: int | None
    constraint: Constraint | None
    era: Era
    seed: int | None
    repeats: bool
    never: Sequence[str]
    seen: Sequence[str] = ()


def make(
    state: State,
    kind: str = "auto",
    count: object = 24,
    seed: object = None,
    era: object = 1,
    temperature: object = 1,
    top_k: object = None,
    constraint: Plain | None = None,
    repeats: bool = False,
    never: Sequence[str] = (),
    seen: Sequence[str] = (),
) -> Stream:
    """Make words as asked, and report them as they come.

    Without a seed the generator goes on where it was, and without `repeats` no word comes that was
    made before; with a seed, everything begins anew, and only words that were ``seen`` count as
    made. ``constraint`` is as of `asked_for`; words with a piece of ``never`` in them are left out,
    and of its whole words, after "=", these alone.

    Reports and returns ``words`` (as of `described`; those since the report before), ``drawn`` (how
    many words the model drew), ``tally`` (how many were left out, by reason), ``over`` (why no more
    come, or None), ``probability`` (of a word being as asked, None where only tries can tell) and
    ``model`` (whose words they are). Returns ``met`` as well: which of those seen would have come
    since the seed; with these as ``seen`` the same words come again. Raises MakemoreError if there
    is no such trained model, a setting is out of range, or no word can be as asked.
    """
    learned = state.need_list()
    trained = learned.need_model(kind)
    number = int(parse_setting("count", count))
    asked = asked_for(learned, seed, era, temperature, top_k, constraint, repeats, never, seen)
    if asked.seed is not None:
        learned.made.begin(asked.seed, asked.seen)
    drawing = learned.made.drawing(trained.model, (kind, id(trained.model), *asked[:4]))
    model, name = trained.model, trained.name  # another may take their place meanwhile
    left_out: Counter[str] = Counter()
    before, tries = Counter(drawing.tally), drawing.tries
    over, left = None, number
    # Of thousands of symbols each letter costs more, and a person waits no longer.
    dear = max(1.0, len(learned.vocabulary) / _MANY_SYMBOLS)
    budget = int(tries_for(number) / dear)
    while left > 0 and over is None:
        words: list[SampledWord] = []
        until = time.perf_counter() + slices.SECONDS
        for batch in drawing.take(min(left, _BATCH), budget - (drawing.tries - tries)):
            over = batch.over
            for word in batch.words:
                reason = learned.made.refuse(word, repeats=repeats, never=never)
                if reason is None:
                    words.append(word)
                else:
                    left_out[reason] += 1
            if time.perf_counter() >= until:
                break
        left -= len(words)
        if sum(left_out.values()) > _REFUSED + 20 * number + len(asked.seen):
            over = "Hardly any word came that was not there before. Ask for less."
        report = {
            "words": described(learned, model, words),
            "drawn": drawing.tries - tries,
            "tally": dict(Counter(drawing.tally) - before + left_out),
            "over": over if left else None,
            "probability": drawing.probability,
            "model": name,
        }
        try:
            yield report
        except Stopped:
            break
    return {**report, "words": [], "met": list(learned.made.met)}


def refused(state: State, words: Sequence[str], never: Sequence[str]) -> list[str]:
    """Tell which words are not to be shown, as of ``never`` of `make`."""
    del state
    return [word for word in words if never_shown(word, never)]


def allowed(
    state: State, kind: str = "auto", constraint: Plain | None = None, temperature: object = 1
) -> Plain:
    """Tell how likely a word is as asked, but for being new.

    Returns ``possible``, ``probability`` (None where only tries can tell) and ``message``, which
    says either in words. Raises MakemoreError if there is no such trained model.
    """
    learned = state.need_list()
    model = learned.need_model(kind).model
    try:
        asked = _constraint_of(learned, constraint or {})
        heat = float(parse_setting("temperature", temperature))
        probability = constraint_probability(model, asked, heat)
    except ConstraintError as error:
        return {"possible": False, "probability": 0.0, "message": str(error)}
    return {"possible": True, "probability": probability, "message": _in_words(probability)}


def described(learned: Learned, model: Model, words: Sequence[SampledWord]) -> list[Plain]:
    """Describe words that were made.

    Each with ``word``, its ``symbols``, ``known`` (whether the list has it; see `ReadList.has`),
    ``line`` (where it has it first, or None), ``mean_nll`` (in nats per symbol, under the model as
    trained), ``probabilities`` (of each symbol, and of the end if it was drawn) and ``ended``.
    """
    known = learned.knows([word.word for word in words])
    likely = _likelihoods(model, words)
    return [
        {
            "word": word.word,
            "symbols": [model.vocabulary.symbols[i] for i in word.indices],
            "known": is_known,
            "line": learned.line_of.get(learned.fold(word.word)),
            "mean_nll": float(-logs.mean()) if len(logs) else 0.0,
            "probabilities": np.exp(logs).tolist(),
            "ended": word.ended,
        }
        for word, is_known, logs in zip(words, known, likely, strict=True)
    ]


def _likelihoods(model: Model, words: Sequence[SampledWord]) -> list[Floats]:
    """Give the log-probability of each symbol of each word, and of its end if it came."""
    rows: list[Floats] = []
    for start in range(0, len(words), _SCORED):
        part = words[start : start + _SCORED]
        longest = max(len(word.indices) for word in part)
        x = np.zeros((len(part), longest + 1), dtype=np.intp)
        y = np.full((len(part), longest + 1), -1, dtype=np.intp)
        for row, word in enumerate(part):
            x[row, 1 : len(word.indices) + 1] = word.indices
            y[row, : len(word.indices)] = word.indices
            if word.ended:
                y[row, len(word.indices)] = 0
        logs = model.log_prob(x, y)
        rows += [line[targets >= 0] for line, targets in zip(logs, y, strict=True)]
    return rows


def asked_for(
    learned: Learned,
    seed: object = None,
    era: object = 1,
    temperature: object = 1,
    top_k: object = None,
    constraint: Plain | None = None,
    repeats: bool = False,
    never: Sequence[str] = (),
    seen: Sequence[str] = (),
) -> Asked:
    """Read what was asked for, as the page has it; see `make`.

    A constraint that asks for nothing is None, so that draws are what the model makes.
    """
    asked = _constraint_of(learned, constraint or {})
    return Asked(
        float(parse_setting("temperature", temperature)),
        _optional("top_k", top_k),
        None if asked == Constraint() else asked,
        2 if parse_setting("era", era) == 2 else 1,
        None if seed in (None, "") else int(parse_setting("seed", seed)),
        repeats,
        tuple(never),
        tuple(seen),
    )


def _constraint_of(learned: Learned, typed: Plain) -> Constraint:
    """Read what was asked for, as the page has it: text and numbers as typed, empty for nothing.

    ``new_only`` asks for words that the list does not have, ``differs`` for so many letters changed
    from the nearest of them.
    """
    return Constraint(
        starts=_text(typed, "starts"),
        ends=_text(typed, "ends"),
        contains=tuple(piece for piece in re.split(r"[\s,]+", _text(typed, "contains")) if piece),
        only=_text(typed, "only") or None,
        without=re.sub(r"[\s,]+", "", _text(typed, "without")),
        pattern=_text(typed, "pattern") or None,
        shortest=_optional("shortest", typed.get("shortest")) or 1,
        longest=_optional("longest", typed.get("longest")),
        new_to=learned.known_words if typed.get("new_only") else None,
        differs=_optional("differs", typed.get("differs")) or 1,
    )


def _text(typed: Plain, name: str) -> str:
    return unicodedata.normalize("NFC", str(typed.get(name) or "").strip())


def _optional(name: str, typed: object) -> int | None:
    return None if typed in (None, "") else int(parse_setting(name, typed))


def _in_words(probability: float | None) -> str:
    if probability is None:
        return "How many words are so is not known before they are drawn."
    if probability > 0.995:
        return "Nearly every word is so."
    if probability >= 0.1:
        return f"{probability:.0%} of all words are so."
    return f"One word in {float(f'{1 / probability:.2g}'):,.0f} is so."


def score(state: State, word: str, model: str = "counting") -> Plain:
    """Score one word, brought to Unicode NFC as the list is, under "counting" or "gradient".

    ``nll``, ``mean_nll`` and ``bigrams``, each [first, second, probability, nll]. Raises
    VocabularyError if the list has not all of the word's symbols.
    """
    learned = state.need_list()
    word = learned.fold(unicodedata.normalize("NFC", word))
    score = score_word(state.probabilities(model), learned.vocabulary, word)
    return {
        "nll": score.nll,
        "mean_nll": score.mean_nll,
        "bigrams": [list(bigram) for bigram in score.bigrams],
    }


def nearest(state: State, word: str) -> Plain:
    """Find the words of the list that are nearest to a word, by edit distance.

    Capitals that say nothing make no difference. ``distance``; ``words``, the first five that have
    it, each [word, line]; and ``more``, how many others have it too.
    """
    learned = state.need_list()
    distance, words = learned.index.nearest(learned.fold(unicodedata.normalize("NFC", word)))
    first = words[:_NEAREST_WORDS]
    return {
        "distance": distance,
        "words": [[learned.written[near], learned.line_of[near]] for near in first],
        "more": len(words) - len(first),
    }
