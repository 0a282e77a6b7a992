"""Start plain Pyodide and our page in turns in Chromium, and print what was measured, as JSON.

Usage: python -m tools.measure.bench_start PLAIN DIST ROUNDS

Each round visits both pages three times in a new browser profile each: cold; warm, with all files
kept; and later, when our page has also kept a copy of Python's memory. All times are taken inside
the page, from the navigation on. Nothing is sent compressed: of the plain page's files, which stay
as they are, there are no such copies.
"""

import json
import sys
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Error, sync_playwright

from tools.build.browser import launch_arguments, system_chromium
from tools.build.serve import running_server

START_TIMEOUT = 120_000  # ms
SETTLING = 2000  # ms in which a new window of Chromium is busy with pages of its own
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
      if (name === "useful") requestAnimationFrame(() => requestAnimationFrame(painted));
    }
  }
};
const painted = (time) => {
  measured.next = time;
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
  whole: () => document.querySelector("#heatmap td") && !document.querySelector(".first-frames"),
  ready: () => document.getElementById("boot")?.hidden,
  words: () => document.body.dataset.state === "ready",
};
"""
# What was there before the first paint was seen with it; else with the frame before the next one.
RESULT = """
() => {
  const { useful, next, ...rest } = measured;
  if (useful === undefined) return rest;
  const [first] = performance.getEntriesByName("first-contentful-paint");
  return { ...rest, useful: first.startTime > useful ? first.startTime : next };
}
"""
KEPT = "() => document.getElementById('offline')?.dataset.state === 'kept'"
COPIED = "() => document.getElementById('offline')?.dataset.snapshot"
START = "() => document.getElementById('boot')?.dataset.start"
# What a visit is called, what our page is to have kept when it ends, and how it starts Python.
VISITS = (("cold", KEPT, "anew"), ("warm", COPIED, "anew"), ("later", None, "restored"))


def main(plain: Path, dist: Path, rounds: int) -> None:
    """Print a list of visits for each page."""
    with (
        running_server(plain, compressed=False) as plain_url,
        running_server(dist, compressed=False) as our_url,
        sync_playwright() as playwright,
    ):
        sides = [("plain", plain_url, PLAIN), ("ours", our_url, OURS)]
        visits: list[dict[str, Any]] = []
        for number in range(rounds):
            for name, url, conditions in sides if number % 2 else reversed(sides):
                browser = playwright.chromium.launch(
                    executable_path=system_chromium(), args=launch_arguments()
                )
                visits += visit_often(browser, name, url, conditions)
                browser.close()
    print(json.dumps(visits))


def visit_often(browser: Browser, side: str, url: str, conditions: str) -> list[dict[str, Any]]:
    """Visit a page with nothing kept, then again and again."""
    context = browser.new_context()
    context.add_init_script(conditions + OBSERVER)
    visits = []
    for name, until, start in VISITS:
        ours = side == "ours"
        try:
            result = visit(context, url, until=until if ours else None)
        except Error as error:
            said = [one.locator("body").inner_text()[:500] for one in context.pages]
            raise RuntimeError(f"A {name} visit of {side} failed; the page says: {said}") from error
        if ours and result["start"] != start:
            raise RuntimeError(f"Python was started {result['start']} in a {name} visit.")
        visits.append({"side": side, "visit": name, **result})
    context.close()
    return visits


def visit(context: BrowserContext, url: str, *, until: str | None) -> dict[str, Any]:
    """Visit a page until it has made its first words, and then until a condition holds."""
    page = context.new_page()
    page.wait_for_timeout(SETTLING)
    requests: list[str] = []
    context.on("request", lambda request: requests.append(request.url.removeprefix(url)))
    page.goto(url)
    page.wait_for_function("() => measured.words !== undefined", timeout=START_TIMEOUT)
    result: dict[str, Any] = page.evaluate(RESULT)
    result["files"] = sorted(set(requests))
    result["memory"] = largest_renderer(context)
    result["start"] = page.evaluate(START)
    if until is not None:
        page.wait_for_function(until, timeout=START_TIMEOUT)
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
