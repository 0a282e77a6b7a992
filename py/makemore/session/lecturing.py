"""The session's actions on the lecture: open it, compute a step, write it to a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from makemore.errors import LectureClosedError
from makemore.session.state import Plain, State

if TYPE_CHECKING:
    from makemore.lecture import Lecture

__all__ = ["export_lecture", "lecture", "open_lecture"]


def open_lecture(state: State, counts: bytes | memoryview) -> list[Plain]:
    """Make the lecture ready to compute its steps.

    Parameters
    ----------
    counts : bytes or memoryview
        The notebook's bigram counts, as CSV.

    Returns
    -------
    list of dict
        All steps; see `Lecture.contents`.

    Raises
    ------
    MakemoreError
        If the counts are not such a table.
    """
    # Imported here: the page starts faster without, and many never open the lecture.
    from makemore.lecture import Lecture

    state.lecture = Lecture(bytes(counts))
    return state.lecture.contents()


def lecture(state: State, step: str, inputs: Plain) -> list[Plain]:
    """Compute one step of the lecture.

    Parameters
    ----------
    step : str
        Its id.
    inputs : dict
        As typed, by name.

    Returns
    -------
    list of dict
        Results beside what the notebook printed; see `Lecture.compute`.

    Raises
    ------
    MakemoreError
        If the lecture is not open, or an input cannot be used.
    """
    lecture = _need_lecture(state)
    lecture.use_words(None if state.learned is None else state.learned.read.words)
    return lecture.compute(step, inputs)


def export_lecture(state: State, form: str) -> str:
    """Write the lecture as a file to run elsewhere.

    Parameters
    ----------
    form : {"py", "ipynb"}

    Returns
    -------
    str
        A Python script, or a Jupyter notebook.

    Raises
    ------
    MakemoreError
        If the lecture is not open.
    """
    from makemore.lecture import export

    write = export.notebook if form == "ipynb" else export.script
    return write(_need_lecture(state))


def _need_lecture(state: State) -> Lecture:
    if state.lecture is None:
        raise LectureClosedError("The lecture is not open yet. Open it again.")
    return state.lecture
