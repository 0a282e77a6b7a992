"""PyTorch's CPU random number generator, in NumPy: same seed, same numbers.

Sources, in PyTorch's ``aten/src/ATen``: ``core/MT19937RNGEngine.h`` (words),
``core/TransformationHelper.h`` (uniforms), ``native/cpu/DistributionTemplates.h``
and ``core/DistributionsHelper.h`` (normals), ``native/Distributions.cpp`` and
``native/cpu/MultinomialKernel.cpp`` (multinomial). Checked against PyTorch
2.13 and against what the notebook printed.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Callable, Sequence
from typing import Any, Literal, Protocol, cast

import numpy as np
import numpy.typing as npt

from makemore.errors import SettingError
from makemore.settings import whole

__all__ = ["Era", "Rows", "TorchGenerator"]

Era = Literal[1, 2]
"""PyTorch 1.x, which the notebook ran on, or PyTorch 2.x: they draw categories differently."""

Float = type[np.float32] | type[np.float64]

_LOWEST_SEED, _HIGHEST_SEED = -(2**63), 2**64 - 1
_BUFFER = 4096  # words drawn from NumPy at once; drawing them one by one costs 50 times more
_AHEAD = 512  # uniforms made at once, when they are drawn one by one
_KEPT = 4_000_000  # probabilities in rows that were prepared: 2,000 rows of 2,000 symbols
_LONG_ROW = 256
_BLOCK = 16  # PyTorch makes normals in blocks of 16, and fewer than 16 in another way


class Rows(Protocol):
    """A table that gives its rows: an array of shape (V, V), or one that is not kept whole."""

    def __getitem__(self, rows: Any, /) -> npt.NDArray[np.float64]:
        """Give the row of an int, (V,), or those of an array of intp (B,), (B, V)."""


class TorchGenerator:
    """A stream of random numbers equal to ``torch.Generator().manual_seed(seed)``.

    The seed is from −2**63 to 2**64 − 1, as PyTorch takes it; seeds that are equal modulo 2**32
    give the same stream, as in PyTorch. Era 1 draws categories as PyTorch 1.x did, 2 as PyTorch 2.x
    does; uniforms and normals are the same in both. Raises SettingError if the seed is not such an
    integer, or the era is neither 1 nor 2.

    >>> [round(u, 4) for u in TorchGenerator(2147483647).rand(3).tolist()]
    [0.7081, 0.3542, 0.1054]
    """

    def __init__(self, seed: int, *, era: Era = 1) -> None:
        number = whole(seed)
        if number is None:
            raise SettingError(f"A seed is a whole number; {seed!r} is none.", "seed")
        if not _LOWEST_SEED <= number <= _HIGHEST_SEED:
            raise SettingError(
                f"A seed is from -2^63 to 2^64 - 1, as in PyTorch; {seed} is not.", "seed"
            )
        if era not in (1, 2):
            raise SettingError(f"The PyTorch era is 1 or 2, not {era!r}.", "era")
        self.seed = number
        self.era = era
        # RandomState's seeding is the one PyTorch uses; numpy.random.MT19937(seed)
        # spreads the seed differently.
        self._twister = np.random.RandomState(number & 0xFFFFFFFF)
        self._drawn = 0  # words that NumPy gave to the buffer
        self._buffer: npt.NDArray[np.uint32] = np.empty(0, dtype=np.uint32)
        self._taken = 0  # words at the front of the buffer
        self._ahead: list[
            float
        ] = []  # the uniforms that the next words of the buffer make, last first
        self._cached_normal: float | None = None

    def rand(self, n: int, dtype: npt.DTypeLike = np.float32) -> npt.NDArray[np.floating]:
        """Draw n uniforms from [0, 1), as ``torch.rand(n)``, of float32 or float64, or their names.

        float32: the low 24 bits of one word; float64: the low 53 bits of two words, the first being
        the high half.
        """
        if n < 0:
            raise SettingError(f"Random numbers are drawn 0 or more at a time, not {n}.", "n")
        if _float(dtype) is np.float32:
            low = self._words(n) & np.uint32(2**24 - 1)
            return low.astype(np.float32) * np.float32(2.0**-24)
        return _uniforms(self._words(2 * n))

    def randn(self, *shape: int, dtype: npt.DTypeLike = np.float32) -> npt.NDArray[np.floating]:
        """Draw standard normals, as ``torch.randn(shape)``, of float32 or float64, or their names.

        They are equal to PyTorch's to 3 units in the last place of float32; PyTorch's own builds
        differ by as much, since they use the processor's logarithm.
        """
        size, kind = math.prod(shape), _float(dtype)
        draw = self._few_normals if size < _BLOCK else self._many_normals
        return draw(size, kind).reshape(shape)

    def uniform(self, low: float, high: float, *shape: int) -> npt.NDArray[np.float32]:
        """Draw float32 uniforms, as ``torch.empty(shape).uniform_(low, high)``.

        The low 24 bits of one word each, scaled in float64 and rounded once.
        """
        u = self.rand(math.prod(shape)).astype(np.float64)
        return (u * (high - low) + low).astype(np.float32).reshape(shape)

    def integers(self, high: int, n: int) -> npt.NDArray[np.intp]:
        """Draw n whole numbers below `high`, at most 2³², as ``torch.randint(high, (n,))``."""
        if not 1 <= high <= 2**32:
            raise SettingError(f"Whole numbers are drawn below 1 to 2^32, not {high}.", "high")
        return (self._words(n).astype(np.uint64) % np.uint64(high)).astype(np.intp)

    def int64(self) -> int:
        """Draw one int64, 0 or more, as ``torch.empty((), dtype=torch.int64).random_()``.

        PyTorch's samplers seed generators of their own with it.
        """
        first, second = map(int, self._words(2))
        return (first << 32 | second) & (2**63 - 1)

    def randperm(self, n: int, first: int | None = None) -> npt.NDArray[np.intp]:
        """Shuffle 0 … n - 1, as ``torch.randperm(n)``; with `first` only so many at the front."""
        r = list(range(n))
        asked = n - 1 if first is None else min(first, n - 1)
        for i, word in enumerate(self._words(max(asked, 0)).tolist()):
            j = i + word % (n - i)
            r[i], r[j] = r[j], r[i]
        return np.array(r if first is None else r[:first], dtype=np.intp)

    def position(self) -> tuple[int, float | None]:
        """Tell how many words were taken, and the normal that waits to be given: for `go_to`."""
        return self._drawn - len(self._buffer) + self._taken, self._cached_normal

    def go_to(self, position: tuple[int, float | None]) -> None:
        """Go on from a position of the stream of the same seed; only ahead of where it is."""
        words, self._cached_normal = position
        ahead = words - self.position()[0]
        while ahead > 0:
            ahead -= len(self._words(min(ahead, 1 << 20)))

    def multinomial(
        self, probabilities: npt.ArrayLike, num_samples: int = 1
    ) -> npt.NDArray[np.int64]:
        """Draw indices with replacement, as ``torch.multinomial(p, num_samples, True)``.

        The weights, (V,), are taken as float32 and need not sum to 1. Raises SettingError if they
        are not one row, or one is negative or not finite, or all are 0.
        """
        # A weight too large for float32 becomes infinite, and is refused as that.
        with np.errstate(over="ignore"):
            p = np.asarray(probabilities, dtype=np.float32)
        _check_weights(p)
        if self.era == 2 and num_samples == 1:
            return np.array([self._exponential_race(p)], dtype=np.int64)
        # The comparison with the running sum is in float64, as in PyTorch.
        uniforms = self.rand(num_samples, np.float64)
        index = np.searchsorted(_running_share(p).astype(np.float64), uniforms, side="left")
        return np.minimum(index, len(p) - 1).astype(np.int64)

    def multinomial_rows(self, probabilities: npt.NDArray[np.float64]) -> npt.NDArray[np.intp]:
        """Draw one index of each row, (n, V) to (n,), as ``torch.multinomial(p, 1)`` row by row.

        Weights are taken as float32, 0 or more, and no row is all 0; one that is 0 is never drawn.
        Raises SettingError as `multinomial` does.
        """
        n, V = probabilities.shape
        with np.errstate(over="ignore"):
            p = probabilities.astype(np.float32)
        if not (np.isfinite(p).all() and (p >= 0).all() and p.any(axis=1).all()):
            raise _bad_weights()
        if self.era == 2:
            times = -np.log1p(-self.rand(n * V, np.float64)).astype(np.float32).reshape(n, V)
            with np.errstate(divide="ignore", invalid="ignore"):
                drawn: npt.NDArray[np.intp] = np.argmax(np.nan_to_num(p / times, nan=0.0), axis=1)
        else:
            running = np.cumsum(p, axis=1, dtype=np.float32)
            share = (running / running[:, -1:]).astype(np.float64)
            drawn = (share < self.rand(n, np.float64)[:, None]).sum(axis=1)
        empty = p[np.arange(n), drawn] == 0  # of a uniform that is 0 itself
        return np.where(empty, np.argmax(p, axis=1), drawn) if empty.any() else drawn

    def row_sampler(self, probabilities: Rows) -> Callable[[int], int]:
        """Prepare to draw from the rows of one table, (V, V), many times.

        ``draw(i)`` equals ``multinomial(probabilities[i])``, faster. It raises SettingError if row
        i has a weight that is negative or not finite, or all are 0.
        """
        rows: dict[int, Any] = {}

        def prepared(row: int) -> Any:
            if row not in rows:
                p = np.asarray(probabilities[row], dtype=np.float32)
                _check_weights(p)
                if (len(rows) + 1) * len(p) > _KEPT:
                    rows.clear()
                rows[row] = p if self.era == 2 else _searchable(_running_share(p))
            return rows[row]

        def draw_by_running_share(row: int) -> int:
            running_share = prepared(row)
            uniform = self._uniform()
            return min(bisect_left(running_share, uniform), len(running_share) - 1)

        def draw_by_race(row: int) -> int:
            return self._exponential_race(prepared(row))

        return draw_by_race if self.era == 2 else draw_by_running_share

    def _words(self, n: int) -> npt.NDArray[np.uint32]:
        """Take the next n 32-bit words of the Mersenne twister."""
        self._fill(n)
        self._ahead.clear()
        words = self._buffer[self._taken : self._taken + n]
        self._taken += n
        return words

    def _fill(self, n: int) -> None:
        """Have at least n words in the buffer that are not taken."""
        left = len(self._buffer) - self._taken
        if n > left:
            more = self._twister.randint(0, 2**32, size=max(n - left, _BUFFER), dtype=np.uint32)
            self._drawn += len(more)
            self._buffer = np.concatenate([self._buffer[self._taken :], more])
            self._taken = 0

    def _uniform(self) -> float:
        """Draw one float64 uniform; the same as ``rand(1, numpy.float64)``."""
        if not self._ahead:
            # Many at once, since a call of NumPy takes longer than all the rest of a draw.
            self._fill(2 * _AHEAD)
            words = self._buffer[self._taken : self._taken + 2 * _AHEAD]
            self._ahead = _uniforms(words)[::-1].tolist()
        self._taken += 2
        return self._ahead.pop()

    def _few_normals(self, n: int, dtype: Float) -> npt.NDArray[np.floating]:
        """Box and Muller's pairs in float64; the second of a pair waits for the next call."""
        normals: list[float] = []
        while len(normals) < n:
            if self._cached_normal is not None:
                normals.append(self._cached_normal)
                self._cached_normal = None
                continue
            # The angle comes from the first uniform, the radius from the
            # second: the other way round than in blocks of 16.
            u1, u2 = self._uniform(), self._uniform()
            radius, angle = math.sqrt(-2.0 * math.log1p(-u2)), 2.0 * math.pi * u1
            normals.append(radius * math.cos(angle))
            self._cached_normal = radius * math.sin(angle)
        return np.array(normals, dtype=np.float64).astype(dtype)

    def _many_normals(self, n: int, dtype: Float) -> npt.NDArray[np.floating]:
        """Box and Muller's method on blocks of 16: eight radii, eight angles."""
        x = self.rand(n, dtype)
        whole = n - n % _BLOCK
        x[:whole] = _normals_of_blocks(x[:whole])
        if n % _BLOCK:
            # The last 16 are drawn again, whatever the blocks before made of them.
            x[-_BLOCK:] = _normals_of_blocks(self.rand(_BLOCK, dtype))
        return x

    def _exponential_race(self, p: npt.NDArray[np.float32]) -> int:
        """Give each category an exponential time; the one with the largest p / time wins."""
        times = (-np.log1p(-self.rand(len(p), np.float64))).astype(np.float32)
        with np.errstate(divide="ignore", invalid="ignore"):
            return int(np.argmax(p / times))


def _float(dtype: npt.DTypeLike) -> Float:
    """Tell which of the two kinds of float is meant, by type, dtype or name."""
    try:
        kind = np.dtype(dtype).type
    except TypeError:
        kind = None
    if kind is np.float32 or kind is np.float64:
        return kind
    raise SettingError(f"Random numbers are float32 or float64, not {dtype!r}.", "dtype")


def _uniforms(words: npt.NDArray[np.uint32]) -> npt.NDArray[np.float64]:
    """Make float64 uniforms, each of two words, shape (2n,) to (n,)."""
    halves = words.astype(np.uint64).reshape(-1, 2)
    joined = (halves[:, 0] << np.uint64(32)) | halves[:, 1]
    return (joined & np.uint64(2**53 - 1)).astype(np.float64) * 2.0**-53


def _normals_of_blocks(uniforms: npt.NDArray[np.floating]) -> npt.NDArray[np.floating]:
    blocks = uniforms.reshape(-1, 2, _BLOCK // 2)
    dtype = uniforms.dtype.type
    u1, u2 = dtype(1) - blocks[:, 0], blocks[:, 1]
    radius, angle = np.sqrt(dtype(-2) * np.log(u1)), dtype(2 * math.pi) * u2
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1).reshape(-1)


def _running_share(p: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Add up in float32, one by one, as PyTorch does: the rounding decides draws near an edge."""
    running = np.cumsum(p, dtype=np.float32)
    share: npt.NDArray[np.float32] = running / running[-1]
    return share


def _searchable(running_share: npt.NDArray[np.float32]) -> Sequence[float]:
    """Bisecting a list is faster than an array, but a list takes eight times the memory."""
    if len(running_share) <= _LONG_ROW:
        return cast(list[float], running_share.tolist())
    return cast(Sequence[float], running_share.astype(np.float64))


def _check_weights(p: npt.NDArray[np.float32]) -> None:
    if p.ndim != 1:
        raise SettingError(
            f"Categories are drawn from one row of probabilities, not from shape {p.shape}: "
            "draw from each row in turn.",
            "probabilities",
        )
    if not (np.isfinite(p).all() and (p >= 0).all() and p.any(axis=-1).all()):
        raise _bad_weights()


def _bad_weights() -> SettingError:
    return SettingError(
        "Probabilities to draw from must be 0 or more, finite, and not all 0.", "probabilities"
    )
