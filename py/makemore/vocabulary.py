"""Characters to indices and back; index 0 is the boundary token."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from makemore.errors import VocabularyError

if TYPE_CHECKING:
    from makemore.graphemes import Segmenter

__all__ = ["BOUNDARY", "Vocabulary"]

BOUNDARY = "."
"""How the boundary token is written. A literal "." in a word has an index of its own."""

_FULL_STOP = "‘.’"  # three code points, so no symbol's name but a literal full stop's

_SEPARATOR = "\n"
# Words come from lines, so no word can hold a line feed: in running text it
# can stand for the boundary token without ever meaning anything else.


class Vocabulary:
    """The symbols of a word list, in code point order, after the boundary token.

    ``symbols``, V of them: ``symbols[0]`` is the boundary token "."; ``symbols[i]`` the i-th
    character. If words hold a literal ".", it is also found at an index above 0. ``names`` are the
    symbols as they are written where the boundary may stand beside them: a literal "." is named
    "‘.’", all others are as they are. With `graphemes` a symbol may be several code points that a
    person takes for one character, such as a flag. Raises VocabularyError if a symbol is not one
    code point, is a line feed, or comes twice. Source: notebook cells that build ``stoi`` and
    ``itos``.
    """

    def __init__(self, characters: Iterable[str], *, graphemes: bool = False) -> None:
        characters = tuple(characters)
        self._segmenter: Segmenter | None = None
        if graphemes:
            # Imported here: few lists need it, and all pages start faster.
            from makemore.graphemes import Segmenter

            self._segmenter = Segmenter()
        for character in characters:
            several = len(character) > 1 and not graphemes
            if several or character in ("", _SEPARATOR):
                raise VocabularyError(
                    f"{character!r} cannot be a symbol: a symbol is one character "
                    "and no line feed.",
                    (character,),
                )
        self._index = {character: i for i, character in enumerate(characters, start=1)}
        if len(self._index) != len(characters):
            twice = next(c for c in characters if characters.count(c) > 1)
            raise VocabularyError(f"The symbol {twice!r} comes twice.", (twice,))
        self.symbols: tuple[str, ...] = (BOUNDARY, *characters)
        self.names = self.symbols
        if BOUNDARY in self._index:
            literal = self._index[BOUNDARY]
            self.names = (*self.symbols[:literal], _FULL_STOP, *self.symbols[literal + 1 :])
        if graphemes:
            return
        codes = np.array([ord(c) for c in (_SEPARATOR, *characters)], dtype=np.uint32)
        self._order = np.argsort(codes)
        self._codes = codes[self._order]

    @classmethod
    def from_words(cls, words: Iterable[str], *, graphemes: bool = False) -> Vocabulary:
        """Collect the distinct symbols of words, none a line feed, in code point order."""
        texts = map(cls("", graphemes=True).split, words) if graphemes else words
        return cls(sorted(set().union(*texts)), graphemes=graphemes)

    @property
    def graphemes(self) -> bool:
        """Whether a symbol may be several code points."""
        return self._segmenter is not None

    def __len__(self) -> int:
        """Count the symbols, the boundary token included: V."""
        return len(self.symbols)

    def __eq__(self, other: object) -> bool:
        """Tell whether both have the same symbols in the same order."""
        return isinstance(other, Vocabulary) and self.symbols == other.symbols

    def __hash__(self) -> int:
        """Hash by symbols."""
        return hash(self.symbols)

    def __repr__(self) -> str:
        """Show size and the first symbols."""
        return f"Vocabulary({len(self)} symbols: {''.join(self.symbols[:30])!r})"

    def index(self, character: str) -> int:
        """Return the index of a character, never 0; raises VocabularyError if it has none."""
        try:
            return self._index[character]
        except KeyError:
            raise self._unknown([character]) from None

    def encode(self, words: Sequence[str]) -> npt.NDArray[np.intp]:
        """Write n words as one row of indices with the boundary around each: ``0 w w w 0 w w 0``.

        Every two neighbours are one bigram. Raises VocabularyError if a word holds a symbol that is
        not in the vocabulary.

        >>> Vocabulary("ab").encode(["ab", "b"]).tolist()
        [0, 1, 2, 0, 2, 0]
        """
        if self._segmenter is not None:
            return self._encode_clusters(words)
        text = _SEPARATOR.join(["", *words, ""])
        if text.count(_SEPARATOR) != len(words) + 1:
            bad = next(word for word in words if _SEPARATOR in word)
            raise VocabularyError(f"{bad!r} holds a line feed: split it into two words.", ("\n",))
        # surrogatepass: a lone surrogate is refused as unknown, not as a crash.
        codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        place = np.searchsorted(self._codes, codes)
        place[place == len(self._codes)] = 0
        unknown = self._codes[place] != codes
        if unknown.any():
            raise self._unknown([chr(code) for code in codes[unknown].tolist()])
        return self._order[place]

    def split(self, word: str) -> list[str]:
        """Divide a word into symbols, known or not."""
        return list(word) if self._segmenter is None else self._segmenter.split(word)

    def knows(self, word: str) -> bool:
        """Tell whether all symbols of a word are in the vocabulary."""
        return all(symbol in self._index for symbol in self.split(word))

    def decode(self, indices: Iterable[int]) -> str:
        """Write indices from 0 to V − 1 as characters; index 0 is written "."."""
        return "".join([self.symbols[i] for i in indices])

    def _encode_clusters(self, words: Sequence[str]) -> npt.NDArray[np.intp]:
        indices = [0]
        for word in words:
            symbols = self.split(word)
            unknown = [symbol for symbol in symbols if symbol not in self._index]
            if unknown:
                raise self._unknown(unknown)
            indices += [*(self._index[symbol] for symbol in symbols), 0]
        return np.array(indices, dtype=np.intp)

    def _unknown(self, characters: Iterable[str]) -> VocabularyError:
        distinct = tuple(dict.fromkeys(characters))
        shown = ", ".join(repr(c) for c in distinct[:10]) + (", …" if len(distinct) > 10 else "")
        one = len(distinct) == 1
        return VocabularyError(
            f"The word list has no {shown}, so the model cannot know "
            f"{'it' if one else 'them'}. Use symbols of the list, or load a list that has "
            f"{'it' if one else 'them'}.",
            distinct,
        )
