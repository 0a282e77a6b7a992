"""The ways to draw words of a model: symbol by symbol, given a constraint, or many at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from makemore.automaton import DEAD
from makemore.conditioned import Conditioned
from makemore.constraints import Rules
from makemore.errors import ConstraintError
from makemore.torch_generator import Rows, TorchGenerator
from makemore.vocabulary import Vocabulary

__all__ = [
    "BLOCK",
    "Drawn",
    "Predictor",
    "Shape",
    "draws_of_chain",
    "draws_of_conditioned",
    "draws_of_model",
    "forced_prefix",
    "impossible",
]

BLOCK = 64
"""Words that are drawn in lock-step, whatever the count, so that the first never change with it."""

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]
Drawn = tuple[tuple[int, ...], bool]
"""A word's symbols, and whether it ended."""
Shape = Callable[[Floats], Floats]
"""Brings rows of probabilities, (n, V), to a temperature and a top k."""


class Predictor(Protocol):
    """All that words are drawn from: every `Model` is one."""

    @property
    def vocabulary(self) -> Vocabulary:
        """The V symbols."""

    def predict(self, x: Indices, /) -> Floats:
        """Give P(next | row): (B, T), rows begin with 0, to (B, V)."""


def draws_of_chain(
    P: Rows, after: Any, generator: TorchGenerator, most: int
) -> Iterator[list[Drawn]]:
    """Draw a word after the other, each symbol from its context's row, as `generate_words`."""
    draw = generator.row_sampler(P)
    while True:
        symbols: list[int] = []
        context = 0
        symbol = draw(context)
        while symbol != 0 and len(symbols) < most:
            symbols.append(symbol)
            context = int(after[context][symbol])
            symbol = draw(context)
        yield [(tuple(symbols), symbol == 0)]


def draws_of_conditioned(
    conditioned: Conditioned, generator: TorchGenerator, most: int
) -> Iterator[list[Drawn]]:
    """Draw blocks of words that are as asked; only those that go on for `most` symbols are not."""
    while True:
        yield conditioned.draw(generator, BLOCK, most)


def draws_of_model(
    model: Predictor, shape: Shape, rules: Rules | None, generator: TorchGenerator, most: int
) -> Iterator[list[Drawn]]:
    """Draw blocks of words after their forced prefix; one that goes wrong is left as it stands.

    A block of no words comes after each letter: who draws with a slow net may be stopped there.
    """
    prefix = () if rules is None else rules.prefix
    while True:
        words = [list(prefix) for _ in range(BLOCK)]
        ended = [False] * BLOCK
        x: Indices = np.zeros((BLOCK, 1 + len(prefix)), dtype=np.intp)
        x[:, 1:] = prefix
        live: Indices = np.arange(BLOCK)
        states = np.full(BLOCK, 0 if rules is None else rules.automaton.walk(prefix))
        for letters in range(len(prefix), most + 1):
            drawn = generator.multinomial_rows(shape(model.predict(x)))
            for row in live[drawn == 0].tolist():
                ended[row] = True
            if letters == most:
                break
            for row, symbol in zip(live.tolist(), drawn.tolist(), strict=True):
                if symbol != 0:
                    words[row].append(symbol)
            on = drawn != 0
            if rules is not None:
                states = rules.automaton.after[states, rules.automaton.kinds[drawn]]
                on &= (states != DEAD) & (rules.longest is None or letters < rules.longest)
            live, states = live[on], states[on]
            x = np.column_stack([x[on], drawn[on]])
            if len(live) == 0:
                break
            yield []
        yield [(tuple(word), end) for word, end in zip(words, ended, strict=True)]


def forced_prefix(model: Predictor, shape: Shape, rules: Rules) -> float:
    """Work out how likely the symbols are that every word as asked begins with.

    Raises ConstraintError if the model rules them out, since nothing can be drawn after them.
    """
    x: Indices = np.zeros((1, 1), dtype=np.intp)
    likely = 1.0
    for symbol in rules.prefix:
        likely *= float(shape(model.predict(x))[0, symbol])
        if likely == 0:
            raise impossible(rules)
        x = np.column_stack([x, [symbol]])
    return likely


def impossible(rules: Rules) -> ConstraintError:
    """Make the error for words that go together but that the model never makes."""
    settings = tuple(dict.fromkeys(asked.setting for asked in rules.parts)) or ("longest",)
    return ConstraintError(
        f"This model never makes a word that {rules.phrase() or 'has a letter'}: its probability "
        "is 0. Ask for less, or smooth the model more.",
        settings[0],
        settings,
    )
