"""Which way of counting guesses unseen words best: orders, smoothings, and lists to lean on."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from makemore.corpus import split_words
from makemore.counting.ngrams import HIGHEST_ORDER, NgramTally, contexts_of
from makemore.models.ngram import (
    KNESER_NEY,
    NGram,
    contexts_of_grams,
    kneser_ney,
    kneser_ney_counts,
)
from makemore.vocabulary import Vocabulary

__all__ = ["SMALL", "Tried", "choose", "folds_of", "try_all"]

ORDERS = 6
ADDED = (0.01, 0.03, 0.1, 0.3, 1.0)
SHARES = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
SMALL = 500
"""Words; shorter lists are judged by cross-validation, since a tenth of them says too little."""

_PARTS, _TIMES = 5, 5
_JUDGES = 20_000  # held-out words that are looked at, at most

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]


class Tried(NamedTuple):
    """One way to count, and its loss on words it had not seen, in nats per symbol."""

    order: int
    smoothing: str | float
    background: str | None
    share: float
    loss: float


def folds_of(words: Sequence[str]) -> list[tuple[list[str], list[str]]]:
    """Give parts to learn and to be judged by: a tenth is held out, of a small list each fifth.

    A small list is divided five times anew, since the choice would hang on the one division; equal
    words are all in one part, so that none is learned and judges.
    """
    if len(words) >= SMALL:
        learned, held_out = split_words(words, (0.9, 0.1))
        return [(learned, held_out[:_JUDGES])]
    different = list(dict.fromkeys(words))
    parts = min(_PARTS, len(different))
    folds = []
    for seed in range(_TIMES if parts > 1 else 0):
        random.Random(seed).shuffle(different)
        part = {word: i % parts for i, word in enumerate(different)}
        folds += [
            (
                [word for word in words if part[word] != held_out],
                [word for word in words if part[word] == held_out],
            )
            for held_out in range(parts)
        ]
    return folds


def try_all(
    folds: Sequence[tuple[Sequence[str], Sequence[str]]],
    vocabulary: Vocabulary,
    backgrounds: Mapping[str, NGram],
) -> list[Tried]:
    """Judge all orders and smoothings, alone and with a share of each background model."""
    totals: dict[tuple[int, str | float, str | None, float], float] = {}
    symbols = 0
    for learned, held_out in folds:
        text = vocabulary.encode(held_out)
        symbols += len(text) - 1
        columns = contexts_of(text, HIGHEST_ORDER)
        helped = {name: model.likelihoods(columns) for name, model in backgrounds.items()}
        tally = NgramTally.of_words(learned, vocabulary, ORDERS)
        for order, smoothing, p in _guesses(tally, columns):
            mixed: list[tuple[str | None, float, Floats]] = [(None, 0.0, p)]
            for list_name, q in helped.items():
                mixed += [(list_name, share, p + share * (q - p)) for share in SHARES]
            for name, share, guess in mixed:
                key = order, smoothing, name, share
                with np.errstate(divide="ignore"):  # without discounts, 0 is possible
                    totals[key] = totals.get(key, 0.0) - float(np.log(guess).sum())
    return [Tried(*key, total / symbols) for key, total in totals.items()]


def choose(tried: Sequence[Tried]) -> Tried:
    """Give the best of what was tried; a list that is too small to try anything counts pairs."""
    return min(tried, key=lambda one: one.loss, default=Tried(2, KNESER_NEY, None, 0.0, np.nan))


def _guesses(
    tally: NgramTally, columns: Sequence[Indices]
) -> Iterator[tuple[int, str | float, Floats]]:
    """Give P of each symbol, (n,), by each order up to the tally's and each smoothing.

    All is looked up once: a lower order is on the way to a higher one.
    """
    gram: Indices = np.zeros(len(columns[0]), dtype=np.intp)
    context, contexts, V = gram, contexts_of_grams(tally), tally.V
    p: Floats = np.full(len(gram), 1 / V)
    for k in range(1, tally.order + 1):
        level, below = tally.levels[k], tally.levels[k - 1]
        gram = level.find(gram, columns[k - 1])
        top = kneser_ney(level.counts, contexts[k], len(below))
        yield k, KNESER_NEY, top.step(gram, context, p)
        counts = np.where(gram >= 0, level.counts[gram], 0)
        totals = np.bincount(contexts[k], level.counts, minlength=len(below))
        total = np.where(context >= 0, totals[context], 0)
        for number in ADDED:
            yield k, number, (counts + number) / (total + number * V)
        if k < tally.order:
            lower = kneser_ney(kneser_ney_counts(tally, k), contexts[k], len(below))
            p = lower.step(gram, context, p)
            context = level.find(context, columns[k])
