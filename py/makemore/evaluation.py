"""Probabilities, counts or a word to likelihoods, all in nats."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from makemore import slices
from makemore.case import case_of
from makemore.corpus import batches
from makemore.counting.tally import Counts, pairs_of
from makemore.errors import MakemoreError
from makemore.models.bigram import Probabilities
from makemore.models.protocol import Model
from makemore.vocabulary import Vocabulary

__all__ = [
    "BigramScore",
    "Difference",
    "WordScore",
    "bits",
    "evaluate",
    "evaluating",
    "kl_divergence",
    "largest_differences",
    "log_likelihood",
    "mean_nll",
    "perplexity",
    "score_word",
    "seen_before",
    "symbol_log_probs",
    "working_out_log_probs",
]

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]

_FIRST_POSITIONS = 256  # of a slice whose time is not known yet
_MOST_POSITIONS = 1 << 16
_FASTER = 4.0  # times as many as before, at most: the first ones may have been lucky


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
    """Sum the log-probabilities of all bigrams: ``Σ N·log P`` in nats, N and P being (V, V).

    It is −inf if a bigram that comes has probability 0. Source: the notebook's ``log_likelihood``.
    It adds 228,146 float32 terms one by one and prints −559951.56; the sum itself, in float64, is
    −560001.88.
    """
    first, second, values = pairs_of(counts)
    with np.errstate(divide="ignore"):
        return float((values * np.log(probabilities[first, second])).sum())


def mean_nll(probabilities: Probabilities, counts: Counts) -> float:
    """Compute the mean negative log-likelihood of all bigrams: the loss, in nats per bigram.

    P and N are (V, V); it is inf if a bigram that comes has probability 0. Raises MakemoreError if
    there are no bigrams at all.
    """
    total = int(counts.sum())
    if total == 0:
        raise MakemoreError("There is no bigram to score: the counts are all 0.")
    return 0.0 - log_likelihood(probabilities, counts) / total


def score_word(probabilities: Probabilities, vocabulary: Vocabulary, word: str) -> WordScore:
    """Score one word, bigram by bigram, from boundary to boundary: L characters make L + 1.

    Raises VocabularyError, which names all of them, if the word holds symbols that are not among
    the V of P (V, V). Source: the notebook's loop over "andrejq".
    """
    indices = vocabulary.encode([word])
    row = probabilities[indices[:-1], indices[1:]].tolist()
    names = [vocabulary.names[i] for i in indices.tolist()]
    bigrams = tuple(
        # 0.0 - …: a sure symbol has 0 nats, not -0
        BigramScore(first, second, p, 0.0 - math.log(p) if p > 0 else math.inf)
        for first, second, p in zip(names, names[1:], row, strict=False)
    )
    total = sum(bigram.nll for bigram in bigrams)
    return WordScore(total, total / len(bigrams), bigrams)


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
    try:
        return math.exp(nll)
    except OverflowError:  # above 709 nats
        return math.inf


def evaluating(model: Model, words: Sequence[str]) -> Generator[None, None, float]:
    """Do what `evaluate` does, slice by slice of some 20 ms; see slices.py."""
    logs = yield from working_out_log_probs(model, words)
    return float(-logs.mean())


def symbol_log_probs(model: Model, words: Sequence[str]) -> Floats:
    """Give the log-probability of each symbol of each word and its end, (n,), short words first.

    Raises as `evaluate` does.
    """
    known = _known(model, words)
    logs = [model.log_prob(x, y)[y >= 0] for x, y in batches(known, model.vocabulary)]
    return np.concatenate(logs)


def working_out_log_probs(
    model: Model, words: Sequence[str], clock: Callable[[], float] = time.perf_counter
) -> Generator[None, None, Floats]:
    """Do what `symbol_log_probs` does, slice by slice of some 20 ms; see slices.py.

    How much that is is measured: a large net without the kernel is a thousand times slower than a
    table. A slice is of one word at least, and what a net makes of a long one is divided too.
    """
    logs, most = list[Floats](), _FIRST_POSITIONS

    def positions() -> int:
        return most

    for x, y in batches(_known(model, words), model.vocabulary, positions):
        took, begun = 0.0, clock()
        for part in _in_parts(model, x, y):
            logs.append(part)
            took += clock() - begun
            yield None
            begun = clock()
        share = slices.SECONDS / max(took, 1e-9)
        most = int(min(max(16, x.size * min(share, _FASTER)), _MOST_POSITIONS))
    return np.concatenate(logs)


def _in_parts(model: Model, x: Indices, y: Indices) -> Iterator[Floats]:
    by_parts: Callable[[Indices, Indices], Iterator[Floats]] | None = getattr(
        model, "log_prob_by_parts", None
    )
    if by_parts is None:
        yield model.log_prob(x, y)[y >= 0]
    else:
        yield from by_parts(x, y)


def _known(model: Model, words: Sequence[str]) -> Sequence[str]:
    """Give words as the model knows them."""
    if not words:
        raise MakemoreError("There is no word to score: the list is empty.")
    case = case_of(model)
    return words if case is None else [case.fold(word) for word in words]


def seen_before(words: Sequence[str], others: Sequence[str]) -> int:
    """Count the words that stand among the others too: lists of names repeat some."""
    known = set(others)
    return sum(word in known for word in words)


def kl_divergence(
    probabilities: npt.NDArray[np.float64],
    other: npt.NDArray[np.float64],
    counts: npt.NDArray[np.int64],
) -> float:
    """Compute how far Q is from P, both (V, V), over the rows as they come in N (V, V).

    That is ``Σ_i n_i/n · Σ_j P_ij · log(P_ij / Q_ij)`` in nats per bigram, the nats that are lost
    by predicting with Q where P holds: 0 if both agree, inf if Q rules out what P allows. Raises
    MakemoreError if there are no bigrams at all. Source: S. Kullback and R. A. Leibler, "On
    Information and Sufficiency" (1951); a conditional relative entropy, weighted by the first
    symbol.
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


def largest_differences(
    probabilities: npt.NDArray[np.float64],
    other: npt.NDArray[np.float64],
    vocabulary: Vocabulary,
    limit: int,
) -> list[Difference]:
    """List the bigrams whose probabilities in P and Q (V, V) differ most, in absolute value.

    The largest difference comes first, equal ones in the order of the table; bigrams with equal
    probabilities are never listed.
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
