"""Each nasty file, uploaded: the page says what its index says, and keeps what was there."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.e2e import person
from tests.nasty_files import INDEX, content

KINDS = ("refused", "choice", "table", "words")
MOMENT = 60_000  # ms; the largest of them take seconds on a busy machine


INVISIBLE = re.compile("[\u200b\ufeff]")


NONE_MADE = re.compile("^0 shown of|^Press Make more")


def named(character: re.Match[str]) -> str:
    """Name what could not be seen, as the page does."""
    return f"‹U+{ord(character[0]):04X}›"


def kind_of(expected: dict[str, Any]) -> str:
    return next(kind for kind in KINDS if kind in expected)


def upload(page: Page, name: str) -> None:
    file = FilePayload(name=name, mimeType="text/plain", buffer=content(name))
    page.get_by_label("Upload a word list").set_input_files(file)


def check_refused(page: Page, name: str, expected: dict[str, Any], before: str) -> None:
    status = page.locator("#status")
    expect(status).to_contain_text(expected["refused"], timeout=MOMENT)
    expect(status).to_have_class(re.compile("error"))
    expect(page.locator("#summary h3")).to_have_text(before)
    form = page.get_by_role("form", name=f"How to read “{name}”")
    if "choice" in expected:
        form.get_by_role("button", name="Close").click()
    expect(form).to_be_hidden()


def check_asked(page: Page, name: str, expected: dict[str, Any], before: str) -> None:
    form = page.get_by_role("form", name=f"How to read “{name}”")
    expect(form).to_be_visible(timeout=MOMENT)
    expect(page.locator("#summary h3")).to_have_text(before)
    if expected.get("choice"):
        expect(form).to_contain_text(f"its encoding is a guess: {expected['choice']}")
    form.get_by_role("button", name="Read it this way").click()
    check_read(page, name, {"words": expected.get("table", expected.get("count", 1))})


def check_read(page: Page, name: str, expected: dict[str, Any]) -> None:
    expect(page.locator("#status")).to_contain_text(f"of “{name}” read and counted", timeout=MOMENT)
    expect(page.locator("#summary h3")).to_have_text(name)
    words = expected["words"]
    if isinstance(words, list):
        shown = page.get_by_role("list", name="First words", include_hidden=True).locator("li")
        # As they are, white space and all, but for what could not be seen.
        texts = shown.evaluate_all("items => items.map((item) => item.textContent)")
        assert texts == [INVISIBLE.sub(named, word) for word in words]
    else:
        count = page.locator("dl.facts > div", has_text="Words").locator("dd")
        expect(count).to_have_text(f"{words:,}")
    # Of a list of one word, there may be no new one to make.
    made = page.get_by_role("list", name="Generated words").get_by_role("listitem")
    none = page.locator("#words-note").filter(has_text=NONE_MADE)
    expect(made.first.or_(none)).to_be_attached()


@pytest.mark.parametrize("kind", KINDS)
def test_the_page_stays_in_command(app: Page, kind: str) -> None:
    person.choose(app, "Bigram counts")  # which a list is counted with at once
    expect(person.status(app)).to_contain_text("Bigram counts: counted")
    before = app.locator("#summary h3").text_content() or ""
    for name, expected in INDEX.items():
        if kind_of(expected) != kind:
            continue
        upload(app, name)
        if kind == "refused":
            check_refused(app, name, expected, before)
            continue
        if kind == "words":
            check_read(app, name, expected)
        else:
            check_asked(app, name, expected, before)
        before = name
    expect(app.locator("body")).to_have_attribute("data-state", "ready")
    assert "Traceback" not in app.locator("body").inner_text()
