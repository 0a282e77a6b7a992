"""Tests of tools/build/numpy_wheel.py, without a network."""

import hashlib
import json
from pathlib import Path

import pytest

from tools.build import numpy_wheel
from tools.build.errors import BuildError
from tools.build.layout import Layout
from tools.build.numpy_wheel import NotHereError, Wheel, get_numpy_wheel

OFFICIAL = b"the official wheel"
FILE = "numpy-9.9.9-wasm32.whl"


def out_of_reach(wheel: Wheel) -> bytes:
    raise NotHereError("no network here")


@pytest.fixture
def layout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Layout:
    """Return a project whose lock file names OFFICIAL, on a machine without a network."""
    result = Layout(root=tmp_path, cache=tmp_path / "cache", dist=tmp_path / "dist")
    numpy = {
        "file_name": FILE,
        "sha256": hashlib.sha256(OFFICIAL).hexdigest(),
        "version": "9.9.9",
    }
    result.pyodide.mkdir(parents=True)
    lock = json.dumps({"packages": {"numpy": numpy}})
    (result.pyodide / "pyodide-lock.json").write_text(lock)
    (result.pyodide / "package.json").write_text('{"version": "0.0.0"}')
    monkeypatch.setattr(numpy_wheel, "from_cdn", out_of_reach)
    monkeypatch.setattr(numpy_wheel, "from_carrier", out_of_reach)
    return result


def test_a_given_wheel_is_verified_and_kept(layout: Layout, tmp_path: Path) -> None:
    given = tmp_path / "given.whl"
    given.write_bytes(OFFICIAL)
    assert get_numpy_wheel(layout, given).read_bytes() == OFFICIAL
    given.unlink()
    assert get_numpy_wheel(layout, None).read_bytes() == OFFICIAL


def test_a_wheel_with_other_bytes_is_refused_and_not_kept(layout: Layout, tmp_path: Path) -> None:
    given = tmp_path / "given.whl"
    given.write_bytes(OFFICIAL + b"!")
    with pytest.raises(BuildError, match="the lock file says"):
        get_numpy_wheel(layout, given)
    assert not (layout.cache / "wheels").exists()


def test_a_damaged_cache_is_replaced_from_the_next_source(
    layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = layout.cache / "wheels" / FILE
    kept.parent.mkdir(parents=True)
    kept.write_bytes(b"half")
    monkeypatch.setattr(numpy_wheel, "from_cdn", lambda wheel: OFFICIAL)
    assert get_numpy_wheel(layout, None).read_bytes() == OFFICIAL


def test_the_error_names_every_source_and_the_way_out(layout: Layout, tmp_path: Path) -> None:
    with pytest.raises(BuildError) as failure:
        get_numpy_wheel(layout, tmp_path / "missing.whl")
    message = str(failure.value)
    for part in ("the build cache", "missing.whl", "CDN", "open-webui", "--numpy-wheel", FILE):
        assert part in message
