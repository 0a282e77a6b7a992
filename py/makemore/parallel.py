"""Counting that outgrows memory or one process: many files, in parts, on dask.distributed.

    files → pieces that end at line ends → a tally each → merged in pairs, by symbol → one model

Each byte is read once, whole pieces at a time, by whichever process is free. Tallies are additive,
so a piece whose process died is counted again, and the sum is exact.
"""

from __future__ import annotations

import os
from asyncio import CancelledError
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import numpy as np

from makemore.counting.ngrams import NgramTally, narrowest
from makemore.counting.pruning import NOTHING, Dropped, pruned
from makemore.errors import EncodingError, MakemoreError, SettingError, WordListError
from makemore.models.ngram import NGram
from makemore.reading.files import Found, Piece, chunks_of, find_files, pieces_of
from makemore.reading.gram_reader import GramReader
from makemore.reading.reader import ReadOptions
from makemore.reading.report import Change, ReadReport
from makemore.vocabulary import Vocabulary

__all__ = ["Counted", "Counting", "count_bytes", "count_files"]

PAGE_LIMIT = 64_000_000
"""Bytes of n-grams of a model that the page opens."""

_PIECE = 64_000_000  # bytes that one task counts
_MOST_FILES = 500  # of one task
_AHEAD = 3  # tasks for each process that are handed out at once
_ROOM = 4  # times the limit that tallies may take on the way

Progress = Callable[[int, int | None, str], None]


@dataclass(frozen=True)
class Counting:
    """How to count: the order n, how lists are read, and the bytes that n-grams may take."""

    order: int
    options: ReadOptions = field(default_factory=ReadOptions)
    limit: int = PAGE_LIMIT


class Read(NamedTuple):
    """What one piece of one file gave, but its counts."""

    words: int
    report: ReadReport


@dataclass(frozen=True)
class Part:
    """A tally of some pieces; `symbols` are those after the boundary, in code point order."""

    symbols: tuple[str, ...]
    tally: NgramTally
    read: dict[tuple[int, int], Read]  # by file and piece
    dropped: Dropped = NOTHING


@dataclass(frozen=True)
class Counted:
    """The n-grams of all files, or of the first that were done if it was `stopped`."""

    part: Part
    files: Sequence[str]
    stopped: bool = False
    graphemes: bool = False

    @property
    def words(self) -> int:
        """How many words were counted."""
        return sum(read.words for read in self.part.read.values())

    @property
    def dropped(self) -> Dropped:
        """What was dropped so that the model fits."""
        return self.part.dropped

    def model(self, smoothing: str | float = "kneser-ney") -> NGram:
        """Make the n-gram model; raises WordListError if there is no word."""
        if self.words == 0:
            raise WordListError("There is no word in these files: nothing in them shows.")
        vocabulary = Vocabulary(self.part.symbols, graphemes=self.graphemes)
        return NGram(vocabulary, self.part.tally, smoothing=smoothing)

    def facts(self) -> dict[str, Any]:
        """Give what a model's file keeps: the list, what was dropped, and the report."""
        done = {number for number, _ in self.part.read}
        return {
            "list": {"files": len(done), "words": self.words},
            "stopped": self.stopped,
            "dropped": self.dropped._asdict(),
            "report": self.sentences(),
        }

    def sentences(self) -> list[str]:
        """Say what was read, changed and dropped, as the page does of one list."""
        done = len({number for number, _ in self.part.read})
        of = f" of {len(self.files):,}" if done < len(self.files) else ""
        said = [
            f"{self.words:,} words in {done:,}{of} {'file' if done == 1 else 'files'}, "
            f"{len(self.part.symbols):,} symbols, {len(self.part.tally.grams):,} different n-grams "
            f"of order {self.part.tally.order}."
        ]
        said += [
            f"{count:,} {what}; the first: {'; '.join(places)}."
            for what, count, places in self._changes()
        ]
        if self.dropped.grams:
            said.append(self.dropped.sentence())
        return said

    def _changes(self) -> Iterator[tuple[str, int, list[str]]]:
        """Give each kind of change, how often, and where first; lines are those of whole files."""
        begin: dict[int, int] = {}  # lines of each file before a piece
        totals: dict[str, int] = {}
        places: dict[str, list[str]] = {}
        for number, piece in sorted(self.part.read):
            report = self.part.read[number, piece].report
            before = begin.get(number, 0)
            begin[number] = before + report.lines
            if report.guessed and piece == 0:
                _note(totals, places, "files of which the encoding was guessed", 1)
                _place(places, f"{self.files[number]} as {report.encoding}")
            for name, what in _CHANGES.items():
                change: Change = getattr(report, name)
                if change.count:
                    _note(totals, places, what, change.count)
                    for line in change.lines:
                        _place(places, f"{self.files[number]}, line {before + line:,}", what)
        for what, count in totals.items():
            yield what, count, places[what]


_EXAMPLES = 3
_CHANGES = {
    "blank": "blank lines dropped",
    "invisible": "lines with nothing that shows dropped",
    "trimmed": "lines without the white space around them",
    "normalized": "lines brought to Unicode NFC",
    "lowercased": "lines lower-cased",
}


def _note(totals: dict[str, int], places: dict[str, list[str]], what: str, count: int) -> None:
    totals[what] = totals.get(what, 0) + count
    places.setdefault(what, [])


def _place(places: dict[str, list[str]], where: str, what: str | None = None) -> None:
    found = places[what or "files of which the encoding was guessed"]
    if len(found) < _EXAMPLES:
        found.append(where)


def count_bytes(data: bytes, how: Counting) -> Counted:
    """Count a list that is in memory."""
    reader = GramReader(how.order, how.options)
    reader.feed(data)
    part = _shrunk(_part(reader, (0, 0)), how, how.limit)
    return Counted(part, ["stdin"], graphemes=how.options.graphemes)


def count_files(
    names: Sequence[str],
    how: Counting,
    *,
    scheduler: str | None = None,
    processes: int | None = None,
    progress: Progress | None = None,
    piece: int = _PIECE,
) -> Counted:
    """Count all files of paths, globs and URLs; on a cluster of this machine's by default.

    ``scheduler`` is the address of a dask.distributed scheduler; ``processes`` how many are started
    here without one, and 1 counts in this process. ``progress`` is told bytes done, bytes in all
    and a note. Ctrl-C ends it with what there is.

    Raises WordListError, which names the file, if one cannot be found, read to its end, unpacked or
    decoded, SettingError if there is no such scheduler or dask.distributed is not installed.
    """
    files = find_files(names)
    told = progress or (lambda done, total, note: None)
    alone = scheduler is None and (processes == 1 or (processes is None and not _has_dask()))
    if alone:
        part, stopped = _count_here(files, how, told)
    else:
        with _client(scheduler, processes) as client:
            part, stopped = _Run(client, files, how, told, piece).result()
    part = _shrunk(part, how, how.limit)
    return Counted(part, [file.name for file in files], stopped, how.options.graphemes)


def count_pieces(pieces: Sequence[Piece], how: Counting) -> Part:
    """Count pieces of files, one after the other: what one task does."""
    return merged([_count_piece(piece, how) for piece in pieces], how)


def merged(parts: Sequence[Part], how: Counting) -> Part:
    """Add tallies up by symbol; rare n-grams are dropped where they would take too much memory."""
    if len(parts) == 1:
        return _shrunk(parts[0], how, _ROOM * how.limit)
    symbols = tuple(sorted(set().union(*(part.symbols for part in parts))))
    number = {symbol: i for i, symbol in enumerate(symbols, start=1)}
    V = len(symbols) + 1
    grams, counts = [], []
    for part in parts:
        place = np.array([0, *(number[symbol] for symbol in part.symbols)], dtype=narrowest(V))
        grams.append(place[part.tally.grams])
        counts.append(part.tally.counts)
    tally = NgramTally.of_grams(V, np.concatenate(grams), np.concatenate(counts))
    read = {where: read for part in parts for where, read in part.read.items()}
    dropped = Dropped.together([part.dropped for part in parts])
    return _shrunk(Part(symbols, tally, read, dropped), how, _ROOM * how.limit)


def merged_pair(one: Part, other: Part, how: Counting) -> Part:
    """Add two tallies up: what one task does."""
    return merged([one, other], how)


def _shrunk(part: Part, how: Counting, limit: int) -> Part:
    width = how.order * np.dtype(narrowest(part.tally.V)).itemsize + 8
    tally, dropped = pruned(part.tally, max(1, limit // width))
    if not dropped.grams:
        return part
    return Part(part.symbols, tally, part.read, Dropped.together([part.dropped, dropped]))


def _count_piece(piece: Piece, how: Counting) -> Part:
    options = how.options
    if piece.encoding is not None:
        options = replace(options, encoding=piece.encoding)
    reader = GramReader(how.order, options)
    try:
        for chunk in chunks_of(piece):
            reader.feed(chunk)
        return _part(reader, (piece.number, piece.part))
    except EncodingError as error:
        raise EncodingError(f"{piece.file}: {error}") from error
    except WordListError as error:
        raise WordListError(f"{piece.file}: {error}") from error


def _part(reader: GramReader, where: tuple[int, int]) -> Part:
    symbols, tally, words, report = reader.grams()
    order = sorted(range(len(symbols)), key=symbols.__getitem__)
    place = np.zeros(len(symbols) + 1, dtype=narrowest(tally.V))
    place[np.array(order, dtype=np.intp) + 1] = np.arange(1, len(symbols) + 1)
    tally = NgramTally.of_grams(tally.V, place[tally.grams], tally.counts)
    return Part(tuple(symbols[i] for i in order), tally, {where: Read(words, report)})


def _count_here(files: Sequence[Found], how: Counting, told: Progress) -> tuple[Part, bool]:
    """Count in this process; a file is read from end to end."""
    sizes = [file.size for file in files]
    total = None if None in sizes else sum(size or 0 for size in sizes)
    parts: list[Part] = []  # each of more n-grams than those after it
    done = 0
    try:
        for number, file in enumerate(files):
            part = _count_piece(Piece.whole(number, file), how)
            while parts and len(parts[-1].tally.grams) <= 2 * len(part.tally.grams):
                part = merged([parts.pop(), part], how)
            parts.append(part)
            done += file.size or 0
            told(done, total, f"{number + 1:,} of {len(files):,} files")
    except KeyboardInterrupt:
        if not parts:
            raise
        return merged(parts, how), True
    return merged(parts, how), False


def _has_dask() -> bool:
    try:
        import distributed  # noqa: F401
    except ImportError:
        return False
    return (os.cpu_count() or 1) > 1


def _client(scheduler: str | None, processes: int | None) -> Any:
    try:
        from distributed import Client, LocalCluster
    except ImportError:
        raise SettingError(
            "Counting on several processes needs dask.distributed: pip install "
            "'makemore[cluster]', or give --processes 1.",
            "processes",
        ) from None
    if scheduler is None:
        cluster = LocalCluster(
            n_workers=processes or os.cpu_count() or 1,
            threads_per_worker=1,
            dashboard_address=":0",
            silence_logs=50,
        )
        return _Closing(Client(cluster), cluster)
    try:
        return Client(scheduler, timeout=10)
    except (OSError, ValueError, TypeError) as error:
        raise SettingError(
            f"No scheduler answers at {scheduler!r}: {str(error)[:100]}. Start one by `dask "
            "scheduler`, or leave --scheduler out.",
            "scheduler",
        ) from error


class _Closing:
    """A client whose cluster ends with it."""

    def __init__(self, client: Any, cluster: Any) -> None:
        self._client, self._cluster = client, cluster

    def __enter__(self) -> Any:
        return self._client

    def __exit__(self, *_: object) -> None:
        self._client.close()
        self._cluster.close()


class _Group:
    """What is counted or dropped together: the pieces of one file, or several small files."""

    def __init__(self, tasks: list[list[Piece]], size: int) -> None:
        self.tasks, self.size = tasks, size
        self.left, self.given_up = len(tasks), False
        self.tree: list[Any] = []


class _Run:
    """One count on a cluster: few tasks ahead, and a tree of merges behind."""

    def __init__(
        self, client: Any, files: Sequence[Found], how: Counting, told: Progress, piece: int
    ) -> None:
        self._client, self._files, self._how, self._told = client, files, how, told
        self._piece = piece
        self._total = sum(file.size or 0 for file in files)
        self._done = 0
        self._tree: list[Any] = []
        self._active: dict[Any, tuple[_Group, int]] = {}

    def result(self) -> tuple[Part, bool]:
        """Count; tell whether Ctrl-C ended it."""
        stopped = False
        try:
            self._count_all()
        except KeyboardInterrupt:
            if not any(self._tree):
                raise
            stopped = True
            self._client.cancel(list(self._active))
        except MakemoreError:
            self._client.cancel(list(self._active))
            raise
        whole = self._folded(self._tree)
        return self._of(whole), stopped

    def _count_all(self) -> None:
        from distributed import as_completed

        tasks = self._all_tasks()
        running = as_completed()
        for _ in range(_AHEAD * max(1, sum(self._client.nthreads().values()))):
            self._start(running, tasks)
        for future in running:
            group, size = self._active.pop(future)
            if future.status != "finished":
                self._failed(future, group, running)
            elif not group.given_up:
                self._add(group.tree, future)
                group.left -= 1
                if group.left == 0:
                    self._add(self._tree, self._folded(group.tree))
                    group.tree = []
            self._done += size
            self._told(self._done, self._total, f"{len(self._active)} tasks at work")
            self._start(running, tasks)

    def _all_tasks(self) -> Iterator[tuple[_Group, list[Piece], int]]:
        for group in _grouped(self._files, self._how.options, self._piece):
            for pieces in group.tasks:
                yield group, pieces, group.size // len(group.tasks)

    def _start(self, running: Any, tasks: Iterator[tuple[_Group, list[Piece], int]]) -> None:
        for group, pieces, size in tasks:
            if not group.given_up:
                self._submit(running, group, pieces, size)
                return

    def _submit(self, running: Any, group: _Group, pieces: list[Piece], size: int) -> None:
        remote = any("://" in piece.file for piece in pieces)
        future = self._client.submit(
            count_pieces, pieces, self._how, pure=False, retries=2 if remote else 0
        )
        self._active[future] = group, size
        running.add(future)

    def _failed(self, future: Any, group: _Group, running: Any) -> None:
        """Read a file anew from end to end where a piece by itself makes no sense.

        Its pieces may be of different encodings to our eyes; and the error that then comes tells
        the line.
        """
        if group.given_up:
            return
        try:
            error = future.exception()
        except CancelledError as cancelled:
            error = cancelled
        pieces = group.tasks[0]
        if len(group.tasks) > 1 and isinstance(error, WordListError):
            group.given_up, group.tree = True, []
            whole = Piece.whole(pieces[0].number, self._files[pieces[0].number])
            self._submit(running, _Group([[whole]], 0), [whole], 0)
            return
        if isinstance(error, MakemoreError):
            raise error
        raise MakemoreError(
            f"Counting {pieces[0].file} failed, {type(error).__name__}: {str(error)[:200]}. If its "
            "processes were killed, they may need more memory: use fewer of them, or a smaller "
            "--limit."
        ) from error

    def _add(self, tree: list[Any], future: Any) -> None:
        """Merge with what has as many parts, so that few tallies wait at any time."""
        level = 0
        while level < len(tree) and tree[level] is not None:
            future = self._client.submit(merged_pair, tree[level], future, self._how, pure=False)
            tree[level] = None
            level += 1
        tree[level : level + 1] = [future]

    def _folded(self, tree: list[Any]) -> Any:
        whole = None
        for future in tree:
            if future is not None:
                whole = (
                    future
                    if whole is None
                    else self._client.submit(merged_pair, whole, future, self._how, pure=False)
                )
        return whole

    def _of(self, future: Any) -> Part:
        try:
            part: Part = future.result()
        except MakemoreError:
            raise
        except Exception as error:
            raise MakemoreError(
                f"The tallies could not be merged: {type(error).__name__}: {str(error)[:200]}."
            ) from error
        return part


def _grouped(files: Sequence[Found], options: ReadOptions, size: int) -> Iterator[_Group]:
    small: list[Piece] = []
    bytes_small = 0
    for number, file in enumerate(files):
        pieces = pieces_of(number, file, options, size)
        if len(pieces) > 1:
            yield _Group([[piece] for piece in pieces], file.size or 0)
            continue
        small += pieces
        bytes_small += file.size or 0
        if bytes_small >= size or len(small) >= _MOST_FILES:
            yield _Group([small], bytes_small)
            small, bytes_small = [], 0
    if small:
        yield _Group([small], bytes_small)
