"""Lines of text to clean words, a whole block at once."""

from __future__ import annotations

import operator
import unicodedata
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from makemore.errors import WordListError
from makemore.reading.characters import (
    CONTROL,
    END,
    INVISIBLE,
    KNOWN,
    WHITE,
    CharacterTable,
    Codes,
    codes_of,
    stretches,
)
from makemore.reading.report import Change, ReadReport

__all__ = ["Block", "clean", "to_lowercase", "to_nfc"]

_LINE_FEED = 10
_NAMED = 10  # line numbers looked for of one kind of change in one block
_MOST_MARKS = 1000  # on one letter: to put them in order takes the square of their number


class Block(NamedTuple):
    """Words of some lines.

    ``codes``, of uint8 or uint32, are the words, each with one line feed after it; ``ends``, (w,),
    is where these line feeds are, and ``lines``, (w,), which line each word is from, counted from 0
    in this block.
    """

    codes: Codes
    ends: npt.NDArray[np.intp]
    lines: npt.NDArray[np.intp]


def to_nfc(text: str, first_line: int, report: ReadReport) -> str:
    """Bring whole lines to Unicode NFC, so that one letter is one symbol however it was typed.

    The report notes the lines whose word changes. Raises WordListError if a letter has so many
    combining marks that to put them in order would take for ever.
    """
    if text.isascii() or unicodedata.is_normalized("NFC", text):
        return text
    _refuse_many_marks(text, first_line)
    normalized = unicodedata.normalize("NFC", text)
    before = text.split("\n")
    for index in _changed(text, normalized).tolist():
        # Outer white space, which is dropped, may be all that changed.
        if not unicodedata.is_normalized("NFC", before[index].strip()):
            report.normalized.at(first_line + index)
    return normalized


def to_lowercase(text: str, first_line: int, report: ReadReport) -> str:
    """Lower-case lines, and keep them in NFC; parameters and result as of `to_nfc`."""
    lowered = text.lower()
    if lowered == text:
        return text
    # Of a capital I with its dot and a mark below, lower-casing makes marks out of order.
    if not lowered.isascii() and not unicodedata.is_normalized("NFC", lowered):
        lowered = unicodedata.normalize("NFC", lowered)
    _note(report.lowercased, _changed(text, lowered) + first_line)
    return lowered


def clean(text: str, first_line: int, table: CharacterTable, report: ReadReport) -> Block:
    """Drop lines that show nothing and outer white space, and refuse control characters.

    ``text`` is whole lines, each with a line feed; the report notes changes, and the lines. Raises
    WordListError if a word holds a control character.
    """
    codes = codes_of(text)
    flags, special = table.flags(codes)
    # What kinds there are at all decides what has to be looked at: most often, nothing.
    kinds = int(np.bitwise_or.reduce(flags[special]))
    ends = special if kinds == int(END | KNOWN) else special[(flags[special] & END) != 0]
    begins = np.concatenate([[0], ends[:-1] + 1])
    starts, stops = begins, ends
    if kinds & WHITE:
        starts, stops = _trim(flags, starts, ends)
    blank = starts == stops
    filled = ~blank
    if kinds & CONTROL:
        _refuse_control(codes, flags, starts, stops, first_line)
    if kinds & INVISIBLE:
        filled = np.logical_or.reduceat((flags & (WHITE | END | INVISIBLE)) == 0, begins)
        _note(report.invisible, np.flatnonzero(~blank & ~filled) + first_line)
    report.lines += len(ends)
    lines = np.flatnonzero(filled)
    if len(lines) == len(ends) and stops is ends:
        return Block(codes, ends, lines)
    trimmed = filled & ((stops != ends) | (starts != begins))
    _note(report.trimmed, np.flatnonzero(trimmed) + first_line)
    _note(report.blank, np.flatnonzero(blank) + first_line)
    kept = stretches(len(codes), starts[filled], stops[filled])
    kept[ends[filled]] = True
    return Block(codes[kept], np.cumsum((stops - starts + 1)[filled]) - 1, lines)


def _trim(
    flags: npt.NDArray[np.uint8], starts: npt.NDArray[np.intp], ends: npt.NDArray[np.intp]
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Move starts and stops over outer white space; a blank line stops before it starts."""
    # Of an empty line, the first is its end and the last the end before it: neither is white.
    outer = np.flatnonzero((flags[starts] | flags[ends - 1]) & WHITE)
    if len(outer) == 0:
        return starts, ends
    starts, stops = starts.copy(), ends.copy()
    # Most often there is one space and no more.
    starts[outer] += (flags[starts[outer]] & WHITE) != 0
    one_less = stops[outer] - ((flags[stops[outer] - 1] & WHITE) != 0)
    stops[outer] = np.maximum(one_less, starts[outer])
    more = (flags[starts[outer]] & WHITE) | (flags[stops[outer] - 1] & WHITE)
    outer = outer[(more != 0) & (starts[outer] < stops[outer])]
    if len(outer):
        solid = np.concatenate([np.flatnonzero((flags & (WHITE | END)) == 0), [len(flags)]])
        first = np.searchsorted(solid, starts[outer])
        last = np.searchsorted(solid, ends[outer]) - 1
        starts[outer] = np.minimum(solid[first], ends[outer])
        stops[outer] = np.where(first <= last, solid[last] + 1, starts[outer])
    return starts, stops


def _refuse_many_marks(text: str, first_line: int) -> None:
    codes = codes_of(text)
    marks = [code for code in np.unique(codes).tolist() if unicodedata.combining(chr(code))]
    others = np.concatenate([[-1], np.flatnonzero(~np.isin(codes, marks))])
    runs = np.diff(others) - 1
    if runs.max() <= _MOST_MARKS:
        return
    first = int(np.argmax(runs > _MOST_MARKS))
    number = first_line + int(np.count_nonzero(codes[: others[first] + 1] == _LINE_FEED))
    raise WordListError(
        f"Line {number} holds {runs[first]:,} combining marks in a row, which no word has. Remove "
        "them, or choose a text file with one word a line."
    )


def _refuse_control(
    codes: Codes,
    flags: npt.NDArray[np.uint8],
    starts: npt.NDArray[np.intp],
    stops: npt.NDArray[np.intp],
    first_line: int,
) -> None:
    places = np.flatnonzero(flags & CONTROL)
    places = places[(flags[places] & END) == 0]
    line = np.searchsorted(stops, places, side="right")
    line = np.minimum(line, len(stops) - 1)
    inside = np.flatnonzero((starts[line] <= places) & (places < stops[line]))
    if len(inside) == 0:
        return
    code, number = int(codes[places[inside[0]]]), first_line + int(line[inside[0]])
    if code == ord("\t"):
        raise WordListError(
            f"Line {number} holds a tab (the control character U+0009), so this may be a table, "
            "but not every line has as many columns. Mend it, or remove the tabs."
        )
    raise WordListError(
        f"Line {number} holds the control character U+{code:04X}, so this is no plain list of "
        "words. Remove it, or choose a text file with one word a line."
    )


def _changed(before: str, after: str) -> npt.NDArray[np.intp]:
    """Tell which of the lines differ."""
    if len(before) == len(after):
        old, new = codes_of(before), codes_of(after)
        ends = np.flatnonzero(new == _LINE_FEED)
        if np.array_equal(ends, np.flatnonzero(old == _LINE_FEED)):
            begins = np.concatenate([[0], ends[:-1] + 1])
            return np.flatnonzero(np.logical_or.reduceat(old != new, begins))
    lines = before.split("\n")
    return np.flatnonzero(
        np.fromiter(map(operator.ne, lines, after.split("\n")), np.bool_, len(lines))
    )


def _note(change: Change, lines: npt.NDArray[np.intp]) -> None:
    change.at_each(len(lines), lines[:_NAMED].tolist())
