"""Memory really runs out: the browser gives Python only so much, and it is used up."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FilePayload, Locator, Page, expect

from tests.e2e import person
from tests.e2e.conftest import START_TIMEOUT, Guard
from tools.build.browser import launch_arguments

PAGES_IN_A_MEGABYTE = 16  # WebAssembly's, of 64 KiB
NEEDED = 50  # MB, about, of a Python that has not yet done anything
# As a leak would, down to the last piece that a word could be put in.
HOLD_ALL = """
held = []
size = 1 << 24
while size >= 64:
    try:
        held.append(bytearray(size))
    except MemoryError:
        size //= 2
"""

PageWith = Callable[[int], AbstractContextManager[Page]]


@pytest.fixture
def page_with(launch_browser: Callable[..., Browser], base_url: str, guard: Guard) -> PageWith:
    """Return what opens the page in a browser that gives Python so many megabytes."""

    @contextmanager
    def page_with(megabytes: int) -> Iterator[Page]:
        limit = f"--js-flags=--wasm-max-mem-pages={megabytes * PAGES_IN_A_MEGABYTE}"
        browser = launch_browser(args=[*launch_arguments(), limit])
        context = browser.new_context(base_url=base_url)
        guard.watch(context)
        page = context.new_page()
        page.goto("./")
        yield page
        browser.close()

    return page_with


def status(page: Page) -> Locator:
    return page.locator("#status")


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def upload(page: Page, name: str, content: bytes) -> None:
    file = FilePayload(name=name, mimeType="text/plain", buffer=content)
    page.get_by_label("Upload a word list").set_input_files(file)


def made(page: Page) -> list[str]:
    return page.get_by_role("list", name="Generated words").locator("bdi").all_inner_texts()


def make_something(page: Page) -> list[str]:
    """Train a net and make words of it; return them."""
    expect(page.locator("body")).to_have_attribute("data-state", "ready", timeout=START_TIMEOUT)
    person.choose(page, "Bigram net")
    page.get_by_role("spinbutton", name="Steps").fill("7")
    button(page, "Train").click()
    expect(status(page)).to_contain_text("Trained after 7 steps", timeout=START_TIMEOUT)
    return generate(page)


def generate(page: Page) -> list[str]:
    # The line may already say that words were made: those before.
    status(page).evaluate("(line) => line.replaceChildren()")
    person.generate(page)
    expect(status(page)).to_contain_text("made", timeout=START_TIMEOUT)
    return made(page)


def test_a_list_that_memory_does_not_hold_leaves_all_as_it_was(
    page_with: PageWith, tmp_path: Path
) -> None:
    large = tmp_path / "large.txt"
    large.write_text("".join(f"{pow(7, i, 10**9 + 7):x}\n" for i in range(2_000_000)))
    # A short list is counted with those of the page that it may lean on, some ten of these; and up
    # to where memory runs out, the large one is kept and counted, which leaves gaps.
    with page_with(NEEDED + 35) as page:
        before = make_something(page)

        page.get_by_label("Upload a word list").set_input_files(large)

        expect(status(page)).to_contain_text("There is not enough memory", timeout=START_TIMEOUT)
        expect(status(page)).to_contain_text("What was there before is kept")
        expect(page.locator("#summary h3")).to_have_text("US names of 2017")
        assert made(page) == before
        assert generate(page) == before
        upload(page, "small.txt", b"emma\nolivia\n")
        expect(status(page)).to_contain_text("2 words of “small.txt” read", timeout=START_TIMEOUT)


def test_a_python_without_any_memory_can_be_started_anew(page_with: PageWith, guard: Guard) -> None:
    guard.expect(".")  # what Python itself says to the console, with its last breath
    with page_with(2 * NEEDED) as page:
        before = make_something(page)
        page.workers[0].evaluate("(code) => pyodide.runPython(code)", HOLD_ALL)

        upload(page, "lines.txt", b"emma\n" * 100_000)

        expect(status(page)).to_contain_text("There is not enough memory", timeout=START_TIMEOUT)
        assert made(page) == before
        button(page, "Restart Python").click()
        expect(status(page)).to_contain_text("net after 7 steps", timeout=START_TIMEOUT)
        expect(status(page)).to_contain_text("are back")
        expect(button(page, "Restart Python")).to_be_hidden()
        assert made(page) == before
        assert generate(page) == before
        upload(page, "lines.txt", b"emma\n" * 100_000)
        expect(status(page)).to_contain_text("100,000 words of “lines.txt” read")


def test_too_little_memory_to_start_with_is_told(page_with: PageWith, guard: Guard) -> None:
    guard.expect(".")  # the runtime's own words
    with page_with(NEEDED // 3) as page:
        expect(status(page)).to_contain_text("Python could not be started", timeout=START_TIMEOUT)
        expect(status(page)).to_contain_text("close other tabs or programs, then press Try again")
        expect(status(page)).not_to_have_text(re.compile("Traceback"))
        expect(page.locator("body")).to_have_attribute("data-state", "error")
        expect(button(page, "Try again")).to_be_visible()
