"""Derived files kept in .cache by the hash of everything they are made from."""

import hashlib
import shutil
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

GENERATIONS_KEPT = 4


def digest(*parts: str | bytes) -> str:
    """Return a hash of the parts, in which their borders count."""
    state = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        state.update(len(data).to_bytes(8, "little"))
        state.update(data)
    return state.hexdigest()


def digest_of_files(files: Iterable[Path], root: Path) -> str:
    """Return a hash of the files' contents and of their paths below root."""
    parts: list[str | bytes] = []
    for file in sorted(files):
        parts += [file.relative_to(root).as_posix(), file.read_bytes()]
    return digest(*parts)


def cached(folder: Path, key: str, make: Callable[[Path], None]) -> Path:
    """Return ``folder/key``, filled by ``make`` if this key is new.

    An interrupted ``make`` leaves nothing behind that could be taken for a result.
    """
    result = folder / key[:20]
    if not result.is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        unfinished = Path(tempfile.mkdtemp(dir=folder, prefix="new-"))
        try:
            make(unfinished)
            unfinished.rename(result)
        except OSError:
            if not result.is_dir():  # or another build was faster
                raise
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)
        forget_old(folder)
    return result


def forget_old(folder: Path) -> None:
    """Keep only the newest generations."""
    generations = sorted(folder.iterdir(), key=lambda entry: entry.stat().st_mtime, reverse=True)
    for generation in generations[GENERATIONS_KEPT:]:
        shutil.rmtree(generation, ignore_errors=True)
