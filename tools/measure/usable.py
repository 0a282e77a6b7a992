"""How many of the words made are of use: new, 4 to 8 letters, a vowel, no run of four consonants.

    python -m tools.measure.usable [LIST ...] [--count N]

Words are asked for as the page does by default: only new ones, no repeats, lengths from the list's
5th to its 95th percentile; by the automatic choice, from the built-in US names and from each list,
the forty invented names of the tests if none is given. A real list's own share stands beside it,
and counting pairs with smoothing 1. README's figures are those printed without arguments; here y is
no vowel, which is stricter than the page's rule (`makemore.usability`).
"""

import argparse
import random
import re
import warnings
from collections.abc import Sequence
from itertools import chain
from pathlib import Path

from makemore import Constraint, TorchGenerator, Vocabulary, evaluate, fit, generate, read_words

ROOT = Path(__file__).resolve().parents[2]
FORTY = ROOT / "tests" / "fixtures" / "forty.txt"
FOLDS, SHUFFLE_SEED = 5, 3
SEEDS = (1, 2, 3)
USABLE = re.compile(r"(?=.*[aeiou])(?!.*[^aeiou]{4}).{4,8}")


def is_usable(word: str) -> bool:
    """Tell whether a person could use it as a name: whether it can be pronounced, above all."""
    return USABLE.fullmatch(word.lower()) is not None


def constraint_for(words: Sequence[str]) -> Constraint:
    """Return what the page asks for by default."""
    lengths = sorted(map(len, words))
    low, high = (lengths[len(lengths) * part // 100] for part in (5, 95))
    return Constraint(shortest=low, longest=high, new_to=words)


def share_usable(words: Sequence[str], count: int) -> float:
    """Make words by the automatic choice, and return the share that is of use, over all seeds."""
    model, asked = fit("auto", words), constraint_for(words)
    shares = [
        sum(map(is_usable, generate(model, count, TorchGenerator(seed), 1, None, asked, False)))
        for seed in SEEDS
    ]
    return sum(shares) / len(SEEDS) / count


def share_of_pairs(words: Sequence[str], count: int) -> float:
    """Return the share that is new and of use where pairs are counted, and nothing is asked."""
    known = set(words)
    made = generate(fit("bigram", words, smoothing=1), count, TorchGenerator(1))
    return sum(is_usable(word) and word not in known for word in made) / count


def cross_validated(words: Sequence[str], background: Sequence[str]) -> float:
    """Return the loss of the automatic choice on each fifth in turn, in nats per symbol."""
    shuffled = [word.lower() for word in words]
    random.Random(SHUFFLE_SEED).shuffle(shuffled)
    vocabulary = Vocabulary.from_words([*shuffled, *background])
    parts = [shuffled[i::FOLDS] for i in range(FOLDS)]
    total = symbols = 0.0
    for i, held_out in enumerate(parts):
        learned = list(chain.from_iterable(parts[:i] + parts[i + 1 :]))
        size = sum(len(word) + 1 for word in held_out)
        total += evaluate(fit("auto", learned, vocabulary=vocabulary), held_out) * size
        symbols += size
    return total / symbols


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("lists", nargs="*", type=Path, metavar="LIST", default=[FORTY])
    parser.add_argument("--count", type=int, default=1000)
    given = parser.parse_args()
    names = (ROOT / "data" / "names.txt").read_text(encoding="utf-8").split()
    warnings.simplefilter("ignore")
    print(f"US names themselves: {sum(map(is_usable, names)) / len(names):.1%}")
    print(f"counting pairs, smoothing 1: {share_of_pairs(names, given.count):.1%} new and usable")
    print(f"auto, from US names: {share_usable(names, given.count):.1%} usable")
    for path in given.lists:
        words = read_words(path.read_bytes()).words
        print(f"auto, from {path.name}: {share_usable(words, given.count):.1%} usable")
        loss = cross_validated(words, names)
        print(f"auto, {path.name} cross-validated: {loss:.4f} nats per symbol")


if __name__ == "__main__":
    main()
