"""Tests of tools/build/dist.py."""

import json
from pathlib import Path

import pytest

from tools.build import dist
from tools.build.layout import Layout
from tools.build.numpy_wheel import Wheel


@pytest.fixture
def layout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Layout:
    """Return an empty project with pinned versions."""
    wheel = Wheel(file="numpy.whl", sha256="0", version="9.9.9", pyodide="0.0.0")
    monkeypatch.setattr(dist, "wheel_in_lock", lambda layout: wheel)
    return Layout(root=tmp_path, cache=tmp_path / "cache", dist=tmp_path / "dist")


def test_the_version_changes_with_any_byte_and_any_name(layout: Layout) -> None:
    versions = [
        json.loads(dist.manifest(layout, contents))["version"]
        for contents in ({"a": b"1"}, {"a": b"2"}, {"b": b"1"}, {"a": b"1", "b": b""}, {"a": b"1"})
    ]
    assert len(set(versions)) == 4
    assert versions[0] == versions[-1]


def test_the_manifest_tells_true_sizes_in_order(layout: Layout) -> None:
    files = json.loads(dist.manifest(layout, {"b": b"12345", "a/c": b""}))["files"]
    assert [(file["path"], file["bytes"]) for file in files] == [("a/c", 0), ("b", 5)]


def test_writing_leaves_equal_files_alone_and_removes_strays(tmp_path: Path) -> None:
    dist.write_changes(tmp_path, {"kept": b"1", "changed": b"1", "old/gone": b"1"})
    before = (tmp_path / "kept").stat().st_mtime_ns
    dist.write_changes(tmp_path, {"kept": b"1", "changed": b"2", "new/file": b"3"})
    found = {
        file.relative_to(tmp_path).as_posix(): file.read_bytes()
        for file in tmp_path.rglob("*")
        if file.is_file()
    }
    assert found == {"kept": b"1", "changed": b"2", "new/file": b"3"}
    assert (tmp_path / "kept").stat().st_mtime_ns == before
    assert not (tmp_path / "old").exists()
