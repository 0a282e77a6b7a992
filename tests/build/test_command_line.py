"""What build.py makes of its arguments."""

from __future__ import annotations

import pytest

import build


def test_the_benchmark_measures_the_start_unless_it_is_asked_for_sizes() -> None:
    parse = build.parser().parse_args

    assert parse(["bench"]).size is None
    assert parse(["bench", "--size"]).size == []
    assert parse(["bench", "--size", "1", "250"]).size == [1, 250]


@pytest.mark.parametrize("size", ["0", "-1", "1.5", "one", "", "²"])
def test_a_size_that_is_none_is_refused(size: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        build.parser().parse_args(["bench", f"--size={size}"])

    assert f"{size!r} is no whole number above 0" in capsys.readouterr().err


def test_a_part_of_the_tests_that_there_is_not_is_refused(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit):
        build.parser().parse_args(["test", "--only", "unit,klingon"])

    assert "'klingon' is none of" in capsys.readouterr().err


def test_sizes_are_measured_on_what_was_built(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    monkeypatch.setattr(
        "tools.measure.bench.bench_size", lambda layout, wheel, sizes: asked.append(sizes)
    )

    assert build.main(["bench", "--size", "1", "10"]) == 0
    assert asked == [[1, 10]]


def test_counting_is_measured_as_the_arguments_say(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    monkeypatch.setattr(
        "tools.measure.bench.bench_scale", lambda layout, *figures: asked.append(figures)
    )

    assert build.main(["bench", "--scale", "--rounds", "5"]) == 0
    assert build.main(["bench", "--scale", "50"]) == 0
    assert asked == [(200, 5), (50, 7)]
