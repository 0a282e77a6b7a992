"""Jupyter notebooks as text: nbformat 4.5, without outputs."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, NamedTuple

__all__ = ["Cell", "notebook_of"]


class Cell(NamedTuple):
    """A cell: ``kind`` is "markdown" or "code"."""

    kind: str
    text: str


def notebook_of(cells: Iterable[Cell]) -> str:
    """Write cells as a notebook's JSON."""
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    whole = {
        "cells": [_written(cell, number) for number, cell in enumerate(cells)],
        "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


def _written(cell: Cell, number: int) -> dict[str, Any]:
    written: dict[str, Any] = {
        "cell_type": cell.kind,
        "id": f"cell-{number}",
        "metadata": {},
        "source": cell.text.splitlines(keepends=True),
    }
    if cell.kind == "code":
        written |= {"execution_count": None, "outputs": []}
    return written
