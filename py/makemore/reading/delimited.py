"""Tables in text: lines with cells between commas, tabs or semicolons."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from makemore.errors import WordListError

__all__ = ["TableShape", "cells_of", "delimiter_of", "looks_like_header", "table_shape"]

_DELIMITERS = "\t;,|"
_ENOUGH = 2  # lines that must agree before they are taken for a table
_HEADINGS = {"name", "names", "word", "words", "term", "title", "label", "text"}


@dataclass(frozen=True)
class TableShape:
    """What a table looks like from its first lines.

    ``delimiter`` stands between cells; ``header`` says whether the first line names the columns,
    ``columns`` are their names, of the header, or "column 1" and so on; ``numeric`` says whether a
    column holds whole numbers only; ``column`` most likely holds the words; ``rows`` are the first
    few, without the header.
    """

    delimiter: str
    header: bool
    columns: tuple[str, ...]
    numeric: tuple[bool, ...]
    column: int
    rows: tuple[tuple[str, ...], ...]


def delimiter_of(lines: Sequence[str]) -> str | None:
    """Tell what stands between cells: what gives every line the same number of them, at least two.

    None if these are plain lines; blank ones do not count.
    """
    lines = [line for line in lines if line.strip()]
    if len(lines) < _ENOUGH:
        return "\t" if any("\t" in line.strip() for line in lines) else None
    for delimiter in _DELIMITERS:
        if all(delimiter in line for line in lines):
            try:
                widths = {len(row) for row in csv.reader(lines, delimiter=delimiter)}
            except csv.Error:
                continue
            if len(widths) == 1 and widths.pop() > 1:
                return delimiter
    return None


def table_shape(lines: Sequence[str], delimiter: str, header: bool | None = None) -> TableShape:
    """Look at a table's first lines, of which at least one is not blank.

    Whether the first line names the columns is judged by its looks if `header` does not say.
    """
    try:
        rows = [row for row in csv.reader(lines, delimiter=delimiter) if row]
    except csv.Error as error:
        raise WordListError(
            f"The first lines are no table ({error}). Choose to read whole lines."
        ) from None
    header = looks_like_header(rows) if header is None else header
    width = max(map(len, rows))
    names = [cell.strip() for cell in rows[0]] if header else []
    names += [""] * (width - len(names))
    body = [tuple(row) for row in rows[header:]]
    columns = tuple(name or f"column {i}" for i, name in enumerate(names, start=1))
    numeric = tuple(_is_numeric(_column(body, i)) for i in range(width))
    return TableShape(
        delimiter, header, columns, numeric, _word_column(columns, numeric, body), tuple(body[:5])
    )


def looks_like_header(rows: Sequence[Sequence[str]]) -> bool:
    """Tell whether a table's first row names its columns.

    It does if a column is numeric but for the first row, or if a cell of it is a usual heading such
    as "name".
    """
    if len(rows) < 2:
        return False
    first, body = rows[0], rows[1:]
    if any(cell.strip().lower() in _HEADINGS for cell in first):
        return True
    return any(
        _is_numeric(_column(body, i)) and not _is_numeric([cell]) for i, cell in enumerate(first)
    )


def cells_of(
    lines: Sequence[str], delimiter: str, columns: Sequence[int], first_line: int
) -> Iterator[list[str]]:
    """Take some cells of each line, counted from 0; empty ones for a blank line.

    ``lines`` are whole, without their ends; a cell may be in double quotes; `first_line` is for
    messages. Raises WordListError if a line has no such column, or a quote that it does not close.
    """
    # Without one more line, a quote left open on the last one would go unseen.
    reader = csv.reader([*lines, ""], delimiter=delimiter)
    blank = [""] * len(columns)
    before = 0
    try:
        for row in reader:
            number = first_line + before
            if before == len(lines):
                return
            if reader.line_num != before + 1:
                raise WordListError(
                    f"Line {number} opens a quote that is not closed on this line. Close it, "
                    "or choose to read whole lines."
                )
            before = reader.line_num
            try:
                yield [row[column] for column in columns]
            except IndexError:
                if len(row) > 1 or "".join(row).strip():
                    raise _too_narrow(row, delimiter, columns, number) from None
                yield blank
    except csv.Error as error:
        raise WordListError(
            f"Line {first_line + before} is no line of a table ({error}). Choose to read whole "
            "lines, or mend it."
        ) from None


def _too_narrow(
    row: Sequence[str], delimiter: str, columns: Sequence[int], number: int
) -> WordListError:
    return WordListError(
        f"Line {number} has {len(row)} columns and so no column {max(columns) + 1}: "
        f"{delimiter.join(row)[:60]!r}. Choose another column, or to read whole lines."
    )


def _column(rows: Sequence[Sequence[str]], index: int) -> list[str]:
    return [row[index].strip() if index < len(row) else "" for row in rows]


def _is_numeric(cells: Sequence[str]) -> bool:
    return bool(cells) and all(cell.isdecimal() and cell.isascii() for cell in cells)


def _word_column(
    columns: Sequence[str], numeric: Sequence[bool], rows: Sequence[Sequence[str]]
) -> int:
    for i, name in enumerate(columns):
        if name.lower() in _HEADINGS:
            return i
    variety = [0 if numeric[i] else len(set(_column(rows, i))) for i in range(len(columns))]
    return variety.index(max(variety))
