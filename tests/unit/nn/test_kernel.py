"""The kernel's operations against what they mean, in float64 and one number at a time.

In Pyodide all tests run twice: for the NumPy twins, and for the compiled operations in use there.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Mapping
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from makemore.nn import kernel, kernel_check

Floats = npt.NDArray[np.float32]
Exact = npt.NDArray[np.float64]
Operations = Mapping[str, Callable[..., None]]

IN_USE = {name: getattr(kernel, name) for name in kernel.TWINS}
SIZES = st.integers(1, 21)
each = pytest.mark.parametrize("ops", [kernel.TWINS, IN_USE], ids=["numpy", "in use"])


def draw(*shape: int, seed: int = 0) -> Floats:
    return np.random.RandomState(seed).standard_normal(shape).astype(np.float32)


def indices(end: int, *shape: int) -> npt.NDArray[np.int32]:
    return np.random.RandomState(1).randint(0, end, shape).astype(np.int32)


def same(found: Floats, meant: Any, tolerance: float = 1e-5) -> None:
    np.testing.assert_allclose(found, meant, rtol=tolerance, atol=tolerance)


def slope(f: Callable[[Exact], Any], x: Floats, dy: Floats) -> Exact:
    """Give the gradient of the sum of dy · f(x) in x, by central differences in float64."""
    at = x.astype(np.float64)
    found = np.zeros_like(at)
    for place in np.ndindex(at.shape):
        old, h = at[place], 1e-5
        at[place] = old + h
        above = (dy * f(at)).sum()
        at[place] = old - h
        found[place] = (above - (dy * f(at)).sum()) / (2 * h)
        at[place] = old
    return found


# ---- which of the two is in use


def test_pyodide_uses_the_compiled_kernel_and_cpython_has_none() -> None:
    assert kernel.load().compiled == (sys.platform == "emscripten")


def test_without_a_module_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernel, "_status", kernel.Status(False, ""))
    monkeypatch.setitem(sys.modules, kernel.MODULE, None)
    status = kernel.load()
    assert not status.compiled
    assert status.why.startswith("NumPy does the work: ")
    assert kernel.MODULE in status.why


@pytest.mark.parametrize("name", sorted(kernel.TWINS))
def test_a_module_with_a_wrong_operation_is_refused(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def wrong(*given: Any) -> None:
        kernel.TWINS[name](*given)
        outputs = [x for x in given if isinstance(x, np.ndarray) and x.dtype == np.float32]
        outputs[-1].reshape(-1)[-1] += 0.01

    before = getattr(kernel, name)
    module = SimpleNamespace(**{**kernel.TWINS, name: wrong})
    monkeypatch.setattr(kernel, "_status", kernel.Status(False, ""))
    monkeypatch.setitem(sys.modules, kernel.MODULE, module)
    status = kernel.load()
    assert not status.compiled
    assert f"its {name} differs by " in status.why
    assert getattr(kernel, name) is before


def test_a_module_that_lacks_or_breaks_an_operation_is_refused() -> None:
    def broken(*given: Any) -> None:
        raise RuntimeError("broken")

    lacking = SimpleNamespace(**{k: f for k, f in kernel.TWINS.items() if k != "colsum"})
    raising = SimpleNamespace(**{**kernel.TWINS, "colsum": broken})
    assert kernel_check.first_difference(lacking) == "it has no colsum"
    assert "its colsum raises RuntimeError" in str(kernel_check.first_difference(raising))


def test_every_operation_is_compared_at_first_use() -> None:
    compared = {name for name, _ in kernel_check.arguments(np.random.RandomState(0))}
    assert compared == set(kernel.TWINS)


# ---- products


@each
@given(
    m=SIZES,
    k=st.integers(0, 21),
    n=SIZES,
    layouts=st.tuples(*[st.sampled_from(["C", "F", "step", "back"])] * 2),
    add=st.integers(0, 1),
    biased=st.booleans(),
)
def test_matmul(
    ops: Operations, m: int, k: int, n: int, layouts: tuple[str, str], add: int, biased: bool
) -> None:
    a, b = laid_out(draw(m, k), layouts[0]), laid_out(draw(k, n, seed=1), layouts[1])
    wide, bias = draw(m, n + 3, seed=2), draw(n, seed=3) if biased else None
    out, before = wide[:, 1 : 1 + n], wide.copy()
    meant = a.astype(np.float64) @ b + (before[:, 1 : 1 + n] * add)
    ops["matmul"](a, b, out, add, bias)
    same(out, meant + (0 if bias is None else bias))
    assert np.array_equal(wide[:, 0], before[:, 0])
    assert np.array_equal(wide[:, 1 + n :], before[:, 1 + n :])


def laid_out(x: Floats, layout: str) -> Floats:
    if layout == "F":
        return np.asfortranarray(x)
    if layout == "step":
        return np.repeat(np.repeat(x, 2, 0), 3, 1)[::2, ::3]
    return np.ascontiguousarray(x[::-1, ::-1])[::-1, ::-1] if layout == "back" else x


@each
@pytest.mark.parametrize("k", [511, 512, 513, 1030])
def test_matmul_of_great_depth(ops: Operations, k: int) -> None:
    a, b, out, bias = draw(6, k), draw(9, k, seed=1).T, draw(6, 9), draw(9)
    meant = out + a.astype(np.float64) @ b + bias
    ops["matmul"](a, b, out, 1, bias)
    same(out, meant, 1e-4)


@each
@given(m=SIZES, n=st.integers(1, 37))
def test_colsum(ops: Operations, m: int, n: int) -> None:
    dy, db = draw(m, n), draw(n, seed=1)
    meant = db + dy.astype(np.float64).sum(0)
    ops["colsum"](dy, db)
    same(db, meant)


# ---- element by element


def gelu(x: Any) -> Any:
    return x / 2 * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))


def sigmoid(x: Any) -> Any:
    return 1 / (1 + np.exp(-x))


MEANINGS: Mapping[str, Callable[[Any], Any]] = {"tanh": np.tanh, "gelu": gelu}


@each
@pytest.mark.parametrize("name", sorted(MEANINGS))
@pytest.mark.parametrize("n", [1, 2, 3, 4, 7, 64])
def test_an_activation_and_its_slope(ops: Operations, name: str, n: int) -> None:
    f, x, dy = MEANINGS[name], 3 * draw(n), draw(n, seed=1)
    y, dx = np.empty_like(x), np.empty_like(x)
    ops[f"{name}_fwd"](x, y)
    same(y, f(x.astype(np.float64)), 2e-6)
    ops[f"{name}_bwd"](x if name == "gelu" else y, dy, dx)
    same(dx, slope(f, x, dy))

    ops[f"{name}_bwd"](x if name == "gelu" else y, dy, dy)
    assert np.array_equal(dy, dx)
    ops[f"{name}_fwd"](x, x)
    assert np.array_equal(x, y)


@each
def test_activations_are_right_far_from_zero(ops: Operations) -> None:
    x = np.array([-1e4, -100, -9, 9, 100, 1e4], np.float32)
    y, z, r, none = np.empty_like(x), x.copy(), x.copy(), np.zeros_like(x)
    ops["tanh_fwd"](x, y)
    same(y, np.repeat((-1, 1), 3), 2e-4)
    ops["gru_gates_fwd"](z, r, none, none.copy())
    for gate in (z, r):
        same(gate, np.repeat((0, 1), 3), 2e-4)


@each
@given(n=SIZES)
def test_the_gates_of_a_gru(ops: Operations, n: int) -> None:
    z, r, h, c, out, rh = (draw(2, n, seed=seed) for seed in range(6))
    σz, σr, tc = sigmoid(z), sigmoid(r), np.tanh(c)
    ops["gru_gates_fwd"](z, r, h, rh)
    ops["gru_mix_fwd"](c, z, h, out)
    same(z, σz)
    same(r, σr)
    same(rh, σr * h)
    same(c, tc)
    same(out, (1 - σz) * h + σz * tc)


@each
@given(n=SIZES)
def test_the_gates_of_a_gru_backwards(ops: Operations, n: int) -> None:
    in_z, in_r, h, in_c, dout, dh = (draw(n, seed=seed) for seed in range(6))
    z, r, c = sigmoid(in_z), sigmoid(in_r), np.tanh(in_c)

    dc, dz, dr, dold = (np.empty(n, np.float32) for _ in range(4))
    dold[:] = dout
    ops["gru_mix_bwd"](c, z, h, dold, dc, dz)
    same(dz, slope(lambda x: (1 - sigmoid(x)) * h + sigmoid(x) * c, in_z, dout))
    same(dc, slope(lambda x: (1 - z) * h + z * np.tanh(x), in_c, dout))
    same(dold, slope(lambda x: (1 - z) * x + z * c, h, dout))

    before = dh.copy()
    ops["gru_gates_bwd"](r, h, dout, dr, dh)
    same(dr, slope(lambda x: sigmoid(x) * h, in_r, dout))
    same(dh, before + slope(lambda x: r * x, h, dout))


# ---- rows


def layernorm(x: Any, gain: Any, bias: Any) -> Any:
    deviation = np.sqrt(x.var(1, keepdims=True) + 1e-5)
    return (x - x.mean(1, keepdims=True)) / deviation * gain + bias


@each
@given(m=st.integers(1, 5), n=SIZES)
def test_layernorm(ops: Operations, m: int, n: int) -> None:
    x, gain, bias, dy = draw(m, n), draw(n, seed=1), draw(n, seed=2), draw(m, n, seed=3)
    y, xhat, rstd = np.empty_like(x), np.empty_like(x), np.empty(m, np.float32)
    ops["layernorm_fwd"](x, gain, bias, y, xhat, rstd)
    exact = x.astype(np.float64)
    same(y, layernorm(exact, gain, bias), 1e-4)
    same(xhat, layernorm(exact, 1, 0), 1e-4)
    same(rstd, 1 / np.sqrt(exact.var(1) + 1e-5), 1e-4)

    dx, dgain, dbias = draw(m, n, seed=4), draw(n, seed=5), draw(n, seed=6)
    before = dx.copy(), dgain.copy(), dbias.copy()
    ops["layernorm_bwd"](dy, xhat, rstd, gain, dx, dgain, dbias)
    steep = 1e-4 * float(max(1, rstd.max()))  # rows of nearly equal numbers
    same(dx, before[0] + slope(lambda x: layernorm(x, gain, bias), x, dy), steep)
    same(dgain, before[1] + slope(lambda g: layernorm(exact, g, bias), gain, dy), steep)
    same(dbias, before[2] + slope(lambda b: layernorm(exact, gain, b), bias, dy), steep)


def nll(z: Any, target: Any) -> Any:
    p = np.exp(z) / np.exp(z).sum(1, keepdims=True)
    return np.array([0 if t < 0 else -np.log(row[t]) for row, t in zip(p, target, strict=True)])


@each
@given(m=st.integers(1, 5), n=SIZES)
def test_softmax_xent(ops: Operations, m: int, n: int) -> None:
    z, target = 3 * draw(m, n), indices(n + 1, m) - np.int32(1)
    loss, gradient = np.empty(m, np.float32), z.copy()
    ops["softmax_xent"](gradient, target, 0.25, loss)
    same(loss, nll(z.astype(np.float64), target))
    same(gradient, slope(lambda z: nll(z, target), z, np.full(m, 0.25, np.float32)))


@each
def test_softmax_xent_of_large_logits(ops: Operations) -> None:
    z, loss = np.array([[1000, 0], [-1000, 0], [0, 0]], np.float32), np.empty(3, np.float32)
    ops["softmax_xent"](z, np.array([1, 0, -1], np.int32), 1.0, loss)
    same(loss, [1000, 1000, 0])
    same(z, [[1, -1], [-1, 1], [0, 0]])


def attention(qkv: Any, offsets: Any, heads: int) -> Any:
    """Give (y, P of each sequence and head in turn), one row at a time."""
    n, C = qkv.shape[0], qkv.shape[1] // 3
    size, y, P = C // heads, np.zeros((n, C)), []
    for start, end in pairwise(offsets):
        for head in range(heads):
            part = slice(head * size, (head + 1) * size)
            q, k, v = (qkv[start:end, i * C : (i + 1) * C][:, part] for i in range(3))
            p = np.zeros((end - start, end - start))
            for i in range(end - start):
                e = np.exp(k[: i + 1] @ q[i] / math.sqrt(size))
                p[i, : i + 1] = e / e.sum()
            y[start:end, part] = p @ v
            P.append(p.ravel())
    return y, np.concatenate([*P, np.empty(0)])


@each
@given(
    lengths=st.lists(st.integers(0, 5), max_size=4),
    heads=st.integers(1, 3),
    size=st.integers(1, 5),
)
def test_attention(ops: Operations, lengths: list[int], heads: int, size: int) -> None:
    offsets = np.cumsum([0, *lengths]).astype(np.int32)
    n, C = int(offsets[-1]), heads * size
    qkv, y, dqkv = draw(n, 3 * C), draw(n, C), draw(n, 3 * C)
    cells = heads * sum(L * L for L in lengths)
    att = draw(cells + 2)
    rest = att[cells:].copy()
    ops["attention_fwd"](qkv, offsets, heads, att, y)
    meant, P = attention(qkv.astype(np.float64), offsets, heads)
    same(y, meant)
    same(att[:cells], P)
    assert np.array_equal(att[cells:], rest)

    dy = draw(n, C, seed=1)
    ops["attention_bwd"](qkv, offsets, heads, att, dy, dqkv)
    same(dqkv, slope(lambda x: attention(x, offsets, heads)[0], qkv, dy), 1e-4)


@each
@given(lengths=st.lists(st.integers(0, 7), max_size=4), C=SIZES)
def test_running_mean(ops: Operations, lengths: list[int], C: int) -> None:
    offsets = np.cumsum([0, *lengths]).astype(np.int32)
    x, dx = draw(int(offsets[-1]), C), draw(int(offsets[-1]), C, seed=1)

    def meant(x: Any) -> Any:
        y = np.zeros(x.shape)
        for start, end in pairwise(offsets):
            for i in range(start, end):
                y[i] = x[start : i + 1].mean(0)
        return y

    y, before = np.empty_like(x), dx.copy()
    ops["running_mean_fwd"](x, offsets, y)
    same(y, meant(x.astype(np.float64)))
    ops["running_mean_bwd"](y, offsets, dx)
    same(dx, before + slope(meant, x, y))
    ops["running_mean_fwd"](x, offsets, x)
    assert np.array_equal(x, y)


@each
@pytest.mark.parametrize("offsets", [[1, 3], [0, 2], [0, 2, 1, 3], [0, 4, 3], []])
def test_wrong_offsets_are_refused(ops: Operations, offsets: list[int]) -> None:
    given = np.array(offsets, np.int32)
    with pytest.raises(ValueError, match="offsets"):
        ops["attention_fwd"](draw(3, 12), given, 2, draw(99), draw(3, 4))
    with pytest.raises(ValueError, match="offsets"):
        ops["running_mean_fwd"](draw(3, 4), given, draw(3, 4))
    with pytest.raises(ValueError, match="offsets"):
        ops["running_mean_bwd"](draw(3, 4), given, draw(3, 4))


@each
@pytest.mark.parametrize("short", [1, 18])
def test_a_workspace_that_is_too_small_is_refused(ops: Operations, short: int) -> None:
    offsets, qkv, y = np.array([0, 3, 3], np.int32), draw(3, 12), draw(3, 4)
    with pytest.raises(ValueError, match="att"):
        ops["attention_fwd"](qkv, offsets, 2, draw(18 - short), y)
    with pytest.raises(ValueError, match="att"):
        ops["attention_bwd"](qkv, offsets, 2, draw(18 - short), y, draw(3, 12))


@each
@pytest.mark.parametrize("shape", [(5,), (2, 3), (0,)])
@pytest.mark.parametrize("C", [1, 3, 8])
def test_embedding(ops: Operations, shape: tuple[int, ...], C: int) -> None:
    ids, table = indices(4, *shape), draw(4, C)
    out = draw(ids.size, C, seed=1)
    ops["embedding_fwd"](ids, table, out)
    assert np.array_equal(out, [table[i] for i in ids.ravel()] if ids.size else out)

    dx, dtable = draw(ids.size, C, seed=2), table.copy()
    ops["embedding_bwd"](ids, dx, dtable)
    meant = table.astype(np.float64)
    for i, row in zip(ids.ravel(), dx, strict=True):
        meant[i] += row
    same(dtable, meant)


@each
def test_rows_of_ids_are_gathered_side_by_side(ops: Operations) -> None:
    ids, table, out = indices(4, 3, 2), draw(4, 5), draw(3, 10)
    ops["embedding_fwd"](ids, table, out)
    assert np.array_equal(out, np.hstack([table[ids[:, 0]], table[ids[:, 1]]]))


@each
@pytest.mark.parametrize("wrong", [-2, -1, 4, 2**31 - 1, -(2**31)])
def test_indices_that_name_nothing_are_refused(ops: Operations, wrong: int) -> None:
    ids, x, table = np.array([0, wrong], np.int32), draw(2, 4), draw(4, 4)
    with pytest.raises(ValueError, match="from 0 to 3"):
        ops["embedding_fwd"](ids, table, x)
    with pytest.raises(ValueError, match="from 0 to 3"):
        ops["embedding_bwd"](ids, x, table)
    if wrong != -1:
        with pytest.raises(ValueError, match="from -1 to 3"):
            ops["softmax_xent"](x, ids, 1.0, draw(2))


# ---- AdamW


@each
@pytest.mark.parametrize("n", [1, 3, 8, 21])
def test_adamw(ops: Operations, n: int) -> None:
    lr, beta1, beta2, eps, decay = 0.01, 0.9, 0.99, 1e-8, 0.1
    p, m, v = draw(n), np.zeros(n, np.float32), np.zeros(n, np.float32)
    exact = [(float(x), 0.0, 0.0) for x in p]
    for t in (1, 2, 3):
        g = draw(n, seed=t)
        for i, (x, mean, square) in enumerate(exact):
            mean = beta1 * mean + (1 - beta1) * g[i]
            square = beta2 * square + (1 - beta2) * g[i] ** 2
            by = (mean / (1 - beta1**t)) / (math.sqrt(square / (1 - beta2**t)) + eps)
            exact[i] = x * (1 - lr * decay) - lr * by, mean, square
        corrections = 1 / (1 - beta1**t), 1 / math.sqrt(1 - beta2**t)
        ops["adamw"](p, g, m, v, lr, beta1, beta2, eps, decay, *corrections)
        assert not g.any()
    same(np.stack([p, m, v], 1), exact)


# ---- a net that diverges must not hide it


@each
@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")
def test_what_is_no_number_stays_none(ops: Operations) -> None:
    nan = np.array([1, math.nan, 2, 3, math.nan], np.float32)
    for name in MEANINGS:
        y = np.empty_like(nan)
        ops[f"{name}_fwd"](nan, y)
        assert np.array_equal(np.isnan(y), np.isnan(nan))
    z, loss = np.stack([nan, draw(5)]), np.empty(2, np.float32)
    ops["softmax_xent"](z, np.array([0, 0], np.int32), 1.0, loss)
    assert np.isnan(loss).tolist() == [True, False]
    assert np.isnan(z[0]).all()
    qkv, y = draw(3, 6), draw(3, 2)
    qkv[1, 0] = math.nan
    ops["attention_fwd"](qkv, np.array([0, 3], np.int32), 1, draw(9), y)
    assert np.isnan(y).any(1).tolist() == [False, True, False]
