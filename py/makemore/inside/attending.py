"""Transformer: who attends to whom, and what each layer would predict already."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from makemore.inside.words import batch_of
from makemore.models.transformer import Transformer

__all__ = ["attention_weights", "logit_lens"]

Floats = npt.NDArray[np.floating]


def attention_weights(net: Transformer, word: str) -> Floats:
    """Give how much each letter (row) looks at each so far (column): (layers, heads, T, T)."""
    batch = batch_of(word, net.vocabulary, net.window)
    _, (_, _, layers, _, _) = net.forward(batch)
    T = len(batch.ids)
    return np.stack([attended.weights.reshape(-1, T, T) for _, _, attended, *_ in layers])


def logit_lens(net: Transformer, word: str, position: int) -> Floats:
    """Give P of the next letter as if each layer were the last: (layers + 1, V).

    Row 0 is before the first layer. What a layer's first norm makes of its input is what the last
    norm would, but for gain and bias (nostalgebraist 2020).
    """
    p, batch = net.parameters, batch_of(word, net.vocabulary, net.window, position)
    _, (_, _, layers, _, last) = net.forward(batch)
    x = np.stack([norm.xhat[-1] for norm in (*(layer[1] for layer in layers), last)])
    y = x * p["transformer.ln_f.weight"] + p["transformer.ln_f.bias"]  # (layers + 1, C)
    logits = y @ p["lm_head.weight"].T  # (layers + 1, V)
    P = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(P / P.sum(axis=1, keepdims=True))
