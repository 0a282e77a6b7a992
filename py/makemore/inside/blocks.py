"""Nets as diagrams: boxes with a formula each, and the parameters in them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from makemore.inside.picture import Block
from makemore.models.bow import BoW
from makemore.models.mlp import MLP
from makemore.models.protocol import Model
from makemore.models.rnn import GRU, RNN, Recurrent
from makemore.models.transformer import Transformer

__all__ = ["blocks"]


def blocks(model: Model) -> list[Block]:
    """Give a net's diagram, from the letters in to the probabilities out; nothing for counts."""
    make = _BLOCKS.get(type(model))
    return [] if make is None else make(model)


def _linear(name: str) -> list[str]:
    return [f"{name}.weight", f"{name}.bias"]


def _bow_blocks(model: BoW) -> list[Block]:
    mlp = "context_block.mlp"
    return [
        Block("Letters and places", "x = wte[letter] + wpe[place]", ["wte.weight", "wpe.weight"]),
        Block("Average", "x = x + average of x so far"),
        Block("Hidden layer", "h = tanh(W1 · x + b1)", _linear(f"{mlp}.c_fc")),
        Block("Back to the stream", "x = x + W2 · h + b2", _linear(f"{mlp}.c_proj")),
        Block("Next letter", "P = softmax(lm_head · x + b)", _linear("lm_head")),
    ]


def _mlp_blocks(model: MLP) -> list[Block]:
    return [
        Block("Letters", "e = [wte[newest], wte[one before], …]", ["wte.weight"]),
        Block("Hidden layer", "h = tanh(W1 · e + b1)", _linear("mlp.0")),
        Block("Next letter", "P = softmax(W2 · h + b2)", _linear("mlp.2")),
    ]


def _recurrent_blocks(model: Recurrent) -> list[Block]:
    letters = Block("Letter", "x = wte[letter]", ["wte.weight"])
    start = Block("Before the word", "h = start", ["start"])
    cell = {
        "cell.xh_to_h": ("New state", "h = tanh(W · [x, h] + b)"),
        "cell.xh_to_z": ("Gate z: replace", "z = sigmoid(W · [x, h] + b)"),
        "cell.xh_to_r": ("Gate r: look at", "r = sigmoid(W · [x, h] + b)"),
        "cell.xh_to_hbar": (
            "New state",
            "c = tanh(W · [x, r · h] + b), h = (1 − z) · h + z · c",
        ),
    }
    gates = [Block(*cell[gate], _linear(gate)) for gate in model.gates]
    head = Block("Next letter", "P = softmax(lm_head · h + b)", _linear("lm_head"))
    return [start, letters, *gates, head]


def _transformer_blocks(model: Transformer) -> list[Block]:
    stem = ["transformer.wte.weight", "transformer.wpe.weight"]
    found = [Block("Letters and places", "x = wte[letter] + wpe[place]", stem)]
    for i in range(model.sizes.layers):
        name = f"transformer.h.{i}."
        projection = _linear(name + "mlp.c_proj")
        attention = [*_linear(name + "ln_1"), *_linear(name + "attn.c_attn")]
        found += [
            Block(
                f"Layer {i + 1}: attention",
                "x = x + c_proj(softmax(q · kᵀ / √d) · v),  q, k, v = c_attn(norm(x))",
                [*attention, *_linear(name + "attn.c_proj")],
            ),
            Block(
                f"Layer {i + 1}: each for itself",
                "x = x + c_proj(gelu(c_fc(norm(x))))",
                [*_linear(name + "ln_2"), *_linear(name + "mlp.c_fc"), *projection],
            ),
        ]
    last = [*_linear("transformer.ln_f"), "lm_head.weight"]
    return [*found, Block("Next letter", "P = softmax(lm_head · norm(x))", last)]


_BLOCKS: dict[type[Any], Callable[[Any], list[Block]]] = {
    BoW: _bow_blocks,
    MLP: _mlp_blocks,
    RNN: _recurrent_blocks,
    GRU: _recurrent_blocks,
    Transformer: _transformer_blocks,
}
