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

    Attributes
    ----------
    key : str
        Its name in the results.
    label : str
        What it is called in the page.
    view : str
        How it is drawn.
    printed : str
        Where the notebook's value is, as "emma.loss"; empty if it printed none.
    close : Closeness, optional
        When two values agree; equal by default.
    digits : int, optional
        Digits after the point that are shown.
    rows, columns : str
        "symbols", or the name of the result that labels them.
    table : tuple of Column
        The columns of a table.
    needs_list : bool
        Whether the notebook's value can be met with the notebook's own list only.
    signed : bool
        Whether a matrix has values on both sides of 0.
    note : str
        A remark.
    source : str
        Who printed it: the notebook, or makemore.py. ``needs_list`` is about that one's list.
    begins : int
        The number of the first of several losses.
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

    Attributes
    ----------
    id : str
        Its name in links.
    title, text : str
        What it is about. Code stands between backticks.
    functions : tuple of callable
        They compute it, and their source is what is shown. Their arguments are named after
        the inputs, or are what a lecture has: N, vocabulary, words, notebook_words, reference
        (what makemore.py printed). Each gives results by name, or yields them as they come.
    shown : tuple of Shown
    inputs : tuple of Input
    uses : tuple of callable
        Parts of the package that are worth a look.
    parts : tuple of callable
        What the functions call and is shown before them.
    preview : mapping
        Inputs with which it is worked out when the page is built, where the defaults take long.
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
