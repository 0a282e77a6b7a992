"""What holds for every model in the registry; a new one is tested by its line there."""

from __future__ import annotations

from collections import Counter
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from makemore import Constraint, TorchGenerator, Vocabulary, generate
from makemore.evaluation import evaluate, symbol_log_probs
from makemore.models import MODELS, kind_of
from makemore.storage import read_file, save, write_file
from makemore.training import fit
from tests.unit.oracles import word_obeys

WORDS = ["ada", "bada", "cab", "dacab", "abba", "bacd", "cada", "dab", "acd", "babad", "caca", "ad"]
VOCABULARY = Vocabulary("abcd")
TINY: dict[str, Any] = {
    "steps": 3,
    "learning_rate": 0.01,
    "batch_size": 4,
    "embedding": 8,
    "hidden": 8,
    "layers": 1,
    "heads": 2,
    "context": 4,
}


@cache
def fitted(kind: str, **others: Any) -> Any:
    tiny = {**TINY, **others}
    settings = {name: value for name, value in tiny.items() if name in MODELS[kind].settings}
    return fit(kind, WORDS, vocabulary=VOCABULARY, **settings)


def texts(T: int) -> npt.NDArray[np.intp]:
    """Some rows of words, (20, T), each from its start."""
    x = np.random.RandomState(T).randint(1, 5, (20, T))
    x[:, 0] = 0
    return x.astype(np.intp)


TRAINABLE = [kind for kind in MODELS if hasattr(MODELS[kind].load(), "loss_and_gradients")]
every_model = pytest.mark.parametrize("kind", list(MODELS))


@every_model
@pytest.mark.parametrize("T", [1, 3, 12])
def test_what_comes_next_sums_to_one(kind: str, T: int) -> None:
    P = fitted(kind).predict(texts(T))

    assert P.shape == (20, 5)
    assert P.dtype == np.float64
    assert (P >= 0).all()
    np.testing.assert_allclose(P.sum(axis=1), 1, atol=1e-9)


@every_model
@pytest.mark.parametrize("T", [5, 20])
def test_log_prob_is_predict_symbol_by_symbol(kind: str, T: int) -> None:
    model, x = fitted(kind), texts(T)
    y = np.column_stack([x[:, 1:], np.zeros(len(x), dtype=np.intp)])
    y[3:, T // 2 :] = -1

    found = model.log_prob(x, y)

    with np.errstate(divide="ignore"):
        for t in range(T):
            rows = np.arange(len(x))
            wanted = np.log(model.predict(x[:, : t + 1])[rows, y[:, t]])
            wanted[y[:, t] < 0] = 0
            np.testing.assert_allclose(found[:, t], wanted, rtol=1e-4, atol=1e-5)


@every_model
def test_a_model_made_from_its_state_gives_the_same_bits(kind: str) -> None:
    model, x = fitted(kind), texts(6)

    again = type(model).from_state(VOCABULARY, model.state())

    assert np.array_equal(again.predict(x), model.predict(x))
    assert kind_of(again) == kind_of(model)
    config, arrays = again.state()
    assert config == model.state().config
    assert all(np.array_equal(arrays[name], array) for name, array in model.state().arrays.items())


@every_model
def test_a_model_that_is_trained_again_learns_the_words_that_it_is_given(kind: str) -> None:
    others = ["dcdc", "ddcd", "cddc"] * 4
    few: dict[str, Any] = {"steps": 50} if "steps" in MODELS[kind].settings else {}
    few |= {"learning_rate": 5} if kind == "bigram-net" else {}
    model: Any = fit(kind, WORDS, vocabulary=VOCABULARY, **few)
    before = evaluate(model, others)

    list(model.train(others, {**MODELS[kind].settings, **few}))

    assert evaluate(model, others) < before - 0.3


@every_model
def test_a_model_from_a_file_gives_the_same_bits(kind: str, tmp_path: Path) -> None:
    model, x = fitted(kind), texts(6)
    y = np.column_stack([x[:, 1:], np.zeros(len(x), dtype=np.intp)])

    write_file(tmp_path / "model", save(model))
    again: Any = read_file(tmp_path / "model")

    assert again.vocabulary == VOCABULARY
    assert again.reach == model.reach
    assert np.array_equal(again.predict(x), model.predict(x))
    assert np.array_equal(again.log_prob(x, y), model.log_prob(x, y))
    assert save(again) == save(model)


@every_model
def test_words_that_are_asked_for_come_as_often_as_they_are_likely(kind: str) -> None:
    model = fitted(kind, steps=60, learning_rate=10 if kind == "bigram-net" else 0.03)
    asked: dict[str, Any] = {"starts": "a", "without": "d", "shortest": 2, "longest": 4}
    every = ["".join(letters) for L in range(1, 6) for letters in product("abcd", repeat=L)]
    words = [word for word in every if word_obeys(word, **asked)]
    p = np.array([np.exp(symbol_log_probs(model, [word]).sum()) for word in words])

    made = Counter(generate(model, 1500, TorchGenerator(5), constraint=Constraint(**asked)))

    assert set(made) <= set(words)
    expected, found = 1500 * p / p.sum(), np.array([made[word] for word in words])
    rare = expected < 5
    cells = [*np.flatnonzero(~rare)[:, None], np.flatnonzero(rare)]
    E, N = (np.array([of[cell].sum() for cell in cells if len(cell)]) for of in (expected, found))
    chi_square, free = float(((N - E) ** 2 / E).sum()), len(E) - 1
    assert free > 10
    assert chi_square < highest_chi_square(free)


def highest_chi_square(free: int) -> float:
    """Give what chance exceeds once in a thousand times (Wilson and Hilferty 1931)."""
    part = 2 / (9 * free)
    return float(free * (1 - part + 3.09 * part**0.5) ** 3)


@pytest.mark.parametrize("kind", TRAINABLE)
@pytest.mark.parametrize("symbols", ["ab", "abcdefghijkl"])
def test_gradients_are_finite_differences(kind: str, symbols: str) -> None:
    defaults = MODELS[kind].settings
    settings = {**defaults, **{name: TINY[name] for name in TINY if name in defaults}}
    model: Any = MODELS[kind].load().start(["ab" * 4], Vocabulary(symbols), settings)
    random = np.random.RandomState(1)
    for p in model.parameters.values():  # so that every one of them matters
        p += (0.3 * random.standard_normal(p.shape)).astype(np.float32)
    x, y = random.randint(0, len(symbols) + 1, (2, 4, 9)).astype(np.intp)
    x[:, 0], y[0, 4:], y[1, 2], y[2] = 0, -1, -1, -1  # some of it does not count
    _, gradients = model.loss_and_gradients(x, y)

    for name, gradient in gradients.items():
        p, length = model.parameters[name], float(np.linalg.norm(gradient))
        kept, along = p.copy(), gradient / length
        p[:] = kept + 0.01 * along
        above, _ = model.loss_and_gradients(x, y)
        p[:] = kept - 0.01 * along
        below, _ = model.loss_and_gradients(x, y)
        p[:] = kept
        assert (above - below) / 0.02 == pytest.approx(length, rel=1e-2), name


@every_model
def test_nothing_beyond_the_reach_matters(kind: str) -> None:
    model = fitted(kind)
    x = texts(12)
    if model.reach is None:
        return
    other = x.copy()
    other[:, 1 : 12 - model.reach] = 5 - other[:, 1 : 12 - model.reach]

    np.testing.assert_allclose(model.predict(other), model.predict(x), atol=1e-6)


@every_model
def test_a_chain_predicts_what_the_model_does(kind: str) -> None:
    model, x = fitted(kind), texts(9)
    chain = model.chain() if hasattr(model, "chain") else None
    finite = kind in ("bigram", "bigram-net", "ngram", "auto")
    assert (chain is not None) or not finite
    if chain is None:
        return
    state = np.zeros(len(x), dtype=np.intp)
    for t in range(x.shape[1]):
        state = np.zeros_like(state) if t == 0 else chain.next[state, x[:, t]]
        np.testing.assert_allclose(chain.P[state], model.predict(x[:, : t + 1]), atol=1e-12)
    assert (np.asarray(chain.next)[:, 0] == 0).all()
    assert np.asarray(chain.next).max() < chain.size
