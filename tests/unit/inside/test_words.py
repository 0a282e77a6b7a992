from __future__ import annotations

import numpy as np
import pytest

from makemore.errors import VocabularyError
from makemore.inside.words import letter_surprises, next_letters, rows_of_word
from makemore.training import fit
from tests.unit.inside.nets import WORDS


@pytest.mark.parametrize("kind", ["bigram", "ngram"])
def test_surprises_are_those_of_the_counts(kind: str) -> None:
    model = fit(kind, WORDS, smoothing=1.0 if kind == "bigram" else None)
    surprises = letter_surprises(model, "anna")
    V = model.vocabulary
    if kind == "bigram":
        text = [f".{word}." for word in WORDS]
        expected = []
        for first, second in zip(".anna", "anna.", strict=True):
            pairs = sum(t[i : i + 2] == first + second for t in text for i in range(len(t)))
            firsts = sum(t[:-1].count(first) for t in text)
            expected.append(-np.log((pairs + 1) / (firsts + len(V))))
        np.testing.assert_allclose(surprises, expected, rtol=1e-12)
    for position, second in enumerate("anna."):
        P = next_letters(model, "anna", position)
        assert P.shape == (len(V),)
        assert P.sum() == pytest.approx(1)
        index = 0 if second == "." else V.index(second)
        assert -np.log(P[index]) == pytest.approx(surprises[position])


def test_the_empty_word_has_an_end() -> None:
    model = fit("bigram", WORDS)
    x, y = rows_of_word("", model.vocabulary)
    assert x.tolist() == y.tolist() == [[0]]
    assert len(letter_surprises(model, "")) == 1


def test_a_letter_that_is_not_known_is_named() -> None:
    with pytest.raises(VocabularyError, match="z"):
        letter_surprises(fit("bigram", WORDS), "zoe")
