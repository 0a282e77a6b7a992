"""Counts to probabilities, by counting: the table is the model."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Generic, Self, TypeVar, overload

import numpy as np
import numpy.typing as npt

from makemore.counting.tally import DENSE_SYMBOLS, Counts, SparseCounts, count_pairs, row_sums
from makemore.errors import MakemoreError, SettingError
from makemore.models.protocol import Chain, Event, State
from makemore.vocabulary import Vocabulary

__all__ = [
    "Bigram",
    "CountModel",
    "Probabilities",
    "SmoothedRows",
    "chain_of_table",
    "condense_probabilities",
    "log_prob_of_table",
]


class SmoothedRows:
    """P (V, V) of a large alphabet, add-k: rows are worked out when asked for, and never kept."""

    def __init__(self, counts: SparseCounts, smoothing: float) -> None:
        self.counts, self.smoothing = counts, smoothing
        self._totals = counts.row_sums() + smoothing * len(counts)

    def __len__(self) -> int:
        """Count the rows: V."""
        return len(self.counts)

    def __getitem__(self, wanted: Any) -> npt.NDArray[np.float64]:
        """Work out what the same index gives of a whole table.

        An int gives a row (V,), an array of intp (B,) rows (B, V), and two such arrays the single
        probabilities ``P[first, second]``, (B,).
        """
        if isinstance(wanted, tuple):
            first, second = wanted
            smoothed = self.counts.at(first, second) + self.smoothing
            single: npt.NDArray[np.float64] = smoothed / self._totals[first]
            return single
        if np.ndim(wanted) == 1:
            return np.array([self[row] for row in wanted.tolist()]).reshape(-1, len(self))
        smoothed = self.counts.row(wanted) + self.smoothing
        row: npt.NDArray[np.float64] = smoothed / self._totals[wanted]
        return row

    def condense(self, kept: npt.NDArray[np.intp]) -> npt.NDArray[np.float64]:
        """Sum all symbols but the K kept ones into a last row and column, (K + 1, K + 1).

        ``kept`` are their indices, (K,), K below V; see `condense_probabilities`.
        """
        N, V, K = self.counts, len(self), len(kept)
        place = np.full(V, K)
        place[kept] = np.arange(K)
        weights = np.where(place == K, N.row_sums(), 1.0)
        scales = weights / self._totals
        table = np.zeros((K + 1, K + 1))
        np.add.at(table, (place[N.first], place[N.second]), N.values * scales[N.first])
        columns = np.append(np.ones(K), V - K) * self.smoothing
        table += np.bincount(place, scales, minlength=K + 1)[:, None] * columns
        table[K] /= weights[place == K].sum()
        return table


Probabilities = npt.NDArray[np.float64] | SmoothedRows
"""P: a whole table of shape (V, V), or one whose rows are worked out when asked for."""


def condense_probabilities(
    P: Probabilities, counts: Counts, kept: npt.NDArray[np.intp]
) -> npt.NDArray[np.float64]:
    """Sum all symbols but the kept ones of P (V, V) into one last row and column.

    ``kept`` are their indices, (K,), in the order of the result: (K + 1, K + 1), or (K, K) if
    nothing is left over. The last column is the probability of any other symbol, the last row that
    of what follows one, each weighted by how often it comes in the counts (V, V).
    """
    rest = np.setdiff1d(np.arange(len(P)), kept)
    if len(rest) == 0:
        return P[kept][:, kept]
    if isinstance(P, SmoothedRows):
        return P.condense(kept)
    columns = np.column_stack([P[:, kept], P[:, rest].sum(axis=1)])
    weights = row_sums(counts)[rest].astype(np.float64)
    if not weights.any():
        weights[:] = 1
    return np.vstack([columns[kept], weights @ columns[rest] / weights.sum()])


C = TypeVar("C", bound=Counts)


class CountModel(Generic[C]):
    """Bigram probabilities as shares of each row of the counts (V, V), with add-k smoothing.

    k, the smoothing, is added to every count before the rows are normalised; with 0, a pair never
    seen has probability 0. Raises SettingError if it is negative, not finite or makes a row's sum
    infinite, or is 0 while a row has no counts, so that its shares are not defined. Source: the
    notebook's ``P = (N+1).float(); P /= P.sum(1, keepdims=True)``.
    """

    def __init__(self, counts: C, smoothing: float = 1.0) -> None:
        if not (math.isfinite(smoothing) and smoothing >= 0):
            raise SettingError(
                f"Smoothing must be 0 or more; it is {smoothing!r}. The notebook uses 1.",
                "smoothing",
            )
        if not math.isfinite(2 * smoothing * len(counts)):
            raise SettingError(
                f"Smoothing is {smoothing!r}, so large that a row's sum is infinite. "
                "Every row is even long before that: use 1e9 at most.",
                "smoothing",
            )
        if smoothing == 0 and not row_sums(counts).all():
            raise SettingError(
                "Smoothing cannot be 0 here: a symbol is never followed by anything, so its row "
                "has no shares. Use a smoothing above 0.",
                "smoothing",
            )
        self.counts = counts
        self.smoothing = float(smoothing)

    @overload
    def probabilities(self: CountModel[npt.NDArray[np.int64]]) -> npt.NDArray[np.float64]: ...
    @overload
    def probabilities(self: CountModel[SparseCounts]) -> SmoothedRows: ...
    @overload
    def probabilities(self) -> Probabilities: ...
    def probabilities(self) -> Probabilities:
        """Compute P = ``(N + k) / (N + k).sum(axis=1, keepdims=True)``, (V, V)."""
        if isinstance(self.counts, SparseCounts):
            return SmoothedRows(self.counts, self.smoothing)
        smoothed = self.counts + self.smoothing
        # keepdims: each row is divided by its own sum. Without it the sums
        # would be laid along the columns, and P would be wrong without an error.
        probabilities: npt.NDArray[np.float64] = smoothed / smoothed.sum(axis=1, keepdims=True)
        return probabilities


class Bigram:
    """The notebook's first model: each row of counts, smoothed by add-k, divided by its sum."""

    def __init__(self, vocabulary: Vocabulary, table: CountModel[Counts]) -> None:
        self.vocabulary, self.table = vocabulary, table
        self.P = table.probabilities()

    @property
    def reach(self) -> int:
        """How many symbols back matter."""
        return 1

    def predict(self, x: npt.NDArray[np.intp]) -> npt.NDArray[np.float64]:
        """Give P(next | row): (B, T), rows begin with 0, to (B, V)."""
        return self.P[np.asarray(x)[:, -1]]

    def log_prob(self, x: npt.NDArray[np.intp], y: npt.NDArray[np.intp]) -> npt.NDArray[np.float64]:
        """Give log P(y[:, t] | x[:, :t + 1]) in nats, (B, T); 0 where y is -1."""
        return log_prob_of_table(self.P, x, y)

    def chain(self) -> Chain:
        """Give P and the next context, which is the symbol itself."""
        return chain_of_table(self.P, len(self.vocabulary))

    def state(self) -> State:
        """Give the counts above 0 and the smoothing."""
        N = self.table.counts
        sparse = N if isinstance(N, SparseCounts) else SparseCounts.from_dense(N)
        pairs = np.stack([sparse.first, sparse.second]).astype(np.int32)
        return State({"smoothing": self.table.smoothing}, {"pairs": pairs, "counts": sparse.values})

    @classmethod
    def from_state(cls, vocabulary: Vocabulary, state: State) -> Self:
        """Make the model again that gave `state`."""
        pairs, values = state.arrays["pairs"], state.arrays["counts"]
        outside = pairs.size and not 0 <= pairs.min() <= pairs.max() < len(vocabulary)
        if outside or values.shape != pairs.shape[1:] or (values < 0).any():
            raise MakemoreError("The pairs and their counts are not those of these symbols.")
        first, second = pairs.astype(np.intp)
        sparse = SparseCounts(len(vocabulary), first, second, values)
        counts = sparse if len(vocabulary) > DENSE_SYMBOLS else sparse.toarray()
        return cls(vocabulary, CountModel(counts, float(state.config["smoothing"])))

    @classmethod
    def start(
        cls, words: Sequence[str], vocabulary: Vocabulary, settings: Mapping[str, Any]
    ) -> Self:
        """Make the model of no words: every symbol is as likely as any other."""
        del words, settings
        none = np.zeros(0, dtype=np.intp)
        counts = SparseCounts(len(vocabulary), none, none, none.astype(np.int64))
        dense = len(vocabulary) <= DENSE_SYMBOLS
        return cls(vocabulary, CountModel(counts.toarray() if dense else counts, 1.0))

    def train(
        self, words: Sequence[str], settings: Mapping[str, Any], held_out: Sequence[str] = ()
    ) -> Iterator[Event]:
        """Count the words; a run of one step."""
        del held_out
        counts = count_pairs(self.vocabulary.encode(words), len(self.vocabulary))
        smoothing = settings.get("smoothing")
        self.table = CountModel(counts, 1.0 if smoothing is None else smoothing)
        self.P = self.table.probabilities()
        yield Event("bigram counts", 1, 1, done=True)


def log_prob_of_table(
    P: Probabilities, x: npt.NDArray[np.intp], y: npt.NDArray[np.intp]
) -> npt.NDArray[np.float64]:
    """Give log P[x, y], and 0 where y is -1, (B, T)."""
    asked = np.asarray(y) >= 0
    result = np.zeros(asked.shape)
    with np.errstate(divide="ignore"):
        result[asked] = np.log(P[np.asarray(x)[asked], np.asarray(y)[asked]])
    return result


def chain_of_table(P: Probabilities, V: int) -> Chain:
    """Make a chain whose contexts are the symbols."""
    return Chain(V, P, np.broadcast_to(np.arange(V), (V, V)))
