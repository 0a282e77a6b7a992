"""Pipes that have a name, and links."""

from __future__ import annotations

import gzip
import os
import threading
from pathlib import Path

from makemore.parallel import Counting, count_files
from makemore.storage import write_file
from makemore.terminal.reading import check_writable
from tests.native.tallies import ORDER, grams, plain


def test_what_comes_from_a_pipe_is_counted_here(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    writer = threading.Thread(target=path.write_bytes, args=(gzip.compress(b"anna\nbob\n"),))
    writer.start()
    counted = count_files([str(path)], Counting(ORDER))
    writer.join()
    assert grams(counted) == plain(("anna", "bob"))


def test_what_is_written_into_a_pipe_comes_out_of_it(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    came: list[bytes] = []
    reader = threading.Thread(target=lambda: came.append(path.read_bytes()), daemon=True)
    reader.start()
    check_writable(str(path))
    write_file(path, b"a model")
    assert path.is_fifo()
    reader.join()
    assert came == [b"a model"]


def test_what_is_written_to_a_link_is_where_it_leads(tmp_path: Path) -> None:
    (tmp_path / "else").mkdir()
    (tmp_path / "else/m.st").write_bytes(b"the last one")
    for name in ("m.st", "new.st"):
        link = tmp_path / name
        link.symlink_to(tmp_path / "else" / name)
        check_writable(str(link))
        write_file(link, b"a model")
        assert link.is_symlink()
        assert (tmp_path / "else" / name).read_bytes() == b"a model"
    assert len(list((tmp_path / "else").iterdir())) == 2
