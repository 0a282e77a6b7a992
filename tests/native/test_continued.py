"""The notebook of “Continue in Python” runs, and makes the words of the page."""

from __future__ import annotations

import ast
import contextlib
import json
from pathlib import Path
from typing import Any

import pytest

from makemore.errors import MakemoreError
from makemore.session.making import make
from tests.unit.session.asking import Session, run

FORTY = (Path(__file__).resolve().parents[1] / "fixtures/forty.txt").read_bytes()
CONSTRAINT = {"starts": "t", "shortest": "4", "longest": "8", "new_only": True}


def cells_of(text: str) -> list[str]:
    """Check the form of a notebook; return its cells of code."""
    written = json.loads(text)
    assert (written["nbformat"], written["nbformat_minor"]) == (4, 5)
    assert len({cell["id"] for cell in written["cells"]}) == len(written["cells"])
    return ["".join(c["source"]) for c in written["cells"] if c["cell_type"] == "code"]


def executed(text: str) -> tuple[dict[str, Any], list[Any]]:
    """Run the cells one after the other; return the names they made, and each last value."""
    names: dict[str, Any] = {}
    values = []
    for cell in cells_of(text):
        parsed = ast.parse(cell)
        last = parsed.body[-1]
        exec(cell, names)
        values.append(eval(ast.unparse(last.value), names) if isinstance(last, ast.Expr) else None)
    return names, values


def made_in_page(session: Session, *, times: int, **asked: Any) -> list[str]:
    """Make words as the page does: from a seed, and then some more."""
    words = []
    for _ in range(times):
        reports, _ = run(make(session.state, **asked))
        words += [word["word"] for report in reports for word in report["words"]]
        asked["seed"] = None
    return words


ASKED: dict[str, dict[str, Any]] = {
    "as asked": {"constraint": CONSTRAINT},
    "all that comes": {"constraint": {}, "repeats": True, "era": "2", "temperature": "0.8"},
    "not those": {"constraint": CONSTRAINT, "never": ["ri", "AN", "=Yonn"], "top_k": "15"},
}


@pytest.mark.parametrize("asked", ASKED.values(), ids=ASKED)
@pytest.mark.parametrize("kind", ["auto", "bigram", "gru"])
def test_the_notebook_makes_the_words_of_the_page(kind: str, asked: dict[str, Any]) -> None:
    session = Session()
    session.load("Forty", FORTY)
    session.train(kind, {"steps": 30} if kind == "gru" else {})
    words = made_in_page(session, times=2, kind=kind, count=6, seed="7", **asked)
    stars = words[:2]

    text = session.continue_in_python(kind, count=12, stars=stars, seed="7", **asked)

    names, values = executed(text)
    assert names["made"] == words
    assert names["words"] == FORTY.decode().split()
    assert [word for word, _ in values[-1]] == stars
    if kind == "gru":
        assert names["evaluate"](names["model"], names["held_out"]) == pytest.approx(
            session.card(kind)["held_out"], abs=1e-6
        )


@pytest.mark.parametrize("keep_case", [False, True])
@pytest.mark.parametrize(
    ("kind", "typed"),
    [("auto", {}), ("auto", {"background": "none"}), ("ngram", {}), ("bigram", {"smoothing": "2"})],
)
def test_what_it_says_of_learning_the_list_anew_does_that(
    kind: str, typed: dict[str, Any], keep_case: bool
) -> None:
    session = Session()
    session.load("Forty", FORTY, keep_case=keep_case)
    session.train(kind, typed)

    text = session.continue_in_python(kind, count=1, seed="7", constraint={})

    names, _ = executed(text)
    last = "".join(json.loads(text)["cells"][-1]["source"])
    exec(next(line.strip() for line in last.splitlines() if "fit(" in line and "=" in line), names)
    symbols = session.state.need_list().trained[kind].model.vocabulary.symbols
    assert set(names["other"].vocabulary.symbols) >= set(symbols)
    assert ("A" in names["other"].vocabulary.symbols) is keep_case


def test_the_notebook_leaves_out_what_was_seen_before_it() -> None:
    session = Session()
    session.load("Forty", FORTY)
    session.train("bigram", {})
    asked: dict[str, Any] = {"kind": "bigram", "seed": "7", "constraint": {}, "repeats": False}
    asked["seen"] = made_in_page(session, times=1, count=12, **asked)[::2]
    words = made_in_page(session, times=2, count=6, **asked)
    assert not set(words) & set(asked["seen"])

    names, _ = executed(session.continue_in_python(count=12, **asked))

    assert names["made"] == words


def test_words_with_quotes_blanks_and_signs_come_through() -> None:
    words = ["don't", 'say "no"', "back\\slash", "new york", 'three """ quotes', "été", "a\u2028b"]
    session = Session()
    session.load("odd", "\n".join(words).encode())
    session.train("bigram")
    asked = {"seed": "1", "constraint": {}}
    made = made_in_page(session, times=1, kind="bigram", count=5, **asked)

    names, _ = executed(session.continue_in_python("bigram", count=5, **asked))

    assert names["words"] == list(session.state.need_list().read.words or ())
    assert len(names["words"]) >= len(words)
    assert names["made"] == made


def test_a_long_list_stands_beside_the_notebook(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from makemore.session import continuing

    monkeypatch.setattr(continuing, "_LONG", 100)
    session = Session()
    session.load("Forty", FORTY)
    session.train("bigram")
    asked: dict[str, Any] = {"seed": "1", "constraint": CONSTRAINT}
    made = made_in_page(session, times=1, kind="bigram", count=5, **asked)
    text = session.continue_in_python("bigram", count=5, **asked)
    (tmp_path / "words.txt").write_bytes(FORTY)

    with contextlib.chdir(tmp_path):
        names, _ = executed(text)

    assert names["made"] == made
    assert FORTY.decode().split()[3] not in text


def test_without_a_seed_there_is_no_notebook() -> None:
    session = Session()
    session.load("Forty", FORTY)
    session.train("bigram")

    with pytest.raises(MakemoreError, match="seed"):
        session.continue_in_python("bigram")
