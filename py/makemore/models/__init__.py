"""The language models: a file each, and a line each in `MODELS`."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from makemore.errors import SettingError
from makemore.settings import MAKEMORE_SEED, NOTEBOOK_SEED

__all__ = ["MODELS", "Entry", "entry_of", "kind_of"]


@dataclass(frozen=True)
class Entry:
    """A model's name in the page, where its class is, its idea, and its settings' defaults.

    A default of None stands for what the model chooses by itself. ``net`` says that it is trained
    step by step, so that it can be stopped and keeps its held-out words out; ``offered``, that the
    page has it among the models to choose from, and ``compared``, that it has a row of its own
    where all are compared.
    """

    label: str
    place: str  # module:class; imported when it is first asked for
    idea: str
    settings: Mapping[str, Any]
    net: bool = False
    offered: bool = True
    compared: bool = True

    def load(self) -> type[Any]:
        """Import the class; it obeys `Model`."""
        module, name = self.place.split(":")
        loaded: type[Any] = getattr(importlib.import_module(f"makemore.models.{module}"), name)
        return loaded


_NET = {
    "recipe": "own",
    "steps": None,
    "learning_rate": None,
    "batch_size": None,
    "l2": None,
    "weights_seed": MAKEMORE_SEED,
}

_SMOOTHED = {"order": None, "smoothing": None}

MODELS: dict[str, Entry] = {
    "auto": Entry(
        "Auto",
        "auto:Auto",
        "Tries the counting models on words kept away, and takes the best.",
        {**_SMOOTHED, "background": None, "share": None},
        compared=False,
    ),
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
        {"steps": 300, "learning_rate": 50.0, "l2": 0.01, "weights_seed": NOTEBOOK_SEED},
        net=True,
    ),
    "ngram": Entry(
        "N-gram",
        "ngram:NGram",
        "Counts what follows the last few letters, and fewer where those are rare.",
        {**_SMOOTHED, "background": (), "share": None},
    ),
    "bow": Entry(
        "Bag of words",
        "bow:BoW",
        "Averages the letters so far, whatever their order.",
        {**_NET, "embedding": None, "hidden": None, "context": None},
        net=True,
    ),
    "mlp": Entry(
        "MLP",
        "mlp:MLP",
        "Looks at the last few letters side by side, through one hidden layer.",
        {**_NET, "embedding": None, "hidden": None, "context": None},
        net=True,
    ),
    "rnn": Entry(
        "RNN",
        "rnn:RNN",
        "Carries a memory along the word, rewritten at each letter.",
        {**_NET, "embedding": None, "hidden": None},
        net=True,
    ),
    "gru": Entry(
        "GRU",
        "rnn:GRU",
        "Carries a memory along the word, and learns what of it to keep.",
        {**_NET, "embedding": None, "hidden": None},
        net=True,
    ),
    "transformer": Entry(
        "Transformer",
        "transformer:Transformer",
        "Lets each letter look at all before it, layer by layer.",
        {**_NET, "layers": None, "heads": None, "embedding": None, "context": None},
        net=True,
    ),
    "bigram-logits": Entry(
        "Bigram logits",
        "logits:Logits",
        "makemore.py's bigram: a table of logits, found by AdamW from zeros.",
        _NET,
        net=True,
        offered=False,
        compared=False,
    ),
    "mix": Entry(
        "Mix",
        "mix:Mix",
        "The n-gram and the best net together, in the shares that suit held-out words.",
        {**_SMOOTHED, "with": None, "share": None, "steps": None},
        net=True,
        compared=False,
    ),
}


def entry_of(kind: str) -> Entry:
    """Return a model's line; raises SettingError, which names all kinds, if there is none."""
    if kind not in MODELS:
        known = ", ".join(MODELS)
        raise SettingError(f"There is no model {str(kind)[:40]!r}; there are {known}.", "model")
    return MODELS[kind]


def kind_of(model: object) -> str:
    """Return the key of a model's class in `MODELS`."""
    place = f"{type(model).__module__.removeprefix('makemore.models.')}:{type(model).__name__}"
    return next(kind for kind, entry in MODELS.items() if entry.place == place)
