"""Pack the package makemore for the page and compute its previews; runs inside Pyodide.

It is packed in two: what the start and the first words need, and what comes when it is asked for.
Which is which is found by doing what the start does. All runs on the very files that the page gets,
so a build that ends has shown that they work.
"""

import importlib
import json
import re
import shutil
import sys
import zipfile
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import sitecustomize
from packing import PACK, SITE_PACKAGES, write_zip
from packing import pack as packed

PACKAGE = "makemore"
LATER = f"{PACKAGE}_later"
# What most visits come to: a list, a counting model, words, the tables, a list of one's own.
USUAL: tuple[tuple[str, dict[str, Any]], ...] = (
    ("summary", {}),
    ("models", {}),
    ("train", {"kind": "auto"}),
    ("make", {"kind": "auto", "constraint": {"new_only": True}}),
    ("make", {"kind": "auto", "constraint": {"starts": "a", "differs": 1}}),
    ("allowed", {"kind": "auto", "constraint": {"contains": "a"}}),
    ("card", {"kind": "auto"}),
    ("cards", {}),
    ("train", {"kind": "bigram"}),
    ("make", {"kind": "bigram"}),
    ("fit", {"smoothing": 1}),
    ("tables", {}),
    ("score", {"word": "anna"}),
    ("nearest", {"word": "anna"}),
)
OWN_LIST = b"anna\nemma\nada\n"


def main(arguments: dict[str, Any]) -> int:
    """Write both parts of the package and a preview for each list to ``arguments["out"]``."""
    out, data, lists = Path(arguments["out"]), Path(arguments["data"]), arguments["lists"]
    check_numpy()
    source = Path(arguments["source"])
    contents = {f"{PACKAGE}/{name}": (source / name).read_bytes() for name in arguments["files"]}
    needed = needed_first(contents, lists, data)
    install(write_part(out / f"{PACKAGE}.zip", PACKAGE, contents, needed))
    for entry in lists:
        write_preview(entry, data, out)
    use(lists[0], data)
    later = contents.keys() - needed
    install(write_part(out / f"{LATER}.zip", LATER, contents, later, with_sources=True))
    for name in sorted(filter(is_module, later)):
        importlib.import_module(module_of(name))
    write_lecture(lists[0], data, out)
    return 0


def check_numpy() -> None:
    """Stop unless the slimmed NumPy draws and multiplies as NumPy does."""
    import numpy as np

    if np.random.RandomState(1).rand() != 0.417022004702574:
        raise RuntimeError("RandomState(1) of the slimmed NumPy gives another number")
    if (np.ones((30, 30)) @ np.ones((30, 30))).sum() != 27000.0:
        raise RuntimeError("a matrix product of the slimmed NumPy is wrong")


def needed_first(
    contents: Mapping[str, bytes], lists: list[dict[str, str]], data: Path
) -> set[str]:
    """Do what the start does with the whole package; return the files that this has used."""
    opened: set[str] = set()
    watching = [True]

    def note(event: str, arguments: tuple[Any, ...]) -> None:
        if watching and event == "open":
            opened.add(str(arguments[0]).removeprefix(SITE_PACKAGES))

    for name, content in contents.items():
        file = Path(SITE_PACKAGES, name)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    importlib.invalidate_caches()
    sys.addaudithook(note)  # there is no way to remove it
    session = importlib.import_module(f"{PACKAGE}.session")
    for entry in lists:
        session.build_preview(entry["title"], (data / entry["file"]).read_bytes())
    use(lists[0], data)
    watching.clear()
    imported = {name for name in sys.modules if name.split(".")[0] == PACKAGE}
    for name in imported:
        del sys.modules[name]
    shutil.rmtree(Path(SITE_PACKAGES, PACKAGE))
    return {
        name
        for name in contents
        if (module_of(name) in imported if is_module(name) else name in opened)
    }


def use(entry: dict[str, str], data: Path) -> None:
    """Do with a list what most visits do, and then read another."""
    content = (data / entry["file"]).read_bytes()
    asked = Asked()
    asked("load", name=entry["title"], data=content)
    for action, arguments in USUAL:
        asked(action, **arguments)
    asked("lend", name=entry["title"], data=content)
    asked("inspect", data=OWN_LIST)
    asked("read", name="own", sent=[OWN_LIST])
    asked("train")
    asked("make")


class Asked:
    """The session, asked as the page's worker does."""

    def __init__(self) -> None:
        self.session = importlib.import_module(f"{PACKAGE}.session")
        self._state = self.session.State()

    def __call__(self, action: str, sent: Sequence[bytes] = (), **arguments: Any) -> Any:
        """Carry out an action to its end, answering its reports; return its value."""
        pieces = iter(sent)
        answer = self.session.dispatch(self._state, action, arguments)
        stream = answer.get("stream")
        if stream is not None:
            answer = self.session.advance(self._state, stream)
        while "report" in answer:
            answer = self.session.advance(self._state, stream, next(pieces, None))
        if "value" not in answer:
            raise RuntimeError(f"{action}: {answer}")
        return answer["value"]


def is_module(name: str) -> bool:
    """Tell if a file is one."""
    return name.endswith(".py")


def module_of(name: str) -> str:
    """Return the module that a file is."""
    return name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def write_part(
    target: Path,
    name: str,
    contents: Mapping[str, bytes],
    part: Collection[str],
    *,
    with_sources: bool = False,
) -> Path:
    """Write some files of the package: a pack of the modules, and the others; return the zip.

    Docstrings stay. The sources of all modules, which only the lecture shows, come with one part.
    """
    modules = {file: contents[file] for file in part if is_module(file)}
    files = {file: contents[file] for file in part if not is_module(file)}
    sources = {file: contents[file] for file in contents if is_module(file) and with_sources}
    pack = packed(modules, SITE_PACKAGES, optimize=-1)
    write_zip(target, {**files, **sources, f"{name}.{PACK}": pack})
    return target


def install(target: Path) -> None:
    """Put a part of the package where the page puts it."""
    with zipfile.ZipFile(target) as archive:
        archive.extractall(SITE_PACKAGES)
    importlib.invalidate_caches()
    sitecustomize.add_packs()


def write_preview(entry: dict[str, str], data: Path, out: Path) -> None:
    """Compute what the page shows of a built-in list before its own Python is ready."""
    session = importlib.import_module(f"{PACKAGE}.session")
    preview = session.build_preview(entry["title"], (data / entry["file"]).read_bytes())
    write_json(preview, out / f"{entry['id']}.preview.json")


def write_lecture(entry: dict[str, str], data: Path, out: Path) -> None:
    """Compute all steps of the lecture as they are before Python is ready: a file each."""
    asked = Asked()
    asked("load", name=entry["title"], data=(data / entry["file"]).read_bytes())
    steps = asked("open_lecture", counts=(data / "notebook_counts.csv").read_bytes())
    write_json(steps, out / "lecture.preview.json")
    for step in steps:
        results = asked("lecture", step=step["id"], inputs=step["preview"])
        write_json(results, out / f"lecture-{step['id']}.preview.json")


def write_json(value: Any, file: Path) -> None:
    """Write what JavaScript's parser reads: it takes 1e999 for infinity, but not its name."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    text = re.sub(r"(?<=[:\[,])(-?)Infinity(?=[\],}])", r"\g<1>1e999", text)
    file.write_text(text + "\n", encoding="utf-8")
