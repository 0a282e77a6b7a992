"""Lists of every kind: tables, encodings, choices, going back, and files that come in pieces."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import FilePayload, Locator, Page, expect

from tests.e2e import person
from tests.e2e.conftest import Guard

FAILED = r"Failed to load resource"
SSA = b"Emma,F,19738\nOlivia,F,18632\nAva,F,15902\n"


def upload(page: Page, name: str, content: bytes) -> None:
    file = FilePayload(name=name, mimeType="text/plain", buffer=content)
    page.get_by_label("Upload a word list").set_input_files(file)


def first_words(page: Page) -> Locator:
    return page.get_by_role("list", name="First words").get_by_role("listitem")


def fact(page: Page, name: str) -> Locator:
    return page.locator("dl.facts > div", has=page.locator("dt", has_text=name)).locator("dd")


def status(page: Page) -> Locator:
    return page.locator("#status")


def test_a_table_is_shown_before_it_is_used_and_its_numbers_may_count(book: Page) -> None:
    upload(book, "yob2017.txt", SSA)
    form = book.get_by_role("form", name="How to read “yob2017.txt”")
    expect(form.get_by_role("table", name="First rows")).to_contain_text("Olivia")
    expect(book.get_by_role("heading", name="US names of 2017")).to_be_visible()
    expect(form.get_by_label("Column of the words")).to_have_value("0")
    found = Axe().run(book, context="#list-panel")
    assert found.violations_count == 0, found.generate_report()

    form.get_by_role("button", name="Read it this way").click()
    expect(first_words(book)).to_have_text(["Emma", "Olivia", "Ava"])
    expect(fact(book, "Bigrams")).to_have_text("16")
    expect(form).to_be_hidden()
    about = book.locator("#summary")
    expect(about).to_contain_text("Learned in lower case")

    book.get_by_role("button", name="Reading options").click()
    form.get_by_label("Learn capitals as they are").check()
    form.get_by_role("button", name="Read it this way").click()
    expect(about).not_to_contain_text("Learned in lower case")

    book.get_by_role("button", name="Reading options").click()
    form.get_by_label("Learn capitals as they are").uncheck()
    form.get_by_label("Each row counts").select_option("as often as column 3 says")
    form.get_by_label("Lower-case all words").check()
    form.get_by_role("button", name="Read it this way").click()
    expect(fact(book, "Bigrams")).to_have_text(f"{5 * 19738 + 7 * 18632 + 4 * 15902:,}")
    expect(first_words(book)).to_have_text(["emma", "olivia", "ava"])
    expect(book.get_by_role("list", name="While reading")).to_contain_text(
        "3 lines lower-cased, at line 1, 2, 3"
    )


def test_a_table_may_also_be_read_by_lines_or_by_another_column(book: Page) -> None:
    upload(book, "table.csv", b"rank;name\n1;Anna\n2;Bob\n")
    form = book.get_by_role("form", name="How to read “table.csv”")
    expect(form.get_by_label("First line is a header")).to_be_checked()
    form.get_by_role("button", name="Read it this way").click()
    expect(first_words(book)).to_have_text(["Anna", "Bob"])

    book.get_by_role("button", name="Reading options").click()
    form.get_by_label("Column of the words").select_option("rank")
    form.get_by_role("button", name="Read it this way").click()
    expect(first_words(book)).to_have_text(["1", "2"])

    book.get_by_role("button", name="Reading options").click()
    form.get_by_label("Read as").select_option("whole lines")
    form.get_by_role("button", name="Read it this way").click()
    expect(first_words(book)).to_have_text(["rank;name", "1;Anna", "2;Bob"])


def test_a_guessed_encoding_is_said_and_can_be_changed(book: Page) -> None:
    upload(book, "имена.txt", "Анна\nБорис\n".encode("cp1251"))
    form = book.get_by_role("form", name="How to read “имена.txt”")
    expect(form).to_contain_text("its encoding is a guess: Cyrillic (Windows-1251)")
    expect(form).to_contain_text("Борис")

    form.get_by_role("button", name="Read it this way").click()
    expect(first_words(book)).to_have_text(["Анна", "Борис"])
    report = book.get_by_role("list", name="While reading")
    expect(report).to_contain_text("the encoding is a guess: Cyrillic (Windows-1251)")

    book.get_by_role("button", name="Reading options").click()
    expect(form).to_contain_text("its encoding is a guess: Cyrillic (Windows-1251)")
    form.get_by_label("Encoding").select_option("Western (Windows-1252)")
    form.get_by_role("button", name="Read it this way").click()
    expect(first_words(book)).to_have_text(["Àííà", "Áîðèñ"])
    expect(report).not_to_contain_text("guess")


@pytest.mark.browser_context_args(service_workers="block")  # which has kept the detector
def test_without_the_detector_the_guess_is_western(book: Page, guard: Guard) -> None:
    guard.expect(FAILED)
    guard.expect("Service Worker registration blocked")
    book.route("**/chardet.zip.gz", lambda route: route.abort())
    upload(book, "имена.txt", "Анна\nБорис\n".encode("cp1251"))
    form = book.get_by_role("form", name="How to read “имена.txt”")
    expect(form).to_contain_text("its encoding is a guess: Western (Windows-1252)")

    book.unroute("**/chardet.zip.gz")
    upload(book, "имена.txt", "Анна\nБорис\n".encode("cp1251"))
    expect(form).to_contain_text("its encoding is a guess: Cyrillic (Windows-1251)")


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("cp932", "Japanese (Shift JIS)"),
        ("euc_jp", "Japanese (EUC-JP)"),
        ("gb18030", "Chinese (GB 18030)"),
    ],
)
def test_encodings_of_the_east_are_there(book: Page, encoding: str, name: str) -> None:
    upload(book, "east.txt", "東京\n大阪\n".encode(encoding))
    form = book.get_by_role("form", name="How to read “east.txt”")
    expect(form).to_contain_text(f"its encoding is a guess: {name}")
    form.get_by_label("Encoding").select_option(name)
    form.get_by_role("button", name="Read it this way").click()

    expect(first_words(book)).to_have_text(["東京", "大阪"])


def test_the_list_before_comes_back_with_what_was_made_of_it(book: Page) -> None:
    person.choose(book, "Bigram net")
    book.get_by_role("spinbutton", name="Steps").fill("7")
    book.get_by_role("button", name="Train", exact=True).click()
    expect(status(book)).to_contain_text("Trained after 7 steps")
    book.get_by_role("button", name="Generate", exact=True).click()
    expect(status(book)).to_contain_text("made")
    words = book.get_by_role("list", name="Generated words").all_inner_texts()
    upload(book, "other.txt", b"xyz\n")
    expect(book.get_by_role("heading", name="other.txt")).to_be_visible()

    book.get_by_role("button", name="Back to “US names of 2017”").click()

    expect(fact(book, "Words")).to_have_text("32,469")
    expect(status(book)).to_contain_text("in use again")
    assert book.get_by_role("list", name="Generated words").all_inner_texts() == words
    expect(book.get_by_role("combobox", name="Word list")).to_have_value("names")
    book.get_by_role("button", name="Resume").click()
    expect(status(book)).to_contain_text("Trained after 14 steps")
    book.get_by_role("button", name="Back to “other.txt”").click()
    expect(first_words(book)).to_have_text(["xyz"])


def test_one_symbol_may_be_what_is_seen_as_one_character(book: Page) -> None:
    alphabet = book.get_by_role("list", name="Alphabet").get_by_role("listitem")
    upload(book, "emoji.txt", "👩‍🔬👍🏽\n🇩🇪\n".encode())
    expect(fact(book, "Symbols")).to_have_text("8")

    book.get_by_role("button", name="Reading options").click()
    book.get_by_label("One symbol per visible character").check()
    book.get_by_role("button", name="Read it this way").click()

    expect(alphabet).to_have_text([".", "🇩🇪", "👍🏽", "👩‍🔬"])


def test_a_large_file_is_read_in_pieces_and_can_be_cancelled(book: Page, tmp_path: Path) -> None:
    large = tmp_path / "large.txt"
    line = b"".join(b"%d\n" % (pow(7, i, 9973)) for i in range(50_000))
    large.write_bytes(line * 200)
    book.get_by_label("Upload a word list").set_input_files(large)
    progress = book.get_by_role("progressbar", name="Reading")
    expect(progress).to_be_visible()
    book.get_by_role("button", name="Cancel reading").click()

    expect(status(book)).to_contain_text("Reading was cancelled. The list before is still in use")
    expect(progress).to_be_hidden()
    expect(fact(book, "Words")).to_have_text("32,469")
    book.get_by_role("button", name="Generate", exact=True).click()
    expect(status(book)).to_contain_text("made")


def test_a_list_of_thousands_of_symbols_is_counted_and_the_net_says_its_limit(
    book: Page,
) -> None:
    words = [chr(0x4E00 + i) + chr(0x4E00 + (7 * i) % 20000) for i in range(20000)]
    upload(book, "字.txt", "\n".join(words).encode())
    expect(fact(book, "Symbols")).to_have_text("20,001")
    expect(fact(book, "Words")).to_have_text("20,000", timeout=60_000)
    expect(status(book)).to_contain_text("Bigram counts: counted")
    held_out = book.get_by_label("Held-out loss")
    before = held_out.inner_text()
    book.get_by_role("spinbutton", name="Smoothing").fill("0.01")
    book.get_by_role("button", name="Train", exact=True).click()
    expect(held_out).not_to_have_text(before)

    person.choose(book, "Bigram net")
    book.get_by_role("button", name="Train", exact=True).click()

    expect(status(book)).to_contain_text("It works up to 2,000 symbols. Use counting")
    person.choose(book, "Bigram counts")
    book.get_by_role("button", name="Generate", exact=True).click()
    expect(status(book)).to_contain_text("made")


def test_words_from_right_to_left_are_shown_so(book: Page) -> None:
    upload(book, "عربي.txt", "محمد\nفاطمة\n".encode())
    expect(first_words(book).first).to_have_text("محمد")
    word = first_words(book).first.locator("bdi")
    assert word.evaluate("element => getComputedStyle(element).unicodeBidi") == "isolate"
    assert word.evaluate("element => getComputedStyle(element).direction") in ("rtl", "ltr")
    assert word.evaluate("element => element.matches(':dir(rtl)')")
