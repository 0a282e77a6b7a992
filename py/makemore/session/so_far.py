"""What is told of a net while it learns: the time that is left, and some words of it as it is."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from makemore.case import case_of
from makemore.models.net import quiet
from makemore.models.protocol import Event, Model
from makemore.session.state import Plain
from makemore.settings import NOTEBOOK_SEED
from makemore.torch_generator import TorchGenerator

__all__ = ["SoFar"]

_SHARE = 0.01  # of the training's time, at most, that words cost
_FIRST = 0.005  # seconds that the first piece of work may take
_WORDS = 5
_LONGEST = 20  # letters; a net that has learned little makes words without end


class SoFar:
    """The time that is left by the run's own clock and steps, and a few words now and then.

    Words are drawn letter by letter, each as soon as a hundredth of the training's time has paid
    for it, from a copy of the weights and by a generator of their own: the run is bit for bit what
    it is without them.
    """

    def __init__(self, model: Model, clock: Callable[[], float] = time.perf_counter) -> None:
        self._model, self._clock = model, clock
        self._generator = TorchGenerator(NOTEBOOK_SEED)
        self._begun: tuple[int, float] | None = None  # the first event's step and seconds
        self._spent, self._last = 0.0, _FIRST  # seconds: of all pieces of work, and of one
        self._work: Iterator[None] | None = None
        self._words: Plain | None = None

    def after(self, event: Event, seconds: float) -> Plain:
        """Give ``left``, seconds, and ``words``, with the ``step`` they are of; None if unknown.

        ``seconds`` are those that training took so far.
        """
        if self._begun is None:
            self._begun = event.step, seconds
        taken = seconds - self._begun[1]
        if not event.done and self._spent + self._last <= _SHARE * taken:
            self._go_on(event.step)
        return {"left": self._left(event, taken), "words": self._words}

    def _left(self, event: Event, taken: float) -> float | None:
        done = event.step - (self._begun or (0, 0.0))[0]
        left = event.steps - event.step
        return taken / done * left if done > 0 and left >= 0 else None

    def _go_on(self, step: int) -> None:
        begun = self._clock()
        if self._work is None:
            self._work = self._draw(step)
        if next(self._work, self) is self:  # it is over
            self._work = None
        self._last = self._clock() - begun
        self._spent += self._last

    def _draw(self, step: int) -> Iterator[None]:
        """Draw some words together, a letter of each at a time."""
        kind: Any = type(self._model)
        model: Model = kind.from_state(self._model.vocabulary, self._model.state())
        yield None
        x: npt.NDArray[np.intp] = np.zeros((_WORDS, 1), dtype=np.intp)
        for _ in range(_LONGEST):
            live = (x[:, 1:] != 0).all(axis=1)
            if not live.any():
                break
            with quiet():
                P = model.predict(x[live])
            if not np.isfinite(P).all():
                return  # the loss has risen beyond all bounds, which training itself will tell
            drawn = np.zeros(_WORDS, dtype=np.intp)
            drawn[live] = self._generator.multinomial_rows(P)
            x = np.column_stack([x, drawn])
            yield None
        self._words = {"step": step, "words": [self._written(row) for row in x[:, 1:].tolist()]}

    def _written(self, row: list[int]) -> str:
        """Write a word as the list has words, with an ellipsis if it has not ended."""
        word = self._model.vocabulary.decode([i for i in row if i != 0])
        case = case_of(self._model)
        word = word if case is None else case.restore(word)
        return word if 0 in row else f"{word}…"
