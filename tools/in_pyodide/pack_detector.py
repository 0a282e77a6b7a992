"""Pack chardet for the page, which loads it when a list is no UTF-8; runs inside Pyodide.

It runs with the standard library that the page gets, so a build that ends has shown that the
library has what chardet needs.
"""

import importlib
import zipfile
from pathlib import Path
from typing import Any

from packing import SITE_PACKAGES, bytecode, write_zip

# Its command line, and what only its own making needs.
DROPPED = ("chardet/__main__.py", "chardet/cli.py", "chardet/evaluation.py")
SAMPLE = "Анна\nМария\nЕкатерина\nАлександр\nДмитрий\n"


def main(arguments: dict[str, Any]) -> int:
    """Write chardet.zip to ``arguments["out"]``."""
    target = Path(arguments["out"]) / "chardet.zip"
    pack(Path(arguments["wheel"]), target)
    with zipfile.ZipFile(target) as archive:
        archive.extractall(SITE_PACKAGES)
    chardet = importlib.import_module("chardet")
    for encoding in ("cp1251", "koi8-r"):
        data = SAMPLE.encode(encoding)
        found = chardet.detect(data)["encoding"]
        if data.decode(found) != SAMPLE:
            raise RuntimeError(f"chardet takes {encoding} for {found}")
    return 0


def pack(wheel: Path, target: Path) -> None:
    """Write modules as bytecode, models and licence, relative to site-packages."""
    contents = {}
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            if name.endswith(".py") and name not in DROPPED:
                source = archive.read(name)
                contents[name + "c"] = bytecode(source, SITE_PACKAGES + name, optimize=2)
            elif name.endswith(".bin") or "/licenses/" in name:
                contents[name] = archive.read(name)
    write_zip(target, contents)
