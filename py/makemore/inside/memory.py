"""RNN and GRU: the hidden state along a word, the gates, and how far back a gradient reaches."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from makemore.inside.words import batch_of
from makemore.models.rnn import GRU, RNN, Recurrent

__all__ = ["gates", "gradient_reach", "gru_back", "hidden_states", "rnn_back"]

Floats = npt.NDArray[np.floating]


def hidden_states(net: Recurrent, word: str) -> Floats:
    """Give the hidden state after each letter of a word, its start being the first, (T, H)."""
    _, (_, h, _) = net.forward(batch_of(word, net.vocabulary))
    return np.asarray(h)


def gates(net: GRU, word: str) -> tuple[Floats, Floats]:
    """Give the gates at each letter, between 0 and 1, (T, H) twice.

    z is how much of the state is replaced, r how much of it the replacement looks at.
    """
    _, (_, _, (_, _, _, z, r, *_)) = net.forward(batch_of(word, net.vocabulary))
    return z, r


def gradient_reach(net: Recurrent, word: str) -> Floats:
    """Give how much each hidden state (column) sways the surprise at each place (row), (T, T).

    The norm of the gradient of -log P of the next letter by the state; 0 above the diagonal.
    """
    batch = batch_of(word, net.vocabulary)
    logits, (_, h, cache) = net.forward(batch)
    back = BACK[type(net)]
    reach = np.zeros((len(h), len(h)))
    for t, target in enumerate(batch.targets):
        dlogits = np.exp(logits[t] - logits[t].max())
        dlogits /= dlogits.sum()
        dlogits[target] -= 1
        dh = dlogits @ net.parameters["lm_head.weight"]  # (H,)
        for s in range(t, -1, -1):
            reach[t, s] = np.linalg.norm(dh)
            dh = back(net, cache, s, dh)
    return reach


def rnn_back(net: Recurrent, cache: tuple[Floats, ...], s: int, dh: Floats) -> Floats:
    """Turn the gradient by the state after letter s into that by the state before it, (H,)."""
    *_, h = cache
    return np.asarray(((1 - h[s] ** 2) * dh) @ net.of_state("cell.xh_to_h"))


def gru_back(net: Recurrent, cache: tuple[Floats, ...], s: int, dh: Floats) -> Floats:
    """Turn the gradient by the state after letter s into that by the state before it, (H,)."""
    z, r, c, before, _ = (array[s] for array in cache[-5:])
    Uz, Ur, Uc = (net.of_state(gate) for gate in net.gates)
    dz = dh * (c - before) * z * (1 - z)
    dkept = (dh * z * (1 - c**2)) @ Uc
    dr = dkept * before * r * (1 - r)
    return np.asarray(dh * (1 - z) + dkept * r + dz @ Uz + dr @ Ur)


BACK = {RNN: rnn_back, GRU: gru_back}
