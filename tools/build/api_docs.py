"""The package's documentation from its docstrings, in dist/api: published beside the page."""

import os

from tools.build.environment import make_test_environment
from tools.build.layout import Layout
from tools.build.shell import run_quietly, say

_NOT_FOR_READERS = {"__main__"}


def make(layout: Layout) -> None:
    """Write dist/api; `build` takes it away again, since the page does without it."""
    python = make_test_environment(layout)
    package = layout.root / "py" / "makemore"
    files = sorted(package.rglob("*.py"))
    parts = [file.relative_to(package.parent).with_suffix("").parts for file in files]
    names = [".".join(p[:-1] if p[-1] == "__init__" else p) for p in parts]
    modules = [name for name in names if name.rpartition(".")[2] not in _NOT_FOR_READERS]
    out = layout.dist / "api"
    run_quietly(
        [python, "-W", "ignore", "-m", "pdoc", "--output-directory", out, *modules],
        doing="Making the documentation",
        way_out="See what is wrong above.",
        environment={**os.environ, "PYTHONPATH": str(package.parent)},
    )
    say(f"{out.relative_to(layout.root)} documents {len(modules)} modules")
