"""What a session holds: the list in use with its models, the list before it, and open streams."""

from __future__ import annotations

import functools
from collections.abc import Container, Generator, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from makemore.case import detect_case
from makemore.corpus import split_words
from makemore.counting.tally import Counts, count_pairs
from makemore.edit_distance import WordIndex
from makemore.errors import MakemoreError, SettingError, quoted
from makemore.evaluation import seen_before
from makemore.models import entry_of
from makemore.models.bigram import CountModel, Probabilities
from makemore.models.protocol import Model
from makemore.reading.reader import ReadList
from makemore.sampling import Drawing, SampledWord
from makemore.settings import SETTINGS
from makemore.torch_generator import TorchGenerator
from makemore.vocabulary import Vocabulary

if TYPE_CHECKING:
    from makemore.inside.replay import Replay
    from makemore.lecture import Lecture
    from makemore.models.auto import Background
    from makemore.session.comparing import Comparison

__all__ = ["WHILE_READ", "Learned", "Plain", "State", "Stopped", "Stream", "never_shown"]

WHILE_READ = 5
"""The order of n-grams that are counted as a long list is read; lower if they do not fit."""

Plain = dict[str, Any]
"""What JSON can hold, and bytes, and infinite floats."""

Stream = Generator[Plain, Any, Plain | None]
"""An action that reports while it works: it yields reports, and returns its value."""


class Stopped(Exception):
    """Thrown into a stream where it waits when the person presses Stop."""


@dataclass
class Trained:
    """A model with what is to be said of it; losses are in nats per symbol."""

    kind: str
    model: Model
    settings: Plain
    name: str  # for a person: "N-gram, order 5"
    whole: bool = False  # trained on the whole list, so that nothing was held out
    facts: Plain = field(default_factory=dict)
    seconds: float = 0.0
    parameters: int = 0
    train: float | None = None
    held_out: float | None = None
    split: tuple[list[str], list[str]] | None = None  # learned and held out, if not the list's


class Made:
    """The words that were made of a list so far, and how they go on."""

    def __init__(self) -> None:
        self.begin(SETTINGS["seed"].default)

    def begin(self, seed: Any, seen: Iterable[str] = ()) -> None:
        """Begin anew from a seed, as if nothing had been made but the words that were ``seen``."""
        self._seed, self._generator = seed, TorchGenerator(seed)
        self._asked: object = None
        self._drawing: Drawing | None = None
        self._words: set[str] = set()
        self._seen = set(seen)
        self.met: list[str] = []  # words that were seen, and would have come again

    def drawing(self, model: Model, asked: tuple[Any, ...]) -> Drawing:
        """Go on with the drawing, or begin another if something else is asked now."""
        _, _, temperature, top_k, constraint, era = asked
        if self._drawing is None or asked != self._asked:
            self._generator.era = era
            self._drawing = Drawing(
                model,
                self._generator,
                temperature=temperature,
                top_k=top_k,
                constraint=constraint,
            )
            self._asked = asked
        return self._drawing

    def refuse(self, word: SampledWord, *, repeats: bool, never: Sequence[str]) -> str | None:
        """Say why a word is not shown; if it is, remember it."""
        if not repeats and word.word in self._words:
            return "made before"
        if never_shown(word.word, never):
            return "never to be shown"
        if not repeats and word.word in self._seen:
            self._words.add(word.word)
            self.met.append(word.word)
            return "made before"
        self._words.add(word.word)
        return None


def never_shown(word: str, never: Sequence[str]) -> bool:
    """Tell whether a word is not wanted: of pieces, or of whole words after "=", in either case."""
    folded = word.casefold()
    return any(
        folded == piece[1:].casefold()
        if piece[:1] == "=" and len(piece) > 1
        else piece.casefold() in folded
        for piece in never
        if piece
    )


class KnownWords:
    """All words of a list that is too long to keep them, as far as `ReadList.has` can tell."""

    def __init__(self, read: ReadList) -> None:
        self._read = read

    def __contains__(self, word: object) -> bool:
        """Tell whether the list has a word, but for a small share of errors."""
        return isinstance(word, str) and self._read.has([word])[0]


class Learned:
    """What is known of one list: its words, its models, and what they made.

    ``case`` says how capitals were folded; all models learn the folded words.
    """

    def __init__(self, name: str, read: ReadList, *, keep_case: bool = False) -> None:
        self.name = name
        self.read = read
        self.vocabulary = read.vocabulary
        self.counts = read.counts
        self.words: Sequence[str] = read.words or read.sample
        # Counts of weighted words, and of those not kept, cannot be counted anew.
        as_is = keep_case or read.words is None or read.weighted
        self.case = None if as_is else detect_case(self.words)
        if self.case is not None:
            self.words = [self.case.fold(word) for word in self.words]
            graphemes = read.vocabulary.graphemes
            self.vocabulary = Vocabulary.from_words(self.words, graphemes=graphemes)
            text = self.vocabulary.encode(self.words)
            self.counts = count_pairs(text, len(self.vocabulary))
        self.count_model: CountModel[Counts] = CountModel(self.counts)
        self.trained: dict[str, Trained] = {}
        self.comparison: Comparison | None = None
        self.made = Made()
        self.replay: tuple[Any, Replay] | None = None  # a run of descent, after what it is of
        # reversed: of a word that comes twice, the first line is kept
        words, lines = self.words if read.words else (), read.lines or ()
        self.line_of = dict(zip(reversed(words), reversed(lines), strict=True))

    @functools.cached_property
    def parts(self) -> list[list[str]]:
        """The words to train on, to choose by, and to look at last: 80, 10 and 10 %."""
        return split_words(self.words)

    def divide(self, parts: list[list[str]]) -> None:
        """Take other parts, for all models that are begun from now on; the others keep theirs."""
        if self.trained and parts != self.parts:
            for trained in self.trained.values():
                trained.split = trained.split or (self.parts[0], self.parts[1])
        self.parts = parts
        self.__dict__.pop("repeated", None)

    @functools.cached_property
    def repeated(self) -> int:
        """How many of the words to choose by also stand among those to train on."""
        return seen_before(self.parts[1], self.parts[0])

    def vocabulary_with(self, backgrounds: Sequence[Background] | None) -> Vocabulary:
        """Give the list's symbols, and the letters a to z of lists that it leans on."""
        if not backgrounds or self.read.vocabulary.graphemes:
            return self.vocabulary
        letters = set().union(*(word for b in backgrounds for word in b.words))
        more = letters & set("abcdefghijklmnopqrstuvwxyz")
        return Vocabulary(sorted(more | set(self.vocabulary.symbols[1:])))

    @functools.cached_property
    def index(self) -> WordIndex:
        """The words, prepared for questions about their neighbours, when first needed."""
        if self.read.words is None:
            raise MakemoreError(
                f"{quoted(self.name)} has {self.read.count:,} words, too many to keep them all, so "
                "the nearest ones cannot be told."
            )
        return WordIndex(self.words)

    @functools.cached_property
    def written(self) -> dict[str, str]:
        """How the list writes the first of the words that are folded alike, of those it keeps."""
        return dict(zip(reversed(self.words), reversed(self.read.words or ()), strict=False))

    @functools.cached_property
    def known_words(self) -> Container[str]:
        """The list's words, to ask whether one is among them."""
        return KnownWords(self.read) if self.read.words is None else self.line_of.keys()

    def fold(self, word: str) -> str:
        """Write a word as the models know it."""
        return word if self.case is None else self.case.fold(word)

    def knows(self, words: list[str]) -> list[bool]:
        """Tell of each word whether the list has it."""
        if self.read.words is None:
            return self.read.has(words)
        return [self.fold(word) in self.line_of for word in words]

    def places_in(self, model: Model) -> npt.NDArray[np.intp]:
        """Give each symbol's index in a model, (V,): one from a file may know more symbols."""
        index = model.vocabulary.index
        return np.array([0, *map(index, self.vocabulary.symbols[1:])], dtype=np.intp)

    def need_model(self, kind: str) -> Trained:
        """Return a model that was trained on this list, or say that it was not."""
        label = entry_of(kind).label
        if kind not in self.trained:
            raise MakemoreError(f"{label} is not trained on this list yet. Press Train.")
        return self.trained[kind]


@dataclass
class State:
    """Everything that one page has on the Python side; actions are functions of it."""

    learned: Learned | None = None
    before: Learned | None = None
    lecture: Lecture | None = None
    backgrounds: list[Background] = field(default_factory=list)
    streams: dict[int, Stream] = field(default_factory=dict)
    last_stream: int = 0

    def need_list(self) -> Learned:
        """Return the list in use, or say that there is none."""
        if self.learned is None:
            raise MakemoreError("There is no word list yet. Choose, upload or paste one first.")
        return self.learned

    def probabilities(self, model: str) -> Probabilities:
        """Return P of one of the two bigram models, (V, V), over the list's symbols."""
        learned = self.need_list()
        kind = {"counting": "bigram", "gradient": "bigram-net"}.get(model)
        if kind is None:
            raise SettingError(f"The model is 'counting' or 'gradient', not {model!r}.", "model")
        if kind == "bigram" and kind not in learned.trained:
            return learned.count_model.probabilities()
        table: Any = learned.need_model(kind).model
        probabilities: Probabilities = table.P
        if table.vocabulary == learned.vocabulary:
            return probabilities
        known = learned.places_in(table)
        pairs = np.repeat(known, len(known)), np.tile(known, len(known))
        return probabilities[pairs].reshape(len(known), -1)
