from __future__ import annotations

import math
from typing import Any

import numpy as np

from makemore.inside.attending import attention_weights, logit_lens
from makemore.inside.words import next_letters
from tests.unit.inside.nets import indices, net_of, softmax


def norm(x: Any, p: Any, name: str) -> Any:
    centred = x - x.mean(-1, keepdims=True)
    scaled = centred / np.sqrt((centred**2).mean(-1, keepdims=True) + 1e-5)
    return scaled * p[name + ".weight"] + p[name + ".bias"]


def by_hand(net: Any, word: str) -> tuple[list[Any], list[Any]]:
    """Go through makemore.py's forward pass head by head: attention, and x before each layer."""
    p = {name: array.astype(np.float64) for name, array in net.parameters.items()}
    ids, heads, C = indices(net, word), net.sizes.heads, net.sizes.embedding
    T, D = len(ids), C // heads
    x = p["transformer.wte.weight"][ids] + p["transformer.wpe.weight"][:T]
    attention, streams = [], [x]
    for i in range(net.sizes.layers):
        name = f"transformer.h.{i}."
        qkv = norm(x, p, name + "ln_1") @ p[name + "attn.c_attn.weight"].T
        q, k, v = np.split(qkv + p[name + "attn.c_attn.bias"], 3, axis=1)
        seen, mixed = [], []
        for head in range(heads):
            part = slice(head * D, (head + 1) * D)
            scores = q[:, part] @ k[:, part].T / math.sqrt(D)
            scores[np.triu_indices(T, 1)] = -np.inf
            seen.append(softmax(scores))
            mixed.append(seen[-1] @ v[:, part])
        attention.append(seen)
        y = np.concatenate(mixed, axis=1)
        x = x + y @ p[name + "attn.c_proj.weight"].T + p[name + "attn.c_proj.bias"]
        u = norm(x, p, name + "ln_2") @ p[name + "mlp.c_fc.weight"].T + p[name + "mlp.c_fc.bias"]
        u = 0.5 * u * (1 + np.tanh(math.sqrt(2 / math.pi) * (u + 0.044715 * u**3)))
        x = x + u @ p[name + "mlp.c_proj.weight"].T + p[name + "mlp.c_proj.bias"]
        streams.append(x)
    lens = [softmax(norm(x, p, "transformer.ln_f") @ p["lm_head.weight"].T) for x in streams]
    return attention, lens


def test_attention_and_lens_are_those_of_a_forward_pass_by_hand() -> None:
    net = net_of("transformer")
    attention, lens = by_hand(net, "menna")
    np.testing.assert_allclose(attention_weights(net, "menna"), attention, atol=1e-5)
    for position in range(6):
        expected = [P[position] for P in lens]
        np.testing.assert_allclose(logit_lens(net, "menna", position), expected, atol=1e-5)


def test_the_last_layer_predicts_what_the_net_does() -> None:
    net = net_of("transformer")
    for word in ("", "anna", "annannannann"):
        for position in range(len(word) + 1):
            last = logit_lens(net, word, position)[-1]
            np.testing.assert_allclose(last, next_letters(net, word, position), atol=1e-5)


def test_of_a_long_word_the_last_letters_attend() -> None:
    net = net_of("transformer")
    weights = attention_weights(net, "annannannann")
    assert weights.shape == (2, 2, net.window, net.window)
    np.testing.assert_allclose(weights.sum(-1), 1, atol=1e-5)
