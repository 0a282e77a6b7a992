"""What a person sees while they wait: a bar by tqdm if it is installed, else a line now and then.

All of it goes to stderr, so that what is made can be piped on.
"""

from __future__ import annotations

import sys
import time
from typing import Any, Self

__all__ = ["Progress", "tell"]

_SECONDS = 5.0  # between two lines


def tell(sentence: str) -> None:
    """Say something that is no result."""
    print(sentence, file=sys.stderr, flush=True)


class Progress:
    """How far something is: `to` says so, as often as you like."""

    def __init__(self, label: str, unit: str) -> None:
        self._label, self._unit = label, unit
        self._bar: Any = None
        self._told = time.monotonic()
        self._at = 0

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(self, *error: object) -> None:
        """Leave the bar as it is."""
        if self._bar is not None:
            self._bar.close()

    def to(self, done: int, total: int | None, note: str = "") -> None:
        """Say that so much of so much is done; a total that is not known is None."""
        tqdm = _tqdm()
        if tqdm is None:
            if time.monotonic() - self._told > _SECONDS:
                self._told = time.monotonic()
                of = "" if total is None else f" of {total:,}"
                tell(f"{self._label}: {done:,}{of} {self._unit}{note and ', '}{note}")
            return
        if self._bar is None:
            scale = self._unit == "B"
            self._bar = tqdm(
                desc=self._label, unit=self._unit, unit_scale=scale, file=sys.stderr, leave=False
            )
        self._bar.total = total
        self._bar.set_postfix_str(note, refresh=False)
        self._bar.update(done - self._at)
        self._at = done


def _tqdm() -> Any:
    if not sys.stderr.isatty():
        return None
    try:
        from tqdm import tqdm
    except ImportError:
        return None
    return tqdm
