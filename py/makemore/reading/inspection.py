"""A look at a file's first lines, before it is read."""

from __future__ import annotations

from dataclasses import dataclass

from makemore.reading.decoding import FALLBACK, StreamDecoder, not_text
from makemore.reading.delimited import TableShape, delimiter_of, table_shape
from makemore.reading.detection import guess_encoding
from makemore.reading.line_ends import lines_of, to_line_feeds

__all__ = ["HEAD", "Inspection", "inspect"]

HEAD = 1 << 16
"""Bytes that are enough to look at."""

_LINES = 100
_LONGEST = 1000  # characters of a line that are shown


@dataclass(frozen=True)
class Inspection:
    """What a file looks like.

    Attributes
    ----------
    encoding : str
        The encoding of the text.
    guessed : bool
        Whether it is no more than a guess.
    lines : tuple of str
        The first few lines that are not blank.
    table : TableShape or None
        How they look as a table, if they are one.
    """

    encoding: str
    guessed: bool
    lines: tuple[str, ...]
    table: TableShape | None


def inspect(
    head: bytes,
    *,
    whole: bool = True,
    encoding: str | None = None,
    delimiter: str | None = None,
    header: bool | None = None,
) -> Inspection:
    """Tell what a file looks like by its first bytes.

    Parameters
    ----------
    head : bytes
        The first `HEAD` bytes.
    whole : bool, default True
        Whether this is all of the file; else its last line is not looked at.
    encoding : str, optional
        Told from the bytes if not given.
    delimiter : str, optional
        What stands between a table's cells; told from the lines if not given.
    header : bool, optional
        Whether a table's first line names its columns; judged by its looks if not
        given.

    Returns
    -------
    Inspection

    Raises
    ------
    WordListError
        If the file is a picture, an archive or the like.
    EncodingError
        If the bytes are no text in that encoding.
    """
    text, found, guessed = _decoded(head, whole, encoding)
    lines = lines_of(text)
    if not whole and len(lines) > 1:
        del lines[-1]
    lines = [line for line in lines if line.strip()][:_LINES]
    delimiter = delimiter or delimiter_of(lines)
    table = table_shape(lines, delimiter, header) if delimiter and lines else None
    return Inspection(found, guessed, tuple(line[:_LONGEST] for line in lines), table)


def _decoded(head: bytes, whole: bool, encoding: str | None) -> tuple[str, str, bool]:
    """Return the text, its encoding, and whether that is a guess."""
    decoder = StreamDecoder(encoding)
    try:
        text = decoder.decode(head, final=whole)
    except UnicodeDecodeError as error:
        guess = _guessed(head, whole, decoder)
        if guess is not None:
            return guess
        before = error.object[: error.start].decode(decoder.encoding, "ignore")
        line = to_line_feeds(before).count("\n") + 1
        raise not_text(error, decoder, line) from None
    return _guessed(head, whole, decoder) or (text, decoder.encoding, decoder.guessed)


def _guessed(head: bytes, whole: bool, decoder: StreamDecoder) -> tuple[str, str, bool] | None:
    """Do better than the fallback, if that is what the decoder came to, and if possible."""
    if not (decoder.guessed and decoder.encoding == FALLBACK):
        return None
    guess = guess_encoding(head)
    if guess is None:
        return None
    try:
        return StreamDecoder(guess).decode(head, final=whole), guess, True
    except UnicodeDecodeError:
        return None
