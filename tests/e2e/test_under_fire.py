"""What people do while a net is trained, and runs that go wrong."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect

from tests.e2e import person
from tests.e2e.conftest import Guard


def status(page: Page) -> Locator:
    return page.locator("#status")


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def field(page: Page, name: str) -> Locator:
    return page.get_by_role("spinbutton", name=name)


def choose_net(page: Page, steps: int) -> None:
    person.choose(page, "Bigram net")
    field(page, "Steps").fill(str(steps))
    field(page, "Steps").press("Tab")  # a click would leave the field, too; scripts here do not


def expect_training(page: Page) -> None:
    expect(page.locator("body")).to_have_attribute("data-state", "training")


def stop(page: Page) -> None:
    button(page, "Stop").click()
    expect(status(page)).to_contain_text("Stopped after")


def upload(page: Page, name: str, content: bytes) -> None:
    file = FilePayload(name=name, mimeType="text/plain", buffer=content)
    page.get_by_label("Upload a word list").set_input_files(file)


def test_more_clicks_start_no_more_runs(book: Page) -> None:
    choose_net(book, 100_000)
    button(book, "Train").evaluate(
        """(button) => {
            for (let i = 0; i < 5; i += 1) button.form.requestSubmit();
            document.getElementById('resume').click();
        }"""
    )
    expect_training(book)
    field(book, "Steps").press("Enter")
    stop(book)

    expect(book.locator("#runs tbody tr")).to_have_count(1)
    button(book, "Resume").dblclick()
    expect_training(book)
    stop(book)
    expect(book.locator("#runs tbody tr")).to_have_count(1)


def test_the_second_of_two_clicks_is_not_for_the_button_that_came_in_its_place(book: Page) -> None:
    choose_net(book, 100_000)
    button(book, "Train").click()
    expect_training(book)
    stop(book)
    box = button(book, "Resume").bounding_box()
    assert box is not None
    place = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)

    book.evaluate(
        """() => {
            window.heard = [];
            for (const id of ["stop", "resume"]) {
                document.getElementById(id).addEventListener("click", () => heard.push(id));
            }
        }"""
    )

    def click(clicks: int, state: str) -> None:
        book.mouse.move(*place)
        book.mouse.down(click_count=clicks)
        book.mouse.up(click_count=clicks)
        expect(book.locator("body")).to_have_attribute("data-state", state)

    for clicks in (1, 2):
        click(clicks, "training")
    for clicks in (1, 2):
        click(clicks, "ready")
    assert book.evaluate("heard") == ["resume", "stop"]

    click(1, "training")
    click(2, "training")
    click(3, "ready")  # somebody insists
    assert book.evaluate("heard") == ["resume", "stop", "resume", "stop"]


def test_what_is_changed_in_mid_run_is_used_by_resume(book: Page) -> None:
    choose_net(book, 100_000)
    button(book, "Train").click()
    expect_training(book)
    field(book, "Learning rate").fill("7")
    field(book, "Learning rate").press("Tab")
    expect(status(book)).to_contain_text("Training goes on as it began")

    stop(book)
    expect(book.locator("#runs tbody tr")).not_to_contain_text("50 → 7")
    button(book, "Resume").click()
    expect_training(book)
    stop(book)

    expect(book.locator("#runs tbody tr")).to_contain_text("50 → 7")


def test_a_run_goes_on_whatever_else_is_done(book: Page) -> None:
    choose_net(book, 100_000)
    button(book, "Train").click()
    expect_training(book)

    button(book, "Generate").click()
    expect(status(book)).to_contain_text("Training goes on")
    person.choose(book, "Bigram counts")
    person.go(book, "Inside")
    book.get_by_role("textbox", name="Score a word").fill("emma")
    book.get_by_role("textbox", name="Score a word").press("Enter")
    expect(book.locator("#score-result")).to_contain_text("Bigram counts")
    person.go(book, "Make")
    upload(book, "picture.png", b"\x89PNG\r\n\x1a\n")
    expect(status(book)).to_contain_text("PNG picture")

    expect_training(book)
    stop(book)


def test_a_list_that_is_refused_while_training_says_how_to_go_on(book: Page) -> None:
    choose_net(book, 100_000)
    button(book, "Train").click()
    expect_training(book)

    # The head is good, so that reading begins.
    upload(book, "late.txt", b"emma\n" * 100_000 + b"\x07\n")

    expect(status(book)).to_contain_text("control character U+0007")
    expect(status(book)).to_contain_text("Training was stopped for it: press Resume to go on")
    button(book, "Resume").click()
    expect_training(book)
    stop(book)


def test_a_loss_that_rises_again_is_told(book: Page) -> None:
    choose_net(book, 60)
    field(book, "Learning rate").fill("200")
    field(book, "Weights seed").fill("1")
    button(book, "Train").click()

    expect(status(book)).to_contain_text("rose again: a smaller learning rate may end lower")
    expect(button(book, "Resume")).to_be_enabled()


@pytest.mark.browser_context_args(service_workers="block")  # which may have kept the list
def test_a_list_behind_a_login_is_not_taken_for_words(book: Page, guard: Guard) -> None:
    guard.expect("ERR_FAILED|ERR_CONNECTION|Service Worker registration blocked")
    chosen = book.get_by_role("combobox", name="Word list")
    book.route(
        "**/data/cities.txt",
        lambda route: route.fulfill(content_type="text/html", body="<p>Log in</p>"),
    )
    chosen.select_option("cities")
    expect(status(book)).to_contain_text("could not be loaded (another page came)")

    book.unroute_all()
    book.route("**/data/cities.txt", lambda route: route.abort("connectionfailed"))
    chosen.select_option("cities")
    expect(status(book)).to_contain_text("could not be loaded (there is no connection")
    expect(status(book)).not_to_have_text(re.compile("Failed to fetch"))
    expect(book.locator("#summary h3")).to_have_text("US names of 2017")
