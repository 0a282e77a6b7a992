"""The source of what computes a step, as it is, in pieces that can be coloured."""

from __future__ import annotations

import inspect
import io
import keyword
import textwrap
import tokenize
from collections.abc import Callable
from functools import cache
from typing import Any

__all__ = ["Piece", "pieces", "source_of"]

Piece = tuple[str, str]
"""What it is ("" if nothing special) and its text."""

_KINDS = {tokenize.COMMENT: "comment", tokenize.STRING: "string", tokenize.NUMBER: "number"}
for _part in ("FSTRING_START", "FSTRING_MIDDLE", "FSTRING_END"):  # from Python 3.12 on
    if hasattr(tokenize, _part):
        _KINDS[getattr(tokenize, _part)] = "string"


@cache
def source_of(thing: Callable[..., Any]) -> str:
    """Return the source of a function or class, without indentation, ending in a line feed."""
    return textwrap.dedent(inspect.getsource(thing))


def pieces(source: str) -> list[Piece]:
    """Cut Python source, whole statements, into pieces that together are the source again.

    Each is (kind, text): "keyword", "string", "comment", "number", "name" (what def and class
    define), or "".
    """
    starts = [0]
    for line in source.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    cut: list[Piece] = []
    done, before = 0, ""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        begin = starts[token.start[0] - 1] + token.start[1]
        end = starts[token.end[0] - 1] + token.end[1]
        kind = _KINDS.get(token.type, "")
        if token.type == tokenize.NAME:
            kind = _kind_of_name(token.string, before)
            before = token.string
        if kind:
            cut += [("", source[done:begin]), (kind, source[begin:end])]
            done = end
    cut.append(("", source[done:]))
    return [piece for piece in cut if piece[1]]


def _kind_of_name(name: str, before: str) -> str:
    if keyword.iskeyword(name):
        return "keyword"
    return "name" if before in ("def", "class") else ""
