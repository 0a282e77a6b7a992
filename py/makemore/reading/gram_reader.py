"""A file that comes in chunks to its n-grams, read and cleaned as every list is."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from makemore.counting.ngrams import NgramTally, contexts_of
from makemore.reading.cleaning import Block
from makemore.reading.reader import ReadOptions, WordReader
from makemore.reading.report import ReadReport

__all__ = ["GramReader", "ReadGrams"]

_AT_ONCE = 1_000_000  # symbols that are sorted at once

Indices = npt.NDArray[np.intp]
Ints = npt.NDArray[np.int64]


class ReadGrams(NamedTuple):
    """What was counted: the symbols after the boundary, in the tally's order, and the report."""

    symbols: tuple[str, ...]
    tally: NgramTally
    words: int
    report: ReadReport


class GramReader(WordReader):
    """Reads a list from chunks of bytes, as `WordReader`, and counts n-grams in place of pairs.

    No word at all is no error here: a part of a list may be empty.
    """

    def __init__(self, order: int, options: ReadOptions | None = None) -> None:
        super().__init__(options)
        self._order = order
        self._waiting: list[Indices] = []
        self._weights: list[Ints] = []  # of what waits, if its words have any
        self._symbols_waiting = 0
        self._tallies: list[NgramTally] = []  # each larger than those after it

    def grams(self, *, whole: bool = True) -> ReadGrams:
        """Read what is left, and give the n-grams of all; of whole lines if more was to come."""
        if whole:
            self._finish_text()
        self._count_waiting()
        V = len(self._table.symbols)
        tallies = self._tallies or [NgramTally.of_text(np.zeros(1, dtype=np.intp), V, self._order)]
        return ReadGrams(
            tuple(self._table.symbols[1:]), _added_up(tallies, V), self.count, self.report
        )

    def _note_facts(self, block: Block, starts: Indices, first_line: int) -> None:
        self.count += len(block.ends)

    def _tally(self, indices: Indices, weights: Ints | None) -> None:
        self._waiting.append(indices[1:])
        if weights is not None:
            self._weights.append(weights)
        self._symbols_waiting += len(indices) - 1
        if self._symbols_waiting >= _AT_ONCE:
            self._count_waiting()

    def _count_waiting(self) -> None:
        if not self._waiting:
            return
        text = np.concatenate([np.zeros(1, dtype=np.intp), *self._waiting])
        V = len(self._table.symbols)
        if self._weights:
            grams = np.stack(contexts_of(text, self._order), axis=1)
            tally = NgramTally.of_grams(V, grams, np.concatenate(self._weights))
        else:
            tally = NgramTally.of_text(text, V, self._order)
        self._waiting, self._weights, self._symbols_waiting = [], [], 0
        while self._tallies and len(self._tallies[-1].grams) <= 2 * len(tally.grams):
            tally = _added_up([self._tallies.pop(), tally], V)
        self._tallies.append(tally)


def _added_up(tallies: list[NgramTally], V: int) -> NgramTally:
    if len(tallies) == 1 and tallies[0].V == V:
        return tallies[0]
    grams = np.concatenate([tally.grams for tally in tallies])
    return NgramTally.of_grams(V, grams, np.concatenate([tally.counts for tally in tallies]))
