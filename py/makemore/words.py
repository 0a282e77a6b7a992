"""Bytes to a list of words, with a report of what was read, changed and dropped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from makemore.reader import ReadOptions, WordReader
from makemore.report import Change, ReadReport

__all__ = ["Change", "ReadReport", "WordList", "WordStatistics", "read_words", "word_statistics"]


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
        By default what a byte order mark says, else UTF-8, and Windows-1252 if
        it is no UTF-8.
    column : int, optional
        Take this comma-, tab- or semicolon-separated column, counted from 0, of
        every line.
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

    See Also
    --------
    WordReader : the same for files that do not fit in memory.

    Notes
    -----
    Source: the notebook's ``open('names.txt').read().splitlines()``.
    """
    options = ReadOptions(encoding=encoding, column=column, lowercase=lowercase)
    reader = WordReader(options, keep_all=True)
    reader.feed(data)
    read = reader.finish()
    return WordList(read.words or (), read.lines or (), read.report)


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
