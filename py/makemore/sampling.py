"""Probabilities to words."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator
from typing import NamedTuple, overload

import numpy as np
import numpy.typing as npt

from makemore.errors import SettingError
from makemore.torch_generator import Rows, TorchGenerator
from makemore.vocabulary import Vocabulary

__all__ = [
    "MAX_LENGTH",
    "SampledWord",
    "TruncationWarning",
    "generate_words",
    "sample_words",
    "with_temperature",
]

MAX_LENGTH = 1000
"""Symbols after which a word that does not end is cut."""


class SampledWord(NamedTuple):
    """A word without boundary tokens, if it ended before `max_length`, and its symbols' indices."""

    word: str
    ended: bool
    indices: tuple[int, ...]


class TruncationWarning(UserWarning):
    """A word was cut because the model did not end it."""


def generate_words(
    probabilities: Rows,
    vocabulary: Vocabulary,
    generator: TorchGenerator,
    *,
    max_length: int = MAX_LENGTH,
) -> Iterator[SampledWord]:
    """Make words without end: draw the next symbol until the boundary token comes.

    Parameters
    ----------
    probabilities : ndarray of float64, shape (V, V), or any `Rows`
        Row i holds the probabilities of what follows symbol i.
    vocabulary : Vocabulary
        The V symbols.
    generator : TorchGenerator
        Where the randomness comes from.
    max_length : int, default 1000
        A word is cut after so many symbols, since a model may have no way to
        the boundary.

    Yields
    ------
    SampledWord

    Notes
    -----
    Source: the notebook's ``while True: … torch.multinomial(p, …)``.
    """
    draw = generator.row_sampler(probabilities)
    while True:
        indices: list[int] = []
        index = draw(0)
        while index != 0 and len(indices) < max_length:
            indices.append(index)
            index = draw(index)
        yield SampledWord(vocabulary.decode(indices), index == 0, tuple(indices))


def sample_words(
    probabilities: Rows,
    vocabulary: Vocabulary,
    count: int,
    generator: TorchGenerator,
    *,
    max_length: int = MAX_LENGTH,
) -> list[str]:
    """Make `count` words.

    Parameters
    ----------
    probabilities : ndarray of float64, shape (V, V), or any `Rows`
        Row i holds the probabilities of what follows symbol i.
    vocabulary : Vocabulary
        The V symbols.
    count : int
        How many words.
    generator : TorchGenerator
        Where the randomness comes from.
    max_length : int, default 1000
        A word is cut after so many symbols.

    Returns
    -------
    list of str, length `count`
        Without boundary tokens; a word may be empty if the model allows it.

    Warns
    -----
    TruncationWarning
        If a word was cut.
    """
    words = generate_words(probabilities, vocabulary, generator, max_length=max_length)
    made = [next(words) for _ in range(count)]
    cut = sum(not word.ended for word in made)
    if cut:
        warnings.warn(
            f"{cut} of {count} words did not end by themselves and were cut after "
            f"{max_length} symbols: the model has no way to end a word, or hardly ever takes it.",
            TruncationWarning,
            stacklevel=2,
        )
    return [word.word for word in made]


class _TemperedRows:
    """Rows of a table that is not kept whole, each brought to a temperature when asked for."""

    def __init__(self, rows: Rows, temperature: float) -> None:
        self._rows, self._temperature = rows, temperature

    def __getitem__(self, row: int) -> npt.NDArray[np.float64]:
        """Return row `row`, shape (V,)."""
        return _tempered(self._rows[row], self._temperature)


@overload
def with_temperature(
    probabilities: npt.NDArray[np.float64], temperature: float
) -> npt.NDArray[np.float64]: ...
@overload
def with_temperature(probabilities: Rows, temperature: float) -> Rows: ...
def with_temperature(probabilities: Rows, temperature: float) -> Rows:
    """Sharpen or flatten each row: ``P**(1/T)``, normalised.

    Parameters
    ----------
    probabilities : ndarray of float64, shape (..., V), or any `Rows`
        Rows sum to 1.
    temperature : float
        T above 0. Below 1, likely symbols become more likely; above 1, all
        become more alike; 1 leaves P as it is.

    Returns
    -------
    ndarray of float64, shape (..., V), or `Rows`
        Rows sum to 1; what was 0 stays 0.

    Raises
    ------
    SettingError
        If `temperature` is not above 0 or not finite.

    Notes
    -----
    The same as dividing the logits by T, as makemore's later parts do.
    """
    if not (math.isfinite(temperature) and temperature > 0):
        raise SettingError(
            f"Temperature must be above 0; it is {temperature!r}. 1 samples as the model is.",
            "temperature",
        )
    if temperature == 1:
        return probabilities
    if not isinstance(probabilities, np.ndarray):
        return _TemperedRows(probabilities, temperature)
    return _tempered(probabilities, temperature)


def _tempered(
    probabilities: npt.NDArray[np.float64], temperature: float
) -> npt.NDArray[np.float64]:
    with np.errstate(divide="ignore"):
        logits = np.log(probabilities) / temperature
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    tempered: npt.NDArray[np.float64] = powers / powers.sum(axis=-1, keepdims=True)
    return tempered
