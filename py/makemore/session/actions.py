"""All that the page can ask for: a name and a function of the state for each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from makemore.session import (
    comparing,
    inside,
    keeping,
    kept_comparison,
    lecturing,
    lists,
    making,
    models,
    tables,
)

__all__ = ["ACTIONS"]

ACTIONS: dict[str, Callable[..., Any]] = {
    action.__name__: action
    for action in (
        # the list
        lists.load,
        lists.read,
        lists.inspect,
        lists.undo_list,
        lists.summary,
        tables.fit,
        tables.table,
        tables.tables,
        lists.lend,
        # models
        models.models,
        models.train,
        models.resume,
        models.card,
        models.cards,
        models.more_like,
        keeping.checkpoint,
        keeping.restore_model,
        keeping.save_model,
        keeping.open_model,
        keeping.save_project,
        keeping.open_project,
        # all models side by side
        comparing.compare,
        comparing.compare_estimate,
        comparing.compared,
        comparing.use_compared,
        kept_comparison.keep_compared,
        kept_comparison.restore_compared,
        # words
        making.make,
        making.allowed,
        making.score,
        making.nearest,
        # what models have learned
        inside.inside_word,
        inside.inside,
        inside.inside_matrix,
        inside.inside_draw,
        inside.inside_descent,
        # the lecture
        lecturing.open_lecture,
        lecturing.lecture,
        lecturing.export_lecture,
    )
}
"""Arguments and values are what JSON can hold, bytes, and infinite floats, so that a worker can
pass them on. An action that is a generator reports while it works. One that fails leaves the state
as it was."""
