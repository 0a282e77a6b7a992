"""Tables: what csv itself refuses is told, not thrown."""

from __future__ import annotations

import csv
from collections.abc import Iterator

import pytest

from makemore.errors import WordListError
from makemore.reading.delimited import cells_of, delimiter_of, looks_like_header, table_shape


@pytest.fixture(autouse=True)
def short_fields() -> Iterator[None]:
    before = csv.field_size_limit(10)
    yield
    csv.field_size_limit(before)


LONG = ["emma,3", "a cell of many letters,4"]


def test_lines_that_are_no_table_have_no_delimiter() -> None:
    assert delimiter_of(["emma,3", "ava,4"]) == ","
    assert delimiter_of(LONG) is None


def test_first_lines_that_are_no_table_are_told() -> None:
    with pytest.raises(WordListError, match=r"no table \(field larger.*Choose to read whole lines"):
        table_shape(LONG, ",")


def test_a_line_that_is_none_of_a_table_is_told_by_its_number() -> None:
    with pytest.raises(WordListError, match=r"Line 8 is no line of a table \(field larger"):
        list(cells_of(LONG, ",", [0], 7))


def test_a_single_row_is_no_header() -> None:
    assert not looks_like_header([["name", "count"]])
