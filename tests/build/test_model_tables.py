"""What the benchmark of models makes of its figures."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

import build
from tools.measure import model_tables as tables
from tools.measure.bench_models import Bench


def test_parts_are_done_in_their_order_whatever_the_order_asked_for() -> None:
    assert tables.parts_from("curves,ngrams") == ["ngrams", "curves"]
    with pytest.raises(argparse.ArgumentTypeError, match="'klingon' is none of ngrams"):
        tables.parts_from("ngrams,klingon")


def test_each_part_can_be_measured() -> None:
    assert [part for part in tables.PARTS if not callable(getattr(Bench, part, None))] == []


def test_models_are_measured_in_all_parts_or_those_named() -> None:
    parse = build.parser().parse_args

    assert parse(["bench"]).models is None
    assert parse(["bench", "--models"]).models == list(tables.PARTS)
    given = parse(["bench", "--models", "steps", "--makemore", "m.py", "--json", "f.json"])
    assert given.models == ["steps"]
    assert (given.makemore, given.json) == (Path("m.py"), Path("f.json"))


def test_a_copy_of_makemore_that_is_not_there_is_told_before_anything_is_built(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = tmp_path / "makemore.py"

    assert build.main(["bench", "--models", "--makemore", str(missing)]) == 1
    assert f"There is no makemore.py at {missing}" in capsys.readouterr().err


def test_a_ratio_is_the_median_over_turns() -> None:
    # The machine was busy in the third turn, for both.
    assert tables.ratio([1.0, 2.0, 40.0], [2.0, 2.0, 50.0]) == pytest.approx(0.8)


def test_a_figure_says_when_it_is_above_its_limit() -> None:
    assert tables.row("first word", 120.04, "ms", 1, 300).endswith("120.0 ms  at most 300")
    assert tables.row("first word", 300.5, "ms", 1, 300).endswith("300.5 ms  MORE than 300")
    assert tables.row("first word", 300.5, "ms", 1).endswith("300.5 ms")


def test_steps_stand_beside_those_of_pytorch_where_it_is() -> None:
    alone = tables.step_row("gru", {"page": [1.0, 3.0, 2.0]})
    beside = tables.step_row(
        "gru", {"page": [1.0, 1.0], "makemore.py": [4.0, 4.0], "cropped": [2.0, 2.0]}
    )

    assert alone.split() == ["gru", "2.00"]
    assert beside.split() == ["gru", "1.00", "4.00", "2.00", "0.25", "0.50", "at", "most", "0.35"]


def point(seconds: float, held_out: float, *, done: bool = False) -> dict[str, float | bool]:
    return {"seconds": seconds, "held_out": held_out, "done": done, "step": 10, "steps": 20}


def test_a_loss_in_time_is_the_last_one_measured_by_then() -> None:
    curve = [point(10, 2.5), point(30.1, 2.1), point(45, 1.9, done=True)]

    assert tables.loss_at(curve, 5) is None
    assert tables.loss_at(curve, 30) == 2.1
    assert tables.loss_at(curve, 120) == 1.9


def test_a_curve_is_printed_with_what_it_reached_in_time() -> None:
    lines = tables.curve_lines("gru", [point(30, 1.97), point(60, 1.931, done=True)])

    assert lines[0] == "gru: ended after 10 of 20 steps"
    assert lines[1].split("  ")[-2:] == ["30 s 1.9700", "60 s 1.9310"]
    assert lines[2].endswith("1.9700 nats  MORE than 1.965")
    assert lines[3].endswith("1.9310 nats  at most 1.935")
