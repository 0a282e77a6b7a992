"""Ctrl-C as a terminal sends it: to all processes of a group."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
from pathlib import Path

from tests.native.command import NAMES
from tests.native.tallies import grams, plain, words_of

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
