"""Files by path, glob or URL, and pieces of them that end at line ends."""

from __future__ import annotations

import contextlib
import glob
import gzip
import io
import os
import re
import stat
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from makemore.errors import MakemoreError, SettingError, WordListError
from makemore.reading.decoding import encoding_of
from makemore.reading.reader import ReadOptions

__all__ = ["Found", "Piece", "chunks_of", "chunks_of_stream", "find_files", "pieces_of"]

_CHUNK = 1 << 20
_HEAD = 1 << 16  # bytes that tell whether a file can be divided
# Encodings in which the byte of a line feed is never a part of anything else.
_WEB = re.compile(r"https?://", re.I)
_ONE_BYTE_LINE_FEED = re.compile(r"(utf-?8|ascii|latin-?1|iso-?8859-\d+|(cp|windows-)125\d)$", re.I)


class Found(NamedTuple):
    """A file: its path or URL, and its bytes as they lie there; None if that is not known.

    Nobody knows how much comes from a pipe, such as a shell's <(command) or /dev/stdin.
    """

    name: str
    size: int | None


class Piece(NamedTuple):
    """The lines of a file that begin in ``begin : end``; all if ``end`` is None.

    ``number`` is the file's, ``part`` the piece's; ``encoding`` is what the file's first bytes say.
    ``size`` is the whole file's, as it was when it was found.
    """

    number: int
    part: int
    file: str
    begin: int = 0
    end: int | None = None
    encoding: str | None = None
    size: int | None = None

    @classmethod
    def whole(cls, number: int, file: Found) -> Piece:
        """Give all of a file as one piece."""
        return cls(number, 0, file.name, size=file.size)


def find_files(names: Sequence[str]) -> list[Found]:
    """Find files by paths, globs and URLs, in that order; those of a glob in the order of names.

    Raises WordListError if there is none by a name, SettingError if a URL needs what is missing.
    """
    found: list[Found] = []
    for name in names:
        if name == "-":
            raise WordListError("stdin (-) is counted by itself: leave the other files out.")
        matches = _by_url(name) if "://" in name else _by_path(name)
        if not matches:
            raise WordListError(f"There is no file {name}.")
        found += matches
    return found


def pieces_of(number: int, file: Found, options: ReadOptions, size: int) -> list[Piece]:
    """Divide a file into pieces of about `size` bytes; one, where it cannot be divided.

    That is so of tables, whose cells may hold line ends, of what is packed, of encodings in which
    a line feed is not a byte of its own, and of files whose lines do not end with one.
    """
    whole = [Piece.whole(number, file)]
    if file.size is None or file.size <= size or options.column is not None:
        return whole
    try:
        with _reading(file.name) as stream:
            head = stream.read(_HEAD)
    except WordListError:  # who reads all of it says so, or has more luck
        return whole
    encoding = (options.encoding or encoding_of(head[:64])[0]).removesuffix("-sig")
    if _is_gzip(head) or not _ONE_BYTE_LINE_FEED.match(encoding):
        return whole
    if b"\r" in head and b"\n" not in head:
        return whole
    begins = range(0, file.size, size)
    return [
        Piece(number, i, file.name, begin, min(begin + size, file.size), encoding, file.size)
        for i, begin in enumerate(begins)
    ]


def chunks_of(piece: Piece) -> Iterator[bytes]:
    """Read a piece; gzip is unpacked. Raises WordListError if the file has become another one."""
    with _reading(piece.file, whole=piece.end is None) as stream:
        if piece.end is None:
            yield from chunks_of_stream(stream)
        else:
            yield from _lines(stream, piece.begin, piece.end, piece.size or 0)
        if piece.size is not None and not (piece.end is None and _WEB.match(piece.file)):
            _check_size(stream, piece.size)


def chunks_of_stream(stream: Any) -> Iterator[bytes]:
    """Read bytes to their end; gzip is unpacked. Raises WordListError if they cannot be read."""
    with _said():
        chunk = stream.read(_CHUNK)
        if _is_gzip(chunk):
            again: Any = _Again(chunk, stream)  # for gzip all that a stream must have is `read`
            stream = gzip.GzipFile(fileobj=again)
            chunk = stream.read(_CHUNK)
        while chunk:
            yield chunk
            chunk = stream.read(_CHUNK)


def _check_size(stream: Any, size: int) -> None:
    """Refuse a file that has grown or shrunk: its last word may have been cut, or be another."""
    now = stream.seek(0, os.SEEK_END)
    if now != size:
        raise WordListError(
            f"It had {size:,} bytes when counting began, and now has {now:,}. Wait until it is "
            "whole, then count again."
        )


class _Again:
    """A stream of which a beginning was read already: that comes once more."""

    def __init__(self, first: bytes, stream: Any) -> None:
        self._first, self._stream = io.BytesIO(first), stream

    def read(self, size: int) -> Any:
        return self._first.read(size) or self._stream.read(size)


def _lines(stream: Any, begin: int, end: int, size: int) -> Iterator[bytes]:
    """Read the lines that begin in a range: from the first line end before it to the last in it."""
    at = begin
    if begin:
        at = begin - 1
        stream.seek(at)
    inside = begin == 0
    while at < size:
        chunk = stream.read(min(_CHUNK, size - at))
        if not chunk:
            raise EOFError
        place = at
        at += len(chunk)
        if not inside:
            cut = chunk.find(b"\n", 0, max(0, end - 1 - place))
            if cut < 0:
                if at >= end - 1:
                    return
                continue
            chunk, place, inside = chunk[cut + 1 :], place + cut + 1, True
        if at >= end:
            cut = chunk.find(b"\n", max(0, end - 1 - place))
            if cut >= 0:
                yield chunk[: cut + 1]
                return
        yield chunk


def _is_gzip(head: bytes) -> bool:
    return head[:2] == b"\x1f\x8b"


@contextlib.contextmanager
def _reading(name: str, *, whole: bool = False) -> Iterator[Any]:
    """Open a file; raises WordListError if that fails, or what is done with it."""
    if "://" not in name:
        with _said(), Path(name).open("rb") as stream:
            yield stream
        return
    with _said(Exception):  # each system of files has errors of its own
        system, path = _fsspec(name).core.url_to_fs(name)
        # Not every web server gives parts of a file, but each gives all of it, as a stream.
        how = {"block_size": 0} if whole and _WEB.match(name) else {}
        with system.open(path, "rb", **how) as stream:
            yield stream


@contextlib.contextmanager
def _said(*more: type[Exception]) -> Iterator[None]:
    errors: tuple[type[Exception], ...] = (OSError, EOFError, zlib.error, *more)
    try:
        yield
    except MakemoreError:
        raise
    except errors as error:
        raise WordListError(_why(error)) from error


def _by_path(name: str) -> list[Found]:
    matches = [name]
    try:
        if Path(name).is_dir():
            raise WordListError(f"{name} is a folder. To count all files in it: {name}/*")
        if glob.has_magic(name) and not Path(name).exists():  # n[1].txt may be a file's own name
            every = glob.iglob(name, recursive=True)  # noqa: PTH207 - Path's takes no absolute one
            matches = sorted(match for match in every if not Path(match).is_dir())
        return [Found(match, _size(match)) for match in matches]
    except OSError as error:
        raise WordListError(f"{error.filename} cannot be read: {error.strerror}.") from error


def _size(path: str) -> int | None:
    found = Path(path).stat()
    return found.st_size if stat.S_ISREG(found.st_mode) else None


def _by_url(name: str) -> list[Found]:
    fsspec = _fsspec(name)
    try:
        system, path = fsspec.core.url_to_fs(name)
        matches = sorted(system.glob(path)) if glob.has_magic(path) else [path]
        return [
            Found(system.unstrip_protocol(match), system.info(match).get("size"))
            for match in matches
        ]
    except ImportError as error:
        raise SettingError(f"{name} needs what is not installed: {error}.", "files") from error
    except Exception as error:  # each system of files has errors of its own
        raise WordListError(f"{name}: {_why(error)}") from error


def _fsspec(name: str) -> Any:
    try:
        import fsspec
    except ImportError:
        raise SettingError(
            f"{name} is a URL, which needs fsspec: pip install 'makemore[cluster]'.", "files"
        ) from None
    return fsspec


def _why(error: Exception) -> str:
    if isinstance(error, EOFError):
        return "It ends too early: it was cut off, or is still being written."
    if isinstance(error, zlib.error | gzip.BadGzipFile):
        return f"It is damaged gzip: {error}."
    if isinstance(error, FileNotFoundError) and not error.strerror:  # of a URL
        return "There is no such file, or it is not given to you."
    why = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return f"It cannot be read: {why[:200].rstrip('.')}."
