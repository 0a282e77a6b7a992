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

    Its encoding and whether it is no more than a guess, the first few ``lines`` that are not blank,
    and how they look as a ``table``, if they are one.
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
    """Tell what a file looks like by its first `HEAD` bytes.

    If they are not the `whole` of the file, its last line is not looked at. What is not given is
    told from the bytes and lines. Raises WordListError if the file is a picture, an archive or the
    like, EncodingError if the bytes are no text in the encoding given.
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
