"""From an action's name and plain arguments to its value or its error, as plain data."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from typing import Any

from makemore.errors import MakemoreError, SettingError, TrainingError, VocabularyError
from makemore.session.state import Plain, State

__all__ = ["dispatch"]


def dispatch(session: State, action: str, arguments: Plain) -> Plain:
    """Carry out an action and bring back its value or its error, both as plain data.

    Parameters
    ----------
    session : Session
    action : str
        The name of a public method.
    arguments : dict
        Its keyword arguments.

    Returns
    -------
    dict
        ``{"value": …}``, or ``{"error": {"kind", "message", "setting", "symbols",
        "losses", "detail"}}``. ``message`` is for the person, ``losses`` are of the steps that
        were done before training failed. An error that no input should cause
        is of kind "InternalError", with the traceback in ``detail``, for the console.
    """
    try:
        return {"value": _action(session, action)(**arguments)}
    except MakemoreError as error:
        return {"error": _plain_error(error, type(error).__name__, str(error))}
    except MemoryError as error:
        message = (
            "There is not enough memory for this. What was there before is kept; use a smaller "
            "list, or close other tabs and try again."
        )
        return {"error": _plain_error(error, "MemoryError", message)}
    except Exception as error:
        message = (
            f"Something went wrong inside makemore ({type(error).__name__}: {error}). This is "
            "a bug, not your doing; what was there before is kept."
        )
        return {"error": _plain_error(error, "InternalError", message)}


def _action(session: State, name: str) -> Callable[..., Any]:
    if name.startswith("_") or not callable(getattr(session, name, None)):
        raise AttributeError(f"there is no action named {name!r}")
    action: Callable[..., Any] = getattr(session, name)
    return action


def _plain_error(error: Exception, kind: str, message: str) -> Plain:
    return {
        "kind": kind,
        "message": message,
        "setting": error.setting if isinstance(error, SettingError) else None,
        "symbols": list(error.symbols) if isinstance(error, VocabularyError) else [],
        "losses": error.losses if isinstance(error, TrainingError) else [],
        "detail": "".join(traceback.format_exception(error)) if kind == "InternalError" else "",
    }
