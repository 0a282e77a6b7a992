"""Python dies or does not answer, and nothing that was made is lost."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Locator, Page, Worker, expect

from tests.e2e import person
from tests.e2e.conftest import START_TIMEOUT, Guard

LIST = FilePayload(
    name="mine.txt", mimeType="text/plain", buffer=b"emma\nolivia\nava\nisabella\nsophia\nmia\n"
)


def no_memory_for(answer: str) -> str:
    """Let memory run out at an answer; not at any: the page asks for other things when it likes."""
    return f"""
        const given = Object.fromEntries;
        Object.fromEntries = (entries) => {{
            const plain = given(entries);
            if ({answer}) throw new RangeError("Array buffer allocation failed");
            return plain;
        }};
    """


DEATHS = {
    "an exception that nobody caught": "setTimeout(() => { throw new Error('out of order') })",
    "ended without a word": "self.close()",
    "memory that could not be had for words": no_memory_for("'drawn' in plain"),
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
    person.choose(page, "Bigram net")
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
    status(page).evaluate("(line) => line.replaceChildren()")
    button(page, "Generate").click()
    expect(status(page)).to_contain_text("made.")
    return words_made(page)


def python(page: Page) -> Worker:
    return page.workers[0]


def expect_all_back(page: Page) -> None:
    expect(status(page)).to_contain_text("are back", timeout=START_TIMEOUT)


@pytest.mark.parametrize("death", DEATHS.values(), ids=DEATHS.keys())
def test_the_list_the_net_and_the_words_come_back_after_a_death(
    book: Page, guard: Guard, death: str
) -> None:
    guard.expect("out of order")
    upload(book)
    book.get_by_role("spinbutton", name="Smoothing").fill("3")
    button(book, "Train").click()
    expect(status(book)).to_contain_text("Bigram counts: counted")
    counted = loss(book).inner_text()
    trained = train(book, 40)
    before = generate(book)

    python(book).evaluate(f"() => {{ {death} }}")
    if "fromEntries" in death:
        button(book, "Generate").click()

    expect_all_back(book)
    expect(status(book)).to_contain_text("Python stopped")
    expect(status(book)).to_contain_text("list “mine.txt”")
    expect(status(book)).to_contain_text("Bigram net after 40 steps")
    expect(loss(book)).to_have_text(trained)
    assert words_made(book) == before
    assert generate(book) == before
    person.choose(book, "Bigram counts")
    button(book, "Train").click()
    expect(loss(book)).to_have_text(counted)


def test_a_list_chosen_while_python_starts_again_is_read_once_all_is_back(book: Page) -> None:
    upload(book)
    train(book, 40)
    before = generate(book)

    python(book).evaluate("() => self.close()")
    expect(status(book)).to_contain_text("is being started again")
    book.get_by_label("Upload a word list").set_input_files(
        FilePayload(name="second.txt", mimeType="text/plain", buffer=b"anna\nbob\n")
    )

    expect(status(book)).to_contain_text("2 words of “second.txt” read", timeout=START_TIMEOUT)
    button(book, "Back to “mine.txt”").click()
    expect(status(book)).to_contain_text("in use again")
    expect(book.locator("#loss-note")).to_contain_text("after 40 steps")
    assert words_made(book) == before


def test_a_list_whose_file_is_gone_comes_back(book: Page, tmp_path: Path) -> None:
    file = tmp_path / "gone.txt"
    file.write_bytes(b"emma\nolivia\n")
    book.get_by_label("Upload a word list").set_input_files(file)
    expect(status(book)).to_contain_text("2 words of “gone.txt” read")
    before = generate(book)

    file.unlink()
    python(book).evaluate("() => self.close()")

    expect_all_back(book)
    expect(book.locator("#summary h3")).to_have_text("gone.txt")
    assert generate(book) == before


def test_leaving_the_page_asks_before_stars_are_lost(book: Page) -> None:
    book.locator("#generated .star").first.click()
    starred = book.get_by_role("list", name="Starred words").inner_text()

    with book.expect_event("dialog") as dialog:
        book.evaluate("() => { setTimeout(() => location.reload()) }")
    assert dialog.value.type == "beforeunload"
    dialog.value.dismiss()

    assert book.get_by_role("list", name="Starred words").inner_text() == starred


def test_a_run_goes_on_after_a_death_as_if_nothing_had_been(book: Page) -> None:
    upload(book)
    train(book, 300)
    undisturbed = resume(book, 600)

    train(book, 300)
    python(book).evaluate("() => self.close()")
    expect_all_back(book)

    assert resume(book, 600) == undisturbed


def resume(page: Page, steps: int) -> tuple[str, list[str]]:
    """Go on with a run that was finished; return the loss and words of the net."""
    button(page, "Resume").click()
    expect(status(page)).to_contain_text(f"Trained after {steps:,} steps")
    return loss(page).inner_text(), generate(page)


@pytest.mark.fresh  # its clock
def test_a_death_in_mid_run_keeps_what_was_learned_until_shortly_before(book: Page) -> None:
    book.clock.install()
    set_steps(book, 100_000)
    button(book, "Train").click()
    wait_for_step(book, 1000)
    book.clock.fast_forward(2000)  # it is saved about every second
    wait_for_step(book, 2000)

    python(book).evaluate("() => self.close()")

    expect_all_back(book)
    expect(status(book)).to_have_text(re.compile(r"Bigram net after \d{1,2},\d{3} steps"))
    button(book, "Resume").click()
    expect(book.locator("body")).to_have_attribute("data-state", "training")
    button(book, "Stop").click()
    expect(status(book)).to_contain_text("Stopped after")


def wait_for_step(page: Page, step: int) -> None:
    page.wait_for_function(
        """step => {
            const note = document.getElementById('loss-note').textContent;
            return Number(note.match(/[Aa]fter ([\\d,]+)/)?.[1].replaceAll(',', '')) >= step;
        }""",
        arg=step,
    )


def test_a_list_that_kills_python_is_not_tried_again(book: Page) -> None:
    upload(book)
    deadly = no_memory_for("plain.name === 'deadly.txt'")
    python(book).evaluate(f"() => {{ {deadly} }}")
    book.get_by_label("Upload a word list").set_input_files(
        FilePayload(name="deadly.txt", mimeType="text/plain", buffer=b"a\n")
    )

    expect_all_back(book)

    expect(status(book)).to_contain_text("list “mine.txt”")
    expect(book.locator("#summary h3")).to_have_text("mine.txt")


@pytest.mark.fresh  # its clock
def test_python_that_does_not_answer_can_be_restarted(book: Page) -> None:
    upload(book)
    before = words_made(book)
    book.clock.install()
    python(book).evaluate("() => { setTimeout(() => { for (;;); }) }")

    button(book, "Generate").click()
    expect(button(book, "Restart Python")).to_be_hidden()
    book.clock.run_for(11_000)
    button(book, "Restart Python").click()

    expect_all_back(book)
    expect(button(book, "Restart Python")).to_be_hidden()
    assert words_made(book) == before
