"""Slow, plain versions of what the package does, to check it against.

They follow the definitions, one word, one example or one draw at a time, and
share no code with the package.
"""

from __future__ import annotations

import functools
import math
import random
import re
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]


def count_by_loop(words: Iterable[str], symbols: Sequence[str]) -> Counts:
    """Count bigrams one by one; ``symbols[0]`` is the boundary, whatever it looks like."""
    counts = np.zeros((len(symbols), len(symbols)), dtype=np.int64)
    for word in words:
        indices = [0, *(symbols.index(character, 1) for character in word), 0]
        for first, second in pairwise(indices):
            counts[first, second] += 1
    return counts


def words_with_counts(counts: Counts, symbols: Sequence[str]) -> list[str]:
    """Make a list of words that has exactly these counts: an Euler circuit, cut at the boundary.

    Source: C. Hierholzer (1873).
    """
    following = [
        [j for j, count in enumerate(row) for _ in range(count)] for row in counts.tolist()
    ]
    shuffler = random.Random(0)
    for followers in following:
        shuffler.shuffle(followers)
    path, circuit = [0], []
    while path:
        if following[path[-1]]:
            path.append(following[path[-1]].pop())
        else:
            circuit.append(path.pop())
    if len(circuit) != counts.sum() + 1:
        raise ValueError("no list of words has these counts")
    circuit.reverse()
    words, letters = [], list[str]()
    for index in circuit[1:]:
        if index:
            letters.append(symbols[index])
        else:
            words.append("".join(letters))
            letters = []
    return words


def sample_by_loop(
    rows: Floats, symbols: Sequence[str], count: int, draw: Callable[[Floats], int]
) -> list[str]:
    """Sample as the notebook does: ``draw(row)`` gives the next index, until it is 0."""
    words = []
    for _ in range(count):
        word, index = "", draw(rows[0])
        while index != 0:
            word += symbols[index]
            index = draw(rows[index])
        words.append(word)
    return words


def mersenne_words(seed: int, count: int) -> list[int]:
    """Draw raw words of MT19937 as seeded by the reference code's ``init_genrand``.

    Source: M. Matsumoto and T. Nishimura, mt19937ar.c (2002). Python's own
    twister does the drawing; its usual seeding is another one.
    """
    state = [seed & 0xFFFFFFFF]
    for i in range(1, 624):
        state.append((1812433253 * (state[-1] ^ (state[-1] >> 30)) + i) & 0xFFFFFFFF)
    twister = random.Random()
    twister.setstate((3, (*state, 624), None))
    return [twister.getrandbits(32) for _ in range(count)]


class OneHotModel:
    """The notebook's net, example by example: one-hot input, softmax, backward pass."""

    def __init__(self, words: Sequence[str], symbols: Sequence[str], weights: Floats) -> None:
        self.W = weights.copy()
        self.V = len(symbols)
        self.examples = [
            pair
            for word in words
            for pair in pairwise([0, *(symbols.index(c, 1) for c in word), 0])
        ]

    def _one_hot(self, index: int) -> Floats:
        x = np.zeros(self.V)
        x[index] = 1.0
        return x

    def _forward(self, x: Floats) -> Floats:
        counts = np.exp(x @ self.W)
        p: Floats = counts / counts.sum()
        return p

    def loss(self, l2: float) -> float:
        """Average −log p of the right symbol, and add the mean squared weight times `l2`."""
        nll = 0.0
        for first, second in self.examples:
            nll -= math.log(self._forward(self._one_hot(first))[second])
        squares = sum(w * w for w in self.W.ravel().tolist())
        return nll / len(self.examples) + l2 * squares / self.W.size

    def gradient(self, l2: float) -> Floats:
        """Send each example's p − y back to the weights it came from."""
        dW = np.zeros_like(self.W)
        for first, second in self.examples:
            x, y = self._one_hot(first), self._one_hot(second)
            dW += np.outer(x, self._forward(x) - y) / len(self.examples)
        return dW + 2 * l2 * self.W / self.W.size

    def step(self, learning_rate: float, l2: float) -> float:
        """Update the weights once; return the loss before."""
        loss = self.loss(l2)
        self.W = self.W - learning_rate * self.gradient(l2)
        return loss


def edit_distance_by_definition(word: str, other: str) -> int:
    """Count the edits from one word to the other by trying all of them."""

    @functools.cache
    def distance(i: int, j: int) -> int:
        if i == 0 or j == 0:
            return i + j
        replaced = distance(i - 1, j - 1) + (word[i - 1] != other[j - 1])
        return min(distance(i - 1, j) + 1, distance(i, j - 1) + 1, replaced)

    return distance(len(word), len(other))


def word_obeys(
    word: str,
    *,
    starts: str = "",
    ends: str = "",
    contains: Sequence[str] = (),
    only: str | None = None,
    without: str = "",
    pattern: str | None = None,
    shortest: int = 1,
    longest: int | None = None,
) -> bool:
    """Tell whether a word is as asked; a pattern is a regular expression in other signs."""
    if pattern:
        pieces = re.findall(r"\[.[^]]*\]|.", pattern, re.DOTALL)
        signs = {"?": ".", "*": ".*"}
        parts = [
            "[" + "".join(map(re.escape, piece[1:-1])) + "]"
            if len(piece) > 1
            else signs.get(piece, re.escape(piece))
            for piece in pieces
        ]
        if not re.fullmatch("".join(parts), word, re.DOTALL):
            return False
    return (
        word.startswith(starts)
        and word.endswith(ends)
        and all(piece in word for piece in contains)
        and (only is None or set(word) <= set(only))
        and not set(word) & set(without)
        and shortest <= len(word)
        and (longest is None or len(word) <= longest)
    )


def words_with_probabilities(
    P: Floats, after: npt.NDArray[np.intp], symbols: Sequence[str], longest: int
) -> dict[str, float]:
    """Enumerate all words of up to so many symbols, and what a chain gives each."""
    found: dict[str, float] = {}

    def go_on(word: str, context: int, p: float) -> None:
        found[word] = p * float(P[context, 0])
        if len(word) < longest:
            for symbol in range(1, len(symbols)):
                go_on(word + symbols[symbol], int(after[context, symbol]), p * P[context, symbol])

    go_on("", 0, 1.0)
    return found


class PlainKneserNey:
    """Interpolated modified Kneser–Ney with dicts, gram by gram; symbols are characters, "" ends.

    Source: S. F. Chen and J. Goodman (1999); the choices at a word's start are design's: contexts
    are padded with boundaries, which are one left neighbour, and a context that begins at the
    word's start keeps its counts.
    """

    def __init__(self, words: Sequence[str], symbols: int, order: int) -> None:
        self.order, self.symbols = order, symbols
        raw: dict[tuple[str, ...], int] = {}
        for word in words:
            padded = [""] * max(order - 1, 1) + list(word) + [""]
            for t in range(max(order - 1, 1), len(padded)):
                for k in range(1, order + 1):
                    gram = tuple(padded[t - k + 1 : t + 1])
                    raw[gram] = raw.get(gram, 0) + 1
        self.levels: list[dict[tuple[str, ...], int]] = []
        for k in range(1, order + 1):
            level = {}
            for gram, count in raw.items():
                if len(gram) == k:
                    left = {other[0] for other in raw if len(other) == k + 1 and other[1:] == gram}
                    keeps = k == order or (k > 1 and gram[0] == "")
                    level[gram] = count if keeps else len(left)
            self.levels.append(level)
        self.discounts = [self._discounts(list(level.values())) for level in self.levels]

    @staticmethod
    def _discounts(counts: list[int]) -> list[float]:
        n1, n2, n3, n4 = (max(1, counts.count(c)) for c in (1, 2, 3, 4))
        y = n1 / (n1 + 2 * n2)
        found = [1 - 2 * y * n2 / n1, 2 - 3 * y * n3 / n2, 3 - 4 * y * n4 / n3]
        return [0.0, *(max(0.0, d) for d in found)]

    def probability(self, before: str, symbol: str) -> float:
        """P of a symbol, "" for the end, after the beginning of a word."""
        padded = [""] * self.order + list(before)
        p = 1 / self.symbols
        for k in range(1, self.order + 1):
            context = tuple(padded[len(padded) - k + 1 :])
            level, discounts = self.levels[k - 1], self.discounts[k - 1]
            followers = {g[-1]: n for g, n in level.items() if g[:-1] == context}
            total = sum(followers.values())
            if total == 0:
                continue
            taken = {w: discounts[min(n, 3)] for w, n in followers.items()}
            own = followers.get(symbol, 0) - taken.get(symbol, 0.0)
            p = own / total + sum(taken.values()) / total * p
        return p
