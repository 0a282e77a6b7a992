"""The lecture's homework: what its author leaves to do after the notebook, and how far it leads."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from makemore.corpus import split_words
from makemore.counting.tables import count_bigrams
from makemore.evaluation import evaluate, mean_nll
from makemore.lecture.types import Array, Counts, Results
from makemore.models.bigram import CountModel
from makemore.models.bigram_net import SoftmaxModel
from makemore.models.ngram import NGram
from makemore.torch_generator import TorchGenerator
from makemore.vocabulary import Vocabulary

__all__ = [
    "count_trigrams",
    "cross_entropy",
    "cross_entropy_in_one",
    "how_far_counting_goes",
    "index_instead_of_one_hot",
    "nll_of_trigrams",
    "split_and_compare",
    "trigram_net",
    "trigrams",
    "tune_smoothing",
]


def count_trigrams(words: Sequence[str], vocabulary: Vocabulary) -> Counts:
    """Count which symbol follows which two: N3[i, j, k], one more axis than N[i, j]."""
    V = len(vocabulary)
    i = vocabulary.encode(words)  # 0 w w w 0 w w 0
    starts = np.flatnonzero(i[:-1] == 0)  # a word's first two symbols are two boundaries
    before = np.concatenate([[0], i[:-2]])
    before[starts] = 0
    triples = (before * V + i[:-1]) * V + i[1:]
    return np.bincount(triples, minlength=V**3).reshape(V, V, V)


def nll_of_trigrams(P: Array, N3: Counts) -> float:
    """Average the surprise at each symbol, given the two before it."""
    seen = N3 > 0
    return float(-(N3[seen] * np.log(P[seen])).sum() / N3.sum())


def trigrams(words: Sequence[str], smoothing: float) -> Results:
    """Count trigrams as the notebook counted bigrams, and compare the two."""
    vocabulary = Vocabulary.from_words(words)
    N, N3 = count_bigrams(words, vocabulary), count_trigrams(words, vocabulary)
    P3 = N3 + smoothing
    P3 = P3 / P3.sum(axis=2, keepdims=True)  # (V, V, V) / (V, V, 1)
    bigram = mean_nll(CountModel(N, smoothing).probabilities(), N)
    return {
        "contexts": int((N3.sum(axis=2) > 0).sum()),
        "bigram_loss": bigram,
        "trigram_loss": nll_of_trigrams(P3, N3),
        "trigram_words": _words_of_trigrams(P3, vocabulary),
    }


def _words_of_trigrams(P3: Array, vocabulary: Vocabulary) -> list[str]:
    g = TorchGenerator(2147483647)
    words = []
    for _ in range(5):
        word: list[int] = []
        i = j = 0
        while (k := g.multinomial(P3[i, j]).item()) != 0 and len(word) < 50:
            word.append(k)
            i, j = j, k
        words.append(vocabulary.decode(word) + ".")
    return words


def trigram_net(
    words: Sequence[str], trigram_steps: int, learning_rate: float, l2: float
) -> Results:
    """Find the same table by gradient: a row of W for every pair of symbols instead of one."""
    vocabulary = Vocabulary.from_words(words)
    V = len(vocabulary)
    N3 = count_trigrams(words, vocabulary).reshape(V * V, V)  # one row a context
    net = SoftmaxModel(N3, generator=TorchGenerator(2147483647))  # W is (V * V, V)
    losses = [net.step(learning_rate, l2) for _ in range(trigram_steps)]
    return {"net_losses": losses, "net_loss": mean_nll(net.probabilities(), N3)}


def split_and_compare(words: Sequence[str], seed: int, smoothing: float) -> Results:
    """Train on 80 % of the words, and measure on those that were kept away."""
    train, dev, test = split_words(words, (0.8, 0.1, 0.1), seed)
    vocabulary = Vocabulary.from_words(words)
    N = count_bigrams(train, vocabulary)
    N3 = count_trigrams(train, vocabulary)
    P = CountModel(N, smoothing).probabilities()
    P3 = N3 + smoothing
    P3 = P3 / P3.sum(axis=2, keepdims=True)
    rows = []
    for name, part in (("train", train), ("dev", dev), ("test", test)):
        if part:
            two = mean_nll(P, count_bigrams(part, vocabulary))
            three = nll_of_trigrams(P3, count_trigrams(part, vocabulary))
            rows.append([name, len(part), two, three])
    return {"parts": rows}


def tune_smoothing(words: Sequence[str], seed: int) -> Results:
    """Choose the trigram's smoothing on the dev part; look at the test part once, at the end."""
    train, dev, test = split_words(words, (0.8, 0.1, 0.1), seed)
    if not dev:
        return {}  # too few words to keep any away
    vocabulary = Vocabulary.from_words(words)
    N3, dev3, test3 = (count_trigrams(part, vocabulary) for part in (train, dev, test))
    tried = []
    for k in (0.001, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0):
        P3 = (N3 + k) / (N3 + k).sum(axis=2, keepdims=True)
        tried.append((k, nll_of_trigrams(P3, N3), nll_of_trigrams(P3, dev3)))
    best = min(tried, key=lambda row: row[2])[0]
    P3 = (N3 + best) / (N3 + best).sum(axis=2, keepdims=True)
    ks, train_losses, dev_losses = (list(column) for column in zip(*tried, strict=True))
    return {
        "tuning": {"x": ks, "train": train_losses, "dev": dev_losses},
        "best": best,
        "test_loss": nll_of_trigrams(P3, test3),
    }


def index_instead_of_one_hot(vocabulary: Vocabulary, word: str, weights_seed: int) -> Results:
    """Pick rows of W by their index: what a product with one-hot rows does, and no more."""
    xs = vocabulary.encode([word])[:-1]
    W = TorchGenerator(weights_seed).randn(27, 27).astype(np.float64)
    by_product = np.eye(27)[xs] @ W  # (n, 27) @ (27, 27): n · 27 · 27 multiplications
    by_index = W[xs]  # (n, 27): none
    counts = np.exp(by_index)
    return {
        "rows_picked": by_index,
        "probs": counts / counts.sum(axis=1, keepdims=True),
        "largest_gap": float(np.abs(by_product - by_index).max()),
        "saved": len(xs) * 27 * 27,
        "inputs": [vocabulary.symbols[i] for i in xs.tolist()],
    }


def cross_entropy(logits: Array, ys: Counts) -> float:
    """Compute the loss in one piece, as F.cross_entropy: logits minus their log-sum-exp."""
    shifted = logits - logits.max(axis=1, keepdims=True)  # so that exp cannot overflow
    log_sums = np.log(np.exp(shifted).sum(axis=1))
    return float((log_sums - shifted[np.arange(len(ys)), ys]).mean())


def cross_entropy_in_one(
    vocabulary: Vocabulary, word: str, weights_seed: int, added: float
) -> Results:
    """Compare the notebook's five lines with one function, on the same logits plus a constant."""
    indices = vocabulary.encode([word])
    xs, ys = indices[:-1], indices[1:]
    logits = TorchGenerator(weights_seed).randn(27, 27).astype(np.float64)[xs] + added
    with np.errstate(all="ignore"):
        counts = np.exp(logits)
        probs = counts / counts.sum(axis=1, keepdims=True)
        loss = -np.log(probs[np.arange(len(ys)), ys]).mean()
    return {"five_lines": float(loss), "one_function": cross_entropy(logits, ys)}


def how_far_counting_goes(words: Sequence[str], seed: int) -> Results:
    """Look back further and further, and let a context that is rare lean on a shorter one."""
    train, dev, test = split_words(words, (0.8, 0.1, 0.1), seed)
    if not dev:
        return {}  # too few words to keep any away
    vocabulary = Vocabulary.from_words(words)
    orders = range(2, 7)
    add_k, kneser_ney = (
        [evaluate(_ngram(train, vocabulary, order, smoothing), dev) for order in orders]
        for smoothing in (0.1, "kneser-ney")
    )
    best = min(orders, key=lambda order: kneser_ney[order - 2])
    return {
        "orders": {"x": list(orders), "add 0.1": add_k, "Kneser–Ney": kneser_ney},
        "best_order": best,
        "counting_test": evaluate(_ngram(train, vocabulary, best, "kneser-ney"), test),
        "guessing_evenly": math.log(len(vocabulary)),
    }


def _ngram(
    words: Sequence[str], vocabulary: Vocabulary, order: int, smoothing: float | str
) -> NGram:
    settings = {"order": order, "smoothing": smoothing}
    model: NGram = NGram.start(words, vocabulary, settings)
    for _ in model.train(words, settings):
        pass
    return model
