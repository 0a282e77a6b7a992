from __future__ import annotations

from typing import Any

import pytest

from makemore import Vocabulary
from makemore.corpus import split_words
from makemore.evaluation import evaluate
from makemore.models.auto import Background, helpful
from makemore.models.choice import FEW_WORDS, cross_validating, divisions, trying_all
from makemore.models.ngram import NGram
from makemore.slices import whole
from makemore.training import fit
from tests.unit.conftest import FIXTURES


@pytest.fixture(scope="module")
def forty() -> list[str]:
    return (FIXTURES / "forty.txt").read_text(encoding="utf-8").lower().split()


def facts_of(words: list[str], **settings: Any) -> dict[str, Any]:
    model: Any = fit("auto", words, **settings)
    return dict(model.facts)


def test_a_long_list_is_counted_by_kneser_and_ney_of_order_five(names: tuple[str, ...]) -> None:
    facts = facts_of(list(names))

    assert (facts["order"], facts["smoothing"]) == (5, "kneser-ney")
    assert facts["background"] is None
    assert {row[0] for row in facts["tried"]} == set(range(1, 9))
    assert facts["held_out"] == min(row[-1] for row in facts["tried"])


def test_what_was_tried_in_one_pass_is_what_each_model_gives(names: tuple[str, ...]) -> None:
    words = list(names[::20])
    vocabulary = Vocabulary.from_words(words)
    [(learned, judges)] = parts = divisions(words)

    for order, smoothing, _, _, loss in whole(trying_all(parts, vocabulary, {})):
        model = fit("ngram", list(learned), vocabulary=vocabulary, order=order, smoothing=smoothing)
        assert loss == pytest.approx(evaluate(model, judges), abs=1e-9)


def test_a_small_list_leans_on_us_names(forty: list[str]) -> None:
    facts = facts_of(forty)

    assert facts["background"] == "US names"
    assert facts["note"] == f"helped by US names, {facts['share']:.2g}"
    alone = min(row[-1] for row in facts["tried"] if row[2] is None and row[-1] is not None)
    assert facts["held_out"] < alone - 0.05


def test_a_list_with_a_few_symbols_of_its_own_leans_on_what_has_the_others(
    forty: list[str], names: tuple[str, ...]
) -> None:
    spaced = [f"{word} {word[:3]}" if i % 10 == 0 else word for i, word in enumerate(forty)]
    us_names = Background("US names", names)

    assert helpful(spaced, [us_names]) == [us_names]
    assert helpful([word.upper() for word in forty], [us_names]) == []

    model = fit("auto", spaced, background=us_names)
    assert evaluate(model, ["mara mar"]) < 5


def test_help_is_refused_where_it_is_none(names: tuple[str, ...]) -> None:
    strange = [word[::-1].translate(str.maketrans("aeiou", "xqzjk")) for word in names[:600]]

    assert facts_of(list(names[:600]), background=strange)["background"] is None


def test_nothing_to_lean_on_is_said(forty: list[str]) -> None:
    assert facts_of(forty, background=())["note"].startswith("no background")


def test_a_background_and_its_share_can_be_asked_for(forty: list[str]) -> None:
    other = Background("capitals", ["paris", "rome", "oslo", "bern", "quito", "lima"])
    words = [word for word in forty if set(word) <= set("".join(other.words))] or ["rome"]

    model: Any = fit("ngram", forty, order=3, smoothing=0.1, background=other, share=0.25)

    assert model.shares.tolist() == [0.75, 0.25]
    assert [part.order for part in model.models] == [3, 5]
    assert evaluate(model, words) > 0


def test_no_judge_of_a_small_list_was_learned() -> None:
    words = ["one", "two", "three", "two", "four", "five", "five"]

    found = divisions(words)

    assert all(not set(learned) & set(judges) for learned, judges in found)
    assert all(sorted([*learned, *judges]) == sorted(words) for learned, judges in found)


def test_a_long_list_is_divided_as_the_lectures_do(names: tuple[str, ...]) -> None:
    words = list(names[:FEW_WORDS])

    assert divisions(words) == [tuple(split_words(words, (0.9, 0.1)))]


@pytest.mark.parametrize("words", [["a"], ["a", "a"], ["a", "b"], ["ab", "ba", "cc"]])
def test_the_smallest_lists_can_be_learned(words: list[str]) -> None:
    facts = facts_of(words, background=())

    assert facts["order"] >= 1


def test_the_table_and_cross_validation_agree(forty: list[str]) -> None:
    vocabulary = Vocabulary.from_words(forty)
    settings = {"order": 3, "smoothing": "kneser-ney"}

    [tried] = whole(trying_all(divisions(forty), vocabulary, {}, 3, "kneser-ney"))

    def start() -> Any:
        return NGram.start(forty, vocabulary, settings)

    assert tried.loss == pytest.approx(whole(cross_validating(start, forty, settings)), abs=1e-9)
