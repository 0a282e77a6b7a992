"""Models that are given away and taken back: a net under way, and files."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from makemore.errors import MakemoreError, StorageError, TrainingError
from makemore.evaluation import evaluate
from makemore.safetensors_format import write_tensors
from makemore.session.actions import ACTIONS
from makemore.session.dispatch import advance, dispatch, stop
from tests.unit.session.asking import Session, run

WORDS = "\n".join(a + b + c for a in "abc" for b in "deaf" for c in "gab").encode()


def new_session() -> Session:
    session = Session()
    session.load("small", WORDS)
    return session


def trained_in_part(session: Session, kind: str, settings: dict[str, Any]) -> None:
    """Train until some steps are done, and stop."""
    begun = dispatch(session.state, "train", {"kind": kind, "settings": settings})
    for _ in range(3):
        advance(session.state, begun["stream"])
    stop(session.state, begun["stream"])


NETS = {
    "bigram-net": {"steps": 40, "learning_rate": 1},
    **{kind: {"steps": 60} for kind in ("bow", "mlp", "rnn", "gru", "transformer")},
}


@pytest.mark.parametrize("kind", NETS)
def test_a_net_under_way_goes_on_in_another_python_bit_for_bit(kind: str) -> None:
    session = new_session()
    trained_in_part(session, kind, NETS[kind])
    saved = session.checkpoint(kind)
    other = new_session()

    other.restore_model(saved)

    assert (
        other.resume(kind, NETS[kind])["held_out"] == session.resume(kind, NETS[kind])["held_out"]
    )
    assert other.save_model(kind) == session.save_model(kind)  # every weight
    make = {"kind": kind, "seed": 1, "count": 10}
    assert other.make(**make)["drawn"] == session.make(**make)["drawn"]


def test_a_net_that_comes_back_writes_capitals_as_its_list_does() -> None:
    session, other = Session(), Session()
    for each in (session, other):
        each.load("names", WORDS.title())
    trained_in_part(session, "gru", NETS["gru"])

    other.restore_model(session.checkpoint("gru"))

    reports, _ = run(ACTIONS["make"](other.state, "gru"))
    words = [word["word"] for report in reports for word in report["words"]]
    assert any(words)
    assert all(word == word.capitalize() for word in words)


def test_a_net_is_of_no_use_on_another_list() -> None:
    session = new_session()
    trained_in_part(session, "bigram-net", NETS["bigram-net"])
    saved = session.checkpoint("bigram-net")
    other = Session()
    other.load("other", WORDS + b"\nbad\ncab\nfed")

    with pytest.raises(TrainingError, match="another list"):
        other.restore_model(saved)


def test_a_net_of_the_whole_list_goes_on_with_the_whole_list() -> None:
    session, other = new_session(), new_session()
    session.train("bigram-net", {"steps": 3}, whole=True)

    card = other.restore_model(session.checkpoint("bigram-net"))

    assert (card["whole"], card["held_out"]) == (True, None)
    goes_on, went_on = (each.resume("bigram-net", {"steps": 6}) for each in (other, session))
    assert goes_on["train"] == went_on["train"]


def test_a_model_with_weights_of_its_own_comes_back_as_it_was() -> None:
    session, other = new_session(), new_session()
    session.train("auto")
    session.more_like(["dad"])
    session.train("gru", {"steps": 5})
    session.train("mix")
    session.train("ngram", {"order": "3"})
    session.open_model(session.save_model("ngram"))

    for kind in ("auto", "mix", "ngram"):
        card = other.restore_model(without_none(session.checkpoint(kind)))

        assert without_none({**session.card(kind), "losses": []}) == without_none(card)
        make = {"kind": kind, "seed": 1, "count": 10}
        assert other.make(**make)["drawn"] == session.make(**make)["drawn"]
        assert other.save_model(kind) == session.save_model(kind)


def without_none(plain: Any) -> Any:
    """Leave out what is None, as a file of a project does."""
    if not isinstance(plain, dict):
        return plain
    return {name: without_none(value) for name, value in plain.items() if value is not None}


def test_what_was_kept_of_a_model_may_be_damaged() -> None:
    session = new_session()
    session.train("gru", {"steps": 5})
    session.train("bigram")
    run, model = session.checkpoint("gru"), session.checkpoint("bigram")
    deep = "[" * 50_000
    damaged: list[dict[str, Any]] = [
        {},
        {"trained": run["trained"], "run": {}},
        {"trained": run["trained"], "run": {"tensors": b"x"}},
        {"trained": run["trained"], "run": {"tensors": write_tensors({}, {"config": deep})}},
        {"trained": run["trained"], "model": model["model"]},
        {"trained": {**model["trained"], "kind": "none"}, "model": model["model"]},
        {"trained": {**model["trained"], "kind": {}}, "model": model["model"]},
        {"trained": model["trained"], "model": 3},
        {"trained": [], "model": model["model"]},
    ]

    for saved in damaged:
        with pytest.raises(StorageError):
            session.restore_model(saved)

    assert session.card("gru")["kind"] == "gru"


@pytest.mark.parametrize("kind", ["bigram", "ngram", "gru"])
def test_a_model_comes_back_from_its_file(kind: str) -> None:
    session = new_session()
    session.train(kind, {"steps": 5} if kind == "gru" else {})
    other = new_session()

    card = other.open_model(session.save_model(kind))

    assert (card["kind"], card["note"]) == (kind, "from a file")
    for same in ("name", "settings", "held_out"):
        assert card[same] == session.card(kind)[same]
    make = {"kind": kind, "seed": 1, "count": 10}
    assert other.make(**make)["drawn"] == session.make(**make)["drawn"]


@pytest.mark.parametrize(
    ("kind", "shown"),
    [("bigram-net", "bigram-net"), ("bigram-logits", "bigram-net"), ("mlp", "mlp"), ("gru", "gru")],
)
def test_a_net_from_a_file_goes_on_learning_from_where_it_was(kind: str, shown: str) -> None:
    session = new_session()
    session.train(kind, {**NETS.get(kind, {}), "steps": 20})
    other = new_session()

    card = other.open_model(session.save_model(kind))
    reports, _ = run(ACTIONS["resume"](other.state, shown, {**NETS[shown], "steps": 40}))

    assert (card["kind"], card["step"]) == (shown, 0)
    first = next(loss for report in reports for loss in report["losses"])
    assert first == pytest.approx(card["train"], abs=0.3)
    assert reports[-1]["step"] > 10
    learned = other.state.need_list()
    assert evaluate(learned.trained[shown].model, learned.words) < card["train"]


def test_what_a_file_says_of_its_model_holds_for_its_list_only() -> None:
    session, other = new_session(), Session()
    session.train("ngram", {"order": "3"})
    other.load("another", WORDS + b"\nbad\ncab")

    card = other.open_model(session.save_model("ngram"))

    assert (card["name"], card["settings"]["order"]) == ("N-gram, order 3", 3)
    assert card["held_out"] is None
    assert card["train"] > 0


@pytest.mark.parametrize("many", [2000, 1])
@pytest.mark.parametrize("kind", ["bigram", "bigram-net"])
def test_a_model_of_a_larger_list_is_asked_in_its_own_symbols(
    kind: str, many: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("makemore.models.bigram.DENSE_SYMBOLS", many)
    larger, session = Session(), Session()
    larger.load("larger", b"abel\nemma\nmama\nava\nzoe")
    larger.train(kind, {}, whole=True)
    session.load("names", b"emma\nmama\nava")
    session.open_model(larger.save_model(kind))
    model = session.state.need_list().trained[kind].model

    of = {"bigram": "counting", "bigram-net": "gradient"}[kind]
    scored, tables = session.score("emma", of), session.tables()

    assert scored["mean_nll"] == pytest.approx(evaluate(model, ["emma"]))
    a, v = (tables["symbols"].index(symbol) for symbol in "av")
    P = model.predict(np.array([[0, model.vocabulary.index("a")]]))[0]
    assert tables[of][a][v] == pytest.approx(P[model.vocabulary.index("v")])


def test_a_net_of_a_larger_list_is_shown_and_kept_with_its_own_symbols() -> None:
    larger, session = Session(), Session()
    larger.load("larger", b"abel\nemma\nmama\nava\nzoe")
    larger.train("gru", {"steps": 2})
    session.load("names", b"emma\nmama\nava")
    session.open_model(larger.save_model("gru"))
    session.resume("gru", {"steps": 2})

    assert session.inside_matrix("gru", "wte.weight")["rows"] == list(".abelmovz")

    model = session.state.need_list().trained["gru"].model
    session.restore_model(session.checkpoint("gru"))
    again = session.state.need_list().trained["gru"].model
    assert evaluate(again, ["emma", "zoe"]) == evaluate(model, ["emma", "zoe"])


def test_a_model_of_other_symbols_is_refused() -> None:
    session = new_session()
    session.train("bigram")
    other = Session()
    other.load("greek", "αβγ\n".encode())

    with pytest.raises(MakemoreError, match="does not know 'α', 'β', 'γ' of the list"):
        other.open_model(session.save_model("bigram"))


def test_a_project_stands_in_the_file_of_its_model() -> None:
    session = new_session()
    session.train("bigram")

    data = session.save_project("bigram", '{"stars": ["abe"]}')

    assert json.loads(Session().open_project(data)) == {"stars": ["abe"]}
    assert new_session().open_model(data)["kind"] == "bigram"
    with pytest.raises(StorageError, match="no project"):
        session.open_project(session.save_model("bigram"))
