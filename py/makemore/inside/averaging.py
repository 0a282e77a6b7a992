"""Bag of words: each place has the average of what stands so far."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from makemore.inside.words import batch_of
from makemore.models.bow import BoW

__all__ = ["averages", "averaging_triangle", "hidden_units"]

Floats = npt.NDArray[np.floating]


def averaging_triangle(T: int) -> Floats:
    """Give the share that each place (row) takes of each letter (column), (T, T): 1/t up to t."""
    return np.tril(np.ones((T, T))) / np.arange(1, T + 1)[:, None]


def averages(net: BoW, word: str) -> Floats:
    """Give what the averaging makes of a word's letters and places, (T, C)."""
    p, batch = net.parameters, batch_of(word, net.vocabulary, net.window)
    x = p["wte.weight"][batch.ids] + p["wpe.weight"][batch.positions]  # (T, C)
    return averaging_triangle(len(x)) @ x  # (T, C)


def hidden_units(net: BoW, word: str) -> Floats:
    """Give the hidden layer at each letter of a word, between -1 and 1, (T, H)."""
    _, (_, _, _, h, _) = net.forward(batch_of(word, net.vocabulary, net.window))
    return np.asarray(h)
