"""Fewer n-grams, the rarest dropped, where all would take too much memory."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from makemore.counting.ngrams import NgramTally

__all__ = ["NOTHING", "Dropped", "pruned"]


class Dropped(NamedTuple):
    """How many different n-grams were dropped, how often they came in all, and at most each.

    Where this was done several times, on parts of a list, ``most`` is how much of the count of
    any n-gram may be missing at most.
    """

    grams: int = 0
    occurrences: int = 0
    most: int = 0

    @classmethod
    def together(cls, parts: Iterable[Dropped]) -> Dropped:
        """Add up what was dropped of several parts."""
        parts = list(parts)
        return cls(
            sum(p.grams for p in parts),
            sum(p.occurrences for p in parts),
            sum(p.most for p in parts),
        )

    def sentence(self) -> str:
        """Say it to a person."""
        return (
            f"So that the model fits, {self.grams:,} n-grams were dropped that came "
            f"{self.occurrences:,} times together, none more than {self.most:,} times."
        )


NOTHING = Dropped()


def pruned(tally: NgramTally, most: int) -> tuple[NgramTally, Dropped]:
    """Drop the rarest grams until at most `most` are left, all that come equally often together.

    A gram whose context would be left without any other is dropped with it: what follows a
    context that never comes is never asked.
    """
    G = len(tally.grams)
    if most >= G:
        return tally, NOTHING
    counts = tally.counts
    rank = min(G - most, G - 1) - 1  # of the largest count that goes
    threshold = int(np.partition(counts[1:], rank)[rank]) if G > 1 else 0
    kept = counts > threshold
    kept[0] = True  # a word's start
    kept = _closed(tally, kept)
    dropped = ~kept
    facts = Dropped(
        int(dropped.sum()), int(counts[dropped].sum()), int(counts[dropped].max(initial=0))
    )
    return NgramTally(tally.V, tally.grams[kept], counts[kept]), facts


def _closed(tally: NgramTally, kept: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Drop grams whose context does not begin any kept one, until there are none."""
    if tally.order == 1:
        return kept
    below = tally.levels[tally.order - 1]
    top = tally.levels[tally.order]
    context = _contexts(tally)
    while True:
        there = np.zeros(len(below), dtype=np.bool_)
        there[top.parent[kept]] = True
        lost = kept & ~there[context]
        lost[0] = False
        if not lost.any():
            return kept
        kept = kept & ~lost


def _contexts(tally: NgramTally) -> npt.NDArray[np.intp]:
    """Give each gram's context, (G,): its number among the grams of one symbol less."""
    node: npt.NDArray[np.intp] = np.zeros(len(tally.grams), dtype=np.intp)
    for k in range(1, tally.order):
        node = tally.levels[k].find(node, tally.grams[:, k].astype(np.intp))
    return node
