"""Whatever is done in whatever order, what a session gives is of the model and list that it names.

Two lists have no letter in common, so that a word tells whose it is.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from makemore.errors import MakemoreError
from makemore.evaluation import evaluate
from makemore.session.dispatch import advance, dispatch, stop
from tests.unit.session.asking import Session

LISTS = {
    name: "\n".join(a + b + c for a in letters for b in letters for c in letters).encode()
    for name, letters in {"first": "abc", "second": "xyz"}.items()
}
COUNTING = {
    "bigram": [{"smoothing": "1"}, {"smoothing": "0.1"}],
    "ngram": [{"order": "2", "smoothing": "1"}, {"order": "3", "smoothing": "0.5"}],
}
NET = {"steps": "40", "learning_rate": "5"}
KINDS = [*COUNTING, "bigram-net"]


@dataclass
class Expected:
    """What should be known of one list: the settings of its models."""

    name: str
    models: dict[str, dict[str, str]] = field(default_factory=dict)


@dataclass
class Training:
    """A net under way, and whose it is."""

    stream: int
    of: Expected | None = None  # the list in use at its first report


class Walk(RuleBasedStateMachine):
    """The page's actions, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.session = Session()
        self.training: Training | None = None
        self.before: Expected | None = None

    @initialize(name=st.sampled_from(sorted(LISTS)))
    def begin(self, name: str) -> None:
        self.session.load(name, LISTS[name])
        self.now = Expected(name)

    @rule(name=st.sampled_from(sorted(LISTS)))
    def choose_list(self, name: str) -> None:
        summary = self.session.load(name, LISTS[name])
        self.before, self.now = self.now, Expected(name)
        assert (summary["name"], summary["before"]) == (name, self.before.name)

    @precondition(lambda self: self.before is not None)
    @rule()
    def undo(self) -> None:
        assert self.before is not None
        self.before, self.now = self.now, self.before
        assert self.session.undo_list()["name"] == self.now.name

    @rule(kind=st.sampled_from(sorted(COUNTING)), which=st.integers(0, 1))
    def count(self, kind: str, which: int) -> None:
        typed = COUNTING[kind][which]
        card = self.session.train(kind, typed)
        self.now.models[kind] = typed
        assert (card["kind"], card["whole"]) == (kind, True)

    @rule(kind=st.sampled_from(sorted(COUNTING)))
    def refuse_settings(self, kind: str) -> None:
        with pytest.raises(MakemoreError):
            self.session.train(kind, {"smoothing": "-1"})

    @precondition(lambda self: self.training is None)
    @rule()
    def begin_training(self) -> None:
        asked = {"kind": "bigram-net", "settings": NET}
        self.training = Training(dispatch(self.session.state, "train", asked)["stream"])

    @precondition(lambda self: self.training is not None)
    @rule()
    def train_on(self) -> None:
        assert self.training is not None
        answer = advance(self.session.state, self.training.stream)
        self.training.of = self.training.of or self.now
        self.training.of.models["bigram-net"] = NET
        if "report" not in answer:
            self.trained(answer["value"])

    @precondition(lambda self: self.training is not None)
    @rule()
    def stop_training(self) -> None:
        assert self.training is not None
        answer = stop(self.session.state, self.training.stream)
        if answer["value"] is None:  # it had not begun
            self.training = None
        else:
            self.trained(answer["value"])

    def trained(self, card: dict[str, Any]) -> None:
        assert self.training is not None
        assert card["kind"] == "bigram-net"
        assert card["train"] is None or math.isfinite(card["train"])
        self.training = None

    @rule(kind=st.sampled_from(KINDS), seed=st.sampled_from(["1", "2", ""]))
    def make(self, kind: str, seed: str) -> None:
        if kind not in self.now.models:
            with pytest.raises(MakemoreError, match="not trained on this list yet"):
                self.session.make(kind, seed=seed)
            return
        begun = dispatch(
            self.session.state, "make", {"kind": kind, "count": 3, "seed": seed, "repeats": True}
        )
        report = advance(self.session.state, begun["stream"])["report"]
        stop(self.session.state, begun["stream"])
        assert report["model"] == self.session.card(kind)["name"]
        self.are_of(kind, report["words"])

    @rule(kind=st.sampled_from(sorted(COUNTING)))
    def make_while_the_model_is_renewed(self, kind: str) -> None:
        if kind not in self.now.models:
            return
        model = self.session.state.need_list().trained[kind].model
        name = self.session.card(kind)["name"]
        asked = {"kind": kind, "count": 200, "seed": "3", "repeats": True}
        begun = dispatch(self.session.state, "make", asked)
        advance(self.session.state, begun["stream"])
        star = {"first": "abc", "second": "xyz"}[self.now.name]
        self.session.more_like([star], kind)
        report = advance(self.session.state, begun["stream"])["report"]
        stop(self.session.state, begun["stream"])
        assert report["model"] == name
        self.are_of(kind, report["words"], model)

    def are_of(self, kind: str, words: list[dict[str, Any]], model: Any = None) -> None:
        """Check that words are of the list's letters, and scored by the model that made them."""
        letters = set(LISTS[self.now.name].decode()) - {"\n"}
        model = model or self.session.state.need_list().trained[kind].model
        assert words
        for word in words:
            assert set(word["word"]) <= letters
            indices = model.vocabulary.encode([word["word"]])[1:-1].tolist()
            likely = 1.0
            x = [0]
            for symbol in indices:
                likely *= float(model.predict(np.array([x], dtype=np.intp))[0, symbol])
                x.append(symbol)
            if word["ended"]:
                likely *= float(model.predict(np.array([x], dtype=np.intp))[0, 0])
            assert math.prod(word["probabilities"]) == pytest.approx(likely, rel=1e-6)

    @invariant()
    def cards_are_of_the_list_in_use(self) -> None:
        if not hasattr(self, "now"):
            return
        cards = {card["kind"]: card for card in self.session.cards()}
        assert set(cards) == set(self.now.models)
        trained = self.session.state.need_list().trained
        words = LISTS[self.now.name].decode().split()
        for kind, card in cards.items():
            for name, typed in self.now.models[kind].items():
                assert float(card["settings"][name]) == float(typed)
            if kind in COUNTING and "more like" not in card["name"]:
                assert card["train"] == pytest.approx(evaluate(trained[kind].model, words))


Walk.TestCase.settings = settings(
    max_examples=25,
    stateful_step_count=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
test_nothing_mixes = Walk.TestCase
