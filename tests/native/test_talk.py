"""What a person sees while they wait."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from makemore.terminal import talk


class Bar:
    """What is used of tqdm."""

    made: list[Bar]

    def __init__(self, **how: Any) -> None:
        self.how, self.at, self.note, self.closed = how, 0, "", False
        self.total: int | None = None
        Bar.made.append(self)

    def set_postfix_str(self, note: str, refresh: bool) -> None:
        self.note = note

    def update(self, more: int) -> None:
        self.at += more

    def close(self) -> None:
        self.closed = True


def test_without_a_bar_there_is_a_line_now_and_then(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    clock = iter([0.0, 1.0, 6.0, 6.0, 7.0, 12.0, 12.0])
    monkeypatch.setattr(talk, "time", SimpleNamespace(monotonic=lambda: next(clock)))
    with talk.Progress("Counting", "B") as progress:
        progress.to(1_000, None)
        progress.to(2_000, None)
        progress.to(3_000, 9_000)
        progress.to(4_000, 9_000, "2 files")

    assert capsys.readouterr() == ("", "Counting: 2,000 B\nCounting: 4,000 of 9,000 B, 2 files\n")


def test_with_one_it_goes_on_and_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    Bar.made = []
    monkeypatch.setattr(talk, "_tqdm", lambda: Bar)
    with talk.Progress("GRU", "step") as progress:
        progress.to(10, 100)
        progress.to(25, 100, "loss 2.1")

    [bar] = Bar.made
    assert (bar.how["desc"], bar.how["unit"], bar.how["unit_scale"]) == ("GRU", "step", False)
    assert (bar.at, bar.total, bar.note, bar.closed) == (25, 100, "loss 2.1", True)


def test_a_bar_is_for_people_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: False)
    assert talk._tqdm() is None
