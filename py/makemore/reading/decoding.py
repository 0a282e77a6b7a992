"""Bytes to text, piece by piece: byte order marks, UTF-8, and a guess where both fail."""

from __future__ import annotations

import codecs
import re

from makemore.errors import EncodingError, WordListError

__all__ = ["FALLBACK", "StreamDecoder", "encoding_of", "not_text"]

FALLBACK = "cp1252"
"""The guess for text that is no UTF-8: what Windows writes in western countries."""

_HEAD = 64  # bytes from which a file's kind is told
# Each with at least one byte that is no text, so that the word "RIFF" stays a word.
_SIGNATURES = {
    rb"\x89PNG\r\n": "a PNG picture",
    rb"\xff\xd8\xff": "a JPEG picture",
    rb"GIF8[79]a": "a GIF picture",
    rb"BM.{4}\0{4}": "a BMP picture",
    rb"(II\*\0|MM\0\*)": "a TIFF picture",
    rb"RIFF.{4}WEBP": "a WebP picture",
    rb"RIFF.{4}(WAVE|AVI )": "a sound or a film",
    rb"(OggS\0|fLaC\0|ID3[\x02-\x04]\0)": "a sound",
    rb"\0\0\0.ftyp": "a film or a picture",
    rb"%PDF-": "a PDF document",
    rb"\{\\rtf": "an RTF document",
    rb"PK\x03\x04": "a ZIP archive or an office document",
    rb"\xd0\xcf\x11\xe0": "an old office document",
    rb"\x1f\x8b": "a gzip archive",
    rb"BZh[1-9]1AY": "a bzip2 archive",
    rb"\xfd7zXZ\0": "an xz archive",
    rb"7z\xbc\xaf\x27\x1c": "a 7-Zip archive",
    rb"\x28\xb5\x2f\xfd": "a Zstandard archive",
    rb"\x7fELF": "a program",
    rb"MZ\x90\0": "a program",
    rb"\0asm": "a program",
    rb"SQLite format 3\0": "a database",
    rb"(wOF[F2])?(\0\x01\0\0|OTTO\0)": "a font",
}
_BOMS = {
    b"\xef\xbb\xbf": "utf-8-sig",
    b"\xff\xfe\0\0": "utf-32",
    b"\0\0\xfe\xff": "utf-32",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
}


def encoding_of(head: bytes) -> tuple[str, bool]:
    """Tell the encoding from a file's first bytes (64 are enough), and if that is a mere guess.

    By a byte order mark; else UTF-16 if every other byte is 0, as in Latin text; else UTF-8.
    """
    for bom, encoding in _BOMS.items():
        if head.startswith(bom):
            return encoding, False
    even, odd = head[::2], head[1::2]
    if len(head) >= 4 and not any(odd) and all(even):
        return "utf-16-le", True
    if len(head) >= 4 and not any(even) and all(odd):
        return "utf-16-be", True
    return "utf-8", False


def not_text(error: UnicodeDecodeError, decoder: StreamDecoder, line: int) -> EncodingError:
    """Say which byte of which line is no text, from what `StreamDecoder.decode` raised."""
    tried = (
        f"neither UTF-8 nor {decoder.encoding}" if decoder.guessed else f"not {decoder.encoding}"
    )
    return EncodingError(
        f"Line {line} is {tried} text: byte 0x{error.object[error.start]:02x} has no meaning "
        "there. Choose the encoding that the list was saved in, or save it as UTF-8 and load it "
        "again."
    )


class StreamDecoder:
    """Decodes a file that comes in chunks.

    What turns out to be no UTF-8 while all before it was ASCII goes on as Windows-1252: on ASCII
    both are the same, so nothing has to be read again. ``encoding`` is the one in use, told from
    the first bytes if not given; ``guessed`` says whether it is no more than a guess. Raises
    WordListError if Python knows no such text encoding.
    """

    def __init__(self, encoding: str | None = None) -> None:
        if encoding is not None:
            try:
                b"a".decode(encoding, "replace")
            except (LookupError, ValueError):  # the latter of a name with U+0000 in it
                raise WordListError(f"There is no text encoding named {encoding[:40]!r}.") from None
        self.encoding = encoding or "utf-8"
        self.guessed = False
        self._given = encoding is not None
        self._may_fall_back = False
        self._head = b""
        self._decoder: codecs.IncrementalDecoder | None = None

    def decode(self, data: bytes, *, final: bool = False) -> str:
        """Decode the next chunk's complete characters; one may reach into the chunk after it.

        Raises WordListError if the file is a picture, an archive or the like, EncodingError if it
        lacks the byte order mark that its encoding needs, and UnicodeDecodeError if the bytes are
        no text in this encoding: ``object`` holds what was to be decoded, and ``start`` where it
        went wrong.
        """
        if self._decoder is None:
            self._head += data
            if len(self._head) < _HEAD and not final:
                return ""
            data, self._head = self._head, b""
            # A mark that the encoding does not drop itself would be a symbol.
            return self._decode(self._begin(data[:_HEAD]), data, final).removeprefix("\ufeff")
        return self._decode(self._decoder, data, final)

    def _decode(self, decoder: codecs.IncrementalDecoder, data: bytes, final: bool) -> str:
        try:
            text = decoder.decode(data, final)
        except UnicodeDecodeError as error:
            if not (self._may_fall_back and error.object[: error.start].isascii()):
                raise
            if b"\0" in error.object:
                raise WordListError(
                    "This is no text: it has bytes that text never has, such as 0x00. "
                    "Choose a text file with one word a line."
                ) from None
            self._may_fall_back = False
            self.guessed = True
            # What the decoder had kept back is part of what it failed on.
            return self._use(FALLBACK).decode(error.object, final)
        except UnicodeError as error:  # of UTF-16 and UTF-32 without a byte order mark
            raise EncodingError(
                f"This is not {self.encoding} text: {error}. Choose the encoding that the list was "
                "saved in, or save it as UTF-8 and load it again."
            ) from None
        self._may_fall_back = self._may_fall_back and text.isascii()
        return text

    def _begin(self, head: bytes) -> codecs.IncrementalDecoder:
        for signature, kind in _SIGNATURES.items():
            if re.match(signature, head, re.DOTALL):
                raise WordListError(
                    f"This is {kind}, not a list of words. Choose a text file with one word a line."
                )
        encoding, guessed = encoding_of(head)
        if not self._given:
            self.encoding, self.guessed = encoding, guessed
            self._may_fall_back = encoding == "utf-8"
        return self._use(self.encoding)

    def _use(self, encoding: str) -> codecs.IncrementalDecoder:
        self.encoding = encoding
        self._decoder = codecs.getincrementaldecoder(encoding)()
        return self._decoder
