"""Words divided into parts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from makemore.corpus import split_different_words, split_words
from makemore.errors import SettingError
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
