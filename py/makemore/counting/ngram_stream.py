"""N-grams of a list that comes in pieces, in bounded memory; exact, at as high an order as fits."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from makemore.counting.ngrams import NgramTally, summed

__all__ = ["NgramCounter"]

MOST_GRAMS = 4_000_000  # different ones, of 50 bytes in the model made of them: 200 MB

_CELLS = 1 << 25  # of a table of all grams: 134 MB; up to so many nothing needs to be sorted
_FULL = 1 << 31  # symbols that a table may have counted: a cell holds twice as many
_PENDING = 1 << 20  # grams that wait to be merged, at least
_ROOM = 1 << 62

Indices = npt.NDArray[np.intp]
Ints = npt.NDArray[np.int64]


class NgramCounter:
    """Counts grams of up to `order` symbols as text comes.

    A gram is one number, newest symbol first, to the base of ``_stride``, so that a lower order is
    a division. Where the different grams are more than `most`, the order is lowered, and stays so;
    ``order`` is what was counted.
    """

    def __init__(self, order: int, most: int = MOST_GRAMS) -> None:
        self.order, self._most, self._stride = order, most, 32
        self._table: npt.NDArray[np.uint32] | None = None
        self._counted = 0  # by the table
        self._keys: Ints = np.zeros(0, dtype=np.int64)
        self._values: Ints = np.zeros(0, dtype=np.int64)
        self._pending: list[tuple[Ints, Ints]] = []
        self._waiting = 0

    def add(self, indices: Indices, size: int, weights: Ints | None = None) -> None:
        """Count one more piece of text; as `PairCounter.add` takes it, whole words."""
        self._grow(size)
        keys = self._packed(indices)
        if weights is None and self._stride**self.order <= _CELLS:
            if self._table is None:
                self._table = np.zeros(self._stride**self.order, dtype=np.uint32)
            np.add.at(self._table, keys, np.uint32(1))
            self._counted += len(keys)
            if self._counted >= _FULL:
                self._leave_table()
            return
        self._keep(*summed(keys.astype(np.int64), weights))

    def _keep(self, keys: Ints, values: Ints) -> None:
        self._pending.append((keys, values))
        self._waiting += len(keys)
        if self._waiting > max(_PENDING, len(self._keys)):
            self._merge()

    def _packed(self, indices: Indices) -> npt.NDArray[Any]:
        """Write each gram as one number, (n,); as `contexts_of`, in as few bytes as will do."""
        small = self._stride**self.order < 1 << 31
        text = indices.astype(np.int32 if small else np.int64)
        keys: npt.NDArray[Any] = text[1:].copy()
        before, n = text[:-1], len(text) - 1
        for back in range(1, self.order):
            if back > 1:
                # Where a word has begun, nothing before it counts.
                inside = before != 0
                before = np.zeros_like(keys)
                np.multiply(
                    text[: max(0, n + 1 - back)], inside[back - 1 :], out=before[back - 1 :]
                )
            keys *= self._stride
            keys += before
        return keys

    def tally(self, order_of_symbols: Indices) -> NgramTally:
        """Give the counts with the symbols in another order: ``order_of_symbols[new]`` is old."""
        self._leave_table()
        self._merge()
        V = len(order_of_symbols)
        place = np.zeros(max(V, self._stride), dtype=np.intp)
        place[order_of_symbols] = np.arange(V)
        return NgramTally.of_grams(V, place[self._digits()], self._values)

    def _grow(self, size: int) -> None:
        """Make room for indices below `size`; the order is lowered if one number is too few."""
        if size > self._stride:
            self._leave_table()
            self._merge()
            digits, self._stride = self._digits(), max(size, self._stride + self._stride // 2)
            self._keys = np.zeros(len(digits), dtype=np.int64)
            if self._stride**self.order >= _ROOM:
                while self._stride**self.order >= _ROOM:
                    self.order -= 1
                digits = digits[:, : self.order]
            for column in digits.T:
                self._keys = self._keys * self._stride + column
            self._keys, self._values = summed(self._keys, self._values)

    def _leave_table(self) -> None:
        table = self._table
        if table is not None:
            self._table, self._counted = None, 0
            while self.order > 1 and np.count_nonzero(table) > self._most:
                self.order -= 1
                table = table.reshape(-1, self._stride).sum(axis=1, dtype=np.uint32)
                self._keys //= self._stride
                self._pending = [(keys // self._stride, n) for keys, n in self._pending]
            keys = np.flatnonzero(table)
            values = table[keys].astype(np.int64)
            self._keep(keys.astype(np.int64), values)

    def _digits(self) -> npt.NDArray[np.intp]:
        """Give the symbols of all grams, (G, order)."""
        digits = np.zeros((len(self._keys), self.order), dtype=np.intp)
        rest = self._keys
        for column in range(self.order - 1, -1, -1):
            rest, digits[:, column] = np.divmod(rest, self._stride)
        return digits

    def _merge(self) -> None:
        keys = np.concatenate([self._keys, *(keys for keys, _ in self._pending)])
        values = np.concatenate([self._values, *(values for _, values in self._pending)])
        self._pending, self._waiting = [], 0
        self._keys, self._values = summed(keys, values)
        while len(self._keys) > self._most and self.order > 1:
            self.order -= 1
            self._keys, self._values = summed(self._keys // self._stride, self._values)
