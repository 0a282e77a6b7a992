"""All models side by side: compared, stopped, resumed, used, saved."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Locator, Page, expect

from makemore.corpus import split_words
from makemore.evaluation import evaluate
from makemore.models import MODELS
from makemore.session.comparing import LADDER
from makemore.vocabulary import Vocabulary
from tests.e2e.person import choose, go, status

STEPS = 12
COMPARED = 300_000  # ms
ROOT = Path(__file__).parents[2]
LABELS = [MODELS[kind].label for kind in LADDER]


@pytest.fixture
def compare(app: Page) -> Page:
    """Return the page at Compare, with few steps for each net."""
    go(app, "Compare")
    app.get_by_role("spinbutton", name="Steps of each net").fill(str(STEPS))
    return app


def ladder(page: Page) -> Locator:
    return page.get_by_role("table", name="Ladder")


def row_of(page: Page, kind: str) -> Locator:
    return ladder(page).locator(f'tr[data-kind="{kind}"]')


def held_out(page: Page, kind: str) -> float:
    cell = row_of(page, kind).locator('[data-label="Held out"]')
    return float(cell.inner_text())


def compare_all(page: Page) -> None:
    page.get_by_role("button", name="Compare all models", exact=True).click()


def expect_done(page: Page) -> None:
    expect(row_of(page, "mix")).to_have_attribute("data-state", "done", timeout=COMPARED)
    for kind in LADDER:
        expect(row_of(page, kind)).to_have_attribute("data-state", "done")


def by_hand(words: list[str], kind: str) -> float:
    """Return the held-out loss of a model trained and evaluated in CPython."""
    train, dev, _ = split_words(words)
    entry = MODELS[kind]
    settings: dict[str, Any] = {**entry.settings, **({"steps": STEPS} if entry.net else {})}
    model = entry.load().start(train, Vocabulary.from_words(words), settings)
    for _ in model.train(train, settings, dev):
        pass
    return evaluate(model, dev)


def test_there_is_always_a_row_for_each_model(compare: Page) -> None:
    heads = ladder(compare).get_by_role("rowheader")

    expect(heads).to_have_count(len(LADDER))
    for head, label in zip(heads.all(), LABELS, strict=True):
        expect(head).to_contain_text(label)


def test_how_long_it_takes_is_said_before(compare: Page) -> None:
    expect(compare.locator("#estimate")).to_contain_text(
        re.compile(r"About \d+ (s|min) on this machine"), timeout=COMPARED
    )


def test_names_stopped_in_the_middle_and_resumed_come_to_what_evaluate_says(compare: Page) -> None:
    compare_all(compare)
    expect(row_of(compare, "ngram")).to_have_attribute("data-state", "done", timeout=COMPARED)
    compare.get_by_role("button", name="Stop", exact=True).click()
    expect(status(compare)).to_contain_text("Stopped")
    expect(row_of(compare, "transformer")).to_have_attribute("data-state", "waiting")
    compare.get_by_role("button", name="Resume", exact=True).click()
    expect_done(compare)

    words = (ROOT / "data" / "names.txt").read_text().split()
    for kind in ("bigram", "bigram-net", "ngram", "gru"):
        assert held_out(compare, kind) == pytest.approx(by_hand(words, kind), abs=2e-4)
    expect(compare.locator("#verdict")).to_contain_text("n-gram of order 5")


def test_forty_pasted_names_are_compared_and_used(compare: Page, guard: Any) -> None:
    del guard
    paste_forty(compare)
    go(compare, "Compare")
    compare_all(compare)
    expect_done(compare)
    expect(compare.locator("#verdict")).to_contain_text("only 4 words were held out")

    compare.get_by_role("button", name="Time", exact=True).click()
    expect(ladder(compare).get_by_role("columnheader", name="Time")).to_have_attribute(
        "aria-sort", "ascending"
    )
    compare.get_by_role("button", name="Use GRU in Make").click()
    expect(compare.get_by_role("radio", name="GRU", exact=True)).to_be_checked()
    compare.get_by_role("button", name="Make more").click()
    expect(status(compare)).to_contain_text("made")


def picture(page: Page, of: str, kind: str) -> Locator:
    button = page.get_by_role("button", name=f"Save as {kind}", exact=True)
    return button.and_(page.locator(f'[data-picture="{of}"]'))


def paste_forty(page: Page) -> None:
    words = (ROOT / "tests" / "fixtures" / "forty.txt").read_text().split()
    go(page, "Make")
    page.get_by_role("textbox", name="Paste words").fill("\n".join(words))
    page.get_by_role("button", name="Use these words").click()
    expect(page.locator("#context-list")).to_contain_text("40")


@pytest.mark.fresh  # what it keeps
def test_a_comparison_is_there_again_after_a_reload_with_its_runs_and_models(
    compare: Page,
) -> None:
    paste_forty(compare)
    choose(compare, "MLP")
    compare.get_by_role("spinbutton", name="Hidden").fill("9")
    compare.get_by_role("spinbutton", name="Hidden").press("Tab")
    go(compare, "Compare")
    compare_all(compare)
    expect_done(compare)
    expect(row_of(compare, "mlp")).to_contain_text("as set in Make: Hidden 9")
    losses = {kind: held_out(compare, kind) for kind in LADDER}
    runs = compare.locator("#runs").inner_text()
    compare.evaluate(
        """async (rows) => {
            const result = (asked) => new Promise((done) => {
                asked.onsuccess = () => done(asked.result);
            });
            for (let kept = false; !kept; await new Promise(requestAnimationFrame)) {
                const db = await result(indexedDB.open("makemore"));
                const store = db.transaction("projects").objectStore("projects");
                const projects = await result(store.getAll());
                kept = projects.some(({ comparison }) => comparison?.rows.length === rows);
                db.close();
            }
        }""",
        len(LADDER) + 1,
    )
    compare.reload()
    compare.get_by_role("button", name="Continue").click()

    expect_done(compare)
    assert {kind: held_out(compare, kind) for kind in LADDER} == losses
    expect(compare.locator("#runs")).to_have_text(runs, use_inner_text=True)
    compare.get_by_role("button", name="Use MLP in Make").click()
    expect(compare.get_by_role("radio", name="MLP", exact=True)).to_be_checked()
    compare.get_by_role("button", name="Make more").click()
    expect(status(compare)).to_contain_text("made")


def test_the_table_leaves_the_page_as_csv_and_pictures(compare: Page) -> None:
    compare_all(compare)
    expect_done(compare)
    with compare.expect_download() as download:
        compare.get_by_role("button", name="Save CSV", exact=True).and_(
            compare.locator("#ladder-csv")
        ).click()
    rows = list(csv.DictReader(io.StringIO(Path(download.value.path()).read_text())))
    assert [row["Model"].split(",")[0] for row in rows] == [*LABELS, "Mix"]
    assert float(rows[0]["Held out"]) == pytest.approx(held_out(compare, "bigram"), abs=5e-5)

    with compare.expect_download() as download:
        picture(compare, "ladder", "SVG").click()
    svg = Path(download.value.path()).read_text()
    assert "All models, side by side" in svg
    assert "32,469 words" in svg
    assert "style=" not in svg
    for what in ("ladder", "curve-pictured"):
        with compare.expect_download() as download:
            picture(compare, what, "PNG").click()
        assert Path(download.value.path()).read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"


def test_compare_has_no_accessibility_problem(compare: Page) -> None:
    compare_all(compare)
    expect_done(compare)
    for scheme in ("light", "dark"):
        compare.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        results = Axe().run(compare)
        assert results.response["violations"] == []
