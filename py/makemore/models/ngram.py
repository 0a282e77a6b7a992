"""N-grams: the next symbol by counting what followed the last few, and what followed fewer.

One recurrence for both smoothings, from short contexts c to long ones,

    P(w | c) = α(w, c) + γ(c) · P(w | c without its oldest symbol),     P(w) = 1 / V at the bottom,

where Kneser–Ney has at each order α = (N - D) / ΣN and γ = ΣD / ΣN, and add-k, which looks at the
longest context alone, α = N / (ΣN + kV) and γ = kV / (ΣN + kV).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from numbers import Real
from typing import Any, NamedTuple, Self

import numpy as np
import numpy.typing as npt

from makemore.counting.ngrams import HIGHEST_ORDER, NgramTally
from makemore.errors import MakemoreError, SettingError
from makemore.models.protocol import Chain, Event, State
from makemore.settings import whole
from makemore.slices import telling
from makemore.vocabulary import Vocabulary

__all__ = [
    "KNESER_NEY",
    "NGram",
    "Weights",
    "columns_of",
    "contexts_of_grams",
    "discounts",
    "kneser_ney",
    "kneser_ney_counts",
]

KNESER_NEY = "kneser-ney"

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]

_WHOLE = 25_000_000  # bytes that P of a chain may take; larger ones give their rows when asked


class Weights(NamedTuple):
    """Of the grams of one order: their α (G,), γ of their contexts (G of the order below,)."""

    alpha: Floats
    gamma: Floats

    def step(self, gram: Indices, context: Indices, p: Floats) -> Floats:
        """Turn P given a shorter context into P given this one, (n,); -1: it never came."""
        stepped: Floats = np.where(context >= 0, self.gamma[context], 1.0) * p
        stepped += np.where(gram >= 0, self.alpha[gram], 0.0)
        return stepped


class NGram:
    """An n-gram model: ``order`` n from 1 to 8, ``smoothing`` "kneser-ney" or k of add-k.

    ``tally`` may be of a higher order. Raises SettingError for an order or smoothing out of range.
    Source: S. F. Chen and J. Goodman, "An empirical study of smoothing techniques for language
    modeling" (1999), interpolated modified Kneser–Ney.
    """

    def __init__(
        self,
        vocabulary: Vocabulary,
        tally: NgramTally,
        order: int | None = None,
        smoothing: str | float = KNESER_NEY,
    ) -> None:
        self.vocabulary = vocabulary
        self.order = tally.order if order is None else _checked_order(order)
        self.smoothing = _checked_smoothing(smoothing)
        self._learn(tally)

    @property
    def reach(self) -> int:
        """How many symbols back matter: n - 1."""
        return self.order - 1

    @property
    def weights(self) -> list[Weights]:
        """α and γ of the orders 1 … n."""
        return self._weights

    @classmethod
    def vocabulary_for(cls, words: Sequence[str], settings: Mapping[str, Any]) -> Vocabulary:
        """Collect the symbols of the words, and of the background's if there is one."""
        from makemore.models.auto import Auto  # which itself is made of this

        background = settings.get("background") or ()
        return Auto.vocabulary_for(words, {"background": background})

    @classmethod
    def start(
        cls, words: Sequence[str], vocabulary: Vocabulary, settings: Mapping[str, Any]
    ) -> Any:
        """Make a model that has counted nothing yet: every symbol is as likely.

        With a background in the settings it is a mix of two of them, as `Auto` has it.
        """
        if settings.get("background"):
            from makemore.models.auto import Auto  # which itself is made of this

            return Auto.start(words, vocabulary, settings)
        order = _checked_order(settings.get("order") or 1)
        nothing = np.zeros((0, order), dtype=np.intp)
        tally = NgramTally.of_grams(len(vocabulary), nothing, np.zeros(0, dtype=np.int64))
        smoothing = settings.get("smoothing")
        return cls(vocabulary, tally, order, KNESER_NEY if smoothing is None else smoothing)

    def train(
        self, words: Sequence[str], settings: Mapping[str, Any], held_out: Sequence[str] = ()
    ) -> Iterator[Event]:
        """Count the words; a run of one step, which tells that it is not done while it chooses.

        What `settings` leave open is chosen on the held-out words, by cross-validation where there
        are few words; the event's facts then have ``held_out``, its nll, and ``tried``, each as
        [order, smoothing, nats per symbol].
        """
        from makemore.models.choice import choosing_ngram  # which itself is made of this

        order, smoothing = settings.get("order"), settings.get("smoothing")
        facts: dict[str, Any] = {}
        if order is None or smoothing is None:
            work = choosing_ngram(words, held_out, self.vocabulary, order, smoothing)
            chosen = yield from telling(work, Event("n-gram", 0, 1))
            order, smoothing = chosen.order, chosen.smoothing
            facts = {"tried": chosen.tried, "held_out": chosen.loss}
        self.order, self.smoothing = _checked_order(order), _checked_smoothing(smoothing)
        self._learn(NgramTally.of_words(words, self.vocabulary, order))
        facts |= {"order": order, "smoothing": smoothing, "grams": len(self.tally.grams)}
        yield Event(f"n-gram, order {order}", 1, 1, done=True, facts=facts)

    def state(self) -> State:
        """Give the counts of the highest order, from which all else follows."""
        config = {"order": self.order, "smoothing": self.smoothing}
        return State(config, {"grams": self.tally.grams, "counts": self.tally.counts})

    @classmethod
    def from_state(cls, vocabulary: Vocabulary, state: State) -> Self:
        """Make the model again; raises MakemoreError where the counts cannot be."""
        grams, counts = state.arrays["grams"], state.arrays["counts"]
        order = _checked_order(state.config["order"])
        if grams.ndim != 2 or grams.shape[1] != order or counts.shape != grams.shape[:1]:
            raise MakemoreError("The n-grams and their counts do not fit each other.")
        if (counts < 0).any():
            raise MakemoreError("The n-grams cannot be used: a count is below 0.")
        tally = NgramTally.of_grams(len(vocabulary), grams, counts)
        return cls(vocabulary, tally, order, state.config["smoothing"])

    def _learn(self, tally: NgramTally) -> None:
        self.tally = tally if tally.order == self.order else tally.lowered(self.order)
        self._levels = self.tally.levels
        self._contexts = contexts_of_grams(self.tally)
        if self.smoothing == KNESER_NEY:
            self._weights = [
                kneser_ney(
                    kneser_ney_counts(self.tally, k), self._contexts[k], len(self._levels[k - 1])
                )
                for k in range(1, self.order + 1)
            ]
        else:
            self._weights = _add_k(self.tally, self._contexts[-1], float(self.smoothing))
        self._entries: list[tuple[Indices, Indices] | None] = [None] * (self.order + 1)
        # A context is a gram that does not end a word, or a word's start.
        sizes = [len(level) - level.ends + 1 for level in self._levels[:-1]]
        self._bases = np.cumsum([0, *sizes[::-1]])  # the longest contexts first
        self._chain: Chain | None = None

    def log_prob(self, x: Indices, y: Indices) -> Floats:
        """Give log P(y[:, t] | x[:, :t + 1]) in nats, (B, T); 0 where y is -1."""
        asked = y >= 0
        found = np.zeros(y.shape)
        columns = [y[asked], *(column[asked] for column in columns_of(x, self.order - 1))]
        with np.errstate(divide="ignore"):
            found[asked] = np.log(self.likelihoods(columns))
        return found

    def likelihoods(self, columns: Sequence[Indices]) -> Floats:
        """Give P of symbols, (n,): themselves, the ones before them, … as `contexts_of` does."""
        gram: Indices = np.zeros(len(columns[0]), dtype=np.intp)
        context = gram
        p: Floats = np.full(len(gram), 1 / len(self.vocabulary))
        for k in range(1, self.order + 1):
            gram = self._levels[k].find(gram, columns[k - 1])
            p = self._weights[k - 1].step(gram, context, p)
            if k < self.order:
                context = self._levels[k].find(context, columns[k])
        return p

    def predict(self, x: Indices) -> Floats:
        """Give P(next | row): (B, T), rows begin with 0, to (B, V) that sums to 1 by row."""
        return self._rows(*self._longest_context(x))

    def chain(self) -> Chain:
        """Give P and the next context; the contexts are the grams of 0 … n - 1 symbols."""
        if self._chain is None:
            C, V = int(self._bases[-1]), len(self.vocabulary)
            rows, after = _Rows(self, self._rows), _Rows(self, self._after)
            large = C * V * 8 > _WHOLE
            self._chain = Chain(C, rows, after) if large else self._whole_chain()
        return self._chain

    def _whole_chain(self) -> Chain:
        """Work out all contexts, each from the one without its oldest symbol."""
        C, V = int(self._bases[-1]), len(self.vocabulary)
        P, after = np.empty((C, V)), np.empty((C, V), dtype=np.intp)
        for k, level in enumerate(self._levels[:-1]):
            contexts = np.append(0, np.arange(level.ends, len(level)))
            rows = slice(self._bases[self.order - 1 - k], self._bases[self.order - k])
            alpha, gamma = self._weights[k]
            if k == 0:
                P[rows], after[rows] = gamma / V, self._state(0, contexts)
            else:
                shorter = self._state(k - 1, level.parent[contexts])
                P[rows], after[rows] = gamma[contexts, None] * P[shorter], after[shorter]
            at, first = self._state(k, self._contexts[k + 1]), self._levels[k + 1].first
            P[at, first] += alpha
            after[at, first] = self._reached(k + 1)
        after[:, 0] = 0
        return Chain(C, P, after)

    def _reached(self, k: int) -> Indices:
        """Give the chain's context after each gram of order k, (G,)."""
        if k == self.order:
            return self._state(k - 1, self._levels[k].parent)
        return self._state(k, np.arange(len(self._levels[k])))

    def rows(self, contexts: Indices) -> tuple[Floats, Indices]:
        """Work out P and the next contexts of some of the chain's contexts, (B,) to (B, V)."""
        place = self._where(contexts)
        return self._rows(*place), self._after(*place)

    def _longest_context(self, x: Indices) -> tuple[Indices, Indices]:
        """Give the order and the number of the longest known context of each row, (B,) each."""
        level: Indices = np.zeros(len(x), dtype=np.intp)
        node, longer = level, level
        for k, column in enumerate(columns_of(x, self.order - 1), start=1):
            longer = self._levels[k].find(longer, column[:, -1])
            level, node = np.where(longer >= 0, k, level), np.where(longer >= 0, longer, node)
        return level, node

    def _state(self, k: int, node: Indices) -> Indices:
        """Give the chain's number of contexts of k symbols."""
        skipped = self._levels[k].ends - 1
        number: Indices = self._bases[self.order - 1 - k] + np.where(node == 0, 0, node - skipped)
        return number

    def _where(self, states: Indices) -> tuple[Indices, Indices]:
        """Give order and number of the chain's contexts; what `_state` undoes."""
        part = np.searchsorted(self._bases, states, side="right") - 1
        level = self.order - 1 - part
        skipped = np.array([found.ends - 1 for found in self._levels[:-1]])[level]
        place = states - self._bases[part]
        return level, np.where(place == 0, 0, place + skipped)

    def _rows(self, level: Indices, node: Indices) -> Floats:
        """Work out P of contexts, (B,) twice to (B, V)."""
        P = np.full((len(node), len(self.vocabulary)), 1 / len(self.vocabulary))
        for k, rows, contexts, at, grams in self._descend(level, node):
            alpha, gamma = self._weights[k - 1]
            P[rows] *= gamma[contexts, None]
            P[at, self._levels[k].first[grams]] += alpha[grams]
        return P

    def _after(self, level: Indices, node: Indices) -> Indices:
        """Work out the context after each symbol, (B,) twice to (B, V)."""
        nothing = self._state(0, np.zeros(1, dtype=np.intp))
        after = np.full((len(node), len(self.vocabulary)), nothing[0])
        for k, _, _, at, grams in self._descend(level, node):
            after[at, self._levels[k].first[grams]] = self._reached(k)[grams]
        after[:, 0] = 0
        return after

    def _descend(
        self, level: Indices, node: Indices
    ) -> Iterator[tuple[int, Indices, Indices, Indices, Indices]]:
        """Go from the empty context to each of the given ones, order by order.

        Yields the order k of what follows, the rows that have a context there and which it is, and
        for all that followed those contexts its row and its number among the grams of order k.
        """
        ways: list[Indices] = [np.zeros(len(node), dtype=np.intp) for _ in range(self.order)]
        for k in range(self.order - 1, 0, -1):
            ways[k] = np.where(level == k, node, ways[k])
            ways[k - 1] = np.where(level >= k, self._levels[k].parent[ways[k]], 0)
        for k in range(1, self.order + 1):
            rows = np.flatnonzero(level >= k - 1)
            contexts = ways[k - 1][rows]
            begin, grams = self._followers(k)
            sizes = begin[contexts + 1] - begin[contexts]
            ends = np.cumsum(sizes)
            places = np.arange(ends[-1] if len(ends) else 0)
            places += np.repeat(begin[contexts] - ends + sizes, sizes)
            yield k, rows, contexts, np.repeat(rows, sizes), grams[places]

    def _followers(self, k: int) -> tuple[Indices, Indices]:
        """Give the grams of order k by context, and where each context's begin."""
        kept = self._entries[k]
        if kept is None:
            contexts = self._contexts[k]
            sizes = np.bincount(contexts, minlength=len(self._levels[k - 1]))
            kept = np.append(0, np.cumsum(sizes)), np.argsort(contexts, kind="stable")
            self._entries[k] = kept
        return kept


class _Rows:
    """A table of an n-gram's chain, of which rows are worked out when asked for."""

    def __init__(self, model: NGram, make: Any) -> None:
        self._model, self._make = model, make

    def __getitem__(self, contexts: Any) -> Any:
        """Give one row (V,), or those of several contexts (B, V)."""
        wanted = np.atleast_1d(np.asarray(contexts, dtype=np.intp))
        rows = self._make(*self._model._where(wanted))
        return rows[0] if np.ndim(contexts) == 0 else rows


def columns_of(x: Indices, reach: int) -> list[Indices]:
    """Give the last, the second last, … symbol up to each place of x (B, T); 0 before a start."""
    columns: list[Indices] = []
    for back in range(reach):
        column = np.zeros_like(x)
        column[:, back:] = x[:, : max(0, x.shape[1] - back)]
        if columns:
            column[columns[-1] == 0] = 0
        columns.append(column)
    return columns


def contexts_of_grams(tally: NgramTally) -> list[Indices]:
    """Give for each order k the context of each gram: its number among the grams of k - 1.

    Raises MakemoreError if a gram's context does not come, as it does in any text.
    """
    contexts: list[Indices] = [np.zeros(1, dtype=np.intp)]
    levels = tally.levels
    for k, level in enumerate(levels[1:], start=1):
        if k == 1:
            found: Indices = np.zeros(len(level), dtype=np.intp)
        else:
            found = levels[k - 1].find(contexts[-1][level.parent], level.last)
        if len(found) and found.min() < 0:
            raise MakemoreError("The n-grams are of no text: one begins with what never ends one.")
        contexts.append(found)
    return contexts


def kneser_ney_counts(tally: NgramTally, k: int) -> npt.NDArray[np.int64]:
    """Give what Kneser–Ney counts of the grams of order k, (G,).

    At the highest order how often they come; below it how many different symbols stand before
    them, a word's start being one, but how often they come where they begin at a word's start.
    """
    level = tally.levels[k]
    if k == tally.order:
        return level.counts
    above = tally.levels[k + 1]
    left = np.bincount(above.parent[above.counts > 0], minlength=len(level))
    return np.where((level.last == 0) & (k > 1), level.counts, left)


def discounts(counts: npt.NDArray[np.int64]) -> Floats:
    """Give what is taken off counts of 0, 1, 2, and 3 or more, by counts of counts."""
    n1, n2, n3, n4 = (max(1, int((counts == c).sum())) for c in (1, 2, 3, 4))
    Y = n1 / (n1 + 2 * n2)
    D = [0, 1 - 2 * Y * n2 / n1, 2 - 3 * Y * n3 / n2, 3 - 4 * Y * n4 / n3]
    return np.maximum(D, 0.0)


def kneser_ney(counts: npt.NDArray[np.int64], contexts: Indices, size: int) -> Weights:
    """Give the α of grams (G,) and the γ of `size` contexts; what never comes has γ = 1."""
    D = discounts(counts)[np.minimum(counts, 3)]
    totals = np.bincount(contexts, counts, minlength=size)
    seen = totals > 0
    taken = np.bincount(contexts, D, minlength=size)
    gamma = np.divide(taken, totals, out=np.ones(size), where=seen)
    share = np.zeros(len(counts))
    alpha = np.divide(counts - D, totals[contexts], out=share, where=seen[contexts])
    return Weights(alpha, gamma)


def _add_k(tally: NgramTally, contexts: Indices, k: float) -> list[Weights]:
    weights = [
        Weights(np.zeros(len(level)), np.ones(len(below)))
        for below, level in zip(tally.levels, tally.levels[1:-1], strict=False)
    ]
    counts, below = tally.levels[-1].counts, tally.levels[-2]
    totals = np.bincount(contexts, counts, minlength=len(below))
    spread = totals + k * tally.V
    seen = totals > 0
    gamma = np.divide(k * tally.V, spread, out=np.ones(len(below)), where=seen)
    share = np.divide(counts, spread[contexts], out=np.zeros(len(counts)), where=counts > 0)
    return [*weights, Weights(share, gamma)]


def _checked_order(order: Any) -> int:
    number = whole(order)
    if number is None or not 1 <= number <= HIGHEST_ORDER:
        raise SettingError(
            f"Order must be a whole number from 1 to {HIGHEST_ORDER}; it is {order!r}.", "order"
        )
    return number


def _checked_smoothing(smoothing: Any) -> str | float:
    if smoothing == KNESER_NEY:
        return KNESER_NEY
    k = float(smoothing) if isinstance(smoothing, Real) else -1.0
    if not (math.isfinite(k) and k >= 0):
        raise SettingError(
            f'Smoothing must be "{KNESER_NEY}" or a number from 0, the k of add-k; '
            f"it is {smoothing!r}.",
            "smoothing",
        )
    return k
