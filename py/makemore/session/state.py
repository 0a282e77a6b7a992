"""What a session holds: the list in use with its models, the list before it, and open streams."""

from __future__ import annotations

import functools
from collections.abc import Generator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from makemore.counting.tally import Counts
from makemore.edit_distance import WordIndex
from makemore.errors import MakemoreError, SettingError
from makemore.models.bigram import CountModel, Probabilities
from makemore.reading.reader import ReadList
from makemore.training import TrainingRun

if TYPE_CHECKING:
    from makemore.lecture import Lecture

__all__ = ["Learned", "Plain", "State", "Stopped", "Stream"]

Plain = dict[str, Any]
"""What JSON can hold, and bytes, and infinite floats."""

Stream = Generator[Plain, Any, Plain | None]
"""An action that reports while it works: it yields reports, and returns its value."""


class Stopped(Exception):
    """Thrown into a stream where it waits when the person presses Stop."""


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


@dataclass
class State:
    """Everything that one page has on the Python side; actions are functions of it."""

    learned: Learned | None = None
    before: Learned | None = None
    lecture: Lecture | None = None
    streams: dict[int, Stream] = field(default_factory=dict)
    last_stream: int = 0

    def need_list(self) -> Learned:
        """Return the list in use, or say that there is none."""
        if self.learned is None:
            raise MakemoreError("There is no word list yet. Choose, upload or paste one first.")
        return self.learned

    def need_run(self) -> TrainingRun:
        """Return the run of the bigram net, or say that there is none."""
        run = self.need_list().run
        if run is None:
            raise MakemoreError("The net is not trained yet. Press Train with Gradient descent.")
        return run

    def probabilities(self, model: str) -> Probabilities:
        """Return P of one of the two bigram models."""
        if model == "counting":
            return self.need_list().count_model.probabilities()
        if model == "gradient":
            return self.need_run().model.probabilities()
        raise SettingError(f"The model is 'counting' or 'gradient', not {model!r}.", "model")
