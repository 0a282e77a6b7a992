"""A session that tests ask in Python's own words: ``Session().load("names", b"…")``."""

from __future__ import annotations

from collections.abc import Iterable
from types import GeneratorType
from typing import Any

from makemore.session import State
from makemore.session.actions import ACTIONS

__all__ = ["Session", "run"]


class Session:
    """The actions as methods; one that reports runs to its end, and its reports are dropped."""

    def __init__(self) -> None:
        self.state = State()

    def __getattr__(self, action: str) -> Any:
        def ask(*args: Any, **kwargs: Any) -> Any:
            value = ACTIONS[action](self.state, *args, **kwargs)
            return run(value)[1] if isinstance(value, GeneratorType) else value

        return ask


def run(stream: Any, sent: Iterable[object] = ()) -> tuple[list[Any], Any]:
    """Run a stream to its end, answering its reports; return these and its value."""
    answers, reports = iter(sent), []
    try:
        report = next(stream)
        while True:
            reports.append(report)
            report = stream.send(next(answers, None))
    except StopIteration as end:
        return reports, end.value
