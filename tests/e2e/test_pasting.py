"""Pasted lists: long ones, and that they are not lost."""

from __future__ import annotations

import re

from playwright.sync_api import BrowserContext, Dialog, Page, expect

WORDS = "".join(f"{a}{b}{c}\n" for a in "abcdefghij" for b in "klmnopqrst" for c in "uvwxyzabcd")


def use_pasted(page: Page, text: str) -> None:
    page.get_by_role("textbox", name="Paste words").fill(text)
    page.get_by_role("button", name="Use these words").click()
    expect(page.locator("#status")).to_contain_text("of “Pasted words” read")


def leave(page: Page) -> list[str]:
    """Leave the page, and return the kinds of dialogs that asked whether to."""
    asked: list[str] = []

    def answer(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", answer)
    page.close(run_before_unload=True)
    page.wait_for_event("close") if not page.is_closed() else None
    return asked


def test_a_long_text_is_used_without_being_laid_out_in_the_box(
    app: Page, context: BrowserContext
) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    times = 500  # 2 MB
    app.evaluate(
        "([words, times]) => navigator.clipboard.writeText(words.repeat(times))", [WORDS, times]
    )
    box = app.get_by_role("textbox", name="Paste words")
    box.fill("first\n")
    box.press("Control+End")

    box.press("Control+V")

    expect(app.locator("#status")).to_contain_text(
        f"{1000 * times + 1:,} words of “Pasted words” read", timeout=60_000
    )
    expect(box).to_have_value("")
    expect(box).to_have_attribute("placeholder", re.compile(r"2\.0 MB.* used at once"))
    first = app.get_by_role("list", name="First words", include_hidden=True).locator("li").first
    expect(first).to_have_text("first")


def test_a_short_text_stays_in_the_box(app: Page, context: BrowserContext) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    app.evaluate("(words) => navigator.clipboard.writeText(words)", WORDS)
    box = app.get_by_role("textbox", name="Paste words")

    box.press("Control+V")

    expect(box).to_have_value(WORDS)


def test_leaving_asks_while_only_undo_has_a_pasted_list(app: Page) -> None:
    app.get_by_role("button", name="More", exact=True).click()
    app.get_by_role("checkbox", name="Keep my work on this device").uncheck()
    app.keyboard.press("Escape")
    use_pasted(app, "emma\n")
    app.get_by_role("combobox", name="Word list").select_option("languages")
    expect(app.locator("#status")).to_contain_text("read and counted")
    expect(app.get_by_role("button", name="Back to “Pasted words”")).to_be_visible()

    assert leave(app) == ["beforeunload"]


def test_leaving_does_not_ask_when_nothing_was_pasted(app: Page) -> None:
    app.get_by_role("combobox", name="Word list").select_option("languages")
    expect(app.locator("#status")).to_contain_text("of “Languages” read")

    assert leave(app) == []
