"""What a count must be: by a loop in plain Python."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

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


def words_of(path: Path, piece: int, parts: list[int]) -> list[str]:
    """Give the words of some pieces, which may come several times."""
    lines: dict[int, list[str]] = {}
    begin = 0
    for line in path.read_bytes().splitlines(keepends=True):
        lines.setdefault(begin // piece, []).append(line.decode().strip())
        begin += len(line)
    return [word for part in parts for word in lines[part]]
