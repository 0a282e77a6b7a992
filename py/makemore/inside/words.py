"""One word under any model: how much each letter surprises it, and what it expects next."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from makemore.models.batches import Batch
from makemore.models.protocol import Model
from makemore.vocabulary import Vocabulary

__all__ = ["batch_of", "letter_surprises", "next_letters", "rows_of_word"]

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]


def rows_of_word(word: str, vocabulary: Vocabulary) -> tuple[Indices, Indices]:
    """Give what stands before each symbol and the symbols, the end being the last: (1, T) twice.

    Raises VocabularyError for a symbol that is not known.
    """
    text = vocabulary.encode([word])  # 0 w w w 0
    return text[None, :-1], text[None, 1:]


def letter_surprises(model: Model, word: str) -> Floats:
    """Give -log P of each letter of a word, and of its end, in nats (T,)."""
    x, y = rows_of_word(word, model.vocabulary)
    surprises: Floats = -model.log_prob(x, y)[0]
    return surprises


def next_letters(model: Model, word: str, position: int) -> Floats:
    """Give P of each symbol (V,) after the first `position` letters of a word."""
    x, _ = rows_of_word(word, model.vocabulary)
    P: Floats = model.predict(x[:, : position + 1])[0]
    return P


def batch_of(
    word: str, vocabulary: Vocabulary, window: int | None = None, position: int | None = None
) -> Batch:
    """Give a word as a net takes it: up to a position, of which a window may see the last."""
    x, y = rows_of_word(word, vocabulary)
    if position is not None:
        x, y = x[:, : position + 1], y[:, : position + 1]
    if window is not None:
        x, y = x[:, -window:], y[:, -window:]
    return Batch.of(x, y)
