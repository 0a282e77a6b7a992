"""Which words a list has, and how many different ones, in bounded memory.

Words are known by 64-bit hashes: exactly so up to some millions of different
words, then by a Bloom filter, which says how often it is wrong.
"""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import numpy.typing as npt

__all__ = ["Membership", "hash_text", "hash_words", "symbol_values"]

Hashes = npt.NDArray[np.uint64]

EXACT_WORDS = 1 << 21  # different words up to which hashes are kept: 32 MB
BLOOM_BLOCKS = 1 << 24  # of 64 bits: 128 MB
_PROBES = 4  # bits of one block that a word sets
_BLOCK_BITS = 64
_PIECE = 1 << 18
_ONES = np.array([byte.bit_count() for byte in range(256)])

_TABLE = 1 << 19  # symbols of a text for which powers are kept: 8 MB

_BASE = 0x9E3779B97F4A7C15
"""Of the polynomial in the hash: 5 modulo 8, so that its powers repeat as late as can be."""


def _powers(base: int, count: int) -> Hashes:
    factors = np.full(count, base, dtype=np.uint64)
    factors[:1] = 1
    return np.multiply.accumulate(factors)


def _make_tables(count: int) -> tuple[Hashes, Hashes]:
    """Return the first powers of the base and of its inverse modulo 2**64."""
    return _powers(_BASE, count + 1), _powers(pow(_BASE, -1, 1 << 64), count + 1)


@cache
def _tables() -> tuple[Hashes, Hashes]:
    return _make_tables(_TABLE)


def _mixed(numbers: Hashes) -> Hashes:
    """Spread each number over all 64 bits, one to one: SplitMix64's last step."""
    z = numbers
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


def hash_words(
    values: Hashes, starts: npt.NDArray[np.integer], stops: npt.NDArray[np.integer]
) -> Hashes:
    """Hash w stretches of a text, of whose code points `values` has the `symbol_values`, (w,).

    ``starts`` and ``stops``, (w,), are where each word begins, and the place after its end. Equal
    words have equal hashes, wherever they stand; none is 0. The hash is ``Σ values[start +
    i]·b**i`` modulo 2**64, mixed: differences of one running sum, divided by ``b**start``. Source
    of the mixing: G. L. Steele, D. Lea and C. H. Flood, "Fast splittable pseudorandom number
    generators" (2014).
    """
    # A table for every size would fill the memory; longer texts than this are rare.
    up, down = _tables() if len(values) <= _TABLE else _make_tables(len(values))
    running = np.zeros(len(values) + 1, dtype=np.uint64)
    np.cumsum(values * up[: len(values)], out=running[1:])
    hashes = _mixed((running[stops] - running[starts]) * down[starts])
    hashes[hashes == 0] = 1
    return hashes


def symbol_values(codes: npt.NDArray[np.integer]) -> Hashes:
    """Give each code point a number of its own, as random as hashing needs."""
    return _mixed((codes.astype(np.uint64) + np.uint64(1)) * np.uint64(_BASE))


def hash_text(word: str) -> Hashes:
    """Hash one word as `hash_words` does, (1,): of equal words it is equal, in whatever list."""
    codes = np.frombuffer(word.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    stop = np.array([len(codes)])
    return hash_words(symbol_values(codes), stop * 0, stop)


class Membership:
    """A set of 64-bit hashes that stays within a fixed size.

    Up to `exact_words` different words, all hashes are kept; then a filter of `bloom_blocks`, a
    power of 2, takes over. While it is `exact`, two of n different words have the same hash with a
    chance of n² / 2**65: one in eight million for two million words.

    All bits of a word are in one block of the filter, so that a word costs one look into memory.
    Source: F. Putze, P. Sanders and J. Singler, "Cache-, hash- and space-efficient Bloom filters"
    (2007).
    """

    def __init__(self, exact_words: int = EXACT_WORDS, bloom_blocks: int = BLOOM_BLOCKS) -> None:
        self._limit, self._blocks = exact_words, bloom_blocks
        self._slots: Hashes = np.zeros(1024, dtype=np.uint64)  # 0: free; at most half are taken
        self._at_most = 0  # slots taken
        self._bloom: Hashes | None = None
        self._bits_set: npt.NDArray[np.int64] | None = None

    @property
    def exact(self) -> bool:
        """Whether the answers are exact."""
        return self._bloom is None

    @property
    def distinct(self) -> int:
        """How many different words there are; an estimate unless `exact`."""
        if self._bloom is None:
            return int(np.count_nonzero(self._slots))
        blocks = self._blocks_by_bits_set(self._bloom)
        bits_set = float((blocks * np.arange(len(blocks))).sum())
        free = max(1 - bits_set / (_BLOCK_BITS * self._blocks), 1e-9)
        # A bit is free with probability exp(-n/blocks · share): the number of words in a
        # block is a Poisson variable, and each of them sets a share of the block's bits.
        share = 1 - (1 - 1 / _BLOCK_BITS) ** _PROBES
        return round(-self._blocks / share * math.log(free))

    @property
    def false_positive_rate(self) -> float:
        """The share of words not in the list that are said to be in it."""
        if self._bloom is None:
            return 0.0
        blocks = self._blocks_by_bits_set(self._bloom)
        rates = (np.arange(len(blocks)) / _BLOCK_BITS) ** _PROBES
        return float((blocks * rates).sum()) / self._blocks

    def add(self, hashes: Hashes) -> None:
        """Add words by their hashes, (n,), none of them 0; any may be there already."""
        if self._bloom is None and 2 * (self._at_most + len(hashes)) > len(self._slots):
            hashes = self._make_room(hashes)
        if self._bloom is not None:
            self._add_to_bloom(self._bloom, hashes)
            return
        self._insert(hashes)
        self._at_most += len(hashes)

    def has(self, hashes: Hashes) -> npt.NDArray[np.bool_]:
        """Tell of each hash, (n,), whether it was added."""
        if self._bloom is None:
            return self._found(hashes)
        block, bits = self._place(hashes)
        known: npt.NDArray[np.bool_] = (self._bloom[block] & bits) == bits
        return known

    def _make_room(self, hashes: Hashes) -> Hashes:
        """Grow, or turn to the Bloom filter; return the hashes that are new, each once."""
        taken = int(np.count_nonzero(self._slots))
        hashes = np.unique(hashes[~self._found(hashes)])
        self._at_most = taken
        wanted = taken + len(hashes)
        if wanted > self._limit:
            self._forget_exactness()
            return hashes
        size = len(self._slots)
        while size < 8 * wanted and size < 2 * self._limit:
            size *= 2
        if size > len(self._slots):
            kept = self._slots[self._slots != 0]
            self._slots = np.zeros(size, dtype=np.uint64)
            self._insert(kept)
        return hashes

    def _insert(self, hashes: Hashes) -> None:
        """Put hashes into free slots, each at or after its own place, all at the same time."""
        slots, mask = self._slots, len(self._slots) - 1
        place = (hashes & np.uint64(mask)).astype(np.intp)
        while len(hashes):
            there = slots[place]
            free = there == 0
            # If several claim one slot, one wins, and the others see it on looking again.
            slots[place[free]] = hashes[free]
            lost = slots[place] != hashes
            hashes, place = hashes[lost], (place[lost] + 1) & mask

    def _found(self, hashes: Hashes) -> npt.NDArray[np.bool_]:
        mask = len(self._slots) - 1
        found = np.zeros(len(hashes), dtype=np.bool_)
        left = np.arange(len(hashes))
        place = (hashes & np.uint64(mask)).astype(np.intp)
        while len(left):
            there = self._slots[place]
            equal = there == hashes[left]
            found[left] = equal
            going_on = (there != 0) & ~equal
            left, place = left[going_on], (place[going_on] + 1) & mask
        return found

    def _forget_exactness(self) -> None:
        kept = self._slots[self._slots != 0]
        self._slots = np.zeros(0, dtype=np.uint64)
        self._bloom = np.zeros(self._blocks, dtype=np.uint64)
        for begin in range(0, len(kept), _PIECE):
            self._add_to_bloom(self._bloom, kept[begin : begin + _PIECE])

    def _add_to_bloom(self, bloom: Hashes, hashes: Hashes) -> None:
        self._bits_set = None
        block, bits = self._place(hashes)
        while len(block):
            bloom[block] |= bits
            # Of two words in one block, only one has been written.
            lost = (bloom[block] & bits) != bits
            block, bits = block[lost], bits[lost]

    def _place(self, hashes: Hashes) -> tuple[npt.NDArray[np.intp], Hashes]:
        """Give each word's block of the filter, and its bits there."""
        block = (hashes & np.uint64(self._blocks - 1)).astype(np.intp)
        bits = np.zeros(len(hashes), dtype=np.uint64)
        for probe in range(_PROBES):
            # The highest bits: the lowest have chosen the block.
            shift = (hashes >> np.uint64(_BLOCK_BITS - 6 * (probe + 1))) & np.uint64(63)
            bits |= np.uint64(1) << shift
        return block, bits

    def _blocks_by_bits_set(self, bloom: Hashes) -> npt.NDArray[np.int64]:
        """Count the blocks with 0, 1, ... 64 bits set."""
        if self._bits_set is None:
            self._bits_set = np.zeros(_BLOCK_BITS + 1, dtype=np.int64)
            for begin in range(0, len(bloom), _PIECE):
                ones = _ONES[bloom[begin : begin + _PIECE].view(np.uint8)].reshape(-1, 8)
                self._bits_set += np.bincount(ones.sum(axis=1), minlength=_BLOCK_BITS + 1)
        return self._bits_set
