"""What reading must know of each character, in tables indexed by code point.

Only characters that come in a list are ever looked at one by one, so the cost
grows with the alphabet, and text is judged by looking whole arrays up.
"""

from __future__ import annotations

import unicodedata

import numpy as np
import numpy.typing as npt

from makemore.reading.membership import symbol_values

__all__ = [
    "CONTROL",
    "END",
    "FIRST_CLUSTER",
    "INVISIBLE",
    "WHITE",
    "CharacterTable",
    "Codes",
    "codes_of",
    "stretches",
    "text_of",
]

Codes = npt.NDArray[np.uint8] | npt.NDArray[np.uint32]
"""Text as code points: uint8 if all are ASCII."""

END, WHITE, CONTROL, INVISIBLE, KNOWN = (np.uint8(1 << bit) for bit in range(5))
# Source: Default_Ignorable_Code_Point in DerivedCoreProperties.txt of Unicode 16.
_IGNORABLE = [
    *(0xAD, 0x34F, 0x61C, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x3164, 0xFEFF, 0xFFA0),
    *range(0x180B, 0x1810),
    *range(0x200B, 0x2010),
    *range(0x202A, 0x202F),
    *range(0x2060, 0x2070),
    *range(0xFE00, 0xFE10),
    *range(0xFFF0, 0xFFF9),
    *range(0x1BCA0, 0x1BCA4),
    *range(0x1D173, 0x1D17B),
    *range(0xE0000, 0xE1000),
]
_SEPARATORS = "\x1c\x1d\x1e\x1f"  # white space to Python, but not to Unicode

_CODE_POINTS = 0x110000
FIRST_CLUSTER = _CODE_POINTS
"""From here on, numbers stand for symbols of several code points."""


class CharacterTable:
    """Flags and index of each character that was met, in order of appearance.

    ``symbols[i]`` is the symbol of index i; 0 is the end of a word.
    """

    def __init__(self) -> None:
        self.symbols = ["\n"]
        # Of zeros, because memory that is never touched costs nothing.
        self._flags = np.zeros(_CODE_POINTS, dtype=np.uint8)
        self._indices: npt.NDArray[np.intp] = np.zeros(_CODE_POINTS, dtype=np.intp)
        self._clusters: dict[str, int] = {}
        self._cluster_text: list[str] = []
        self._flags[ord("\n")] = KNOWN | END
        self._flags[_IGNORABLE] = KNOWN | INVISIBLE
        self._values = symbol_values(np.arange(1 << 8))

    def flags(self, codes: Codes) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.intp]]:
        """Look up what kind of character each code point is; (n,) of uint8 or uint32.

        Gives flags, (n,): `END` (of a line feed), `WHITE`, `CONTROL`, `INVISIBLE` (what shows
        nothing by itself, such as joiners), and `KNOWN` in all; and where there is any of them but
        `KNOWN`.
        """
        flags = self._flags[codes]
        special = np.flatnonzero(flags != KNOWN)
        unknown = special[flags[special] == 0]
        if len(unknown) == 0:
            return flags, special
        for code in np.unique(codes[unknown]).tolist():
            self._flags[code] = _flags_of(chr(code))
        return self.flags(codes)

    def values(self, codes: Codes) -> npt.NDArray[np.uint64]:
        """Look up what each code point adds to a word's hash, (n,)."""
        highest = int(codes.max(initial=0))
        if highest >= len(self._values):
            # Of all code points they would take 9 MB, of which most lists need a few hundred bytes.
            self._values = symbol_values(np.arange(1 << highest.bit_length()))
        return self._values[codes]

    def indices(self, codes: Codes, words: int) -> npt.NDArray[np.intp]:
        """Look up each symbol's index, (n,), 0 for line feeds; a new symbol gets the next one.

        ``codes``, (n,) of uint8 or uint32, are of words, each with one line feed after it.
        """
        indices = self._indices[codes]
        if np.count_nonzero(indices) + words < len(indices):
            new = (indices == 0) & (codes != ord("\n"))
            for code in np.unique(codes[new]).tolist():
                self._indices[code] = len(self.symbols)
                self.symbols.append(self._text(code))
            indices = self._indices[codes]
        return indices

    def cluster(self, text: str) -> int:
        """Return the number that stands for a symbol of several code points."""
        number = self._clusters.get(text)
        if number is None:
            number = self._clusters[text] = FIRST_CLUSTER + len(self._clusters)
            self._cluster_text.append(text)
            if number >= len(self._indices):
                more = np.zeros(max(1024, len(self._indices) // 8), dtype=np.intp)
                self._indices = np.concatenate([self._indices, more])
        return number

    def _text(self, code: int) -> str:
        return chr(code) if code < FIRST_CLUSTER else self._cluster_text[code - FIRST_CLUSTER]


def _flags_of(character: str) -> int:
    white = int(WHITE) if character.isspace() and character not in _SEPARATORS else 0
    control = int(CONTROL) if unicodedata.category(character) == "Cc" else 0
    return int(KNOWN) | white | control


def codes_of(text: str) -> Codes:
    """Turn text to code points."""
    if text.isascii():
        return np.frombuffer(text.encode("ascii"), dtype=np.uint8)
    # surrogatepass: UTF-16 can hold lone surrogates, which are no reason to crash.
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")


def text_of(codes: Codes) -> str:
    """Turn code points back to text."""
    if codes.dtype == np.uint8:
        return codes.tobytes().decode("ascii")
    return codes.astype("<u4").tobytes().decode("utf-32-le", "surrogatepass")


def stretches(
    size: int, starts: npt.NDArray[np.intp], stops: npt.NDArray[np.intp]
) -> npt.NDArray[np.bool_]:
    """Mark stretches of an array of `size`, each from its start to the place before its stop.

    None is empty, and none touches the next.
    """
    edges = np.zeros(size + 1, dtype=np.int8)
    edges[starts] = 1
    edges[stops] = -1
    return np.cumsum(edges[:-1], dtype=np.int8).view(np.bool_)
