"""The test command: lint, types, unit tests in both Pythons, and tests in a browser."""

import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.build import dist
from tools.build.browser import (
    FIREFOX_VARIABLE,
    WEBKIT_VARIABLE,
    ensure_chromium,
    on_a_display,
    system_firefox,
    system_webkit_driver,
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


@dataclass(frozen=True)
class Run:
    """What every part of the tests is given."""

    layout: Layout
    python: Path  # of .venv
    given_wheel: Path | None
    pytest_arguments: Sequence[str]

    def npm_tool(self, name: str) -> Path:
        """Return the path of a program in node_modules."""
        return self.layout.node_modules / ".bin" / (f"{name}.cmd" if os.name == "nt" else name)

    def passes(self, *command: str | Path) -> bool:
        """Run a command in the repository's folder and tell if it succeeded."""
        return run_openly(command, cwd=self.layout.root) == 0

    def passes_tests(
        self, command: Sequence[str | Path], environment: Mapping[str, str] | None = None
    ) -> bool:
        """Run pytest and tell if it succeeded; a person's selection may leave a part no test."""
        code = run_openly(
            command, cwd=self.layout.root, environment={**os.environ, **(environment or {})}
        )
        return code == 0 or (code == NO_TEST_SELECTED and bool(self.pytest_arguments))


def check_lint(run: Run) -> bool:
    """Look for mistakes and for unformatted files, in all languages."""
    ruff = [str(run.python), "-m", "ruff"]
    colours = [] if sys.stdout.isatty() else ["--colors=off"]
    results = [
        run.passes(*ruff, "check"),
        run.passes(*ruff, "format", "--check"),
        run.passes(run.npm_tool("biome"), "ci", "--error-on-warnings", *colours),
    ]
    return all(results)


def check_types(run: Run) -> bool:
    """Check the types of Python and of JavaScript."""
    results = [run.passes(run.python, "-m", "mypy"), run.passes(run.npm_tool("tsc"))]
    return all(results)


def check_unit(run: Run) -> bool:
    """Run the unit tests, and those of the build, in this machine's Python."""
    folders = ["tests/unit", "tests/build"]
    return run.passes_tests([run.python, "-m", "pytest", *folders, *run.pytest_arguments])


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
    """Build dist/ and use it as people do, in Chromium."""
    ensure_chromium(run.python)
    dist.build(run.layout, run.given_wheel, compress=False)
    pytest = [str(run.python), "-m", "pytest", "tests/e2e", "--output", "test-results"]
    on_failure = ["--screenshot", "only-on-failure"]
    return run.passes_tests(
        [*pytest, *on_failure, *run.pytest_arguments], {"MAKEMORE_DIST": str(run.layout.dist)}
    )


def check_firefox(run: Run) -> bool:
    """Do the main job in Firefox, where the machine has one."""
    firefox = system_firefox()
    if firefox is None:
        say(
            "There is no Firefox on this machine, so nothing ran in it: install the package "
            f"`firefox-esr` or `firefox`, or give the path of one in {FIREFOX_VARIABLE}."
        )
        return True
    return does_main_job(run, [find_node()], "firefox.mjs", firefox)


def check_webkit(run: Run) -> bool:
    """Do the main job in WebKitGTK, where the machine has its driver."""
    driver, display = system_webkit_driver(), on_a_display()
    if driver is None:
        say(
            "There is no WebKitGTK with a driver on this machine, so nothing ran in it: install "
            "the package `webkit2gtk-driver`, or give the path of WebKitWebDriver in "
            f"{WEBKIT_VARIABLE}."
        )
        return True
    if display is None:
        say(
            "WebKitGTK needs a display and there is none, so nothing ran in it: install the "
            "package `xvfb`, which makes one."
        )
        return True
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
    """Run the parts, all of them even if one fails; tell if all succeeded."""
    install_npm_packages(layout, tools_too=True)
    python = make_test_environment(layout)
    run = Run(layout, python, given_wheel, pytest_arguments)
    outcomes = {part: outcome(part, run) for part in PARTS if part in parts}
    failed = [part for part, passed in outcomes.items() if not passed]
    say(f"\n{'FAILED: ' + ', '.join(failed) if failed else 'All passed: ' + ', '.join(outcomes)}")
    return not failed


def outcome(part: str, run: Run) -> bool:
    """Run one part below a heading; say how long it took."""
    say(f"\n== {part}: {PARTS[part].__doc__}")
    start = time.monotonic()
    try:
        passed = PARTS[part](run)
    except BuildError as error:
        say(f"error: {error}")
        passed = False
    say(f"== {part} {'passed' if passed else 'FAILED'} in {time.monotonic() - start:.0f} s")
    return passed
