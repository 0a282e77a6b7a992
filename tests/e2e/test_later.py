"""The part of the package that no start needs; see site/worker/later.js."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, Request, Route, expect

from tests.e2e import person
from tests.e2e.conftest import START_TIMEOUT, Guard

LATER = "makemore_later.zip.gz"
KERNEL = "kernel.wasm"
# By a service worker the files would come unseen, and once more to be kept.
without_service_worker = pytest.mark.browser_context_args(service_workers="block")


@pytest.fixture
def unkept(guard: Guard) -> Guard:
    guard.expect("Service Worker registration blocked")
    guard.expect("There is no control with the id")  # settings of nets that the page lacks yet
    return guard


def fetched(page: Page, act: Callable[[Page], None]) -> list[str]:
    """Return which of the Python files are asked for meanwhile."""
    names: list[str] = []

    def note(request: Request) -> None:
        if "/python/" in request.url:
            names.append(request.url.rsplit("/", 1)[1])

    page.on("request", note)
    act(page)
    page.remove_listener("request", note)
    return names


def open_lecture(page: Page) -> None:
    page.evaluate("location.hash = '#lecture/bigrams'")
    expect(page.locator("#lecture-status")).to_contain_text("Computed here", timeout=30_000)
    expect(page.locator("#lecture-code pre").first).to_contain_text("def ")


def begin_training(page: Page, model: str) -> None:
    person.choose(page, model)
    page.get_by_role("button", name="Train", exact=True).click()


def start(page: Page) -> None:
    page.goto("./")
    expect(page.locator("body")).to_have_attribute("data-state", "ready", timeout=START_TIMEOUT)


@without_service_worker
def test_it_is_not_loaded_by_what_most_visits_do(page: Page, unkept: Guard) -> None:
    def visit(page: Page) -> None:
        start(page)
        person.as_in_the_notebook(page)
        page.get_by_role("combobox", name="Word list").select_option("languages")
        expect(person.status(page)).to_contain_text("read and counted")

    names = fetched(page, visit)
    assert "makemore.zip.gz" in names
    assert not {LATER, KERNEL} & set(names)


@without_service_worker
def test_the_lecture_loads_it_once_and_no_kernel(app: Page, unkept: Guard) -> None:
    assert fetched(app, open_lecture) == [LATER]
    assert fetched(app, open_lecture) == []


@without_service_worker
def test_a_net_that_is_chosen_loads_it_and_the_kernel_and_tells_how_far_it_is(
    app: Page, unkept: Guard
) -> None:
    with app.expect_response(f"**/{KERNEL}"), app.expect_response(f"**/{LATER}"):
        person.choose(app, "MLP")
    app.get_by_role("button", name="Train", exact=True).click()

    told = app.locator("#loss-note")
    expect(told).to_contain_text(re.compile(r"After [\d,]+ steps, about .* left\."))
    expect(told).to_contain_text(re.compile(r"As of step [\d,]+ it makes: \w"), timeout=30_000)
    app.get_by_role("button", name="Stop", exact=True).click()
    expect(told).to_contain_text("its held-out words were kept out")


@without_service_worker
@pytest.mark.parametrize("broken", ["away", "cut off", "another file"])
def test_a_failure_is_told_and_it_is_tried_again(app: Page, unkept: Guard, broken: str) -> None:
    unkept.expect("Failed to load resource")

    def answer(route: Route) -> None:
        if broken == "away":
            route.abort()
        elif broken == "cut off":
            route.fulfill(body=route.fetch().body()[:100_000])
        else:
            route.fulfill(body="<!doctype html>", content_type="text/html")

    app.route(f"**/{LATER}", answer)
    begin_training(app, "MLP")
    told = "A part of the page that this needs could not be loaded"
    expect(person.status(app)).to_contain_text(told, timeout=60_000)

    app.unroute(f"**/{LATER}")
    open_lecture(app)


@pytest.mark.visited
def test_a_restored_start_takes_it_without_a_network(context: BrowserContext, page: Page) -> None:
    context.set_offline(True)
    start(page)
    expect(page.locator("#boot")).to_have_attribute("data-start", "restored")
    open_lecture(page)
