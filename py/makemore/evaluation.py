"""Probabilities, counts or a word to likelihoods, all in nats."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from makemore.case import case_of
from makemore.corpus import batches
from makemore.counting.tally import Counts, SparseCounts, row_sums
from makemore.errors import MakemoreError
from makemore.models.bigram import Probabilities, SmoothedRows, look_up
from makemore.models.protocol import Model
from makemore.sampling import SampledWord
from makemore.vocabulary import Vocabulary

__all__ = [
    "BigramScore",
    "Difference",
    "WordScore",
    "bits",
    "condense_probabilities",
    "evaluate",
    "kl_divergence",
    "largest_differences",
    "log_likelihood",
    "mean_nll",
    "perplexity",
    "score_samples",
    "score_word",
    "seen_before",
    "symbol_log_probs",
]


class BigramScore(NamedTuple):
    """One bigram of a word: its symbols' names, its probability, and −log of it in nats."""

    first: str
    second: str
    probability: float
    nll: float


class WordScore(NamedTuple):
    """A word's score: total and mean −log-likelihood in nats, and each bigram's."""

    nll: float
    mean_nll: float
    bigrams: tuple[BigramScore, ...]


def log_likelihood(probabilities: Probabilities, counts: Counts) -> float:
    """Sum the log-probabilities of all bigrams.

    Parameters
    ----------
    probabilities : ndarray of float64, shape (V, V), or SmoothedRows
        P, rows sum to 1.
    counts : ndarray of int64, shape (V, V), or SparseCounts
        N, how often each bigram comes.

    Returns
    -------
    float
        ``Σ N·log P`` in nats, 0 or less; −inf if a bigram that comes has
        probability 0.

    Notes
    -----
    Source: the notebook's ``log_likelihood``. It adds 228,146 float32 terms
    one by one and prints −559951.56; the sum itself, in float64, is
    −560001.88.
    """
    if isinstance(counts, SparseCounts):
        first, second, values = counts.first, counts.second, counts.values
    else:
        first, second = np.nonzero(counts)
        values = counts[first, second]
    with np.errstate(divide="ignore"):
        return float((values * np.log(look_up(probabilities, first, second))).sum())


def mean_nll(probabilities: Probabilities, counts: Counts) -> float:
    """Compute the mean negative log-likelihood of all bigrams: the loss.

    Parameters
    ----------
    probabilities : ndarray of float64, shape (V, V), or SmoothedRows
        P, rows sum to 1.
    counts : ndarray of int64, shape (V, V), or SparseCounts
        N, how often each bigram comes.

    Returns
    -------
    float
        In nats per bigram; inf if a bigram that comes has probability 0.

    Raises
    ------
    MakemoreError
        If there are no bigrams at all.
    """
    total = int(counts.sum())
    if total == 0:
        raise MakemoreError("There is no bigram to score: the counts are all 0.")
    return 0.0 - log_likelihood(probabilities, counts) / total


def score_word(probabilities: Probabilities, vocabulary: Vocabulary, word: str) -> WordScore:
    """Score one word, bigram by bigram, from boundary to boundary.

    Parameters
    ----------
    probabilities : ndarray of float64, shape (V, V), or SmoothedRows
        P, rows sum to 1.
    vocabulary : Vocabulary
        The V symbols of P.
    word : str
        L characters make L + 1 bigrams.

    Returns
    -------
    WordScore
        ``nll`` and ``mean_nll`` are inf if a bigram has probability 0.

    Raises
    ------
    VocabularyError
        If the word holds a symbol that is not in the vocabulary; names all of
        them.

    Notes
    -----
    Source: the notebook's loop over "andrejq".
    """
    indices = vocabulary.encode([word])
    row = look_up(probabilities, indices[:-1], indices[1:]).tolist()
    names = [vocabulary.names[i] for i in indices.tolist()]
    bigrams = tuple(
        # 0.0 - …: a sure symbol has 0 nats, not -0
        BigramScore(first, second, p, 0.0 - math.log(p) if p > 0 else math.inf)
        for first, second, p in zip(names, names[1:], row, strict=False)
    )
    total = sum(bigram.nll for bigram in bigrams)
    return WordScore(total, total / len(bigrams), bigrams)


def score_samples(
    probabilities: Probabilities, words: Sequence[SampledWord]
) -> list[tuple[float, list[float]]]:
    """Score many words that were made, in one go.

    Parameters
    ----------
    probabilities : ndarray of float64, shape (V, V), or SmoothedRows
    words : sequence of SampledWord
        None is without any bigram: a word that did not end has a symbol.

    Returns
    -------
    list of (float, list of float)
        For each word the mean −log-likelihood of its bigrams in nats, and their
        probabilities; as `score_word` gives them one by one, but for rounding.
    """
    if not words:
        return []
    lengths = np.array([len(word.indices) + word.ended for word in words])
    ends = lengths.cumsum()
    after = itertools.chain.from_iterable(
        (*word.indices, 0) if word.ended else word.indices for word in words
    )
    second = np.fromiter(after, dtype=np.intp, count=int(ends[-1]))
    first = np.roll(second, 1)
    first[ends - lengths] = 0  # a word starts at the boundary, whatever the one before ended with
    found = look_up(probabilities, first, second)
    with np.errstate(divide="ignore"):
        nll = 0.0 - np.log(found)
    means = np.add.reduceat(nll, ends - lengths) / lengths
    likely, stops = found.tolist(), ends.tolist()
    return [
        (mean, likely[start:stop])
        for mean, start, stop in zip(means.tolist(), [0, *stops], stops, strict=False)
    ]


def evaluate(model: Model, words: Sequence[str]) -> float:
    """Compute the mean negative log-likelihood of words, in nats per symbol.

    The end of each word counts as a symbol. Words are folded as the model's list was. Raises
    VocabularyError, which names them, if words hold symbols that the model does not know, and
    MakemoreError if there are no words.
    """
    return float(-symbol_log_probs(model, words).mean())


def bits(nll: float) -> float:
    """Turn nats per symbol into bits per symbol."""
    return nll / math.log(2)


def perplexity(nll: float) -> float:
    """Turn nats per symbol into how many equally likely symbols would be as hard to predict."""
    return math.exp(nll)


def symbol_log_probs(model: Model, words: Sequence[str]) -> npt.NDArray[np.float64]:
    """Give the log-probability of each symbol of each word and its end, (n,), short words first.

    Raises as `evaluate` does.
    """
    if not words:
        raise MakemoreError("There is no word to score: the list is empty.")
    case = case_of(model)
    words = list(words) if case is None else [case.fold(word) for word in words]
    logs = [model.log_prob(x, y)[y >= 0] for x, y in batches(words, model.vocabulary)]
    return np.concatenate(logs)


def seen_before(words: Sequence[str], others: Sequence[str]) -> int:
    """Count the words that stand among the others too: lists of names repeat some."""
    known = set(others)
    return sum(word in known for word in words)


def kl_divergence(
    probabilities: npt.NDArray[np.float64],
    other: npt.NDArray[np.float64],
    counts: npt.NDArray[np.int64],
) -> float:
    """Compute how far `other` is from `probabilities`, over the rows as they come.

    Parameters
    ----------
    probabilities : ndarray of float64, shape (V, V)
        P, the reference; rows sum to 1.
    other : ndarray of float64, shape (V, V)
        Q, compared with it; rows sum to 1.
    counts : ndarray of int64, shape (V, V)
        N; row i weighs as much as its share of all bigrams.

    Returns
    -------
    float
        ``Σ_i n_i/n · Σ_j P_ij · log(P_ij / Q_ij)`` in nats per bigram: the
        nats that are lost by predicting with Q where P holds. 0 if both agree;
        inf if Q rules out what P allows.

    Raises
    ------
    MakemoreError
        If there are no bigrams at all.

    Notes
    -----
    Source: S. Kullback and R. A. Leibler, "On Information and Sufficiency"
    (1951); a conditional relative entropy, weighted by the first symbol.
    """
    total = int(counts.sum())
    if total == 0:
        raise MakemoreError("There is no bigram to compare by: the counts are all 0.")
    possible = probabilities > 0
    terms = np.zeros_like(probabilities)
    with np.errstate(divide="ignore"):
        terms[possible] = probabilities[possible] * (
            np.log(probabilities[possible]) - np.log(other[possible])
        )
    rows = terms.sum(axis=1)
    weights = counts.sum(axis=1) / total
    # A row that never comes does not count, not even when it is infinite.
    return float((weights[weights > 0] * rows[weights > 0]).sum())


class Difference(NamedTuple):
    """A bigram, as `Vocabulary.names` has it, and its probability under two models."""

    first: str
    second: str
    probability: float
    other: float


def condense_probabilities(
    probabilities: Probabilities,
    counts: Counts,
    kept: npt.NDArray[np.intp],
) -> npt.NDArray[np.float64]:
    """Sum all symbols but the kept ones into one last row and column.

    Parameters
    ----------
    probabilities : ndarray of float64, shape (V, V), or SmoothedRows
        P, rows sum to 1.
    counts : ndarray of int64, shape (V, V), or SparseCounts
        N; says how often each of the symbols that are summed comes.
    kept : ndarray of intp, shape (K,)
        Indices of the symbols to keep, in the order of the result.

    Returns
    -------
    ndarray of float64, shape (K + 1, K + 1), or (K, K) if nothing is left over
        Rows sum to 1. The last column is the probability of any other symbol; the last
        row that of what follows one, each weighted by how often it comes.
    """
    rest = np.setdiff1d(np.arange(len(probabilities)), kept)
    if isinstance(probabilities, SmoothedRows):
        if len(rest) == 0:
            return np.array([probabilities[row][kept] for row in kept.tolist()])
        return probabilities.condense(kept)
    if len(rest) == 0:
        return probabilities[np.ix_(kept, kept)]
    columns = np.column_stack([probabilities[:, kept], probabilities[:, rest].sum(axis=1)])
    weights = row_sums(counts)[rest].astype(np.float64)
    if not weights.any():
        weights[:] = 1
    return np.vstack([columns[kept], weights @ columns[rest] / weights.sum()])


def largest_differences(
    probabilities: npt.NDArray[np.float64],
    other: npt.NDArray[np.float64],
    vocabulary: Vocabulary,
    limit: int,
) -> list[Difference]:
    """List the bigrams whose probabilities differ most, in absolute value.

    Parameters
    ----------
    probabilities, other : ndarray of float64, shape (V, V)
        P and Q, rows sum to 1.
    vocabulary : Vocabulary
        The V symbols of both.
    limit : int
        At most so many; bigrams with equal probabilities are never listed.

    Returns
    -------
    list of Difference
        The largest difference first; equal ones in the order of the table.
    """
    gaps = np.abs(other - probabilities).ravel()
    order = np.argsort(-gaps, kind="stable")[:limit]
    V = len(vocabulary)
    return [
        Difference(
            vocabulary.names[i // V],
            vocabulary.names[i % V],
            float(probabilities.flat[i]),
            float(other.flat[i]),
        )
        for i in order[gaps[order] > 0].tolist()
    ]
