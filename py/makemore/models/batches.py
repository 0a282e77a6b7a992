"""Words as nets take them: only the positions that count, one word after another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from makemore.vocabulary import Vocabulary

__all__ = ["Batch", "Words"]

Ints = npt.NDArray[np.int32]
Indices = npt.NDArray[np.intp]


class Batch(NamedTuple):
    """Sequences of symbols and what follows each; those of B words have n symbols together.

    ``ids`` (n,) are the symbols, 0 a word's start; ``targets`` (n,) what follows, 0 a word's end,
    -1 what does not count; sequence b is ``offsets[b] : offsets[b + 1]``, offsets (B + 1,). There
    is no padding, which makemore.py computes, more than half of the work, and leaves out.
    """

    ids: Ints
    targets: Ints
    offsets: Ints

    @classmethod
    def of(cls, x: Indices, y: Indices) -> Batch:
        """Pack rows x and y (B, T) up to the last symbol of y that is not -1."""
        x, y = np.asarray(x), np.asarray(y)
        columns = np.arange(1, x.shape[1] + 1)
        lengths = np.max((y >= 0) * columns, axis=1, initial=0)
        counts = columns <= lengths[:, None]
        return cls(_int32(x[counts]), _int32(y[counts]), _offsets(lengths[lengths > 0]))

    @property
    def lengths(self) -> Ints:
        """How many symbols each sequence has, (B,)."""
        return np.diff(self.offsets)

    @property
    def positions(self) -> Ints:
        """The place of each symbol in its sequence, from 0, (n,)."""
        begins = np.repeat(self.offsets[:-1], self.lengths)
        return np.arange(len(self.ids), dtype=np.int32) - begins

    @property
    def asked(self) -> int:
        """How many targets count."""
        return int((self.targets >= 0).sum())

    def within(self, reach: int | None, stride: int = 1, phase: int = 0) -> Batch:
        """Give targets beyond `reach` sequences of their own, of the last `reach` symbols.

        So does makemore.py's `generate`, where positions begin at 0 again. With a larger stride so
        many targets share a sequence, and see fewer symbols than that; with a phase below it the
        first sequence is shorter by so many symbols, so that others begin at other places. Targets
        stay in their order.
        """
        if reach is None or len(self.ids) == 0 or self.lengths.max() <= reach:
            return self
        rows: list[Indices] = []
        asked: list[npt.NDArray[np.bool_]] = []
        for begin, end in zip(self.offsets[:-1].tolist(), self.offsets[1:].tolist(), strict=True):
            done = begin
            while done < end:
                until = min(end, begin + reach - phase if done == begin else done + stride)
                first = max(begin, until - reach)
                rows.append(np.arange(first, until))
                asked.append(rows[-1] >= done)
                done = until
        taken = np.concatenate(rows)
        targets = np.where(np.concatenate(asked), self.targets[taken], -1)
        lengths = np.array([len(row) for row in rows])
        return Batch(self.ids[taken], _int32(targets), _offsets(lengths))

    def parts(self, rows: int) -> Iterator[Batch]:
        """Divide into batches of whole sequences, of about so many symbols at most."""
        ends = self.offsets[1:]
        b = 0
        while b < len(ends):
            begin = int(self.offsets[b])
            after = max(b + 1, int(np.searchsorted(ends, begin + rows, side="right")))
            end = int(self.offsets[after])
            offsets = self.offsets[b : after + 1] - np.int32(begin)
            yield Batch(self.ids[begin:end], self.targets[begin:end], offsets)
            b = after

    def windows(self, width: int, blank: int) -> Ints:
        """Give each symbol and those before it, newest first, (n, width); `blank` before a word."""
        back = np.arange(width, dtype=np.int32)
        rows = np.arange(len(self.ids), dtype=np.int32)[:, None] - back
        inside = self.positions[:, None] >= back
        windows: Ints = np.where(inside, self.ids[np.maximum(rows, 0)], np.int32(blank))
        return windows


class Words:
    """Words as one row of symbols, from which batches are cut."""

    def __init__(self, words: Sequence[str], vocabulary: Vocabulary) -> None:
        text = vocabulary.encode(words)  # 0 w w w 0 w w 0
        self._text = _int32(text)
        ends = np.flatnonzero(text == 0)
        self._begins, self._lengths = ends[:-1], np.diff(ends)

    def __len__(self) -> int:
        """Count the words."""
        return len(self._begins)

    @property
    def symbols(self) -> int:
        """The symbols of all words, ends included."""
        return int(self._lengths.sum())

    def batch(self, chosen: Indices) -> Batch:
        """Take words by their numbers, in that order."""
        lengths = self._lengths[chosen]
        offsets = _offsets(lengths)
        rows = np.arange(offsets[-1]) + np.repeat(self._begins[chosen] - offsets[:-1], lengths)
        return Batch(self._text[rows], self._text[rows + 1], offsets)


def _offsets(lengths: npt.NDArray[np.integer]) -> Ints:
    return np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)


def _int32(indices: npt.NDArray[np.integer]) -> Ints:
    return np.ascontiguousarray(indices, dtype=np.int32)
