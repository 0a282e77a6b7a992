"""The settings a person can type, and what each may be.

Values arrive as the page has them, text or numbers; they leave as the numbers
the models take, or as a `SettingError` that quotes what was typed.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from makemore.errors import SettingError

__all__ = ["SETTINGS", "Setting", "parse_number", "parse_setting"]


class Setting(NamedTuple):
    """What one setting is called in the page, and its range, ends included."""

    label: str
    low: float
    high: float
    whole: bool = False
    open_low: bool = False  # the lower end itself is not allowed


SETTINGS = {
    "smoothing": Setting("Smoothing", 0, 1e9),
    "steps": Setting("Steps", 1, 100_000, whole=True),
    "learning_rate": Setting("Learning rate", 0, 1e9, open_low=True),
    "l2": Setting("Regularization", 0, 1e9),
    "weights_seed": Setting("Weights seed", 0, 2**53, whole=True),
    "seed": Setting("Seed", 0, 2**53, whole=True),
    "era": Setting("Sampling as in", 1, 2, whole=True),
    "count": Setting("How many", 1, 10_000, whole=True),
    "temperature": Setting("Temperature", 0.01, 100),
}


def parse_setting(name: str, value: object) -> float | int:
    """Turn what was typed into a number in the setting's range.

    Parameters
    ----------
    name : str
        A key of `SETTINGS`.
    value : object
        A number, or text that holds one.

    Returns
    -------
    int or float
        An int for settings that are whole numbers.

    Raises
    ------
    SettingError
        If the value is no number, not finite, or outside the range.
    """
    return parse_number(name, SETTINGS[name], value)


def parse_number(name: str, setting: Setting, value: object) -> float | int:
    """Turn what was typed into a number in a range.

    Parameters
    ----------
    name : str
        What the error names.
    setting : Setting
        The range.
    value : object
        A number, or text that holds one.

    Returns
    -------
    int or float
        An int if the setting is a whole number.

    Raises
    ------
    SettingError
        If the value is no number, not finite, or outside the range.
    """
    typed = str(value).strip()
    number = _number(typed)
    outside = (
        number is None
        or not setting.low <= number <= setting.high
        or (setting.open_low and number == setting.low)
        or (setting.whole and number != int(number))
    )
    if number is None or outside:
        entered = f"you entered {typed[:40]!r}" if typed else "it is empty"
        raise SettingError(f"{setting.label} must be {_range(setting)}; {entered}.", name)
    return int(number) if setting.whole else float(number)


def _number(typed: str) -> int | float | None:
    try:
        return int(typed)  # exact, also above 2**53
    except ValueError:
        pass
    try:
        number = float(typed)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _range(setting: Setting) -> str:
    kind = "a whole number" if setting.whole else "a number"
    low, high = (f"{end:,.16g}" for end in (setting.low, setting.high))
    if setting.open_low:
        return f"{kind} above {low}, at most {high}"
    return f"{kind} from {low} to {high}"
