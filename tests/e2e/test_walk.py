"""Whatever is done in whatever order, the page names the list and the model that its words are of.

The two lists have no letter in common, so that a word tells whose it is.
"""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.e2e import person

LETTERS = {"first.txt": "αβγδε", "second.txt": "бвгдеж"}  # nor has any list to lean on
MODELS = ("Auto", "Bigram counts", "N-gram")

# What the page says of itself, and of the words that it shows.
TOLD = """
() => {
  const text = (selector) => document.querySelector(selector)?.textContent ?? "";
  return {
    list: text("#context-list bdi"),
    summary: text("#summary h3"),
    model: text("#context-model").split(" · ")[0],
    figures: text("#loss-note"),
    outdated: document.querySelector("#generated").classList.contains("outdated"),
    renew: !document.querySelector("#renew").hidden,
    words: [...document.querySelectorAll("#generated li")].map((item) => item.dataset.word),
  };
}
"""


def settled(page: Page) -> None:
    expect(page.locator("body")).to_have_attribute("data-state", "ready")
    expect(page.locator("#generated li").first).to_be_visible()


def words_of(letters: str, generator: random.Random) -> bytes:
    lengths = [generator.randint(3, 6) for _ in range(40)]
    return "\n".join("".join(generator.choices(letters, k=n)) for n in lengths).encode()


def check(page: Page, done: list[str]) -> None:
    told = page.evaluate(TOLD)
    assert told["list"] == told["summary"], done
    assert told["outdated"] == told["renew"], done
    if told["outdated"]:
        return
    letters = set(LETTERS[told["list"]])
    assert set("".join(told["words"])) <= letters, (done, told)
    assert told["figures"].startswith(f"{told['model']}"), (done, told)
    page.locator("#generated li .open").first.click()
    expect(page.locator("#receipt")).to_contain_text(told["model"])
    page.keyboard.press("Escape")


@pytest.mark.parametrize("seed", [1, 2])
def test_words_are_of_what_the_page_says_or_are_marked(app: Page, seed: int) -> None:
    generator = random.Random(seed)
    person.open_all(app)
    lists = {name: words_of(letters, generator) for name, letters in LETTERS.items()}

    def use() -> str:
        name = generator.choice(sorted(lists))
        person.status(app).evaluate("(line) => line.replaceChildren()")
        app.get_by_label("Upload a word list").set_input_files(
            FilePayload(name=name, mimeType="text/plain", buffer=lists[name])
        )
        expect(person.status(app)).to_contain_text("read and counted")
        return name

    def choose() -> str:
        model = generator.choice(MODELS)
        person.choose(app, model)
        return model

    def change() -> str:
        model = app.get_by_role("radio", checked=True).first.evaluate("(radio) => radio.value")
        value = {"bigram": generator.choice(["0.1", "2"])}.get(model, generator.choice("23"))
        name = "Smoothing" if model == "bigram" else "Order"
        field = app.locator("#settings").get_by_label(name, exact=True)
        field.fill(value)
        field.press("Tab")
        return f"{name} {value}"

    def ask() -> str:
        longest = generator.choice("678")
        app.get_by_role("spinbutton", name="Longest").fill(longest)
        return f"Longest {longest}"

    def press(name: str) -> Callable[[], str]:
        def pressed() -> str:
            button = app.get_by_role("button", name=name, exact=True)
            if button.is_visible() and button.is_enabled():
                button.click()
            return name

        return pressed

    actions = [use, choose, change, ask]
    actions += [press(name) for name in ("Train", "Make more", "Make them anew")]
    done = [use()]
    settled(app)
    for _ in range(16):
        done.append(generator.choice(actions)())
        settled(app)
        check(app, done)
