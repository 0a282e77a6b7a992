"""Two models side by side."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from makemore.comparison import condense_probabilities, largest_differences
from makemore.count_model import CountModel
from makemore.counts import condense, count_bigrams, most_frequent_symbols
from makemore.vocabulary import Vocabulary
from tests.unit.strategies import word_lists

Floats = npt.NDArray[np.float64]


def test_with_all_symbols_kept_nothing_is_summed(P: Floats, N: npt.NDArray[np.int64]) -> None:
    np.testing.assert_array_equal(condense_probabilities(P, N, np.arange(27)), P)


@given(word_lists, st.integers(1, 12))
def test_condensed_rows_still_sum_to_one(words: list[str], limit: int) -> None:
    counts = count_bigrams(words, Vocabulary.from_words(words))

    condensed = condense_probabilities(
        CountModel(counts, 0.5).probabilities(), counts, most_frequent_symbols(counts, limit)
    )

    np.testing.assert_allclose(condensed.sum(axis=1), 1)


@given(word_lists, st.integers(1, 12))
def test_condensing_shares_is_the_same_as_sharing_condensed_counts(
    words: list[str], limit: int
) -> None:
    counts = count_bigrams(words, Vocabulary.from_words(words))
    kept = most_frequent_symbols(counts, limit)
    summed = condense(counts, kept)

    condensed = condense_probabilities(CountModel(counts, 0).probabilities(), counts, kept)

    np.testing.assert_allclose(condensed, summed / summed.sum(axis=1, keepdims=True))


def test_rows_that_never_come_weigh_the_same() -> None:
    P = np.array([[0.5, 0.5, 0.0], [0.2, 0.8, 0.0], [0.6, 0.4, 0.0]])

    condensed = condense_probabilities(P, np.zeros((3, 3), dtype=np.int64), np.array([0]))

    np.testing.assert_allclose(condensed, [[0.5, 0.5], [0.4, 0.6]])


def test_largest_differences_come_first_and_equal_ones_not_at_all() -> None:
    P = np.array([[0.5, 0.5, 0.0], [0.25, 0.5, 0.25], [0.25, 0.25, 0.5]])
    Q = np.array([[0.5, 0.5, 0.0], [0.125, 0.625, 0.25], [0.75, 0.25, 0.0]])

    found = largest_differences(P, Q, Vocabulary("ab"), 99)

    # Equal differences stay in the order of the table.
    assert found == [
        ("b", ".", 0.25, 0.75),
        ("b", "b", 0.5, 0.0),
        ("a", ".", 0.25, 0.125),
        ("a", "a", 0.5, 0.625),
    ]
    assert largest_differences(P, Q, Vocabulary("ab"), 2) == found[:2]


def test_a_literal_dot_is_told_from_the_boundary() -> None:
    P = np.array([[0.5, 0.5], [0.5, 0.5]])
    Q = np.array([[0.5, 0.5], [0.25, 0.75]])

    assert [
        (first, second) for first, second, *_ in largest_differences(P, Q, Vocabulary("."), 9)
    ] == [
        ("‘.’", "."),
        ("‘.’", "‘.’"),
    ]


def test_a_model_differs_nowhere_from_itself(P: Floats, az: Vocabulary) -> None:
    assert largest_differences(P, P, az, 10) == []


def test_the_notebooks_models_differ_most_where_data_are_rare(
    P: Floats, descent: tuple[object, list[float]], az: Vocabulary
) -> None:
    model, _ = descent
    Q = model.probabilities()  # type: ignore[attr-defined]

    first, *_, last = largest_differences(P, Q, az, 10)

    assert abs(first.other - first.probability) == pytest.approx(np.abs(P - Q).max())
    assert abs(last.other - last.probability) < abs(first.other - first.probability)
