"""Likelihoods in nats."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from makemore.counting.tables import condense, count_bigrams, most_frequent_symbols
from makemore.errors import MakemoreError, VocabularyError
from makemore.evaluation import (
    BigramScore,
    bits,
    evaluate,
    kl_divergence,
    largest_differences,
    log_likelihood,
    mean_nll,
    perplexity,
    score_word,
    symbol_log_probs,
    working_out_log_probs,
)
from makemore.models.bigram import CountModel, condense_probabilities
from makemore.models.bigram_net import SoftmaxModel
from makemore.slices import SECONDS, whole
from makemore.training import fit
from makemore.vocabulary import Vocabulary
from tests.unit.strategies import word_lists

Counts = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

HALVES = np.array([[0.5, 0.5], [0.25, 0.75]])


# What the notebook printed


def test_the_notebooks_list_has_its_exact_likelihood(P: Floats, N: Counts) -> None:
    assert log_likelihood(P, N) == pytest.approx(-560001.883, abs=5e-4)
    assert mean_nll(P, N) == pytest.approx(2.454577, abs=5e-7)
    # The notebook's four digits, which its float32 sum also has when rounded.
    assert f"{mean_nll(P, N):.4f}" == "2.4546"


def test_the_notebooks_printed_likelihood_is_a_float32_running_sum(
    P: Floats, N: Counts, az: Vocabulary, notebook_words: tuple[str, ...], notebook: dict[str, Any]
) -> None:
    # Rounding after each of 228,146 additions loses some 50 nats. How many depends on
    # the order of the words, which is another one here.
    printed = notebook["count_model"]["log_likelihood_float32_running_sum"]
    indices = az.encode(notebook_words)
    terms = np.log(P.astype(np.float32))[indices[:-1], indices[1:]]

    running_sum = float(np.cumsum(terms, dtype=np.float32)[-1])

    exact = log_likelihood(P, N)
    assert terms.sum(dtype=np.float64) == pytest.approx(exact, abs=0.1)
    assert running_sum == pytest.approx(printed, abs=25)
    assert abs(printed - exact) > 40
    assert -printed / N.sum() == pytest.approx(
        notebook["count_model"]["mean_nll_float32_running_sum"], abs=1e-7
    )


def test_emma_scores_as_in_the_notebook(az: Vocabulary, notebook: dict[str, Any]) -> None:
    said = notebook["emma"]
    net = SoftmaxModel(count_bigrams(["emma"], az))

    score = score_word(net.probabilities(), az, "emma")

    assert [bigram.probability for bigram in score.bigrams] == pytest.approx(
        said["probability_of_correct"], rel=2e-6
    )
    assert [bigram.nll for bigram in score.bigrams] == pytest.approx(said["nll"], rel=1e-6)
    assert score.mean_nll == pytest.approx(said["loss"], abs=1e-6)
    assert [bigram[:2] for bigram in score.bigrams] == [
        (".", "e"), ("e", "m"), ("m", "m"), ("m", "a"), ("a", "."),
    ]  # fmt: skip


def test_andrejq_is_impossible_without_smoothing_and_unlikely_with_it(
    N: Counts, P: Floats, az: Vocabulary, notebook: dict[str, Any]
) -> None:
    word = notebook["unsmoothed_impossible_word"]
    unsmoothed = score_word(CountModel(N, smoothing=0).probabilities(), az, word)
    smoothed = score_word(P, az, word)

    assert word == "andrejq"
    assert unsmoothed.nll == unsmoothed.mean_nll == math.inf
    impossible = [bigram[:2] for bigram in unsmoothed.bigrams if bigram.nll == math.inf]
    assert impossible == [("j", "q")]
    assert math.isfinite(smoothed.nll)
    assert smoothed.mean_nll > score_word(P, az, "andrej").mean_nll


# A list


def test_the_likelihood_is_a_sum_over_pairs() -> None:
    counts = np.array([[1, 2], [0, 3]])

    expected = math.log(0.5) + 2 * math.log(0.5) + 3 * math.log(0.75)

    assert log_likelihood(HALVES, counts) == pytest.approx(expected, rel=1e-15)
    assert mean_nll(HALVES, counts) == pytest.approx(-expected / 6, rel=1e-15)


@given(word_lists)
def test_a_lists_mean_nll_is_that_of_its_words_bigrams(words: list[str]) -> None:
    vocabulary = Vocabulary.from_words(words)
    counts = count_bigrams(words, vocabulary)
    table = CountModel(counts, smoothing=0.5).probabilities()

    scores = [score_word(table, vocabulary, word) for word in words]

    bigrams = [bigram for score in scores for bigram in score.bigrams]
    assert mean_nll(table, counts) == pytest.approx(
        sum(bigram.nll for bigram in bigrams) / len(bigrams), rel=1e-12
    )
    assert log_likelihood(table, counts) == pytest.approx(
        -sum(score.nll for score in scores), rel=1e-12
    )


@given(word_lists)
def test_no_table_predicts_a_list_better_than_its_own_shares(words: list[str]) -> None:
    vocabulary = Vocabulary.from_words(words)
    counts = count_bigrams(words, vocabulary)

    best = mean_nll(CountModel(counts, smoothing=0).probabilities(), counts)

    for smoothing in (0.01, 1, 100):
        other = CountModel(counts, smoothing).probabilities()
        assert mean_nll(other, counts) >= best - 1e-12


def test_a_pair_that_comes_but_is_impossible_makes_the_likelihood_infinite() -> None:
    certain = np.array([[0.0, 1.0], [1.0, 0.0]])

    assert log_likelihood(certain, np.array([[1, 0], [0, 0]])) == -math.inf
    assert mean_nll(certain, np.array([[1, 0], [0, 0]])) == math.inf


def test_an_impossible_pair_that_never_comes_does_not_matter() -> None:
    certain = np.array([[0.0, 1.0], [1.0, 0.0]])

    assert mean_nll(certain, np.array([[0, 5], [5, 0]])) == 0


def test_counts_without_a_pair_are_refused() -> None:
    nothing = np.zeros((2, 2), dtype=np.int64)

    with pytest.raises(MakemoreError, match="all 0"):
        mean_nll(HALVES, nothing)
    with pytest.raises(MakemoreError, match="all 0"):
        kl_divergence(HALVES, HALVES, nothing)


# A word


def test_a_words_score_is_the_sum_of_its_bigrams() -> None:
    score = score_word(HALVES, Vocabulary("a"), "aa")

    assert score.bigrams == (
        BigramScore(".", "a", 0.5, math.log(2)),
        BigramScore("a", "a", 0.75, -math.log(0.75)),
        BigramScore("a", ".", 0.25, math.log(4)),
    )
    assert score.nll == pytest.approx(-math.log(0.5 * 0.75 * 0.25))
    assert score.mean_nll == pytest.approx(score.nll / 3)


def test_the_empty_word_is_one_bigram() -> None:
    assert score_word(HALVES, Vocabulary("a"), "").bigrams == (
        BigramScore(".", ".", 0.5, math.log(2)),
    )


def test_a_literal_dot_is_scored_as_its_own_symbol() -> None:
    score = score_word(HALVES, Vocabulary("."), ".")

    assert [bigram.probability for bigram in score.bigrams] == [0.5, 0.25]
    assert [bigram[:2] for bigram in score.bigrams] == [(".", "‘.’"), ("‘.’", ".")]


def test_all_unknown_symbols_of_a_word_are_named(P: Floats, az: Vocabulary) -> None:
    with pytest.raises(VocabularyError, match="'É', '1'") as caught:
        score_word(P, az, "Ém1lÉ")

    assert caught.value.symbols == ("É", "1")


# Two tables


def test_divergence_is_zero_from_a_table_to_itself_and_positive_to_others(
    P: Floats, N: Counts
) -> None:
    assert kl_divergence(P, P, N) == 0
    assert kl_divergence(P, CountModel(N, smoothing=5).probabilities(), N) > 0


def test_divergence_is_a_sum_over_rows_as_they_come() -> None:
    other = np.array([[0.9, 0.1], [0.5, 0.5]])
    counts = np.array([[1, 2], [0, 1]])

    expected = 0.75 * (0.5 * math.log(0.5 / 0.9) + 0.5 * math.log(0.5 / 0.1)) + 0.25 * (
        0.25 * math.log(0.25 / 0.5) + 0.75 * math.log(0.75 / 0.5)
    )

    assert kl_divergence(HALVES, other, counts) == pytest.approx(expected, rel=1e-14)


@given(word_lists)
def test_divergence_from_the_lists_own_shares_is_the_loss_in_mean_nll(words: list[str]) -> None:
    counts = count_bigrams(words, Vocabulary.from_words(words))
    own = CountModel(counts, smoothing=0).probabilities()
    other = CountModel(counts, smoothing=2).probabilities()

    assert kl_divergence(own, other, counts) == pytest.approx(
        mean_nll(other, counts) - mean_nll(own, counts), rel=1e-9, abs=1e-12
    )


def test_divergence_is_infinite_where_the_other_table_rules_out_what_may_come() -> None:
    never_ends = np.array([[0.5, 0.5], [0.0, 1.0]])

    assert kl_divergence(HALVES, never_ends, np.array([[0, 1], [1, 0]])) == math.inf


def test_divergence_ignores_what_is_impossible_anyway_and_rows_that_never_come() -> None:
    thirds = np.full((3, 3), 1 / 3)
    halves = np.array([[0.5, 0.5, 0.0]] * 3)
    halves_and_thirds = np.array([[0.5, 0.5, 0.0], [0.5, 0.5, 0.0], [1 / 3, 1 / 3, 1 / 3]])
    without_the_third = np.array([[1, 2, 0], [2, 1, 0], [0, 0, 0]])

    assert kl_divergence(halves, thirds, without_the_third) == pytest.approx(math.log(1.5))
    assert kl_divergence(halves_and_thirds, halves, without_the_third) == 0


def test_what_is_sure_costs_nothing_and_not_minus_nothing() -> None:
    sure = np.array([[0.0, 1.0], [1.0, 0.0]])
    score = score_word(sure, Vocabulary("a"), "a")

    assert [math.copysign(1, x) for x in (score.nll, score.mean_nll)] == [1, 1]
    assert score.nll == 0
    assert math.copysign(1, mean_nll(sure, np.array([[0, 3], [3, 0]]))) == 1


# Tables of limited size, and where two models differ


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


# Words under any model


def test_nats_are_told_in_bits_and_as_a_perplexity() -> None:
    assert bits(math.log(8)) == pytest.approx(3)
    assert perplexity(math.log(8)) == pytest.approx(8)
    assert perplexity(1000) == math.inf


def test_no_words_have_no_loss() -> None:
    with pytest.raises(MakemoreError, match="the list is empty"):
        evaluate(fit("bigram", ["ab"]), [])


# Slice by slice


@pytest.mark.parametrize("kind", ["bigram", "ngram", "bow", "transformer"])
def test_slices_give_what_all_at_once_gives(kind: str) -> None:
    words = [a * 2 + b * i for a in "abc" for b in "abc" for i in range(60)]
    steps: dict[str, Any] = {"steps": 1} if kind in ("bow", "transformer") else {}
    model = fit(kind, words, **steps)

    np.testing.assert_allclose(
        whole(working_out_log_probs(model, words)), symbol_log_probs(model, words), rtol=1e-5
    )


@pytest.mark.parametrize("cost", [SECONDS / 1e6, SECONDS / 1000, SECONDS / 20])
def test_a_slice_is_as_long_as_its_time_allows(cost: float) -> None:
    words = ["ab", "abba", "baba", "a"] * 2000
    model, now = fit("bigram", words), 0.0

    class Dear:
        vocabulary = model.vocabulary

        def log_prob(self, x: npt.NDArray[np.intp], y: npt.NDArray[np.intp]) -> Floats:
            nonlocal now
            now += cost * x.size
            return model.log_prob(x, y)

    times = []
    work = working_out_log_probs(Dear(), words, lambda: now)  # type: ignore[arg-type]
    for _ in work:
        times.append(now)
        now += 1.0  # what others do meanwhile

    slices = np.diff([0.0, *times]) - np.array([0.0, *[1.0] * (len(times) - 1)])
    assert slices[1:].max() <= 1.01 * SECONDS
    assert len(slices) <= 10 + 2 * slices.sum() / SECONDS  # nor are they much shorter
