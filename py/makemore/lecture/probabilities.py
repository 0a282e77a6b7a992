"""The lecture's second part: counts to probabilities, words from them, and how good they are."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from makemore.evaluation import log_likelihood, mean_nll, score_word
from makemore.lecture.types import Array, Counts, Results
from makemore.models.bigram import CountModel
from makemore.sampling import sample_words
from makemore.torch_generator import Era, TorchGenerator
from makemore.vocabulary import Vocabulary

__all__ = [
    "add_up_in_float32",
    "all_rows_as_probabilities",
    "draw_first_letters",
    "draw_from_three",
    "forget_keepdims",
    "likelihood_of_list",
    "likelihood_of_word",
    "make_words",
    "row_as_probabilities",
    "smooth_the_impossible",
]


def row_as_probabilities(N: Counts, vocabulary: Vocabulary, letter: str) -> Results:
    """Divide one row of counts by its sum."""
    row = N[vocabulary.symbols.index(letter)]
    p = row / row.sum()
    return {"p": p, "sum": float(p.sum())}


def draw_from_three(seed: int, draws: int) -> Results:
    """Make three probabilities, then draw from them."""
    g = TorchGenerator(seed)
    p = g.rand(3)
    p = p / p.sum()
    drawn = g.multinomial(p, num_samples=draws)
    return {"three": p, "drawn": drawn, "shares": np.bincount(drawn, minlength=3) / draws}


def draw_first_letters(
    N: Counts, vocabulary: Vocabulary, seed: int, era: Era, how_many: int
) -> Results:
    """Draw first letters of words, as row 0 has them."""
    p = N[0] / N[0].sum()
    g = TorchGenerator(seed, era=era)
    letters = [vocabulary.symbols[g.multinomial(p).item()] for _ in range(how_many)]
    return {"letter": letters[0], "letters": letters}


def all_rows_as_probabilities(N: Counts, smoothing: float) -> Results:
    """Divide every row by its own sum, all at once."""
    P = N + smoothing
    P = P / P.sum(axis=1, keepdims=True)  # (27, 27) / (27, 1)
    sums = P.sum(axis=1)
    return {"P": P, "lowest_sum": float(sums.min()), "highest_sum": float(sums.max())}


def forget_keepdims(N: Counts, vocabulary: Vocabulary, seed: int, era: Era) -> Results:
    """Make the notebook's famous mistake, and sample from what comes out."""
    right = (N + 1) / (N + 1).sum(axis=1, keepdims=True)  # (27, 27) / (27, 1): rows
    wrong = (N + 1) / (N + 1).sum(axis=1)  # (27, 27) / (27,): columns
    return {
        "wrong": wrong,
        "row_sums": wrong.sum(axis=1),
        "column_sums": wrong.sum(axis=0),
        "right_words": _five_words(right, vocabulary, seed, era),
        "wrong_words": _five_words(wrong, vocabulary, seed, era),
    }


def make_words(
    N: Counts, vocabulary: Vocabulary, seed: int, era: Era, how_many: int, smoothing: float
) -> Results:
    """Make words from P, and from a model that learned nothing."""
    P = CountModel(N, smoothing).probabilities()
    even = np.full((27, 27), 1 / 27)
    words = sample_words(P, vocabulary, how_many, TorchGenerator(seed, era=era))
    untrained = sample_words(even, vocabulary, how_many, TorchGenerator(seed, era=era))
    return {"words": [w + "." for w in words], "untrained": [w + "." for w in untrained]}


def likelihood_of_word(N: Counts, vocabulary: Vocabulary, word: str, smoothing: float) -> Results:
    """Multiply the probabilities of a word's bigrams; or add their logarithms."""
    P = CountModel(N, smoothing).probabilities()
    score = score_word(P, vocabulary, word)
    return {
        "bigrams": [[b.first, b.second, b.probability, -b.nll] for b in score.bigrams],
        "likelihood": math.prod(b.probability for b in score.bigrams),
        "word_log_likelihood": -score.nll,
        "word_mean_nll": score.mean_nll,
    }


def likelihood_of_list(N: Counts, smoothing: float) -> Results:
    """Add up the logarithms of all 228,146 bigrams, with float64's 16 digits."""
    P = CountModel(N, smoothing).probabilities()
    return {"log_likelihood": log_likelihood(P, N), "mean_nll": mean_nll(P, N)}


def add_up_in_float32(
    N: Counts, notebook_words: Sequence[str] | None, vocabulary: Vocabulary, order: int
) -> Results:
    """Add up the same logarithms one by one with float32's 7 digits, as the notebook does."""
    P = (N + 1) / (N + 1).sum(axis=1, keepdims=True)
    if notebook_words is None:  # its list is not loaded, so its order is not known
        pairs = np.repeat(np.arange(N.size), N.ravel().astype(np.intp))
        pairs = np.random.RandomState(order).permutation(pairs)
    else:
        indices = vocabulary.encode(notebook_words)
        pairs = indices[:-1] * 27 + indices[1:]
    terms = np.log(P).ravel()[pairs]
    exact = np.cumsum(terms)  # float64
    running = np.cumsum(terms.astype(np.float32))  # one by one, and rounded every time
    stops = [1000, 10_000, 50_000, 100_000, 150_000, 200_000, len(terms)]
    return {
        "running": float(running[-1]),
        "running_mean": -float(running[-1] / np.float32(len(terms))),
        "exact": float(exact[-1]),
        "exact_mean": -float(exact[-1] / len(terms)),
        "spacing": float(np.spacing(np.abs(running[-1]))),
        "stops": [
            [n, float(exact[n - 1]), float(running[n - 1]), float(np.spacing(-running[n - 1]))]
            for n in stops
        ],
    }


def smooth_the_impossible(
    N: Counts, vocabulary: Vocabulary, word: str, smoothing: float
) -> Results:
    """Score a word without smoothing and with it."""
    bare = score_word(CountModel(N, smoothing=0).probabilities(), vocabulary, word)
    smooth = score_word(CountModel(N, smoothing).probabilities(), vocabulary, word)
    return {
        "impossible": word if math.isinf(bare.nll) else "possible",
        "never_seen": [b.first + b.second for b in bare.bigrams if b.probability == 0],
        "bare_nll": bare.mean_nll,
        "smooth_nll": smooth.mean_nll,
        "both": [
            [a.first, a.second, a.probability, b.probability, b.nll]
            for a, b in zip(bare.bigrams, smooth.bigrams, strict=True)
        ],
    }


def _five_words(P: Array, vocabulary: Vocabulary, seed: int, era: Era) -> list[str]:
    return [w + "." for w in sample_words(P, vocabulary, 5, TorchGenerator(seed, era=era))]
