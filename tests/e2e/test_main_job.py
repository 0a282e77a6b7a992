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
from tests.e2e import person
from tests.e2e.conftest import START_TIMEOUT, Shared
from tests.e2e.person import no_filters, status, words_made
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


@pytest.fixture
def same(shared: Shared) -> Page:
    """Return the page as in the notebook, where what tests do leaves the list and its model."""
    return shared.page(person.as_in_the_notebook)


def text_file(name: str, content: bytes) -> FilePayload:
    return FilePayload(name=name, mimeType="text/plain", buffer=content)


def upload(page: Page, file: FilePayload) -> None:
    page.get_by_label("Upload a word list").set_input_files(file)


def generate(page: Page, **settings: str) -> list[str]:
    for label, value in settings.items():
        page.get_by_role("spinbutton", name=label.replace("_", " "), exact=True).fill(value)
    person.generate(page)
    return words_made(page)


def train_net(page: Page, **settings: str) -> None:
    person.choose(page, "Bigram net")
    for label, value in settings.items():
        page.get_by_role("spinbutton", name=label.replace("_", " ")).fill(value)
    page.get_by_role("button", name="Train", exact=True).click()


def fact(page: Page, name: str) -> Any:
    return page.locator("dl.facts > div", has=page.locator("dt", has_text=name)).locator("dd")


def test_the_default_list_is_shown_before_python_is_ready(page: Page) -> None:
    page.route("**/pyodide.asm.wasm", lambda route: None)  # never answered
    page.goto("./")
    expect(fact(page, "Words")).to_have_text("32,469")
    expect(page.get_by_role("list", name="Generated words").get_by_role("listitem")).to_have_count(
        24
    )
    expect(page.get_by_role("button", name="Train", exact=True)).to_be_disabled()
    page.unroute_all(behavior="ignoreErrors")


def test_the_notebooks_list_gives_the_notebooks_numbers_and_words(
    book: Page, notebooks_list: FilePayload, notebook: dict[str, Any]
) -> None:
    upload(book, notebooks_list)
    expect(fact(book, "Words")).to_have_text("32,033")
    person.as_in_the_notebook(book)
    expect(fact(book, "Bigrams")).to_have_text("228,146")
    expect(fact(book, "Symbols")).to_have_text("27")
    loss = book.locator("output[aria-label='Training loss']")
    expect(loss).to_have_text("2.4546")
    expect(book.locator("#context-model")).to_have_text("Bigram counts · loss 2.45")
    expected = [word.removesuffix(".") for word in notebook["count_model"]["samples"]]
    assert generate(book, How_many="5") == expected

    train_net(book, Steps="310")
    expect(status(book)).to_contain_text("Trained after 310 steps")
    expect(loss).to_have_text(f"{notebook['gradient_descent']['losses'][-1]:.4f}")
    expected = [word.removesuffix(".") for word in notebook["gradient_descent"]["samples_after"]]
    assert generate(book, How_many="5") == expected

    book.get_by_role("combobox", name="Sampling as in").select_option("PyTorch 2.x")
    person.choose(book, "Bigram counts")
    assert generate(book, How_many="5") == [
        "cexze",
        "momasurailezitynn",
        "konimittain",
        "llayn",
        "ka",
    ]


def test_a_custom_file_shows_its_alphabet_and_a_table_with_its_counts(book: Page) -> None:
    upload(book, text_file("ünï.txt", "Äbä b.\nЖук\n\nЖук\n".encode()))
    expect(book.get_by_role("heading", name="ünï.txt")).to_be_visible()
    symbols = book.get_by_role("list", name="Alphabet").get_by_role("listitem")
    expect(symbols).to_have_text([".", "␣", "‘.’", "b", "ä", "ж", "к", "у"])
    expect(book.get_by_role("list", name="While reading")).to_contain_text(
        "1 blank line dropped, at line 3"
    )
    person.go(book, "Inside")
    row = (
        book.get_by_role("table", name="Bigram counts")
        .get_by_role("row")
        .filter(has=book.get_by_role("rowheader", name="ж", exact=True))
    )
    expect(row.get_by_role("cell").last).to_contain_text("2")


def test_dropped_files_and_pasted_words_are_used(book: Page) -> None:
    book.evaluate(
        """() => {
            const data = new DataTransfer();
            data.items.add(new File(["one\\ntwo\\nthree\\n"], "dropped.txt"));
            document.dispatchEvent(new DragEvent("drop", { dataTransfer: data }));
        }"""
    )
    expect(book.get_by_role("heading", name="dropped.txt")).to_be_visible()
    book.get_by_role("textbox", name="Paste words").fill("anna\nbob\n")
    book.get_by_role("button", name="Use these words").click()
    expect(book.get_by_role("list", name="First words").get_by_role("listitem")).to_have_text(
        ["anna", "bob"]
    )


def test_a_seed_gives_the_same_words_again_and_those_of_cpython(same: Page) -> None:
    person.choose(same, "Bigram counts")
    first = generate(same, Seed="42", How_many="25")
    assert generate(same, Seed="7", How_many="25") != first
    assert generate(same, Seed="42", How_many="25") == first
    words = read_words((ROOT / "data/names.txt").read_bytes()).words
    vocabulary = Vocabulary.from_words(words)
    probabilities = CountModel(count_bigrams(words, vocabulary)).probabilities()
    assert first == sample_words(probabilities, vocabulary, 25, TorchGenerator(42))


def test_training_stops_keeps_what_it_learned_and_resumes(book: Page) -> None:
    train_net(book, Steps="100000")
    expect(book.locator("body")).to_have_attribute("data-state", "training")
    book.get_by_role("button", name="Stop").click()
    expect(status(book)).to_contain_text("Stopped after")
    stopped = step_in(status(book).inner_text())
    assert 0 < stopped < 100_000
    assert generate(book, How_many="3")

    book.get_by_role("spinbutton", name="Steps").fill(str(stopped + 50))
    book.get_by_role("button", name="Resume").click()
    expect(status(book)).to_contain_text(f"Trained after {stopped + 50:,} steps")
    book.get_by_role("spinbutton", name="Steps").fill("10")
    book.get_by_role("button", name="Resume").click()
    expect(status(book)).to_contain_text(f"Trained after {stopped + 60:,} steps")


def step_in(text: str) -> int:
    match = re.search(r"after ([\d,]+) step", text)
    assert match is not None, text
    return int(match[1].replace(",", ""))


def test_words_are_marked_as_new_or_with_their_line_and_can_be_downloaded(book: Page) -> None:
    upload(book, text_file("two.txt", b"ab\nabab\n"))
    expect(fact(book, "Words")).to_have_text("2")
    no_filters(book)
    book.get_by_role("spinbutton", name="Smoothing").fill("0")
    book.get_by_role("button", name="Train", exact=True).click()
    expect(status(book)).to_contain_text("Bigram counts: counted")
    made = generate(book, How_many="30")
    items = book.get_by_role("list", name="Generated words").get_by_role("listitem")
    for word, item in zip(made, items.all(), strict=True):
        line = {"ab": "in the list, line 1", "abab": "in the list, line 2"}.get(word, "new")
        expect(item).to_contain_text(line)
    with book.expect_download() as download:
        book.get_by_role("button", name="Download", exact=True).click()
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
    same: Page, content: bytes, message: str
) -> None:
    made = generate(same, How_many="3")
    upload(same, text_file("bad.txt", content))
    expect(status(same)).to_contain_text(message)
    expect(fact(same, "Words")).to_have_text("32,469")
    assert words_made(same) == made
    assert generate(same, How_many="3") == made


def test_an_empty_paste_is_explained(same: Page) -> None:
    same.get_by_role("button", name="Use these words").click()
    expect(status(same)).to_contain_text("Nothing was pasted")
    expect(fact(same, "Words")).to_have_text("32,469")


@pytest.mark.parametrize("steps", ["-1", "1e9", "2.5"])
def test_steps_out_of_range_are_explained_and_the_net_stays(same: Page, steps: str) -> None:
    train_net(same, Steps="5")
    expect(status(same)).to_contain_text("Trained after 5 steps")
    made = generate(same, How_many="3")
    train_net(same, Steps=steps)
    expect(status(same)).to_contain_text("Steps must be a whole number from 1 to 100,000")
    expect(same.get_by_role("spinbutton", name="Steps")).to_have_attribute("aria-invalid", "true")
    assert generate(same, How_many="3") == made


def test_a_learning_rate_that_explodes_is_explained_and_the_net_before_is_back(
    book: Page,
) -> None:
    train_net(book, Steps="50")
    expect(status(book)).to_contain_text("Trained after 50 steps")
    loss = book.locator("output[aria-label='Training loss']").inner_text()
    made = generate(book, How_many="3")
    train_net(book, Learning_rate="1e6")
    expect(status(book)).to_contain_text("smaller learning rate")
    expect(book.locator("output[aria-label='Training loss']")).to_have_text(loss)
    assert generate(book, How_many="3") == made


def test_a_link_carries_the_settings_and_nothing_else(book: Page) -> None:
    book.get_by_role("combobox", name="Word list").select_option("cities")
    expect(status(book)).to_contain_text("Cities")
    made = generate(book, Seed="5", How_many="4", Temperature="0.7")
    expect(book).to_have_url(re.compile("seed=5"))
    expect(book).to_have_url(re.compile("list=cities"))
    other = book.context.new_page()
    other.goto(book.url)
    expect(other.locator("body")).to_have_attribute("data-state", "ready", timeout=START_TIMEOUT)
    person.open_all(other)
    person.generate(other)
    assert words_made(other) == made
