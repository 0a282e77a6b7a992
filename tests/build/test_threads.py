"""Each thread's JavaScript is checked against what is to be had in it, and none is left out."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from tools.build import checks
from tools.build.layout import Layout

ROOT = Layout.of_this_repository().root
TSC = ROOT / "node_modules" / ".bin" / ("tsc.cmd" if os.name == "nt" else "tsc")


def tsc(*arguments: str | Path) -> str:
    result = subprocess.run(
        [TSC, *arguments], cwd=ROOT, capture_output=True, encoding="utf-8", check=False
    )
    return result.stdout


@pytest.mark.parametrize(
    ("thread", "has", "lacks"),
    [
        ("page", "document", "importScripts"),
        ("worker", "importScripts", "document"),
        ("sw", "importScripts", "document"),
        ("tools", "process", "importScripts"),
    ],
)
def test_what_another_thread_has_is_unknown(
    thread: str, has: str, lacks: str, tmp_path: Path
) -> None:
    (tmp_path / "probe.js").write_text(f"{has};\n{lacks};\n")
    config = {
        "extends": (ROOT / f"tsconfig.{thread}.json").as_posix(),
        "compilerOptions": {"typeRoots": [(ROOT / "node_modules/@types").as_posix()]},
        "files": ["probe.js"],
        "include": [],
    }
    (tmp_path / "tsconfig.json").write_text(json.dumps(config))

    said = tsc("--project", tmp_path)

    assert f"Cannot find name '{lacks}'" in said
    assert f"Cannot find name '{has}'" not in said


def test_every_script_is_checked() -> None:
    listed = "\n".join(
        tsc("--project", ROOT / file, "--listFilesOnly") for file in checks.type_checks(ROOT)
    )
    checked = {Path(line).resolve() for line in listed.splitlines()}
    scripts = {
        file.resolve()
        for folder in ("site", "tools", "tests")
        for pattern in ("*.js", "*.mjs", "*.ts", "*.mts")
        for file in (ROOT / folder).rglob(pattern)
    }

    assert len(scripts) > 50
    assert scripts <= checked
