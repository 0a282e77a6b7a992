"""What the browser tests share: a served dist/, a Chromium, and a guard against quiet failures."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, BrowserType, Error, Page, expect

from tests.e2e.person import as_in_the_notebook
from tools.build import dist
from tools.build.browser import launch_arguments, system_chromium, system_shell
from tools.build.layout import Layout
from tools.build.serve import running_server

# Python starts in some two seconds; a machine that is busy may need much longer.
START_TIMEOUT = 120_000  # ms
# What is expected of the page comes at once, but not from a machine that is busy with other things.
expect.set_options(timeout=30_000)


def pytest_configure(config: pytest.Config) -> None:
    """Name the marker of this folder."""
    config.addinivalue_line(
        "markers",
        "fresh: `app` is at its first visit, in a context of its own, which the test may change as "
        "it likes: its clock, what it has kept",
    )
    config.addinivalue_line(
        "markers", "visited: `page` is of a browser that has been at the page, as `app` is"
    )


# A machine of little memory makes no copy of Python's memory, which takes as long as a start.
NO_COPY = "Object.defineProperty(navigator, 'deviceMemory', { get: () => 2 })"


class Guard:
    """Everything that went wrong in a test's pages without the page saying so.

    That is: errors and warnings in the console, violations of the Content-Security-Policy (the
    console says them), exceptions that nobody caught, and requests to other hosts.
    """

    def __init__(self, base_url: str) -> None:
        self._host = urlsplit(base_url).netloc
        self._expected: list[re.Pattern[str]] = []
        self._problems: list[str] = []
        self._watched: list[BrowserContext] = []
        self._listeners: dict[str, Callable[[Any], None]] = {
            "console": lambda message: self._console(message.type, message.text),
            "weberror": lambda error: self._problems.append(f"exception: {error.error}"),
            "request": lambda request: self._request(request.url),
        }

    def expect(self, pattern: str) -> None:
        """Let problems pass that match: what this test does on purpose."""
        self._expected.append(re.compile(pattern))

    def watch(self, context: BrowserContext) -> None:
        """Start listening to all pages and workers of a context."""
        for event, listener in self._listeners.items():
            context.on(event, listener)  # type: ignore[call-overload]  # one name at a time
        self._watched.append(context)

    def look_away(self) -> None:
        """End listening: a context may be used by others afterwards."""
        for context in self._watched:
            for event, listener in self._listeners.items():
                context.remove_listener(event, listener)
        self._watched.clear()

    def unexpected(self) -> list[str]:
        """Return the problems that no pattern lets pass."""
        return [
            problem
            for problem in self._problems
            if not any(pattern.search(problem) for pattern in self._expected)
        ]

    def _console(self, kind: str, text: str) -> None:
        if kind in ("error", "warning"):
            self._problems.append(f"console {kind}: {text}")

    def _request(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("data", "blob") and parts.netloc != self._host:
            self._problems.append(f"request to another host: {url}")


@pytest.fixture(scope="session")
def dist_folder() -> Path:
    """Return a built dist/: the one in MAKEMORE_DIST, or built now."""
    given = os.environ.get("MAKEMORE_DIST")
    if given:
        return Path(given).resolve()
    layout = Layout.of_this_repository()
    dist.build(layout, None, compress=False)
    return layout.dist


@pytest.fixture(scope="session")
def base_url(dist_folder: Path) -> Iterator[str]:
    """Serve dist/ with the server of `build.py serve`; return the URL of its page."""
    with running_server(dist_folder) as url:
        yield url


@pytest.fixture(scope="session")
def browser_type_launch_args(
    browser_type_launch_args: dict[str, Any], pytestconfig: pytest.Config
) -> dict[str, Any]:
    """Start this machine's Chromium, or Playwright's own if there is none."""
    chromium = system_chromium() if pytestconfig.getoption("--headed") else system_shell()
    found = {"executable_path": chromium} if chromium else {}
    return {**browser_type_launch_args, **found, "args": launch_arguments()}


@pytest.fixture(scope="session")
def profile(
    browser_type: BrowserType,
    browser_type_launch_args: dict[str, Any],
    browser_context_args: dict[str, Any],
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """Return a browser's profile on disk, as people have, that has been at the page once.

    It has kept the page's files, a copy of Python's memory, and what Chromium compiled of them:
    the page is ready with less than half of the work of a first visit. Use a copy of it.
    """
    folder = tmp_path_factory.mktemp("profile")
    options = {**browser_type_launch_args, **browser_context_args}
    with browser_type.launch_persistent_context(folder, **options) as context:
        page = context.new_page()
        open_page(page)
        made = "data-snapshot"
        expect(page.locator("#offline")).to_have_attribute(made, "made", timeout=START_TIMEOUT)
    return folder


@pytest.fixture(scope="session")
def visited(
    profile: Path,
    browser_type: BrowserType,
    browser_type_launch_args: dict[str, Any],
    browser_context_args: dict[str, Any],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[BrowserContext]:
    """Return a browser that has been at the page once, for all tests that leave it as it was."""
    copy = shutil.copytree(profile, tmp_path_factory.mktemp("visited") / "profile")
    options = {**browser_type_launch_args, **browser_context_args}
    with browser_type.launch_persistent_context(copy, **options) as context:
        yield context


def open_page(page: Page) -> None:
    """Open the page, and wait until Python is ready."""
    page.goto("./")
    expect(page.locator("body")).to_have_attribute("data-state", "ready", timeout=START_TIMEOUT)


class Shared:
    """A page that tests of a module have in turn: none of them needs it as it was opened."""

    pages: ClassVar[set[Page]] = set()

    def __init__(self, context: BrowserContext) -> None:
        self._context = context
        self._page: Page | None = None

    def page(self, prepare: Callable[[Page], None]) -> Page:
        """Return the page, opened and prepared if this is the first test or one before failed."""
        if self._page is None or self._page.is_closed():
            self._page = self._context.new_page()
            self.pages.add(self._page)
            open_page(self._page)
            prepare(self._page)
        self._page.set_viewport_size({"width": 1280, "height": 720})
        self._page.emulate_media(color_scheme="light", reduced_motion="null")
        return self._page

    def close(self) -> None:
        """Close the page, if it is open: after the last test, or one that failed."""
        if self._page is not None:
            self.pages.discard(self._page)
            self._page.close()


@pytest.fixture(scope="module")
def shared(visited: BrowserContext) -> Iterator[Shared]:
    """Return what has the page that tests of this module share."""
    shared = Shared(visited)
    yield shared
    shared.close()


@pytest.fixture
def context(request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    """Return the context that was at the page, or a new one where a test needs that.

    A new one is for who asks for no `app` and is not marked as visited, has arguments for its
    context, or is marked as fresh. It makes no copy of Python's memory.
    """
    marked = request.node.get_closest_marker
    later = {"app", "shared"} & {*request.fixturenames} or marked("visited")
    if not later or marked("fresh") or marked("browser_context_args"):
        new: BrowserContext = request.getfixturevalue("new_context")()
        new.add_init_script(NO_COPY)
        yield new
        return
    context: BrowserContext = request.getfixturevalue("visited")
    pictures = Path(request.getfixturevalue("output_path"))
    yield context
    shown = request.config.getoption("--screenshot") != "off"
    leave(context, pictures if shown and failed(request) else None)
    if "shared" in request.fixturenames and failed(request):
        request.getfixturevalue("shared").close()


def leave(context: BrowserContext, pictures: Path | None) -> None:
    """Close the pages of a test, and put back what it may have changed for others."""
    context.set_offline(False)
    context.unroute_all(behavior="ignoreErrors")
    context.clear_permissions()
    for number, page in enumerate(context.pages[1:]):  # the first keeps the browser open
        with contextlib.suppress(Error):  # a page may be of no use any more
            if pictures is not None:
                page.screenshot(path=pictures / f"{number}.png", timeout=5_000)
            page.evaluate("localStorage.clear()")
        if page not in Shared.pages:
            page.close()


def failed(request: pytest.FixtureRequest) -> bool:
    """Tell if a test has failed; Playwright's plugin keeps what is known of it."""
    called = getattr(request.node, "rep_call", None)
    return called is not None and not called.passed


@pytest.fixture(autouse=True)
def guard(context: BrowserContext, base_url: str) -> Iterator[Guard]:
    """Fail a test in whose pages something went wrong quietly."""
    watching = Guard(base_url)
    watching.watch(context)
    yield watching
    for page in context.pages:
        # What the page said before its answer has arrived with it.
        with contextlib.suppress(Error):
            page.evaluate("0")
    watching.look_away()
    problems = watching.unexpected()
    if problems:
        pytest.fail("in the page:\n" + "\n".join(problems), pytrace=False)


@pytest.fixture
def app(page: Page) -> Page:
    """Return the page with Python ready, as at a later visit; marked as fresh, as at the first."""
    open_page(page)
    return page


@pytest.fixture
def book(app: Page) -> Page:
    """Return the page as in the notebook: bigram counts, nothing left out, all of Make open."""
    as_in_the_notebook(app)
    return app
