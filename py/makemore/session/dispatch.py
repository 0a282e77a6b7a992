"""From an action's name and plain arguments to its value, its reports or its error, all plain."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Sequence
from types import GeneratorType
from typing import Any

from makemore.errors import MakemoreError, SettingError, TrainingError, VocabularyError
from makemore.models import MODELS
from makemore.session.actions import ACTIONS
from makemore.session.state import Plain, State, Stopped

__all__ = ["advance", "dispatch", "needs_kernel", "stop"]


_OF_ANY_MODEL = ("compare", "compare_estimate", "restore_compared", "use_compared", "open_model")
"""Actions in which a net may come up that is not there yet."""


def dispatch(state: State, action: str, arguments: Plain) -> Plain:
    """Carry out an action, or begin it if it is one that reports while it works.

    Returns ``{"value": …}``, ``{"stream": number}`` for `advance` and `stop`, or ``{"error":
    {"kind", "message", "setting", "symbols", "losses", "detail"}}``. ``message`` is for the person,
    ``losses`` are of the steps that were done before training failed. An error that no input should
    cause is of kind "InternalError", with the traceback in ``detail``, for the console. If that is
    a module of this package that is not there, ``"missing"`` beside it is its name: the page brings
    the rest of the package when it is first needed, and then asks again.
    """

    def carry_out() -> Plain:
        if action not in ACTIONS:
            raise AttributeError(f"there is no action named {action!r}")
        value = ACTIONS[action](state, **arguments)
        if not isinstance(value, GeneratorType):
            return {"value": value}
        state.last_stream += 1
        state.streams[state.last_stream] = value
        return {"stream": state.last_stream}

    return _answered(carry_out)


def needs_kernel(state: State, action: str, arguments: Plain) -> bool:
    """Tell if an action makes a net of nn/ work, which the compiled kernel makes faster.

    So does training one, opening or restoring it, and whatever is asked once there is one.
    """
    if action in _OF_ANY_MODEL:
        return True
    if action == "lecture":
        return str(arguments.get("step")).endswith("-run")  # see lecture/steps_further.py
    saved = arguments.get("saved")
    asked = saved.get("trained") if isinstance(saved, dict) else arguments
    entry = MODELS.get(str(asked.get("kind"))) if isinstance(asked, dict) else None
    if entry is not None and "recipe" in entry.settings:
        return True
    trained = state.learned.trained.values() if state.learned else ()
    return any(_is_net(part) for one in trained for part in (one.model, *_parts_of(one.model)))


def _parts_of(model: object) -> Sequence[object]:
    parts: Sequence[object] = getattr(model, "models", ())
    return parts


def _is_net(model: object) -> bool:
    return hasattr(model, "part_rows")


def advance(state: State, stream: int, sent: object = None) -> Plain:
    """Let a stream work until its next report: ``{"report": …}``, or as of `dispatch` at its end.

    ``sent`` answers the report before: the next piece of a file, None at its end; None at first.
    """
    return _going_on(state, stream, lambda: state.streams[stream].send(sent))


def stop(state: State, stream: int) -> Plain:
    """End a stream where it waits; it may still give a value, of what was done so far."""
    return _going_on(state, stream, lambda: state.streams[stream].throw(Stopped()))


def _going_on(state: State, stream: int, step: Callable[[], Plain]) -> Plain:
    def go_on() -> Plain:
        try:
            return {"report": step()}
        except StopIteration as end:
            return {"value": end.value}
        except Stopped:
            return {"value": None}

    outcome = _answered(go_on)
    if "report" not in outcome:
        state.streams.pop(stream, None)
    return outcome


def _answered(act: Callable[[], Plain]) -> Plain:
    try:
        return act()
    except MakemoreError as error:
        return {"error": _plain_error(error, type(error).__name__, str(error))}
    except MemoryError as error:
        message = (
            "There is not enough memory for this. What was there before is kept; use a smaller "
            "list, or close other tabs and try again."
        )
        return {"error": _plain_error(error, "MemoryError", message)}
    except Exception as error:
        missing = _missing(error)
        message = (
            f"Something went wrong inside makemore ({type(error).__name__}: {error}). This is "
            "a bug, not your doing; what was there before is kept."
        )
        plain = _plain_error(error, "InternalError", message)
        return {"error": plain} if missing is None else {"error": plain, "missing": missing}


def _missing(error: Exception) -> str | None:
    """Return which module of this package could not be imported, if that is what went wrong."""
    if not isinstance(error, ImportError) or error.name is None:
        return None
    return error.name if error.name.split(".")[0] == "makemore" else None


def _plain_error(error: Exception, kind: str, message: str) -> Plain:
    detail: Any = traceback.format_exception(error) if kind == "InternalError" else ()
    return {
        "kind": kind,
        "message": message,
        "setting": error.setting if isinstance(error, SettingError) else None,
        "symbols": list(error.symbols) if isinstance(error, VocabularyError) else [],
        "losses": error.losses if isinstance(error, TrainingError) else [],
        "detail": "".join(detail),
    }
