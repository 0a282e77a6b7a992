"""How long the page takes for lists of 1 MB to 1 GB, and how much memory its tab.

`python3 build.py bench --size [MEGABYTES ...]` runs it in the tests' environment, on dist/.
"""

import argparse
import os
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from playwright.sync_api import Page, expect, sync_playwright

from tools.build.browser import launch_arguments, system_chromium
from tools.build.layout import Layout
from tools.build.serve import running_server

SIZES = [1, 10, 100, 1000]  # MB
BLOCK = 1_000_000  # bytes made at once
PATIENCE = 900_000  # ms
SAMPLE = 0.05  # s between two looks at the memory


@dataclass(frozen=True)
class Result:
    """One list, read in the page."""

    megabytes: int
    seconds: float
    busy: float  # s of the tab's processor time, of all its threads
    idle: float  # MB of the tab before
    peak: float  # MB of the tab while reading, at most
    said: str

    def line(self) -> str:
        """Return one line of the table."""
        memory = (self.idle, self.peak, self.peak - self.idle)
        speed = self.megabytes / self.seconds
        return (
            f"{self.megabytes:>9}{self.seconds:>9.2f}{speed:>9.1f}{self.busy:>9.2f}"
            + "".join(f"{megabytes:>9.0f}" for megabytes in memory)
            + f"  {self.said}"
        )


def write_list(path: Path, megabytes: int) -> None:
    """Write random words of 3 to 12 letters, as often in a language: nearly all are different."""
    random = np.random.RandomState(megabytes)
    shares = 1 / np.arange(1, 27)
    with path.open("wb") as file:
        for _ in range(megabytes):
            text = random.choice(26, size=BLOCK, p=shares / shares.sum()).astype(np.uint8) + 97
            ends = np.cumsum(random.randint(4, 14, size=BLOCK // 4))
            text[ends[ends < BLOCK]] = ord("\n")
            text[-1] = ord("\n")
            file.write(text.tobytes())


def renderer_of(page: Page) -> int:
    """Return the process of the page: of all of Chromium's renderers, the largest."""
    browser = page.context.browser
    if browser is None:
        raise RuntimeError("The page has no browser.")
    processes = browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")["processInfo"]
    renderers = [int(process["id"]) for process in processes if process["type"] == "renderer"]
    return max(renderers, key=resident)


def resident(process: int) -> float:
    """Return a process's resident memory, in MB."""
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * 4096 / 1e6


def processor_time(process: int) -> float:
    """Return how long a process has kept a processor busy, in seconds."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def watched(process: int) -> Iterator[list[float]]:
    """Note a process's memory again and again; the list holds the highest."""
    peak = [resident(process)]
    done = threading.Event()

    def watch() -> None:
        while not done.wait(SAMPLE):
            peak[0] = max(peak[0], resident(process))

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield peak
    finally:
        done.set()
        thread.join()


def measure(page: Page, url: str, path: Path, megabytes: int) -> Result:
    """Read one list in a fresh page."""
    page.goto(url)
    expect(page.locator("body")).to_have_attribute("data-state", "ready", timeout=PATIENCE)
    process = renderer_of(page)
    idle = resident(process)
    status = page.locator("#status")
    with watched(process) as peak:
        began, busy = time.perf_counter(), processor_time(process)
        page.get_by_label("Upload a word list").set_input_files(path)
        expect(status).to_contain_text(f"words of “{path.name}”", timeout=PATIENCE)
        seconds = time.perf_counter() - began
        busy = processor_time(process) - busy
    return Result(megabytes, seconds, busy, idle, peak[0], status.inner_text())


def main(arguments: list[str]) -> int:
    """Measure each size once, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=SIZES, metavar="MEGABYTES")
    sizes = parser.parse_args(arguments).sizes or SIZES
    titles = ("MB", "s", "MB/s", "busy s", "idle MB", "peak MB", "above")
    print("".join(f"{title:>9}" for title in titles), " the page said")
    with (
        tempfile.TemporaryDirectory() as folder,
        running_server(Layout.of_this_repository().dist) as url,
        sync_playwright() as playwright,
    ):
        for megabytes in sizes:
            path = Path(folder) / f"list-{megabytes}.txt"
            write_list(path, megabytes)
            browser = playwright.chromium.launch(
                executable_path=system_chromium(), args=launch_arguments()
            )
            result = measure(browser.new_page(), url, path, megabytes)
            browser.close()
            path.unlink()
            print(result.line(), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
