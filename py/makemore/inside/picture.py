"""A picture as plain data: its numbers, what they mean, and the Python that computed them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from makemore.lecture.source import pieces, source_of

__all__ = ["Block", "Picture"]

Plain = dict[str, Any]


@dataclass(frozen=True)
class Picture:
    """Numbers to be shown.

    ``form`` says how: "matrix" (values (R, C)), "bars" (R,), "plane" (points (R, 2)), "table" (rows
    of text and numbers). ``most`` is the strongest value of the colours, by default the largest;
    ``signed`` values have two colours. ``group`` pictures stand side by side. ``of_word``
    says whether it is of the word under study, or of the model alone.
    """

    key: str
    form: str
    title: str
    text: str
    values: Any
    rows: Sequence[str] = ()
    columns: Sequence[str] = ()
    code: Sequence[Callable[..., Any]] = ()
    digits: int = 2
    signed: bool = False
    most: float | None = None
    group: str = ""
    of_word: bool = True

    def plain(self) -> Plain:
        """Give it as JSON can hold it, with the source of what computed it."""
        values = self.values
        if isinstance(values, np.ndarray):
            values = np.asarray(values, dtype=np.float64).tolist()
        return {
            "key": self.key,
            "form": self.form,
            "title": self.title,
            "text": self.text,
            "values": values,
            "rows": list(self.rows),
            "columns": list(self.columns),
            "code": [code_of(function) for function in self.code],
            "digits": self.digits,
            "signed": self.signed,
            "most": self.most,
            "group": self.group,
            "of_word": self.of_word,
        }


@dataclass(frozen=True)
class Block:
    """A box of a net's diagram: what it does, and which parameters it has."""

    name: str
    formula: str
    parameters: Sequence[str] = ()

    def plain(self, parameters: dict[str, npt.NDArray[Any]]) -> Plain:
        """Give it as JSON can hold it, each parameter as [name, shape, numbers]."""
        known = [name for name in self.parameters if name in parameters]
        return {
            "name": self.name,
            "formula": self.formula,
            "parameters": [
                [name, list(parameters[name].shape), int(parameters[name].size)] for name in known
            ],
        }


def code_of(function: Callable[..., Any]) -> Plain:
    """Give a function's source, in pieces that can be coloured."""
    source = [list(piece) for piece in pieces(source_of(function))]
    return {"name": function.__name__, "pieces": source}
