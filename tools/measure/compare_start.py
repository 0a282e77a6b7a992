"""Compare the page's start with plain Pyodide and NumPy: time, bytes and memory, ratios first."""

import hashlib
import shutil
import statistics
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.build import dist
from tools.build.layout import Layout
from tools.build.numpy_wheel import get_numpy_wheel
from tools.build.shell import say

TOOLS = Path(__file__).parent
OFFICIAL_FILES = (
    "pyodide.mjs",
    "pyodide.asm.js",
    "pyodide.asm.wasm",
    "python_stdlib.zip",
    "pyodide-lock.json",
)
Visit = dict[str, Any]


@dataclass(frozen=True)
class Side:
    """The visits to one of the two pages, and its files' sizes as they are, in gzip, in brotli."""

    visits: list[Visit]
    sizes: Mapping[str, tuple[int, int, int]]

    def median(self, visit: str, what: str) -> float | None:
        """Return the median of what was measured in the visits of one kind."""
        values = [each[what] for each in self.visits if each["visit"] == visit]
        return None if None in values else statistics.median(values)

    def transferred(self, encoding: int) -> float:
        """Return the bytes of all files that a cold visit asks for until its first words."""
        files = next(each["files"] for each in self.visits if each["visit"] == "cold")
        paths = {file.split("?")[0] or "index.html" for file in files}
        return sum(self.sizes[path][encoding] for path in paths)


def compare(
    layout: Layout,
    given_wheel: Path | None,
    rounds: int,
    measure: Callable[[Path], list[Visit]],
) -> None:
    """Measure both pages in turns and print a table."""
    wheel = get_numpy_wheel(layout, given_wheel)
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "plain"
        make_plain_page(layout, wheel, plain)
        sizes = [encoded_sizes(layout, contents_of(side)) for side in (plain, layout.dist)]
        say(f"Starting both pages {rounds} times cold, warm and later, in turns ...")
        visits = measure(plain)
    by_side = [[v for v in visits if v["side"] == name] for name in ("plain", "ours")]
    print_table(Side(by_side[0], sizes[0]), Side(by_side[1], sizes[1]))


def make_plain_page(layout: Layout, wheel: Path, target: Path) -> None:
    """Put the official files, untouched, and the page that starts them into a folder."""
    shutil.copytree(TOOLS / "plain_page", target)
    (target / "pyodide").mkdir()
    for name in OFFICIAL_FILES:
        shutil.copy(layout.pyodide / name, target / "pyodide")
    shutil.copy(wheel, target / "pyodide")
    shutil.copy(layout.root / "data" / "names.txt", target)
    source = layout.root / "py"
    with zipfile.ZipFile(target / "makemore.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted((source / "makemore").rglob("*.py")):
            archive.write(file, file.relative_to(source))


def contents_of(folder: Path) -> dict[str, bytes]:
    """Return what a host would serve from a folder, by path."""
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file() and not is_copy(file)
    }


def is_copy(file: Path) -> bool:
    """Tell if a file is a compressed copy of the one beside it."""
    return file.suffix in (".br", ".gz") and file.with_suffix("").is_file()


def encoded_sizes(layout: Layout, contents: Mapping[str, bytes]) -> dict[str, tuple[int, int, int]]:
    """Return each file's bytes as it is, and as a host sends it that compresses where it pays."""
    kept = {path: kept_copy(layout, data) for path, data in contents.items()}
    missing = {path: file for path, file in kept.items() if not Path(f"{file}.gz").is_file()}
    dist.make_compressed({path: contents[path] for path in missing}, missing)
    sizes = {}
    for path, data in contents.items():
        gz, br = (Path(f"{kept[path]}{suffix}").stat().st_size for suffix in (".gz", ".br"))
        sizes[path] = (len(data), min(len(data), gz), min(len(data), br))
    return sizes


def kept_copy(layout: Layout, data: bytes) -> Path:
    """Return where the compressed copies are kept: those of large files the build has made."""
    name = hashlib.sha256(data).hexdigest()
    made = layout.cache / "compressed" / name
    return made if Path(f"{made}.gz").is_file() else layout.cache / "bench" / name


def print_table(plain: Side, ours: Side) -> None:
    """Print a Markdown table, the ratio in front."""
    say("\n| | ratio | plain Pyodide + NumPy | this page |\n| --- | ---: | ---: | ---: |")
    for visit in ("cold", "warm", "later"):
        # Plain Pyodide has nothing to show before Python is ready.
        print_time(f"first useful content, {visit}", plain, ours, visit, ("ready", "useful"))
        print_time(f"heatmap below it laid out, {visit}", plain, ours, visit, ("ready", "whole"))
        print_time(f"Python ready, {visit}", plain, ours, visit, ("ready", "ready"))
        print_time(f"first words made, {visit}", plain, ours, visit, ("words", "words"))
    for encoding, name in enumerate(("as they are", "gzip", "brotli")):
        pair = (plain.transferred(encoding), ours.transferred(encoding))
        print_row(f"bytes to the first words, {name}", pair, 1e6, "MB")
    memory = (plain.median("cold", "memory"), ours.median("cold", "memory"))
    print_row("memory of the page's process", memory, 1e6, "MB")
    longest = max(longest_tasks(ours.visits))
    say(f"\nLongest task of this page's main thread: {longest:.0f} ms")


def longest_tasks(visits: Iterable[Visit]) -> list[float]:
    """Return the longest task of each visit; the browser reports only those above 50 ms."""
    return [visit["longest"] for visit in visits]


def print_time(what: str, plain: Side, ours: Side, visit: str, keys: tuple[str, str]) -> None:
    """Print one line of the table from medians of milliseconds."""
    print_row(what, (plain.median(visit, keys[0]), ours.median(visit, keys[1])), 1000, "s")


def print_row(what: str, pair: tuple[float | None, float | None], unit: float, name: str) -> None:
    """Print one line of the table."""
    plain, ours = pair
    if plain is None or ours is None:
        return
    columns = [f"{number / unit:.2f} {name}" for number in (plain, ours)]
    say(f"| {what} | **{ours / plain:.2f}** | {' | '.join(columns)} |")
