"""One training run of the softmax model: piece by piece, with pause and resume."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

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
        self._watch_from_here()

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
        # With another regularization the losses so far are no measure any more.
        # The weights are good: advance() has judged them.
        self._watch_from_here()

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
            If the loss is no longer finite, or over ten times what it was at
            the start or the last `resume`, the last step's result included.
            The model then has the weights of the lowest loss since.
        """
        until = clock() + seconds
        begin = len(self.losses)
        while not self.done:
            self._step()
            if clock() >= until:
                break
        if len(self.losses) > begin:
            # A step tells the loss before it; what the last one did is known only now.
            with np.errstate(over="ignore", invalid="ignore"):
                loss = self.model.loss(self.l2)
            self._judge(loss, self.model.weights)
        return self.losses[begin:]

    def _watch_from_here(self) -> None:
        self._first: float | None = None
        self._lowest = float("inf")
        self._best = self.model.weights

    def _step(self) -> None:
        before = self.model.weights
        try:
            loss = self.model.step(self.learning_rate, self.l2)
        except TrainingError:
            self.model.weights = self._best
            raise
        self._judge(loss, before)
        self.losses.append(loss)

    def _judge(self, loss: float, weights: npt.NDArray[np.float64]) -> None:
        """Keep the weights if their loss is the lowest; give back the best if it exploded."""
        if self._first is None:
            self._first = loss
        if not loss <= _EXPLODED * self._first:  # so that NaN counts too
            self.model.weights = self._best
            raise TrainingError(
                f"The loss rises instead of falling: {loss:.4g} after step {len(self.losses)}, "
                f"{self._first:.4g} at first. The learning rate {self.learning_rate:g} is too "
                "large. The last good weights are kept; use a smaller learning rate and train "
                "again."
            )
        if loss < self._lowest:
            self._lowest, self._best = loss, weights
