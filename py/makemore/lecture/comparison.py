"""Whether a computed value is the one that the notebook printed."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

__all__ = ["FLOAT32", "Agreement", "Closeness", "compare", "plain", "to_digits"]


@dataclass(frozen=True)
class Closeness:
    """How far a value may be from the printed one, and how that is said."""

    absolute: float
    relative: float
    words: str

    def holds(self, value: float, printed: float) -> bool:
        """Tell whether the two agree."""
        return abs(value - printed) <= self.absolute + self.relative * abs(printed)


def to_digits(digits: int) -> Closeness:
    """Allow what rounding to so many digits after the point hides."""
    # And a little more: the notebook rounded float32 values, which may lie just across.
    return Closeness(0.5 * 10.0**-digits + 1e-7, 0.0, f"to the {digits} digits it printed")


FLOAT32 = Closeness(0.0, 1e-6, "to float32's precision (1 in a million)")


@dataclass(frozen=True)
class Agreement:
    """How many values were compared, and how many of them are the same."""

    compared: int
    same: int

    @property
    def complete(self) -> bool:
        """Whether something was compared, and all of it agrees."""
        return self.same == self.compared > 0


def compare(value: Any, printed: Any, close: Closeness | None = None) -> Agreement:
    """Compare what was computed with what the notebook printed; lists as far as both go.

    ``close`` says when two numbers agree; equal by default.
    """
    verdicts = list(_verdicts(plain(value), plain(printed), close))
    return Agreement(len(verdicts), sum(verdicts))


def plain(value: Any) -> Any:
    """Turn arrays and NumPy's numbers into what JSON can hold."""
    if isinstance(value, (np.ndarray, np.generic)):
        return value.tolist()
    if isinstance(value, (list, tuple)):
        return [plain(part) for part in value]
    return value


def _verdicts(value: Any, printed: Any, close: Closeness | None) -> Iterator[bool]:
    if isinstance(value, list) and isinstance(printed, list):
        for ours, theirs in zip(value, printed, strict=False):
            yield from _verdicts(ours, theirs, close)
    elif close is None or not (_is_number(value) and _is_number(printed)):
        yield value == printed
    else:
        yield close.holds(value, printed)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and math.isfinite(value)
