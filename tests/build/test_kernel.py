"""The kernel's compiler is fetched when it is needed, and makes the same bytes wherever it is."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from tools.build import kernel
from tools.build.errors import BuildError
from tools.build.layout import Layout

HERE = Layout.of_this_repository()


@pytest.fixture
def elsewhere(tmp_path: Path) -> Layout:
    """Return a copy of the sources in another folder, with the compiler and nothing made."""
    layout = Layout(root=tmp_path / "root", cache=tmp_path / "cache", dist=tmp_path / "dist")
    shutil.copytree(HERE.root / "kernel", layout.root / "kernel")
    wheel = kernel.get_wheel(HERE)
    (layout.cache / "wheels").mkdir(parents=True)
    (layout.cache / "wheels" / wheel.name).symlink_to(wheel)
    return layout


def no_pip(*arguments: Any, **options: Any) -> str:
    raise AssertionError("nothing is to be fetched")


def test_two_builds_in_two_places_give_the_same_bytes(elsewhere: Layout) -> None:
    here = (kernel.make_kernel(HERE) / kernel.MODULE).read_bytes()
    assert (kernel.make_kernel(elsewhere) / kernel.MODULE).read_bytes() == here


def test_it_shows_one_name_and_knows_no_place(elsewhere: Layout) -> None:
    module = (kernel.make_kernel(elsewhere) / kernel.MODULE).read_bytes()
    assert module.startswith(b"\0asm")
    assert module.count(b"PyInit_makemore_kernel") == 1
    assert b"module.c" not in module
    assert str(elsewhere.root).encode() not in module


def test_the_compiler_is_not_asked_for_when_the_result_is_there(
    elsewhere: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = kernel.make_kernel(elsewhere)
    shutil.rmtree(elsewhere.cache / "wheels")
    monkeypatch.setattr(kernel, "run_quietly", no_pip)
    assert kernel.make_kernel(elsewhere) == made


def test_what_is_wrong_in_the_sources_is_said(elsewhere: Layout) -> None:
    source = elsewhere.root / "kernel" / kernel.MAIN
    source.write_text(source.read_text() + "static int unused;\n")
    with pytest.raises(BuildError, match="Compiling the kernel failed"):
        kernel.make_kernel(elsewhere)
    assert list((elsewhere.cache / "kernel").iterdir()) == []


def pip_that_gives(data: bytes) -> Callable[..., str]:
    def run_quietly(command: Sequence[str | Path], **options: Any) -> str:
        assert command[-1] == f"ziglang=={kernel.VERSION}"
        folder = Path(command[list(command).index("--dest") + 1])
        (folder / f"ziglang-{kernel.VERSION}-py3-none-any.whl").write_bytes(data)
        return ""

    return run_quietly


def test_the_compiler_is_fetched_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    layout = Layout(root=tmp_path, cache=tmp_path / "cache", dist=tmp_path / "dist")
    monkeypatch.setattr(kernel, "run_quietly", pip_that_gives(b"wheel"))
    wheel = kernel.get_wheel(layout)
    assert wheel.read_bytes() == b"wheel"
    monkeypatch.setattr(kernel, "run_quietly", no_pip)
    assert kernel.get_wheel(layout) == wheel
    assert [file.name for file in wheel.parent.iterdir()] == [wheel.name]


def test_a_wheel_that_is_none_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    layout = Layout(root=HERE.root, cache=tmp_path / "cache", dist=tmp_path / "dist")
    monkeypatch.setattr(kernel, "run_quietly", pip_that_gives(b"no wheel"))
    with pytest.raises(BuildError, match=r"ziglang-.*\.whl is no wheel of ziglang; delete it"):
        kernel.make_kernel(layout)
