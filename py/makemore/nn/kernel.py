"""The operations a training step is made of, in NumPy, or in the compiled module where it is there.

Call them through this module (``kernel.matmul(…)``, not ``from … import matmul``): `load` puts the
compiled operations of kernel/ in the place of those below, which stay their twins: same names,
same signatures, same results to float32's rounding, and what CPython uses.

Arrays are C-contiguous float32 (ids, targets and offsets int32) unless said. Every operation writes
into outputs that it is given and returns nothing. An output shares no memory with another array,
except that it may be the very array of an input of its size where an operation says "in place".
"""

from __future__ import annotations

import importlib
import math
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = [
    "MODULE",
    "TWINS",
    "Status",
    "adamw",
    "attention_bwd",
    "attention_fwd",
    "colsum",
    "embedding_bwd",
    "embedding_fwd",
    "gelu_bwd",
    "gelu_fwd",
    "gru_gates_bwd",
    "gru_gates_fwd",
    "gru_mix_bwd",
    "gru_mix_fwd",
    "layernorm_bwd",
    "layernorm_fwd",
    "load",
    "matmul",
    "part_work",
    "running_mean_bwd",
    "running_mean_fwd",
    "softmax_xent",
    "status",
    "tanh_bwd",
    "tanh_fwd",
]

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int32]
Places = npt.NDArray[np.intp]

MODULE = "makemore_kernel"
_PART_WORK = 400e6  # 10 ms at the kernel's 40 GFLOP/s
# NumPy in Pyodide has no BLAS; there its einsum multiplies about twice as fast as its matmul.
_HAS_BLAS = sys.platform != "emscripten"
GELU = math.sqrt(2 / math.pi)
CUBE = 0.044715
EPSILON = 1e-5  # of layer norm


# ---- products


def matmul(a: Floats, b: Floats, out: Floats, add: int = 0, bias: Floats | None = None) -> None:
    """Set out (M, N) to a (M, K) @ b (K, N) + bias (N,); with `add` that is added to out.

    a and b may be any views, transposes among them; the rows of out are contiguous.
    """
    product = out if not add else np.empty(out.shape, np.float32)
    if _HAS_BLAS:
        np.matmul(a, b, out=product)
    else:
        np.einsum("mk,kn->mn", a, b, out=product)
    if add:
        out += product
    if bias is not None:
        out += bias


def colsum(dy: Floats, db: Floats) -> None:
    """Add the sums of the columns of dy (M, N), whose rows are contiguous, to db (N,)."""
    db += dy.sum(0)


# ---- element by element; y, dx may be in place


def tanh_fwd(x: Floats, y: Floats) -> None:
    """Set y to tanh(x)."""
    np.tanh(x, out=y)


def tanh_bwd(y: Floats, dy: Floats, dx: Floats) -> None:
    """Set dx to dy · (1 - y²), of y = tanh(x)."""
    np.multiply(dy, 1 - y * y, out=dx)


def _sigmoid(x: Floats) -> Floats:
    y: Floats = 0.5 * np.tanh(0.5 * x) + 0.5  # 1 / (1 + exp(-x)) could overflow
    return y


def gelu_fwd(x: Floats, y: Floats) -> None:
    """Set y to x/2 · (1 + tanh(√(2/π) (x + 0.044715 x³))), makemore.py's NewGELU."""
    np.multiply(0.5 * x, 1 + np.tanh(GELU * (x + CUBE * (x * x * x))), out=y)


def gelu_bwd(x: Floats, dy: Floats, dx: Floats) -> None:
    """Set dx to dy times the slope of `gelu_fwd` at x."""
    square = x * x
    t = np.tanh(GELU * (x + CUBE * (square * x)))
    du = GELU * (1 + 3 * CUBE * square)
    np.multiply(dy, 0.5 * (1 + t) + 0.5 * x * (1 - t * t) * du, out=dx)


# ---- rows


def layernorm_fwd(
    x: Floats, gain: Floats, bias: Floats, y: Floats, xhat: Floats, rstd: Floats
) -> None:
    """Set y (M, N) to gain (N,) · xhat + bias (N,), where xhat has mean 0 and variance 1 by row.

    xhat (M, N) and rstd (M,), one over each row's deviation, are for the backward pass. y or xhat
    may be in place.
    """
    centred = x - x.mean(1, keepdims=True)
    np.divide(1, np.sqrt((centred * centred).mean(1) + EPSILON), out=rstd)
    np.multiply(centred, rstd[:, None], out=xhat)
    np.multiply(xhat, gain, out=y)
    y += bias


def layernorm_bwd(
    dy: Floats,
    xhat: Floats,
    rstd: Floats,
    gain: Floats,
    dx: Floats,
    dgain: Floats,
    dbias: Floats,
) -> None:
    """Add the gradients of `layernorm_fwd` to dx (M, N), dgain (N,) and dbias (N,)."""
    dbias += dy.sum(0)
    dgain += (dy * xhat).sum(0)
    dxhat = dy * gain
    along = (dxhat * xhat).mean(1, keepdims=True)
    dx += rstd[:, None] * (dxhat - dxhat.mean(1, keepdims=True) - xhat * along)


def softmax_xent(z: Floats, target: Ints, scale: float, loss: Floats) -> None:
    """Turn logits z (M, N) into their gradients, and give each row's loss (M,) in nats.

    loss = -log softmax(z)[target], z = scale · (softmax(z) - onehot(target)); a row of target -1
    is left out: loss 0, gradient 0. A ValueError for a target that is no column.
    """
    _check_indices(target, -1, z.shape[1])
    rows, kept = np.arange(len(z)), target >= 0
    column = np.where(kept, target, 0)
    z -= z.max(1, keepdims=True)
    at_target = z[rows, column]
    np.exp(z, out=z)
    total = z.sum(1)
    np.copyto(loss, np.where(kept, np.log(total) - at_target, 0))
    z *= (scale / total)[:, None]
    z[rows, column] -= scale
    z[~kept] = 0


# ---- attention


def attention_fwd(qkv: Floats, offsets: Ints, heads: int, att: Floats, y: Floats) -> None:
    """Set y (n, C) to causal self-attention over qkv (n, 3C), each of B sequences for itself.

    The rows of sequence b are offsets[b] : offsets[b + 1], offsets (B + 1,) from 0 to n. att, flat,
    takes P(row attends to column), (len, len) for each sequence and head in turn, 0 above the
    diagonal: heads · Σ len² numbers at least, of which the rest is left as it is.
    """
    for rows, cells in _with_cells(qkv, offsets, heads, att):
        q, k, v = _split(qkv[rows], 3, heads)  # (g, heads, L, C / heads) each
        scores = q @ k.swapaxes(2, 3) * (1 / math.sqrt(q.shape[3]))
        scores[:, :, *np.triu_indices(rows.shape[1], 1)] = -np.inf
        scores -= scores.max(3, keepdims=True)
        np.exp(scores, out=scores)
        scores /= scores.sum(3, keepdims=True)
        att[cells] = scores
        y[rows] = _joined((scores @ v)[None])


def attention_bwd(
    qkv: Floats, offsets: Ints, heads: int, att: Floats, dy: Floats, dqkv: Floats
) -> None:
    """Set dqkv (n, 3C) to the gradients of `attention_fwd`, which gave att."""
    for rows, cells in _with_cells(qkv, offsets, heads, att):
        q, k, v = _split(qkv[rows], 3, heads)
        (do,) = _split(dy[rows], 1, heads)
        p = att[cells]  # (g, heads, L, L)
        dp = do @ v.swapaxes(2, 3)
        ds = p * (dp - (dp * p).sum(3, keepdims=True)) * (1 / math.sqrt(q.shape[3]))
        gradients = ds @ k, ds.swapaxes(2, 3) @ q, p.swapaxes(2, 3) @ do
        dqkv[rows] = _joined(np.stack(gradients))


def _with_cells(
    qkv: Floats, offsets: Ints, heads: int, att: Floats
) -> Iterator[tuple[Places, Places]]:
    """Give the rows (g, L) and the places in att (g, heads, L, L) of g sequences of one length."""
    lengths = np.diff(offsets).astype(np.int64)
    past = heads * np.cumsum(lengths * lengths)
    if past.size and past[-1] > att.size:
        raise ValueError(f"att must have {past[-1]} elements at least, not {att.size}.")
    for group, rows in _by_length(offsets, len(qkv)):
        g, L = rows.shape
        size = heads * L * L
        cells: Places = (past[group] - size)[:, None] + np.arange(size)
        yield rows, cells.reshape(g, heads, L, L)


def _by_length(offsets: Ints, n: int) -> Iterator[tuple[Places, Places]]:
    """Give which sequences (g,) have one length, and their rows (g, L); empty ones are left out."""
    lengths = np.diff(offsets)
    ends = offsets[[0, -1]].tolist() if offsets.size else []
    if ends != [0, n] or (lengths < 0).any():
        raise ValueError("offsets must rise from 0 to the number of rows.")
    for L in map(int, np.unique(lengths[lengths > 0])):
        group: Places = np.flatnonzero(lengths == L)
        rows: Places = offsets[group].astype(np.intp)[:, None] + np.arange(L)
        yield group, rows


def _split(x: Floats, parts: int, heads: int) -> Floats:
    """Turn (g, L, parts · C) into (parts, g, heads, L, C / heads)."""
    g, L, width = x.shape
    return x.reshape(g, L, parts, heads, width // parts // heads).transpose(2, 0, 3, 1, 4)


def _joined(x: Floats) -> Floats:
    """Undo `_split`."""
    parts, g, heads, L, size = x.shape
    return x.transpose(1, 3, 0, 2, 4).reshape(g, L, parts * heads * size)


# ---- the mean of all rows so far


def running_mean_fwd(x: Floats, offsets: Ints, y: Floats) -> None:
    """Set each row of y (n, C) to the mean of x's rows from its sequence's first to it.

    Sequences are packed as in `attention_fwd`; y may be in place.
    """
    for _, rows in _by_length(offsets, len(x)):
        y[rows] = np.cumsum(x[rows], 1) / _counts(rows)


def running_mean_bwd(dy: Floats, offsets: Ints, dx: Floats) -> None:
    """Add the gradients of `running_mean_fwd` to dx (n, C)."""
    for _, rows in _by_length(offsets, len(dy)):
        backwards = (dy[rows] / _counts(rows))[:, ::-1]
        dx[rows] += np.cumsum(backwards, 1)[:, ::-1]


def _counts(rows: Places) -> Floats:
    return np.arange(1, rows.shape[1] + 1, dtype=np.float32)[:, None]


# ---- embedding


def embedding_fwd(ids: Ints, table: Floats, out: Floats) -> None:
    """Set row i of out (…, C) to row ids[i] of table (V, C), ids of any shape.

    A ValueError for an id that is no row of the table.
    """
    _check_indices(ids, 0, len(table))
    np.take(table, ids.reshape(-1), 0, out=out.reshape(ids.size, table.shape[1]), mode="clip")


def embedding_bwd(ids: Ints, dx: Floats, dtable: Floats) -> None:
    """Add row i of dx (…, C) to row ids[i] of dtable (V, C).

    A ValueError for an id that is no row of the table.
    """
    _check_indices(ids, 0, len(dtable))
    flat = ids.reshape(-1)
    order = np.argsort(flat, kind="stable")
    seen, first = np.unique(flat[order], return_index=True)
    if seen.size:
        dtable[seen] += np.add.reduceat(dx.reshape(ids.size, -1)[order], first, 0)


def _check_indices(ids: Ints, lowest: int, end: int) -> None:
    if ids.size and (ids.min() < lowest or ids.max() >= end):
        raise ValueError(f"indices must be from {lowest} to {end - 1}.")


# ---- the gates of a GRU, between its products; all arrays of one size


def gru_gates_fwd(z: Floats, r: Floats, h: Floats, rh: Floats) -> None:
    """Turn z and r into sigmoid(z) and sigmoid(r), and set rh to r · h."""
    np.copyto(z, _sigmoid(z))
    np.copyto(r, _sigmoid(r))
    np.multiply(r, h, out=rh)


def gru_mix_fwd(c: Floats, z: Floats, h: Floats, out: Floats) -> None:
    """Turn c into tanh(c), and set out to (1 - z) · h + z · c; out may be h in place."""
    np.tanh(c, out=c)
    np.copyto(out, h + z * (c - h))


def gru_mix_bwd(c: Floats, z: Floats, h: Floats, dh: Floats, dc: Floats, dz: Floats) -> None:
    """Undo `gru_mix_fwd` and the slopes of its tanh and of z's sigmoid.

    dh, of out, is turned into (1 - z) · dh, which is h's part; dc and dz, of what tanh and sigmoid
    were given, are set.
    """
    np.multiply(dh * (c - h), z * (1 - z), out=dz)
    np.multiply(dh * z, 1 - c * c, out=dc)
    dh *= 1 - z


def gru_gates_bwd(r: Floats, h: Floats, drh: Floats, dr: Floats, dh: Floats) -> None:
    """Undo rh = r · h: set dr, of what r's sigmoid was given, and add drh · r to dh."""
    np.multiply(drh * h, r * (1 - r), out=dr)
    dh += drh * r


# ---- AdamW


def adamw(
    p: Floats,
    g: Floats,
    m: Floats,
    v: Floats,
    lr: float,
    beta1: float,
    beta2: float,
    eps: float,
    decay: float,
    correction1: float,
    correction2: float,
) -> None:
    """Take a step of AdamW (Loshchilov and Hutter 2019) over flat vectors, and clear g.

    m = beta1 · m + (1 - beta1) · g and v = beta2 · v + (1 - beta2) · g²; then p *= 1 - lr · decay,
    p -= lr · correction1 · m / (√v · correction2 + eps), where at step t = 1, 2, … correction1 is
    1 / (1 - beta1ᵗ) and correction2 is 1 / √(1 - beta2ᵗ).
    """
    m *= beta1
    m += (1 - beta1) * g
    v *= beta2
    v += (1 - beta2) * (g * g)
    p *= 1 - lr * decay
    p -= (lr * correction1) * m / (np.sqrt(v) * correction2 + eps)
    g[:] = 0


# ---- which of the two is in use

TWINS: Mapping[str, Callable[..., None]] = {
    operation.__name__: operation
    for operation in (
        matmul,
        colsum,
        tanh_fwd,
        tanh_bwd,
        gelu_fwd,
        gelu_bwd,
        layernorm_fwd,
        layernorm_bwd,
        softmax_xent,
        attention_fwd,
        attention_bwd,
        running_mean_fwd,
        running_mean_bwd,
        embedding_fwd,
        embedding_bwd,
        gru_gates_fwd,
        gru_mix_fwd,
        gru_mix_bwd,
        gru_gates_bwd,
        adamw,
    )
}


@dataclass(frozen=True)
class Status:
    """Whether the compiled operations are in use, and why not."""

    compiled: bool
    why: str


_status = Status(False, "The compiled kernel has not been asked for.")


def status() -> Status:
    """Tell which of the two is in use, and why."""
    return _status


def part_work() -> float:
    """Tell how many floating-point operations take some 10 to 20 ms.

    A step is done in parts of so many, so that a person can stop it in time; NumPy in WebAssembly
    does a tenth of what it does elsewhere, and of what the kernel does.
    """
    return _PART_WORK if _HAS_BLAS or _status.compiled else _PART_WORK / 10


def load() -> Status:
    """Use the compiled module from now on, if it is there and does what its twins do.

    It is compiled for Pyodide alone; elsewhere NumPy has a fast matmul of its own.
    """
    global _status
    if not _status.compiled:
        _status = _loaded()
    return _status


def _loaded() -> Status:
    try:
        module: Any = importlib.import_module(MODULE)
    except ImportError as error:
        return Status(False, f"NumPy does the work: {error}.")
    from makemore.nn.kernel_check import first_difference  # needed once, and only with a module

    difference = first_difference(module)
    if difference is not None:
        return Status(False, f"NumPy does the work: the compiled kernel is wrong, {difference}.")
    globals().update({name: getattr(module, name) for name in TWINS})
    return Status(True, "The compiled kernel does the work, and agreed with NumPy.")


load()
