"""Inside: every view is read by keyboard, and follows the word, the position and the model."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from makemore.inside.words import letter_surprises
from makemore.training import fit
from tests.e2e import person
from tests.e2e.conftest import Shared
from tests.e2e.test_accessibility import violations

NETS = ["Bag of words", "MLP", "RNN", "GRU", "Transformer"]
PICTURES = {
    "N-gram": ["How P(n) comes about", "P of each letter", "The most telling contexts"],
    "Bag of words": ["The averaging triangle", "What the average makes", "The hidden layer"],
    "MLP": ["The letters in the plane", "How much each letter", "The hidden layer"],
    "RNN": ["The hidden state along", "How far back a gradient"],
    "GRU": ["The hidden state along", "How far back a gradient", "Gate z", "Gate r"],
    "Transformer": [
        "The prediction after each layer",
        *(f"Layer {layer}, head {head}" for layer, head in ((1, 1), (1, 3), (2, 2), (4, 4))),
    ],
    "Mix": [
        "The share of each model",
        "N-gram: How P(n) comes about",
        "RNN: The hidden state along",
    ],
}
AUTO = ["How P(n) comes about", "P of each letter", "The most telling contexts"]


def train(page: Page, model: str) -> None:
    """Train a model for a few steps."""
    person.go(page, "Make")
    person.open_all(page)
    person.choose(page, model)
    if model in NETS:
        page.get_by_role("spinbutton", name="Steps", exact=True).fill("3")
    person.status(page).evaluate("(line) => line.replaceChildren()")
    page.get_by_role("button", name="Train", exact=True).click()
    expect(page.locator("body")).to_have_attribute("data-state", "ready")
    expect(person.status(page)).to_contain_text(re.compile("Trained after [13] step|counted in"))


def study(page: Page, word: str) -> None:
    page.get_by_role("textbox", name="Score a word").fill(word)
    page.get_by_role("textbox", name="Score a word").press("Enter")
    surprises = page.get_by_role("table", name="Surprise by letter and model")
    expect(surprises.get_by_role("columnheader")).to_have_count(len(word) + 2)


def look_into(page: Page, model: str) -> None:
    link = page.get_by_role("navigation", name="Models to look into").get_by_role("link")
    link.filter(has_text=re.compile(f"^{model}")).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=re.compile(f"^What {model}.* sees$"))).to_be_visible()


def picture(page: Page, title: str) -> Locator:
    return page.locator(".inside-picture").filter(
        has=page.get_by_role("heading", name=re.compile(f"^{re.escape(title)}"))
    )


def open_by_key(part: Locator, name: str) -> None:
    part.locator("summary").filter(has_text=name).press("Enter")


def read(page: Page, title: str) -> None:
    """Read a picture's numbers by keyboard: in its table, or cell by cell and then in one."""
    shown = picture(page, title)
    expect(shown).to_be_visible()
    plots = shown.get_by_role("application")
    if plots.count() == 0:
        if shown.get_by_role("table").count() == 0:  # bars, with their numbers folded
            open_by_key(shown, "Numbers")
        table = shown.get_by_role("table")
        expect(table.get_by_role("cell").filter(has_text=re.compile(r"\d"))).not_to_have_count(0)
        scrollable = shown.get_by_role("region").first
        scrollable.focus()
        expect(scrollable).to_be_focused()
        return
    plots.focus()
    readout = shown.get_by_role("status")
    before = readout.text_content()
    page.keyboard.press("ArrowRight")
    expect(readout).not_to_have_text(before or "")
    open_by_key(shown, "Numbers")
    table = shown.get_by_role("table")
    said = readout.text_content() or ""
    if "nearest" in said:
        figure = said.split(": ")[1].split(",")[0]
        expect(table.get_by_role("row").nth(2).get_by_role("cell").first).to_have_text(figure)
    else:
        figure = said.rsplit(" ", 1)[1]
        expect(table.get_by_role("row").nth(1).get_by_role("cell").nth(1)).to_have_text(figure)


@pytest.fixture
def names(shared: Shared) -> Page:
    """Return the page with the built-in names, on which one model after the other is trained."""
    return shared.page(lambda page: None)


@pytest.mark.parametrize("model", [model for model in PICTURES if model != "Mix"])
def test_every_view_is_read_by_keyboard(names: Page, model: str) -> None:
    train(names, model)
    read_all(names, model)


def test_every_view_of_a_mix_and_of_auto_is_read_by_keyboard(app: Page) -> None:
    train(app, "RNN")
    train(app, "Mix")
    read_all(app, "Mix")
    look_into(app, "Auto")  # which needs no training
    for title in AUTO:
        read(app, title)


def read_all(page: Page, model: str) -> None:
    person.go(page, "Inside")
    study(page, "anna")
    page.get_by_role("button", name="n", exact=True).first.press("Enter")
    expect(page.get_by_role("button", name="n", exact=True).first).to_have_attribute(
        "aria-pressed", "true"
    )
    look_into(page, model)
    for title in PICTURES[model]:
        read(page, title)
    first = picture(page, PICTURES[model][0])
    open_by_key(first, "The Python that computed this")
    expect(first.locator("pre").first).to_contain_text("def ")
    assert violations(page) == []


@pytest.mark.parametrize("model", NETS)
def test_a_box_of_a_net_opens_to_its_matrices(names: Page, model: str) -> None:
    train(names, model)
    person.go(names, "Inside")
    look_into(names, model)
    box = names.locator(".block").filter(has_text="Next letter")
    box.locator("summary").first.press("Enter")
    matrix = box.locator("details details").first
    matrix.locator("summary").first.press("Enter")
    expect(matrix.get_by_role("application")).to_be_visible()
    expect(matrix.get_by_role("status")).to_contain_text(re.compile(r": −?\d"))
    read(names, matrix.locator("summary code").first.inner_text())


def test_what_the_models_expect_follows_the_position(app: Page) -> None:
    train(app, "Bigram counts")
    person.go(app, "Inside")
    study(app, "anna")
    for letter in ("a", "n"):
        app.get_by_role("button", name=letter, exact=True).first.press("Enter")
        bars = app.get_by_role("list", name="Next letter by Bigram counts")
        expect(bars.get_by_text(" is what comes")).to_have_count(1)
        actual = bars.get_by_role("listitem").filter(has_text="is what comes")
        expect(actual).to_contain_text(letter)
    table = app.get_by_role("table", name="Surprise by letter and model")
    row = table.get_by_role("row").filter(has_text="Bigram counts")
    words = (Path(__file__).parents[2] / "data/names.txt").read_text().split()
    nats = letter_surprises(fit("bigram", words), "anna")
    expected = [*(f"{each:.2f}" for each in nats), f"{nats.mean():.3f}"]
    expect(row.get_by_role("cell")).to_have_text(expected)


def test_numbers_that_are_open_follow_what_is_looked_at(app: Page) -> None:
    train(app, "MLP")
    person.go(app, "Inside")
    study(app, "anna")
    look_into(app, "MLP")
    shown = picture(app, "The hidden layer")
    open_by_key(shown, "Numbers")
    rows = shown.get_by_role("table").get_by_role("rowheader").filter(has_text="n")
    expect(rows).not_to_have_count(0)

    study(app, "emma")

    expect(rows).to_have_count(0)


def test_a_matrix_that_is_open_follows_what_the_net_learns(app: Page) -> None:
    train(app, "Bag of words")
    person.go(app, "Inside")
    look_into(app, "Bag of words")
    box = app.locator(".block").filter(has_text="Next letter")
    box.locator("summary").first.press("Enter")
    matrix = box.locator("details details").first
    matrix.locator("summary").first.press("Enter")
    readout = matrix.get_by_role("status")
    expect(readout).to_contain_text(re.compile(r": −?\d"))
    before = readout.inner_text()

    person.go(app, "Make")
    app.get_by_role("spinbutton", name="Weights seed").fill("5")
    train(app, "Bag of words")
    person.go(app, "Inside")

    expect(readout).not_to_have_text(before)


def test_drawing_letters_makes_a_word(app: Page) -> None:
    person.go(app, "Inside")
    study(app, "a")
    app.get_by_role("button", name="the end", exact=True).press("Enter")
    before = "a"
    for _ in range(3):
        app.get_by_role("button", name="Draw next letter").press("Enter")
        expect(person.status(app)).to_contain_text("% likely")
        after = app.get_by_role("textbox", name="Score a word").input_value()
        assert after.startswith(before)
        if "ends here" in (person.status(app).text_content() or ""):
            break
        person.status(app).evaluate("(line) => line.replaceChildren()")
        before = after


def test_descent_is_played_paused_stepped_and_scrubbed(app: Page) -> None:
    person.go(app, "Inside")
    descent = app.locator("#descent")
    descent.locator("summary").press("Enter")
    step = descent.get_by_role("slider", name="Step")
    expect(descent.get_by_role("table", name="Words of one seed")).to_be_visible()
    expect(step).to_have_attribute("aria-valuetext", re.compile("Step 0, "))
    far = distance(step)
    descent.get_by_role("button", name="One step").press("Enter")
    expect(step).to_have_attribute("aria-valuetext", re.compile("Step 1, "))
    descent.get_by_role("button", name="Play").press("Enter")
    expect(descent.get_by_role("button", name="Pause")).to_be_visible()
    expect(step).not_to_have_attribute("aria-valuetext", re.compile("Step [01], "))
    descent.get_by_role("button", name="Pause").press("Enter")
    expect(descent.get_by_role("button", name="Play")).to_be_visible()
    step.press("End")
    expect(step).to_have_attribute("aria-valuetext", re.compile("Step 300, "))
    assert distance(step) < far / 10
    first = descent.get_by_role("table", name="Words of one seed").get_by_role("row").nth(1)
    net = first.get_by_role("cell").first
    word = net.inner_text()
    step.press("Home")
    expect(step).to_have_attribute("aria-valuetext", re.compile("Step 0, "))
    expect(net).not_to_have_text(word)
    expect(descent.get_by_text("This is the run that Train would do: 300 steps")).to_be_visible()
    assert violations(app) == []

    # Once a net is trained it is that one's run, with what was typed for it.
    person.go(app, "Make")
    person.choose(app, "Bigram net")
    app.get_by_role("spinbutton", name="Learning rate").fill("7")
    app.get_by_role("spinbutton", name="Steps", exact=True).fill("40")
    app.get_by_role("button", name="Train", exact=True).click()
    expect(person.status(app)).to_contain_text("Trained after 40 steps")
    person.go(app, "Inside")
    expect(descent.get_by_text("of your bigram net: 40 steps, learning rate 7")).to_be_visible()
    step.press("End")
    expect(step).to_have_attribute("aria-valuetext", re.compile("Step 40, "))


def distance(step: Locator) -> float:
    said = re.search(r"([\d.]+) nats", step.get_attribute("aria-valuetext") or "")
    assert said is not None
    return float(said[1])


def test_a_model_that_is_not_trained_says_so(app: Page) -> None:
    app.goto("./#inside/gru")
    expect(app.get_by_text("This model is not trained on this list yet")).to_be_visible()


@pytest.mark.parametrize("width", [390, 1920])
def test_nothing_is_wider_than_the_window(app: Page, width: int) -> None:
    train(app, "Transformer")
    app.set_viewport_size({"width": width, "height": 900})
    person.go(app, "Inside")
    study(app, "annabel")
    look_into(app, "Transformer")
    expect(picture(app, "Layer 1, head 1")).to_be_visible()
    assert app.evaluate("document.documentElement.scrollWidth") <= width


def saved(page: Page, what: str, form: str) -> tuple[str, bytes]:
    """Save a picture; return the file's name and what is in it."""
    with page.expect_download() as download:
        page.get_by_role("button", name=f"Save “{what}” as {form}").click()
    return download.value.suggested_filename, Path(download.value.path()).read_bytes()


def test_what_is_seen_leaves_the_page_as_a_picture_that_says_what_it_is_of(app: Page) -> None:
    train(app, "GRU")
    person.go(app, "Compare")
    expect(app.locator("#curve canvas")).to_be_visible()
    with app.expect_download() as download:
        app.locator('[data-picture="curve-pictured"][data-as="svg"]').click()
    chart = Path(download.value.path()).read_text(encoding="utf-8")
    assert "<image" not in chart  # paths, not points
    assert "<path" in chart
    assert ">GRU<" in chart  # its legend
    person.go(app, "Inside")
    study(app, "anna")
    look_into(app, "GRU")
    name, svg = saved(app, "Surprise by letter and model", "SVG")
    assert svg.startswith(b"<svg")
    said = "Surprise by letter and model – “anna”. Of “US names of 2017”, 32,469 words"
    assert said in svg.decode()
    name, png = saved(app, "The next letter", "PNG")
    assert png.startswith(b"\x89PNG")
    assert name == "makemore-the-next-letter-anna-0-of-5.png"
    gates = [saved(app, f"Gate {gate}", "SVG") for gate in "zr"]
    assert [name for name, _ in gates] == [f"makemore-gate-{g}-gru-on-anna.svg" for g in "zr"]
    assert all(b"<image" not in svg for _, svg in gates)
    person.go(app, "Make")
    app.get_by_role("combobox", name="Word list").select_option("cities")
    expect(person.status(app)).to_contain_text("“Cities of the world” read")
    app.goto("./#lecture/picture")
    picture = app.locator("#lecture-results [data-as=svg]").first
    with app.expect_download() as download:
        picture.click()
    table = Path(download.value.path()).read_text(encoding="utf-8")
    assert "Of the notebook’s 32,033 names" in table
    assert "Cities" not in table
