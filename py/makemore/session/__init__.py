"""What the page calls: one state, a table of actions on it, plain data in and out."""

from __future__ import annotations

from makemore.session.dispatch import advance, dispatch, needs_kernel, stop
from makemore.session.lists import load
from makemore.session.making import make
from makemore.session.models import models, train
from makemore.session.state import Plain, State
from makemore.settings import SETTINGS
from makemore.slices import whole

__all__ = ["State", "advance", "build_preview", "dispatch", "needs_kernel", "stop"]


def build_preview(name: str, data: bytes) -> Plain:
    """Compute at build time what the page shows of a built-in list before Python is ready.

    Returns ``summary``, ``models``, ``card`` of the model that is chosen by itself, and ``made``,
    the words that it makes: new ones, of the lengths that are common in the list; and ``fields``,
    ``low``, ``high`` and ``default`` of each number that a person can set, by its name.
    """
    state = State()
    summary = load(state, name, data)
    trained = whole(train(state)) or {}  # nobody stops it
    card = {**trained, "seconds": 0.0}  # the same in every build
    shortest, longest = summary["lengths"]
    asked = {"shortest": shortest, "longest": longest, "new_only": True}
    stream = make(state, constraint=asked)
    reports: list[Plain] = list(stream)
    words = [word for report in reports for word in report["words"]]
    return {
        "summary": summary,
        "models": models(state),
        "card": card,
        "made": {**reports[-1], "words": words},
        "fields": {
            name: {"low": setting.low, "high": setting.high, "default": setting.default}
            for name, setting in SETTINGS.items()
        },
    }
