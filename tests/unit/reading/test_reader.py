"""Reading in chunks and whole blocks, against reading line by line."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import makemore.reading.reader
from makemore.errors import SettingError, WordListError
from makemore.graphemes import Segmenter
from makemore.reading.membership import hash_text
from makemore.reading.reader import ReadList, ReadOptions, WordReader
from makemore.reading.report import ReadReport

LINE_END = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
# The property White_Space, but for line ends.
WHITE = "\t\v\f \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
WHITE += "\u202f\u205f\u3000"
# Line ends, white space of every kind, control characters, letters that NFC or lower-casing
# changes, joins or lengthens, what does not show, and symbols of several code points.
PIECES = [
    *"\n\n\n\r\x85\u2028\u2029",
    "\r\n",
    *"  \t\v\f\u00a0\u3000\u2000\x1c\x1f",
    *"abcABC.,ßİΣςσéÉ漢א가",
    *"\u0301\u0308\u0327\u0345\u1161\u11a8\u212b\u1fef\u09be",
    *"\u200b\u200d\ufe0f\u00ad\U000e0020",
    "\U0001f469\u200d\U0001f52c",
    "\U0001f1e9\U0001f1ea",
    "e\u0301",
]
REFUSED = {chr(code) for code in (*range(0x20), *range(0x7F, 0xA0))} - {"\n", "\r", "\x85"}
INVISIBLE = {"\u200b", "\u200d", "\ufe0f", "\u00ad", "\U000e0020"}
texts = st.lists(
    st.one_of(
        st.sampled_from(PIECES),
        st.text(st.characters(codec="utf-8", exclude_categories=("Cf", "Cs"))),
    ),
    max_size=25,
).map("".join)


def line_by_line(text: str, lowercase: bool) -> tuple[list[str], list[int], ReadReport]:
    """Read as simply as it can be said."""
    report = ReadReport("utf-8")
    words, numbers = [], []
    lines = LINE_END.split(text)
    for number, line in enumerate(lines if lines[-1] else lines[:-1], start=1):
        report.lines = number
        word = line.strip(WHITE)
        if not word:
            report.blank.at(number)
            continue
        shows = any(character not in INVISIBLE and character not in WHITE for character in word)
        if shows and word != line:
            report.trimmed.at(number)
        if unicodedata.normalize("NFC", word) != word:
            report.normalized.at(number)
            word = unicodedata.normalize("NFC", word)
        if lowercase and word.lower() != word:
            report.lowercased.at(number)
            word = unicodedata.normalize("NFC", word.lower())
        if any(unicodedata.category(character) == "Cc" for character in word):
            raise WordListError(f"Line {number} holds")
        if not shows:
            report.invisible.at(number)
            continue
        words.append(word)
        numbers.append(number)
    return words, numbers, report


def read_in_chunks(data: bytes, sizes: list[int], options: ReadOptions) -> ReadList:
    reader = WordReader(options, keep_all=True)
    begin = 0
    for size in sizes:
        reader.feed(data[begin : begin + size])
        begin += size
    reader.feed(data[begin:])
    return reader.finish()


def counted(words: Sequence[Sequence[str]]) -> dict[tuple[str, str], int]:
    return dict(Counter(pair for word in words for pair in pairwise(["", *word, ""])))


def counts_of(read: ReadList) -> dict[tuple[str, str], int]:
    symbols = ["", *read.vocabulary.symbols[1:]]
    counts = np.asarray(read.counts)
    return {
        (symbols[i], symbols[j]): int(counts[i, j]) for i, j in np.argwhere(counts > 0).tolist()
    }


@given(texts, st.lists(st.integers(1, 30), max_size=6), st.booleans())
def test_blocks_and_chunks_give_what_reading_line_by_line_gives(
    text: str, sizes: list[int], lowercase: bool
) -> None:
    text = text.removeprefix("\ufeff")
    data = b"\xef\xbb\xbf" + text.encode()
    try:
        words, numbers, report = line_by_line(text, lowercase)
    except WordListError as expected:
        with pytest.raises(WordListError, match=str(expected)):
            read_in_chunks(data, sizes, ReadOptions(lowercase=lowercase))
        return
    if not words:
        with pytest.raises(WordListError, match="no word"):
            read_in_chunks(data, sizes, ReadOptions(lowercase=lowercase))
        return

    read = read_in_chunks(data, sizes, ReadOptions(lowercase=lowercase))

    assert read.words == tuple(words)
    assert read.lines == tuple(numbers)
    report.encoding = "utf-8-sig"
    assert read.report == report
    assert counts_of(read) == counted(words)
    assert read.vocabulary.symbols[1:] == tuple(sorted(set("".join(words))))
    assert (read.count, read.distinct) == (len(words), len(set(words)))
    assert read.shortest == min(words, key=len)
    assert read.longest == max(words, key=len)
    assert read.first == tuple(words[:10])
    assert read.membership.distinct == len(set(words))
    others = [word + "x" for word in words] + [word[:-1] for word in words] + ["", "zz"]
    assert read.has(words + others) == [True] * len(words) + [w in words for w in others]


@given(texts, st.lists(st.integers(1, 30), max_size=6))
def test_clusters_are_counted_as_each_word_is_divided(text: str, sizes: list[int]) -> None:
    data = "".join(character for character in text if character not in REFUSED).encode() + b"\nx"

    read = read_in_chunks(data, sizes, ReadOptions(graphemes=True))

    words = [Segmenter().split(word) for word in read.words or ()]
    assert counts_of(read) == counted(words)
    assert read.vocabulary.symbols[1:] == tuple(sorted({c for word in words for c in word}))
    assert read.has(list(read.words or ())) == [True] * len(words)


@pytest.mark.parametrize("graphemes", [False, True])
def test_a_word_has_the_same_hash_in_whatever_list_and_order(graphemes: bool) -> None:
    words = ["zoë", "abba", "\U0001f469\u200d\U0001f52c-lab", "ad\u00adam", "漢字"]
    for order in (words, words[::-1], ["x", *words, "y"]):
        read = read_in_chunks("\n".join(order).encode(), [7], ReadOptions(graphemes=graphemes))

        assert all(read.membership.has(hash_text(word))[0] for word in order)
        assert not read.membership.has(hash_text("abab"))[0]


@given(texts, st.lists(st.integers(1, 9), max_size=6), st.sampled_from(["utf-16", "utf-32"]))
def test_other_encodings_give_the_same_words(text: str, sizes: list[int], encoding: str) -> None:
    def outcome(data: bytes) -> tuple[str, ...] | str:
        try:
            return read_in_chunks(data, sizes, ReadOptions()).words or ()
        except WordListError as error:
            return str(error)

    text = "x\n" * 40 + text

    assert outcome(text.encode(encoding)) == outcome(text.encode())


def test_small_blocks_give_what_large_ones_give(monkeypatch: pytest.MonkeyPatch) -> None:
    data = "zoë\r\n ann \n\nA\u030aa\rb\u2028\n".encode() * 50
    whole = read_in_chunks(data, [], ReadOptions())
    monkeypatch.setattr(makemore.reading.reader, "_PIECE", 7)

    pieces = read_in_chunks(data, [], ReadOptions())

    assert (pieces.words, pieces.lines, pieces.report) == (whole.words, whole.lines, whole.report)
    np.testing.assert_array_equal(np.asarray(pieces.counts), np.asarray(whole.counts))


@pytest.mark.parametrize(
    ("options", "setting"),
    [(ReadOptions(column=-1), "column"), (ReadOptions(column=0, weights=-2), "weights")],
)
def test_a_column_below_0_is_refused(options: ReadOptions, setting: str) -> None:
    with pytest.raises(SettingError, match="Columns are counted from 0; -") as caught:
        WordReader(options)
    assert caught.value.setting == setting
