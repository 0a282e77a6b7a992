"""The lecture as a script and as a notebook, made from the same steps as the page."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections import deque
from collections.abc import Iterator
from types import ModuleType
from typing import Any

from makemore.jupyter import Cell, notebook_of
from makemore.lecture import counting, further, homework, neural_net, probabilities
from makemore.lecture.lesson import Lecture
from makemore.lecture.outline import Function, Shown, Step
from makemore.lecture.source import source_of
from makemore.lecture.steps import STEPS
from makemore.lecture.types import Results

__all__ = ["notebook", "report", "script"]

_MODULES: tuple[ModuleType, ...] = (counting, probabilities, neural_net, homework, further)
_TITLE = "makemore, part 1: bigrams, step by step"
_ABOUT = """\
The steps of the lecture notebook "makemore, part 1: bigrams", with the Python that computes
them. It uses the package makemore: in a copy of its repository, run

    python -m pip install .

Behind each value stands whether it is what the notebook printed. Three facts need the notebook's
own names.txt; put it beside this file, and they are compared too. Change what you like."""
_WORDS = """\
path = Path("names.txt")
words = read_words(path.read_bytes()).words if path.is_file() else None
lecture = Lecture(COUNTS.encode(), words)
N, vocabulary, reference = lecture.N, lecture.vocabulary, lecture.reference"""


def script(lecture: Lecture) -> str:
    """Write the lecture, with its counts, as Python that runs from top to bottom.

    Cells are marked by ``# %%``, which editors know.
    """
    parts = []
    for cell in _cells(lecture):
        if cell.kind == "markdown":
            parts.append("# %% [markdown]\n" + textwrap.indent(cell.text, "# ", lambda _: True))
        else:
            parts.append(f"# %%\n{cell.text}")
    return "\n\n".join(part.rstrip() for part in parts) + "\n"


def notebook(lecture: Lecture) -> str:
    """Write the lecture, with its counts, as a Jupyter notebook: JSON, without outputs."""
    return notebook_of(_cells(lecture))


def report(lecture: Lecture, step_id: str, results: Results | Iterator[Results]) -> Iterator[str]:
    """Write results as ``name = value``, each with whether the notebook printed the same.

    ``results`` are as the step's functions gave them, of several the last. There is one line for
    each result that the page shows too.
    """
    step = next(step for step in STEPS if step.id == step_id)
    if isinstance(results, Iterator):
        last = deque(results, maxlen=1)
        results = last[0] if last else {}
    for shown in step.shown:
        if shown.key in results:
            value = _written(_rounded(results[shown.key], 7))
            yield f"{shown.key} = {value}  # {shown.label}{_mark(lecture, shown, results)}"


def _mark(lecture: Lecture, shown: Shown, results: dict[str, Any]) -> str:
    if not shown.printed and not any(column.printed for column in shown.table):
        return ""
    whose = shown.source
    if shown.needs_list and not lecture.has_list_of(shown):
        return f"; {whose}, with its own list: {lecture.printed_at(shown.printed)!r}"
    agreement, _ = lecture.agreement(shown, results)
    return f"; as in {whose}" if agreement.complete else f"; NOT what {whose} printed"


def _cells(lecture: Lecture) -> Iterator[Cell]:
    yield Cell("markdown", f"# {_TITLE}\n\n{_ABOUT}")
    yield Cell("code", f"{_imports()}\n\n\n{_show_function()}")
    yield Cell("markdown", "The bigram counts of the notebook's list: first, second, count.")
    yield Cell("code", f"{_counts(lecture)}\n\n{_WORDS}")
    written: set[str] = set()
    for number, step in enumerate(STEPS, start=1):
        yield Cell("markdown", f"## {number}. {step.title}\n\n{textwrap.fill(step.text, 95)}")
        for function in _with_helpers(step):
            if function.__name__ not in written:
                written.add(function.__name__)
                yield Cell("code", source_of(function))
        yield Cell("code", _calls(lecture, step))


def _with_helpers(step: Step) -> Iterator[Function]:
    """Yield what the step's functions call in their module, then the functions."""
    for function in (*step.parts, *step.functions):
        module = inspect.getmodule(function)
        names = function.__code__.co_names
        for name in names:
            helper = getattr(module, name, None)
            if inspect.isfunction(helper) and helper.__module__ == function.__module__:
                yield helper
                yield from (
                    inner
                    for name in helper.__code__.co_names
                    if inspect.isfunction(inner := getattr(module, name, None))
                    and inner.__module__ == function.__module__
                )
        yield function


def _calls(lecture: Lecture, step: Step) -> str:
    """Write the calls of the step's functions with the notebook's inputs."""
    defaults = {each.name: each.default for each in step.inputs}
    lines = []
    for function in step.functions:
        names = list(inspect.signature(function).parameters)
        given = ", ".join(
            f"{name}={defaults[name]!r}" if name in defaults else name for name in names
        )
        given = given.replace("notebook_words", "lecture.notebook_words")
        call = f'show("{step.id}", {function.__name__}({given}))'
        lines.append(f"if words is not None:\n    {call}" if "words" in names else call)
    return "\n".join(lines)


def _imports() -> str:
    """Collect what the modules of the shown functions import."""
    taken: dict[str, set[str]] = {"pathlib": {"Path"}}
    plain = set()
    for module in _MODULES:
        for node in ast.parse(inspect.getsource(module)).body:
            if isinstance(node, ast.ImportFrom) and node.module != "__future__":
                names = {alias.name for alias in node.names}
                taken.setdefault(node.module or "", set()).update(names)
            elif isinstance(node, ast.Import):
                plain.update(ast.unparse(node).splitlines())
    taken["makemore.lecture"] = {"Lecture"}
    taken["makemore.lecture.script"] = {"report"}
    taken["makemore.reading.reader"] = {"read_words"}
    lines = [
        f"from {module} import {', '.join(sorted(names))}"
        for module, names in sorted(taken.items())
    ]
    return "\n".join(["from __future__ import annotations", "", *sorted(plain), *lines])


def _show_function() -> str:
    return (
        "def show(step, results):\n"
        '    print(f"\\n# {step}")\n'
        '    print(*report(lecture, step, results), sep="\\n")'
    )


def _counts(lecture: Lecture) -> str:
    s = lecture.vocabulary.symbols
    rows = [
        " ".join(f"{s[i]},{s[j]},{n}" for j, n in enumerate(row) if n > 0)
        for i, row in enumerate(lecture.N.tolist())
    ]
    table = textwrap.fill(" ".join(rows), 95)
    return f'COUNTS = """\\\nfirst,second,count {table.lstrip()}\n""".replace(" ", "\\n")'


def _written(value: Any) -> str:
    """Write a value as Python, a table row by row."""
    if isinstance(value, list) and value and isinstance(value[0], list):
        return "[\n" + "".join(f"    {row!r},\n" for row in value) + "]"
    return repr(value)


def _rounded(value: Any, digits: int) -> Any:
    """Leave out digits that differ between machines."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, float):
        return float(f"{value:.{digits}g}")
    if isinstance(value, (list, tuple)):
        return [_rounded(part, digits) for part in value]
    return value
