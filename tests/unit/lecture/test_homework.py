"""The homework's steps on held-out words, against loops."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import pytest

from makemore.corpus import split_words
from makemore.lecture.homework import how_far_counting_goes, tune_smoothing
from tests.unit.oracles import PlainKneserNey

SEED = 42


def triples_of(words: Sequence[str]) -> list[tuple[str, str]]:
    """Give each two symbols, and the one that follows; "." is a word's end and stands before it."""
    return [(f"..{word}"[i : i + 2], after) for word in words for i, after in enumerate(f"{word}.")]


def loss_of_trigrams(
    train: Sequence[str], judges: Sequence[str], smoothing: float, V: int
) -> float:
    both = Counter(triples_of(train))
    before = Counter(context for context, _ in triples_of(train))
    asked = triples_of(judges)
    return -sum(
        math.log((both[context, after] + smoothing) / (before[context] + smoothing * V))
        for context, after in asked
    ) / len(asked)


@pytest.fixture(scope="module")
def some(names: tuple[str, ...]) -> list[str]:
    return list(names[::40])


def test_the_smoothing_is_the_best_on_the_dev_part_and_the_test_part_is_asked_once(
    some: list[str],
) -> None:
    train, dev, test = split_words(some, seed=SEED)
    V = len(set("".join(some))) + 1

    told = tune_smoothing(some, SEED)

    tried = told["tuning"]
    for k, on_train, on_dev in zip(tried["x"], tried["train"], tried["dev"], strict=True):
        assert on_train == pytest.approx(loss_of_trigrams(train, train, k, V), rel=1e-9)
        assert on_dev == pytest.approx(loss_of_trigrams(train, dev, k, V), rel=1e-9)
    assert told["best"] == min(zip(tried["dev"], tried["x"], strict=True))[1]
    assert told["test_loss"] == pytest.approx(loss_of_trigrams(train, test, told["best"], V))
    assert all(before < after for before, after in pairwise(tried["train"]))


def test_each_order_is_judged_on_words_it_has_not_seen(some: list[str]) -> None:
    train, dev, test = split_words(some, seed=SEED)
    V = len(set("".join(some))) + 1

    told = how_far_counting_goes(some, SEED)

    losses = told["orders"]["Kneser–Ney"]
    assert told["orders"]["add 0.1"][1] == pytest.approx(loss_of_trigrams(train, dev, 0.1, V))
    assert told["best_order"] == told["orders"]["x"][losses.index(min(losses))]
    oracle = PlainKneserNey(train, V, told["best_order"])

    def judged(words: Sequence[str]) -> float:
        logs = [
            math.log(oracle.probability(word[:i], after))
            for word in words
            for i, after in enumerate([*word, ""])
        ]
        return -sum(logs) / len(logs)

    assert min(losses) == pytest.approx(judged(dev), abs=1e-9)
    assert told["counting_test"] == pytest.approx(judged(test), abs=1e-9)
    assert told["guessing_evenly"] == math.log(V)


def test_too_few_words_are_not_divided() -> None:
    assert tune_smoothing(["ab", "b"], SEED) == {}
    assert how_far_counting_goes(["ab", "b"], SEED) == {}
