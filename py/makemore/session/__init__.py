"""What the page calls: one state, a table of actions on it, plain data in and out."""

from __future__ import annotations

from makemore.session.dispatch import advance, dispatch, stop
from makemore.session.lists import load
from makemore.session.making import generate
from makemore.session.notebook_models import fit
from makemore.session.state import Plain, State

__all__ = ["State", "advance", "build_preview", "dispatch", "stop"]


def build_preview(name: str, data: bytes) -> Plain:
    """Compute at build time what the page shows of a built-in list before Python is ready.

    Returns ``summary``, ``fit`` and ``generated``, as the actions give them by default.
    """
    state = State()
    summary = load(state, name, data)
    return {"summary": summary, "fit": fit(state), "generated": generate(state)}
