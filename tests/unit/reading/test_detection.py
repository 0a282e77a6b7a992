"""What is made of chardet's guesses; tests/e2e uses chardet itself."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

import pytest

from makemore.reading.detection import guess_encoding
from makemore.reading.inspection import inspect
from makemore.reading.reader import ReadOptions, WordReader

RUSSIAN = "Анна\nИван\n".encode("cp1251")


class Detector(ModuleType):
    """A chardet whose guesses are given."""

    def __init__(self, **confidence: float) -> None:
        super().__init__("chardet")
        self.confidence = confidence

    def detect_all(
        self, data: bytes, *, include_encodings: dict[str, str], **options: Any
    ) -> list[dict[str, Any]]:
        names = {name.replace("-", "_"): name for name in include_encodings}
        return [
            {"encoding": names[name], "confidence": confidence}
            for name, confidence in self.confidence.items()
        ]


def give(monkeypatch: pytest.MonkeyPatch, detector: ModuleType | None) -> None:
    monkeypatch.setitem(sys.modules, "chardet", detector)  # None: as if it was not installed


@pytest.mark.parametrize(
    ("confidence", "encoding"),
    [
        ({"cp1251": 0.1, "koi8_r": 0.09}, "cp1251"),
        ({"koi8_r": 0.1, "cp1251": 0.09}, "koi8-r"),
        ({"cp1251": 0.1, "cp1252": 0.085}, "cp1252"),
        ({"cp1251": 0.1, "cp1252": 0.075}, "cp1251"),
        ({"big5hkscs": 0.5}, "big5"),
        ({"euc_jis_2004": 0.5}, "euc_jp"),
        ({}, None),
    ],
)
def test_the_likeliest_encoding_is_named_as_the_page_does_the_western_one_if_almost_as_likely(
    monkeypatch: pytest.MonkeyPatch, confidence: dict[str, float], encoding: str | None
) -> None:
    give(monkeypatch, Detector(**confidence))

    assert guess_encoding(RUSSIAN) == encoding


def test_an_encoding_that_gives_the_same_text_as_the_western_one_is_that_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    give(monkeypatch, Detector(cp1250=0.5))

    assert guess_encoding("zoë\nJürgen\n".encode("cp1252")) == "cp1252"
    assert guess_encoding("Łukasz\n".encode("cp1250")) == "cp1250"


def test_a_file_that_is_no_utf_8_is_shown_in_the_encoding_that_was_guessed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    give(monkeypatch, Detector(cp1251=0.1))

    found = inspect(RUSSIAN)

    assert (found.encoding, found.guessed, found.lines) == ("cp1251", True, ("Анна", "Иван"))


@pytest.mark.parametrize("detector", [None, Detector(), Detector(cp949=0.5)])
def test_without_a_guess_that_can_be_true_it_is_western(
    monkeypatch: pytest.MonkeyPatch, detector: ModuleType | None
) -> None:
    give(monkeypatch, detector)

    found = inspect("zoë\nña\n\xff".encode("cp1252"))

    assert (found.encoding, found.guessed) == ("cp1252", True)


def test_a_guess_helps_where_the_text_is_not_western_at_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    data = "ソニー\n".encode("cp932")
    assert b"\x83\x5c\x83\x6a\x81\x5b" in data  # 0x81 has no meaning in Windows-1252
    give(monkeypatch, Detector(cp932=0.1))

    assert inspect(data).lines == ("ソニー",)


@pytest.mark.parametrize("data", ["zoë\n".encode(), "zoë".encode("utf-16"), b"emma\n"])
def test_what_is_sure_is_not_guessed(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    give(monkeypatch, Detector(cp1251=0.9))

    assert not inspect(data).guessed


def test_an_encoding_that_was_chosen_is_not_guessed(monkeypatch: pytest.MonkeyPatch) -> None:
    give(monkeypatch, Detector(koi8_r=0.9))

    found = inspect(RUSSIAN, encoding="cp1251")

    assert (found.encoding, found.guessed) == ("cp1251", False)


@pytest.mark.parametrize("guessed", [False, True])
def test_the_report_says_if_the_encoding_that_was_read_with_is_a_guess(guessed: bool) -> None:
    reader = WordReader(ReadOptions(encoding="cp1251", guessed=guessed))
    reader.feed(RUSSIAN)

    read = reader.finish()

    assert read.first == ("Анна", "Иван")
    assert (read.report.encoding, read.report.guessed) == ("cp1251", guessed)
