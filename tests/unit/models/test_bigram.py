"""Counts to probabilities, by counting."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as st_numpy

from makemore.counting.tally import SparseCounts
from makemore.errors import SettingError, TrainingError
from makemore.models.bigram import CountModel
from makemore.training import fit

Counts = npt.NDArray[np.int64]

counts_tables = st.integers(1, 6).flatmap(
    lambda V: st_numpy.arrays(np.int64, (V, V), elements=st.integers(0, 10**6))
)


def test_the_first_letters_have_the_notebooks_probabilities(
    N: Counts, notebook: dict[str, Any]
) -> None:
    said = notebook["first_letter_probabilities"]

    first_row = CountModel(N, smoothing=0).probabilities()[0]

    np.testing.assert_array_equal(first_row.round(said["digits"]), said["values"])


def test_every_row_of_the_notebooks_table_sums_to_one(N: Counts) -> None:
    for smoothing in (0, 1):
        sums = CountModel(N, smoothing).probabilities().sum(axis=1)
        np.testing.assert_allclose(sums, 1, rtol=0, atol=1e-15)


def test_probabilities_are_shares_of_the_row_not_of_the_column() -> None:
    counts = np.array([[0, 3], [1, 4]])

    assert CountModel(counts, smoothing=0).probabilities().tolist() == [[0, 1], [0.2, 0.8]]
    assert CountModel(counts, smoothing=1).probabilities().tolist() == [
        [1 / 5, 4 / 5],
        [2 / 7, 5 / 7],
    ]


def test_smoothing_is_one_unless_given() -> None:
    counts = np.array([[0, 3], [1, 4]])

    assert CountModel(counts).smoothing == 1
    np.testing.assert_array_equal(
        CountModel(counts).probabilities(), CountModel(counts, smoothing=1).probabilities()
    )


@given(counts_tables, st.integers(1, 1000).map(lambda eighths: eighths / 8))
def test_probabilities_equal_exact_fractions(counts: Counts, smoothing: float) -> None:
    probabilities = CountModel(counts, smoothing).probabilities()

    assert probabilities.dtype == np.float64
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=0, atol=1e-14)
    for row, shares in zip(counts.tolist(), probabilities.tolist(), strict=True):
        total = sum(row) + len(row) * Fraction(smoothing)
        exact = [float((count + Fraction(smoothing)) / total) for count in row]
        assert shares == pytest.approx(exact, rel=1e-14)


def test_a_pair_never_seen_is_impossible_without_smoothing_and_possible_with_it(
    N: Counts,
) -> None:
    unsmoothed = CountModel(N, smoothing=0).probabilities()

    np.testing.assert_array_equal(unsmoothed > 0, N > 0)
    assert (CountModel(N, smoothing=1e-3).probabilities() > 0).all()


def test_more_smoothing_brings_all_symbols_closer_together(N: Counts) -> None:
    spread = [
        float(np.ptp(CountModel(N, smoothing).probabilities()))
        for smoothing in (0, 1, 100, 1e4, 1e9)
    ]

    assert spread == sorted(spread, reverse=True)
    np.testing.assert_allclose(CountModel(N, 1e12).probabilities(), 1 / 27, rtol=1e-6)


def test_the_counts_stay_as_they_are() -> None:
    counts = np.array([[0, 3], [1, 4]])

    CountModel(counts).probabilities()

    assert counts.tolist() == [[0, 3], [1, 4]]


@pytest.mark.parametrize(
    ("smoothing", "quoted"), [(-1, "-1"), (-1e-9, "-1e-09"), (math.nan, "nan"), (math.inf, "inf")]
)
def test_smoothing_below_zero_or_not_finite_is_refused_and_quoted(
    smoothing: float, quoted: str
) -> None:
    with pytest.raises(SettingError, match=f"it is {quoted}") as caught:
        CountModel(np.ones((2, 2), dtype=np.int64), smoothing)

    assert caught.value.setting == "smoothing"


def test_without_smoothing_a_row_without_counts_is_refused() -> None:
    counts = np.array([[1, 0], [0, 0]])

    with pytest.raises(SettingError, match="cannot be 0") as caught:
        CountModel(counts, smoothing=0)

    assert caught.value.setting == "smoothing"
    assert CountModel(counts, smoothing=0.5).probabilities()[1].tolist() == [0.5, 0.5]


@pytest.mark.parametrize("smoothing", [1e308, 1.7e308])
def test_smoothing_whose_sum_is_infinite_is_refused(smoothing: float) -> None:
    counts = np.array([[0, 3], [1, 4]])
    for table in (counts, SparseCounts.from_dense(counts)):
        with pytest.raises(SettingError, match=r"Smoothing is 1.*infinite"):
            CountModel(table, smoothing)


@pytest.mark.parametrize("smoothing", [1e9, 1e307])
def test_large_smoothing_makes_rows_even(smoothing: float) -> None:
    table = CountModel(np.array([[0, 3], [1, 4]]), smoothing).probabilities()

    np.testing.assert_allclose(table, 0.5)


def test_more_symbols_than_a_table_has_are_predicted_row_by_row() -> None:
    words = [chr(0x4E00 + i) + chr(0x4E00 + i + 1) for i in range(2100)]
    model: Any = fit("bigram", words, smoothing=0.5)
    x = np.array([[0, 5], [0, 1], [0, 2000]])
    assert not model.chain().whole

    rows = model.predict(x)

    V = len(model.vocabulary)
    assert rows.shape == (3, V)
    np.testing.assert_allclose(rows.sum(axis=1), 1)
    for row, before in zip(rows, x[:, 1], strict=True):
        y = np.arange(V)
        logs = model.log_prob(np.full((V, 2), [0, before]), np.column_stack([np.full(V, -1), y]))
        np.testing.assert_allclose(np.log(row), logs[:, 1])


def test_a_net_takes_no_more_symbols_than_fit() -> None:
    with pytest.raises(TrainingError, match=r"up to 2,000 symbols\. Use counting"):
        fit("bigram-net", [chr(0x4E00 + i) for i in range(2001)], steps=1)
