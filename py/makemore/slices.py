"""Long work done slice by slice, so that whoever waits for something else is answered in between.

Such work is a generator that yields None wherever it can be left, and returns what it found.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator
from typing import Any, TypeVar

__all__ = ["SECONDS", "telling", "whole"]

SECONDS = 0.02
"""Of work between two answers, about: a person who presses Stop waits for at most a few of them."""

Found = TypeVar("Found")
Told = TypeVar("Told")


def whole(work: Generator[Any, Any, Found]) -> Found:
    """Do all of the work at once."""
    found: list[Found] = []
    for _ in _putting_into(found, work):
        pass
    return found[0]


def telling(
    work: Generator[Any, None, Found],
    what: Told,
    clock: Callable[[], float] = time.perf_counter,
) -> Generator[Told, Any, Found]:
    """Do the work, and say the same each time that some 20 ms have gone."""
    found: list[Found] = []
    until = clock() + SECONDS
    for _ in _putting_into(found, work):
        if clock() >= until:
            yield what
            until = clock() + SECONDS
    return found[0]


def _putting_into(found: list[Found], work: Generator[Any, Any, Found]) -> Iterator[Any]:
    found.append((yield from work))
