"""From gradients to better parameters: AdamW, and how fast it goes at each step."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from makemore.nn import kernel

__all__ = ["AdamW", "warm_up_and_cosine"]

Floats = npt.NDArray[np.float32]

BETAS = (0.9, 0.99)
EPSILON = 1e-8


class AdamW:
    """Adam with decoupled weight decay (Loshchilov and Hutter 2019), as in makemore.py.

    ``m`` and ``v`` are running means of the gradient and of its square, of the size of the flat
    vector of parameters; ``t`` counts the steps.
    """

    def __init__(self, size: int) -> None:
        self.m, self.v = np.zeros(size, np.float32), np.zeros(size, np.float32)
        self.t = 0

    def step(self, p: Floats, g: Floats, learning_rate: float, decay: float) -> None:
        """Change p against g, after pulling all of p to 0 by the decay; clear g."""
        self.t += 1
        first, second = BETAS
        correction1 = 1 / (1 - first**self.t)
        correction2 = 1 / math.sqrt(1 - second**self.t)
        kernel.adamw(
            p,
            g,
            self.m,
            self.v,
            learning_rate,
            first,
            second,
            EPSILON,
            decay,
            correction1,
            correction2,
        )


def warm_up_and_cosine(step: int, steps: int, warm_up: float = 0.05) -> float:
    """Give the share of the learning rate at a step, 0 the first: up in a line, down by a cosine.

    At the first steps the gradients of an untrained net are large and Adam's means are of few
    values, so it starts slowly; near the end small steps settle what is noisy (Loshchilov and
    Hutter 2017).
    """
    rising = max(1, round(warm_up * steps))
    if step < rising:
        return (step + 1) / rising
    return 0.5 + 0.5 * math.cos(math.pi * (step - rising) / max(1, steps - rising))
