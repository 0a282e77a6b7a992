"""Which way of counting guesses unseen words best: orders, smoothings, and lists to lean on.

What takes long is done slice by slice; see slices.py.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from makemore.corpus import split_words
from makemore.counting.ngrams import HIGHEST_ORDER, NgramTally, contexts_of
from makemore.evaluation import symbol_log_probs
from makemore.models.ngram import (
    KNESER_NEY,
    NGram,
    contexts_of_grams,
    kneser_ney,
    kneser_ney_counts,
)
from makemore.models.protocol import Model
from makemore.vocabulary import Vocabulary

__all__ = [
    "FEW_WORDS",
    "Chosen",
    "Tried",
    "best_of",
    "better_shares",
    "choose_shares",
    "choosing_ngram",
    "choosing_shares",
    "cross_validating",
    "divisions",
    "trying_all",
]

FEW_WORDS = 500
"""Below so many words, held-out ones are too few: cross-validation takes their place."""

SHARES = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
"""Of a background, that are tried besides 0."""

_KS = (0.01, 0.03, 0.1, 0.3, 1.0)
_PARTS, _TIMES = 5, 5
_JUDGES = 20_000  # held-out words that are looked at, at most
_WORTH = 0.005  # nats per symbol that leaning must save, else the simpler model is taken
_STILL = 1e-7

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]
Division = tuple[Sequence[str], Sequence[str]]
"""Words to learn from, and words to measure on."""


class Tried(NamedTuple):
    """One way to count, and its loss on words it had not seen, in nats per symbol."""

    order: int
    smoothing: str | float
    background: str | None
    share: float
    loss: float


@dataclass(frozen=True)
class Chosen:
    """The best order and smoothing, its loss, and all that was tried: [order, smoothing, nats]."""

    order: int
    smoothing: float | str
    loss: float
    tried: list[list[Any]]


def divisions(words: Sequence[str], held_out: Sequence[str] = ()) -> list[Division]:
    """Divide words for a choice: by what is held out, or a tenth; a small list into fifths.

    A small list is divided five times anew, since a choice would hang on the one division; equal
    words are in one part, so that none is learned and judges. Of a single word, it judges itself.
    """
    if len(words) >= FEW_WORDS:
        learned, judges = (words, held_out) if held_out else split_words(words, (0.9, 0.1))
        return [(learned, judges[:_JUDGES])]
    different = list(dict.fromkeys(words))
    parts = min(_PARTS, len(different))
    if parts < 2:
        return [(words, held_out or words)]
    found: list[Division] = []
    for seed in range(_TIMES):
        random.Random(seed).shuffle(different)
        part = {word: i % parts for i, word in enumerate(different)}
        found += [
            (
                [word for word in words if part[word] != i],
                [word for word in words if part[word] == i],
            )
            for i in range(parts)
        ]
    return found


def choosing_ngram(
    words: Sequence[str],
    held_out: Sequence[str],
    vocabulary: Vocabulary,
    order: int | None = None,
    smoothing: float | str | None = None,
) -> Generator[None, None, Chosen]:
    """Choose what is None of order and smoothing by the mean nll of held-out words."""
    tried = yield from trying_all(divisions(words, held_out), vocabulary, {}, order, smoothing)
    best = best_of(tried)
    return Chosen(
        best.order, best.smoothing, best.loss, [[n, how, loss] for n, how, _, _, loss in tried]
    )


def trying_all(
    parts: Sequence[Division],
    vocabulary: Vocabulary,
    backgrounds: Mapping[str, NGram],
    order: int | None = None,
    smoothing: float | str | None = None,
    share: float | None = None,
) -> Generator[None, None, list[Tried]]:
    """Judge all orders and smoothings, alone and with shares of each background's model.

    What is given of order, smoothing and share is not varied.
    """
    totals: dict[tuple[int, str | float, str | None, float], float] = {}
    symbols = 0
    for learned, judges in parts:
        text = vocabulary.encode(judges)
        symbols += len(text) - 1
        columns = contexts_of(text, HIGHEST_ORDER)
        helped = {name: model.likelihoods(columns) for name, model in backgrounds.items()}
        yield None
        tally = NgramTally.of_words(learned, vocabulary, order or HIGHEST_ORDER)
        for n, how, p in _guesses(tally, columns, smoothing):
            yield None
            if order not in (None, n):
                continue
            mixed: list[tuple[str | None, float, Floats]] = [(None, 0.0, p)]
            for other, q in helped.items():
                shares = SHARES if share is None else (share,)
                mixed += [(other, part, p + part * (q - p)) for part in shares]
            for name, part, guess in mixed:
                key = n, how, name, part
                with np.errstate(divide="ignore"):  # without discounts, 0 is possible
                    totals[key] = totals.get(key, 0.0) - float(np.log(guess).sum())
    return [Tried(*key, total / symbols) for key, total in totals.items()]


def best_of(tried: Sequence[Tried], *, lean: bool = False) -> Tried:
    """Give the best of what was tried; one that leans only if that is worth it, or asked for."""
    alone = min((one for one in tried if one.background is None), key=lambda one: one.loss)
    leaning = min(
        (one for one in tried if one.background is not None),
        key=lambda one: one.loss,
        default=alone,
    )
    return leaning if lean or leaning.loss < alone.loss - _WORTH else alone


def choose_shares(logs: Sequence[Floats], rounds: int = 1000) -> Floats:
    """Find the shares of a linear mix under which held-out symbols are most likely.

    ``logs`` has each model's log-probability of each symbol, (n,) each.
    """
    *_, shares = better_shares(logs, rounds)
    return shares


def better_shares(logs: Sequence[Floats], rounds: int = 1000) -> Iterator[Floats]:
    """Give better and better shares, until they stay as they are; see `choose_shares`.

    Expectation-maximisation, from even shares: a symbol is of each model by its part of the
    symbol's probability. Source: F. Jelinek and R. L. Mercer, "Interpolated estimation of Markov
    source parameters from sparse data" (1980).
    """
    stacked = np.stack(logs)  # (M, n)
    highest = stacked.max(axis=0)
    p = np.exp(stacked - np.where(np.isfinite(highest), highest, 0.0))
    p = p[:, p.any(axis=0)]  # what all rule out tells nothing
    shares: Floats = np.ones(len(p)) / len(p)
    yield shares
    for _ in range(rounds if p.size else 0):
        joint = shares[:, None] * p
        after: Floats = (joint / joint.sum(axis=0)).mean(axis=1)
        still = np.abs(after - shares).max() < _STILL
        shares = after
        yield shares / shares.sum()
        if still:
            break


def choosing_shares(logs: Sequence[Floats]) -> Generator[None, None, Floats]:
    """Do what `choose_shares` does, slice by slice."""
    for better in better_shares(logs):
        shares = better
        yield None
    return shares


def cross_validating(
    start: Callable[[], Model], words: Sequence[str], settings: Mapping[str, Any]
) -> Generator[None, None, float]:
    """Measure a counting model on words that it has not seen, each part of the words in turn."""
    logs = []
    for learned, judges in divisions(words):
        model = start()
        for _ in model.train(learned, settings):
            yield None
        logs.append(symbol_log_probs(model, judges))
        yield None
    return float(-np.concatenate(logs).mean())


def _guesses(
    tally: NgramTally, columns: Sequence[Indices], smoothing: float | str | None
) -> Iterator[tuple[int, str | float, Floats]]:
    """Give P of each symbol, (n,), by each order up to the tally's and each smoothing.

    All is looked up once: a lower order is on the way to a higher one.
    """
    gram: Indices = np.zeros(len(columns[0]), dtype=np.intp)
    context, contexts, V = gram, contexts_of_grams(tally), tally.V
    ks = _KS if smoothing is None else () if isinstance(smoothing, str) else (smoothing,)
    p: Floats = np.full(len(gram), 1 / V)
    for k in range(1, tally.order + 1):
        level, below = tally.levels[k], tally.levels[k - 1]
        gram = level.find(gram, columns[k - 1])
        if smoothing is None or isinstance(smoothing, str):
            top = kneser_ney(level.counts, contexts[k], len(below))
            yield k, KNESER_NEY, top.step(gram, context, p)
        counts = np.where(gram >= 0, level.counts[gram], 0)
        totals = np.bincount(contexts[k], level.counts, minlength=len(below))
        total = np.where(context >= 0, totals[context], 0)
        for number in ks:
            # Without any count all symbols are as likely, for k = 0 too.
            spread = total + number * V
            even = np.full(len(gram), 1 / V)
            yield k, number, np.divide(counts + number, spread, out=even, where=spread > 0)
        if k < tally.order:
            lower = kneser_ney(kneser_ney_counts(tally, k), contexts[k], len(below))
            p = lower.step(gram, context, p)
            context = level.find(context, columns[k])
