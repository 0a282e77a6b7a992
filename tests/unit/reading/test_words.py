"""Bytes to words, and what is said about it."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from makemore.errors import EncodingError, MakemoreError, WordListError
from makemore.reading.reader import read_words, word_statistics
from makemore.reading.report import Change


def words_of(text: str) -> tuple[str, ...]:
    return read_words(text.encode()).words


def test_there_is_one_word_a_line() -> None:
    assert words_of("emma\nolivia\nava\n") == ("emma", "olivia", "ava")


def test_the_notebooks_facts_come_out_of_a_list(notebook_words: tuple[str, ...]) -> None:
    words = words_of("\n".join(notebook_words))

    assert words == notebook_words
    assert word_statistics(words).count == 32033


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\x85", "\u2028", "\u2029"])
def test_lines_may_end_in_any_way_and_the_last_need_not(end: str) -> None:
    assert words_of(f"emma{end}ava{end}") == ("emma", "ava")
    assert words_of(f"emma{end}ava") == ("emma", "ava")


def test_the_order_and_repeated_words_are_kept() -> None:
    assert words_of("b\na\nb\nb\n") == ("b", "a", "b", "b")


def test_capitals_dots_spaces_and_any_letters_are_kept() -> None:
    text = "St. John's\n.\nÉmile\n李 小龙\n\U0001f469\u200d\U0001f52c\nاسم"

    assert words_of(text) == tuple(text.split("\n"))


def test_blank_lines_and_outer_white_space_are_dropped_and_counted() -> None:
    read = read_words(b" emma\n\n \t\nolivia \nava\n")

    assert read.words == ("emma", "olivia", "ava")
    assert read.lines == (1, 4, 5)
    assert read.report.lines == 5
    assert read.report.blank == Change(2, [2, 3])
    assert read.report.trimmed == Change(2, [1, 4])
    assert read.report.normalized == read.report.lowercased == Change(0, [])


def test_a_clean_list_is_reported_as_unchanged() -> None:
    report = read_words(b"emma\nava\n").report

    assert (report.encoding, report.lines) == ("utf-8", 2)
    assert report.blank == report.trimmed == report.normalized == report.lowercased == Change()


def test_one_letter_is_one_symbol_however_it_was_typed() -> None:
    read = read_words("zoe\u0308\nzo\u00eb\n".encode())

    assert read.words == ("zo\u00eb", "zo\u00eb")
    assert read.report.normalized == Change(1, [1])


@pytest.mark.parametrize("lowercase", [False, True])
def test_lower_casing_leaves_nothing_out_of_order(lowercase: bool) -> None:
    read = read_words("\u0130\u0327\n".encode(), lowercase=lowercase)

    assert all(unicodedata.is_normalized("NFC", word) for word in read.words)
    assert read.report.lowercased.count == lowercase


def test_words_that_show_nothing_are_dropped_and_counted() -> None:
    read = read_words("a\u200db\n\u200b\n \u3164 \u200d\n\ufe0f\n".encode())

    assert read.words == ("a\u200db",)
    assert read.report.invisible == Change(3, [2, 3, 4])
    assert read.report.blank == read.report.trimmed == Change()


def test_a_list_of_words_that_show_nothing_is_refused() -> None:
    with pytest.raises(WordListError, match="no word"):
        read_words("\u200b\n".encode())


def test_lower_casing_is_a_choice_and_counted() -> None:
    data = "Emma\nava\nÉMILE\n".encode()

    assert read_words(data).words == ("Emma", "ava", "ÉMILE")
    read = read_words(data, lowercase=True)
    assert read.words == ("emma", "ava", "émile")
    assert read.report.lowercased == Change(2, [1, 3])


def test_only_the_first_few_line_numbers_are_kept_but_all_lines_counted() -> None:
    change = read_words(b"a\n" + b"\n" * 1000).report.blank

    assert change.count == 1000
    assert change.lines == [2, 3, 4, 5, 6]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_tells_the_encoding_and_is_no_symbol(encoding: str) -> None:
    assert read_words("zoë\nava".encode(encoding)).words == ("zoë", "ava")


def test_utf_16_that_was_chosen_but_has_no_mark_is_refused() -> None:
    with pytest.raises(EncodingError, match="not utf-16 text"):
        read_words("zoë\nava".encode("utf-16-le"), encoding="utf-16")


def test_big_endian_utf_16_is_told_by_its_mark() -> None:
    assert read_words(b"\xfe\xff" + "zoë\nava".encode("utf-16-be")).words == ("zoë", "ava")


def test_an_encoding_can_be_named() -> None:
    read = read_words("zoë".encode("latin-1"), encoding="latin-1")

    assert read.words == ("zoë",)
    assert read.report.encoding == "latin-1"


@pytest.mark.parametrize("name", ["klingon", "utf\0", "undefined", "rot13", "x" * 40, ""])
def test_an_unknown_encoding_is_quoted(name: str) -> None:
    with pytest.raises(WordListError, match=re.escape(repr(name))):
        read_words(b"emma", encoding=name)


def test_one_column_of_several_can_be_read() -> None:
    data = b"Emma,F,19738\nOlivia,F,18632\n\n"

    assert read_words(data, column=0).words == ("Emma", "Olivia")
    assert read_words(data, column=2).words == ("19738", "18632")
    assert read_words(b"1\tEmma\n2\tAva\n", column=1).words == ("Emma", "Ava")


def test_a_line_without_the_column_is_named() -> None:
    with pytest.raises(WordListError, match=r"[Ll]ine 2\b"):
        read_words(b"Emma,F\nAva\n", column=1)


def test_an_empty_file_is_refused() -> None:
    with pytest.raises(WordListError, match="empty") as caught:
        read_words(b"")

    assert isinstance(caught.value, MakemoreError)


@pytest.mark.parametrize("data", [b"\n", b" \n\t\r\n\n", b"\xef\xbb\xbf"])
def test_a_file_without_a_word_is_refused(data: bytes) -> None:
    with pytest.raises(WordListError, match="no word"):
        read_words(data)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "picture"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "picture"),
        (b"%PDF-1.7\n", "PDF"),
        (b"PK\x03\x04\x14\x00", "ZIP"),
        (b"\x1f\x8b\x08\x00", "gzip"),
    ],
)
def test_a_file_of_another_kind_is_refused_by_its_name(data: bytes, kind: str) -> None:
    with pytest.raises(WordListError, match=kind):
        read_words(data)


@pytest.mark.parametrize(
    "control", ["\0", "\x07", "\v", "\f", "\x1b", "\x1c", "\x1d", "\x1e", "\x1f", "\x7f"]
)
def test_a_control_character_is_refused_with_its_line(control: str) -> None:
    with pytest.raises(WordListError, match=rf"Line 2 .*U\+{ord(control):04X}"):
        words_of(f"emma\na{control}b\n")


def test_a_byte_that_is_no_text_in_the_encoding_is_refused_with_its_line() -> None:
    with pytest.raises(WordListError, match=r"Line 2 .*0xff"):
        read_words(b"emma\na\xffb\n", encoding="utf-8")


# Some white space, some that is changed by NFC, some that means something in a file; and a letter,
# since lines that show nothing are dropped.
some_text = st.text(
    st.one_of(
        st.sampled_from(" \u00a0\u3000\u0301\u0308\u1fef\u212b,;\"'.#ﬁ\u200d\U0001f469"),
        st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp"), exclude_characters="\ufeff"),
    ),
    max_size=5,
)
lines = st.one_of(
    st.text(" \u00a0\u3000", max_size=2), st.tuples(some_text, some_text).map("x".join)
)


@given(st.lists(lines, min_size=1, max_size=8).filter(lambda all: "".join(all).strip()))
def test_words_that_were_read_are_read_again_as_they_are(all_lines: list[str]) -> None:
    first = read_words("\n".join(all_lines).encode())

    again = read_words("\n".join(first.words).encode())

    assert again.words == first.words
    assert again.report.blank == again.report.trimmed == again.report.normalized == Change()


@given(st.lists(lines, min_size=1, max_size=8).filter(lambda all: "".join(all).strip()))
def test_every_word_is_its_lines_text_without_outer_space_in_nfc(all_lines: list[str]) -> None:
    read = read_words("\n".join(all_lines).encode())

    expected = [
        (number, unicodedata.normalize("NFC", line.strip()))
        for number, line in enumerate(all_lines, start=1)
        if line.strip()
    ]
    assert list(zip(read.lines, read.words, strict=True)) == expected


def test_statistics_tell_count_distinct_and_the_first_of_the_shortest_and_longest() -> None:
    statistics = word_statistics(["bob", "al", "eve", "ed", "al", "anna", "emma"])

    assert (statistics.count, statistics.distinct) == (7, 6)
    assert (statistics.shortest, statistics.longest) == ("al", "anna")


def test_statistics_of_one_word() -> None:
    statistics = word_statistics(["a"])

    assert (statistics.count, statistics.distinct) == (1, 1)
    assert (statistics.shortest, statistics.longest) == ("a", "a")
