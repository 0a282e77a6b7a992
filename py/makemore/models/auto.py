"""The best way of counting for a list: chosen on words it had not seen, then counted on all."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from makemore.counting.ngrams import NgramTally
from makemore.lists import built_in_lists
from makemore.models import MODELS, kind_of
from makemore.models.choice import Tried, choose, folds_of, try_all
from makemore.models.mix import Mix
from makemore.models.ngram import NGram
from makemore.models.protocol import Chain, Event, State
from makemore.vocabulary import Vocabulary

__all__ = ["Auto", "backgrounds_for"]

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]

FEW = 5000
"""Words; a longer list knows its own ways better than any other list does."""

_ORDER = 5  # of a background's model


class Auto:
    """An n-gram model, or its mix with one of a larger list.

    ``tried`` is the whole table of what was tried, ``choice`` the best of it, and ``told`` says
    which list helped: "helped by US names, 0.3".
    """

    def __init__(
        self, model: NGram | Mix, choice: Tried, tried: Sequence[Tried], told: str
    ) -> None:
        self.model, self.choice, self.tried, self.told = model, choice, list(tried), told

    @property
    def vocabulary(self) -> Vocabulary:
        """The V symbols."""
        return self.model.vocabulary

    @property
    def reach(self) -> int | None:
        """How many symbols back matter."""
        return self.model.reach

    def predict(self, x: Indices) -> Floats:
        """Give P(next | row): (B, T), rows begin with 0, to (B, V) that sums to 1 by row."""
        return self.model.predict(x)

    def log_prob(self, x: Indices, y: Indices) -> Floats:
        """Give log P(y[:, t] | x[:, :t + 1]) in nats, (B, T); 0 where y is -1."""
        return self.model.log_prob(x, y)

    def chain(self) -> Chain | None:
        """Give P and the next context by context and symbol; None if they are too many."""
        return self.model.chain()

    @classmethod
    def vocabulary_for(cls, words: Sequence[str], settings: Mapping[str, Any]) -> Vocabulary:
        """Collect the symbols of the words, and of the lists that they may lean on."""
        return Vocabulary(sorted(set().union(*words, *_symbols(words, settings))))

    @classmethod
    def start(
        cls, words: Sequence[str], vocabulary: Vocabulary, settings: Mapping[str, Any]
    ) -> Self:
        """Make a model that has counted nothing yet."""
        nothing = choose([])
        plain = {"order": nothing.order, "smoothing": nothing.smoothing}
        return cls(NGram.start(words, vocabulary, plain), nothing, [], "")

    def train(
        self, words: Sequence[str], settings: Mapping[str, Any], held_out: Sequence[str] = ()
    ) -> Iterator[Event]:
        """Try all on held-out words, then count all words in the best way; a run of one step.

        ``settings["background"]``: words to lean on, or lists of words by name; None for those
        built in, empty for none. Without `held_out`, a tenth of the words is held out, and of fewer
        than 500 words each fifth in turn. A background is judged without the list's own words.
        """
        vocabulary = self.vocabulary
        lists, known = backgrounds_for(words, settings), {*words, *held_out}
        strangers = {
            name: _counted([word for word in other if word not in known], vocabulary)
            for name, other in lists.items()
        }
        folds = [(words, held_out)] if held_out else folds_of(words)
        self.tried = try_all(folds, vocabulary, strangers)
        self.choice = choose(self.tried)
        self.told = _told(self.choice, lists, len(words))
        order, smoothing, name, share, loss = self.choice
        own = NGram(vocabulary, NgramTally.of_words(words, vocabulary, order), order, smoothing)
        self.model = (
            own
            if name is None
            else Mix([own, _counted(lists[name], vocabulary)], [1 - share, share])
        )
        facts = {**self.choice._asdict(), "told": self.told, "tried": _plain(self.tried)}
        yield Event("auto", 1, 1, held_out=loss, done=True, facts=facts)

    def recount(self, words: Sequence[str]) -> None:
        """Count other words, such as all of a list, in the way that was chosen."""
        order, smoothing, V = self.choice.order, self.choice.smoothing, self.vocabulary
        own = NGram(V, NgramTally.of_words(words, V, order), order, smoothing)
        if isinstance(self.model, Mix):
            self.model = Mix([own, *self.model.models[1:]], self.model.shares)
        else:
            self.model = own

    def state(self) -> State:
        """Give the chosen model's state, and how it was chosen."""
        config, arrays = self.model.state()
        plain = {
            "kind": kind_of(self.model),
            "config": config,
            "choice": _plain([self.choice])[0],
            "tried": _plain(self.tried),
            "told": self.told,
        }
        return State(plain, arrays)

    @classmethod
    def from_state(cls, vocabulary: Vocabulary, state: State) -> Self:
        """Make the model again."""
        config = state.config
        loaded = MODELS[config["kind"]].load()
        model = loaded.from_state(vocabulary, State(config["config"], state.arrays))
        tried = [_tried(one) for one in config["tried"]]
        return cls(model, _tried(config["choice"]), tried, config["told"])


def backgrounds_for(words: Sequence[str], settings: Mapping[str, Any]) -> dict[str, Sequence[str]]:
    """Give the lists that `words` may lean on by name: larger ones that have all their symbols.

    Lists that are asked for in ``settings["background"]`` are given as they are.
    """
    asked = settings.get("background")
    if asked is not None:
        if isinstance(asked, Mapping):
            return {str(name): other for name, other in asked.items()}
        return {"the other list": asked} if len(asked) else {}
    if len(words) >= FEW:
        return {}
    symbols = set().union(*words)
    return {
        name: other
        for name, other in built_in_lists().items()
        if len(other) > len(words) and symbols <= set().union(*other)
    }


def _symbols(words: Sequence[str], settings: Mapping[str, Any]) -> Iterator[set[str]]:
    return (set().union(*other) for other in backgrounds_for(words, settings).values())


def _counted(words: Sequence[str], vocabulary: Vocabulary) -> NGram:
    """Count those of a background's words that the vocabulary knows."""
    if not set().union(*words) <= set(vocabulary.symbols[1:]):
        words = [word for word in words if vocabulary.knows(word)]
    return NGram(vocabulary, NgramTally.of_words(words, vocabulary, _ORDER))


def _told(choice: Tried, lists: Mapping[str, Sequence[str]], count: int) -> str:
    """Say which list helped, or why none did."""
    if choice.background is not None:
        return f"helped by {choice.background}, {choice.share:g}"
    if lists:
        return f"no help by {' or '.join(lists)}: alone it guesses unseen words better"
    if count >= FEW:
        return "no help needed: the list is long enough to learn from"
    return "no background list with its symbols was at hand"


def _plain(tried: Sequence[Tried]) -> list[list[Any]]:
    """Give the table as plain data; None for the loss of a way that rules out what came."""
    return [[*one[:-1], one.loss if math.isfinite(one.loss) else None] for one in tried]


def _tried(plain: Sequence[Any]) -> Tried:
    order, smoothing, background, share, loss = plain
    return Tried(order, smoothing, background, share, math.inf if loss is None else loss)
