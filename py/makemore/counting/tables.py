"""Words to bigram counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from makemore.counting.tally import Counts, SparseCounts, row_sums
from makemore.vocabulary import Vocabulary

__all__ = ["Bigram", "condense", "count_bigrams", "most_frequent", "most_frequent_symbols"]


@dataclass(frozen=True)
class Bigram:
    """Two neighbouring symbols, as `Vocabulary.names` has them, and how often they come."""

    first: str
    second: str
    count: int


def count_bigrams(words: Sequence[str], vocabulary: Vocabulary) -> npt.NDArray[np.int64]:
    """Count every pair of neighbouring symbols, the boundary around each word included.

    Parameters
    ----------
    words : sequence of str
        The words; a word of L characters has L + 1 bigrams.
    vocabulary : Vocabulary
        V symbols, index 0 the boundary.

    Returns
    -------
    ndarray of int64, shape (V, V)
        ``N[i, j]``: how often symbol j follows symbol i.

    Raises
    ------
    VocabularyError
        If a word holds a symbol that is not in the vocabulary.

    Notes
    -----
    Source: the notebook's ``N[ix1, ix2] += 1``, here one `numpy.bincount`
    over the numbers ``i * V + j``.

    Examples
    --------
    >>> count_bigrams(["ab", "b"], Vocabulary("ab")).tolist()
    [[0, 1, 1], [0, 0, 1], [2, 0, 0]]
    """
    V = len(vocabulary)
    indices = vocabulary.encode(words)
    pairs = indices[:-1] * V + indices[1:]
    return np.bincount(pairs, minlength=V * V).astype(np.int64).reshape(V, V)


def most_frequent(counts: Counts, vocabulary: Vocabulary, limit: int | None = None) -> list[Bigram]:
    """List the bigrams that occur, most frequent first.

    Parameters
    ----------
    counts : ndarray of int64, shape (V, V), or SparseCounts
    vocabulary : Vocabulary
    limit : int, optional
        At most so many; all of them if not given.

    Returns
    -------
    list of Bigram
        Equal counts in the order of the table, row by row.

    Notes
    -----
    Source: the notebook's ``sorted(b.items(), key=lambda kv: -kv[1])``.
    """
    V = len(vocabulary)
    if isinstance(counts, SparseCounts):
        pairs, flat = counts.first.astype(np.int64) * V + counts.second, counts.values
    else:
        pairs, flat = np.arange(counts.size), counts.ravel()
    order = np.argsort(-flat, kind="stable")[:limit]
    order = order[flat[order] > 0]
    return [
        Bigram(vocabulary.names[pair // V], vocabulary.names[pair % V], count)
        for pair, count in zip(pairs[order].tolist(), flat[order].tolist(), strict=True)
    ]


def most_frequent_symbols(counts: Counts, limit: int) -> npt.NDArray[np.intp]:
    """Choose the symbols that a table of limited size shows.

    Parameters
    ----------
    counts : ndarray of int64, shape (V, V), or SparseCounts
    limit : int
        At most so many symbols, at least 1.

    Returns
    -------
    ndarray of intp, shape (min(V, limit),)
        Indices in ascending order: the boundary, and the symbols that come most often.
    """
    # How often a symbol is followed by something is how often it comes.
    frequency = row_sums(counts)
    others = np.argsort(-frequency[1:], kind="stable")[: limit - 1] + 1
    return np.sort(np.concatenate([[0], others]))


def condense(counts: Counts, kept: npt.NDArray[np.intp]) -> npt.NDArray[np.int64]:
    """Sum all symbols but the kept ones into one last row and column.

    Parameters
    ----------
    counts : ndarray of int64, shape (V, V), or SparseCounts
    kept : ndarray of intp, shape (K,)
        Indices of the symbols to keep, in the order of the result.

    Returns
    -------
    ndarray of int64, shape (K + 1, K + 1), or (K, K) if nothing is left over
        Sums to the same as `counts`.
    """
    V, K = len(counts), len(kept)
    place = np.full(V, K)
    place[kept] = np.arange(K)
    size = K if K == V else K + 1
    condensed = np.zeros((size, size), dtype=np.int64)
    if isinstance(counts, SparseCounts):
        np.add.at(condensed, (place[counts.first], place[counts.second]), counts.values)
    else:
        np.add.at(condensed, (place[:, None], place[None, :]), counts)
    return condensed
