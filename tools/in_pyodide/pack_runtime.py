"""Make the page's standard library and NumPy from the official files; runs inside Pyodide.

Both are shipped as bytecode without docstrings and asserts (``-OO``): every visit would otherwise
compile the same sources again, which takes more time than all the rest of the start.
"""

import contextlib
import importlib
import sys
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from packing import PACK, SITE_PACKAGES, bytecode, pack, write_zip

STDLIB_PREFIX = "/lib/python313.zip/"

# What the runtime, NumPy, our package and error messages import only when they get to it. All else
# is found by importing: see traced_stdlib.
LAZY_STDLIB = """
    __future__ ast asyncio base64 calendar codecs collections.abc contextlib copy csv ctypes
    dataclasses datetime decimal enum fractions functools gzip hashlib heapq importlib.metadata
    importlib.readers importlib.resources._adapters
    importlib.resources inspect io itertools json linecache locale logging math numbers operator
    pathlib pickle platform pprint queue random re secrets statistics string struct tempfile
    textwrap threading time token tokenize traceback typing unicodedata uuid warnings weakref
    zipfile _strptime _pyodide._importhook pyodide.code pyodide.ffi pyodide.webloop
"""
# What Python imports, and has not frozen inside, before it may import from a pack.
EARLY_STDLIB = ("encodings/__init__.py", "encodings/aliases.py", "encodings/utf_8.py")
# Codecs are imported by name, and an uploaded list may be in any of them.
WHOLE_STDLIB_FOLDERS = ("encodings/",)

NUMPY_DROPPED_FOLDERS = (
    "numpy/_core/include/",
    "numpy/_core/lib/",
    "numpy/_pyinstaller/",
    "numpy/compat/",
    "numpy/core/",  # the names of NumPy 1, for old pickles
    "numpy/distutils/",
    "numpy/doc/",
    "numpy/f2py/",
    "numpy/fft/",
    "numpy/ma/",
    "numpy/polynomial/",
    "numpy/random/_examples/",
    "numpy/random/lib/",
    "numpy/testing/",
)
NUMPY_DROPPED_FILES = (
    "numpy/_configtool.py",
    "numpy/conftest.py",
    "numpy/ctypeslib.py",
    "numpy/lib/recfunctions.py",
    "numpy/linalg/lapack_lite.cpython-313-wasm32-emscripten.so",
    "numpy/matlib.py",
    "numpy/typing/mypy_plugin.py",
)
# file: (what it says, what it says here). A text of None empties the file.
NUMPY_CHANGES: dict[str, tuple[str | None, str]] = {
    # Without docstrings there is none to copy, and add_docstring takes only a str.
    "numpy/_core/overrides.py": (
        "add_docstring(implementation, dispatcher.__doc__)",
        "add_docstring(implementation, dispatcher.__doc__ or '')",
    ),
    # Nothing but docstrings for functions written in C, as calls, which -OO can't see.
    "numpy/_core/_add_newdocs.py": (None, ""),
}


def main(arguments: dict[str, Any]) -> int:
    """Write python_stdlib.zip and numpy.zip to ``arguments["out"]``."""
    out = Path(arguments["out"])
    importlib.import_module("numpy")
    stdlib = traced_stdlib(LAZY_STDLIB.split(), arguments["imports"])
    pack_stdlib(Path(arguments["stdlib"]), out / "python_stdlib.zip", stdlib)
    pack_numpy(Path(arguments["numpy_wheel"]), out / "numpy.zip")
    return 0


def traced_stdlib(modules: Iterable[str], candidates: Iterable[str]) -> set[str]:
    """Return the standard library's files in use after importing the given modules.

    Of the candidates some may be no modules: ``from a import b`` doesn't say what b is.
    """
    for module in modules:
        importlib.import_module(module)
    for candidate in candidates:
        with contextlib.suppress(ModuleNotFoundError):
            importlib.import_module(candidate)
    files = [getattr(module, "__file__", None) or "" for module in sys.modules.values()]
    return {file.removeprefix(STDLIB_PREFIX) for file in files if file.startswith(STDLIB_PREFIX)}


def pack_stdlib(source: Path, target: Path, used: set[str]) -> None:
    """Write the used part of the standard library: what zipimport is to find, and a pack."""
    with zipfile.ZipFile(source) as archive:
        sources = {
            name: archive.read(name)
            for name in archive.namelist()
            if name in used or (name.startswith(WHOLE_STDLIB_FOLDERS) and name.endswith(".py"))
        }
    early = {name: sources.pop(name) for name in EARLY_STDLIB}
    early["sitecustomize.py"] = Path(__file__).with_name("sitecustomize.py").read_bytes()
    contents = {
        name + "c": bytecode(data, STDLIB_PREFIX + name, optimize=2) for name, data in early.items()
    }
    contents[PACK] = pack(sources, STDLIB_PREFIX, optimize=2)
    write_zip(target, contents)


def pack_numpy(wheel: Path, target: Path) -> None:
    """Write what the package needs of NumPy, relative to site-packages."""
    contents = {}
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            if is_used_by_numpy(name):
                contents[name] = archive.read(name)
    missing = sorted(NUMPY_CHANGES.keys() - contents.keys())
    if missing:
        raise ValueError(f"NumPy has no {missing} to change")
    for name in NUMPY_CHANGES:
        contents[name] = change(name, contents[name])
    sources = {name: contents.pop(name) for name in list(contents) if name.endswith(".py")}
    contents[f"numpy.{PACK}"] = pack(sources, SITE_PACKAGES, optimize=2)
    write_zip(target, contents)


def is_used_by_numpy(name: str) -> bool:
    """Tell if a file of NumPy's wheel goes to the page: code, extension modules, the licence."""
    if "/tests/" in name or name.startswith(NUMPY_DROPPED_FOLDERS) or name in NUMPY_DROPPED_FILES:
        return False
    return name.endswith((".py", ".so", ".dist-info/LICENSE.txt"))


def change(name: str, data: bytes) -> bytes:
    """Apply this file's entry of NUMPY_CHANGES."""
    old, new = NUMPY_CHANGES[name]
    if old is None:
        return new.encode()
    text = data.decode()
    if text.count(old) != 1:
        raise ValueError(f"{name} no longer says {old!r} exactly once; look at NUMPY_CHANGES")
    return text.replace(old, new).encode()
