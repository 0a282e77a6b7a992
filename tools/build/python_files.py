"""The Python side of dist/: runtime, standard library, NumPy, our package and its previews.

All of it but the kernel is made by Pyodide's own Python, run in Node; all is kept in the cache by
the hash of what it is made from.
"""

import ast
import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.build.cache import cached, digest, digest_of_files
from tools.build.detector_wheel import SHA256, get_detector_wheel
from tools.build.environment import find_node
from tools.build.errors import BuildError
from tools.build.kernel import MODULE, make_kernel
from tools.build.layout import Layout
from tools.build.numpy_wheel import get_numpy_wheel, wheel_in_lock
from tools.build.shell import run_quietly, say

SCRIPTS = Path(__file__).resolve().parents[1] / "in_pyodide"
OFFICIAL_FILES = ("pyodide.mjs", "pyodide.asm.js", "pyodide.asm.wasm")
# What the page never uses: the command line, other processes, and a list that it has itself.
LEFT_OUT = re.compile(r"(__main__|interrupts|parallel)\.py|(terminal|data)/")
WORD_LIST_KEYS = ("id", "title", "file")


@dataclass(frozen=True)
class PythonFiles:
    """Where the files for dist/python/ and dist/data/ are, by their name there."""

    python: Mapping[str, Path]
    previews: Mapping[str, Path]


def make_python_files(layout: Layout, given_wheel: Path | None) -> PythonFiles:
    """Return all files, made anew where something they depend on has changed."""
    runtime = make_runtime(layout, given_wheel)
    package = make_package(layout, runtime)
    detector = make_detector(layout, runtime)
    kernel = make_kernel(layout)
    return PythonFiles(
        python={
            **{file.name: file for file in runtime.iterdir() if file.suffix != ".zip"},
            **{file.name: file for file in package.glob("*.zip.gz")},
            "chardet.zip.gz": detector / "chardet.zip.gz",
            "kernel.wasm": kernel / MODULE,  # a name by which hosts know what it is
        },
        previews={file.name: file for file in package.glob("*.preview.json")},
    )


def make_runtime(layout: Layout, given_wheel: Path | None) -> Path:
    """Return a folder with Pyodide, its trimmed standard library and its slimmed NumPy."""
    imports = sorted(imported_modules(layout.root / "py" / "makemore"))
    key = digest(
        (layout.pyodide / "package.json").read_bytes(),
        wheel_in_lock(layout).sha256,
        *(file.read_text(encoding="utf-8") for file in scripts("run.mjs", "packing.py")),
        *(file.read_text(encoding="utf-8") for file in scripts("pack_runtime.py")),
        *(file.read_text(encoding="utf-8") for file in scripts("sitecustomize.py")),
        *imports,
    )

    def make(out: Path) -> None:
        wheel = get_numpy_wheel(layout, given_wheel)
        say("Compiling the standard library and NumPy for the page ...")
        run_in_pyodide(
            "pack_runtime",
            pyodide=layout.pyodide,
            packages=[wheel],
            mounts={"/out": out, "/official": layout.pyodide, "/wheels": wheel.parent},
            arguments={
                "imports": imports,
                "numpy_wheel": f"/wheels/{wheel.name}",
                "out": "/out",
                "stdlib": "/official/python_stdlib.zip",
            },
            doing="Compiling the standard library and NumPy",
        )
        for name in OFFICIAL_FILES:
            (out / name).write_bytes((layout.pyodide / name).read_bytes())
        (out / "pyodide-lock.json").write_text(trimmed_lock(layout), encoding="utf-8")

    return cached(layout.cache / "runtime", key, make)


def trimmed_lock(layout: Layout) -> str:
    """Return the lock file without its packages: the page unpacks NumPy itself."""
    lock = json.loads((layout.pyodide / "pyodide-lock.json").read_text(encoding="utf-8"))
    return json.dumps({"info": lock["info"], "packages": {}}, separators=(",", ":")) + "\n"


def make_package(layout: Layout, runtime: Path) -> Path:
    """Return a folder with both parts of the package and the previews of the built-in lists."""
    source = layout.root / "py" / "makemore"
    data = layout.root / "data"
    lists = built_in_lists(data)
    files = sorted(file.relative_to(source).as_posix() for file in package_files(source))
    key = digest(
        runtime.name,
        digest_of_files(package_files(source), source),
        digest_of_files((data / entry["file"] for entry in lists), data),
        (data / "notebook_counts.csv").read_bytes(),
        json.dumps(lists),
        *(file.read_text(encoding="utf-8") for file in scripts("packing.py", "pack_package.py")),
    )

    def make(out: Path) -> None:
        say("Packing the package and computing previews ...")
        run_in_pyodide(
            "pack_package",
            pyodide=layout.pyodide,
            libraries=runtime,
            packages=[runtime / "numpy.zip"],
            mounts={"/out": out, "/source": source, "/data": data},
            arguments={
                "data": "/data",
                "files": files,
                "lists": lists,
                "out": "/out",
                "source": "/source",
            },
            doing="Packing the package and computing previews",
        )

    return cached(layout.cache / "package", key, make)


def make_detector(layout: Layout, runtime: Path) -> Path:
    """Return a folder with chardet.zip."""
    key = digest(
        runtime.name,
        SHA256,
        *(file.read_text(encoding="utf-8") for file in scripts("packing.py", "pack_detector.py")),
    )

    def make(out: Path) -> None:
        wheel = get_detector_wheel(layout)
        say("Packing chardet, which guesses encodings ...")
        run_in_pyodide(
            "pack_detector",
            pyodide=layout.pyodide,
            libraries=runtime,
            packages=[],
            mounts={"/out": out, "/wheels": wheel.parent},
            arguments={"out": "/out", "wheel": f"/wheels/{wheel.name}"},
            doing="Packing chardet",
        )

    return cached(layout.cache / "detector", key, make)


def scripts(*names: str) -> Iterator[Path]:
    """Return what runs in Pyodide, whose change changes its results."""
    return (SCRIPTS / name for name in names)


def package_files(source: Path) -> Iterator[Path]:
    """Return the files of the package that the page may use."""
    return (
        file
        for file in source.rglob("*")
        if file.is_file()
        and "__pycache__" not in file.parts
        and not LEFT_OUT.match(file.relative_to(source).as_posix())
    )


def built_in_lists(data: Path) -> list[dict[str, str]]:
    """Read data/lists.json, and say what is wrong with it if anything is."""
    path = data / "lists.json"
    try:
        lists = json.loads(path.read_text(encoding="utf-8"))["lists"]
        entries = [{key: str(entry[key]) for key in WORD_LIST_KEYS} for entry in lists]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BuildError(
            f'{path} must be {{"lists": [{{"id", "title", "file", ...}}, ...]}}: {error!r}.'
        ) from error
    for entry in entries:
        if not (data / entry["file"]).is_file():
            raise BuildError(f"{path} names {entry['file']}, which is not in {data}.")
    return entries


def imported_modules(source: Path) -> set[str]:
    """Return what the package may import of the standard library, at any depth in its code."""
    names: set[str] = set()
    for file in package_files(source):
        if file.suffix != ".py":
            continue
        for node in ast.walk(parse(file)):
            if isinstance(node, ast.Import):
                names.update(alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
                names.add(node.module)
                names.update(f"{node.module}.{alias.name}" for alias in node.names)
    return {name for name in names if name.split(".")[0] in sys.stdlib_module_names}


def parse(file: Path) -> ast.Module:
    """Parse one of our files."""
    try:
        return ast.parse(file.read_bytes(), file)
    except SyntaxError as error:
        raise BuildError(f"{file}, line {error.lineno}: {error.msg}.") from error


def run_in_pyodide(
    script: str,
    *,
    pyodide: Path,
    packages: Sequence[Path],
    mounts: Mapping[str, Path],
    arguments: Mapping[str, Any],
    doing: str,
    libraries: Path | None = None,
) -> None:
    """Run ``main(arguments)`` of a module of in_pyodide/ in Node."""
    command = pyodide_command(
        script,
        pyodide=pyodide,
        packages=packages,
        mounts=mounts,
        arguments=arguments,
        libraries=libraries,
    )
    run_quietly(command, doing=doing, way_out="What it said is below.")


def pyodide_command(
    script: str,
    *,
    pyodide: Path,
    packages: Sequence[Path],
    mounts: Mapping[str, Path],
    arguments: Mapping[str, Any],
    libraries: Path | None = None,
) -> list[str]:
    """Return the command that runs ``main(arguments)`` of a module of in_pyodide/ in Node."""
    job = {
        "pyodide": str(pyodide),
        "libraries": str(libraries or pyodide),
        "script": script,
        "arguments": arguments,
        "mounts": {inside: str(outside) for inside, outside in mounts.items()},
        "packages": [str(package) for package in packages],
    }
    return [find_node(), str(SCRIPTS / "run.mjs"), json.dumps(job)]
