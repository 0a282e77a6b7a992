"""Tests of tools/preloads.py."""

import pytest

from tools.errors import BuildError
from tools.preloads import MAIN_TAG, modules, with_preloads

SITE = {
    "main.js": b'import { a } from "./steps/a.js";\nimport "./b.js";\n',
    "steps/a.js": b'import {\n  c,\n  d,\n} from "../views/c.js";\nimport * as b from "../b.js";\n',
    "b.js": b'/** @typedef {import("./types").T} T */\nconst late = () => import("./late.js");\n',
    "views/c.js": b'export { x } from "./x.js";\n',
    "views/x.js": b'const text = "from ./nowhere.js";\nexport const x = 1;\n',
    "late.js": b"",
    "worker.js": b"",
}


def test_every_module_that_is_imported_at_the_start_is_found() -> None:
    assert modules(SITE) == ["b.js", "steps/a.js", "views/c.js", "views/x.js"]


def test_the_links_stand_before_the_script_and_change_nothing_else() -> None:
    html = f"<head>{MAIN_TAG}</head>".encode()
    linked = with_preloads(html, SITE).decode()
    assert linked.count('rel="modulepreload"') == 4
    assert linked.index('href="b.js"') < linked.index(MAIN_TAG)
    assert linked.endswith(f"{MAIN_TAG}</head>")


def test_an_import_of_a_missing_module_is_named() -> None:
    with pytest.raises(BuildError, match=r"steps/a\.js"):
        modules({"main.js": SITE["main.js"], "b.js": b""})


def test_a_page_without_its_script_is_refused() -> None:
    with pytest.raises(BuildError, match=r"index\.html"):
        with_preloads(b"<head></head>", SITE)
