"""The counting model that is best for a list, alone or leaning on a larger list."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Self

import numpy as np

from makemore.counting.ngrams import NgramTally
from makemore.errors import SettingError
from makemore.models.choice import FEW_WORDS, best_of, divisions, trying_all
from makemore.models.mix import Mix
from makemore.models.ngram import NGram
from makemore.models.protocol import Event, State
from makemore.slices import telling
from makemore.vocabulary import Vocabulary

__all__ = [
    "ENOUGH_WORDS",
    "Auto",
    "Background",
    "backgrounds_for",
    "built_in_backgrounds",
    "helpful",
]

ENOUGH_WORDS = 2000
"""A list so long knows its own ways better than any other list does."""

_ORDER = 5  # of a background's model
_KNOWN_SYMBOLS = 0.9  # of those in the words, which a background must have


@dataclass(frozen=True)
class Background:
    """A larger list that a small one may lean on."""

    name: str
    words: Sequence[str]


class Auto(Mix):
    """An n-gram of the list, mixed with one of a background where that helps on held-out words.

    ``facts`` tell how it was chosen, as `train` has it.
    """

    facts: Mapping[str, Any]

    @classmethod
    def vocabulary_for(cls, words: Sequence[str], settings: Mapping[str, Any]) -> Vocabulary:
        """Collect the symbols of the words, and of the lists that they may lean on."""
        others = (background.words for background in backgrounds_for(words, settings))
        return Vocabulary(sorted(set().union(*words, *(set().union(*other) for other in others))))

    @classmethod
    def start(
        cls, words: Sequence[str], vocabulary: Vocabulary, settings: Mapping[str, Any]
    ) -> Self:
        """Make a model without counts."""
        del settings
        model = cls([NGram.start(words, vocabulary, {"order": 1})], [1.0])
        model.facts = {}
        return model

    def train(
        self, words: Sequence[str], settings: Mapping[str, Any], held_out: Sequence[str] = ()
    ) -> Iterator[Event]:
        """Choose order, smoothing, background and its share; then count the words.

        ``settings["background"]`` is a `Background`, a sequence of them to choose from, or words;
        None stands for what is built in, nothing for none. Backgrounds judge without the words of
        the list. ``settings["share"]`` is how much to lean, chosen if None.

        The event's facts: ``order``, ``smoothing``, ``background`` and ``share`` (None and 0
        without one), ``held_out`` (the nll by which it was chosen), ``how`` ("held-out words" or
        "cross-validation"), ``tried`` (each as [order, smoothing, background, share, nats], None
        for nats without end) and ``note``, a sentence.
        """
        vocabulary, share = self.vocabulary, settings.get("share")
        lists = {b.name: b.words for b in backgrounds_for(words, settings)}
        known = {*words, *held_out}
        strangers: dict[str, NGram] = {}
        for name, other in lists.items():
            strangers[name] = _counted([w for w in other if w not in known], vocabulary)
            yield Event("auto", 0, 1)
        order, smoothing = settings.get("order"), settings.get("smoothing")
        parts = divisions(words, held_out)
        work = trying_all(parts, vocabulary, strangers, order, smoothing, share)
        tried = yield from telling(work, Event("auto", 0, 1))
        n, how, leaning, share, loss = best_of(tried, lean=bool(share))
        own = NGram(vocabulary, NgramTally.of_words(words, vocabulary, n), n, how)
        self.models = (own,) if leaning is None else (own, _counted(lists[leaning], vocabulary))
        self.shares = np.array([1.0]) if leaning is None else np.array([1 - share, share])
        self._chain = None
        self.facts = {
            "order": n,
            "smoothing": how,
            "background": leaning,
            "share": share,
            "held_out": loss,
            "how": "cross-validation" if len(words) < FEW_WORDS else "held-out words",
            "tried": [[*one[:-1], one.loss if math.isfinite(one.loss) else None] for one in tried],
            "note": _note(leaning, share, lists, len(words)),
        }
        yield Event("auto", 1, 1, held_out=loss, done=True, facts=self.facts)

    def state(self) -> State:
        """Give each part's kind and state, the shares, and how they were chosen."""
        config, arrays = super().state()
        return State({**config, "facts": dict(self.facts)}, arrays)

    @classmethod
    def from_state(cls, vocabulary: Vocabulary, state: State) -> Self:
        """Make the model again that gave `state`."""
        model = super().from_state(vocabulary, state)
        model.facts = state.config.get("facts", {})
        return model


@cache
def built_in_backgrounds() -> tuple[Background, ...]:
    """Give the list that the package brings, US names in lower case; none if it is not there."""
    places = (files("makemore") / "data", Path(__file__).parents[3] / "data")
    for place in places:
        try:
            text = (place / "names.txt").read_text(encoding="utf-8")
        except OSError:
            continue
        return (Background("US names", tuple(text.lower().split())),)
    return ()


def backgrounds_for(words: Sequence[str], settings: Mapping[str, Any]) -> Sequence[Background]:
    """Give the lists that `words` may lean on.

    Without any in the settings those built in, if they are larger, have nearly all the symbols of
    the words, and these are few enough to need them. Raises SettingError for what is no list of
    words.
    """
    given = settings.get("background")
    if given is None:
        few = len(words) < ENOUGH_WORDS
        return helpful(words, built_in_backgrounds()) if few else []
    if isinstance(given, Background):
        return [given]
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise SettingError(f"A background is a list of words, not {given!r:.40}.", "background")
    several = list(given)
    if all(isinstance(each, Background) for each in several):
        return several
    if not all(isinstance(each, str) for each in several):
        raise SettingError("A background's words are texts, all of them.", "background")
    return [Background("another list", several)]


def helpful(words: Sequence[str], lists: Sequence[Background]) -> list[Background]:
    """Keep the lists that are larger than `words`, and have nearly all their symbols.

    A space or an accent here and there is what the words know by themselves.
    """
    counts = Counter("".join(words))

    def knows(background: Background) -> bool:
        symbols = set().union(*background.words)
        return sum(counts[s] for s in symbols) >= _KNOWN_SYMBOLS * counts.total()

    return [b for b in lists if len(b.words) > len(words) and knows(b)]


def _counted(words: Sequence[str], vocabulary: Vocabulary) -> NGram:
    """Count those of a background's words that the vocabulary knows."""
    if not set().union(*words) <= set(vocabulary.symbols[1:]):
        words = [word for word in words if vocabulary.knows(word)]
    return NGram(vocabulary, NgramTally.of_words(words, vocabulary, _ORDER))


def _note(name: str | None, share: float, lists: Mapping[str, Any], count: int) -> str:
    """Say which list helped, or why none did."""
    if name is not None:
        return f"helped by {name}, {share:.2g}"
    if lists or count >= ENOUGH_WORDS:
        return ""
    return "no background: none that has most of its symbols was at hand"
