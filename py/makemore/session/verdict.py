"""What a comparison means, in a sentence or two."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

__all__ = ["Judged", "verdict"]

_FEW = 50  # held-out words, of which a difference says little
_ERRORS = 2.0  # standard errors within which two models are called as good as each other
_ALIKE = 0.01  # nats per symbol that nobody would notice


class Judged(NamedTuple):
    """A model in a comparison: ``nll`` is the sum of each held-out word in nats, (n,)."""

    kind: str
    name: str
    net: bool
    seconds: float
    nll: npt.NDArray[np.float64] | None
    symbols: int
    done: bool

    @property
    def loss(self) -> float:
        """Its held-out loss, nats per symbol."""
        return float("inf") if self.nll is None else float(self.nll.sum()) / max(1, self.symbols)


def verdict(rows: Sequence[Judged], held_out: int) -> str:
    """Say which model is best on the held-out words, and whether a simpler one is as good.

    Two are as good as each other if their losses differ by less than twice the standard error of
    the difference over the words, or by 0.01. Empty before two models were measured.
    """
    done = [r for r in rows if r.done and r.nll is not None and len(r.nll) and r.kind != "mix"]
    if len(done) < 2:
        return ""
    best = min(done, key=lambda row: row.loss)
    # in the order of ideas: the first is the simplest
    simplest = next(row for row in done if _alike(row, best))
    told = _of(simplest, best, done)
    mixes = [r for r in rows if r.kind == "mix" and r.done and r.nll is not None]
    if mixes and not _alike(best, mixes[0]):
        told += f" Mixed, the n-gram and the best net reach {mixes[0].loss:.3f}."
    if held_out < _FEW:
        words = "one word was" if held_out == 1 else f"{held_out} words were"
        told += f" But only {words} held out, so chance has a large part in this."
    return told


def _of(simplest: Judged, best: Judged, done: Sequence[Judged]) -> str:
    if simplest is not best:
        times = _times(simplest, best)
        faster = f", {times} faster to train" if times else ""
        return (
            f"{_name(simplest)} is as good as {_name(best, False)} here "
            f"({simplest.loss:.3f} and {best.loss:.3f} nats per symbol on held-out words){faster}."
        )
    others = [row for row in done if row is not best and row.net != best.net]
    told = (
        f"{_name(best)} predicts held-out words of this list best: {best.loss:.3f} nats per symbol"
    )
    if not others:
        return f"{told}."
    other = min(others, key=lambda row: row.loss)
    what = "the best net" if other.net else "the best counting model"
    told += f"; {what}, {_name(other, False)}, reaches {other.loss:.3f}"
    if best.seconds > other.seconds:
        times = _times(other, best)
        return f"{told} and was {times} faster to train." if times else f"{told}."
    times = _times(best, other)
    return f"{told} and took {times} longer to train." if times else f"{told}."


def _alike(row: Judged, best: Judged) -> bool:
    """Tell whether two models differ by no more than chance, word by word."""
    if row.nll is None or best.nll is None or len(row.nll) != len(best.nll):
        return False
    if not np.isfinite(row.nll).all() or not np.isfinite(best.nll).all():
        return row is best
    differences = row.nll - best.nll
    error = float(differences.std()) * len(differences) ** 0.5 / max(1, row.symbols)
    return bool(abs(row.loss - best.loss) <= max(_ALIKE, _ERRORS * error))


def _times(fast: Judged, slow: Judged) -> str:
    """Say how many times faster one was trained; empty if it was not by much."""
    times = slow.seconds / max(fast.seconds, 1e-3)
    if times < 2:
        return ""
    return f"{float(f'{times:.1g}'):,.0f} times"


_IN_A_SENTENCE = {
    "bigram": "counting bigrams",
    "bigram-net": "the bigram net",
    "bow": "the bag of words",
}


def _name(row: Judged, first: bool = True) -> str:
    """Name a model within a sentence: "An n-gram of order 4", "the GRU"."""
    label, _, order = row.name.partition(", order ")
    if order:
        return f"{'An' if first else 'an'} n-gram of order {order}"
    text = _IN_A_SENTENCE.get(row.kind, f"the {label}")
    return text[0].upper() + text[1:] if first else text
