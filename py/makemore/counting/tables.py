"""Words to bigram counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from makemore.counting.tally import Counts, pairs_of, row_sums
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

    Gives N, (V, V): ``N[i, j]`` is how often symbol j follows symbol i; a word of L characters has
    L + 1 bigrams. Raises VocabularyError if a word holds a symbol that is not in the vocabulary.
    Source: the notebook's ``N[ix1, ix2] += 1``, here one `numpy.bincount` over ``i * V + j``.

    >>> count_bigrams(["ab", "b"], Vocabulary("ab")).tolist()
    [[0, 1, 1], [0, 0, 1], [2, 0, 0]]
    """
    V = len(vocabulary)
    indices = vocabulary.encode(words)
    pairs = indices[:-1] * V + indices[1:]
    return np.bincount(pairs, minlength=V * V).astype(np.int64).reshape(V, V)


def most_frequent(counts: Counts, vocabulary: Vocabulary, limit: int | None = None) -> list[Bigram]:
    """List the bigrams that occur, most frequent first, at most `limit`.

    Equal counts stay in the order of the table, row by row. Source: the notebook's
    ``sorted(b.items(), key=lambda kv: -kv[1])``.
    """
    pairs = pairs_of(counts)
    order = np.argsort(-pairs.values, kind="stable")[:limit]
    order = order[pairs.values[order] > 0]
    columns = (column[order].tolist() for column in pairs)
    return [
        Bigram(vocabulary.names[first], vocabulary.names[second], count)
        for first, second, count in zip(*columns, strict=True)
    ]


def most_frequent_symbols(counts: Counts, limit: int) -> npt.NDArray[np.intp]:
    """Choose the symbols that a table of at most `limit` (1 or more) shows, (min(V, limit),).

    Their indices ascend: the boundary, and the symbols that come most often.
    """
    # How often a symbol is followed by something is how often it comes.
    frequency = row_sums(counts)
    others = np.argsort(-frequency[1:], kind="stable")[: limit - 1] + 1
    return np.sort(np.concatenate([[0], others]))


def condense(counts: Counts, kept: npt.NDArray[np.intp]) -> npt.NDArray[np.int64]:
    """Sum all symbols but the kept ones into one last row and column.

    ``kept`` are their indices, (K,), in the order of the result: (K + 1, K + 1), or (K, K) if
    nothing is left over. The sum of all counts stays the same.
    """
    V, K = len(counts), len(kept)
    place = np.full(V, K)
    place[kept] = np.arange(K)
    size = K if K == V else K + 1
    condensed = np.zeros((size, size), dtype=np.int64)
    pairs = pairs_of(counts)
    np.add.at(condensed, (place[pairs.first], place[pairs.second]), pairs.values)
    return condensed
