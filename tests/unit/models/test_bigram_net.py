"""Weights, loss, gradient and steps of the net."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from makemore.counting.tables import count_bigrams
from makemore.errors import MakemoreError, TrainingError
from makemore.evaluation import mean_nll
from makemore.models.bigram import CountModel
from makemore.models.bigram_net import BigramNet, SoftmaxModel
from makemore.models.protocol import State
from makemore.torch_generator import TorchGenerator
from makemore.vocabulary import Vocabulary
from tests.unit.oracles import OneHotModel
from tests.unit.strategies import word_lists

Counts = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

WORDS = ["ab", "b.a", "", "aab", "c"]


def counts_of(words: list[str]) -> Counts:
    return count_bigrams(words, Vocabulary.from_words(words))


def some_weights(V: int, seed: int = 1) -> Floats:
    return TorchGenerator(seed).randn(V, V, dtype=np.float64).astype(np.float64)


@pytest.fixture
def emma(az: Vocabulary) -> SoftmaxModel:
    return SoftmaxModel(count_bigrams(["emma"], az))


# What the notebook printed


def test_the_net_sees_emma_as_the_notebooks_does(
    emma: SoftmaxModel, notebook: dict[str, Any]
) -> None:
    said = notebook["emma"]

    rows = emma.probabilities()[said["xs"]]

    digits = said["probabilities"]["digits"]
    np.testing.assert_allclose(
        rows, said["probabilities"]["rows"], rtol=0, atol=0.51 * 10.0**-digits
    )
    of_correct = rows[np.arange(5), said["ys"]]
    np.testing.assert_allclose(of_correct, said["probability_of_correct"], rtol=2e-6)
    np.testing.assert_allclose(-np.log(of_correct), said["nll"], rtol=1e-6)


def test_emmas_loss_is_the_notebooks(emma: SoftmaxModel, notebook: dict[str, Any]) -> None:
    assert emma.loss(l2=0) == pytest.approx(notebook["emma"]["loss"], abs=1e-6)


def test_emmas_gradient_is_the_notebooks_at_the_printed_digits(
    emma: SoftmaxModel, notebook: dict[str, Any]
) -> None:
    said = notebook["emma"]["gradient"]

    np.testing.assert_allclose(
        emma.gradient(l2=0), said["rows"], rtol=0, atol=0.51 * 10.0 ** -said["digits"]
    )


def test_every_one_of_the_300_losses_is_the_notebooks(
    descent: tuple[SoftmaxModel, list[float]], notebook: dict[str, Any]
) -> None:
    said = notebook["gradient_descent"]
    _, losses = descent

    printed = losses[said["steps_before_first_printed"] :]

    assert len(printed) == len(said["losses"]) == 300
    np.testing.assert_allclose(printed, said["losses"], rtol=0, atol=said["tolerance"])


# Independent oracles


@pytest.mark.parametrize("l2", [0.0, 0.01, 2.0])
def test_loss_and_gradient_equal_those_of_one_hot_examples(l2: float) -> None:
    vocabulary = Vocabulary.from_words(WORDS)
    W = some_weights(len(vocabulary))
    oracle = OneHotModel(WORDS, vocabulary.symbols, W)
    model = SoftmaxModel(count_bigrams(WORDS, vocabulary), W)

    assert model.loss(l2) == pytest.approx(oracle.loss(l2), rel=0, abs=1e-12)
    np.testing.assert_allclose(model.gradient(l2), oracle.gradient(l2), rtol=0, atol=1e-12)


def test_fifty_steps_equal_those_of_one_hot_examples() -> None:
    vocabulary = Vocabulary.from_words(WORDS)
    W = some_weights(len(vocabulary))
    oracle = OneHotModel(WORDS, vocabulary.symbols, W)
    model = SoftmaxModel(count_bigrams(WORDS, vocabulary), W)

    losses = [model.step(5.0, 0.01) for _ in range(50)]

    expected = [oracle.step(5.0, 0.01) for _ in range(50)]
    np.testing.assert_allclose(losses, expected, rtol=0, atol=1e-12)
    np.testing.assert_allclose(model.weights, oracle.W, rtol=0, atol=1e-12)
    assert losses[-1] < losses[0] - 0.5


@given(word_lists, st.integers(0, 2**32), st.sampled_from([0.0, 0.01, 1.0]))
def test_any_list_has_the_loss_and_gradient_of_its_one_hot_examples(
    words: list[str], seed: int, l2: float
) -> None:
    vocabulary = Vocabulary.from_words(words)
    W = some_weights(len(vocabulary), seed)
    oracle = OneHotModel(words, vocabulary.symbols, W)
    model = SoftmaxModel(count_bigrams(words, vocabulary), W)

    assert model.loss(l2) == pytest.approx(oracle.loss(l2), rel=0, abs=1e-12)
    np.testing.assert_allclose(model.gradient(l2), oracle.gradient(l2), rtol=0, atol=1e-12)


@pytest.mark.parametrize("l2", [0.0, 0.5])
def test_the_gradient_is_the_slope_of_the_loss(l2: float) -> None:
    counts = counts_of(WORDS)
    W = some_weights(len(counts))
    gradient = SoftmaxModel(counts, W).gradient(l2)
    h = 1e-6

    for place in np.ndindex(*W.shape):
        bump = np.zeros_like(W)
        bump[place] = h
        rise = SoftmaxModel(counts, W + bump).loss(l2) - SoftmaxModel(counts, W - bump).loss(l2)
        assert gradient[place] == pytest.approx(rise / (2 * h), rel=0, abs=1e-9)


# What must hold of any net


def test_the_loss_is_the_mean_nll_and_the_mean_squared_weight() -> None:
    model = SoftmaxModel(counts_of(WORDS))

    nll = mean_nll(model.probabilities(), model.counts)

    assert model.loss(l2=0) == pytest.approx(nll, rel=1e-14)
    assert model.loss(l2=3) == pytest.approx(nll + 3 * np.square(model.weights).mean(), rel=1e-14)


def test_the_regularization_is_the_notebooks_unless_given() -> None:
    model = SoftmaxModel(counts_of(WORDS))

    assert model.loss() == model.loss(l2=0.01) != model.loss(l2=0)
    np.testing.assert_array_equal(model.gradient(), model.gradient(l2=0.01))


def test_weights_are_log_counts(N: Counts) -> None:
    model = SoftmaxModel(N, np.log(N + 1.0))

    np.testing.assert_allclose(
        model.probabilities(), CountModel(N, smoothing=1).probabilities(), rtol=1e-13
    )


def test_the_count_model_is_where_the_slope_is_zero(N: Counts) -> None:
    counts = N + 1

    gradient = SoftmaxModel(counts, np.log(counts)).gradient(l2=0)

    np.testing.assert_allclose(gradient, 0, atol=1e-16)


def test_only_differences_within_a_row_matter() -> None:
    counts = counts_of(WORDS)
    W = some_weights(len(counts))

    np.testing.assert_allclose(
        SoftmaxModel(counts, W + 5).probabilities(),
        SoftmaxModel(counts, W).probabilities(),
        rtol=1e-13,
    )
    np.testing.assert_allclose(SoftmaxModel(counts, W).gradient(l2=0).sum(axis=1), 0, atol=1e-16)


def test_huge_weights_do_not_overflow() -> None:
    counts = np.array([[1, 1], [1, 1]])

    model = SoftmaxModel(counts, np.array([[1e4, 1e4], [-1e4, 0.0]]))

    assert model.probabilities().tolist() == [[0.5, 0.5], [0, 1]]
    assert model.loss(l2=0) == pytest.approx((2 * np.log(2) + 1e4) / 4)


def test_probabilities_of_every_row_sum_to_one(
    descent: tuple[SoftmaxModel, list[float]],
) -> None:
    model, _ = descent

    np.testing.assert_allclose(model.probabilities().sum(axis=1), 1, rtol=0, atol=1e-14)


# Steps


def test_a_step_goes_against_the_gradient_and_returns_the_loss_before() -> None:
    model = SoftmaxModel(counts_of(WORDS))
    loss, W, gradient = model.loss(l2=0.3), model.weights.copy(), model.gradient(l2=0.3)

    assert model.step(learning_rate=2.0, l2=0.3) == pytest.approx(loss, rel=1e-15)
    np.testing.assert_allclose(model.weights, W - 2.0 * gradient, rtol=1e-15)


def test_a_step_has_the_notebooks_settings_unless_given() -> None:
    usual, explicit = SoftmaxModel(counts_of(WORDS)), SoftmaxModel(counts_of(WORDS))

    assert usual.step() == explicit.step(learning_rate=50, l2=0.01)
    np.testing.assert_array_equal(usual.weights, explicit.weights)


def test_a_net_made_from_another_ones_weights_continues_it() -> None:
    counts = counts_of(WORDS)
    whole, first = SoftmaxModel(counts), SoftmaxModel(counts)
    losses = [whole.step(5.0) for _ in range(5)]

    begun = [first.step(5.0) for _ in range(2)]
    second = SoftmaxModel(counts, first.weights)

    assert begun + [second.step(5.0) for _ in range(3)] == losses
    np.testing.assert_array_equal(second.weights, whole.weights)


def test_strong_regularization_pulls_to_uniform() -> None:
    model = SoftmaxModel(counts_of(WORDS))

    for _ in range(200):
        model.step(learning_rate=0.5, l2=20)

    V = len(model.counts)
    np.testing.assert_allclose(model.probabilities(), 1 / V, atol=0.02)


def test_a_one_word_list_is_learned() -> None:
    model = SoftmaxModel(counts_of(["a"]))

    for _ in range(500):
        model.step(learning_rate=5, l2=0)

    np.testing.assert_allclose(model.probabilities(), [[0, 1], [1, 0]], atol=2e-3)


@pytest.mark.parametrize(
    ("learning_rate", "l2"), [(float("inf"), 0.01), (1e308, 1e9), (float("nan"), 0)]
)
def test_a_step_to_nowhere_is_refused_and_the_weights_stay(learning_rate: float, l2: float) -> None:
    model = SoftmaxModel(counts_of(WORDS))
    W = model.weights.copy()

    with pytest.raises(
        TrainingError, match=f"learning rate {learning_rate:g} ".replace("+", r"\+")
    ):
        model.step(learning_rate, l2)

    np.testing.assert_array_equal(model.weights, W)


# Where the weights come from


def test_weights_start_as_the_notebooks_random_numbers() -> None:
    counts = counts_of(WORDS)
    V = len(counts)

    np.testing.assert_array_equal(
        SoftmaxModel(counts).weights, TorchGenerator(2147483647).randn(V, V)
    )
    np.testing.assert_array_equal(
        SoftmaxModel(counts, generator=TorchGenerator(5)).weights, TorchGenerator(5).randn(V, V)
    )


def test_weights_that_are_given_are_copied_to_float64() -> None:
    counts = counts_of(["a"])
    given_weights = np.zeros((2, 2), dtype=np.float32)

    model = SoftmaxModel(counts, given_weights)
    model.step(learning_rate=1.0)

    assert model.weights.dtype == np.float64
    assert model.weights.any()
    assert not given_weights.any()


def test_a_generator_is_left_alone_when_weights_are_given() -> None:
    generator = TorchGenerator(1)

    SoftmaxModel(counts_of(["a"]), np.zeros((2, 2)), generator=generator)

    assert generator.rand(1) == TorchGenerator(1).rand(1)


def test_counts_without_any_example_are_refused() -> None:
    with pytest.raises(TrainingError, match="nothing to train on"):
        SoftmaxModel(np.zeros((2, 2), dtype=np.int64))


def test_weights_of_another_shape_are_refused() -> None:
    with pytest.raises(TrainingError, match=r"\(3, 3\) do not fit counts of shape \(2, 2\)"):
        SoftmaxModel(counts_of(["a"]), np.zeros((3, 3)))


@pytest.mark.parametrize("counts", [np.ones((5, 5)), np.ones((5, 3)), np.eye(3) - 0.1, np.ones(9)])
def test_arrays_of_other_symbols_make_no_net(counts: Floats) -> None:
    state = State({}, {"W": np.ones(counts.shape), "counts": counts})
    with pytest.raises(MakemoreError, match="not those of these symbols"):
        BigramNet.from_state(Vocabulary("ab"), state)
