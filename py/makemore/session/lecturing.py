"""The session's actions on the lecture: open it, compute a step, write it to a file."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from makemore.errors import LectureClosedError
from makemore.session.state import Plain, State, Stopped

if TYPE_CHECKING:
    from makemore.lecture import Lecture

__all__ = ["export_lecture", "lecture", "open_lecture"]

Lesson = Generator[Plain, Any, list[Plain]]
"""A step under way: it reports what there is so far, and returns its results."""


def open_lecture(state: State, counts: bytes | memoryview) -> list[Plain]:
    """Make the lecture ready to compute its steps; return all of them, as of `Lecture.contents`.

    ``counts`` are the notebook's bigram counts, as CSV. Raises MakemoreError if they are no such
    table.
    """
    # Imported here: the page starts faster without, and many never open the lecture.
    from makemore.lecture import Lecture

    state.lecture = Lecture(bytes(counts))
    return state.lecture.contents()


def lecture(state: State, step: str, inputs: Plain) -> Lesson:
    """Compute one step of the lecture, and report what there is so far where it takes long.

    ``step`` is its id; ``inputs`` are as typed, by name. Returns results beside what the notebook
    printed, as of `Lecture.compute`; of one that was stopped, what there was. Reports have them as
    ``results``. Raises MakemoreError if the lecture is not open, or an input cannot be used.
    """
    lecture = _need_lecture(state)
    lecture.use_words(None if state.learned is None else state.learned.read.words)
    return _computing(lecture, step, inputs)


def _computing(lecture: Lecture, step: str, inputs: Plain) -> Lesson:
    work = lecture.computing(step, inputs)
    so_far: list[Plain] = []
    while True:
        try:
            so_far = next(work)
            yield {"results": so_far}
        except StopIteration as end:
            results: list[Plain] = end.value
            return results
        except Stopped:
            return so_far


def export_lecture(state: State, form: str) -> str:
    """Write the lecture as a file to run elsewhere: a Jupyter notebook ("ipynb"), or a script.

    Raises MakemoreError if the lecture is not open.
    """
    from makemore.lecture import script

    write = script.notebook if form == "ipynb" else script.script
    return write(_need_lecture(state))


def _need_lecture(state: State) -> Lecture:
    if state.lecture is None:
        raise LectureClosedError("The lecture is not open yet. Open it again.")
    return state.lecture
