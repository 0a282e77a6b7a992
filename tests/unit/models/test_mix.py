from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from makemore import Vocabulary, generate, load, mix, save
from makemore.case import Case, case_of, fold_case, set_case
from makemore.errors import MakemoreError, SettingError
from makemore.evaluation import evaluate
from makemore.models import mix as mixing
from makemore.models.choice import choose_shares
from makemore.training import fit

some_words = st.lists(st.text("abc", min_size=1, max_size=5), min_size=2, max_size=8)
ABC = Vocabulary("abc")


@given(some_words, some_words, st.integers(1, 4), st.integers(1, 4), st.floats(0, 1))
def test_its_contexts_are_pairs_of_its_parts(
    words: list[str], others: list[str], n: int, m: int, share: float
) -> None:
    parts = [
        fit("ngram", words, vocabulary=ABC, order=n, smoothing="kneser-ney"),
        fit("ngram", others, vocabulary=ABC, order=m, smoothing=0.5),
    ]
    mixed = mix(parts, [share, 1 - share])
    x = np.random.RandomState(0).randint(1, 4, (30, 7))
    x[:, 0] = 0

    chain = mixed.chain()

    assert chain is not None
    state = np.zeros(len(x), dtype=np.intp)
    for t in range(1, 7):
        state = chain.next[state, x[:, t]]
    wanted = share * parts[0].predict(x) + (1 - share) * parts[1].predict(x)
    np.testing.assert_allclose(np.asarray(chain.P)[state], wanted, atol=1e-12)
    np.testing.assert_allclose(mixed.predict(x), wanted, atol=1e-12)


@given(st.lists(st.tuples(st.floats(0.01, 1), st.floats(0.01, 1)), min_size=1, max_size=30))
def test_shares_make_what_came_likeliest(pairs: list[tuple[float, float]]) -> None:
    p = np.array(pairs).T

    share = choose_shares(np.log(p))[0]

    grid = np.linspace(0, 1, 201)[:, None]
    likeliest = np.log(grid * p[0] + (1 - grid) * p[1]).sum(axis=1).max()
    assert np.log(share * p[0] + (1 - share) * p[1]).sum() >= likeliest - 1e-3


def test_held_out_words_choose_better_shares_than_equal_ones(names: tuple[str, ...]) -> None:
    train, held_out = list(names[:3000]), list(names[3000:4000])
    vocabulary = Vocabulary.from_words(names)
    parts = [
        fit("ngram", train, vocabulary=vocabulary, order=order, smoothing="kneser-ney")
        for order in (1, 4)
    ]

    chosen, equal = mix(parts, held_out=held_out), mix(parts)

    assert equal.shares.tolist() == [0.5, 0.5]
    assert evaluate(chosen, held_out) < evaluate(equal, held_out)
    assert evaluate(chosen, held_out) <= evaluate(parts[1], held_out) + 1e-6


def test_what_cannot_be_mixed_is_refused() -> None:
    one = fit("bigram", ["ab"])
    other = fit("bigram", ["cd"])

    with pytest.raises(MakemoreError, match="the same symbols"):
        mix([one, other])
    with pytest.raises(MakemoreError, match="nothing to mix"):
        mix([])
    with pytest.raises(SettingError, match="adding up to 1"):
        mix([one, one], [0.5, 0.6])


@pytest.mark.parametrize("limit", ["_TABLE", "_LARGEST"])
def test_pairs_of_contexts_may_be_too_many_for_a_table_or_for_a_chain(
    limit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = [fit("ngram", ["abc", "cab", "bca"], order=n, smoothing=0.5) for n in (3, 2)]
    small = mix(parts, [0.5, 0.5]).chain()
    assert small is not None
    monkeypatch.setattr(mixing, limit, 0)

    chain = mix(parts, [0.5, 0.5]).chain()

    if limit == "_LARGEST":
        assert chain is None
    else:
        assert chain is not None
        assert np.array_equal(chain.next, small.next)


def test_a_share_that_is_given_is_kept() -> None:
    settings: dict[str, Any] = {"with": "bow", "steps": 2, "share": 0.25}
    model: Any = fit("mix", ["ab", "ba", "aab"] * 9, **settings)

    assert model.shares.tolist() == [0.75, 0.25]


def test_it_writes_words_as_its_parts_do() -> None:
    words = ["Anna", "Bob", "Clara", "Dora", "Emil", "Nora"]
    folded, case = fold_case(words)
    vocabulary = Vocabulary.from_words(folded)
    parts = [fit("ngram", folded, vocabulary=vocabulary, order=order) for order in (1, 3)]
    for part in parts:
        set_case(part, case)

    mixed = mix(parts, held_out=words)

    assert case_of(mixed) == case
    assert evaluate(mixed, words) == evaluate(mixed, folded)
    assert all(word[:1] == word[:1].upper() for word in generate(mixed, 20))
    assert case_of(load(save(mixed))) == case


def test_parts_that_write_words_otherwise_are_refused() -> None:
    one, other = fit("bigram", ["anna", "bob"]), fit("bigram", ["bob", "anna"])
    set_case(one, Case(title=True, words=2))

    with pytest.raises(MakemoreError, match="fold capitals alike"):
        mix([one, other])
    set_case(other, Case(title=True, words=7, changed=1))
    assert case_of(mix([one, other])) == case_of(one)
