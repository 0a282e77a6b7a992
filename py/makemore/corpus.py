"""The words that models are trained on and judged by: a sample of many, parts, and batches."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import numpy.typing as npt

from makemore.errors import SettingError
from makemore.vocabulary import Vocabulary

__all__ = ["Sample", "batches", "split_different_words", "split_words"]

Indices = npt.NDArray[np.intp]

_POSITIONS = 1 << 16  # of one batch, padding included


class Sample:
    """An even sample of a list that is too long to be kept, as its words come in blocks.

    Each word draws a number; those below a threshold stay, and the threshold is halved whenever
    they are more than `most_words`, or longer together than `most_characters`. So each word of the
    list is as likely to stay as any other, and of the same list it is always the same sample.
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


def batches(
    words: Sequence[str],
    vocabulary: Vocabulary,
    positions: Callable[[], int] = lambda: _POSITIONS,
) -> Iterator[tuple[Indices, Indices]]:
    """Give all words as x (0 first) and y (0 at the end, then -1), (B, T), shortest first.

    ``positions`` says before each batch how large B·T may be; one of a single word may be larger.
    Raises VocabularyError for a symbol that is not in the vocabulary.
    """
    text = vocabulary.encode(words)  # 0 w w w 0 w w 0
    bounds = np.flatnonzero(text == 0)
    begins, lengths = bounds[:-1], np.diff(bounds)  # of each word, a boundary counted
    order = np.argsort(lengths, kind="stable")
    done = 0
    while done < len(order):
        most = positions()
        # As many as fit when all are as long as the last one of them.
        widths = lengths[order[done : done + most]]
        B = max(1, int((widths * np.arange(1, len(widths) + 1) <= most).sum()))
        chosen = order[done : done + B]
        columns = np.arange(lengths[chosen[-1]])
        inside = columns < lengths[chosen, None]
        place = (begins[chosen, None] + columns)[inside]
        x, y = np.zeros(inside.shape, dtype=np.intp), np.full(inside.shape, -1, dtype=np.intp)
        x[inside], y[inside] = text[place], text[place + 1]
        yield x, y
        done += B
