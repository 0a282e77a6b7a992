"""Compile kernel/, the extension module that trains nets, to WebAssembly for Pyodide's Python.

The compiler is zig's clang, from the Python package index: one version for every system, which
makes the same bytes everywhere. It is 101 MB, so it is fetched only when there is something to
compile.
"""

import os
import stat
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tools.build.cache import cached, digest, digest_of_files
from tools.build.errors import BuildError
from tools.build.layout import Layout
from tools.build.shell import run_quietly, say

VERSION = "0.17.1"  # of ziglang
# What Pyodide's Python looks for when makemore_kernel is imported.
MODULE = "makemore_kernel.cpython-313-wasm32-emscripten.so"
MAIN = "module.c"  # includes all others
PROGRAMS = ("ziglang/zig", "ziglang/zig.exe")
# The rest of its 410 MB is for other languages and systems; by std.zig it knows its folder.
NEEDED = ("ziglang/lib/include/", "ziglang/lib/std/std.zig")
# No extended constants: Emscripten's loader in Pyodide 0.28 does not take them. No built-in
# functions: the compiler would call a memset that is not there.
COMPILE = (
    "-target wasm32-freestanding -O3 -msimd128 -mno-extended-const -fPIC -fvisibility=hidden "
    "-ffreestanding -fno-builtin -nostdlib -fno-sanitize=all -Wall -Wextra -Werror"
)
LINK = "-shared --experimental-pic --no-entry --unresolved-symbols=import-dynamic --strip-all"


def make_kernel(layout: Layout) -> Path:
    """Return a folder with the module, compiled anew if its sources have changed."""
    source = layout.root / "kernel"
    files = sorted(source.glob("*.[ch]"))
    key = digest(VERSION, COMPILE, LINK, digest_of_files(files, source))

    def make(out: Path) -> None:
        with zig(layout) as program:
            say("Compiling the kernel ...")
            compile_module(program, source, out / MODULE)

    return cached(layout.cache / "kernel", key, make)


def compile_module(program: Path, source: Path, module: Path) -> None:
    """Compile and link with zig; nothing of where the files are is in the result."""
    with tempfile.TemporaryDirectory() as scratch:
        environment = {
            **os.environ,
            "ZIG_GLOBAL_CACHE_DIR": scratch,
            "ZIG_LOCAL_CACHE_DIR": scratch,
        }
        compiled = Path(scratch) / "module.o"
        steps: list[Sequence[str | Path]] = [
            [program, "cc", *COMPILE.split(), "-c", MAIN, "-o", compiled],
            [program, "wasm-ld", *LINK.split(), compiled, "-o", module],
        ]
        for step in steps:
            run_quietly(
                step,
                doing="Compiling the kernel",
                way_out="What the compiler said is below.",
                cwd=source,
                environment=environment,
            )


@contextmanager
def zig(layout: Layout) -> Iterator[Path]:
    """Give the program, unpacked for as long as it is needed."""
    wheel = get_wheel(layout)
    with tempfile.TemporaryDirectory() as folder:
        try:
            with zipfile.ZipFile(wheel) as archive:
                wanted = [n for n in archive.namelist() if n in PROGRAMS or n.startswith(NEEDED)]
                archive.extractall(folder, wanted)
            (program,) = (p for name in PROGRAMS if (p := Path(folder) / name).is_file())
        except (ValueError, zipfile.BadZipFile) as error:
            raise BuildError(f"{wheel} is no wheel of ziglang; delete it: {error}.") from error
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        yield program


def get_wheel(layout: Layout) -> Path:
    """Return ziglang's wheel for this machine, from the build cache or the package index."""
    wheels = layout.cache / "wheels"
    kept = sorted(wheels.glob(f"ziglang-{VERSION}-*.whl"))
    if kept:
        return kept[0]
    say(f"Downloading ziglang {VERSION}, the kernel's compiler (101 MB, once) ...")
    wheels.mkdir(parents=True, exist_ok=True)
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
    with tempfile.TemporaryDirectory(dir=wheels) as folder:
        run_quietly(
            [*pip, "--no-deps", "--only-binary=:all:", "--dest", folder, f"ziglang=={VERSION}"],
            doing="Downloading ziglang",
            way_out="Check that the Python package index can be reached, then run this again.",
        )
        (wheel,) = Path(folder).iterdir()
        return wheel.rename(wheels / wheel.name)
