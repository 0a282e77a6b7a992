"""The word lists that come with the package: what a small list may lean on."""

from __future__ import annotations

from functools import cache
from pathlib import Path

__all__ = ["built_in_lists"]

_LISTS = {"US names": "names.txt"}

_PLACES = (
    Path(__file__).parent / "built_in",  # installed
    Path(__file__).parents[2] / "data",  # a copy of the repository
)


@cache
def built_in_lists() -> dict[str, tuple[str, ...]]:
    """Give the lists that are at hand by their names, in lower case; none where there are none."""
    found: dict[str, tuple[str, ...]] = {}
    for name, file in _LISTS.items():
        path = next((place / file for place in _PLACES if (place / file).is_file()), None)
        if path is not None:
            found[name] = tuple(path.read_text(encoding="utf-8").lower().split("\n"))
    return {name: tuple(filter(None, words)) for name, words in found.items()}
