"""The words that models learn from, and the parts they are divided into."""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from makemore.errors import SettingError
from makemore.vocabulary import Vocabulary

__all__ = ["Sample", "folds", "split_different_words", "split_words", "windows"]

SHARES = (0.8, 0.1, 0.1)
SPLIT_SEED = 42


class Sample:
    """An even sample of a list that is too long to be kept, as its words come in blocks.

    Each word draws a number; those below a threshold stay, and the threshold is halved whenever
    they are too many. Of the same list it is always the same sample.
    """

    def __init__(self, most_words: int, most_characters: int) -> None:
        self._most_words, self._most_characters = most_words, most_characters
        self._generator = np.random.RandomState(SPLIT_SEED)
        self._threshold = 1.0
        self._words: list[str] = []
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
        self._numbers = np.concatenate([self._numbers, numbers])
        while self._too_many():
            self._threshold /= 2
            kept = self._numbers < self._threshold
            self._words = [word for word, keep in zip(self._words, kept, strict=True) if keep]
            self._numbers = self._numbers[kept]

    def words(self) -> tuple[str, ...]:
        """Give the sample, in the order of the list."""
        return tuple(self._words)

    def _too_many(self) -> bool:
        few = len(self._words) <= self._most_words
        return not few or sum(map(len, self._words)) > self._most_characters


def split_words(
    words: Sequence[str], shares: Sequence[float] = SHARES, seed: int = SPLIT_SEED
) -> tuple[list[str], ...]:
    """Shuffle a copy of the words and cut it, as the lectures do: train, dev and test.

    Returns a list for each of ``shares``; cuts are at ``int(n * running sum of the shares)``.
    Equal words may land in different parts: see `split_different_words`. Raises SettingError if a
    share is negative or they do not add up to 1. Source: ``random.seed(42); random.shuffle(words)``
    of the notebooks from "makemore, part 2: MLP" on.
    """
    if any(share < 0 for share in shares) or abs(sum(shares) - 1) > 1e-9:
        raise SettingError(
            f"Shares must be 0 or more and add up to 1; {shares!r} do not.", "shares"
        )
    shuffled = list(words)
    random.Random(seed).shuffle(shuffled)
    running, cuts = 0.0, [0]
    for share in shares[:-1]:
        running += share
        cuts.append(int(running * len(shuffled)))
    cuts.append(len(shuffled))
    return tuple(shuffled[begin:end] for begin, end in pairwise(cuts))


def split_different_words(
    words: Sequence[str], shares: Sequence[float] = SHARES, seed: int = SPLIT_SEED
) -> tuple[list[str], ...]:
    """Divide the words so that equal ones are in the same part; as `split_words` otherwise.

    The parts' sizes are by different words.
    """
    parts = split_words(list(dict.fromkeys(words)), shares, seed)
    part_of = {word: i for i, part in enumerate(parts) for word in part}
    split: tuple[list[str], ...] = tuple([] for _ in shares)
    for word in words:
        split[part_of[word]].append(word)
    return split


def folds(words: Sequence[str], count: int, seed: int = SPLIT_SEED) -> list[list[str]]:
    """Divide the words into `count` parts of nearly equal size, for cross-validation."""
    shuffled = list(words)
    random.Random(seed).shuffle(shuffled)
    return [shuffled[i::count] for i in range(count)]


def windows(
    words: Sequence[str], vocabulary: Vocabulary, back: int
) -> tuple[list[npt.NDArray[np.intp]], npt.NDArray[np.intp]]:
    """Write words as what is to be predicted, and the symbols before it.

    Returns ``before`` and ``y``: ``y`` (n,) holds each symbol of each word and its end, 0;
    ``before[d - 1]`` (n,) the symbol d places before, 0 where that is before the word's start.
    Raises VocabularyError if a word holds a symbol that is not in the vocabulary.
    """
    text = vocabulary.encode(words)  # 0 w w w 0 w w 0
    y, x = text[1:], text[:-1]
    first = np.flatnonzero(x == 0)
    place = np.arange(len(x)) - first[np.cumsum(x == 0) - 1]  # 0 for a word's first symbol
    before = []
    for d in range(1, back + 1):
        shifted = np.zeros_like(y)
        shifted[d - 1 :] = x[: len(x) - d + 1]
        shifted[place < d] = 0
        before.append(shifted)
    return before, y
