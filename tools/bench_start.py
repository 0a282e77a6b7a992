"""Start plain Pyodide and our page in turns in Chromium, and print what was measured, as JSON.

Usage: python -m tools.bench_start PLAIN DIST ROUNDS

Each round visits both pages twice in a new browser profile each: cold, then warm. All times are
taken inside the page, from the navigation on.
"""

import json
import sys
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, sync_playwright

from tools.browser import launch_arguments, system_chromium
from tools.serve import running_server

START_TIMEOUT = 120_000  # ms
# Notes when each condition holds for the first time, and the longest task of the main thread.
OBSERVER = """
window.measured = { longest: 0 };
new PerformanceObserver((list) => {
  for (const { duration } of list.getEntries()) {
    measured.longest = Math.max(measured.longest, duration);
  }
}).observe({ type: "longtask", buffered: true });
const look = () => {
  for (const [name, holds] of Object.entries(CONDITIONS)) {
    if (measured[name] === undefined && document.body && holds()) {
      measured[name] = performance.now();
    }
  }
};
new MutationObserver(look).observe(document, {
  attributes: true, characterData: true, childList: true, subtree: true,
});
"""
PLAIN = """
const CONDITIONS = {
  ready: () => document.getElementById("state")?.textContent === "ready",
  words: () => document.getElementById("state")?.textContent === "words",
};
"""
OURS = """
const CONDITIONS = {
  useful: () => document.querySelector("#heatmap td") && document.querySelector("#generated li"),
  ready: () => document.getElementById("boot")?.hidden,
  words: () => document.body.dataset.state === "ready",
};
"""
KEPT = "() => document.getElementById('offline')?.dataset.state === 'kept'"


def main(plain: Path, dist: Path, rounds: int) -> None:
    """Print a list of visits for each page."""
    with (
        running_server(plain) as plain_url,
        running_server(dist) as our_url,
        sync_playwright() as playwright,
    ):
        sides = [("plain", plain_url, PLAIN), ("ours", our_url, OURS)]
        visits: list[dict[str, Any]] = []
        for number in range(rounds):
            for name, url, conditions in sides if number % 2 else reversed(sides):
                browser = playwright.chromium.launch(
                    executable_path=system_chromium(), args=launch_arguments()
                )
                visits += visit_twice(browser, name, url, conditions)
                browser.close()
    print(json.dumps(visits))


def visit_twice(browser: Browser, side: str, url: str, conditions: str) -> list[dict[str, Any]]:
    """Visit a page with nothing cached, then again."""
    context = browser.new_context()
    context.add_init_script(conditions + OBSERVER)
    cold = visit(context, url, keep=side == "ours")
    warm = visit(context, url, keep=False)
    context.close()
    return [
        {"side": side, "visit": "cold", **cold},
        {"side": side, "visit": "warm", **warm},
    ]


def visit(context: BrowserContext, url: str, *, keep: bool) -> dict[str, Any]:
    """Visit a page once, until it has made its first words and, if wanted, works offline."""
    page = context.new_page()
    requests: list[str] = []
    context.on("request", lambda request: requests.append(request.url.removeprefix(url)))
    page.goto(url)
    page.wait_for_function("() => measured.words !== undefined", timeout=START_TIMEOUT)
    result: dict[str, Any] = page.evaluate("measured")
    result["files"] = sorted(set(requests))
    result["memory"] = largest_renderer(context)
    if keep:
        page.wait_for_function(KEPT, timeout=START_TIMEOUT)
    page.close()
    return result


def largest_renderer(context: BrowserContext) -> int | None:
    """Return the bytes of memory that the page's process uses; only Linux tells."""
    browser = context.browser
    if browser is None or not Path("/proc/self/smaps_rollup").exists():
        return None
    processes = browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")
    sizes = [proportional_size(process["id"]) for process in processes["processInfo"]]
    return max(sizes, default=None)


def proportional_size(process: int) -> int:
    """Return a process's share of the memory that it uses, in bytes."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(1024 * int(line.split()[1]) for line in lines if line.startswith("Pss:"))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
