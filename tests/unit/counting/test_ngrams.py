from __future__ import annotations

from collections import Counter
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from makemore import Vocabulary
from makemore.counting import ngram_stream
from makemore.counting.ngram_stream import NgramCounter
from makemore.counting.ngrams import NgramTally
from makemore.errors import SettingError
from makemore.reading.reader import ReadOptions, WordReader

some_words = st.lists(st.text("abcdé漢", min_size=1, max_size=7), min_size=1, max_size=12)


def count_by_loop(words: list[str], order: int) -> Counter[tuple[str, ...]]:
    """Grams newest symbol first, "" the boundary, each word by itself."""
    counts: Counter[tuple[str, ...]] = Counter()
    for word in words:
        padded = [""] * order + [*word, ""]
        for t in range(order, len(padded)):
            counts[tuple(padded[t - order + 1 : t + 1][::-1])] += 1
    return counts


def as_counter(tally: NgramTally, vocabulary: Vocabulary) -> Counter[tuple[str, ...]]:
    symbols = ["", *vocabulary.symbols[1:]]
    return Counter(
        {
            tuple(symbols[i] for i in gram): count
            for gram, count in zip(tally.grams.tolist(), tally.counts.tolist(), strict=True)
            if count
        }
    )


@given(some_words, st.integers(1, 8))
def test_all_orders_are_those_counted_one_by_one(words: list[str], order: int) -> None:
    vocabulary = Vocabulary.from_words(words)
    tally = NgramTally.of_words(words, vocabulary, order)

    for lower in range(1, order + 1):
        assert as_counter(tally.lowered(lower), vocabulary) == count_by_loop(words, lower)
        assert tally.levels[lower].counts.sum() == sum(len(word) + 1 for word in words)


@given(some_words, some_words, st.integers(1, 5))
def test_tallies_of_two_lists_add_up_by_symbol(
    words: list[str], others: list[str], order: int
) -> None:
    mine, theirs = Vocabulary.from_words(words), Vocabulary.from_words(others)
    both = Vocabulary.from_words([*words, *others])
    place = np.array([0, *(both.index(s) for s in theirs.symbols[1:])])
    home = np.array([0, *(both.index(s) for s in mine.symbols[1:])])
    empty = NgramTally.of_words([], both, order)

    merged = empty.merged(NgramTally.of_words(words, mine, order), home)
    merged = merged.merged(NgramTally.of_words(others, theirs, order), place)

    wanted = NgramTally.of_words([*words, *others], both, order)
    assert np.array_equal(merged.grams, wanted.grams)
    assert np.array_equal(merged.counts, wanted.counts)


@given(some_words, st.integers(1, 8), st.integers(1, 9))
def test_a_list_that_is_read_in_pieces_has_the_same_grams(
    words: list[str], order: int, size: int
) -> None:
    data = "\n".join(words).encode()
    with patch("makemore.reading.reader.KEPT_WORDS", len(words) // 2):
        reader = WordReader(ReadOptions(ngrams=order))
        for begin in range(0, len(data), size):
            reader.feed(data[begin : begin + size])
        read = reader.finish()

    wanted = NgramTally.of_words(words, read.vocabulary, order)
    assert read.ngrams is not None
    assert np.array_equal(read.ngrams.grams, wanted.grams)
    assert np.array_equal(read.ngrams.counts, wanted.counts)


@pytest.mark.parametrize("letters", [20, 40, 400, 30_000])
def test_alphabets_that_grow_are_counted_the_same(letters: int) -> None:
    alphabet = [chr(0x4E00 + i) for i in range(letters)]
    words = [
        "".join(alphabet[(i * i + j) % (1 + i * letters // 999)] for j in range(5))
        for i in range(1, 900)
    ]
    vocabulary = Vocabulary.from_words(words)
    counter = NgramCounter(6)
    numbers: dict[str, int] = {"": 0}
    for begin in range(0, len(words), 50):
        text = [0]
        for word in words[begin : begin + 50]:
            text += [*(numbers.setdefault(c, len(numbers)) for c in word), 0]
        counter.add(np.array(text), len(numbers))

    order = np.array([0, *(numbers[symbol] for symbol in vocabulary.symbols[1:])])
    wanted = NgramTally.of_words(words, vocabulary, counter.order)
    found = counter.tally(order)
    assert counter.order >= 4
    assert np.array_equal(found.grams, wanted.grams)
    assert np.array_equal(found.counts, wanted.counts)


@pytest.mark.parametrize("highest", [8, 4])  # sorted, and in a table of all grams
def test_too_many_different_grams_lower_the_order_and_stay_exact(highest: int) -> None:
    letters = np.random.RandomState(0).randint(97, 123, (800, 9))
    words = ["".join(map(chr, row)) for row in letters.tolist()]
    vocabulary = Vocabulary.from_words(words)
    counter = NgramCounter(highest, most=2000)

    for word in words[:100]:  # weighted ones are not counted in the table
        text = vocabulary.encode([word])
        counter.add(text, len(vocabulary), np.ones(len(text) - 1, dtype=np.int64))
    counter.add(vocabulary.encode(words[100:]), len(vocabulary))
    tally = counter.tally(np.arange(len(vocabulary)))

    assert 1 < counter.order < highest
    assert len(tally.grams) <= 2001
    wanted = NgramTally.of_words(words, vocabulary, counter.order)
    assert np.array_equal(tally.grams, wanted.grams)
    assert np.array_equal(tally.counts, wanted.counts)


@pytest.mark.parametrize("limit", ["_FULL", "_PENDING"])
@given(words=some_words, order=st.integers(1, 4), weighted=st.booleans())
def test_what_is_put_away_in_between_counts_the_same(
    limit: str, words: list[str], order: int, weighted: bool
) -> None:
    vocabulary = Vocabulary.from_words(words)
    V = len(vocabulary)
    counter = NgramCounter(order)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ngram_stream, limit, 3)
        for word in words:
            text = vocabulary.encode([word])
            counter.add(text, V, np.full(len(text) - 1, 2) if weighted else None)

    tally = counter.tally(np.arange(V))

    once = count_by_loop(words, order)
    expected = Counter({gram: n * (1 + weighted) for gram, n in once.items()})
    assert as_counter(tally, vocabulary) == expected


@pytest.mark.parametrize("order", [0, 9])
def test_orders_outside_the_range_are_refused(order: int) -> None:
    with pytest.raises(SettingError, match="Order must be"):
        NgramTally.of_words(["ab"], Vocabulary("ab"), order)
