"""N-grams: how a probability comes from shorter contexts to longer ones, and which tell most."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from makemore.models.ngram import (
    KNESER_NEY,
    NGram,
    contexts_of_grams,
    discounts,
    kneser_ney_counts,
)
from makemore.vocabulary import Vocabulary

__all__ = ["BackOff", "Stage", "back_off", "telling_contexts"]

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]


class Stage(NamedTuple):
    """One order of a back-off path: P = kept + passed · P of the order below.

    ``came`` is how often the symbol came after the context, ``total`` how often anything did; at
    the lower orders of Kneser–Ney both count different left neighbours. ``discount`` is taken off
    the count; an unseen context (``total`` 0) passes everything on.
    """

    context: str
    came: int
    total: int
    discount: float
    kept: float
    passed: float
    p: float


class BackOff:
    """The counts of all orders of a model, by context: what its paths are read from."""

    def __init__(self, model: NGram) -> None:
        self.model = model
        self.contexts = contexts_of_grams(model.tally)
        kneser_ney = model.smoothing == KNESER_NEY
        levels = model.tally.levels
        self.counts = [
            kneser_ney_counts(model.tally, k) if kneser_ney and k else levels[k].counts
            for k in range(model.order + 1)
        ]
        self.discounts = [
            discounts(counts) if kneser_ney else np.zeros(4) for counts in self.counts
        ]
        self.totals = [levels[0].counts] + [
            np.bincount(self.contexts[k], self.counts[k], minlength=len(levels[k - 1]))
            for k in range(1, model.order + 1)
        ]


def back_off(counts: BackOff, before: Indices, symbol: int) -> list[Stage]:
    """Give the path of P(symbol | before), from no context to the longest.

    ``before`` are the symbols so far, the word's start first.
    """
    model, levels = counts.model, counts.model.tally.levels
    p, stages = 1 / len(model.vocabulary), []
    context: Indices = np.zeros(1, dtype=np.intp)
    gram: Indices = levels[1].find(context, np.array([symbol]))
    for k, (alpha, gamma) in enumerate(model.weights, start=1):
        total = int(counts.totals[k][context[0]]) if context[0] >= 0 else 0
        came = int(counts.counts[k][gram[0]]) if gram[0] >= 0 and total else 0
        kept = float(alpha[gram[0]]) if gram[0] >= 0 else 0.0
        passed = float(gamma[context[0]]) if context[0] >= 0 else 1.0
        p = kept + passed * p
        discount = float(counts.discounts[k][min(came, 3)])
        text = _shown(before, k - 1, model.vocabulary)
        stages.append(Stage(text, came, total, discount, kept, passed, p))
        if k < model.order:
            older = np.array([before[-k] if k <= len(before) else 0])
            context, gram = levels[k].find(context, older), levels[k + 1].find(gram, older)
    return stages


def telling_contexts(counts: BackOff, order: int, most: int = 12) -> list[tuple[str, int, float]]:
    """Give the contexts of ``order - 1`` symbols that say most beyond those one symbol shorter.

    Each with how often it comes and the nats that knowing its oldest symbol saves over the list.
    """
    model, levels = counts.model, counts.model.tally.levels
    P = [np.array([1 / len(model.vocabulary)])]  # of each gram, order by order
    for k, (alpha, gamma) in enumerate(model.weights[:order], start=1):
        P.append(alpha + gamma[counts.contexts[k]] * P[k - 1][levels[k].parent])
    N, contexts = levels[order].counts, counts.contexts[order]
    came = N > 0
    saved = N[came] * np.log(P[order][came] / P[order - 1][levels[order].parent[came]])
    gains = np.bincount(contexts[came], saved, minlength=len(levels[order - 1]))
    totals = np.bincount(contexts, N, minlength=len(gains))
    best = np.argsort(-gains, kind="stable")[:most]
    return [(_text_of(counts, order - 1, int(c)), int(totals[c]), float(gains[c])) for c in best]


def _text_of(counts: BackOff, k: int, node: int) -> str:
    """Write the gram that has a number among those of order k, oldest symbol first."""
    symbols = []
    for level in reversed(counts.model.tally.levels[1 : k + 1]):
        symbols.append(int(level.last[node]))
        node = int(level.parent[node])
    return _shown(np.array(symbols, dtype=np.intp), k, counts.model.vocabulary)


def _shown(symbols: Indices, k: int, vocabulary: Vocabulary) -> str:
    """Write the last k symbols, oldest first; "." is a word's start, however often it is padded."""
    last = [int(s) for s in symbols[len(symbols) - min(k, len(symbols)) :]]
    padded = [0] * (k - len(last)) + last
    return "".join(vocabulary.symbols[s] for s in padded)
