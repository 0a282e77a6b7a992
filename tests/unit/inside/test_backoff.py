from __future__ import annotations

from collections import Counter, defaultdict

import numpy as np
import pytest

from makemore.inside.backoff import BackOff, back_off, telling_contexts
from makemore.inside.words import rows_of_word
from makemore.models.ngram import NGram
from makemore.training import fit
from tests.unit.inside.nets import WORDS, indices


def model_of(order: int, smoothing: object = "kneser-ney") -> NGram:
    model = fit("ngram", WORDS, order=order, smoothing=smoothing)
    assert isinstance(model, NGram)
    return model


def kneser_ney_by_hand(order: int, V: int) -> list[dict[str, tuple[int, int, float, float, float]]]:
    """Go through padded text with dictionaries: gram to count, total, discount, kept, passed."""
    grams: list[Counter[str]] = []
    for k in range(1, order + 1):
        counted: Counter[str] = Counter()
        for word in WORDS:
            text = "." * (order - 1) + word + "."
            for end in range(order, len(text) + 1):
                counted[text[end - k : end]] += 1
        grams.append(counted)
    stages = []
    for k in range(1, order + 1):
        N = dict(grams[k - 1])
        if k < order:
            for gram in N:
                if k == 1 or gram[0] != ".":
                    N[gram] = sum(longer[1:] == gram for longer in grams[k])
        times = Counter(N.values())
        n1, n2, n3, n4 = (max(1, times[c]) for c in (1, 2, 3, 4))
        Y = n1 / (n1 + 2 * n2)
        D = [1 - 2 * Y * n2 / n1, 2 - 3 * Y * n3 / n2, 3 - 4 * Y * n4 / n3]
        followers: dict[str, list[str]] = defaultdict(list)
        for gram in N:
            followers[gram[:-1]].append(gram)
        stage = {}
        for same in followers.values():
            total = sum(N[gram] for gram in same)
            taken = sum(max(0.0, D[min(N[gram], 3) - 1]) for gram in same)
            for gram in same:
                d = max(0.0, D[min(N[gram], 3) - 1])
                stage[gram] = (N[gram], total, d, (N[gram] - d) / total, taken / total)
        stages.append(stage)
    return stages


@pytest.mark.parametrize("order", [2, 3, 4])
def test_a_path_is_what_dictionaries_give(order: int) -> None:
    model = model_of(order)
    by_hand = kneser_ney_by_hand(order, len(model.vocabulary))
    counts, word = BackOff(model), "amenna"
    before = indices(model, word)
    for t, symbol in enumerate([*before[1:], 0]):
        letter = (word + ".")[t]
        p = 1 / len(model.vocabulary)
        for k, stage in enumerate(back_off(counts, np.array(before[: t + 1]), symbol), start=1):
            context = ("." * order + word[:t])[-(k - 1) :] if k > 1 else ""
            count, total, d, kept, passed = by_hand[k - 1][context + letter]
            p = kept + passed * p
            assert stage.context == context
            assert (stage.came, stage.total) == (count, total)
            assert stage[3:] == pytest.approx((d, kept, passed, p))


@pytest.mark.parametrize("smoothing", ["kneser-ney", 0.1, 1.0])
@pytest.mark.parametrize("word", ["amenna", "eeme", "nnnn", ""])
def test_a_path_ends_at_the_models_probability(smoothing: object, word: str) -> None:
    model = model_of(4, smoothing)
    counts, before = BackOff(model), indices(model, word)
    expected = np.exp(model.log_prob(*rows_of_word(word, model.vocabulary)))[0]
    for t, symbol in enumerate([*before[1:], 0]):
        stages = back_off(counts, np.array(before[: t + 1]), symbol)
        assert len(stages) == 4
        assert stages[-1].p == pytest.approx(expected[t], rel=1e-12)


def test_what_a_context_tells_is_what_the_shorter_one_does_not() -> None:
    model, shorter = model_of(3), BackOff(model_of(3))
    found = {c: (n, nats) for c, n, nats in telling_contexts(BackOff(model), 3, most=99)}
    expected: dict[str, tuple[int, float]] = {}
    for word in WORDS:
        before = indices(model, word)
        for t, symbol in enumerate([*before[1:], 0]):
            stages = back_off(shorter, np.array(before[: t + 1]), symbol)
            n, nats = expected.get(stages[2].context, (0, 0.0))
            expected[stages[2].context] = (n + 1, nats + np.log(stages[2].p / stages[1].p))
    for context, (n, nats) in expected.items():
        assert found[context][0] == n
        assert found[context][1] == pytest.approx(nats)
    gains = [nats for _, nats in found.values()]
    assert gains == sorted(gains, reverse=True)


def test_words_shorter_than_the_order_have_paths() -> None:
    model = model_of(6)
    stages = back_off(BackOff(model), np.array([0]), model.vocabulary.index("a"))
    assert [stage.context for stage in stages] == ["", ".", "..", "...", "....", "....."]
    P = model.predict(np.array([[0]]))[0, model.vocabulary.index("a")]
    assert stages[-1].p == pytest.approx(P)
