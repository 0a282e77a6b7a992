"""Layers as pairs of functions: forward, and backward from the output's gradient to the input's.

`p` and `g` hold parameters and gradients by makemore.py's names; a backward pass adds to `g` and
returns dx. All float32, n rows; what is fast about them is `kernel`'s business.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from makemore.nn import kernel

__all__ = [
    "Attended",
    "Normalised",
    "attention",
    "attention_backward",
    "embedding",
    "embedding_backward",
    "gelu",
    "gelu_backward",
    "layernorm",
    "layernorm_backward",
    "linear",
    "linear_backward",
    "running_mean",
    "running_mean_backward",
    "tanh",
    "tanh_backward",
]

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int32]
Named = Mapping[str, Floats]


def linear(x: Floats, p: Named, name: str) -> Floats:
    """Compute x (n, K) · Wᵀ + b for W (M, K), to (n, M); without b where there is none."""
    W = p[name + ".weight"]
    y = np.empty((len(x), len(W)), np.float32)
    kernel.matmul(x, W.T, y, 0, p.get(name + ".bias"))
    return y


def linear_backward(dy: Floats, x: Floats, p: Named, g: Named, name: str) -> Floats:
    """Add dyᵀ · x and the sum of dy (n, M) to the gradients; return dy · W, (n, K)."""
    kernel.matmul(dy.T, x, g[name + ".weight"], 1)
    if name + ".bias" in g:
        kernel.colsum(dy, g[name + ".bias"])
    dx = np.empty(x.shape, np.float32)
    kernel.matmul(dy, p[name + ".weight"], dx)
    return dx


def embedding(ids: Ints, table: Floats) -> Floats:
    """Look up rows of a table (V, C): ids of any shape (…) to (…, C)."""
    out = np.empty((*ids.shape, table.shape[1]), np.float32)
    kernel.embedding_fwd(ids, table, out)
    return out


def embedding_backward(dy: Floats, ids: Ints, dtable: Floats) -> None:
    """Add each row of dy (…, C) to the row of dtable (V, C) that it was looked up in."""
    kernel.embedding_bwd(ids, dy, dtable)


def tanh(x: Floats) -> Floats:
    """Compute tanh(x)."""
    y = np.empty(x.shape, np.float32)
    kernel.tanh_fwd(x, y)
    return y


def tanh_backward(dy: Floats, y: Floats) -> Floats:
    """Return dy · (1 - y²) for y = tanh(x)."""
    dx = np.empty(y.shape, np.float32)
    kernel.tanh_bwd(y, dy, dx)
    return dx


def gelu(x: Floats) -> Floats:
    """Compute x · Φ(x), by makemore.py's formula with tanh."""
    y = np.empty(x.shape, np.float32)
    kernel.gelu_fwd(x, y)
    return y


def gelu_backward(dy: Floats, x: Floats) -> Floats:
    """Return dy times the slope of `gelu` at x."""
    dx = np.empty(x.shape, np.float32)
    kernel.gelu_bwd(x, dy, dx)
    return dx


class Normalised(NamedTuple):
    """What `layernorm_backward` needs: rows of mean 0 and variance 1, and 1 / their deviation."""

    xhat: Floats
    rstd: Floats


def layernorm(x: Floats, p: Named, name: str) -> tuple[Floats, Normalised]:
    """Give each row of x (n, C) mean 0 and variance 1, times a gain, plus a bias (Ba et al. 2016).

    eps is 1e-5, inside the root.
    """
    y, xhat = np.empty(x.shape, np.float32), np.empty(x.shape, np.float32)
    rstd = np.empty(len(x), np.float32)
    kernel.layernorm_fwd(x, p[name + ".weight"], p[name + ".bias"], y, xhat, rstd)
    return y, Normalised(xhat, rstd)


def layernorm_backward(
    dy: Floats, cache: Normalised, p: Named, g: Named, name: str, dx: Floats
) -> None:
    """Add the gradient by x to dx (n, C), where a residual's gradient already stands."""
    weight, bias = name + ".weight", name + ".bias"
    kernel.layernorm_bwd(dy, cache.xhat, cache.rstd, p[weight], dx, g[weight], g[bias])


class Attended(NamedTuple):
    """What `attention_backward` needs: queries, keys and values, and who attends to whom."""

    qkv: Floats
    weights: Floats


def attention(qkv: Floats, offsets: Ints, heads: int) -> tuple[Floats, Attended]:
    """Let each symbol look at itself and those before it (Vaswani et al. 2017): (n, 3C) to (n, C).

    ``offsets`` (B + 1,) says where each of B sequences begins and ends. The cache's weights are
    flat: for each sequence of L symbols and head a matrix (L, L) that sums to 1 by row.
    """
    lengths = np.diff(offsets).astype(np.int64)
    weights = np.empty(int(heads * (lengths * lengths).sum()), np.float32)
    y = np.empty((len(qkv), qkv.shape[1] // 3), np.float32)
    kernel.attention_fwd(qkv, offsets, heads, weights, y)
    return y, Attended(qkv, weights)


def attention_backward(dy: Floats, cache: Attended, offsets: Ints, heads: int) -> Floats:
    """Return the gradient by qkv, (n, 3C)."""
    dqkv = np.empty(cache.qkv.shape, np.float32)
    kernel.attention_bwd(cache.qkv, offsets, heads, cache.weights, dy, dqkv)
    return dqkv


def running_mean(x: Floats, offsets: Ints) -> Floats:
    """Average each row of x (n, C) with those before it in its sequence."""
    y = np.empty(x.shape, np.float32)
    kernel.running_mean_fwd(x, offsets, y)
    return y


def running_mean_backward(dy: Floats, offsets: Ints) -> Floats:
    """Give each row its share of the averages that it is a part of, (n, C)."""
    dx = np.zeros(dy.shape, np.float32)
    kernel.running_mean_bwd(dy, offsets, dx)
    return dx
