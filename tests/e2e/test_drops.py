"""What is dragged and dropped: from the page, into text fields, and more than one file."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

LETTERS = "abcdefghijklmnopqrstuvwxyz"

# As from outside: no dragstart of the page comes before.
DROP = """
(target, { files, text }) => {
  const data = new DataTransfer();
  for (const name of files ?? []) data.items.add(new File([`${name.slice(0, 3)}\\n`], name));
  if (text) data.setData("text/plain", text);
  const options = { dataTransfer: data, bubbles: true, cancelable: true };
  const over = new DragEvent("dragover", options);
  target.dispatchEvent(over);
  const drop = new DragEvent("drop", options);
  target.dispatchEvent(drop);
  return [over.defaultPrevented, drop.defaultPrevented];
}
"""

# What the page has made its own of the drags that follow.
WATCH = """
() => {
  window.dragged = [];
  for (const kind of ["dragstart", "drop"]) {
    addEventListener(kind, (event) => dragged.push([kind, event.defaultPrevented]));
  }
}
"""


def drag(page: Page, *places: tuple[float, float]) -> list[list[object]]:
    """Drag what is at the first place over the others, and return what `WATCH` noted."""
    page.evaluate(WATCH)
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=4)
    page.mouse.up()
    noted: list[list[object]] = page.evaluate("dragged")
    return noted


def centre(locator: Locator) -> tuple[float, float]:
    box = locator.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def drag_link(page: Page) -> list[list[object]]:
    start = centre(page.locator("a[href]:visible").last)
    return drag(
        page,
        start,
        (start[0] + 10, start[1] + 10),
        centre(page.get_by_role("heading", level=1).first),
    )


def status(page: Page) -> Locator:
    return page.locator("#status")


def expect_nothing_happened(page: Page, said: str) -> None:
    page.evaluate(
        "() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))"
    )
    expect(status(page)).to_have_text(said)
    expect(page.locator("#summary h3")).to_have_text("US names of 2017")


def test_a_link_of_the_page_that_is_dragged_does_not_become_the_list(app: Page) -> None:
    said = status(app).inner_text()

    assert drag_link(app) == [["dragstart", False]]

    expect_nothing_happened(app, said)


def test_after_a_drag_of_the_page_one_from_outside_counts_again(app: Page) -> None:
    drag_link(app)
    app.mouse.move(5, 5)

    assert app.locator("#summary").evaluate(DROP, {"text": "xyz"}) == [True, True]

    expect(status(app)).to_contain_text("1 word of “Pasted words” read")


def test_text_that_is_dropped_into_a_field_is_left_to_it(app: Page) -> None:
    said = status(app).inner_text()

    assert app.get_by_role("textbox", name="Paste words").evaluate(DROP, {"text": "dropped"}) == [
        False,
        False,
    ]

    expect_nothing_happened(app, said)


def test_dropped_text_is_understood_as_pasted_text_is(app: Page) -> None:
    box = app.get_by_role("textbox", name="Paste words")

    assert app.locator("#summary").evaluate(DROP, {"text": "Ada, Bo, Cy"}) == [True, True]

    expect(status(app)).to_contain_text("3 words of “Pasted words” read")
    expect(box).to_have_value("Ada, Bo, Cy")
    expect(app.locator("#paste-note")).to_have_text("3 words, between commas: Ada, Bo, Cy")
    # So long a text would hold the page up if it were laid out in the box.
    many = ", ".join(f"{a}{b}{c}{a}{b}na" for a in LETTERS for b in LETTERS for c in LETTERS)
    assert box.evaluate(DROP, {"text": f"{many}, {many}"}) == [False, True]
    expect(status(app)).to_contain_text(f"{3 + 2 * 26**3:,} words of “Pasted words” read")
    expect(box).to_have_value("")


def test_a_word_that_is_dragged_within_the_paste_box_stays_a_word_of_it(app: Page) -> None:
    said = status(app).inner_text()
    box = app.get_by_role("textbox", name="Paste words")
    box.fill("emma\n\n\nolivia\n")
    box.scroll_into_view_if_needed()
    frame = box.bounding_box()
    assert frame is not None
    x, y = frame["x"] + 20, frame["y"] + 18
    app.mouse.dblclick(x, y)

    noted = drag(app, (x, y), (x + 5, y + 20), (x + 5, y + 45))

    assert noted == [["dragstart", False], ["drop", False]]
    expect_nothing_happened(app, said)
    assert sorted(box.input_value().split()) == ["emma", "olivia"]


def test_a_file_counts_wherever_it_is_dropped(app: Page) -> None:

    box = app.get_by_role("textbox", name="Paste words")
    assert box.evaluate(DROP, {"files": ["one.txt"]}) == [True, True]

    expect(status(app)).to_contain_text("1 word of “one.txt” read")


def test_two_dropped_files_are_one_list_if_a_person_says_so_and_that_can_be_undone(
    app: Page,
) -> None:
    app.locator("#summary").evaluate(DROP, {"files": ["one.txt", "two.txt"]})
    expect(app.get_by_role("region", name="2 files: one list?")).to_contain_text("one.txt, two.txt")
    expect(app.locator("#summary h3")).to_have_text("US names of 2017")

    app.get_by_role("button", name="Join as one list").click()

    expect(status(app)).to_contain_text("2 words of “one.txt and 1 more” read")
    app.get_by_role("button", name="Back to “US names of 2017”").click()
    expect(status(app)).to_contain_text("“US names of 2017” is in use again")


def test_of_two_dropped_files_the_first_can_be_used(app: Page) -> None:
    app.locator("#summary").evaluate(DROP, {"files": ["one.txt", "two.txt"]})

    app.get_by_role("button", name="Use only the first").click()

    expect(status(app)).to_contain_text("1 word of “one.txt” read")
