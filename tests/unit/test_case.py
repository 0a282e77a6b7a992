"""Lists whose capitals say nothing."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from makemore.case import Case, case_of, detect_case, fold_case, fold_text
from tests.unit.strategies import word_lists

TITLES = ["Thorin", "Galadriel", "Legolas", "Jean-Luc", "Mary Ann", "O'Neil", "D’Arc"]


def test_a_list_in_title_case_is_folded_and_comes_back_as_it_was() -> None:
    folded, case = fold_case(TITLES)

    assert folded == ["thorin", "galadriel", "legolas", "jean-luc", "mary ann", "o'neil", "d’arc"]
    assert case == Case(True, " -'’", 7, 0)
    assert [case.restore(word) for word in folded] == TITLES


def test_a_list_that_goes_on_small_after_a_mark_is_restored_so() -> None:
    _, case = fold_case(["Rock'n", "Baker's", "Anna-Lena", "Mary ann", "New york"])

    assert case is not None
    assert case.after == "-’"
    assert case.restore("baker's-rock ann") == "Baker's-Rock ann"


def test_capitals_by_accident_in_a_list_in_title_case_are_lost_and_said() -> None:
    _, case = fold_case([*TITLES * 2, "McDonald"])

    assert case is not None
    assert (case.title, case.words, case.changed) == (True, 15, 1)
    assert "begins with a capital" in case.sentence()
    assert "1 of 15 words lose a capital" in case.sentence()


def test_seldom_capitals_amid_small_letters_are_accidents() -> None:
    words = ["emma", "olivia", "ava", "mia"] * 10 + ["isaBella"]

    folded, case = fold_case(words)

    assert folded[-1] == "isabella"
    assert case == Case(False, "", 41, 1)
    assert case.restore("isabella") == "isabella"
    assert "accidents" in case.sentence()


@pytest.mark.parametrize(
    "words",
    [
        ["emma", "olivia"],
        ["EMMA", "OLIVIA"],
        ["Paris", "table", "chair", "house"],
        ["东京", "大阪"],
        [""],
        [],
        ["table"] * 60 + ["Paris"],
    ],
)
def test_other_lists_stay_as_they_are(words: list[str]) -> None:
    assert fold_case(words) == (words, None)


def test_the_facts_survive_a_models_file() -> None:
    for case in (Case(True, "-", 12, 3), Case(False, "", 41, 1)):
        assert Case.from_plain(json.loads(json.dumps(case.as_plain()))) == case


@given(word_lists)
def test_what_is_restored_folds_to_the_same_word(words: list[str]) -> None:
    folded, case = fold_case(words)

    assert case == detect_case(words)
    if case is not None:
        assert [case.fold(case.restore(word)) for word in folded] == folded


@given(st.text(max_size=8))
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold_text(fold_text(text)) == fold_text(text)


@pytest.mark.parametrize(
    ("folded", "restored"),
    [("ßen", "ßen"), ("émile", "Émile"), ("", ""), ("'t hoen", "'T Hoen"), ("ǆungla", "ǅungla")],
)
def test_odd_first_letters(folded: str, restored: str) -> None:
    assert Case(True).restore(folded) == restored


def test_a_model_without_case_facts_was_not_folded() -> None:
    class Folded:
        case = Case(True)

    assert case_of(object()) is None
    assert case_of(Folded()) == Case(True)
