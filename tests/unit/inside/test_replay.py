from __future__ import annotations

import numpy as np
import pytest

from makemore.counting.tables import count_bigrams
from makemore.errors import TrainingError
from makemore.inside.replay import Descent, Replay
from makemore.models.bigram_net import BigramNet, SoftmaxModel
from makemore.models.descent import TrainingRun
from makemore.torch_generator import TorchGenerator
from makemore.vocabulary import Vocabulary
from tests.unit.inside.nets import WORDS


def test_any_step_is_that_of_a_run_that_goes_there_straight() -> None:
    counts = count_bigrams(WORDS, Vocabulary.from_words(WORDS))
    descent = Descent(counts, 7, [(0, 50.0, 0.01)])
    for step in (0, 5, 3, 3, 12, 0, 11):
        straight = SoftmaxModel(counts, generator=TorchGenerator(7))
        losses = [straight.step(50.0, 0.01) for _ in range(step)]
        assert descent.go_to(step) == step
        np.testing.assert_array_equal(descent.net.weights, straight.weights)
        assert descent.losses[:step] == losses


def test_of_a_large_table_the_steps_between_are_done_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    counts = count_bigrams(WORDS, Vocabulary.from_words(WORDS))
    monkeypatch.setattr("makemore.inside.replay._KEPT", 50_000)
    descent = Descent(counts, 7, [(0, 50.0, 0.01)])
    descent.go_to(20)
    last = descent.net.weights.copy()
    assert len(descent._kept) < 20
    descent.go_to(3)
    descent.go_to(20)
    np.testing.assert_array_equal(descent.net.weights, last)
    assert len(descent.losses) == 20


def test_a_loss_that_explodes_is_said() -> None:
    counts = count_bigrams(WORDS, Vocabulary.from_words(WORDS))
    with pytest.raises(TrainingError, match="no longer a number"):
        Descent(counts, 7, [(0, 1e6, 100.0)]).go_to(300)


def test_what_takes_long_is_gone_through_piece_by_piece() -> None:
    counts = count_bigrams(WORDS, Vocabulary.from_words(WORDS))
    descent = Descent(counts, 7, [(0, 50.0, 0.01)])
    reached = [descent.go_to(3, seconds=0) for _ in range(3)]
    assert reached == [1, 2, 3]


def test_a_run_that_was_resumed_at_another_pace_is_seen_as_it_went() -> None:
    net = BigramNet.start(WORDS, Vocabulary.from_words(WORDS), {"weights_seed": 7})
    for settings in (
        {"steps": 5, "learning_rate": 20.0, "l2": 0.01, "weights_seed": 7},
        {"steps": 4, "learning_rate": 3.0, "l2": 0.5, "weights_seed": 8},  # too late for a seed
    ):
        list(net.train(WORDS, settings))
    assert net.run is not None
    again = TrainingRun.from_state(net.net.counts, net.run.state())
    assert (again.seed, again.paces) == (7, [(0, 20.0, 0.01), (5, 3.0, 0.5)])

    replay = Replay.of_run(net)
    assert (replay.own, replay.steps) == (True, 9)
    shown, losses, step = replay.at(8)
    assert (len(losses), step) == (8, 8)
    assert replay.same(losses)
    shown.step(3.0, 0.5)
    np.testing.assert_array_equal(shown.weights, net.net.weights)


def test_steps_after_a_run_went_back_to_better_weights_are_not_called_its_own() -> None:
    net = BigramNet.start(WORDS, Vocabulary.from_words(WORDS), {"weights_seed": 7})
    slow = {"steps": 5, "learning_rate": 5.0, "l2": 0.01, "weights_seed": 7}
    list(net.train(WORDS, slow))
    with pytest.raises(TrainingError):
        list(net.train(WORDS, {**slow, "learning_rate": 1e5}))
    list(net.train(WORDS, slow))
    replay = Replay.of_run(net)

    assert replay.same(replay.at(5)[1])
    assert not replay.same(replay.at(replay.steps - 1)[1])
    last, losses, _ = replay.at(replay.steps)
    assert last is net.net
    assert replay.same(losses)
