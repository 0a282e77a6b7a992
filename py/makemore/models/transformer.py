"""The Transformer of GPT-2 (Vaswani et al. 2017; Radford et al. 2019), as in makemore.py."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from makemore.errors import SettingError
from makemore.models.batches import Batch
from makemore.models.net import Net, Sizes
from makemore.nn.layers import (
    attention,
    attention_backward,
    embedding,
    embedding_backward,
    gelu,
    gelu_backward,
    layernorm,
    layernorm_backward,
    linear,
    linear_backward,
)
from makemore.nn.parameters import Embedding, LayerNorm, Linear, Piece

__all__ = ["Transformer"]

Floats = npt.NDArray[np.float32]


class Transformer(Net):
    """Layers in which each symbol looks at those before it, then thinks for itself.

    x = wte[x_t] + wpe[t];  in each layer x += attention(norm(x)), x += mlp(norm(x));
    logits = lm_head(norm(x))
    """

    kind = "transformer"

    @classmethod
    def pieces(cls, V: int, sizes: Sizes) -> Iterator[Piece]:
        """C is the embedding's size, in every layer; raises SettingError if heads do not divide."""
        C = sizes.embedding
        if C % sizes.heads:
            raise SettingError(
                f"Each head looks at an equal part of the embedding, and {sizes.heads} heads do "
                f"not divide {C} evenly. Make the embedding a multiple of the heads.",
                "heads",
            )
        yield Embedding("transformer.wte", V, C)
        yield Embedding("transformer.wpe", sizes.context, C)
        for i in range(sizes.layers):
            layer = f"transformer.h.{i}."
            yield LayerNorm(layer + "ln_1", C)
            yield Linear(layer + "attn.c_attn", C, 3 * C)
            yield Linear(layer + "attn.c_proj", C, C)
            yield LayerNorm(layer + "ln_2", C)
            yield Linear(layer + "mlp.c_fc", C, 4 * C)
            yield Linear(layer + "mlp.c_proj", 4 * C, C)
        yield LayerNorm("transformer.ln_f", C)
        yield Linear("lm_head", C, V, bias=False)

    @classmethod
    def masks(cls, sizes: Sizes) -> dict[str, Floats]:
        """Give each layer's mask: a symbol does not look at those after it."""
        T = sizes.context
        mask = np.tri(T, dtype=np.float32).reshape(1, 1, T, T)
        return {f"transformer.h.{i}.attn.bias": mask for i in range(sizes.layers)}

    @property
    def window(self) -> int:
        """A place has an embedding up to the context's length."""
        return self.sizes.context

    def forward(self, batch: Batch) -> tuple[Floats, Any]:
        """Compute logits (n, V) and the cache."""
        p, places = self.parameters, batch.positions
        x = embedding(batch.ids, p["transformer.wte.weight"])  # (n, C)
        x += embedding(places, p["transformer.wpe.weight"])
        layers = []
        for i in range(self.sizes.layers):
            x, layer = self._layer(x, batch, f"transformer.h.{i}.")  # (n, C)
            layers.append(layer)
        y, norm = layernorm(x, p, "transformer.ln_f")  # (n, C)
        return linear(y, p, "lm_head"), (batch, places, layers, y, norm)  # (n, V)

    def backward(self, dlogits: Floats, cache: Any) -> None:
        """Add to the gradients, from the last layer to the first."""
        (batch, places, layers, y, norm), p, g = cache, self.parameters, self.gradients
        dx = np.zeros(y.shape, np.float32)  # (n, C)
        dy = linear_backward(dlogits, y, p, g, "lm_head")  # (n, C)
        layernorm_backward(dy, norm, p, g, "transformer.ln_f", dx)
        for i in reversed(range(self.sizes.layers)):
            self._layer_backward(dx, batch, layers[i], f"transformer.h.{i}.")
        embedding_backward(dx, batch.ids, g["transformer.wte.weight"])
        embedding_backward(dx, places, g["transformer.wpe.weight"])

    def _layer(self, x: Floats, batch: Batch, name: str) -> tuple[Floats, Any]:
        p, heads = self.parameters, self.sizes.heads
        y1, norm1 = layernorm(x, p, name + "ln_1")  # (n, C)
        qkv = linear(y1, p, name + "attn.c_attn")  # (n, 3C)
        a, attended = attention(qkv, batch.offsets, heads)  # (n, C)
        x = x + linear(a, p, name + "attn.c_proj")  # (n, C)
        y2, norm2 = layernorm(x, p, name + "ln_2")  # (n, C)
        u = linear(y2, p, name + "mlp.c_fc")  # (n, 4C)
        v = gelu(u)  # (n, 4C)
        x += linear(v, p, name + "mlp.c_proj")  # (n, C)
        return x, (y1, norm1, attended, a, y2, norm2, u, v)

    def _layer_backward(self, dx: Floats, batch: Batch, cache: Any, name: str) -> None:
        """Turn dx (n, C) from the layer's output's gradient into its input's."""
        (y1, norm1, attended, a, y2, norm2, u, v), p, g = cache, self.parameters, self.gradients
        du = gelu_backward(linear_backward(dx, v, p, g, name + "mlp.c_proj"), u)  # (n, 4C)
        dy2 = linear_backward(du, y2, p, g, name + "mlp.c_fc")  # (n, C)
        layernorm_backward(dy2, norm2, p, g, name + "ln_2", dx)
        da = linear_backward(dx, a, p, g, name + "attn.c_proj")  # (n, C)
        dqkv = attention_backward(da, attended, batch.offsets, self.sizes.heads)  # (n, 3C)
        dy1 = linear_backward(dqkv, y1, p, g, name + "attn.c_attn")  # (n, C)
        layernorm_backward(dy1, norm1, p, g, name + "ln_1", dx)
