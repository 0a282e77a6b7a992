"""Measure counting on one process and on two, and what merging costs.

`python3 build.py bench --scale` runs it in the tests' environment. The start of the processes is
not measured, and one and two take turns.
"""

import argparse
import os
import random
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "py"))
os.environ["PYTHONPATH"] = str(ROOT / "py")  # of the processes that are started

from distributed import Client  # noqa: E402

from makemore.parallel import (  # noqa: E402
    Counting,
    count_files,
    count_pieces,
    local_cluster,
    merged_pair,
)
from makemore.reading.files import Found, pieces_of  # noqa: E402
from makemore.reading.reader import ReadOptions, read_words  # noqa: E402
from makemore.sampling import generate  # noqa: E402
from makemore.training import fit  # noqa: E402


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--order", type=int, default=5)
    arguments = parser.parse_args()
    order = arguments.order
    with tempfile.TemporaryDirectory() as folder:
        path, large = Path(folder) / "words.txt", Path(folder) / "large.txt"
        write_words(path, arguments.megabytes * 1_000_000)
        with large.open("wb") as file:
            for _ in range(5):
                file.write(path.read_bytes())
        with processes(1) as one, processes(2) as two:
            throughput({1: one, 2: two}, path, order, arguments.rounds)
            print("\nA list of five times that size, once, on two processes:")
            print(figures(large, count(two, large, order)))
            print(f"peak memory of a process: {peak_megabytes(two):,.0f} MB")
        print(f"\n{'n-grams':>9}{'merging two tallies, ms':>25}{'million n-grams a second':>26}")
        for grams, seconds in merges(path, order):
            print(f"{grams:>9,.0f}{seconds * 1000:>25.1f}{grams / seconds / 1e6:>26.1f}")


def write_words(path: Path, size: int) -> None:
    """Write a list of names: those of data/names.txt, and as many made like them, at random."""
    names = read_words((ROOT / "data" / "names.txt").read_bytes()).words
    made = generate(fit("ngram", names, order=3, smoothing="kneser-ney"), 100_000)
    words = [*names, *(word for word in made if word)]
    draw = random.Random(1)
    with path.open("w", encoding="utf-8") as file:
        while file.tell() < size:
            file.write("\n".join(draw.choices(words, k=100_000)) + "\n")


@contextmanager
def processes(n: int) -> Iterator[str]:
    """Start a cluster of so many, as `makemore count` does; give its address."""
    with local_cluster(n) as cluster:
        yield cluster.scheduler_address


def throughput(clusters: dict[int, str], path: Path, order: int, rounds: int) -> None:
    """Print seconds on one process and on two, in turns, and how much faster two are."""
    seconds: dict[int, list[float]] = {n: [] for n in clusters}
    for address in clusters.values():
        count(address, path, order)  # they import what they need
    for _ in range(rounds):
        for n, address in clusters.items():
            seconds[n].append(count(address, path, order))
    for n, times in seconds.items():
        print(f"{n} {'process' if n == 1 else 'processes'}: {figures(path, *times)}")
    ratio = median(seconds[1]) / median(seconds[2])
    print(f"two processes are {ratio:.2f} times as fast as one (medians of {rounds} in turns)")


def count(address: str, path: Path, order: int) -> float:
    """Count a file as `makemore count` does; give the seconds."""
    begin = time.perf_counter()
    if count_files([str(path)], Counting(order), scheduler=address).stopped:
        raise KeyboardInterrupt
    return time.perf_counter() - begin


def figures(path: Path, *seconds: float) -> str:
    """Say how fast a file was counted."""
    size = path.stat().st_size / 1e6
    all_of_them = ", ".join(f"{one:.2f}" for one in seconds)
    return f"{size:,.0f} MB at {size / median(seconds):.1f} MB/s ({all_of_them} s)"


def peak_megabytes(address: str) -> float:
    """Give the most memory that any process of a cluster has had."""
    with Client(address) as client:
        return float(max(client.run(peak_kilobytes).values())) / 1000


def peak_kilobytes() -> int:
    """Give the most memory that this process has had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def merges(path: Path, order: int) -> list[tuple[float, float]]:
    """Time merges of two tallies of more and more text: n-grams of both, and seconds."""
    found, how = Found(str(path), path.stat().st_size), Counting(order)
    pieces = pieces_of(0, found, ReadOptions(), 4_000_000)[:16]
    parts = [count_pieces([piece], how) for piece in pieces]
    rows = []
    while len(parts) > 1:
        begin = time.perf_counter()
        merged = [
            merged_pair(one, other, how)
            for one, other in zip(parts[::2], parts[1::2], strict=False)
        ]
        seconds = (time.perf_counter() - begin) / len(merged)
        rows.append((sum(len(part.tally.grams) for part in parts) / len(merged), seconds))
        parts = merged
    return rows


if __name__ == "__main__":
    main()
