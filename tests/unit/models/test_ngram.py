from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from makemore import Constraint, TorchGenerator, Vocabulary, fit, generate
from makemore.corpus import split_words
from makemore.counting.ngrams import NgramTally
from makemore.errors import MakemoreError, SettingError
from makemore.evaluation import evaluate
from makemore.models import ngram
from makemore.models.auto import built_in_backgrounds
from makemore.models.ngram import KNESER_NEY, NGram
from makemore.models.protocol import State
from tests.unit.oracles import PlainKneserNey

some_words = st.lists(st.text("abc", min_size=1, max_size=6), min_size=1, max_size=12)


def model_of(words: list[str], order: int, smoothing: str | float = KNESER_NEY) -> NGram:
    vocabulary = Vocabulary("abc")
    return NGram(vocabulary, NgramTally.of_words(words, vocabulary, order), order, smoothing)


def row(text: str) -> npt.NDArray[np.intp]:
    return np.array([[0, *("abc".index(c) + 1 for c in text)]])


@given(some_words, st.integers(1, 5), st.text("abc", max_size=6))
def test_kneser_ney_is_the_plain_one(words: list[str], order: int, before: str) -> None:
    found = model_of(words, order).predict(row(before))[0]

    oracle = PlainKneserNey(words, 4, order)
    wanted = [oracle.probability(before, symbol) for symbol in ["", "a", "b", "c"]]
    assert found == pytest.approx(wanted, abs=1e-12)


@given(some_words, st.integers(1, 5), st.floats(0.01, 3), st.text("abc", max_size=5))
def test_add_k_is_shares_of_what_followed(
    words: list[str], order: int, k: float, before: str
) -> None:
    found = model_of(words, order, k).predict(row(before))[0]

    context = ("." * order + before)[len(before) + 1 :]
    counts = dict.fromkeys(".abc", 0)
    for word in words:
        padded = "." * order + word + "."
        for t in range(order, len(padded)):
            if padded[t - order + 1 : t] == context:
                counts[padded[t]] += 1
    total = sum(counts.values()) + 4 * k
    assert found == pytest.approx([(n + k) / total for n in counts.values()], abs=1e-12)


@pytest.mark.parametrize(
    ("order", "smoothing", "dev", "test"),
    [
        (2, 0.1, 2.4623, 2.4627),
        (3, 0.1, 2.2245, 2.2395),
        (4, 0.1, 2.0916, 2.1123),
        (3, KNESER_NEY, 2.2212, 2.2353),
        (4, KNESER_NEY, 2.0492, 2.0676),
        (5, KNESER_NEY, 1.9801, 1.9952),
        (6, KNESER_NEY, 1.9843, 2.0038),
    ],
)
def test_the_figures_of_us_names(
    names: tuple[str, ...], order: int, smoothing: str | float, dev: float, test: float
) -> None:
    vocabulary = Vocabulary.from_words(names)
    train, held_out, last = split_words(names)

    model = NGram(vocabulary, NgramTally.of_words(train, vocabulary, order), order, smoothing)

    assert evaluate(model, held_out) == pytest.approx(dev, abs=0.0002)
    assert evaluate(model, last) == pytest.approx(test, abs=0.0002)


@given(some_words, st.integers(1, 4))
def test_rows_made_when_asked_for_are_those_of_the_whole_chain(
    words: list[str], order: int
) -> None:
    model = model_of(words, order)
    whole = model.chain()
    contexts = np.arange(whole.size)

    P, after = model.rows(contexts)

    np.testing.assert_allclose(P, np.asarray(whole.P), rtol=0, atol=1e-15)
    assert np.array_equal(after, whole.next)


def test_a_later_boundary_begins_a_word_anew() -> None:
    model = model_of(["abc", "cab", "bca"], 4)

    assert np.array_equal(
        model.predict(np.array([[0, 1, 2, 0, 3]])), model.predict(np.array([[0, 3]]))
    )


def test_alphabets_too_large_for_one_number_count_the_same() -> None:
    letters = [chr(0x4E00 + i) for i in range(3000)]
    words = ["".join(letters[(7 * i + j) % 3000] for j in range(4)) for i in range(200)]
    few = sorted(set().union(*words))
    small, large = Vocabulary(few), Vocabulary(letters)

    one = NgramTally.of_words(words, small, 8)
    other = NgramTally.of_words(words, large, 8)

    place = np.array([0, *(large.index(letter) for letter in few)])
    assert np.array_equal(place[one.grams], other.grams)
    assert np.array_equal(one.counts, other.counts)


@pytest.mark.parametrize("order", [0, 9, 2.5, "3", True])
def test_orders_that_cannot_be_are_refused(order: object) -> None:
    with pytest.raises(SettingError, match="from 1 to 8"):
        NGram.start(["a"], Vocabulary("a"), {"order": order or 9})


@pytest.mark.parametrize("smoothing", [-1, float("nan"), "laplace"])
def test_smoothing_that_cannot_be_is_refused(smoothing: float | str) -> None:
    with pytest.raises(SettingError, match="kneser-ney"):
        NGram.start(["a"], Vocabulary("a"), {"order": 2, "smoothing": smoothing})


def test_arrays_that_are_of_no_text_are_refused() -> None:
    vocabulary = Vocabulary("ab")
    good = NGram(vocabulary, NgramTally.of_words(["ab"], vocabulary, 2)).state()
    foreign = {**good.arrays, "grams": good.arrays["grams"] + 5}
    negative = {**good.arrays, "counts": good.arrays["counts"] - 5}
    loose = {"grams": np.array([[1, 2]], dtype=np.uint8), "counts": np.array([1])}

    for arrays in (foreign, negative, loose):
        with pytest.raises(MakemoreError):
            NGram.from_state(vocabulary, State(good.config, arrays))


def test_a_list_comes_with_the_package() -> None:
    assert [background.name for background in built_in_backgrounds()] == ["US names"]


def test_a_chain_that_is_too_large_to_be_kept_draws_the_same_words(
    names: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = Constraint(starts="qu", longest=6)

    def made() -> tuple[bool, list[str], list[str], list[str]]:
        model: Any = fit("ngram", names[:500], order=3, smoothing=0.1)
        free = generate(model, 20, TorchGenerator(1))
        warm = generate(model, 20, TorchGenerator(1), temperature=0.7, top_k=5)
        return (
            model.chain().whole,
            free,
            warm,
            generate(model, 5, TorchGenerator(1), 1, None, asked),
        )

    whole = made()
    monkeypatch.setattr(ngram, "_WHOLE", 0)
    in_rows = made()

    assert (whole[0], in_rows[0]) == (True, False)
    assert in_rows[1:] == whole[1:]
