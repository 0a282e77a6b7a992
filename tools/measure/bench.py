"""The benchmark: how long a person waits for the main job, in Chromium on dist/."""

import argparse
import json
import statistics
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tools.build import dist
from tools.build.browser import ensure_chromium
from tools.build.environment import install_npm_packages, make_test_environment
from tools.build.errors import BuildError
from tools.build.layout import Layout
from tools.build.shell import run_openly, run_quietly, say
from tools.measure import compare_start

TOOLS = Path(__file__).parent
LONGEST = ": longest main-thread task"  # 0 is: none of 50 ms or more
TRAINING = "300 gradient steps, with progress"  # what the notebook's loop is compared with


def bench(layout: Layout, given_wheel: Path | None, rounds: int, torch_python: Path) -> None:
    """Measure the page, and the notebook's own loop where PyTorch is."""
    check_rounds(rounds)
    python = prepare(layout, given_wheel)
    compare_start.compare(
        layout,
        given_wheel,
        rounds,
        lambda plain: measure(
            [python, "-m", "tools.measure.bench_start", plain, layout.dist, str(rounds)], layout
        ),
    )
    say(f"\nMeasuring the main job {rounds} times, each in a fresh page ...")
    # A process of its own, because Playwright is only in .venv.
    times = measure(
        [python, "-m", "tools.measure.bench_in_browser", layout.dist, str(rounds)], layout
    )
    say(f"\n{'in Chromium':66}{'median':>12}{'fastest':>12}{'slowest':>12}")
    for what, milliseconds in times.items():
        say(line(what, milliseconds))
    say("(A main-thread task of 0 ms: the browser reported none of 50 ms or more.)")
    compare_with_notebook(layout, torch_python, statistics.median(times[TRAINING]))


def bench_size(layout: Layout, given_wheel: Path | None, megabytes: Sequence[int]) -> None:
    """Measure how long lists of some sizes take in the page, and its memory."""
    python = prepare(layout, given_wheel)
    show([python, "-m", "tools.measure.bench_size", *map(str, megabytes)], layout)


def bench_scale(layout: Layout, megabytes: int, rounds: int) -> None:
    """Measure counting on one process and on two."""
    check_rounds(rounds)
    python = make_test_environment(layout)
    flags = [f"--megabytes={megabytes}", f"--rounds={rounds}"]
    show([python, TOOLS / "scale.py", *flags], layout)


def bench_models(layout: Layout, given_wheel: Path | None, options: argparse.Namespace) -> None:
    """Measure how fast and how good the models are in the page; PyTorch beside it if it is there.

    ``options.models`` are the parts to measure; ``rounds``, ``torch_python``, ``makemore`` and
    ``json`` are of the command line.
    """
    check_rounds(options.rounds)
    if options.makemore is not None and not options.makemore.is_file():
        raise BuildError(f"There is no makemore.py at {options.makemore}.")
    torch = options.makemore and torch_at(options.torch_python or Path(sys.executable))
    python = prepare(layout, given_wheel)
    command: list[str | Path] = [python, "-m", "tools.measure.bench_models"]
    command += [",".join(options.models), f"--rounds={options.rounds}"]
    if torch:
        command += ["--torch-python", torch, "--makemore", options.makemore.absolute()]
    if options.json is not None:
        command += ["--json", options.json.absolute()]
    show(command, layout)


def check_rounds(rounds: int) -> None:
    """Refuse to measure nothing."""
    if rounds < 1:
        raise BuildError(f"--rounds is {rounds}, but there must be at least 1.")


def torch_at(python: Path) -> Path | None:
    """Return the Python if it has PyTorch; say so if it has not."""
    try:
        run_quietly([python, "-c", "import torch"], doing="import torch", way_out="")
    except BuildError:
        say(f"\nPyTorch is not installed for {python}, so nothing is compared with it.")
        return None
    return python.absolute()


def show(command: Sequence[str | Path], layout: Layout) -> None:
    """Run a program that prints its own tables."""
    if run_openly(command, cwd=layout.root) != 0:
        raise BuildError("The benchmark failed. What it said is above.")


def prepare(layout: Layout, given_wheel: Path | None) -> Path:
    """Install what measuring needs, build dist/, and return the Python to measure with."""
    install_npm_packages(layout, tools_too=False)
    python = make_test_environment(layout)
    ensure_chromium(python)
    dist.build(layout, given_wheel, compress=True)
    return python


def compare_with_notebook(layout: Layout, torch_python: Path, page: float) -> None:
    """Time the notebook's loop, if the given Python has PyTorch, and print the ratio."""
    if torch_at(torch_python) is None:
        return
    say("\nRunning the notebook's loop in PyTorch: one-hot rows, 300 steps ...")
    names = layout.root / "data" / "names.txt"
    result = measure([torch_python, TOOLS / "notebook_loop.py", names], layout)
    notebook = result["milliseconds"]
    say(line(f"the notebook's loop, PyTorch {result['torch']}", [notebook]))
    say(f"The page takes {page / notebook:.4f} of that ({notebook / page:,.0f} times as fast).")


def measure(command: Sequence[str | Path], layout: Layout) -> Any:
    """Run a program that prints its results as JSON."""
    way_out = "What it said is below."
    output = run_quietly(command, doing="The benchmark", way_out=way_out, cwd=layout.root)
    return json.loads(output)


def line(what: str, milliseconds: Sequence[float]) -> str:
    """Return one line of the result: the median, and the range if there is one."""
    columns = [statistics.median(milliseconds)]
    if len(milliseconds) > 1:
        columns += [min(milliseconds), max(milliseconds)]
    return f"{what:66}" + "".join(f"{column:>9,.0f} ms" for column in columns)
