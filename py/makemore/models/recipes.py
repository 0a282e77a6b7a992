"""How each net is trained when nobody says otherwise: sizes, steps, batches and rates."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from heapq import nlargest
from typing import Any

from makemore.models.net import Sizes
from makemore.settings import MAKEMORE_SEED
from makemore.vocabulary import Vocabulary

__all__ = ["Recipe", "recipe_for"]

LONGEST_CONTEXT = 64
_MANY = 25_000  # words, that the recipes above were chosen for
_LEAST = 0.25  # of the hidden layer that stays
_BATCHES = ((5000, 64), (1500, 32), (0, 16))  # words, at least, and the size of a batch
_LEAST_STEPS = 0.1  # of the steps


@dataclass(frozen=True)
class Recipe:
    """What a training run needs to know.

    ``l2`` is AdamW's weight decay. ``scheduled`` says whether the rate warms up and then falls by a
    cosine, and words come in shuffled rounds; else it is constant, and words are drawn with
    replacement as makemore.py draws them.
    """

    sizes: Sizes
    steps: int
    batch_size: int
    learning_rate: float
    l2: float
    seed: int = MAKEMORE_SEED
    scheduled: bool = True


# Chosen on the dev part (80/10/10, seed 42) of data/names.txt, for at most a minute in the page.
_OWN: dict[str, Recipe] = {
    "bigram-logits": Recipe(Sizes(), 2000, 64, 0.05, 0.0),
    "bow": Recipe(Sizes(embedding=64, hidden=192), 6000, 64, 0.005, 0.1),
    "mlp": Recipe(Sizes(context=12, embedding=24, hidden=192), 7000, 64, 0.004, 0.1),
    "rnn": Recipe(Sizes(embedding=32, hidden=160), 5000, 64, 0.004, 0.1),
    "gru": Recipe(Sizes(embedding=32, hidden=192), 5000, 64, 0.004, 0.1),
    "transformer": Recipe(Sizes(layers=4, embedding=64), 6500, 32, 0.002, 0.1),
}

_MAKEMORE = Recipe(Sizes(), 5000, 32, 5e-4, 0.01, scheduled=False)


_SIZES = ("context", "layers", "heads", "embedding", "hidden")
_OTHERS = ("steps", "learning_rate", "batch_size", "l2")


def recipe_for(
    kind: str, words: Sequence[str], vocabulary: Vocabulary, settings: Mapping[str, Any]
) -> Recipe:
    """Fill in what the settings leave open, for a net of a kind and the words it will learn.

    ``settings["recipe"]`` is "own" or "makemore": makemore.py's sizes, and as many places as its
    longest word and its start take.
    """
    # Splitting into graphemes is slow, so only words of the most code points are looked at.
    longest = max(
        (len(vocabulary.split(word)) for word in nlargest(100, words, key=len)), default=0
    )
    longest += 1
    if settings.get("recipe") == "makemore":
        recipe = replace(_MAKEMORE, sizes=replace(_MAKEMORE.sizes, context=longest))
    else:
        recipe = _fitted(kind, len(words), longest)
    sizes = {n: settings[n] for n in _SIZES if settings.get(n) is not None}
    others = {n: settings[n] for n in _OTHERS if settings.get(n) is not None}
    if settings.get("weights_seed") is not None:
        others["seed"] = settings["weights_seed"]
    return replace(recipe, sizes=replace(recipe.sizes, **sizes), **others)


def _fitted(kind: str, count: int, longest: int) -> Recipe:
    """Make our own recipe smaller for fewer words than it was made for: they are soon known.

    Steps and the hidden layer shrink with the root of the words, batches more roughly; where that
    is still too much, held-out words end the run. Chosen on the dev parts of the other built-in
    lists.
    """
    recipe = _OWN[kind]
    limit = recipe.sizes.context if kind == "mlp" else LONGEST_CONTEXT
    share = min(1.0, count / _MANY)
    narrow = max(_LEAST, math.sqrt(share))
    sizes = replace(
        recipe.sizes,
        context=min(longest, limit),
        hidden=_multiple(narrow * recipe.sizes.hidden),
        layers=max(2, round(narrow * recipe.sizes.layers)),
    )
    batch = min(recipe.batch_size, next(size for least, size in _BATCHES if count >= least))
    steps = round(recipe.steps * max(_LEAST_STEPS, math.sqrt(share)))
    return replace(recipe, sizes=sizes, batch_size=batch, steps=steps)


def _multiple(size: float, of: int = 8) -> int:
    """Round to what the kernel and four heads divide."""
    return max(of, round(size / of) * of)
