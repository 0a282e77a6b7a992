"""Named arrays and bytes, in the safetensors format: a JSON header, then the arrays' bytes.

Nothing in a file is run, and nothing is believed before it is checked: a file may come from anyone.
Source: https://github.com/huggingface/safetensors, "Format".
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from typing import Any, NoReturn

import numpy as np
import numpy.typing as npt

from makemore.errors import StorageError

__all__ = ["parse_json", "read_tensors", "write_tensors"]

Arrays = dict[str, npt.NDArray[Any]]

_DEEPEST = 64
_BRACKETS = re.compile(r'"(?:[^"\\]|\\.)*"|[][{}]', re.DOTALL)
LONGEST_HEADER = 100_000_000
"""Bytes; the library `safetensors` has the same limit."""

_MOST_DIMENSIONS = 32
_TYPES = {
    "F64": "<f8",
    "F32": "<f4",
    "F16": "<f2",
    "I64": "<i8",
    "I32": "<i4",
    "I16": "<i2",
    "I8": "<i1",
    "U64": "<u8",
    "U32": "<u4",
    "U16": "<u2",
    "U8": "<u1",
}
_NAMES = {np.dtype(code): name for name, code in _TYPES.items()}


def write_tensors(arrays: Mapping[str, npt.NDArray[Any]], metadata: Mapping[str, str]) -> bytes:
    """Write arrays and texts by name; equal input gives equal bytes.

    Raises StorageError for an array of a type that the format has not.
    """
    header: dict[str, Any] = {"__metadata__": dict(metadata)}
    pieces, at = [], 0
    # The widest numbers first, so that each array begins at a multiple of its numbers' width.
    for name in sorted(arrays, key=lambda name: (-arrays[name].dtype.itemsize, name)):
        array = arrays[name]
        kind = _NAMES.get(array.dtype.newbyteorder("<"))
        if kind is None:
            raise StorageError(f"Arrays of {array.dtype} cannot be saved; {name!r} is one.")
        piece = np.asarray(array, dtype=_TYPES[kind]).tobytes()
        shape, end = list(array.shape), at + len(piece)
        header[name] = {"dtype": kind, "shape": shape, "data_offsets": [at, end]}
        pieces.append(piece)
        at = end
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return b"".join([len(text).to_bytes(8, "little"), text, *pieces])


def read_tensors(data: bytes | bytearray | memoryview) -> tuple[Arrays, dict[str, str]]:
    """Read arrays and metadata that `write_tensors` or any other program wrote.

    Halves (F16, BF16) become float32, BOOL becomes uint8. Raises StorageError, which says what is
    wrong, for anything that is not exactly such a file.
    """
    view = memoryview(data).cast("B")
    header, body = _header(view)
    metadata = header.pop("__metadata__", {})
    if not isinstance(metadata, dict) or not all(isinstance(v, str) for v in metadata.values()):
        _refuse("its metadata are not texts")
    spans = {name: _span(name, entry, len(body)) for name, entry in header.items()}
    at = 0
    for name, (begin, end) in sorted(spans.items(), key=lambda item: item[1]):
        if begin != at:
            found = "overlaps another" if begin < at else "leaves a gap before it"
            _refuse(f"the array {_short(name)} {found}")
        at = end
    if at != len(body):
        _refuse(f"its arrays end after {at:,} bytes, but {len(body):,} follow the header")
    arrays = {
        name: _array(name, header[name], body[begin:end]) for name, (begin, end) in spans.items()
    }
    return arrays, metadata


def parse_json(text: str | bytes, what: str) -> Any:
    """Parse JSON that may be hostile; raises StorageError, which names `what` it should have been.

    Names that come twice, NaN and infinities are refused, which Python's parser takes.
    """
    # Python's parser would notice by itself, but in the browser the stack is gone before.
    if _depth(text) > _DEEPEST:
        _refuse(f"{what} is nested too deeply")
    try:
        return json.loads(text, object_pairs_hook=_object, parse_constant=_no_constant)
    except StorageError:
        raise
    except ValueError as error:  # of JSON, of UTF-8, and of numbers with thousands of digits
        _refuse(f"{what} is no JSON: {str(error)[:100]}")


def _depth(text: str | bytes) -> int:
    """Count how many brackets are open at once at most, outside of texts."""
    characters = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    depth = deepest = 0
    for bracket in _BRACKETS.findall(characters):
        if bracket in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif bracket in "]}":
            depth -= 1
    return deepest


def _header(view: memoryview) -> tuple[dict[str, Any], memoryview]:
    if len(view) < 8:
        _refuse(f"it has only {len(view)} bytes")
    length = int.from_bytes(view[:8], "little")
    if length > LONGEST_HEADER:
        _refuse(f"its header would be {length:,} bytes long")
    if length > len(view) - 8:
        _refuse(f"its header should have {length:,} bytes, and {len(view) - 8:,} are left of it")
    text = bytes(view[8 : 8 + length])
    if not text.startswith(b"{"):
        _refuse("its header does not begin with {")
    header: dict[str, Any] = parse_json(text, "its header")
    return header, view[8 + length :]


def _span(name: str, entry: Any, size: int) -> tuple[int, int]:
    """Give where an array's bytes begin and end, having checked them against type and shape."""
    if not isinstance(entry, dict) or set(entry) != {"dtype", "shape", "data_offsets"}:
        _refuse(f"the array {_short(name)} is not given by dtype, shape and data_offsets alone")
    kind, shape, offsets = entry["dtype"], entry["shape"], entry["data_offsets"]
    if not isinstance(kind, str) or kind not in {*_TYPES, "BF16", "BOOL"}:
        _refuse(f"the array {_short(name)} has numbers of an unknown type, {_short(kind)}")
    if not _whole_numbers(shape) or len(shape) > _MOST_DIMENSIONS:
        _refuse(f"the array {_short(name)} has no possible shape: {_short(shape)}")
    if not _whole_numbers(offsets) or len(offsets) != 2:
        _refuse(f"the array {_short(name)} has no possible offsets: {_short(offsets)}")
    begin, end = offsets
    if not begin <= end <= size:
        _refuse(
            f"the array {_short(name)} should end at byte {end:,} and begin at {begin:,}, of "
            f"{size:,} bytes"
        )
    numbers = math.prod(shape)
    if numbers * _width(kind) != end - begin:
        _refuse(
            f"the array {_short(name)} of shape {_short(shape)} and type {kind} cannot have "
            f"{end - begin:,} bytes"
        )
    return begin, end


def _array(name: str, entry: Mapping[str, Any], piece: memoryview) -> npt.NDArray[Any]:
    kind, shape = entry["dtype"], entry["shape"]
    if kind == "BF16":  # the upper half of a float32
        array = (np.frombuffer(piece, "<u2").astype("<u4") << 16).view("<f4")
    else:
        array = np.frombuffer(piece, "<u1" if kind == "BOOL" else _TYPES[kind])
        array = array.astype(np.float32) if kind == "F16" else array.astype(array.dtype.type)
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        _refuse(f"the array {_short(name)} has numbers that are not finite (NaN or infinite)")
    try:
        return array.reshape(shape)
    except ValueError:  # a dimension of 0 beside one that no memory holds
        _refuse(f"the array {_short(name)} has no possible shape: {_short(shape)}")


def _width(kind: str) -> int:
    return {"BF16": 2, "BOOL": 1}.get(kind) or np.dtype(_TYPES[kind]).itemsize


def _whole_numbers(value: Any) -> bool:
    return isinstance(value, list) and all(
        isinstance(n, int) and not isinstance(n, bool) and 0 <= n < 1 << 63 for n in value
    )


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in found if names.count(name) > 1)
        _refuse(f"the name {_short(twice)} comes twice")
    return found


def _no_constant(name: str) -> NoReturn:
    _refuse(f"{name} is no number of JSON")


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "…"


def _refuse(why: str) -> NoReturn:
    raise StorageError(
        f"This is no whole safetensors file: {why}. Save the model again, or choose another file."
    )
