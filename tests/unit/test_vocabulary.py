"""Characters to indices and back."""

from __future__ import annotations

import pytest
from hypothesis import given

from makemore.errors import MakemoreError, VocabularyError
from makemore.vocabulary import BOUNDARY, Vocabulary
from tests.unit.strategies import any_words


def test_the_notebooks_alphabet_gets_the_notebooks_indices(
    az: Vocabulary, notebook_words: tuple[str, ...]
) -> None:
    assert Vocabulary.from_words(notebook_words) == az
    assert len(az) == 27
    assert az.symbols[0] == BOUNDARY == "."
    assert [az.index(c) for c in "az"] == [1, 26]


def test_emma_is_encoded_as_in_the_notebook(
    az: Vocabulary, notebook: dict[str, dict[str, list[int]]]
) -> None:
    indices = az.encode(["emma"]).tolist()

    assert indices[:-1] == notebook["emma"]["xs"]
    assert indices[1:] == notebook["emma"]["ys"]


def test_symbols_come_in_code_point_order_after_the_boundary() -> None:
    assert Vocabulary.from_words(["zoë", "Bo", "a b"]).symbols == (
        ".", " ", "B", "a", "b", "o", "z", "ë",
    )  # fmt: skip


def test_one_row_holds_all_words_with_the_boundary_around_each() -> None:
    assert Vocabulary("ab").encode(["ab", "b", "", "a"]).tolist() == [0, 1, 2, 0, 2, 0, 0, 1, 0]


def test_no_words_are_one_boundary() -> None:
    assert Vocabulary("ab").encode([]).tolist() == [0]


def test_characters_keep_the_order_they_are_given_in() -> None:
    vocabulary = Vocabulary("bca")

    assert vocabulary.symbols == (".", "b", "c", "a")
    assert vocabulary.encode(["abc"]).tolist() == [0, 3, 1, 2, 0]
    assert [vocabulary.index(c) for c in "abc"] == [3, 1, 2]


def test_a_literal_dot_is_not_the_boundary() -> None:
    vocabulary = Vocabulary.from_words(["a.", "."])

    assert vocabulary.symbols == (".", ".", "a")
    assert vocabulary.names == (".", "‘.’", "a")
    assert vocabulary.index(".") == 1
    assert vocabulary.encode(["a.", "."]).tolist() == [0, 2, 1, 0, 1, 0]


def test_the_boundarys_sign_is_unknown_in_a_word_if_the_list_has_no_dot() -> None:
    vocabulary = Vocabulary("ab")

    with pytest.raises(VocabularyError, match=r"'\.'"):
        vocabulary.index(".")
    with pytest.raises(VocabularyError, match=r"'\.'"):
        vocabulary.encode(["a.b"])


def test_capitals_spaces_and_accents_are_symbols_of_their_own() -> None:
    vocabulary = Vocabulary.from_words(["e É", "eE"])

    assert vocabulary.symbols == (".", " ", "E", "e", "É")


def test_an_emoji_outside_the_basic_plane_is_one_symbol_and_its_joiner_another() -> None:
    vocabulary = Vocabulary.from_words(["\U0001f469\u200d\U0001f52c"])

    assert vocabulary.symbols == (".", "\u200d", "\U0001f469", "\U0001f52c")
    assert vocabulary.encode(["\U0001f52c"]).tolist() == [0, 3, 0]


def test_indices_are_written_as_characters() -> None:
    assert Vocabulary("ab").decode([0, 2, 1, 0]) == ".ba."
    assert Vocabulary("ab").decode([]) == ""


@given(any_words)
def test_words_come_back_from_their_indices(words: list[str]) -> None:
    vocabulary = Vocabulary.from_words(words)
    indices = vocabulary.encode(words).tolist()

    back: list[list[int]] = [[]]
    for index in indices[1:]:
        if index:
            back[-1].append(index)
        else:
            back.append([])
    assert [vocabulary.decode(word) for word in back[:-1]] == words
    assert back[-1] == []
    assert indices[0] == 0
    assert indices.count(0) == len(words) + 1


@given(any_words)
def test_every_character_has_the_index_of_its_symbol(words: list[str]) -> None:
    vocabulary = Vocabulary.from_words(words)
    characters = sorted(set("".join(words)))

    assert [vocabulary.symbols[vocabulary.index(c)] for c in characters] == characters
    assert [vocabulary.index(c) for c in characters] == list(range(1, len(vocabulary)))


def test_every_unknown_symbol_is_named_once_in_order_of_appearance() -> None:
    with pytest.raises(VocabularyError, match="'z', 'é', '漢'") as caught:
        Vocabulary("ab").encode(["za", "zéb", "漢é"])

    assert caught.value.symbols == ("z", "é", "漢")
    assert isinstance(caught.value, MakemoreError)


@pytest.mark.parametrize(
    ("unknown", "shown"),
    [
        ("z", "has no 'z', so the model cannot know it."),
        ("zy", "has no 'z', 'y', so the model cannot know them."),
        ("0123456789", "'8', '9', so"),
        ("0123456789X", "'8', '9', …, so"),
    ],
)
def test_up_to_ten_unknown_symbols_are_shown_and_all_reported(unknown: str, shown: str) -> None:
    with pytest.raises(VocabularyError) as caught:
        Vocabulary("ab").encode([unknown])

    assert shown in str(caught.value)
    assert caught.value.symbols == tuple(unknown)


def test_a_vocabulary_without_characters_knows_none() -> None:
    with pytest.raises(VocabularyError, match="'a'"):
        Vocabulary("").encode(["a"])


def test_an_unknown_symbol_above_all_known_ones_is_found_too() -> None:
    with pytest.raises(VocabularyError, match="U0010ffff"):
        Vocabulary("ab").encode(["a\U0010ffff"])


def test_a_lone_surrogate_is_unknown_not_a_crash() -> None:
    with pytest.raises(VocabularyError, match="ud800"):
        Vocabulary("ab").encode(["a\ud800"])


@pytest.mark.parametrize("symbol", ["", "ab", "\n", "e\u0301"])
def test_a_symbol_is_one_character_and_no_line_feed(symbol: str) -> None:
    with pytest.raises(VocabularyError, match="one character") as caught:
        Vocabulary(["x", symbol])

    assert caught.value.symbols == (symbol,)


def test_a_symbol_cannot_come_twice() -> None:
    with pytest.raises(VocabularyError, match="'b' comes twice"):
        Vocabulary("abcb")


def test_a_word_with_a_line_feed_is_refused_and_quoted() -> None:
    with pytest.raises(VocabularyError, match=r"'a\\nb' holds a line feed"):
        Vocabulary("ab").encode(["ab", "a\nb"])
    with pytest.raises(VocabularyError, match="line feed"):
        Vocabulary.from_words(["a\nb"])


def test_vocabularies_are_equal_when_their_symbols_are() -> None:
    assert Vocabulary("ab") == Vocabulary.from_words(["ba"])
    assert hash(Vocabulary("ab")) == hash(Vocabulary.from_words(["ba"]))
    assert Vocabulary("ab") != Vocabulary("ba")
    assert Vocabulary("ab") != (".", "a", "b")


def test_a_vocabulary_shows_its_size_and_symbols() -> None:
    assert repr(Vocabulary("ab")) == "Vocabulary(3 symbols: '.ab')"
    assert len(repr(Vocabulary(map(chr, range(100, 5000))))) < 200


def test_a_list_without_characters_has_the_boundary_alone() -> None:
    assert Vocabulary.from_words([""]).symbols == (".",)
    assert Vocabulary.from_words([]).encode(["", ""]).tolist() == [0, 0, 0]
