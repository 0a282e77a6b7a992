"""Files by URL, and schedulers that were started elsewhere."""

from __future__ import annotations

import contextlib
import gzip
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import fsspec
import pytest
from distributed import Client, LocalCluster
from fsspec.implementations.memory import MemoryFileSystem

from makemore.counting.export import rows_of_counts
from makemore.errors import MakemoreError
from makemore.parallel import Counted, Counting, count_files
from makemore.reading.reader import read_words
from makemore.storage import load
from tests.native.tallies import ORDER, grams, plain

NAMES = Path(__file__).resolve().parents[2] / "data" / "names.txt"


def count(url: str, scheduler: str | None) -> Counted:
    processes = 1 if scheduler is None else None
    return count_files(
        [url], Counting(ORDER), scheduler=scheduler, processes=processes, piece=10_000
    )


class Bucket(MemoryFileSystem):  # type: ignore[misc]
    """A store of objects as s3 is one, with errors of its own; what is "flaky" fails twice."""

    protocol = "bucket"
    failures: ClassVar[Counter[str]] = Counter()

    @classmethod
    def _strip_protocol(cls, path: str) -> str:
        inside: str = super()._strip_protocol(path.replace("bucket://", "memory://"))
        return inside

    def _open(self, path: str, mode: str = "rb", *arguments: Any, **options: Any) -> Any:
        fails = "refused" in path or ("flaky" in path and self.failures[path] < 2)
        if mode == "rb" and fails:
            self.failures[path] += 1
            raise BucketError("SlowDown: please reduce your request rate.")
        return super()._open(path, mode, *arguments, **options)


class BucketError(Exception):
    """None of Python's own."""


@pytest.fixture
def bucket() -> Iterator[Bucket]:
    fsspec.register_implementation("bucket", Bucket, clobber=True)
    system = fsspec.filesystem("bucket")
    yield system
    system.rm("/words", recursive=True)
    Bucket.failures.clear()


@pytest.fixture(scope="module")
def threads() -> Iterator[str]:
    """A cluster in this process, which sees what is in its memory."""
    with LocalCluster(
        n_workers=1, threads_per_worker=2, processes=False, dashboard_address=":0"
    ) as made:
        yield made.scheduler_address


@pytest.mark.parametrize("many", [False, True])
def test_a_store_of_objects_is_counted_by_url(bucket: Bucket, threads: str, many: bool) -> None:
    words = read_words(NAMES.read_bytes()).words
    bucket.pipe("/words/a.txt", NAMES.read_bytes())
    bucket.pipe("/words/b.gz", gzip.compress(b"anna\nbob\n"))
    bucket.pipe("/words/flaky-c.txt", b"eve\n" * 20_000)
    bucket.pipe("/other/d.txt", b"zzz\n")
    url = "bucket://words/*"
    if not many:  # in this process, where nothing is tried again
        Bucket.failures["/words/flaky-c.txt"] = 2
    counted = count(url, threads if many else None)
    assert grams(counted) == plain((*words, "anna", "bob", *["eve"] * 20_000))
    assert counted.files == [f"bucket:///words/{name}" for name in ("a.txt", "b.gz", "flaky-c.txt")]


@pytest.mark.parametrize("many", [False, True])
@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("bucket://words/none.txt", r"none\.txt: There is no such file"),
        ("bucket://words/*.csv", r"There is no file bucket://words/\*\.csv"),
        ("bucket://words/refused.txt", r"refused\.txt: It cannot be read: SlowDown"),
        ("nonsense://words", r"nonsense://words"),
    ],
)
def test_what_a_store_refuses_is_an_error_that_names_it(
    bucket: Bucket, threads: str, url: str, message: str, many: bool
) -> None:
    bucket.pipe("/words/a.txt", b"anna\n")
    bucket.pipe("/words/refused.txt", b"anna\n" * 10_000)
    with pytest.raises(MakemoreError, match=message):
        count(url, threads if many else None)


ENVIRONMENT = {**os.environ, "PYTHONPATH": str(NAMES.parents[1] / "py"), "PYTHONUTF8": "1"}
PYTHON = [sys.executable, "-W", "ignore", "-m"]


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Start a scheduler and two workers as in terminals; give its address, and its process."""
    where = ["--scheduler-file", str(tmp_path / "scheduler.json"), "--no-dashboard"]
    scheduler = [*PYTHON, "distributed.cli.dask_scheduler", *where, "--port", "0"]
    worker = [*PYTHON, "distributed.cli.dask_worker", *where, "--nworkers", "2"]
    with contextlib.ExitStack() as running:
        processes = []
        for command in (scheduler, worker):
            process = subprocess.Popen(
                command,
                cwd=tmp_path,
                env=ENVIRONMENT,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            processes.append(running.enter_context(process))
            running.callback(process.terminate)
        with Client(scheduler_file=where[1]) as client:
            client.wait_for_workers(2)
            address = client.scheduler.address
        yield address, processes[0]


def test_a_scheduler_that_was_started_elsewhere_counts_or_is_lost(
    elsewhere: tuple[str, subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    address, scheduler = elsewhere
    command = [*PYTHON, "makemore", "count", str(NAMES), str(NAMES), "--order", "3"]
    done = subprocess.run(
        [*command, "--scheduler", address, "-o", "m.st"],
        env=ENVIRONMENT,
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    rows = rows_of_counts(load((tmp_path / "m.st").read_bytes()))
    counted = Counter({after: n for context, after, n in rows if context == ""})
    words = read_words(NAMES.read_bytes()).words * 2
    assert counted == Counter("".join(f"{word}." for word in words))

    def lose(done: int, total: int | None, note: str) -> None:
        scheduler.kill()

    with pytest.raises(MakemoreError, match="The scheduler was lost, and what its processes had"):
        count_files(
            [str(NAMES)] * 20,
            Counting(ORDER),
            scheduler=address,
            progress=lose,
            piece=20_000,
        )
