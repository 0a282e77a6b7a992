"""Nets trained with the compiled kernel and without it: the same run."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from makemore.models import MODELS
from makemore.models.net_run import NetRun
from makemore.models.recipes import recipe_for
from makemore.nn import kernel
from makemore.vocabulary import Vocabulary

WORDS = ["anna", "bob", "cab", "abba", "dab", "a", "baobab", "cabana", "candid", "radar"] * 20


@pytest.fixture(autouse=True)
def compiled() -> None:
    assert kernel.load().compiled, kernel.status().why


def losses(kind: str) -> Iterator[float]:
    vocabulary, settings = Vocabulary.from_words(WORDS), {"recipe": "makemore", "steps": 50}
    net = MODELS[kind].load().start(WORDS, vocabulary, settings)
    run = NetRun(net, WORDS, recipe_for(kind, WORDS, vocabulary, settings))
    for event in run.events():
        yield from event.losses


@pytest.mark.parametrize("kind", ["bigram-logits", "bow", "mlp", "rnn", "gru", "transformer"])
def test_fifty_steps_have_the_same_losses_with_the_kernel_and_without(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_kernel = list(losses(kind))
    for name, twin in kernel.TWINS.items():
        monkeypatch.setattr(kernel, name, twin)
    without = list(losses(kind))

    assert len(with_kernel) == 50
    assert without[-1] < without[0]
    np.testing.assert_allclose(with_kernel, without, rtol=0, atol=1e-4)
