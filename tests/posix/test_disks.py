"""Disks that are full: a device that always is, or a limit on how long a file may be."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from tests.native.command import NAMES, ROOT, run

FULL = Path("/dev/full")  # which Linux has
SHORT = "File too large"
# Coverage would be short of disk too, and say so.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name[:3] != "COV"}


def run_short_of_disk(*arguments: str | Path, most: int, out: Path, folder: Path) -> bytes:
    """Run the command, which may write no file longer than `most`; return what it says."""
    with out.open("wb") as file:
        process = subprocess.run(
            [sys.executable, "-m", "makemore", *map(str, arguments)],
            cwd=folder,
            stdout=file,
            stderr=subprocess.PIPE,
            env={**ENVIRONMENT, "PYTHONPATH": str(ROOT / "py")},
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (most, most)),
        )
    assert process.returncode == 1
    return process.stderr


@pytest.mark.parametrize(
    ("out", "why"),
    [(Path("words.txt"), SHORT), *([(FULL, "No space left on device")] if FULL.exists() else [])],
    ids=lambda value: str(value),
)
def test_words_that_cannot_be_written_are_an_error(tmp_path: Path, out: Path, why: str) -> None:
    run("fit", NAMES, "--model", "ngram", "--order", "3", "-o", "m.st", folder=tmp_path)
    command = ("generate", "m.st", "--count", "5")
    err = run_short_of_disk(*command, most=8, out=tmp_path / out, folder=tmp_path)
    assert err.decode() == f"error: What was made cannot be written: {why}.\n"


@pytest.mark.parametrize(
    "command", [["fit", "--model", "ngram"], ["count", "--processes", "1"]], ids=["fit", "count"]
)
def test_a_disk_that_is_full_halfway_leaves_the_model_that_was_there(
    tmp_path: Path, command: list[str]
) -> None:
    (tmp_path / "m.st").write_bytes(b"the last one")
    err = run_short_of_disk(
        *command, NAMES, "-o", "m.st", most=9_000, out=Path(os.devnull), folder=tmp_path
    )
    assert err.decode() == f"error: m.st cannot be written: {SHORT}.\n"
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {
        "m.st": b"the last one"
    }
