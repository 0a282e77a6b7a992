"""Capitals that say nothing: a list in Title Case is learned in lower case, and gets it back.

A bigram after "T" and one after "t" are two things to learn, and forty names are too few for that.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

__all__ = ["Case", "case_of", "detect_case", "fold_case", "fold_text", "set_case"]

SEPARATORS = " -'’"
"""Spaces, hyphens and apostrophes, after which a name may go on with a capital."""

_MOSTLY = 0.8  # of the words begin with a capital: the list is in Title Case
_SELDOM = 0.05  # of the words hold a capital, amid small letters: by accident


@dataclass(frozen=True)
class Case:
    """How a list wrote its words, before they were folded to lower case.

    ``title``: a word begins with a capital; ``after``: what a capital follows within a word;
    ``words``: how many words the list had; ``changed``: how many of them are not what `restore`
    makes of their folded form, so their capitals are lost.
    """

    title: bool
    after: str = SEPARATORS
    words: int = 0
    changed: int = 0

    def fold(self, text: str) -> str:
        """Write a word, or a piece of one, in lower case."""
        return fold_text(text)

    def restore(self, word: str) -> str:
        """Put the capitals back: the first letter, and those after a separator.

        >>> Case(title=True).restore("anne-marie o'neil")
        "Anne-Marie O'Neil"
        """
        if not self.title:
            return word
        begins = [True, *(character in self.after for character in word)]
        return "".join([_capital(c) if b else c for c, b in zip(word, begins, strict=False)])

    def sentence(self) -> str:
        """Say to a person what was done."""
        lost = f" {self.changed:,} of {self.words:,} words lose a capital." if self.changed else ""
        if not self.title:
            return f"Capitals within words are taken for accidents, and written small.{lost}"
        return f"Learned in lower case; what is made begins with a capital, as the list does.{lost}"

    def as_plain(self) -> dict[str, Any]:
        """Give the facts as a model's file keeps them; `from_plain` reads them."""
        return asdict(self)

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Case:
        """Read what `as_plain` gave."""
        return cls(
            bool(plain["title"]), str(plain["after"]), int(plain["words"]), int(plain["changed"])
        )


def case_of(model: object) -> Case | None:
    """Give the case facts that a model carries as ``model.case``; None if it was not folded."""
    case = getattr(model, "case", None)
    return case if isinstance(case, Case) else None


def set_case(model: Any, case: Case | None) -> None:
    """Let a model carry how its list wrote words, for `case_of`."""
    model.case = case


def fold_text(text: str) -> str:
    """Lower-case a text and keep it in Unicode NFC."""
    lowered = text.lower()
    return lowered if lowered.isascii() else unicodedata.normalize("NFC", lowered)


def fold_case(words: Sequence[str]) -> tuple[list[str], Case | None]:
    """Fold a list whose capitals say nothing; any other list stays as it is, with None."""
    case = detect_case(words)
    return (list(words) if case is None else [case.fold(word) for word in words]), case


def detect_case(words: Sequence[str]) -> Case | None:
    """Tell whether a list's capitals say nothing, from nearly all words having them alike.

    A list in capitals, or one where names stand among words ("Paris", "table"), is left alone.
    """
    cased = [word for word in words if word.lower() != word.upper()]
    capitals = [word for word in cased if word != word.lower()]
    if not capitals:
        return None
    titled = [word for word in capitals if _first_is_capital(word)]
    shouted = sum(word == word.upper() and len(word) > 1 for word in capitals)
    if len(titled) >= _MOSTLY * len(cased) and shouted <= (1 - _MOSTLY) * len(cased):
        after = "".join(filter(lambda mark: _goes_on_with_capital(words, mark), SEPARATORS))
        case = Case(True, after)
    elif len(capitals) <= _SELDOM * len(cased) and 2 * len(titled) < len(capitals):
        case = Case(False, "")
    else:
        return None
    changed = sum(case.restore(case.fold(word)) != word for word in words)
    return Case(case.title, case.after, len(words), changed)


def _first_is_capital(word: str) -> bool:
    first = next(c for c in word if c.lower() != c.upper())
    return first != first.lower()


def _goes_on_with_capital(words: Iterable[str], mark: str) -> bool:
    """Tell whether most letters after a mark are capitals; where none stand, they are taken so."""
    capitals = small = 0
    for word in words:
        if mark in word:
            for piece in word.split(mark)[1:]:
                capitals += piece[:1] != piece[:1].lower()
                small += piece[:1] != piece[:1].upper()
    return capitals >= small


def _capital(character: str) -> str:
    title = character.title()
    return title if len(title) == 1 else character  # a sharp s would become two letters
