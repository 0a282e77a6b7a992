"""One training run of the softmax model: piece by piece, with pause and resume."""

from __future__ import annotations

import time
from collections.abc import Callable

from makemore.errors import TrainingError
from makemore.softmax_model import SoftmaxModel

__all__ = ["TrainingRun"]

_EXPLODED = 10.0  # a loss so many times the first one will not come back


class TrainingRun:
    """Steps of gradient descent on one model, done in slices of time.

    Parameters
    ----------
    model : SoftmaxModel
        Trained in place.
    steps : int
        Steps to do.
    learning_rate, l2 : float
        As for `SoftmaxModel.step`.

    Attributes
    ----------
    losses : list of float
        The loss before each step that was done, in nats per bigram.
    """

    def __init__(self, model: SoftmaxModel, steps: int, learning_rate: float, l2: float) -> None:
        self.model = model
        self.steps = steps
        self.learning_rate = learning_rate
        self.l2 = l2
        self.losses: list[float] = []
        self._best = model.weights
        self._lowest = float("inf")

    @property
    def done(self) -> bool:
        """Whether all steps were done."""
        return len(self.losses) >= self.steps

    def resume(self, steps: int, learning_rate: float, l2: float) -> None:
        """Go on from the weights as they are, with new settings.

        Parameters
        ----------
        steps : int
            If the run was stopped, the steps of the whole run; if all its
            steps were done, so many more.
        learning_rate, l2 : float
            As for `SoftmaxModel.step`.
        """
        if self.done or steps <= len(self.losses):
            steps += len(self.losses)
        self.steps, self.learning_rate, self.l2 = steps, learning_rate, l2

    def advance(
        self, seconds: float, clock: Callable[[], float] = time.perf_counter
    ) -> list[float]:
        """Do steps for about `seconds`, at least one unless all are done.

        Parameters
        ----------
        seconds : float
            When so much time has passed, no further step begins.
        clock : callable, default `time.perf_counter`
            Gives the time in seconds.

        Returns
        -------
        list of float
            The losses of the steps that were done.

        Raises
        ------
        TrainingError
            If the loss is no longer finite, or ten times the first one. The
            model then has the weights of the lowest loss.
        """
        until = clock() + seconds
        begin = len(self.losses)
        while not self.done:
            self._step()
            if clock() >= until:
                break
        return self.losses[begin:]

    def _step(self) -> None:
        before = self.model.weights
        try:
            loss = self.model.step(self.learning_rate, self.l2)
        except TrainingError:
            self.model.weights = self._best
            raise
        first = self.losses[0] if self.losses else loss
        if loss > _EXPLODED * first:
            self.model.weights = self._best
            raise TrainingError(
                f"The loss rises instead of falling: {loss:.4g} at step {len(self.losses) + 1}, "
                f"{first:.4g} at the first. The learning rate {self.learning_rate:g} is too "
                "large. The last good weights are kept; use a smaller learning rate and train "
                "again."
            )
        if loss < self._lowest:
            self._lowest, self._best = loss, before
        self.losses.append(loss)
