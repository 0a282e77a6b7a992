"""N-grams: what came next after the last n - 1 symbols, and after fewer of them where that is rare.

Interpolated modified Kneser–Ney: S. F. Chen and J. Goodman, "An Empirical Study of Smoothing
Techniques for Language Modeling" (1999). A context's counts are discounted, and what that frees
goes to the context one symbol shorter, whose counts are of different symbols before it: "Francisco"
comes often, but after one word only.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from makemore.counting.ngrams import MAX_ORDER, Level, count_ngrams, find
from makemore.errors import SettingError
from makemore.models.protocol import Chain, Event, State
from makemore.vocabulary import Vocabulary

__all__ = ["KNESER_NEY", "NGram", "ngram_of_levels"]

KNESER_NEY = "kneser-ney"
_KEPT = 200_000_000  # bytes that P and the next contexts of a chain may take

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]


@dataclass(frozen=True)
class _Shares:
    """What a level gives by itself: pair by pair, and how much it leaves to the level below."""

    level: Level
    own: Floats  # (G,): the pair's discounted count, as a share of its context's
    rest: Floats  # (C,): what is left


class NGram:
    """P of a symbol after the last ``order - 1`` ones, with boundaries before a word's start.

    ``smoothing`` is "kneser-ney", or the k of add-k. A context that never came counts as the
    longest shorter one that did, or with add-k as one after which all V symbols are equally likely.
    """

    def __init__(
        self, vocabulary: Vocabulary, order: int, smoothing: float | str, levels: Sequence[Level]
    ) -> None:
        if not 1 <= order <= MAX_ORDER:
            raise SettingError(f"Order must be from 1 to {MAX_ORDER}; it is {order!r}.", "order")
        if smoothing != KNESER_NEY and not (
            isinstance(smoothing, (int, float)) and math.isfinite(smoothing) and smoothing >= 0
        ):
            raise SettingError(
                f'Smoothing is "{KNESER_NEY}" or a number from 0; it is {smoothing!r}.', "smoothing"
            )
        self.vocabulary = vocabulary
        self.order = order
        self.smoothing = smoothing
        self.levels = tuple(levels[:order])
        self._chain: Chain | None = None
        self._use(self.levels)

    @property
    def reach(self) -> int:
        """How many symbols back matter: order - 1."""
        return self.order - 1

    def predict(self, x: Indices) -> Floats:
        """Give P(next | row): (B, T), rows begin with 0, to (B, V)."""
        x = np.asarray(x, dtype=np.intp)
        P = np.full((len(x), len(self.vocabulary)), 1.0 / len(self.vocabulary))
        for shares, context in zip(self._shares, self._contexts(x[:, None, :]), strict=True):
            _mix_in(P, shares, context[:, 0])
        return P

    def log_prob(self, x: Indices, y: Indices) -> Floats:
        """Give log P(y[:, t] | x[:, :t + 1]) in nats, (B, T); 0 where y is -1."""
        x, y = np.asarray(x, dtype=np.intp), np.asarray(y, dtype=np.intp)
        prefixes = np.zeros((*x.shape, self.order), dtype=np.intp)  # the last symbols at each t
        for d in range(1, self.order):
            prefixes[:, d - 1 :, -d] = x[:, : x.shape[1] - d + 1]
        asked = y >= 0
        with np.errstate(divide="ignore"):
            logs = np.log(self._probability(prefixes[asked][:, None, :], y[asked]))
        result = np.zeros(y.shape)
        result[asked] = logs
        return result

    def chain(self) -> Chain:
        """Give P and the next context of all contexts that came, the word's start first."""
        if self._chain is None:
            self._chain = self._make_chain()
        return self._chain

    def state(self) -> State:
        """Give the counts of all orders, as keys and values."""
        config = {"order": self.order, "smoothing": self.smoothing}
        arrays: dict[str, npt.NDArray[Any]] = {}
        for k, level in enumerate(self.levels):
            arrays[f"contexts.{k}"] = level.contexts
            arrays[f"pairs.{k}"] = level.pairs
            arrays[f"counts.{k}"] = level.counts
        return State(config, arrays)

    @classmethod
    def from_state(cls, vocabulary: Vocabulary, state: State) -> Self:
        """Make the model again that gave `state`."""
        V, arrays = len(vocabulary), state.arrays
        levels = [
            Level(V, arrays[f"contexts.{k}"], arrays[f"pairs.{k}"], arrays[f"counts.{k}"])
            for k in range(int(state.config["order"]))
        ]
        return cls(vocabulary, len(levels), state.config["smoothing"], levels)

    @classmethod
    def start(
        cls, words: Sequence[str], vocabulary: Vocabulary, settings: Mapping[str, Any]
    ) -> Self:
        """Make a model without counts; an order or smoothing of None is chosen by `train`."""
        del words
        order, smoothing = settings.get("order"), settings.get("smoothing")
        levels = count_ngrams([], vocabulary, order or MAX_ORDER)
        return cls(
            vocabulary, order or MAX_ORDER, KNESER_NEY if smoothing is None else smoothing, levels
        )

    def train(
        self, words: Sequence[str], settings: Mapping[str, Any], held_out: Sequence[str] = ()
    ) -> Iterator[Event]:
        """Count the words; a run of one step.

        What `settings` leave open is chosen on the held-out words, by cross-validation where there
        are few or none; the event's ``facts["tried"]`` is what was tried, each as [order,
        smoothing, nats per symbol].
        """
        from makemore.models.choice import choose_ngram

        order, smoothing = settings.get("order"), settings.get("smoothing")
        facts: dict[str, Any] = {}
        if order is None or smoothing is None:
            chosen = choose_ngram(words, held_out, self.vocabulary, order, smoothing)
            order, smoothing, facts = (
                chosen.order,
                chosen.smoothing,
                {"tried": chosen.tried, "held_out": chosen.loss},
            )
        self.order, self.smoothing = order, smoothing
        self.levels = tuple(count_ngrams(words, self.vocabulary, order))
        self._use(self.levels)
        facts |= {"order": order, "smoothing": smoothing}
        yield Event(f"n-gram, order {order}", 1, 1, done=True, facts=facts)

    def _use(self, levels: Sequence[Level]) -> None:
        self._chain = None
        self._shares = (
            _kneser_ney(levels)
            if self.smoothing == KNESER_NEY
            else _add_k(levels, float(self.smoothing))
        )

    def _contexts(self, x: Indices) -> list[Indices]:
        """Find the context of each length before each place: (…, T) to (…), -1 if it never came."""
        T = x.shape[-1]
        V = len(self.vocabulary)
        inside = np.ones(x.shape[:-1], dtype=np.bool_)  # not yet before the last boundary
        context = np.zeros(x.shape[:-1], dtype=np.intp)
        found = [context]
        for d in range(1, self.order):
            symbol = x[..., T - d] if d <= T else np.zeros_like(context)
            symbol = np.where(inside, symbol, 0)
            inside &= symbol != 0
            key = np.where(context >= 0, context * V + symbol, -1)
            context = find(self.levels[d].contexts, key)
            found.append(context)
        return found

    def _probability(self, x: Indices, y: Indices) -> Floats:
        """Give P(y | row) of single symbols, without making whole rows: (n, 1, T), (n,) to (n,)."""
        V = len(self.vocabulary)
        p = np.full(len(y), 1.0 / V)
        for shares, contexts in zip(self._shares, self._contexts(x), strict=True):
            context = contexts[:, 0]
            seen = context >= 0
            pair = find(shares.level.pairs, context[seen] * V + y[seen])
            own = np.where(pair >= 0, shares.own[pair] if len(shares.own) else 0.0, 0.0)
            p[seen] = own + shares.rest[context[seen]] * p[seen]
        return p

    def _make_chain(self) -> Chain:
        sizes = [len(level.contexts) for level in self.levels]
        size, V = sum(sizes), len(self.vocabulary)
        if size * V * 16 > _KEPT:
            rows = _Rows(self)
            return Chain(size, rows, _Next(rows))
        tables = self._tables()
        following = _following(self.levels)
        # A word's start is context 0 of the longest, so that comes first.
        offsets = np.concatenate([np.cumsum(sizes[::-1])[::-1][1:], [0]])
        P = np.concatenate(tables[::-1])
        after = np.concatenate([offsets[lengths] + numbers for lengths, numbers in following[::-1]])
        return Chain(size, P, after)

    def _tables(self) -> list[Floats]:
        """Work out P of all contexts, (C, V) for each length."""
        V = len(self.vocabulary)
        below = np.full((1, V), 1.0 / V)
        tables = []
        for shares in self._shares:
            P = shares.rest[:, None] * below[shares.level.parent]
            P.reshape(-1)[shares.level.pairs] += shares.own
            tables.append(P)
            below = P
        return tables


def ngram_of_levels(
    vocabulary: Vocabulary, order: int, smoothing: float | str, levels: Sequence[Level]
) -> NGram:
    """Make a model of counts that are there; of a higher order's, the lower ones are used."""
    return NGram(vocabulary, order, smoothing, levels)


def _kneser_ney(levels: Sequence[Level]) -> list[_Shares]:
    """Discount each level: the highest has its counts, those below different left neighbours."""
    result = []
    for k, level in enumerate(levels):
        counts = level.counts
        if k + 1 < len(levels):
            above = levels[k + 1]
            # Each pair above, without its oldest symbol, is a pair here.
            here = find(level.pairs, above.parent[above.context] * level.V + above.symbol)
            neighbours = np.bincount(here, minlength=len(counts))
            # A context that begins at the word's start has none; it keeps its counts.
            at_start = (level.oldest[level.context] == 0) & (k > 0)
            counts = np.where(at_start, counts, neighbours)
        discount = np.concatenate([[0.0], _discounts(counts)])[np.minimum(counts, 3)]
        C = len(level.contexts)
        totals = np.maximum(np.bincount(level.context, counts, minlength=C), 1)
        own = (counts - discount) / totals[level.context]
        freed = np.bincount(level.context, discount, minlength=C)
        rest = freed / totals
        rest[np.bincount(level.context, minlength=C) == 0] = 1.0  # nothing came: all is left
        result.append(_Shares(level, own, rest))
    return result


def _discounts(counts: npt.NDArray[np.int64]) -> list[float]:
    """Give what is taken from a count of 1, of 2, of 3 or more: Chen and Goodman's equation 26."""
    n1, n2, n3, n4 = (max(1, int((counts == c).sum())) for c in (1, 2, 3, 4))
    Y = n1 / (n1 + 2 * n2)
    discounts = 1 - 2 * Y * n2 / n1, 2 - 3 * Y * n3 / n2, 3 - 4 * Y * n4 / n3
    return [max(0.0, discount) for discount in discounts]


def _add_k(levels: Sequence[Level], k: float) -> list[_Shares]:
    """Add k to each count of the longest contexts: a share of them, and the rest evenly.

    Below them nothing came, so that there P is 1/V.
    """
    V = levels[0].V
    result = [
        _Shares(level, np.zeros(len(level.pairs)), np.ones(len(level.contexts)))
        for level in levels[:-1]
    ]
    level = levels[-1]
    totals = np.bincount(level.context, level.counts, minlength=len(level.contexts)) + k * V
    result.append(
        _Shares(
            level,
            level.counts / totals[level.context],
            np.divide(k * V, totals, out=np.ones(len(totals)), where=totals > 0),
        )
    )
    return result


def _mix_in(P: Floats, shares: _Shares, context: Indices) -> None:
    """Let a level speak: P (B, V) becomes its own shares, and the rest of what was there."""
    rows = np.flatnonzero(context >= 0)
    seen = context[rows]
    P[rows] *= shares.rest[seen][:, None]
    begin = shares.level.begin
    lengths = begin[seen + 1] - begin[seen]
    row = np.repeat(rows, lengths)
    first = np.cumsum(lengths) - lengths
    pair = np.arange(len(row)) - np.repeat(first, lengths) + np.repeat(begin[seen], lengths)
    P[row, shares.level.symbol[pair]] += shares.own[pair]


def _following(levels: Sequence[Level]) -> list[tuple[Indices, Indices]]:
    """Give the context after each symbol, for each length: its length and number, (C, V) twice.

    It is the longest that came, of the symbols that stood and the new one, at most order - 1 long.
    """
    V, top = levels[0].V, len(levels) - 1
    symbols = np.arange(V)
    longer: Indices = np.zeros((1, V), dtype=np.intp)  # of the level below, with the new symbol
    result: list[tuple[Indices, Indices]] = []
    for k, level in enumerate(levels):
        lengths = np.zeros((len(level.contexts), V), dtype=np.intp)
        numbers = np.zeros((len(level.contexts), V), dtype=np.intp)
        if k > 0:
            below_lengths, below_numbers = result[k - 1]
            lengths[:], numbers[:] = below_lengths[level.parent], below_numbers[level.parent]
        if k < top:
            suffix = longer[level.parent] if k > 0 else np.zeros((1, V), dtype=np.intp)
            oldest = level.oldest[:, None] if k > 0 else symbols[None, :]
            key = np.where(suffix >= 0, suffix * V + oldest, -1)
            longer = find(levels[k + 1].contexts, key)
            there = longer >= 0
            lengths[there], numbers[there] = k + 1, longer[there]
        lengths[:, 0], numbers[:, 0] = top, 0  # after the end a word starts
        result.append((lengths, numbers))
    return result


class _Rows:
    """P of a chain that is too large to be kept: row by row."""

    def __init__(self, model: NGram) -> None:
        self.model = model
        sizes = [len(level.contexts) for level in model.levels]
        self.begins = np.cumsum([0, *sizes[::-1]])  # the longest first

    def symbols(self, row: int) -> list[int]:
        """Write a context out: its symbols, the oldest first."""
        place = int(np.searchsorted(self.begins, row, side="right")) - 1
        k, number = len(self.model.levels) - 1 - place, row - int(self.begins[place])
        symbols = []
        for level in self.model.levels[k:0:-1]:
            symbols.append(int(level.oldest[number]))
            number = int(level.parent[number])
        return symbols

    def row_of(self, symbols: list[int]) -> int:
        """Find the longest context that came, of the last of these symbols."""
        x = np.array([[symbols]], dtype=np.intp)
        found = [int(each[0, 0]) for each in self.model._contexts(x)]
        known = [k for k, number in enumerate(found) if number >= 0 and k <= len(symbols)]
        k = known[-1]
        return int(self.begins[len(found) - 1 - k]) + found[k]

    def __getitem__(self, row: int) -> Floats:
        """Return row `row`, shape (V,)."""
        symbols = self.symbols(row)
        k = len(symbols)
        x = np.array([[symbols]], dtype=np.intp).reshape(1, 1, k)
        V = len(self.model.vocabulary)
        P = np.full((1, V), 1.0 / V)
        for shares, context in list(zip(self.model._shares, self.model._contexts(x), strict=True))[
            : k + 1
        ]:
            _mix_in(P, shares, context[:, 0])
        row_of_P: Floats = P[0]
        return row_of_P


class _Next:
    """The next contexts of a chain that is too large to be kept."""

    def __init__(self, rows: _Rows) -> None:
        self._rows = rows

    def __getitem__(self, row: int) -> _NextRow:
        """Return what gives the context after each symbol."""
        return _NextRow(self._rows, self._rows.symbols(row))


class _NextRow:
    def __init__(self, rows: _Rows, symbols: list[int]) -> None:
        self._rows, self._symbols = rows, symbols

    def __getitem__(self, symbol: int) -> int:
        """Return the context after a symbol."""
        if symbol == 0:
            return 0
        reach = self._rows.model.reach
        return self._rows.row_of([*self._symbols, symbol][-reach:] if reach else [])
