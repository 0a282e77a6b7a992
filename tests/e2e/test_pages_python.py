"""The unit tests, inside of the page's own Python: what is shipped is what was tested.

So are those of the compiled kernel, as the page loads it: wrong arguments, and runs of nets.
"""

from __future__ import annotations

import base64
import io
import re
import sys
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from makemore.counting import tables
from tests.e2e.test_kernel import load_kernel
from tools.build import checks
from tools.build.layout import Layout
from tools.build.numpy_wheel import get_numpy_wheel

# Runs Python code, in which `file(name)` gives the bytes of one of the files.
RUN = """
async ([files, code]) => {
  const bytes = (name) => Uint8Array.from(atob(files[name]), (c) => c.charCodeAt(0));
  for (const name of Object.keys(files)) self.pyodide.FS.writeFile(`/${name}`, bytes(name));
  return self.pyodide.runPython(code);
}
"""
# pytest needs more of the standard library and of NumPy than the page. What the page has is used
# first; only what it lacks comes from the official files.
RUN_TESTS = """
import contextlib, io, os, sys, zipfile
from importlib.machinery import PathFinder

class Official:
    @staticmethod
    def find_spec(name, path=None, target=None):
        parent = "/".join(name.split(".")[:-1])
        official = [f"/official-stdlib.zip/{parent}", f"/numpy.whl/{parent}"]
        return PathFinder.find_spec(name, official)

assert sys.modules["makemore"].__file__.startswith("/lib/python3.13/site-packages/")
sys.meta_path.append(Official)
zipfile.ZipFile("/project.zip").extractall("/project")
zipfile.ZipFile("/test-packages.zip").extractall("/test-packages")
sys.path.append("/test-packages")
os.chdir("/project")
# In Node, the same Python was given many more.
os.environ["MAKEMORE_EXAMPLES"] = "10"

import pytest
# The page brings by itself, when they are asked for, what the package has in its folder.
OTHERWISE = [
    "tests/unit/models/test_auto.py::test_a_small_list_leans_on_us_names",
    "tests/unit/models/test_ngram.py::test_a_list_comes_with_the_package",
]
# Long runs of nets, which are waited for once, with the compiled kernel, in Node.
LONG = [
    "lecture/test_further.py", "models/test_nets.py", "models/test_pauses.py",
    "session/test_comparing.py", "session/test_kept_comparison.py",
    "session/test_recipe_makemore.py", "test_makemore_run.py",
]
printed = io.StringIO()
with contextlib.redirect_stdout(printed):
    code = pytest.main(
        ["tests/unit", "tests/pyodide", "-q", "--capture=sys"]
        + ["-p", "no:cacheprovider", "-p", "no:faulthandler"]
        + ["--deselect=" + test for test in OTHERWISE]
        + ["--ignore=tests/unit/" + file for file in LONG]
    )
f"exit code {int(code)}\\n{printed.getvalue()}"
"""


def project(root: Path) -> bytes:
    """Return a zip of what the unit tests read; the package is imported from the page."""
    tests = root / "tests"
    of_tests = [tests / name for name in ("unit", "pyodide", "fixtures")]
    folders = (*of_tests, root / "data", root / "py")
    inside = [file for folder in folders for file in folder.rglob("*") if file.is_file()]
    files = [root / "pyproject.toml", *tests.glob("*.py"), *inside]
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(set(files)):
            if "__pycache__" not in file.parts:
                archive.write(file, file.relative_to(root))
    return target.getvalue()


def merged(wheels: list[Path]) -> bytes:
    """Return one zip with what is in the wheels."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for wheel in wheels:
            with zipfile.ZipFile(wheel) as source:
                for name in source.namelist():
                    archive.writestr(name, source.read(name))
    return target.getvalue()


def test_the_unit_tests_pass_in_the_page(app: Page) -> None:
    expect(app.locator("#boot")).to_have_attribute("data-start", "restored")
    # With the rest of the package, which the lecture brings.
    app.evaluate("location.hash = '#lecture/bigrams'")
    expect(app.locator("#lecture-status")).to_contain_text("Computed here", timeout=30_000)
    assert load_kernel(app)["compiled"]
    layout = Layout.of_this_repository()
    run = checks.Run(layout, Path(sys.executable), None, [])
    files = {
        "project.zip": project(layout.root),
        "test-packages.zip": merged(checks.test_wheels(run)),
        "official-stdlib.zip": (layout.pyodide / "python_stdlib.zip").read_bytes(),
        "numpy.whl": get_numpy_wheel(layout, None).read_bytes(),
    }
    encoded = {name: base64.b64encode(data).decode() for name, data in files.items()}
    [worker] = app.workers
    output = worker.evaluate(RUN, [encoded, RUN_TESTS])
    assert isinstance(output, str)
    assert output.startswith("exit code 0\n"), output
    match = re.search(r"(\d+) passed", output)
    assert match, output
    assert int(match[1]) > 100


LOOK = """
import gc, importlib.util, json, numpy, numpy.random, makemore.counting.tables
[
    gc.isenabled(),
    json.decoder.__file__,
    importlib.util.find_spec("no_such_module") is None,
    list(numpy.linalg.__path__),
    float(numpy.random.RandomState(1).rand()),
    makemore.counting.tables.__file__,
    makemore.counting.tables.__doc__,
]
"""


def test_modules_from_packs_are_like_those_from_files_at_a_later_visit(app: Page) -> None:
    expect(app.locator("#boot")).to_have_attribute("data-start", "restored")
    look(app)


@pytest.mark.fresh
def test_modules_from_packs_are_like_those_from_files_at_a_first_visit(app: Page) -> None:
    expect(app.locator("#boot")).to_have_attribute("data-start", "anew")
    look(app)


def look(app: Page) -> None:
    [worker] = app.workers
    found = worker.evaluate("(code) => self.pyodide.runPython(code).toJs()", LOOK)
    assert found == [
        True,
        "/lib/python313.zip/json/decoder.py",
        True,
        ["/lib/python3.13/site-packages/numpy/linalg"],
        0.417022004702574,  # as checked in tools/in_pyodide/pack_package.py
        "/lib/python3.13/site-packages/makemore/counting/tables.py",
        tables.__doc__,
    ]
