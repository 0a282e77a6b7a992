"""The page in Chromium and the Python in its worker, for benchmarks."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, Playwright, Worker, expect

from tools.build.browser import launch_arguments, system_chromium

START_TIMEOUT = 120_000  # ms
IN_WORKER = Path(__file__).parent / "in_worker.py"
# Asks as the page does, by a message in Comlink's form, and catches the answer on its way.
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
RUN = "(code) => self.pyodide.runPython(code)"


class PagesPython:
    """The Python in the page's own worker, with the functions of in_worker.py."""

    def __init__(self, page: Page, words: str) -> None:
        """Have the kernel loaded, by the worker's own action, and a list learned."""
        [worker] = page.workers
        self._worker: Worker = worker
        self.kernel: dict[str, Any] = worker.evaluate(ASK, "loadKernel")
        worker.evaluate(RUN, IN_WORKER.read_text(encoding="utf-8"))
        self.ask("learn", words)

    def ask(self, function: str, *arguments: object) -> Any:
        """Call one of the functions; return its plain value."""
        given = json.dumps(json.dumps(arguments))
        code = f"import json\njson.dumps({function}(*json.loads({given})))"
        return json.loads(self._worker.evaluate(RUN, code))


def launched(playwright: Playwright) -> Browser:
    """Start this machine's Chromium, or Playwright's own if there is none."""
    return playwright.chromium.launch(executable_path=system_chromium(), args=launch_arguments())


@contextmanager
def ready_page(browser: Browser, url: str, **options: Any) -> Iterator[Page]:
    """Open the page in a new profile, and wait until Python is ready."""
    context = browser.new_context(**options)
    page = context.new_page()
    page.goto(url)
    wait_until_ready(page)
    yield page
    context.close()


def wait_until_ready(page: Page) -> None:
    """Wait until Python is ready, and has made its first words."""
    expect(page.locator("body")).to_have_attribute("data-state", "ready", timeout=START_TIMEOUT)
