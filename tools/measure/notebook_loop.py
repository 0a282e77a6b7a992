"""Train the softmax model as the lecture's notebook does, in PyTorch; print the time as JSON.

Usage: python notebook_loop.py NAMES, with a Python that has PyTorch (which nothing else needs)

One example for each bigram, one-hot encoded; 300 steps of full-batch gradient descent with the
notebook's learning rate, regularization and seed.
"""

import json
import sys
import time
from pathlib import Path

import torch
import torch.nn.functional as F

STEPS = 300
LEARNING_RATE = 50.0
L2 = 0.01
SEED = 2147483647


def main(names: Path) -> None:
    """Print the milliseconds of all steps, the last loss, and PyTorch's version."""
    words = names.read_text(encoding="utf-8").split()
    symbols = [".", *sorted(set("".join(words)))]
    index = {symbol: i for i, symbol in enumerate(symbols)}
    pairs = [
        (index[first], index[second])
        for word in words
        for first, second in zip(f".{word}", f"{word}.", strict=True)
    ]
    xs, ys = torch.tensor(pairs).T
    V = len(symbols)
    generator = torch.Generator().manual_seed(SEED)
    W = torch.randn((V, V), generator=generator, requires_grad=True)

    began = time.perf_counter()
    for _ in range(STEPS):
        X = F.one_hot(xs, num_classes=V).float()  # (examples, V)
        P = (X @ W).exp()
        P = P / P.sum(1, keepdim=True)
        loss = -P[torch.arange(len(ys)), ys].log().mean() + L2 * (W**2).mean()
        W.grad = None
        loss.backward()
        with torch.no_grad():
            W -= LEARNING_RATE * W.grad
    milliseconds = (time.perf_counter() - began) * 1000

    result = {"milliseconds": milliseconds, "loss": loss.item(), "torch": torch.__version__}
    print(json.dumps(result))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
