"""Ctrl-C while files are counted keeps all lines that were counted, and says so."""

from __future__ import annotations

import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from makemore.interrupts import Interrupts
from makemore.parallel import Counting, count_files
from makemore.reading.reader import read_words
from makemore.storage import facts_of, read_file
from makemore.terminal import main
from tests.native.tallies import ORDER, grams, plain, words_of

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
