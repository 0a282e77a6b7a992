"""Counts of large alphabets against the whole table."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as st_numpy

from makemore.counting import tally
from makemore.counting.tables import condense, count_bigrams, most_frequent, most_frequent_symbols
from makemore.counting.tally import DENSE_SYMBOLS, PairCounter, SparseCounts, row_sums
from makemore.errors import SettingError, WordListError
from makemore.evaluation import log_likelihood, mean_nll, score_word
from makemore.models.bigram import CountModel, condense_probabilities
from makemore.reading.reader import WordReader
from makemore.sampling import sample_words, with_temperature
from makemore.torch_generator import TorchGenerator
from makemore.vocabulary import Vocabulary
from tests.unit import strategies


@given(strategies.word_lists, st.sampled_from([0, 0.5, 1]), st.integers(1, 9))
def test_all_that_is_asked_of_counts_is_the_same(words: list[str], k: float, limit: int) -> None:
    vocabulary = Vocabulary.from_words(words)
    N = count_bigrams(words, vocabulary)
    sparse = SparseCounts.from_dense(N)
    P, rows = (CountModel(counts, k).probabilities() for counts in (N, sparse))

    assert (len(sparse), sparse.shape, sparse.sum()) == (len(N), N.shape, N.sum())
    np.testing.assert_array_equal(sparse.toarray(), N)
    np.testing.assert_array_equal(row_sums(sparse), row_sums(N))
    assert most_frequent(sparse, vocabulary, limit) == most_frequent(N, vocabulary, limit)
    kept = most_frequent_symbols(sparse, limit)
    np.testing.assert_array_equal(kept, most_frequent_symbols(N, limit))
    np.testing.assert_array_equal(condense(sparse, kept), condense(N, kept))
    for i in range(len(N)):
        np.testing.assert_array_equal(rows[i], P[i])
    np.testing.assert_allclose(
        condense_probabilities(rows, sparse, kept), condense_probabilities(P, N, kept)
    )
    assert log_likelihood(rows, sparse) == pytest.approx(log_likelihood(P, N))
    assert mean_nll(rows, sparse) == pytest.approx(mean_nll(P, N))
    assert score_word(rows, vocabulary, words[0]) == score_word(P, vocabulary, words[0])
    for table, other in ((rows, P), (with_temperature(rows, 0.7), with_temperature(P, 0.7))):
        for era in (1, 2):
            made = [
                sample_words(t, vocabulary, 5, TorchGenerator(1, era=era)) for t in (table, other)
            ]
            assert made[0] == made[1]


def test_a_row_without_counts_needs_smoothing() -> None:
    sparse = SparseCounts.from_dense(np.array([[0, 1], [0, 0]]))

    with pytest.raises(SettingError, match="never followed"):
        CountModel(sparse, 0)


@given(
    st.lists(st.lists(st.integers(0, 70), min_size=1, max_size=9), min_size=1, max_size=5),
    st.booleans(),
)
def test_pairs_are_counted_the_same_however_large_the_alphabet_is_said_to_be(
    pieces: list[list[int]], weighted: bool
) -> None:
    dense, sparse = PairCounter(), PairCounter()
    expected = np.zeros((71, 71), dtype=np.int64)
    for piece in pieces:
        indices = np.array([0, *piece, 0])
        weights = np.arange(len(piece) + 1) if weighted else None
        np.add.at(expected, (indices[:-1], indices[1:]), 1 if weights is None else weights)
        dense.add(indices, 71, weights)
        sparse.add(indices, DENSE_SYMBOLS + 1, weights)
    order = np.concatenate([[0], np.arange(70, 0, -1)])

    np.testing.assert_array_equal(dense.counts(order), expected[np.ix_(order, order)])
    rest = np.concatenate([order, np.arange(71, DENSE_SYMBOLS + 1)])
    counts = sparse.counts(rest)
    assert isinstance(counts, SparseCounts)
    np.testing.assert_array_equal(counts.toarray()[:71, :71], expected[np.ix_(order, order)])


def test_a_table_becomes_sparse_when_the_alphabet_outgrows_it() -> None:
    counter = PairCounter()
    counter.add(np.array([0, 1, 2, 0]), 3)
    counter.add(np.array([0, 100, 1, 2, 0]), 101)
    counter.add(np.array([0, DENSE_SYMBOLS, 1, 2, 0]), DENSE_SYMBOLS + 1)

    counts = counter.counts(np.arange(DENSE_SYMBOLS + 1))

    assert isinstance(counts, SparseCounts)
    assert (counts.toarray()[1, 2], counts.toarray()[2, 0], counts.sum()) == (3, 3, 11)


def test_more_different_pairs_than_fit_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("makemore.counting.tally.MAX_PAIRS", 2500)
    reader = WordReader()
    reader.feed("".join(chr(0x4E00 + i) for i in range(3000)).encode())

    with pytest.raises(WordListError, match="2,500 different pairs"):
        reader.finish()


def test_twenty_thousand_symbols_are_trained_and_sampled() -> None:
    words = [chr(0x4E00 + i) + chr(0x4E00 + (7 * i) % 20000) for i in range(20000)]
    reader = WordReader()
    reader.feed("\n".join(words).encode())

    read = reader.finish()

    assert isinstance(read.counts, SparseCounts)
    assert len(read.vocabulary) == 20001
    assert read.counts.sum() == 60000
    rows = CountModel(read.counts, 0).probabilities()
    made = sample_words(rows, read.vocabulary, 50, TorchGenerator(1))
    pairs = {pair for word in words for pair in zip("." + word, word + ".", strict=True)}
    assert all(pair in pairs for w in made for pair in zip("." + w, w + ".", strict=True))


@given(st.integers(1, 9), st.data())
def test_pairs_are_looked_up_as_in_the_whole_table(V: int, data: st.DataObject) -> None:
    N = data.draw(st_numpy.arrays(np.int64, (V, V), elements=st.integers(0, 3)))
    first, second = np.indices((V, V)).reshape(2, -1)

    np.testing.assert_array_equal(SparseCounts.from_dense(N).at(first, second), N[first, second])


def test_a_look_up_makes_nothing_as_large_as_the_table() -> None:
    V = 1000
    first, second = np.indices((V, V)).reshape(2, -1)
    sparse = SparseCounts(V, first, second, first + second)
    sparse.at(np.array([1]), np.array([2]))

    tracemalloc.start()
    found = sparse.at(np.array([0, 17, V - 1]), np.array([0, 4, V - 1]))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert found.tolist() == [0, 21, 2 * V - 2]
    assert peak < V * V


def test_pairs_that_are_merged_in_between_count_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tally, "_PENDING", 2)
    V = (1 << 16) + 1  # above it pairs are sorted in another way
    pieces = [np.array([0, 65536, 5, 65536, 0]), np.array([0, 5, 0]), np.array([0, 65536, 5, 0])]
    counter = PairCounter()
    for piece in pieces:
        counter.add(piece, V)

    pairs = tally.pairs_of(counter.counts(np.arange(V)))

    found = {(i, j): n for i, j, n in zip(*(column.tolist() for column in pairs), strict=True)}
    expected = {(0, 5): 1, (0, 65536): 2, (5, 0): 2, (5, 65536): 1, (65536, 0): 1, (65536, 5): 2}
    assert found == expected
