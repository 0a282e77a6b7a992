"""From a list of words to a model, whichever it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from makemore.errors import WordListError
from makemore.models import entry_of
from makemore.models.protocol import Event, Model
from makemore.settings import parse_settings
from makemore.vocabulary import Vocabulary

__all__ = ["fit", "train"]


def train(
    model: Model, words: Sequence[str], settings: Mapping[str, Any], held_out: Sequence[str] = ()
) -> Iterator[Event]:
    """Train a model on words, event by event; counting is a run of one step."""
    return model.train(words, settings, held_out)


def fit(
    kind: str,
    words: Sequence[str],
    *,
    vocabulary: Vocabulary | None = None,
    seed: int | None = None,
    **settings: Any,
) -> Model:
    """Train a model of a kind of `MODELS` on all words given, to its end.

    ``vocabulary`` is the whole list's, where the words are a part of it; by default it is theirs,
    and a background's symbols besides. ``seed`` is another name for ``weights_seed``, and is of no
    matter to models that draw nothing. Other settings are named as in `SETTINGS`; those left out
    have the kind's defaults. Raises SettingError if a setting is unknown or out of range,
    WordListError if there are no words, TrainingError if training fails.

    >>> fit("ngram", ["emma", "ava"], order=2, smoothing=1.0).order
    2
    """
    words = list(words)
    if not words:
        raise WordListError("There is nothing to learn: the list has no words.")
    if seed is not None and "weights_seed" in entry_of(kind).settings:
        settings.setdefault("weights_seed", seed)
    values = parse_settings(entry_of(kind).settings, settings)
    kind_of_model = entry_of(kind).load()
    if vocabulary is None:
        collect = getattr(kind_of_model, "vocabulary_for", None)
        vocabulary = collect(words, values) if collect else Vocabulary.from_words(words)
    model: Model = kind_of_model.start(words, vocabulary, values)
    for _ in train(model, words, values):
        pass
    return model
