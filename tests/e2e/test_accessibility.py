"""Axe finds nothing in any state, and all of the page works by keyboard alone."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Page, expect

from tests.e2e import person
from tests.e2e.conftest import START_TIMEOUT, Shared

DROP = """
(target, names) => {
  const data = new DataTransfer();
  for (const name of names) data.items.add(new File(["emma\\n"], name));
  target.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true }));
}
"""
# That a project is in the browser's database.
# What can be scrolled down within a sheet that itself can.
SCROLLING = """
(sheet) => [...sheet.querySelectorAll("*:not(textarea, select)")]
  .filter((each) => each.scrollHeight > each.clientHeight + 1)
  .filter((each) => ["auto", "scroll"].includes(getComputedStyle(each).overflowY))
  .map((each) => each.outerHTML.slice(0, 80))
"""


# What has begun to fade has a contrast of its own in each moment: it is looked at as it was before.
HOLD = """document.getAnimations().forEach((animation) => {
    animation.pause();
    animation.currentTime = 0;
})"""


def violations(page: Page) -> list[str]:
    page.evaluate(HOLD)
    found = Axe().run(page).response["violations"]
    return [
        f"{rule['id']}: {node['target']} {node['failureSummary']}"
        for rule in found
        for node in rule["nodes"]
    ]


def status(page: Page, text: str) -> None:
    expect(page.locator("#status")).to_contain_text(text)


def train(page: Page) -> None:
    person.choose(page, "Bigram net")
    page.get_by_role("button", name="Train", exact=True).click()
    status(page, "Trained after 300 steps")


def as_it_opens(page: Page) -> None:
    expect(page.get_by_role("list", name="Generated words")).to_be_visible()


def all_open(page: Page) -> None:
    person.open_all(page)
    page.get_by_role("button", name="More", exact=True).click()


def compared(page: Page) -> None:
    person.go(page, "Compare")


def seen_inside(page: Page) -> None:
    person.go(page, "Inside")
    expect(page.get_by_role("table", name="Bigram counts")).to_be_visible()


def trained_with_the_difference(page: Page) -> None:
    train(page)
    person.go(page, "Inside")
    page.get_by_role("radio", name="Difference").check()
    page.get_by_role("radio", name="Log-probability").check()
    expect(page.get_by_role("table", name="Log-probabilities, net minus counting")).to_be_visible()


def generated_with_a_receipt(page: Page) -> None:
    person.as_in_the_notebook(page)
    page.get_by_role("button", name="Star mor", exact=True).click()
    page.get_by_role("button", name="Receipt of mor").click()
    expect(page.get_by_role("heading", name="mor", exact=True)).to_be_visible()


def score(page: Page, word: str) -> None:
    person.go(page, "Inside")
    field = page.get_by_role("textbox", name="Score a word")
    field.fill(word)
    field.press("Enter")


def scored(page: Page) -> None:
    person.as_in_the_notebook(page)
    score(page, "andrejq")
    expect(page.get_by_role("table", name="Score by Bigram counts")).to_be_visible()


def refused(page: Page) -> None:
    page.get_by_role("spinbutton", name="How many").fill("-1")
    page.get_by_role("button", name="Make more").click()
    status(page, "How many must be")


def not_scored(page: Page) -> None:
    score(page, "ß")
    status(page, "'ß'")


def words_outdated_and_grouped(page: Page) -> None:
    page.get_by_role("combobox", name="Sort").select_option("near-copies together")
    page.get_by_role("textbox", name="Starts with").fill("a")
    expect(page.get_by_role("button", name="Make them anew")).to_be_visible()


def words_made_into_a_file(page: Page) -> None:
    page.get_by_role("spinbutton", name="How many").fill("100000")
    page.get_by_role("button", name="Make more").click()
    expect(page.get_by_role("button", name="Stop making")).to_be_visible()


def several_files_dropped(page: Page) -> None:
    page.locator("#summary").evaluate(DROP, ["one.txt", "two.txt"])
    expect(page.get_by_role("region", name="2 files: one list?")).to_be_visible()


def projects_listed(page: Page) -> None:
    page.locator("#generated .star").first.click()
    more = page.get_by_role("button", name="More", exact=True)
    expect(more).to_be_visible()
    more.click()  # the project comes as soon as it is kept
    expect(page.get_by_role("button", name="Rename US names of 2017").first).to_be_visible()


def sheets_of_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    for part in ("#context-list", "#context-words", "#context-model"):
        page.locator(part).click()
        person.open_all(page)
        nested = page.locator(".sheet.open").evaluate(SCROLLING)
        assert nested == []
        assert violations(page) == []
        reached = [focused(page) for _ in range(25)]
        assert all(reached), "the focus left the sheet"
        page.keyboard.press("Escape")
        expect(page.locator(part)).to_be_focused()
    page.locator("#context-list").click()


def focused(page: Page) -> bool:
    """Press Tab; tell whether the focus stayed in the sheet, or left the page."""
    page.keyboard.press("Tab")
    inside: bool = page.evaluate(
        "document.activeElement === document.body || document.activeElement.matches('.sheet *')"
    )
    return inside


def many_symbols(page: Page) -> None:
    page.get_by_role("combobox", name="Word list").select_option("cities")
    status(page, "“Cities of the world” read")


@pytest.mark.parametrize(
    "bring_about",
    [
        *(as_it_opens, trained_with_the_difference, generated_with_a_receipt, scored, many_symbols),
        *(words_outdated_and_grouped, words_made_into_a_file, several_files_dropped),
        *(projects_listed, sheets_of_a_phone),
    ],
)
def test_axe_finds_nothing(app: Page, bring_about: Callable[[Page], None]) -> None:
    bring_about(app)

    assert violations(app) == []


@pytest.fixture
def same(shared: Shared) -> Page:
    """Return the page in Make, for tests that leave its list, models and words as they were."""
    page = shared.page(lambda page: None)
    page.keyboard.press("Escape")
    person.go(page, "Make")
    return page


@pytest.mark.parametrize("bring_about", [all_open, compared, seen_inside, refused, not_scored])
def test_axe_finds_nothing_when(same: Page, bring_about: Callable[[Page], None]) -> None:
    bring_about(same)

    assert violations(same) == []


@pytest.mark.visited
@pytest.mark.parametrize(
    ("width", "scheme"), [(1280, "dark"), (390, "light"), (390, "dark")], ids=str
)
def test_axe_finds_nothing_on_other_screens(page: Page, width: int, scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.set_viewport_size({"width": width, "height": 844})
    page.goto("./")
    expect(page.locator("body")).to_have_attribute("data-state", "ready", timeout=START_TIMEOUT)
    trained_with_the_difference(page)

    assert violations(page) == []


def test_axe_finds_nothing_while_python_cannot_start(page: Page) -> None:
    page.add_init_script("delete globalThis.WebAssembly")
    page.goto("./")
    status(page, "has no WebAssembly")

    assert violations(page) == []


def test_the_main_job_is_done_by_keyboard_alone(app: Page) -> None:
    def press(*keys: str) -> None:
        for key in keys:
            app.keyboard.press(key)

    person.open_all(app)
    app.get_by_role("radio", name="Bigram counts", exact=True).focus()
    press("ArrowDown")
    expect(app.get_by_role("radio", name="Bigram net", exact=True)).to_be_checked()
    app.get_by_role("spinbutton", name="Steps").focus()
    press("Enter")
    status(app, "Trained after 300 steps")
    app.get_by_role("spinbutton", name="How many").focus()
    press("Enter")
    status(app, "24 words made")
    first = app.get_by_role("list", name="Generated words").get_by_role("listitem").first
    first.get_by_role("button", name="Receipt of").focus()
    press("Enter")
    expect(app.get_by_role("button", name="Nearest words")).to_be_visible()
    press("Escape")
    expect(first.get_by_role("button", name="Receipt of")).to_be_focused()


def test_the_words_are_gone_through_with_the_arrow_keys(app: Page) -> None:
    items = app.get_by_role("list", name="Generated words").get_by_role("listitem")
    items.first.get_by_role("button", name="Receipt of").focus()

    app.keyboard.press("ArrowDown")
    expect(items.nth(1).get_by_role("button", name="Receipt of")).to_be_focused()
    app.keyboard.press("s")
    expect(items.nth(1).get_by_role("button", name="Star")).to_have_attribute(
        "aria-pressed", "true"
    )
    app.keyboard.press("End")
    expect(items.last.get_by_role("button", name="Receipt of")).to_be_focused()
    app.keyboard.press("Tab")
    app.keyboard.press("Tab")
    expect(app.locator("#generated :focus")).to_have_count(0)


def test_the_table_is_read_with_the_arrow_keys(app: Page) -> None:
    person.go(app, "Inside")
    table = app.get_by_role("table", name="Bigram counts")
    app.locator("#model").get_by_role("button", name="Save as SVG").first.focus()
    app.keyboard.press("Tab")
    expect(table.get_by_role("row").nth(1).get_by_role("cell").first).to_be_focused()
    pair = app.locator("#readout div", has_text="Pair").locator("dd")

    for key in ("ArrowDown", "ArrowRight", "ArrowRight"):
        app.keyboard.press(key)
    expect(pair).to_have_text("a b")
    app.keyboard.press("End")
    expect(pair).to_have_text("a z")
    app.keyboard.press("Control+Home")
    expect(pair).to_have_text(". .")
    app.keyboard.press("ArrowUp")
    expect(pair).to_have_text(". .")

    app.keyboard.press("ArrowDown")
    app.keyboard.press("Enter")
    expect(app.get_by_role("heading", name="What follows a")).to_be_visible()


def test_the_cell_with_the_focus_is_described_by_the_readout(app: Page) -> None:
    person.go(app, "Inside")
    cell = app.get_by_role("table", name="Bigram counts").get_by_role("cell", name="572")
    cell.click()

    expect(cell).to_be_focused()
    expect(cell).to_have_accessible_description(re.compile("Pair a a.*Share of row a"))


def test_training_announces_its_start_and_end_and_no_progress(app: Page) -> None:
    app.evaluate(
        """() => {
          window.announced = [];
          const status = document.getElementById("status");
          new MutationObserver(() => window.announced.push(status.textContent)).observe(status, {
            childList: true, characterData: true, subtree: true,
          });
        }"""
    )

    train(app)

    announced = app.evaluate("window.announced")
    assert announced[0] == "Training for 300 steps."
    assert announced[-1].startswith("Trained after 300 steps: loss ")
    assert len(announced) == 2
    assert app.locator("output[aria-label='Training loss']").get_attribute("aria-live") == "off"


def test_the_theme_follows_the_system_until_one_is_chosen_and_is_remembered(app: Page) -> None:
    def paper() -> str:
        return str(app.evaluate("getComputedStyle(document.body).backgroundColor"))

    app.emulate_media(color_scheme="light")
    light = paper()
    app.emulate_media(color_scheme="dark")
    dark = paper()
    assert light != dark

    more = app.get_by_role("button", name="More", exact=True)
    more.click()
    app.get_by_role("radio", name="Light").check()
    assert paper() == light
    app.reload()
    assert paper() == light
    more.click()
    expect(app.get_by_role("radio", name="Light")).to_be_checked()
    app.get_by_role("radio", name="System").check()
    assert paper() == dark


def test_nothing_is_wider_than_a_phone(same: Page) -> None:
    same.set_viewport_size({"width": 390, "height": 844})

    for place in ("Make", "Compare", "Inside", "Learn"):
        person.go(same, place)
        assert same.evaluate("document.documentElement.scrollWidth") == 390


def test_the_table_of_27_symbols_fits_a_laptop(same: Page) -> None:
    same.set_viewport_size({"width": 1280, "height": 800})
    person.go(same, "Inside")

    hidden = same.locator("#heatmap .scroll").evaluate(
        "element => element.scrollWidth - element.clientWidth"
    )
    assert hidden == 0
