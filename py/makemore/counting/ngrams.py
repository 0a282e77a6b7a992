"""N-grams of any alphabet: only those that come, counted once at the highest order.

A gram is kept newest symbol first, (w, x1, x2, …), where w follows … x2 x1. So in sorted order a
shorter gram is a prefix of the longer ones, and one sort gives all orders: counts are summed up
over neighbours, and what stands left of a gram are its children.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from makemore.counting.tally import begins, group_sums
from makemore.errors import MakemoreError, SettingError
from makemore.vocabulary import Vocabulary

__all__ = ["HIGHEST_ORDER", "Level", "NgramTally", "contexts_of", "narrowest", "summed"]

HIGHEST_ORDER = 8

Indices = npt.NDArray[np.intp]
Ints = npt.NDArray[np.int64]
Grams = npt.NDArray[np.unsignedinteger]

_ROOM = 1 << 62  # numbers that grams are packed into stay below


def narrowest(V: int) -> type[np.unsignedinteger]:
    """Give the smallest unsigned type that holds all indices below V."""
    return np.uint8 if V <= 1 << 8 else np.uint16 if V <= 1 << 16 else np.uint32


def contexts_of(indices: Indices, order: int) -> list[Indices]:
    """Give for each symbol after the first itself and the `order` - 1 before it, newest first.

    ``indices`` (n + 1,) is text as `Vocabulary.encode` gives it; the columns are (n,). Nothing is
    seen beyond a word's start: there stand as many boundaries as are needed.
    """
    columns = [indices[1:]]
    for back in range(1, order):
        column = np.zeros_like(columns[0])
        column[back - 1 :] = indices[: max(0, len(indices) - back)]
        if back > 1:
            column[columns[-1] == 0] = 0
        columns.append(column)
    return columns


class Level:
    """The different grams of one order, sorted; (G,) each.

    ``first`` is the newest symbol, ``last`` the oldest one, ``parent`` the gram without the oldest
    one in the level below, ``counts`` how often each comes.
    """

    def __init__(self, V: int, first: Indices, last: Indices, parent: Indices, counts: Ints):
        self.first, self.last, self.parent, self.counts = first, last, parent, counts
        self.ends = max(1, int(np.searchsorted(first, 1)))  # so many grams end a word
        self._V = V
        self._keys = parent.astype(np.int64) * V + last

    def __len__(self) -> int:
        """Count the grams: G."""
        return len(self.first)

    def find(self, parent: Indices, symbol: Indices) -> Indices:
        """Give the gram that is `parent` and one more, older symbol; -1 where there is none.

        A parent of -1 has none; all (n,).
        """
        wanted = parent.astype(np.int64) * self._V + symbol
        place = np.searchsorted(self._keys, wanted)
        place[place == len(self._keys)] = 0
        return np.where((self._keys[place] == wanted) & (parent >= 0), place, -1)


class NgramTally:
    """How often each gram of `order` symbols comes, and so each shorter one.

    ``grams`` (G, order) are sorted, newest symbol first, ``counts`` (G,) int64. The first gram is
    all boundaries, a word's start, whose count is 0 unless there are empty words.
    """

    def __init__(self, V: int, grams: Grams, counts: Ints) -> None:
        self.V, self.order = V, grams.shape[1]
        self.grams, self.counts = grams, counts
        self._levels: list[Level] | None = None

    @classmethod
    def of_words(cls, words: Sequence[str], vocabulary: Vocabulary, order: int) -> NgramTally:
        """Count words; raises VocabularyError for a symbol that is not in the vocabulary."""
        return cls.of_text(vocabulary.encode(words), len(vocabulary), order)

    @classmethod
    def of_text(cls, indices: Indices, V: int, order: int) -> NgramTally:
        """Count text as `Vocabulary.encode` gives it."""
        if not 1 <= order <= HIGHEST_ORDER:
            raise SettingError(
                f"Order must be a whole number from 1 to {HIGHEST_ORDER}; it is {order!r}.", "order"
            )
        return cls._counted(V, contexts_of(indices, order), None)

    @classmethod
    def of_grams(cls, V: int, grams: npt.NDArray[np.integer], counts: Ints) -> NgramTally:
        """Count grams (G, order), newest symbol first, that may come several times."""
        if len(grams) and not 0 <= int(grams.min()) <= int(grams.max()) < V:
            raise MakemoreError(f"An n-gram has a symbol that is not one of the {V} known ones.")
        return cls._counted(V, list(grams.T), counts.astype(np.int64))

    @classmethod
    def _counted(
        cls, V: int, columns: Sequence[npt.NDArray[np.integer]], counts: Ints | None
    ) -> NgramTally:
        if V ** len(columns) < _ROOM:
            keys: Ints = np.zeros(len(columns[0]), dtype=np.int64)
            for column in columns:
                keys *= V
                keys += column
            keys, counts = summed(keys, counts)
            grams = np.empty((len(keys), len(columns)), dtype=narrowest(V))
            for place in range(len(columns) - 1, -1, -1):
                keys, grams[:, place] = np.divmod(keys, V)
        else:
            order, begin = _sorted_rows(columns, V)
            grams = np.stack([column[order[begin]] for column in columns], axis=1)
            grams = grams.astype(narrowest(V))
            counts = group_sums(None if counts is None else counts[order], begin, len(order))
        if not len(grams) or grams[0].any():
            start = np.zeros((1, len(columns)), dtype=narrowest(V))
            grams, counts = np.concatenate([start, grams]), np.concatenate([[0], counts])
        return cls(V, grams, counts)

    @property
    def levels(self) -> list[Level]:
        """The grams of order 0 (one, empty), 1, … `order`."""
        if self._levels is None:
            self._levels = self._divide()
        return self._levels

    def lowered(self, order: int) -> NgramTally:
        """Give the tally of a lower order, which is exact."""
        begin = np.flatnonzero(self._fresh() < order)
        counts = np.add.reduceat(self.counts, begin)
        return NgramTally(self.V, self.grams[begin, :order], counts)

    def merged(self, other: NgramTally, place: Indices | None = None, V: int = 0) -> NgramTally:
        """Add another tally up; its symbol i is ``place[i]`` here, of V symbols."""
        order = min(self.order, other.order)
        mine, theirs = self.lowered(order), other.lowered(order)
        grams = theirs.grams if place is None else place[theirs.grams]
        return NgramTally.of_grams(
            max(V, self.V),
            np.concatenate([mine.grams.astype(np.intp), grams.astype(np.intp)]),
            np.concatenate([mine.counts, theirs.counts]),
        )

    def _fresh(self) -> npt.NDArray[np.int8]:
        """Give the first column in which each gram differs from the one before, (G,)."""
        fresh = np.full(len(self.grams), self.order, dtype=np.int8)
        for column in range(self.order - 1, -1, -1):
            symbols = self.grams[:, column]
            fresh[1:][symbols[1:] != symbols[:-1]] = column
        fresh[0] = -1
        return fresh

    def _divide(self) -> list[Level]:
        fresh = self._fresh()
        nothing = np.zeros(1, dtype=np.intp)
        levels = [Level(self.V, nothing, nothing, nothing, self.counts.sum(keepdims=True))]
        node: Indices = np.zeros(len(self.grams), dtype=np.intp)  # of each gram in the level below
        for k in range(1, self.order + 1):
            new = fresh < k
            begin = np.flatnonzero(new)
            levels.append(
                Level(
                    self.V,
                    self.grams[begin, 0].astype(np.intp),
                    self.grams[begin, k - 1].astype(np.intp),
                    node[begin],
                    np.add.reduceat(self.counts, begin),
                )
            )
            node = np.cumsum(new) - 1
        return levels


def summed(keys: Ints, counts: Ints | None) -> tuple[Ints, Ints]:
    """Sort keys; add up the counts, 1 if none, of those that are equal."""
    if counts is None:
        keys = np.sort(keys)
    else:
        order = np.argsort(keys, kind="stable")
        keys, counts = keys[order], counts[order]
    begin = begins(keys)
    return keys[begin], group_sums(counts, begin, len(keys))


def _sorted_rows(columns: Sequence[npt.NDArray[np.integer]], V: int) -> tuple[Indices, Indices]:
    """Sort grams that no 62 bits hold; give the order, and where others than before begin."""
    keys, bound = columns[0].astype(np.int64), V
    for column in columns[1:]:
        if bound * V >= _ROOM:
            found, number = np.unique(keys, return_inverse=True)
            keys, bound = number.astype(np.int64), len(found)  # 32 bits in the page
        keys = keys * V + column
        bound *= V
    order = np.argsort(keys, kind="stable")
    return order, begins(keys[order])
