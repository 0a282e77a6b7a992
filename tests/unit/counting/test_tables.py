"""Words to bigram counts."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from makemore.counting.tables import (
    Bigram,
    condense,
    count_bigrams,
    most_frequent,
    most_frequent_symbols,
)
from makemore.errors import VocabularyError
from makemore.vocabulary import Vocabulary
from tests.unit.oracles import count_by_loop
from tests.unit.strategies import word_lists

Counts = npt.NDArray[np.int64]


def counts_of(words: list[str]) -> Counts:
    return count_bigrams(words, Vocabulary.from_words(words))


def test_a_list_with_the_notebooks_pairs_gives_the_notebooks_counts(
    notebook: dict[str, Any], notebook_words: tuple[str, ...], az: Vocabulary, N: Counts
) -> None:
    counts = count_bigrams(notebook_words, az)

    assert len(notebook_words) == notebook["words"]["count"]
    assert counts.sum() == notebook["bigram_counts"]["total"] == 228146
    assert np.count_nonzero(counts) == 627
    np.testing.assert_array_equal(counts, N)
    assert counts[0].tolist() == notebook["first_letter_counts"]


def test_pairs_are_counted_from_first_row_to_second_column() -> None:
    assert counts_of(["ab", "b"]).tolist() == [[0, 1, 1], [0, 0, 1], [2, 0, 0]]


@given(word_lists)
def test_counting_equals_a_plain_loop(words: list[str]) -> None:
    vocabulary = Vocabulary.from_words(words)

    counts = count_bigrams(words, vocabulary)

    assert counts.dtype == np.int64
    np.testing.assert_array_equal(counts, count_by_loop(words, vocabulary.symbols))


@given(word_lists)
def test_a_word_of_length_l_has_l_plus_1_bigrams(words: list[str]) -> None:
    assert counts_of(words).sum() == sum(len(word) + 1 for word in words)


@given(word_lists)
def test_every_symbol_is_entered_as_often_as_left(words: list[str]) -> None:
    counts = counts_of(words)

    np.testing.assert_array_equal(counts.sum(axis=0), counts.sum(axis=1))
    assert counts[0].sum() == len(words)


@given(word_lists, word_lists)
def test_counts_of_two_lists_add_up(first: list[str], second: list[str]) -> None:
    vocabulary = Vocabulary.from_words(first + second)

    np.testing.assert_array_equal(
        count_bigrams(first, vocabulary) + count_bigrams(second, vocabulary),
        count_bigrams(first + second, vocabulary),
    )


def test_symbols_that_no_word_has_get_empty_rows_and_columns() -> None:
    assert count_bigrams(["a"], Vocabulary("abc")).tolist() == [
        [0, 1, 0, 0],
        [1, 0, 0, 0],
        [0, 0, 0, 0],
        [0, 0, 0, 0],
    ]


def test_no_words_give_zeros() -> None:
    assert count_bigrams([], Vocabulary("a")).tolist() == [[0, 0], [0, 0]]


def test_an_empty_word_is_the_boundary_after_the_boundary() -> None:
    assert counts_of(["", "a"]).tolist() == [[1, 1], [1, 0]]


def test_a_literal_dot_is_counted_apart_from_the_boundary() -> None:
    assert counts_of(["."]).tolist() == [[0, 1], [1, 0]]


def test_an_unknown_symbol_is_named() -> None:
    with pytest.raises(VocabularyError, match="'x'"):
        count_bigrams(["ax"], Vocabulary("ab"))


def test_most_frequent_pairs_are_the_notebooks(
    notebook: dict[str, Any], N: Counts, az: Vocabulary
) -> None:
    said = [Bigram(*row) for row in notebook["bigram_counts"]["rows"]]

    bigrams = most_frequent(N, az)

    assert [bigram.count for bigram in bigrams] == [bigram.count for bigram in said]
    assert set(bigrams) == set(said)
    assert bigrams[:5] == said[:5]


def test_equally_frequent_pairs_come_in_the_order_of_the_table() -> None:
    counts = np.array([[0, 2, 1], [1, 0, 2], [0, 1, 0]])

    assert most_frequent(counts, Vocabulary("ab")) == [
        Bigram(".", "a", 2),
        Bigram("a", "b", 2),
        Bigram(".", "b", 1),
        Bigram("a", ".", 1),
        Bigram("b", "a", 1),
    ]


def test_a_pair_with_a_literal_dot_is_told_from_one_with_the_boundary() -> None:
    vocabulary = Vocabulary(".a")
    counts = count_bigrams(["a.", "a"], vocabulary)

    assert most_frequent(counts, vocabulary) == [
        Bigram(".", "a", 2),
        Bigram("‘.’", ".", 1),
        Bigram("a", ".", 1),
        Bigram("a", "‘.’", 1),
    ]


@pytest.mark.parametrize(("limit", "expected"), [(0, 0), (2, 2), (100, 5), (None, 5)])
def test_at_most_limit_pairs_are_listed_and_none_that_never_comes(
    limit: int | None, expected: int
) -> None:
    counts = np.array([[0, 2, 1], [1, 0, 2], [0, 1, 0]])

    assert len(most_frequent(counts, Vocabulary("ab"), limit)) == expected


def test_the_symbols_kept_are_the_boundary_and_those_that_come_most() -> None:
    words = ["cab", "cc", "bcc", "d"]  # a 1, b 2, c 5, d 1

    assert most_frequent_symbols(counts_of(words), 3).tolist() == [0, 2, 3]
    assert most_frequent_symbols(counts_of(words), 4).tolist() == [0, 1, 2, 3]
    assert most_frequent_symbols(counts_of(words), 1).tolist() == [0]
    assert most_frequent_symbols(counts_of(words), 99).tolist() == [0, 1, 2, 3, 4]


def test_the_boundary_is_kept_even_if_it_is_the_rarest() -> None:
    assert most_frequent_symbols(counts_of(["aabbaabb"]), 2).tolist() == [0, 1]


@given(word_lists, st.integers(1, 8))
def test_a_condensed_table_keeps_the_kept_counts_and_the_sum(words: list[str], limit: int) -> None:
    counts = counts_of(words)
    kept = most_frequent_symbols(counts, limit)
    left = np.setdiff1d(np.arange(len(counts)), kept)

    condensed = condense(counts, kept)

    K = len(kept)
    assert len(condensed) == K + (len(left) > 0)
    assert condensed.sum() == counts.sum()
    np.testing.assert_array_equal(condensed[:K, :K], counts[np.ix_(kept, kept)])
    if len(left):
        np.testing.assert_array_equal(condensed[:K, K], counts[np.ix_(kept, left)].sum(axis=1))
        np.testing.assert_array_equal(condensed[K, :K], counts[np.ix_(left, kept)].sum(axis=0))
        assert condensed[K, K] == counts[np.ix_(left, left)].sum()
