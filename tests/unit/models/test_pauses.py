"""How long a net in training works between two events, by a clock that counts its operations."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import pytest

from makemore.makemore_run import MakemoreRun, Options
from makemore.models import MODELS
from makemore.models.batches import Batch
from makemore.models.net import Net, Sizes
from makemore.models.net_run import NetRun
from makemore.models.protocol import Event
from makemore.models.recipes import Recipe
from makemore.nn import kernel
from makemore.session.dispatch import advance, dispatch, stop
from makemore.torch_generator import TorchGenerator
from makemore.vocabulary import Vocabulary
from tests.unit.session.asking import Session

KINDS = ["bow", "mlp", "rnn", "gru", "transformer"]
SMALL = Sizes(context=8, layers=2, heads=2, embedding=6, hidden=5)
WORDS = ["anna", "bob", "cab", "abba", "dab", "a", "baobab", "cabana"] * 100
PART = 2e5  # operations that stand for 10 ms
PAUSE = 0.05  # seconds between two events, at most
every_net = pytest.mark.parametrize("kind", KINDS)

Clock = Callable[[], float]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Give a clock that stands still unless a net works."""
    work = [0.0]

    def counted(forward: Any) -> Any:
        def count(net: Net, batch: Batch) -> Any:
            work[0] += net._work() * len(batch.ids)
            return forward(net, batch)

        return count

    monkeypatch.setattr(kernel, "part_work", lambda: PART)
    for kind in KINDS:
        net = MODELS[kind].load()
        monkeypatch.setattr(net, "forward", counted(net.forward))
    return lambda: work[0] / PART / 100


def pauses(events: Iterator[Event], clock: Clock) -> list[float]:
    times = [clock()]
    times += [clock() for _ in events]
    return [after - before for before, after in pairwise(times)]


@every_net
def test_a_long_step_and_a_measure_of_the_loss_are_divided(kind: str, clock: Clock) -> None:
    net: Net = MODELS[kind].load()(Vocabulary("abcdno"), SMALL, TorchGenerator(1, era=2))
    run = NetRun(net, WORDS, Recipe(SMALL, 3, 800, 0.01, 0.0), WORDS[:200])

    between = pauses(run.events(clock), clock)

    assert sum(between) > 3 * 4 * PAUSE  # each of the three steps takes that long
    assert max(between) <= PAUSE


@pytest.mark.parametrize("kind", ["rnn", "transformer"])
def test_the_scripts_run_is_divided_too_with_its_evaluations_and_samples(
    kind: str, clock: Clock
) -> None:
    options = Options(type=kind, max_steps=501, n_layer=2, n_head=2, n_embd=6, n_embd2=6)
    run = MakemoreRun(WORDS, options)

    between = pauses(run.events(clock=clock), clock)

    assert sum(between) > 20 * PAUSE
    assert max(between) <= PAUSE


@every_net
def test_a_stop_is_answered_after_a_little_more_work(kind: str, clock: Clock) -> None:
    session = Session()
    session.load("words", "\n".join(sorted({a + b for a in WORDS for b in WORDS})).encode())
    begun = dispatch(session.state, "train", {"kind": kind, "settings": {"embedding": 8}})
    advance(session.state, begun["stream"])
    before = clock()

    card = stop(session.state, begun["stream"])["value"]

    assert card["train"] is not None
    assert card["held_out"] is not None
    assert clock() - before <= 2 * PAUSE
