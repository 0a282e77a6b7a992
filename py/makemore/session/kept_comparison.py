"""Actions that give a comparison away, row by row, and take it back."""

from __future__ import annotations

from typing import Any

import numpy as np

from makemore.errors import MakemoreError
from makemore.models import MODELS
from makemore.session.comparing import Comparison, Row, Typed, lend, parsed
from makemore.session.keeping import plain_run, run_of
from makemore.session.state import Learned, Plain, State

__all__ = ["keep_compared", "restore_compared"]

_TOLD = ("kind", "settings", "state", "learned", "seconds", "step", "steps", "message")
_TOLD_LATER = ("facts", "figures")


def keep_compared(state: State, kind: str) -> Plain:
    """Copy one row of the table, for `restore_compared` in another Python.

    ``told`` is plain; ``model`` a file of the model or None, ``run`` its run where it is under way,
    ``nll`` the sums of the held-out words as float64 bytes or None. Raises MakemoreError if the
    row is not there.
    """
    learned = state.need_list()
    comparison = learned.comparison
    rows = [] if comparison is None else comparison.rows
    row = next((row for row in rows if row.kind == kind), None)
    if comparison is None or row is None:
        raise MakemoreError(f"{kind[:40]!r} is no row of the comparison.")
    told = {name: getattr(row, name) for name in (*_TOLD, *_TOLD_LATER)}
    told["split"] = comparison.split
    run: Any = getattr(row.model, "run", None)
    under_way = run is not None and not row.learned
    return {
        "told": told,
        "run": plain_run(run.state()) if under_way else None,
        "model": None if under_way or row.model is None else _file_of(row.model),
        "nll": None if row.nll is None else row.nll.tobytes(),
    }


def restore_compared(
    state: State, settings: Plain, rows: list[Plain], models: Typed | None = None
) -> Plain:
    """Take a comparison back, on the same list and split; it can be used and resumed.

    ``rows`` are as of `keep_compared`; what is not among them, or was learned on another split, is
    still to be done. Models
    that are done are lent to the other places, as after `compare`. Returns what `compared` does.
    """
    learned = state.need_list()
    comparison = Comparison(learned, parsed(settings), models or {})
    learned.divide(comparison.parts)
    for saved in rows:
        _take_back(comparison, learned, saved)
    learned.comparison = comparison
    for row in comparison.rows:
        if row.state == "done":
            lend(learned, row)
    return comparison.plain(learned)


def _take_back(comparison: Comparison, learned: Learned, saved: Plain) -> None:
    from makemore.storage import load

    told = dict(saved["told"])
    if told.pop("split", comparison.split) != comparison.split:
        return
    kind = told.pop("kind")
    row = next((row for row in comparison.rows if row.kind == kind), None)
    if row is None:
        row = Row(kind, dict(MODELS[kind].settings))
        comparison.rows.append(row)
    given = told.pop("settings")
    if kind == "mix":
        row.settings = {**row.settings, "with": given["with"]}
    for name, value in told.items():
        setattr(row, name, value)
    if row.state == "training":  # it was written between two reports
        row.state = "stopped"
    if saved["model"] is not None:
        row.model = load(bytes(saved["model"]))
    elif saved["run"] is not None:
        train, held_out, _ = comparison.parts
        row.model = run_of(learned, train, held_out, saved["run"])[0]
    if saved["nll"] is not None:
        row.nll = np.frombuffer(bytes(saved["nll"]))


def _file_of(model: Any) -> bytes:
    from makemore.storage import save

    return save(model)
