"""Embeddings in the plane, and the MLP's hidden layer on a word."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from makemore.inside.words import batch_of
from makemore.models.mlp import MLP

__all__ = ["hidden_units", "influence", "principal_plane"]

Floats = npt.NDArray[np.floating]


def principal_plane(E: Floats) -> tuple[Floats, Floats]:
    """Lay embeddings (V, C) into the plane of their largest spread: (V, 2), and its shares (2,).

    Principal component analysis: the shares are of the whole variance.
    """
    centred = E - E.mean(axis=0)
    U, S, _ = np.linalg.svd(centred.astype(np.float64), full_matrices=False)
    plane = np.zeros((len(E), 2))
    plane[:, : len(S)] = U[:, :2] * S[:2]
    return plane, S[:2] ** 2 / max((S**2).sum(), 1e-300)


def hidden_units(net: MLP, word: str) -> Floats:
    """Give the hidden layer at each letter of a word, between -1 and 1, (T, H)."""
    _, (_, _, h) = net.forward(batch_of(word, net.vocabulary))
    return np.asarray(h)


def influence(net: MLP, word: str) -> Floats:
    """Give how much each letter of the window adds to the hidden layer: its norm, (T, context).

    Column 0 is the newest letter; the sum of all, with the bias, goes through tanh.
    """
    _, (_, e, _) = net.forward(batch_of(word, net.vocabulary))
    n, C = net.sizes.context, net.sizes.embedding
    W = net.parameters["mlp.0.weight"].reshape(-1, n, C)  # (H, n, C)
    added = np.einsum("tnc,hnc->tnh", e.reshape(-1, n, C), W)  # (T, n, H)
    return np.asarray(np.linalg.norm(added, axis=2))
