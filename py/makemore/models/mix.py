"""Several models as one: P(w | c) = Σ share · P(w | c), on one vocabulary."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from makemore.corpus import batches, split_words
from makemore.errors import MakemoreError, SettingError, VocabularyError
from makemore.evaluation import evaluate
from makemore.models import MODELS, kind_of
from makemore.models.protocol import Chain, Event, Model, State
from makemore.vocabulary import Vocabulary

__all__ = ["Mix", "best_shares", "mix"]

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]

_LARGEST = 100_000_000  # bytes that P of a mix's chain may take; above, it has none
_TABLE = 1 << 24  # pairs of contexts up to which a table tells their number
_ROUNDS, _STILL = 1000, 1e-7


class Mix:
    """A linear mix; ``shares`` (K,) are 0 or more and sum to 1, those of `models` in turn.

    Raises VocabularyError if the models have different symbols, SettingError for other shares.
    """

    def __init__(self, models: Sequence[Any], shares: Sequence[float]) -> None:
        if not models:
            raise SettingError("A mix needs at least one model.", "models")
        if any(model.vocabulary != models[0].vocabulary for model in models):
            raise VocabularyError(
                "Models can be mixed only if they know the same symbols: train all of them with "
                "one vocabulary."
            )
        self.models: list[Any] = list(models)
        self.vocabulary: Vocabulary = models[0].vocabulary
        self.shares = _checked_shares(shares, len(models))
        self._chain: Chain | None = None

    @property
    def reach(self) -> int | None:
        """How many symbols back matter: as many as for the farthest sighted part."""
        reaches = [model.reach for model, _ in self._parts()]
        return None if None in reaches else max(reaches)

    def predict(self, x: Indices) -> Floats:
        """Give P(next | row): (B, T), rows begin with 0, to (B, V) that sums to 1 by row."""
        P = np.zeros((len(x), len(self.vocabulary)))
        for model, share in self._parts():
            P += share * model.predict(x)
        return P

    def log_prob(self, x: Indices, y: Indices) -> Floats:
        """Give log P(y[:, t] | x[:, :t + 1]) in nats, (B, T); 0 where y is -1."""
        parts = [np.log(share) + model.log_prob(x, y) for model, share in self._parts()]
        found: Floats = np.logaddexp.reduce(parts, axis=0)
        found[y < 0] = 0
        return found

    def chain(self) -> Chain | None:
        """Give P and the next context, a context of each part; None if a part has no chain."""
        if self._chain is None:
            joined: Chain | None = None
            for model, share in self._parts():
                make = getattr(model, "chain", None)
                part = None if make is None else make()
                if part is None or not isinstance(part.P, np.ndarray):
                    return None
                scaled = Chain(part.size, share * part.P, part.next)
                joined = scaled if joined is None else _joined(joined, scaled)
                if joined is None:
                    return None
            self._chain = joined
        return self._chain

    def _parts(self) -> list[tuple[Any, float]]:
        pairs = zip(self.models, self.shares, strict=True)
        return [(model, share) for model, share in pairs if share > 0]

    @classmethod
    def start(
        cls, words: Sequence[str], vocabulary: Vocabulary, settings: Mapping[str, Any]
    ) -> Self:
        """Make a mix of fresh models of the kinds in ``settings["parts"]``, in equal shares."""
        kinds = settings.get("parts", MODELS["mix"].settings["parts"])
        unknown = [kind for kind in kinds if kind not in MODELS]
        if unknown or not kinds:
            raise SettingError(
                f"A mix is of models among {', '.join(MODELS)}; these are none: {unknown!r}.",
                "parts",
            )
        models = [
            MODELS[kind].load().start(words, vocabulary, _settings_of(kind, settings))
            for kind in kinds
        ]
        return cls(models, [1 / len(models)] * len(models))

    def train(
        self, words: Sequence[str], settings: Mapping[str, Any], held_out: Sequence[str] = ()
    ) -> Iterator[Event]:
        """Train each part, then choose the shares on held-out words.

        Without `held_out` a tenth of the words is held out, and what counts is then counted anew
        on all of them.
        """
        part, judge = list(words), list(held_out)
        if not judge:
            part, judge = split_words(words, (0.9, 0.1)) if len(words) > 1 else (part, part)
            part, judge = part or judge, judge or part
        for model in self.models:
            own = _settings_of(kind_of(model), settings)
            for event in model.train(part, own, judge):
                yield Event(
                    event.run, event.step, event.steps, event.losses, event.train, event.held_out
                )
        self.shares = best_shares(self.models, judge)
        self._chain = None
        loss = evaluate(self, judge)
        if not held_out:
            for model in self.models:
                if not hasattr(model, "parameters"):
                    for _ in model.train(words, _settings_of(kind_of(model), settings)):
                        pass
        named = zip(map(kind_of, self.models), self.shares, strict=True)
        yield Event(
            "mix", 1, 1, held_out=loss, done=True, facts={"shares": [list(pair) for pair in named]}
        )

    def state(self) -> State:
        """Give kind, settings and arrays of each part, and the shares."""
        parts: list[dict[str, Any]] = []
        arrays: dict[str, npt.NDArray[Any]] = {}
        for i, model in enumerate(self.models):
            config, own = model.state()
            parts.append({"kind": kind_of(model), "config": config})
            arrays |= {f"{i}.{name}": array for name, array in own.items()}
        return State({"parts": parts, "shares": self.shares}, arrays)

    @classmethod
    def from_state(cls, vocabulary: Vocabulary, state: State) -> Self:
        """Make the mix again; raises MakemoreError for a part of an unknown kind."""
        models: list[Model] = []
        for i, part in enumerate(state.config["parts"]):
            if part["kind"] not in MODELS:
                raise MakemoreError(f"The mix has a model of an unknown kind, {part['kind']!r}.")
            own = {
                name.removeprefix(f"{i}."): array
                for name, array in state.arrays.items()
                if name.startswith(f"{i}.")
            }
            loaded = MODELS[part["kind"]].load()
            models.append(loaded.from_state(vocabulary, State(part["config"], own)))
        return cls(models, state.config["shares"])


def mix(
    models: Sequence[Any],
    shares: Sequence[float] | None = None,
    held_out: Sequence[str] | None = None,
) -> Mix:
    """Mix models of one vocabulary; without `shares` by those that fit `held_out` best, or equal.

    Raises VocabularyError if the vocabularies differ, SettingError for shares that do not sum to 1.
    """
    equal = [1 / max(1, len(models))] * len(models)
    mixed = Mix(models, equal if shares is None else shares)
    if shares is None and held_out:
        mixed.shares = best_shares(models, held_out)
    return mixed


def best_shares(models: Sequence[Any], words: Sequence[str]) -> list[float]:
    """Find the shares under which the words are likeliest, by expectation-maximisation.

    A symbol is of each model by its share of the symbol's probability; a model's new share is the
    mean of those. Source: F. Jelinek and R. L. Mercer, "Interpolated estimation of Markov source
    parameters from sparse data" (1980).
    """
    found = [
        np.stack([model.log_prob(x, y)[y >= 0] for model in models])
        for x, y in batches(words, models[0].vocabulary)
    ]
    return [float(share) for share in likeliest_shares(np.concatenate(found, axis=1))]


def likeliest_shares(log_probs: Floats) -> Floats:
    """Find the shares (K,) of K models from log P of each of S symbols, (K, S)."""
    most = log_probs.max(axis=0)
    p = np.exp(log_probs - np.where(np.isfinite(most), most, 0))
    p = p[:, p.sum(axis=0) > 0]
    shares = np.full(len(p), 1 / len(p))
    if not p.size:
        return shares
    for _ in range(_ROUNDS):
        parts = shares[:, None] * p
        new = (parts / parts.sum(axis=0)).mean(axis=1)
        still = np.abs(new - shares).max() < _STILL
        shares = new
        if still:
            break
    shares /= shares.sum()
    return shares


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


def _settings_of(kind: str, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Give a part's settings: its defaults, and what was asked for by its own names."""
    defaults = MODELS[kind].settings
    return {**defaults, **{name: settings[name] for name in defaults if name in settings}}


def _checked_shares(shares: Sequence[float], K: int) -> list[float]:
    given = [float(share) for share in shares]
    if len(given) != K or not all(share >= 0 for share in given) or abs(sum(given) - 1) > 1e-6:
        raise SettingError(
            f"A mix of {K} models needs {K} shares of 0 or more that add up to 1; they are "
            f"{list(shares)!r}.",
            "shares",
        )
    return given
