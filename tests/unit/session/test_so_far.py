"""What is told of a net while it learns, by a clock that its own work moves on."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from makemore.models import MODELS
from makemore.models.net_run import NetRun
from makemore.models.protocol import Event
from makemore.models.recipes import recipe_for
from makemore.session.actions import ACTIONS
from makemore.session.so_far import SoFar
from makemore.training import fit
from makemore.vocabulary import Vocabulary
from tests.unit.session.asking import Session, run

WORDS = ["anna", "bob", "cab", "abba", "dab", "a", "baobab", "cabana"] * 40
COST = 0.004  # seconds of each look at the net


class Looks:
    """A clock that a net moves on when it is asked for the next symbol."""

    def __init__(self, net: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 0.0
        predict = type(net).predict

        def dear(this: Any, x: Any) -> Any:
            assert this is not net  # its weights change meanwhile
            self.now += COST
            return predict(this, x)

        monkeypatch.setattr(type(net), "predict", dear)

    def __call__(self) -> float:
        return self.now


def test_words_cost_a_hundredth_of_the_time_and_say_of_which_step_they_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    net = fit("gru", WORDS, steps=1)
    looks = Looks(net, monkeypatch)
    so_far = SoFar(net, looks)

    told = []
    for step in range(0, 2000, 10):
        seconds = step / 50
        told.append(so_far.after(Event("gru", step, 4000), seconds)["words"])
        assert looks.now <= 0.01 * seconds

    assert looks.now >= 0.006 * seconds  # and as much of it as it may
    assert told[0] is None
    shown = [each for each in told if each is not None]
    steps = sorted({each["step"] for each in shown})
    assert len(steps) > 2
    assert all(len(each["words"]) == 5 for each in shown)
    assert all(len(word) <= 21 for each in shown for word in each["words"])


def test_the_time_left_is_by_the_runs_own_steps_and_seconds() -> None:
    so_far = SoFar(fit("bigram-net", WORDS, steps=1))

    # It was stopped before, after 100 steps and 7 seconds.
    assert so_far.after(Event("net", 100, 500), 7.0)["left"] is None
    assert so_far.after(Event("net", 200, 500), 9.0)["left"] == pytest.approx(6.0)
    assert so_far.after(Event("net", 500, 500, done=True), 15.0)["left"] == 0
    assert SoFar(fit("bigram", WORDS)).after(Event("net", 5, -1), 1.0)["left"] is None


def test_a_net_whose_weights_are_no_numbers_makes_no_words() -> None:
    net: Any = fit("rnn", WORDS, steps=1)
    net.flat[:] = np.nan
    so_far = SoFar(net, lambda: 0.0)

    told = [so_far.after(Event("rnn", step, 100), step)["words"] for step in range(60)]

    assert told == [None] * 60


@pytest.mark.parametrize("kind", ["rnn", "transformer"])
def test_a_run_is_bit_for_bit_what_it_is_without_words(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("makemore.session.so_far._SHARE", 1e6)  # at every event
    monkeypatch.setattr("makemore.models.net_run._SLICE_SECONDS", 0.0)
    session, settings = Session(), {"steps": 60, "embedding": 8}
    session.load("words", "\n".join(WORDS).encode())
    reports, _ = run(ACTIONS["train"](session.state, kind, settings))
    learned = session.state.need_list()
    trained: Any = learned.trained[kind].model

    words, held_out = learned.parts[:2]
    values = {**MODELS[kind].settings, **settings}
    net = MODELS[kind].load().start(words, learned.vocabulary, values)
    alone = NetRun(net, words, recipe_for(kind, words, learned.vocabulary, values), held_out)
    losses = [loss for event in alone.events() for loss in event.losses]

    assert len({report["words"]["step"] for report in reports if report["words"]}) > 2
    assert [loss for report in reports for loss in report["losses"]] == losses
    for name, array in alone.state().arrays.items():
        assert (trained.run.state().arrays[name] == array).all()
    assert trained.run.state().config == alone.state().config


def test_words_have_the_lists_capitals_and_those_without_end_are_cut() -> None:
    session = Session()
    names = [word.capitalize() for word in WORDS]
    session.load("names", "\n".join(names).encode())
    session.train("bigram-net", {"steps": 3, "learning_rate": 1})
    learned = session.state.need_list()
    so_far = SoFar(learned.trained["bigram-net"].model, lambda: 0.0)
    told = [so_far.after(Event("net", step, 100), step)["words"] for step in range(50)]

    words = [word for each in told if each for word in each["words"] if word]
    assert words
    assert all(word[0].isupper() for word in words)

    endless: Any = fit("bigram-net", ["ab" * 30], vocabulary=Vocabulary("ab"), learning_rate=1.0)
    so_far = SoFar(endless, lambda: 0.0)
    told = [so_far.after(Event("net", step, 100), step)["words"] for step in range(80)]
    words = [word for each in told if each for word in each["words"]]
    assert max(map(len, words)) == 21
    assert all(word.endswith("…") == (len(word) == 21) for word in words)
