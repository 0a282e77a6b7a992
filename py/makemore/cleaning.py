"""Lines of text to clean words, a whole block at once."""

from __future__ import annotations

import operator
import unicodedata
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from makemore.characters import CONTROL, END, OTHER_END, WHITE, CharacterTable, Codes
from makemore.errors import WordListError
from makemore.report import Change, ReadReport

__all__ = ["Block", "clean", "to_lowercase", "to_nfc"]

_LINE_FEED = 10
_NAMED = 10  # line numbers looked for of one kind of change in one block


class Block(NamedTuple):
    """Words of some lines.

    Attributes
    ----------
    codes : ndarray of uint8 or uint32
        The words, each with one line feed after it.
    ends : ndarray of intp, shape (w,)
        Where these line feeds are.
    lines : ndarray of intp, shape (w,)
        Which line each word is from, counted from 0 in this block.
    """

    codes: Codes
    ends: npt.NDArray[np.intp]
    lines: npt.NDArray[np.intp]


def to_nfc(text: str, first_line: int, report: ReadReport) -> str:
    """Bring lines to Unicode NFC, so that one letter is one symbol however it was typed.

    Parameters
    ----------
    text : str
        Whole lines.
    first_line : int
        The number of the first one.
    report : ReadReport
        Where the lines whose word changes are noted.

    Returns
    -------
    str
    """
    if text.isascii() or unicodedata.is_normalized("NFC", text):
        return text
    normalized = unicodedata.normalize("NFC", text)
    before, after = text.splitlines(), normalized.splitlines()
    for index in _differences(before, after).tolist():
        # Outer white space, which is dropped, may be all that changed.
        if not unicodedata.is_normalized("NFC", before[index].strip()):
            report.normalized.at(first_line + index)
    return normalized


def to_lowercase(text: str, first_line: int, report: ReadReport) -> str:
    """Lower-case lines; parameters and result as of `to_nfc`."""
    lowered = text.lower()
    if lowered != text:
        changed = _differences(text.splitlines(), lowered.splitlines())
        _note(report.lowercased, changed + first_line)
    return lowered


def clean(text: str, first_line: int, table: CharacterTable, report: ReadReport) -> Block:
    """Drop blank lines and outer white space, and refuse control characters.

    Parameters
    ----------
    text : str
        Whole lines, each with its end.
    first_line : int
        The number of the first one.
    table : CharacterTable
        What is known of each character.
    report : ReadReport
        Where changes, and the lines, are noted.

    Returns
    -------
    Block

    Raises
    ------
    WordListError
        If a word holds a control character.
    """
    codes = _codes_of(text.replace("\r\n", "\n") if "\r" in text else text)
    flags, special = table.flags(codes)
    # What kinds there are at all decides what has to be looked at: most often, nothing.
    kinds = int(np.bitwise_or.reduce(flags[special]))
    ends = special[(flags[special] & END) != 0]
    if kinds & OTHER_END:
        codes = codes.copy()
        codes[ends] = _LINE_FEED
    begins = np.concatenate([[0], ends[:-1] + 1])
    starts, stops = begins, ends
    if kinds & WHITE:
        starts, stops = _trim(flags, starts, ends)
    filled = starts < stops
    if kinds & CONTROL:
        _refuse_control(codes, flags, starts, stops, first_line)
    report.lines += len(ends)
    lines = np.flatnonzero(filled)
    if len(lines) == len(ends) and stops is ends:
        return Block(codes, ends, lines)
    trimmed = filled & ((stops != ends) | (starts != begins))
    _note(report.trimmed, np.flatnonzero(trimmed) + first_line)
    _note(report.blank, np.flatnonzero(~filled) + first_line)
    kept = _kept(len(codes), starts, stops, ends, filled)
    codes = codes[kept]
    return Block(codes, np.cumsum((stops - starts + 1)[filled]) - 1, lines)


def _codes_of(text: str) -> Codes:
    if text.isascii():
        return np.frombuffer(text.encode("ascii"), dtype=np.uint8)
    # surrogatepass: UTF-16 can hold lone surrogates, which are no reason to crash.
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")


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


def _kept(
    size: int,
    starts: npt.NDArray[np.intp],
    stops: npt.NDArray[np.intp],
    ends: npt.NDArray[np.intp],
    filled: npt.NDArray[np.bool_],
) -> npt.NDArray[np.bool_]:
    """Mark the words and one end after each."""
    edges = np.zeros(size + 1, dtype=np.int8)
    edges[starts[filled]] = 1
    edges[stops[filled]] -= 1
    kept = np.cumsum(edges[:-1], dtype=np.int8).view(np.bool_)
    kept[ends[filled]] = True
    return kept


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


def _differences(before: list[str], after: list[str]) -> npt.NDArray[np.intp]:
    return np.flatnonzero(np.fromiter(map(operator.ne, before, after), np.bool_, len(before)))


def _note(change: Change, lines: npt.NDArray[np.intp]) -> None:
    change.at_each(len(lines), lines[:_NAMED].tolist())
