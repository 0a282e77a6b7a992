"""Text to what a person takes for one character: extended grapheme clusters.

An emoji with joiners, a flag, a letter with its marks. The rules are those of
Unicode Standard Annex #29, "Unicode Text Segmentation" (revision 45, Unicode 16),
section 3.1.1; Python's own library has the classes but for the few lists here.
"""

from __future__ import annotations

import itertools
import unicodedata

import numpy as np
import numpy.typing as npt

__all__ = ["Segmenter"]

(
    OTHER,
    CONTROL,
    PICTURE,
    CONSONANT,
    HANGUL_LV,
    HANGUL_LVT,
    # Nothing joins but next to one of what follows.
    EXTEND,
    JOINER,
    SPACING,
    PREPEND,
    FLAG_LETTER,
    HANGUL_L,
    HANGUL_V,
    HANGUL_T,
    LINKER,
    NON_JOINER,
) = range(16)
_UNKNOWN = 255

_JOINS_HANGUL = {
    (HANGUL_L, HANGUL_L),
    (HANGUL_L, HANGUL_V),
    (HANGUL_L, HANGUL_LV),
    (HANGUL_L, HANGUL_LVT),
    (HANGUL_LV, HANGUL_V),
    (HANGUL_LV, HANGUL_T),
    (HANGUL_V, HANGUL_V),
    (HANGUL_V, HANGUL_T),
    (HANGUL_LVT, HANGUL_T),
    (HANGUL_T, HANGUL_T),
}

# Code points, by class; source: GraphemeBreakProperty.txt, emoji-data.txt (Extended_Pictographic)
# and DerivedCoreProperties.txt (InCB) of the Unicode Character Database.
_LISTED = {
    PREPEND: "600-605 6dd 70f 890-891 8e2 d4e 110bd 110cd 111c2-111c3 1193f 11941 11a3a "
    "11a84-11a89 11d46 11f02",
    FLAG_LETTER: "1f1e6-1f1ff",
    HANGUL_L: "1100-115f a960-a97c",
    HANGUL_V: "1160-11a7 d7b0-d7c6",
    HANGUL_T: "11a8-11ff d7cb-d7fb",
    # Marks that are spacing and yet extend, half-width sound marks, skin tones, tags.
    EXTEND: "9be 9d7 b3e b57 bbe bd7 cc0 cc2 cc7-cc8 cca-ccb cd5-cd6 d3e d57 dcf ddf 1715 "
    "1734 1b35 1b3b 1b3d 1b43-1b44 1baa 1bf2-1bf3 302e-302f a953 a9c0 ff9e-ff9f 111c0 "
    "11235 1133e 1134d 11357 113b8 113c2 113c5 113c7-113c9 113cf 114b0 114bd 115af "
    "116b6 11930 1193d 11f41 16ff0-16ff1 1d165-1d166 1d16d-1d172 1f3fb-1f3ff "
    "e0020-e007f",
    NON_JOINER: "200c",
    SPACING: "e33 eb3",
    # Marks of Burmese and its neighbours that stand for themselves.
    OTHER: "102b-102c 1038 1062-1064 1067-106d 1083 1087-108c 108f 109a-109c 1a61 1a63-1a64 "
    "aa7b aa7d 11720-11721",
    LINKER: "94d 9cd acd b4d c4d d4d",
    CONSONANT: "915-939 958-95f 978-97f 995-9a8 9aa-9b0 9b2 9b6-9b9 9dc-9dd 9df 9f0-9f1 a95-aa8 "
    "aaa-ab0 ab2-ab3 ab5-ab9 af9 b15-b28 b2a-b30 b32-b33 b35-b39 b5c-b5d b5f b71 "
    "c15-c28 c2a-c39 c58-c5a d15-d3a",
    PICTURE: "a9 ae 203c 2049 2122 2139 2194-2199 21a9-21aa 231a-231b 2328 23cf 23e9-23f3 "
    "23f8-23fa 24c2 25aa-25ab 25b6 25c0 25fb-25fe 2600-2604 260e 2611 2614-2615 2618 "
    "261d 2620 2622-2623 2626 262a 262e-262f 2638-263a 2640 2642 2648-2653 265f-2660 "
    "2663 2665-2666 2668 267b 267e-267f 2692-2697 2699 269b-269c 26a0-26a1 26a7 "
    "26aa-26ab 26b0-26b1 26bd-26be 26c4-26c5 26c8 26ce-26cf 26d1 26d3-26d4 26e9-26ea "
    "26f0-26f5 26f7-26fa 26fd 2702 2705 2708-270d 270f 2712 2714 2716 271d 2721 2728 "
    "2733-2734 2744 2747 274c 274e 2753-2755 2757 2763-2764 2795-2797 27a1 27b0 27bf "
    "2934-2935 2b05-2b07 2b1b-2b1c 2b50 2b55 3030 303d 3297 3299 1f004 1f02c-1f02f "
    "1f094-1f09f 1f0af-1f0b0 1f0c0 1f0cf-1f0d0 1f0f6-1f0ff 1f170-1f171 1f17e-1f17f "
    "1f18e 1f191-1f19a 1f1ae-1f1e5 1f201-1f20f 1f21a 1f22f 1f232-1f23a 1f23c-1f23f "
    "1f249-1f25f 1f266-1f321 1f324-1f393 1f396-1f397 1f399-1f39b 1f39e-1f3f0 "
    "1f3f3-1f3f5 1f3f7-1f3fa 1f400-1f4fd 1f4ff-1f53d 1f549-1f54e 1f550-1f567 "
    "1f56f-1f570 1f573-1f57a 1f587 1f58a-1f58d 1f590 1f595-1f596 1f5a4-1f5a5 1f5a8 "
    "1f5b1-1f5b2 1f5bc 1f5c2-1f5c4 1f5d1-1f5d3 1f5dc-1f5de 1f5e1 1f5e3 1f5e8 1f5ef "
    "1f5f3 1f5fa-1f64f 1f680-1f6c5 1f6cb-1f6d2 1f6d5-1f6e5 1f6e9 1f6eb-1f6f0 "
    "1f6f3-1f6ff 1f7da-1f7ff 1f80c-1f80f 1f848-1f84f 1f85a-1f85f 1f888-1f88f "
    "1f8ae-1f8af 1f8bc-1f8bf 1f8c2-1f8cf 1f8d9-1f8ff 1f90c-1f93a 1f93c-1f945 "
    "1f947-1f9ff 1fa58-1fa5f 1fa6e-1faff 1fc00-1fffd",
}


def _make_table() -> npt.NDArray[np.uint8]:
    table = np.full(0x110000, _UNKNOWN, dtype=np.uint8)
    table[0xAC00:0xD7A4] = HANGUL_LVT
    table[0xAC00:0xD7A4:28] = HANGUL_LV
    table[0x200D] = JOINER
    for break_class, ranges in _LISTED.items():
        for code_range in ranges.split():
            first, _, last = code_range.partition("-")
            table[int(first, 16) : int(last or first, 16) + 1] = break_class
    return table


def _class_of(character: str) -> int:
    """Tell the class of a character that is not in the lists."""
    category = unicodedata.category(character)
    if category in ("Mn", "Me"):
        return EXTEND
    if category == "Mc":
        return SPACING
    return CONTROL if category in ("Cc", "Cf", "Zl", "Zp") else OTHER


class Segmenter:
    """Finds where clusters begin, in whole arrays of code points."""

    def __init__(self) -> None:
        self._table = _make_table()

    def split(self, text: str) -> list[str]:
        """Divide text into clusters, which together are the text."""
        codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
        edges = [*np.flatnonzero(self.starts(codes)).tolist(), len(text)]
        return [text[begin:end] for begin, end in itertools.pairwise(edges)]

    def starts(self, codes: npt.NDArray[np.integer]) -> npt.NDArray[np.bool_]:
        """Tell of each code point, (n,) of uint8 or uint32, whether a cluster begins with it."""
        starts = np.ones(len(codes), dtype=np.bool_)
        if codes.dtype == np.uint8:  # ASCII
            return starts
        classes = self._classes(codes)
        if int(classes.max(initial=OTHER)) < EXTEND:
            return starts
        joining = classes >= EXTEND
        near = joining.copy()
        near[1:] |= joining[:-1]
        near[:-1] |= joining[1:]
        places = np.flatnonzero(near)
        # Where two stretches meet, one ends and the other begins with a character that does not
        # join, so that none of the rules goes over the border.
        starts[places] = _starts(classes[places])
        return starts

    def _classes(self, codes: npt.NDArray[np.integer]) -> npt.NDArray[np.uint8]:
        classes: npt.NDArray[np.uint8] = self._table[codes]
        if int(classes.max(initial=OTHER)) == _UNKNOWN:
            for code in np.unique(codes[classes == _UNKNOWN]).tolist():
                self._table[code] = _class_of(chr(code))
            classes = self._table[codes]
        return classes


def _starts(classes: npt.NDArray[np.uint8]) -> npt.NDArray[np.bool_]:
    starts = np.ones(len(classes), dtype=np.bool_)
    before, after = classes[:-1], classes[1:]
    joined = starts[1:]  # a view: what is written here is written there
    joined[_in(after, EXTEND, JOINER, NON_JOINER, SPACING, LINKER)] = False  # GB9, GB9a
    joined[before == PREPEND] = False  # GB9b
    for first, second in _JOINS_HANGUL:  # GB6 to GB8
        joined[(before == first) & (after == second)] = False
    joined[(before == CONTROL) | (after == CONTROL)] = True  # GB4, GB5
    _join_pictures(classes, starts)
    _join_conjuncts(classes, starts)
    _join_flags(classes, starts)
    return starts


def _in(classes: npt.NDArray[np.uint8], *wanted: int) -> npt.NDArray[np.bool_]:
    member = np.zeros(256, dtype=np.bool_)
    member[list(wanted)] = True
    return member[classes]


def _before_run(run: npt.NDArray[np.bool_], places: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
    """For each place, the last one before it that is not in the run; -1 if there is none."""
    outside = np.flatnonzero(~run)
    index = np.searchsorted(outside, places) - 1
    return np.where(index >= 0, outside[index], -1) if len(outside) else np.full(len(places), -1)


def _join_pictures(classes: npt.NDArray[np.uint8], starts: npt.NDArray[np.bool_]) -> None:
    """GB11: a joiner between pictures, after marks of the first one."""
    places = np.flatnonzero((classes[1:] == PICTURE) & (classes[:-1] == JOINER)) + 1
    base = _before_run(_in(classes, EXTEND, NON_JOINER, LINKER), places - 1)
    starts[places[(base >= 0) & (classes[base] == PICTURE)]] = False


def _join_conjuncts(classes: npt.NDArray[np.uint8], starts: npt.NDArray[np.bool_]) -> None:
    """GB9c: Indic consonants with a virama among the marks between them."""
    run = _in(classes, EXTEND, LINKER, JOINER)
    places = np.flatnonzero((classes[1:] == CONSONANT) & run[:-1]) + 1
    if len(places) == 0:
        return
    base = _before_run(run, places)
    linkers = np.concatenate([[0], np.cumsum(classes == LINKER)])
    linked = linkers[places] > linkers[base + 1]
    starts[places[(base >= 0) & (classes[base] == CONSONANT) & linked]] = False


def _join_flags(classes: npt.NDArray[np.uint8], starts: npt.NDArray[np.bool_]) -> None:
    """GB12 and GB13: flag letters two by two."""
    places = np.flatnonzero(classes == FLAG_LETTER)
    in_run = places - 1 - _before_run(classes == FLAG_LETTER, places)
    starts[places[in_run % 2 == 1]] = False
