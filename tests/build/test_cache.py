"""Tests of tools/build/cache.py."""

from pathlib import Path

import pytest

from tools.build.cache import GENERATIONS_KEPT, cached, digest, digest_of_files


def write_result(out: Path) -> None:
    (out / "result").write_text("made")


def test_a_result_is_made_once_for_its_key(tmp_path: Path) -> None:
    made = []

    def make(out: Path) -> None:
        made.append(out)
        write_result(out)

    first = cached(tmp_path, "key", make)
    assert cached(tmp_path, "key", make) == first
    assert (first / "result").read_text() == "made"
    assert len(made) == 1


def test_an_interrupted_make_leaves_nothing_behind(tmp_path: Path) -> None:
    def fail(out: Path) -> None:
        write_result(out)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cached(tmp_path, "key", fail)
    assert list(tmp_path.iterdir()) == []
    assert (cached(tmp_path, "key", write_result) / "result").is_file()


def test_old_generations_are_forgotten(tmp_path: Path) -> None:
    for key in range(GENERATIONS_KEPT + 3):
        cached(tmp_path, str(key), write_result)
    assert len(list(tmp_path.iterdir())) == GENERATIONS_KEPT


def test_digest_tells_apart_where_parts_end() -> None:
    assert digest("ab", "c") != digest("a", "bc")
    assert digest("ab") == digest(b"ab")


def test_digest_of_files_depends_on_names_and_contents_only(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    for folder in (one, two):
        folder.mkdir()
        (folder / "a").write_text("1")
        (folder / "b").write_text("2")
    before = digest_of_files([one / "a", one / "b"], one)
    assert before == digest_of_files([two / "b", two / "a"], two)
    (two / "b").rename(two / "c")
    assert before != digest_of_files([two / "a", two / "c"], two)
