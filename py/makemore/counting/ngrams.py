"""Words to n-gram counts of all orders: which symbol comes after which context, how often.

Contexts are a tree: a context of length k is one of length k - 1 and a symbol before it. Each has a
number among those of its length, found by its parent's number and that symbol, so alphabets of any
size and contexts of any length need nothing wider than an int64.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from makemore.corpus import windows
from makemore.vocabulary import Vocabulary

__all__ = ["MAX_ORDER", "Level", "count_ngrams", "find", "levels_of_grams"]

MAX_ORDER = 8
_DIRECT = 1 << 24  # keys below this are numbered by a table of all of them, without sorting

Indices = npt.NDArray[np.intp]
Keys = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Level:
    """All contexts of one length that come, and what comes after them.

    ``contexts`` (C,) are sorted keys, parent · V + the oldest symbol; context 0 is a word's start.
    ``pairs`` (G,) are sorted keys, context · V + the symbol after it; ``counts`` (G,) how often
    each comes; ``begin`` (C + 1,) where each context's pairs begin.
    """

    V: int
    contexts: Keys
    pairs: Keys
    counts: Keys

    @property
    def begin(self) -> Indices:
        """Where each context's pairs begin, (C + 1,)."""
        return np.searchsorted(self.pairs, np.arange(len(self.contexts) + 1) * self.V)

    @property
    def parent(self) -> Indices:
        """The context without its oldest symbol, (C,), a number of the level below."""
        return (self.contexts // self.V).astype(np.intp)

    @property
    def oldest(self) -> Indices:
        """The oldest symbol of each context, (C,); 0 for the empty one."""
        return (self.contexts % self.V).astype(np.intp)

    @property
    def context(self) -> Indices:
        """The context of each pair, (G,)."""
        return (self.pairs // self.V).astype(np.intp)

    @property
    def symbol(self) -> Indices:
        """The symbol after it, (G,)."""
        return (self.pairs % self.V).astype(np.intp)


def count_ngrams(words: Sequence[str], vocabulary: Vocabulary, order: int) -> list[Level]:
    """Count the n-grams of all orders up to `order`, contexts padded with boundaries.

    Returns the levels of contexts of length 0 to order - 1. Raises VocabularyError if a word holds
    a symbol that is not in the vocabulary.
    """
    before, y = windows(words, vocabulary, order - 1)
    return levels_of_grams(before, y, None, len(vocabulary))


def levels_of_grams(
    before: Sequence[Indices], y: Indices, counts: Keys | None, V: int
) -> list[Level]:
    """Build the levels from n-grams, each with how often it comes, 1 if no counts are given.

    ``y`` (n,) is the symbol, ``before[d - 1]`` (n,) the one d places before it.
    """
    contexts: Keys = np.zeros(1, dtype=np.int64)
    which: Indices = np.zeros(len(y), dtype=np.intp)  # the context of each n-gram
    levels = [_level(V, contexts, which, y, counts)]
    for symbols in before:
        contexts, which = _numbered(which * V + symbols, len(contexts) * V)
        levels.append(_level(V, contexts, which, y, counts))
    return levels


def find(keys: Keys, wanted: npt.NDArray[np.integer]) -> Indices:
    """Find where keys stand in sorted keys; -1 for those that are not there."""
    if len(keys) == 0:
        return np.full(wanted.shape, -1, dtype=np.intp)
    place = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[place] == wanted, place, -1)


def _level(V: int, contexts: Keys, which: Indices, y: Indices, counts: Keys | None) -> Level:
    pairs, pair = _numbered(which * V + y, len(contexts) * V)
    # Weights are exact in float64 up to 2**53.
    summed = np.bincount(pair, counts, minlength=len(pairs)).astype(np.int64)
    return Level(V, contexts, pairs, summed)


def _numbered(keys: Indices, limit: int) -> tuple[Keys, Indices]:
    """Give the different keys, sorted, and each key's place among them."""
    if limit > max(_DIRECT, 4 * len(keys)):
        different, place = np.unique(keys, return_inverse=True)
        return different.astype(np.int64), place
    there = np.zeros(limit, dtype=np.bool_)
    there[keys] = True
    different = np.flatnonzero(there)
    number = np.cumsum(there) - 1
    return different.astype(np.int64), number[keys]
