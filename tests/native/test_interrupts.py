"""Ctrl-C while files are counted keeps all lines that were counted, and says so."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from makemore.interrupts import Interrupts
from makemore.parallel import Counting, count_files
from makemore.reading.reader import read_words
from makemore.storage import facts_of, read_file
from makemore.terminal import main
from tests.native.tallies import ORDER, grams, plain

NAMES = Path(__file__).resolve().parents[2] / "data" / "names.txt"

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning")


def ctrl_c_halfway() -> Callable[[int, int | None, str], None]:
    pressed: list[bool] = []

    def progress(done: int, total: int | None, note: str) -> None:
        if total is not None and done * 2 > total and not pressed:
            pressed.append(True)
            signal.raise_signal(signal.SIGINT)

    return progress


def test_ctrl_c_keeps_the_files_that_were_counted(cluster: str) -> None:
    words = read_words(NAMES.read_bytes()).words
    counted = count_files(
        [str(NAMES)] * 24,
        Counting(ORDER),
        scheduler=cluster,
        progress=ctrl_c_halfway(),
        piece=300_000,
    )
    done = len({number for number, _ in counted.part.read})
    assert counted.stopped
    assert 12 <= done < 24
    assert grams(counted) == plain(words * done)
    assert f"words in {done} of 24 files, " in counted.sentences()[0]


def test_ctrl_c_keeps_the_lines_of_one_file_that_were_counted(
    tmp_path: Path, where: str | None
) -> None:
    words = read_words(NAMES.read_bytes()).words * 14
    path = tmp_path / "long.txt"
    path.write_bytes(" \n".join(words).encode() + b" \n")
    piece = 200_000
    counted = count_files(
        [str(path)],
        Counting(ORDER),
        scheduler=where,
        processes=1 if where is None else None,
        progress=ctrl_c_halfway(),
        piece=piece,
    )
    expected = list(words[: counted.words])
    if where is not None:
        expected = words_of(path, piece, [part for _, part in counted.part.read])
    assert len(words) / 3 < counted.words == len(expected) < len(words)
    assert grams(counted) == plain(expected)
    first, changed = counted.sentences()
    assert "words in 1 file (1 of them not to the end), " in first
    assert f"{counted.words:,} lines without the white space around them" in changed
    assert (counted.stopped, counted.facts()["cut"]) == (True, 1)


COUNT_AND_SAY = """
import pickle, signal, sys
from distributed import get_client
from makemore.parallel import Counting, count_files

def say(done, total, note):
    handlers = get_client().run(signal.getsignal, signal.SIGINT).values()
    print(*{handler.name for handler in handlers}, flush=True)

counted = count_files(sys.argv[2:], Counting(3), processes=2, progress=say, piece=100_000)
with open(sys.argv[1], "wb") as file:
    pickle.dump(counted, file)
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no process groups that hear SIGINT")
def test_ctrl_c_in_a_terminal_which_all_processes_hear(tmp_path: Path) -> None:
    result, files = tmp_path / "counted", 40
    process = subprocess.Popen(
        [sys.executable, "-c", COUNT_AND_SAY, result, *[NAMES] * files],
        env={**os.environ, "PYTHONPATH": str(NAMES.parents[1] / "py")},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,  # the group of a terminal's foreground
        text=True,
    )
    assert process.stdout is not None
    said = {process.stdout.readline() for _ in range(20)}
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=120)
    assert (process.returncode, err, said) == (0, "", {"SIG_IGN\n"})
    counted = pickle.loads(result.read_bytes())
    assert counted.stopped
    assert 20 <= len(counted.part.read) < 3 * files
    expected = words_of(NAMES, 100_000, [part for _, part in counted.part.read])
    assert counted.words == len(expected)
    assert grams(counted) == plain(expected)


def words_of(path: Path, piece: int, parts: list[int]) -> list[str]:
    """Give the words of some pieces, which may come several times."""
    lines: dict[int, list[str]] = {}
    begin = 0
    for line in path.read_bytes().splitlines(keepends=True):
        lines.setdefault(begin // piece, []).append(line.decode().strip())
        begin += len(line)
    return [word for part in parts for word in lines[part]]


def test_ctrl_c_before_anything_was_counted_ends_it(tmp_path: Path, where: str | None) -> None:
    with Interrupts() as interrupts, pytest.raises(KeyboardInterrupt):  # noqa: PT012
        signal.raise_signal(signal.SIGINT)
        count_files(
            [str(NAMES)],
            Counting(ORDER),
            scheduler=where,
            processes=1 if where is None else None,
            interrupts=interrupts,
        )


def test_ctrl_c_while_a_net_is_measured_at_the_end_waits_until_it_is_saved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def measured(model: object, words: object) -> float:
        signal.raise_signal(signal.SIGINT)
        return 2.5

    monkeypatch.setattr("makemore.terminal.commands.mean_nll_of", measured)
    (tmp_path / "some.txt").write_text("emma\nolivia\nava\n" * 5)
    flags = ["--model", "mlp", "--steps", "3", "-o", str(tmp_path / "m.st")]
    assert main(["fit", str(tmp_path / "some.txt"), *flags]) == 0
    assert facts_of(read_file(tmp_path / "m.st"))["held_out"] == 2.5
