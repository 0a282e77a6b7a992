"""Gradient descent on the table of pairs, to be looked at at any of its steps."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from makemore.errors import MakemoreError
from makemore.models.bigram_net import BigramNet, SoftmaxModel
from makemore.models.descent import TrainingRun
from makemore.torch_generator import TorchGenerator
from makemore.vocabulary import Vocabulary

__all__ = ["Descent", "Replay"]

_KEPT = 48_000_000  # bytes of weights, at most
_SECONDS = 0.1  # of steps, before it is shown how far they came
_SAME = 1e-9  # between losses of one run, relative

Floats = npt.NDArray[np.float64]


class Descent:
    """A run of the bigram net from its first weights on; its steps are done when asked for.

    ``paces`` are [from which step, learning rate, l2], ascending from step 0; more may be added
    for steps that were not asked for yet. ``losses`` are those before each step that was done, in
    nats per bigram, with regularization.
    """

    def __init__(
        self,
        counts: npt.NDArray[np.int64],
        seed: int,
        paces: Sequence[tuple[int, float, float]],
    ) -> None:
        self.net = SoftmaxModel(counts, generator=TorchGenerator(seed))
        self.paces = paces
        self.losses: list[float] = []
        self._kept: dict[int, Floats] = {0: self.net.weights}
        self._step = 0

    def go_to(self, step: int, seconds: float = math.inf) -> int:
        """Bring ``net`` to a step, or as near to it as that takes; give the step that it is at.

        Raises TrainingError if the loss explodes before.
        """
        until = time.perf_counter() + seconds
        nearest = max(kept for kept in self._kept if kept <= step)
        if not nearest <= self._step <= step:
            self._step, self.net.weights = nearest, self._kept[nearest]
        while self._step < step:
            pace = next(pace for pace in reversed(self.paces) if pace[0] <= self._step)
            loss = self.net.step(*pace[1:])
            if self._step == len(self.losses):
                self.losses.append(loss)
            self._step += 1
            self._keep()
            if time.perf_counter() >= until:
                break
        return self._step

    def _keep(self) -> None:
        if self._step not in self._kept and self._step % self._every == 0:
            self._kept[self._step] = self.net.weights

    @property
    def _every(self) -> int:
        """Keep the weights of each step for small tables, of fewer steps for large ones."""
        return max(1, self.net.weights.nbytes * 1000 // _KEPT)


class Replay:
    """A run to be seen again: that of a net, or the one that its settings would give."""

    def __init__(self, vocabulary: Vocabulary, descent: Descent, seed: int) -> None:
        self.vocabulary, self.descent, self.seed = vocabulary, descent, seed
        self.net: BigramNet | None = None
        self.run: TrainingRun | None = None
        self._planned = 0

    @classmethod
    def of_run(cls, net: BigramNet) -> Self:
        """See a net's own run, which may be under way; its first weights' seed is known."""
        run = net.run
        if run is None or run.seed is None:
            raise MakemoreError("This net's run is not known, so it cannot be seen again.")
        replay = cls(net.vocabulary, Descent(net.net.counts, run.seed, run.paces), run.seed)
        replay.net, replay.run = net, run
        return replay

    @classmethod
    def planned(
        cls,
        N: npt.NDArray[np.int64],
        vocabulary: Vocabulary,
        settings: Mapping[str, Any],
        net: BigramNet | None = None,
    ) -> Self:
        """See what training on these counts would do, or did if that gave ``net``."""
        pace = (0, float(settings["learning_rate"]), float(settings["l2"]))
        seed = int(settings["weights_seed"])
        replay = cls(vocabulary, Descent(N, seed, [pace]), seed)
        replay.net, replay._planned = net, int(settings["steps"])
        return replay

    @property
    def own(self) -> bool:
        """Whether it is the run of a net that there is."""
        return self.net is not None

    @property
    def steps(self) -> int:
        """How many steps there are: of a run, those that were done."""
        return self._planned if self.run is None else len(self.run.losses)

    def at(self, step: int) -> tuple[SoftmaxModel, list[float], int]:
        """Give the net at a step or at one on the way there, the losses before, and that step."""
        if self.run is not None and step == self.steps:
            return self.run.model, list(self.run.losses), step  # as it is, not as it would be
        at = self.descent.go_to(step, _SECONDS)
        return self.descent.net, self.descent.losses[:at], at

    def same(self, losses: Sequence[float]) -> bool:
        """Tell whether these losses, from the first step on, are those of the run."""
        if self.run is None:
            if self.net is None or len(losses) < self.steps:
                return True
            return np.allclose(self.descent.net.weights, self.net.net.weights)
        return bool(np.allclose(losses, self.run.losses[: len(losses)], rtol=_SAME, atol=0))
