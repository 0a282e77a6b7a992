"""Small models of finitely many contexts, and the same ones as nets are: without a chain."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from makemore.case import Case
from makemore.models.protocol import Chain
from makemore.vocabulary import Vocabulary

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]


class PredictingModel:
    """A table of contexts that only answers `predict`, as a net does."""

    reach = None

    def __init__(
        self, vocabulary: Vocabulary, P: Floats, after: Indices, case: Case | None = None
    ) -> None:
        self.vocabulary, self.P, self.after, self.case = vocabulary, P, after, case
        self.rows_asked: list[int] = []

    def predict(self, x: Indices) -> Floats:
        """Walk the contexts, a symbol at a time."""
        self.rows_asked.append(len(x))
        contexts = np.zeros(len(x), dtype=np.intp)
        for symbols in x[:, 1:].T:
            contexts = self.after[contexts, symbols]
        P: Floats = self.P[contexts]
        return P


class ChainModel(PredictingModel):
    """The same, with its chain."""

    def chain(self) -> Chain:
        """Give the table."""
        return Chain(len(self.P), self.P, self.after)


def random_table(seed: int, C: int, V: int, zeros: float = 0.0) -> tuple[Floats, Indices]:
    """Make P (C, V), of which a share is 0 but never the first column, and next (C, V)."""
    random = np.random.default_rng(seed)
    P = random.random((C, V)) ** 2
    P[:, 1:][random.random((C, V - 1)) < zeros] = 0
    P[:, 0] += 0.2
    return P / P.sum(axis=1, keepdims=True), random.integers(0, C, (C, V)).astype(np.intp)


def bigrams_of(words: Sequence[str], smoothing: float = 0.0) -> ChainModel:
    """Count bigrams one by one."""
    vocabulary = Vocabulary.from_words(words)
    V = len(vocabulary)
    N = np.full((V, V), smoothing)
    for word in words:
        symbols = vocabulary.encode([word]).tolist()
        for first, second in pairwise(symbols):
            N[first, second] += 1
    after = np.tile(np.arange(V), (V, 1))
    return ChainModel(vocabulary, N / N.sum(axis=1, keepdims=True), after)
