"""Pack the package makemore for the page and compute its previews; runs inside Pyodide.

It runs on the very files that the page gets, so a build that ends has shown that they work.
"""

import importlib
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import sitecustomize
from packing import PACK, SITE_PACKAGES, write_zip
from packing import pack as packed

PACKAGE = "makemore"


def main(arguments: dict[str, Any]) -> int:
    """Write makemore.zip and a preview for each list to ``arguments["out"]``."""
    out = Path(arguments["out"])
    check_numpy()
    target = out / f"{PACKAGE}.zip"
    pack(Path(arguments["source"]), target)
    with zipfile.ZipFile(target) as archive:
        archive.extractall(SITE_PACKAGES)
    sitecustomize.add_packs()
    importlib.import_module(PACKAGE)
    for entry in arguments["lists"]:
        write_preview(entry, Path(arguments["data"]), out)
    write_lecture(arguments["lists"][0], Path(arguments["data"]), out)
    return 0


def check_numpy() -> None:
    """Stop unless the slimmed NumPy draws and multiplies as NumPy does."""
    import numpy as np

    if np.random.RandomState(1).rand() != 0.417022004702574:
        raise RuntimeError("RandomState(1) of the slimmed NumPy gives another number")
    if (np.ones((30, 30)) @ np.ones((30, 30))).sum() != 27000.0:
        raise RuntimeError("a matrix product of the slimmed NumPy is wrong")


def pack(source: Path, target: Path) -> None:
    """Write the package relative to site-packages: its files, and a pack of its modules.

    The sources and docstrings stay: the page shows them.
    """
    contents = {
        f"{PACKAGE}/{file.relative_to(source).as_posix()}": file.read_bytes()
        for file in sorted(source.rglob("*"))
        if file.is_file() and "__pycache__" not in file.parts
    }
    sources = {name: data for name, data in contents.items() if name.endswith(".py")}
    contents[f"{PACKAGE}.{PACK}"] = packed(sources, SITE_PACKAGES, optimize=-1)
    write_zip(target, contents)


def write_preview(entry: dict[str, str], data: Path, out: Path) -> None:
    """Compute what the page shows of a built-in list before its own Python is ready."""
    session = importlib.import_module(f"{PACKAGE}.session")
    preview = session.build_preview(entry["title"], (data / entry["file"]).read_bytes())
    write_json(preview, out / f"{entry['id']}.preview.json")


def write_lecture(entry: dict[str, str], data: Path, out: Path) -> None:
    """Compute all steps of the lecture as they are before Python is ready: a file each."""
    session = importlib.import_module(f"{PACKAGE}.session")
    state = session.State()

    def ask(action: str, **arguments: Any) -> Any:
        answer = session.dispatch(state, action, arguments)
        if "value" not in answer:
            raise RuntimeError(f"{action} of the lecture: {answer}")
        return answer["value"]

    ask("load", name=entry["title"], data=(data / entry["file"]).read_bytes())
    steps = ask("open_lecture", counts=(data / "notebook_counts.csv").read_bytes())
    write_json(steps, out / "lecture.preview.json")
    for step in steps:
        results = ask("lecture", step=step["id"], inputs={})
        write_json(results, out / f"lecture-{step['id']}.preview.json")


def write_json(value: Any, file: Path) -> None:
    """Write what JavaScript's parser reads: it takes 1e999 for infinity, but not its name."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    text = re.sub(r"(?<=[:\[,])(-?)Infinity(?=[\],}])", r"\g<1>1e999", text)
    file.write_text(text + "\n", encoding="utf-8")
