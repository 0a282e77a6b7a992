"""What reading must know of each character, in tables indexed by code point.

Only characters that come in a list are ever looked at one by one, so the cost
grows with the alphabet, and text is judged by looking whole arrays up.
"""

from __future__ import annotations

import unicodedata

import numpy as np
import numpy.typing as npt

__all__ = [
    "CONTROL",
    "END",
    "FIRST_CLUSTER",
    "LINE_ENDS",
    "OTHER_END",
    "WHITE",
    "CharacterTable",
    "Codes",
    "text_of",
]

Codes = npt.NDArray[np.uint8] | npt.NDArray[np.uint32]
"""Text as code points: uint8 if all are ASCII."""

LINE_ENDS = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
"""The line ends of `str.splitlines`, but for the pair CR LF."""

END, OTHER_END, WHITE, CONTROL, KNOWN = (np.uint8(1 << bit) for bit in range(5))

_CODE_POINTS = 0x110000
FIRST_CLUSTER = _CODE_POINTS
"""From here on, numbers stand for symbols of several code points."""


class CharacterTable:
    """Flags and index of each character that was met, in order of appearance.

    Attributes
    ----------
    symbols : list of str
        ``symbols[i]`` is the symbol of index i; 0 is the end of a word.
    """

    def __init__(self) -> None:
        self.symbols = ["\n"]
        # Of zeros, because memory that is never touched costs nothing.
        self._flags = np.zeros(_CODE_POINTS, dtype=np.uint8)
        self._indices: npt.NDArray[np.intp] = np.zeros(_CODE_POINTS, dtype=np.intp)
        self._clusters: dict[str, int] = {}
        self._cluster_text: list[str] = []
        for end in LINE_ENDS:
            self._flags[ord(end)] = KNOWN | END if end == "\n" else KNOWN | END | OTHER_END

    def flags(self, codes: Codes) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.intp]]:
        """Look up what kind of character each code point is.

        Parameters
        ----------
        codes : ndarray of uint8 or uint32, shape (n,)

        Returns
        -------
        flags : ndarray of uint8, shape (n,)
            `END`, `OTHER_END` (an end, but no line feed), `WHITE`, `CONTROL`, and `KNOWN` in all.
        special : ndarray of intp
            Where there is any of them but `KNOWN`.
        """
        flags = self._flags[codes]
        special = np.flatnonzero(flags != KNOWN)
        unknown = special[flags[special] == 0]
        if len(unknown) == 0:
            return flags, special
        for code in np.unique(codes[unknown]).tolist():
            self._flags[code] = _flags_of(chr(code))
        return self.flags(codes)

    def indices(self, codes: Codes, words: int) -> npt.NDArray[np.intp]:
        """Look up each symbol's index; a new symbol gets the next one.

        Parameters
        ----------
        codes : ndarray of uint8 or uint32, shape (n,)
            Of words, each with one line feed after it.
        words : int
            How many line feeds there are.

        Returns
        -------
        ndarray of intp, shape (n,)
            0 for line feeds.
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
    white = int(WHITE) if character.isspace() else 0
    control = int(CONTROL) if unicodedata.category(character) == "Cc" else 0
    return int(KNOWN) | white | control


def text_of(codes: Codes) -> str:
    """Turn code points back to text."""
    if codes.dtype == np.uint8:
        return codes.tobytes().decode("ascii")
    return codes.astype("<u4").tobytes().decode("utf-32-le", "surrogatepass")
