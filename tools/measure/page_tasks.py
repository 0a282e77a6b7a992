"""How long the page's main thread is held up, and how far the page moves by itself."""

from collections.abc import Iterator
from dataclasses import dataclass

from playwright.sync_api import Browser, Page, expect

from tools.measure.in_page import START_TIMEOUT, wait_until_ready

LONGEST_TASK = 50.0  # ms; browsers report no shorter ones
MOST_SHIFTED = 0.05  # half of what is still called good
WATCHED = 6000  # ms of each training; of comparing twice that
LONG = "50000"  # steps, so that training goes on while it is watched
SETTLING = 1500  # ms after the start in which the page may still move
WORDS = 1000
ROUTES = ("#make", "#compare", "#inside/gru", "#learn")
SIZES = ((390, 844), (1280, 800))
FOLLOWED = ("Bigram net", "Bag of words", "MLP", "RNN", "GRU", "Transformer")
OBSERVERS = """
window.observed = { tasks: [], shift: 0 };
new PerformanceObserver((list) => {
  for (const { duration } of list.getEntries()) observed.tasks.push(duration);
}).observe({ type: "longtask", buffered: true });
new PerformanceObserver((list) => {
  for (const { value, hadRecentInput } of list.getEntries()) {
    if (!hadRecentInput) observed.shift += value;
  }
}).observe({ type: "layout-shift", buffered: true });
"""
# A task is told of when it has ended, so in a later one.
TAKE_TASKS = """
() => new Promise((resolve) => {
  setTimeout(() => resolve(observed.tasks.splice(0)), 100);
})
"""


@dataclass(frozen=True)
class Tasks:
    """The main thread's tasks of 50 ms and more, while something went on; times in ms."""

    what: str
    tasks: list[float]

    @property
    def longest(self) -> float:
        """Return the longest, 0 if there was none."""
        return max(self.tasks, default=0.0)


def watch_tasks(browser: Browser, url: str) -> Iterator[Tasks]:
    """Start the page, make words, train nets under Inside's eyes, learn, and compare all models."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.add_init_script(OBSERVERS)
    page = context.new_page()
    page.goto(url)
    wait_until_ready(page)
    yield Tasks("while Python starts (cold)", taken(page))

    button = page.get_by_role("button", name="Make more", exact=True)
    page.get_by_role("spinbutton", name="How many").fill(str(WORDS))
    taken(page)
    button.click()
    items = page.get_by_role("list", name="Generated words").get_by_role("listitem")
    expect(items.nth(WORDS - 1)).to_be_attached(timeout=START_TIMEOUT)
    yield Tasks(f"while Auto makes {WORDS:,} words", taken(page))

    for model in FOLLOWED:
        yield follow(page, model)
    yield play_descent(page)
    yield look_around(page)
    yield follow_lecture(page)

    go(page, "Compare")
    compare = page.get_by_role("button", name="Compare all models", exact=True)
    expect(compare).to_be_enabled(timeout=START_TIMEOUT)
    taken(page)
    compare.click()
    page.wait_for_timeout(2 * WATCHED)
    yield Tasks("while Compare runs", taken(page))
    go(page, "Inside")
    taken(page)
    page.wait_for_timeout(WATCHED)
    yield Tasks("while Compare runs, with Inside open", taken(page))
    go(page, "Compare")
    page.get_by_role("button", name="Stop", exact=True).click()
    context.close()


def follow(page: Page, model: str) -> Tasks:
    """Train a net while Inside shows what is in it."""
    go(page, "Make")
    page.get_by_role("radio", name=model, exact=True).check()
    settings = page.get_by_role("button", name="Settings", exact=True)
    if settings.get_attribute("aria-expanded") == "false":
        settings.click()
    page.get_by_role("spinbutton", name="Steps", exact=True).fill(LONG)
    train = page.get_by_role("button", name="Train", exact=True)
    expect(train).to_be_enabled(timeout=START_TIMEOUT)
    train.click()
    stop = page.get_by_role("button", name="Stop", exact=True)
    expect(stop).to_be_visible(timeout=START_TIMEOUT)
    go(page, "Inside")
    look_into(page, model)
    taken(page)
    page.wait_for_timeout(WATCHED)
    result = Tasks(f"while {model} trains, with Inside open", taken(page))
    go(page, "Make")
    expect(train).to_be_visible()  # the place changes after the click
    if stop.is_visible():  # the bigram net may be done
        stop.click()
    expect(train).to_be_enabled(timeout=START_TIMEOUT)
    return result


def look_into(page: Page, model: str) -> None:
    """Go to what there is to see of a model."""
    links = page.get_by_role("navigation", name="Models to look into").get_by_role("link")
    links.filter(has_text=model).first.click()
    expect(links.filter(has_text=model).first).to_have_attribute("aria-current", "true")


def play_descent(page: Page) -> Tasks:
    """Play the run of the bigram net, as fast as it goes."""
    go(page, "Inside")
    look_into(page, "Bigram net")
    descent = page.locator("#descent")
    descent.locator("summary").click()
    descent.get_by_role("slider", name="Step").press("Home")
    descent.get_by_role("combobox", name="Steps a second").select_option("100")
    descent.get_by_role("button", name="Play", exact=True).click()
    taken(page)
    page.wait_for_timeout(WATCHED)
    result = Tasks("while descent is played", taken(page))
    descent.get_by_role("button", name="Pause", exact=True).click()
    descent.locator("summary").click()
    return result


def look_around(page: Page) -> Tasks:
    """Go from each model's view to the next, and to each letter of a word."""
    page.get_by_role("textbox", name="Score a word").fill("annabella")
    page.get_by_role("textbox", name="Score a word").press("Enter")
    shown = page.locator("#inside-title")
    taken(page)
    for model in ("Auto", "Bigram counts", *FOLLOWED):
        look_into(page, model)
        expect(shown).to_contain_text(model, timeout=START_TIMEOUT)
        for letter in page.locator("#word-view [data-position]").all():
            letter.click()
    return Tasks("while all of Inside is gone through", taken(page))


def follow_lecture(page: Page) -> Tasks:
    """Let Learn train a net as makemore.py does."""
    page.evaluate("location.hash = '#lecture/transformer-run'")
    taken(page)
    status = page.locator("#lecture-status")
    expect(status).to_contain_text("Computed here", timeout=START_TIMEOUT)
    return Tasks("while Learn follows a Transformer's 201 steps", taken(page))


def go(page: Page, place: str) -> None:
    """Go to one of the page's places."""
    page.get_by_role("navigation").get_by_role("link", name=place, exact=True).click()


def taken(page: Page) -> list[float]:
    """Return the tasks since it was last asked."""
    tasks: list[float] = page.evaluate(TAKE_TASKS)
    return tasks


def shifts(browser: Browser, url: str) -> Iterator[tuple[str, float]]:
    """Open each place at both sizes; return how far each moved, as browsers measure it."""
    for width, height in SIZES:
        for route in ROUTES:
            context = browser.new_context(viewport={"width": width, "height": height})
            context.add_init_script(OBSERVERS)
            page = context.new_page()
            page.goto(url + route)
            wait_until_ready(page)
            page.wait_for_timeout(SETTLING)
            shift = float(page.evaluate("observed.shift"))
            context.close()
            yield f"{route} at {width}×{height}", shift
