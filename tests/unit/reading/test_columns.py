"""Columns of whole blocks, against the csv module, row by row."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from makemore.errors import WordListError
from makemore.reading.columns import take_columns
from makemore.reading.delimited import cells_of

# What a table is made of, so that quotes, blanks and numbers meet at every place of a cell.
PIECES = ['"', '"', ",", ",", "\n", "\n", " ", "a", "é", "漢", "0", "7", "12", "\t", ";", "\0"]
texts = st.lists(st.sampled_from(PIECES), max_size=16).map(lambda some: "".join(some) + "\n")
cells = st.text(st.sampled_from('"", aé漢7;'), max_size=5)
tables = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.lists(cells, min_size=width, max_size=width), min_size=1, max_size=6)
)


def by_rows(text: str, delimiter: str, columns: list[int]) -> list[list[str]] | str:
    """Take cells as the csv module does, or give the message of the error."""
    try:
        return list(cells_of(text.split("\n")[:-1], delimiter, columns, 5))
    except WordListError as error:
        return str(error)


@given(texts, st.sampled_from(",;\t"), st.integers(0, 3))
def test_a_column_is_what_the_csv_module_makes_of_each_row(
    text: str, delimiter: str, column: int
) -> None:
    expected = by_rows(text, delimiter, [column])

    if isinstance(expected, str):
        with pytest.raises(WordListError) as caught:
            take_columns(text, delimiter, column, None, 5)
        assert str(caught.value) == expected
    else:
        words, weights = take_columns(text, delimiter, column, None, 5)
        assert words.split("\n") == [*(row[0] for row in expected), ""]
        assert weights is None


@given(texts, st.integers(0, 2), st.integers(0, 2))
def test_weights_are_the_whole_numbers_of_their_column(text: str, column: int, other: int) -> None:
    expected = by_rows(text, ",", [column, other])
    numbers = None
    if not isinstance(expected, str):
        digits = [row[1].strip().replace(",", "") or "0" for row in expected]
        numbers = list(map(int, digits)) if all(map(str.isdecimal, digits)) else None

    if numbers is None:
        with pytest.raises(WordListError, match="Line"):
            take_columns(text, ",", column, other, 5)
    else:
        words, weights = take_columns(text, ",", column, other, 5)
        assert weights is not None
        assert (words.count("\n"), weights.tolist()) == (len(numbers), numbers)


@given(tables, st.booleans(), st.sampled_from(",;\t"))
def test_what_the_csv_module_writes_is_read_again(
    table: list[list[str]], quote_all: bool, delimiter: str
) -> None:
    file = io.StringIO()
    csv.writer(
        file,
        delimiter=delimiter,
        quoting=csv.QUOTE_ALL if quote_all else csv.QUOTE_MINIMAL,
        lineterminator="\n",
    ).writerows(table)

    for column in range(len(table[0])):
        words, _ = take_columns(file.getvalue(), delimiter, column, None, 1)
        assert words.split("\n")[:-1] == [row[column] for row in table]


@pytest.mark.parametrize(
    ("cell", "weight"),
    [("12", 12), (" 12", 12), ("12 ", 12), ('"12"', 12), ('"1,234"', 1234), ('" 7 "', 7), ("", 0)],
)
def test_a_weight_may_have_spaces_quotes_and_commas(cell: str, weight: int) -> None:
    _, weights = take_columns(f"a,{cell}\nb,1000000000\n", ",", 0, 1, 1)

    assert weights is not None
    assert weights.tolist() == [weight, 10**9]


@pytest.mark.parametrize("cell", ["-1", "1.5", "1000000001", "1_0", "x", "1 2", '"1""2"', "²"])
def test_what_is_no_weight_is_refused_with_its_line(cell: str) -> None:
    with pytest.raises(WordListError, match="Line 8 has"):
        take_columns(f"a,1\nb,{cell}\n", ",", 0, 1, 7)


@pytest.mark.parametrize("rest", ["", '"c",3\n', "c,3\n"])
def test_a_quote_that_is_not_closed_is_refused_with_its_line(rest: str) -> None:
    with pytest.raises(WordListError, match="Line 2 opens a quote"):
        take_columns(f'"a",1\n"b,2\n{rest}', ",", 0, None, 1)


@pytest.mark.parametrize("digits", ["7" * 5000, "10000000000", "١" * 5000])
def test_a_weight_that_is_too_large_is_refused_however_long(digits: str) -> None:
    with pytest.raises(WordListError, match=r"Line 6 has '.{11,40}' where a whole number"):
        take_columns(f"a,1\nb,{digits}\n", ",", 0, 1, 5)


def test_zeros_before_a_weight_count_for_nothing() -> None:
    _, weights = take_columns(f"a,{'0' * 5000}12\n", ",", 0, 1, 5)

    assert weights is not None
    assert weights.tolist() == [12]
