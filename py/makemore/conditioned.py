"""A model of finitely many contexts, under a constraint: P(next | so far, and it ends as asked).

Weights are worked out backwards, w[t, s] = P(a word goes on from pair s to end as asked | t
letters stand), where a pair is a state of the constraint's automaton and a context of the model;
then words are drawn forwards from P · w. Source: the backward algorithm of hidden Markov models;
L. R. Rabiner, "A Tutorial on Hidden Markov Models" (1989).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from makemore.automaton import DEAD, Automaton
from makemore.torch_generator import TorchGenerator

__all__ = ["MOST_BYTES", "Conditioned", "Steps", "TooLarge"]

MOST_BYTES = 200_000_000
"""What automaton × contexts × letters may take."""

_ACCURACY = 1e-12
_ROUNDING = 1e-15
_CHUNK = 16384  # pairs at once: what is gathered for them stays in the processor's cache
_MOST_ROUNDS = 20_000  # of the fixed point; a model that hardly ever ends a word settles slowly

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]


class TooLarge(Exception):
    """The pairs take more than `MOST_BYTES`, or their weights do not settle."""


class Steps(NamedTuple):
    """A chain as it is drawn from: ``P(c)`` are rows of probabilities, ``after(c)`` of contexts.

    Both take contexts (n,) and give (n, V). ``ends`` says that a word ends surely, whatever was
    drawn so far, since every context gives the end more than 0.
    """

    size: int
    P: Callable[[Indices], Floats]
    after: Callable[[Indices], Indices]
    ends: Callable[[], bool]


class Conditioned:
    """A chain's words of `shortest` to `longest` symbols that an automaton accepts.

    Attribute ``probability`` is how likely the chain makes such a word, 0 if it cannot.

    Raises TooLarge where the pairs that can be reached take too much memory.
    """

    def __init__(
        self, steps: Steps, automaton: Automaton, shortest: int, longest: int | None
    ) -> None:
        self._steps, self._automaton = steps, automaton
        self._shortest, self._longest = shortest, longest
        # Where nothing is asked any more, all that a word can still do is as asked.
        everything = automaton.accepts & (
            automaton.after == np.arange(len(automaton.after))[:, None]
        ).all(axis=1)
        free = np.flatnonzero(everything)
        self._free = int(free[0]) if longest is None and len(free) and steps.ends() else DEAD
        used = (automaton.after != DEAD).any(axis=0)
        self._letters = 1 + np.flatnonzero(used[automaton.kinds[1:]])  # (K,) symbols that may come
        self._find_pairs()
        self._weigh()
        self.probability = min(1.0, float(self._weights[0][0]))

    def _find_pairs(self) -> None:
        """Walk forwards, a letter at a time; pairs are numbered in the order of discovery.

        So the first ``_known[t]`` pairs are all that can stand after t letters. ``_end`` (n,) is
        P(end), 0 where the automaton does not accept; ``_P`` and ``_after`` (n, K) are those of
        the letters. Weight n is that of what is dead, n + 1 of what is free.
        """
        A, C, K = len(self._automaton.after), self._steps.size, len(self._letters)
        if 4 * A * C > MOST_BYTES:
            raise TooLarge
        place = np.full(A * C, -1, dtype=np.int32)
        place[0] = 0
        new: Indices = np.zeros(1, dtype=np.intp)  # keys, state · C + context
        self._known, ends, rows, afters = [1], list[Floats](), list[Floats](), list[Indices]()
        t, n = 0, 1
        while len(new):
            states, contexts = np.divmod(new, C)
            self._check_size(n, K, t + 1)
            P = self._steps.P(contexts)
            ends.append(np.where(self._automaton.accepts[states], P[:, 0], 0.0))
            if t == self._longest:
                break
            P = P[:, self._letters]
            keys = self._keys(states, contexts, P, t)
            live = keys >= 0
            at = np.maximum(keys, 0)
            fresh = _each_once(keys[live & (place[at] < 0)], place)
            place[fresh] = np.arange(n, n + len(fresh))
            rows.append(P)
            afters.append(np.where(live, place[at], keys))
            t, n, new = t + 1, n + len(fresh), fresh
            self._known.append(n)
        self._end = np.concatenate(ends)
        self._P = np.concatenate(rows) if rows else np.zeros((0, K))
        self._after = np.concatenate(afters) if afters else np.zeros((0, K), dtype=np.intp)
        # -1 and -2 become the two weights after the last.
        self._after = np.where(self._after < 0, n - 1 - self._after, self._after)

    def _keys(self, states: Indices, contexts: Indices, P: Floats, t: int) -> Indices:
        """Give the pairs after each letter, (n, K): state · C + context; -1 dead, -2 free."""
        after = self._automaton.after[states][:, self._automaton.kinds[self._letters]]
        keys = after * self._steps.size + self._steps.after(contexts)[:, self._letters]
        dead = (after == DEAD) | (P == 0)
        if self._longest is not None:
            dead |= self._automaton.distance[after] > self._longest - t - 1
        keys[dead] = -1
        if self._free != DEAD and t + 1 >= self._shortest:
            keys[(after == self._free) & ~dead] = -2
        return keys

    def _weigh(self) -> None:
        """Work out ``_weights``, a layer (n + 2,) for each number of letters, the last one first.

        Layers far from the last are all alike, and then one array stands for them.
        """
        n, last = len(self._end), self._shortest if self._longest is None else self._longest
        layers = [self._settled() if self._longest is None else np.append(self._end, [0.0, 0.0])]
        alike, different = False, 1
        for t in range(last - 1, -1, -1):
            known = self._known[min(t, len(self._known) - 1)]
            if alike and t >= self._shortest:
                layers.append(layers[-1])
                continue
            different += 1
            self._check_size(n, len(self._letters), different)
            layer = np.zeros(n + 2)
            layer[:known] = self._onwards(known, layers[-1])
            if t >= self._shortest:
                layer[:known] += self._end[:known]
                alike = known == n and bool((abs(layer - layers[-1]) <= _ROUNDING * layer).all())
            layers.append(layer)
        self._weights = layers[::-1]

    def _check_size(self, n: int, K: int, layers: int) -> None:
        # Twice, since what was found letter by letter is put together at the end.
        if n * (2 * K * (8 + np.dtype(np.intp).itemsize) + 8 * layers) > MOST_BYTES:
            raise TooLarge

    def _onwards(self, known: int, weights: Floats) -> Floats:
        """Sum P · w over the next letter, for the first pairs."""
        sums = np.empty(known)
        for begin in range(0, known, _CHUNK):
            chunk = slice(begin, min(begin + _CHUNK, known))
            sums[chunk] = np.einsum("nk,nk->n", self._P[chunk], weights[self._after[chunk]])
        return sums

    def _settled(self) -> Floats:
        """Find the fixed point w = P(end) + P · w of all pairs, from below; free ones have 1."""
        n, w, before = len(self._end), np.append(np.zeros(len(self._end) + 1), 1.0), 0.0
        for _ in range(_MOST_ROUNDS):
            new = self._end + self._onwards(n, w)
            change = float(np.max((new - w[:n]) / np.where(new > 0, new, 1.0)))
            w[:n] = new
            # The changes that are still to come shrink as the last ones did.
            ratio = change / before if before else 1.0
            if change <= _ROUNDING or (ratio < 1 and change * ratio / (1 - ratio) <= _ACCURACY):
                return w
            before = change
        raise TooLarge

    def draw(
        self, generator: TorchGenerator, rows: int, most: int
    ) -> list[tuple[tuple[int, ...], bool]]:
        """Draw words in lock-step: their symbols, and whether they ended within `most` symbols."""
        n, K = len(self._end), len(self._letters)
        words: list[list[int]] = [[] for _ in range(rows)]
        ended = [False] * rows
        live: Indices = np.arange(rows)
        pairs: Indices = np.zeros(rows, dtype=np.intp)
        contexts: Indices = np.zeros(rows, dtype=np.intp)
        for t in range(most + 1):
            weights = np.empty((len(live), K + 1))
            held = np.flatnonzero(pairs <= n)  # all but the free ones
            weights[held] = self._row(pairs[held], t)
            loose = np.flatnonzero(pairs > n)
            if len(loose):
                weights[loose] = self._steps.P(contexts[loose])
            drawn = generator.multinomial_rows(weights / weights.sum(axis=1, keepdims=True))
            symbols = np.append(0, self._letters)[drawn]
            for row in live[drawn == 0].tolist():
                ended[row] = True
            on = np.flatnonzero(drawn)
            if len(on) == 0 or t == most:
                break
            live, symbols = live[on], symbols[on]
            for row, symbol in zip(live.tolist(), symbols.tolist(), strict=True):
                words[row].append(symbol)
            contexts = self._steps.after(contexts[on])[np.arange(len(on)), symbols]
            pairs = pairs[on]
            held = np.flatnonzero(pairs <= n)
            pairs[held] = self._after[pairs[held], drawn[on][held] - 1]
        return [(tuple(word), end) for word, end in zip(words, ended, strict=True)]

    def _row(self, pairs: Indices, t: int) -> Floats:
        """Give what the next draw weighs, (n, K + 1): the end, then each letter."""
        end = self._end[pairs] if t >= self._shortest else np.zeros(len(pairs))
        if t == self._longest:
            return np.column_stack([end, np.zeros((len(pairs), len(self._letters)))])
        following = self._weights[min(t + 1, len(self._weights) - 1)]
        return np.column_stack([end, self._P[pairs] * following[self._after[pairs]]])


def _each_once(keys: Indices, scratch: npt.NDArray[np.int32]) -> Indices:
    """Leave out repeated keys without sorting; what stands in `scratch` at them is lost."""
    scratch[keys] = np.arange(len(keys))
    once: Indices = keys[scratch[keys] == np.arange(len(keys))]
    return once
