"""The lecture's first part: words, their bigrams, and how often each comes."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from makemore.lecture.types import Counts, Results
from makemore.vocabulary import Vocabulary

__all__ = [
    "count_of_words",
    "count_with_dictionary",
    "look_at_words",
    "picture",
    "row_of_counts",
    "sort_counts",
    "two_tokens_waste",
    "word_bigrams",
]


def count_of_words(N: Counts) -> Results:
    """Count the words from the bigrams alone: each word starts exactly once."""
    return {"words": int(N[0].sum())}


def look_at_words(words: Sequence[str], first: int) -> Results:
    """Look at a list: how many words, the shortest, the longest, the first few."""
    lengths = [len(w) for w in words]
    return {
        "count": len(words),
        "min_length": min(lengths),
        "max_length": max(lengths),
        "first": list(words[:first]),
    }


def word_bigrams(word: str) -> Results:
    """Walk through a word, two neighbours at a time."""
    chs = ["<S>", *word, "<E>"]
    return {"bigrams": [f"{ch1} {ch2}" for ch1, ch2 in pairwise(chs)]}


def count_with_dictionary(text: str) -> Results:
    """Count the bigrams of a few words in a dictionary."""
    b: dict[tuple[str, str], int] = {}
    for w in text.split():
        chs = [".", *w, "."]
        for bigram in pairwise(chs):
            b[bigram] = b.get(bigram, 0) + 1
    ordered = sorted(b.items(), key=lambda kv: (-kv[1], kv[0]))
    return {"few": [[ch1, ch2, n] for (ch1, ch2), n in ordered]}


def sort_counts(N: Counts, vocabulary: Vocabulary, limit: int) -> Results:
    """Sort all bigrams that come, most frequent first."""
    s = vocabulary.symbols
    b = {(s[i], s[j]): int(N[i, j]) for i, j in np.argwhere(N)}
    ordered = sorted(b.items(), key=lambda kv: (-kv[1], kv[0]))
    return {
        "different": len(b),
        "total": sum(b.values()),
        "most": [[ch1, ch2, n] for (ch1, ch2), n in ordered[:limit]],
    }


def row_of_counts(N: Counts, vocabulary: Vocabulary, letter: str) -> Results:
    """Give every symbol an index; row i of N says what follows symbol i."""
    stoi = {s: i for i, s in enumerate(vocabulary.symbols)}
    return {"shape": list(N.shape), "row": N[stoi[letter]]}


def two_tokens_waste(N: Counts) -> Results:
    """Lay the same counts out with <S> and <E>, and count what can never come."""
    M = np.zeros((28, 28), dtype=np.int64)  # a to z, then <S>, then <E>
    M[:26, :26] = N[1:, 1:]
    M[26, :26] = N[0, 1:]  # what follows <S>
    M[:26, 27] = N[1:, 0]  # what comes before <E>
    return {
        "after_end": int(M[27].sum()),  # nothing follows <E>
        "before_start": int(M[:, 26].sum()),  # and <S> follows nothing
        "wasted": 28 + 28 - 1,
    }


def picture(N: Counts, colour: str) -> Results:
    """Put all pairs and their counts into one picture."""
    table = N / N.sum(axis=1, keepdims=True) if colour == "share" else N
    return {"table": table, "total": int(N.sum()), "empty": int((N == 0).sum())}
