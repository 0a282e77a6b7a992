"""Without a network, after an update, with broken files, without storage, in a sub-path."""

from __future__ import annotations

import contextlib
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, BrowserType, FilePayload, Locator, Page, expect

from tests.e2e import person
from tests.e2e.conftest import START_TIMEOUT, Guard
from tools.build import dist
from tools.build.layout import Layout
from tools.build.serve import Handler, running_server

LARGEST = "python/pyodide.asm.wasm"
TITLE = "<title>makemore: make more of any list of words</title>"
# Puts other bytes in place of a kept file, whose key in the cache is its URL and a revision.
BREAK = """
async (path) => {
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const { url } of await cache.keys()) {
      if (new URL(url).pathname.endsWith(path)) await cache.put(url, new Response("broken"));
    }
  }
}
"""
SIZE_OF_KEPT = """
async (path) => {
  for (const name of await caches.keys()) {
    for (const request of await (await caches.open(name)).keys()) {
      if (!new URL(request.url).pathname.endsWith(path)) continue;
      return (await (await caches.match(request)).arrayBuffer()).byteLength;
    }
  }
}
"""


class Site:
    """A copy of dist/, served by a server of its own that can be stopped."""

    def __init__(self, folder: Path, base_path: str) -> None:
        self.folder = folder
        self.answers: list[tuple[str, int]] = []
        self._running = contextlib.ExitStack()
        self.url = self._running.enter_context(running_server(folder, base_path))

    def stop(self) -> None:
        """Stop the server, if it still runs."""
        self._running.close()

    def paths(self) -> list[str]:
        """Return what was asked for since the last call, relative to the page."""
        base = "/" + self.url.split("/", 3)[3]
        paths = [path.removeprefix(base) for path, _ in self.answers]
        self.answers.clear()
        return paths

    def publish(self, changes: dict[str, bytes]) -> None:
        """Put a build with other contents in place of this one, as build.py makes it."""
        layout = Layout.of_this_repository()
        files = json.loads((self.folder / dist.MANIFEST).read_text())["files"]
        contents = {file["path"]: (self.folder / file["path"]).read_bytes() for file in files}
        contents |= changes
        contents[dist.MANIFEST] = dist.manifest(layout, contents)
        worker = (layout.root / "site" / dist.SERVICE_WORKER).read_bytes()
        contents[dist.SERVICE_WORKER] = dist.with_workbox(layout, worker, contents)
        dist.write_changes(self.folder, contents)

    def retitle(self, title: str) -> None:
        """Publish a build whose page has another title."""
        page = (self.folder / "index.html").read_text()
        assert page.count(TITLE) == 1
        self.publish({"index.html": page.replace(TITLE, f"<title>{title}</title>").encode()})


@pytest.fixture
def base_path() -> str:
    return "/"


@pytest.fixture
def site(
    dist_folder: Path,
    tmp_path: Path,
    base_path: str,
    guard: Guard,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Site]:
    guard.expect(r"^request to another host: http://127\.0\.0\.1:")  # this site's own server
    shutil.copytree(dist_folder, tmp_path / "site")
    site = Site(tmp_path / "site", base_path)
    send_response = Handler.send_response

    def record(self: Handler, code: int, message: str | None = None) -> None:
        site.answers.append((self.path.split("?")[0], int(code)))
        send_response(self, code, message)

    monkeypatch.setattr(Handler, "send_response", record)
    yield site
    site.stop()


def ready(page: Page) -> None:
    expect(page.locator("body")).to_have_attribute("data-state", "ready", timeout=START_TIMEOUT)


def offline_note(page: Page) -> Locator:
    return page.locator("#offline")


def visit(page: Page, url: str) -> None:
    """Open the page and wait until it is kept."""
    page.goto(url)
    ready(page)
    expect(offline_note(page)).to_have_text(
        re.compile(r"^Ready offline, \d+\.\d MB$"), timeout=60_000
    )


def use_everything(page: Page) -> None:
    """Train, make words, change the list."""
    status = page.locator("#status")
    person.choose(page, "Bigram net")
    page.get_by_role("spinbutton", name="Steps").fill("10")
    page.get_by_role("button", name="Train", exact=True).click()
    expect(status).to_contain_text("Trained after 10 steps", timeout=30_000)
    person.generate(page)
    expect(status).to_contain_text("made")
    page.get_by_role("combobox", name="Word list").select_option("languages")
    expect(status).to_contain_text("read and counted")


@pytest.mark.parametrize("base_path", ["/", "/some/where/"])
def test_one_visit_is_enough_to_work_without_a_network(
    context: BrowserContext, page: Page, site: Site
) -> None:
    visit(page, site.url)
    page.close()
    context.set_offline(True)
    site.stop()
    page = context.new_page()
    visit(page, site.url)
    use_everything(page)


def test_the_page_of_the_first_visit_goes_on_without_a_network(
    context: BrowserContext, page: Page, site: Site
) -> None:
    visit(page, site.url)
    context.set_offline(True)
    site.stop()
    use_everything(page)


def test_a_second_visit_asks_for_nothing(context: BrowserContext, page: Page, site: Site) -> None:
    visit(page, site.url)
    page.close()
    site.paths()
    page = context.new_page()
    visit(page, f"{site.url}?list=cities&from=somewhere")
    # The browser itself looks for a new service worker after a navigation; the page can't stop it.
    assert set(site.paths()) <= {"sw.js"}


def test_keeping_the_page_loads_nothing_again(
    browser_type: BrowserType,
    browser_type_launch_args: dict[str, Any],
    site: Site,
    guard: Guard,
    tmp_path: Path,
) -> None:
    # A profile on disk, as people have: without one, Chromium's own cache takes no file as large
    # as the runtime, unless it comes compressed.
    profile = tmp_path / "profile"
    with browser_type.launch_persistent_context(profile, **browser_type_launch_args) as context:
        guard.watch(context)
        visit(context.pages[0], site.url)
    whole = [path for path, status in site.answers if status == 200]
    assert LARGEST in {path.removeprefix("/") for path in whole}
    assert sorted(whole) == sorted(set(whole))


def test_an_interrupted_first_visit_is_continued(
    context: BrowserContext, page: Page, site: Site, guard: Guard
) -> None:
    guard.expect("bad-precaching-response|Failed to load resource")
    file = site.folder / "third-party-licenses.txt"  # one of the last, and not needed by Python
    contents = file.read_bytes()
    file.unlink()
    page.goto(site.url)
    ready(page)
    expect(offline_note(page)).to_contain_text("could not be saved", timeout=60_000)
    file.write_bytes(contents)
    page.close()
    site.paths()
    page = context.new_page()
    visit(page, site.url)
    # Once by the page, which nobody serves yet, and not again to keep it.
    assert site.paths().count(LARGEST) == 1


def test_an_update_is_offered_and_applied_when_asked_for(
    context: BrowserContext, page: Page, site: Site
) -> None:
    visit(page, site.url)
    page.close()
    site.retitle("the new version")
    page = context.new_page()
    visit(page, site.url)
    update = page.get_by_role("button", name="Update to the new version")
    expect(update).to_be_visible(timeout=60_000)
    assert page.title() != "the new version"
    page.reload()
    ready(page)
    assert page.title() != "the new version"
    update.click()
    expect(page).to_have_title("the new version", timeout=60_000)
    ready(page)
    expect(update).to_be_hidden()
    context.set_offline(True)
    page.reload()
    ready(page)
    assert page.title() == "the new version"


def test_an_update_waits_for_other_tabs(context: BrowserContext, page: Page, site: Site) -> None:
    visit(page, site.url)
    site.retitle("the new version")
    other = context.new_page()
    visit(other, site.url)
    update = other.get_by_role("button", name="Update to the new version")
    update.click(timeout=60_000)
    expect(offline_note(other)).to_contain_text("open in another tab")
    page.close()
    update.click()
    expect(other).to_have_title("the new version", timeout=60_000)


@pytest.mark.parametrize("base_path", ["/some/where/"])
def test_an_update_does_not_wait_for_other_pages_of_the_origin(
    context: BrowserContext, page: Page, site: Site
) -> None:
    visit(page, site.url)
    site.retitle("the new version")
    context.route(
        "**/some/other/", lambda route: route.fulfill(content_type="text/html", body="another page")
    )
    other = context.new_page()
    other.goto(site.url.replace("where", "other"))
    (site.folder / "api").mkdir()
    (site.folder / "api" / "index.html").write_text("the documentation")
    below = context.new_page()
    below.goto(f"{site.url}api/index.html")
    page.reload()
    ready(page)
    page.get_by_role("button", name="Update to the new version").click(timeout=60_000)
    expect(page).to_have_title("the new version", timeout=60_000)
    assert other.inner_text("body") == "another page"
    assert below.inner_text("body") == "the documentation"


def test_without_storage_the_page_works_and_says_so(
    context: BrowserContext, page: Page, site: Site, guard: Guard
) -> None:
    guard.expect("QuotaExceededError|quota")
    origin = "/".join(site.url.split("/")[:3])
    quota = {"origin": origin, "quotaSize": 1_000_000}
    context.new_cdp_session(page).send("Storage.overrideQuotaForOrigin", quota)
    page.goto(site.url)
    ready(page)
    expect(offline_note(page)).to_contain_text("no room left", timeout=60_000)
    use_everything(page)


@pytest.mark.parametrize("path", ["main.js", "python/numpy.zip.gz", LARGEST])
def test_a_kept_file_that_is_broken_is_repaired(
    context: BrowserContext, page: Page, site: Site, guard: Guard, path: str
) -> None:
    guard.expect("wasm|Compile")
    visit(page, site.url)
    page.evaluate(BREAK, f"/{path}")
    assert page.evaluate(SIZE_OF_KEPT, f"/{path}") == len("broken")
    page.close()
    page = context.new_page()
    visit(page, site.url)
    assert page.evaluate(SIZE_OF_KEPT, f"/{path}") == (site.folder / path).stat().st_size


def test_a_kept_file_that_is_broken_and_not_needed_at_the_start_is_repaired_when_used(
    context: BrowserContext, page: Page, site: Site
) -> None:
    path = "python/chardet.zip.gz"
    visit(page, site.url)
    page.evaluate(BREAK, f"/{path}")
    page.close()
    page = context.new_page()
    visit(page, site.url)
    # Its words tell chardet what they are written in, and nobody else.
    words = "\n".join(["мама мыла раму", "шла саша по шоссе", "сосала сушку"] * 20)
    file = FilePayload(name="a.txt", mimeType="text/plain", buffer=words.encode("koi8-r"))
    page.get_by_label("Upload a word list").set_input_files(file)
    form = page.get_by_role("form", name="How to read “a.txt”")
    expect(form).to_contain_text("a guess: Cyrillic (KOI8-R)", timeout=60_000)
    assert page.evaluate(SIZE_OF_KEPT, f"/{path}") == (site.folder / path).stat().st_size


def test_a_request_that_fails_is_answered(
    context: BrowserContext, page: Page, site: Site, guard: Guard
) -> None:
    guard.expect("no cache")
    visit(page, site.url)
    context.service_workers[0].evaluate(
        "() => { caches.open = async () => { throw new Error('no cache'); }; }"
    )

    page.evaluate(
        """() => {
          const { port1, port2 } = new MessageChannel();
          port1.onmessage = ({ data }) => { document.title = `answered ${data}`; };
          navigator.serviceWorker.controller.postMessage({ request: "repair" }, [port2]);
        }"""
    )

    expect(page).to_have_title("answered undefined")


def test_the_page_can_be_installed(context: BrowserContext, page: Page, site: Site) -> None:
    visit(page, site.url)
    client = context.new_cdp_session(page)
    manifest = client.send("Page.getAppManifest")
    assert manifest["errors"] == []
    about = json.loads(manifest["data"])
    for icon in about["icons"]:
        assert (site.folder / icon["src"]).is_file()
    lists = json.loads((site.folder / "data" / "lists.json").read_text())["lists"]
    wanted = {shortcut["url"].removeprefix("./?list=") for shortcut in about["shortcuts"]}
    assert wanted <= {entry["id"] for entry in lists}
    # Chromium's own judgement; every page of Playwright's is in a profile that can't install.
    errors = client.send("Page.getInstallabilityErrors")["installabilityErrors"]
    assert {error["errorId"] for error in errors} <= {"in-incognito"}
