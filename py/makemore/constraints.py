"""What a person asks of the words: a `Constraint`, and the automaton that it becomes."""

from __future__ import annotations

import unicodedata
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from types import EllipsisType
from typing import NamedTuple, NoReturn

import numpy as np

from makemore.automaton import (
    DEAD,
    Automaton,
    Containing,
    Ending,
    Letters,
    Matching,
    Part,
    Starting,
    TooManyStates,
    automaton_of,
)
from makemore.case import Case, fold_text
from makemore.edit_distance import WordIndex
from makemore.errors import ConstraintError
from makemore.settings import SETTINGS, whole
from makemore.vocabulary import Vocabulary

__all__ = ["IN_THE_LIST", "TOO_LONG", "TOO_NEAR", "TOO_SHORT", "Constraint", "Rules"]

TOO_SHORT, TOO_LONG = "too short", "too long"
IN_THE_LIST, TOO_NEAR = "in the list", "too near the list"
_CANNOT_BE_FINISHED = "cannot be finished as asked"


@dataclass(frozen=True)
class Constraint:
    """What words are asked for; a letter is a symbol of the model's vocabulary.

    ``starts``, ``ends`` and each of ``contains`` are letters in a row; ``only`` and ``without``
    are sets of letters; ``pattern`` describes the whole word: ``?`` is any letter, ``*`` any
    number of them, ``[aeiou]`` one of a set (``[?]``, ``[*]`` and ``[[]`` are the signs
    themselves), and all else stands for itself. ``shortest`` and ``longest`` count letters.
    ``new_to`` are words not to be made, and ``differs`` is how many letters must be changed at
    least to come from a word to the nearest of them.

    Raises ConstraintError where a value makes no sense by itself; whether the vocabulary has the
    letters, and whether all of it goes together, is seen when it meets a model.
    """

    starts: str = ""
    ends: str = ""
    contains: Sequence[str] = ()
    only: str | None = None
    without: str = ""
    pattern: str | None = None
    shortest: int = 1
    longest: int | None = None
    new_to: Container[str] | None = None
    differs: int = 1

    def __post_init__(self) -> None:
        """Check each value by itself; one text for ``contains`` is a tuple of one."""
        if isinstance(self.contains, str):
            object.__setattr__(self, "contains", (self.contains,))
        for name in ("starts", "ends", "without", "only", "pattern"):
            value = getattr(self, name)
            if not isinstance(value, str) and not (value is None and name in ("only", "pattern")):
                raise ConstraintError(f"{_LABELS[name]} must be text; it is {value!r}.", name)
        if not all(isinstance(piece, str) for piece in self.contains):
            raise ConstraintError(f"Contains must be texts; it is {self.contains!r}.", "contains")
        for name, least in (("shortest", 0), ("longest", 0), ("differs", 1)):
            value = getattr(self, name)
            if value is None and name == "longest":
                continue
            number = whole(value)
            if number is None or number < least:
                raise ConstraintError(
                    f"{_LABELS[name]} must be a whole number from {least}; it is {value!r}.", name
                )
            object.__setattr__(self, name, number)
        if self.longest is not None and self.longest < self.shortest:
            raise ConstraintError(
                f"No word has at least {self.shortest} and at most {self.longest} letters: make "
                "Shortest smaller or Longest larger.",
                "longest",
            )
        if isinstance(self.new_to, str):
            raise ConstraintError(
                "What words must be new to is a list of words, not one text.", "new_to"
            )


_LABELS = {
    "starts": "Starts with",
    "ends": "Ends with",
    "contains": "Contains",
    "only": "Only letters",
    "without": "Without letters",
    "pattern": "Pattern",
    **{name: SETTINGS[name].label for name in ("shortest", "longest", "differs")},
}


class Asked(NamedTuple):
    """One part of a constraint: what tells words apart, and how it is called to a person.

    ``phrase`` goes on after "a word that", ``reason`` is what the tally calls words without it.
    """

    part: Part
    setting: str
    phrase: str
    reason: str


class Rules:
    """A constraint brought to a vocabulary, and folded if the model's words are.

    ``automaton`` is that of all parts but the lengths; ``longest`` is what the person or the
    automaton asks for, None if neither does; ``prefix`` are the symbols that every such word
    begins with.

    Raises ConstraintError where no word can be as asked, naming what excludes what.
    """

    def __init__(
        self, constraint: Constraint, vocabulary: Vocabulary, case: Case | None = None
    ) -> None:
        self.constraint = constraint
        self.parts = _Reading(vocabulary, case is not None).parts(constraint)
        self.shortest = constraint.shortest
        self.automaton = self._joined(len(vocabulary))
        most = [n for n in (constraint.longest, self.automaton.longest) if n is not None]
        self.longest = min(most, default=None)
        self.prefix = self._forced(len(vocabulary))
        self._old, self._index = _known_words(constraint, case)

    def phrase(self) -> str:
        """Say what is asked for, to go on after "a word that"."""
        return _and([*(asked.phrase for asked in self.parts), *self._lengths()])

    def too_old(self, word: str) -> str | None:
        """Tell whether a word, folded if the list is, stands in the list or is too near it."""
        if self._old is None:
            return None
        if word in self._old:
            return IN_THE_LIST
        differs = self.constraint.differs
        near = self._index is not None and self._index.has_within(word, differs - 1)
        return TOO_NEAR if near else None

    def why_not(self, symbols: Sequence[int], ended: bool) -> str | None:
        """Name the first reason why a word, or a start that did not end, is not as asked."""
        if ended and len(symbols) < self.shortest:
            return TOO_SHORT
        if self.longest is not None and len(symbols) > self.longest:
            return TOO_LONG
        for part, _, _, reason in self.parts:
            state = part.start
            for symbol in symbols:
                state = part.step(state, symbol)
                if state is None:
                    return reason
            if ended and not part.accepts(state):
                return reason
        return None if ended else _CANNOT_BE_FINISHED

    def _lengths(self) -> list[str]:
        least, most = self.constraint.shortest, self.constraint.longest
        phrases = [f"has at least {least} {_letters(least)}"] if least > 1 else []
        return phrases + ([] if most is None else [f"has at most {most} {_letters(most)}"])

    def _joined(self, V: int) -> Automaton:
        try:
            whole = automaton_of([asked.part for asked in self.parts], V)
        except TooManyStates:
            raise ConstraintError(
                f"To look for a word that {self.phrase()} is too intricate: ask for fewer pieces, "
                "or for a pattern with fewer *.",
                "pattern",
            ) from None
        if whole is not None and whole.allows(self.shortest, self.constraint.longest):
            return whole
        self._refuse(V)

    def _refuse(self, V: int) -> NoReturn:
        """Raise for what is impossible together, and nothing that has no part in it."""
        needed = list(self.parts)
        lengths = self.shortest, self.constraint.longest
        for asked in self.parts:
            rest = [other for other in needed if other is not asked]
            if not _possible(rest, V, *lengths):
                needed = rest
        phrases = [asked.phrase for asked in needed]
        least, most = lengths
        if least > 0 and not _possible(needed, V, 0, most):
            least = 0
        if most is not None and not _possible(needed, V, least, None):
            most = None
        if least > 0:
            phrases.append(f"has at least {least} {_letters(least)}")
        if most is not None:
            phrases.append(f"has at most {most} {_letters(most)}")
        settings = [*(asked.setting for asked in needed), *(["shortest"] if least > 0 else [])]
        settings += [] if most is None else ["longest"]
        raise ConstraintError(
            f"No word {_and(phrases)}: change {'it' if len(phrases) == 1 else 'one of them'}.",
            settings[0],
            tuple(dict.fromkeys(settings)),
        )

    def _forced(self, V: int) -> tuple[int, ...]:
        """Follow the automaton for as long as one symbol is all that can come."""
        _, after, accepts, _, _ = self.automaton
        sizes = np.bincount(self.automaton.kinds[1:V], minlength=after.shape[1])
        prefix, state = list[int](), 0
        while len(prefix) < 1000 and not (accepts[state] and len(prefix) >= self.shortest):
            open_kinds = np.flatnonzero(after[state] != DEAD)
            if len(open_kinds) != 1 or sizes[open_kinds[0]] != 1:
                break
            prefix.append(1 + int(np.argmax(self.automaton.kinds[1:V] == open_kinds[0])))
            state = int(after[state, open_kinds[0]])
        return tuple(prefix)


def _possible(parts: Iterable[Asked], V: int, shortest: int, longest: int | None) -> bool:
    try:
        automaton = automaton_of([asked.part for asked in parts], V)
    except TooManyStates:
        return True  # as far as can be told
    return automaton is not None and automaton.allows(shortest, longest)


def _known_words(
    constraint: Constraint, case: Case | None
) -> tuple[Container[str] | None, WordIndex | None]:
    """Prepare the words that must not be made, and the index that finds those near to them."""
    words = constraint.new_to
    if words is None:
        return None, None
    if not isinstance(words, Iterable):  # only asked whether it has a word, such as a Membership
        if constraint.differs > 1:
            raise ConstraintError(
                "Of a list too long to keep its words, it can be told only whether it has a word: "
                "set Letters changed at least to 1.",
                "differs",
            )
        return words, None
    known = frozenset(words) if case is None else frozenset(map(case.fold, words))
    return known, WordIndex(known) if constraint.differs > 1 and known else None


class _Reading:
    """A constraint's texts, read as symbols of a vocabulary."""

    def __init__(self, vocabulary: Vocabulary, fold: bool) -> None:
        self._vocabulary, self._fold = vocabulary, fold
        self._index = {s: i for i, s in enumerate(vocabulary.symbols) if i > 0}

    def parts(self, constraint: Constraint) -> list[Asked]:
        """Make a part of everything that is asked for but the lengths."""
        c = constraint
        parts: list[Asked] = []

        def ask(part: Part, setting: str, phrase: str, reason: str) -> None:
            parts.append(Asked(part, setting, phrase, reason))

        if c.starts:
            symbols = self._row(c.starts, "starts", "start with")
            ask(Starting(symbols), "starts", f"starts with {c.starts!r}", "wrong start")
        if c.ends:
            symbols = self._row(c.ends, "ends", "end with")
            ask(Ending(symbols), "ends", f"ends with {c.ends!r}", "wrong end")
        for piece in filter(None, c.contains):
            symbols = self._row(piece, "contains", "contain")
            ask(Containing(symbols), "contains", f"contains {piece!r}", "lacks a piece")
        if c.only is not None:
            phrase = f"has no letters but {c.only!r}"
            ask(Letters(self._only(c.only)), "only", phrase, "other letters")
        if c.without:
            phrase = f"has none of the letters {c.without!r}"
            ask(Letters(self._known(c.without), banned=True), "without", phrase, "other letters")
        if c.pattern:
            phrase = f"follows the pattern {c.pattern!r}"
            ask(Matching(self._pattern(c.pattern)), "pattern", phrase, "off the pattern")
        return parts

    def _split(self, text: str) -> list[str]:
        folded = fold_text(text) if self._fold else unicodedata.normalize("NFC", text)
        return self._vocabulary.split(folded)

    def _known(self, text: str) -> list[int]:
        return [self._index[symbol] for symbol in self._split(text) if symbol in self._index]

    def _row(self, text: str, setting: str, verb: str) -> list[int]:
        for symbol in self._split(text):
            if symbol not in self._index:
                raise ConstraintError(
                    f"No word can {verb} {text!r}: the word list has no {symbol!r}. Use letters "
                    "of the list.",
                    setting,
                )
        return self._known(text)

    def _only(self, text: str) -> list[int]:
        known = self._known(text)
        if not known:
            which = f"has none of {text!r}" if text else "cannot do without any letter"
            raise ConstraintError(
                f"No word has only these letters: the word list {which}. Name letters of the list.",
                "only",
            )
        return known

    def _pattern(self, text: str) -> list[frozenset[int] | EllipsisType | None]:
        items: list[frozenset[int] | EllipsisType | None] = []
        symbols = self._split(text)
        place = 0
        while place < len(symbols):
            symbol = symbols[place]
            if symbol == "[":
                stop = next((i for i in range(place + 2, len(symbols)) if symbols[i] == "]"), None)
                if stop is None:
                    raise ConstraintError(
                        f"Pattern {text!r} opens a set at letter {place + 1} and does not close "
                        "it: write it as [aeiou], and the sign itself as [[].",
                        "pattern",
                    )
                items.append(self._set(symbols[place + 1 : stop], text))
                place = stop
            elif symbol in ("?", "*"):
                items.append(None if symbol == "?" else ...)
            else:
                items.append(self._set([symbol], text))
            place += 1
        return items

    def _set(self, symbols: Sequence[str], text: str) -> frozenset[int]:
        found = frozenset(self._index[symbol] for symbol in symbols if symbol in self._index)
        if not found:
            which = f"no {symbols[0]!r}" if len(symbols) == 1 else f"none of {''.join(symbols)!r}"
            raise ConstraintError(
                f"No word can follow the pattern {text!r}: the word list has {which}. Use "
                "letters of the list, ? for any letter, or * for any number of them.",
                "pattern",
            )
        return found


def _letters(count: int) -> str:
    return "letter" if count == 1 else "letters"


def _and(phrases: Sequence[str]) -> str:
    if len(phrases) < 2:
        return "".join(phrases)
    return f"{', '.join(phrases[:-1])} and {phrases[-1]}"
