"""Bytes to a list of words, with a report of what was read, changed and dropped."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from makemore.errors import WordListError

__all__ = ["Change", "ReadReport", "WordList", "WordStatistics", "read_words", "word_statistics"]

_EXAMPLES = 5  # line numbers kept of each kind of change
_SIGNATURES = {
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"GIF8": "a GIF picture",
    b"RIFF": "a sound, film or WebP picture",
    b"%PDF": "a PDF document",
    b"PK\x03\x04": "a ZIP archive or an office document",
    b"\x1f\x8b": "a gzip archive",
    b"\x7fELF": "a program",
    b"MZ\x90": "a program",
    b"SQLite format 3": "a database",
}
_BOMS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


@dataclass
class Change:
    """One kind of change made while reading: how many lines, and the first few's numbers."""

    count: int = 0
    lines: list[int] = field(default_factory=list)

    def at(self, line: int) -> None:
        """Note the change at line `line`, counted from 1."""
        self.count += 1
        if len(self.lines) < _EXAMPLES:
            self.lines.append(line)


@dataclass
class ReadReport:
    """What reading a list did.

    Attributes
    ----------
    encoding : str
        The text encoding that was used.
    lines : int
        Lines in the file, blank ones included.
    blank, trimmed, normalized, lowercased : Change
        Blank lines dropped; lines with outer white space removed; lines
        brought to Unicode NFC; lines lower-cased.
    """

    encoding: str
    lines: int = 0
    blank: Change = field(default_factory=Change)
    trimmed: Change = field(default_factory=Change)
    normalized: Change = field(default_factory=Change)
    lowercased: Change = field(default_factory=Change)


class WordList(NamedTuple):
    """The words in the order of the file, duplicates kept, and how they were read.

    ``lines[i]`` is the number of the line, counted from 1, that gave ``words[i]``.
    """

    words: tuple[str, ...]
    lines: tuple[int, ...]
    report: ReadReport


@dataclass(frozen=True)
class WordStatistics:
    """Facts of a list: how many words and distinct words, the shortest, the longest."""

    count: int
    distinct: int
    shortest: str
    longest: str


def read_words(
    data: bytes,
    *,
    encoding: str | None = None,
    column: int | None = None,
    lowercase: bool = False,
) -> WordList:
    """Read one word per line.

    Outer white space and blank lines are dropped, and text is brought to
    Unicode NFC, so that one letter is one symbol however it was typed. Spaces
    inside a line, capitals and "." are ordinary symbols.

    Parameters
    ----------
    data : bytes
        The file.
    encoding : str, optional
        By default UTF-8, or what a byte order mark says.
    column : int, optional
        Take this comma- or tab-separated column, counted from 0, of every
        line.
    lowercase : bool, default False
        Lower-case every word.

    Returns
    -------
    WordList

    Raises
    ------
    WordListError
        If the data is empty, is no text in that encoding, holds control
        characters, or has no word.

    Notes
    -----
    Source: the notebook's ``open('names.txt').read().splitlines()``.
    """
    if not data:
        raise WordListError("The file is empty (0 bytes). Choose a text file with one word a line.")
    for signature, kind in _SIGNATURES.items():
        if data.startswith(signature):
            raise WordListError(
                f"This is {kind}, not a list of words. Choose a text file with one word a line."
            )
    text, used = _decode(data, encoding)
    report = ReadReport(encoding=used)
    words, lines = [], []
    for number, line in enumerate(text.splitlines(), start=1):
        report.lines = number
        word = _clean(_pick(line, column, number), number, lowercase, report)
        if word:
            words.append(word)
            lines.append(number)
    if not words:
        raise WordListError(
            f"There is no word in the {report.lines} lines: all are blank. "
            "Choose a text file with one word a line."
        )
    return WordList(tuple(words), tuple(lines), report)


def word_statistics(words: Sequence[str]) -> WordStatistics:
    """Compute a list's facts.

    Parameters
    ----------
    words : sequence of str
        At least one word.

    Returns
    -------
    WordStatistics
        Of several shortest or longest words, the first.

    Notes
    -----
    Source: the notebook's ``len(words)``, ``min(len(w) for w in words)`` and
    ``max(…)``.
    """
    return WordStatistics(len(words), len(set(words)), min(words, key=len), max(words, key=len))


def _decode(data: bytes, encoding: str | None) -> tuple[str, str]:
    if encoding is None:
        marked = (name for bom, name in _BOMS.items() if data.startswith(bom))
        encoding = next(marked, "utf-8")
    try:
        return data.decode(encoding), encoding
    except LookupError:
        raise WordListError(f"There is no text encoding named {encoding!r}.") from None
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise WordListError(
            f"Line {line} is not {encoding} text: byte 0x{data[error.start]:02x} has no meaning "
            "there. Save the list as UTF-8 and load it again."
        ) from None


def _pick(line: str, column: int | None, number: int) -> str:
    if column is None or not line.strip():
        return line
    cells = line.split("\t" if "\t" in line else ",")
    if not 0 <= column < len(cells):
        raise WordListError(
            f"Line {number} has {len(cells)} columns and so no column {column + 1}: {line[:60]!r}."
        )
    return cells[column].strip('"')


def _clean(line: str, number: int, lowercase: bool, report: ReadReport) -> str:
    word = line.strip()
    if not word:
        report.blank.at(number)
        return ""
    if word != line:
        report.trimmed.at(number)
    if not word.isascii() and not unicodedata.is_normalized("NFC", word):
        word = unicodedata.normalize("NFC", word)
        report.normalized.at(number)
    if lowercase and word != word.lower():
        word = word.lower()
        report.lowercased.at(number)
    if not word.isprintable():
        for character in word:
            if unicodedata.category(character) == "Cc":
                raise WordListError(
                    f"Line {number} holds the control character U+{ord(character):04X}, so this "
                    "is no plain list of words. Remove it, or choose a text file with one word a "
                    "line."
                )
    return word
