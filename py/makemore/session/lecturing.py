"""The session's actions on the lecture: open it, compute a step, write it to a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from makemore.errors import LectureClosedError
from makemore.session.state import Plain, State

if TYPE_CHECKING:
    from makemore.lecture import Lecture

__all__ = ["Lecturing"]


class Lecturing(State):
    """Actions on the lecture."""

    def __init__(self) -> None:
        super().__init__()
        self._lecture: Lecture | None = None

    def open_lecture(self, counts: bytes | memoryview) -> list[Plain]:
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

        self._lecture = Lecture(bytes(counts))
        return self._lecture.contents()

    def lecture(self, step: str, inputs: Plain) -> list[Plain]:
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
        lecture = self._need_lecture()
        lecture.use_words(None if self._learned is None else self._learned.read.words)
        return lecture.compute(step, inputs)

    def export_lecture(self, form: str) -> str:
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
        return write(self._need_lecture())

    def _need_lecture(self) -> Lecture:
        if self._lecture is None:
            raise LectureClosedError("The lecture is not open yet. Open it again.")
        return self._lecture
