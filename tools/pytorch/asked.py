"""What is compared at each station: log P of each symbol of some words.

The page's own Python runs this file as well; in_page.py sends it there.
"""

from typing import Any

from makemore.corpus import batches


def rows_of(net: Any, words: list[str]) -> tuple[Any, Any]:
    """Give the words that fit in a net's context as x and y, (B, T)."""
    x, y = next(iter(batches(words, net.vocabulary)))
    width = min(x.shape[1], net.sizes.context)
    inside = (y[:, width:] < 0).all(axis=1)
    return x[inside, :width], y[inside, :width]


def log_probs(net: Any, words: list[str]) -> Any:
    """Give log P of each of their symbols and ends, (n,), in nats."""
    x, y = rows_of(net, words)
    return net.log_prob(x, y)[y >= 0]
