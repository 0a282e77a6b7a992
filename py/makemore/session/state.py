"""What a session holds: the list in use with its models, and the list before it."""

from __future__ import annotations

import functools
from typing import Any

from makemore.counting.tally import Counts
from makemore.edit_distance import WordIndex
from makemore.errors import MakemoreError, SettingError
from makemore.models.bigram import CountModel, Probabilities
from makemore.reading.reader import ReadList
from makemore.training import TrainingRun

__all__ = ["Learned", "Plain", "State"]

Plain = dict[str, Any]
"""What JSON can hold, and bytes, and infinite floats."""

_NO_LIST = "There is no word list yet. Choose, upload or paste one first."


class Learned:
    """What is known of one list: its words, counts and models."""

    def __init__(self, name: str, read: ReadList) -> None:
        self.name = name
        self.read = read
        self.vocabulary = read.vocabulary
        self.counts = read.counts
        self.count_model: CountModel[Counts] = CountModel(self.counts)
        self.run: TrainingRun | None = None
        self.run_before: TrainingRun | None = None
        # reversed: of a word that comes twice, the first line is kept
        words, lines = read.words or (), read.lines or ()
        self.line_of = dict(zip(reversed(words), reversed(lines), strict=True))

    @functools.cached_property
    def index(self) -> WordIndex:
        """The words, prepared for questions about their neighbours, when first needed."""
        if self.read.words is None:
            raise MakemoreError(
                f"“{self.name}” has {self.read.count:,} words, too many to keep them all, so the "
                "nearest ones cannot be told."
            )
        return WordIndex(self.read.words)


class State:
    """What the actions share; none of its own."""

    def __init__(self) -> None:
        self._learned: Learned | None = None
        self._before: Learned | None = None

    def _need_list(self) -> Learned:
        if self._learned is None:
            raise MakemoreError(_NO_LIST)
        return self._learned

    def _need_run(self) -> TrainingRun:
        run = self._need_list().run
        if run is None:
            raise MakemoreError("The net is not trained yet. Press Train with Gradient descent.")
        return run

    def _probabilities(self, model: str) -> Probabilities:
        if model == "counting":
            return self._need_list().count_model.probabilities()
        if model == "gradient":
            return self._need_run().model.probabilities()
        raise SettingError(f"The model is 'counting' or 'gradient', not {model!r}.", "model")
