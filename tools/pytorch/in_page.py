"""Train nets in the page and save them by its button, or open files there; for round_trip.py.

python -m tools.pytorch.in_page train FOLDER, with the tests' Python, on dist/; then open. Of each
net FOLDER gets KIND.safetensors, or has it, and KIND.json: log P of the words in words.json as the
page's own Python gives it.
"""

import argparse
import re
from pathlib import Path

from playwright.sync_api import Page, Worker, expect, sync_playwright

from tools.build.layout import Layout
from tools.build.serve import running_server
from tools.measure.in_page import RUN, launched, ready_page

LABELS = {
    "bow": "Bag of words",
    "mlp": "MLP",
    "rnn": "RNN",
    "gru": "GRU",
    "transformer": "Transformer",
}
STEPS, FURTHER = 100, 5
MINUTES = 60_000  # ms
ASKED = Path(__file__).with_name("asked.py")
# The one state of the page's session, in which there is a list.
NET_IN_USE = """
import gc, json
from makemore.session import State

[state] = [o for o in gc.get_objects() if isinstance(o, State) and o.learned]
net = state.learned.trained[{kind!r}].model
json.dumps(log_probs(net, json.loads({words!r})).tolist())
"""


def main() -> None:
    """Do what the arguments say."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["train", "open"])
    parser.add_argument("folder", type=Path)
    arguments = parser.parse_args()
    words = (arguments.folder / "words.json").read_text(encoding="utf-8")
    dist = Layout.of_this_repository().dist
    with (
        sync_playwright() as playwright,
        launched(playwright) as browser,
        running_server(dist) as url,
        ready_page(browser, url) as page,
    ):
        # Another worker makes a copy of Python's memory, for the next visit.
        expect(page.locator("#offline")).to_have_attribute(
            "data-snapshot", re.compile("."), timeout=2 * MINUTES
        )
        for kind, label in LABELS.items():
            file = arguments.folder / f"{kind}.safetensors"
            if arguments.what == "train":
                train(page, label)
                with page.expect_download() as download:
                    page.get_by_role("button", name="Save model").click()
                download.value.save_as(file)
            else:
                page.get_by_label("Model file").set_input_files(file)
                expect(page.locator("#status")).to_contain_text("is in use, as the file has it")
            [worker] = page.workers
            file.with_suffix(".json").write_text(log_probs(worker, kind, words))
            if arguments.what == "open":
                press(page, "Resume", FURTHER)


def train(page: Page, label: str) -> None:
    """Train a net as a person does."""
    page.get_by_role("radio", name=label, exact=True).check()
    press(page, "Train", STEPS)


def press(page: Page, button: str, count: int) -> None:
    """Do so many steps by Train or Resume."""
    steps = page.get_by_role("spinbutton", name="Steps", exact=True)
    if not steps.is_visible():
        page.get_by_role("button", name="Settings", exact=True).click()
    steps.fill(str(count))
    page.get_by_role("button", name=button, exact=True).click()
    expect(page.locator("#status")).to_contain_text("Trained after", timeout=5 * MINUTES)


def log_probs(worker: Worker, kind: str, words: str) -> str:
    """Ask the page's Python for log P under the net that the page uses, as JSON."""
    worker.evaluate(RUN, ASKED.read_text(encoding="utf-8"))
    text: str = worker.evaluate(RUN, NET_IN_USE.format(kind=kind, words=words))
    return text


if __name__ == "__main__":
    main()
