"""The language models: a file each, and a line each in `MODELS`."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["MODELS", "Entry", "kind_of"]


@dataclass(frozen=True)
class Entry:
    """A model's name in the page, where its class is, its idea, and its settings' defaults."""

    label: str
    place: str  # module:class; imported when it is first asked for
    idea: str
    settings: Mapping[str, Any]

    def load(self) -> type[Any]:
        """Import the class; it obeys `Model`."""
        module, name = self.place.split(":")
        loaded: type[Any] = getattr(importlib.import_module(f"makemore.models.{module}"), name)
        return loaded


MODELS: dict[str, Entry] = {
    "bigram": Entry(
        "Bigram counts",
        "bigram:Bigram",
        "Counts which letter follows which.",
        {"smoothing": 1.0},
    ),
    "bigram-net": Entry(
        "Bigram net",
        "bigram_net:BigramNet",
        "Finds the same table by gradient descent.",
        {"steps": 300, "learning_rate": 50.0, "l2": 0.01, "weights_seed": 2147483647},
    ),
    "ngram": Entry(
        "N-gram",
        "ngram:NGram",
        "Counts what follows the last few letters.",
        {"order": 5, "smoothing": "kneser-ney"},
    ),
    "mix": Entry(
        "Mix",
        "mix:Mix",
        "Asks several models, and weighs what they say.",
        {"parts": ("ngram", "bigram-net")},
    ),
    "auto": Entry(
        "Auto",
        "auto:Auto",
        "Tries ways to count, and keeps what guesses unseen words best.",
        {"background": None},
    ),
}


def kind_of(model: object) -> str:
    """Give a model's name in `MODELS`: its own ``kind``, or that of its class."""
    own = getattr(model, "kind", None)
    if own is not None:
        return str(own)
    place = f"{type(model).__module__.rpartition('.')[2]}:{type(model).__qualname__}"
    return next(name for name, entry in MODELS.items() if entry.place == place)
