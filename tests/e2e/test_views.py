"""What a person reads off the pictures: the table, the comparison, the curve, scores, receipts."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect

from tests.e2e import person
from tests.e2e.conftest import Shared

SMALL = b"ab\nabb\nb\nab\n"  # counts: . a b / 0 3 1 / 0 0 3 / 4 0 1


def load(page: Page, content: bytes = SMALL) -> None:
    file = FilePayload(name="small.txt", mimeType="text/plain", buffer=content)
    page.get_by_label("Upload a word list").set_input_files(file)
    expect(page.locator("#status")).to_contain_text("“small.txt” read")
    person.go(page, "Inside")


@pytest.fixture
def small(shared: Shared) -> Page:
    """Return the page with the counts of the small list, of which tests look at one thing each."""

    def prepare(page: Page) -> None:
        person.as_in_the_notebook(page)
        load(page)

    page = shared.page(prepare)
    page.get_by_role("radio", name="Count", exact=True).check()
    return page


def smoothing_0(page: Page) -> None:
    person.go(page, "Make")
    page.get_by_role("spinbutton", name="Smoothing").fill("0")
    page.get_by_role("button", name="Train", exact=True).click()
    expect(page.locator("#status")).to_contain_text("Bigram counts: counted")
    person.go(page, "Inside")


def train_net(page: Page, **settings: str) -> None:
    person.go(page, "Make")
    person.choose(page, "Bigram net")
    for label, value in settings.items():
        page.get_by_role("spinbutton", name=label.replace("_", " ")).fill(value)
    page.get_by_role("button", name="Train", exact=True).click()
    expect(page.locator("#status")).to_contain_text("Trained after")
    person.go(page, "Inside")


def cells(table: Locator) -> list[list[str]]:
    expect(table.get_by_role("cell").first).to_be_visible()
    rows = table.get_by_role("row").all()[1:]
    return [
        [cell.locator(".value").inner_text() for cell in row.get_by_role("cell").all()]
        for row in rows
    ]


def fact(page: Page, name: str) -> Locator:
    return page.locator("#readout div", has=page.locator("dt", has_text=name)).locator("dd")


# The table


def test_every_cell_has_its_pair_and_its_count(small: Page) -> None:
    table = small.get_by_role("table", name="Bigram counts")

    assert cells(table) == [["0", "3", "1"], ["0", "0", "3"], ["4", "0", "1"]]
    second_row = table.get_by_role("row").nth(2)
    assert second_row.get_by_role("cell").last.inner_text().split() == ["ab", "3"]
    expect(table.get_by_role("columnheader")).to_have_text([".", "a", "b"])
    expect(table.get_by_role("rowheader")).to_have_text([".", "a", "b"])


def test_the_table_shows_probabilities_and_their_logarithms(small: Page) -> None:
    small.get_by_role("radio", name="Probability", exact=True).check()
    table = small.get_by_role("table", name="Bigram probabilities by counting")
    assert cells(table)[0] == ["0.143", "0.571", "0.286"]  # (0, 3, 1) + 1, of 7

    small.get_by_role("radio", name="Log-probability").check()
    table = small.get_by_role("table", name="Bigram log-probabilities by counting")
    assert cells(table)[0] == ["−1.95", "−0.56", "−1.25"]


def test_what_never_comes_has_a_logarithm_of_minus_infinity(book: Page) -> None:
    load(book)
    smoothing_0(book)

    book.get_by_role("radio", name="Log-probability").check()

    assert cells(book.get_by_role("table", name="Bigram log-probabilities by counting"))[0] == [
        "−∞",
        "−0.29",
        "−1.39",
    ]


def test_hovering_reads_a_cell_in_full(small: Page) -> None:
    table = small.get_by_role("table", name="Bigram counts")

    table.get_by_role("row").nth(1).get_by_role("cell").nth(1).hover()

    expect(fact(small, "Pair")).to_have_text(". a")
    expect(fact(small, "Count").first).to_have_text("3")
    expect(fact(small, "Share of row")).to_have_text("75.00 %")
    expect(fact(small, "Count model")).to_have_text("0.5714, ln −0.56")
    expect(fact(small, "Net")).to_have_text("not trained")


def test_a_click_shows_a_row_as_bars_sorted_or_alphabetical(small: Page) -> None:
    small.get_by_role("table", name="Bigram counts").get_by_role("cell", name="4").click()
    bars = small.get_by_role("list", name="What follows b").get_by_role("listitem")

    assert [bar.inner_text().split()[:2] for bar in bars.all()] == [
        [".", "0.625"],
        ["b", "0.250"],
        ["a", "0.125"],
    ]
    small.get_by_role("radio", name="Alphabetical").check()
    assert [bar.inner_text().split()[0] for bar in bars.all()] == [".", "a", "b"]


def test_the_table_is_saved_as_csv_and_png_and_copied(small: Page) -> None:
    small.context.grant_permissions(["clipboard-read", "clipboard-write"])

    with small.expect_download() as saved:
        small.get_by_role("button", name="Save CSV").click()
    rows = list(csv.reader(Path(saved.value.path()).read_text(encoding="utf-8").splitlines()))
    assert rows == [
        ["", ".", "a", "b"],
        [".", "0", "3", "1"],
        ["a", "0", "0", "3"],
        ["b", "4", "0", "1"],
    ]

    with small.expect_download() as saved:
        small.locator("#model").get_by_role("button", name="Save as PNG").first.click()
    assert Path(saved.value.path()).read_bytes().startswith(b"\x89PNG")

    small.get_by_role("button", name="Copy table").click()
    expect(small.locator("#status")).to_contain_text("clipboard")
    copied = small.evaluate("navigator.clipboard.readText()")
    assert copied.splitlines()[1].split("\t") == [".", "0", "3", "1"]


def test_of_a_large_alphabet_as_many_symbols_as_wanted_are_shown(book: Page) -> None:
    load(book, "\n".join(chr(0x4E00 + i) for i in range(70)).encode())
    table = book.get_by_role("table", name="Bigram counts")
    expect(table.get_by_role("rowheader")).to_have_count(61)
    expect(table.get_by_role("rowheader").last).to_have_text("other")

    book.get_by_role("combobox", name="Symbols shown").select_option("20")
    expect(table.get_by_role("rowheader")).to_have_count(21)
    expect(table.get_by_role("row").nth(1).get_by_role("cell").last).to_contain_text("51")


# Both models


def test_the_net_is_compared_with_the_count_model(book: Page) -> None:
    person.go(book, "Inside")
    expect(book.get_by_text("Train with gradient descent to compare")).to_be_visible()
    expect(book.get_by_role("radio", name="Difference")).to_be_disabled()
    train_net(book)

    distance = book.locator(".divergence strong")
    expect(distance).to_have_text("0.00638")
    largest = book.get_by_role("table", name="Largest differences").get_by_role("row").nth(1)
    expect(largest).to_contain_text(re.compile(r"q\..*0\.097.*0\.049.*−0\.048"))

    book.get_by_role("radio", name="Difference").check()
    book.get_by_role("radio", name="Probability", exact=True).check()
    table = book.get_by_role("table", name="Probabilities, net minus counting")
    expect(table.get_by_role("row").nth(18).get_by_role("cell").first).to_contain_text("−0.048")


# A full stop in words, and the boundary that is written like one


def test_a_full_stop_of_the_list_is_told_from_the_boundary_wherever_it_is_read(
    book: Page,
) -> None:
    load(book, b"a.\n.a\n.\n..\na\n")
    book.context.grant_permissions(["clipboard-read", "clipboard-write"])
    explained = "‘.’ is a full stop in a word"
    table = book.get_by_role("table", name="Bigram counts")
    expect(table.get_by_role("rowheader")).to_have_text([".", "‘.’", "a"])
    expect(table).to_contain_text(explained)
    expect(table.get_by_role("row").nth(2).get_by_role("cell").first).to_contain_text("‘.’.")
    table.get_by_role("row").nth(2).get_by_role("cell").nth(1).click()
    expect(fact(book, "Pair")).to_have_text("‘.’ ‘.’")
    bars = book.get_by_role("list", name="What follows ‘.’").get_by_role("listitem")
    assert {bar.inner_text().split()[0] for bar in bars.all()} == {".", "‘.’", "a"}
    person.go(book, "Make")
    expect(book.get_by_role("list", name="Alphabet").get_by_role("listitem")).to_have_text(
        [".", "‘.’", "a"]
    )
    pairs = book.get_by_role("list", name="Most frequent pairs").get_by_role("listitem")
    assert {pair.locator("bdi").inner_text() for pair in pairs.all()} == {
        *(".a", ".‘.’", "‘.’.", "‘.’‘.’", "‘.’a", "a.", "a‘.’")
    }

    person.go(book, "Inside")
    book.get_by_role("button", name="Copy table").click()
    expect(book.locator("#status")).to_contain_text("clipboard")
    copied = book.evaluate("navigator.clipboard.readText()")
    assert [line.split("\t")[0] for line in copied.splitlines()] == ["", ".", "‘.’", "a"]

    train_net(book, Steps="1", Learning_rate="1")
    differences = book.get_by_role("table", name="Largest differences").get_by_role("rowheader")
    expect(differences).to_have_count(9)
    assert sorted(differences.all_inner_texts()) == sorted(
        first + second for first in (".", "‘.’", "a") for second in (".", "‘.’", "a")
    )
    expect(book.locator("#differences")).to_contain_text(explained)

    score(book, "a.")
    scores = book.get_by_role("table", name="Score by Bigram counts").get_by_role("rowheader")
    assert scores.all_inner_texts()[:3] == [".a", "a‘.’", "‘.’."]
    expect(book.locator("#score-result")).to_contain_text(explained)

    person.go(book, "Make")
    person.no_filters(book)
    person.generate(book)
    made = book.get_by_role("list", name="Generated words").get_by_role("listitem")
    made.filter(has_text=re.compile(r"^\.a?\W")).first.get_by_role("button", name="Receipt").click()
    letters = book.get_by_role("list", name="Its letters").get_by_role("listitem")
    assert letters.first.inner_text().startswith("‘.’ ")
    assert letters.last.inner_text().startswith(". ")


# The curve


def test_runs_stay_with_their_settings_until_cleared(book: Page) -> None:
    load(book)
    train_net(book, Steps="20", Learning_rate="5")
    train_net(book, Steps="10", Learning_rate="1")
    person.go(book, "Compare")
    runs = book.get_by_role("table", name="Runs").get_by_role("row")
    expect(runs).to_have_count(3)
    heads = runs.first.get_by_role("columnheader")
    expect(heads).to_have_text(["Run", "Model", "Learning rate", "Steps", "Loss", "Held out"])
    expect(runs.nth(1)).to_contain_text(re.compile(r"1\s*Bigram net\s*5\s*20"))
    expect(runs.nth(2)).to_contain_text(re.compile(r"2\s*Bigram net\s*1\s*10"))
    expect(book.locator("#runs")).to_contain_text("Regularization 0.01, Weights seed 2147483647")
    chart = book.get_by_role("img", name="Loss at each training step")
    expect(chart).to_have_accessible_name(re.compile("guessing evenly, ln 3: 1.0986"))

    book.get_by_role("slider", name="Read the loss at a step").fill("10")
    expect(book.locator("#curve-readout")).to_have_text(
        re.compile(r"Step 10 – run 1: \d\.\d{4}, run 2: \d\.\d{4}")
    )
    book.get_by_role("switch", name="Logarithmic", exact=True).check()
    expect(runs).to_have_count(3)

    book.get_by_role("checkbox", name="Draw run 1").uncheck()
    expect(chart).to_have_accessible_name(re.compile("Run 2"))
    expect(chart).not_to_have_accessible_name(re.compile("Run 1"))

    book.get_by_role("button", name="Clear runs").click()
    expect(book.get_by_role("table", name="Runs")).to_have_count(0)
    expect(book.get_by_text("Gradient descent draws its loss here")).to_be_visible()


def test_a_run_that_explodes_stays_on_the_chart_and_says_so(book: Page) -> None:
    load(book)
    train_net(book, Steps="20", Learning_rate="5")
    person.go(book, "Make")
    book.get_by_role("spinbutton", name="Learning rate").fill("1e6")
    book.get_by_role("button", name="Train", exact=True).click()
    expect(book.locator("#status")).to_contain_text("smaller learning rate")
    person.go(book, "Compare")

    runs = book.get_by_role("table", name="Runs").get_by_role("row")
    expect(runs).to_have_count(3)
    expect(runs.nth(1)).not_to_contain_text("exploded")
    expect(runs.nth(2)).to_contain_text("exploded")
    # Its steps were all of one slice of time.
    heads = runs.first.get_by_role("columnheader").all_inner_texts()
    expect(runs.nth(2).locator("th, td").nth(heads.index("Steps"))).to_have_text("1")


# Scores


def score(page: Page, word: str) -> None:
    page.get_by_role("textbox", name="Score a word").fill(word)
    page.get_by_role("button", name="Score", exact=True).click()
    expect(page.locator("#score-result")).not_to_contain_text("Type a word")


def test_a_word_is_scored_pair_by_pair_under_both_models(book: Page) -> None:
    load(book)
    train_net(book, Steps="20", Learning_rate="5")
    score(book, "ab")

    rows = book.get_by_role("table", name="Score by Bigram counts").get_by_role("row")
    assert [row.inner_text().split() for row in rows.all()[1:]] == [
        [".a", "0.5714", "0.560", "0.807"],
        ["ab", "0.6667", "0.405", "0.585"],
        ["b.", "0.6250", "0.470", "0.678"],
        ["Total", "1.435", "2.070"],
        ["Mean", "0.478", "0.690"],
    ]
    expect(book.get_by_role("table", name="Score by Bigram net").get_by_role("row")).to_have_count(
        6
    )
    expect(book.locator("#status")).to_contain_text("“ab”: 0.4784 nats per bigram")


def test_an_infinite_score_is_explained(book: Page) -> None:
    load(book)
    smoothing_0(book)
    score(book, "ba")

    expect(book.locator("#score-result")).to_contain_text("“ba”, “a.” cannot come")
    total = book.get_by_role("table", name="Score by Bigram counts").get_by_role("row").nth(-2)
    expect(total).to_contain_text("∞")


def test_symbols_that_the_list_has_not_are_named(small: Page) -> None:
    score(small, "aßb!")

    expect(small.locator("#score-result")).to_contain_text("'ß', '!'")
    expect(small.locator("#status")).to_contain_text("'ß', '!'")


# Receipts


@pytest.fixture
def made(book: Page) -> Locator:
    """Return the items of 24 words made with the notebook's seed."""
    return book.get_by_role("list", name="Generated words").get_by_role("listitem")


def words(items: Locator) -> list[str]:
    return [item.locator("bdi").inner_text() for item in items.all()]


def test_a_word_reads_as_plain_text_with_its_receipt(book: Page, made: Locator) -> None:
    assert made.first.inner_text().split() == ["mor", "new"]
    expect(made.first.locator("bdi span").nth(1)).to_have_attribute("title", "o after m: 0.063")

    book.get_by_role("button", name="Receipt of mor").click()
    expect(book.get_by_role("dialog", name="mor", exact=True)).to_contain_text(
        "New: the list does not have it"
    )
    book.get_by_role("button", name="Nearest words").click()
    expect(book.get_by_role("dialog", name="mor", exact=True)).to_contain_text(
        "at edit distance 1: "
    )


def surprise(item: Locator) -> float:
    title = item.locator("button").first.get_attribute("title") or ""
    return float(title.removesuffix(" nats a symbol"))


def test_words_are_put_in_order(book: Page, made: Locator) -> None:
    as_made = words(made)
    order = book.get_by_role("combobox", name="Sort")

    order.select_option("alphabetical")
    assert words(made) == sorted(as_made)
    order.select_option("most like the list")
    surprises = [surprise(item) for item in made.all()]
    assert surprises == sorted(surprises)
    order.select_option("most surprising")
    assert [surprise(item) for item in made.all()] == surprises[::-1]
    order.select_option("as made")
    assert words(made) == as_made


def test_starred_words_are_kept_and_saved(book: Page, made: Locator) -> None:
    expect(book.get_by_role("button", name="Save starred")).to_be_disabled()
    book.get_by_role("button", name="Star mor", exact=True).click()
    book.get_by_role("button", name="Star axx", exact=True).click()
    book.get_by_role("button", name="Unstar mor").click()
    book.get_by_role("spinbutton", name="Seed", exact=True).fill("1")
    person.generate(book)
    expect(made.first.locator("bdi")).not_to_have_text("mor")

    expect(book.get_by_role("list", name="Starred words").get_by_role("listitem")).to_have_text(
        ["axx"]
    )
    with book.expect_download() as saved:
        book.get_by_role("button", name="Save starred").click()
    assert Path(saved.value.path()).read_text(encoding="utf-8") == "axx\n"
