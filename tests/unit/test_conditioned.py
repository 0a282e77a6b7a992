"""A chain under a constraint: exact weights, checked by enumerating all words."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from makemore import conditioned
from makemore.constraints import Constraint
from makemore.errors import ConstraintError
from makemore.sampling import Drawing, constraint_probability, generate
from makemore.torch_generator import Era, TorchGenerator
from makemore.vocabulary import Vocabulary
from tests.unit.chains import ChainModel, PredictingModel, bigrams_of, random_table
from tests.unit.oracles import word_obeys, words_with_probabilities
from tests.unit.test_constraints import asked

ABC = Vocabulary("abc")
LONGEST = 5


def model_of(seed: int, zeros: float = 0.0, C: int = 4) -> ChainModel:
    return ChainModel(ABC, *random_table(seed, C, 4, zeros))


def expected(model: PredictingModel, **kept: Any) -> dict[str, float]:
    words = words_with_probabilities(model.P, model.after, ABC.symbols, LONGEST)
    return {word: p for word, p in words.items() if p > 0 and word_obeys(word, **kept)}


# How likely a constraint is


@given(asked, st.integers(0, 1000), st.sampled_from([0.0, 0.5]))
def test_the_probability_is_the_sum_of_that_of_all_words(
    kept: dict[str, Any], seed: int, zeros: float
) -> None:
    kept = {"longest": LONGEST, **kept}
    model = model_of(seed, zeros)
    try:
        probability = constraint_probability(model, Constraint(**kept))
    except ConstraintError:
        assume(False)

    assert probability == pytest.approx(sum(expected(model, **kept).values()), rel=1e-12)


@given(asked, st.integers(0, 1000))
def test_without_a_longest_the_weights_are_a_fixed_point(kept: dict[str, Any], seed: int) -> None:
    kept.pop("longest", None)
    model = model_of(seed)
    try:
        endless = constraint_probability(model, Constraint(**kept))
    except ConstraintError:
        assume(False)

    # No word of 400 letters is likelier than the end's least share allows: 1e-12 and less.
    assert endless == pytest.approx(
        constraint_probability(model, Constraint(**kept, longest=400)), rel=2e-12
    )


def test_a_longest_that_hardly_any_word_reaches_takes_no_more_memory() -> None:
    model = model_of(3, C=2000)
    kept: dict[str, Any] = {"ends": "ca", "shortest": 3}

    bounded = Drawing(model, TorchGenerator(1), constraint=Constraint(**kept, longest=100_000))

    assert bounded.note is None
    assert bounded.probability == pytest.approx(
        constraint_probability(model, Constraint(**kept)), rel=2e-12
    )


def test_the_fixed_point_of_one_letter_is_a_geometric_sum() -> None:
    aa = ChainModel(Vocabulary("a"), np.array([[0.25, 0.75]]), np.zeros((1, 2), dtype=np.intp))

    assert constraint_probability(aa, Constraint(shortest=3)) == pytest.approx(0.75**3, rel=1e-12)
    assert constraint_probability(aa, Constraint(ends="aa")) == pytest.approx(0.75**2, rel=1e-12)
    assert constraint_probability(aa, Constraint(shortest=0)) == pytest.approx(1, rel=1e-12)


def test_words_that_never_end_do_not_count() -> None:
    # After b nothing but b comes, and no end.
    P = np.array([[0.0, 0.5, 0.5], [0.5, 0.25, 0.25], [0.0, 0.0, 1.0]])
    model = ChainModel(Vocabulary("ab"), P, np.tile(np.arange(3), (3, 1)))

    assert constraint_probability(model, Constraint()) == pytest.approx(0.5 * 0.5 / 0.75, rel=1e-12)
    assert constraint_probability(model, Constraint(contains="b")) == 0
    words = generate(model, 50, TorchGenerator(1), constraint=Constraint())
    assert {letter for word in words for letter in word} == {"a"}


def test_temperature_and_top_k_change_what_is_likely() -> None:
    P, after = np.array([[0.1, 0.6, 0.3], [0.5, 0.3, 0.2]]), np.array([[0, 1, 1], [0, 1, 1]])
    model = ChainModel(Vocabulary("ab"), P, after)
    hot = P**0.5 / (P**0.5).sum(axis=1, keepdims=True)
    ab = Constraint(pattern="ab")

    assert constraint_probability(model, ab) == pytest.approx(0.6 * 0.2 * 0.5)
    assert constraint_probability(model, ab, 2.0) == pytest.approx(
        hot[0, 1] * hot[1, 2] * hot[1, 0]
    )
    assert constraint_probability(model, ab, 1.0, 2) == 0
    assert constraint_probability(model, Constraint(pattern="ba"), 1.0, 2) == pytest.approx(
        0.3 / 0.9 * 0.3 / 0.8 * 0.5 / 0.8
    )


def test_only_contexts_that_can_be_reached_are_looked_at() -> None:
    P, after = random_table(0, 50, 4)
    asked_for: list[int] = []

    class Rows:
        def __getitem__(self, rows: Any, /) -> Any:
            asked_for.extend(rows.tolist())
            return P[rows]

    class Lazy(ChainModel):
        def chain(self) -> Any:
            return super().chain()._replace(P=Rows())

    lazy, whole = Lazy(ABC, P, after), ChainModel(ABC, P, after)
    kept = Constraint(starts="ab", longest=3)

    assert constraint_probability(lazy, kept) == constraint_probability(whole, kept)
    assert set(asked_for) == {0, after[0, 1], after[after[0, 1], 2]} | set(
        after[after[after[0, 1], 2]][1:].tolist()
    )


# What is drawn


def chi_square_per_degree(words: list[str], likely: dict[str, float]) -> float:
    """Compare frequencies; what is expected fewer than five times is taken together."""
    assert set(words) <= set(likely)
    total = sum(likely.values())
    observed = {word: words.count(word) for word in likely}
    many = [word for word, p in likely.items() if len(words) * p / total >= 5]
    few = [word for word in likely if word not in many]
    cells = [(observed[word], len(words) * likely[word] / total) for word in many]
    if few:
        rest = len(words) * sum(likely[word] for word in few) / total
        cells.append((sum(observed[word] for word in few), rest))
    if len(cells) < 2:
        return 1.0
    return sum((o - e) ** 2 / max(e, 1) for o, e in cells) / (len(cells) - 1)


KEPT: list[dict[str, Any]] = [
    {"longest": LONGEST},
    {"starts": "ab", "longest": LONGEST},
    {"ends": "c", "shortest": 3, "longest": LONGEST},
    {"contains": ("a", "bc"), "without": "", "longest": LONGEST},
    {"pattern": "?[ab]*c", "longest": LONGEST},
    {"only": "ab", "ends": "b", "shortest": 2, "longest": 4},
]


@pytest.mark.parametrize("era", [1, 2])
@pytest.mark.parametrize("kept", KEPT)
@pytest.mark.parametrize("exact", [True, False])
def test_words_come_as_often_as_enumeration_says(
    era: Era, kept: dict[str, Any], exact: bool
) -> None:
    table = random_table(5, 4, 4, 0.2)
    model = ChainModel(ABC, *table) if exact else PredictingModel(ABC, *table)

    words = generate(model, 3000, TorchGenerator(3, era=era), constraint=Constraint(**kept))

    assert len(words) == 3000
    assert chi_square_per_degree(words, expected(model, **kept)) < 2


@pytest.mark.parametrize("exact", [True, False])
def test_temperature_and_top_k_are_drawn_as_enumeration_says(exact: bool) -> None:
    P, after = random_table(6, 4, 4)
    shaped = P ** (1 / 0.8)
    shaped[np.arange(4), shaped.argmin(axis=1)] = 0
    shaped /= shaped.sum(axis=1, keepdims=True)
    model = ChainModel(ABC, P, after) if exact else PredictingModel(ABC, P, after)
    kept: dict[str, Any] = {"ends": "a", "longest": LONGEST}

    words = generate(model, 3000, TorchGenerator(4), 0.8, 3, constraint=Constraint(**kept))

    likely = expected(PredictingModel(ABC, shaped, after), **kept)
    assert chi_square_per_degree(words, likely) < 2


@given(asked, st.integers(0, 1000), st.sampled_from([0.0, 0.5]), st.sampled_from([1, 2]))
def test_all_words_that_are_drawn_are_as_asked(
    kept: dict[str, Any], seed: int, zeros: float, era: Era
) -> None:
    model = model_of(seed, zeros)
    try:
        words = generate(model, 20, TorchGenerator(seed, era=era), constraint=Constraint(**kept))
    except ConstraintError:
        assert not expected(model, **kept)
        return

    assert len(words) == 20
    assert all(word_obeys(word, **kept) for word in words)


def test_exact_draws_and_plain_rejection_agree_on_names(notebook_words: tuple[str, ...]) -> None:
    model = bigrams_of(notebook_words, smoothing=1)
    kept: dict[str, Any] = {"starts": "m", "ends": "a", "shortest": 4, "longest": 7}
    plain = PredictingModel(model.vocabulary, model.P, model.after)

    exact = generate(model, 3000, TorchGenerator(1), constraint=Constraint(**kept))
    rejected = generate(plain, 3000, TorchGenerator(2), constraint=Constraint(**kept))

    for words in (exact, rejected):
        assert all(word_obeys(word, **kept) for word in words)
    for place in range(1, 4):
        letters = [[word[place] for word in words] for words in (exact, rejected)]
        pairs = [(a.count(x), b.count(x)) for a, b in [letters] for x in model.vocabulary.symbols]
        cells = [(a, b) for a, b in pairs if a + b >= 10]
        assert sum((a - b) ** 2 / (a + b) for a, b in cells) / (len(cells) - 1) < 2
    lengths = [np.bincount([len(word) for word in words])[4:] for words in (exact, rejected)]
    assert ((lengths[0] - lengths[1]) ** 2 / (lengths[0] + lengths[1])).sum() / 3 < 3


# Memory


def test_what_passes_the_memory_is_drawn_by_rejection_and_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    model = model_of(1)
    kept: dict[str, Any] = {"starts": "ab", "ends": "c", "shortest": 3, "longest": LONGEST}
    exact = Drawing(model, TorchGenerator(1), constraint=Constraint(**kept))
    monkeypatch.setattr(conditioned, "MOST_BYTES", 100)

    drawing = Drawing(model, TorchGenerator(1), constraint=Constraint(**kept))
    (*_, last) = drawing.take(2000)

    assert exact.note is None
    assert exact.probability == constraint_expected(model, kept)
    assert drawing.probability is None
    assert "more than 200 MB" in str(drawing.note)
    assert set(last.tally) == {"too short", "too long", "wrong end"}
    assert constraint_probability(model, Constraint(**kept)) is None
    words = generate(model, 3000, TorchGenerator(1), constraint=Constraint(**kept))
    assert chi_square_per_degree(words, expected(model, **kept)) < 2


def constraint_expected(model: ChainModel, kept: dict[str, Any]) -> Any:
    return pytest.approx(sum(expected(model, **kept).values()), rel=1e-12)


def test_more_states_and_contexts_than_can_be_told_apart_are_left_to_rejection(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    model = model_of(1, C=200)
    monkeypatch.setattr(conditioned, "MOST_BYTES", 2000)

    assert constraint_probability(model, Constraint(contains=("ab", "bc"))) is None


@pytest.mark.parametrize("kept", [{"pattern": "[ab]aa"}, {"pattern": "aa[ab]"}])
def test_what_a_model_never_makes_is_an_error_without_the_memory_too(
    kept: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    model = bigrams_of(["ab", "ba"])
    monkeypatch.setattr(conditioned, "MOST_BYTES", 0)

    with pytest.raises(ConstraintError, match="its probability is 0"):
        generate(model, 1, constraint=Constraint(**kept))


def test_weights_that_do_not_settle_are_left_to_rejection() -> None:
    P = np.array([[0.0, 1.0, 0.0], [1e-9, 1 - 2e-9, 1e-9], [1.0, 0.0, 0.0]])
    model = ChainModel(Vocabulary("ab"), P, np.tile(np.arange(3), (3, 1)))

    assert constraint_probability(model, Constraint(ends="b")) is None


def test_a_large_alphabet_is_drawn_from_with_a_prefix() -> None:
    letters = [chr(0x4E00 + i) for i in range(3000)]
    words = ["".join(letters[i : i + 3]) for i in range(0, 3000, 3)]
    model = bigrams_of(words, smoothing=1e-6)

    made = generate(model, 5, TorchGenerator(1), constraint=Constraint(starts=letters[3]))

    assert made == ["".join(letters[3:6])] * 5
