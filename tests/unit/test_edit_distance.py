"""The nearest words of a list."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from makemore.edit_distance import WordIndex, edit_distances
from tests.unit.oracles import edit_distance_by_definition
from tests.unit.strategies import word_lists, words


@pytest.mark.parametrize(
    ("word", "other", "distance"),
    [
        ("kitten", "sitting", 3),
        ("emma", "emma", 0),
        ("", "ava", 3),
        ("ava", "", 3),
        ("ab", "ba", 2),
        ("\U0001f469", "\U0001f468", 1),
    ],
)
def test_known_distances(word: str, other: str, distance: int) -> None:
    assert edit_distances(word, [other]).tolist() == [distance]


@given(words, st.lists(words, min_size=1, max_size=6))
def test_distances_are_those_of_the_definition(word: str, others: list[str]) -> None:
    for length in {len(other) for other in others}:
        group = [other for other in others if len(other) == length]

        assert edit_distances(word, group).tolist() == [
            edit_distance_by_definition(word, other) for other in group
        ]


@given(words, st.lists(words, min_size=1, max_size=12))
def test_the_nearest_words_are_all_of_the_least_distance_in_order(
    word: str, others: list[str]
) -> None:
    distances = {other: edit_distance_by_definition(word, other) for other in others}
    least = min(distances.values())

    found = WordIndex(others).nearest(word)

    assert found.distance == least
    assert list(found.words) == [other for other in distances if distances[other] == least]


def test_a_word_of_the_list_is_its_own_nearest() -> None:
    assert WordIndex(["emma", "ava", "emma"]).nearest("emma") == (0, ("emma",))


@given(word_lists, words, st.integers(0, 4))
def test_a_word_is_within_a_distance_if_the_nearest_is(
    others: list[str], word: str, distance: int
) -> None:
    index = WordIndex(others)

    assert index.has_within(word, distance) == (index.nearest(word).distance <= distance)


def test_words_of_very_many_equal_letters_are_told_apart() -> None:
    index = WordIndex(["a" * 300])

    assert index.has_within("a" * 299, 1)
    assert not index.has_within("a" * 298, 1)
    assert not index.has_within("b" + "a" * 300 + "b", 1)
