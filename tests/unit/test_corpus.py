"""Words divided into parts, sampled, and laid out in batches."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from makemore.corpus import Sample, batches, split_different_words, split_words
from makemore.errors import SettingError, VocabularyError
from makemore.vocabulary import Vocabulary
from tests.unit.strategies import word_lists


@given(word_lists)
def test_equal_words_are_in_the_same_part(words: list[str]) -> None:
    parts = split_different_words(words + words[:3])

    assert sorted(word for part in parts for word in part) == sorted(words + words[:3])
    assert sum(len(set(part)) for part in parts) == len(set(words))


@given(st.integers(0, 60), st.integers(0, 9))
def test_words_that_are_all_different_are_divided_alike(count: int, seed: int) -> None:
    words = [f"{i}" for i in range(count)]

    by_word, by_place = (split(words, seed=seed) for split in (split_different_words, split_words))

    assert [set(part) for part in by_word] == [set(part) for part in by_place]


@pytest.mark.parametrize("shares", [(), (0.5, 0.4), (1.5, -0.5)])
def test_shares_that_are_none_of_a_whole_are_refused(shares: tuple[float, ...]) -> None:
    with pytest.raises(SettingError, match="add up to 1"):
        split_words(["a", "b"], shares)


# A sample


def sampled(words: Sequence[str], most_words: int, most_characters: int, block: int) -> list[str]:
    """Offer the words block by block, as the reader does."""
    sample = Sample(most_words, most_characters)
    for begin in range(0, len(words), block):
        offered = words[begin : begin + block]
        numbers = sample.choose(len(offered))
        low = numbers < sample.threshold
        sample.add([word for word, taken in zip(offered, low, strict=True) if taken], numbers[low])
        assert len(sample.words()) <= most_words
        assert sum(map(len, sample.words())) <= most_characters
    return list(sample.words())


def test_every_part_of_a_list_has_its_share_of_the_sample() -> None:
    words = [f"{i}" for i in range(64_000)]

    sample = sampled(words, 4_000, 10**9, 1_000)

    assert 2_000 <= len(sample) <= 4_000
    tenths = np.bincount([int(word) * 10 // 64_000 for word in sample])
    expected = len(sample) / 10
    # chi-square of nine degrees of freedom: above 27.9 once in a thousand samples
    assert ((tenths - expected) ** 2 / expected).sum() < 27.9
    assert sample == sorted(sample, key=int)  # in the order of the list


def test_long_words_are_as_likely_to_be_in_it_as_short_ones() -> None:
    words = ["a" * (1 + 20 * (i % 2)) for i in range(40_000)]

    lengths = Counter(map(len, sampled(words, 10**9, 40_000, 500)))

    assert sum(length * times for length, times in lengths.items()) <= 40_000
    assert lengths[1] == pytest.approx(lengths[21], rel=0.15)


@given(st.integers(1, 3000), st.integers(1, 500), st.integers(1, 50), st.integers(1, 90))
def test_of_the_same_list_it_is_the_same_sample_however_it_comes(
    count: int, block: int, most: int, other: int
) -> None:
    words = [f"{i}" for i in range(count)]

    assert sampled(words, most, 100, block) == sampled(words, most, 100, other)


def test_a_list_that_fits_is_kept_whole() -> None:
    assert sampled(["b", "a", "b"], 3, 3, 2) == ["b", "a", "b"]


# Batches


@given(word_lists, st.integers(1, 60))
def test_batches_hold_each_word_once_and_are_no_larger_than_asked(
    words: list[str], positions: int
) -> None:
    vocabulary = Vocabulary.from_words(words)

    rows = []
    for x, y in batches(words, vocabulary, lambda: positions):
        assert x.shape == y.shape
        assert x.size <= positions or len(x) == 1
        for before, after in zip(x.tolist(), y.tolist(), strict=True):
            length = after.index(0)
            assert before[0] == 0
            assert before[1 : length + 1] == after[:length]
            assert set(before[length + 1 :]) <= {0}
            assert set(after[length + 1 :]) <= {-1}
            rows.append(vocabulary.decode(after[:length]))
    assert sorted(rows) == sorted(words)
    assert list(map(len, rows)) == sorted(map(len, rows))


def test_a_symbol_that_is_not_known_is_named() -> None:
    with pytest.raises(VocabularyError, match="'c'"):
        list(batches(["ab", "c"], Vocabulary("ab")))
