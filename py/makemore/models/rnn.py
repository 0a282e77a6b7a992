"""Recurrent nets, as in makemore.py: a hidden state that is carried along the word."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from makemore.models.batches import Batch
from makemore.models.net import Net, Sizes
from makemore.nn import kernel
from makemore.nn.layers import embedding, embedding_backward, linear, linear_backward
from makemore.nn.parameters import Embedding, Linear, Piece, Zeros

__all__ = ["GRU", "RNN"]

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int32]


class Steps(NamedTuple):
    """A batch's rows by time: longest sequences first, so that each step's rows are contiguous.

    ``rows`` (n,) of the batch in that order; ``now`` and ``last`` are, step by step, the rows of
    the sequences that have so many symbols, and where those were a step before (None at the start).
    """

    rows: npt.NDArray[np.intp]
    now: list[slice]
    last: list[slice | None]

    @classmethod
    def of(cls, batch: Batch) -> Steps:
        """Sort a batch."""
        longest_first = np.argsort(-batch.lengths, kind="stable")
        lengths, begins = batch.lengths[longest_first], batch.offsets[longest_first]
        T = int(lengths.max(initial=0))
        counts = np.searchsorted(-lengths, -np.arange(T))  # how many are longer than t
        ends = np.cumsum(counts)
        times = np.repeat(np.arange(T), counts)
        rows = begins[np.arange(len(times)) - (ends - counts)[times]] + times
        cuts = [0, *ends.tolist()]
        now = [slice(a, b) for a, b in pairwise(cuts)]
        last = [slice(a, a + count) for a, count in zip(cuts, counts.tolist()[1:], strict=False)]
        return cls(rows.astype(np.intp), now, [None, *last] if T else [])


class Recurrent(Net):
    """What an RNN and a GRU share: symbols in, a hidden state h along the word, logits out.

    Gates are linear layers of [wte[x_t], h_t-1]. The half that looks at x_t depends on the symbol
    alone, so it is worked out once for each symbol and looked up.
    """

    gates: tuple[str, ...]

    @classmethod
    def pieces(cls, V: int, sizes: Sizes) -> Iterator[Piece]:
        """C and H are embedding and hidden."""
        C, H = sizes.embedding, sizes.hidden
        yield Zeros("start", (1, H))
        yield Embedding("wte", V, C)
        for gate in cls.gates:
            yield Linear(gate, C + H, H)
        yield Linear("lm_head", H, V)

    @abstractmethod
    def walk(self, x: Ints, steps: Steps) -> tuple[Floats, Any]:
        """Go along the words: symbols x (n,) by time to hidden states (n, H) by time."""

    @abstractmethod
    def walk_backward(self, dh: Floats, cache: Any, steps: Steps) -> None:
        """Go back along the words, from dh (n, H) by time, and add to the gradients."""

    def forward(self, batch: Batch) -> tuple[Floats, Any]:
        """Compute logits (n, V) and the cache."""
        steps = Steps.of(batch)
        by_time, cache = self.walk(batch.ids[steps.rows], steps)  # (n, H)
        h = np.empty(by_time.shape, np.float32)
        h[steps.rows] = by_time  # (n, H), word by word
        return linear(h, self.parameters, "lm_head"), (steps, h, cache)  # (n, V)

    def backward(self, dlogits: Floats, cache: Any) -> None:
        """Add to the gradients, from the last symbol to the first."""
        (steps, h, walked), p, g = cache, self.parameters, self.gradients
        dh = linear_backward(dlogits, h, p, g, "lm_head")  # (n, H)
        self.walk_backward(dh[steps.rows], walked, steps)

    def of_symbol(self, gate: str) -> Floats:
        """Give the weights of a gate that look at the symbol, (H, C)."""
        return self.parameters[gate + ".weight"][:, : self.sizes.embedding]

    def of_state(self, gate: str) -> Floats:
        """Give the weights of a gate that look at the hidden state, (H, H)."""
        return self.parameters[gate + ".weight"][:, self.sizes.embedding :]

    def look_up(self, gate: str, x: Ints, e: Floats) -> Floats:
        """Give a gate's half that depends on the symbol, and its bias: x (n,) to (n, H).

        ``e`` (S, C) are embeddings, and x says which of them.
        """
        table = np.empty((len(e), self.sizes.hidden), np.float32)
        kernel.matmul(e, self.of_symbol(gate).T, table, 0, self.parameters[gate + ".bias"])
        return embedding(x, table)

    def gate_backward(
        self, gate: str, da: Floats, before: Floats, x: Ints, e: Floats, de: Floats
    ) -> None:
        """Add to a gate's gradients, and to de (S, C), from da (n, H); `before` is what it saw."""
        dW, C = self.gradients[gate + ".weight"], self.sizes.embedding
        dtable = np.zeros((len(e), self.sizes.hidden), np.float32)
        embedding_backward(da, x, dtable)  # (S, H)
        kernel.matmul(dtable.T, e, dW[:, :C], 1)
        kernel.matmul(da.T, before, dW[:, C:], 1)
        kernel.colsum(dtable, self.gradients[gate + ".bias"])
        kernel.matmul(dtable, self.of_symbol(gate), de, 1)

    def symbols_of(self, x: Ints) -> tuple[Ints, Ints, Floats]:
        """Give the symbols that come (S,), which of them each of x (n,) is, and embeddings (S, C).

        All V of them, where that is less work than looking which ones come.
        """
        wte = self.parameters["wte.weight"]
        if len(wte) <= len(x):
            return np.arange(len(wte), dtype=np.int32), x, wte
        seen, which = np.unique(x, return_inverse=True)
        return seen, which.astype(np.int32), embedding(seen, wte)


class RNN(Recurrent):
    """h_t = tanh(W · [wte[x_t], h_t-1] + b);  logits = lm_head(h_t)."""

    kind = "rnn"
    gates = ("cell.xh_to_h",)

    def walk(self, x: Ints, steps: Steps) -> tuple[Floats, Any]:
        """Go along the words."""
        (gate,) = self.gates
        seen, x, e = self.symbols_of(x)
        h = self.look_up(gate, x, e)  # (n, H), of the symbol; the state's half is added below
        before = np.empty(h.shape, np.float32)  # (n, H)
        U = self.of_state(gate)
        for now, last in zip(steps.now, steps.last, strict=True):
            before[now] = self.parameters["start"] if last is None else h[last]
            kernel.matmul(before[now], U.T, h[now], 1)
            kernel.tanh_fwd(h[now], h[now])
        return h, (seen, x, e, before, h)

    def walk_backward(self, dh: Floats, cache: Any, steps: Steps) -> None:
        """Go back along the words."""
        (gate,) = self.gates
        seen, x, e, before, h = cache
        da = np.empty(dh.shape, np.float32)  # (n, H)
        U = self.of_state(gate)
        for now, last in zip(reversed(steps.now), reversed(steps.last), strict=True):
            kernel.tanh_bwd(h[now], dh[now], da[now])
            if last is not None:
                kernel.matmul(da[now], U, dh[last], 1)
            else:
                self.gradients["start"] += (da[now] @ U).sum(0)
        de = np.zeros(e.shape, np.float32)
        self.gate_backward(gate, da, before, x, e, de)
        embedding_backward(de, seen, self.gradients["wte.weight"])


class GRU(Recurrent):
    """Gates choose what of the state to use and what to replace (Cho et al. 2014).

    z, r = sigmoid(W · [wte[x_t], h_t-1] + b);  c = tanh(W · [wte[x_t], r · h_t-1] + b);
    h_t = (1 - z) · h_t-1 + z · c;  logits = lm_head(h_t)
    """

    kind = "gru"
    gates = ("cell.xh_to_z", "cell.xh_to_r", "cell.xh_to_hbar")

    def walk(self, x: Ints, steps: Steps) -> tuple[Floats, Any]:
        """Go along the words."""
        seen, x, e = self.symbols_of(x)
        z, r, c = (self.look_up(gate, x, e) for gate in self.gates)  # (n, H) each
        Uz, Ur, Uc = (self.of_state(gate) for gate in self.gates)  # (H, H) each
        h, before, kept = np.empty((3, *z.shape), np.float32)  # (n, H) each
        for now, last in zip(steps.now, steps.last, strict=True):
            before[now] = self.parameters["start"] if last is None else h[last]
            kernel.matmul(before[now], Uz.T, z[now], 1)
            kernel.matmul(before[now], Ur.T, r[now], 1)
            kernel.gru_gates_fwd(z[now], r[now], before[now], kept[now])  # kept = r · before
            kernel.matmul(kept[now], Uc.T, c[now], 1)
            kernel.gru_mix_fwd(c[now], z[now], before[now], h[now])
        return h, (seen, x, e, z, r, c, before, kept)

    def walk_backward(self, dh: Floats, cache: Any, steps: Steps) -> None:
        """Go back along the words."""
        seen, x, e, z, r, c, before, kept = cache
        Uz, Ur, Uc = (self.of_state(gate) for gate in self.gates)
        dz, dr, dc, dkept = np.empty((4, *dh.shape), np.float32)  # (n, H) each
        for now, last in zip(reversed(steps.now), reversed(steps.last), strict=True):
            dnow = dh[now]  # becomes the gradient by the state before
            kernel.gru_mix_bwd(c[now], z[now], before[now], dnow, dc[now], dz[now])
            kernel.matmul(dc[now], Uc, dkept[now])
            kernel.gru_gates_bwd(r[now], before[now], dkept[now], dr[now], dnow)
            kernel.matmul(dz[now], Uz, dnow, 1)
            kernel.matmul(dr[now], Ur, dnow, 1)
            if last is not None:
                dh[last] += dnow
            else:
                self.gradients["start"] += dnow.sum(0)
        de = np.zeros(e.shape, np.float32)
        saw = (before, before, kept)
        for gate, da, seen_by in zip(self.gates, (dz, dr, dc), saw, strict=True):
            self.gate_backward(gate, da, seen_by, x, e, de)
        embedding_backward(de, seen, self.gradients["wte.weight"])
