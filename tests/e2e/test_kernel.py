"""The compiled kernel in the page's own worker; see site/worker/kernel.js."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.e2e import person
from tests.e2e.conftest import START_TIMEOUT, Guard

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"
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
    # Lists and the like may come at any time; of Python's files each comes once, in any order.
    names = sorted(url.rsplit("/", 1)[1] for url in fetched if "/python/" in url)
    assert names == ["kernel.wasm", "makemore_later.zip.gz"]


@without_service_worker
def test_without_it_numpy_does_the_work_until_it_can_be_had(app: Page, guard: Guard) -> None:
    guard.expect(FAILED)
    guard.expect(NO_SERVICE_WORKER)
    app.route("**/kernel.wasm", lambda route: route.abort())
    status = load_kernel(app)
    assert not status["compiled"]
    assert "kernel.wasm could not be loaded, twice" in status["why"]
    person.choose(app, "RNN")
    app.get_by_role("spinbutton", name="Steps").fill("3")
    app.get_by_role("button", name="Train", exact=True).click()
    expect(person.status(app)).to_contain_text("Trained after 3 steps")
    expect(person.status(app)).to_contain_text(
        re.compile(r"NumPy does the work: .* twice.* That is some ten times slower\.$")
    )

    person.go(app, "Compare")
    expect(app.locator("#estimate")).to_contain_text(
        re.compile(r"^About .* NumPy does the work: .* That is some ten times slower\.")
    )
    person.go(app, "Make")

    app.unroute("**/kernel.wasm")
    assert load_kernel(app)["compiled"]
    app.get_by_role("button", name="Resume", exact=True).click()
    expect(person.status(app)).to_have_text(re.compile(r"^Trained after 6 steps: loss [\d.]+\.$"))


def test_the_recipe_of_makemore_prints_what_the_script_does(app: Page) -> None:
    said = json.loads((FIXTURES / "makemore.json").read_text("utf-8"))["models"]["bow"]
    person.choose(app, "Bag of words")
    app.get_by_role("combobox", name="Recipe").select_option("As makemore.py")
    app.get_by_role("spinbutton", name="Steps").fill("201")
    app.get_by_role("button", name="Train", exact=True).click()

    expect(person.status(app)).to_contain_text("Trained after 201 steps")
    log = app.get_by_role("log", name="What makemore.py prints")
    lines = log.inner_text().splitlines()
    printed = [re.sub(r" \| step time [\d.]+ms$", "", line) for line in lines]
    assert printed == said["printed"][: len(printed)]
    assert printed[-1] == "-" * 80  # after the samples of step 200
    person.choose(app, "MLP")
    expect(log).to_be_hidden()


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


@pytest.mark.visited
def test_a_restored_start_takes_it_without_a_network(context: BrowserContext, page: Page) -> None:
    context.set_offline(True)
    page.goto("./")
    expect(page.locator("body")).to_have_attribute("data-state", "ready", timeout=START_TIMEOUT)
    expect(page.locator("#boot")).to_have_attribute("data-start", "restored")
    assert load_kernel(page)["compiled"]
