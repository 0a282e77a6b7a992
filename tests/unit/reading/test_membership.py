"""Sets of hashes: exact at first, then a filter that tells how often it is wrong."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from makemore.reading.membership import Membership, hash_text, hash_words, symbol_values


def numbers(count: int, seed: int = 1) -> npt.NDArray[np.uint64]:
    every = np.random.RandomState(seed).bytes(8 * count)
    return np.frombuffer(every, dtype=np.uint64)


@given(st.lists(st.lists(st.integers(1, 40), max_size=60), max_size=8))
def test_what_was_added_is_there_and_counted_once(batches: list[list[int]]) -> None:
    members = Membership()
    # Multiples of a power of two all want the same slots.
    for batch in batches:
        members.add(np.array(batch, dtype=np.uint64) << np.uint64(20))

    every = {number for batch in batches for number in batch}
    found = members.has(np.arange(1, 41, dtype=np.uint64) << np.uint64(20))
    assert members.exact
    assert members.distinct == len(every)
    assert found.tolist() == [number in every for number in range(1, 41)]
    assert members.false_positive_rate == 0


def test_it_grows_and_stays_exact() -> None:
    members, hashes = Membership(), numbers(50_000)
    for begin in range(0, 50_000, 700):
        members.add(hashes[begin : begin + 1400])

    assert members.distinct == 50_000
    assert members.has(hashes).all()
    assert not members.has(numbers(1000, seed=2)).any()


def test_repeated_words_do_not_use_up_the_limit() -> None:
    members, hashes = Membership(exact_words=1000), numbers(900)
    for _ in range(5):
        members.add(np.tile(hashes, 3))

    assert members.exact
    assert members.distinct == 900


def test_the_filter_forgets_nothing_and_says_how_often_it_is_wrong() -> None:
    members, hashes = Membership(exact_words=1000, bloom_blocks=1 << 12), numbers(20_000)
    for begin in range(0, 20_000, 300):
        members.add(hashes[begin : begin + 300])
    others = numbers(100_000, seed=2)

    assert not members.exact
    assert members.has(hashes).all()
    assert members.distinct == pytest.approx(20_000, rel=0.02)
    wrong = members.has(others).mean()
    assert members.false_positive_rate == pytest.approx(wrong, rel=0.1)
    assert 0.001 < wrong < 0.1


@given(st.lists(st.text("abc", min_size=1, max_size=5), min_size=1, max_size=30))
def test_words_have_equal_hashes_if_they_are_equal(words: list[str]) -> None:
    values = symbol_values(np.array([ord(c) for c in "\n".join(words)]))
    stops = np.cumsum([len(word) + 1 for word in words]) - 1
    starts = stops - [len(word) for word in words]

    hashes = hash_words(values, starts, stops).tolist()

    assert len(set(hashes)) == len(set(words))
    assert dict(zip(words, hashes, strict=True)) == {
        word: hashes[i] for i, word in enumerate(words)
    }


def spread(z: int) -> int:
    """SplitMix64's last step, in whole numbers."""
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 % 2**64
    z = (z ^ z >> 27) * 0x94D049BB133111EB % 2**64
    return z ^ z >> 31


@given(st.text(min_size=1, max_size=8))
def test_a_words_hash_is_of_its_text_and_nothing_else(word: str) -> None:
    base = 0x9E3779B97F4A7C15
    values = [spread((ord(c) + 1) * base % 2**64) for c in word]

    total = sum(value * pow(base, i, 2**64) for i, value in enumerate(values)) % 2**64

    assert hash_text(word).tolist() == [spread(total) or 1]
