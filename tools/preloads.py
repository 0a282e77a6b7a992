"""Tell the browser of all modules at once, which else it learns of one import after the other."""

import posixpath
import re
from collections.abc import Mapping

from tools.errors import BuildError

MAIN = "main.js"
MAIN_TAG = f'<script type="module" src="{MAIN}"></script>'
# Static imports and re-exports only: what is imported on demand is not loaded before.
IMPORT = re.compile(rb"^\s*(?:import|export)\b[^;\"']*?[\"'](\.[^\"']+)[\"']", re.MULTILINE)


def with_preloads(html: bytes, contents: Mapping[str, bytes]) -> bytes:
    """Return the page with a modulepreload link for each module that main.js leads to."""
    tag = MAIN_TAG.encode()
    if html.count(tag) != 1:
        raise BuildError(f"site/index.html must have {MAIN_TAG} once: restore it.")
    links = "".join(
        f'<link rel="modulepreload" href="{path}" />\n    ' for path in modules(contents)
    )
    return html.replace(tag, links.encode() + tag)


def modules(contents: Mapping[str, bytes]) -> list[str]:
    """Return the paths of all modules that main.js imports, directly or not, in order."""
    found: set[str] = set()
    left = [MAIN]
    while left:
        path = left.pop()
        if path in found:
            continue
        if path not in contents:
            raise BuildError(f"A module imports {path}, which is not in the site.")
        found.add(path)
        folder = posixpath.dirname(path)
        imports = (match[1].decode() for match in IMPORT.finditer(contents[path]))
        left.extend(posixpath.normpath(posixpath.join(folder, name)) for name in imports)
    return sorted(found - {MAIN})
