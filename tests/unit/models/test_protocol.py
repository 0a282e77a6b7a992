"""What holds for every model in the registry; a new one is tested by its line there."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from makemore import Vocabulary
from makemore.models import MODELS, kind_of
from makemore.training import fit

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
def fitted(kind: str) -> Any:
    settings = {name: value for name, value in TINY.items() if name in MODELS[kind].settings}
    return fit(kind, WORDS, vocabulary=VOCABULARY, **settings)


def texts(T: int) -> npt.NDArray[np.intp]:
    """Some rows of words, (20, T), each from its start."""
    x = np.random.RandomState(T).randint(1, 5, (20, T))
    x[:, 0] = 0
    return x.astype(np.intp)


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
