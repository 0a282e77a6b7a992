"""What can be changed in a step, and what may be typed there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from makemore.errors import SettingError
from makemore.settings import NOTEBOOK_SEED, SETTINGS, Setting, parse_number

__all__ = [
    "ERA",
    "L2",
    "LEARNING_RATE",
    "LETTER",
    "SEED",
    "SMOOTHING",
    "STEPS",
    "WEIGHTS_SEED",
    "WORD",
    "Input",
    "parse_inputs",
    "whole_number",
]

LETTERS = "abcdefghijklmnopqrstuvwxyz"
LONGEST_WORD = 20
LONGEST_TEXT = 200


@dataclass(frozen=True)
class Input:
    """One thing to change: the argument ``name`` of the step's functions.

    ``label`` is what it is called in the page, ``default`` the notebook's, ``kind`` the control
    that the page makes for it, ``setting`` the range of a number, ``choices`` what can be chosen
    and what it is called, ``help`` a remark. ``extent`` says that it only tells how much to
    compute, so that what is computed can still be compared with the notebook, as far as both go.
    """

    name: str
    label: str
    default: str | int | float
    kind: Literal["word", "text", "number", "select", "slider"] = "number"
    setting: Setting | None = None
    choices: tuple[tuple[str | int | float, str], ...] = ()
    extent: bool = False
    help: str = ""


def _number(name: str, default: float) -> Input:
    setting = SETTINGS[name]
    return Input(name, setting.label, default, setting=setting)


def whole_number(name: str, label: str, default: int, low: int, high: int) -> Input:
    """Make an input for how many of something."""
    setting = Setting(label, low, high, whole=True)
    return Input(name, label, default, setting=setting, extent=True)


WORD = Input("word", "Word", "emma", "word", help="Letters from a to z.")
LETTER = Input(
    "letter",
    "Row",
    ".",
    "select",
    choices=((".", ". (start)"), *((c, c) for c in LETTERS)),
)
SEED = _number("seed", NOTEBOOK_SEED)
WEIGHTS_SEED = _number("weights_seed", NOTEBOOK_SEED)
SMOOTHING = _number("smoothing", 1)
LEARNING_RATE = _number("learning_rate", 50)
L2 = _number("l2", 0.01)
ERA = Input("era", "Sampling as in", 1, "select", choices=((1, "PyTorch 1.x"), (2, "PyTorch 2.x")))
STEPS = Input(
    "steps", "Steps", 310, setting=Setting("Steps", 11, 1000, whole=True), help="At most 1,000."
)


def parse_inputs(inputs: Sequence[Input], typed: Mapping[str, object]) -> dict[str, Any]:
    """Read what was typed, by the inputs' names, as the step's functions take it.

    What is missing has its default. Raises SettingError, which names the input, if one of them
    cannot be used.
    """
    return {i.name: _parse(i, typed.get(i.name, i.default)) for i in inputs}


def _parse(this: Input, typed: object) -> Any:
    if this.setting is not None:
        return parse_number(this.name, this.setting, typed)
    if this.kind in ("word", "text"):
        return _parse_words(this, str(typed).strip())
    for value, _ in this.choices:
        if str(value) == str(typed):
            return value
    raise SettingError(f"{this.label} has no choice {str(typed)[:40]!r}.", this.name)


def _parse_words(this: Input, text: str) -> str:
    if not text:
        raise SettingError(f"{this.label} is empty. The notebook has {this.default!r}.", this.name)
    longest = LONGEST_WORD if this.kind == "word" else LONGEST_TEXT
    if len(text) > longest:
        raise SettingError(
            f"{this.label} has {len(text)} characters; here at most {longest} can be shown.",
            this.name,
        )
    known = LETTERS if this.kind == "word" else LETTERS + " "
    strange = [c for c in dict.fromkeys(text) if c not in known]
    if strange:
        case = " Use lower case." if text.lower() != text and text.lower().isascii() else ""
        shown = ", ".join(repr(c) for c in strange[:5])
        raise SettingError(
            f"The notebook's names have the letters a to z only, so there is no row for "
            f"{shown}.{case}",
            this.name,
        )
    return text
