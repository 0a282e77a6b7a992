"""Names of lists and words of theirs in messages, and cells of tables, that could mislead."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import FilePayload, Locator, Page, expect

from tests.e2e import person

NAME = "inno\u202ecent.txt"
SHOWN = "“inno‹U+202E›cent.txt”"
# Once the head of a file has been looked at, and before the worker reads the whole.
SPOIL_AFTER_THE_FIRST_LOOK = """
const { slice } = Blob.prototype;
Blob.prototype.slice = function (...range) {
  const part = slice.apply(this, range);
  const arrayBuffer = part.arrayBuffer.bind(part);
  part.arrayBuffer = async () => {
    const data = await arrayBuffer();
    if (part.size > 9) await spoil(); // not after the look whether it is a project
    return data;
  };
  return part;
};
null;
"""


def status(page: Page) -> Locator:
    return page.locator("#status")


def upload(page: Page, name: str, content: bytes) -> None:
    file = FilePayload(name=name, mimeType="text/plain", buffer=content)
    page.get_by_label("Upload a word list").set_input_files(file)
    expect(status(page)).to_contain_text(f"{name[-8:]}” read and counted")  # not the one before


def test_the_name_of_the_list_that_was_gone_back_to_is_made_safe(app: Page) -> None:
    upload(app, NAME, b"emma\n")
    upload(app, "other.txt", b"olivia\n")

    app.locator("#undo-list").click()

    expect(status(app)).to_contain_text(f"{SHOWN} is in use again")


def test_the_name_of_a_file_that_could_not_be_read_to_its_end_is_made_safe(
    app: Page, tmp_path: Path
) -> None:
    file = tmp_path / NAME
    file.write_bytes(b"emma\n" * 11_000_000)  # a smaller one would be copied first
    app.expose_function("spoil", lambda: file.write_bytes(b"other"))
    app.evaluate(SPOIL_AFTER_THE_FIRST_LOOK)

    app.get_by_label("Upload a word list").set_input_files(file)

    expect(status(app)).to_contain_text(f"{SHOWN} could not be read to its end")


def test_the_nearest_words_are_made_safe(app: Page) -> None:
    upload(app, "list.txt", "a\u202eb\nb\u202ea\n".encode())
    person.choose(app, "Bigram counts")
    person.no_filters(app)
    person.generate(app)
    app.get_by_role("button", name="Receipt of").first.click()

    app.get_by_role("button", name="Nearest words").click()

    expect(status(app)).to_contain_text("Nearest in the list")
    assert "\u202e" not in status(app).inner_text()


def test_a_saved_table_holds_no_bare_minus_infinity(app: Page) -> None:
    upload(app, "list.txt", b"ab\n")
    person.choose(app, "Bigram counts")
    app.get_by_role("spinbutton", name="Smoothing").fill("0")
    expect(status(app)).to_contain_text("Bigram counts: counted")  # as soon as it was chosen
    expect(app.get_by_role("spinbutton", name="Smoothing")).to_have_value("0")
    status(app).evaluate("(line) => line.replaceChildren()")
    app.get_by_role("button", name="Train", exact=True).click()
    expect(status(app)).to_contain_text("Bigram counts: counted")
    person.go(app, "Inside")
    app.locator("#table-by").get_by_text("Log").click()

    with app.expect_download() as download:
        app.get_by_role("button", name="Save CSV", exact=True).click()

    lines = Path(download.value.path()).read_text(encoding="utf-8").splitlines()
    assert lines[1] == '.,"\'-Infinity",0,"\'-Infinity"'
