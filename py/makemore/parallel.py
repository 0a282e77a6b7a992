"""Counting that outgrows memory or one process: many files, in parts, on dask.distributed.

    files → pieces that end at line ends → a tally each → merged in pairs, by symbol → one model

Each byte is read once, whole pieces at a time, by whichever process is free. Tallies are additive,
so a piece whose process died is counted again, and the sum is exact.
"""

from __future__ import annotations

import contextlib
import logging
import os
from asyncio import CancelledError
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import IO, Any, NamedTuple

import numpy as np

from makemore.counting.ngrams import NgramTally, narrowest
from makemore.counting.pruning import NOTHING, Dropped, pruned
from makemore.errors import MakemoreError, SettingError, WordListError
from makemore.interrupts import Interrupts
from makemore.models.ngram import NGram
from makemore.reading.files import (
    Found,
    Piece,
    chunks_of,
    chunks_of_stream,
    find_files,
    pieces_of,
)
from makemore.reading.gram_reader import GramReader
from makemore.reading.reader import ReadOptions
from makemore.reading.report import Change, ReadReport
from makemore.vocabulary import Vocabulary

__all__ = ["Counted", "Counting", "count_files", "count_stream"]

PAGE_LIMIT = 64_000_000
"""Bytes of n-grams of a model that the page opens."""

_PIECE, _SMALLEST = 64_000_000, 4_000_000  # bytes that one task counts, at most and at least
_ROUNDS = 8  # tasks for each process at least, so that all end at about the same time
_MOST_FILES = 500  # of one task
_AHEAD = 3  # tasks for each process that are handed out at once
_ROOM = 4  # times the limit that tallies may take on the way

# A terminal sends Ctrl-C to all processes, and these hold what was counted.
_DEAF = "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)"

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
    """The n-grams of all files, or of what was done if it was `stopped`.

    Of ``cut`` files only some lines were counted then.
    """

    part: Part
    files: Sequence[str]
    stopped: bool = False
    cut: int = 0
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
            "cut": self.cut,
            "dropped": self.dropped._asdict(),
            "report": self.sentences(),
        }

    def sentences(self) -> list[str]:
        """Say what was read, changed and dropped, as the page does of one list."""
        done = len({number for number, _ in self.part.read})
        of = f" of {len(self.files):,}" if done < len(self.files) else ""
        cut = f" ({self.cut:,} of them not to the end)" if self.cut else ""
        said = [
            f"{self.words:,} words in {done:,}{of} {'file' if done == 1 else 'files'}{cut}, "
            f"{len(self.part.symbols):,} symbols, {len(self.part.tally.grams):,} different n-grams "
            f"of order {self.part.tally.order}."
        ]
        said += [
            f"{count:,} {what}{places and '; the first: '}{'; '.join(places)}."
            for what, count, places in self._changes()
        ]
        if self.dropped.grams:
            said.append(self.dropped.sentence())
        return said

    def _changes(self) -> Iterator[tuple[str, int, list[str]]]:
        """Give each kind of change, how often, and where first; lines are those of whole files."""
        begin: dict[int, int] = {}  # lines of each file before a piece
        seen: dict[int, int] = {}  # pieces of each file; if one was not counted, no line is known
        totals: dict[str, int] = {}
        places: dict[str, list[str]] = {}
        for number, piece in sorted(self.part.read):
            report = self.part.read[number, piece].report
            before = begin.get(number, 0)
            begin[number] = before + report.lines
            known = seen.setdefault(number, 0) == piece
            seen[number] += known
            if report.guessed and piece == 0:
                _note(totals, places, "files of which the encoding was guessed", 1)
                _place(places, f"{self.files[number]} as {report.encoding}")
            for name, what in _CHANGES.items():
                change: Change = getattr(report, name)
                if change.count:
                    _note(totals, places, what, change.count)
                    for line in change.lines if known else ():
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


def count_stream(
    stream: IO[bytes],
    how: Counting,
    *,
    progress: Progress | None = None,
    interrupts: Interrupts | None = None,
) -> Counted:
    """Count a list as it comes, such as from stdin; gzip or not. Otherwise as `count_files`."""
    told = progress or _say_nothing
    with _listening(interrupts) as heard:
        counting = _Here(how, told, None, heard)
        counting.read(stdin := Found("stdin", None), 0, chunks_of_stream(stream), "")
        return counting.counted([stdin])


def count_files(
    names: Sequence[str],
    how: Counting,
    *,
    scheduler: str | None = None,
    processes: int | None = None,
    progress: Progress | None = None,
    interrupts: Interrupts | None = None,
    piece: int | None = None,
) -> Counted:
    """Count all files of paths, globs and URLs; on a cluster of this machine's by default.

    ``scheduler`` is the address of a dask.distributed scheduler; ``processes`` how many are started
    here without one, and 1 counts in this process. ``progress`` is told bytes done, bytes in all
    and a note. Ctrl-C ends it with what there is: all of the lines that were counted.

    Raises WordListError, which names the file, if one cannot be found, read to its end, unpacked or
    decoded, SettingError if there is no such scheduler or dask.distributed is not installed,
    KeyboardInterrupt after Ctrl-C before anything was counted.
    """
    files = find_files(names)
    told = progress or _say_nothing
    pipes = any(file.size is None and "://" not in file.name for file in files)
    alone = scheduler is None and (
        processes == 1 or pipes or (processes is None and not _has_dask())
    )
    with _listening(interrupts) as heard:
        if alone:
            return _count_here(files, how, told, heard)
        with _quiet(), _client(scheduler, processes) as client:
            return _Run(client, files, how, told, heard, piece).counted()


def _listening(interrupts: Interrupts | None) -> contextlib.AbstractContextManager[Interrupts]:
    return Interrupts() if interrupts is None else contextlib.nullcontext(interrupts)


def _say_nothing(done: int, total: int | None, note: str) -> None:
    pass


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
    reader = _reader(piece.encoding, how)
    with _named(piece.file):
        for chunk in chunks_of(piece):
            reader.feed(chunk)
        return _part(reader, (piece.number, piece.part))


def _reader(encoding: str | None, how: Counting) -> GramReader:
    options = how.options if encoding is None else replace(how.options, encoding=encoding)
    return GramReader(how.order, options)


@contextlib.contextmanager
def _named(file: str) -> Iterator[None]:
    """Let errors name the file."""
    try:
        yield
    except WordListError as error:
        raise type(error)(f"{file}: {error}") from error


def _part(reader: GramReader, where: tuple[int, int], *, whole: bool = True) -> Part:
    symbols, tally, words, report = reader.grams(whole=whole)
    order = sorted(range(len(symbols)), key=symbols.__getitem__)
    place = np.zeros(len(symbols) + 1, dtype=narrowest(tally.V))
    place[np.array(order, dtype=np.intp) + 1] = np.arange(1, len(symbols) + 1)
    tally = NgramTally.of_grams(tally.V, place[tally.grams], tally.counts)
    return Part(tuple(symbols[i] for i in order), tally, {where: Read(words, report)})


class _Here:
    """One count in this process; a file is read from end to end."""

    def __init__(
        self, how: Counting, told: Progress, total: int | None, interrupts: Interrupts
    ) -> None:
        self._how, self._told, self._total = how, told, total
        self._interrupts = interrupts
        self._parts: list[Part] = []  # each of more n-grams than those after it
        self._done = 0
        self._cut = 0

    def read(self, file: Found, number: int, chunks: Iterator[bytes], note: str) -> bool:
        """Count a file; tell whether that was to its end."""
        reader = _reader(None, self._how)
        begin = self._done
        with _named(file.name):
            for chunk in self._interrupts.until(chunks):
                reader.feed(chunk)
                done = begin + reader.bytes_read
                if file.size is not None:  # what is packed gives more bytes than the file has
                    done = min(done, begin + file.size)
                self._told(done, self._total, note)
            whole = not self._interrupts.asked
            part = _part(reader, (number, 0), whole=whole)
        self._done = begin + (file.size or reader.bytes_read)
        if whole or reader.count:
            self._cut += not whole
            self._add(part)
        return whole

    def _add(self, part: Part) -> None:
        while self._parts and len(self._parts[-1].tally.grams) <= 2 * len(part.tally.grams):
            part = merged([self._parts.pop(), part], self._how)
        self._parts.append(part)

    def counted(self, files: Sequence[Found]) -> Counted:
        """Give the sum."""
        return _counted(self._parts, files, self._how, self._cut)


def _count_here(
    files: Sequence[Found], how: Counting, told: Progress, interrupts: Interrupts
) -> Counted:
    sizes = [file.size for file in files]
    total = None if None in sizes else sum(size or 0 for size in sizes)
    here = _Here(how, told, total, interrupts)
    for number, file in enumerate(files):
        chunks = chunks_of(Piece.whole(number, file))
        if not here.read(file, number, chunks, f"{number + 1:,} of {len(files):,} files"):
            break
    return here.counted(files)


def _counted(parts: Sequence[Part], files: Sequence[Found], how: Counting, cut: int) -> Counted:
    """Make one of all parts; raises KeyboardInterrupt if there is none."""
    if not parts:
        raise KeyboardInterrupt
    part = _shrunk(merged(parts, how), how, how.limit)
    done = len({number for number, _ in part.read})
    return Counted(
        part,
        [file.name for file in files],
        stopped=cut > 0 or done < len(files),
        cut=cut,
        graphemes=how.options.graphemes,
    )


def _has_dask() -> bool:
    try:
        import distributed  # noqa: F401
    except ImportError:
        return False
    return (os.cpu_count() or 1) > 1


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Let dask's client write no traceback beside our own error."""
    with contextlib.suppress(ImportError):
        import distributed  # noqa: F401 - which sets the levels of its loggers
    logger = logging.getLogger("distributed.client")
    before = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        logger.setLevel(before)


def local_cluster(processes: int) -> Any:
    """Start a LocalCluster of so many processes, each with one thread.

    dask.distributed has them give memory back to the system whenever an array is freed, to get it
    anew with the next, which takes as long as counting, and looks at their stack all the time. Ours
    do as Python does by itself.
    """
    import dask
    from distributed import LocalCluster

    name = "distributed.nanny.pre-spawn-environ"
    kept = {k: v for k, v in dask.config.get(name).items() if k != "MALLOC_TRIM_THRESHOLD_"}
    with dask.config.set({name: kept, "distributed.worker.profile.enabled": False}):
        return LocalCluster(
            n_workers=processes,
            threads_per_worker=1,
            dashboard_address=":0",
            silence_logs=50,
            preload=_DEAF,
        )


def _client(scheduler: str | None, processes: int | None) -> Any:
    try:
        from distributed import Client
    except ImportError:
        raise SettingError(
            "Counting on several processes needs dask.distributed: pip install "
            "'makemore[cluster]', or give --processes 1.",
            "processes",
        ) from None
    if scheduler is None:
        cluster = local_cluster(processes or os.cpu_count() or 1)
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
        self,
        client: Any,
        files: Sequence[Found],
        how: Counting,
        told: Progress,
        interrupts: Interrupts,
        piece: int | None,
    ) -> None:
        self._client, self._files, self._how, self._told = client, files, how, told
        self._interrupts = interrupts
        self._total = sum(file.size or 0 for file in files)
        self._processes = max(1, sum(client.nthreads().values()))
        self._piece = piece or min(
            _PIECE, max(_SMALLEST, self._total // (_ROUNDS * self._processes))
        )
        self._done = 0
        self._tree: list[Any] = []
        self._open: list[_Group] = []  # of which some tasks are done
        self._active: dict[Any, tuple[_Group, int]] = {}

    def counted(self) -> Counted:
        """Count; what Ctrl-C leaves of a file is all of the pieces that were counted."""
        try:
            self._count_all()
        finally:
            self._client.cancel(list(self._active))
        for group in self._open:
            self._add(self._tree, self._folded(group.tree))
        whole = self._folded(self._tree)
        parts = [] if whole is None else [self._of(whole)]
        return _counted(parts, self._files, self._how, len(self._open))

    def _count_all(self) -> None:
        from distributed import as_completed

        tasks = self._all_tasks()
        running = as_completed()
        for _ in range(_AHEAD * self._processes):
            self._start(running, tasks)
        for future in self._interrupts.until(running):
            group, size = self._active.pop(future)
            if future.status != "finished":
                self._failed(future, group, running)
            elif not group.given_up:
                self._finished(future, group)
            self._done += size
            self._told(self._done, self._total, f"{len(self._active)} tasks at work")
            self._start(running, tasks)

    def _finished(self, future: Any, group: _Group) -> None:
        if not group.tree:
            self._open.append(group)
        self._add(group.tree, future)
        group.left -= 1
        if group.left == 0:
            self._open.remove(group)
            self._add(self._tree, self._folded(group.tree))

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
            group.given_up = True
            if group.tree:
                self._open.remove(group)
            whole = Piece.whole(pieces[0].number, self._files[pieces[0].number])
            self._submit(running, _Group([[whole]], 0), [whole], 0)
            return
        if isinstance(error, MakemoreError):
            raise error
        if error is None or isinstance(error, CancelledError):
            raise MakemoreError(
                "The scheduler was lost, and what its processes had counted with it. See that it "
                "runs, then count again."
            )
        raise MakemoreError(
            f"Counting {_these(pieces)} failed, {type(error).__name__}: {str(error)[:200]}. If its "
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


def _these(pieces: Sequence[Piece]) -> str:
    """Name the files of a task."""
    first, last = pieces[0].file, pieces[-1].file
    return first if first == last else f"one of {len(pieces):,} files, {first} to {last},"


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
