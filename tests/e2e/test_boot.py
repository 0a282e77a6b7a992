"""The start: what is seen before Python, a bar that tells the truth, downloads that fail."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.e2e import person
from tests.e2e.conftest import START_TIMEOUT, Guard

FAILED = r"Failed to load resource"
# What the bar shows whenever it changes, and its label at that time.
RECORD_BAR = """
window.shown = [];
new MutationObserver(() => {
  const bar = document.getElementById("boot-progress");
  const label = document.getElementById("boot-label");
  if (bar) shown.push([bar.value / bar.max, label.textContent]);
}).observe(document, { attributes: true, childList: true, characterData: true, subtree: true });
"""

# How far what is in view has moved by itself, as browsers measure it: 0.1 and less is good.
RECORD_SHIFTS = """
window.shifted = 0;
new PerformanceObserver((list) => {
  for (const { value } of list.getEntries()) shifted += value;
}).observe({ type: "layout-shift", buffered: true });
"""

# What stands there, whatever the order of an element's attributes.
FIRST_VIEW = """
() => {
  const told = (node) => {
    if (!(node instanceof Element)) return node.data;
    const attributes = [...node.attributes].map(({ name, value }) => `${name}=${value}`).sort();
    const whole = node.cloneNode(true);
    whole.normalize(); // a text may come in two parts
    return [node.localName, attributes, [...whole.childNodes].map(told)];
  };
  return Object.fromEntries(
    [
      ...["list", "list-facts", "summary", "heatmap", "scale", "loss", "held-out", "loss-note"],
      ...["words-note", "generated"],
    ].map((id) => [id, told(document.getElementById(id)).at(-1)]),
  );
}
"""


def wait_for_python(page: Page) -> None:
    expect(page.locator("body")).to_have_attribute("data-state", "ready", timeout=START_TIMEOUT)


def test_the_bar_goes_from_the_first_byte_to_ready(page: Page, dist_folder: Path) -> None:
    files = json.loads((dist_folder / "build.json").read_text())["files"]
    sizes = {file["path"]: file["bytes"] for file in files if file["path"].startswith("python/")}
    del sizes["python/chardet.zip.gz"]  # loaded when a list is no UTF-8
    del sizes["python/kernel.wasm"]  # loaded when the first net is trained
    del sizes["python/makemore_later.zip.gz"]  # loaded when something in it is first asked for
    total = sum(sizes.values())
    held: list[Route] = []
    page.route("**/*.wasm", lambda route: held.append(route))
    page.add_init_script(RECORD_BAR)
    page.goto("./")
    expect(page.locator("#boot")).to_contain_text(f" of {total / 1e6:.1f} MB")
    held[0].continue_()
    wait_for_python(page)
    shown: list[tuple[float, str]] = page.evaluate("shown")
    values = [value for value, _ in shown]
    assert values == sorted(values)
    assert values[0] == 0
    assert values[-1] == 1
    labels = " / ".join(label for _, label in shown)
    steps = ["Starting Python", "Importing NumPy", "Importing makemore", "Python is ready"]
    assert [step for step in steps if step not in labels] == []


def preview(dist_folder: Path) -> dict[str, Any]:
    """Return what the build worked out of the default list."""
    text = (dist_folder / "data/names.preview.json").read_text(encoding="utf-8")
    value: dict[str, Any] = json.loads(text)
    return value


def test_the_default_list_can_be_seen_before_python(page: Page, dist_folder: Path) -> None:
    built = preview(dist_folder)
    held: list[Route] = []
    page.route("**/*.wasm", lambda route: held.append(route))
    page.goto("./")
    words = page.get_by_role("list", name="Generated words").get_by_role("listitem")
    expect(words.first).to_contain_text(built["made"]["words"][0]["word"])
    loss = f"{built['card']['held_out']:.4f}"
    expect(page.locator("output[aria-label='Held-out loss']")).to_have_text(loss)
    expect(page.locator("body")).to_have_attribute("data-state", "loading")
    person.go(page, "Inside")
    expect(page.get_by_role("table", name="Bigram counts")).to_be_visible()
    held[0].continue_()
    wait_for_python(page)


def test_the_first_view_needs_no_script_and_stays_as_it_is(page: Page, dist_folder: Path) -> None:
    first = preview(dist_folder)["made"]["words"][0]["word"]
    held: list[Route] = []
    for file in ("main.js", "*.wasm"):
        page.route(f"**/{file}", lambda route: held.append(route))
    page.goto("./", wait_until="commit")
    expect(page.get_by_role("list", name="Generated words")).to_contain_text(first)
    expect(page.locator("#offline")).to_be_attached()  # the last of the page
    expect(page.locator("html.first-frames")).to_have_count(0)
    before = page.evaluate(FIRST_VIEW)
    assert "emma" in json.dumps(before["summary"])
    main = next(route for route in held if route.request.url.endswith("main.js"))
    main.continue_()
    expect(page.locator("#status")).to_contain_text("as soon as Python is ready")
    assert page.evaluate(FIRST_VIEW) == before
    next(route for route in held if route is not main).continue_()
    wait_for_python(page)


@pytest.mark.parametrize(("width", "height"), [(390, 844), (1280, 1800), (1920, 1080)])
def test_nothing_in_view_moves_while_the_page_starts(page: Page, width: int, height: int) -> None:
    page.set_viewport_size({"width": width, "height": height})
    page.add_init_script(RECORD_SHIFTS)
    held: list[Route] = []
    page.route("**/*.wasm", lambda route: held.append(route))
    page.goto("./")
    expect(page.locator("html.first-frames")).to_have_count(0)
    expect(page.locator("#status")).to_contain_text("as soon as Python is ready")
    expect(page.locator("#generated li")).to_have_count(24)
    held[0].continue_()
    wait_for_python(page)
    assert page.evaluate("shifted") < 0.01


def test_a_link_to_another_list_never_shows_the_first_one(page: Page) -> None:
    held: list[Route] = []
    for file in ("main.js", "*.wasm"):
        page.route(f"**/{file}", lambda route: held.append(route))
    page.goto("./?list=cities", wait_until="commit")
    words = page.get_by_role("list", name="Generated words")
    expect(page.locator("#offline")).to_be_attached()
    expect(words).to_be_hidden()
    expect(page.locator("#list-facts")).to_be_hidden()
    next(route for route in held if route.request.url.endswith("main.js")).continue_()
    expect(words).to_be_visible()
    expect(page.locator("#list-facts")).to_be_visible()
    expect(page.locator("#list-facts")).to_contain_text("Cities of the world")
    next(route for route in held if route.request.url.endswith(".wasm")).continue_()
    wait_for_python(page)


@pytest.mark.parametrize("file", ["pyodide.asm.wasm", "numpy.zip.gz", "pyodide.asm.js"])
def test_a_download_that_fails_once_is_tried_again(page: Page, guard: Guard, file: str) -> None:
    guard.expect(FAILED)
    page.route(f"**/{file}", lambda route: route.abort(), times=1)
    page.goto("./")
    wait_for_python(page)


@pytest.mark.parametrize("file", ["pyodide.asm.wasm", "python_stdlib.zip.gz"])
def test_a_download_that_fails_while_python_starts_is_tried_again(
    page: Page, guard: Guard, file: str
) -> None:
    guard.expect(FAILED)
    held: list[Route] = []
    page.route(f"**/{file}", lambda route: held.append(route), times=1)
    page.goto("./")
    expect(page.locator("#boot")).to_contain_text("Starting Python")
    held[0].abort()
    wait_for_python(page)


@pytest.mark.parametrize("file", ["pyodide.asm.wasm", "python_stdlib.zip.gz", "pyodide.asm.js"])
def test_a_download_that_fails_twice_is_explained(page: Page, guard: Guard, file: str) -> None:
    guard.expect(FAILED)
    page.route(re.compile(rf"/{re.escape(file)}(\?again)?$"), lambda route: route.abort(), times=2)
    page.goto("./")
    status = page.locator("#status")
    expect(status).to_contain_text("Python could not be started", timeout=START_TIMEOUT)
    expect(status).to_contain_text(file)
    page.get_by_role("button", name="Try again").click()
    wait_for_python(page)


def test_a_host_may_not_know_what_wasm_is(page: Page, dist_folder: Path) -> None:
    file = dist_folder / "python" / "pyodide.asm.wasm"
    octets = "application/octet-stream"
    page.route("**/*.wasm", lambda route: route.fulfill(path=file, content_type=octets))
    page.goto("./")
    wait_for_python(page)


def test_a_broken_runtime_is_explained(page: Page, guard: Guard) -> None:
    guard.expect("CompileError|compil|wasm")
    page.route(
        "**/*.wasm", lambda route: route.fulfill(body=b"\0asm", content_type="application/wasm")
    )
    page.goto("./")
    status = page.locator("#status")
    expect(status).to_contain_text("pyodide.asm.wasm could not be loaded", timeout=START_TIMEOUT)
    page.unroute_all()
    page.get_by_role("button", name="Try again").click()
    wait_for_python(page)


def test_a_page_opened_as_a_file_says_what_to_do(
    page: Page, guard: Guard, dist_folder: Path
) -> None:
    guard.expect("CORS|ERR_FAILED|file://")
    page.goto((dist_folder / "index.html").resolve().as_uri())
    expect(page.locator("#status")).to_contain_text("python3 -m http.server")
