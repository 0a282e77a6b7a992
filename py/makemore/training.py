"""From a list of words to a model, whichever it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from makemore.case import Case, fold_case, fold_text, set_case
from makemore.errors import WordListError
from makemore.models import entry_of
from makemore.models.protocol import Event, Model
from makemore.settings import parse_settings
from makemore.vocabulary import Vocabulary

if TYPE_CHECKING:
    from makemore.models.auto import Background

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
    keep_case: bool = False,
    seed: int | None = None,
    **settings: Any,
) -> Model:
    """Train a model of a kind of `MODELS` on all words given, to its end.

    ``vocabulary`` is the whole list's, where the words are a part of it; by default it is theirs,
    and a background's symbols besides. A list in Title Case, or with capitals by accident, is
    learned in lower case and has its case back in what is made, unless ``keep_case`` or a
    vocabulary with capitals is given; see `case.fold_case`. ``seed`` is another name for
    ``weights_seed``, and is of no matter to models that draw nothing. Other settings are named as
    in `SETTINGS`; those left out have the kind's defaults. Raises SettingError if a setting is
    unknown or out of range, WordListError if there are no words, TrainingError if training fails.

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
    case = None
    if not keep_case and (vocabulary is None or not _has_capitals(vocabulary)):
        words, case = fold_case(words)
        if case is not None and values.get("background"):
            values["background"] = _folded_backgrounds(words, values, case)
    if vocabulary is None:
        collect = getattr(kind_of_model, "vocabulary_for", None)
        vocabulary = collect(words, values) if collect else Vocabulary.from_words(words)
    model: Model = kind_of_model.start(words, vocabulary, values)
    set_case(model, case)
    for _ in train(model, words, values):
        pass
    return model


def _folded_backgrounds(
    words: Sequence[str], settings: Mapping[str, Any], case: Case
) -> list[Background]:
    from makemore.models.auto import Background, backgrounds_for  # few kinds lean on other lists

    given = backgrounds_for(words, settings)
    return [Background(b.name, [case.fold(word) for word in b.words]) for b in given]


def _has_capitals(vocabulary: Vocabulary) -> bool:
    return any(fold_text(symbol) != symbol for symbol in vocabulary.symbols)
