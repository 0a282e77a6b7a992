"""What was counted, as rows of a table."""

from __future__ import annotations

import itertools
from collections import Counter

import pytest

from makemore import fit, mix
from makemore.counting.export import rows_of_counts
from makemore.errors import MakemoreError

WORDS = ["ab", "a.b", "a\tb", "ab"]


def pairs(words: list[str]) -> Counter[tuple[str, str]]:
    named = {".": "‘.’", "\t": "\\t"}
    spelled = [[".", *(named.get(c, c) for c in word), "."] for word in words]
    return Counter(pair for word in spelled for pair in itertools.pairwise(word))


def test_bigrams_are_exported_as_they_were_counted() -> None:
    rows = {(context, after): n for context, after, n in rows_of_counts(fit("bigram", WORDS))}

    assert {pair: n for pair, n in rows.items() if pair[0]} == pairs(WORDS)
    assert {pair[1]: n for pair, n in rows.items() if not pair[0]} == Counter(
        {".": 4, "a": 4, "b": 4, "‘.’": 1, "\\t": 1}
    )


def test_of_a_mix_its_first_part_is_exported() -> None:
    first, second = (fit("ngram", ["ab", "ba"], order=n, smoothing=1) for n in (3, 1))

    assert list(rows_of_counts(mix([first, second]))) == list(rows_of_counts(first))


def test_what_has_counted_nothing_cannot_be_exported() -> None:
    with pytest.raises(MakemoreError, match="“Bag of words” has counted nothing"):
        list(rows_of_counts(fit("bow", WORDS, steps=1)))
