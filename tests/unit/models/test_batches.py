"""Packed batches, against loops over words."""

from __future__ import annotations

import numpy as np
import pytest

from makemore.errors import VocabularyError
from makemore.models.batches import Batch, Words
from makemore.models.net_run import Replaced, Rounds
from makemore.vocabulary import Vocabulary

AB = Vocabulary("abcde")
WORDS = ["abc", "e", "", "ddddd", "ba"]


def sequences(batch: Batch) -> list[tuple[list[int], list[int]]]:
    cuts = zip(batch.offsets[:-1].tolist(), batch.offsets[1:].tolist(), strict=True)
    return [(batch.ids[a:b].tolist(), batch.targets[a:b].tolist()) for a, b in cuts]


def test_words_are_their_symbols_and_what_follows() -> None:
    words = Words(WORDS, AB)

    batch = words.batch(np.array([3, 0, 2, 0]))

    assert sequences(batch) == [
        ([0, 4, 4, 4, 4, 4], [4, 4, 4, 4, 4, 0]),
        ([0, 1, 2, 3], [1, 2, 3, 0]),
        ([0], [0]),
        ([0, 1, 2, 3], [1, 2, 3, 0]),
    ]
    assert (len(words), words.symbols) == (5, 16)
    assert batch.positions.tolist() == [0, 1, 2, 3, 4, 5, 0, 1, 2, 3, 0, 0, 1, 2, 3]
    with pytest.raises(VocabularyError):
        Words(["xyz"], AB)


def test_padded_rows_pack_to_the_same() -> None:
    x = np.array([[0, 1, 2, 9], [0, 9, 9, 9], [0, 3, 1, 2]])
    y = np.array([[1, 2, 0, -1], [-1, -1, -1, -1], [3, -1, 2, 0]])

    assert sequences(Batch.of(x, y)) == [([0, 1, 2], [1, 2, 0]), ([0, 3, 1, 2], [3, -1, 2, 0])]


def test_beyond_the_reach_each_target_has_its_own_sequence() -> None:
    batch = Words(["abcde", "a"], AB).batch(np.arange(2))

    assert sequences(batch.within(3)) == [
        ([0, 1, 2], [1, 2, 3]),
        ([1, 2, 3], [-1, -1, 4]),
        ([2, 3, 4], [-1, -1, 5]),
        ([3, 4, 5], [-1, -1, 0]),
        ([0, 1], [1, 0]),
    ]
    assert sequences(batch.within(3, stride=2)) == [
        ([0, 1, 2], [1, 2, 3]),
        ([2, 3, 4], [-1, 4, 5]),
        ([3, 4, 5], [-1, -1, 0]),
        ([0, 1], [1, 0]),
    ]
    assert sequences(batch.within(3, stride=2, phase=1)) == [
        ([0, 1], [1, 2]),
        ([1, 2, 3], [-1, 3, 4]),
        ([3, 4, 5], [-1, 5, 0]),
        ([0, 1], [1, 0]),
    ]
    assert batch.within(6) is batch
    assert batch.within(None) is batch


@pytest.mark.parametrize("rows", [1, 4, 7, 100])
def test_parts_are_whole_sequences_and_together_the_batch(rows: int) -> None:
    batch = Words(WORDS, AB).batch(np.arange(5))

    parts = list(batch.parts(rows))

    assert [one for part in parts for one in sequences(part)] == sequences(batch)
    assert all(len(part.ids) <= rows or len(part.lengths) == 1 for part in parts)


def test_windows_are_the_symbols_before_newest_first() -> None:
    batch = Words(["abc", "e"], AB).batch(np.arange(2))

    assert batch.windows(3, blank=6).tolist() == [
        [0, 6, 6],
        [1, 0, 6],
        [2, 1, 0],
        [3, 2, 1],
        [0, 6, 6],
        [5, 0, 6],
    ]


def test_each_round_has_every_word_once_and_can_be_entered_anywhere() -> None:
    rounds = Rounds(10, seed=3)
    chosen = []
    for _ in range(10):
        chosen += rounds.peek(3).tolist()
        rounds.drawn += 3
    entered = Rounds(10, seed=3)
    entered.drawn = 17

    for begin in (0, 10, 20):
        assert sorted(chosen[begin : begin + 10]) == list(range(10))
    assert chosen[:10] != chosen[10:20]
    assert entered.peek(13).tolist() == chosen[17:]
    assert len(rounds.peek(45)) == 45


def test_words_drawn_with_replacement_can_be_entered_anywhere() -> None:
    draws, entered = Replaced(7, seed=5), Replaced(7, seed=5)
    chosen = draws.peek(12_000).tolist()

    assert draws.peek(5).tolist() == chosen[:5]  # until they are taken
    entered.drawn = 11_000
    assert entered.peek(1000).tolist() == chosen[11_000:]
    assert set(chosen) == set(range(7))
