"""All models side by side: compared, stopped, resumed, used, saved."""

from __future__ import annotations

import csv
import io
import math
import re
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Locator, Page, expect

from makemore import mix
from makemore.corpus import split_different_words, split_words
from makemore.evaluation import bits, evaluate, perplexity
from makemore.models import MODELS
from makemore.session.comparing import LADDER
from makemore.vocabulary import Vocabulary
from tests.e2e.conftest import START_TIMEOUT
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


def by_hand(words: list[str], parts: list[list[str]]) -> dict[str, float]:
    """Return the held-out losses of all models, trained and evaluated in CPython."""
    train, dev, _ = parts
    vocabulary = Vocabulary.from_words(words)
    models: dict[str, Any] = {}
    for kind in LADDER:
        entry = MODELS[kind]
        settings: dict[str, Any] = {**entry.settings, **({"steps": STEPS} if entry.net else {})}
        models[kind] = entry.load().start(train, vocabulary, settings)
        for _ in models[kind].train(train, settings, dev):
            pass
    losses = {kind: evaluate(model, dev) for kind, model in models.items()}
    best = min((kind for kind in LADDER if MODELS[kind].net), key=losses.__getitem__)
    mixed = mix([models["ngram"], models[best]], held_out=dev)
    return {**losses, "mix": evaluate(mixed, dev)}


def losses_of(page: Page) -> dict[str, float]:
    return {kind: held_out(page, kind) for kind in [*LADDER, "mix"]}


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def test_there_is_always_a_row_for_each_model(compare: Page) -> None:
    heads = ladder(compare).get_by_role("rowheader")

    expect(heads).to_have_count(len(LADDER))
    for head, label in zip(heads.all(), LABELS, strict=True):
        expect(head).to_contain_text(label)


def test_how_long_it_takes_is_said_before(compare: Page) -> None:
    expect(compare.locator("#estimate")).to_contain_text(
        re.compile(r"About \d+ (s|min) on this machine"), timeout=COMPARED
    )


def test_names_stopped_in_a_net_and_resumed_twice_come_to_what_evaluate_says(
    compare: Page,
) -> None:
    compare.get_by_role("checkbox", name="Equal words together").check()
    in_a_step = re.compile(r"(training|stopped) at step [1-9]\d? of 12")
    net = row_of(compare, "transformer")
    compare_all(compare)
    expect(net).to_contain_text(in_a_step, timeout=COMPARED)
    press(compare, "Stop")
    expect(status(compare)).to_contain_text("Stopped")
    expect(net).to_have_attribute("data-state", "stopped")
    expect(net).to_contain_text(in_a_step)
    press(compare, "Resume")
    expect(net).to_have_attribute("data-state", "training")

    compare.workers[0].evaluate("() => self.close()")  # Python dies
    expect(status(compare)).to_contain_text("are back", timeout=START_TIMEOUT)
    for kind in LADDER[:-1]:
        expect(row_of(compare, kind)).to_have_attribute("data-state", "done")
    expect(net).to_have_attribute("data-state", "stopped")
    expect(net).to_contain_text(in_a_step)
    press(compare, "Resume")

    words = (ROOT / "data" / "names.txt").read_text().split()
    wanted = by_hand(words, split_different_words(words))
    expect_done(compare)
    assert losses_of(compare) == pytest.approx(wanted, abs=2e-4)
    expect(compare.locator("#verdict")).to_contain_text("n-gram of order")


def test_forty_pasted_names_are_compared_and_used(compare: Page, guard: Any) -> None:
    del guard
    compare_all(compare)  # of another list, which goes while it is compared
    expect(row_of(compare, "bigram")).to_have_attribute("data-state", "done")
    words = paste_forty(compare)
    go(compare, "Compare")
    expect(compare.locator("#estimate")).to_contain_text("32 words to train on, 4 held out")
    expect(ladder(compare).locator('[data-state="waiting"]')).to_have_count(len(LADDER))
    expect(compare.locator("#runs")).to_be_empty()
    expect(compare.get_by_role("checkbox", name="Equal words together")).to_be_hidden()
    compare_all(compare)
    expect(row_of(compare, "bigram")).not_to_have_attribute("data-state", "waiting")
    press(compare, "Stop")
    expect(status(compare)).to_contain_text("Stopped")
    press(compare, "Resume")
    folded = [word.lower() for word in words]
    wanted = by_hand(folded, split_words(folded))
    expect_done(compare)
    assert losses_of(compare) == pytest.approx(wanted, abs=2e-4)
    expect(compare.locator("#verdict")).to_contain_text("only 4 words were held out")

    press(compare, "Time")
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


def paste_forty(page: Page) -> list[str]:
    words = (ROOT / "tests" / "fixtures" / "forty.txt").read_text().split()
    go(page, "Make")
    page.get_by_role("textbox", name="Paste words").fill("\n".join(words))
    page.get_by_role("button", name="Use these words").click()
    expect(page.locator("#context-list")).to_contain_text("40")
    return words


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
    losses = losses_of(compare)
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
    assert losses_of(compare) == losses
    expect(compare.locator("#runs")).to_have_text(runs, use_inner_text=True)
    compare.get_by_role("button", name="Use MLP in Make").click()
    expect(compare.get_by_role("radio", name="MLP", exact=True)).to_be_checked()
    compare.get_by_role("button", name="Make more").click()
    expect(status(compare)).to_contain_text("made")


def test_the_table_has_bars_is_accessible_and_leaves_the_page_in_all_forms(compare: Page) -> None:
    compare_all(compare)
    expect_done(compare)
    losses = losses_of(compare)
    with compare.expect_download() as download:
        compare.get_by_role("button", name="Save CSV", exact=True).and_(
            compare.locator("#ladder-csv")
        ).click()
    rows = list(csv.DictReader(io.StringIO(Path(download.value.path()).read_text())))
    assert [row["Model"].split(",")[0] for row in rows] == [*LABELS, "Mix"]
    nats = [float(row["Held out"]) for row in rows]
    assert nats == pytest.approx(list(losses.values()), abs=5e-5)
    for name, by_nats in (("bits", bits), ("perplexity", perplexity)):
        told = [float(row[f"Held out, {name}"]) for row in rows]
        assert told == pytest.approx([by_nats(loss) for loss in nats])
    # Both losses have a bar, which would be full at guessing evenly.
    for name in ("Train", "Held out"):
        width = row_of(compare, "gru").locator(f'[data-label="{name}"] .filled')
        share = float(rows[LADDER.index("gru")][name]) / math.log(27)
        assert width.get_attribute("style") == f"width: {100 * share:.1f}%;"

    compare.context.grant_permissions(["clipboard-read", "clipboard-write"])
    press(compare, "Copy as Markdown")
    expect(status(compare)).to_contain_text("in the clipboard, as Markdown")
    markdown = compare.evaluate("navigator.clipboard.readText()")
    table, verdict = markdown.rstrip().split("\n\n")
    cells = [line.strip("|").split("|") for line in table.splitlines()]
    assert {len(line) for line in cells} == {len(rows[0])}
    assert [cell.strip() for cell in cells[0]] == list(rows[0])
    assert {cell.strip() for cell in cells[1]} == {"---"}
    assert [float(line[list(rows[0]).index("Held out")]) for line in cells[2:]] == nats
    assert verdict == compare.locator("#verdict").inner_text()

    compare.get_by_role("combobox", name="Over").select_option("seconds")
    compare.locator("#curve-step").press("End")
    expect(compare.locator("#curve-readout")).to_contain_text(
        re.compile(r"^After \d+\.\d s – run \d")
    )

    with compare.expect_download() as download:
        picture(compare, "ladder", "SVG").click()
    svg = Path(download.value.path()).read_text()
    assert "All models, side by side" in svg
    assert "32,469 words" in svg
    assert "style=" not in svg
    for what in ("ladder", "curve"):
        with compare.expect_download() as download:
            picture(compare, what, "PNG").click()
        assert Path(download.value.path()).read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"

    for scheme in ("light", "dark"):
        compare.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        results = Axe().run(compare)
        assert results.response["violations"] == []
