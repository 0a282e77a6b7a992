"""All models side by side, as the page asks for them."""

from __future__ import annotations

import math
from typing import Any

import pytest

from makemore.corpus import split_different_words, split_words
from makemore.errors import MakemoreError, SettingError, TrainingError
from makemore.evaluation import evaluate, symbol_log_probs
from makemore.models import MODELS
from makemore.models.bow import BoW
from makemore.models.protocol import Model
from makemore.sampling import Drawing
from makemore.session import advance as advance_stream
from makemore.session import comparing, dispatch, stop
from makemore.session.comparing import LADDER, compare, compare_estimate
from makemore.session.making import make
from makemore.torch_generator import TorchGenerator
from makemore.usability import usable
from makemore.vocabulary import Vocabulary
from tests.unit.session.asking import Session, run

STEPS = "6"


@pytest.fixture(scope="module")
def words(notebook_words: tuple[str, ...]) -> list[str]:
    """Return a part of the notebook's list: enough to be held out from."""
    return list(notebook_words[:600])


@pytest.fixture
def session(words: list[str]) -> Session:
    return loaded(words)


@pytest.fixture(scope="module")
def done(words: list[str]) -> tuple[Session, dict[str, Any]]:
    session = loaded(words)
    return session, session.compare({"net_steps": STEPS})


def loaded(words: list[str]) -> Session:
    session = Session()
    session.load("names", "\n".join(words).encode())
    return session


def row_of(table: dict[str, Any], kind: str) -> dict[str, Any]:
    row: dict[str, Any] = next(row for row in table["rows"] if row["kind"] == kind)
    return row


def model_of(session: Session, kind: str) -> Model:
    """Return the table's own model."""
    comparison = session.state.need_list().comparison
    assert comparison is not None
    model = next(row.model for row in comparison.rows if row.kind == kind)
    assert model is not None
    return model


def without_times(table: dict[str, Any]) -> list[dict[str, Any]]:
    return [{**row, "seconds": None} for row in table["rows"]]


def test_all_eight_are_compared_in_the_order_of_their_ideas_and_then_mixed(
    done: tuple[Session, dict[str, Any]],
) -> None:
    _, table = done

    assert [row["kind"] for row in table["rows"]] == [*LADDER, "mix"]
    assert {row["state"] for row in table["rows"]} == {"done"}
    assert table["parts"] == [480, 60, 60]
    assert table["done"]
    assert table["uniform"] == math.log(27)
    assert table["verdict"]


@pytest.mark.parametrize("kind", LADDER)
def test_losses_are_those_of_a_model_trained_and_evaluated_by_hand(
    done: tuple[Session, dict[str, Any]], words: list[str], kind: str
) -> None:
    row = row_of(done[1], kind)
    train, held_out, test = split_words(words)
    entry = MODELS[kind]
    settings = {**entry.settings, **({"steps": int(STEPS)} if entry.net else {})}
    model = entry.load().start(train, Vocabulary.from_words(words), settings)
    for _ in model.train(train, settings, held_out):
        pass

    for part, name in ((train, "train"), (held_out, "held_out"), (test, "test")):
        assert row[name] == pytest.approx(evaluate(model, part), abs=1e-6)


def test_the_words_are_those_of_the_seed_and_the_shares_are_theirs(
    done: tuple[Session, dict[str, Any]], words: list[str]
) -> None:
    session, table = done
    row = row_of(table, "gru")
    model = model_of(session, "gru")

    drawing = Drawing(model, TorchGenerator(2147483647)).take(table["drawn"])
    made = [word.word for batch in drawing for word in batch.words]
    new = [word for word in made if word not in words]
    assert row["words"] == made[:5]
    assert row["new"] == len(new) / len(made)
    assert row["repeats"] == pytest.approx(1 - len(set(made)) / len(made))
    assert row["usable"] == sum(map(usable, new)) / len(made)


def test_the_mix_is_of_the_n_gram_and_the_best_net(done: tuple[Session, dict[str, Any]]) -> None:
    _, table = done
    mixed = row_of(table, "mix")
    nets = [row for row in table["rows"] if row["net"] and row["kind"] != "mix"]
    best = min(nets, key=lambda row: row["held_out"])

    assert [name for name, _ in mixed["shares"]] == [row_of(table, "ngram")["name"], best["name"]]
    assert sum(share for _, share in mixed["shares"]) == pytest.approx(1)
    assert mixed["held_out"] <= min(row_of(table, "ngram")["held_out"], best["held_out"]) + 1e-3


def test_what_is_stopped_anywhere_goes_on_to_the_same_table(
    session: Session, done: tuple[Session, dict[str, Any]]
) -> None:
    arguments: dict[str, Any] = {"settings": {"net_steps": STEPS}}
    table: dict[str, Any] = {"done": False}
    stops = 0
    while not table["done"]:
        stream = dispatch(session.state, "compare", arguments)["stream"]
        outcome = {}
        for _ in range(7 + stops // 4):  # reports, then Stop
            outcome = advance_stream(session.state, stream)
            if "report" not in outcome:
                break
        else:
            outcome = stop(session.state, stream)
            stops += 1
        table = outcome["value"]
        arguments = {"resume": True}

    assert stops > len(LADDER)
    assert without_times(table) == without_times(done[1])


def test_what_is_stopped_before_the_mix_is_not_done(words: list[str]) -> None:
    session = loaded(words[:100])
    stream = dispatch(session.state, "compare", {"settings": {"net_steps": "1"}})["stream"]
    while True:
        row = advance_stream(session.state, stream)["report"]["row"]
        if (row["kind"], row["state"]) == (LADDER[-1], "done"):
            break
    table = stop(session.state, stream)["value"]

    assert [row["state"] for row in table["rows"]] == ["done"] * len(LADDER)
    assert not table["done"]
    assert [row["kind"] for row in session.compare(resume=True)["rows"]] == [*LADDER, "mix"]


def test_one_that_outlives_its_list_says_nothing_of_the_next(words: list[str]) -> None:
    session = loaded(words[:100])
    stream = compare(session.state, {"net_steps": "1"})
    while next(stream)["row"]["kind"] != "ngram":
        pass
    session.load("other", b"anna\nbob\nclara\n")

    reports, table = run(stream)

    assert [row["state"] for row in table["rows"]] == ["done"] * (len(LADDER) + 1)
    assert {report["card"] for report in reports if report["row"]["state"] == "done"} == {None}
    assert session.cards() == []
    assert session.compared() is None


def test_the_mix_is_made_in_parts(words: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    measured: list[int] = []

    def measure(model: Model, words: list[str]) -> Any:
        measured.append(len(words))
        return symbol_log_probs(model, words)

    monkeypatch.setattr(comparing, "symbol_log_probs", measure)
    monkeypatch.setattr(comparing, "_SLICE", 4)
    monkeypatch.setattr(comparing, "_PAUSE", 0)
    reports, table = run(session_stream(loaded(words[:100]), {"net_steps": "1"}))

    while_mixed = [r for r in reports if r["row"]["kind"] == "mix" and r["row"]["step"] == 0]
    assert measured == [4, 4, 4, 4, 2, 2]
    # its two parts, three times that both are measured, and each round of the shares
    assert len(while_mixed) > 1 + 2 + 3 + 3
    assert sum(share for _, share in row_of(table, "mix")["shares"]) == pytest.approx(1)


def test_reports_follow_each_model_and_its_curve(session: Session) -> None:
    reports, table = run(session_stream(session, {"net_steps": STEPS}))

    curves = [report["curve"] for report in reports if report["curve"]]
    for kind in ("bow", "transformer"):
        losses = [loss for curve in curves if curve["kind"] == kind for loss in curve["losses"]]
        assert len(losses) == int(STEPS)
        held_out = [
            c["held_out"] for c in curves if c["kind"] == kind and c["held_out"] is not None
        ]
        assert held_out[-1] == pytest.approx(row_of(table, kind)["held_out"], abs=1e-5)
    assert [r["card"]["kind"] for r in reports if r["card"]] == [*LADDER, "mix"]


def session_stream(session: Session, settings: dict[str, Any]) -> Any:
    return compare(session.state, settings)


def test_the_split_can_be_changed_and_holds_for_other_training(session: Session) -> None:
    settings = {"net_steps": "1", "train_percent": "50", "held_out_percent": 30, "split_seed": "7"}
    table = session.compare(settings)

    assert table["parts"] == [300, 180, 120]
    assert session.train("ngram")["held_out"] == pytest.approx(row_of(table, "ngram")["held_out"])


def test_a_net_that_goes_on_after_the_split_was_changed_keeps_its_own(session: Session) -> None:
    session.train("gru", {"steps": 2})
    learned = session.state.need_list()
    train, held_out = learned.parts[:2]
    next(compare(session.state, {"train_percent": "50"}))

    card = session.resume("gru", {"steps": 2})

    assert learned.parts[0] != train
    gru = learned.trained["gru"]
    assert gru.model.run.step == 4  # type: ignore[attr-defined]
    assert card["held_out"] == pytest.approx(evaluate(gru.model, held_out), rel=1e-5)


def test_equal_words_can_be_kept_in_one_part(words: list[str]) -> None:
    twice = [*words[:60], *words[:40]]
    session = loaded(twice)
    settings = {"net_steps": "1", "different": "1"}
    stream = compare(session.state, settings)
    next(stream)
    table = session.compared()

    divided = split_different_words(twice)
    assert table["settings"]["different"] == 1
    assert table["parts"] == [len(part) for part in divided]
    assert not set(divided[1]) & set(divided[0])
    assert session.state.need_list().parts == divided
    plain = loaded(twice)
    next(compare(plain.state, {"different": "0"}))
    assert plain.compared()["parts"] == [80, 10, 10]


def test_without_a_test_part_nothing_is_said_of_it(session: Session) -> None:
    table = session.compare({"net_steps": "1", "train_percent": 90})

    assert table["parts"] == [540, 60, 0]
    assert {row["test"] for row in table["rows"]} == {None}


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"train_percent": "95"}, "held_out_percent"),
        ({"train_percent": "0"}, "train_percent"),
        ({"split_seed": "x"}, "split_seed"),
        ({"net_steps": "0"}, "net_steps"),
    ],
)
def test_refused_settings_are_named_and_change_nothing(
    session: Session, settings: dict[str, str], named: str
) -> None:
    with pytest.raises(SettingError) as caught:
        session.compare(settings)

    assert caught.value.setting == named
    assert session.compared() is None


def test_a_list_that_cannot_be_divided_is_refused() -> None:
    with pytest.raises(MakemoreError, match="too few to keep some of them away"):
        loaded(["emma"]).compare()


def test_there_must_be_something_to_resume(session: Session) -> None:
    with pytest.raises(MakemoreError, match="no comparison to go on with"):
        session.compare(resume=True)


def test_a_model_that_fails_says_why_and_the_others_go_on(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise TrainingError("The loss rises.")

    monkeypatch.setattr(BoW, "train", fail)
    table = session.compare({"net_steps": "1"})

    assert (row_of(table, "bow")["state"], row_of(table, "bow")["message"]) == (
        "failed",
        "The loss rises.",
    )
    assert row_of(table, "gru")["state"] == "done"
    assert table["done"]


def test_forty_words_are_compared_with_a_warning(words: list[str]) -> None:
    table = loaded(words[:40]).compare({"net_steps": STEPS})

    assert table["parts"] == [32, 4, 4]
    assert all(math.isfinite(row["held_out"]) for row in table["rows"])
    assert "only 4 words were held out" in table["verdict"]


def test_the_estimate_times_each_net_and_leaves_everything_as_it_was(session: Session) -> None:
    reports, estimate = run(estimate_stream(session))

    nets = [kind for kind in LADDER if MODELS[kind].net]
    timed = {r["kind"]: r["seconds"] for r in reports if r["seconds"] is not None}
    assert timed == estimate["each"]
    assert list(timed) == nets
    # It can be stopped before the first step of each net, and between those that are timed.
    assert all(sum(r["kind"] == kind for r in reports) > 2 for kind in nets)
    assert estimate["seconds"] == pytest.approx(sum(estimate["each"].values()))
    assert all(seconds > 0 for seconds in estimate["each"].values())
    assert estimate["parts"] == [480, 60, 60]
    assert session.compared() is None
    assert session.cards() == []


def test_an_estimate_that_is_stopped_tells_no_time(session: Session) -> None:
    stream = dispatch(session.state, "compare_estimate", {})["stream"]
    reports = [advance_stream(session.state, stream)["report"] for _ in range(3)]

    assert {report["kind"] for report in reports} == {"bigram-net"}
    assert stop(session.state, stream) == {"value": None}


def estimate_stream(session: Session) -> Any:
    return compare_estimate(session.state)


def test_a_model_of_the_table_takes_the_place_of_makes_own(session: Session) -> None:
    own = session.train("ngram", {"order": 2})
    table = session.compare({"net_steps": "1"})
    assert session.card("ngram")["held_out"] == own["held_out"]

    used = session.use_compared("ngram")

    assert used["held_out"] == row_of(table, "ngram")["held_out"] != own["held_out"]
    assert run(make_stream(session))[1]["model"] == row_of(table, "ngram")["name"]


def make_stream(session: Session) -> Any:
    return make(session.state, "ngram", count=3)


def test_training_a_borrowed_net_on_leaves_the_table_alone(session: Session) -> None:
    table = session.compare({"net_steps": STEPS})
    session.resume("gru", {"steps": 3})

    assert session.compared() == table
    held_out = split_words(session.state.need_list().words)[1]
    assert evaluate(model_of(session, "gru"), held_out) == pytest.approx(
        row_of(table, "gru")["held_out"]
    )


def test_only_what_was_compared_can_be_used(session: Session) -> None:
    with pytest.raises(MakemoreError, match="not compared yet"):
        session.use_compared("gru")
