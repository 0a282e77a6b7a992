"""Python dies or does not answer, and nothing that was made is lost."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Locator, Page, Worker, expect

from tests.e2e.conftest import START_TIMEOUT, Guard

LIST = FilePayload(
    name="mine.txt", mimeType="text/plain", buffer=b"emma\nolivia\nava\nisabella\nsophia\nmia\n"
)
DEATHS = {
    "an exception that nobody caught": "setTimeout(() => { throw new Error('out of order') })",
    "ended without a word": "self.close()",
    "memory that could not be had, at the next call": """
        Object.fromEntries = () => { throw new RangeError('Array buffer allocation failed') }
    """,
}


def status(page: Page) -> Locator:
    return page.locator("#status")


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def words_made(page: Page) -> list[str]:
    return page.get_by_role("list", name="Generated words").locator("bdi").all_inner_texts()


def upload(page: Page) -> None:
    page.get_by_label("Upload a word list").set_input_files(LIST)
    expect(status(page)).to_contain_text("6 words of “mine.txt” read")


def set_steps(page: Page, steps: int) -> None:
    page.get_by_role("radio", name="Gradient descent").check()
    page.get_by_role("spinbutton", name="Steps").fill(str(steps))
    page.get_by_role("spinbutton", name="Learning rate").fill("5")


def train(page: Page, steps: int) -> str:
    """Train a net; return its loss as shown."""
    set_steps(page, steps)
    button(page, "Train").click()
    expect(status(page)).to_contain_text(f"Trained after {steps:,} steps", timeout=30_000)
    return loss(page).inner_text()


def loss(page: Page) -> Locator:
    return page.locator("output[aria-label='Training loss']")


def generate(page: Page) -> list[str]:
    button(page, "Generate").click()
    expect(status(page)).to_contain_text("words made")
    return words_made(page)


def python(page: Page) -> Worker:
    return page.workers[0]


def expect_all_back(page: Page) -> None:
    expect(status(page)).to_contain_text("are back", timeout=START_TIMEOUT)


@pytest.mark.parametrize("death", DEATHS.values(), ids=DEATHS.keys())
def test_the_list_the_net_and_the_words_come_back_after_a_death(
    app: Page, guard: Guard, death: str
) -> None:
    guard.expect("out of order")
    upload(app)
    app.get_by_role("spinbutton", name="Smoothing").fill("3")
    button(app, "Train").click()
    expect(status(app)).to_contain_text("Counted")
    counted = loss(app).inner_text()
    trained = train(app, 40)
    before = generate(app)

    python(app).evaluate(f"() => {{ {death} }}")
    if "fromEntries" in death:
        button(app, "Generate").click()

    expect_all_back(app)
    expect(status(app)).to_contain_text("Python stopped")
    expect(status(app)).to_contain_text("list “mine.txt”")
    expect(status(app)).to_contain_text("net after 40 steps")
    expect(loss(app)).to_have_text(trained)
    assert words_made(app) == before
    assert generate(app) == before
    app.get_by_role("radio", name="Counting").check()
    button(app, "Train").click()
    expect(loss(app)).to_have_text(counted)


def test_a_list_chosen_while_python_starts_again_is_read_once_all_is_back(app: Page) -> None:
    upload(app)
    train(app, 40)
    before = generate(app)

    python(app).evaluate("() => self.close()")
    expect(status(app)).to_contain_text("is being started again")
    app.get_by_label("Upload a word list").set_input_files(
        FilePayload(name="second.txt", mimeType="text/plain", buffer=b"anna\nbob\n")
    )

    expect(status(app)).to_contain_text("2 words of “second.txt” read", timeout=START_TIMEOUT)
    button(app, "Back to “mine.txt”").click()
    expect(status(app)).to_contain_text("in use again")
    expect(app.locator("#loss-note")).to_contain_text("After 40 steps")
    assert words_made(app) == before


def test_a_list_whose_file_is_gone_comes_back(app: Page, tmp_path: Path) -> None:
    file = tmp_path / "gone.txt"
    file.write_bytes(b"emma\nolivia\n")
    app.get_by_label("Upload a word list").set_input_files(file)
    expect(status(app)).to_contain_text("2 words of “gone.txt” read")
    before = generate(app)

    file.unlink()
    python(app).evaluate("() => self.close()")

    expect_all_back(app)
    expect(app.locator("#summary h3")).to_have_text("gone.txt")
    assert generate(app) == before


def test_leaving_the_page_asks_before_stars_are_lost(app: Page) -> None:
    app.get_by_role("button", name="Star ").first.click()
    starred = app.get_by_role("list", name="Starred words").inner_text()

    with app.expect_event("dialog") as dialog:
        app.evaluate("() => { setTimeout(() => location.reload()) }")
    assert dialog.value.type == "beforeunload"
    dialog.value.dismiss()

    assert app.get_by_role("list", name="Starred words").inner_text() == starred


def test_a_run_goes_on_after_a_death_as_if_nothing_had_been(app: Page) -> None:
    upload(app)
    train(app, 300)
    undisturbed = resume(app, 600)

    train(app, 300)
    python(app).evaluate("() => self.close()")
    expect_all_back(app)

    assert resume(app, 600) == undisturbed


def resume(page: Page, steps: int) -> tuple[str, list[str]]:
    """Go on with a run that was finished; return the loss and words of the net."""
    button(page, "Resume").click()
    expect(status(page)).to_contain_text(f"Trained after {steps:,} steps")
    return loss(page).inner_text(), generate(page)


@pytest.mark.fresh  # its clock
def test_a_death_in_mid_run_keeps_what_was_learned_until_shortly_before(app: Page) -> None:
    app.clock.install()
    set_steps(app, 100_000)
    button(app, "Train").click()
    wait_for_step(app, 1000)
    app.clock.fast_forward(2000)  # it is saved about every second
    wait_for_step(app, 2000)

    python(app).evaluate("() => self.close()")

    expect_all_back(app)
    expect(status(app)).to_have_text(re.compile(r"net after \d{1,2},\d{3} steps"))
    button(app, "Resume").click()
    expect(app.locator("body")).to_have_attribute("data-state", "training")
    button(app, "Stop").click()
    expect(status(app)).to_contain_text("Stopped after")


def wait_for_step(page: Page, step: int) -> None:
    page.wait_for_function(
        """step => {
            const note = document.getElementById('loss-note').textContent;
            return Number(note.match(/After ([\\d,]+)/)?.[1].replaceAll(',', '')) >= step;
        }""",
        arg=step,
    )


def test_a_list_that_kills_python_is_not_tried_again(app: Page) -> None:
    upload(app)
    python(app).evaluate(f"() => {{ {DEATHS['memory that could not be had, at the next call']} }}")
    app.get_by_label("Upload a word list").set_input_files(
        FilePayload(name="deadly.txt", mimeType="text/plain", buffer=b"a\n")
    )

    expect_all_back(app)

    expect(status(app)).to_contain_text("list “mine.txt”")
    expect(app.locator("#summary h3")).to_have_text("mine.txt")


@pytest.mark.fresh  # its clock
def test_python_that_does_not_answer_can_be_restarted(app: Page) -> None:
    upload(app)
    before = words_made(app)
    app.clock.install()
    python(app).evaluate("() => { setTimeout(() => { for (;;); }) }")

    button(app, "Generate").click()
    expect(button(app, "Restart Python")).to_be_hidden()
    app.clock.run_for(11_000)
    button(app, "Restart Python").click()

    expect_all_back(app)
    expect(button(app, "Restart Python")).to_be_hidden()
    assert words_made(app) == before
