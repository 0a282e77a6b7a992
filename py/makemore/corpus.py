"""Words as indices, and their parts: what models are trained on and judged by."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from makemore.counting.ngrams import narrowest
from makemore.errors import SettingError
from makemore.vocabulary import Vocabulary

__all__ = ["Corpus", "Sample", "batches", "split_different_words", "split_words"]

Indices = npt.NDArray[np.intp]

_POSITIONS = 1 << 16  # of one batch, padding included


class Sample:
    """An even sample of a list that is too long to be kept, as its words come in blocks.

    Each word draws a number; those below a threshold stay, and the threshold is halved whenever
    they are too many. Of the same list it is always the same sample.
    """

    def __init__(self, most_words: int, most_characters: int) -> None:
        self._most_words, self._most_characters = most_words, most_characters
        self._generator = np.random.RandomState(42)
        self._threshold = 1.0
        self._words: list[str] = []
        self._characters = 0  # of the words
        self._numbers: npt.NDArray[np.float64] = np.zeros(0)

    def choose(self, count: int) -> npt.NDArray[np.float64]:
        """Draw the numbers of so many words; those at or above `threshold` need not be added."""
        return self._generator.random_sample(count)

    @property
    def threshold(self) -> float:
        """Below it a word stays."""
        return self._threshold

    def add(self, words: Sequence[str], numbers: npt.NDArray[np.float64]) -> None:
        """Take the words whose numbers are below the threshold."""
        self._words += words
        self._characters += sum(map(len, words))
        self._numbers = np.concatenate([self._numbers, numbers])
        while self._too_many():
            self._threshold /= 2
            kept = self._numbers < self._threshold
            self._words = [word for word, keep in zip(self._words, kept, strict=True) if keep]
            self._characters = sum(map(len, self._words))
            self._numbers = self._numbers[kept]

    def words(self) -> tuple[str, ...]:
        """Give the sample, in the order of the list."""
        return tuple(self._words)

    def _too_many(self) -> bool:
        return len(self._words) > self._most_words or self._characters > self._most_characters


def split_words(
    words: Sequence[str], shares: Sequence[float] = (0.8, 0.1, 0.1), seed: int = 42
) -> list[list[str]]:
    """Divide words at random, as the lectures do: shuffled, then cut at the running shares.

    A word that comes several times may be in several parts. Raises SettingError for shares that
    are no shares of a whole. Source: makemore's second notebook, ``random.seed(42)``.
    """
    total = sum(shares)
    if not shares or min(shares) < 0 or abs(total - 1) > 1e-9:
        raise SettingError(
            f"Shares must be 0 or more and add up to 1; they are {shares!r}.", "shares"
        )
    shuffled = list(words)
    random.Random(seed).shuffle(shuffled)
    cuts, running = [0], 0.0
    for share in shares[:-1]:
        running += share
        # 0.7 + 0.1 is a little less than 0.8, and must not cut a word earlier.
        cuts.append(int(round(running, 9) * len(shuffled)))
    cuts.append(len(shuffled))
    return [shuffled[begin:end] for begin, end in itertools.pairwise(cuts)]


def split_different_words(
    words: Sequence[str], shares: Sequence[float] = (0.8, 0.1, 0.1), seed: int = 42
) -> list[list[str]]:
    """Divide the words so that equal ones are in the same part; as `split_words` otherwise.

    The parts' sizes are by different words.
    """
    parts = split_words(list(dict.fromkeys(words)), shares, seed)
    part_of = {word: i for i, part in enumerate(parts) for word in part}
    split: list[list[str]] = [[] for _ in shares]
    for word in words:
        split[part_of[word]].append(word)
    return split


def batches(words: Sequence[str], vocabulary: Vocabulary) -> Iterator[tuple[Indices, Indices]]:
    """Give all words as x and y (B, T), shortest first; y is -1 behind a word's end.

    Raises VocabularyError for a symbol that is not in the vocabulary.
    """
    yield from Corpus.of_words(words, vocabulary).batches()


@dataclass(frozen=True)
class Corpus:
    """Words as symbols: word i is ``indices[offsets[i] : offsets[i + 1]]``, no boundaries.

    ``indices`` has the narrowest unsigned type for V symbols, ``offsets`` (n + 1,) are int64.
    """

    vocabulary: Vocabulary
    indices: npt.NDArray[np.unsignedinteger]
    offsets: npt.NDArray[np.int64]

    @classmethod
    def of_words(cls, words: Sequence[str], vocabulary: Vocabulary) -> Corpus:
        """Encode words; raises VocabularyError for a symbol that is not in the vocabulary."""
        text = vocabulary.encode(words)
        ends = np.flatnonzero(text == 0)  # the boundaries around the words
        offsets = ends - np.arange(len(ends))
        symbols = text[text != 0].astype(narrowest(len(vocabulary)))
        return cls(vocabulary, symbols, offsets.astype(np.int64))

    def batches(
        self, positions: Callable[[], int] = lambda: _POSITIONS
    ) -> Iterator[tuple[Indices, Indices]]:
        """Give all words as x and y (B, T), shortest first; y is -1 behind a word's end.

        ``positions`` says before each batch how many it may have; one of a single word may have
        more.
        """
        lengths = np.diff(self.offsets)
        order = np.argsort(lengths, kind="stable")
        begin = 0
        while begin < len(order):
            most = positions()
            # As many as fit when all are as long as the last one of them.
            widths = lengths[order[begin : begin + most]] + 1
            fits = widths * np.arange(1, len(widths) + 1) <= most
            B = max(1, int(fits.sum()))
            yield self.rows(order[begin : begin + B])
            begin += B

    def rows(self, chosen: Indices) -> tuple[Indices, Indices]:
        """Give the chosen words as x (0 first) and y (0 at the end, then -1), (B, T)."""
        lengths = (self.offsets[chosen + 1] - self.offsets[chosen]).astype(np.intp)
        B, T = len(chosen), int(lengths.max(initial=0)) + 1
        columns = np.arange(T)
        inside = columns[:-1] < lengths[:, None]
        place = self.offsets[chosen][:, None] + columns[:-1]
        symbols = self.indices[place[inside]]
        x, y = np.zeros((B, T), dtype=np.intp), np.full((B, T), -1, dtype=np.intp)
        x[:, 1:][inside] = symbols
        y[:, :-1][inside] = symbols
        y[np.arange(B), lengths] = 0
        return x, y
