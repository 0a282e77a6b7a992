"""Run other programs, and turn their failures into one sentence."""

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

from tools.build.errors import BuildError

LINES_SHOWN = 8  # from the start and from the end: npm says why first, Python last


def say(text: str) -> None:
    """Print at once, in order with what child processes print."""
    print(text, flush=True)


def run_quietly(
    command: Sequence[str | Path],
    *,
    doing: str,
    way_out: str,
    cwd: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> str:
    """Run a command and return what it printed; its output is shown only if it fails."""
    try:
        result = subprocess.run(
            [str(part) for part in command],
            cwd=cwd,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
    except OSError as error:
        raise BuildError(f"{doing} failed: {error}. {way_out}") from error
    if result.returncode != 0:
        raise BuildError(f"{doing} failed. {way_out}\n{shortened(result.stdout)}".rstrip())
    return result.stdout


def shortened(output: str) -> str:
    """Return the first and last lines of what a program printed."""
    lines = [line.rstrip()[:300] for line in output.strip().splitlines()]
    if len(lines) > 2 * LINES_SHOWN:
        lines[LINES_SHOWN:-LINES_SHOWN] = ["..."]
    return "\n".join(lines)


def run_openly(
    command: Sequence[str | Path],
    *,
    cwd: Path,
    environment: Mapping[str, str] | None = None,
    output: IO[bytes] | None = None,
) -> int:
    """Run a command whose output people want to see, or a file gets; return its exit code."""
    words = [str(part) for part in command]
    errors = None if output is None else subprocess.STDOUT
    try:
        return subprocess.run(
            words, cwd=cwd, env=environment, stdout=output, stderr=errors, check=False
        ).returncode
    except OSError as error:
        raise BuildError(f"{words[0]} can't be started: {error}.") from error
