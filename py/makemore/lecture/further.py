"""Further models: each by hand in a few lines, its gradient, and makemore.py's own run."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from makemore.lecture.types import Array, Results
from makemore.makemore_run import KINDS, MakemoreRun, Options
from makemore.models import MODELS
from makemore.models.bow import BoW
from makemore.models.mlp import MLP
from makemore.models.net import Net, Sizes
from makemore.models.rnn import GRU, RNN
from makemore.models.transformer import Transformer
from makemore.torch_generator import TorchGenerator
from makemore.vocabulary import Vocabulary

__all__ = [
    "attend",
    "average_what_stands_so_far",
    "carry_a_memory",
    "gate_the_memory",
    "gradient_of_bow",
    "gradient_of_gru",
    "gradient_of_mlp",
    "gradient_of_rnn",
    "gradient_of_transformer",
    "look_side_by_side",
    "nudge_and_compare",
    "run_as_the_script",
    "run_bow",
    "run_gru",
    "run_mlp",
    "run_rnn",
    "run_transformer",
    "softmax",
    "told",
]


def softmax(logits: Any) -> Array:
    """Turn logits into probabilities along the last axis, which then sum to 1."""
    shifted = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=-1, keepdims=True))


def told(net: Net, word: str, probs: Array) -> Results:
    """Compare probabilities by hand with the package's own net, and list what it is made of."""
    indices = net.vocabulary.encode([word])
    x, y = indices[:-1], indices[1:]
    own, _ = net.loss_and_gradients(x[None], y[None])  # one word: (1, T)
    return {
        "loss": float(-np.log(probs[np.arange(len(y)), y]).mean()),
        "own_loss": own,
        "probs": probs,
        "inputs": [net.vocabulary.symbols[i] for i in x.tolist()],
        "parameters": sum(p.size for p in net.parameters.values()),
        "shapes": [
            [name, " × ".join(map(str, p.shape)), p.size] for name, p in net.parameters.items()
        ],
    }


# ---- Bag of words


def average_what_stands_so_far(vocabulary: Vocabulary, word: str, weights_seed: int) -> Results:
    """Embed the letters and their places, average from the start up to each, and ask an MLP."""
    net = BoW(vocabulary, Sizes(), TorchGenerator(weights_seed, era=2))
    p = net.parameters
    xs = vocabulary.encode([word])[:-1]  # (T,)
    x = p["wte.weight"][xs] + p["wpe.weight"][: len(xs)]  # (T, C)
    triangle = np.tri(len(xs))
    triangle /= triangle.sum(axis=1, keepdims=True)  # (T, T): row t averages 0 … t
    x = x + triangle @ x  # (T, C)
    fc, proj = "context_block.mlp.c_fc", "context_block.mlp.c_proj"
    h = np.tanh(x @ p[f"{fc}.weight"].T + p[f"{fc}.bias"])  # (T, H)
    x = x + h @ p[f"{proj}.weight"].T + p[f"{proj}.bias"]  # (T, C)
    probs = softmax(x @ p["lm_head.weight"].T + p["lm_head.bias"])  # (T, V)
    return {"triangle": triangle, **told(net, word, probs)}


# ---- MLP


def look_side_by_side(vocabulary: Vocabulary, word: str, weights_seed: int) -> Results:
    """Embed the last letters, put them side by side, and ask a hidden layer."""
    net = MLP(vocabulary, Sizes(), TorchGenerator(weights_seed, era=2))
    p, block = net.parameters, net.sizes.context
    xs = vocabulary.encode([word])[:-1].tolist()
    before = len(vocabulary)  # a symbol of its own stands before the word
    windows = np.array(  # (T, block), newest first
        [[xs[t - k] if k <= t else before for k in range(block)] for t in range(len(xs))]
    )
    e = p["wte.weight"][windows].reshape(len(xs), -1)  # (T, block · C)
    h = np.tanh(e @ p["mlp.0.weight"].T + p["mlp.0.bias"])  # (T, H)
    probs = softmax(h @ p["mlp.2.weight"].T + p["mlp.2.bias"])  # (T, V)
    symbols = [*vocabulary.symbols, "–"]
    rows = [" ".join(symbols[i] for i in row[:8]) for row in windows.tolist()]
    return {"windows": rows, **told(net, word, probs)}


# ---- RNN and GRU


def carry_a_memory(vocabulary: Vocabulary, word: str, weights_seed: int) -> Results:
    """Go along the word, and rewrite the hidden state at each letter."""
    net = RNN(vocabulary, Sizes(), TorchGenerator(weights_seed, era=2))
    p = net.parameters
    W, b = p["cell.xh_to_h.weight"], p["cell.xh_to_h.bias"]
    h, states = p["start"][0], []  # (H,)
    for i in vocabulary.encode([word])[:-1]:
        xh = np.concatenate([p["wte.weight"][i], h])  # (C + H,)
        h = np.tanh(W @ xh + b)  # (H,)
        states.append(h)
    probs = softmax(np.array(states) @ p["lm_head.weight"].T + p["lm_head.bias"])  # (T, V)
    return {
        "states": _first_units(states),
        "units": [str(unit) for unit in range(1, 13)],
        **told(net, word, probs),
    }


def gate_the_memory(vocabulary: Vocabulary, word: str, weights_seed: int) -> Results:
    """Go along the word; gates say what of the state to use, and how much of it to replace."""
    net = GRU(vocabulary, Sizes(), TorchGenerator(weights_seed, era=2))
    p = net.parameters
    weights = [(p[f"cell.xh_to_{g}.weight"], p[f"cell.xh_to_{g}.bias"]) for g in ("z", "r", "hbar")]
    (Wz, bz), (Wr, br), (Wc, bc) = weights
    h, states, replaced = p["start"][0], [], []  # (H,)
    for i in vocabulary.encode([word])[:-1]:
        x = p["wte.weight"][i]  # (C,)
        xh = np.concatenate([x, h])  # (C + H,)
        z, r = (1 / (1 + np.exp(-(W @ xh + b))) for W, b in ((Wz, bz), (Wr, br)))
        candidate = np.tanh(Wc @ np.concatenate([x, r * h]) + bc)  # (H,)
        h = (1 - z) * h + z * candidate  # (H,)
        states.append(h)
        replaced.append(z)
    probs = softmax(np.array(states) @ p["lm_head.weight"].T + p["lm_head.bias"])  # (T, V)
    gates = {"states": _first_units(states), "z": _first_units(replaced)}
    return {"units": [str(unit) for unit in range(1, 13)], **gates, **told(net, word, probs)}


def _first_units(states: Sequence[Array]) -> Array:
    """Take 12 of H units, which is as many as can be looked at."""
    return np.array(states)[:, :12]


# ---- Transformer


def attend(vocabulary: Vocabulary, word: str, weights_seed: int, head: int) -> Results:
    """Let each letter ask all before it, head by head and layer by layer."""
    net = Transformer(vocabulary, Sizes(), TorchGenerator(weights_seed, era=2))
    p, heads = net.parameters, net.sizes.heads
    xs = vocabulary.encode([word])[:-1]
    T, C = len(xs), net.sizes.embedding
    x = p["transformer.wte.weight"][xs] + p["transformer.wpe.weight"][:T]  # (T, C)
    later = np.triu(np.full((T, T), -np.inf), 1)  # what comes after cannot be asked
    first = np.zeros((T, T))
    for i in range(net.sizes.layers):
        at = f"transformer.h.{i}."
        qkv = _norm(x, p, at + "ln_1") @ p[at + "attn.c_attn.weight"].T
        qkv = (qkv + p[at + "attn.c_attn.bias"]).reshape(T, 3, heads, C // heads)
        q, k, v = qkv.transpose(1, 2, 0, 3)  # (heads, T, C / heads) each
        weights = softmax(q @ k.transpose(0, 2, 1) / math.sqrt(C // heads) + later)
        first = weights[head - 1] if i == 0 else first  # (T, T)
        attended = (weights @ v).transpose(1, 0, 2).reshape(T, C)
        x = x + attended @ p[at + "attn.c_proj.weight"].T + p[at + "attn.c_proj.bias"]
        u = _norm(x, p, at + "ln_2") @ p[at + "mlp.c_fc.weight"].T + p[at + "mlp.c_fc.bias"]
        u = 0.5 * u * (1 + np.tanh(math.sqrt(2 / math.pi) * (u + 0.044715 * u**3)))  # GELU
        x = x + u @ p[at + "mlp.c_proj.weight"].T + p[at + "mlp.c_proj.bias"]  # (T, C)
    probs = softmax(_norm(x, p, "transformer.ln_f") @ p["lm_head.weight"].T)  # (T, V)
    return {"attention": first, **told(net, word, probs)}


def _norm(x: Any, p: dict[str, Any], name: str) -> Array:
    """Bring each row to mean 0 and variance 1, then scale and shift."""
    y = (x - x.mean(1, keepdims=True)) / np.sqrt(x.var(1, keepdims=True) + 1e-5)
    return np.asarray(y * p[f"{name}.weight"] + p[f"{name}.bias"])


# ---- A gradient, three times


def nudge_and_compare(reference: Any, kind: str, tensor: str, nudge: float) -> Results:
    """Compute gradients backward, by nudging each number, and as PyTorch did, of one small net."""
    small, said = reference["small"], reference["small"]["models"][kind]
    net: Net = MODELS[kind].load()(Vocabulary(small["symbols"]), Sizes(*small["sizes"]))
    shapes = {name: p.shape for name, p in net.parameters.items()}
    net.set_parameters(
        {n: np.array(said["parameters"][n], np.float32).reshape(s) for n, s in shapes.items()}
    )
    x, y = np.array(small["x"]), np.array(small["y"])
    loss, gradients = net.loss_and_gradients(x, y)
    rows = []
    p = net.parameters[tensor].reshape(-1)  # a view: what is changed here changes the net
    for i, ours in enumerate(gradients[tensor].ravel().tolist()):
        here = p[i]
        ends = []
        for sign in (1, -1):
            p[i] = here + sign * nudge
            ends.append(float(-net.log_prob(x, y).sum()) / int((y >= 0).sum()))
        p[i] = here
        rows.append([i + 1, ours, (ends[0] - ends[1]) / (2 * nudge)])
    gaps = [
        np.abs(gradients[name].ravel() - np.array(said["gradients"][name])).max() for name in shapes
    ]
    return {
        "small_loss": loss,
        "gradient": rows[:12],
        "largest_gap": float(max(gaps)),
        "nudged_gap": max(abs(row[1] - row[2]) for row in rows),
        "numbers": sum(g.size for g in gradients.values()),
    }


def gradient_of_bow(reference: Any, tensor: str, nudge: float) -> Results:
    """Do so for the bag of words."""
    return nudge_and_compare(reference, "bow", tensor, nudge)


def gradient_of_mlp(reference: Any, tensor: str, nudge: float) -> Results:
    """Do so for the MLP."""
    return nudge_and_compare(reference, "mlp", tensor, nudge)


def gradient_of_rnn(reference: Any, tensor: str, nudge: float) -> Results:
    """Do so for the RNN."""
    return nudge_and_compare(reference, "rnn", tensor, nudge)


def gradient_of_gru(reference: Any, tensor: str, nudge: float) -> Results:
    """Do so for the GRU."""
    return nudge_and_compare(reference, "gru", tensor, nudge)


def gradient_of_transformer(reference: Any, tensor: str, nudge: float) -> Results:
    """Do so for the Transformer."""
    return nudge_and_compare(reference, "transformer", tensor, nudge)


# ---- makemore.py's run


def run_as_the_script(
    words: Sequence[str], kind: str, steps: int, learning_rate: float, seed: int
) -> Iterator[Results]:
    """Train as makemore.py does: one stream of random numbers for split, weights and batches.

    Yields what there is so far, and at last all: the loss of each step, and ten words drawn at
    step 200. Nothing of a list that is too short to keep a tenth of it away.
    """
    if len(words) < 10:
        return
    flag = next(flag for flag, ours in KINDS.items() if ours == kind)
    options = Options(type=flag, max_steps=steps, learning_rate=learning_rate, seed=seed)
    run = MakemoreRun(words, options)
    parts = [len(run.train_words), len(run.test_words)]
    losses: list[float] = []
    results: Results = {"script_losses": losses, "script_split": parts}
    for event in run.events():
        losses += event.losses
        drawn = _words_in(event.facts["lines"])
        results |= {"script_words": drawn} if drawn else {}
        yield results


def _words_in(lines: Sequence[str]) -> list[str]:
    """Find the words in what the script prints of its samples."""
    words: list[str] = []
    for at, line in enumerate(lines):
        if found := re.match(r"(\d+) samples that are ", line):
            words += lines[at + 1 : at + 1 + int(found[1])]
    return words


def run_bow(words: Sequence[str], steps: int, learning_rate: float, seed: int) -> Iterator[Results]:
    """Run makemore.py with --type bow."""
    yield from run_as_the_script(words, "bow", steps, learning_rate, seed)


def run_mlp(words: Sequence[str], steps: int, learning_rate: float, seed: int) -> Iterator[Results]:
    """Run makemore.py with --type mlp."""
    yield from run_as_the_script(words, "mlp", steps, learning_rate, seed)


def run_rnn(words: Sequence[str], steps: int, learning_rate: float, seed: int) -> Iterator[Results]:
    """Run makemore.py with --type rnn."""
    yield from run_as_the_script(words, "rnn", steps, learning_rate, seed)


def run_gru(words: Sequence[str], steps: int, learning_rate: float, seed: int) -> Iterator[Results]:
    """Run makemore.py with --type gru."""
    yield from run_as_the_script(words, "gru", steps, learning_rate, seed)


def run_transformer(
    words: Sequence[str], steps: int, learning_rate: float, seed: int
) -> Iterator[Results]:
    """Run makemore.py with --type transformer, its default."""
    yield from run_as_the_script(words, "transformer", steps, learning_rate, seed)
