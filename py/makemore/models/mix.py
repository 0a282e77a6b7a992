"""A linear mix of models: P = Σ share · P of each, which no model of them need be best for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from makemore.case import Case, case_of, set_case
from makemore.corpus import split_words
from makemore.errors import MakemoreError, SettingError
from makemore.evaluation import symbol_log_probs
from makemore.models.choice import choose_shares
from makemore.models.protocol import Chain, Event, Model, State
from makemore.vocabulary import Vocabulary

__all__ = ["Mix", "mix"]

_LARGEST = 100_000_000  # bytes that P of a mix's chain may take; above, it has none
_TABLE = 1 << 24  # pairs of contexts up to which a table tells their number

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]


def mix(
    models: Sequence[Model],
    shares: Sequence[float] | None = None,
    held_out: Sequence[str] | None = None,
) -> Mix:
    """Mix models of one vocabulary, in shares that are given or that held-out words choose.

    Without either, all have the same share. Raises MakemoreError if there is no model, or they have
    different vocabularies or fold capitals differently, SettingError if shares are negative or do
    not add up to 1.
    """
    case = _common_case(models)
    if shares is None:
        if held_out:
            shares = choose_shares([symbol_log_probs(m, held_out) for m in models]).tolist()
        else:
            shares = [1 / max(1, len(models))] * len(models)
    mixed = Mix(models, shares)
    set_case(mixed, case)
    return mixed


def _common_case(models: Sequence[Model]) -> Case | None:
    """Give how all parts fold capitals; how many words each one's list had is its own."""
    cases = [case_of(model) for model in models]
    if len({case and (case.title, case.after) for case in cases}) > 1:
        raise MakemoreError(
            "Models can be mixed only if they fold capitals alike: one has learned its words in "
            "lower case, another has not, or gives capitals back otherwise. Fit them on lists that "
            "are written alike."
        )
    return cases[0] if cases else None


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

    def chain(self) -> Chain | None:
        """Give P and the next context, one of each part; None if a part has none, or too many."""
        if len(self.models) == 1:
            only: Any = self.models[0]
            single: Chain | None = only.chain() if hasattr(only, "chain") else None
            return single
        if self._chain is None:
            joined: Chain | None = None
            for share, model in zip(self.shares, self.models, strict=True):
                make = getattr(model, "chain", None)
                part: Chain | None = None if make is None else make()
                if part is None or not part.whole:
                    return None
                scaled = Chain(part.size, share * np.asarray(part.P), part.next)
                joined = scaled if joined is None else _joined(joined, scaled)
                if joined is None:
                    return None
            self._chain = joined
        return self._chain

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
        model = cls(models, state.arrays["shares"].tolist())
        model.shares = state.arrays["shares"]  # to the last bit, not divided by their sum again
        return model

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
        """Train each part, then choose the shares on held-out words.

        Without `held_out` a tenth of the words is held out, and what counts is then counted anew
        on all of them. The last event's facts: ``shares``, and ``parts``, their kinds. If it is
        closed, or interrupted, while the last part is trained, that is mixed as far as it came.
        """
        from makemore.models import kind_of

        share = settings.get("share")
        learned, judges = words, held_out
        if share is None and not held_out and len(words) > 9:
            learned, judges = split_words(words, (0.9, 0.1))
        *first, last = self.models
        for model in first:
            yield from _under_way(model.train(learned, _settings_of(model, settings), judges))
        try:
            yield from _under_way(last.train(learned, _settings_of(last, settings), judges))
        except (KeyboardInterrupt, GeneratorExit):
            if getattr(last, "run", None) is not None:
                self._choose(share, judges)
                if learned is not words:
                    self._recount(words, settings)
            raise
        self._choose(share, judges)
        loss = float(-symbol_log_probs(self, judges).mean()) if judges else None
        if learned is not words:
            self._recount(words, settings)
        facts = {"shares": self.shares.tolist(), "parts": [kind_of(m) for m in self.models]}
        yield Event("mix", 1, 1, held_out=loss, done=True, facts=facts)

    def _choose(self, share: float | None, judges: Sequence[str]) -> None:
        """Take the share of the last part that was asked for, or what suits held-out words."""
        self._chain = None
        if share is not None:
            self.shares = np.array([1 - share, share])
        elif judges:
            self.shares = choose_shares([symbol_log_probs(m, judges) for m in self.models])

    def _recount(self, words: Sequence[str], settings: Mapping[str, Any]) -> None:
        """Count all words with those of the parts that are no nets, as they were chosen."""
        for model in self.models:
            if not hasattr(model, "parameters"):
                chosen = {
                    name: getattr(model, name)
                    for name in ("order", "smoothing")
                    if hasattr(model, name)
                }
                for _ in model.train(words, {**_settings_of(model, settings), **chosen}):
                    pass


def _under_way(events: Iterator[Event]) -> Iterator[Event]:
    for event in events:
        yield replace(event, done=False)


def _settings_of(model: Model, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Give a part's settings: its defaults, and what was asked for by its own names."""
    from makemore.models import MODELS, kind_of

    defaults = MODELS[kind_of(model)].settings
    given = {
        name: value
        for name, value in settings.items()
        if name in defaults and name != "share" and value is not None
    }
    return {**defaults, **given}


def _joined(a: Chain, b: Chain) -> Chain | None:
    """Add two chains up: contexts are the pairs that one text can lead to; None if too many.

    A pair is fixed by the longer one of two n-gram contexts, so there are fewer than both have.
    """
    known: npt.NDArray[np.int64] = np.zeros(1, dtype=np.int64)
    fresh, V = known, a.P[0].shape[0]
    while len(fresh):
        reached = np.unique(_pairs_after(a, b, fresh))
        fresh = reached[~np.isin(reached, known, assume_unique=True)]
        known = np.union1d(known, fresh)
        if len(known) * V * 8 > _LARGEST:
            return None
    first, second = np.divmod(known, b.size)
    pairs = _pairs_after(a, b, known)
    if a.size * b.size <= _TABLE:
        number = np.zeros(a.size * b.size, dtype=np.int32)
        number[known] = np.arange(len(known))
        after = number[pairs].astype(np.intp)
    else:
        after = np.searchsorted(known, pairs)
    return Chain(len(known), np.asarray(a.P)[first] + np.asarray(b.P)[second], after)


def _pairs_after(a: Chain, b: Chain, pairs: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    first, second = np.divmod(pairs, b.size)
    after: npt.NDArray[np.int64] = a.next[first].astype(np.int64) * b.size + b.next[second]
    return after
