"""How fast the page's nets and n-grams are, how good in how much time, and what that costs it.

`python3 build.py bench --models [PARTS]` runs it in the tests' environment, on dist/.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from tools.build.errors import BuildError
from tools.build.layout import Layout
from tools.build.serve import running_server
from tools.build.shell import say
from tools.measure import model_tables as tables
from tools.measure import page_tasks
from tools.measure.in_page import PagesPython, launched, ready_page

NETS = tuple(tables.STEP_LIMITS)
BLOCK = 0.4  # s of steps between two turns
PEER_SECONDS = (
    41.8  # microgpt-ts's time for 1,000 steps of one word, in a browser on such a machine
)
PROTOTYPE = 0.68  # s, the same by the kernel's first prototype
SYMBOLS = 231_000  # a second, by the prototype in batches of 32
MIX_LIMIT = 1.91  # nats per symbol, of the n-gram mixed with the GRU
INTERVAL = 5  # s of training between two points of a curve
LAST = 120  # s
NGRAM_ROWS = {
    "ngram fitted": ("n-gram fitted, order and smoothing chosen", 600.0),
    "auto fitted": ("the automatic choice, fitted", 600.0),
    "auto carded": ("the same in the page: measured, and refitted on all words", None),
    "words": ("1,000 words", 300.0),
    "new words": ("1,000 words that are new, of usual lengths, described", None),
    "first qu…x": ("first word “qu…x” of 5 to 7 letters", 300.0),
    "further qu…x": ("each further one", 1.0),
}


class Bench:
    """What the parts share, and what they have found."""

    def __init__(self, browser: Browser, url: str, names: Path, options: argparse.Namespace):
        self.browser, self.url, self.names, self.options = browser, url, names, options
        self.words = names.read_text(encoding="utf-8")
        self.found: dict[str, Any] = {"load_average": os.getloadavg()}

    @contextmanager
    def python(self) -> Iterator[PagesPython]:
        """Open the page, and give its Python, with the kernel."""
        with ready_page(self.browser, self.url) as page:
            python = PagesPython(page, self.words)
            if not python.kernel["compiled"]:
                say(f"The kernel was not used: {python.kernel['why']}")
            yield python

    # ---- parts

    def ngrams(self) -> None:
        """Time n-grams, each time in a fresh page."""
        say(f"\n{'n-grams, in the page':66}{'median':>12}")
        times = defaultdict(list)
        for _ in range(self.options.rounds):
            with self.python() as python:
                for what, milliseconds in python.ask("time_ngrams").items():
                    times[what].append(milliseconds)
        for name, (what, limit) in NGRAM_ROWS.items():
            say(tables.row(what, statistics.median(times[name]), "ms", 2, limit))
        self.found["ngrams"] = times

    def steps(self) -> None:
        """Time steps of makemore.py's sizes, in turns with PyTorch where it is."""
        say(f"\nms a step, batches of 32 words\n{tables.STEPS_HEAD}")
        result: dict[str, Any] = {}
        with self.python() as python, torch_steps(self.options, self.names) as theirs:
            for kind in NETS:
                result[kind] = self._steps_of(kind, python, theirs)
                say(tables.step_row(kind, result[kind]))
        say(
            "makemore.py computes all positions up to the longest word's length, also those after "
            "a\nword's end; the page computes those that count. “Cropped” is the same script with "
            "each batch\ncut at its own longest word. Ratios are medians over turns of both."
        )
        self.found["steps"] = result

    def _steps_of(self, kind: str, python: PagesPython, theirs: Any) -> dict[str, list[float]]:
        times: dict[str, list[float]] = defaultdict(list)
        for _ in range(self.options.rounds):
            times["page"].append(python.ask("time_steps", kind, BLOCK))
            if theirs is not None:
                times["makemore.py"].append(theirs(kind, False))
                times["cropped"].append(theirs(kind, True))
        return times

    def peer(self) -> None:
        """Time a net of microgpt's size."""
        with self.python() as python:
            one, many = (python.ask("time_peer", size, 2.0) for size in (1, 32))
        say(f"\na Transformer of microgpt's size: {one['parameters']:,} numbers, microgpt's 4,192")
        seconds = one["milliseconds"]  # 1,000 steps take so many seconds
        say(tables.row("1,000 steps of one word each", seconds, "s", 2, PROTOTYPE))
        say(f"    microgpt-ts took {PEER_SECONDS} s for that: {PEER_SECONDS / seconds:,.0f} times")
        say(tables.row("symbols a second, batches of 32 words", many["symbols"], "/s", 0))
        say(f"    {many['symbols'] / SYMBOLS:.1f} times those of the prototype, {SYMBOLS:,}")
        self.found["peer"] = {"one": one, "thirty-two": many}

    def tasks(self) -> None:
        """Watch the main thread."""
        say("\nthe page's main thread, longest task (0: none of 50 ms or more)")
        found = {}
        for tasks in page_tasks.watch_tasks(self.browser, self.url):
            say(tables.row(tasks.what, tasks.longest, "ms", 0, page_tasks.LONGEST_TASK))
            found[tasks.what] = tasks.tasks
        self.found["tasks"] = found

    def shifts(self) -> None:
        """Watch the page's layout."""
        say("\nhow far the page moves by itself while it starts (layout shift)")
        found = {}
        for what, shift in page_tasks.shifts(self.browser, self.url):
            say(tables.row(what, shift, "", 4, page_tasks.MOST_SHIFTED))
            found[what] = shift
        self.found["shifts"] = found

    def curves(self) -> None:
        """Train each net by its own recipe, and the mix of n-gram and GRU."""
        say("\nheld-out loss over seconds, our recipes on data/names.txt (80/10/10, seed 42)")
        found: dict[str, Any] = {}
        for kind in self.options.nets:
            with self.python() as python:
                found[kind] = list(self._curve(kind, python))
                for line in tables.curve_lines(kind, found[kind]):
                    say(line)
                if kind == "gru":
                    card = python.ask("mix_with", kind)
                    what = "    the mix of n-gram and GRU"
                    say(tables.row(what, card["held_out"], "nats", 4, MIX_LIMIT))
                    found["mix"] = card["held_out"]
        self.found["curves"] = found

    def _curve(self, kind: str, python: PagesPython) -> Iterator[dict[str, Any]]:
        """Train until the recipe's end, at most for two minutes, and give points."""
        python.ask("begin_recipe", kind)
        point: dict[str, Any] = {"done": False, "seconds": 0.0}
        while not point["done"] and point["seconds"] < LAST:
            point = python.ask("go_on", INTERVAL)
            yield point


@contextmanager
def torch_steps(options: argparse.Namespace, names: Path) -> Iterator[Any]:
    """Give a function of kind and cropping that times makemore.py's steps; None without PyTorch."""
    if options.makemore is None or options.torch_python is None:
        say("(Without PyTorch and makemore.py there is nothing to compare with.)")
        yield None
        return
    script = Path(__file__).with_name("makemore_steps.py")
    with subprocess.Popen(
        [options.torch_python, script, options.makemore, names],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        asked, answers = process.stdin, process.stdout
        if asked is None or answers is None:
            raise BuildError("PyTorch's process has no pipes.")

        def answer() -> Any:
            line = answers.readline()
            if not line:
                raise BuildError("PyTorch's process ended. What it said is above.")
            return json.loads(line)

        def time_steps(kind: str, cropped: bool) -> float:
            asked.write(json.dumps([kind, cropped, BLOCK]) + "\n")
            asked.flush()
            return float(answer())

        say(f"PyTorch {answer()}, one thread")
        yield time_steps
        asked.close()


def main(arguments: list[str]) -> int:
    """Do the parts that are asked for; write what they found as JSON if that is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", type=tables.parts_from)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--nets", nargs="*", default=["bow", "mlp", "rnn", "gru", "transformer"])
    parser.add_argument("--torch-python", type=Path)
    parser.add_argument("--makemore", type=Path)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args(arguments)
    layout = Layout.of_this_repository()
    names = layout.root / "data" / "names.txt"
    with running_server(layout.dist) as url, sync_playwright() as playwright:
        browser = launched(playwright)
        bench = Bench(browser, url, names, options)
        for part in options.parts:
            getattr(bench, part)()
            if options.json is not None:
                options.json.write_text(json.dumps(bench.found, indent=1) + "\n")
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
