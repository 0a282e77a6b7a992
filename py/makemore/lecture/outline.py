"""What a step of the lecture is made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from makemore.lecture.comparison import Closeness
from makemore.lecture.inputs import Input

__all__ = ["Column", "Function", "Shown", "Step", "View"]

Function = Callable[..., Any]
View = Literal["number", "words", "numbers", "bars", "matrix", "table", "losses", "curves"]


@dataclass(frozen=True)
class Column:
    """One column of a table; `printed` is where the notebook's values of it are."""

    label: str
    digits: int | None = None
    printed: str = ""
    close: Closeness | None = None
    bar: bool = False  # drawn behind the number, as long as it is large


@dataclass(frozen=True)
class Shown:
    """One result, and what the notebook printed for it.

    ``key`` is its name in the results, ``label`` what it is called in the page, ``view`` how it is
    drawn. ``printed`` is where the notebook's value is, as "emma.loss", empty if it printed none;
    ``close`` says when two values agree, equal if not given. ``rows`` and ``columns`` are
    "symbols", or the name of the result that labels them; ``table`` has a table's columns.
    ``needs_list`` says that the notebook's value can be met with its own list only, ``signed`` that
    a matrix has values on both sides of 0. ``source`` is who printed the value, and whose list is
    needed; ``begins`` is the number of the first of several losses.
    """

    key: str
    label: str
    view: View = "number"
    printed: str = ""
    close: Closeness | None = None
    digits: int | None = None
    rows: str = "symbols"
    columns: str = "symbols"
    table: tuple[Column, ...] = ()
    needs_list: bool = False
    signed: bool = False
    note: str = ""
    source: Literal["the notebook", "makemore.py"] = "the notebook"
    begins: int = 1


@dataclass(frozen=True)
class Step:
    """One idea of the notebook.

    ``id`` is its name in links; in ``text``, code stands between backticks. ``functions`` compute
    it, and their source is what is shown: their arguments are named after the inputs, or are what a
    lecture has (N, vocabulary, words, notebook_words, and reference, what makemore.py printed);
    each gives results by name, or yields them as they come. ``uses`` are parts of the package that
    are worth a look, ``parts`` what the functions call and is shown before them. ``preview`` has
    inputs with which it is worked out when the page is built, where the defaults take long.
    """

    id: str
    title: str
    text: str
    functions: tuple[Function, ...]
    shown: tuple[Shown, ...]
    inputs: tuple[Input, ...] = ()
    uses: tuple[Callable[..., Any], ...] = ()
    parts: tuple[Callable[..., Any], ...] = ()
    preview: Mapping[str, Any] = field(default_factory=dict)
