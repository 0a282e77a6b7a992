"""The bag of words of makemore.py: the average of what stands so far, and an MLP."""

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
    running_mean,
    running_mean_backward,
    tanh,
    tanh_backward,
)
from makemore.nn.parameters import Embedding, Linear, Piece

__all__ = ["BoW"]

Floats = npt.NDArray[np.float32]


class BoW(Net):
    """Symbols and their places, embedded; averaged over what stands so far, whatever the order.

    x = wte[x_t] + wpe[t];  x += average of x so far;  x += W2 · tanh(W1 · x + b1) + b2;
    logits = lm_head(x)
    """

    kind = "bow"

    @classmethod
    def pieces(cls, V: int, sizes: Sizes) -> Iterator[Piece]:
        """T, C and H are context, embedding and hidden."""
        T, C, H = sizes.context, sizes.embedding, sizes.hidden
        yield Embedding("wte", V, C)
        yield Embedding("wpe", T, C)
        yield Linear("context_block.mlp.c_fc", C, H)
        yield Linear("context_block.mlp.c_proj", H, C)
        yield Linear("lm_head", C, V)

    @classmethod
    def masks(cls, sizes: Sizes) -> dict[str, Floats]:
        """Give the mask: a symbol is averaged with those before it."""
        T = sizes.context
        return {"context_block.cbow.bias": np.tri(T, dtype=np.float32).reshape(1, T, T)}

    @property
    def window(self) -> int:
        """A place has an embedding up to the context's length."""
        return self.sizes.context

    def forward(self, batch: Batch) -> tuple[Floats, Any]:
        """Compute logits (n, V) and the cache."""
        p, places = self.parameters, batch.positions
        x0 = embedding(batch.ids, p["wte.weight"])  # (n, C)
        x0 += embedding(places, p["wpe.weight"])
        x1: Floats = x0 + running_mean(x0, batch.offsets)  # (n, C)
        h = tanh(linear(x1, p, "context_block.mlp.c_fc"))  # (n, H)
        x2: Floats = x1 + linear(h, p, "context_block.mlp.c_proj")  # (n, C)
        return linear(x2, p, "lm_head"), (batch, places, x1, h, x2)  # (n, V)

    def backward(self, dlogits: Floats, cache: Any) -> None:
        """Add to the gradients, from the last layer to the first."""
        (batch, places, x1, h, x2), p, g = cache, self.parameters, self.gradients
        dx = linear_backward(dlogits, x2, p, g, "lm_head")  # (n, C)
        dh = tanh_backward(linear_backward(dx, h, p, g, "context_block.mlp.c_proj"), h)  # (n, H)
        dx += linear_backward(dh, x1, p, g, "context_block.mlp.c_fc")
        dx += running_mean_backward(dx, batch.offsets)
        embedding_backward(dx, batch.ids, g["wte.weight"])
        embedding_backward(dx, places, g["wpe.weight"])
