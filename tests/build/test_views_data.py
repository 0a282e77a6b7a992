"""The types of what Inside and Learn show say what Python gives: tsc checks real answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from makemore.models import MODELS
from tests.build.test_plain_data import check, written
from tests.build.test_threads import ROOT
from tests.unit.session.asking import Session


def seen_inside() -> Iterator[tuple[str, Any]]:
    """Give what is seen of each kind of model, a type of views/inside after its name."""
    session = Session()
    session.load("names", b"anna\nemma\namenna\nmena\nnan\n" * 20)
    yield "Descended", session.inside_descent(3)
    few = {"steps": 2, "learning_rate": 1, "context": 4}
    few |= dict.fromkeys(("embedding", "hidden", "layers", "heads"), 2)
    for kind in ("auto", "ngram", "bigram-net", "bow", "mlp", "gru", "transformer", "mix"):
        session.train(kind, {name: few[name] for name in few if name in MODELS[kind].settings})
        inside = session.inside(kind, "anna", 2)
        yield "Inside", inside
        for block in inside["blocks"]:
            yield from (("Picture", session.inside_matrix(kind, p[0])) for p in block["parameters"])
    yield "StudiedWord", session.inside_word("anna", 1)
    yield "Descended", session.inside_descent()


def learned() -> Iterator[tuple[str, Any]]:
    """Give all that Learn shows as it opens, a type of views/lecture after its name."""
    session = Session()
    session.load("names", (ROOT / "data/names.txt").read_bytes())
    quick = {"steps": "11"}
    for step in session.open_lecture((ROOT / "data/notebook_counts.csv").read_bytes()):
        yield "LectureStep", step
        names = {each["name"] for each in step["inputs"]}
        typed = quick if "steps" in names else {}
        yield from (("LectureResult", each) for each in session.lecture(step["id"], typed))


@pytest.mark.parametrize(("views", "given"), [("inside", seen_inside), ("lecture", learned)])
def test_the_views_types_are_those_of_what_python_gives(
    views: str, given: Callable[[], Iterator[tuple[str, Any]]], tmp_path: Path
) -> None:
    types = (ROOT / "site/views" / views / "types").as_posix()
    lines = [f'import type * as views from "{types}";'] + [
        f"export const given{i} = {written(value, 'undefined')} satisfies views.{name};"
        for i, (name, value) in enumerate(given())
    ]

    assert check(tmp_path, lines) == ""
