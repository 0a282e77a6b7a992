"""Put dist/ together: the page, the Python files, the data and the manifest."""

import base64
import hashlib
import json
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from tools.build import detector_wheel
from tools.build.cache import digest
from tools.build.environment import find_node, install_npm_packages
from tools.build.errors import BuildError
from tools.build.layout import Layout
from tools.build.numpy_wheel import wheel_in_lock
from tools.build.page_files import MAPS, make_page_files
from tools.build.python_files import PythonFiles, make_python_files
from tools.build.shell import run_quietly, say

Contents = dict[str, bytes]

MANIFEST = "build.json"
SERVICE_WORKER = "sw.js"
WORKER = "worker.js"
WORKBOX = ("core", "routing", "strategies", "precaching")  # each needs those before it
LICENCES = {
    "comlink": ("main.js and worker.js", "comlink/LICENSE"),
    "uPlot": ("main.js and style.css", "uplot/LICENSE"),
    "Workbox": (SERVICE_WORKER, "workbox-core/LICENSE"),
    "Pico CSS": ("style.css", "@picocss/pico/LICENSE.md"),
    "idb": ("main.js", "idb/LICENSE"),
}
# Their npm packages and zips come without the text of their licence.
RUNTIME_LICENCES = """\
Pyodide {pyodide}, in python/: Mozilla Public License 2.0, https://www.mozilla.org/MPL/2.0/
Its source is at https://github.com/pyodide/pyodide/tree/{pyodide}

Python's standard library, in python/python_stdlib.zip.gz: Python Software Foundation License 2,
https://docs.python.org/3.13/license.html
Copyright (c) 2001-2024 Python Software Foundation. All Rights Reserved.

NumPy {numpy}, in python/numpy.zip.gz: BSD 3-Clause, see its LICENSE.txt in that file

chardet {chardet}, in python/chardet.zip.gz: BSD Zero Clause, see its LICENSE in that file
"""
COMPRESSIBLE = (".html", ".css", ".js", ".mjs", ".json", ".wasm", ".txt", ".csv", ".svg")
WORTH_COMPRESSING = 20_000  # bytes


def build(layout: Layout, given_wheel: Path | None, *, compress: bool, show: bool = False) -> None:
    """Bring dist/ in line with its sources; nothing that is in line is made or written again."""
    install_npm_packages(layout, tools_too=False)
    contents = dist_contents(layout, make_python_files(layout, given_wheel))
    maps = {path: contents.pop(path) for path in list(contents) if path.endswith(MAPS)}
    service_worker = contents.pop(SERVICE_WORKER)
    contents[MANIFEST] = manifest(layout, contents)
    contents[SERVICE_WORKER] = with_workbox(layout, service_worker, contents)
    copies = compressed_copies(layout, contents, make_missing=compress)
    write_changes(layout.dist, contents | copies | maps)
    if show:
        show_sizes(contents, copies)
    version = json.loads(contents[MANIFEST])["version"]
    size = sum(map(len, contents.values())) / 1e6
    say(f"dist/ is version {version}: {len(contents)} files, {size:.1f} MB")


def dist_contents(layout: Layout, made: PythonFiles) -> Contents:
    """Return everything in dist/ but the manifest, by path."""
    contents = make_page_files(layout, made.previews)
    contents["third-party-licenses.txt"] = licences(layout)
    for name, file in made.python.items():
        contents[f"python/{name}"] = file.read_bytes()
    contents[WORKER] = with_python_version(contents[WORKER], made)
    data = layout.root / "data"
    for file in data_files(data):
        contents[f"data/{file.relative_to(data).as_posix()}"] = file.read_bytes()
    for name, file in made.previews.items():
        contents[f"data/{name}"] = file.read_bytes()
    return contents


def with_python_version(worker: bytes, made: PythonFiles) -> bytes:
    """Return the worker with a hash of what Python starts from: see site/worker/snapshot.js."""
    place = b"self.__PYTHON_VERSION"
    if worker.count(place) != 1:
        raise BuildError(f"site/worker/boot.js must say {place.decode()} once.")
    files = sorted(made.python.items())
    version = digest(*(part for name, file in files for part in (name, file.read_bytes())))
    return worker.replace(place, json.dumps(version[:16]).encode())


def data_files(data: Path) -> Iterator[Path]:
    """Yield the word lists, what describes them and their licences."""
    yield from sorted(data.glob("*.txt"))
    yield from sorted(data.glob("licenses/*.txt"))
    yield data / "lists.json"
    yield data / "notebook_counts.csv"


def licences(layout: Layout) -> bytes:
    """Return one text with the licences of everything that others wrote."""
    wheel = wheel_in_lock(layout)
    texts = [
        RUNTIME_LICENCES.format(
            pyodide=wheel.pyodide, numpy=wheel.version, chardet=detector_wheel.VERSION
        )
    ]
    for name, (where, path) in LICENCES.items():
        text = (layout.node_modules / path).read_text(encoding="utf-8")
        texts.append(f"{name}, in {where}:\n\n{text.strip()}\n")
    return f"\n{'-' * 80}\n\n".join(texts).encode()


def manifest(layout: Layout, contents: Mapping[str, bytes]) -> bytes:
    """Return build.json: a version that changes with any byte, and each file's size and hash."""
    files = [
        {"path": path, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        for path, data in sorted(contents.items())
    ]
    wheel = wheel_in_lock(layout)
    about = {
        "version": digest(json.dumps(files))[:16],
        "pyodide": wheel.pyodide,
        "numpy": wheel.version,
        "files": files,
    }
    return (json.dumps(about, ensure_ascii=False, indent=1) + "\n").encode()


def with_workbox(layout: Layout, source: bytes, contents: Contents) -> bytes:
    """Return the service worker: Workbox, then ours with the files that it keeps.

    One file, because the browser compares all its files with the host's at each visit.
    """
    files = []
    for path, data in sorted(contents.items()):
        sha256 = hashlib.sha256(data).digest()
        integrity = f"sha256-{base64.b64encode(sha256).decode()}"
        files.append({"url": path, "revision": sha256.hex()[:16], "integrity": integrity})
    text = source.decode()
    version = json.loads(contents[MANIFEST])["version"]
    for name, value in (("__WB_MANIFEST", files), ("__VERSION", version)):
        place = f"/** @type {{any}} */ (self).{name}"
        if text.count(place) != 1:
            raise BuildError(f"site/{SERVICE_WORKER} must say `{place}` once.")
        text = text.replace(place, json.dumps(value, indent=1))
    parts = [
        (layout.node_modules / f"workbox-{name}/build/workbox-{name}.prod.js").read_text("utf-8")
        for name in WORKBOX
    ]
    # Their source maps are not in dist/.
    library = "".join(
        re.sub(r"^//# sourceMappingURL=.*\n?", "", part, flags=re.M) for part in parts
    )
    return (library + "\n" + text).encode()


def compressed_copies(layout: Layout, contents: Contents, *, make_missing: bool) -> Contents:
    """Return .br and .gz copies of the large files, by path; those not yet made only if asked to.

    The zips are not among them: they are compressed already.
    """
    folder = layout.cache / "compressed"
    kept = {
        path: folder / hashlib.sha256(data).hexdigest()
        for path, data in contents.items()
        if len(data) > WORTH_COMPRESSING and path.endswith(COMPRESSIBLE)
    }
    copies = [
        (path + suffix, Path(f"{file}{suffix}"))
        for path, file in kept.items()
        for suffix in (".br", ".gz")
    ]
    if make_missing:
        missing = {p: f for p, f in kept.items() if not Path(f"{f}.gz").is_file()}
        make_compressed({path: contents[path] for path in missing}, missing)
        wanted = {file for _, file in copies}
        for file in set(folder.iterdir()) - wanted:
            file.unlink()
    return {path: file.read_bytes() for path, file in copies if file.is_file()}


def make_compressed(contents: Contents, kept: Mapping[str, Path]) -> None:
    """Compress files into the cache, with Node: Python's library has no brotli."""
    if not contents:
        return
    say("Compressing " + ", ".join(contents) + " ...")
    folder = next(iter(kept.values())).parent
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as unfinished:
        jobs = []
        for path, data in contents.items():
            source = Path(unfinished) / kept[path].name
            source.write_bytes(data)
            jobs.append([str(source), str(source)])
        run_quietly(
            [find_node(), Path(__file__).parent / "compress.mjs", json.dumps(jobs)],
            doing="Compressing",
            way_out="What it said is below.",
        )
        for file in sorted(Path(unfinished).glob("*.*")):
            shutil.move(file, folder / file.name)


def write_changes(dist: Path, contents: Contents) -> None:
    """Write what is new or different, delete what no longer belongs."""
    for path, data in contents.items():
        file = dist / path
        if file.is_file() and file.read_bytes() == data:
            continue
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    for file in sorted(dist.rglob("*"), reverse=True):
        if file.is_file() and file.relative_to(dist).as_posix() not in contents:
            file.unlink()
        elif file.is_dir() and not any(file.iterdir()):
            file.rmdir()


def show_sizes(contents: Contents, copies: Contents) -> None:
    """Print the files and what a host that compresses makes of the large ones."""
    say(f"{'file':52}{'bytes':>12}{'gzip':>12}{'brotli':>12}")
    for path, data in sorted(contents.items()):
        smaller = [copies.get(path + suffix) for suffix in (".gz", ".br")]
        columns = "".join(f"{len(copy):>12,}" if copy else " " * 12 for copy in smaller)
        say(f"{path:52}{len(data):>12,}{columns}".rstrip())


def check_reproducible(layout: Layout, given_wheel: Path | None) -> None:
    """Build again from nothing, elsewhere, and compare every byte with dist/."""
    with tempfile.TemporaryDirectory() as folder:
        again = Layout(root=layout.root, cache=Path(folder) / "cache", dist=Path(folder) / "dist")
        (again.cache / "wheels").mkdir(parents=True)
        for wheel in (layout.cache / "wheels").iterdir():
            shutil.copy(wheel, again.cache / "wheels")
        build(again, given_wheel, compress=True)
        first, second = tree(layout.dist), tree(again.dist)
    different = sorted(path for path in first | second if first.get(path) != second.get(path))
    if different:
        raise BuildError(f"Two builds from the same files differ in {', '.join(different)}.")
    say(f"A second build from nothing gave the same {len(first)} files, byte for byte")


def tree(folder: Path) -> dict[str, str]:
    """Return the hash of each file below the folder."""
    return {
        file.relative_to(folder).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in folder.rglob("*")
        if file.is_file()
    }
