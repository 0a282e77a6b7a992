"""The lecture in the page: every step, read as a person reads it, beside the notebook's values."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import FilePayload, Locator, Page, expect

from makemore.lecture import STEPS
from makemore.lecture.steps_further import FURTHER
from tests.e2e.conftest import START_TIMEOUT, Guard, Shared

ROOT = Path(__file__).resolve().parents[2]
TITLES = {step.id: step.title for step in STEPS}


@pytest.fixture(scope="module")
def notebook() -> dict[str, Any]:
    text = (ROOT / "tests/fixtures/notebook.json").read_text(encoding="utf-8")
    values: dict[str, Any] = json.loads(text)
    return values


# Axe goes over these on a phone, in the dark: all further models, and what is widest before.
LOOKED_AT = {"forward", "training", "float32", *(step.id for step in FURTHER)}


def open_lecture(page: Page) -> None:
    page.get_by_role("link", name="Learn", exact=True).click()
    expect(page.get_by_role("heading", level=2, name=TITLES["words"])).to_be_visible()
    computed(page)


@pytest.fixture
def lecture(shared: Shared) -> Page:
    """Return the page with the lecture's first step open, for tests that leave all as it was."""
    page = shared.page(open_lecture)
    go(page, "words")
    return page


@pytest.fixture
def changed(app: Page) -> Page:
    """Return a page of the test's own with the lecture's first step open, to be changed."""
    open_lecture(app)
    return app


def go(page: Page, step: str) -> None:
    """Go to a step by its link."""
    page.evaluate("step => { location.hash = `#lecture/${step}`; }", step)
    expect(page.locator("#lecture-title")).to_have_text(TITLES[step].replace("`", ""))
    computed(page)


def computed(page: Page) -> None:
    """Wait until the step's results are there."""
    expect(page.locator("#lecture-status")).to_contain_text("Computed here", timeout=30_000)
    expect(page.locator("#lecture-results section").first).to_be_visible()


def result(page: Page, name: str) -> Locator:
    return page.get_by_role("region", name=name, exact=True)


def field(page: Page, name: str) -> Locator:
    return page.locator("#lecture-form").get_by_label(name, exact=True)


def chips(page: Page, name: str, listed: str = "Computed here") -> list[str]:
    items = result(page, name).get_by_role("list", name=listed).get_by_role("listitem")
    return items.all_inner_texts()


def cells(page: Page, name: str) -> list[list[str]]:
    """Return the numbers of a matrix as they are written, without its labels."""
    rows: list[list[str]] = (
        result(page, name)
        .get_by_role("table", name=name)
        .evaluate(
            "table => [...table.tBodies[0].rows].map(row =>"
            " [...row.querySelectorAll('td')].map(cell => cell.innerText))"
        )
    )
    return rows


def number(text: str) -> float:
    return float(text.replace("−", "-").replace(",", ""))


def violations(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{each['id']}: {node['target']}" for each in found for node in each["nodes"]]


# ---- Every step


def test_every_value_of_every_step_agrees_on_a_phone(lecture: Page) -> None:
    lecture.set_viewport_size({"width": 390, "height": 844})
    lecture.emulate_media(color_scheme="dark")
    for step in STEPS:
        go(lecture, step.id)
        for shown in step.shown:
            there = result(lecture, shown.label)
            expect(there).to_be_visible()
            printed = bool(shown.printed) or any(column.printed for column in shown.table)
            if shown.source == "makemore.py" and printed:
                expect(there).to_contain_text(
                    re.compile(r"(Agrees|All \d+ values agree) with makemore\.py"), timeout=60_000
                )
            elif printed and shown.needs_list:
                expect(there).to_contain_text("To be confirmed with the notebook's own names.txt")
            elif printed:
                expect(there).to_contain_text(
                    re.compile(r"(Agrees|All \d+ values agree) with the notebook")
                )
        expect(lecture.locator("#lecture-results")).not_to_contain_text(
            re.compile("differs? from what the notebook printed", re.IGNORECASE)
        )
        expect(lecture.locator("#lecture-code pre").first).to_contain_text("def ")
        assert lecture.evaluate("document.documentElement.scrollWidth") <= 390, step.id
        if step.id in LOOKED_AT:
            assert violations(lecture) == [], step.id


def test_the_page_shows_the_notebooks_words_and_draws(
    lecture: Page, notebook: dict[str, Any]
) -> None:
    go(lecture, "generator")
    assert [int(text) for text in chips(lecture, "Draws")] == notebook["multinomial_100"]
    go(lecture, "sample")
    assert chips(lecture, "Words") == notebook["count_model"]["samples"]
    go(lecture, "net-samples")
    assert chips(lecture, "From the net") == notebook["gradient_descent"]["samples_after"]


def test_the_page_shows_the_notebooks_probabilities_and_gradient(
    lecture: Page, notebook: dict[str, Any]
) -> None:
    emma = notebook["emma"]
    go(lecture, "forward")
    written = [[number(text) for text in row] for row in cells(lecture, "Probabilities")]
    assert written == emma["probabilities"]["rows"]
    go(lecture, "gradient")
    written = [
        [number(text) for text in row] for row in cells(lecture, "Gradient of the loss by W")
    ]
    for ours, theirs in zip(written, emma["gradient"]["rows"], strict=True):
        assert ours == pytest.approx(theirs, abs=1.01e-4)


def test_the_page_shows_all_three_hundred_losses(lecture: Page, notebook: dict[str, Any]) -> None:
    go(lecture, "training")
    there = result(lecture, "Loss at each step after the tenth")
    there.get_by_text("All 300 values", exact=True).click()
    rows = there.get_by_role("table", name="Loss at each step").get_by_role("row")
    expect(rows).to_have_count(301)

    ours = [number(text) for text in rows.locator("td:nth-child(2)").all_inner_texts()]

    said = notebook["gradient_descent"]
    # six digits are written, of which the last is rounded
    assert ours == pytest.approx(said["losses"], abs=said["tolerance"] + 0.5e-6)


# ---- Change, and see


def test_another_word_changes_its_bigrams_and_a_reset_brings_emma_back(lecture: Page) -> None:
    go(lecture, "bigrams")
    word = field(lecture, "Word")
    assert chips(lecture, "Pairs") == ["<S> e", "e m", "m m", "m a", "a <E>"]

    word.fill("ada")
    expect(result(lecture, "Pairs")).to_contain_text("Not compared")
    assert chips(lecture, "Pairs") == ["<S> a", "a d", "d a", "a <E>"]

    lecture.get_by_role("button", name="Reset").click()
    expect(word).to_have_value("emma")
    expect(result(lecture, "Pairs")).to_contain_text("agree with the notebook")


def test_another_seed_or_era_changes_the_words(changed: Page, notebook: dict[str, Any]) -> None:
    go(changed, "sample")
    said = notebook["count_model"]["samples"]
    there = result(changed, "Words")

    field(changed, "Seed").fill("42")
    expect(there).to_contain_text("Not compared")
    assert chips(changed, "Words") != said

    changed.get_by_role("button", name="Reset").click()
    expect(there).to_contain_text("agree with the notebook")
    field(changed, "Sampling as in").select_option("PyTorch 2.x")
    expect(there).to_contain_text("Not compared")
    assert chips(changed, "Words") == [
        "cexze.", "momasurailezitynn.", "konimittain.", "llayn.", "ka.",
    ]  # fmt: skip


def test_the_regularization_slider_ends_in_even_predictions(changed: Page) -> None:
    go(changed, "regularization")
    slider = changed.get_by_role("slider", name="Regularization")
    furthest = result(changed, "Largest distance from 1/27 in all of P").locator(".value")
    before = number(furthest.inner_text())

    slider.press("End")
    expect(changed.locator("#lecture-form output")).to_have_text("10,000")
    expect(result(changed, "Training loss at the end")).to_contain_text("Not compared")

    assert before > 0.5
    assert number(furthest.inner_text()) < 0.001
    column = result(changed, "What follows").locator("tbody td:nth-child(2)")
    assert {number(text) for text in column.all_inner_texts()} <= {0.0369, 0.0370, 0.0371}


def test_a_change_is_kept_while_other_steps_are_read(changed: Page) -> None:
    go(changed, "bigrams")
    field(changed, "Word").fill("zoe")
    expect(result(changed, "Pairs")).to_contain_text("Not compared")
    go(changed, "counts")
    go(changed, "bigrams")

    expect(field(changed, "Word")).to_have_value("zoe")
    assert chips(changed, "Pairs") == ["<S> z", "z o", "o e", "e <E>"]


def test_bad_input_is_explained_beside_it_and_the_last_result_stays(changed: Page) -> None:
    go(changed, "loss")
    word = field(changed, "Word")
    before = result(changed, "Loss").inner_text()

    word.fill("zoë")

    expect(word).to_have_attribute("aria-invalid", "true")
    expect(word).to_have_accessible_description(re.compile("no row for 'ë'"))
    assert result(changed, "Loss").inner_text() == before
    word.fill("emma")
    expect(word).not_to_have_attribute("aria-invalid", "true")
    computed(changed)


def test_a_step_that_failed_after_the_page_was_turned_is_not_told_of(changed: Page) -> None:
    go(changed, "loss")

    changed.evaluate(
        """() => {
          const word = document.querySelector("#lecture-form input");
          word.value = "zoë";
          word.dispatchEvent(new Event("input", { bubbles: true }));
          location.hash = "#lecture/bigrams";
        }"""
    )

    expect(changed.locator("#lecture-title")).to_have_text(TITLES["bigrams"])
    computed(changed)


def test_a_step_is_computed_anew_for_another_list_only(changed: Page) -> None:
    changed.evaluate(
        """() => {
          document.querySelector("#lecture-results section").id = "as-before";
          document.body.dataset.state = document.body.dataset.state;
        }"""
    )
    with changed.expect_download():  # Python has had its turn
        changed.get_by_role("button", name="Download .py").click()

    expect(changed.locator("#as-before")).to_be_visible()


# ---- Finding the way


@pytest.mark.visited
def test_a_link_opens_its_step_and_a_reload_keeps_it(page: Page) -> None:
    page.goto("./#lecture/gradient")
    expect(page.locator("#lecture-title")).to_have_text("The gradient", timeout=START_TIMEOUT)
    expect(page).to_have_title(re.compile("^The gradient"))

    page.reload()

    expect(page.locator("#lecture-title")).to_have_text("The gradient", timeout=START_TIMEOUT)
    form = page.locator("#train-form")
    train = form.get_by_role("button", name="Train", exact=True, include_hidden=True)
    expect(train).to_have_count(1)
    expect(train).to_be_hidden()


def test_steps_turn_by_keyboard_but_not_while_typing(lecture: Page) -> None:
    title = lecture.locator("#lecture-title")
    lecture.keyboard.press("ArrowRight")
    expect(title).to_have_text(TITLES["bigrams"])
    expect(title).to_be_focused()
    word = field(lecture, "Word")
    word.press("ArrowLeft")
    expect(title).to_have_text(TITLES["bigrams"])
    title.focus()
    lecture.keyboard.press("ArrowLeft")
    expect(title).to_have_text(TITLES["words"])
    lecture.keyboard.press("ArrowLeft")
    expect(title).to_have_text(TITLES["words"])


def test_next_back_and_contents_lead_through_all_steps(lecture: Page) -> None:
    contents = lecture.get_by_role("navigation", name="Contents of the lecture")
    expect(contents.get_by_role("link")).to_have_count(len(STEPS))
    turn = lecture.get_by_role("navigation", name="Steps")
    for step in STEPS[1:]:
        turn.locator("[rel=next]").click()
        expect(lecture.locator("#lecture-title")).to_have_text(step.title)
    expect(turn.locator("[rel=next]")).to_be_hidden()
    expect(contents.locator("[aria-current]")).to_have_text(STEPS[-1].title)
    lecture.go_back()
    expect(lecture.locator("#lecture-title")).to_have_text(STEPS[-2].title)


def test_the_workshop_is_as_it_was_after_a_look_at_the_lecture(lecture: Page) -> None:
    lecture.get_by_role("link", name="Make", exact=True).click()

    expect(lecture.get_by_role("button", name="Train", exact=True)).to_be_visible()
    expect(lecture.locator("#lecture")).to_be_hidden()
    lecture.get_by_role("link", name="Learn", exact=True).click()
    expect(lecture.locator("#lecture-title")).to_have_text(TITLES["words"])


def test_a_step_that_does_not_exist_leads_to_the_first(app: Page) -> None:
    app.evaluate("location.hash = '#lecture/nonsense'")

    expect(app.locator("#lecture-title")).to_have_text(TITLES["words"])
    expect(app).to_have_url(re.compile("#lecture/words$"))


# ---- The list, and the files


def test_the_lecture_goes_on_after_python_died(changed: Page, guard: Guard) -> None:
    guard.expect("out of order")
    go(changed, "bigrams")
    changed.workers[0].evaluate("setTimeout(() => { throw new Error('out of order') })")
    expect(changed.locator("#status")).to_contain_text("was started again", timeout=START_TIMEOUT)
    expect(changed.locator("body")).to_have_attribute("data-state", "ready", timeout=START_TIMEOUT)

    field(changed, "Word").fill("ada")

    expect(result(changed, "Pairs")).to_contain_text("Not compared")
    assert chips(changed, "Pairs") == ["<S> a", "a d", "d a", "a <E>"]


def test_a_list_that_is_loaded_meanwhile_is_shown(changed: Page) -> None:
    go(changed, "words")
    changed.get_by_role("link", name="Make", exact=True).click()
    changed.get_by_label("Upload a word list").set_input_files(
        FilePayload(name="few.txt", mimeType="text/plain", buffer=b"ada\ngrace\n")
    )
    expect(changed.locator("#status")).to_contain_text("2 words")
    changed.get_by_role("link", name="Learn", exact=True).click()

    expect(result(changed, "Words in the loaded list").locator(".value")).to_have_text("2")
    assert chips(changed, "The first words") == ["ada", "grace"]


@pytest.mark.parametrize(
    ("form", "begins"), [("py", "# %% [markdown]\n# # makemore"), ("ipynb", '{\n "cells"')]
)
def test_the_lecture_can_be_taken_away(lecture: Page, form: str, begins: str) -> None:
    with lecture.expect_download() as download:
        lecture.get_by_role("button", name=f"Download .{form}").click()

    assert download.value.suggested_filename == f"makemore-lecture.{form}"
    assert Path(download.value.path()).read_text(encoding="utf-8").startswith(begins)


# ---- For everybody


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(lecture: Page, scheme: Any) -> None:
    lecture.emulate_media(color_scheme=scheme)
    # Links and buttons change their colours over a while.
    lecture.evaluate("Promise.allSettled(document.getAnimations().map((each) => each.finished))")
    for step in (
        "words",
        "picture",
        "gradient",
        "training",
        "regularization",
        "gru-by-hand",
        "gru-gradient",
    ):
        go(lecture, step)
        assert violations(lecture) == [], step
