"""The compiled kernel in the page's own worker; see site/worker/kernel.js."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.e2e.conftest import START_TIMEOUT, Guard

FAILED = r"Failed to load resource"
NO_SERVICE_WORKER = "Service Worker registration blocked"
# Ask as the page does, by a message in Comlink's form, and catch the answer on its way.
ASK = """
(action) => new Promise((resolve) => {
  const { postMessage } = self;
  self.postMessage = (message, ...rest) => {
    if (message?.id !== action) return postMessage.call(self, message, ...rest);
    self.postMessage = postMessage;
    resolve(message.value);
  };
  const data = { id: action, type: "APPLY", path: [action], argumentList: [] };
  self.dispatchEvent(new MessageEvent("message", { data }));
})
"""
IN_USE = "from makemore.nn import kernel; kernel.status().compiled, type(kernel.matmul).__name__"
without_service_worker = pytest.mark.browser_context_args(service_workers="block")


def load_kernel(page: Page) -> dict[str, Any]:
    [worker] = page.workers
    status: dict[str, Any] = worker.evaluate(ASK, "loadKernel")
    compiled, kind = worker.evaluate("(code) => self.pyodide.runPython(code).toJs()", IN_USE)
    assert compiled == status["compiled"]
    assert kind == ("builtin_function_or_method" if compiled else "function")
    return status


@without_service_worker
def test_it_is_fetched_when_it_is_asked_for_and_not_before(app: Page, guard: Guard) -> None:
    guard.expect(NO_SERVICE_WORKER)
    fetched: list[str] = []
    app.on("request", lambda request: fetched.append(request.url))
    loaded = app.evaluate("performance.getEntriesByType('resource').map(({ name }) => name)")
    assert not [url for url in loaded if "kernel" in url]
    assert load_kernel(app)["compiled"]
    assert load_kernel(app)["compiled"]
    assert [url.rsplit("/", 1)[1] for url in fetched] == ["makemore_later.zip.gz", "kernel.wasm"]


@without_service_worker
def test_without_it_numpy_does_the_work_until_it_can_be_had(app: Page, guard: Guard) -> None:
    guard.expect(FAILED)
    guard.expect(NO_SERVICE_WORKER)
    app.route("**/kernel.wasm", lambda route: route.abort())
    status = load_kernel(app)
    assert not status["compiled"]
    assert "kernel.wasm could not be loaded, twice" in status["why"]

    app.unroute("**/kernel.wasm")
    assert load_kernel(app)["compiled"]


@without_service_worker
@pytest.mark.parametrize("broken", ["cut off", "no module", "empty"])
def test_a_broken_one_is_left_alone(app: Page, guard: Guard, broken: str) -> None:
    guard.expect(NO_SERVICE_WORKER)

    def answer(route: Route) -> None:
        whole = route.fetch().body()
        bodies = {
            "cut off": whole[: len(whole) // 2],
            "no module": b"<!doctype html>",
            "empty": b"",
        }
        route.fulfill(body=bodies[broken], content_type="application/wasm")

    app.route("**/kernel.wasm", answer)
    status = load_kernel(app)
    assert not status["compiled"]
    assert "kernel.wasm is broken" in status["why"]

    app.unroute("**/kernel.wasm")
    assert load_kernel(app)["compiled"]


@pytest.mark.fresh  # it goes on without a network, from its own copy
def test_a_restored_start_takes_it_without_a_network(context: BrowserContext, app: Page) -> None:
    made = app.locator("#offline")
    expect(made).to_have_attribute("data-snapshot", "made", timeout=START_TIMEOUT)
    app.close()
    context.set_offline(True)
    page = context.new_page()
    page.goto("./")
    expect(page.locator("body")).to_have_attribute("data-state", "ready", timeout=START_TIMEOUT)
    expect(page.locator("#boot")).to_have_attribute("data-start", "restored")
    assert load_kernel(page)["compiled"]
