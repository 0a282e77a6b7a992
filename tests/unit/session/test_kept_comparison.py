"""A comparison that is taken up again in another Python, as after a reload of the page."""

from __future__ import annotations

from typing import Any

import pytest

from makemore.errors import MakemoreError
from makemore.session import advance, dispatch, stop
from makemore.session.comparing import LADDER
from makemore.session.making import make
from tests.unit.session.asking import Session, run

SETTINGS: dict[str, Any] = {"net_steps": "4", "split_seed": "7"}
SMALL = {"embedding": "4", "hidden": "9"}
TYPED: dict[str, dict[str, str]] = {
    "ngram": {"order": "2", "background": "none"},
    **dict.fromkeys(("bow", "mlp", "rnn", "gru"), SMALL),
    "transformer": {"embedding": "4", "layers": "1", "heads": "1"},
}
KINDS = [*LADDER, "mix"]


@pytest.fixture(scope="module")
def names(notebook_words: tuple[str, ...]) -> bytes:
    # Capitals, so that models must know how the list writes its words.
    return "\n".join(word.capitalize() for word in notebook_words[:100]).encode()


def loaded(names: bytes) -> Session:
    session = Session()
    session.load("names", names)
    return session


def without_times(table: dict[str, Any]) -> dict[str, Any]:
    # The verdict tells how many times faster one was.
    return {**table, "verdict": "", "rows": [{**row, "seconds": None} for row in table["rows"]]}


@pytest.fixture(scope="module")
def done(names: bytes) -> tuple[Session, dict[str, Any]]:
    session = loaded(names)
    return session, session.compare(SETTINGS, models=TYPED)


def test_what_was_typed_of_a_model_is_used_and_told(done: tuple[Session, dict[str, Any]]) -> None:
    rows = {row["kind"]: row for row in done[1]["rows"]}

    assert rows["mlp"]["own"] == "Embedding 4, Hidden 9"
    assert rows["mlp"]["settings"]["hidden"] == 9
    assert rows["ngram"]["own"] == "Order 2"
    assert rows["ngram"]["name"] == "N-gram, order 2"
    assert rows["bigram-net"]["own"] == ""
    assert rows["gru"]["settings"]["steps"] == 4


def test_a_whole_comparison_comes_back_and_its_models_make_the_same_words(
    names: bytes, done: tuple[Session, dict[str, Any]]
) -> None:
    session, table = done
    kept = [session.keep_compared(kind) for kind in KINDS]

    other = loaded(names)
    back = other.restore_compared(SETTINGS, kept, TYPED)

    assert back == other.compared() == table
    for kind in KINDS:
        made = [run(make(each.state, kind, count=4, seed="3"))[0] for each in (session, other)]
        words = [
            [word["word"] for report in reports for word in report["words"]] for reports in made
        ]
        assert words[0] == words[1] != []
        assert all(word == "" or word[0].isupper() for word in words[1])


def compared_until(session: Session, kind: str, after: int = 0) -> tuple[int, int]:
    """Compare until a net is in training, past a step; return the stream, and the step."""
    arguments = {"settings": SETTINGS, "models": TYPED}
    stream: int = dispatch(session.state, "compare", arguments)["stream"]
    while True:
        row = advance(session.state, stream)["report"]["row"]
        if row["kind"] == kind and row["step"] > after:
            return stream, row["step"]


def test_one_that_was_stopped_goes_on_to_the_same_table(
    names: bytes, done: tuple[Session, dict[str, Any]]
) -> None:
    session = loaded(names)
    stream, _ = compared_until(session, "mlp")
    stop(session.state, stream)
    kept = [session.keep_compared(kind) for kind in LADDER]

    other = loaded(names)
    back = other.restore_compared(SETTINGS, kept, TYPED)
    assert [row["state"] for row in back["rows"]][:6] == [*["done"] * 4, "stopped", "waiting"]
    assert other.card("bow")["held_out"] == back["rows"][3]["held_out"]

    assert without_times(other.compare(resume=True)) == without_times(done[1])


def test_a_row_that_was_not_kept_is_trained_anew(
    names: bytes, done: tuple[Session, dict[str, Any]]
) -> None:
    kept = [done[0].keep_compared(kind) for kind in ("bigram", "ngram")]

    other = loaded(names)
    back = other.restore_compared(SETTINGS, kept, TYPED)

    assert [row["kind"] for row in back["rows"] if row["state"] == "done"] == ["bigram", "ngram"]
    assert without_times(other.compare(resume=True)) == without_times(done[1])


def test_a_row_of_another_split_is_trained_anew(
    names: bytes, done: tuple[Session, dict[str, Any]]
) -> None:
    kept = [done[0].keep_compared(kind) for kind in ("bigram", "ngram")]
    other = loaded(names)
    other.compare({**SETTINGS, "split_seed": "8"}, models=TYPED)
    kept.append(other.keep_compared("bow"))

    back = loaded(names).restore_compared(SETTINGS, kept, TYPED)

    assert [row["kind"] for row in back["rows"] if row["state"] == "done"] == ["bigram", "ngram"]


def test_what_is_kept_while_a_net_is_trained_goes_on_after_a_death(
    names: bytes, done: tuple[Session, dict[str, Any]]
) -> None:
    session = loaded(names)
    _, step = compared_until(session, "gru", after=1)
    kept = [session.keep_compared(kind) for kind in LADDER[: LADDER.index("gru") + 1]]

    other = loaded(names)  # Python died, and nobody pressed Stop before
    gru = other.restore_compared(SETTINGS, kept, TYPED)["rows"][LADDER.index("gru")]

    assert (gru["state"], gru["step"]) == ("stopped", step)
    assert without_times(other.compare(resume=True)) == without_times(done[1])


def test_what_is_no_row_cannot_be_kept(done: tuple[Session, dict[str, Any]], names: bytes) -> None:
    with pytest.raises(MakemoreError, match="no row of the comparison"):
        done[0].keep_compared("auto")
    with pytest.raises(MakemoreError, match="no row of the comparison"):
        loaded(names).keep_compared("gru")
