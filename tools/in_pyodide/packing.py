"""Bytecode and zip files whose bytes depend on their contents alone."""

import gzip
import importlib.util
import marshal
import zipfile
from collections.abc import Mapping
from pathlib import Path

SITE_PACKAGES = "/lib/python3.13/site-packages/"
PACK = "modules.marshal"


def bytecode(source: bytes, filename: str, *, optimize: int) -> bytes:
    """Compile to a .pyc that is never checked against its source (PEP 552)."""
    unchecked_hash = (1).to_bytes(4, "little")
    header = importlib.util.MAGIC_NUMBER + unchecked_hash + importlib.util.source_hash(source)
    return header + code(source, filename, optimize=optimize)


def code(source: bytes, filename: str, *, optimize: int) -> bytes:
    """Compile to marshalled code."""
    return marshal.dumps(compile(source, filename, "exec", dont_inherit=True, optimize=optimize))


def pack(sources: Mapping[str, bytes], folder: str, *, optimize: int) -> bytes:
    """Compile files, named relative to a folder, to a pack for sitecustomize.py."""
    modules = {}
    for name in sorted(sources):
        parts = name.removesuffix(".py").split("/")
        is_package = parts[-1] == "__init__"
        module = ".".join(parts[:-1] if is_package else parts)
        modules[module] = (is_package, code(sources[name], folder + name, optimize=optimize))
    return marshal.dumps(modules)


def write_zip(target: Path, contents: dict[str, bytes]) -> None:
    """Write a zip with sorted names and the zip format's first date, and a gzipped copy.

    The page gets the copy. Its entries are not compressed each by itself: all in one is a quarter
    smaller, no host has to compress it, and the browser unpacks it in another thread.
    """
    with zipfile.ZipFile(target, "w") as archive:
        for name in sorted(contents):
            entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, contents[name], zipfile.ZIP_STORED)
    copy = target.with_name(f"{target.name}.gz")
    copy.write_bytes(gzip.compress(target.read_bytes(), compresslevel=9, mtime=0))
