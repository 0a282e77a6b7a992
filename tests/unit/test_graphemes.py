"""Grapheme clusters, against those of ICU."""

from __future__ import annotations

import itertools
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from makemore.errors import VocabularyError
from makemore.graphemes import Segmenter
from makemore.vocabulary import Vocabulary
from tests.unit.conftest import FIXTURES


def test_text_is_divided_as_icu_divides_it() -> None:
    cases = json.loads((FIXTURES / "graphemes.json").read_text(encoding="utf-8"))["clusters"]
    segmenter = Segmenter()

    assert len(cases) > 500
    for clusters in cases:
        assert segmenter.split("".join(clusters)) == clusters


def test_long_text_is_divided_as_its_parts_are() -> None:
    cases = json.loads((FIXTURES / "graphemes.json").read_text(encoding="utf-8"))["clusters"]
    # Between controls nothing joins; letters beside them leave some text without marks.
    between = ["\nab漢\n", "\n", "\nx\n"]
    parts = [[*clusters, *between[i % 3]] for i, clusters in enumerate(cases)]
    expected = list(itertools.chain.from_iterable(parts))

    assert Segmenter().split("".join(expected)) == expected


@given(st.text())
def test_clusters_are_the_text_and_none_is_empty(text: str) -> None:
    clusters = Segmenter().split(text)

    assert "".join(clusters) == text
    assert all(clusters)


@given(st.text(st.characters(min_codepoint=0x20, max_codepoint=0x2FF)))
def test_plain_letters_are_clusters_of_their_own(text: str) -> None:
    assert Segmenter().split(text) == list(text)


def test_a_vocabulary_may_have_symbols_of_several_code_points() -> None:
    vocabulary = Vocabulary(["a", "👍🏽", "🇩🇪"], graphemes=True)

    indices = vocabulary.encode(["🇩🇪a", "👍🏽"]).tolist()

    assert indices == [0, 3, 1, 0, 2, 0]
    assert vocabulary.decode([3, 1]) == "🇩🇪a"
    assert vocabulary.split("a🇩🇪") == ["a", "🇩🇪"]
    assert vocabulary.knows("👍🏽a")
    assert not vocabulary.knows("👍")
    with pytest.raises(VocabularyError) as caught:
        vocabulary.encode(["a👍🏿a"])
    assert caught.value.symbols == ("👍🏿",)
    with pytest.raises(VocabularyError):
        Vocabulary(["👍🏽"])
