"""What can fail around the page, what it says then, and the way on that it offers."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, FilePayload, Locator, Page, Route, expect

from tests.e2e import person
from tests.e2e.conftest import START_TIMEOUT, Guard

LIST = FilePayload(name="mine.txt", mimeType="text/plain", buffer=b"emma\nolivia\nava\n")
TRACEBACK = re.compile(r"Traceback|File \"|<exec>")


def status(page: Page) -> Locator:
    return page.locator("#status")


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def ready(page: Page) -> None:
    expect(page.locator("body")).to_have_attribute("data-state", "ready", timeout=START_TIMEOUT)


def missing(route: Route) -> None:
    route.fulfill(status=404, body="not here")


def damaged(route: Route) -> None:
    response = route.fetch()
    body = bytearray(response.body())
    body[len(body) // 3 :] = bytes(reversed(body[len(body) // 3 :]))
    route.fulfill(response=response, body=bytes(body))


def cut(route: Route) -> None:
    route.abort("connectionreset")


# Files that Python's start needs


@pytest.mark.parametrize(
    ("file", "trouble"),
    [
        ("pyodide.asm.wasm", missing),
        ("pyodide.asm.wasm", damaged),
        ("pyodide.asm.wasm", cut),
        ("pyodide.asm.js*", missing),
        ("numpy.zip*", damaged),
    ],
)
def test_a_start_that_fails_says_why_and_can_be_tried_again(
    page: Page, guard: Guard, file: str, trouble: Callable[[Route], None]
) -> None:
    guard.expect(".")  # the browser's own words on what it could not load or run
    page.route(f"**/python/{file}", trouble)
    page.goto("./")

    expect(status(page)).to_contain_text("Python could not be started", timeout=START_TIMEOUT)
    expect(status(page)).not_to_have_text(TRACEBACK)
    expect(page.locator("body")).to_have_attribute("data-state", "error")
    expect(page.locator("#boot")).to_be_hidden()

    page.unroute_all()
    button(page, "Try again").click()
    ready(page)
    expect(button(page, "Try again")).to_be_hidden()
    person.generate(page)
    expect(status(page)).to_contain_text("made")


def test_a_list_chosen_while_python_fails_is_read_once_it_runs(page: Page, guard: Guard) -> None:
    guard.expect(".")
    page.route("**/python/pyodide.asm.wasm", missing)
    page.goto("./")
    expect(button(page, "Try again")).to_be_visible(timeout=START_TIMEOUT)

    page.get_by_label("Upload a word list").set_input_files(LIST)
    page.unroute_all()
    button(page, "Try again").click()

    ready(page)
    expect(status(page)).to_contain_text("3 words of “mine.txt” read")


def test_a_worker_that_is_blocked_is_told_and_can_be_tried_again(
    page: Page, context: BrowserContext, guard: Guard, base_url: str
) -> None:
    guard.expect(".")
    context.route(base_url + "worker.js", lambda route: route.abort("blockedbyclient"))
    page.goto("./")

    expect(status(page)).to_contain_text("Python could not be started", timeout=START_TIMEOUT)
    context.unroute_all()
    button(page, "Try again").click()
    ready(page)


def test_a_page_whose_own_scripts_are_blocked_says_so(
    page: Page, guard: Guard, base_url: str
) -> None:
    guard.expect(".")
    page.route(base_url + "main.js", lambda route: route.abort("blockedbyclient"))
    page.goto("./")

    expect(status(page)).to_contain_text("could not be loaded. Check your connection and reload")
    page.unroute_all()
    page.reload()
    ready(page)


def test_a_browser_that_cannot_run_a_part_of_the_page_is_told_so(page: Page, guard: Guard) -> None:
    guard.expect("NumberFormat")
    page.add_init_script("delete Intl.NumberFormat")
    page.goto("./")

    expect(status(page)).to_contain_text("This browser could not run a part of the page")
    expect(status(page)).to_contain_text("NumberFormat is not a constructor")
    expect(page.locator("body")).to_have_attribute("data-state", "error")


def test_an_error_that_nobody_caught_is_told(app: Page, guard: Guard) -> None:
    guard.expect("out of order")
    for failing in (
        "setTimeout(() => { throw new Error('out of order') })",
        "void Promise.reject(new Error('out of order'))",
    ):
        status(app).evaluate("(line) => line.replaceChildren()")
        app.evaluate(f"() => {{ {failing} }}")

        expect(status(app)).to_contain_text("A part of the page failed (Error: out of order)")
        expect(app.locator("body")).to_have_attribute("data-state", "ready")
    person.generate(app)
    expect(status(app)).to_contain_text("made")


@pytest.mark.browser_context_args(service_workers="block")  # which may have kept the list
def test_a_list_that_cannot_be_loaded_leaves_the_one_before(app: Page, guard: Guard) -> None:
    guard.expect("404|Service Worker registration blocked")
    before = str(app.locator("#summary h3").text_content())  # folded
    chosen = app.get_by_role("combobox", name="Word list")
    was = chosen.input_value()
    app.route("**/data/cities.txt", missing)

    chosen.select_option("cities")

    expect(status(app)).to_contain_text("could not be loaded")
    expect(app.locator("#summary h3")).to_have_text(before)
    expect(chosen).to_have_value(was)
    app.unroute_all()
    chosen.select_option("cities")
    expect(app.locator("#summary h3")).not_to_have_text(before)


# Browsers that lack something


def test_a_browser_without_webassembly_is_told_so(page: Page) -> None:
    page.add_init_script("delete globalThis.WebAssembly")
    page.goto("./")

    expect(status(page)).to_contain_text("This browser has no WebAssembly")
    expect(page.get_by_role("list", name="Generated words").get_by_role("listitem")).to_have_count(
        24
    )


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_a_browser_without_javascript_is_told_so(page: Page) -> None:
    page.goto("./")

    expect(page.locator("noscript p")).to_be_visible()


@pytest.mark.parametrize("what", ["forbidden", "full"])
def test_storage_that_is_forbidden_or_full_takes_nothing_away(page: Page, what: str) -> None:
    page.add_init_script(
        """
        const refuse = () => { throw new DOMException('no', 'SecurityError'); };
        for (const name of ['localStorage', 'sessionStorage', 'indexedDB', 'caches']) {
            Object.defineProperty(globalThis, name, { get: refuse });
        }
        """
        if what == "forbidden"
        else """
        const refuse = () => { throw new DOMException('no', 'QuotaExceededError'); };
        Storage.prototype.setItem = refuse;
        IDBFactory.prototype.open = refuse;
        CacheStorage.prototype.open = async () => refuse();
        Cache.prototype.put = Cache.prototype.add = Cache.prototype.addAll = async () => refuse();
        """
    )
    page.goto("./")

    ready(page)
    button(page, "More").click()
    page.get_by_role("radio", name="Dark").check()
    person.generate(page)
    expect(status(page)).to_contain_text("made")


def test_a_page_opened_as_a_file_says_how_to_serve_it(
    context: BrowserContext, guard: Guard, dist_folder: Path
) -> None:
    guard.expect("file:|net::ERR_FAILED")
    page = context.new_page()
    page.goto((dist_folder / "index.html").as_uri())

    expect(status(page)).to_contain_text("opened as a file")
    expect(status(page)).to_contain_text("python3 -m http.server")


def test_a_clipboard_that_is_refused_leaves_another_way(app: Page) -> None:
    app.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error()); }")

    button(app, "Copy").click()

    expect(status(app)).to_contain_text("did not allow to use the clipboard")
