"""What a comparison is said to mean."""

from __future__ import annotations

import numpy as np

from makemore.session.verdict import Judged, verdict

WORDS = 400


def row(kind: str, loss: float, *, seconds: float = 1.0, spread: float = 0.0) -> Judged:
    """Return a model whose words of five symbols cost so much, the same but for the spread."""
    nll = np.full(WORDS, 5 * loss)
    nll[::2] += spread
    nll[1::2] -= spread
    net = kind not in ("bigram", "ngram")
    names = {"ngram": "N-gram, order 4", "gru": "GRU", "bigram": "Bigram counts", "mix": "Mix"}
    return Judged(kind, names[kind], net, seconds, nll, 5 * WORDS, True)


def test_a_simpler_model_that_differs_by_chance_is_as_good() -> None:
    rows = [
        row("bigram", 2.5),
        row("ngram", 2.02, seconds=0.1),
        row("gru", 2.0, seconds=31.0, spread=2),
    ]

    assert verdict(rows, WORDS) == (
        "An n-gram of order 4 is as good as the GRU here (2.020 and 2.000 nats per symbol on "
        "held-out words), 300 times faster to train."
    )


def test_a_difference_that_every_word_shows_is_one() -> None:
    rows = [row("bigram", 2.5), row("ngram", 2.1, seconds=0.1), row("gru", 2.0, seconds=31.0)]

    assert verdict(rows, WORDS) == (
        "The GRU predicts held-out words of this list best: 2.000 nats per symbol; the best "
        "counting model, an n-gram of order 4, reaches 2.100 and was 300 times faster to train."
    )


def test_counting_may_be_best() -> None:
    rows = [row("ngram", 1.9, seconds=1), row("gru", 2.0, seconds=31.0), row("mix", 1.8)]

    assert verdict(rows, WORDS) == (
        "An n-gram of order 4 predicts held-out words of this list best: 1.900 nats per symbol; "
        "the best net, the GRU, reaches 2.000 and took 30 times longer to train. "
        "Mixed, the n-gram and the best net reach 1.800."
    )


def test_the_only_model_is_said_to_be_best_without_another_to_compare() -> None:
    assert verdict([row("ngram", 2.0), row("bigram", 2.5)], WORDS) == (
        "An n-gram of order 4 predicts held-out words of this list best: 2.000 nats per symbol."
    )


def test_few_words_are_said_to_be_few() -> None:
    rows = (row("ngram", 2.0), row("gru", 2.3))
    few = [one._replace(nll=one.nll[:4], symbols=20) for one in rows if one.nll is not None]

    assert "only 4 words were held out" in verdict(few, 4)


def test_nothing_is_said_of_one_model() -> None:
    assert verdict([row("ngram", 2.0)], WORDS) == ""
    assert verdict([row("ngram", 2.0), row("gru", 1.0)._replace(done=False)], WORDS) == ""


def test_a_model_that_rules_a_word_out_is_not_alike() -> None:
    ruled_out = row("bigram", 2.0)._replace(nll=np.full(WORDS, np.inf))

    assert verdict([ruled_out, row("gru", 2.0)], WORDS).startswith("The GRU predicts")
