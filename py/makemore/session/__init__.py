"""What the page calls: one state, a table of actions on it, plain data in and out."""

from __future__ import annotations

from makemore.session.dispatch import advance, dispatch, stop
from makemore.session.lists import load
from makemore.session.making import generate, make
from makemore.session.models import models, train
from makemore.session.notebook_models import fit
from makemore.session.state import Plain, State, Stream

__all__ = ["State", "advance", "build_preview", "dispatch", "stop"]


def build_preview(name: str, data: bytes) -> Plain:
    """Compute at build time what the page shows of a built-in list before Python is ready.

    Returns ``models``, ``summary``, ``card`` (of "auto"), ``made`` (the words that it makes first:
    new ones, of the usual lengths), ``fit`` and ``generated``, as the actions give them.
    """
    state = State()
    summary = load(state, name, data)
    card = _value_of(train(state, "auto"))
    shortest, longest = summary["lengths"]
    asked = {"shortest": shortest, "longest": longest, "new_only": True}
    reports = list(make(state, "auto", constraint=asked))
    words = [word for report in reports for word in report["words"]]
    return {
        "models": models(state),
        "summary": summary,
        "card": card,
        "made": {**reports[-1], "words": words},
        "fit": fit(state),
        "generated": generate(state),
    }


def _value_of(stream: Stream) -> Plain | None:
    """Run a stream to its end."""
    try:
        while True:
            next(stream)
    except StopIteration as end:
        value: Plain | None = end.value
        return value
