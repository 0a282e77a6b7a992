"""Which counting model is best for a list: chosen on words that it has not seen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt

from makemore.corpus import folds, split_words
from makemore.counting.ngrams import HIGHEST_ORDER, NgramTally
from makemore.evaluation import symbol_log_probs
from makemore.models.ngram import KNESER_NEY, NGram
from makemore.models.protocol import Model
from makemore.vocabulary import Vocabulary

__all__ = ["FEW_WORDS", "Chosen", "choose_ngram", "choose_shares", "cross_validate", "divisions"]

FEW_WORDS = 500
"""Below so many words, held-out ones are too few: cross-validation takes their place."""

_FOLDS = 5
_FEWER_WORDS = 64  # where a fifth of the words would be missed: each is left out in turn
_ORDERS = tuple(range(1, HIGHEST_ORDER + 1))
_ADD_K_ORDERS = (2, 3, 4)  # longer contexts are nearly all rare, and add-k is no good for those
_KS = (0.01, 0.03, 0.1, 0.3, 1.0)

Floats = npt.NDArray[np.float64]
Division = tuple[list[str], list[str]]
"""Words to learn from, and words to measure on."""


@dataclass(frozen=True)
class Chosen:
    """The best order and smoothing, its loss, and all that was tried: [order, smoothing, nats]."""

    order: int
    smoothing: float | str
    loss: float
    tried: list[list[Any]]


def divisions(words: Sequence[str], held_out: Sequence[str] = ()) -> list[Division]:
    """Divide words for a choice: by what is held out, a tenth of the words, or by folds."""
    if len(words) < FEW_WORDS:
        count = len(words) if len(words) <= _FEWER_WORDS else _FOLDS
        parts = [part for part in folds(words, count) if part]
        if len(parts) > 1:
            return [
                (list(chain.from_iterable(parts[:i] + parts[i + 1 :])), part)
                for i, part in enumerate(parts)
            ]
        return [(list(words), list(held_out) or list(words))]
    if held_out:
        return [(list(words), list(held_out))]
    train, dev = split_words(words, (0.9, 0.1))
    return [(train, dev)]


def choose_ngram(
    words: Sequence[str],
    held_out: Sequence[str],
    vocabulary: Vocabulary,
    order: int | None = None,
    smoothing: float | str | None = None,
) -> Chosen:
    """Choose what is None of order and smoothing by the mean nll of held-out words."""
    parts = divisions(words, held_out)
    orders = _ORDERS if order is None else (order,)
    tallies = _Tallies(parts, vocabulary, max(orders))
    tried: list[list[Any]] = []

    def try_(n: int, how: float | str) -> float:
        loss = tallies.loss(n, how)
        tried.append([n, how, loss])
        return loss

    if smoothing in (None, KNESER_NEY):
        _while_it_falls(orders, lambda n: try_(n, KNESER_NEY))
    if smoothing is None:
        for n in orders if order is not None else _ADD_K_ORDERS:
            _while_it_falls(_KS, lambda k, n=n: try_(n, k))  # type: ignore[misc]
    elif smoothing != KNESER_NEY:
        _while_it_falls(orders, lambda n: try_(n, smoothing))
    best = min(tried, key=lambda row: row[2])
    return Chosen(best[0], best[1], best[2], tried)


def choose_shares(logs: Sequence[Floats], rounds: int = 100) -> Floats:
    """Find the shares of a linear mix under which held-out symbols are most likely.

    ``logs`` has each model's log-probability of each symbol, (n,) each. Expectation-maximisation,
    from even shares: A. P. Dempster, N. M. Laird and D. B. Rubin (1977).
    """
    stacked = np.stack(logs)  # (M, n)
    highest = stacked.max(axis=0)
    p = np.exp(stacked - np.where(np.isfinite(highest), highest, 0.0))
    shares: Floats = np.ones(len(p)) / len(p)
    for _ in range(rounds):
        joint = shares[:, None] * p
        total = joint.sum(axis=0)
        posterior = np.divide(joint, total, out=np.zeros_like(joint), where=total > 0)
        after: Floats = posterior.mean(axis=1)
        if np.abs(after - shares).max() < 1e-6:
            return after
        shares = after
    return shares


def cross_validate(
    start: Callable[[], Model], words: Sequence[str], settings: Mapping[str, Any]
) -> float:
    """Measure a counting model on words that it has not seen, each part of the words in turn."""
    logs = []
    for train, dev in divisions(words):
        model = start()
        for _ in model.train(train, settings):
            pass
        logs.append(symbol_log_probs(model, dev))
    return float(-np.concatenate(logs).mean())


class _Tallies:
    """The counts of each division's words, and losses on its other words."""

    def __init__(self, parts: Sequence[Division], vocabulary: Vocabulary, order: int) -> None:
        self._vocabulary = vocabulary
        self._parts = [(NgramTally.of_words(train, vocabulary, order), dev) for train, dev in parts]
        self._lowered: dict[int, list[NgramTally]] = {}  # one for all smoothings of an order

    def loss(self, order: int, smoothing: float | str) -> float:
        """Measure one order and smoothing, in nats per symbol of all divisions together."""
        if order not in self._lowered:
            self._lowered[order] = [tally.lowered(order) for tally, _ in self._parts]
        tallies = zip(self._lowered[order], self._parts, strict=True)
        return _mean(
            (NGram(self._vocabulary, tally, order, smoothing), dev) for tally, (_, dev) in tallies
        )


def _mean(measured: Iterable[tuple[Model, Sequence[str]]]) -> float:
    return float(-np.concatenate([symbol_log_probs(model, dev) for model, dev in measured]).mean())


def _while_it_falls(values: Sequence[Any], loss: Callable[[Any], float]) -> None:
    """Try values in turn until the loss has risen twice: further ones are worse still."""
    lowest, risen = float("inf"), 0
    for value in values:
        now = loss(value)
        risen = 0 if now < lowest else risen + 1
        lowest = min(lowest, now)
        if risen == 2:
            break
