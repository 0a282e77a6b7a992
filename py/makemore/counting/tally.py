"""Bigram counts of large alphabets: only the pairs that come."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from makemore.errors import WordListError

__all__ = [
    "DENSE_SYMBOLS",
    "Counts",
    "PairCounter",
    "Pairs",
    "SparseCounts",
    "begins",
    "count_pairs",
    "group_sums",
    "pairs_of",
    "row_sums",
]

DENSE_SYMBOLS = 2000
"""Up to so many symbols counts are kept as a whole (V, V) table: 32 MB of int64."""

MAX_PAIRS = 8_000_000  # different pairs; what they take while they are merged is some 300 MB
_TABLE_SYMBOLS = 512  # a larger table costs more to add up, block by block, than to sort pairs
_SHIFT = 32  # a pair is one int64: first << 32 | second
_PENDING = 1 << 20  # pairs that wait to be merged, at least


class SparseCounts:
    """Counts N of shape (V, V) of which only those above 0 are kept, in the table's order.

    The pairs ``first``, ``second``, (n,) each, are sorted by the first, then by the second, each
    once; ``values``, (n,), says how often each comes.
    """

    def __init__(
        self,
        size: int,
        first: npt.NDArray[np.intp],
        second: npt.NDArray[np.intp],
        values: npt.NDArray[np.int64],
    ) -> None:
        self.shape = (size, size)
        self.first, self.second, self.values = first, second, values
        self._begin = np.searchsorted(first, np.arange(size + 1))

    @classmethod
    def from_dense(cls, counts: npt.NDArray[np.int64]) -> SparseCounts:
        """Keep what is above 0 of a whole table of shape (V, V)."""
        return cls(len(counts), *pairs_of(counts))

    def __len__(self) -> int:
        """Count the rows: V."""
        return self.shape[0]

    def sum(self) -> int:
        """Add up all counts."""
        return int(self.values.sum())

    def row_sums(self) -> npt.NDArray[np.int64]:
        """Add up each row, (V,)."""
        running = np.concatenate([[0], np.cumsum(self.values)])
        sums: npt.NDArray[np.int64] = running[self._begin[1:]] - running[self._begin[:-1]]
        return sums

    def row(self, index: int) -> npt.NDArray[np.int64]:
        """Write one row out, (V,)."""
        row = np.zeros(len(self), dtype=np.int64)
        part = slice(self._begin[index], self._begin[index + 1])
        row[self.second[part]] = self.values[part]
        return row

    def at(
        self, first: npt.NDArray[np.intp], second: npt.NDArray[np.intp]
    ) -> npt.NDArray[np.int64]:
        """Look n pairs up, (n,), as ``N[first, second]`` of a whole table."""
        if len(self.second) == 0:
            return np.zeros(len(first), dtype=np.int64)
        # All rows are bisected at once; nothing is made that is as long as the table.
        low, stop = self._begin[first], self._begin[first + 1]
        high, last = stop, len(self.second) - 1
        while (low < high).any():
            middle = (low + high) >> 1
            before = (low < high) & (self.second[np.minimum(middle, last)] < second)
            low, high = np.where(before, middle + 1, low), np.where(before, high, middle)
        place = np.minimum(low, last)
        return np.where((low < stop) & (self.second[place] == second), self.values[place], 0)

    def toarray(self) -> npt.NDArray[np.int64]:
        """Write the whole table out, (V, V)."""
        table = np.zeros(self.shape, dtype=np.int64)
        table[self.first, self.second] = self.values
        return table


Counts = npt.NDArray[np.int64] | SparseCounts
"""N: a whole table of shape (V, V), or only what is above 0 of it."""


class Pairs(NamedTuple):
    """The pairs that come, (n,) of intp twice, and how often, (n,) of int64, in a table's order."""

    first: npt.NDArray[np.intp]
    second: npt.NDArray[np.intp]
    values: npt.NDArray[np.int64]


def pairs_of(counts: Counts) -> Pairs:
    """Give the pairs whose counts are above 0."""
    if isinstance(counts, SparseCounts):
        return Pairs(counts.first, counts.second, counts.values)
    first, second = np.nonzero(counts)
    return Pairs(first, second, counts[first, second])


def row_sums(counts: Counts) -> npt.NDArray[np.int64]:
    """Add up each row, (V,): how often each symbol is followed by something, so comes at all."""
    if isinstance(counts, SparseCounts):
        return counts.row_sums()
    sums: npt.NDArray[np.int64] = counts.sum(axis=1)
    return sums


class PairCounter:
    """Counts pairs of indices as text comes, whole table or sparse as the alphabet needs."""

    def __init__(self) -> None:
        self._stride = 64
        self._table: npt.NDArray[np.int64] | None = np.zeros(self._stride**2, dtype=np.int64)
        self._keys: npt.NDArray[np.int64] = np.zeros(0, dtype=np.int64)
        self._values: npt.NDArray[np.int64] = np.zeros(0, dtype=np.int64)
        self._pending: list[tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]] = []
        self._waiting = 0
        self._size = 0

    def add(
        self,
        indices: npt.NDArray[np.intp],
        size: int,
        weights: npt.NDArray[np.int64] | None = None,
    ) -> None:
        """Count the neighbours in one more piece of text.

        ``indices``, (n + 1,), go from 0, the end of the word before, to 0; all so far are below
        `size`. ``weights``, (n,), say how often each pair is counted, once if not given. Raises
        WordListError if there are more different pairs than fit in memory.
        """
        self._size = size
        self._grow(size)
        if self._table is not None:
            pairs = indices[:-1] * self._stride + indices[1:]
            counted = np.bincount(pairs, weights, minlength=self._stride**2)
            self._table += counted if weights is None else counted.astype(np.int64)
            return
        keys = _joined(indices[:-1], indices[1:])
        self._pending.append(_summed(keys, weights, size))
        self._waiting += len(self._pending[-1][0])
        if self._waiting > max(_PENDING, len(self._keys)):
            self._merge()

    def counts(self, order: npt.NDArray[np.intp]) -> Counts:
        """Give the counts (V, V) with symbols in another order: ``order[new]`` is the old index."""
        if self._table is not None:
            square = self._table.reshape(self._stride, self._stride)
            return square[np.ix_(order, order)]
        self._merge()
        place = np.empty(len(order), dtype=np.int64)
        place[order] = np.arange(len(order))
        keys = _joined(place[self._keys >> _SHIFT], place[self._keys & ((1 << _SHIFT) - 1)])
        by_key = _sorting(keys, len(order))
        keys = keys[by_key]
        counts = SparseCounts(
            len(order),
            (keys >> _SHIFT).astype(np.intp),
            (keys & ((1 << _SHIFT) - 1)).astype(np.intp),
            self._values[by_key],
        )
        return counts if len(order) > DENSE_SYMBOLS else counts.toarray()

    def _grow(self, size: int) -> None:
        if self._table is None or size <= self._stride:
            return
        square = self._table.reshape(self._stride, self._stride)
        if size > _TABLE_SYMBOLS:
            first, second = np.nonzero(square)
            self._keys, self._values = _joined(first, second), square[first, second]
            self._table = None
            return
        stride = self._stride
        while stride < size:
            stride *= 2
        larger = np.zeros((stride, stride), dtype=np.int64)
        larger[: self._stride, : self._stride] = square
        self._stride, self._table = stride, larger.ravel()

    def _merge(self) -> None:
        keys = np.concatenate([self._keys, *(keys for keys, _ in self._pending)])
        values = np.concatenate([self._values, *(values for _, values in self._pending)])
        self._pending, self._waiting = [], 0
        self._keys, self._values = _summed(keys, values, self._size)
        if len(self._keys) > MAX_PAIRS:
            raise WordListError(
                f"The list has over {MAX_PAIRS:,} different pairs of symbols, more than fit in the "
                "page's memory. Use a part of the list, or one with fewer symbols."
            )


def count_pairs(indices: npt.NDArray[np.intp], size: int) -> Counts:
    """Count all neighbours of one text ``0 w w w 0 w w 0``, (V, V) for `size` symbols."""
    counter = PairCounter()
    counter.add(indices, size)
    return counter.counts(np.arange(size))


def _joined(
    first: npt.NDArray[np.integer], second: npt.NDArray[np.integer]
) -> npt.NDArray[np.int64]:
    return first.astype(np.int64) << _SHIFT | second


def _summed(
    keys: npt.NDArray[np.int64], values: npt.NDArray[np.int64] | None, size: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Sort pairs of indices below `size`; add up the values, 1 if none, of those that are equal."""
    order = _sorting(keys, size)
    keys = keys[order]
    begin = begins(keys)
    return keys[begin], group_sums(None if values is None else values[order], begin, len(keys))


def begins(keys: npt.NDArray[np.int64]) -> npt.NDArray[np.intp]:
    """Tell where each group of equal ones among sorted keys begins."""
    new = np.ones(len(keys), dtype=np.bool_)
    np.not_equal(keys[1:], keys[:-1], out=new[1:])
    return np.flatnonzero(new)


def group_sums(
    values: npt.NDArray[np.int64] | None, begin: npt.NDArray[np.intp], size: int
) -> npt.NDArray[np.int64]:
    """Add up the values, 1 if none, of each group of `size` sorted keys."""
    if values is None:
        return np.diff(begin, append=size).astype(np.int64)
    return np.add.reduceat(values, begin) if len(begin) else values


def _sorting(keys: npt.NDArray[np.int64], size: int) -> npt.NDArray[np.intp]:
    """Give the order that sorts pairs of indices below `size`."""
    if size > 1 << 16:
        return np.argsort(keys, kind="stable")
    # NumPy sorts 16 bits by radix: done twice, still six times as fast in the page.
    order = np.argsort(keys.astype(np.uint16), kind="stable")
    return order[np.argsort((keys >> _SHIFT).astype(np.uint16)[order], kind="stable")]
