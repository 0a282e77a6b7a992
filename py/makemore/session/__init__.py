"""What the page calls: one list, two models, plain data in and out.

Every public method of `Session` is an action that the page can ask for. Its
arguments and results are what JSON can hold (and bytes, and infinite floats), so a worker can pass
them on. A failed action leaves the session as it was.
"""

from __future__ import annotations

from makemore.session.dispatch import dispatch
from makemore.session.lecturing import Lecturing
from makemore.session.lists import Lists
from makemore.session.models import Training
from makemore.session.state import Plain
from makemore.session.words import Words

__all__ = ["Session", "build_preview", "dispatch"]


class Session(Lists, Training, Words, Lecturing):
    """The page's state on the Python side; each file beside this one has some of its actions."""


def build_preview(name: str, data: bytes) -> Plain:
    """Compute at build time what the page shows of a built-in list before Python is ready.

    Parameters
    ----------
    name : str
        What the list is called in the page.
    data : bytes
        The list.

    Returns
    -------
    dict
        ``summary``, ``fit`` and ``generated``, as the session's actions give them with
        their default settings.
    """
    session = Session()
    summary = session.load(name, data)
    return {"summary": summary, "fit": session.fit(), "generated": session.generate()}
