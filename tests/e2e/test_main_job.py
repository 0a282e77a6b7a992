"""The main job, end to end: a list of words in, new words out, read as a person reads them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import FilePayload, Page, expect

from makemore.counting.tables import count_bigrams
from makemore.models.bigram import CountModel
from makemore.reading.reader import read_words
from makemore.sampling import sample_words
from makemore.torch_generator import TorchGenerator
from makemore.vocabulary import Vocabulary
from tests.e2e.conftest import START_TIMEOUT
from tests.unit.oracles import words_with_counts

ROOT = Path(__file__).resolve().parents[2]
SEED = 2147483647


@pytest.fixture(scope="module")
def notebook() -> dict[str, Any]:
    text = (ROOT / "tests/fixtures/notebook.json").read_text(encoding="utf-8")
    values: dict[str, Any] = json.loads(text)
    return values


@pytest.fixture(scope="module")
def notebooks_list(notebook: dict[str, Any]) -> FilePayload:
    """Return a list of 32,033 words that has exactly the notebook's bigram counts."""
    symbols = ".abcdefghijklmnopqrstuvwxyz"
    counts = np.zeros((27, 27), dtype=np.int64)
    for first, second, count in notebook["bigram_counts"]["rows"]:
        counts[symbols.index(first), symbols.index(second)] = count
    words = words_with_counts(counts, symbols)
    return FilePayload(
        name="names.txt", mimeType="text/plain", buffer="\n".join(words).encode() + b"\n"
    )


def text_file(name: str, content: bytes) -> FilePayload:
    return FilePayload(name=name, mimeType="text/plain", buffer=content)


def upload(page: Page, file: FilePayload) -> None:
    page.get_by_label("Upload a word list").set_input_files(file)


def status(page: Page) -> Any:
    return page.locator("#status")


def words_made(page: Page) -> list[str]:
    items = page.get_by_role("list", name="Generated words").get_by_role("listitem")
    return [item.locator("bdi").first.inner_text() for item in items.all()]


def generate(page: Page, **settings: str) -> list[str]:
    for label, value in settings.items():
        page.get_by_role("spinbutton", name=label.replace("_", " "), exact=True).fill(value)
    # The line may already say that words were made: those before.
    status(page).evaluate("(line) => line.replaceChildren()")
    page.get_by_role("button", name="Generate").click()
    expect(status(page)).to_contain_text("made")
    return words_made(page)


def train_net(page: Page, **settings: str) -> None:
    page.get_by_role("radio", name="Gradient descent").check()
    for label, value in settings.items():
        page.get_by_role("spinbutton", name=label.replace("_", " ")).fill(value)
    page.get_by_role("button", name="Train").click()


def fact(page: Page, name: str) -> Any:
    return page.locator("dl.facts > div", has=page.locator("dt", has_text=name)).locator("dd")


def test_the_default_list_is_shown_before_python_is_ready(page: Page) -> None:
    page.route("**/pyodide.asm.wasm", lambda route: None)  # never answered
    page.goto("./")
    expect(fact(page, "Words")).to_have_text("32,469")
    expect(page.get_by_role("list", name="Generated words").get_by_role("listitem")).to_have_count(
        20
    )
    expect(page.get_by_role("button", name="Train")).to_be_disabled()
    page.unroute_all(behavior="ignoreErrors")


def test_the_notebooks_list_gives_the_notebooks_numbers_and_words(
    app: Page, notebooks_list: FilePayload, notebook: dict[str, Any]
) -> None:
    upload(app, notebooks_list)
    expect(fact(app, "Words")).to_have_text("32,033")
    expect(fact(app, "Bigrams")).to_have_text("228,146")
    expect(fact(app, "Symbols")).to_have_text("27")
    loss = app.locator("output[aria-label='Training loss']")
    expect(loss).to_have_text("2.4546")
    expected = [word.removesuffix(".") for word in notebook["count_model"]["samples"]]
    assert generate(app, How_many="5") == expected

    train_net(app, Steps="310")
    expect(status(app)).to_contain_text("Trained after 310 steps")
    expect(loss).to_have_text(f"{notebook['gradient_descent']['losses'][-1]:.4f}")
    expected = [word.removesuffix(".") for word in notebook["gradient_descent"]["samples_after"]]
    assert generate(app, How_many="5") == expected

    app.get_by_role("combobox", name="Sampling as in").select_option("PyTorch 2.x")
    app.get_by_role("radio", name="Counting").check()
    assert generate(app, How_many="5") == [
        "cexze",
        "momasurailezitynn",
        "konimittain",
        "llayn",
        "ka",
    ]


def test_a_custom_file_shows_its_alphabet_and_a_table_with_its_counts(app: Page) -> None:
    upload(app, text_file("ünï.txt", "Äbä b.\nЖук\n\nЖук\n".encode()))
    expect(app.get_by_role("heading", name="ünï.txt")).to_be_visible()
    symbols = app.get_by_role("list", name="Alphabet").get_by_role("listitem")
    expect(symbols).to_have_text([".", "␣", "‘.’", "b", "Ä", "ä", "Ж", "к", "у"])
    expect(app.get_by_role("list", name="While reading")).to_contain_text(
        "1 blank line dropped, at line 3"
    )
    row = (
        app.get_by_role("table", name="Bigram counts")
        .get_by_role("row")
        .filter(has=app.get_by_role("rowheader", name="Ж", exact=True))
    )
    expect(row.get_by_role("cell").last).to_contain_text("2")


def test_dropped_files_and_pasted_words_are_used(app: Page) -> None:
    app.evaluate(
        """() => {
            const data = new DataTransfer();
            data.items.add(new File(["one\\ntwo\\nthree\\n"], "dropped.txt"));
            document.dispatchEvent(new DragEvent("drop", { dataTransfer: data }));
        }"""
    )
    expect(app.get_by_role("heading", name="dropped.txt")).to_be_visible()
    app.get_by_text("Paste words instead").click()
    app.get_by_role("textbox", name="Paste words").fill("anna\nbob\n")
    app.get_by_role("button", name="Use these words").click()
    expect(app.get_by_role("list", name="First words").get_by_role("listitem")).to_have_text(
        ["anna", "bob"]
    )


def test_a_seed_gives_the_same_words_again_and_those_of_cpython(app: Page) -> None:
    first = generate(app, Seed="42", How_many="25")
    assert generate(app, Seed="7", How_many="25") != first
    assert generate(app, Seed="42", How_many="25") == first
    words = read_words((ROOT / "data/names.txt").read_bytes()).words
    vocabulary = Vocabulary.from_words(words)
    probabilities = CountModel(count_bigrams(words, vocabulary)).probabilities()
    assert first == sample_words(probabilities, vocabulary, 25, TorchGenerator(42))


def test_training_stops_keeps_what_it_learned_and_resumes(app: Page) -> None:
    train_net(app, Steps="100000")
    expect(app.locator("body")).to_have_attribute("data-state", "training")
    app.get_by_role("button", name="Stop").click()
    expect(status(app)).to_contain_text("Stopped after")
    stopped = step_in(status(app).inner_text())
    assert 0 < stopped < 100_000
    assert generate(app, How_many="3")

    app.get_by_role("spinbutton", name="Steps").fill(str(stopped + 50))
    app.get_by_role("button", name="Resume").click()
    expect(status(app)).to_contain_text(f"Trained after {stopped + 50:,} steps")
    app.get_by_role("spinbutton", name="Steps").fill("10")
    app.get_by_role("button", name="Resume").click()
    expect(status(app)).to_contain_text(f"Trained after {stopped + 60:,} steps")


def step_in(text: str) -> int:
    match = re.search(r"after ([\d,]+) step", text)
    assert match is not None, text
    return int(match[1].replace(",", ""))


def test_words_are_marked_as_new_or_with_their_line_and_can_be_downloaded(app: Page) -> None:
    upload(app, text_file("two.txt", b"ab\nabab\n"))
    expect(fact(app, "Words")).to_have_text("2")
    app.get_by_role("spinbutton", name="Smoothing").fill("0")
    app.get_by_role("button", name="Train").click()
    expect(status(app)).to_contain_text("Counted")
    made = generate(app, How_many="30")
    items = app.get_by_role("list", name="Generated words").get_by_role("listitem")
    for word, item in zip(made, items.all(), strict=True):
        line = {"ab": "in the list, line 1", "abab": "in the list, line 2"}.get(word, "new")
        expect(item).to_contain_text(line)
    with app.expect_download() as download:
        app.get_by_role("button", name="Download", exact=True).click()
    assert Path(download.value.path()).read_text(encoding="utf-8").split() == made


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "empty"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "picture"),
        (b" \n\n\t\n", "no word"),
    ],
    ids=["empty file", "picture", "blank lines"],
)
def test_a_bad_file_is_explained_and_the_list_stays(
    app: Page, content: bytes, message: str
) -> None:
    made = generate(app, How_many="3")
    upload(app, text_file("bad.txt", content))
    expect(status(app)).to_contain_text(message)
    expect(fact(app, "Words")).to_have_text("32,469")
    assert words_made(app) == made
    assert generate(app, How_many="3") == made


def test_an_empty_paste_is_explained(app: Page) -> None:
    app.get_by_text("Paste words instead").click()
    app.get_by_role("button", name="Use these words").click()
    expect(status(app)).to_contain_text("Nothing was pasted")
    expect(fact(app, "Words")).to_have_text("32,469")


@pytest.mark.parametrize("steps", ["-1", "1e9", "2.5", ""])
def test_steps_out_of_range_are_explained_and_the_net_stays(app: Page, steps: str) -> None:
    train_net(app, Steps="5")
    expect(status(app)).to_contain_text("Trained after 5 steps")
    made = generate(app, How_many="3")
    train_net(app, Steps=steps)
    expect(status(app)).to_contain_text("Steps must be a whole number from 1 to 100,000")
    expect(app.get_by_role("spinbutton", name="Steps")).to_have_attribute("aria-invalid", "true")
    assert generate(app, How_many="3") == made


def test_a_learning_rate_that_explodes_is_explained_and_the_net_before_is_back(app: Page) -> None:
    train_net(app, Steps="50")
    expect(status(app)).to_contain_text("Trained after 50 steps")
    loss = app.locator("output[aria-label='Training loss']").inner_text()
    made = generate(app, How_many="3")
    train_net(app, Learning_rate="1e6")
    expect(status(app)).to_contain_text("smaller learning rate")
    expect(app.locator("output[aria-label='Training loss']")).to_have_text(loss)
    assert generate(app, How_many="3") == made


def test_a_link_carries_the_settings_and_nothing_else(app: Page) -> None:
    app.get_by_role("combobox", name="Word list").select_option("cities")
    expect(status(app)).to_contain_text("Cities")
    made = generate(app, Seed="5", How_many="4", Temperature="0.7")
    expect(app).to_have_url(re.compile("seed=5"))
    expect(app).to_have_url(re.compile("list=cities"))
    other = app.context.new_page()
    other.goto(app.url)
    expect(other.locator("body")).to_have_attribute("data-state", "ready", timeout=START_TIMEOUT)
    other.get_by_role("button", name="Generate").click()
    expect(status(other)).to_contain_text("4 words made")
    assert words_made(other) == made
