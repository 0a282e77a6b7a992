"""All that the page can ask for: a name and a function of the state for each."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from typing import Any

from makemore.session import (
    bigram_tables,
    inside,
    keeping,
    lecturing,
    lists,
    making,
    models,
)

__all__ = ["ACTIONS"]


def _when_asked(module: str, *names: str) -> Iterator[Callable[..., Any]]:
    """Give actions of a module that is imported when the first of them is asked for.

    What no start needs comes to the page later; see `dispatch`.
    """
    for name in names:

        def action(*args: Any, _name: str = name, **kwargs: Any) -> Any:
            return getattr(importlib.import_module(f"{__package__}.{module}"), _name)(
                *args, **kwargs
            )

        action.__name__ = name
        yield action


_ALL: tuple[Callable[..., Any], ...] = (
    # the list
    lists.load,
    lists.read,
    lists.inspect,
    lists.undo_list,
    lists.summary,
    bigram_tables.fit,
    bigram_tables.table,
    bigram_tables.tables,
    bigram_tables.all_counts,
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
    keeping.continue_in_python,
    # all models side by side
    *_when_asked("comparing", "compare", "compare_estimate", "use_compared"),
    bigram_tables.compared,
    *_when_asked("kept_comparison", "keep_compared", "restore_compared"),
    # words
    making.make,
    making.refused,
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

ACTIONS = {action.__name__: action for action in _ALL}
"""Arguments and values are what JSON can hold, bytes, and infinite floats, so that a worker can
pass them on. An action that is a generator reports while it works. One that fails leaves the state
as it was."""
