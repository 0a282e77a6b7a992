"""What a count must be: by a loop in plain Python."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from makemore.parallel import Counted

ORDER = 3


def plain(words: Sequence[str], order: int = ORDER) -> Counter[tuple[str, ...]]:
    """Count with a loop, symbol by symbol; a context is as long as it can be."""
    counts: Counter[tuple[str, ...]] = Counter()
    for word in words:
        text = [*[""] * order, *word, ""]
        for i in range(order, len(text)):
            counts[tuple(text[i - order + 1 : i + 1])] += 1
    return counts


def grams(counted: Counted) -> Counter[tuple[str, ...]]:
    symbols = ("", *counted.part.symbols)
    tally = counted.part.tally
    rows = zip(tally.grams.tolist(), tally.counts.tolist(), strict=True)
    return Counter({tuple(symbols[i] for i in gram[::-1]): n for gram, n in rows if n})
