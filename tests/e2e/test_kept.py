"""Work that is kept: a project for each list, in one tab and in two, given away, and forgotten."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Dialog, Page, expect

from tests.e2e import person
from tests.e2e.conftest import START_TIMEOUT, Guard, open_page
from tests.e2e.person import status, words_made

FORTY = (Path(__file__).resolve().parents[1] / "fixtures/forty.txt").read_text(encoding="utf-8")

# Wait until just these projects are kept, and one of them has these words.
KEPT = """
async ([expected, words]) => {
  const result = (asked) => new Promise((done) => {
    asked.onsuccess = () => done(asked.result);
  });
  const has = ({ made }) => made.words.map(({ word }) => word).join() === words;
  for (let found = false; !found; await new Promise(requestAnimationFrame)) {
    const db = await result(indexedDB.open("makemore"));
    const [all, index] = await Promise.all(["projects", "index"].map((store) =>
      result(db.transaction(store).objectStore(store).getAll())));
    const nameOf = (id) => index.find((entry) => entry.id === id)?.name;
    const titles = all.map(({ id, stars }) => [nameOf(id), ...stars].join(" ")).sort().join("; ");
    found = titles === expected && (words === null || all.some(has));
    db.close();
  }
}
"""

# Put what is kept into a database as pages made it that had no index.
WITHOUT_INDEX = """
async () => {
  const result = (asked) => new Promise((done) => {
    asked.onsuccess = () => done(asked.result);
  });
  const db = await result(indexedDB.open("makemore"));
  const all = await result(db.transaction("projects").objectStore("projects").getAll());
  db.close();
  await result(indexedDB.deleteDatabase("makemore"));
  const asked = indexedDB.open("makemore", 1);
  asked.onupgradeneeded = () => asked.result.createObjectStore("projects", { keyPath: "id" });
  const older = await result(asked);
  const transaction = older.transaction("projects", "readwrite");
  for (const project of all) transaction.objectStore("projects").put(project);
  await new Promise((done) => { transaction.oncomplete = done; });
  older.close();
}
"""


def ready(page: Page) -> None:
    expect(page.locator("body")).to_have_attribute("data-state", "ready", timeout=START_TIMEOUT)


def use(page: Page, text: str) -> None:
    page.get_by_role("textbox", name="Paste words").fill(text)
    page.get_by_role("button", name="Use these words").click()
    expect(status(page)).to_contain_text("words of “Pasted words” read")


def choose_cities(page: Page) -> None:
    page.get_by_role("combobox", name="Word list").select_option("cities")
    expect(status(page)).to_contain_text("of “Cities of the world” read")


def make_more(page: Page) -> list[str]:
    """Make more words; return all that are shown then."""
    status(page).evaluate("(line) => line.replaceChildren()")
    page.get_by_role("button", name="Make more", exact=True).click()
    expect(status(page)).to_contain_text("made.")
    return words_made(page)


def star_first(page: Page) -> str:
    page.locator("#generated .star").first.click()
    return words_made(page)[0]


def stars(page: Page) -> list[str]:
    items = page.get_by_role("list", name="Starred words").get_by_role("listitem")
    return items.all_inner_texts()


def press_in_menu(page: Page, name: str) -> None:
    if not page.locator("#more").is_visible():
        page.get_by_role("button", name="More", exact=True).click()
    page.get_by_role("button", name=name, exact=True).click()


def kept(page: Page, *projects: str, words: list[str] | None = None) -> None:
    """Wait until just these are kept, each with its stars, and these words in one of them."""
    page.evaluate(KEPT, ["; ".join(sorted(projects)), None if words is None else ",".join(words)])


def train_gru(page: Page) -> None:
    person.choose(page, "GRU")
    page.get_by_role("spinbutton", name="Steps").fill("30")
    page.get_by_role("button", name="Train", exact=True).click()
    expect(status(page)).to_contain_text("Trained after 30 steps", timeout=START_TIMEOUT)


@pytest.mark.fresh  # what it keeps
def test_each_list_has_a_project_of_its_own_which_tabs_have_in_turn(app: Page) -> None:
    use(app, FORTY)
    words = make_more(app)
    mine = star_first(app)
    choose_cities(app)
    assert stars(app) == []
    city = star_first(app)
    kept(app, f"Pasted words {mine}", f"Cities of the world {city}")

    press_in_menu(app, "Continue Pasted words")
    expect(status(app)).to_contain_text("“Pasted words, 1 starred” is here again.")
    assert (words_made(app), stars(app)) == (words, [mine])
    press_in_menu(app, "Continue Cities of the world")
    expect(status(app)).to_contain_text("“Cities of the world, 1 starred” is here again.")
    expect(status(app)).not_to_contain_text("another tab")
    assert stars(app) == [city]
    app.get_by_role("button", name="Back to “Pasted words”").click()
    expect(status(app)).to_contain_text("“Pasted words” is in use again")
    assert (words_made(app), stars(app)) == (words, [mine])

    def answer(dialog: Dialog) -> None:
        dialog.accept("Fantasy")

    app.once("dialog", answer)
    press_in_menu(app, "Rename Pasted words")
    expect(app.get_by_role("list", name="Projects")).to_contain_text("Fantasy, 1 starred in use")
    app.keyboard.press("Escape")  # the menu
    app.locator("#generated .star").nth(1).click()
    second = words[1]
    kept(app, f"Fantasy {mine} {second}", f"Cities of the world {city}")

    other = app.context.new_page()
    other.goto("./")
    other.get_by_role("button", name="Continue: Fantasy, 2 starred").click()
    expect(status(other)).to_contain_text("this is a copy of it", timeout=START_TIMEOUT)
    press_in_menu(other, "Delete Cities of the world")
    expect(status(other)).to_contain_text("The project is forgotten")
    other.keyboard.press("Escape")
    other.locator("#generated .star").nth(2).click()
    kept(app, f"Fantasy {mine} {second}", f"Fantasy (copy) {mine} {second} {words[2]}")

    press_in_menu(other, "Forget all projects")
    expect(status(other)).to_contain_text("2 projects forgotten")
    app.locator("#generated .star").nth(3).click()
    expect(status(app)).to_contain_text("This project was forgotten")
    kept(app)
    other.reload()
    ready(other)
    expect(other.get_by_role("button", name="Continue:")).to_be_hidden()


@pytest.mark.fresh  # what it keeps
def test_what_an_older_page_kept_is_there(app: Page, guard: Guard) -> None:
    guard.expect("404")  # of an icon, which browsers ask for where a file names none
    use(app, FORTY)
    mine = star_first(app)
    kept(app, f"Pasted words {mine}")
    app.goto("./manifest.webmanifest")
    app.evaluate(WITHOUT_INDEX)

    app.goto("./")
    app.get_by_role("button", name="Continue: Pasted words, 1 starred").click()

    expect(status(app)).to_contain_text("is here again", timeout=START_TIMEOUT)
    assert stars(app) == [mine]


HOLD_OLDER = """
() => new Promise((done) => {
  const asked = indexedDB.open("makemore", 1);
  asked.onupgradeneeded = () => asked.result.createObjectStore("projects", { keyPath: "id" });
  asked.onsuccess = () => { window.older = asked.result; done(); };
})
"""


def test_an_older_page_in_another_tab_is_told_of_and_waited_for(page: Page, guard: Guard) -> None:
    guard.expect("404")  # of an icon, which browsers ask for where a file names none
    page.goto("./manifest.webmanifest")
    page.evaluate(HOLD_OLDER)
    app = page.context.new_page()
    open_page(app)

    use(app, FORTY)

    expect(status(app)).to_contain_text("not kept on this device: another tab has this page")
    assert len(make_more(app)) > 24
    page.close()
    mine = star_first(app)
    kept(app, f"Pasted words {mine}")


@pytest.mark.fresh  # what it keeps
def test_models_with_weights_of_their_own_come_back_as_they_were(app: Page) -> None:
    use(app, FORTY)
    mine = star_first(app)
    app.get_by_role("button", name="More like these").click()
    expect(app.locator("#context-model")).to_contain_text("more like")
    train_gru(app)
    app.locator("#generated li").first.get_by_role("button", name="Receipt").click()
    app.get_by_role("button", name="Never show it").click()
    app.get_by_role("textbox", name="Contains").fill("a")
    app.get_by_role("button", name="Make them anew").click()
    expect(status(app)).to_contain_text("made.")
    words = words_made(app)
    kept(app, f"Pasted words {mine}", words=words)
    context = app.context
    app.close()

    page = context.new_page()
    page.goto("./")
    page.get_by_role("button", name="Continue: Pasted words, 1 starred").click()  # before Python
    expect(status(page)).to_contain_text("is here again", timeout=START_TIMEOUT)
    same(page, words)
    more = make_more(page)
    assert more[: len(words)] == words
    page.workers[0].evaluate("() => { self.close(); }")
    expect(status(page)).to_contain_text("are back", timeout=START_TIMEOUT)
    same(page, more)
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save project").click()
    file = saved.value.path()
    press_in_menu(page, "Forget all projects")
    page.reload()
    ready(page)
    page.locator("#project-file").set_input_files(file)
    expect(status(page)).to_contain_text("is here, as its file has it", timeout=START_TIMEOUT)
    same(page, more)
    assert stars(page) == [mine]


def same(page: Page, words: list[str]) -> None:
    """Check that words of the GRU are there, not outdated, and "More like these" is as well."""
    assert words_made(page) == words
    expect(page.get_by_role("radio", name="GRU")).to_be_checked()
    expect(page.get_by_role("button", name="Make them anew")).to_be_hidden()
    expect(page.get_by_role("textbox", name="Contains")).to_have_value("a")
    page.get_by_role("radio", name="Auto").check()
    expect(page.locator("#context-model")).to_contain_text("more like")
    page.get_by_role("radio", name="GRU").check()
    expect(page.get_by_role("button", name="Make them anew")).to_be_hidden()


FORBIDDEN = """
indexedDB.open = () => { throw new DOMException("no", "SecurityError"); };
"""


@pytest.mark.fresh
def test_what_cannot_be_kept_is_said(page: Page) -> None:
    page.add_init_script(FORBIDDEN)
    page.goto("./")
    ready(page)
    star_first(page)

    expect(status(page)).to_contain_text("Your work is not kept on this device")
    with page.expect_event("dialog") as dialog:
        page.evaluate("() => { setTimeout(() => location.reload()) }")
    dialog.value.dismiss()
    page.get_by_role("button", name="More", exact=True).click()
    expect(page.locator("#keep-note")).to_contain_text("Not kept: this browser does not allow it")
    page.get_by_role("checkbox", name="Keep my work on this device").uncheck()
    expect(status(page)).to_contain_text("Nothing is kept from now on")
