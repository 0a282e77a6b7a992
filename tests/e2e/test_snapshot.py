"""Later visits, which start from a copy of Python's memory; see site/worker/snapshot.js."""

from __future__ import annotations

import json
import re
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, BrowserType, ConsoleMessage, Page, expect

from tests.e2e import person
from tests.e2e.conftest import START_TIMEOUT, Guard

# The copy that is kept, with its header or its bytes replaced, and with a hash that fits if wanted.
REPLACE = """
async ({ layout, zeros, bytes, fitting }) => {
  const cache = await caches.open("makemore-snapshot");
  const [request] = await cache.keys();
  const response = await cache.match(request);
  const headers = Object.fromEntries(response.headers);
  let body = new Uint8Array(await response.arrayBuffer());
  if (bytes !== undefined) body = new Uint8Array(bytes).fill(1);
  if (zeros !== undefined) body.fill(0, body.length / 2, body.length / 2 + zeros);
  if (layout !== undefined) headers["x-layout"] = layout;
  if (fitting) {
    const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", body));
    headers["x-hash"] = Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
  }
  await cache.put(request, new Response(body, { headers }));
}
"""
# What Pyodide says where it goes no further, and never answers.
ENDED = "wasm instantiation failed|LinkError"
KEPT = "async () => (await (await caches.open('makemore-snapshot')).keys()).length"
FRESH = """
import json, os, random, time, numpy
json.dumps({
    "random": random.random(),
    "numpy": numpy.random.random(),
    "generator": numpy.random.default_rng().random(),
    "urandom": os.urandom(8).hex(),
    "time": time.time(),
    "home": os.environ["HOME"],
})
"""


def ready(page: Page, how: str) -> None:
    expect(page.locator("body")).to_have_attribute("data-state", "ready", timeout=START_TIMEOUT)
    expect(page.locator("#boot")).to_have_attribute("data-start", how)


@pytest.fixture
def context(
    profile: Path,
    browser_type: BrowserType,
    browser_type_launch_args: dict[str, Any],
    browser_context_args: dict[str, Any],
    tmp_path: Path,
) -> Iterator[BrowserContext]:
    """Return a browser of its own that was at the page, and has what makes its start faster."""
    copy = shutil.copytree(profile, tmp_path / "profile")
    options = {**browser_type_launch_args, **browser_context_args}
    with browser_type.launch_persistent_context(copy, **options) as context:
        yield context


@pytest.fixture
def later(context: BrowserContext) -> BrowserContext:
    """Return a browser in which the next visit of the page is a later one."""
    return context


@pytest.fixture
def first(dist_folder: Path) -> str:
    """Return the first word that the page shows of its own accord, as the build worked it out."""
    preview = json.loads((dist_folder / "data/names.preview.json").read_text(encoding="utf-8"))
    return str(preview["made"]["words"][0]["word"])


def words_of(page: Page) -> list[str]:
    return page.get_by_role("list", name="Generated words").locator(".word").all_inner_texts()


def look(page: Page) -> dict[str, Any]:
    [worker] = page.workers
    found: dict[str, Any] = json.loads(
        worker.evaluate("(code) => self.pyodide.runPython(code)", FRESH)
    )
    return found


def test_a_later_visit_does_the_main_job_without_a_network(
    later: BrowserContext, first: str
) -> None:
    later.set_offline(True)
    page = later.new_page()
    page.goto("./")
    ready(page, "restored")
    expect(page.locator("#status")).to_contain_text("32,469 words")
    assert words_of(page)[0] == first
    person.as_in_the_notebook(page)
    assert words_of(page)[0] == "mor"
    person.choose(page, "Bigram net")
    page.get_by_role("button", name="Train", exact=True).click()
    expect(page.locator("#status")).to_contain_text("Trained after 300 steps", timeout=60_000)
    person.generate(page)
    expect(page.locator("#status")).to_contain_text("made")
    assert words_of(page)[0] == "mor"


def test_two_later_visits_draw_and_know_their_own(later: BrowserContext) -> None:
    visits = []
    for _ in range(2):
        page = later.new_page()
        page.goto("./")
        ready(page, "restored")
        visits.append(look(page))
        page.close()
    first, second = visits
    for source in ("random", "numpy", "generator", "urandom"):
        assert first[source] != second[source], source
    assert abs(second["time"] - time.time()) < 600
    assert second["home"] == "/home/pyodide"


@pytest.mark.parametrize("change", [{"zeros": 262_144}, {"bytes": 3}, {"bytes": 400 * 65536}])
def test_a_damaged_copy_is_thrown_away_and_made_anew(
    later: BrowserContext, change: dict[str, Any], first: str
) -> None:
    page = later.new_page()
    page.goto("./")
    ready(page, "restored")
    page.evaluate(REPLACE, change)
    page.reload()
    ready(page, "anew")
    assert words_of(page)[0] == first
    note = page.locator("#offline")
    expect(note).to_have_attribute("data-snapshot", "made", timeout=START_TIMEOUT)
    page.reload()
    ready(page, "restored")


def test_a_start_that_takes_too_long_is_begun_again_without_the_copy(
    later: BrowserContext, guard: Guard
) -> None:
    guard.expect(ENDED)
    page = later.new_page()
    page.goto("./")
    ready(page, "restored")
    page.evaluate(REPLACE, {"bytes": 3, "fitting": True})  # Pyodide never answers to that
    page.clock.install()
    page.reload()
    expect(page.locator("#boot")).to_contain_text("Starting Python", timeout=START_TIMEOUT)
    page.clock.fast_forward(20_000)
    ready(page, "anew")
    page.reload()
    ready(page, "anew")


def test_a_start_that_a_person_ends_throws_the_copy_away(
    later: BrowserContext, guard: Guard, first: str
) -> None:
    guard.expect(ENDED)
    page = later.new_page()
    page.goto("./")
    ready(page, "restored")
    page.evaluate(REPLACE, {"bytes": 3, "fitting": True})
    page.clock.install()
    # From both on, no report hides the way out again: Pyodide has failed, and all files have come.

    def ended(said: ConsoleMessage) -> bool:
        return re.search(ENDED, said.text) is not None

    with later.expect_event("console", ended, timeout=START_TIMEOUT):
        page.reload()
    expect(page.locator("#boot label")).to_have_text("Starting Python", timeout=START_TIMEOUT)
    page.clock.fast_forward(11_000)
    page.get_by_role("button", name="Restart Python").click(timeout=START_TIMEOUT)
    ready(page, "anew")
    assert words_of(page)[0] == first


def test_a_python_that_came_from_the_copy_and_stopped_takes_it_along(
    later: BrowserContext,
) -> None:
    page = later.new_page()
    page.goto("./")
    ready(page, "restored")
    assert page.evaluate(KEPT) == 1
    [worker] = page.workers
    worker.evaluate("() => self.close()")
    expect(page.locator("#status")).to_contain_text("was started again", timeout=START_TIMEOUT)
    assert page.evaluate(KEPT) == 0
    page.reload()
    ready(page, "anew")
    note = page.locator("#offline")
    expect(note).to_have_attribute("data-snapshot", "made", timeout=START_TIMEOUT)


def test_a_copy_that_is_of_no_use_is_given_up_and_python_starts_anew(
    later: BrowserContext, first: str
) -> None:
    page = later.new_page()
    page.goto("./")
    ready(page, "restored")
    page.evaluate(REPLACE, {"layout": "another"})
    page.reload()
    ready(page, "anew")
    assert words_of(page)[0] == first
    # Nor is it tried again.
    note = page.locator("#offline")
    expect(note).to_have_attribute("data-snapshot", "refused", timeout=START_TIMEOUT)


def test_a_browser_without_room_for_the_copy_starts_anew(
    new_context: Callable[[], BrowserContext], guard: Guard, base_url: str
) -> None:
    context = new_context()  # at its first visit
    guard.watch(context)
    page = context.new_page()
    url = urlsplit(base_url)
    quota = {"origin": f"{url.scheme}://{url.netloc}", "quotaSize": 30_000_000}
    context.new_cdp_session(page).send("Storage.overrideQuotaForOrigin", quota)
    page.goto("./")
    ready(page, "anew")
    note = page.locator("#offline")
    expect(note).to_have_attribute("data-snapshot", "refused", timeout=START_TIMEOUT)
    page.reload()
    ready(page, "anew")
    expect(note).to_contain_text("Ready offline")
