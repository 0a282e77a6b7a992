"""The multilayer perceptron of Bengio et al. (2003), as in makemore.py."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from makemore.models.batches import Batch
from makemore.models.net import Net, Sizes
from makemore.nn.layers import (
    embedding,
    embedding_backward,
    linear,
    linear_backward,
    tanh,
    tanh_backward,
)
from makemore.nn.parameters import Embedding, Linear, Piece

__all__ = ["MLP"]

Floats = npt.NDArray[np.float32]


class MLP(Net):
    """The last T symbols, embedded side by side, through one hidden layer.

    logits = W2 · tanh(W1 · [wte[x_t], wte[x_t-1], …] + b1) + b2
    """

    kind = "mlp"

    @classmethod
    def pieces(cls, V: int, sizes: Sizes) -> Iterator[Piece]:
        """T, C and H are context, embedding and hidden; row V of wte stands before a word."""
        T, C, H = sizes.context, sizes.embedding, sizes.hidden
        yield Embedding("wte", V + 1, C)
        yield Linear("mlp.0", T * C, H)
        yield Linear("mlp.2", H, V)

    @property
    def reach(self) -> int:
        """How many symbols back matter: T."""
        return self.sizes.context

    def forward(self, batch: Batch) -> tuple[Floats, Any]:
        """Compute logits (n, V) and the cache."""
        p, V = self.parameters, len(self.vocabulary)
        windows = batch.windows(self.sizes.context, V)  # (n, T), newest first
        e = embedding(windows, p["wte.weight"]).reshape(len(windows), -1)  # (n, T·C)
        h = tanh(linear(e, p, "mlp.0"))  # (n, H)
        return linear(h, p, "mlp.2"), (windows, e, h)  # (n, V)

    def backward(self, dlogits: Floats, cache: Any) -> None:
        """Add to the gradients, from the last layer to the first."""
        (windows, e, h), p, g = cache, self.parameters, self.gradients
        dh = tanh_backward(linear_backward(dlogits, h, p, g, "mlp.2"), h)  # (n, H)
        de = linear_backward(dh, e, p, g, "mlp.0")  # (n, T·C)
        de = de.reshape(*windows.shape, -1)  # (n, T, C)
        embedding_backward(de, windows, g["wte.weight"])
