"""makemore.py's run on data/names.txt, against what the script printed with PyTorch."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from makemore.errors import SettingError, TrainingError, WordListError
from makemore.makemore_run import KINDS, MakemoreRun, Options, clean_words, options_for
from makemore.models.net import Net
from makemore.models.protocol import Event, State
from tests.unit.conftest import FIXTURES

NAMES = Path(__file__).resolve().parents[2] / "data" / "names.txt"
FEW = ["anna", "bob", "cab", "abba", "dab", "a", "baobab", "cabana", "do", "ada"] * 3
every_type = pytest.mark.parametrize("kind", list(KINDS))


@pytest.fixture(scope="module")
def said() -> dict[str, Any]:
    values: dict[str, Any] = json.loads((FIXTURES / "makemore.json").read_text("utf-8"))
    return values


@pytest.fixture(scope="module")
def names() -> list[str]:
    return clean_words(NAMES.read_text("utf-8"))


def lines_of(events: Iterator[Event]) -> list[str]:
    return [line for event in events for line in event.facts["lines"]]


def without_time(line: str) -> str:
    return re.sub(r" \| step time [\d.]+ms$", "", line)


@every_type
def test_initial_weights_are_the_scripts(said: dict[str, Any], names: list[str], kind: str) -> None:
    net = MakemoreRun(names, Options(type=kind)).net
    init = said["models"][kind]["init"]

    assert {name: list(p.shape) for name, p in net.parameters.items()} == {
        name: values["shape"] for name, values in init.items()
    }
    for name, values in init.items():
        p = net.parameters[name].ravel()
        np.testing.assert_allclose(p[:3], values["first"], rtol=1e-5, atol=1e-6)
        np.testing.assert_allclose(p[-3:], values["last"], rtol=1e-5, atol=1e-6)
        assert p.sum(dtype=np.float64) == pytest.approx(values["sum"], abs=1e-6 * len(p))


def words_of_step(lines: list[str], step: int) -> list[str]:
    """Give the words that were sampled after a step."""
    begin = next(i for i, line in enumerate(lines) if line.startswith(f"step {step} |"))
    first, last = [i for i, line in enumerate(lines) if line == "-" * 80 and i > begin][:2]
    return [line for line in lines[first + 1 : last] if " samples that are " not in line]


@every_type
def test_what_it_prints_is_what_the_script_prints(
    said: dict[str, Any], names: list[str], kind: str
) -> None:
    # The Transformer takes some 10 ms a step: half of its run, with its first evaluation.
    steps = 501 if kind == "transformer" else said["steps"]
    printed: list[str] = said["models"][kind]["printed"]
    if steps < said["steps"]:
        end = next(
            i for i, line in enumerate(printed) if line.startswith(f"step {steps - 1} train")
        )
        printed = printed[: end + 1]

    events = list(MakemoreRun(names, Options(type=kind, max_steps=steps)).events())

    lines = [without_time(line) for line in lines_of(iter(events))]
    losses = [loss for event in events for loss in event.losses]
    assert len(losses) == steps
    np.testing.assert_allclose(losses[:60], said["models"][kind]["losses"], rtol=0, atol=1e-4)
    evaluated = 0
    for ours, theirs in zip(lines, printed, strict=True):
        if re.fullmatch(r"step \d+ \| loss .*", theirs):
            head, loss = theirs.split(" | loss ")
            assert ours.startswith(head + " | loss ")
            assert float(ours.split()[-1]) == pytest.approx(float(loss), abs=0.002)
        elif " train loss: " in theirs:
            found, meant = (re.findall(r"\d+\.\d+", line) for line in (ours, theirs))
            assert [float(n) for n in found] == pytest.approx([float(n) for n in meant], abs=0.002)
            evaluated += 1
        elif theirs.startswith("step ") or theirs == "-" * 80:
            assert ours == theirs
    assert evaluated == (steps - 1) // 500
    opening = next(i for i, line in enumerate(printed) if line.startswith("step 0"))
    assert lines[:opening] == printed[:opening]
    made, meant_words = (Counter(words_of_step(told, 200)) for told in (lines, printed))
    assert made.total() == meant_words.total() == 10
    assert (made & meant_words).total() >= 8
    for later in range(400, steps, 200):
        assert len(words_of_step(lines, later)) == 10


def test_the_best_model_is_saved_and_said(names: list[str]) -> None:
    saved: list[Net] = []

    def save(net: Net) -> str:
        saved.append(net)
        return "out/model.safetensors"

    events = list(MakemoreRun(names, Options(type="bigram", max_steps=501)).events(save))

    said = [line for line in lines_of(iter(events)) if "best so far" in line]
    assert len(said) == len(saved) == 1
    assert said[0].endswith("is the best so far, saving model to out/model.safetensors")
    measured = [event for event in events if event.held_out is not None]
    assert [event.step for event in measured] == [501]
    assert measured[0].train is not None


def test_sample_only_draws_fifty_words_and_does_no_step(names: list[str]) -> None:
    run = MakemoreRun(names, Options(type="rnn", sample_only=True, top_k=3))

    lines = lines_of(run.events())

    assert lines[lines.index("-" * 80) - 1] == "resuming from existing model in the workdir"
    assert sum(int(line.split()[0]) for line in lines if " samples that are " in line) == 50
    assert not any(line.startswith("step") for line in lines)


def test_only_the_top_k_symbols_are_drawn() -> None:
    run = MakemoreRun(FEW, Options(type="mlp", top_k=1))

    drawn = [line for line in run.samples(7) if "samples" not in line and "---" not in line]

    assert len(set(drawn)) <= 1


@pytest.mark.parametrize("stop", [1, 30, 200, 213, 1000, 1015, 1030])
def test_a_run_that_is_stopped_goes_on_bit_for_bit(stop: int) -> None:
    options = Options(type="rnn", max_steps=1001, n_embd=4, n_embd2=4, batch_size=4)
    ticks = iter(range(10**9))

    def losses(events: Iterator[Event]) -> tuple[list[float], list[str]]:
        told = list(events)
        lines = lines_of(iter(told))
        return [x for event in told for x in event.losses], [without_time(x) for x in lines]

    whole, lines = losses(MakemoreRun(FEW, options).events(clock=lambda: next(ticks)))
    run = MakemoreRun(FEW, options)
    events = run.events(clock=lambda: next(ticks))
    list(islice(events, stop))
    events.close()  # type: ignore[attr-defined]
    config, arrays = run.state()
    kept = State(json.loads(json.dumps(config)), arrays)
    again, said = losses(MakemoreRun.from_state(FEW, kept).events(clock=lambda: next(ticks)))

    assert again == whole[len(whole) - len(again) :]
    assert said == lines[len(lines) - len(said) :]


def test_a_word_is_a_line_without_what_surrounds_it() -> None:
    assert clean_words(" anna \r\n\n  \nbob") == ["anna", "bob"]


def test_what_cannot_be_run_is_refused() -> None:
    with pytest.raises(SettingError, match="bigram, mlp, rnn, gru, bow, transformer"):
        MakemoreRun(FEW, Options(type="lstm"))
    with pytest.raises(WordListError, match="at least 10"):
        MakemoreRun(FEW[:9], Options())
    with pytest.raises(SettingError, match="Batch size must be"):
        MakemoreRun(FEW, Options(batch_size=0))
    with pytest.raises(SettingError, match="Learning rate must be"):
        MakemoreRun(FEW, Options(learning_rate=float("nan")))
    with pytest.raises(SettingError, match="Top k must be"):
        MakemoreRun(FEW, Options(top_k=-5))
    with pytest.raises(SettingError, match="do not divide"):
        MakemoreRun(FEW, Options(n_head=3))
    with pytest.raises(SettingError, match="has not begun"):
        MakemoreRun(FEW, Options()).state()
    run = MakemoreRun(FEW, Options(type="bigram", max_steps=1))
    list(run.events())
    with pytest.raises(TrainingError, match="another list"):
        MakemoreRun.from_state(FEW[:-1], run.state())


def test_steps_are_told_in_order() -> None:
    run = MakemoreRun(FEW, Options(type="bigram", max_steps=40))

    steps = [event.step for event in run.events(clock=iter(range(10**6)).__next__)]

    assert all(a <= b for a, b in pairwise(steps))
    assert steps[-1] == 40


def test_a_nets_settings_are_the_scripts_flags() -> None:
    given = {"steps": 5, "hidden": 7, "l2": 0.0, "weights_seed": 3, "layers": None, "recipe": "own"}

    options = options_for("bigram-logits", given)

    assert options == Options(type="bigram", max_steps=5, n_embd2=7, weight_decay=0.0, seed=3)
    assert options_for("gru", {}) == Options(type="gru")
