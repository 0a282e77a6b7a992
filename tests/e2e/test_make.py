"""Words that people want, from a list of their own, as they would ask for them; and kept."""

from __future__ import annotations

import csv
import io
import json
import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from makemore.usability import usable
from tests.e2e import person
from tests.e2e.conftest import START_TIMEOUT
from tests.e2e.person import status, words_made

FORTY = (Path(__file__).resolve().parents[1] / "fixtures/forty.txt").read_text(encoding="utf-8")


def ready(page: Page) -> None:
    expect(page.locator("body")).to_have_attribute("data-state", "ready", timeout=START_TIMEOUT)


def use(page: Page, text: str, count: str = "40") -> None:
    page.get_by_role("textbox", name="Paste words").fill(text)
    page.get_by_role("button", name="Use these words").click()
    expect(status(page)).to_contain_text(f"{count} words of “Pasted words” read")


def make_more(page: Page) -> list[str]:
    """Make more words; return all that are shown then."""
    status(page).evaluate("(line) => line.replaceChildren()")
    page.get_by_role("button", name="Make more", exact=True).click()
    expect(status(page)).to_contain_text("made.")
    return words_made(page)


@pytest.mark.parametrize("width", [1280, 390])
def test_twenty_names_come_in_five_actions_after_the_paste(app: Page, width: int) -> None:
    app.set_viewport_size({"width": width, "height": 800})
    use(app, FORTY)  # 1

    app.get_by_role("textbox", name="Starts with").fill("Th")  # 2
    app.get_by_role("spinbutton", name="Shortest").fill("5")  # 3
    app.get_by_role("spinbutton", name="Longest").fill("8")  # 4
    words = make_more(app)  # 5

    assert len(words) >= 20
    assert len(set(words)) == len(words)
    assert all(word.startswith("Th") and 5 <= len(word) <= 8 for word in words)
    assert not set(words) & set(FORTY.split())
    assert sum(map(usable, words)) >= 20


def test_a_short_list_leans_on_others_and_tells_what_was_chosen(app: Page) -> None:
    app.locator("#generated .star").first.click()  # so that this list is kept
    use(app, FORTY)
    person.choose(app, "Auto")
    order = app.locator("#order-note")
    expect(order).to_have_text(re.compile(r"^\d, chosen by cross-validation$"))
    expect(app.locator("#background-note")).to_have_text(re.compile("chosen by cross-validation$"))
    lean = app.get_by_role("combobox", name="Lean on")
    lean.select_option("Languages")
    expect(app.locator("#loss-note")).to_contain_text("before you changed its settings")

    make_more(app)

    expect(app.locator("#loss-note")).to_contain_text("helped by Languages")
    person.choose(app, "N-gram")
    expect(app.get_by_role("combobox", name="Lean on")).to_have_value("none")


def test_words_between_commas_are_understood(app: Page) -> None:
    app.get_by_role("textbox", name="Paste words").fill(", ".join(FORTY.split()))
    expect(app.locator("#paste-note")).to_have_text(
        "40 words, between commas: " + ", ".join(FORTY.split()[:6]) + " …"
    )

    app.get_by_role("button", name="Use these words").click()

    expect(status(app)).to_contain_text("40 words of “Pasted words” read")


def test_more_words_come_after_those_before_and_none_comes_again(app: Page) -> None:
    before = words_made(app)

    words = make_more(app)

    assert words[: len(before)] == before
    assert len(set(words)) == len(words) == 2 * len(before)
    expect(app.locator("#words-note")).to_contain_text(re.compile(r"48 shown of \d+ drawn: \d+ in"))


def anew(page: Page, why: str | re.Pattern[str]) -> list[str]:
    """Make the words anew that are marked as outdated; return those that take their place."""
    expect(page.locator("#words-why")).to_have_text(why)
    status(page).evaluate("(line) => line.replaceChildren()")
    page.get_by_role("button", name="Make them anew").click()
    expect(status(page)).to_contain_text("made.")
    expect(page.locator("#words-why")).to_be_empty()
    expect(page.get_by_role("button", name="Make them anew")).to_be_hidden()
    return words_made(page)


def test_words_of_another_model_or_of_other_settings_are_marked_and_never_mixed(app: Page) -> None:
    auto = words_made(app)
    person.choose(app, "Bigram counts")

    bigram = anew(app, re.compile(r"^Of N-gram, order \d, as it was\.$"))

    app.get_by_role("button", name="Receipt of").first.click()
    expect(app.get_by_role("dialog")).to_contain_text("under Bigram counts")
    app.get_by_role("dialog").get_by_role("button", name="Close").click()
    app.get_by_role("spinbutton", name="Smoothing").fill("50")
    app.get_by_role("spinbutton", name="Smoothing").press("Tab")
    expect(app.locator("#words-why")).to_have_text(
        "Of Bigram counts, before you changed its settings."
    )
    smoothed = make_more(app)
    assert len(smoothed) == len(bigram)
    assert smoothed != bigram
    expect(app.locator("#loss-note")).to_contain_text("smoothing 50")

    app.get_by_role("textbox", name="Starts with").fill("a")

    asked = anew(app, "Made before you changed what you ask.")
    assert not set(asked) & set(smoothed)
    app.get_by_role("textbox", name="Starts with").fill("")
    again = make_more(app)
    assert not set(again) & {*asked, *smoothed}
    person.choose(app, "Auto")
    expect(app.locator("#words-why")).to_have_text("Of Bigram counts, as it was.")
    assert not set(make_more(app)) & set(auto)


def test_how_likely_such_words_are_is_told_of_the_chosen_model_only(app: Page) -> None:
    app.get_by_role("textbox", name="Starts with").fill("qqq\u00df")
    expect(app.locator("#allowed")).to_have_class("note problem")

    person.choose(app, "GRU")

    expect(app.locator("#allowed")).to_be_empty()
    expect(app.locator("#allowed")).to_have_class("note")


def test_a_wrong_field_stays_marked_until_a_person_tries_again(app: Page) -> None:
    count = app.get_by_role("spinbutton", name="How many")
    count.fill("-1")
    app.get_by_role("button", name="Make more", exact=True).click()
    expect(count).to_have_attribute("aria-invalid", "true")

    app.evaluate("() => { document.body.dataset.state = document.body.dataset.state; }")

    expect(count).to_have_attribute("aria-invalid", "true")
    count.fill("3")
    make_more(app)
    expect(count).not_to_have_attribute("aria-invalid", "true")


def test_a_net_of_before_is_not_taken_for_the_notebooks(app: Page) -> None:
    person.choose(app, "Bigram net")
    app.get_by_role("spinbutton", name="Steps").fill("20")
    app.get_by_role("button", name="Train", exact=True).click()
    note = app.locator("#loss-note")
    expect(note).to_contain_text("its held-out words were kept out")
    person.as_in_the_notebook(app)

    person.choose(app, "Bigram net")
    person.generate(app)

    expect(note).not_to_contain_text("its held-out words were kept out")
    expect(note).to_contain_text("after 20 steps")


def test_a_word_that_is_never_to_be_shown_goes_and_does_not_come_back(app: Page) -> None:
    gone = words_made(app)[0]
    app.get_by_role("button", name="Receipt of").first.click()

    app.get_by_role("button", name="Never show it").click()

    expect(status(app)).to_contain_text("will not be shown again")
    assert gone not in make_more(app)


def test_a_link_gives_the_same_words_in_a_fresh_browser(
    app: Page, new_context: Callable[..., BrowserContext]
) -> None:
    app.context.grant_permissions(["clipboard-read", "clipboard-write"])
    use(app, FORTY)
    words = make_more(app)
    app.locator("#generated .star").first.click()
    app.get_by_role("button", name="Copy link").click()
    expect(status(app)).to_contain_text("It carries your list (40 words)")

    other = new_context().new_page()
    other.goto(app.evaluate("navigator.clipboard.readText()"))
    ready(other)

    expect(status(other)).to_contain_text(f"These are the {len(words)} words of the link.")
    assert words_made(other) == words
    starred = other.get_by_role("list", name="Starred words").get_by_role("listitem")
    expect(starred).to_have_text(words[:1])

    # Of a net, with something asked of words; pasted into a tab that is open.
    person.choose(app, "GRU")
    app.get_by_role("spinbutton", name="Steps").fill("30")
    app.get_by_role("textbox", name="Contains").fill("a")
    make_more(app)
    words = make_more(app)
    app.get_by_role("button", name="Copy link").click()
    expect(status(app)).to_contain_text("GRU, its settings, what you ask of words, the seed of 48")
    status(other).evaluate("(line) => line.replaceChildren()")
    other.goto(app.evaluate("navigator.clipboard.readText()"))
    expect(status(other)).to_contain_text("These are the 48 words of the link.")
    assert words_made(other) == words
    expect(other.get_by_role("button", name="Make them anew")).to_be_hidden()
    other.goto("./#make?list=nowhere&model=gru&steps=9&order=3&shown=5&sum=0")
    expect(status(other)).to_contain_text("there is no list “nowhere”; GRU has no setting “order”")


def opened_link(page: Page, kind: str) -> Page:
    """Copy a link and open it in another tab."""
    status(page).evaluate("(line) => line.replaceChildren()")
    page.get_by_role("button", name="Copy link").click()
    expect(status(page)).to_contain_text(
        f"{kind}, its settings, what you ask of words, the seed of"
    )
    other = page.context.new_page()
    other.goto(page.evaluate("navigator.clipboard.readText()"))
    ready(other)
    return other


def expect_from_link(page: Page, kind: str, words: list[str]) -> None:
    other = opened_link(page, kind)
    expect(status(other)).to_contain_text("words of the link.")
    assert words_made(other) == words
    other.close()


def test_a_link_trains_again_what_its_words_are_of(app: Page) -> None:
    app.context.grant_permissions(["clipboard-read", "clipboard-write"])
    use(app, "\n".join(FORTY.split() * 3), "120")
    app.get_by_role("textbox", name="Starts with").fill("T")
    make_more(app)
    app.locator("#generated .star").first.click()
    app.get_by_role("textbox", name="Starts with").fill("")
    make_more(app)
    status(app).evaluate("(line) => line.replaceChildren()")
    app.get_by_role("button", name="More like these").click()
    expect(status(app)).to_contain_text("made.")
    liked = words_made(app)
    expect_from_link(app, "Auto", liked)

    person.choose(app, "Bigram net")
    app.get_by_role("spinbutton", name="Steps").fill("20")
    make_more(app)
    app.get_by_role("spinbutton", name="Temperature").fill("0.9")
    of_net = make_more(app)
    expect_from_link(app, "Bigram net", of_net)

    person.choose(app, "Mix")
    of_mix = make_more(app)
    assert of_mix != of_net
    expect_from_link(app, "Mix", of_mix)


@pytest.mark.visited
def test_a_damaged_link_says_so(page: Page) -> None:
    page.goto("./#make?with=AAAA")

    expect(status(page)).to_contain_text("The link is damaged")


@pytest.mark.fresh  # what it keeps
def test_work_is_offered_on_return_and_goes_on(app: Page) -> None:
    use(app, FORTY)
    words = make_more(app)
    app.locator("#generated .star").first.click()
    app.evaluate(
        """async (starred) => {
            const result = (asked) => new Promise((done) => {
                asked.onsuccess = () => done(asked.result);
            });
            for (let kept = false; !kept; await new Promise(requestAnimationFrame)) {
                const db = await result(indexedDB.open("makemore"));
                const store = db.transaction("projects").objectStore("projects");
                kept = (await result(store.getAll())).some(({ stars }) => stars.includes(starred));
                db.close();
            }
        }""",
        words[0],
    )
    app.reload()
    ready(app)

    app.get_by_role("button", name="Continue: Pasted words, 1 starred").click()

    expect(status(app)).to_contain_text("is here again")
    assert words_made(app) == words
    more = make_more(app)
    assert more[: len(words)] == words
    assert len(set(more)) == len(more)


def test_what_was_made_goes_on_in_python_and_in_spreadsheets(app: Page) -> None:
    use(app, FORTY)
    words = make_more(app)
    app.locator("#generated .star").first.click()

    with app.expect_download() as scores:
        app.get_by_role("button", name="Scores as CSV").click()
    app.get_by_role("button", name="More", exact=True).click()
    with app.expect_download() as notebook:
        app.get_by_role("button", name="Continue in Python").click()

    head, *rows = csv.reader(io.StringIO(scores.value.path().read_text(encoding="utf-8")))
    assert head[:4] == ["word", "log-probability", "nats per symbol", "probability"]
    assert head[4:] == ["new", "starred", "model"]
    assert [row[0] for row in rows] == words
    assert [row[5] for row in rows] == ["yes"] + ["no"] * (len(words) - 1)
    assert {row[6] for row in rows} == {app.locator("#context-model").inner_text().split(" · ")[0]}
    for word, log, nats, probability, *_ in rows:
        assert float(log) == pytest.approx(-float(nats) * (len(word) + 1), rel=1e-4)
        assert float(probability) == pytest.approx(math.exp(float(log)), rel=1e-4)
    names: dict[str, Any] = {}
    for cell in json.loads(notebook.value.path().read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            exec("".join(cell["source"]), names)
    assert names["made"] == words
    assert names["starred"] == words[:1]


def test_all_counts_are_given_away_however_many_symbols_are_shown(app: Page) -> None:
    app.get_by_role("combobox", name="Word list").select_option("cities")
    expect(status(app)).to_contain_text("“Cities of the world” read")
    symbols = app.evaluate("fetch('data/cities.preview.json').then((a) => a.json())")["summary"][
        "symbol_count"
    ]
    person.go(app, "Inside")
    app.get_by_role("combobox", name="Symbols shown").select_option(f"all {symbols}")
    expect(app.locator("#heatmap tbody tr")).to_have_count(symbols)

    with app.expect_download() as saved:
        app.get_by_role("button", name="All counts as TSV").click()

    rows = saved.value.path().read_text(encoding="utf-8").splitlines()
    assert rows[0] == "context\tnext\tcount"
    assert len({row.split("\t")[1] for row in rows[1:]}) == symbols


DROP = """
(target, bytes) => {
  const data = new DataTransfer();
  data.items.add(new File([Uint8Array.from(bytes)], "mine.safetensors"));
  target.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true }));
}
"""


def test_a_project_is_saved_on_a_phone_and_opened_by_drop(app: Page) -> None:
    app.set_viewport_size({"width": 390, "height": 844})
    use(app, FORTY)
    words = make_more(app)
    app.locator("#generated .star").first.click()
    app.get_by_role("button", name="More", exact=True).click()
    with app.expect_download() as saved:
        app.get_by_role("button", name="Save project").click()
    app.reload()
    ready(app)

    app.locator("#main").evaluate(DROP, list(saved.value.path().read_bytes()))

    expect(status(app)).to_contain_text("“Pasted words, 1 starred” is here")
    assert words_made(app) == words


@pytest.mark.visited
def test_what_a_link_has_that_cannot_be_is_said(page: Page) -> None:
    page.goto("./#make?temperature=0&count=-3")

    expect(status(page)).to_contain_text(
        '“temperature” cannot be "0"; “count” cannot be "-3"', timeout=START_TIMEOUT
    )
