"""What a file looks like by its first lines."""

from __future__ import annotations

import pytest

from makemore.errors import EncodingError, WordListError
from makemore.reading.delimited import delimiter_of
from makemore.reading.inspection import inspect
from makemore.reading.reader import ReadList, ReadOptions, WordReader


def read(text: str, **options: object) -> ReadList:
    reader = WordReader(ReadOptions(**options))  # type: ignore[arg-type]
    reader.feed(text.encode())
    return reader.finish()


@pytest.mark.parametrize(
    ("lines", "delimiter"),
    [
        (["a,1", "b,2"], ","),
        (["a\t1", "b\t2"], "\t"),
        (["a;1,5", "b;2,5"], ";"),
        (["a|1", "b|2"], "|"),
        (['"a,b",1', "c,2"], ","),
        (["a\t1"], "\t"),
        (["a,1", "", "b,2"], ","),
        (["a,1"], None),
        (["a,1", "b"], None),
        (["a,1", "b,2,3"], None),
        (["New York", "St. John's"], None),
        ([], None),
    ],
)
def test_what_stands_between_cells_is_told_if_lines_agree(
    lines: list[str], delimiter: str | None
) -> None:
    assert delimiter_of(lines) == delimiter


@pytest.mark.parametrize(
    ("text", "header", "column"),
    [
        ("Emma,F,19738\nAva,F,15902\n", False, 0),
        ("rank,given,births\n1,Emma,5\n2,Ava,6\n", True, 1),
        ("Name,Sex\nEmma,F\n", True, 0),
        ("F,Emma\nF,Ava\nM,Bob\n", False, 1),
        ("1,2\n3,4\n", False, 0),
    ],
)
def test_a_header_and_the_column_of_the_words_are_proposed(
    text: str, header: bool, column: int
) -> None:
    table = inspect(text.encode()).table

    assert table is not None
    assert (table.header, table.column) == (header, column)


def test_what_is_chosen_is_kept_to() -> None:
    found = inspect(b"a;b,c\nd;e,f\n", delimiter=";", header=True)

    assert found.table is not None
    assert found.table.columns == ("a", "b,c")
    assert found.table.rows == (("d", "e,f"),)


def test_the_last_line_of_a_part_is_not_looked_at() -> None:
    part = b"a,1\nb,2\n" * 10 + b"c"

    assert inspect(part, whole=False).table is not None
    assert inspect(part, whole=True).table is None
    assert not inspect(part + "ë".encode()[:1], whole=False).guessed


def test_an_encoding_is_told_guessed_or_refused() -> None:
    assert inspect("zoë\n".encode("cp1252")).guessed
    assert not inspect("zoë\n".encode("cp1252"), encoding="cp1252").guessed
    with pytest.raises(EncodingError, match=r"Line 2 .*0x81"):
        inspect(b"a\nb\x81\n")
    with pytest.raises(EncodingError, match="Line 1 is not utf-8 text"):
        inspect(b"zo\xeb\n", encoding="utf-8")


def test_a_table_is_read_by_its_cells_and_a_header_is_no_word() -> None:
    made = read('n;name\n1;"O\'Hara; Jo"\n\n2; Ava \n', column=1, delimiter=";", header=True)

    assert made.words == ("O'Hara; Jo", "Ava")
    assert made.lines == (2, 4)
    assert made.report.header
    assert (made.report.lines, made.report.blank.lines, made.report.trimmed.lines) == (4, [3], [4])


def test_weights_count_words_and_none_drops_them() -> None:
    made = read('ab,"1,000"\nb,0\nba, 2 \nc,\n', column=0, weights=1)

    assert made.words == ("ab", "ba")
    assert made.lines == (1, 3)
    assert made.counts.sum() == 3 * 1000 + 3 * 2
    assert made.report.weightless.lines == [2, 4]
    assert made.vocabulary.symbols == (".", "a", "b")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a,1\nb,x\n", "Line 2 has 'x' where a whole number"),
        ("a,1\nb,-1\n", "Line 2 has '-1' where a whole number"),
        ("a,1\nb,1e9\n", "Line 2 has '1e9' where a whole number"),
        ("a,1\nb\n", "Line 2 has 1 columns and so no column 2"),
        ('a,1\n"b,2\nc,3\n', "Line 2 opens a quote"),
    ],
)
def test_a_row_that_does_not_fit_is_refused_with_its_line(text: str, message: str) -> None:
    with pytest.raises(WordListError, match=message):
        read(text, column=0, weights=1)


def test_a_line_too_long_is_refused_with_its_number() -> None:
    with pytest.raises(WordListError, match=r"Line 2 is longer than 4,000,000 characters"):
        read("a\n" + "b" * 4_000_001)


def test_a_table_of_nothing_but_a_header_has_no_word() -> None:
    with pytest.raises(WordListError, match="no word"):
        read("name,count\n", column=0, weights=1, header=True)


def test_cells_with_and_without_quotes_are_read_alike() -> None:
    plain = read("Emma,5\n\nAva,7\n", column=0, weights=1)
    quoted = read('"Emma",5\n\nAva,"7"\n', column=0, weights=1)

    assert (plain.words, plain.lines, plain.report) == (quoted.words, quoted.lines, quoted.report)
    assert plain.counts.sum() == quoted.counts.sum() == 5 * 5 + 4 * 7
