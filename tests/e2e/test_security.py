"""What people give is only ever text; nothing leaves the page; links and downloads are harmless."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Dialog, FilePayload, Locator, Page, expect

from tests.e2e import person
from tests.e2e.conftest import START_TIMEOUT, Guard

MARKUP = "<img src=x onerror=alert(1)><script>alert(2)</script>"
OVERRIDE = "abc\u202edef"
VIOLATIONS = """
    globalThis.violations = [];
    addEventListener('securitypolicyviolation', (event) =>
        violations.push(`${event.violatedDirective}: ${event.blockedURI}`));
"""


@pytest.fixture(autouse=True)
def no_violation(page: Page) -> Iterator[None]:
    """Fail a test in which the page broke its own Content-Security-Policy or opened a dialog."""
    page.add_init_script(VIOLATIONS)
    dialogs: list[str] = []

    def refuse(dialog: Dialog) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", refuse)
    yield
    assert page.evaluate("globalThis.violations ?? []") == []
    assert dialogs == []


def status(page: Page) -> Locator:
    return page.locator("#status")


def upload(page: Page, text: str, name: str = "mine.txt") -> None:
    file = FilePayload(name=name, mimeType="text/plain", buffer=text.encode())
    page.get_by_label("Upload a word list").set_input_files(file)


def ready(page: Page) -> None:
    expect(page.locator("body")).to_have_attribute("data-state", "ready", timeout=START_TIMEOUT)


def test_the_whole_job_keeps_to_the_policy(book: Page) -> None:
    upload(book, "emma\nolivia\nava\n")
    expect(status(book)).to_contain_text("3 words of “mine.txt” read")
    person.choose(book, "Bigram net")
    book.get_by_role("button", name="Train", exact=True).click()
    expect(status(book)).to_contain_text("Trained after 300 steps")
    person.generate(book)
    expect(status(book)).to_contain_text("made")


def test_the_policy_lets_no_script_in_and_no_word_out(app: Page, guard: Guard) -> None:
    guard.expect("Content Security Policy|Content-Security-Policy|example.invalid")
    blocked = app.evaluate(
        """async () => {
            const tries = {
                fetch: () => fetch('https://example.invalid/'),
                image: () => new Promise((loaded, failed) => {
                    const image = new Image();
                    image.onload = loaded;
                    image.onerror = failed;
                    image.src = 'https://example.invalid/x.png';
                }),
                script: () => new Promise((loaded, failed) => {
                    const script = document.createElement('script');
                    script.textContent = 'globalThis.injected = true';
                    document.head.append(script);
                    globalThis.injected ? loaded() : failed();
                }),
                // Last: what the test itself runs at first may use it.
                eval: () => (0, eval)('1'),
            };
            const blocked = [];
            for (const [name, attempt] of Object.entries(tries)) {
                try { await attempt(); } catch { blocked.push(name); }
            }
            return blocked;
        }"""
    )

    assert blocked == ["fetch", "image", "script", "eval"]
    app.wait_for_function("violations.length === 4")
    violated = app.evaluate("violations.splice(0).map((violation) => violation.split(':')[0])")
    assert sorted(violated) == ["connect-src", "img-src", "script-src", "script-src-elem"]


def test_markup_in_words_and_file_names_is_shown_as_text(app: Page) -> None:
    upload(app, f"{MARKUP}\nemma\n", name=f"{MARKUP}.txt".replace("/", "∕"))

    person.open_all(app)
    expect(app.locator("#summary h3")).to_contain_text("<img src=x onerror=alert(1)>")
    expect(app.get_by_role("list", name="First words")).to_contain_text("<img src=x")
    expect(status(app)).to_contain_text("<img src=x")
    assert app.locator("img[src=x]").count() == 0
    assert app.locator("#main script").count() == 0


def test_invisible_characters_are_named(app: Page) -> None:
    upload(app, f"{OVERRIDE}\nze\u200bro\nsoft\u00adhyphen\n", name="inno\u202ecent.txt")

    person.open_all(app)
    words = app.get_by_role("list", name="First words")
    expect(words).to_contain_text("abc‹U+202E›def")
    expect(words).to_contain_text("ze‹U+200B›ro")
    expect(words).to_contain_text("soft‹U+00AD›hyphen")
    expect(app.locator("#summary h3")).to_have_text("inno‹U+202E›cent.txt")
    for place in ("#status", "#main"):
        assert not set(app.locator(place).inner_text()) & set("\u202e\u200b\u00ad")


def test_a_name_from_right_to_left_leaves_its_sentence_in_order(app: Page) -> None:
    upload(app, "אבג\n", name="שמות.txt")

    expect(status(app)).to_contain_text("“\u2068שמות.txt\u2069” read")


def test_long_lines_are_cut_where_they_are_shown(app: Page) -> None:
    upload(app, "ab" * 5_000 + "\nemma\n", name="n" * 250 + ".txt")

    expect(status(app)).to_contain_text("2 words of")
    assert len(status(app).inner_text()) < 300
    person.open_all(app)
    first = app.get_by_role("list", name="First words").get_by_role("listitem").first
    assert len(first.inner_text()) < 100
    assert app.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


# Links


@pytest.mark.visited
@pytest.mark.parametrize("value", [MARKUP, "1e999", "-1", "9" * 1_000])
def test_a_hostile_link_changes_nothing_it_may_not(page: Page, value: str) -> None:
    names = ["list", "model", "smoothing", "steps", "learning_rate", "l2", "weights_seed"]
    names += ["count", "seed", "temperature", "era", "__proto__", "constructor", "onload"]
    page.goto(f"./?{urlencode(dict.fromkeys(names, value))}")

    ready(page)
    expect(page.locator("#summary h3")).to_have_text("US names of 2017")
    expect(page.get_by_role("radio", name="Bigram counts")).to_be_checked()
    assert MARKUP not in page.locator("#main").inner_text()
    told, form = (page.locator(f"#{each}").bounding_box() for each in ("status", "make-form"))
    assert told is not None
    assert form is not None
    assert told["y"] + told["height"] <= form["y"], "what is wrong lies over what is to be mended"
    person.open_all(page)
    for name, good in (("Smoothing", "1"), ("How many", "5"), ("Seed", "1"), ("Temperature", "1")):
        page.get_by_role("spinbutton", name=name, exact=True).fill(good)
    person.generate(page)
    expect(status(page)).to_contain_text("5 words made")


# Downloads


def saved(page: Page, button: str) -> str:
    with page.expect_download() as download:
        page.get_by_role("button", name=button, exact=True).click()
    return Path(download.value.path()).read_text(encoding="utf-8")


def test_a_table_holds_no_formula(book: Page) -> None:
    upload(book, '=cmd|calc\n+1\n-1\n@SUM\n"quoted"\na,b\n')
    expect(status(book)).to_contain_text("words of “mine.txt” read")

    person.go(book, "Inside")
    table = saved(book, "Save CSV")

    cells = table.splitlines()[0].split(",")
    assert '"\'="' in cells
    for line in table.splitlines():
        assert not line.startswith(("=", "+", "-", "@"))
    for cell in table.replace("\n", ",").split(","):
        assert not cell.startswith(("=", "+", "@"))


def test_saved_words_are_plain_text_as_they_were_made(book: Page) -> None:
    upload(book, "=1+1\n")
    expect(status(book)).to_contain_text("word of “mine.txt” read")
    book.get_by_role("spinbutton", name="Smoothing").fill("0")
    book.get_by_role("button", name="Train", exact=True).click()
    expect(status(book)).to_contain_text("counted")
    person.no_filters(book)
    book.get_by_role("spinbutton", name="How many").fill("3")
    person.generate(book)
    expect(status(book)).to_contain_text("3 words made")

    words = book.get_by_role("list", name="Generated words").locator("bdi.word").all_inner_texts()

    assert saved(book, "Download").splitlines() == words
