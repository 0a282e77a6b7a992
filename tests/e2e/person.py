"""What a person does in the page, for all tests."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page, expect


def go(page: Page, place: str) -> None:
    """Go to a place: Make, Compare, Inside, Learn; a sheet that is open covers the way there."""
    if sheet_is_open(page):
        page.keyboard.press("Escape")
    page.get_by_role("navigation").get_by_role("link", name=place, exact=True).click()


def sheet_is_open(page: Page) -> bool:
    """Tell if a panel lies over the place, as on a small screen."""
    return page.locator(".sheet.open").count() > 0 and page.locator("#backdrop").is_visible()


def status(page: Page) -> Any:
    return page.locator("#status")


def open_all(page: Page) -> None:
    """Open what is folded in Make, or in the sheet that is open."""
    beneath = () if sheet_is_open(page) else ("Reproduce exactly", "Finer")
    for name in ("Settings", *beneath):
        button = page.get_by_role("button", name=name, exact=True)
        if button.is_visible() and button.get_attribute("aria-expanded") == "false":
            button.click()
    page.locator("#list-details").evaluate("(details) => { details.open = true; }")


def as_in_the_notebook(page: Page) -> None:
    """Let bigram counts make words, of all that they draw, with everything open."""
    open_all(page)
    page.get_by_role("button", name="As in the notebook").click()
    expect(status(page)).to_contain_text("24 words made")


def no_filters(page: Page) -> None:
    """Ask for nothing in particular: a new list asks for new words of its own lengths."""
    for name in ("Shortest", "Longest"):
        page.get_by_role("spinbutton", name=name).fill("")
    for name in ("Only new words", "No repeats"):
        page.get_by_role("checkbox", name=name).uncheck()


def choose(page: Page, model: str) -> None:
    """Choose a model; on a small screen it is in a sheet."""
    radio = page.get_by_role("radio", name=model, exact=True)
    if not radio.is_visible():
        page.locator("#context-model").click()
    open_all(page)
    page.get_by_role("radio", name=model, exact=True).check()


def generate(page: Page) -> None:
    """Make words from the seed, and wait for them."""
    open_all(page)
    # The line may already say that words were made: those before.
    status(page).evaluate("(line) => line.replaceChildren()")
    page.get_by_role("button", name="Generate", exact=True).click()
    expect(status(page)).to_contain_text("made")


def words_made(page: Page) -> list[str]:
    items = page.get_by_role("list", name="Generated words").get_by_role("listitem")
    return [str(item.get_attribute("data-word")) for item in items.all()]
