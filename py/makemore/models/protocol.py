"""What a language model is: P(next symbol | the symbols so far). Everything else asks only that."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol, Self

import numpy as np
import numpy.typing as npt

from makemore.torch_generator import Rows
from makemore.vocabulary import Vocabulary

__all__ = ["Chain", "Event", "Model", "State", "Trainable"]

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]


class State(NamedTuple):
    """What it takes to make a model again: plain numbers and text, and arrays by name."""

    config: dict[str, Any]
    arrays: dict[str, npt.NDArray[Any]]


@dataclass(frozen=True)
class Event:
    """How far a training run is; losses in nats per symbol.

    ``losses`` are those of the batches since the last event, ``train`` and ``held_out`` the mean
    nll of the model as it is now, where it was measured.
    """

    run: str
    step: int
    steps: int
    losses: Sequence[float] = ()
    train: float | None = None
    held_out: float | None = None
    done: bool = False
    facts: Mapping[str, Any] = field(default_factory=dict)


class Model(Protocol):
    """A language model over the V symbols of a vocabulary; symbol 0 is the boundary.

    ``reach`` is how many symbols back matter: 1 for bigrams, n - 1 for n-grams, the block size for
    an MLP or a Transformer, None where all do.
    """

    @property
    def vocabulary(self) -> Vocabulary:
        """The V symbols."""

    @property
    def reach(self) -> int | None:
        """How many symbols back matter."""

    def predict(self, x: Indices) -> Floats:
        """Give P(next | row): (B, T), rows begin with 0, to (B, V) that sums to 1 by row."""

    def log_prob(self, x: Indices, y: Indices) -> Floats:
        """Give log P(y[:, t] | x[:, :t + 1]) in nats, (B, T); 0 where y is -1."""

    def state(self) -> State:
        """Give all that `from_state` needs."""

    @classmethod
    def from_state(cls, vocabulary: Vocabulary, state: State) -> Self:
        """Make the model again that gave `state`, bit for bit."""

    @classmethod
    def start(
        cls, words: Sequence[str], vocabulary: Vocabulary, settings: Mapping[str, Any]
    ) -> Self:
        """Make a model that has learned nothing yet, of a size that fits the words."""

    def train(
        self,
        words: Sequence[str],
        settings: Mapping[str, Any],
        held_out: Sequence[str] = (),
    ) -> Iterator[Event]:
        """Learn the words, event by event; counting is a run of one step."""


class Chain(NamedTuple):
    """A model of finitely many contexts: row c of `P` is P(next | c), and c 0 is a word's start.

    ``P`` is (C, V) and ``next`` (C, V) of intp, the context after each symbol; whole arrays, or
    rows that are worked out when asked for, where (C, V) is too large to be kept.
    """

    size: int
    P: Rows
    next: Any

    @property
    def whole(self) -> bool:
        """Whether P is kept, so that looking at all of it costs little."""
        return isinstance(self.P, np.ndarray)


class Trainable(Model, Protocol):
    """A net: `parameters` are float32 arrays under makemore.py's state_dict names."""

    parameters: dict[str, npt.NDArray[np.float32]]

    def loss_and_gradients(
        self, x: Indices, y: Indices
    ) -> tuple[float, dict[str, npt.NDArray[np.float32]]]:
        """Give the mean nll of the symbols of y that are not -1, and its gradients by name."""
