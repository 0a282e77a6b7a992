"""Counting on several processes is exact, whatever happens to a process or a file."""

from __future__ import annotations

import gzip
import os
import signal
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import dask
import numpy as np
import pytest
from distributed import Client, LocalCluster

from makemore.counting.export import rows_of_counts
from makemore.errors import MakemoreError, SettingError, WordListError
from makemore.parallel import Counted, Counting, count_files, local_cluster
from makemore.reading.files import Piece, find_files, pieces_of
from makemore.reading.reader import ReadOptions, read_words
from makemore.storage import load, save
from tests.native.tallies import ORDER, grams, plain

KILL = getattr(signal, "SIGKILL", signal.SIGTERM)  # which ends a process at once on Windows

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning")

NAMES = Path(__file__).resolve().parents[2] / "data" / "names.txt"


def count(names: list[Any], cluster: str | None, **how: Any) -> Counted:
    piece = how.pop("piece", 10_000)
    processes = 1 if cluster is None else None
    return count_files(
        [str(name) for name in names],
        Counting(ORDER, **how),
        scheduler=cluster,
        processes=processes,
        piece=piece,
    )


def test_one_file_in_many_pieces_is_counted_exactly(where: str | None) -> None:
    words = read_words(NAMES.read_bytes()).words
    counted = count([NAMES], where)
    assert grams(counted) == plain(words)
    assert counted.words == len(words)
    assert not counted.stopped
    again = load(save(counted.model(), counted.facts()))
    rows = {(context, after): n for context, after, n in rows_of_counts(again)}
    firsts = Counter(word[0] for word in words)
    assert {after: n for (context, after), n in rows.items() if context == "."} == firsts


@pytest.mark.parametrize("piece", [1, 2, 3, 5, 7, 100])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\u2028"])
def test_pieces_of_any_size_give_each_line_once(
    tmp_path: Path, cluster: str, piece: int, end: str
) -> None:
    words = ["a", "émile", "", "bé", "日本語", "x" * 20, "b"]
    path = tmp_path / "words.txt"
    path.write_bytes(end.join(words).encode())
    assert grams(count([path], cluster, piece=piece)) == plain(tuple(filter(None, words)))


def test_a_process_that_is_killed_in_mid_count_changes_nothing(cluster: str) -> None:
    words = read_words(NAMES.read_bytes()).words
    with Client(cluster) as client:
        victims = list(client.run(os.getpid).values())
    killed: list[int] = []

    def progress(done: int, total: int | None, note: str) -> None:
        if not killed and total is not None and done * 4 > total:
            killed.append(victims[0])
            os.kill(victims[0], KILL)

    counted = count_files(
        [str(NAMES)] * 10, Counting(ORDER), scheduler=cluster, progress=progress, piece=50_000
    )
    assert killed == victims[:1]
    assert grams(counted) == plain(words * 10)


def test_ten_thousand_small_files(tmp_path: Path, cluster: str) -> None:
    words = read_words(NAMES.read_bytes()).words[:20_000]
    for i in range(10_000):
        (tmp_path / f"{i:05}.txt").write_text("\n".join(words[2 * i : 2 * i + 2]))
    counted = count([tmp_path / "*.txt"], cluster)
    assert grams(counted) == plain(words)
    assert counted.sentences()[0].startswith("20,000 words in 10,000 files")


def test_gzip_of_one_member_or_several_and_mixed_encodings(
    tmp_path: Path, where: str | None
) -> None:
    pieces = {
        "a.gz": gzip.compress(b"anna\nbob\n") + b"\0\0" + gzip.compress("zo\u00eb".encode()),
        "b.txt": "\ufeffétienne\nanna\n".encode(),
        "c.txt": "Zoë\nanna".encode("utf-16"),
        "d.txt": "ana\u00efs\n".encode("cp1252") * 5_000,
        "e.txt": b"",
    }
    for name, data in pieces.items():
        (tmp_path / name).write_bytes(data)
    counted = count([tmp_path / "*"], where)
    words = ("anna", "bob", "zoë", "étienne", "anna", "Zoë", "anna", *["anaïs"] * 5_000)
    assert grams(counted) == plain(words)
    assert any("d.txt as cp1252" in sentence for sentence in counted.sentences())


def test_a_words_weight_is_how_often_it_counts(tmp_path: Path, where: str | None) -> None:
    (tmp_path / "names.csv").write_text("anna,3\nbob,2\nanna,1\neve,0\n")
    options = ReadOptions(column=0, weights=1)
    counted = count([tmp_path / "names.csv"], where, options=options)
    assert grams(counted) == plain(["anna"] * 4 + ["bob"] * 2)


def test_a_file_that_only_late_proves_to_be_no_utf_8_is_read_as_the_page_reads_it(
    tmp_path: Path, cluster: str
) -> None:
    path = tmp_path / "late.txt"
    path.write_bytes(b"anna\n" * 10_000 + b"ana\xefs\n" + b"bob\n" * 10_000)
    assert grams(count([path], cluster)) == plain(read_words(path.read_bytes()).words)


def test_a_file_that_is_utf_8_first_and_something_else_later_is_an_error_with_its_line(
    tmp_path: Path, where: str | None
) -> None:
    path = tmp_path / "both.txt"
    path.write_bytes("anaïs\n".encode() * 5_000 + b"ana\xefs\n" + b"bob\n" * 5_000)
    with pytest.raises(WordListError, match=r"both\.txt: Line 5001 is not utf-8"):
        count([path], where)


def test_changes_are_told_with_the_lines_of_the_whole_file(
    tmp_path: Path, where: str | None
) -> None:
    path = tmp_path / "words.txt"
    path.write_bytes(b"anna\n" * 5_000 + b" bob\n\n" + b"eve\n" * 5_000)
    said = "\n".join(count([path], where).sentences())
    assert f"1 lines without the white space around them; the first: {path}, line 5,001." in said
    assert f"1 blank lines dropped; the first: {path}, line 5,002." in said


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (gzip.compress(b"anna\n" * 1000, mtime=0)[:-9], "It ends too early"),
        (gzip.compress(b"anna\n" * 1000, mtime=0)[:20], "It ends too early"),
        (b"\x1f\x8b" + b"x" * 50, "damaged gzip"),
        (gzip.compress(b"anna\n" * 1000, mtime=0) + b"x", "damaged gzip"),
        ("zoé\nren\u00e9".encode()[:-1], "Line 2 is not utf-8"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 80, "a PNG picture"),
    ],
)
def test_a_damaged_file_is_an_error_that_names_it(
    tmp_path: Path, where: str | None, data: bytes, message: str
) -> None:
    good, bad = tmp_path / "good.txt", tmp_path / "bad.txt"
    good.write_bytes(b"anna\n" * 5_000)
    bad.write_bytes(data)
    with pytest.raises(WordListError) as caught:
        count([good, bad, good], where)
    assert "bad.txt" in str(caught.value)
    assert message in str(caught.value)


def test_a_last_line_that_was_cut_is_a_word_of_its_own(tmp_path: Path, where: str | None) -> None:
    path = tmp_path / "cut.txt"
    path.write_bytes(b"anna\nbob\nevel")
    assert grams(count([path], where)) == plain(("anna", "bob", "evel"))


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["none.txt"], r"none\.txt cannot be read: No such file"),
        (["*.csv"], r"There is no file .*\*\.csv"),
        (["."], "is a folder"),
    ],
)
def test_files_that_are_not_there(tmp_path: Path, names: list[str], message: str) -> None:
    with pytest.raises(WordListError, match=message):
        count([tmp_path / name for name in names], None)


def test_a_name_that_looks_like_a_pattern_is_a_files_own_if_there_is_one(tmp_path: Path) -> None:
    path = tmp_path / "n[1].txt"
    (tmp_path / "n1.txt").write_bytes(b"bob\n")
    assert [found.name for found in find_files([str(path)])] == [str(tmp_path / "n1.txt")]
    path.write_bytes(b"anna\n")
    assert [found.name for found in find_files([str(path)])] == [str(path)]


def test_a_file_that_grows_meanwhile_is_an_error(tmp_path: Path) -> None:
    first, second = tmp_path / "1.txt", tmp_path / "2.txt"
    first.write_bytes(b"anna\n")
    second.write_bytes(b"bob\n")

    def progress(done: int, total: int | None, note: str) -> None:
        second.write_bytes(b"bob\neve\n")

    with pytest.raises(WordListError, match="had 4 bytes when counting began, and now has 8"):
        count_files([str(first), str(second)], Counting(2), processes=1, progress=progress)


def test_a_file_in_pieces_that_grows_meanwhile_is_an_error(tmp_path: Path, cluster: str) -> None:
    path = tmp_path / "log.txt"
    path.write_bytes(b"anna\n" * 20_000 + b"ev")

    def progress(done: int, total: int | None, note: str) -> None:
        with path.open("ab") as file:
            file.write(b"e\n")

    with pytest.raises(WordListError, match=r"log\.txt: It had 100,002 bytes when counting began"):
        count_files([str(path)], Counting(2), scheduler=cluster, progress=progress, piece=10_000)


def test_a_file_of_which_lines_end_otherwise_is_read_once(tmp_path: Path) -> None:
    path = tmp_path / "old.txt"
    path.write_bytes(b"anna\rbob\r" * 5_000)
    assert pieces_of(0, find_files([str(path)])[0], ReadOptions(), 1_000) == [
        Piece(0, 0, str(path), size=45_000)
    ]


def test_urls_are_read_by_fsspec(where: str | None) -> None:
    counted = count([NAMES.as_uri()], where)
    assert grams(counted) == plain(read_words(NAMES.read_bytes()).words)


def test_graphemes_and_lower_case(tmp_path: Path, where: str | None) -> None:
    path = tmp_path / "emoji.txt"
    path.write_text("A👩‍👩‍👧\nb\n" * 2_000, encoding="utf-8")
    options = ReadOptions(lowercase=True, graphemes=True)
    counted = count([path], where, options=options)
    assert counted.part.symbols == ("a", "b", "👩‍👩‍👧")
    model = counted.model()
    assert model.vocabulary.graphemes
    assert counted.words == 4_000


def test_no_word_at_all_is_an_error(tmp_path: Path, where: str | None) -> None:
    path = tmp_path / "blank.txt"
    path.write_bytes(b"\n \n")
    counted = count([path], where)
    with pytest.raises(WordListError, match="no word in these files"):
        counted.model()


def test_what_is_dropped_is_told_and_the_rest_is_a_model(where: str | None) -> None:
    whole = count([NAMES], where)
    limit = 11 * 1_000
    small = count([NAMES], where, limit=limit)
    kept, all_of_them = grams(small), grams(whole)
    assert len(small.part.tally.grams) <= 1_000
    assert small.dropped.grams >= len(all_of_them) - len(kept)  # in several parts, perhaps
    assert small.dropped.occurrences == all_of_them.total() - kept.total()
    assert small.dropped.sentence() in small.sentences()
    assert all(0 <= all_of_them[gram] - n <= small.dropped.most for gram, n in kept.items())
    x = [[0, 1, 2], [0, 3, 4]]
    P = small.model().predict(np.array(x))
    assert P.sum(axis=1) == pytest.approx([1, 1])


def test_a_scheduler_that_is_not_there_is_an_error() -> None:
    with pytest.raises(SettingError, match="No scheduler answers at 'nonsense:///'"):
        count_files([str(NAMES)], Counting(2), scheduler="nonsense:///")


def test_a_task_that_kills_every_process_is_an_error(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("makemore.parallel.count_pieces", _dies)
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text("anna")
    with (
        dask.config.set({"distributed.scheduler.allowed-failures": 0}),
        LocalCluster(
            n_workers=1, threads_per_worker=1, dashboard_address=":0", silence_logs=50
        ) as fragile,
        pytest.raises(
            MakemoreError, match=r"one of 2 files, .*a\.txt to .*b\.txt, failed.*more memory"
        ),
    ):
        count([tmp_path / "*"], fragile.scheduler_address)


def _dies(*_: object) -> Callable[[], None]:
    os.kill(os.getpid(), KILL)
    raise AssertionError


def test_its_processes_keep_the_memory_that_arrays_free(monkeypatch: pytest.MonkeyPatch) -> None:
    # Clusters with dask.distributed's own settings, as of tests before, leave it to this process.
    monkeypatch.delenv("MALLOC_TRIM_THRESHOLD_", raising=False)
    with local_cluster(1) as cluster, Client(cluster) as client:
        given = client.run(os.environ.get, "MALLOC_TRIM_THRESHOLD_")
        assert list(given.values()) == [None]
