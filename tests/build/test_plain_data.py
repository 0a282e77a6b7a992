"""The page's types say what Python gives: tsc checks real answers against site/types.d.ts."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from makemore.session import build_preview, comparing, dispatch, lists, making
from makemore.session.models import train
from makemore.session.state import State, Stopped
from tests.build.test_threads import ROOT, tsc
from tests.unit.session.asking import Session, run

LIST = b"emma\nolivia\nava\nemma\n\n Mia\n"
TABLE = "name;count\nAnna;3\nBörje;4\n".encode("cp1252")


def answers() -> Iterator[tuple[str, Any]]:
    """Give the name of a type, and what Python gives for it, with and without what may be None."""
    reports, summary = run(lists.read(State(), "small"), [LIST, None])
    yield from (("Reading", report) for report in reports)
    yield "Summary", summary
    session = Session()
    yield "Summary", session.load("small", LIST)
    yield "Inspection", session.inspect(LIST)
    yield "Inspection", session.inspect(TABLE)
    yield "Fit", session.fit(1)
    yield "Fit", session.fit(0)
    yield "Tables", session.tables()
    yield "Card", session.train("bigram-net", {"steps": 20})
    yield "Tables", session.tables(2)
    yield from (("Score", session.score("emma", model)) for model in ("counting", "gradient"))
    reports, last = run(making.make(session.state, "bigram-net", 3))
    yield from (("MadeReport", report) for report in (*reports, last))
    yield "Nearest", session.nearest("emmy")
    yield "Summary", session.load("other", b"ada\n")
    yield "Outcome", dispatch(State(), "summary", {})
    yield "Outcome", dispatch(session.state, "score", {"word": "ß", "model": "counting"})
    yield "Outcome", dispatch(session.state, "train", {"kind": "gru"})
    yield "Outcome", dispatch(session.state, "no_such_action", {})


def answers_about_models() -> Iterator[tuple[str, Any]]:
    """Give what Python says of models, trained one by one and side by side, and keeps of them."""
    session = Session()
    yield from (("ModelInfo", info) for info in session.models())
    names = [first + end for first in ("an", "be", "ca", "do", "el", "fi") for end in ("na", "li")]
    session.load("names", "\n".join(names).encode())
    steps = {"steps": 3, "batch_size": 4}
    for kind, typed in (("auto", {}), ("bigram", {}), ("bow", steps), ("bigram-net", {"steps": 9})):
        reports, card = run(train(session.state, kind, typed))
        yield from (("TrainReport", report) for report in reports)
        yield "Card", card
    for kind in ("bow", "bigram-net"):
        yield "Checkpoint", session.checkpoint(kind)
        yield "Restored", session.restore_model(session.checkpoint(kind))
    reports, table = run(comparing.compare(session.state, {"net_steps": 2}))
    yield from (("CompareReport", report) for report in reports)
    yield "Compared", table
    kept = [session.keep_compared(row["kind"]) for row in table["rows"]]
    yield from (("KeptRow", row) for row in kept)
    yield "Compared", session.restore_compared(table["settings"], kept[:3])
    stream = comparing.compare(session.state, {"net_steps": 5})
    stopped = [next(stream) for _ in range(12)][-1]["row"]["kind"]
    with pytest.raises(StopIteration) as end:
        stream.throw(Stopped())
    yield "Compared", end.value.value
    yield "KeptRow", session.keep_compared(stopped)


def written(value: object, none: str) -> str:
    """Write plain data as TypeScript does; `none` is what None becomes on its way."""
    if value is None:
        return none
    if isinstance(value, bytes):
        return "new Uint8Array()"
    if isinstance(value, Mapping):
        pairs = (f"{json.dumps(key)}: {written(each, none)}" for key, each in value.items())
        return f"{{{', '.join(pairs)}}}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return f"[{', '.join(written(each, none) for each in value)}]"
    assert isinstance(value, (str, bool, int, float)), value
    return json.dumps(value)


def check(folder: Path, lines: list[str]) -> str:
    """Return what tsc says of a file with these lines."""
    types = (ROOT / "site/types").as_posix()
    source = [f'import type * as plain from "{types}";', *lines]
    (folder / "answers.ts").write_text("\n".join(source), encoding="utf-8")
    config = {
        "extends": (ROOT / "tsconfig.page.json").as_posix(),
        "include": [],
        "files": ["answers.ts"],
    }
    (folder / "tsconfig.json").write_text(json.dumps(config))
    return tsc("--project", folder)


def test_the_types_are_those_of_what_python_gives(tmp_path: Path) -> None:
    # Pyodide makes undefined of None.
    given = itertools.chain(answers(), answers_about_models())
    lines = [f"{written(value, 'undefined')} satisfies plain.{name};" for name, value in given]
    # The page's first list comes as JSON.
    preview = build_preview("names", LIST)
    lines.append(f"{written(preview, 'null')} satisfies plain.Preview;")

    assert (
        check(tmp_path, [f"export const answer{i} = {line}" for i, line in enumerate(lines)]) == ""
    )


def test_the_types_do_not_contradict_themselves(tmp_path: Path) -> None:
    # skipLibCheck, which spares us other people's types, skips ours as well.
    config = {
        "extends": (ROOT / "tsconfig.page.json").as_posix(),
        "compilerOptions": {"skipLibCheck": False},
        "include": [],
        "files": [path.as_posix() for path in (ROOT / "site").rglob("*.d.ts")],
    }
    (tmp_path / "tsconfig.json").write_text(json.dumps(config))

    assert tsc("--project", tmp_path) == ""


@pytest.mark.parametrize("change", ["lacks", "has more", "has another type"])
def test_what_the_types_do_not_say_is_found(change: str, tmp_path: Path) -> None:
    session = Session()
    session.load("small", LIST)
    fit = session.fit(1)
    if change == "lacks":
        del fit["uniform"]
    elif change == "has more":
        fit["perplexity"] = 2.5
    else:
        fit["uniform"] = "1.5"

    said = check(tmp_path, [f"export const fit = {written(fit, 'undefined')} satisfies plain.Fit;"])

    assert "TS" in said
