"""Whether a word could be used as a name."""

from __future__ import annotations

import pytest

from makemore.usability import usable


@pytest.mark.parametrize(
    "word", ["emma", "Aurelien", "Zoë-Ann", "rhythmy", "ольга", "Νικος", "東京東京"]
)
def test_words_that_can_be_said_are_usable(word: str) -> None:
    assert usable(word)


@pytest.mark.parametrize(
    ("word", "why"),
    [
        ("ava", "three letters"),
        ("alexandra", "nine letters"),
        ("brrm", "no vowel"),
        ("angstre", "four consonants in a row"),
        ("встретя", "four consonants in a row"),
        ("東京", "two letters"),
        ("", "no letter"),
    ],
)
def test_others_are_not(word: str, why: str) -> None:
    assert not usable(word), why
