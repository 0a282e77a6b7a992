from __future__ import annotations

import gc
import json
import weakref
from typing import Any

import numpy as np
import pytest

from makemore.errors import MakemoreError, VocabularyError
from makemore.inside.words import rows_of_word
from makemore.session import inside
from makemore.session.comparing import compare
from tests.unit.inside.nets import SIZES, WORDS
from tests.unit.session.asking import Session

NETS = ["bow", "mlp", "rnn", "gru", "transformer"]


@pytest.fixture(scope="module")
def session() -> Session:
    session = Session()
    session.load("names", "\n".join(WORDS * 3).encode())
    session.train("ngram", {"order": 3, "smoothing": "kneser-ney"})
    session.train("auto")
    for kind in NETS:
        described = next(model for model in session.models() if model["kind"] == kind)
        names = {setting["name"] for setting in described["settings"]}
        sizes = {name: size for name, size in SIZES.items() if name in names}
        session.train(kind, {**sizes, "steps": 2})
    return session


def test_a_word_is_judged_by_all_models_that_are_trained(session: Session) -> None:
    seen = session.inside_word(" menna ", 2)
    assert seen["word"] == "menna"
    assert seen["letters"] == ["m", "e", "n", "n", "a", "."]
    kinds = [model["kind"] for model in seen["models"]]
    assert kinds == ["auto", "bigram", "ngram", *NETS]
    for model in seen["models"]:
        trained = session.state.need_list().trained.get(model["kind"])
        if trained is not None:
            logs = trained.model.log_prob(*rows_of_word("menna", trained.model.vocabulary))
            np.testing.assert_allclose(model["surprises"], -logs[0])
        after = seen["symbols"].index(seen["letters"][2])
        assert -np.log(model["next"][after]) == pytest.approx(model["surprises"][2], abs=1e-4)
    assert "def letter_surprises" in code_in(seen["code"])


def code_in(code: list[dict[str, Any]]) -> str:
    return "".join(text for part in code for _, text in part["pieces"])


@pytest.mark.parametrize("kind", ["auto", "bigram", "ngram", *NETS])
@pytest.mark.parametrize("word", ["", "a", "amenna", "annannannannann"])
def test_every_picture_is_plain_and_has_a_name_for_each_number(
    session: Session, kind: str, word: str
) -> None:
    seen = session.inside(kind, word, len(word))
    json.dumps(seen, allow_nan=False)
    assert [picture["key"] for picture in seen["pictures"]] != [] or kind == "bigram"
    for picture in seen["pictures"]:
        values = picture["values"]
        assert len(picture["rows"]) == len(values)
        assert picture["title"]
        assert picture["text"]
        if picture["form"] == "bars":
            assert all(isinstance(value, float) for value in values)
        elif picture["form"] == "table":
            assert all(len(row) == len(picture["columns"]) for row in values)
        else:
            assert np.shape(values) == (len(picture["rows"]), len(picture["columns"]))
    grouped = [picture for picture in seen["pictures"] if not picture["group"]]
    assert all("def " in code_in(picture["code"]) for picture in grouped)


@pytest.mark.parametrize("kind", NETS)
def test_every_parameter_stands_in_a_block_and_opens(session: Session, kind: str) -> None:
    model = session.state.need_list().trained[kind].model
    parameters: dict[str, Any] = model.parameters  # type: ignore[attr-defined]
    seen = session.inside(kind, "anna")["blocks"]
    named = [name for block in seen for name, _, _ in block["parameters"]]
    assert sorted(named) == sorted(parameters)
    for name in named:
        picture = session.inside_matrix(kind, name)
        values = np.array(picture["values"])
        assert values.shape == (len(picture["rows"]), len(picture["columns"]))
        whole = np.atleast_2d(parameters[name])
        np.testing.assert_allclose(values, whole[: len(values)])


def test_a_letter_is_drawn_as_the_seed_says(session: Session) -> None:
    draws = [session.inside_draw("ngram", "men", 3, seed) for seed in range(40)]
    assert draws[3] == session.inside_draw("ngram", "men", 3, 3)
    assert {draw["symbol"] for draw in draws} <= {"n", "a", "e", "m", "."}
    assert {draw["word"] for draw in draws if not draw["ended"]} >= {"menn"}
    seen = session.inside_word("men", 3)
    ngram = next(model for model in seen["models"] if model["kind"] == "ngram")
    for draw in draws:
        assert draw["p"] == pytest.approx(ngram["next"][seen["symbols"].index(draw["symbol"])])
        assert draw["position"] == (3 if draw["ended"] else 4)


def test_descent_meets_counting() -> None:
    session = Session()
    session.load("names", "\n".join(WORDS * 100).encode())
    first, later, last = (
        session.inside_descent(step, {"learning_rate": 5}, seed=1) for step in (0, 20, 300)
    )
    assert (last["step"], last["steps"], last["own"]) == (300, 300, False)
    assert first["divergence"] > later["divergence"] > last["divergence"]
    assert [len(seen["curve"]["loss"]) for seen in (first, later)] == [0, 20]
    assert len(last["words"]) == len(last["goals"]) == 5
    assert first["goals"] == last["goals"] != first["words"]
    np.testing.assert_allclose(np.sum(last["gradient"], axis=1), 1)
    assert session.inside_descent(20, {"learning_rate": 5}, seed=1) == later


def test_the_descent_that_is_seen_is_that_of_the_net_that_was_trained() -> None:
    session = Session()
    session.load("names", "\n".join(WORDS * 100).encode())
    planned = session.inside_descent(30, {"learning_rate": 5, "steps": 30, "weights_seed": 3})
    assert (planned["own"], planned["trained"]) == (False, False)

    session.train("bigram-net", {"learning_rate": 5, "steps": 30, "weights_seed": 3})
    seen = session.inside_descent()
    assert (seen["own"], seen["step"], seen["steps"]) == (True, 30, 30)
    assert (seen["paces"], seen["weights_seed"]) == ([[0, 5, 0.01]], 3)
    net: Any = session.state.need_list().need_model("bigram-net").model
    np.testing.assert_allclose(seen["gradient"], net.P)
    assert seen["curve"]["loss"] == net.run.losses
    # What Train does with these settings is what was told before.
    assert {**planned, "own": True, "trained": True} == seen
    # Of its own run are all steps, whatever stands in the form now.
    first = session.inside_descent(0, {"learning_rate": 9})
    assert (first["own"], first["steps"]) == (True, 30)

    session.train("bigram-net", {"learning_rate": 2, "steps": 7}, whole=True)
    again = session.inside_descent()
    assert (again["steps"], again["paces"]) == (7, [[0, 2, 0.01]])
    assert np.sum(again["counts"]) > np.sum(seen["counts"])
    session.resume("bigram-net", {"learning_rate": 1, "steps": 3})
    assert session.inside_descent()["paces"] == [[0, 2, 0.01], [7, 1, 0.01]]


def test_a_net_that_compare_trains_is_seen_meanwhile_and_its_descent_afterwards() -> None:
    session = Session()
    session.load("names", "\n".join(WORDS * 100).encode())
    typed = {"bigram-net": {"learning_rate": 5, "steps": 40}}
    seen: dict[str, list[str]] = {"bigram-net": [], "gru": []}
    for report in compare(session.state, {"net_steps": 20}, models=typed):
        row = report["row"]
        if row["kind"] in seen and row["state"] == "training" and row["step"] > 0:
            seen[row["kind"]].append(session.inside(row["kind"], "anna")["name"])
            assert row["kind"] in {m["kind"] for m in session.inside_word("anna")["models"]}
            descent = session.inside_descent()
            assert descent["own"]
            assert descent["steps"] == (row["step"] if row["kind"] == "bigram-net" else 20)
    assert set(seen["gru"]) == {"GRU, as Compare trains it"}
    assert set(seen["bigram-net"]) == {"Bigram net, as Compare trains it"}
    assert session.inside("gru", "anna")["name"] == "GRU"
    last = session.inside_descent()
    assert (last["own"], last["step"], last["same"]) == (True, 20, True)
    net: Any = session.state.need_list().need_model("bigram-net").model
    np.testing.assert_allclose(last["gradient"], net.P)


def test_the_run_of_a_net_from_a_file_is_not_known() -> None:
    session = Session()
    session.load("names", "\n".join(WORDS * 100).encode())
    session.train("bigram-net", {"steps": 7, "learning_rate": 5})
    session.open_model(session.save_model("bigram-net"))
    seen = session.inside_descent(2, {"steps": 5})
    assert (seen["own"], seen["trained"], seen["steps"]) == (False, True, 5)
    # What it is trained for from here on is not known from its first step on either.
    session.resume("bigram-net", {"steps": 3, "learning_rate": 5})
    assert not session.inside_descent(2)["own"]


def test_a_list_that_is_not_in_use_any_more_is_given_back_with_what_was_seen_of_it() -> None:
    session = Session()
    session.load("names", "\n".join(WORDS).encode())
    session.inside_descent()
    session.train("ngram", {"order": 3})
    session.inside("ngram", "anna")
    kept = weakref.ref(session.state.need_list())
    model = weakref.ref(session.state.need_list().need_model("ngram").model)
    session.load("other", b"ada\n")
    session.load("third", b"bea\n")
    gc.collect()
    assert kept() is None
    assert model() is None


def test_descent_of_too_many_symbols_is_refused() -> None:
    session = Session()
    session.load("large", "".join(map(chr, range(0x4E00, 0x4E00 + 2500))).encode())

    with pytest.raises(MakemoreError, match="up to 2,000 symbols"):
        session.inside_descent(0)


def test_of_a_large_matrix_so_many_rows_are_given_as_can_be_shown(session: Session) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(inside, "_WIDEST", 16)
        picture = session.inside_matrix("gru", "wte.weight")

    assert np.shape(picture["values"]) == (2, 8)
    assert picture["text"].endswith("The first 2 rows of 5.")


def test_what_cannot_be_seen_is_said(session: Session) -> None:
    with pytest.raises(VocabularyError, match="z"):
        session.inside_word("zoe")
    with pytest.raises(MakemoreError, match="not trained"):
        session.inside("bigram-net", "anna")
    with pytest.raises(MakemoreError, match="no parameter"):
        session.inside_matrix("gru", "nothing")
    with pytest.raises(MakemoreError, match="up to 60"):
        session.inside_word("a" * 61)
    assert session.inside_descent(301)["step"] == session.inside_descent(300)["step"] == 300
