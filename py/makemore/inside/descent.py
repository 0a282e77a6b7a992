"""Gradient descent on the table of pairs, to be looked at at any of its steps."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from makemore.models.bigram_net import SoftmaxModel
from makemore.torch_generator import TorchGenerator

__all__ = ["Descent"]

_KEPT = 48_000_000  # bytes of weights, at most

Floats = npt.NDArray[np.float64]


class Descent:
    """A run of the bigram net from its first weights on; its steps are done when asked for.

    ``losses`` are those before each step that was done, in nats per bigram, with regularization.
    """

    def __init__(
        self, counts: npt.NDArray[np.int64], seed: int, learning_rate: float, l2: float
    ) -> None:
        self.net = SoftmaxModel(counts, generator=TorchGenerator(seed))
        self.learning_rate, self.l2 = learning_rate, l2
        self.losses: list[float] = []
        self._kept: dict[int, Floats] = {0: self.net.weights}
        self._step = 0

    def go_to(self, step: int) -> SoftmaxModel:
        """Give the net after so many steps; raises TrainingError if the loss explodes before."""
        nearest = max(kept for kept in self._kept if kept <= step)
        if not nearest <= self._step <= step:
            self._step, self.net.weights = nearest, self._kept[nearest]
        while self._step < step:
            loss = self.net.step(self.learning_rate, self.l2)
            if self._step == len(self.losses):
                self.losses.append(loss)
            self._step += 1
            self._keep()
        return self.net

    def _keep(self) -> None:
        if self._step not in self._kept and self._step % self._every == 0:
            self._kept[self._step] = self.net.weights

    @property
    def _every(self) -> int:
        """Keep the weights of each step for small tables, of fewer steps for large ones."""
        return max(1, self.net.weights.nbytes * 1000 // _KEPT)
