"""A net's parameters: named arrays that are views of one flat vector."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from makemore.torch_generator import TorchGenerator

__all__ = ["Embedding", "LayerNorm", "Linear", "Piece", "Zeros", "flat_size", "views"]

Floats = npt.NDArray[np.float32]
Shapes = dict[str, tuple[int, ...]]

_ALIGNED = 4  # floats; the kernel reads four at a time


class Piece(Protocol):
    """A part of a net that has parameters."""

    def shapes(self) -> Shapes:
        """Name the parameters, in makemore.py's order."""

    def draw(self, p: Mapping[str, Floats], generator: TorchGenerator) -> None:
        """Write initial values, drawn as PyTorch draws them."""


class Embedding(NamedTuple):
    """A table of rows to look up, ``torch.nn.Embedding``: standard normal."""

    name: str
    rows: int
    width: int

    def shapes(self) -> Shapes:
        """Name the table."""
        return {self.name + ".weight": (self.rows, self.width)}

    def draw(self, p: Mapping[str, Floats], generator: TorchGenerator) -> None:
        """Draw the table."""
        p[self.name + ".weight"][:] = generator.randn(self.rows, self.width)


class Linear(NamedTuple):
    """Weights (to, from) and biases, ``torch.nn.Linear``: uniform within 1 / √from."""

    name: str
    source: int
    target: int
    bias: bool = True

    def shapes(self) -> Shapes:
        """Name the weights and biases."""
        shapes: Shapes = {self.name + ".weight": (self.target, self.source)}
        return shapes | ({self.name + ".bias": (self.target,)} if self.bias else {})

    def draw(self, p: Mapping[str, Floats], generator: TorchGenerator) -> None:
        """Draw the weights, then the biases."""
        bound = float(np.float32(1 / math.sqrt(self.source)))
        for name, shape in self.shapes().items():
            p[name][:] = generator.uniform(-bound, bound, *shape)


class LayerNorm(NamedTuple):
    """Gains and biases, ``torch.nn.LayerNorm``: ones and zeros."""

    name: str
    width: int

    def shapes(self) -> Shapes:
        """Name the gains and biases."""
        return {self.name + ".weight": (self.width,), self.name + ".bias": (self.width,)}

    def draw(self, p: Mapping[str, Floats], generator: TorchGenerator) -> None:
        """Write ones and zeros; nothing is drawn."""
        p[self.name + ".weight"][:] = 1
        p[self.name + ".bias"][:] = 0


class Zeros(NamedTuple):
    """A parameter that begins as zeros, ``torch.nn.Parameter(torch.zeros(…))``."""

    name: str
    shape: tuple[int, ...]

    def shapes(self) -> Shapes:
        """Name it."""
        return {self.name: self.shape}

    def draw(self, p: Mapping[str, Floats], generator: TorchGenerator) -> None:
        """Write zeros; nothing is drawn."""
        p[self.name][:] = 0


def flat_size(pieces: Iterable[Piece]) -> int:
    """Count the numbers of the flat vector that holds all parameters of the pieces."""
    return sum(_room(shape) for piece in pieces for shape in piece.shapes().values())


def views(flat: Floats, pieces: Iterable[Piece]) -> dict[str, Floats]:
    """Name the parts of a flat vector: what is written to a view is written to the vector."""
    return dict(_views(flat, pieces))


def _views(flat: Floats, pieces: Iterable[Piece]) -> Iterator[tuple[str, Floats]]:
    at = 0
    for piece in pieces:
        for name, shape in piece.shapes().items():
            yield name, flat[at : at + math.prod(shape)].reshape(shape)
            at += _room(shape)


def _room(shape: tuple[int, ...]) -> int:
    return -(-math.prod(shape) // _ALIGNED) * _ALIGNED
