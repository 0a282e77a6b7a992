"""The page's side of dist/: its HTML with a first view, its scripts and its style sheet.

Each is one file, made of those in site/ by Node: fifty modules asked for one after another take
longer than Python's own files.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from tools.build.cache import cached, digest, digest_of_files
from tools.build.environment import find_node
from tools.build.errors import BuildError
from tools.build.layout import Layout
from tools.build.shell import run_quietly

SCRIPTS = Path(__file__).resolve().parents[1] / "in_node"
HTML = "index.html"
AS_THEY_ARE = ("icons/*", "manifest.webmanifest", "sw.js")
MAPS = ".map"  # where the browser's tools find the sources; the page itself needs none


def make_page_files(layout: Layout, previews: Mapping[str, Path]) -> dict[str, bytes]:
    """Return the page's files by their path in dist/, made anew where something has changed."""
    site = layout.root / "site"
    if not (site / HTML).is_file():
        raise BuildError(f"There is no page in {site}: restore it from git.")
    made = make_bundles(layout, site)
    contents = {file.name: file.read_bytes() for file in made.iterdir()}
    contents[HTML] = make_html(layout, site, previews)
    for pattern in AS_THEY_ARE:
        for file in site.glob(pattern):
            contents[file.relative_to(site).as_posix()] = file.read_bytes()
    return contents


def make_bundles(layout: Layout, site: Path) -> Path:
    """Return a folder with the scripts, the style sheet and their source maps."""
    key = digest(digest_of_files(sources(site), site), *inputs(layout, "bundle.mjs"))

    def make(out: Path) -> None:
        run_script("bundle.mjs", layout.root, out, doing="Bundling the page's modules")

    return cached(layout.cache / "bundles", key, make)


def make_html(layout: Layout, site: Path, previews: Mapping[str, Path]) -> bytes:
    """Return the page with what it shows of its first list before Python is ready."""
    lists = layout.root / "data" / "lists.json"
    first = json.loads(lists.read_text(encoding="utf-8"))["lists"][0]["id"]
    preview = previews[f"{first}.preview.json"]
    key = digest(
        digest_of_files(sources(site), site),
        lists.read_bytes(),
        preview.read_bytes(),
        *inputs(layout, "first_view.mjs"),
    )

    def make(out: Path) -> None:
        files = (site / HTML, lists, preview, out / HTML)
        run_script("first_view.mjs", *files, doing="Making the page's first view")

    return (cached(layout.cache / "html", key, make) / HTML).read_bytes()


def sources(site: Path) -> Iterator[Path]:
    """Return the files that are bundled, and the page."""
    return (
        file
        for file in site.rglob("*")
        if file.suffix in (".js", ".css", ".html") and file.is_file()
    )


def inputs(layout: Layout, script: str) -> Iterator[bytes]:
    """Return what else the result depends on: how it is made, and of which libraries."""
    yield (SCRIPTS / script).read_bytes()
    yield (layout.root / "package-lock.json").read_bytes()


def run_script(name: str, *arguments: Path, doing: str) -> None:
    """Run one of our scripts in Node."""
    command = [find_node(), str(SCRIPTS / name), *map(str, arguments)]
    run_quietly(command, doing=doing, way_out="What it said is below.")
