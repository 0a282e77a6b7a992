"""Models and files: safetensors, which PyTorch opens too, with what a model needs as metadata.

The metadata are texts of JSON: ``kind`` (of `MODELS`), ``vocabulary`` ({"symbols": those after the
boundary, "graphemes": whether one may be several code points}), ``config`` (the model's own),
``case`` (how capitals were folded) and ``facts`` ({"settings", "split", "list", …}).
"""

from __future__ import annotations

import contextlib
import json
import math
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

import numpy as np

from makemore.case import Case, case_of, set_case
from makemore.errors import UNFIT, MakemoreError, StorageError
from makemore.models import MODELS, kind_of
from makemore.models.protocol import Model, State
from makemore.safetensors_format import parse_json, read_tensors, write_tensors
from makemore.vocabulary import Vocabulary

__all__ = ["facts_of", "load", "read_file", "save", "write_file"]

FORMAT = "makemore 1"

_NOT_OURS = (
    "To open weights from PyTorch, write kind, vocabulary and config into the file's metadata "
    "(see docs/pytorch.md)."
)


def save(model: Model, facts: Mapping[str, Any] | None = None) -> bytes:
    """Write a model, its vocabulary, its case and facts; those that it carries if none are given.

    Raises StorageError if a number of the model is not finite, so that no file is made that `load`
    would refuse.

    >>> load(save(fit("bigram", ["emma", "ava"]))).vocabulary.symbols
    ('.', 'a', 'e', 'm', 'v')
    """
    config, arrays = model.state()
    for name, array in arrays.items():
        if array.dtype.kind == "f" and not np.isfinite(array).all():
            raise StorageError(
                f"The model cannot be saved: {name!r} has numbers that are not finite."
            )
    vocabulary, case = model.vocabulary, case_of(model)
    metadata = {
        "format": FORMAT,
        "kind": kind_of(model),
        "vocabulary": _to_json(
            {"symbols": vocabulary.symbols[1:], "graphemes": vocabulary.graphemes}
        ),
        "config": _to_json(config),
        "case": _to_json(None if case is None else case.as_plain()),
        "facts": _to_json(facts_of(model) if facts is None else facts),
    }
    return write_tensors(arrays, metadata)


def load(data: bytes | bytearray | memoryview) -> Model:
    """Make the model again that `save` wrote, here or elsewhere, or PyTorch with such metadata.

    Raises StorageError, which says what is wrong, for any other file.
    """
    arrays, metadata = read_tensors(data)
    kind = metadata.get("kind")
    if kind is None or "vocabulary" not in metadata:
        raise StorageError(f"This file of weights does not say of which model it is. {_NOT_OURS}")
    if kind not in MODELS:
        raise StorageError(
            f"This file has a model of an unknown kind, {kind[:40]!r}; known are "
            f"{', '.join(MODELS)}. It may be of a newer version of makemore."
        )
    vocabulary = _vocabulary(parse_json(metadata["vocabulary"], "its vocabulary"))
    config = _object(metadata, "config")
    try:
        model: Any = MODELS[kind].load().from_state(vocabulary, State(config, arrays))
        case = parse_json(metadata.get("case", "null"), "its case")
        if case is not None:
            set_case(model, Case.from_plain(case))
    except MakemoreError as error:
        raise StorageError(f"This file is no whole {MODELS[kind].label} model: {error}") from error
    except UNFIT as error:
        raise StorageError(
            f"This file is no whole {MODELS[kind].label} model: its arrays or its config are not "
            f"those of one ({type(error).__name__}: {str(error)[:100]})."
        ) from error
    except MemoryError as error:
        raise StorageError("The model in this file needs more memory than there is.") from error
    model.about = _object(metadata, "facts")
    loaded: Model = model
    return loaded


def facts_of(model: object) -> dict[str, Any]:
    """Give what a model carries as ``model.about``: settings, split, its list's and the like."""
    facts = getattr(model, "about", None)
    return dict(facts) if isinstance(facts, Mapping) else {}


def read_file(path: str | Path) -> Model:
    """Load a file; raises StorageError if it cannot be read, or is no model."""
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise StorageError(f"{path} cannot be read: {error.strerror or error}.") from error
    try:
        return load(data)
    except StorageError as error:
        raise StorageError(f"{path}: {error}") from error


def write_file(path: str | Path, data: bytes) -> None:
    """Write a file whole or not at all, where a link leads; a pipe or device as the bytes come.

    Raises StorageError if it cannot be written, on a full disk say.
    """
    path = Path(path)
    try:
        if path.exists() and not path.is_file():
            path.write_bytes(data)
        else:
            _replace(Path(os.path.realpath(path)), data)
    except OSError as error:
        raise StorageError(f"{path} cannot be written: {error.strerror or error}.") from error


def _replace(path: Path, data: bytes) -> None:
    part = path.with_name(path.name + ".part")
    try:
        part.write_bytes(data)
        part.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        raise


def _vocabulary(plain: Any) -> Vocabulary:
    if not isinstance(plain, dict):
        _refuse("is no JSON object")
    symbols: Any = plain.get("symbols")
    graphemes = plain.get("graphemes", False)
    texts = isinstance(symbols, str) or (
        isinstance(symbols, list) and all(isinstance(symbol, str) for symbol in symbols)
    )
    if not texts or not isinstance(graphemes, bool):
        _refuse('must be {"symbols": [texts], "graphemes": true or false}')
    try:
        return Vocabulary(symbols, graphemes=graphemes)
    except MakemoreError as error:
        _refuse(f"cannot be: {error}")


def _object(metadata: Mapping[str, str], name: str) -> dict[str, Any]:
    found = parse_json(metadata.get(name, "{}"), f"its {name}")
    if not isinstance(found, dict):
        raise StorageError(f"This file is no model: its {name} is no JSON object.")
    return found


def _refuse(why: str) -> NoReturn:
    raise StorageError(f"This file is no model: its vocabulary {why}.")


def _to_json(value: Any) -> str:
    return json.dumps(_plain(value), allow_nan=False, separators=(",", ":"))


def _plain(value: Any) -> Any:
    """Write what a model says of itself as JSON has it; a loss that is infinite becomes "inf"."""
    if isinstance(value, np.ndarray | np.generic):
        value = value.tolist()
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, Mapping):
        return {str(name): _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if value is None or isinstance(value, str | int | float):
        return value
    raise StorageError(f"The model cannot be saved: {str(value)[:40]!r} is no JSON.")
