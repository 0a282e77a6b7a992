"""Two models side by side: tables of limited size, and where they differ most."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from makemore.count_model import Probabilities, SmoothedRows
from makemore.sparse_counts import Counts, row_sums
from makemore.vocabulary import Vocabulary

__all__ = ["Difference", "condense_probabilities", "largest_differences"]


class Difference(NamedTuple):
    """A bigram, as `Vocabulary.names` has it, and its probability under two models."""

    first: str
    second: str
    probability: float
    other: float


def condense_probabilities(
    probabilities: Probabilities,
    counts: Counts,
    kept: npt.NDArray[np.intp],
) -> npt.NDArray[np.float64]:
    """Sum all symbols but the kept ones into one last row and column.

    Parameters
    ----------
    probabilities : ndarray of float64, shape (V, V), or SmoothedRows
        P, rows sum to 1.
    counts : ndarray of int64, shape (V, V), or SparseCounts
        N; says how often each of the symbols that are summed comes.
    kept : ndarray of intp, shape (K,)
        Indices of the symbols to keep, in the order of the result.

    Returns
    -------
    ndarray of float64, shape (K + 1, K + 1), or (K, K) if nothing is left over
        Rows sum to 1. The last column is the probability of any other symbol; the last
        row that of what follows one, each weighted by how often it comes.
    """
    rest = np.setdiff1d(np.arange(len(probabilities)), kept)
    if isinstance(probabilities, SmoothedRows):
        if len(rest) == 0:
            return np.array([probabilities[row][kept] for row in kept.tolist()])
        return probabilities.condense(kept)
    if len(rest) == 0:
        return probabilities[np.ix_(kept, kept)]
    columns = np.column_stack([probabilities[:, kept], probabilities[:, rest].sum(axis=1)])
    weights = row_sums(counts)[rest].astype(np.float64)
    if not weights.any():
        weights[:] = 1
    return np.vstack([columns[kept], weights @ columns[rest] / weights.sum()])


def largest_differences(
    probabilities: npt.NDArray[np.float64],
    other: npt.NDArray[np.float64],
    vocabulary: Vocabulary,
    limit: int,
) -> list[Difference]:
    """List the bigrams whose probabilities differ most, in absolute value.

    Parameters
    ----------
    probabilities, other : ndarray of float64, shape (V, V)
        P and Q, rows sum to 1.
    vocabulary : Vocabulary
        The V symbols of both.
    limit : int
        At most so many; bigrams with equal probabilities are never listed.

    Returns
    -------
    list of Difference
        The largest difference first; equal ones in the order of the table.
    """
    gaps = np.abs(other - probabilities).ravel()
    order = np.argsort(-gaps, kind="stable")[:limit]
    V = len(vocabulary)
    return [
        Difference(
            vocabulary.names[i // V],
            vocabulary.names[i % V],
            float(probabilities.flat[i]),
            float(other.flat[i]),
        )
        for i in order[gaps[order] > 0].tolist()
    ]
