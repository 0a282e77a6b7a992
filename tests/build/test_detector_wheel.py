"""chardet's wheel: the one that is known, or none."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from tools.build import detector_wheel
from tools.build.errors import BuildError
from tools.build.layout import Layout

GOOD, BAD = b"the known wheel", b"something else"


def pip_that_gives(data: bytes) -> Callable[..., str]:
    def run_quietly(command: Sequence[str | Path], **options: Any) -> str:
        folder = Path(command[list(command).index("--dest") + 1])
        (folder / detector_wheel.FILE).write_bytes(data)
        return ""

    return run_quietly


@pytest.fixture
def layout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Layout:
    """Return a layout with an empty cache; GOOD is the known wheel."""
    monkeypatch.setattr(detector_wheel, "SHA256", hashlib.sha256(GOOD).hexdigest())
    return Layout(root=tmp_path, cache=tmp_path / "cache", dist=tmp_path / "dist")


def test_the_wheel_is_downloaded_once(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(detector_wheel, "run_quietly", pip_that_gives(GOOD))
    wheel = detector_wheel.get_detector_wheel(layout)
    assert wheel.read_bytes() == GOOD

    monkeypatch.setattr(detector_wheel, "run_quietly", pip_that_gives(BAD))
    assert detector_wheel.get_detector_wheel(layout).read_bytes() == GOOD


def test_another_wheel_in_the_cache_is_replaced(
    layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(detector_wheel, "run_quietly", pip_that_gives(GOOD))
    kept = detector_wheel.get_detector_wheel(layout)
    kept.write_bytes(BAD)

    assert detector_wheel.get_detector_wheel(layout).read_bytes() == GOOD


def test_another_wheel_from_the_index_is_refused(
    layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(detector_wheel, "run_quietly", pip_that_gives(BAD))

    with pytest.raises(BuildError, match=hashlib.sha256(BAD).hexdigest()):
        detector_wheel.get_detector_wheel(layout)

    assert not (layout.cache / "wheels" / detector_wheel.FILE).exists()
