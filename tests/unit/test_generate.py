"""Words of any model: as many as asked for, new ones, different ones, with capitals."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from makemore.case import Case
from makemore.constraints import Constraint
from makemore.edit_distance import WordIndex
from makemore.errors import ConstraintError, MakemoreError, SettingError
from makemore.sampling import (
    BLOCK,
    Drawing,
    ShortfallWarning,
    TruncationWarning,
    generate,
    sample_words,
    with_temperature,
)
from makemore.torch_generator import Era, TorchGenerator
from makemore.vocabulary import Vocabulary
from tests.unit.chains import ChainModel, PredictingModel, bigrams_of, random_table

Floats = npt.NDArray[np.float64]

ABC = Vocabulary("abc")
ENDLESS = np.array([[0.0, 1.0], [0.0, 1.0]]), np.tile(np.arange(2), (2, 1))


def models(seed: int = 1) -> tuple[ChainModel, PredictingModel]:
    table = random_table(seed, 4, 4)
    return ChainModel(ABC, *table), PredictingModel(ABC, *table)


@pytest.fixture(scope="module")
def bigram(P: Floats, az: Vocabulary) -> ChainModel:
    return ChainModel(az, P, np.tile(np.arange(27), (27, 1)))


# Nothing asked: as ever


@pytest.mark.parametrize("era", [1, 2])
@pytest.mark.parametrize("temperature", [1.0, 0.7])
def test_a_chain_draws_as_the_table_does_bit_for_bit(
    era: Era, temperature: float, bigram: ChainModel, az: Vocabulary
) -> None:
    made = generate(bigram, 200, TorchGenerator(99, era=era), temperature)

    table = with_temperature(bigram.P, temperature)
    assert made == sample_words(table, az, 200, TorchGenerator(99, era=era))


def test_whole_numbers_of_numpy_are_whole_numbers(bigram: ChainModel) -> None:
    def made(kind: Any) -> list[str]:
        asked = Constraint(shortest=kind(2), longest=kind(5), differs=kind(1))
        return generate(bigram, kind(20), TorchGenerator(kind(99)), 1.0, kind(5), asked)

    assert made(np.int64) == made(np.uint8) == made(int)
    with pytest.raises(SettingError, match="How many must be a whole number"):
        generate(bigram, np.float64(2))  # type: ignore[arg-type]
    with pytest.raises(SettingError, match="Top k must be a whole number"):
        generate(bigram, 2, top_k=np.bool_(True))  # type: ignore[arg-type]


def test_the_notebooks_words_are_made(bigram: ChainModel, notebook: dict[str, Any]) -> None:
    said = notebook["count_model"]["samples"]

    assert [word + "." for word in generate(bigram, 5, TorchGenerator(2147483647))] == said
    assert generate(bigram, 5) == [word.removesuffix(".") for word in said]


def test_a_chains_generator_goes_on_right_after_the_last_word(bigram: ChainModel) -> None:
    generator = TorchGenerator(1)

    parts = generate(bigram, 3, generator) + generate(bigram, 70, generator)

    assert parts == generate(bigram, 73, TorchGenerator(1))


@pytest.mark.parametrize("era", [1, 2])
def test_a_block_draws_each_symbol_for_all_rows_one_after_the_other(era: Era) -> None:
    _, net = models()
    oracle = TorchGenerator(7, era=era)
    words, contexts, live = [""] * BLOCK, [0] * BLOCK, list(range(BLOCK))
    while live:
        drawn = {row: int(oracle.multinomial(net.P[contexts[row]])[0]) for row in live}
        live = [row for row in live if drawn[row] != 0]
        for row in live:
            words[row] += ABC.symbols[drawn[row]]
            contexts[row] = int(net.after[contexts[row], drawn[row]])

    assert generate(net, BLOCK, TorchGenerator(7, era=era)) == words


def test_rows_that_ended_are_not_worked_out_again() -> None:
    _, net = models()

    generate(net, 1, TorchGenerator(1))

    assert net.rows_asked[0] == BLOCK
    assert all(
        later < earlier for earlier, later in zip(net.rows_asked, net.rows_asked[1:4], strict=False)
    )


@pytest.mark.parametrize("kind", [0, 1])
@pytest.mark.parametrize(
    "constraint", [None, Constraint(ends="a", longest=9), Constraint(starts="b")]
)
@pytest.mark.parametrize("repeats", [True, False])
def test_the_first_words_do_not_change_with_the_count(
    kind: int, constraint: Constraint | None, repeats: bool
) -> None:
    model = models()[kind]

    def made(count: int) -> list[str]:
        return generate(model, count, TorchGenerator(5), constraint=constraint, repeats=repeats)

    assert made(100)[:3] == made(3)
    assert made(100)[:65] == made(65)


@pytest.mark.parametrize("kind", [0, 1])
@pytest.mark.parametrize("constraint", [None, Constraint(ends="a", longest=5)])
def test_a_drawing_goes_on_where_it_stopped(kind: int, constraint: Constraint | None) -> None:
    model = models()[kind]
    drawing = Drawing(model, TorchGenerator(5), constraint=constraint)

    parts = [w.word for count in (3, 0, 70) for b in drawing.take(count) for w in b.words]

    assert parts == generate(model, 73, TorchGenerator(5), constraint=constraint)


@pytest.mark.parametrize("kind", [0, 1])
def test_words_that_do_not_end_are_cut_and_said(kind: int) -> None:
    model = (ChainModel, PredictingModel)[kind](Vocabulary("a"), *ENDLESS)

    with pytest.warns(TruncationWarning, match="2 of 2 words .* cut after 1000 symbols"):
        assert generate(model, 2, TorchGenerator(1)) == ["a" * 1000] * 2


def test_no_word_is_made_when_none_is_asked_for() -> None:
    for model in models():
        generator = TorchGenerator(1)
        assert generate(model, 0, generator) == []
        assert generator.rand(1) == TorchGenerator(1).rand(1)


# Top k


@pytest.mark.parametrize("kind", [0, 1])
def test_top_1_makes_the_likeliest_word_again_and_again(kind: int) -> None:
    P = np.array([[0.1, 0.2, 0.7], [0.6, 0.2, 0.2], [0.3, 0.4, 0.3]])
    model = (ChainModel, PredictingModel)[kind](Vocabulary("ab"), P, np.tile(np.arange(3), (3, 1)))

    assert generate(model, 3, TorchGenerator(1), top_k=1) == ["ba"] * 3


def test_top_k_keeps_all_that_equal_the_kth_and_all_when_it_is_large(bigram: ChainModel) -> None:
    even = ChainModel(ABC, np.full((4, 4), 0.25), np.tile(np.arange(4), (4, 1)))

    assert {c for word in generate(even, 100, top_k=1) for c in word} == set("abc")
    assert generate(bigram, 20, top_k=27) == generate(bigram, 20)


# New and different


@pytest.mark.parametrize("kind", [0, 1])
def test_only_new_words_are_those_that_the_list_does_not_have(kind: int) -> None:
    model = models()[kind]
    old = generate(model, 10, TorchGenerator(5))

    drawing = Drawing(model, TorchGenerator(5), constraint=Constraint(new_to=old, shortest=0))
    (*_, last) = drawing.take(100)
    new = generate(model, 100, TorchGenerator(5), constraint=Constraint(new_to=old, shortest=0))

    assert not set(new) & set(old)
    assert last.tally == {"in the list": last.tries - 100}
    assert last.tries == drawing.tries > 100


def test_words_differ_from_the_nearest_by_as_many_letters_as_asked(bigram: ChainModel) -> None:
    old = generate(bigram, 300, TorchGenerator(5))
    index = WordIndex(old)
    kept = Constraint(new_to=old, differs=3, longest=6)

    drawing = Drawing(bigram, TorchGenerator(6), constraint=kept)
    made = [word.word for batch in drawing.take(50) for word in batch.words]

    assert {index.nearest(word).distance for word in made} == {3, 4, 5} & {
        index.nearest(word).distance for word in made
    }
    assert min(index.nearest(word).distance for word in made) == 3
    assert set(drawing.tally) == {"in the list", "too near the list"}


@pytest.mark.parametrize("kind", [0, 1])
def test_without_repeats_no_word_comes_twice_in_all_of_a_drawing(kind: int) -> None:
    drawing = Drawing(models()[kind], TorchGenerator(1), repeats=False)

    made = [w.word for count in (50, 100) for batch in drawing.take(count) for w in batch.words]

    assert len(made) == len(set(made)) == 150
    assert drawing.tally["repeated"] == drawing.tries - 150 > 0


def test_when_all_words_as_asked_have_come_no_more_are_tried() -> None:
    chain, _ = models()
    kept = Constraint(pattern="a[bc]", new_to=["ab"])

    with pytest.warns(ShortfallWarning, match="1 of 5 words: the only word as asked came"):
        assert generate(chain, 5, constraint=kept, repeats=False) == ["ac"]
    with pytest.warns(ShortfallWarning, match="9 of 10 words: all 9 words as asked came"):
        assert len(generate(chain, 10, constraint=Constraint(pattern="??"), repeats=False)) == 9
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert len(generate(chain, 9, constraint=Constraint(pattern="??"), repeats=False)) == 9


@pytest.mark.parametrize("kind", [0, 1])
def test_words_that_were_made_before_count_as_repeated(kind: int) -> None:
    model = models()[kind]
    drawing = Drawing(model, TorchGenerator(1), repeats=False, made=["a", "ab"])

    made = [word.word for batch in drawing.take(50) for word in batch.words]

    assert len({*made, "a", "ab"}) == 52
    assert drawing.tally["repeated"] == drawing.tries - 50


def test_words_that_were_made_before_are_among_all_that_can_come() -> None:
    drawing = Drawing(
        models()[0],
        TorchGenerator(1),
        constraint=Constraint(pattern="a[bc]"),
        repeats=False,
        made=["ab", "bb"],
    )

    batches = list(drawing.take(5))

    assert [word.word for batch in batches for word in batch.words] == ["ac"]
    assert batches[-1].over == "all 2 words as asked came."
    assert drawing.possible == 2


def test_words_that_the_model_cannot_make_are_not_waited_for() -> None:
    model = bigrams_of(["ab", "ba"])  # only a…b or b…a in turns, so of two letters these two

    with pytest.warns(ShortfallWarning, match="all 2 words as asked came"):
        made = generate(model, 9, constraint=Constraint(pattern="??"), repeats=False)

    assert sorted(made) == ["ab", "ba"]


@pytest.mark.parametrize("kind", [0, 1])
def test_tries_end_with_what_was_drawn_and_the_tally(kind: int) -> None:
    drawing = Drawing(
        models()[kind], TorchGenerator(1), constraint=Constraint(longest=3), repeats=False
    )

    (*_, last) = drawing.take(1000, tries=500)

    assert last.tries == 500
    assert sum(last.tally.values()) + len(drawing_words(models()[kind])) == 500
    assert str(last.over).startswith("500 were drawn, of which ")


def drawing_words(model: PredictingModel) -> list[str]:
    drawing = Drawing(model, TorchGenerator(1), constraint=Constraint(longest=3), repeats=False)
    return [word.word for batch in drawing.take(1000, tries=500) for word in batch.words]


def test_a_net_draws_letter_by_letter_so_that_it_can_be_stopped(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _, net = models()
    drawing = Drawing(net, TorchGenerator(1), constraint=Constraint(ends="aab", shortest=6))
    looks, predict = 0, net.predict

    def look(x: Any) -> Any:
        nonlocal looks
        looks += 1
        return predict(x)

    monkeypatch.setattr(net, "predict", look)
    batches = []
    for batch in drawing.take(1000):
        batches.append(batch)
        assert looks == len(batches)
        if batch.tries:
            break

    *letters, first = batches
    assert not any(batch.words for batch in letters)
    assert first.tries == BLOCK
    assert first.over is None
    assert sum(first.tally.values()) == BLOCK - len(first.words)


def test_a_word_that_does_not_end_is_dropped_where_something_is_asked() -> None:
    P = np.array([[0.0, 0.5, 0.5], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
    net = PredictingModel(Vocabulary("ab"), P, np.tile(np.arange(3), (3, 1)))
    drawing = Drawing(net, TorchGenerator(1), constraint=Constraint(), max_length=20)

    made = [word.word for batch in drawing.take(20) for word in batch.words]

    assert made == ["a"] * 20
    assert set(drawing.tally) == {"did not end"}


# Impossible


@pytest.mark.parametrize("kind", [0, 1])
def test_a_start_that_the_model_rules_out_is_an_error(kind: int) -> None:
    chain = bigrams_of(["ab", "ba"])
    model = (chain, PredictingModel(chain.vocabulary, chain.P, chain.after))[kind]

    with pytest.raises(ConstraintError, match="never makes a word that starts with 'aa'") as caught:
        generate(model, 1, constraint=Constraint(starts="aa"))

    assert caught.value.settings == ("starts",)
    assert isinstance(caught.value, MakemoreError)


def test_words_that_all_stand_in_the_list_are_an_error() -> None:
    with pytest.raises(
        ConstraintError, match=r"All 2 words .* follows the pattern 'a\[bc\]' stand"
    ):
        generate(models()[0], 1, constraint=Constraint(pattern="a[bc]", new_to=["ab", "ac"]))


@pytest.mark.parametrize("kept", [{"shortest": 1001}, {"starts": "ab" * 501}])
def test_words_longer_than_any_that_is_made_are_an_error(kept: dict[str, Any]) -> None:
    for model in models():
        with pytest.raises(ConstraintError, match=r"Words of 1,00[12] letters .* after 1,000"):
            generate(model, 1, constraint=Constraint(**kept))


@pytest.mark.parametrize(
    ("settings", "name"),
    [
        ({"count": -1}, "count"),
        ({"count": 1.5}, "count"),
        ({"top_k": 0}, "top_k"),
        ({"top_k": 2.0}, "top_k"),
        ({"temperature": 0.0}, "temperature"),
    ],
)
def test_a_setting_out_of_range_is_an_error(settings: dict[str, Any], name: str) -> None:
    for model in models():
        for constraint in (None, Constraint(ends="a")):
            with pytest.raises(SettingError) as caught:
                generate(model, **{"count": 1, "constraint": constraint, **settings})
            assert caught.value.setting == name


# Capitals


@pytest.mark.parametrize("kind", [ChainModel, PredictingModel])
def test_a_folded_model_asks_in_small_letters_and_answers_with_capitals(
    kind: type[PredictingModel],
) -> None:
    chain = bigrams_of(["anna", "ann-abba", "bann"], smoothing=0.1)
    model = kind(chain.vocabulary, chain.P, chain.after, Case(True))
    kept = Constraint(starts="An", new_to=["ANNA"], longest=6)

    made = generate(model, 200, TorchGenerator(1), constraint=kept, repeats=False)

    assert all(word.startswith("An") for word in made)
    assert "Anna" not in made
    assert any("-A" in word for word in made)
    assert not any("-a" in word for word in made)
