"""Words that were made, in an order and in groups."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from makemore.arranging import ORDERS, arrange, group_near_copies
from makemore.errors import SettingError
from tests.unit.oracles import edit_distance_by_definition
from tests.unit.strategies import word_lists

WORDS = ["mora", "Émile", "axx", "emil", "mora"]
NLL = [2.0, 3.0, 4.0, 1.0, 2.0]


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("made", [0, 1, 2, 3, 4]),
        ("alphabetical", [2, 3, 1, 0, 4]),
        ("likely", [3, 0, 4, 1, 2]),
        ("surprising", [2, 1, 0, 4, 3]),
    ],
)
def test_words_come_in_each_order_and_equal_ones_as_made(order: Any, expected: list[int]) -> None:
    assert arrange(WORDS, order, NLL) == expected


def test_every_order_has_a_name_and_another_is_an_error() -> None:
    for order in ORDERS:
        assert sorted(arrange(WORDS, order, NLL)) == [0, 1, 2, 3, 4]
    unknown: Any = "backwards"
    with pytest.raises(SettingError, match="not 'backwards'"):
        arrange(WORDS, unknown)


def test_letters_come_before_their_marks_and_marks_before_capitals() -> None:
    words = ["zoe", "Zoë", "zoé", "Zoe", "aß", "ass"]

    assert [words[i] for i in arrange(words, "alphabetical")] == [
        "ass", "aß", "Zoe", "zoe", "zoé", "Zoë",
    ]  # fmt: skip


def test_near_copies_stand_with_the_first_of_them() -> None:
    words = ["mora", "axx", "Mora", "moran", "maran", "ax", "mor"]

    assert group_near_copies(words) == [[0, 2, 3, 6], [1, 5], [4]]
    assert group_near_copies(words, 2) == [[0, 2, 3, 4, 6], [1, 5]]
    assert group_near_copies(words, 0) == [[0, 2], [1], [3], [4], [5], [6]]
    assert group_near_copies([]) == []


@given(word_lists, st.integers(0, 2))
def test_groups_are_those_of_comparing_each_with_each(words: list[str], distance: int) -> None:
    expected: list[list[int]] = []
    folded = [word.casefold() for word in words]
    for place, word in enumerate(folded):
        for group in expected:
            if edit_distance_by_definition(word, folded[group[0]]) <= distance:
                group.append(place)
                break
        else:
            expected.append([place])

    assert group_near_copies(words, distance) == expected
