"""Lists that are asked for while another is on its way, gone back from, or trained on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Event

import pytest
from playwright.sync_api import FilePayload, Locator, Page, Route, expect

from tests.e2e import person
from tests.e2e.conftest import START_TIMEOUT, Guard

# Each message is kept: what has been said is part of what happened.
LISTEN = """
() => {
  window.said = [];
  const status = document.getElementById("status");
  new MutationObserver(() => said.push(status.textContent)).observe(status, {
    childList: true, subtree: true, characterData: true,
  });
}
"""
# After so many frames, and hence in the middle of whatever the choice has begun by then.
PASTE_AFTER = """
async (frames) => {
  const select = document.getElementById("list");
  select.value = "cities";
  select.dispatchEvent(new Event("change", { bubbles: true }));
  for (let i = 0; i < frames; i += 1) await new Promise(requestAnimationFrame);
  document.getElementById("paste").value = "xyz\\nzyx\\n";
  document.getElementById("use-paste").click();
}
"""
# A file is looked at first, to tell words from weights; those few bytes come when they are let.
LATE_BYTES = """
() => {
  const arrayBuffer = Blob.prototype.arrayBuffer;
  Blob.prototype.arrayBuffer = async function () {
    if (this.size === 9) await new Promise((come) => { window.comeNow = come; });
    return arrayBuffer.call(this);
  };
}
"""


# What the service worker has kept would come without a request that could be held back.
without_service_worker = pytest.mark.browser_context_args(service_workers="block")


def status(page: Page) -> Locator:
    return page.locator("#status")


def upload(page: Page, name: str, content: bytes) -> None:
    file = FilePayload(name=name, mimeType="text/plain", buffer=content)
    page.get_by_label("Upload a word list").set_input_files(file)


def choose(page: Page, value: str) -> None:
    page.get_by_role("combobox", name="Word list").select_option(value)


def in_use(page: Page) -> str:
    return page.locator("#summary h3").inner_text()


@pytest.fixture
def slow(app: Page, guard: Guard) -> Callable[[str], Callable[[], None]]:
    """Hold the file of a built-in list back; what is returned lets it come."""
    guard.expect("Service Worker registration blocked by Playwright")

    def hold(name: str) -> Callable[[], None]:
        held: list[Route] = []
        asked = Event()

        def keep(route: Route) -> None:
            held.append(route)
            asked.set()

        app.route(f"**/data/{name}.txt", keep)

        def let_come() -> None:
            assert asked.is_set()
            with app.expect_response(f"**/data/{name}.txt"):
                for route in held:
                    route.continue_()

        return let_come

    return hold


def settled(page: Page) -> None:
    """Wait until what was begun has had its turn in the page and in Python."""
    page.evaluate(
        "() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))"
    )
    person.generate(page)
    expect(status(page)).to_contain_text("made")


@without_service_worker
def test_a_slow_list_does_not_replace_one_that_was_asked_for_later(
    app: Page, slow: Callable[[str], Callable[[], None]]
) -> None:
    let_come = slow("cities")
    choose(app, "cities")
    upload(app, "mine.txt", b"emma\nolivia\n")
    expect(status(app)).to_contain_text("2 words of “mine.txt” read")

    let_come()
    settled(app)

    assert in_use(app) == "mine.txt"
    expect(app.get_by_role("combobox", name="Word list")).to_have_value("")


@without_service_worker
def test_a_net_in_training_is_not_lost_to_a_slow_list(
    app: Page, slow: Callable[[str], Callable[[], None]]
) -> None:
    let_come = slow("cities")
    choose(app, "cities")
    upload(app, "mine.txt", b"emma\nolivia\n")
    expect(status(app)).to_contain_text("2 words of “mine.txt” read")
    person.choose(app, "Bigram net")
    app.get_by_role("spinbutton", name="Steps").fill("100000")
    app.get_by_role("button", name="Train", exact=True).click()
    expect(app.locator("body")).to_have_attribute("data-state", "training")

    let_come()
    app.get_by_role("button", name="Stop", exact=True).click()

    expect(status(app)).to_contain_text("Stopped after")
    assert in_use(app) == "mine.txt"


@pytest.mark.parametrize("frames", [[0, 1, 2, 3], [5, 8, 12, 24]])
def test_whatever_the_moment_the_last_list_wins_and_all_say_so(
    app: Page, frames: list[int]
) -> None:
    for after in frames:
        app.evaluate(PASTE_AFTER, after)

        expect(status(app)).to_contain_text("2 words of “Pasted words” read")
        settled(app)
        assert in_use(app) == "Pasted words"
        expect(app.get_by_role("combobox", name="Word list")).to_have_value("")
        first = app.get_by_role("list", name="First words").get_by_role("listitem")
        expect(first).to_have_text(["xyz", "zyx"])
        choose(app, "languages")
        expect(status(app)).to_contain_text("of “Languages” read")


@without_service_worker
def test_train_waits_for_the_list_that_was_asked_for(
    app: Page, slow: Callable[[str], Callable[[], None]]
) -> None:
    let_come = slow("cities")
    choose(app, "cities")
    app.evaluate(LISTEN)
    person.choose(app, "Bigram net")
    app.get_by_role("spinbutton", name="Steps").fill("3")
    app.get_by_role("button", name="Train", exact=True).click()
    expect(status(app)).to_contain_text("Training begins as soon as the list has been read")

    let_come()

    expect(status(app)).to_contain_text("Trained after 3 steps", timeout=START_TIMEOUT)
    said = app.evaluate("said")
    read = next(i for i, text in enumerate(said) if "“Cities of the world” read" in text)
    begun = next(i for i, text in enumerate(said) if "Training for 3 steps" in text)
    assert read < begun
    assert in_use(app) == "Cities of the world"


@pytest.mark.parametrize("begun", [False, True])
def test_going_back_ends_a_read_that_is_asked_for_or_under_way(
    app: Page, tmp_path: Path, begun: bool
) -> None:
    upload(app, "mine.txt", b"emma\nolivia\n")
    expect(status(app)).to_contain_text("2 words of “mine.txt” read")
    file = tmp_path / "large.txt"
    file.write_bytes(b"emma\nolivia\nava\nisabella\n" * 3_600_000)  # 90 MB
    app.get_by_label("Upload a word list").set_input_files(file)
    if begun:
        expect(app.locator("#reading-progress")).to_be_visible()

    app.get_by_role("button", name="Back to “US names of 2017”").click()

    expect(status(app)).to_contain_text("“US names of 2017” is in use again")
    expect(app.locator("#reading-progress")).to_be_hidden()
    settled(app)
    assert in_use(app) == "US names of 2017"
    expect(app.get_by_role("button", name="Back to “mine.txt”")).to_be_visible()


@without_service_worker
def test_going_back_ends_a_wait_for_a_slow_list(
    app: Page, slow: Callable[[str], Callable[[], None]]
) -> None:
    upload(app, "mine.txt", b"emma\nolivia\n")
    expect(status(app)).to_contain_text("2 words of “mine.txt” read")
    let_come = slow("cities")
    choose(app, "cities")

    app.get_by_role("button", name="Back to “US names of 2017”").click()
    expect(status(app)).to_contain_text("“US names of 2017” is in use again")
    let_come()
    settled(app)

    assert in_use(app) == "US names of 2017"
    expect(app.get_by_role("combobox", name="Word list")).to_have_value("names")


# The next action that reports is held at its first report, until goOn().
HOLD = """
() => {
  const { postMessage } = MessagePort.prototype;
  const held = [];
  MessagePort.prototype.postMessage = function (...message) {
    if (held.length > 0 && held[0].port !== this) postMessage.apply(this, message);
    else document.body.dataset.held = String(held.push({ port: this, message }));
  };
  window.goOn = () => {
    MessagePort.prototype.postMessage = postMessage;
    for (const { port, message } of held) postMessage.apply(port, message);
  };
}
"""


def figure(page: Page, kind: str) -> Locator:
    return page.locator(f'#models [data-figure="{kind}"]')


@without_service_worker
def test_what_is_trained_is_what_was_asked_for_though_another_model_is_chosen(
    app: Page, slow: Callable[[str], Callable[[], None]]
) -> None:
    let_come = slow("languages")
    person.choose(app, "Auto")
    app.get_by_role("combobox", name="Lean on").select_option("Languages")
    app.get_by_role("button", name="Train", exact=True).click()
    person.choose(app, "Bigram counts")
    expect(status(app)).to_contain_text("Bigram counts: counted")
    counted = figure(app, "bigram").inner_text()

    let_come()

    expect(status(app)).to_contain_text("N-gram")
    expect(figure(app, "bigram")).to_have_text(counted)
    person.choose(app, "Auto")
    expect(app.locator("#loss-note")).to_contain_text("N-gram")
    expect(app.locator("#loss-note")).not_to_contain_text("before you changed")


def test_words_of_the_list_before_do_not_come_among_those_of_the_new_one(app: Page) -> None:
    app.get_by_role("textbox", name="Contains").fill("x")
    app.get_by_role("spinbutton", name="How many").fill("300")
    app.evaluate(HOLD)
    app.get_by_role("button", name="Make more", exact=True).click()
    expect(app.locator("body")).to_have_attribute("data-held", "1")
    upload(app, "mine.txt", "αβγδ\nγβαδ\n".encode())  # which leans on no list
    expect(status(app)).to_contain_text("2 words of “mine.txt” read")

    app.evaluate("goOn()")
    person.choose(app, "Bigram counts")
    expect(status(app)).to_contain_text("Bigram counts: counted")

    words = person.words_made(app)
    assert words
    assert not set("".join(words)) - set("αβγδ")


def test_a_model_of_the_list_before_does_not_take_the_place_of_the_new_ones(app: Page) -> None:
    app.evaluate(HOLD)
    person.choose(app, "N-gram")
    expect(app.locator("body")).to_have_attribute("data-held", "1")
    upload(app, "mine.txt", b"emma\nolivia\nava\n")
    expect(status(app)).to_contain_text("3 words of “mine.txt” read")
    counted = figure(app, "ngram").inner_text()

    app.evaluate("goOn()")
    settled(app)
    person.choose(app, "Bigram counts")

    expect(status(app)).to_contain_text("Bigram counts: counted")
    expect(figure(app, "ngram")).to_have_text(counted)


def test_a_file_whose_first_bytes_come_late_does_not_replace_a_later_list(app: Page) -> None:
    app.evaluate(LATE_BYTES)
    upload(app, "mine.txt", b"emma\nolivia\n")
    app.get_by_role("textbox", name="Paste words").fill("xyz\nzyx\n")
    app.get_by_role("button", name="Use these words").click()
    expect(status(app)).to_contain_text("2 words of “Pasted words” read")

    app.evaluate("comeNow()")
    settled(app)

    assert in_use(app) == "Pasted words"
