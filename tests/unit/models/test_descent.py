"""A training run, piece by piece."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import count

import numpy as np
import pytest

from makemore.counting.tables import count_bigrams
from makemore.errors import TrainingError
from makemore.models.bigram_net import SoftmaxModel
from makemore.models.descent import TrainingRun
from makemore.vocabulary import Vocabulary

WORDS = ["emma", "olivia", "ava", "isabella", "sophia", "mia"]
COUNTS = count_bigrams(WORDS, Vocabulary.from_words(WORDS))
FOREVER = float("inf")


def new_run(steps: int = 20, learning_rate: float = 5.0, l2: float = 0.01) -> TrainingRun:
    return TrainingRun(SoftmaxModel(COUNTS), steps, learning_rate, l2)


def losses_of(steps: int, learning_rate: float = 5.0, l2: float = 0.01) -> list[float]:
    model = SoftmaxModel(COUNTS)
    return [model.step(learning_rate, l2) for _ in range(steps)]


class ScriptedModel(SoftmaxModel):
    """A model whose losses are given: the one at ``script[i]`` is that of weights i, i, …"""

    def __init__(self, script: list[float]) -> None:
        super().__init__(COUNTS, np.zeros(COUNTS.shape))
        self.script = script

    def loss(self, l2: float = 0.01) -> float:
        return self.script[int(self.weights[0, 0])]

    def step(self, learning_rate: float = 50.0, l2: float = 0.01) -> float:
        loss = self.loss(l2)
        self.weights = self.weights + 1
        return loss


def in_slices_of(run: TrainingRun, seconds: float) -> None:
    """Advance until all steps are done."""
    while not run.done:
        run.advance(seconds)


def clock_of_seconds() -> Callable[[], float]:
    """Return a clock on which one second goes by between two looks."""
    return count().__next__


def test_a_run_takes_the_models_steps() -> None:
    run = new_run()

    losses = run.advance(FOREVER)

    assert losses == run.losses == losses_of(20)
    assert run.done


def test_a_run_in_slices_equals_a_run_in_one_go() -> None:
    run = new_run()
    slices = []

    while not run.done:
        slices.append(run.advance(3, clock_of_seconds()))

    assert [len(part) for part in slices] == [3, 3, 3, 3, 3, 3, 2]
    assert [loss for part in slices for loss in part] == run.losses == losses_of(20)
    whole = new_run()
    whole.advance(FOREVER)
    np.testing.assert_array_equal(run.model.weights, whole.model.weights)


def test_at_least_one_step_is_done_however_short_the_time() -> None:
    run = new_run()

    assert len(run.advance(0)) == 1
    assert len(run.advance(-1)) == 1
    assert not run.done


def test_a_run_that_is_done_does_no_more() -> None:
    run = new_run(steps=2)
    run.advance(FOREVER)
    W = run.model.weights

    assert run.advance(FOREVER) == []
    np.testing.assert_array_equal(run.model.weights, W)


# Resume


def test_a_stopped_run_goes_on_to_the_steps_of_the_whole_run() -> None:
    run = new_run(steps=10)
    run.advance(4, clock_of_seconds())

    run.resume(10, 5.0, 0.01)
    run.advance(FOREVER)

    assert run.losses == losses_of(10)


def test_a_finished_run_goes_on_for_so_many_more_steps() -> None:
    run = new_run(steps=10)
    run.advance(FOREVER)

    run.resume(5, 5.0, 0.01)
    assert not run.done
    run.advance(FOREVER)

    assert run.losses == losses_of(15)


@pytest.mark.parametrize(("steps", "in_all"), [(3, 9), (6, 12), (7, 7)])
def test_a_stopped_run_that_has_reached_the_new_total_goes_on_for_so_many_more(
    steps: int, in_all: int
) -> None:
    run = new_run(steps=10)
    run.advance(6, clock_of_seconds())

    run.resume(steps, 5.0, 0.01)
    run.advance(FOREVER)

    assert run.losses == losses_of(in_all)


def test_a_resumed_run_has_the_new_settings() -> None:
    run = new_run(steps=3)
    run.advance(FOREVER)
    run.resume(2, 1.0, 0.5)
    run.advance(FOREVER)

    model = SoftmaxModel(COUNTS)
    expected = [model.step(5.0, 0.01) for _ in range(3)] + [model.step(1.0, 0.5) for _ in range(2)]
    assert run.losses == expected


# A run in another Python


def test_a_run_made_again_from_its_state_goes_on_bit_for_bit() -> None:
    run = new_run(steps=20, learning_rate=50.0)
    run.advance(7, clock_of_seconds())

    again = TrainingRun.from_state(COUNTS, run.state())

    assert (again.steps, again.learning_rate, again.l2) == (20, 50.0, 0.01)
    assert again.losses == run.losses
    assert again.lowest == run.lowest
    assert again.advance(FOREVER) == run.advance(FOREVER)
    np.testing.assert_array_equal(again.model.weights, run.model.weights)


def test_a_run_made_again_before_its_first_step_is_a_new_run() -> None:
    again = TrainingRun.from_state(COUNTS, new_run().state())

    assert again.lowest is None
    assert again.advance(FOREVER) == losses_of(20)


def test_the_good_weights_of_a_run_made_again_are_kept_too() -> None:
    run = new_run()
    run.advance(FOREVER)
    run.resume(20, 1e6, 0.01)

    again = TrainingRun.from_state(COUNTS, run.state())
    with pytest.raises(TrainingError):
        again.advance(FOREVER)

    assert again.model.loss() == pytest.approx(run.model.loss())


def test_a_state_is_of_no_use_for_other_counts() -> None:
    other = COUNTS.copy()
    other[0, 1] += 1

    for counts in (other, COUNTS[1:, 1:]):
        with pytest.raises(TrainingError, match="another list"):
            TrainingRun.from_state(counts, new_run().state())


# Runs that go wrong


def test_a_run_that_ends_above_where_it_began_gives_back_the_weights_of_the_lowest_loss() -> None:
    run = new_run(steps=20, learning_rate=200.0)

    with pytest.raises(TrainingError, match=r"after step 20, .* at first"):
        run.advance(FOREVER)

    lowest = run.lowest
    assert lowest is not None
    assert run.model.loss() == pytest.approx(lowest)


def test_going_on_where_nothing_is_left_to_learn_is_no_failure() -> None:
    run = new_run(steps=3000, l2=1.0)
    run.advance(FOREVER)

    for _ in range(3):
        run.resume(50, 5.0, 1.0)
        run.advance(FOREVER)

    assert run.losses[-1] == pytest.approx(run.losses[2999])


def test_a_learning_rate_that_makes_the_loss_rise_is_reported_with_the_loss() -> None:
    run = new_run(learning_rate=1e6)

    with pytest.raises(TrainingError, match=r"rises .* learning rate 1e\+06 is too large"):
        run.advance(FOREVER)


def test_a_run_that_explodes_gives_back_the_weights_of_the_lowest_loss() -> None:
    run = new_run(steps=10)
    run.advance(FOREVER)
    reached = run.model.loss(0.01)

    run.resume(10, 1e6, 0.01)
    with pytest.raises(TrainingError, match="last good weights are kept"):
        run.advance(FOREVER)

    assert run.model.loss(0.01) == pytest.approx(reached, abs=1e-12)


def test_a_run_whose_numbers_overflow_gives_back_the_weights_of_the_lowest_loss() -> None:
    run = new_run(steps=10)
    run.advance(FOREVER)
    reached = run.model.loss(0.01)

    run.resume(10, 1e308, 1e9)
    with pytest.raises(TrainingError, match="last good weights are kept"):
        run.advance(FOREVER)

    assert run.model.loss(0.01) == pytest.approx(reached, abs=1e-12)


def test_a_run_can_go_on_with_a_smaller_learning_rate_after_it_exploded() -> None:
    run = new_run(learning_rate=1e6)
    with pytest.raises(TrainingError):
        run.advance(FOREVER)

    run.resume(50, 5.0, 0.01)
    run.advance(FOREVER)

    assert run.done
    assert run.losses[-1] < run.losses[0] / 1.5


def test_an_explosion_at_the_last_step_is_noticed_too() -> None:
    run = new_run(steps=1, learning_rate=1e6)
    start = SoftmaxModel(COUNTS).weights

    with pytest.raises(TrainingError, match="rises"):
        run.advance(FOREVER)

    np.testing.assert_array_equal(run.model.weights, start)


def test_an_explosion_tells_the_losses_of_the_steps_before_it() -> None:
    model = ScriptedModel([3, 2, 1, 2, 100])
    run = TrainingRun(model, 20, 5.0, 0.01)
    assert run.advance(0) == [3]

    with pytest.raises(TrainingError, match="after step 4") as caught:
        run.advance(FOREVER)

    assert caught.value.losses == [2, 1, 2]


def test_an_explosion_is_noticed_in_the_slice_that_made_it() -> None:
    run = new_run(learning_rate=1e6)
    start = run.model.weights

    with pytest.raises(TrainingError, match="after step 1"):
        run.advance(0)
    run.resume(20, 5.0, 0.01)

    np.testing.assert_array_equal(run.model.weights, start)


@pytest.mark.parametrize("seconds", [0, FOREVER])
@pytest.mark.parametrize("script", [[3, 2, 1, 1.5, 31, 1], [3, 2, 1, 1.5, math.nan, 1]])
def test_the_weights_that_come_back_are_those_of_the_lowest_loss(
    seconds: float, script: list[float]
) -> None:
    run = TrainingRun(ScriptedModel(script), 5, 1.0, 0.0)

    with pytest.raises(TrainingError, match="after step 4, 3 at first"):
        in_slices_of(run, seconds)

    assert np.unique(run.model.weights).tolist() == [2]


def test_a_loss_of_up_to_ten_times_the_first_may_come_down_again() -> None:
    run = TrainingRun(ScriptedModel([3, 2, 30, 1, 1]), 4, 1.0, 0.0)

    assert run.advance(FOREVER) == [3, 2, 30, 1]


def test_stronger_regularization_is_no_explosion() -> None:
    run = new_run(steps=10)
    run.advance(FOREVER)

    run.resume(30, 0.01, 100)
    run.advance(FOREVER)

    assert run.losses[10] > 10 * run.losses[0]
    assert run.losses[-1] < run.losses[10]
