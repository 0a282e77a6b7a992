"""A table's columns out of a whole block of lines, at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from makemore.errors import WordListError
from makemore.reading.characters import Codes, codes_of, stretches, text_of
from makemore.reading.delimited import cells_of

__all__ = ["take_columns"]

_LINE_FEED = ord("\n")
_QUOTE = ord('"')
_LARGEST_WEIGHT = 10**9
_MOST_DIGITS = 10
_SURE_DIGITS = 9  # a whole number of so many digits is below the largest weight


class _Cells(NamedTuple):
    """Where the cells of one column are, one of each line."""

    starts: npt.NDArray[np.intp]
    stops: npt.NDArray[np.intp]


class _Marks(NamedTuple):
    """What stands between cells: delimiters and line feeds, and quotes that are no content."""

    ends: npt.NDArray[np.intp]
    quotes: npt.NDArray[np.intp]


def take_columns(
    text: str, delimiter: str, column: int, weights: int | None, first_line: int
) -> tuple[str, npt.NDArray[np.int64] | None]:
    """Take a table's words, one cell a line, and how often each counts: its column of weights.

    ``text`` is whole lines, each with a line feed; a cell may be in double quotes. Columns are
    counted from 0; a blank line gives an empty cell; `first_line` is for messages. Raises
    WordListError if a line has no such column, a quote that it does not close, or a weight that is
    no whole number.
    """
    columns = [column] if weights is None else [column, weights]
    codes = codes_of(text)
    marks = _marks(codes, delimiter)
    cells = marks and _cells(codes, marks, columns)
    if marks is None or cells is None:
        return _one_by_one(text, delimiter, columns, first_line)
    kept = _kept(codes, marks, cells[0])
    words = text_of(codes[kept])
    if weights is None:
        return words, None
    numbers = _numbers(codes, _bare(codes, cells[1]))
    if numbers is None:
        column_text = text_of(codes[_kept(codes, marks, cells[1])])
        numbers = _weights(column_text.split("\n")[:-1], first_line)
    return words, numbers


def _one_by_one(
    text: str, delimiter: str, columns: Sequence[int], first_line: int
) -> tuple[str, npt.NDArray[np.int64] | None]:
    """Let the csv module take what is not so simple, or tell what is wrong with which line."""
    rows = list(cells_of(text.split("\n")[:-1], delimiter, columns, first_line))
    words = "".join([f"{row[0]}\n" for row in rows])
    return words, _weights([row[1] for row in rows], first_line) if len(columns) > 1 else None


def _marks(codes: Codes, delimiter: str) -> _Marks | None:
    """Find what stands between cells; None if a quote is not where simple ones are."""
    ends = np.flatnonzero(_is_mark(codes, delimiter))
    quotes = np.flatnonzero(codes == _QUOTE)
    if len(quotes) == 0:
        return _Marks(ends, quotes)
    if len(quotes) % 2:
        return None
    inside = (np.searchsorted(quotes, ends) & 1).astype(np.bool_)
    if (codes[ends[inside]] == _LINE_FEED).any():
        return None
    opening, closing = quotes[::2], quotes[1::2]
    # Two quotes in a quoted cell stand for one: the cell closes and opens again at once.
    again = opening[1:] == closing[:-1] + 1
    # Before the first character there is, so to say, the last: a line feed.
    opens_cell = _is_mark(codes[opening - 1], delimiter)
    closes_cell = _is_mark(codes[closing + 1], delimiter)
    opens_cell[1:] |= again
    closes_cell[:-1] |= again
    if not (opens_cell.all() and closes_cell.all()):
        return None
    dropped = np.concatenate([opening[:1], opening[1:][~again], closing])
    return _Marks(ends[~inside], dropped)


def _is_mark(codes: Codes, delimiter: str) -> npt.NDArray[np.bool_]:
    marks: npt.NDArray[np.bool_] = (codes == ord(delimiter)) | (codes == _LINE_FEED)
    return marks


def _cells(codes: Codes, marks: _Marks, columns: Sequence[int]) -> list[_Cells] | None:
    """Find cells of each line; None if a line that is not blank has too few of them."""
    ends = marks.ends
    last = np.flatnonzero(codes[ends] == _LINE_FEED)  # which mark ends each line
    first = np.concatenate([[0], last[:-1] + 1])
    begins = np.concatenate([[0], ends[last[:-1]] + 1])
    narrow = last - first < max(columns)
    if (begins[narrow] < ends[last[narrow]]).any():
        return None
    found = []
    for column in columns:
        mark = np.minimum(first + column, last)
        stops = ends[mark]
        starts = begins if column == 0 else np.minimum(ends[mark - 1] + 1, stops)
        found.append(_Cells(np.where(narrow, stops, starts), stops))
    return found


def _kept(codes: Codes, marks: _Marks, cells: _Cells) -> npt.NDArray[np.bool_]:
    """Mark the content of cells, and the line feed after each."""
    starts, stops = cells
    filled = starts < stops
    kept = stretches(len(codes), starts[filled], stops[filled])
    kept[marks.quotes] = False
    kept[marks.ends[codes[marks.ends] == _LINE_FEED]] = True
    return kept


def _bare(codes: Codes, cells: _Cells) -> _Cells:
    """Leave one outer space away, and the quotes."""
    starts, stops = cells
    for outer in (ord(" "), _QUOTE):
        starts = starts + ((codes[starts] == outer) & (starts < stops))
        stops = stops - ((codes[stops - 1] == outer) & (starts < stops))
    return _Cells(starts, stops)


def _numbers(codes: Codes, cells: _Cells) -> npt.NDArray[np.int64] | None:
    """Read cells of nothing but digits; an empty one is 0. None if there are others."""
    starts, stops = cells
    longest = int((stops - starts).max(initial=0))
    if longest > _SURE_DIGITS:
        return None
    numbers = np.zeros(len(starts), dtype=np.int64)
    for place in range(longest):
        at = stops - 1 - place
        there = at >= starts
        digits = codes[at] - codes.dtype.type(ord("0"))  # what is below "0" wraps around
        digits[~there] = 0
        if int(digits.max()) > 9:
            return None
        numbers += digits.astype(np.int64) * 10**place
    return numbers


def _weights(cells: Sequence[str], first_line: int) -> npt.NDArray[np.int64]:
    """Read whole numbers, with or without commas between thousands; an empty cell is 0."""
    weights = np.zeros(len(cells), dtype=np.int64)
    for i, cell in enumerate(cells):
        digits = cell.strip().replace(",", "").replace("_", "x")
        # Python refuses to look at a number of thousands of digits.
        size = len(digits.lstrip("0"))
        whole = digits.isdecimal() and size <= _MOST_DIGITS
        if digits and not (whole and int(digits[-_MOST_DIGITS:]) <= _LARGEST_WEIGHT):
            raise WordListError(
                f"Line {first_line + i} has {cell[:40]!r} where a whole number from 0 to "
                f"{_LARGEST_WEIGHT:,} must tell how often the word counts. Choose another column, "
                "or count every row once."
            )
        weights[i] = int(digits[-_MOST_DIGITS:] or 0)
    return weights
