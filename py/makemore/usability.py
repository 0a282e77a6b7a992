"""Whether a word that was made could be used as a name: a rule of thumb, the same everywhere."""

from __future__ import annotations

import unicodedata

__all__ = ["LONGEST", "SHORTEST", "usable"]

SHORTEST, LONGEST = 4, 8
_RUN = 4  # consonants in a row that nobody can say

_VOWELS = frozenset("aeiouyæœøıаеиоуыэюяєіїαεηιουω")


def usable(word: str) -> bool:
    """Tell whether a word has 4 to 8 letters, a vowel, and no four consonants in a row.

    Accents do not matter. Of letters that are not Latin, Greek or Cyrillic only the length counts,
    since vowels are not told from consonants there.
    """
    plain = unicodedata.normalize("NFD", word.lower())
    letters = [c for c in plain if not unicodedata.combining(c)]
    if not SHORTEST <= sum(c.isalpha() for c in letters) <= LONGEST:
        return False
    if not any(map(_has_vowels, letters)):
        return True
    run = 0
    for c in letters:
        run = run + 1 if c.isalpha() and _has_vowels(c) and c not in _VOWELS else 0
        if run == _RUN:
            return False
    return any(c in _VOWELS for c in letters)


def _has_vowels(letter: str) -> bool:
    """Tell whether a letter is of a script whose vowels are known here."""
    return letter.isalpha() and ("a" <= letter <= "ʯ" or "ͱ" <= letter <= "ԯ")
