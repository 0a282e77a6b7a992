"""The inputs of nasty_report.py: the corpus of the tests, and larger ones that are made here."""

import itertools
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.nasty_files import INDEX, content

Pieces = Iterator[bytes]
MEGABYTE = 1_000_000
LETTERS = b"abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class Input:
    """A file that somebody might upload."""

    name: str
    what: str
    pieces: Callable[[], Pieces]

    def write(self, folder: Path) -> Path:
        """Write it into a folder; return its path."""
        path = folder / self.name
        with path.open("wb") as file:
            for piece in self.pieces():
                file.write(piece)
        return path


def inputs() -> list[Input]:
    """Return all of them, the small ones first."""
    return [*corpus(), *LARGE]


def corpus() -> Iterator[Input]:
    """Give the tests' files."""
    for name, expected in INDEX.items():
        kinds = [kind for kind in ("refused", "choice", "table", "words") if kind in expected]
        yield Input(name, f"corpus: {kinds[0]}", kept(name))


def kept(name: str) -> Callable[[], Pieces]:
    """Return one of the tests' files."""
    return lambda: iter([content(name)])


def repeated(piece: bytes, megabytes: float) -> Callable[[], Pieces]:
    """Return a file of so many megabytes, made of one piece."""
    block = piece * max(1, MEGABYTE // len(piece))
    times = int(megabytes * MEGABYTE / len(block))
    return lambda: itertools.repeat(block, times)


def after(first: bytes, pieces: Callable[[], Pieces]) -> Callable[[], Pieces]:
    """Return a file with something before it."""
    return lambda: itertools.chain([first], pieces())


def before(pieces: Callable[[], Pieces], last: bytes) -> Callable[[], Pieces]:
    """Return a file with something after it."""
    return lambda: itertools.chain(pieces(), [last])


def once(make: Callable[[], str]) -> Callable[[], Pieces]:
    """Return a file of one text, in UTF-8."""
    return lambda: iter([make().encode()])


def different_words(count: int) -> Pieces:
    """Give words that are all different, one a line."""
    for start in range(0, count, 100_000):
        numbers = range(start, min(start + 100_000, count))
        yield b"".join(b"%s\n" % in_letters(number) for number in numbers)


def in_letters(number: int) -> bytes:
    """Write a number with the digits a to z."""
    digits = bytearray()
    while True:
        number, digit = divmod(number, len(LETTERS))
        digits.append(LETTERS[digit])
        if number == 0:
            return bytes(digits)


def assigned() -> Iterator[str]:
    """Give every character that Unicode has and that a word may hold."""
    for code in range(0x20, 0x110000):
        character = chr(code)
        if unicodedata.category(character) not in ("Cc", "Cn", "Cs", "Zl", "Zp", "Zs"):
            yield character


def emoji() -> str:
    """Return families, skin tones and flags, one a line."""
    people, tones = "👩👨👧👦🧑", "🏻🏼🏽🏾🏿"
    families = ("\u200d".join(family) for family in itertools.product(people, repeat=4))
    toned = (person + tone for person, tone in itertools.product(people, tones))
    flags = (
        chr(0x1F1E6 + first) + chr(0x1F1E6 + second)
        for first, second in itertools.product(range(26), repeat=2)
    )
    return "\n".join([*families, *toned, *flags])


def wide_table(columns: int) -> str:
    """Return three rows of a table of many columns."""
    row = ",".join(f"c{i}" for i in range(columns))
    return f"{row}\n{row}\n{row}\n"


LARGE = [
    Input("zeros.bin", "100 MB of zeros", repeated(b"\0", 100)),
    Input("zeros-later.txt", "words, then 100 MB of zeros", after(b"emma\n", repeated(b"\0", 100))),
    Input("all-bytes.bin", "50 MB of all 256 bytes", repeated(bytes(range(256)), 50)),
    Input("letters.txt", "100 MB of “a” without a line end", repeated(b"a", 100)),
    Input("line-feeds.txt", "100 MB of empty lines", repeated(b"\n", 100)),
    Input("carriage-returns.txt", "50 MB of CR", repeated(b"\r", 50)),
    Input("blanks.txt", "50 MB of lines of spaces", repeated(b" " * 99 + b"\n", 50)),
    Input("million.txt", "one word of 1,000,000 letters", repeated(LETTERS[:25], 1)),
    Input(
        "four-million.txt",
        "ten words of 3,900,000 letters",
        repeated(b"ab" * 1_950_000 + b"\n", 39.1),
    ),
    Input("long-lines.txt", "2,000 words of 10,000 letters", repeated(b"abcd" * 2_500 + b"\n", 20)),
    Input("lines.txt", "5,000,000 lines", repeated(b"emma\n", 25)),
    Input("different.txt", "5,000,000 different words", lambda: different_words(5_000_000)),
    Input(
        "cjk-20000.txt",
        "20,000 symbols, each twice",
        once(
            lambda: "\n".join(chr(0x4E00 + i) + chr(0x4E00 + i * 7 % 20_000) for i in range(20_000))
        ),
    ),
    Input(
        "unicode.txt", "every character of Unicode, one a line", once(lambda: "\n".join(assigned()))
    ),
    Input(
        "unicode-word.txt",
        "every character of Unicode, one word",
        once(lambda: "".join(assigned())),
    ),
    Input("emoji-families.txt", "625 families, tones, all pairs of flags", once(emoji)),
    Input("hebrew.txt", "100,000 words from right to left", repeated("שלום עולם\n".encode(), 1.8)),
    Input("marks.txt", "a letter with 1,000,000 marks", once(lambda: "a" + "\u0301" * 1_000_000)),
    Input(
        "unordered-marks.txt",
        "a letter with 100,000 marks out of order",
        once(lambda: "a" + "\u0301\u0323" * 50_000),
    ),
    Input(
        "joiners.txt",
        "1,000,000 emoji joined into one",
        once(lambda: "\u200d".join("👩" * 1_000_000)),
    ),
    Input("overrides.txt", "1,000,000 bidi overrides", repeated("\u202e".encode(), 3)),
    Input("tags.txt", "100,000 lines of markup", repeated(b"<script>alert(1)</script>\n", 2.6)),
    Input(
        "utf16.txt",
        "50 MB of UTF-16",
        after(b"\xff\xfe", repeated("zoë\n".encode("utf-16-le"), 50)),
    ),
    Input(
        "late-byte.txt",
        "20 MB of UTF-8, then a byte that is none",
        before(repeated("zoë\n".encode(), 20), b"\xff\n"),
    ),
    Input("latin-1.txt", "20 MB of Windows-1252", repeated("zoë\n".encode("cp1252"), 20)),
    Input("ssa-large.txt", "1,000,000 rows of name, sex, count", repeated(b"Emma,F,19738\n", 13)),
    Input("wide.csv", "a table of 10,000 columns", once(lambda: wide_table(10_000))),
    Input(
        "open-quote.csv",
        "a quote that 20 MB do not close",
        after(b'a,b\n"c,d\n', repeated(b"e,f\n", 20)),
    ),
    Input(
        "large-counts.csv",
        "counts beyond all numbers",
        once(lambda: "Emma,F,1" + "0" * 400 + "\nAva,F,2\n"),
    ),
    Input(
        "ragged-late.csv",
        "a table whose last row is short",
        before(repeated(b"Emma,1\n", 7), b"Ava\n"),
    ),
    Input(
        "compressed.zip",
        "a ZIP archive by its name and first bytes",
        after(b"PK\3\4", repeated(b"x", 5)),
    ),
    Input(
        "sequence.fasta",
        "a chromosome: 50 MB of four letters",
        repeated(b"GATTACA" * 10 + b"\n", 50),
    ),
    Input(
        "base64.txt",
        "a picture in base64, one line of 3 MB",
        repeated(b"iVBORw0KGgoAAAANSUhEUg", 3),
    ),
    Input(
        "minified.js", "a program in one line", repeated(b"!function(){return{a:1,b:[2,3]}}();", 2)
    ),
    Input("a" * 200 + "\u202etxt.exe", "a long name with a bidi override", once(lambda: "emma\n")),
    Input("<img src=x onerror=alert(1)>.txt", "a name that is markup", once(lambda: "emma\n")),
    Input("%2e%2e%2f\\nul:.txt", "a name that is a path", once(lambda: "emma\n")),
    Input("=HYPERLINK(1).csv", "a name that is a formula", once(lambda: "=1+1\n+2\n")),
]
