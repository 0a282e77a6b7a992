"""A file that comes in chunks to counts, in memory that grows with the alphabet only.

Blocks of text are worked on as arrays of code points; Python looks at a character
or a line by itself only where something is to be changed or refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from makemore.corpus import Sample
from makemore.counting.tally import Counts, PairCounter
from makemore.errors import SettingError, WordListError
from makemore.reading.characters import CharacterTable, Codes, text_of
from makemore.reading.cleaning import Block, clean, to_lowercase, to_nfc
from makemore.reading.decoding import StreamDecoder, not_text
from makemore.reading.line_ends import LINE_ENDS, to_line_feeds
from makemore.reading.membership import Membership, hash_text, hash_words, symbol_values
from makemore.reading.report import ReadReport
from makemore.vocabulary import Vocabulary

if TYPE_CHECKING:
    from makemore.counting.ngram_stream import NgramCounter
    from makemore.counting.ngrams import NgramTally
    from makemore.graphemes import Segmenter

__all__ = [
    "KEPT_CHARACTERS",
    "KEPT_WORDS",
    "LONGEST_LINE",
    "ReadList",
    "ReadOptions",
    "WordList",
    "WordReader",
    "WordStatistics",
    "read_words",
    "word_statistics",
]

KEPT_CHARACTERS = 2_000_000
KEPT_WORDS = 200_000
"""Up to so many, the words themselves are kept, with the number of the line of each.

Models learn from kept words, or from an even sample of so many. They are kept as text, which people
are shown and ask for: with lines, hashes and parts the longest kept list takes some 50 MB, 70 MB if
its capitals were folded too.
"""

LONGEST_LINE = 4_000_000
"""Characters; a longer line is refused, since a line must fit in memory several times."""

_PIECE = 1 << 18  # bytes worked on at once: arrays of this size stay in the processor's cache
_FIRST_WORDS = 10
_ADVICE = "Choose a text file with one word a line."


@dataclass(frozen=True)
class ReadOptions:
    """How a file is read.

    Its ``encoding`` is told from the file if not given; ``guessed``, for the report, says that it
    is no more than a guess. ``lowercase`` lower-cases words; with ``graphemes`` a symbol is what a
    person takes for one character, an emoji with joiners for example, instead of one code point.
    ``column``, counted from 0, holds a table's words; without it, a line is a word. ``delimiter``
    stands between its cells, told from the first lines if not given; ``header`` says that its first
    line names the columns and is no word; the column ``weights`` tells how often each word counts,
    once if not given. ``ngrams`` asks for n-grams of this order, of a list whose words are too many
    to be kept; of a lower order if these are too many as well.
    """

    encoding: str | None = None
    guessed: bool = False
    lowercase: bool = False
    graphemes: bool = False
    column: int | None = None
    delimiter: str | None = None
    header: bool = False
    weights: int | None = None
    ngrams: int | None = None


@dataclass(frozen=True)
class ReadList:
    """What a list gave.

    ``counts`` are those of bigrams, (V, V); ``count`` and ``distinct`` say how many words and
    different words there are, the latter an estimate unless `membership` is exact. Of several
    ``shortest`` and ``longest`` words, by code points, it is the first; ``first`` are the first
    ten. ``words`` and ``lines`` are all words and the number of the line of each, None if there are
    too many; then ``sample`` is an even sample of them. ``weighted`` says whether a column told how
    often each word counts; ``ngrams``, of a list that is not kept, are of all words, of the order
    that fitted, if asked for.
    """

    vocabulary: Vocabulary
    counts: Counts
    report: ReadReport
    count: int
    distinct: int
    shortest: str
    longest: str
    first: tuple[str, ...]
    words: tuple[str, ...] | None
    lines: tuple[int, ...] | None
    sample: tuple[str, ...]
    weighted: bool
    membership: Membership
    ngrams: NgramTally | None = None

    @property
    def false_positive_rate(self) -> float:
        """The share of words the list does not have that `has` takes for known ones."""
        return 0.0 if self.words is not None else self.membership.false_positive_rate

    def has(self, words: list[str]) -> list[bool]:
        """Tell of each word whether the list has it.

        That is wrong for a share of `membership.false_positive_rate` of the words that the list
        does not have; 0 if it is exact.
        """
        return [bool(word) and self._has(word) for word in words]

    def _has(self, word: str) -> bool:
        return self.vocabulary.knows(word) and bool(self.membership.has(hash_text(word))[0])


# Indices of words, how many symbols there are, and weights: as `PairCounter.add` takes them.
_Text = tuple[npt.NDArray[np.unsignedinteger], int, npt.NDArray[np.int64] | None]


class WordReader:
    """Reads a list from chunks of bytes: `feed` them, then `finish`.

    ``keep_all`` keeps all words, however many; ``report``, ``count`` and ``bytes_read`` are of what
    came so far. Raises SettingError if a column is below 0; `feed` and `finish` raise WordListError
    if the file is no list of words, and the reader is of no more use then.
    """

    def __init__(self, options: ReadOptions | None = None, *, keep_all: bool = False) -> None:
        self.options = options or ReadOptions()
        for name in ("column", "weights"):
            column = getattr(self.options, name)
            if column is not None and column < 0:
                raise SettingError(f"Columns are counted from 0; {column} is none.", name)
        self._decoder = StreamDecoder(self.options.encoding)
        self._delimiter = self.options.delimiter
        self._segmenter = _segmenter() if self.options.graphemes else None
        self._table = CharacterTable()
        self._pairs = PairCounter()
        self._ngrams: NgramCounter | None = None
        self._uncounted: list[_Text] = []  # while it may be that all words are kept
        self._membership = Membership()
        self._carry = ""
        self._keep_all = keep_all
        self._kept: list[tuple[str, npt.NDArray[np.intp]]] | None = []
        self._kept_characters = 0
        self._sample = Sample(KEPT_WORDS, KEPT_CHARACTERS)
        self._shortest: tuple[int, str] | None = None
        self._longest: tuple[int, str] | None = None
        self._first: list[str] = []
        self.report = ReadReport(self._decoder.encoding)
        self.count = 0
        self.bytes_read = 0

    def feed(self, chunk: bytes | memoryview) -> None:
        """Read the next part of the file; words and characters may go over its borders."""
        view = memoryview(chunk)
        for begin in range(0, len(view), _PIECE):
            piece = bytes(view[begin : begin + _PIECE])
            self.bytes_read += len(piece)
            self._take(self._decode(piece, final=False))

    def finish(self) -> ReadList:
        """Read what is left, and give what the list holds."""
        if self.bytes_read == 0:
            raise WordListError(f"The file is empty (0 bytes). {_ADVICE}")
        self._finish_text()
        if self._shortest is None or self._longest is None:
            count = self.report.lines
            read = f"its {count:,} lines show" if count > 1 else "it shows"
            raise WordListError(f"There is no word in the file: {read} nothing. {_ADVICE}")
        order = self._sorted_symbols()
        vocabulary = Vocabulary(
            [self._table.symbols[i] for i in order[1:].tolist()], graphemes=self.options.graphemes
        )
        words, lines = self._kept_words()
        return ReadList(
            vocabulary=vocabulary,
            counts=self._pairs.counts(order),
            report=self.report,
            count=self.count,
            distinct=self._membership.distinct if words is None else len(set(words)),
            shortest=self._shortest[1],
            longest=self._longest[1],
            first=tuple(self._first),
            words=words,
            lines=lines,
            sample=self._sample.words(),
            weighted=self.options.weights is not None,
            membership=self._membership,
            ngrams=None if self._ngrams is None else self._ngrams.tally(order),
        )

    def _finish_text(self) -> None:
        """Read the last line, which need not have an end."""
        self._take(self._decode(b"", final=True))
        if self._carry:
            self._read(self._carry if self._carry[-1] in LINE_ENDS else self._carry + "\n")
        self.report.encoding = self._decoder.encoding
        self.report.guessed = self._decoder.guessed or self.options.guessed

    def _decode(self, data: bytes, *, final: bool) -> str:
        try:
            return self._decoder.decode(data, final=final)
        except UnicodeDecodeError as error:
            before = error.object[: error.start].decode(self._decoder.encoding, "ignore")
            line = self.report.lines + to_line_feeds(self._carry + before).count("\n") + 1
            raise not_text(error, self._decoder, line) from None

    def _take(self, text: str) -> None:
        """Read the whole lines of what has come, and keep the rest for later."""
        text = self._carry + text
        # A CR at the very end may be half of a CR LF.
        cut = text.rfind("\n") + 1
        if len(text) - cut > _PIECE or cut == 0:
            last = len(text) - 1 if text.endswith("\r") else len(text)
            cut = max(text.rfind(end, 0, last) for end in LINE_ENDS) + 1
        self._carry = text[cut:]
        if cut:
            self._read(text[:cut])
        if len(self._carry) > LONGEST_LINE:
            raise WordListError(
                f"Line {self.report.lines + 1} is longer than {LONGEST_LINE:,} characters, so "
                f"this is no list of words. {_ADVICE}"
            )

    def _read(self, text: str) -> None:
        """Read whole lines."""
        text = to_line_feeds(text)
        weights = None
        if self.options.column is not None:
            text, weights = self._columns(text, self.options.column)
            if not text:
                return
        first_line = self.report.lines + 1
        text = to_nfc(text, first_line, self.report)
        if self.options.lowercase:
            text = to_lowercase(text, first_line, self.report)
        block = clean(text, first_line, self._table, self.report)
        if weights is not None:
            weights = weights[block.lines]
            block, weights = self._drop_weightless(block, weights, first_line)
        if len(block.ends):
            self._count(block, weights, first_line)

    def _columns(self, text: str, column: int) -> tuple[str, npt.NDArray[np.int64] | None]:
        """Take a table's words and their weights."""
        # Imported here, as graphemes.py below: few lists need it, and all pages start faster.
        from makemore.reading.columns import take_columns
        from makemore.reading.delimited import delimiter_of

        if self._delimiter is None:
            lines = text.split("\n", 50)[:50]
            self._delimiter = delimiter_of(lines) or ("\t" if "\t" in lines[0] else ",")
        if self.options.header and self.report.lines == 0:
            self.report.lines, self.report.header = 1, True
            text = text[text.index("\n") + 1 :]
        return take_columns(
            text, self._delimiter, column, self.options.weights, self.report.lines + 1
        )

    def _drop_weightless(
        self, block: Block, weights: npt.NDArray[np.int64], first_line: int
    ) -> tuple[Block, npt.NDArray[np.int64]]:
        none = weights == 0
        if not none.any():
            return block, weights
        dropped = block.lines[none] + first_line
        self.report.weightless.at_each(len(dropped), dropped[:10].tolist())
        lengths = np.diff(block.ends, prepend=-1)
        codes = block.codes[np.repeat(~none, lengths)]
        kept = Block(codes, np.cumsum(lengths[~none]) - 1, block.lines[~none])
        return kept, weights[~none]

    def _count(self, block: Block, weights: npt.NDArray[np.int64] | None, first_line: int) -> None:
        starts = np.concatenate([[0], block.ends[:-1] + 1])
        self._note_facts(block, starts, first_line)
        codes, ends = block.codes, block.ends
        if self._segmenter is not None:
            codes = self._clustered(codes, self._segmenter)
            if codes is not block.codes:
                ends = np.flatnonzero(codes == ord("\n"))
                starts = np.concatenate([[0], ends[:-1] + 1])
        indices = np.zeros(len(codes) + 1, dtype=np.intp)
        indices[1:] = self._table.indices(codes, len(ends))
        if weights is not None:
            weights = np.repeat(weights, ends - starts + 1)
        self._tally(indices, weights)

    def _tally(self, indices: npt.NDArray[np.intp], weights: npt.NDArray[np.int64] | None) -> None:
        """Count words as indices, 0 w w w 0 w w 0."""
        size = len(self._table.symbols)
        self._pairs.add(indices, size, weights)
        if self.options.ngrams is None:
            return
        self._uncounted.append((indices.astype(np.min_scalar_type(size)), size, weights))
        if self._kept is not None:
            return
        self._ngrams = self._ngrams or _ngram_counter(self.options.ngrams)
        for text, symbols, counts in self._uncounted:
            self._ngrams.add(text.astype(np.intp), symbols, counts)
        self._uncounted.clear()

    def _note_facts(self, block: Block, starts: npt.NDArray[np.intp], first_line: int) -> None:
        codes, ends = block.codes, block.ends
        self._membership.add(hash_words(self._table.values(codes), starts, ends))
        self.count += len(ends)
        lengths = ends - starts
        for i in range(min(_FIRST_WORDS - len(self._first), len(ends))):
            self._first.append(text_of(codes[starts[i] : ends[i]]))
        short, long = int(lengths.argmin()), int(lengths.argmax())
        if self._shortest is None or lengths[short] < self._shortest[0]:
            self._shortest = int(lengths[short]), text_of(codes[starts[short] : ends[short]])
        if self._longest is None or lengths[long] > self._longest[0]:
            self._longest = int(lengths[long]), text_of(codes[starts[long] : ends[long]])
        if self._kept is not None:
            self._kept_characters += len(codes)
            few = self._kept_characters <= KEPT_CHARACTERS and self.count <= KEPT_WORDS
            if few or self._keep_all:
                self._kept.append((text_of(codes), block.lines + first_line))
            else:
                words = (self._kept_words()[0] or ()) if self._kept else ()
                self._kept = None
                self._sample.add(words, self._sample.choose(len(words)))
        if self._kept is None:
            self._sample_block(codes, lengths)

    def _sample_block(self, codes: Codes, lengths: npt.NDArray[np.intp]) -> None:
        numbers = self._sample.choose(len(lengths))
        chosen = numbers < self._sample.threshold
        if chosen.any():
            text = text_of(codes[np.repeat(chosen, lengths + 1)])  # each with its line feed
            self._sample.add(text[:-1].split("\n"), numbers[chosen])

    def _clustered(self, codes: Codes, segmenter: Segmenter) -> Codes:
        """Put one number in the place of each symbol of several code points."""
        begins = segmenter.starts(codes)
        if begins.all():
            return codes
        # Only what is part of a cluster is looked at: its first code point, and those that join it.
        part = ~begins
        part[:-1] |= part[1:]
        pieces = codes[part]
        starts = np.flatnonzero(begins[part])
        stops = np.append(starts[1:], len(pieces))
        hashes = hash_words(symbol_values(pieces), starts, stops)
        _, examples, which = np.unique(hashes, return_index=True, return_inverse=True)
        clusters = [
            self._table.cluster(text_of(pieces[starts[i] : stops[i]])) for i in examples.tolist()
        ]
        numbers = codes[begins].astype(np.uint32)
        numbers[part[begins]] = np.array(clusters, dtype=np.uint32)[which]
        return numbers

    def _sorted_symbols(self) -> npt.NDArray[np.intp]:
        """Give the symbols' indices in the order of their code points, the boundary first."""
        symbols = self._table.symbols
        rest = sorted(range(1, len(symbols)), key=symbols.__getitem__)
        return np.array([0, *rest], dtype=np.intp)

    def _kept_words(self) -> tuple[tuple[str, ...] | None, tuple[int, ...] | None]:
        if self._kept is None:
            return None, None
        words = "".join([text for text, _ in self._kept])[:-1].split("\n")
        lines = np.concatenate([lines for _, lines in self._kept])
        return tuple(words), tuple(lines.tolist())


def _ngram_counter(order: int) -> NgramCounter:
    # Imported here, as graphemes.py below: few lists need it, and all pages start faster.
    from makemore.counting.ngram_stream import NgramCounter

    return NgramCounter(order)


def _segmenter() -> Segmenter:
    from makemore.graphemes import Segmenter

    return Segmenter()


class WordList(NamedTuple):
    """The words in the order of the file, duplicates kept, and how they were read.

    ``lines[i]`` is the number of the line, counted from 1, that gave ``words[i]``.
    """

    words: tuple[str, ...]
    lines: tuple[int, ...]
    report: ReadReport


@dataclass(frozen=True)
class WordStatistics:
    """Facts of a list: how many words and distinct words, the shortest, the longest."""

    count: int
    distinct: int
    shortest: str
    longest: str


def read_words(
    data: bytes,
    *,
    encoding: str | None = None,
    column: int | None = None,
    lowercase: bool = False,
) -> WordList:
    """Read one word per line.

    Outer white space and blank lines are dropped, and text is brought to Unicode NFC, so that one
    letter is one symbol however it was typed. Spaces inside a line, capitals and "." are ordinary
    symbols. The encoding is by default what a byte order mark says, else UTF-8, and Windows-1252 if
    it is no UTF-8; ``column``, counted from 0, takes that comma-, tab- or semicolon-separated
    column of every line.

    Raises WordListError if the data is empty, is no text in that encoding, holds control
    characters, or has no word; SettingError if `column` is below 0. `WordReader` does the same for
    files that do not fit in memory. Source: the notebook's
    ``open('names.txt').read().splitlines()``.
    """
    options = ReadOptions(encoding=encoding, column=column, lowercase=lowercase)
    reader = WordReader(options, keep_all=True)
    reader.feed(data)
    read = reader.finish()
    return WordList(read.words or (), read.lines or (), read.report)


def word_statistics(words: Sequence[str]) -> WordStatistics:
    """Compute the facts of at least one word; of several shortest or longest ones, the first.

    Source: the notebook's ``len(words)``, ``min(len(w) for w in words)`` and ``max(…)``.
    """
    return WordStatistics(len(words), len(set(words)), min(words, key=len), max(words, key=len))
