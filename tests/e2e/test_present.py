"""Present mode: what the address asks for, one step at a time, with the arrow keys."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.test_accessibility import violations
from tests.e2e.test_inside import train

# Matrices, attention, gates and curves, in the lecture and inside.
SHOWN: dict[str, str | re.Pattern[str]] = {
    "#lecture/forward?present": "Probabilities",
    "#lecture/transformer-by-hand?present": "What a head of the first layer looks at",
    "#lecture/gru-gradient?present": re.compile("Gradient|gradient"),
    "#inside/transformer?present": "Layer 1, head 1",
    "#lecture/training?present": re.compile("^Loss at each step"),
}


def size_of_type(page: Page) -> float:
    return float(page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)"))


def test_the_lecture_is_presented_step_by_step(app: Page) -> None:
    train(app, "Transformer")
    app.set_viewport_size({"width": 1920, "height": 1000})
    before = size_of_type(app)
    app.get_by_role("button", name="More", exact=True).click()
    app.get_by_role("button", name="Present", exact=True).click()
    expect(app).to_have_url(re.compile(r"#learn\?present$"))
    title = app.locator("#lecture-title")
    expect(title).to_be_visible()
    expect(app.get_by_role("navigation", name="Places")).not_to_be_visible()
    expect(app.get_by_role("navigation", name="Contents of the lecture")).not_to_be_visible()
    assert size_of_type(app) > 1.3 * before
    first = title.text_content() or ""
    app.keyboard.press("ArrowRight")
    expect(title).not_to_have_text(first)
    expect(app).to_have_url(re.compile(r"\?present$"))
    for address, shown in SHOWN.items():
        app.evaluate("(address) => { location.hash = address; }", address)
        expect(app.get_by_role("heading", name=shown).first).to_be_visible()
        assert app.evaluate("document.documentElement.scrollWidth") <= 1920, address
        assert violations(app) == [], address
    app.keyboard.press("Escape")
    expect(app.get_by_role("navigation", name="Places")).to_be_visible()
    expect(app).not_to_have_url(re.compile("present"))
    assert size_of_type(app) == before


@pytest.mark.parametrize("width", [390, 1920])
def test_an_address_opens_what_it_presents(app: Page, width: int) -> None:
    app.set_viewport_size({"width": width, "height": 900})
    app.goto("./#inside/auto?present")
    app.reload()
    expect(app.locator("body")).to_have_attribute("data-state", "ready", timeout=120_000)
    expect(app.get_by_role("heading", name=re.compile("^What Auto.* sees$"))).to_be_visible()
    expect(app.get_by_role("navigation", name="Models to look into")).not_to_be_visible()
    assert app.evaluate("document.documentElement.scrollWidth") <= width
    app.get_by_role("button", name="Leave", exact=True).click()
    expect(app.get_by_role("navigation", name="Models to look into")).to_be_visible()


def test_the_lecture_goes_on_where_it_was_and_leads_to_the_list(app: Page) -> None:
    app.goto("./#learn")
    title = app.locator("#lecture-title")
    expect(title).to_be_visible()
    expect(title).not_to_be_empty()
    first = title.inner_text()
    app.keyboard.press("ArrowRight")
    expect(app).to_have_url(re.compile("#lecture/"))
    expect(title).not_to_have_text(first)
    second = title.inner_text()
    app.get_by_role("link", name="Try it with my list").press("Enter")
    expect(app).to_have_url(re.compile("#inside/bigram$"))
    app.reload()
    app.get_by_role("navigation", name="Places").get_by_role("link", name="Learn").click()
    expect(title).to_have_text(second)
    expect(app.locator("#lecture-contents a[title='Opened before']")).to_have_count(2)
