"""The counting model that is best for a list, alone or leaning on a larger list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from makemore.counting.ngrams import NgramTally
from makemore.errors import SettingError
from makemore.evaluation import symbol_log_probs
from makemore.models.choice import FEW_WORDS, choose_ngram, choose_shares, divisions
from makemore.models.mix import Mix
from makemore.models.ngram import KNESER_NEY, NGram
from makemore.models.protocol import Event
from makemore.vocabulary import Vocabulary

__all__ = ["Auto", "Background", "built_in_backgrounds"]

_SHARES = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)
_WORTH = 0.005  # nats per symbol that leaning must save, else the simpler model is taken

_Choice = tuple[int, float | str, str | None, float, float]


@dataclass(frozen=True)
class Background:
    """A larger list that a small one may lean on."""

    name: str
    words: Sequence[str]


class Auto(Mix):
    """An n-gram of the list, mixed with one of a background where that helps on held-out words."""

    @classmethod
    def start(
        cls, words: Sequence[str], vocabulary: Vocabulary, settings: Mapping[str, Any]
    ) -> Self:
        """Make a model without counts."""
        del settings
        return cls([NGram.start(words, vocabulary, {"order": 1})], [1.0])

    def train(
        self, words: Sequence[str], settings: Mapping[str, Any], held_out: Sequence[str] = ()
    ) -> Iterator[Event]:
        """Choose order, smoothing, background and its share; then count the words.

        ``settings["background"]`` is a `Background`, a sequence of them to choose from, or words;
        ``settings["share"]`` how much to lean on it, chosen if None. The event's facts: ``order``,
        ``smoothing``, ``background`` and ``share`` (None and 0 without one), ``held_out`` (the nll
        by which it was chosen), ``how`` ("held-out words" or "cross-validation"), ``tried`` (each
        as [order, smoothing, background, share, nats]) and ``note``, a sentence.
        """
        vocabulary = self.vocabulary
        backgrounds = _backgrounds(settings.get("background"), vocabulary)
        order, smoothing = settings.get("order"), settings.get("smoothing")
        chosen = choose_ngram(words, held_out, vocabulary, order, smoothing)
        tried: list[list[Any]] = [[n, how, None, 0.0, loss] for n, how, loss in chosen.tried]
        best: _Choice = (chosen.order, chosen.smoothing, None, 0.0, chosen.loss)
        asked = bool(settings.get("share"))
        larger: NGram | None = None
        for background in backgrounds:
            other = _background_model(background, vocabulary)
            orders = sorted({row[0] for row in chosen.tried if row[1] == KNESER_NEY and row[0] > 1})
            for n in orders or [chosen.order]:
                how = KNESER_NEY if orders else chosen.smoothing
                row = _leaning(words, held_out, vocabulary, n, how, other, settings.get("share"))
                tried.append([n, how, background.name, *row])
                first = best[2] is None
                worth = row[1] < best[4] - (_WORTH if first else 0)
                if worth or (first and asked):
                    best, larger = (n, how, background.name, *row), other
        n, how, name, share, loss = best
        own = NGram(vocabulary, NgramTally.of_words(words, vocabulary, n), n, how)
        self.models = (own,) if larger is None else (own, larger)
        self.shares = np.array([1.0]) if larger is None else np.array([1 - share, share])
        self._chain = None
        few = len(words) < FEW_WORDS
        facts = {
            "order": n,
            "smoothing": how,
            "background": name,
            "share": share,
            "held_out": loss,
            "how": "cross-validation" if few else "held-out words",
            "tried": tried,
            "note": "" if name is None else f"helped by {name}, {share:.2g}",
        }
        yield Event("auto", 1, 1, held_out=loss, done=True, facts=facts)


def built_in_backgrounds() -> list[Background]:
    """Give the list that the installed package brings: US names; none if it is not there."""
    from importlib.resources import files

    try:
        text = (files("makemore") / "data" / "names.txt").read_text(encoding="utf-8")
    except OSError:
        return []
    return [Background("US names", text.split())]


def _backgrounds(given: Any, vocabulary: Vocabulary) -> list[Background]:
    """Read the setting; words that the vocabulary cannot write are left out."""
    if given is None:
        return []
    if isinstance(given, Background):
        given = [given]
    if isinstance(given, str):
        raise SettingError("A background is a list of words, not one text.", "background")
    several = list(given)
    if several and not isinstance(several[0], Background):
        several = [Background("another list", several)]
    known = [
        Background(b.name, [word for word in b.words if vocabulary.knows(word)]) for b in several
    ]
    return [b for b in known if b.words]


def _background_model(background: Background, vocabulary: Vocabulary) -> NGram:
    order = 5 if len(background.words) > FEW_WORDS else 3
    return NGram(
        vocabulary, NgramTally.of_words(background.words, vocabulary, order), order, KNESER_NEY
    )


def _leaning(
    words: Sequence[str],
    held_out: Sequence[str],
    vocabulary: Vocabulary,
    order: int,
    smoothing: float | str,
    other: NGram,
    share: float | None,
) -> tuple[float, float]:
    """Find the share of the background that is best on held-out words, and its loss."""
    own, theirs = [], []
    for train, dev in divisions(words, held_out):
        model = NGram(vocabulary, NgramTally.of_words(train, vocabulary, order), order, smoothing)
        own.append(symbol_log_probs(model, dev))
        theirs.append(symbol_log_probs(other, dev))
    logs = np.concatenate(own), np.concatenate(theirs)
    if share is None:
        share = round(float(choose_shares(logs)[1]), 2)
    p = (1 - share) * np.exp(logs[0]) + share * np.exp(logs[1])
    return share, float(-np.log(p).mean())
