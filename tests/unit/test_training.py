"""From a list to a model: its capitals, and what is no list."""

from __future__ import annotations

from typing import Any

import pytest

from makemore import Constraint, TorchGenerator, Vocabulary, evaluate, fit, generate
from makemore.case import case_of
from makemore.errors import SettingError, WordListError
from makemore.storage import load, save
from tests.unit.conftest import FIXTURES

FORTY = (FIXTURES / "forty.txt").read_text(encoding="utf-8").split()
SMALL = [word.lower() for word in FORTY]


@pytest.mark.parametrize("kind", ["auto", "ngram", "bigram", "bigram-net"])
def test_a_list_in_title_case_is_learned_as_in_small_letters_and_has_its_case_back(
    kind: str,
) -> None:
    settings: dict[str, Any] = {"steps": 5} if kind == "bigram-net" else {}

    titled, small = fit(kind, FORTY, **settings), fit(kind, SMALL, **settings)

    assert titled.vocabulary == small.vocabulary
    assert evaluate(titled, FORTY) == evaluate(titled, SMALL) == evaluate(small, SMALL)
    made = generate(titled, 20, TorchGenerator(1))
    assert made == [word.capitalize() for word in generate(small, 20, TorchGenerator(1))]
    assert generate(load(save(titled)), 20, TorchGenerator(1)) == made


def test_what_is_asked_of_words_is_folded_too() -> None:
    model = fit("ngram", FORTY, order=3)

    made = generate(model, 20, constraint=Constraint(starts="B", new_to=FORTY), repeats=False)

    assert all(word[0] == "B" and word.istitle() for word in made)
    assert not {word.lower() for word in made} & set(SMALL)


def test_capitals_are_kept_if_that_is_asked_for() -> None:
    model = fit("ngram", FORTY, keep_case=True)

    assert case_of(model) is None
    assert "A" in model.vocabulary.symbols


def test_a_vocabulary_says_how_words_are_written() -> None:
    raw = fit("bigram", FORTY[:30], vocabulary=Vocabulary.from_words(FORTY))
    folded = fit("bigram", FORTY[:30], vocabulary=Vocabulary.from_words(SMALL))

    assert case_of(raw) is None
    assert evaluate(raw, FORTY) > 0
    assert case_of(folded) is not None
    assert evaluate(folded, FORTY) > 0


def test_what_a_folded_list_leans_on_is_folded() -> None:
    other = ["Arador", "Belegorn", "Celebrin", "Dorlas", "Erendis", "Faelivrin"] * 9

    titled: Any = fit("ngram", FORTY, order=3, smoothing=0.1, background=other, share=0.5)
    small: Any = fit(
        "ngram", SMALL, order=3, smoothing=0.1, background=[w.lower() for w in other], share=0.5
    )

    assert titled.vocabulary == small.vocabulary
    assert titled.shares.tolist() == [0.5, 0.5]
    assert evaluate(titled, FORTY) == evaluate(small, SMALL)


def test_other_lists_are_learned_as_they_are() -> None:
    for words in (SMALL, ["Paris", "table", "chair", "house"], ["NASA", "ESA"]):
        assert case_of(fit("bigram", words)) is None


def test_no_words_are_no_list() -> None:
    with pytest.raises(WordListError, match="the list has no words"):
        fit("bigram", [])


@pytest.mark.parametrize("background", ["anna", 5, [5], ["anna", None]])
@pytest.mark.parametrize("kind", ["auto", "ngram"])
def test_a_background_is_a_list_of_words(kind: str, background: object) -> None:
    with pytest.raises(SettingError, match="A background"):
        fit(kind, FORTY, background=background)


@pytest.mark.parametrize("kind", ["bigram", "ngram", "auto"])
@pytest.mark.parametrize("smoothing", ["good", [1], float("nan"), -1, True])
def test_what_is_no_smoothing_is_refused(kind: str, smoothing: object) -> None:
    with pytest.raises(SettingError, match="Smoothing"):
        fit(kind, SMALL, smoothing=smoothing)


def test_a_model_that_has_no_kneser_ney_refuses_it() -> None:
    with pytest.raises(SettingError, match="Smoothing must be a number"):
        fit("bigram", SMALL, smoothing="kneser-ney")
