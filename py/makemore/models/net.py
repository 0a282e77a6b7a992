"""What is the same for all nets: parameters, loss, gradients, probabilities, saving."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, ClassVar, Self

import numpy as np
import numpy.typing as npt

from makemore.errors import MakemoreError, SettingError, TrainingError
from makemore.models.batches import Batch
from makemore.models.protocol import Event, State
from makemore.nn import kernel
from makemore.nn.parameters import Piece, flat_size, views
from makemore.torch_generator import TorchGenerator
from makemore.vocabulary import Vocabulary

__all__ = ["MOST_SYMBOLS", "Net", "Sizes", "check_sizes", "quiet"]

MOST_SYMBOLS = 10_000
"""Up to so many symbols a net is trained: every step works out a probability for each."""

_MOST_LAYERS = 1000
_LARGEST = 10_000
_PART_NUMBERS = 4_000_000  # of one array: 16 MB

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Sizes:
    """How large a net is, in makemore.py's words block_size, n_layer, n_head, n_embd, n_embd2."""

    context: int = 16
    layers: int = 4
    heads: int = 4
    embedding: int = 64
    hidden: int = 64


class Net(ABC):
    """A net over packed batches; a kind of net says what it is made of, forward and backward.

    ``parameters`` are views, under makemore.py's state_dict names, of one vector ``flat``, and
    ``gradients`` of ``slopes``. ``run`` is the training run that it is in, or was, if any.
    """

    kind: ClassVar[str]
    most_symbols: ClassVar[int] = MOST_SYMBOLS

    def __init__(
        self, vocabulary: Vocabulary, sizes: Sizes, generator: TorchGenerator | None = None
    ) -> None:
        """Draw the parameters, in makemore.py's order; without a generator they are 0.

        Raises TrainingError if there are too many symbols, SettingError if sizes do not fit.
        """
        V = len(vocabulary)
        if self.most_symbols < V:
            raise TrainingError(
                f"This list has {V:,} symbols, and this net learns up to {self.most_symbols:,}. "
                "Use the n-gram model, or a list with fewer symbols."
            )
        self.vocabulary, self.sizes = vocabulary, sizes
        pieces = list(self.pieces(V, sizes))
        self.flat, self.slopes = np.zeros((2, flat_size(pieces)), np.float32)
        self.parameters, self.gradients = views(self.flat, pieces), views(self.slopes, pieces)
        if generator is not None:
            for piece in pieces:
                piece.draw(self.parameters, generator)
        self.run: Any = None

    # ---- what a kind of net defines

    @classmethod
    @abstractmethod
    def pieces(cls, V: int, sizes: Sizes) -> Iterator[Piece]:
        """Say what it is made of, in the order in which makemore.py makes it."""

    @abstractmethod
    def forward(self, batch: Batch) -> tuple[Floats, Any]:
        """Compute logits (n, V), and what the backward pass needs."""

    @abstractmethod
    def backward(self, dlogits: Floats, cache: Any) -> None:
        """Add to the gradients of all parameters."""

    @property
    def window(self) -> int | None:
        """How long a sequence may be; None if any length will do."""
        return None

    @property
    def reach(self) -> int | None:
        """How many symbols back matter."""
        return self.window

    # ---- loss and gradients

    @property
    def part_rows(self) -> int:
        """Symbols that one part of a step has at most, so that it takes some 10 or 20 ms."""
        work = self._work()
        widest = max(len(self.vocabulary), 4 * self.sizes.embedding, self.sizes.hidden)
        return max(16, min(int(kernel.part_work() / work), _PART_NUMBERS // widest))

    def _work(self) -> float:
        """Estimate the floating-point operations a symbol takes, forward and backward."""
        return 6.0 * sum(p.size for name, p in self.parameters.items() if p.ndim == 2)

    def add_gradients(self, batch: Batch, symbols: int) -> float:
        """Add a part's gradients of the mean loss over `symbols`; return its summed loss, nats."""
        with quiet():
            logits, cache = self.forward(batch)
            losses = np.empty(len(logits), np.float32)
            kernel.softmax_xent(logits, batch.targets, 1 / symbols, losses)
            self.backward(logits, cache)
            return float(losses.sum(dtype=np.float64))

    def loss_and_gradients(self, x: Indices, y: Indices) -> tuple[float, dict[str, Floats]]:
        """Give the mean nll of the symbols of y (B, T) that are not -1, and its gradients."""
        batch = Batch.of(x, y)
        symbols = batch.asked
        if symbols == 0:
            raise MakemoreError("There is no loss: no symbol of y counts, all are -1.")
        self.slopes[:] = 0
        parts = batch.within(self.window).parts(self.part_rows)
        loss = sum(self.add_gradients(part, symbols) for part in parts) / symbols
        gradients = {name: g.copy() for name, g in self.gradients.items()}
        self.slopes[:] = 0
        return loss, gradients

    def losses(self, batch: Batch) -> Iterator[tuple[float, int]]:
        """Give the summed loss in nats, and the symbols, part by part; nothing is learned."""
        for part in batch.within(self.window).parts(self.part_rows):
            with quiet():
                logits, _ = self.forward(part)
                losses = np.empty(len(logits), np.float32)
                kernel.softmax_xent(logits, part.targets, 1.0, losses)
            yield float(losses.sum(dtype=np.float64)), part.asked

    # ---- probabilities

    def logits(self, x: Indices) -> Floats:
        """Give the logits of the next symbol: (B, T), rows begin with 0, to (B, V)."""
        x = np.asarray(x)
        if self.window is not None:
            x = x[:, -self.window :]
        B, T = x.shape
        rows = max(1, self.part_rows // T)
        found = [np.empty((0, len(self.vocabulary)), np.float32)]
        for begin in range(0, B, rows):
            part = x[begin : begin + rows]
            offsets = np.arange(len(part) + 1, dtype=np.int32) * np.int32(T)
            ids = np.ascontiguousarray(part.ravel(), dtype=np.int32)
            every, _ = self.forward(Batch(ids, np.full(len(ids), -1, np.int32), offsets))
            found.append(every[offsets[1:] - 1])
        return np.concatenate(found)

    def predict(self, x: Indices) -> Doubles:
        """Give P(next | row): (B, T), rows begin with 0, to (B, V)."""
        return np.exp(_log_softmax(self.logits(x)))

    def log_prob(self, x: Indices, y: Indices) -> Doubles:
        """Give log P(y[:, t] | x[:, :t + 1]) in nats, (B, T); 0 where y is -1."""
        result = np.zeros(np.shape(y))
        result[np.asarray(y) >= 0] = np.concatenate([np.zeros(0), *self.log_prob_by_parts(x, y)])
        return result

    def log_prob_by_parts(self, x: Indices, y: Indices) -> Iterator[Doubles]:
        """Give `log_prob` where y is not -1, row by row, (n,), in parts of some 10 ms each."""
        for part in Batch.of(x, y).within(self.window).parts(self.part_rows):
            rows = np.flatnonzero(part.targets >= 0)
            logits, _ = self.forward(part)
            yield _log_softmax(logits[rows])[np.arange(len(rows)), part.targets[rows]]

    # ---- saving

    @classmethod
    def masks(cls, sizes: Sizes) -> dict[str, Floats]:
        """Give what makemore.py's state_dict has beside the parameters; it is the same always."""
        del sizes
        return {}

    def state(self) -> State:
        """Give the sizes, and all that makemore.py's state_dict has."""
        arrays = {k: p.copy() for k, p in self.parameters.items()}
        return State(asdict(self.sizes), arrays | self.masks(self.sizes))

    @classmethod
    def from_state(cls, vocabulary: Vocabulary, state: State) -> Self:
        """Make the net again that gave `state`, bit for bit.

        Raises MakemoreError if the arrays are not those of a net of these sizes.
        """
        try:
            sizes = Sizes(**{name: int(size) for name, size in state.config.items()})
            check_sizes(sizes)
        except (TypeError, ValueError) as error:
            raise MakemoreError(f"These are no sizes of a net: {state.config!r}.") from error
        if sizes.layers > _MOST_LAYERS:
            raise MakemoreError(f"A net of {sizes.layers:,} layers is more than fits.")
        # Before there is memory for them: a file may claim any size.
        pieces = cls.pieces(len(vocabulary), sizes)
        _check_shapes({n: s for piece in pieces for n, s in piece.shapes().items()}, state.arrays)
        net = cls(vocabulary, sizes)
        net.set_parameters(state.arrays)
        return net

    def set_parameters(self, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
        """Copy parameters by name; raises MakemoreError if names or shapes are others."""
        _check_shapes({name: p.shape for name, p in self.parameters.items()}, arrays)
        others = arrays.keys() - self.parameters.keys() - self.masks(self.sizes).keys()
        if others:
            raise MakemoreError(
                f"The parameters are not those of this net: it has no {min(others)!r}."
            )
        for name, p in self.parameters.items():
            p[:] = arrays[name]

    # ---- learning

    @classmethod
    def start(
        cls, words: Sequence[str], vocabulary: Vocabulary, settings: Mapping[str, Any]
    ) -> Self:
        """Make a net of the recipe's sizes, drawn from ``settings["weights_seed"]``.

        Raises SettingError if the heads do not divide the embedding, TrainingError if there are too
        many symbols.
        """
        from makemore.models.recipes import recipe_for

        recipe = recipe_for(cls.kind, words, vocabulary, settings)
        check_sizes(recipe.sizes)
        return cls(vocabulary, recipe.sizes, TorchGenerator(recipe.seed, era=2))

    def train(
        self, words: Sequence[str], settings: Mapping[str, Any], held_out: Sequence[str] = ()
    ) -> Iterator[Event]:
        """Learn step by step; a run on the same words goes on where it was. See `NetRun`.

        On other words another run begins, from the weights as they are.
        Raises SettingError if the settings ask for other sizes than this net has.
        """
        from makemore.models.net_run import NetRun
        from makemore.models.recipes import recipe_for

        for name, size in asdict(self.sizes).items():
            if settings.get(name) not in (None, size):
                raise SettingError(
                    f"This net was made with “{name}” {size}, and a net keeps its sizes: train a "
                    f"new one for “{name}” {settings[name]}, or leave it at {size}.",
                    name,
                )
        recipe = recipe_for(self.kind, words, self.vocabulary, settings)
        recipe = replace(recipe, sizes=self.sizes)
        # makemore.py's run has a split of its own.
        other = isinstance(self.run, NetRun) and not self.run.learns(words)
        if self.run is None or other:
            self.run = NetRun(self, words, recipe, held_out)
        else:
            self.run.go_on(recipe)
        yield from self.run.events()


def quiet() -> np.errstate:
    """Let numbers overflow without a warning: whether the loss is one is looked at after."""
    return np.errstate(over="ignore", invalid="ignore")


def check_sizes(sizes: Sizes) -> None:
    """Raise SettingError if a size is below 1, or larger than any net that is of use here."""
    for name, size in asdict(sizes).items():
        if not 1 <= size <= _LARGEST:
            raise SettingError(f"“{name}” must be from 1 to {_LARGEST:,}; it is {size}.", name)


def _check_shapes(
    shapes: Mapping[str, tuple[int, ...]], arrays: Mapping[str, npt.NDArray[Any]]
) -> None:
    for name, shape in shapes.items():
        given = arrays[name].shape if name in arrays else None
        if given != shape:
            raise MakemoreError(
                f"The parameters are not those of this net: {name!r} should be of shape {shape} "
                f"and {'is missing' if given is None else f'is of {given}'}."
            )


def _log_softmax(logits: Floats) -> Doubles:
    """Give log P by row, in float64."""
    z = logits.astype(np.float64)
    z -= z.max(axis=1, keepdims=True, initial=-np.inf)
    z -= np.log(np.exp(z).sum(axis=1, keepdims=True))
    return z
