"""Do the main job in Chromium and print how long its parts took, as JSON.

Usage: python -m tools.measure.bench_in_browser DIST ROUNDS

Each time is taken inside the page: from the event that starts the work to the frame that shows its
result, with the longest task of the main thread meanwhile; browsers report tasks of 50 ms and more.
Every round is a fresh page without a cache.
"""

import json
import sys
from collections import defaultdict
from pathlib import Path

from playwright.sync_api import Browser, ElementHandle, Page, expect, sync_playwright

from tools.build.browser import launch_arguments, system_chromium
from tools.build.serve import running_server
from tools.measure.bench import LONGEST, TRAINING

START_TIMEOUT = 120_000  # ms
SETTLING = 2000  # ms in which a new window of Chromium is busy with pages of its own
COUNT = 1000

# Calls `start`, then waits until the status says `said`, and for the frame that shows it.
TIMED = """
async ([element, status, said, start]) => {
  const pattern = new RegExp(said);
  status.textContent = "";
  const shown = new Promise((resolve) => {
    const observer = new MutationObserver(() => {
      if (!pattern.test(status.textContent)) return;
      observer.disconnect();
      requestAnimationFrame(() => setTimeout(resolve));
    });
    observer.observe(status, { childList: true, characterData: true, subtree: true });
  });
  const files = new DataTransfer();
  if (start === "upload") {
    const answer = await fetch("data/names.txt");
    files.items.add(new File([await answer.blob()], "names.txt"));
  }
  let longest = 0;
  const tasks = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) longest = Math.max(longest, duration);
  });
  tasks.observe({ type: "longtask" });
  const began = performance.now();
  if (start === "upload") {
    element.files = files.files;
    element.dispatchEvent(new Event("change"));
  } else {
    element.click();
  }
  await shown;
  const milliseconds = performance.now() - began;
  // A task is told of when it has ended; this runs in a later one.
  await new Promise((resolve) => setTimeout(resolve, 100));
  tasks.disconnect();
  return [milliseconds, longest];
}
"""


def main(dist: Path, rounds: int) -> None:
    """Print a list of milliseconds for each part of the job."""
    times: dict[str, list[float]] = defaultdict(list)
    with running_server(dist) as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=system_chromium(), args=launch_arguments()
        )
        for _ in range(rounds):
            for what, milliseconds in one_round(browser, url).items():
                times[what].append(milliseconds)
        browser.close()
    print(json.dumps(times))


def one_round(browser: Browser, url: str) -> dict[str, float]:
    """Do the whole job once in a fresh page."""
    context = browser.new_context()
    page = context.new_page()
    page.wait_for_timeout(SETTLING)
    page.goto(url)
    body = page.locator("body")
    expect(body).to_have_attribute("data-state", "ready", timeout=START_TIMEOUT)
    times = {"Python ready, from navigation (cold)": float(page.evaluate("performance.now()"))}

    upload = page.get_by_label("Upload a word list").element_handle()
    times |= timed(page, upload, "32,469 words", "upload", "32,469 names read, counted and shown")

    page.get_by_role("button", name="As in the notebook").click()
    page.get_by_role("radio", name="Bigram net", exact=True).check()
    train = page.get_by_role("button", name="Train", exact=True).element_handle()
    times |= timed(page, train, "Trained after 300 steps", "click", TRAINING)

    page.get_by_role("spinbutton", name="How many").fill(str(COUNT))
    generate = page.get_by_role("button", name="Make more").element_handle()
    times |= timed(page, generate, "made", "click", "1,000 words sampled and shown")
    words = page.get_by_role("list", name="Generated words").get_by_role("listitem")
    expect(words).to_have_count(COUNT)
    context.close()
    return times


def timed(page: Page, element: ElementHandle, said: str, start: str, what: str) -> dict[str, float]:
    """Return the milliseconds from an event to the frame that shows what the status says."""
    status = page.locator("p[role=status]").element_handle()
    milliseconds, longest = page.evaluate(TIMED, [element, status, said, start])
    return {what: float(milliseconds), what + LONGEST: float(longest)}


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
