"""What must be on the machine, and what the build installs: npm packages and the tests' .venv."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

from tools.build.cache import digest
from tools.build.errors import BuildError
from tools.build.layout import Layout
from tools.build.shell import run_quietly, say

OLDEST_NODE = 20


def find_node() -> str:
    """Return the path of a Node that is new enough."""
    node = find_program("node")
    version = run_quietly([node, "--version"], doing="Asking Node for its version", way_out="")
    match = re.match(r"v(\d+)\.", version)
    if match is None or int(match[1]) < OLDEST_NODE:
        raise BuildError(
            f"Node {version.strip()} is too old: install Node {OLDEST_NODE} or later, "
            "from nodejs.org or your system's packages."
        )
    return node


def find_program(name: str) -> str:
    """Return the path of a program that comes with Node."""
    path = shutil.which(name)
    if path is None:
        raise BuildError(
            f"`{name}` is not on the PATH: install Node {OLDEST_NODE} or later (npm comes with "
            "it), from nodejs.org or your system's packages."
        )
    return path


def install_npm_packages(layout: Layout, *, tools_too: bool) -> None:
    """Bring node_modules in line with the lockfile, unless it is already.

    ``tools_too`` adds what only tests need, some 200 MB.
    """
    lockfile = digest(
        (layout.root / "package.json").read_bytes(),
        (layout.root / "package-lock.json").read_bytes(),
    )
    stamp = layout.node_modules / ".installed"
    installed = stamp.read_text().split() if stamp.is_file() else []
    had_tools = installed[1:] == ["all"]
    if installed[:1] == [lockfile] and (had_tools or not tools_too):
        return
    tools_too = tools_too or had_tools
    say(f"Installing npm packages{' and tools' if tools_too else ''} from the lockfile ...")
    find_node()
    run_quietly(
        [find_program("npm"), "ci", *([] if tools_too else ["--omit=dev"])],
        doing="Installing the npm packages (`npm ci`)",
        way_out="Check that the npm registry can be reached, then run this again.",
        cwd=layout.root,
    )
    stamp.write_text(f"{lockfile} {'all' if tools_too else 'runtime'}\n")


def make_test_environment(layout: Layout) -> Path:
    """Return the Python of .venv, which holds what pyproject.toml lists for tests."""
    requirements = test_requirements(layout)
    constraints = layout.root / "constraints.txt"
    windows = os.name == "nt"
    python = layout.venv / ("Scripts/python.exe" if windows else "bin/python")
    stamp = layout.venv / ".installed"
    wanted = digest(sys.version, *requirements, constraints.read_bytes())
    if python.exists() and stamp.is_file() and stamp.read_text() == wanted:
        return python
    make_virtual_environment(layout.venv)
    say("Installing the test tools into .venv ...")
    pip = [str(python), "-m", "pip", "install", "--disable-pip-version-check", "--quiet"]
    run_quietly(
        [*pip, "--constraint", str(constraints), *requirements],
        doing="Installing the test tools (`pip install`)",
        way_out="Check that the Python package index can be reached, then run this again.",
    )
    stamp.write_text(wanted)
    return python


def test_requirements(layout: Layout) -> list[str]:
    """Return the package's requirements and those of its tests."""
    project = tomllib.loads((layout.root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return [*project["dependencies"], *project["optional-dependencies"]["test"]]


def pinned_versions(layout: Layout) -> dict[str, str]:
    """Return each pinned requirement of the tests, direct or not, by the package's name."""
    constraints = (layout.root / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [line for line in (*test_requirements(layout), *constraints) if "==" in line]
    return {line.split("==")[0]: line for line in pins}


def make_virtual_environment(folder: Path) -> None:
    """Create an empty virtual environment, in place of what may be there."""
    say("Making .venv ...")
    try:
        # A process of its own: what Debian leaves out of Python shows only in its output.
        subprocess.run(
            [sys.executable, "-m", "venv", "--clear", str(folder)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError) as error:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        raise BuildError(
            f"Making the virtual environment {folder} failed: Python's venv module is not whole. "
            f"On Debian and Ubuntu, `apt-get install python{version}-venv` completes it."
        ) from error
