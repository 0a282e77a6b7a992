"""One training run of the softmax model: piece by piece, with pause and resume."""

from __future__ import annotations

import time
import zlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from makemore.errors import TrainingError

if TYPE_CHECKING:
    from makemore.models.bigram_net import SoftmaxModel

__all__ = ["WORSE", "TrainingRun"]

_EXPLODED = 10.0  # a loss so many times the first one will not come back
WORSE = 1.01  # times a loss: so much higher, a run was for nothing


class TrainingRun:
    """Steps of gradient descent on one model, trained in place, done in slices of time.

    ``number`` tells it from other runs, 0 unless it is given one; ``losses`` are those before each
    step that was done, in nats per bigram. ``seed`` is that of the first weights, None if nobody
    said it, and ``paces`` are the rates and regularizations that it had: [from which step, rate,
    l2], so that the run can be done again.
    """

    def __init__(
        self,
        model: SoftmaxModel,
        steps: int,
        learning_rate: float,
        l2: float,
        seed: int | None = None,
    ) -> None:
        self.model = model
        self.steps = steps
        self.learning_rate = learning_rate
        self.l2 = l2
        self.number = 0
        self.seed = seed
        self.paces: list[tuple[int, float, float]] = [(0, learning_rate, l2)]
        self.losses: list[float] = []
        self._watch_from_here()

    @property
    def done(self) -> bool:
        """Whether all steps were done."""
        return len(self.losses) >= self.steps

    @property
    def lowest(self) -> float | None:
        """The lowest loss since the start or the last `resume`; None before the first step."""
        return None if self._first is None else self._lowest

    def state(self) -> dict[str, Any]:
        """Copy all there is to know of the run: numbers, None, and arrays as bytes (float64)."""
        return {
            "number": self.number,
            "steps": self.steps,
            "learning_rate": self.learning_rate,
            "l2": self.l2,
            "seed": self.seed,
            "paces": [list(pace) for pace in self.paces],
            "losses": np.array(self.losses, dtype=np.float64).tobytes(),
            "weights": self.model.weights.tobytes(),
            "best": self._best.tobytes(),
            "first": self._first,
            "lowest": self._lowest,
            "counts": _checksum(self.model.counts),
        }

    @classmethod
    def from_state(cls, counts: npt.NDArray[np.int64], state: dict[str, Any]) -> TrainingRun:
        """Make the run again that gave `state`; it goes on bit for bit as that one would.

        ``counts``, (V, V), are what it was training on; a buffer of bytes will do for bytes. Raises
        TrainingError if the state is of a run on other counts.
        """
        if state["counts"] != _checksum(counts):
            raise TrainingError(
                "The net was trained on another list of words than this one, so it is of no use "
                "here. Train again."
            )
        from makemore.models.bigram_net import SoftmaxModel

        model = SoftmaxModel(counts, _array(state["weights"]).reshape(counts.shape))
        # The page's numbers do not tell 50 from 50.0.
        run = cls(model, int(state["steps"]), float(state["learning_rate"]), float(state["l2"]))
        if state.get("seed") is not None:  # a page of before kept neither
            run.seed = int(state["seed"])
            run.paces = [(int(step), float(rate), float(l2)) for step, rate, l2 in state["paces"]]
        run.number = int(state["number"])
        run.losses = _array(state["losses"]).tolist()
        run._best = _array(state["best"]).reshape(counts.shape)
        run._first = None if state["first"] is None else float(state["first"])
        run._lowest = float(state["lowest"])
        return run

    def resume(self, steps: int, learning_rate: float, l2: float) -> None:
        """Go on from the weights as they are, with new settings.

        ``steps`` are those of the whole run if it was stopped; if all were done, so many more.
        """
        if self.done or steps <= len(self.losses):
            steps += len(self.losses)
        self.steps, self.learning_rate, self.l2 = steps, learning_rate, l2
        if self.paces[-1][1:] != (learning_rate, l2):
            self.paces.append((len(self.losses), learning_rate, l2))
        # With another regularization the losses so far are no measure any more.
        # The weights are good: advance() has judged them.
        self._watch_from_here()

    def advance(
        self, seconds: float, clock: Callable[[], float] = time.perf_counter
    ) -> list[float]:
        """Do steps until about `seconds` have passed, at least one unless all are done.

        Gives their losses. Raises TrainingError if the loss is no longer finite, or over ten times
        what it was at the start or the last `resume`, the last step's result included; or if all
        steps are done and the loss is higher than it was then. The model then has the weights of
        the lowest loss since, and the error the losses of the steps that were done.
        """
        begin = len(self.losses)
        try:
            self._advance(clock() + seconds, clock)
        except TrainingError as error:
            error.losses = self.losses[begin:]
            raise
        return self.losses[begin:]

    def _advance(self, until: float, clock: Callable[[], float]) -> None:
        before = len(self.losses)
        while not self.done:
            self._step()
            if clock() >= until:
                break
        if len(self.losses) > before:
            # A step tells the loss before it; what the last one did is known only now.
            with np.errstate(over="ignore", invalid="ignore"):
                loss = self.model.loss(self.l2)
            self._judge(loss, self.model.weights, WORSE if self.done else _EXPLODED)

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

    def _judge(
        self, loss: float, weights: npt.NDArray[np.float64], limit: float = _EXPLODED
    ) -> None:
        """Keep the weights if their loss is the lowest; give back the best if it exploded."""
        if self._first is None:
            self._first = loss
        if not loss <= limit * self._first:  # so that NaN counts too
            self.model.weights = self._best
            raise TrainingError(
                f"The loss rises instead of falling: {loss:.4g} after step {len(self.losses)}, "
                f"{self._first:.4g} at first. The learning rate {self.learning_rate:g} is too "
                f"large for regularization {self.l2:g}. The last good weights are kept; use a "
                "smaller learning rate and train again."
            )
        if loss < self._lowest:
            self._lowest, self._best = loss, weights


def _checksum(counts: npt.NDArray[np.int64]) -> int:
    """Tell one list's counts from another's; nobody is kept from forging it."""
    return zlib.crc32(counts.tobytes(), counts.shape[0])


def _array(data: bytes | memoryview) -> npt.NDArray[np.float64]:
    return np.frombuffer(bytes(data), dtype=np.float64)
