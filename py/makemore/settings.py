"""The settings a person can type, and what each may be.

Values arrive as the page has them, text or numbers; they leave as the numbers
the models take, or as a `SettingError` that quotes what was typed.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from numbers import Integral
from typing import Any, NamedTuple

from makemore.errors import SettingError

__all__ = [
    "CHOICES",
    "MAKEMORE_SEED",
    "NOTEBOOK_SEED",
    "SETTINGS",
    "Choice",
    "Setting",
    "choice_of",
    "parse_number",
    "parse_setting",
    "parse_settings",
    "whole",
]


NOTEBOOK_SEED, MAKEMORE_SEED = 2147483647, 3407


class Setting(NamedTuple):
    """What a number is called in the page, and its range, ends included.

    ``default`` is that of a setting that is no model's; a model's stand in `models.MODELS`.
    """

    label: str
    low: float
    high: float
    whole: bool = False
    open_low: bool = False  # the lower end itself is not allowed
    default: float | int | None = None


class Choice(NamedTuple):
    """What a setting is called that may be one of several words, and what these are called.

    Without values, what there is to choose from is known elsewhere: lists, or models.
    """

    label: str
    values: Mapping[str, str]


SETTINGS = {
    # of models
    "smoothing": Setting("Smoothing", 0, 1e9),
    "order": Setting("Order", 1, 8, whole=True),
    "share": Setting("Share", 0, 1),
    "steps": Setting("Steps", 1, 100_000, whole=True),
    "learning_rate": Setting("Learning rate", 0, 1e9, open_low=True),
    "l2": Setting("Regularization", 0, 1e9),
    "batch_size": Setting("Batch size", 1, 4096, whole=True),
    "layers": Setting("Layers", 1, 12, whole=True),
    "heads": Setting("Heads", 1, 16, whole=True),
    "embedding": Setting("Embedding", 1, 512, whole=True),
    "hidden": Setting("Hidden", 1, 1024, whole=True),
    "context": Setting("Context", 1, 64, whole=True),
    "weights_seed": Setting("Weights seed", 0, 2**53, whole=True, default=NOTEBOOK_SEED),
    # of comparing
    "train_percent": Setting("Trained on, %", 1, 99, whole=True, default=80),
    "held_out_percent": Setting("Held out, %", 1, 99, whole=True, default=10),
    "split_seed": Setting("Split seed", 0, 2**53, whole=True, default=42),
    "words_seed": Setting("Words from seed", 0, 2**53, whole=True, default=NOTEBOOK_SEED),
    "net_steps": Setting("Steps of each net", 1, 100_000, whole=True),
    # of making words
    "seed": Setting("Seed", 0, 2**53, whole=True, default=NOTEBOOK_SEED),
    "era": Setting("Sampling as in", 1, 2, whole=True, default=1),
    "count": Setting("How many", 1, 100_000, whole=True, default=24),
    "temperature": Setting("Temperature", 0.01, 100, default=1),
    "top_k": Setting("Top k", 1, 100_000, whole=True),
    "shortest": Setting("Shortest", 1, 1000, whole=True, default=1),
    "longest": Setting("Longest", 1, 1000, whole=True),
    "differs": Setting("Letters changed at least", 1, 20, whole=True, default=1),
}

CHOICES = {
    "smoothing": Choice("Smoothing", {"kneser-ney": "Kneser–Ney"}),
    "recipe": Choice("Recipe", {"own": "own", "makemore": "As makemore.py"}),
    "background": Choice("Lean on", {}),
    "with": Choice("Mixed with", {}),
}
"""Settings that may be a word; those that stand above as well may also be a number."""


def choice_of(name: str, default: Any) -> Choice | None:
    """Tell which words a model takes for a setting: none where its default is a number."""
    number = name in SETTINGS and isinstance(default, (int, float))
    return None if number else CHOICES.get(name)


def parse_settings(defaults: Mapping[str, Any], typed: Mapping[str, object]) -> dict[str, Any]:
    """Turn what was typed into the settings of a model.

    ``defaults`` are those of its line in `models.MODELS`. What is empty is the default; a default
    of None stands for a value that the model chooses by itself. Raises SettingError as
    `parse_setting` does, and if the model has no such setting.
    """
    for name in typed:
        if name not in defaults:
            raise SettingError(f"This model has no setting “{name}”. Leave it out.", name)
    return {name: _parsed(name, typed.get(name), default) for name, default in defaults.items()}


def _parsed(name: str, value: object, default: Any) -> Any:
    if value is None or value == "":
        return default
    choice = choice_of(name, default)
    if choice is not None and isinstance(value, str) and value in choice.values:
        return value
    if name in SETTINGS:
        return parse_setting(name, value)
    if choice is not None and choice.values:
        words = ", ".join(choice.values)
        raise SettingError(f"{choice.label} is one of {words}; you entered {value!r}.", name)
    return value


def parse_setting(name: str, value: object) -> float | int:
    """Turn what was typed, a number or text that holds one, into a number in the setting's range.

    An int for settings that are whole numbers. Raises SettingError if the value is no number, not
    finite, or outside the range.
    """
    return parse_number(name, SETTINGS[name], value)


def parse_number(name: str, setting: Setting, value: object) -> float | int:
    """Turn what was typed into a number in a range; `parse_setting` for any `Setting`.

    ``name`` is what the error names.
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


def whole(value: object) -> int | None:
    """Take Python's or NumPy's whole number as an int; None for anything else, a bool too."""
    if isinstance(value, bool) or not isinstance(value, Integral):
        return None
    return int(value)


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
