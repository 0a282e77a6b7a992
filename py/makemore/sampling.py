"""Probabilities to words."""

from __future__ import annotations

import math
import warnings
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, overload

import numpy as np
import numpy.typing as npt

from makemore.case import case_of
from makemore.conditioned import Conditioned, Steps, TooLarge
from makemore.constraints import Constraint, Rules
from makemore.draws import (
    BLOCK,
    Drawn,
    Predictor,
    Shape,
    draws_of_chain,
    draws_of_conditioned,
    draws_of_model,
    forced_prefix,
    impossible,
)
from makemore.errors import ConstraintError, SettingError
from makemore.settings import NOTEBOOK_SEED, whole
from makemore.torch_generator import Rows, TorchGenerator
from makemore.vocabulary import Vocabulary

if TYPE_CHECKING:
    from makemore.models.protocol import Chain

__all__ = [
    "BLOCK",
    "MAX_LENGTH",
    "Batch",
    "Drawing",
    "SampledWord",
    "ShortfallWarning",
    "TruncationWarning",
    "constraint_probability",
    "generate",
    "generate_words",
    "sample_words",
    "tries_for",
    "with_temperature",
]

MAX_LENGTH = 1000
"""Symbols after which a word that does not end is cut."""

DID_NOT_END, REPEATED = "did not end", "repeated"

_FEW = 1000  # words that a constraint allows; up to so many they are looked at one by one

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]


class SampledWord(NamedTuple):
    """A word without boundary tokens, if it ended before `max_length`, and its symbols' indices."""

    word: str
    ended: bool
    indices: tuple[int, ...]


class TruncationWarning(UserWarning):
    """A word was cut because the model did not end it."""


class ShortfallWarning(UserWarning):
    """Fewer words came than were asked for, since too many that were drawn were not as asked."""


class Batch(NamedTuple):
    """Words as they come from a `Drawing`.

    ``words`` are those since the last batch; ``tries`` and ``tally``, how many words were drawn so
    far and how many were dropped by reason, are of the whole drawing; ``over`` says why no more
    words come, None while they do or when all that were asked for have come.
    """

    words: list[SampledWord]
    tries: int
    tally: Mapping[str, int]
    over: str | None = None


def generate(
    model: Predictor,
    count: int,
    generator: TorchGenerator | None = None,
    temperature: float = 1.0,
    top_k: int | None = None,
    constraint: Constraint | None = None,
    repeats: bool = True,
) -> list[str]:
    """Make `count` words as asked; of the notebook's seed if no generator is given.

    Fewer come, with a ShortfallWarning that has the tally, if hardly any word that is drawn is new
    enough; words that the model does not end are cut, with a TruncationWarning, if nothing is
    asked of them. Raises ConstraintError if no word can be as asked, SettingError for a
    temperature or a top k out of range. See `Drawing` for how words are drawn.
    """
    words = whole(count)
    if words is None or words < 0:
        raise SettingError(f"How many must be a whole number from 0; it is {count!r}.", "count")
    drawing = Drawing(
        model,
        TorchGenerator(NOTEBOOK_SEED) if generator is None else generator,
        temperature=temperature,
        top_k=top_k,
        constraint=constraint,
        repeats=repeats,
    )
    made, over = list[SampledWord](), None
    for batch in drawing.take(words):
        made += batch.words
        over = batch.over
    if over is not None:
        warnings.warn(f"{len(made)} of {count} words: {over}", ShortfallWarning, stacklevel=2)
    _warn_of_cut(made, MAX_LENGTH)
    return [word.word for word in made]


def constraint_probability(
    model: Predictor,
    constraint: Constraint,
    temperature: float = 1.0,
    top_k: int | None = None,
) -> float | None:
    """Tell how likely a word is as asked, but for ``new_to``; None where only tries can tell.

    Raises ConstraintError if no word at all can be as asked.
    """
    top_k = _checked_top_k(top_k)
    rules = Rules(constraint, model.vocabulary, case_of(model))
    chain = _chain_of(model)
    if chain is None:
        return None
    shape = _shaping(temperature, top_k)
    try:
        return _conditioned(chain, rules, shape).probability
    except TooLarge:
        return None


class Drawing:
    """Words of a model without end, as asked; what is drawn goes on from call to call of `take`.

    Without a constraint a model of finitely many contexts draws word by word, as `generate_words`.
    Under a constraint its draws are exact: each symbol is drawn given that the word ends as asked.
    All other models draw in blocks of 64 rows from `predict`, after the symbols that every word
    as asked begins with, and what is not as asked is dropped, which has the same distribution.
    Words too near to ``new_to`` are dropped always; without ``repeats``, so are those that came
    before, and those of ``made``.

    ``probability`` is that of the constraint but for ``new_to``, None if it is not known;
    ``possible`` is how many different words can come, None if they are many or it is not known;
    ``note`` says if words are dropped for want of memory; ``tries`` and ``tally`` count.

    Raises ConstraintError if no word can be as asked or the model gives such words probability 0.
    """

    def __init__(
        self,
        model: Predictor,
        generator: TorchGenerator,
        *,
        temperature: float = 1.0,
        top_k: int | None = None,
        constraint: Constraint | None = None,
        repeats: bool = True,
        made: Iterable[str] = (),
        max_length: int = MAX_LENGTH,
    ) -> None:
        top_k = _checked_top_k(top_k)
        self._model, self._generator = model, generator
        self._temperature, self._top_k = temperature, top_k
        self._shape = _shaping(temperature, top_k)
        self._case, self._repeats, self._max_length = case_of(model), repeats, max_length
        self._chain = _chain_of(model)
        self._waiting: deque[Drawn] = deque()
        self._made = set(made)
        self._came = 0  # of the words that are possible
        self.tries, self.tally = 0, Counter[str]()
        self.probability: float | None = None if constraint is not None else 1.0
        self.note: str | None = None
        self._rules: Rules | None = None
        self.possible: int | None = None
        if constraint is None:
            self._blocks = self._unasked()
        else:
            self._rules = Rules(constraint, model.vocabulary, self._case)
            _check_length(self._rules, max_length)
            self._blocks = self._asked(self._rules)
            self.possible = self._count_possible(self._rules)

    def take(self, count: int, tries: int | None = None) -> Iterator[Batch]:
        """Make `count` more words, batch by batch, in at most so many tries (100,000 or more).

        Of a net some batches are empty: it has drawn a letter of each word of the next one.
        """
        budget = tries_for(count) if tries is None else tries
        left, last = count, self.tries + budget
        over = None
        while left > 0 and over is None:
            words = list[SampledWord]()
            for _ in range(BLOCK):
                over = self._why_over(last)
                if left == 0 or over is not None:
                    break
                if not self._waiting:
                    self._waiting.extend(next(self._blocks))
                    if not self._waiting:
                        break  # so far these are only letters of words to come
                word = self._judged(*self._waiting.popleft())
                if word is not None:
                    words.append(word)
                    left -= 1
            yield Batch(words, self.tries, dict(self.tally), over if left else None)

    def _unasked(self) -> Iterator[list[Drawn]]:
        """Draw as the model does: a chain word by word, others in blocks."""
        chain = self._chain
        if chain is None:
            return draws_of_model(self._model, self._shape, None, self._generator, self._max_length)
        P = with_temperature(chain.P, self._temperature)
        k = self._top_k
        rows = P if k is None else _ShapedRows(P, lambda row: _top(row, k))
        return draws_of_chain(rows, chain.next, self._generator, self._max_length)

    def _asked(self, rules: Rules) -> Iterator[list[Drawn]]:
        """Draw given the constraint where that can be done, or leave it to `_judged`."""
        # Most words are as asked if lengths are all: weighing all contexts of a large model would
        # take longer than drawing some words more.
        if self._chain is not None and (rules.parts or self._chain.whole):
            try:
                conditioned = _conditioned(self._chain, rules, self._shape)
            except TooLarge:
                self.note = (
                    "This model has too many contexts to weigh what is asked (more than 200 MB), "
                    "so words are drawn as they come, and those that are not as asked are dropped."
                )
            else:
                self.probability = conditioned.probability
                if self.probability == 0:
                    raise impossible(rules)
                return draws_of_conditioned(conditioned, self._generator, self._max_length)
        forced_prefix(self._model, self._shape, rules)
        return draws_of_model(self._model, self._shape, rules, self._generator, self._max_length)

    def _judged(self, symbols: tuple[int, ...], ended: bool) -> SampledWord | None:
        """Count one word that was drawn; None if it is dropped."""
        self.tries += 1
        folded = self._model.vocabulary.decode(symbols)
        word = folded if self._case is None else self._case.restore(folded)
        reason = None
        if self._rules is not None:
            if not ended and len(symbols) == self._max_length:
                reason = DID_NOT_END
            elif self.probability is None:
                reason = self._rules.why_not(symbols, ended)
            reason = reason or self._rules.too_old(folded)
        if reason is None and not self._repeats:
            reason = REPEATED if word in self._made else None
        if reason is not None:
            self.tally[reason] += 1
            return None
        if not self._repeats:
            self._made.add(word)
            self._came += 1
        return SampledWord(word, ended, symbols)

    def _why_over(self, last: int) -> str | None:
        """Say why no more words come, if so."""
        if not self._repeats and self.possible == self._came:
            one = self.possible == 1
            return f"{'the only word' if one else f'all {self.possible} words'} as asked came."
        if self.tries < last:
            return None
        told = ", ".join(f"{n:,} {reason}" for reason, n in self.tally.most_common())
        return f"{self.tries:,} were drawn, of which {told or 'none'} were dropped. Ask for less."

    def _count_possible(self, rules: Rules) -> int | None:
        """Count the different words that can come, None if they are many.

        Raises ConstraintError if there are none, since all stand in the list already.
        """
        words = rules.automaton.words(rules.shortest, rules.longest, _FEW)
        if words is None or self._chain is None:
            return None
        likely = [word for word in words if _can_make(self._chain, self._shape, word)]
        if not likely:
            raise impossible(rules)
        new = [w for w in likely if rules.too_old(self._model.vocabulary.decode(w)) is None]
        if not new:
            raise ConstraintError(
                f"All {len(likely)} words that this model can make and that {rules.phrase()} stand "
                "in the list, or are too near to it.",
                "new_to",
            )
        texts = map(self._model.vocabulary.decode, new)
        restored = texts if self._case is None else map(self._case.restore, texts)
        self._came = sum(word in self._made for word in restored)
        return len(new)


def tries_for(count: int) -> int:
    """Tell how many words are drawn before so many that are as asked are given up."""
    return max(100_000, 200 * count)


def _chain_of(model: Predictor) -> Chain | None:
    """Give the chain of a model that has finitely many contexts."""
    make: Callable[[], Chain | None] | None = getattr(model, "chain", None)
    return None if make is None else make()


def _conditioned(chain: Chain, rules: Rules, shape: Shape) -> Conditioned:
    steps = Steps(
        chain.size,
        lambda contexts: shape(chain.P[contexts]),
        lambda contexts: chain.next[contexts],
        lambda: chain.whole and bool((shape(np.asarray(chain.P))[:, 0] > 0).all()),
    )
    return Conditioned(steps, rules.automaton, rules.shortest, rules.longest)


def _can_make(chain: Chain, shape: Shape, word: tuple[int, ...]) -> bool:
    context = 0
    for symbol in (*word, 0):
        if shape(chain.P[np.array([context])])[0, symbol] == 0:
            return False
        context = int(chain.next[context][symbol])
    return True


def _shaping(temperature: float, top_k: int | None) -> Shape:
    """Make the function that brings rows to a temperature and a top k."""

    def shape(rows: Floats) -> Floats:
        tempered = with_temperature(rows, temperature)
        return tempered if top_k is None else _top(tempered, top_k)

    return shape


class _ShapedRows:
    """Rows of a table, each brought to a temperature or a top k when it is asked for."""

    def __init__(self, rows: Rows, shape: Shape) -> None:
        self._rows, self._shape = rows, shape

    def __getitem__(self, rows: Any) -> Floats:
        """Give one row, (V,), or several, (B, V)."""
        return self._shape(self._rows[rows])


def _top(probabilities: Floats, k: int) -> Floats:
    """Keep the k largest of each row, and all that equal the k-th, as makemore.py does."""
    if k >= probabilities.shape[-1]:
        return probabilities
    least = np.partition(probabilities, -k, axis=-1)[..., -k, None]
    kept = np.where(probabilities >= least, probabilities, 0.0)
    shared: Floats = kept / kept.sum(axis=-1, keepdims=True)
    return shared


def _check_length(rules: Rules, most: int) -> None:
    least = max(rules.shortest, int(rules.automaton.distance[0]))
    if least > most:
        raise ConstraintError(
            f"Words of {least:,} letters are asked for, but a word is cut after {most:,}. Ask for "
            "shorter ones.",
            "shortest",
        )


def _checked_top_k(top_k: int | None) -> int | None:
    number = whole(top_k)
    if top_k is not None and (number is None or number < 1):
        raise SettingError(
            f"Top k must be a whole number from 1; it is {top_k!r}. Leave it empty to sample from "
            "all letters.",
            "top_k",
        )
    return number


def generate_words(
    probabilities: Rows,
    vocabulary: Vocabulary,
    generator: TorchGenerator,
    *,
    max_length: int = MAX_LENGTH,
) -> Iterator[SampledWord]:
    """Make words without end: draw the next symbol until the boundary token comes.

    Row i of P (V, V) holds the probabilities of what follows symbol i. A word is cut after
    `max_length` symbols, since a model may have no way to the boundary. Source: the notebook's
    ``while True: … torch.multinomial(p, …)``.
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
    """Make `count` words by P (V, V), as `generate_words`.

    A word may be empty if the model allows it. Warns with TruncationWarning if a word was cut after
    `max_length` symbols.
    """
    words = generate_words(probabilities, vocabulary, generator, max_length=max_length)
    made = [next(words) for _ in range(count)]
    _warn_of_cut(made, max_length)
    return [word.word for word in made]


def _warn_of_cut(made: list[SampledWord], max_length: int) -> None:
    cut = sum(not word.ended for word in made)
    if cut:
        warnings.warn(
            f"{cut} of {len(made)} words did not end by themselves and were cut after "
            f"{max_length} symbols: the model has no way to end a word, or hardly ever takes it.",
            TruncationWarning,
            stacklevel=3,
        )


@overload
def with_temperature(
    probabilities: npt.NDArray[np.float64], temperature: float
) -> npt.NDArray[np.float64]: ...
@overload
def with_temperature(probabilities: Rows, temperature: float) -> Rows: ...
def with_temperature(probabilities: Rows, temperature: float) -> Rows:
    """Sharpen or flatten each row of P (…, V): ``P**(1/T)``, normalised; what was 0 stays 0.

    Below 1, likely symbols become more likely; above 1, all become more alike; 1 leaves P as it is.
    The same as dividing the logits by T, as makemore's later parts do. Raises SettingError if T is
    not above 0 or not finite.
    """
    if not (math.isfinite(temperature) and temperature > 0):
        raise SettingError(
            f"Temperature must be above 0; it is {temperature!r}. 1 samples as the model is.",
            "temperature",
        )
    if temperature == 1:
        return probabilities
    if not isinstance(probabilities, np.ndarray):
        return _ShapedRows(probabilities, lambda row: _tempered(row, temperature))
    return _tempered(probabilities, temperature)


def _tempered(
    probabilities: npt.NDArray[np.float64], temperature: float
) -> npt.NDArray[np.float64]:
    with np.errstate(divide="ignore"):
        logits = np.log(probabilities) / temperature
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    tempered: npt.NDArray[np.float64] = powers / powers.sum(axis=-1, keepdims=True)
    return tempered
