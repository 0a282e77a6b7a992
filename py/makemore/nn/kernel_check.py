"""Compare the compiled kernel with its NumPy twins, before anything is trained with it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from makemore.nn.kernel import TWINS

__all__ = ["arguments", "difference", "first_difference"]

# Of float32 sums over some tens of numbers near 1, and of approximate tanh and exp.
TOLERANCE = 2e-5


def first_difference(module: Any) -> str | None:
    """Say which operation of a module differs from its twin, and by how much; None if none does."""
    for name, given in arguments(np.random.RandomState(0)):
        operation = getattr(module, name, None)
        if operation is None:
            return f"it has no {name}"
        try:
            by = difference(name, operation, given)
        except Exception as error:  # whatever a broken module raises
            return f"its {name} raises {error!r}"
        if not by <= TOLERANCE:
            return f"its {name} differs by {by:.1g}"
    return None


def difference(name: str, operation: Any, given: tuple[Any, ...]) -> float:
    """Give the largest difference from the twin over all arrays, relative where they exceed 1."""
    theirs, ours = _copies(given), _copies(given)
    operation(*theirs)
    TWINS[name](*ours)
    return max(
        float((abs(x - y) / np.maximum(1, abs(y))).max())
        for x, y in zip(theirs, ours, strict=True)
        if isinstance(x, np.ndarray) and x.size
    )


def arguments(random: np.random.RandomState) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Give each operation's name with arguments whose sizes are no multiples of 4."""

    def f(*shape: int) -> npt.NDArray[np.float32]:
        return random.standard_normal(shape).astype(np.float32)

    def i(lowest: int, end: int, *shape: int) -> npt.NDArray[np.int32]:
        return random.randint(lowest, end, shape).astype(np.int32)

    for m, k, n in ((9, 5, 27), (4, 8, 8), (1, 1, 1), (6, 33, 3)):
        yield "matmul", (f(m, k), f(k, n), f(m, n), 0, f(n))
        yield "matmul", (f(m, k), f(n, k).T, f(m, n), 1, None)
        yield "matmul", (f(k, m).T, f(k, n), f(m, n), 1, f(n))
    yield "colsum", (f(7, 19), f(19))
    for name in ("tanh_fwd", "gelu_fwd"):
        yield name, (3 * f(37), f(37))
    for name in ("tanh_bwd", "gelu_bwd"):
        yield name, (f(37), f(37), f(37))
    yield "layernorm_fwd", (f(5, 13), f(13), f(13), f(5, 13), f(5, 13), f(5))
    yield "layernorm_bwd", (f(5, 13), f(5, 13), abs(f(5)), f(13), f(5, 13), f(13), f(13))
    yield "softmax_xent", (f(9, 27), i(-1, 27, 9), 0.1, f(9))
    offsets, heads, C = np.array([0, 5, 5, 6, 11], np.int32), 2, 6
    qkv, y, att = f(11, 3 * C), f(11, C), f(heads * 60)
    yield "attention_fwd", (qkv, offsets, heads, att, y)
    att = att.copy()
    TWINS["attention_fwd"](qkv, offsets, heads, att, y.copy())
    yield "attention_bwd", (qkv, offsets, heads, att, y, f(11, 3 * C))
    yield "running_mean_fwd", (f(11, 7), offsets, f(11, 7))
    yield "running_mean_bwd", (f(11, 7), offsets, f(11, 7))
    yield "embedding_fwd", (i(0, 6, 3, 4), f(6, 7), f(12, 7))
    yield "embedding_bwd", (i(0, 6, 3, 4), f(12, 7), f(6, 7))
    yield "gru_gates_fwd", (f(3, 7), f(3, 7), f(3, 7), f(3, 7))
    yield "gru_mix_fwd", (f(3, 7), f(3, 7), f(3, 7), f(3, 7))
    yield "gru_mix_bwd", (f(3, 7), f(3, 7), f(3, 7), f(3, 7), f(3, 7), f(3, 7))
    yield "gru_gates_bwd", (f(3, 7), f(3, 7), f(3, 7), f(3, 7), f(3, 7))
    step = (0.01, 0.9, 0.99, 1e-8, 0.1, 1 / (1 - 0.9), 10.0)
    yield "adamw", (f(19), f(19), f(19), abs(f(19)), *step)


def _copies(given: tuple[Any, ...]) -> list[Any]:
    """Copy arrays, keeping the order in which a transpose lies in memory."""
    return [x.copy(order="K") if isinstance(x, np.ndarray) else x for x in given]
