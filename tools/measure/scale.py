"""Measure counting on one process and on two, and what merging costs.

Run it as python tools/measure/scale.py; it needs the extra `cluster`. The start of the processes is
not measured; rounds are interleaved.
"""

import argparse
import json
import os
import random
import resource
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "py"))
os.environ["PYTHONPATH"] = str(ROOT / "py")  # of the processes that are started

from distributed import Client, LocalCluster  # noqa: E402

from makemore.parallel import Counting, count_files, count_pieces, merged_pair  # noqa: E402
from makemore.reading.files import Found, pieces_of  # noqa: E402
from makemore.reading.reader import ReadOptions, read_words  # noqa: E402
from makemore.sampling import generate  # noqa: E402
from makemore.training import fit  # noqa: E402


def main() -> None:
    """Print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--order", type=int, default=5)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "words.txt"
        write_words(path, arguments.megabytes * 1_000_000)
        figures: dict[str, Any] = {"megabytes": path.stat().st_size / 1e6}
        figures |= throughput(path, arguments.order, arguments.rounds)
        figures["merges"] = merges(path, arguments.order)
    print(json.dumps(figures, indent=1))


def write_words(path: Path, size: int) -> None:
    """Write a list of names: those of data/names.txt, and as many made like them, at random."""
    names = read_words((ROOT / "data" / "names.txt").read_bytes()).words
    made = generate(fit("ngram", names, order=3, smoothing="kneser-ney"), 100_000)
    words = [*names, *(word for word in made if word)]
    draw = random.Random(1)
    with path.open("w", encoding="utf-8") as file:
        while file.tell() < size:
            file.write("\n".join(draw.choices(words, k=100_000)) + "\n")


def throughput(path: Path, order: int, rounds: int) -> dict[str, Any]:
    """Give megabytes a second on one process and on two, and the largest process's memory."""
    size = path.stat().st_size / 1e6
    seconds: dict[int, list[float]] = {1: [], 2: []}
    clusters = {
        n: LocalCluster(n_workers=n, threads_per_worker=1, dashboard_address=":0", silence_logs=50)
        for n in seconds
    }
    memory = 0
    for _ in range(rounds):
        for n, cluster in clusters.items():
            begin = time.perf_counter()
            count_files(
                [str(path)],
                Counting(order),
                scheduler=cluster.scheduler_address,
                piece=8_000_000,
            )
            seconds[n].append(time.perf_counter() - begin)
            with Client(cluster.scheduler_address) as client:
                memory = max(memory, *client.run(peak_kilobytes).values())
    for cluster in clusters.values():
        cluster.close()
    one, two = median(seconds[1]), median(seconds[2])
    return {
        "seconds": seconds,
        "MB/s, one process": size / one,
        "MB/s, two processes": size / two,
        "ratio": one / two,
        "peak MB of a process": memory / 1000,
    }


def peak_kilobytes() -> int:
    """Give the most memory that this process has had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def merges(path: Path, order: int) -> list[dict[str, Any]]:
    """Time merges of two tallies of more and more text."""
    found, how = Found(str(path), path.stat().st_size), Counting(order)
    pieces = pieces_of(0, found, ReadOptions(), 4_000_000)[:16]
    parts = [count_pieces([piece], how) for piece in pieces]
    rows = []
    while len(parts) > 1:
        begin = time.perf_counter()
        merged = [
            merged_pair(one, other, how) for one, other in zip(parts[::2], parts[1::2], strict=True)
        ]
        seconds = (time.perf_counter() - begin) / len(merged)
        grams = sum(len(part.tally.grams) for part in parts) / len(merged)
        rows.append({"n-grams": grams, "seconds": seconds, "per second": grams / seconds})
        parts = merged
    return rows


if __name__ == "__main__":
    main()
