"""The command `makemore`, as people start it: a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NAMES = ROOT / "data" / "names.txt"


def start(
    *arguments: str | Path, folder: Path, begin: tuple[str, str] = ("-m", "makemore")
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, *begin, *map(str, arguments)],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT / "py"), "PYTHONUTF8": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def run(
    *arguments: str | Path, folder: Path, stdin: str | bytes = b"", code: int = 0
) -> tuple[str, str]:
    process = start(*arguments, folder=folder)
    given = stdin if isinstance(stdin, bytes) else stdin.encode()
    out, err = process.communicate(given, timeout=120)
    assert process.returncode == code, err.decode()
    assert "Traceback" not in err.decode()
    return out.decode("utf-8", "replace"), err.decode()
