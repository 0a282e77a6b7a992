"""How each net is trained when nobody says otherwise: sizes, steps, batches and rates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from makemore.models.net import Sizes
from makemore.vocabulary import Vocabulary

__all__ = ["MAKEMORE_SEED", "Recipe", "recipe_for"]

MAKEMORE_SEED = 3407
LONGEST_CONTEXT = 64


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


# Chosen on the dev parts (80/10/10, seed 42) of the built-in lists; names.txt weighs most.
_OWN: dict[str, Recipe] = {
    "bigram-logits": Recipe(Sizes(), 2000, 64, 0.05, 0.0),
    "bow": Recipe(Sizes(embedding=48, hidden=128), 4000, 64, 0.005, 0.01),
    "mlp": Recipe(Sizes(context=10, embedding=24, hidden=192), 6000, 64, 0.004, 0.01),
    "rnn": Recipe(Sizes(embedding=32, hidden=128), 5000, 64, 0.003, 0.01),
    "gru": Recipe(Sizes(embedding=32, hidden=128), 4000, 64, 0.005, 0.01),
    "transformer": Recipe(Sizes(layers=3, embedding=48), 3000, 64, 0.003, 0.01),
}

_MAKEMORE = Recipe(Sizes(), 5000, 32, 5e-4, 0.01, scheduled=False)


def recipe_for(
    kind: str, words: Sequence[str], vocabulary: Vocabulary, settings: Mapping[str, Any]
) -> Recipe:
    """Fill in what the settings leave open, for a net of a kind and the words it will learn.

    ``settings["recipe"]`` is "own" or "makemore": makemore.py's sizes, and as many places as its
    longest word and its start take.
    """
    longest = max((len(vocabulary.split(word)) for word in words), default=0) + 1
    if settings.get("recipe") == "makemore":
        recipe = replace(_MAKEMORE, sizes=replace(_MAKEMORE.sizes, context=longest))
    else:
        recipe = _fitted(kind, len(words), longest)
    sizes = {n: settings[n] for n in _SIZES if settings.get(n) is not None}
    others = {n: settings[n] for n in _OTHERS if settings.get(n) is not None}
    if settings.get("weights_seed") is not None:
        others["seed"] = settings["weights_seed"]
    return replace(recipe, sizes=replace(recipe.sizes, **sizes), **others)


_SIZES = ("context", "layers", "heads", "embedding", "hidden")
_OTHERS = ("steps", "learning_rate", "batch_size", "l2")


def _fitted(kind: str, count: int, longest: int) -> Recipe:
    """Make our own recipe smaller for few words: they are soon known by heart."""
    recipe = _OWN[kind]
    limit = recipe.sizes.context if kind == "mlp" else LONGEST_CONTEXT
    return replace(recipe, sizes=replace(recipe.sizes, context=min(longest, limit)))
