"""The corpus of nasty files: what each holds, and what must come of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "fixtures" / "nasty"
INDEX: dict[str, dict[str, Any]] = json.loads((FOLDER / "index.json").read_text(encoding="utf-8"))


def content(name: str) -> bytes:
    """Return a file's bytes; large ones are made."""
    large = INDEX[name].get("large")
    if large is None:
        return (FOLDER / name).read_bytes()
    if isinstance(large, int):
        return "\n".join(chr(0x4E00 + i) for i in range(large)).encode()
    piece, times = large
    return str(piece).encode() * int(times)
