"""The compiled kernel, called wrongly: it raises, and touches no memory but its outputs'.

Only Pyodide can run it, in Node and in the page's worker; tests/unit/nn/test_kernel.py says what it
computes.
"""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any, Literal

import makemore_kernel
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from makemore.nn.kernel import TWINS
from makemore.nn.kernel_check import arguments

Array = npt.NDArray[Any]
Call = tuple[str, tuple[Any, ...]]

CALLS: list[Call] = list(arguments(np.random.RandomState(0)))
REFUSED = (TypeError, ValueError)
EXAMPLES = int(os.environ.get("MAKEMORE_EXAMPLES", "1000"))  # a browser is given fewer
GUARD = 64  # elements before and after an array that must stay as they are
# These may be any views.
VIEWS = {("matmul", "a"), ("matmul", "b")}
ROWS_ONLY = {("colsum", "dy"), ("matmul", "out")}
# What has a size of its own, or one that may be larger than it must.
FREE = {
    ("attention_fwd", "att", 0),
    ("attention_bwd", "att", 0),
    ("colsum", "dy", 0),
    ("embedding_fwd", "table", 0),
    ("embedding_bwd", "dtable", 0),
    ("softmax_xent", "z", 1),
}


def names_of(operation: str) -> list[str]:
    return list(inspect.signature(TWINS[operation]).parameters)


def guarded(x: Array, value: int = 0x5A) -> tuple[Array, Array]:
    """Copy an array, transposed or not, to the middle of other bytes; give it and all of them."""
    order: Literal["C", "F"] = "C" if x.flags.c_contiguous else "F"
    raw = np.full(x.nbytes + 2 * GUARD * x.itemsize, value, np.uint8)
    inside = raw[GUARD * x.itemsize : GUARD * x.itemsize + x.nbytes].view(x.dtype)
    view = inside.reshape(x.shape, order=order)
    view[...] = x
    return view, raw


def wrong_types() -> Iterator[Any]:
    yield from (None, 1.5, "text", [1.0], object(), (), np.float32(1), range(3), b"bytes")


def wrong_dtypes(x: Array) -> Iterator[Array]:
    for dtype in ("f2", "f8", ">f4", "c8", "i8", "u4", "i2", "?", "O", "S4", ">i4", "M8[s]"):
        yield np.zeros(x.shape, dtype)
    yield x.view("i4" if x.dtype == np.float32 else "f4")
    yield x.view(np.recarray)
    yield x.view(np.memmap)


def wrong_shapes(name: str, argument: str, x: Array) -> Iterator[Array]:
    for axis in range(x.ndim):
        if (name, argument, axis) in FREE:
            continue
        yield np.ascontiguousarray(np.concatenate([x, x.take([0], axis)], axis))
        if x.shape[axis] > 0:
            yield np.ascontiguousarray(x.take(range(x.shape[axis] - 1), axis))
    yield np.zeros((0,) * x.ndim, x.dtype)
    yield np.zeros((x.size + 1,), x.dtype)[1:].reshape(1, -1, 1)[:, :-1]


def wrong_layouts(name: str, argument: str, x: Array) -> Iterator[Array]:
    if x.shape[-1] < 2:
        return
    unaligned = np.zeros(x.nbytes + 1, np.uint8)[1:].view(x.dtype).reshape(x.shape)
    yield unaligned
    if (name, argument) in VIEWS:
        return
    yield np.repeat(x, 2, -1)[..., ::2]
    yield np.ascontiguousarray(x[..., ::-1])[..., ::-1]
    yield np.broadcast_to(x[..., :1], x.shape)
    if x.ndim == 2 and x.shape[0] > 1:
        yield np.asfortranarray(x)
        if (name, argument) not in ROWS_ONLY:
            yield np.ascontiguousarray(x[::-1])[::-1]
            yield np.repeat(x, 2, 0)[::2]


def written(name: str) -> set[str]:
    """Say which arguments an operation writes: those that its twin changes."""
    found = set()
    for other, values in CALLS:
        if other == name:
            copies = [x.copy(order="K") if isinstance(x, np.ndarray) else x for x in values]
            TWINS[name](*copies)
            for argument, old, new in zip(names_of(name), values, copies, strict=True):
                if isinstance(old, np.ndarray) and not np.array_equal(old, new):
                    found.add(argument)
    return found


def refuses(name: str, values: list[Any]) -> None:
    """Check that a call raises, and that nothing it was given has changed."""
    arrays = [x for x in values if isinstance(x, np.ndarray) and x.dtype != object]
    before = [x.tobytes() for x in arrays]
    with pytest.raises(REFUSED, match=name):
        getattr(makemore_kernel, name)(*values)
    assert [x.tobytes() for x in arrays] == before


each_call = pytest.mark.parametrize(
    "call", CALLS, ids=[f"{i}-{n}" for i, (n, _) in enumerate(CALLS)]
)


def test_names_and_arguments_are_the_twins() -> None:
    functions = {n: f for n, f in vars(makemore_kernel).items() if inspect.isbuiltin(f)}
    assert set(functions) == set(TWINS)
    for name, function in functions.items():
        found, twin = inspect.signature(function), inspect.signature(TWINS[name])
        assert list(found.parameters) == list(twin.parameters)
        defaults = [p.default for p in found.parameters.values()]
        assert defaults == [p.default for p in twin.parameters.values()]


@each_call
def test_a_right_call_touches_only_what_it_writes(call: Call) -> None:
    name, values = call
    pairs = [guarded(x) if isinstance(x, np.ndarray) else (x, None) for x in values]
    before = [None if raw is None else raw.copy() for _, raw in pairs]
    getattr(makemore_kernel, name)(*(view for view, _ in pairs))
    for argument, (view, raw), old in zip(names_of(name), pairs, before, strict=True):
        if raw is None or old is None:
            continue
        edge = GUARD * view.itemsize
        assert np.array_equal(raw[:edge], old[:edge])
        assert np.array_equal(raw[-edge:], old[-edge:])
        assert argument in written(name) or np.array_equal(raw, old)


@each_call
def test_a_call_with_one_wrong_argument_raises(call: Call) -> None:
    name, values = call
    for at, argument in enumerate(names_of(name)):
        given = values[at]
        candidates: list[Any] = [x for x in wrong_types() if may_be_wrong(argument, x)]
        if isinstance(given, np.ndarray):
            candidates = [
                *(x for x in wrong_types() if not (argument == "bias" and x is None)),
                *wrong_dtypes(given),
                *wrong_shapes(name, argument, given),
                *wrong_layouts(name, argument, given),
            ]
        for candidate in candidates:
            refuses(name, [*values[:at], candidate, *values[at + 1 :]])


def may_be_wrong(argument: str, value: Any) -> bool:
    """Leave out what is a number, or for `bias` nothing."""
    if argument in ("add", "heads"):
        return not isinstance(value, int)
    return not isinstance(value, float | np.floating) and not (argument == "bias" and value is None)


@each_call
def test_a_read_only_output_is_refused(call: Call) -> None:
    name, values = call
    for at, argument in enumerate(names_of(name)):
        if argument in written(name):
            locked = values[at].copy()
            locked.flags.writeable = False
            refuses(name, [*values[:at], locked, *values[at + 1 :]])


@each_call
def test_an_output_that_overlaps_another_array_is_refused(call: Call) -> None:
    name, values = call
    arrays = [i for i, x in enumerate(values) if isinstance(x, np.ndarray)]
    for out in (i for i in arrays if names_of(name)[i] in written(name)):
        for other in (i for i in arrays if i != out and values[i].size > 1):
            x, y = values[out], values[other]
            pool = np.zeros(x.size + y.size, np.float32)
            shared = list(values)
            shared[out] = pool[: x.size].reshape(x.shape)
            shared[other] = pool[x.size - 1 : x.size - 1 + y.size].view(y.dtype).reshape(y.shape)
            refuses(name, shared)


def test_other_columns_of_the_same_rows_are_no_overlap() -> None:
    both = np.random.RandomState(0).standard_normal((6, 10)).astype(np.float32)
    a, out, w = both[:, :4], both[:, 4:], np.ones((4, 6), np.float32)
    meant = a @ w
    makemore_kernel.matmul(a, w, out)
    np.testing.assert_allclose(out, meant, rtol=1e-6)
    with pytest.raises(ValueError, match="overlaps"):
        makemore_kernel.matmul(both[:, :5], np.ones((5, 6), np.float32), out)
    with pytest.raises(ValueError, match="overlaps"):
        makemore_kernel.matmul(both[:, 6:], w, out)


def test_arguments_by_name() -> None:
    a = np.ones((3, 3), np.float32)
    out, bias = np.zeros((3, 3), np.float32), np.ones(3, np.float32)
    makemore_kernel.matmul(a, a, out, bias=bias)
    makemore_kernel.matmul(b=a, a=a, out=out, add=1)
    assert (out == 7).all()
    for wrong in ({"what": 1}, {"a": a}, {"": 1}, {"biases": bias}):
        with pytest.raises(TypeError, match="matmul"):
            makemore_kernel.matmul(a, a, out, **wrong)
    for count in (0, 1, 2, 6, 12):
        with pytest.raises(TypeError, match="matmul"):
            makemore_kernel.matmul(*[a] * count)


def test_numbers_that_are_too_large_or_not_there() -> None:
    a = np.ones((3, 3), np.float32)
    with pytest.raises(ValueError, match="add is too large"):
        makemore_kernel.matmul(a, a, a.copy(), 2**70)
    with pytest.raises(ValueError, match="scale is too large"):
        makemore_kernel.softmax_xent(a, np.zeros(3, np.int32), 10**400, a[0].copy())
    offsets, qkv, y = np.array([0, 3], np.int32), np.ones((3, 12), np.float32), a.copy()
    for heads in (0, -1, 3, 2**31, -(2**31), 2**70):
        with pytest.raises(ValueError, match="heads"):
            makemore_kernel.attention_fwd(qkv, offsets, heads, np.ones(99, np.float32), y)


def test_a_number_whose_reading_changes_an_array_is_read_first() -> None:
    z, target, loss = np.ones((50, 50), np.float32), np.zeros(50, np.int32), np.ones(50, np.float32)

    class Shrinking:
        def __float__(self) -> float:
            z.resize((1, 1), refcheck=False)
            return 1.0

    with pytest.raises(ValueError, match="softmax_xent"):
        makemore_kernel.softmax_xent(z, target, Shrinking(), loss)


def test_arrays_in_grown_memory() -> None:
    big = np.ones((64, 1 << 20), np.float32)
    a, out = big[-1][: 64 * 64].reshape(64, 64), np.zeros((64, 64), np.float32)
    makemore_kernel.matmul(a, a, out)
    assert (out == 64).all()


def test_sizes_of_nothing() -> None:
    def none(*shape: int) -> Array:
        return np.zeros(shape, np.float32)

    for m, k, n in ((0, 3, 2), (2, 3, 0), (0, 0, 0)):
        makemore_kernel.matmul(none(m, k), none(k, n), none(m, n), 1, none(n))
    out = none(2, 3)
    makemore_kernel.matmul(none(2, 0), none(0, 3), out, 1, np.ones(3, np.float32))
    assert (out == 1).all()
    empty = np.zeros(0, np.int32)
    makemore_kernel.embedding_fwd(empty, none(0, 4), none(0, 4))
    makemore_kernel.softmax_xent(none(0, 5), empty, 1.0, none(0))
    makemore_kernel.softmax_xent(none(2, 0), np.full(2, -1, np.int32), 1.0, none(2))
    makemore_kernel.layernorm_fwd(none(0, 5), none(5), none(5), none(0, 5), none(0, 5), none(0))
    makemore_kernel.attention_fwd(none(0, 12), np.zeros(1, np.int32), 2, none(0), none(0, 4))


# ---- whatever comes

SHAPES = st.lists(st.integers(0, 6), max_size=3).map(tuple)


@st.composite
def anything(draw: Callable[..., Any]) -> Any:
    """Draw an array of any shape, layout and dtype, mostly those that fit, or no array at all."""
    kind = draw(st.integers(0, 9))
    if kind == 0:
        return draw(st.one_of(st.none(), st.integers(), st.floats(), st.text(max_size=3)))
    dtype = draw(st.sampled_from(["f4", "f4", "f4", "f4", "i4", "f8", ">f4", "i8"]))
    x = np.zeros(draw(SHAPES), dtype)
    x[...] = draw(st.integers(-2, 7))
    if kind == 1:
        return x.T
    if kind == 2 and x.ndim:
        return x[:: draw(st.sampled_from([-1, 2, -2]))]
    return x


@given(name=st.sampled_from(sorted(TWINS)), data=st.data())
@settings(max_examples=EXAMPLES)
def test_whatever_it_is_called_with_it_returns_or_raises(name: str, data: st.DataObject) -> None:
    valid = dict(CALLS)[name]
    values, raws = [], []
    for right in valid[: data.draw(st.sampled_from([len(valid)] * 9 + [2]))]:
        value = data.draw(anything()) if data.draw(st.integers(0, 2)) == 0 else right
        if isinstance(value, np.ndarray) and value.flags.forc:
            value, raw = guarded(value)
            raws.append((raw, GUARD * value.itemsize))
        values.append(value)
    with suppress(*REFUSED):
        assert getattr(makemore_kernel, name)(*values) is None
    for raw, edge in raws:
        assert (raw[:edge] == 0x5A).all()
        assert (raw[-edge:] == 0x5A).all()
