"""Probabilities to words."""

from __future__ import annotations

import math
import warnings
from itertools import islice, pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as st_numpy

from makemore.counting.tables import count_bigrams
from makemore.errors import SettingError
from makemore.models.bigram import CountModel
from makemore.models.bigram_net import SoftmaxModel
from makemore.sampling import (
    MAX_LENGTH,
    SampledWord,
    TruncationWarning,
    generate_words,
    sample_words,
    with_temperature,
)
from makemore.torch_generator import Era, TorchGenerator
from makemore.vocabulary import Vocabulary
from tests.unit.oracles import sample_by_loop
from tests.unit.strategies import seeds, word_lists

Counts = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

SEED = 2147483647
ENDLESS = np.array([[0.0, 1.0], [0.0, 1.0]])  # no way back to the boundary

tables = st.integers(2, 6).flatmap(
    lambda V: st_numpy.arrays(
        np.int64, (V, V), elements=st.sampled_from([0, 0, 1, 2, 7, 1000])
    ).map(lambda counts: CountModel(counts + (np.arange(V) == 0), 0).probabilities())
)
temperatures = st.sampled_from([0.05, 0.5, 0.9, 1.0, 1.1, 3.0, 50.0])


# What the notebook printed, and PyTorch 2.13


def test_the_count_model_makes_the_notebooks_words(
    P: Floats, az: Vocabulary, notebook: dict[str, Any]
) -> None:
    words = sample_words(P, az, 5, TorchGenerator(SEED))

    assert [word + "." for word in words] == notebook["count_model"]["samples"]


def test_the_trained_net_makes_the_notebooks_words(
    descent: tuple[SoftmaxModel, list[float]], az: Vocabulary, notebook: dict[str, Any]
) -> None:
    model, _ = descent

    words = sample_words(model.probabilities(), az, 5, TorchGenerator(SEED))

    assert [word + "." for word in words] == notebook["gradient_descent"]["samples_after"]


def test_the_count_model_makes_pytorch_2s_words(
    P: Floats, az: Vocabulary, pytorch2: dict[str, Any]
) -> None:
    words = sample_words(P, az, 5, TorchGenerator(SEED, era=2))

    assert [word + "." for word in words] == pytorch2["count_model"]["samples"]
    assert words == ["cexze", "momasurailezitynn", "konimittain", "llayn", "ka"]


# Against the notebook's slow loop


@pytest.mark.parametrize("era", [1, 2])
def test_sampling_equals_a_loop_that_draws_row_by_row(era: Era, P: Floats, az: Vocabulary) -> None:
    oracle = TorchGenerator(99, era=era)

    words = sample_words(P, az, 200, TorchGenerator(99, era=era))

    assert words == sample_by_loop(P, az.symbols, 200, lambda row: int(oracle.multinomial(row)[0]))


@given(word_lists, seeds, st.sampled_from([1, 2]))
def test_any_lists_words_equal_those_of_the_loop(words: list[str], seed: int, era: Era) -> None:
    vocabulary = Vocabulary.from_words(words)
    table = CountModel(count_bigrams(words, vocabulary)).probabilities()
    oracle = TorchGenerator(seed, era=era)

    made = sample_words(table, vocabulary, 5, TorchGenerator(seed, era=era))

    assert made == sample_by_loop(
        table, vocabulary.symbols, 5, lambda row: int(oracle.multinomial(row)[0])
    )


@given(word_lists, seeds, st.sampled_from([1, 2]))
def test_without_smoothing_only_pairs_of_the_list_are_made(
    words: list[str], seed: int, era: Era
) -> None:
    vocabulary = Vocabulary.from_words(words)
    table = CountModel(count_bigrams(words, vocabulary), smoothing=0).probabilities()
    seen = {pair for word in words for pair in pairwise(["", *word, ""])}

    made = sample_words(table, vocabulary, 10, TorchGenerator(seed, era=era))

    assert {pair for word in made for pair in pairwise(["", *word, ""])} <= seen


# Reproducibility


def test_the_same_seed_gives_the_same_words_and_another_seed_others(
    P: Floats, az: Vocabulary
) -> None:
    def words(seed: int) -> list[str]:
        return sample_words(P, az, 20, TorchGenerator(seed))

    assert words(1) == words(1) != words(2)


def test_a_generator_goes_on_where_it_stopped(P: Floats, az: Vocabulary) -> None:
    generator = TorchGenerator(1)

    parts = sample_words(P, az, 3, generator) + sample_words(P, az, 4, generator)

    assert parts == sample_words(P, az, 7, TorchGenerator(1))


def test_words_are_made_one_at_a_time_and_without_end(P: Floats, az: Vocabulary) -> None:
    words = generate_words(P, az, TorchGenerator(1))

    first = list(islice(words, 3))
    second = list(islice(words, 4))

    assert [made.word for made in first + second] == sample_words(P, az, 7, TorchGenerator(1))
    assert all(word.ended for word in first + second)


def test_no_word_is_made_when_none_is_asked_for(P: Floats, az: Vocabulary) -> None:
    generator = TorchGenerator(1)

    assert sample_words(P, az, 0, generator) == []
    assert generator.rand(1) == TorchGenerator(1).rand(1)


# Odd models


def test_a_model_that_may_end_at_once_makes_empty_words() -> None:
    nothing_else = np.array([[1.0, 0.0], [1.0, 0.0]])

    assert sample_words(nothing_else, Vocabulary("a"), 3, TorchGenerator(1)) == ["", "", ""]


@pytest.mark.parametrize("era", [1, 2])
def test_a_model_that_cannot_end_is_cut_and_says_so(era: Era) -> None:
    with pytest.warns(TruncationWarning, match="2 of 2 words .* cut after 30 symbols"):
        words = sample_words(ENDLESS, Vocabulary("a"), 2, TorchGenerator(1, era=era), max_length=30)

    assert words == ["a" * 30, "a" * 30]


def test_words_are_cut_after_a_thousand_symbols_unless_told() -> None:
    with pytest.warns(TruncationWarning, match="1000 symbols"):
        (word,) = sample_words(ENDLESS, Vocabulary("a"), 1, TorchGenerator(1))

    assert len(word) == MAX_LENGTH == 1000


def test_only_words_that_were_cut_are_counted_as_cut() -> None:
    often_endless = np.array([[0.0, 0.5, 0.5], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])

    with pytest.warns(TruncationWarning) as caught:
        words = sample_words(often_endless, Vocabulary("ab"), 20, TorchGenerator(1), max_length=5)

    cut = words.count("bbbbb")
    assert 0 < cut < 20
    assert words.count("a") == 20 - cut
    assert str(caught[0].message).startswith(f"{cut} of 20 words")


def test_a_cut_word_is_marked() -> None:
    words = generate_words(ENDLESS, Vocabulary("a"), TorchGenerator(1), max_length=3)

    assert next(words) == SampledWord("aaa", ended=False, indices=(1, 1, 1))


def test_a_word_that_ends_right_at_the_limit_is_not_cut() -> None:
    exactly_two = np.array([[0.0, 1.0, 0.0], [0.0, 0.0, 1.0], [1.0, 0.0, 0.0]])

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        words = sample_words(exactly_two, Vocabulary("ab"), 2, TorchGenerator(1), max_length=2)

    assert words == ["ab", "ab"]


def test_a_literal_dot_does_not_end_a_word() -> None:
    vocabulary = Vocabulary(".")
    two_dots = np.array([[0.0, 1.0], [0.5, 0.5]])

    words = sample_words(two_dots, vocabulary, 50, TorchGenerator(1))

    assert set("".join(words)) == {"."}
    assert len(max(words, key=len)) > 1


def test_a_table_may_make_its_rows_when_they_are_asked_for(P: Floats, az: Vocabulary) -> None:
    class Lazy:
        def __init__(self) -> None:
            self.asked: list[int] = []

        def __getitem__(self, row: int, /) -> Floats:
            self.asked.append(row)
            made: Floats = P[row]
            return made

    lazy = Lazy()

    assert sample_words(lazy, az, 5, TorchGenerator(1)) == sample_words(P, az, 5, TorchGenerator(1))
    assert lazy.asked[0] == 0
    assert len(lazy.asked) == len(set(lazy.asked))


# Temperature


@given(tables, temperatures)
def test_temperature_keeps_zeros_and_the_order_of_each_row(P: Floats, temperature: float) -> None:
    tempered = with_temperature(P, temperature)

    np.testing.assert_allclose(tempered.sum(axis=-1), 1, rtol=0, atol=1e-14)
    np.testing.assert_array_equal(tempered[P == 0], 0)
    for before, after in zip(P, tempered, strict=True):
        order = np.argsort(before, kind="stable")
        assert (np.diff(after[order]) >= 0).all()


@given(tables, temperatures)
def test_temperature_is_a_power_of_each_probability(P: Floats, temperature: float) -> None:
    powers = np.array([[p ** (1 / temperature) for p in row] for row in P.tolist()])

    np.testing.assert_allclose(
        with_temperature(P, temperature),
        powers / powers.sum(axis=1, keepdims=True),
        rtol=1e-12,
        atol=1e-300,
    )


def test_temperature_divides_the_logits(N: Counts) -> None:
    model = SoftmaxModel(N)
    heated = SoftmaxModel(N, model.weights / 0.7)

    np.testing.assert_allclose(
        with_temperature(model.probabilities(), 0.7), heated.probabilities(), rtol=1e-12
    )


def test_a_low_temperature_leaves_the_likeliest_and_a_high_one_makes_all_alike(P: Floats) -> None:
    cold, hot = with_temperature(P, 0.01), with_temperature(P, 100)

    np.testing.assert_array_equal(cold.argmax(axis=1), P.argmax(axis=1))
    assert cold.max(axis=1).min() > 0.5
    np.testing.assert_allclose(hot, 1 / 27, rtol=0.1)


def test_a_row_of_very_many_symbols_does_not_underflow_at_a_low_temperature() -> None:
    row = np.full(20_000, 1 / 20_000)

    np.testing.assert_allclose(with_temperature(row, 0.01), row, rtol=1e-12)


def test_temperature_one_leaves_the_table_as_it_is(P: Floats) -> None:
    np.testing.assert_array_equal(with_temperature(P, 1), P)


def test_temperature_does_not_write_into_the_table() -> None:
    table = np.array([[0.25, 0.75], [1.0, 0.0]])

    with_temperature(table, 2)

    assert table.tolist() == [[0.25, 0.75], [1.0, 0.0]]


@pytest.mark.parametrize("temperature", [0, -1, math.nan, math.inf])
def test_a_temperature_not_above_zero_or_not_finite_is_refused_and_quoted(
    temperature: float, P: Floats
) -> None:
    with pytest.raises(SettingError, match=f"it is {temperature!r}") as caught:
        with_temperature(P, temperature)

    assert caught.value.setting == "temperature"
