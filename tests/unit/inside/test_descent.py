from __future__ import annotations

import numpy as np
import pytest

from makemore.counting.tables import count_bigrams
from makemore.errors import TrainingError
from makemore.inside.descent import Descent
from makemore.models.bigram_net import SoftmaxModel
from makemore.torch_generator import TorchGenerator
from makemore.vocabulary import Vocabulary
from tests.unit.inside.nets import WORDS


def test_any_step_is_that_of_a_run_that_goes_there_straight() -> None:
    counts = count_bigrams(WORDS, Vocabulary.from_words(WORDS))
    descent = Descent(counts, 7, 50.0, 0.01)
    for step in (0, 5, 3, 3, 12, 0, 11):
        straight = SoftmaxModel(counts, generator=TorchGenerator(7))
        losses = [straight.step(50.0, 0.01) for _ in range(step)]
        np.testing.assert_array_equal(descent.go_to(step).weights, straight.weights)
        assert descent.losses[:step] == losses


def test_of_a_large_table_the_steps_between_are_done_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    counts = count_bigrams(WORDS, Vocabulary.from_words(WORDS))
    monkeypatch.setattr("makemore.inside.descent._KEPT", 50_000)
    descent = Descent(counts, 7, 50.0, 0.01)
    last = descent.go_to(20).weights.copy()
    assert len(descent._kept) < 20
    descent.go_to(3)
    np.testing.assert_array_equal(descent.go_to(20).weights, last)
    assert len(descent.losses) == 20


def test_a_loss_that_explodes_is_said() -> None:
    counts = count_bigrams(WORDS, Vocabulary.from_words(WORDS))
    with pytest.raises(TrainingError, match="no longer a number"):
        Descent(counts, 7, 1e6, 100.0).go_to(300)
