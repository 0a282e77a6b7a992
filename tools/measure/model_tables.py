"""What the benchmark of models prints: rows with their limits, ratios and curves."""

import argparse
import statistics
from collections.abc import Mapping, Sequence
from typing import Any

PARTS = {
    "ngrams": "fitting n-grams, and making words by them",
    "steps": "milliseconds a step of each net, beside PyTorch's",
    "peer": "a net of microgpt's size",
    "tasks": "the longest tasks of the page's main thread",
    "shifts": "how far the page moves by itself while it starts",
    "curves": "held-out loss over seconds, by our recipes",
}
"""Quick ones first."""

STEP_LIMITS = {"bow": 0.8, "mlp": 0.8, "rnn": 0.6, "gru": 0.35, "transformer": 0.60}
"""Of PyTorch's time for makemore.py's own step, on one thread of the same machine."""

LOSS_LIMITS = {
    "mlp": {30: 2.03},
    "rnn": {30: 2.02},
    "gru": {30: 1.965, 120: 1.935},
    "transformer": {30: 2.01, 120: 1.97},
}
"""Nats per symbol of held-out words, after so many seconds of training."""

Times = Mapping[str, Sequence[float]]  # ms a step: "page", and where there is PyTorch the others


def parts_from(text: str) -> list[str]:
    """Read the names of parts, with commas between them, into the order in which they are done."""
    asked = text.split(",")
    unknown = [part for part in asked if part not in PARTS]
    if unknown:
        raise argparse.ArgumentTypeError(f"{', '.join(unknown)!r} is none of {', '.join(PARTS)}")
    return [part for part in PARTS if part in asked]


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """Return the median of the ratios of blocks that were measured one after the other."""
    return statistics.median(a / b for a, b in zip(ours, theirs, strict=True))


def verdict(value: float, limit: float | None) -> str:
    """Say what a figure may be at most, and whether it is more."""
    if limit is None:
        return ""
    return f"at most {limit:g}" if value <= limit else f"MORE than {limit:g}"


def row(what: str, value: float, unit: str, digits: int, limit: float | None = None) -> str:
    """Return one line: a figure, and its limit where it has one."""
    said = verdict(value, limit)
    return f"{what:66}{value:>12,.{digits}f} {unit}  {said}".rstrip()


STEPS_HEAD = f"{'':14}{'page':>9}{'PyTorch':>9}{'cropped':>9}{'ratio':>8}{'to cropped':>12}"


def step_row(kind: str, times: Times) -> str:
    """Return one line of the table of steps: medians in ms, and the ratios to PyTorch."""
    columns = [f"{statistics.median(times[side]):>9.2f}" for side in times]
    if "makemore.py" not in times:
        return f"{kind:14}{columns[0]}"
    own, cropped = (ratio(times["page"], times[side]) for side in ("makemore.py", "cropped"))
    limit = verdict(own, STEP_LIMITS[kind])
    return f"{kind:14}{''.join(columns)}{own:>8.2f}{cropped:>12.2f}  {limit}"


def loss_at(curve: Sequence[Mapping[str, Any]], seconds: float) -> float | None:
    """Return the loss that was reached by then: the last measured, None if there was none yet."""
    reached = [point["held_out"] for point in curve if point["seconds"] <= seconds * 1.02]
    return reached[-1] if reached else None


def curve_lines(kind: str, curve: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the lines of a net's curve: seconds over losses, and what was reached in time."""
    points = [f"{point['seconds']:.0f} s {point['held_out']:.4f}" for point in curve]
    last = curve[-1]
    end = "ended" if last["done"] else "not ended"
    lines = [f"{kind}: {end} after {last['step']:,} of {last['steps']:,} steps"]
    lines += ["    " + "  ".join(points[at : at + 7]) for at in range(0, len(points), 7)]
    for seconds in (30, 120):
        loss = loss_at(curve, seconds)
        if loss is not None:
            limit = LOSS_LIMITS.get(kind, {}).get(seconds)
            lines.append(
                row(f"    {kind}, held-out loss after {seconds} s", loss, "nats", 4, limit)
            )
    return lines
