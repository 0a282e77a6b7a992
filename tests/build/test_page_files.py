"""Tests of tools/build/page_files.py, on the page itself: it is made by Node from site/."""

import json
import re
from pathlib import Path

import pytest

from makemore.session import build_preview
from makemore.settings import SETTINGS
from tools.build.environment import install_npm_packages
from tools.build.errors import BuildError
from tools.build.layout import Layout
from tools.build.page_files import make_page_files

PREVIEW = build_preview("Two", b"ab\na\n")


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return the page's text files, with a list of two words as its first one."""
    folder = tmp_path_factory.mktemp("page")
    here = Layout.of_this_repository()
    install_npm_packages(here, tools_too=True)
    preview = folder / "names.preview.json"
    preview.write_text(json.dumps(PREVIEW))
    layout = Layout(root=here.root, cache=folder / "cache", dist=folder / "dist")
    files = make_page_files(layout, {preview.name: preview})
    return {path: data.decode() for path, data in files.items() if not path.endswith(".png")}


def test_nothing_that_the_page_loads_with_it_imports_another_file(page: dict[str, str]) -> None:
    for script in ("main.js", "worker.js", "start.js"):
        assert not re.search(r"^(import|export) .*from ", page[script], re.MULTILINE), script
    assert "@import" not in page["style.css"]
    assert ".heat .h32" in page["style.css"]


def test_source_maps_name_the_sources_and_not_this_machine(page: dict[str, str]) -> None:
    sources = json.loads(page["main.js.map"])["sources"]
    assert "../site/page/lists_panel.js" in sources
    assert not [source for source in sources if source.startswith("/")]


def test_the_first_view_is_in_the_page(page: dict[str, str]) -> None:
    html = page["index.html"]
    assert "<bdi>Two</bdi>" in html
    assert html.count('class="pair"') == 9
    assert f">{PREVIEW['card']['train']:.4f}</output>" in html


def test_a_site_without_a_page_is_told(tmp_path: Path) -> None:
    layout = Layout(root=tmp_path, cache=tmp_path, dist=tmp_path)
    with pytest.raises(BuildError, match="There is no page"):
        make_page_files(layout, {})


def test_number_fields_have_the_ranges_and_defaults_of_pythons_table(page: dict[str, str]) -> None:
    inputs = re.findall(r"<input [^>]*type=\"number\"[^>]*>", page["index.html"])
    found = {field["id"]: field for field in map(attributes, inputs)}
    assert {"count", "temperature", "seed", "weights_seed", "split_seed", "top_k"} <= set(found)
    for name, field in found.items():
        setting = SETTINGS[name]
        assert (float(field["min"]), float(field["max"])) == (setting.low, setting.high), name
        standard = None if "placeholder" in field else setting.default
        assert field.get("value") == (None if standard is None else str(standard)), name


def attributes(tag: str) -> dict[str, str]:
    return dict(re.findall(r"([\w-]+)=\"([^\"]*)\"", tag))
