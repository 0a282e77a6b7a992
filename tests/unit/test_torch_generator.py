"""PyTorch's random numbers, to the bit where NumPy can."""

from __future__ import annotations

import math
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as st_numpy

from makemore.errors import SettingError
from makemore.torch_generator import Era, TorchGenerator
from tests.unit.oracles import mersenne_words
from tests.unit.strategies import seeds

DTYPES: dict[str, type[np.float32] | type[np.float64]] = {
    "float32": np.float32,
    "float64": np.float64,
}
# PyTorch's own logarithm, sine and cosine differ from NumPy's by so much.
RELATIVE = {"float32": 3e-6, "float64": 1e-13}
ABSOLUTE = {"float32": 1e-6, "float64": 1e-15}

eras = st.sampled_from([1, 2])
weights = st.lists(
    st.one_of(st.just(0.0), st.floats(2**-10, 2**10, width=32)), min_size=1, max_size=8
).filter(any)


def uniform32(word: int) -> float:
    return (word & 0xFFFFFF) / 2**24


def uniform64(high: int, low: int) -> float:
    return ((high << 32 | low) & (2**53 - 1)) / 2**53


# What the notebook printed


def test_rand_gives_the_notebooks_three_numbers(notebook: dict[str, Any]) -> None:
    p = TorchGenerator(notebook["seed"]).rand(3)
    said = notebook["rand3_normalised"]

    np.testing.assert_array_equal(
        (p / p.sum()).round(said["digits"]), np.asarray(said["values"], dtype=np.float32)
    )


def test_multinomial_gives_the_notebooks_hundred_draws(notebook: dict[str, Any]) -> None:
    generator = TorchGenerator(notebook["seed"])
    p = generator.rand(3)

    draws = generator.multinomial(p / p.sum(), 100)

    assert draws.tolist() == notebook["multinomial_100"]


def test_the_first_letter_drawn_is_the_notebooks(
    notebook: dict[str, Any], N: npt.NDArray[np.int64]
) -> None:
    (index,) = TorchGenerator(notebook["seed"]).multinomial(N[0] / N[0].sum())

    assert ".abcdefghijklmnopqrstuvwxyz"[index] == notebook["first_letter_draw"]


# What PyTorch 2.13 drew


def test_uniforms_are_pytorchs(pytorch2: dict[str, Any]) -> None:
    for fresh in pytorch2["fresh"]:
        for name, said in fresh["rand"].items():
            drawn = TorchGenerator(fresh["seed"]).rand(len(said), DTYPES[name])
            assert drawn.dtype == DTYPES[name]
            np.testing.assert_array_equal(drawn, np.asarray(said, dtype=DTYPES[name]))


def test_uniforms_are_made_of_pytorchs_words(pytorch2: dict[str, Any]) -> None:
    for fresh in pytorch2["fresh"]:
        words = fresh["words"]
        assert mersenne_words(fresh["seed"], len(words)) == words
        generator = TorchGenerator(fresh["seed"])
        assert generator.rand(len(words)).tolist() == [uniform32(word) for word in words]


def test_normals_are_pytorchs_for_any_number_of_them(pytorch2: dict[str, Any]) -> None:
    for fresh in pytorch2["fresh"]:
        for name, sizes in fresh["randn"].items():
            for size, said in sizes.items():
                drawn = TorchGenerator(fresh["seed"]).randn(int(size), dtype=DTYPES[name])
                assert drawn.dtype == DTYPES[name]
                np.testing.assert_allclose(
                    drawn,
                    np.asarray(said, dtype=DTYPES[name]),
                    rtol=RELATIVE[name],
                    atol=ABSOLUTE[name],
                    err_msg=f"seed {fresh['seed']}, {size} of {name}",
                )


def test_categories_drawn_one_by_one_are_those_of_pytorch_2(pytorch2: dict[str, Any]) -> None:
    for case in pytorch2["multinomial"]:
        generator = TorchGenerator(case["seed"], era=2)
        said = case["num_samples_1_repeated"]
        drawn = [int(generator.multinomial(case["p"])[0]) for _ in said]
        assert drawn == said, case["about"]


@pytest.mark.parametrize("era", [1, 2])
def test_categories_drawn_at_once_are_pytorchs_in_both_eras(
    era: Era, pytorch2: dict[str, Any]
) -> None:
    for case in pytorch2["multinomial"]:
        said = case["num_samples_20"]
        drawn = TorchGenerator(case["seed"], era=era).multinomial(case["p"], len(said))
        assert drawn.tolist() == said, case["about"]


def test_different_calls_on_one_generator_are_pytorchs(pytorch2: dict[str, Any]) -> None:
    for sequence in pytorch2["interleaved"]:
        generator = TorchGenerator(sequence["seed"], era=2)
        for number, step in enumerate(sequence["steps"]):
            dtype = DTYPES[step["dtype"]]
            if step["call"] == "multinomial":
                drawn: npt.NDArray[Any] = generator.multinomial(step["p"], step["num_samples"])
                np.testing.assert_array_equal(drawn, step["values"], err_msg=f"call {number}")
            elif step["call"] == "rand":
                np.testing.assert_array_equal(
                    generator.rand(step["n"], dtype),
                    np.asarray(step["values"], dtype=dtype),
                    err_msg=f"call {number}",
                )
            else:
                np.testing.assert_allclose(
                    generator.randn(step["n"], dtype=dtype),
                    np.asarray(step["values"], dtype=dtype),
                    rtol=RELATIVE[step["dtype"]],
                    atol=ABSOLUTE[step["dtype"]],
                    err_msg=f"call {number}",
                )


# The stream, against the reference code of the Mersenne twister


@given(seeds)
def test_float32_uniforms_are_the_low_24_bits_of_each_word(seed: int) -> None:
    drawn = TorchGenerator(seed).rand(20)

    assert drawn.dtype == np.float32
    assert drawn.tolist() == [uniform32(word) for word in mersenne_words(seed, 20)]


@given(seeds)
def test_float64_uniforms_are_the_low_53_bits_of_two_words(seed: int) -> None:
    drawn = TorchGenerator(seed).rand(10, np.float64)

    words = mersenne_words(seed, 20)
    assert drawn.dtype == np.float64
    assert drawn.tolist() == [
        uniform64(high, low) for high, low in zip(words[::2], words[1::2], strict=True)
    ]


Call = tuple[Literal["rand32", "rand64", "randn32", "randn64", "draw", "draws"], int]
calls: st.SearchStrategy[list[Call]] = st.lists(
    st.tuples(
        st.sampled_from(["rand32", "rand64", "randn32", "randn64", "draw", "draws"]),
        st.one_of(st.integers(0, 40), st.sampled_from([4095, 4096, 4097, 6000])),
    ),
    max_size=8,
)


def make_call(generator: TorchGenerator, call: Call, p: list[float]) -> npt.NDArray[Any]:
    name, n = call
    if name == "draw":
        return generator.multinomial(p)
    if name == "draws":
        return generator.multinomial(p, n)
    dtype = np.float32 if name.endswith("32") else np.float64
    return generator.randn(n, dtype=dtype) if "n" in name[3:5] else generator.rand(n, dtype)


class WordCounter:
    """How many words each call takes, by the rules of PyTorch's source."""

    def __init__(self, era: Era, categories: int) -> None:
        self.era, self.categories = era, categories
        self.words = 0
        self.normal_is_left = False

    def make_call(self, call: Call) -> None:
        name, n = call
        of_one = 2 if name.endswith("64") else 1
        if name.startswith("randn"):
            if n >= 16:
                self.words += (n + (16 if n % 16 else 0)) * of_one
            else:
                self._make_pairs(n)
        elif name.startswith("rand"):
            self.words += n * of_one
        elif self.era == 2 and (name == "draw" or n == 1):
            self.words += 2 * self.categories
        else:
            self.words += 2 * (1 if name == "draw" else n)

    def _make_pairs(self, n: int) -> None:
        missing = n - self.normal_is_left if n else 0
        self.words += 4 * ((missing + 1) // 2)
        if n:
            self.normal_is_left = missing % 2 == 1


@given(seeds, eras, weights, calls)
def test_every_call_takes_its_own_words_and_no_other(
    seed: int, era: Era, p: list[float], calls: list[Call]
) -> None:
    generator, counter = TorchGenerator(seed, era=era), WordCounter(era, len(p))

    for call in calls:
        make_call(generator, call, p)
        counter.make_call(call)

    words = mersenne_words(seed, counter.words + 3)[-3:]
    assert generator.rand(3).tolist() == [uniform32(word) for word in words]


@given(seeds, st.lists(st.integers(0, 5000), max_size=4))
def test_many_small_draws_equal_one_large_one(seed: int, sizes: list[int]) -> None:
    generator = TorchGenerator(seed)

    parts = [generator.rand(size) for size in sizes]

    np.testing.assert_array_equal(
        np.concatenate([[], *parts]), TorchGenerator(seed).rand(sum(sizes))
    )


def test_what_was_drawn_does_not_change_when_more_is_drawn() -> None:
    generator = TorchGenerator(0)
    first = generator.rand(5000, np.float64)
    kept = first.copy()

    generator.rand(5000)
    generator.randn(5000)

    np.testing.assert_array_equal(first, kept)


def test_generators_do_not_share_a_stream_nor_numpys_global_one() -> None:
    first, second = TorchGenerator(7), TorchGenerator(7)
    np.random.seed(1)
    expected = TorchGenerator(7).rand(6)

    interleaved = [generator.rand(3) for generator in (first, second, first, second)]

    np.testing.assert_array_equal(np.concatenate(interleaved[::2]), expected)
    np.testing.assert_array_equal(np.concatenate(interleaved[1::2]), expected)
    assert np.random.random_sample() == np.random.RandomState(1).random_sample()


# Normals


def test_the_shape_only_arranges_the_numbers() -> None:
    drawn = TorchGenerator(3).randn(4, 5)

    assert drawn.shape == (4, 5)
    np.testing.assert_array_equal(drawn.ravel(), TorchGenerator(3).randn(20))
    assert TorchGenerator(3).randn(2, 3).shape == (2, 3)
    assert TorchGenerator(3).randn(0, 3).shape == (0, 3)


def test_normals_are_normal() -> None:
    drawn = TorchGenerator(1).randn(100_000)

    # Five standard errors of mean, variance and kurtosis.
    assert abs(drawn.mean(dtype=np.float64)) < 5 / math.sqrt(1e5)
    assert abs(drawn.var(dtype=np.float64) - 1) < 5 * math.sqrt(2 / 1e5)
    assert abs((drawn.astype(np.float64) ** 4).mean() - 3) < 5 * math.sqrt(96 / 1e5)


# Categories


@given(seeds, eras, weights, st.integers(0, 20))
def test_drawn_categories_exist_and_have_a_weight(
    seed: int, era: Era, p: list[float], num_samples: int
) -> None:
    drawn = TorchGenerator(seed, era=era).multinomial(p, num_samples)

    assert drawn.dtype == np.int64
    assert drawn.shape == (num_samples,)
    assert all(p[index] > 0 for index in drawn.tolist())


@given(seeds, weights, st.integers(0, 20))
def test_in_the_first_era_one_by_one_equals_at_once(
    seed: int, p: list[float], num_samples: int
) -> None:
    generator = TorchGenerator(seed, era=1)

    one_by_one = [int(generator.multinomial(p)[0]) for _ in range(num_samples)]

    assert one_by_one == TorchGenerator(seed, era=1).multinomial(p, num_samples).tolist()


@given(seeds, weights, st.sampled_from([0.25, 2.0, 1024.0]))
def test_weights_need_not_sum_to_one(seed: int, p: list[float], factor: float) -> None:
    scaled = [weight * factor for weight in p]

    for era in (1, 2):
        assert (
            TorchGenerator(seed, era=era).multinomial(scaled, 2).tolist()
            == TorchGenerator(seed, era=era).multinomial(p, 2).tolist()
        )


@pytest.mark.parametrize("era", [1, 2])
def test_categories_come_as_often_as_their_weights_say(era: Era) -> None:
    p = np.array([0.5, 0.2, 0.0, 0.3])
    generator = TorchGenerator(11, era=era)
    n = 4000

    drawn = [int(generator.multinomial(p)[0]) for _ in range(n)]

    shares = np.bincount(drawn, minlength=4) / n
    assert (abs(shares - p) <= 5 * np.sqrt(p * (1 - p) / n)).all()


def test_the_eras_draw_single_categories_differently() -> None:
    first, second = TorchGenerator(0, era=1), TorchGenerator(0, era=2)
    p = [0.2, 0.3, 0.5]

    assert [first.multinomial(p).tolist() for _ in range(20)] != [
        second.multinomial(p).tolist() for _ in range(20)
    ]


@given(seeds, eras, st.lists(st.integers(0, 2), max_size=30))
def test_a_row_sampler_draws_what_multinomial_draws(seed: int, era: Era, rows: list[int]) -> None:
    table = np.array([[0.1, 0.6, 0.3], [0.0, 1.0, 0.0], [1 / 3, 1 / 3, 1 / 3]])
    fast, plain = TorchGenerator(seed, era=era), TorchGenerator(seed, era=era)
    draw = fast.row_sampler(table)

    for row in rows:
        assert draw(row) == plain.multinomial(table[row])[0]

    assert fast.rand(1) == plain.rand(1)


@pytest.mark.parametrize("era", [1, 2])
@pytest.mark.parametrize("p", [[0.0, 0.0], [1.0, -0.1], [1.0, math.nan], [1.0, math.inf]])
def test_weights_that_are_no_weights_are_refused(era: Era, p: list[float]) -> None:
    generator = TorchGenerator(0, era=era)
    draw = generator.row_sampler(np.array([p]))

    with pytest.raises(SettingError, match="0 or more, finite, and not all 0") as caught:
        generator.multinomial(p)
    assert caught.value.setting == "probabilities"
    with pytest.raises(SettingError, match="0 or more, finite, and not all 0"):
        draw(0)
    # A refused draw takes nothing from the stream.
    assert generator.rand(1) == TorchGenerator(0).rand(1)


# Seeds and eras


@given(seeds)
def test_seeds_equal_modulo_2_to_the_32_give_the_same_stream(seed: int) -> None:
    np.testing.assert_array_equal(
        TorchGenerator(seed).rand(3), TorchGenerator(seed % 2**32).rand(3)
    )


@pytest.mark.parametrize("seed", [-(2**63), -1, 0, 2**63, 2**64 - 1])
def test_seeds_that_pytorch_takes_are_taken(seed: int) -> None:
    assert TorchGenerator(seed).seed == seed


@pytest.mark.parametrize("seed", [-(2**63) - 1, 2**64])
def test_seeds_out_of_range_are_refused_and_quoted(seed: int) -> None:
    with pytest.raises(SettingError, match=f"{seed} is not") as caught:
        TorchGenerator(seed)

    assert caught.value.setting == "seed"


@pytest.mark.parametrize("seed", [1.0, True, "3", None])
def test_seeds_that_are_no_integers_are_refused_and_quoted(seed: Any) -> None:
    with pytest.raises(SettingError, match=f"{seed!r} is none") as caught:
        TorchGenerator(seed)

    assert caught.value.setting == "seed"


def test_there_are_two_eras_and_the_first_is_the_usual_one() -> None:
    assert TorchGenerator(0).era == 1
    third: Any = 3
    with pytest.raises(SettingError, match="1 or 2, not 3") as caught:
        TorchGenerator(0, era=third)

    assert caught.value.setting == "era"


@pytest.mark.parametrize("kind", [np.float32, np.float64])
@pytest.mark.parametrize("n", [5, 40])
def test_a_dtype_may_be_named(kind: type[np.floating[Any]], n: int) -> None:
    for dtype in (np.dtype(kind).name, np.dtype(kind)):
        for method in ("rand", "randn"):
            named = getattr(TorchGenerator(3), method)(n, dtype=dtype)
            typed = getattr(TorchGenerator(3), method)(n, dtype=kind)
            assert named.dtype == typed.dtype == kind
            np.testing.assert_array_equal(named, typed)


@pytest.mark.parametrize("dtype", ["float16", np.int64, "real", "float128x"])
def test_another_dtype_is_refused_and_quoted(dtype: Any) -> None:
    for method in ("rand", "randn"):
        with pytest.raises(SettingError, match="float32 or float64, not ") as caught:
            getattr(TorchGenerator(3), method)(5, dtype=dtype)
        assert caught.value.setting == "dtype"


@pytest.mark.parametrize("era", [1, 2])
@pytest.mark.parametrize("p", [[[0.5, 0.5], [0.1, 0.9]], 1.0, [[[1.0]]]])
def test_categories_are_drawn_from_one_row_only(era: Era, p: Any) -> None:
    with pytest.raises(SettingError, match="one row"):
        TorchGenerator(1, era=era).multinomial(p)


@given(
    st_numpy.arrays(np.float64, (5, 4), elements=st.sampled_from([0.0, 1e-9, 0.25, 1.0, 30.0])),
    st.sampled_from([1, 2]),
)
def test_rows_are_drawn_one_after_the_other(p: npt.NDArray[np.float64], era: Era) -> None:
    p[:, 1] += 0.5
    rows, one_by_one = TorchGenerator(3, era=era), TorchGenerator(3, era=era)

    drawn = rows.multinomial_rows(p)

    assert drawn.tolist() == [int(one_by_one.multinomial(row)[0]) for row in p]
    assert rows.rand(1) == one_by_one.rand(1)


@pytest.mark.parametrize("row", [[0.0, 0.0], [1.0, -1.0], [math.nan, 1.0], [1e300, 1.0]])
def test_a_row_that_cannot_be_drawn_from_is_refused(row: list[float]) -> None:
    with pytest.raises(SettingError, match="0 or more, finite, and not all 0"):
        TorchGenerator(1).multinomial_rows(np.array([[0.5, 0.5], row]))


# What makemore.py's split, linear layers and data loader draw


def test_shuffles_and_whole_numbers_are_pytorchs(pytorch2: dict[str, Any]) -> None:
    for said in pytorch2["shuffles"]:
        generator = TorchGenerator(said["seed"], era=2)

        shuffled = [generator.randperm(n).tolist() for n in (1, 2, 10, 40)]

        assert shuffled == said["randperm"]
        assert generator.int64() == said["int64"]
        assert generator.integers(31469, 8).tolist() == said["randint"]
        for name, bound in (("uniform", 0.125), ("uniform_odd", float(np.float32(0.1)))):
            uniform = generator.uniform(-bound, bound, 5)
            np.testing.assert_array_equal(uniform, np.asarray(said[name], dtype=np.float32))


def test_the_front_of_a_shuffle_can_be_had_alone() -> None:
    whole = TorchGenerator(5).randperm(100)

    assert TorchGenerator(5).randperm(100, first=7).tolist() == whole[:7].tolist()
    assert TorchGenerator(5).randperm(3, first=7).tolist() == TorchGenerator(5).randperm(3).tolist()
    assert TorchGenerator(5).randperm(0).tolist() == []


@given(seeds, st.integers(0, 9000), st.integers(0, 7))
def test_a_position_of_the_stream_can_be_gone_back_to(seed: int, words: int, few: int) -> None:
    generator = TorchGenerator(seed)
    generator.rand(words)
    generator.randn(few)  # an odd number leaves half a pair of normals
    again = TorchGenerator(seed)

    again.go_to(generator.position())

    assert again.randn(3).tolist() == generator.randn(3).tolist()
    assert again.multinomial([1, 2, 3], 5).tolist() == generator.multinomial([1, 2, 3], 5).tolist()


def test_whole_numbers_have_a_bound() -> None:
    with pytest.raises(SettingError, match="below 1 to"):
        TorchGenerator(0).integers(0, 3)
