"""What words may look like, as a deterministic finite automaton over a vocabulary's symbols."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from types import EllipsisType
from typing import Any, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

__all__ = [
    "DEAD",
    "MOST_STATES",
    "Automaton",
    "Containing",
    "Ending",
    "Letters",
    "Matching",
    "Part",
    "Starting",
    "TooManyStates",
    "automaton_of",
]

MOST_STATES = 20_000
"""States after which an automaton is given up: what was asked for is too intricate."""

DEAD = -1

Indices = npt.NDArray[np.intp]


class TooManyStates(Exception):
    """The product of the parts has more than `MOST_STATES` states."""


class Part(Protocol):
    """One thing that a word is to obey, read symbol by symbol; states are anything hashable."""

    start: Hashable

    def step(self, state: Any, symbol: int, /) -> Hashable:
        """Give the state after a symbol, or None where no word can obey any more."""

    def accepts(self, state: Any, /) -> bool:
        """Tell whether a word that ends here obeys."""

    def kind(self, symbol: int, /) -> Hashable:
        """Give what tells a symbol from others; symbols of one kind lead to the same states."""


class Starting:
    """Words that begin with some symbols; a state is how many of them stand."""

    start: Hashable = 0

    def __init__(self, symbols: Sequence[int]) -> None:
        self._symbols = tuple(symbols)

    def step(self, state: int, symbol: int) -> Hashable:
        """Go on while symbols agree, and take anything after the last."""
        if state == len(self._symbols):
            return state
        return state + 1 if self._symbols[state] == symbol else None

    def accepts(self, state: int) -> bool:
        """Tell whether all of the symbols stood."""
        return state == len(self._symbols)

    def kind(self, symbol: int) -> Hashable:
        """Tell the given symbols apart, and from all others."""
        return symbol if symbol in self._symbols else 0


class Ending:
    """Words that end with some symbols; a state is how many of them the word ends with so far.

    Source: D. E. Knuth, J. H. Morris and V. R. Pratt, "Fast Pattern Matching in Strings" (1977).
    """

    start: Hashable = 0

    def __init__(self, symbols: Sequence[int]) -> None:
        self._symbols = tuple(symbols)
        self._shorter = [0, 0]  # of each length, the next shorter start that is an end of it too
        for length in range(1, len(self._symbols)):
            self._shorter.append(self._next(self._shorter[length], self._symbols[length]))

    def _next(self, length: int, symbol: int) -> int:
        while length == len(self._symbols) or self._symbols[length] != symbol:
            if length == 0:
                return 0
            length = self._shorter[length]
        return length + 1

    def step(self, state: int, symbol: int) -> Hashable:
        """Give the longest start of the symbols that the word now ends with."""
        return self._next(state, symbol)

    def accepts(self, state: int) -> bool:
        """Tell whether the word ends with all of them."""
        return state == len(self._symbols)

    def kind(self, symbol: int) -> Hashable:
        """Tell the given symbols apart, and from all others."""
        return symbol if symbol in self._symbols else 0


class Containing(Ending):
    """Words that hold some symbols in a row; once they stood, anything may follow."""

    def step(self, state: int, symbol: int) -> Hashable:
        """Stay where all of them stood."""
        return state if self.accepts(state) else super().step(state, symbol)


class Letters:
    """Words of allowed symbols only: those in a set, or those out of it."""

    start: Hashable = 0

    def __init__(self, symbols: Iterable[int], *, banned: bool = False) -> None:
        self._symbols, self._banned = frozenset(symbols), banned

    def step(self, state: Any, symbol: int) -> Hashable:
        """Refuse a symbol that is not allowed."""
        return None if (symbol in self._symbols) == self._banned else state

    def accepts(self, state: Any) -> bool:
        """Take every word that was not refused."""
        return True

    def kind(self, symbol: int) -> Hashable:
        """Tell symbols in the set from those out of it."""
        return symbol in self._symbols


class Matching:
    """Words that match a whole pattern: a set is one symbol of it, None any one, ... any number.

    A state is the set of places in the pattern where a word may stand.
    """

    def __init__(self, pattern: Sequence[frozenset[int] | EllipsisType | None]) -> None:
        self._pattern = tuple(pattern)
        self.start: Hashable = self._with_skipped({0})

    def _with_skipped(self, places: set[int]) -> frozenset[int]:
        for place in sorted(places):
            while place < len(self._pattern) and self._pattern[place] is ...:
                place += 1
                places.add(place)
        return frozenset(places)

    def step(self, state: frozenset[int], symbol: int) -> Hashable:
        """Follow all places at once."""
        places = set[int]()
        for place in state:
            item = self._pattern[place] if place < len(self._pattern) else frozenset[int]()
            if item is ...:
                places.add(place)
            elif item is None or symbol in item:
                places.add(place + 1)
        return self._with_skipped(places) if places else None

    def accepts(self, state: frozenset[int]) -> bool:
        """Tell whether the pattern's end is among the places."""
        return len(self._pattern) in state

    def kind(self, symbol: int) -> Hashable:
        """Tell symbols apart that are in different sets."""
        return tuple(symbol in item for item in self._pattern if isinstance(item, frozenset))


class Automaton(NamedTuple):
    """A deterministic automaton without states that lead nowhere; state 0 is a word's start.

    ``kinds`` (V,) puts each symbol in one of K kinds (the boundary's says nothing), ``after``
    (A, K) is the state after a symbol of a kind or -1, ``accepts`` (A,) where a word may end,
    ``distance`` (A,) how many symbols it takes at least to get there, and ``longest`` the most
    symbols that a word can have, None if there is no most.
    """

    kinds: Indices
    after: Indices
    accepts: npt.NDArray[np.bool_]
    distance: Indices
    longest: int | None

    def walk(self, symbols: Iterable[int]) -> int:
        """Give the state after some symbols from the start; -1 if no word begins so."""
        state = 0
        for symbol in symbols:
            state = int(self.after[state, self.kinds[symbol]])
            if state == DEAD:
                break
        return state

    def words(self, shortest: int, longest: int | None, most: int) -> list[tuple[int, ...]] | None:
        """Give all words of `shortest` to `longest` symbols; None if there are more than `most`."""
        if longest is None:
            longest = self.longest
        if longest is None or self._count(shortest, longest) > most:
            return None
        found: list[tuple[int, ...]] = []
        stack: list[tuple[int, tuple[int, ...]]] = [(0, ())]
        while stack:
            state, word = stack.pop()
            if self.accepts[state] and len(word) >= shortest:
                found.append(word)
            for kind in np.flatnonzero(self.after[state] != DEAD).tolist():
                later = int(self.after[state, kind])
                if len(word) + 1 + self.distance[later] <= longest:
                    symbols = 1 + np.flatnonzero(self.kinds[1:] == kind)
                    stack += [(later, (*word, symbol)) for symbol in symbols.tolist()]
        return found

    def _count(self, shortest: int, longest: int) -> float:
        """Count the words of `shortest` to `longest` symbols; inf if past all counting."""
        sizes = np.bincount(self.kinds[1:], minlength=self.after.shape[1]).astype(np.float64)
        onwards = np.zeros(len(self.after) + 1)  # the last is that of DEAD
        with np.errstate(over="ignore", invalid="ignore"):
            for length in range(longest, -1, -1):
                onwards[:-1] = np.where(self.after == DEAD, 0.0, onwards[self.after] * sizes).sum(
                    axis=1
                ) + (self.accepts if length >= shortest else 0)
        return float(onwards[0])

    def allows(self, shortest: int, longest: int | None) -> bool:
        """Tell whether a word of `shortest` to `longest` symbols is accepted."""
        states: Indices = np.zeros(1, dtype=np.intp)
        for _ in range(shortest):
            later = _later(self.after, states)
            if np.array_equal(later, states):
                break
            states = later
        if len(states) == 0:
            return False
        return longest is None or shortest + int(self.distance[states].min()) <= longest


def automaton_of(parts: Sequence[Part], V: int) -> Automaton | None:
    """Join parts into the smallest automaton of the words that obey all; None if no word can.

    Raises TooManyStates where it is larger than `MOST_STATES`.
    """
    numbers: dict[Hashable, int] = {}
    kinds = np.zeros(V, dtype=np.intp)
    examples: list[int] = []
    for symbol in range(1, V):
        signature = tuple(part.kind(symbol) for part in parts)
        if signature not in numbers:
            numbers[signature] = len(examples)
            examples.append(symbol)
        kinds[symbol] = numbers[signature]
    after, accepts = _product(parts, examples)
    distance = _distances(after, accepts)
    if distance[0] < 0:
        return None
    after, accepts = _smallest(_alive(after, distance), accepts)
    return Automaton(kinds, after, accepts, _distances(after, accepts), _longest(after))


def _product(
    parts: Sequence[Part], examples: Sequence[int]
) -> tuple[Indices, npt.NDArray[np.bool_]]:
    """Walk all parts at once: (A, K) states after, (A,) accepts."""
    start = tuple(part.start for part in parts)
    numbers, states, rows = {start: 0}, [start], []
    for state in states:  # grows as it is walked
        row = []
        for symbol in examples:
            later = []
            for part, now in zip(parts, state, strict=True):
                then = part.step(now, symbol)
                if then is None:
                    break
                later.append(then)
            if len(later) < len(parts):
                row.append(DEAD)
                continue
            key = tuple(later)
            if key not in numbers:
                if len(states) == MOST_STATES:
                    raise TooManyStates
                numbers[key] = len(states)
                states.append(key)
            row.append(numbers[key])
        rows.append(row)
    accepts = [all(p.accepts(s) for p, s in zip(parts, state, strict=True)) for state in states]
    after = np.array(rows, dtype=np.intp).reshape(len(states), len(examples))
    return after, np.array(accepts, dtype=np.bool_)


def _distances(after: Indices, accepts: npt.NDArray[np.bool_]) -> Indices:
    """Count the symbols from each state to the nearest that accepts; -1 where none does."""
    far = len(after) + 1
    distance = np.where(accepts, 0, far)
    while after.size:
        through = np.append(distance, far)[after].min(axis=1) + 1  # DEAD is the last
        shorter = np.minimum(distance, through)
        if np.array_equal(shorter, distance):
            break
        distance = shorter
    return np.where(distance < far, distance, -1).astype(np.intp)


def _alive(after: Indices, distance: Indices) -> Indices:
    """Let no symbol lead to a state from which no word can end."""
    return np.where(np.append(distance, -1)[after] < 0, DEAD, after)


def _smallest(
    after: Indices, accepts: npt.NDArray[np.bool_]
) -> tuple[Indices, npt.NDArray[np.bool_]]:
    """Join states that no word tells apart, and leave out those that none reaches.

    Source: E. F. Moore, "Gedanken-experiments on Sequential Machines" (1956).
    """
    labels = np.unique(accepts, return_inverse=True)[1]
    while True:
        rows = np.column_stack([labels, np.append(labels, DEAD)[after]])
        _, first, finer = np.unique(rows, axis=0, return_index=True, return_inverse=True)
        finer = finer.reshape(-1)
        if finer.max() == labels.max():
            break
        labels = finer
    joined = np.append(finer, DEAD)[after][first]  # (labels, K)
    order = [int(finer[0])]
    reached: Indices = np.array(order)
    while len(reached):
        later = _later(joined, reached)
        reached = later[~np.isin(later, order)]
        order += reached.tolist()
    place = np.full(len(joined) + 1, DEAD, dtype=np.intp)
    place[order] = np.arange(len(order))
    return place[joined[order]], accepts[first][order]


def _later(after: Indices, states: Indices) -> Indices:
    """Give all states that one symbol leads to, each once."""
    later = np.unique(after[states])
    alive: Indices = later[later != DEAD]
    return alive


def _longest(after: Indices) -> int | None:
    """Count the symbols of the longest walk from state 0; None if walks have no end."""
    states: Indices = np.zeros(1, dtype=np.intp)
    for length in range(len(after)):
        states = _later(after, states)
        if len(states) == 0:
            return length
    return None
