"""Pipes that have a name."""

from __future__ import annotations

import gzip
import os
import threading
from pathlib import Path

from makemore.parallel import Counting, count_files
from tests.native.tallies import ORDER, grams, plain


def test_what_comes_from_a_pipe_is_counted_here(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    writer = threading.Thread(target=path.write_bytes, args=(gzip.compress(b"anna\nbob\n"),))
    writer.start()
    counted = count_files([str(path)], Counting(ORDER))
    writer.join()
    assert grams(counted) == plain(("anna", "bob"))
