"""Each nasty file gives what its index says, and never an error that is not for the person."""

from __future__ import annotations

from typing import Any

import pytest

from makemore.errors import EncodingError, WordListError
from tests.nasty_files import FOLDER, INDEX, content
from tests.unit.session.asking import Session

HEAD = 65_536


@pytest.fixture(scope="module")
def session() -> Session:
    """Return a session with a list that no refused file may take away."""
    session = Session()
    session.load("before", b"emma\nava\n")
    return session


def inspect(session: Session, data: bytes) -> dict[str, Any]:
    found: dict[str, Any] = session.inspect(data[:HEAD], whole=len(data) <= HEAD)
    return found


def test_the_corpus_is_large_and_complete() -> None:
    made = {name for name, expected in INDEX.items() if "large" not in expected}

    assert len(INDEX) >= 60
    assert {file.name for file in FOLDER.iterdir()} == made | {"index.json"}


@pytest.mark.parametrize("name", [name for name, e in INDEX.items() if "refused" in e])
def test_a_refused_file_is_refused_with_its_reason_and_loses_nothing(
    session: Session, name: str
) -> None:
    data, expected = content(name), INDEX[name]
    before = session.summary()

    def look_and_load() -> None:
        inspect(session, data)
        session.load(name, data)

    with pytest.raises(WordListError) as caught:
        look_and_load()

    assert expected["refused"] in str(caught.value)
    assert isinstance(caught.value, EncodingError) == ("choice" in expected)
    assert session.summary() == before


@pytest.mark.parametrize("name", [name for name, e in INDEX.items() if "words" in e])
def test_a_list_gives_its_words(name: str) -> None:
    data, expected = content(name), INDEX[name]
    session = Session()

    found = inspect(session, data)
    summary = session.load(name, data)

    assert not found["guessed"]
    assert found["table"] is None
    if isinstance(expected["words"], int):
        assert summary["count"] == expected["words"]
    else:
        assert summary["first"] == expected["words"]
        assert summary["count"] == len(expected["words"])
    for change in ("blank", "trimmed", "normalized", "invisible"):
        assert summary["report"][change]["count"] == expected.get(change, 0)
    session.train("bigram", whole=True)
    assert session.make("bigram", count=3)["drawn"] >= 3


@pytest.mark.parametrize("name", [name for name, e in INDEX.items() if "table" in e])
def test_a_table_is_seen_as_one(name: str) -> None:
    data = content(name)
    session = Session()

    table = inspect(session, data)["table"]
    summary = session.load(
        name,
        data,
        column=table["column"],
        delimiter=table["delimiter"],
        header=table["header"],
    )

    assert summary["first"] == INDEX[name]["table"]


@pytest.mark.parametrize(
    "name", [name for name, e in INDEX.items() if "choice" in e and "refused" not in e]
)
def test_a_guessed_encoding_is_said_to_be_a_guess(name: str) -> None:
    data = content(name)
    session = Session()

    assert inspect(session, data)["guessed"]
    summary = session.load(name, data)
    assert summary["report"]["guessed"]
    assert summary["count"] == INDEX[name].get("count", 1)
