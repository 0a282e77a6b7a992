"""The words of a list that are nearest to a word, by edit distance."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

__all__ = ["Nearest", "WordIndex", "edit_distances"]

_BAG = 32


class Nearest(NamedTuple):
    """The smallest edit distance, and the words that have it, in the order of the list."""

    distance: int
    words: tuple[str, ...]


class WordIndex:
    """A list of at least one word prepared for questions: its distinct words, by length.

    Words of one length make a table without padding, so one NumPy operation takes a step for all of
    them; and a length that differs by more than the best distance so far cannot hold a nearer word,
    so most words are never looked at.
    """

    def __init__(self, words: Iterable[str]) -> None:
        self._words = tuple(dict.fromkeys(words))
        places: defaultdict[int, list[int]] = defaultdict(list)
        for place, word in enumerate(self._words):
            places[len(word)].append(place)
        self._places = dict(places)
        self._bags: dict[int, npt.NDArray[np.int8]] = {}  # by length, as `_places`

    def nearest(self, word: str) -> Nearest:
        """Find the words of the list nearest to `word`; distance 0 if it has the word itself."""
        best, found = max(map(len, (word, *self._words[:1]))), list[int]()
        for length in sorted(self._places, key=lambda length: abs(length - len(word))):
            if abs(length - len(word)) > best:
                break
            places = np.array(self._places[length])
            distances = edit_distances(word, [self._words[i] for i in self._places[length]])
            lowest = int(distances.min())
            if lowest < best:
                best, found = lowest, []
            found += places[distances == best].tolist()
        return Nearest(best, tuple(self._words[i] for i in sorted(found)))

    def has_within(self, word: str, distance: int) -> bool:
        """Tell whether a word of the list is at most `distance` edits away; faster than `nearest`.

        Two words cannot be nearer than what their letters differ by, whatever the letters' order.
        """
        bag = _bags([word])[0]
        for length, places in self._places.items():
            uneven = abs(length - len(word))
            if uneven > distance:
                continue
            if length not in self._bags:
                self._bags[length] = _bags([self._words[i] for i in places])
            differing = np.abs(self._bags[length] - bag).sum(axis=1, dtype=np.int64)
            near = np.flatnonzero(differing + uneven <= 2 * distance).tolist()
            others = [self._words[places[i]] for i in near]
            if others and edit_distances(word, others).min() <= distance:
                return True
        return False


def edit_distances(word: str, others: list[str]) -> npt.NDArray[np.int64]:
    """Compute the edit distances from one word (M) to n others of one length (L), (n,).

    That is the least number of symbols to insert, delete or replace. Source: R. A. Wagner and M. J.
    Fischer, "The String-to-String Correction Problem" (1974). A step of their table depends on the
    one to its left by ``+ 1`` only, so it is a running minimum once the column number is
    subtracted.
    """
    n, L = len(others), len(others[0])
    codes = _codes("".join(others)).reshape(n, L)
    columns = np.arange(L + 1)
    row = np.tile(columns, (n, 1))  # from the empty start of `word` to each start of a word
    for symbol in _codes(word):
        new = row + 1  # delete
        np.minimum(new[:, 1:], row[:, :-1] + (codes != symbol), out=new[:, 1:])  # replace
        row = np.minimum.accumulate(new - columns, axis=1) + columns  # insert
    distances: npt.NDArray[np.int64] = row[:, -1].astype(np.int64)
    return distances


def _bags(words: Sequence[str]) -> npt.NDArray[np.int8]:
    """Count each word's letters by their code's remainder, (n, 32); at most 127 of each."""
    lengths = np.fromiter(map(len, words), dtype=np.intp, count=len(words))
    cells = np.repeat(np.arange(len(words)), lengths) * _BAG + _codes("".join(words)) % _BAG
    counts = np.bincount(cells, minlength=len(words) * _BAG).reshape(-1, _BAG)
    return np.minimum(counts, 127).astype(np.int8)


def _codes(text: str) -> npt.NDArray[np.uint32]:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
