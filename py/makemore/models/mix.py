"""A linear mix of models: P = Σ share · P of each, which no model of them need be best for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from makemore.errors import MakemoreError, SettingError
from makemore.evaluation import symbol_log_probs
from makemore.models.choice import choose_shares
from makemore.models.protocol import Chain, Event, Model, State
from makemore.vocabulary import Vocabulary

__all__ = ["Mix", "mix"]

_KEPT = 200_000_000  # bytes that P and the next contexts of a chain may take

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]


def mix(
    models: Sequence[Model],
    shares: Sequence[float] | None = None,
    held_out: Sequence[str] | None = None,
) -> Mix:
    """Mix models of one vocabulary, in shares that are given or that held-out words choose.

    Without either, all have the same share. Raises MakemoreError if there is no model or they have
    different vocabularies, SettingError if shares are negative or do not add up to 1.
    """
    if shares is None:
        if held_out:
            shares = choose_shares([symbol_log_probs(m, held_out) for m in models]).tolist()
        else:
            shares = [1 / max(1, len(models))] * len(models)
    return Mix(models, shares)


class Mix:
    """Several models in fixed shares; its contexts are finitely many if those of all parts are."""

    def __init__(self, models: Sequence[Model], shares: Sequence[float]) -> None:
        if not models:
            raise MakemoreError("There is nothing to mix: give at least one model.")
        if any(model.vocabulary != models[0].vocabulary for model in models):
            raise MakemoreError(
                "Models can be mixed only if they know the same symbols: fit them with one "
                "vocabulary."
            )
        if len(shares) != len(models) or min(shares) < 0 or abs(sum(shares) - 1) > 1e-6:
            raise SettingError(
                f"There must be a share for each of {len(models)} models, from 0 and adding up to "
                f"1; they are {list(shares)!r}.",
                "share",
            )
        self.models = tuple(models)
        self.shares = np.array(shares, dtype=np.float64) / sum(shares)
        self._chain: Chain | None = None

    @property
    def vocabulary(self) -> Vocabulary:
        """The V symbols that all parts know."""
        return self.models[0].vocabulary

    @property
    def reach(self) -> int | None:
        """How many symbols back matter: to the part that looks back furthest."""
        reaches = [model.reach for model in self.models]
        return None if None in reaches else max(r for r in reaches if r is not None)

    def predict(self, x: Indices) -> Floats:
        """Give P(next | row): (B, T), rows begin with 0, to (B, V)."""
        parts = [share * m.predict(x) for share, m in zip(self.shares, self.models, strict=True)]
        total: Floats = np.sum(parts, axis=0)
        return total

    def log_prob(self, x: Indices, y: Indices) -> Floats:
        """Give log P(y[:, t] | x[:, :t + 1]) in nats, (B, T); 0 where y is -1."""
        asked = np.asarray(y) >= 0
        p = np.zeros(asked.shape)
        for share, model in zip(self.shares, self.models, strict=True):
            p += share * np.exp(model.log_prob(x, y))
        result = np.zeros(asked.shape)
        with np.errstate(divide="ignore"):
            result[asked] = np.log(p[asked])
        return result

    def __getattr__(self, name: str) -> Any:
        """Give `chain` if all parts have one."""
        if name == "chain" and all(hasattr(model, "chain") for model in self.models):
            return self._make_chain
        raise AttributeError(name)

    def state(self) -> State:
        """Give each part's kind and state, and the shares."""
        from makemore.models import kind_of

        parts, arrays = [], {"shares": self.shares}
        for i, model in enumerate(self.models):
            part = model.state()
            parts.append({"kind": kind_of(model), "config": part.config})
            arrays |= {f"{i}.{name}": array for name, array in part.arrays.items()}
        return State({"parts": parts}, arrays)

    @classmethod
    def from_state(cls, vocabulary: Vocabulary, state: State) -> Self:
        """Make the model again that gave `state`."""
        from makemore.models import MODELS

        models = []
        for i, part in enumerate(state.config["parts"]):
            begin = f"{i}."
            arrays = {
                name[len(begin) :]: array
                for name, array in state.arrays.items()
                if name.startswith(begin)
            }
            kind = MODELS[part["kind"]].load()
            models.append(kind.from_state(vocabulary, State(part["config"], arrays)))
        return cls(models, state.arrays["shares"].tolist())

    @classmethod
    def start(
        cls, words: Sequence[str], vocabulary: Vocabulary, settings: Mapping[str, Any]
    ) -> Self:
        """Make a mix of models that have learned nothing: an n-gram and the net in `settings`."""
        from makemore.models import MODELS

        kinds = ["ngram", settings.get("with") or "gru"]
        return cls(
            [MODELS[kind].load().start(words, vocabulary, MODELS[kind].settings) for kind in kinds],
            [0.5, 0.5],
        )

    def train(
        self, words: Sequence[str], settings: Mapping[str, Any], held_out: Sequence[str] = ()
    ) -> Iterator[Event]:
        """Train each part on the words, then choose the shares on the held-out ones."""
        from makemore.models import MODELS, kind_of

        for model in self.models:
            defaults = {**MODELS[kind_of(model)].settings}
            given = {name: value for name, value in settings.items() if name in defaults}
            for event in model.train(words, defaults | given, held_out):
                yield replace(event, done=False)
        share = settings.get("share")
        if share is not None:
            self.shares = np.array([1 - share, share])
        elif held_out:
            self.shares = choose_shares([symbol_log_probs(m, held_out) for m in self.models])
        self._chain = None
        facts = {"shares": self.shares.tolist()}
        yield Event("mix", 1, 1, done=True, facts=facts)

    def _make_chain(self) -> Chain:
        if self._chain is None:
            self._chain = _product([model.chain() for model in self.models], self.shares)  # type: ignore[attr-defined]
        return self._chain


def _product(chains: Sequence[Chain], shares: Floats) -> Chain:
    """Go through all contexts that the parts can be in together, from the word's start."""
    V = len(np.asarray(chains[0].P[0]))
    sizes = [chain.size for chain in chains]
    known: Indices = np.zeros(1, dtype=np.intp)  # sorted keys of the joint contexts so far
    frontier = known
    while len(frontier):
        places = np.unravel_index(frontier, sizes)
        # A symbol that no part gives any probability is never drawn.
        after = [
            _rows(chain.next, place)[:, 1:].ravel()
            for chain, place in zip(chains, places, strict=True)
        ]
        reached = np.unique(np.ravel_multi_index(after, sizes))
        frontier = np.setdiff1d(reached, known, assume_unique=True)
        known = np.union1d(known, frontier)
        if len(known) * V * 16 > _KEPT:
            return _Joint(chains, shares).as_chain()
    places = np.unravel_index(known, sizes)
    P = np.zeros((len(known), V))
    for share, chain, place in zip(shares, chains, places, strict=True):
        P += share * _rows(chain.P, place)
    after = [_rows(chain.next, place).ravel() for chain, place in zip(chains, places, strict=True)]
    following = np.searchsorted(known, np.ravel_multi_index(after, sizes)).reshape(-1, V)
    following[:, 0] = 0
    return Chain(len(known), P, following)


def _rows(table: Any, rows: Indices) -> npt.NDArray[Any]:
    if isinstance(table, np.ndarray):
        taken: npt.NDArray[Any] = table[rows]
        return taken
    return np.stack([np.asarray(table[row]) for row in rows.tolist()])


class _Joint:
    """A chain of joint contexts that are too many to be kept: numbered as they are met."""

    def __init__(self, chains: Sequence[Chain], shares: Floats) -> None:
        self._chains, self._shares = chains, shares
        self._number: dict[tuple[int, ...], int] = {}
        self._parts: list[tuple[int, ...]] = []
        self.number((0,) * len(chains))

    def number(self, parts: tuple[int, ...]) -> int:
        """Give the number of a joint context, a new one if it is met for the first time."""
        if parts not in self._number:
            self._number[parts] = len(self._parts)
            self._parts.append(parts)
        return self._number[parts]

    def as_chain(self) -> Chain:
        """Give it as a chain whose rows are made when asked for."""
        size = int(np.prod([float(chain.size) for chain in self._chains]).clip(max=2**62))
        return Chain(size, _JointRows(self), _JointNext(self))

    def row(self, number: int) -> Floats:
        """Give P of a joint context, (V,)."""
        parts = zip(self._shares, self._chains, self._parts[number], strict=True)
        rows = [share * np.asarray(chain.P[c]) for share, chain, c in parts]
        total: Floats = np.sum(rows, axis=0)
        return total

    def after(self, number: int, symbol: int) -> int:
        """Give the joint context after a symbol."""
        parts = zip(self._chains, self._parts[number], strict=True)
        return self.number(tuple(int(chain.next[c][symbol]) for chain, c in parts))


class _JointRows:
    def __init__(self, joint: _Joint) -> None:
        self._joint = joint

    def __getitem__(self, row: int) -> Floats:
        return self._joint.row(row)


class _JointNext:
    def __init__(self, joint: _Joint) -> None:
        self._joint = joint

    def __getitem__(self, row: int) -> _JointNextRow:
        return _JointNextRow(self._joint, row)


class _JointNextRow:
    def __init__(self, joint: _Joint, row: int) -> None:
        self._joint, self._row = joint, row

    def __getitem__(self, symbol: int) -> int:
        return self._joint.after(self._row, symbol)
