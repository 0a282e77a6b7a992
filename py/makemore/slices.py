"""Long work done slice by slice, so that whoever waits for something else is answered in between.

Such work is a generator that yields None wherever it can be left, and returns what it found.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from typing import Any, TypeVar

__all__ = ["SECONDS", "telling", "whole"]

SECONDS = 0.02
"""Of work between two answers, about: a person who presses Stop waits for at most a few of them."""

Found = TypeVar("Found")
Told = TypeVar("Told")


def whole(work: Generator[Any, None, Found]) -> Found:
    """Do all of the work at once."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            found: Found = end.value
            return found


def telling(
    work: Generator[Any, None, Found],
    what: Told,
    clock: Callable[[], float] = time.perf_counter,
) -> Generator[Told, Any, Found]:
    """Do the work, and say the same each time that some 20 ms have gone."""
    until = clock() + SECONDS
    while True:
        try:
            next(work)
        except StopIteration as end:
            found: Found = end.value
            return found
        if clock() >= until:
            yield what
            until = clock() + SECONDS
