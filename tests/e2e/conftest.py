"""What the browser tests share: a served dist/, a Chromium, and a guard against quiet failures."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Error, Page, expect

from tests.e2e.person import as_in_the_notebook
from tools.build import dist
from tools.build.browser import launch_arguments, system_chromium
from tools.build.layout import Layout
from tools.build.serve import running_server

# Python starts in some two seconds; a machine that is busy may need much longer.
START_TIMEOUT = 120_000  # ms
# What is expected of the page comes at once, but not from a machine that is busy with other things.
expect.set_options(timeout=30_000)


class Guard:
    """Everything that went wrong in a test's pages without the page saying so.

    That is: errors and warnings in the console, violations of the Content-Security-Policy (the
    console says them), exceptions that nobody caught, and requests to other hosts.
    """

    def __init__(self, base_url: str) -> None:
        self._host = urlsplit(base_url).netloc
        self._expected: list[re.Pattern[str]] = []
        self._problems: list[str] = []

    def expect(self, pattern: str) -> None:
        """Let problems pass that match: what this test does on purpose."""
        self._expected.append(re.compile(pattern))

    def watch(self, context: BrowserContext) -> None:
        """Start listening to all pages and workers of a context."""
        context.on("console", lambda message: self._console(message.type, message.text))
        context.on("weberror", lambda error: self._problems.append(f"exception: {error.error}"))
        context.on("request", lambda request: self._request(request.url))

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
        return Path(given)
    layout = Layout.of_this_repository()
    dist.build(layout, None, compress=False)
    return layout.dist


@pytest.fixture(scope="session")
def base_url(dist_folder: Path) -> Iterator[str]:
    """Serve dist/ with the server of `build.py serve`; return the URL of its page."""
    with running_server(dist_folder) as url:
        yield url


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Start this machine's Chromium, or Playwright's own if there is none."""
    chromium = system_chromium()
    found = {"executable_path": chromium} if chromium else {}
    return {**browser_type_launch_args, **found, "args": launch_arguments()}


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
    problems = watching.unexpected()
    if problems:
        pytest.fail("in the page:\n" + "\n".join(problems), pytrace=False)


@pytest.fixture
def app(page: Page) -> Page:
    """Return the page with Python ready."""
    page.goto("./")
    expect(page.locator("body")).to_have_attribute("data-state", "ready", timeout=START_TIMEOUT)
    return page


@pytest.fixture
def book(app: Page) -> Page:
    """Return the page as in the notebook: bigram counts, nothing left out, all of Make open."""
    as_in_the_notebook(app)
    return app
