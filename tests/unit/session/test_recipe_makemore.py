"""The recipe "As makemore.py": its whole run, as the page asks for it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from makemore.errors import MakemoreError, SettingError, TrainingError
from makemore.evaluation import evaluate
from makemore.makemore_run import KINDS
from makemore.session.actions import ACTIONS
from makemore.session.dispatch import advance, dispatch, stop
from tests.unit.conftest import FIXTURES
from tests.unit.session.asking import Session, run

NAMES = Path(__file__).resolve().parents[3] / "data" / "names.txt"
FEW = "\n".join(a + b + c for a in "abc" for b in "deaf" for c in "gab").encode()
SMALL = {"recipe": "makemore", "embedding": 4, "hidden": 4, "batch_size": 4}


@pytest.fixture(scope="module")
def names() -> Session:
    session = Session()
    session.load("names", NAMES.read_bytes())
    return session


@pytest.fixture
def few() -> Session:
    session = Session()
    session.load("few", FEW)
    return session


def printed(reports: list[Any]) -> list[str]:
    lines = [line for report in reports for line in report["facts"]["lines"]]
    return [re.sub(r" \| step time [\d.]+ms$", "", line) for line in lines]


def said(kind: str) -> dict[str, Any]:
    values: dict[str, Any] = json.loads((FIXTURES / "makemore.json").read_text("utf-8"))
    model: dict[str, Any] = values["models"][kind]
    return model


@pytest.mark.parametrize(("flag", "kind"), KINDS.items())
def test_the_page_trains_as_the_script_does_digit_for_digit(
    names: Session, flag: str, kind: str
) -> None:
    # Samples come at step 200: where steps are cheap they are tested as well.
    steps = 201 if kind in ("bow", "bigram-logits") else 11
    settings = {"recipe": "makemore", "steps": str(steps), "embedding": ""}
    settings = {name: text for name, text in settings.items() if kind != "bigram-logits" or text}

    reports, card = run(ACTIONS["train"](names.state, kind, settings))

    losses = [loss for report in reports for loss in report["losses"]]
    assert losses[:60] == pytest.approx(said(flag)["losses"][:steps], abs=1e-4)
    lines = printed(reports)
    assert lines == said(flag)["printed"][: len(lines)]
    assert len([line for line in lines if line.startswith("step")]) == steps // 10 + 1
    assert any("samples that are new" in line for line in lines) == (steps > 200)
    run_done = names.state.need_list().trained[kind]
    assert run_done.split is not None
    assert card["held_out"] == pytest.approx(evaluate(run_done.model, run_done.split[1]), abs=1e-6)
    assert len(run_done.split[1]) == 1000


def test_it_is_stopped_kept_and_goes_on_bit_for_bit(few: Session) -> None:
    settings = {**SMALL, "steps": 600}
    whole = Session()
    whole.load("few", FEW)
    told, _ = run(ACTIONS["train"](whole.state, "rnn", settings))
    stream = dispatch(few.state, "train", {"kind": "rnn", "settings": settings})["stream"]
    for _ in range(25):
        advance(few.state, stream)
    stop(few.state, stream)
    saved = few.checkpoint("rnn")
    other = Session()
    other.load("few", FEW)

    other.restore_model(saved)
    rest, card = run(ACTIONS["resume"](other.state, "rnn", settings))

    lines = printed(rest)
    assert lines == printed(told)[-len(lines) :]
    assert other.save_model("rnn") == whole.save_model("rnn")
    assert card["held_out"] == whole.card("rnn")["held_out"]


def test_it_goes_on_beyond_its_end_with_other_settings(few: Session) -> None:
    few.train("gru", {**SMALL, "steps": 30})

    reports, _ = run(ACTIONS["resume"](few.state, "gru", {**SMALL, "steps": 20, "batch_size": 2}))

    assert (reports[-1]["step"], reports[-1]["steps"]) == (50, 50)
    assert [line.split(" |")[0] for line in printed(reports)] == ["step 30", "step 40"]


def test_a_loss_that_rises_gives_back_the_net_before(few: Session) -> None:
    few.train("mlp", {**SMALL, "steps": 20})
    before = few.save_model("mlp")

    with pytest.raises(TrainingError, match="smaller learning rate") as error:
        few.train("mlp", {**SMALL, "steps": 90, "learning_rate": 1e4})

    assert few.save_model("mlp") == before
    assert isinstance(error.value.losses, list)


def test_its_split_is_its_own_so_it_is_mixed_with_nothing(few: Session) -> None:
    few.train("gru", {**SMALL, "steps": 5})

    with pytest.raises(MakemoreError, match="train one of the nets first"):
        few.train("mix")


def test_the_context_is_the_scripts(few: Session) -> None:
    with pytest.raises(SettingError, match="4 symbols here: leave Context empty"):
        few.train("mlp", {**SMALL, "context": 3})


def test_its_seed_is_the_scripts_unless_another_is_given(few: Session) -> None:
    def first(**settings: Any) -> float:
        reports, _ = run(ACTIONS["train"](few.state, "bow", {**SMALL, "steps": 1, **settings}))
        return float(next(loss for report in reports for loss in report["losses"]))

    assert first() == first(weights_seed=3407) != first(weights_seed=1)
