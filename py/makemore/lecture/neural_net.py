"""The lecture's third part: the same model again, as a neural net that is trained."""

from __future__ import annotations

import math

import numpy as np

from makemore.counting.tables import count_bigrams
from makemore.evaluation import kl_divergence, mean_nll
from makemore.lecture.types import Array, Counts, Results
from makemore.models.bigram import CountModel
from makemore.models.bigram_net import SoftmaxModel
from makemore.sampling import sample_words
from makemore.torch_generator import Era, TorchGenerator
from makemore.vocabulary import Vocabulary

__all__ = [
    "compare_models",
    "five_examples",
    "forward",
    "gradient",
    "loss_of_word",
    "one_hot",
    "regularize",
    "sample_from_net",
    "train",
    "train_net",
    "training_pairs",
    "update_once",
]


def training_pairs(vocabulary: Vocabulary, word: str) -> Results:
    """Write a word's bigrams as inputs xs and targets ys."""
    indices = vocabulary.encode([word])
    return {"xs": indices[:-1], "ys": indices[1:]}


def one_hot(vocabulary: Vocabulary, word: str) -> Results:
    """Turn each input into a row of 27 numbers: a 1 at its index, else 0."""
    xs = training_pairs(vocabulary, word)["xs"]
    xenc = np.eye(27)[xs]  # (n, 27)
    return {"xenc": xenc, "where": xenc.argmax(axis=1), "inputs": _letters(vocabulary, xs)}


def forward(vocabulary: Vocabulary, word: str, weights_seed: int) -> Results:
    """Send a word's inputs through the net."""
    xs = training_pairs(vocabulary, word)["xs"]
    xenc = np.eye(27)[xs]  # (n, 27)
    W = TorchGenerator(weights_seed).randn(27, 27).astype(np.float64)
    logits = xenc @ W  # (n, 27) log-counts: a one-hot row picks a row of W
    counts = np.exp(logits)  # like a row of N, only not whole numbers
    probs = counts / counts.sum(axis=1, keepdims=True)  # the last two lines are the softmax
    return {
        "W": W,
        "logits": logits,
        "counts": counts,
        "probs": probs,
        "inputs": _letters(vocabulary, xs),
    }


def five_examples(vocabulary: Vocabulary, word: str, weights_seed: int) -> Results:
    """Ask the net about each bigram of a word: how likely was what came next."""
    pairs = training_pairs(vocabulary, word)
    probs = forward(vocabulary, word, weights_seed)["probs"]
    s = vocabulary.symbols
    return {
        "examples": [
            [f"{s[x]}{s[y]}", x, y, p[y], math.log(p[y]), -math.log(p[y])]
            for x, y, p in zip(
                pairs["xs"].tolist(), pairs["ys"].tolist(), probs.tolist(), strict=True
            )
        ]
    }


def loss_of_word(vocabulary: Vocabulary, word: str, weights_seed: int) -> Results:
    """Average the surprise over all bigrams of the word, in one line."""
    ys = training_pairs(vocabulary, word)["ys"]
    probs = forward(vocabulary, word, weights_seed)["probs"]
    loss = -np.log(probs[np.arange(len(ys)), ys]).mean()
    return {"loss": float(loss), "guessing": math.log(27)}


def gradient(vocabulary: Vocabulary, word: str, weights_seed: int) -> Results:
    """Go backwards through the net: how the loss changes with each weight."""
    pairs = training_pairs(vocabulary, word)
    n = len(pairs["xs"])
    xenc = np.eye(27)[pairs["xs"]]
    yenc = np.eye(27)[pairs["ys"]]
    probs = forward(vocabulary, word, weights_seed)["probs"]
    dlogits = (probs - yenc) / n  # of the loss by the logits
    dW = xenc.T @ dlogits  # (27, n) @ (n, 27): of the loss by W
    x, y = int(pairs["xs"][0]), int(pairs["ys"][0])
    return {
        "dW": dW,
        "first_pair": float(dW[x, y]),
        "nudged": _nudge(vocabulary, word, weights_seed, x, y),
    }


def _nudge(vocabulary: Vocabulary, word: str, weights_seed: int, x: int, y: int) -> float:
    """Measure one number of the gradient: change the weight a little and look at the loss."""
    W = TorchGenerator(weights_seed).randn(27, 27).astype(np.float64)
    N, h = count_bigrams([word], vocabulary), np.zeros((27, 27))
    h[x, y] = 1e-5
    up, down = SoftmaxModel(N, W + h), SoftmaxModel(N, W - h)
    return (up.loss(l2=0) - down.loss(l2=0)) / 2e-5


def update_once(
    vocabulary: Vocabulary, word: str, weights_seed: int, learning_rate: float
) -> Results:
    """Take one step downhill, and look at the loss again."""
    N = count_bigrams([word], vocabulary)  # all the net has to know of the word
    net = SoftmaxModel(N, generator=TorchGenerator(weights_seed))
    before = net.loss(l2=0)
    net.weights = net.weights - learning_rate * net.gradient(l2=0)  # W += -lr * W.grad
    return {"before": before, "after": net.loss(l2=0), "change": net.loss(l2=0) - before}


def train(
    N: Counts, weights_seed: int, learning_rate: float, l2: float, steps: int
) -> tuple[SoftmaxModel, list[float]]:
    """Train the net on all 228,146 bigrams at once, step after step."""
    net = SoftmaxModel(N, generator=TorchGenerator(weights_seed))
    losses = [net.step(learning_rate, l2) for _ in range(steps)]
    return net, losses


def train_net(N: Counts, weights_seed: int, learning_rate: float, l2: float, steps: int) -> Results:
    """Train, and look at the losses."""
    net, losses = train(N, weights_seed, learning_rate, l2, steps)
    return {
        "first_ten": losses[:10],  # the notebook had done these before it began to print
        "losses": losses[10:],
        "last": losses[-1],
        "without_l2": net.loss(l2=0),
        "by_counting": mean_nll(CountModel(N, smoothing=0).probabilities(), N),
    }


def regularize(N: Counts, vocabulary: Vocabulary, letter: str, l2: float) -> Results:
    """Train with a pull towards W = 0, which is a pull towards even probabilities."""
    # A strong pull needs small steps: with larger ones, W would jump over 0 and back.
    learning_rate = min(50.0, N.size / (2 * l2)) if l2 > 0 else 50.0
    net, losses = train(N, 2147483647, learning_rate, l2, steps=310)
    P = net.probabilities()
    i = vocabulary.symbols.index(letter)
    count_row = CountModel(N, smoothing=1).probabilities()[i]
    nll = mean_nll(P, N)
    return {
        "rows": [
            [s, p, c, 1 / 27]
            for s, p, c in zip(vocabulary.symbols, P[i].tolist(), count_row.tolist(), strict=True)
        ],
        "last_loss": losses[-1],
        "nll": nll,
        "even_nll": math.log(27),
        "furthest": float(np.abs(P - 1 / 27).max()),
        "same_smoothing": smoothing_like(N, nll),
    }


def smoothing_like(N: Counts, nll: float) -> float:
    """Find the smoothing that costs the count model as much as l2 costs the net."""
    low, high = 0.0, 1e9
    for _ in range(60):  # halve the interval, on a scale that suits large and small
        middle = math.expm1((math.log1p(low) + math.log1p(high)) / 2)
        worse = mean_nll(CountModel(N, middle).probabilities(), N) > nll
        low, high = (low, middle) if worse else (middle, high)
    return low


def sample_from_net(
    N: Counts,
    vocabulary: Vocabulary,
    seed: int,
    era: Era,
    weights_seed: int,
    learning_rate: float,
    l2: float,
    steps: int,
) -> Results:
    """Make words as before; P now comes from the net."""
    net, _ = train(N, weights_seed, learning_rate, l2, steps)
    words = sample_words(net.probabilities(), vocabulary, 5, TorchGenerator(seed, era=era))
    P = CountModel(N, smoothing=1).probabilities()
    counted = sample_words(P, vocabulary, 5, TorchGenerator(seed, era=era))
    return {"words": [w + "." for w in words], "counted": [w + "." for w in counted]}


def compare_models(N: Counts, l2: float, steps: int) -> Results:
    """Put the two models side by side: trained weights, and weights set to log-counts."""
    P = CountModel(N, smoothing=1).probabilities()
    trained = train(N, 2147483647, 50.0, l2, steps)[0].probabilities()
    by_hand = SoftmaxModel(N, weights=np.log(N + 1)).probabilities()  # exp(log N) = N
    return {
        "P": P,
        "net": trained,
        "losses": [
            ["counting", mean_nll(P, N), 0.0, 0.0],
            ["trained net", mean_nll(trained, N), *_apart(P, trained, N)],
            ["net with W = log(N + 1)", mean_nll(by_hand, N), *_apart(P, by_hand, N)],
        ],
    }


def _apart(P: Array, Q: Array, N: Counts) -> tuple[float, float]:
    return float(np.abs(P - Q).max()), abs(kl_divergence(P, Q, N))


def _letters(vocabulary: Vocabulary, indices: Counts) -> list[str]:
    return [vocabulary.symbols[i] for i in indices.tolist()]
