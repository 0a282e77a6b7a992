"""The lecture's further models: by hand, their gradients, and makemore.py's run, all confirmed."""

from __future__ import annotations

import json
import re
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from makemore.errors import SettingError
from makemore.lecture import Lecture
from makemore.makemore_run import clean_words
from makemore.session import State, advance, dispatch, stop
from tests.unit.conftest import FIXTURES
from tests.unit.session.asking import Session

ROOT = Path(__file__).resolve().parents[3]
COUNTS = (ROOT / "data" / "notebook_counts.csv").read_bytes()
KINDS = ("bow", "mlp", "rnn", "gru", "transformer")
every_kind = pytest.mark.parametrize("kind", KINDS)


@pytest.fixture(scope="module")
def names() -> list[str]:
    return clean_words((ROOT / "data" / "names.txt").read_text("utf-8"))


@pytest.fixture(scope="module")
def lecture(names: list[str]) -> Lecture:
    return Lecture(COUNTS, names)


def fixture(name: str) -> dict[str, Any]:
    values: dict[str, Any] = json.loads((FIXTURES / name).read_text("utf-8"))
    return values


def results(lecture: Lecture, step: str, **typed: object) -> dict[str, dict[str, Any]]:
    return {each["key"]: each for each in lecture.compute(step, typed)}


def samples_of(printed: list[str]) -> list[str]:
    """Take the first samples from what the script printed."""
    begin = next(i for i, line in enumerate(printed) if line.startswith("step 200 "))
    end = next(i for i, line in enumerate(printed) if line.startswith("step 210 "))
    return [line for line in printed[begin + 1 : end] if re.fullmatch("[a-z]+", line)]


def test_what_the_lecture_compares_with_is_the_fixtures(names: list[str]) -> None:
    reference = Lecture(COUNTS).reference
    script, nets = fixture("makemore.json"), fixture("makemore_nets.json")

    assert reference["words"] == len(names)
    assert reference["checksum"] == zlib.crc32("\n".join(names).encode())
    assert reference["small"]["sizes"] == list(nets["sizes"].values())
    assert (reference["small"]["x"], reference["small"]["y"]) == (nets["x"], nets["y"])
    for kind in KINDS:
        printed = script["models"][kind]["printed"]
        run, net = reference["runs"][kind], nets["models"][kind]
        assert run["losses"] == script["models"][kind]["losses"]
        assert run["words"] == samples_of(printed)
        assert f"model #params: {run['parameters']}" in printed
        split = "split up the dataset into {} training examples and {} test examples"
        assert split.format(*run["split"]) in printed
        assert reference["small"]["models"][kind] == {
            "loss": net["losses"][0],
            "parameters": net["parameters"],
            "gradients": net["gradients"],
        }


@every_kind
def test_by_hand_is_what_the_package_computes(lecture: Lecture, kind: str) -> None:
    there = results(lecture, f"{kind}-by-hand", word="isabella", weights_seed="7")

    assert there["loss"]["value"] == pytest.approx(there["own_loss"]["value"], rel=1e-5)
    np.testing.assert_allclose(np.sum(there["probs"]["value"], axis=1), 1, rtol=1e-5)
    assert there["probs"]["rows"] == list(".isabella")
    parameters = results(lecture, f"{kind}-by-hand")["parameters"]
    assert parameters["state"] == "agrees"
    assert parameters["said"] == "Agrees with makemore.py, exactly."


def test_a_bag_of_words_averages_and_attention_is_no_average(lecture: Lecture) -> None:
    triangle = np.array(results(lecture, "bow-by-hand")["triangle"]["value"])
    attention = np.array(results(lecture, "transformer-by-hand")["attention"]["value"])

    np.testing.assert_allclose(triangle[3], [0.25, 0.25, 0.25, 0.25, 0])
    np.testing.assert_allclose(attention.sum(axis=1), 1)
    assert (np.triu(attention, 1) == 0).all()
    other = results(lecture, "transformer-by-hand", head="2")["attention"]["value"]
    assert other != attention.tolist()


@every_kind
def test_the_gradient_is_pytorchs_and_that_of_a_nudge(lecture: Lecture, kind: str) -> None:
    there = results(lecture, f"{kind}-gradient")

    assert there["small_loss"]["state"] == there["gradient"]["state"] == "agrees"
    assert there["largest_gap"]["value"] < 1e-6
    assert there["nudged_gap"]["value"] < 1e-4
    said = fixture("makemore_nets.json")["models"][kind]["gradients"]
    assert there["numbers"]["value"] == sum(map(len, said.values()))


@every_kind
def test_any_array_can_be_chosen(lecture: Lecture, kind: str) -> None:
    said = fixture("makemore_nets.json")["models"][kind]["gradients"]
    for tensor in list(said)[-2:]:
        there = results(lecture, f"{kind}-gradient", tensor=tensor)
        rows = there["gradient"]["value"]
        assert [row[1] for row in rows] == pytest.approx(said[tensor][:12], abs=1e-6)
        assert there["nudged_gap"]["value"] < 1e-4


@every_kind
def test_the_first_losses_are_the_scripts(lecture: Lecture, kind: str) -> None:
    there = results(lecture, f"{kind}-run", steps="21")

    losses = there["script_losses"]
    assert losses["state"] == there["script_split"]["state"] == "agrees"
    assert losses["said"] == "All 21 values agree with makemore.py, within 0.0001."
    np.testing.assert_allclose(
        losses["value"], fixture("makemore.json")["models"][kind]["losses"][:21], atol=1e-4
    )
    assert there["script_words"]["value"] is None
    assert there["script_words"]["needs"] == "Not reached in so few steps."


@pytest.mark.parametrize("kind", ["rnn", "gru"])
def test_the_words_at_step_200_are_the_scripts(lecture: Lecture, kind: str) -> None:
    words = results(lecture, f"{kind}-run")["script_words"]

    assert words["value"] == samples_of(fixture("makemore.json")["models"][kind]["printed"])
    assert words["state"] == "agrees"


def test_another_list_is_trained_on_but_not_compared(names: list[str]) -> None:
    there = results(Lecture(COUNTS, names[:200]), "rnn-run", steps="3")

    assert len(there["script_losses"]["value"]) == 3
    assert there["script_losses"]["state"] == "needs-list"
    assert "US names" in there["script_losses"]["said"]


def test_other_inputs_are_not_compared(lecture: Lecture) -> None:
    losses = results(lecture, "rnn-run", steps="3", learning_rate="0.01")["script_losses"]

    assert losses["state"] == "other-inputs"
    assert losses["said"].startswith("Not compared: makemore.py had other inputs.")


@pytest.mark.parametrize(
    ("step", "name", "typed"),
    [
        ("gru-run", "steps", "0"),
        ("gru-run", "learning_rate", "0"),
        ("gru-gradient", "tensor", "wpe.weight"),
        ("gru-gradient", "nudge", "0"),
        ("transformer-by-hand", "head", "5"),
    ],
)
def test_bad_input_is_refused_by_name(lecture: Lecture, step: str, name: str, typed: str) -> None:
    with pytest.raises(SettingError) as error:
        lecture.compute(step, {name: typed})
    assert error.value.setting == name


def opened(words: list[str]) -> State:
    session = Session()
    session.load("names", "\n".join(words).encode())
    session.open_lecture(COUNTS)
    return session.state


def test_a_run_reports_as_it_goes_and_gives_what_there_is_when_stopped(names: list[str]) -> None:
    state = opened(names[:500])
    asked = {"step": "rnn-run", "inputs": {"steps": "1000"}}
    stream = dispatch(state, "lecture", asked)["stream"]
    found: list[Any] = []
    while len(found) < 3:
        report = advance(state, stream)["report"]
        (losses,) = [each for each in report["results"] if each["key"] == "script_losses"]
        found.append(len(losses["value"]))
    value = stop(state, stream)["value"]

    assert found == sorted(found)
    assert found[-1] < 1000
    assert [each["key"] for each in value] == ["script_losses", "script_split"]
    assert state.streams == {}
