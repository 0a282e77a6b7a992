"""Small nets to look into, with parameters that are no longer those of the start."""

from __future__ import annotations

from typing import Any

import numpy as np

from makemore.models import MODELS
from makemore.vocabulary import Vocabulary

WORDS = ["anna", "ann", "nana", "emma", "mae", "ema", "amenna", "nan", "menna", "anna"]
SIZES = {"embedding": 8, "hidden": 6, "context": 7, "layers": 2, "heads": 2}


def net_of(kind: str, seed: int = 1) -> Any:
    """Make a net of a few numbers, all of them random."""
    entry = MODELS[kind]
    settings = {**entry.settings, **{k: v for k, v in SIZES.items() if k in entry.settings}}
    net = entry.load().start(WORDS, Vocabulary.from_words(WORDS), settings)
    rng = np.random.default_rng(seed)
    for p in net.parameters.values():
        p[:] = rng.normal(0, 0.5, p.shape)
    return net


def indices(net: Any, word: str) -> list[int]:
    """Give a word's symbols, its start first."""
    return [0, *(net.vocabulary.index(letter) for letter in word)]


def softmax(x: Any) -> Any:
    """Make probabilities of the last axis, in float64."""
    e = np.exp(np.asarray(x, dtype=np.float64))
    return e / e.sum(axis=-1, keepdims=True)


def sigmoid(x: Any) -> Any:
    """Go from 0 to 1."""
    return 1 / (1 + np.exp(-x))
