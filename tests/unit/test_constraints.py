"""What is asked of words: the automaton it becomes, and what cannot be asked."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from makemore.automaton import MOST_STATES
from makemore.case import Case
from makemore.constraints import Constraint, Rules
from makemore.errors import ConstraintError, MakemoreError
from makemore.vocabulary import Vocabulary
from tests.unit.oracles import word_obeys

ABC = Vocabulary("abc")
WORDS = ["".join(w) for n in range(6) for w in itertools.product("abc", repeat=n)]

pieces = st.text("abc", max_size=3)
sets = st.text("abc", min_size=1, max_size=2)
patterns = st.lists(
    st.sampled_from("abc?*") | sets.map(lambda letters: f"[{letters}]"), max_size=6
).map("".join)
asked = st.fixed_dictionaries(
    {},
    optional={
        "starts": pieces,
        "ends": pieces,
        "contains": st.lists(pieces, max_size=3).map(tuple),
        "only": sets,
        "without": st.text("abc", max_size=1),
        "pattern": patterns,
        "shortest": st.integers(0, 4),
        "longest": st.integers(0, 5),
    },
)


def rules_of(**kept: Any) -> Rules:
    return Rules(Constraint(**kept), ABC)


def accepted(rules: Rules, word: str) -> bool:
    state = rules.automaton.walk(ABC.encode([word])[1:-1].tolist())
    longest = len(word) if rules.longest is None else rules.longest
    return (
        state >= 0
        and bool(rules.automaton.accepts[state])
        and rules.shortest <= len(word) <= longest
    )


# Against a plain matcher


@given(asked)
@example({"contains": ("aba", "bab"), "ends": "aa"})
@example({"pattern": "*a*b?[bc]*"})
@example({"starts": "aba", "ends": "aba"})
def test_the_automaton_accepts_what_a_plain_matcher_accepts(kept: dict[str, Any]) -> None:
    fitting = {word for word in WORDS if word_obeys(word, **kept)}
    try:
        rules = rules_of(**kept)
    except ConstraintError:
        assert not fitting
        return

    assert {word for word in WORDS if accepted(rules, word)} == fitting


@given(asked)
def test_what_is_given_as_impossible_is_impossible_and_nothing_in_it_can_be_left_out(
    kept: dict[str, Any],
) -> None:
    assume(kept.get("longest", 5) >= kept.get("shortest", 1))
    try:
        rules_of(**kept)
        return
    except ConstraintError as error:
        named = error.settings

    with pytest.raises(ConstraintError):
        rules_of(**{name: kept[name] for name in named if name in kept}, **_none_short(named))
    assert set(named) <= {*kept, "shortest"}


def _none_short(named: tuple[str, ...]) -> dict[str, int]:
    return {} if "shortest" in named else {"shortest": 0}


@given(asked)
def test_every_word_begins_with_the_forced_prefix(kept: dict[str, Any]) -> None:
    try:
        rules = rules_of(**kept)
    except ConstraintError:
        return
    prefix = ABC.decode(rules.prefix)

    assert all(word.startswith(prefix) for word in WORDS if word_obeys(word, **kept))


@given(asked)
def test_all_words_of_a_small_language_are_found(kept: dict[str, Any]) -> None:
    kept = {"longest": 5, **kept}
    try:
        rules = rules_of(**kept)
    except ConstraintError:
        return
    words = rules.automaton.words(rules.shortest, rules.longest, len(WORDS))

    assert words is not None
    assert sorted(map(ABC.decode, words)) == sorted(w for w in WORDS if word_obeys(w, **kept))


@given(asked, st.sampled_from(WORDS))
def test_a_word_that_is_not_as_asked_has_a_reason_and_one_that_is_has_none(
    kept: dict[str, Any], word: str
) -> None:
    try:
        rules = rules_of(**kept)
    except ConstraintError:
        return

    reason = rules.why_not(ABC.encode([word])[1:-1].tolist(), ended=True)

    assert (reason is None) == word_obeys(word, **kept)


# How an automaton comes out


def test_a_prefix_is_forced_from_starts_and_from_a_pattern() -> None:
    assert ABC.decode(rules_of(starts="ab").prefix) == "ab"
    assert ABC.decode(rules_of(pattern="ab[c]?*").prefix) == "abc"
    assert ABC.decode(rules_of(starts="a", pattern="?b*").prefix) == "ab"
    assert rules_of(pattern="a*", shortest=0).prefix == (1,)
    assert rules_of(ends="ab").prefix == ()


def test_a_pattern_without_a_star_says_how_long_words_are() -> None:
    assert rules_of(pattern="a??").longest == 3
    assert rules_of(pattern="a??", longest=7).longest == 3
    assert rules_of(pattern="a*").longest is None
    assert rules_of(pattern="a*", longest=7).longest == 7


def test_states_that_no_word_tells_apart_are_one() -> None:
    assert len(rules_of().automaton.after) == 1
    assert len(rules_of(starts="ab").automaton.after) == 3
    assert len(rules_of(contains=("a", "a", "a")).automaton.after) == 2
    assert len(rules_of(pattern="***").automaton.after) == 1


def test_symbols_that_lead_to_the_same_states_are_of_one_kind() -> None:
    thousands = Vocabulary(map(chr, range(0x4E00, 0x4E00 + 20_000)))
    rules = Rules(Constraint(starts=chr(0x4E01), without=chr(0x4E02)), thousands)

    assert rules.automaton.after.shape == (2, 3)


def test_a_language_of_too_many_words_is_not_enumerated() -> None:
    rules = rules_of(shortest=3, longest=3)

    assert rules.automaton.words(3, 3, 26) is None
    assert len(rules.automaton.words(3, 3, 27) or ()) == 27
    assert rules_of().automaton.words(1, None, 1000) is None
    assert rules_of(longest=5000).automaton.words(1, 5000, 1000) is None


# Letters


def test_signs_of_a_pattern_stand_for_themselves_in_a_set() -> None:
    signs = Vocabulary("?*[]a")
    rules = Rules(Constraint(pattern="[?][*][[][]]a]"), signs)

    assert [signs.decode(word) for word in rules.automaton.words(1, None, 9) or ()] == ["?*[]a]"]


def test_a_full_stop_is_a_letter_and_not_the_boundary() -> None:
    dots = Vocabulary(".a")

    assert Rules(Constraint(starts=".a"), dots).prefix == (1, 2)


def test_a_letter_of_several_code_points_is_one_letter_where_the_vocabulary_has_it_so() -> None:
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
    vocabulary = Vocabulary([family, "a"], graphemes=True)
    rules = Rules(Constraint(pattern=f"?{family}", longest=2), vocabulary)

    assert {vocabulary.decode(w) for w in rules.automaton.words(2, 2, 9) or ()} == {
        f"a{family}",
        family * 2,
    }


def test_what_is_typed_is_brought_to_the_form_that_lists_are_read_in() -> None:
    assert Rules(Constraint(starts="e\u0301"), Vocabulary("é")).prefix == (1,)


def test_a_folded_list_folds_what_is_asked_for() -> None:
    words = Vocabulary("abn")
    rules = Rules(
        Constraint(starts="A", contains="NN", without="B", pattern="A*[AB]", new_to=["Anna"]),
        words,
        Case(True),
    )

    assert accepted_by(rules, words, "annna")
    assert not accepted_by(rules, words, "anbnna")
    assert rules.too_old("anna") == "in the list"
    assert rules.too_old("annna") is None


def accepted_by(rules: Rules, vocabulary: Vocabulary, word: str) -> bool:
    return rules.why_not(vocabulary.encode([word])[1:-1].tolist(), ended=True) is None


def test_letters_that_the_list_does_not_have_may_be_forbidden_and_be_among_others() -> None:
    rules = rules_of(without="xb", only="abx", pattern="[ax]*", shortest=2, longest=2)

    assert rules.automaton.words(2, 2, 9) == [(1, 1)]


# The list


def test_words_of_the_list_are_old_and_words_near_to_one_too_near() -> None:
    rules = Rules(Constraint(new_to=["abc", "cab"], differs=2), ABC)

    assert rules.too_old("abc") == "in the list"
    assert rules.too_old("abcc") == "too near the list"
    assert rules.too_old("bbbb") is None
    assert rules_of(new_to=["abc"]).too_old("abcc") is None
    assert rules_of(new_to=[], differs=3).too_old("abc") is None


class OnlyAsked:
    """A list that was too long to keep."""

    def __contains__(self, word: object) -> bool:
        return word == "abc"


def test_a_list_that_can_only_be_asked_tells_old_words_but_not_near_ones() -> None:
    assert rules_of(new_to=OnlyAsked()).too_old("abc") == "in the list"
    assert rules_of(new_to=OnlyAsked()).too_old("ab") is None
    with pytest.raises(ConstraintError, match="set Letters changed at least to 1"):
        rules_of(new_to=OnlyAsked(), differs=2)


# What cannot be


@pytest.mark.parametrize(
    ("kept", "settings", "message"),
    [
        ({"starts": "axb"}, ("starts",), "No word can start with 'axb': the word list has no 'x'"),
        ({"ends": "x"}, ("ends",), "No word can end with 'x'"),
        ({"contains": ("a", "x")}, ("contains",), "No word can contain 'x'"),
        ({"pattern": "a?x"}, ("pattern",), "can follow the pattern 'a\\?x': .* no 'x'"),
        ({"pattern": "[xy]"}, ("pattern",), "has none of 'xy'"),
        ({"pattern": "a[bc"}, ("pattern",), "opens a set at letter 2 and does not close it"),
        ({"pattern": "[]"}, ("pattern",), "opens a set at letter 1"),
        ({"only": "xy"}, ("only",), "the word list has none of 'xy'"),
        ({"only": ""}, ("only",), "cannot do without any letter"),
        ({"shortest": -1}, ("shortest",), "Shortest must be a whole number from 0; it is -1"),
        ({"shortest": 1.5}, ("shortest",), "it is 1.5"),
        ({"longest": True}, ("longest",), "it is True"),
        ({"differs": 0}, ("differs",), "Letters changed at least must be a whole number from 1"),
        ({"shortest": 5, "longest": 4}, ("longest",), "at least 5 and at most 4 letters"),
        ({"starts": 3}, ("starts",), "Starts with must be text; it is 3"),
        ({"contains": (3,)}, ("contains",), "Contains must be texts"),
        ({"new_to": "abc"}, ("new_to",), "a list of words, not one text"),
        (
            {"starts": "ab", "without": "b", "ends": "c"},
            ("starts", "without"),
            "No word starts with 'ab' and has none of the letters 'b': change one of them",
        ),
        (
            {"starts": "ab", "ends": "bc", "longest": 2},
            ("starts", "ends", "longest"),
            "No word starts with 'ab', ends with 'bc' and has at most 2 letters",
        ),
        ({"pattern": "??", "shortest": 3}, ("pattern", "shortest"), "has at least 3 letters"),
        ({"without": "cab"}, ("without", "shortest"), "and has at least 1 letter: change"),
        ({"only": "a", "pattern": "b*"}, ("only", "pattern"), "has no letters but 'a' and follows"),
    ],
)
def test_what_cannot_be_asked_is_named(
    kept: dict[str, Any], settings: tuple[str, ...], message: str
) -> None:
    with pytest.raises(ConstraintError, match=message) as caught:
        rules_of(**kept)

    assert caught.value.settings == settings
    assert caught.value.setting == settings[0]
    assert isinstance(caught.value, MakemoreError)


def test_too_intricate_a_pattern_is_refused() -> None:
    with pytest.raises(ConstraintError, match="too intricate: ask for fewer pieces"):
        rules_of(pattern="*a" + "?" * 20)
    assert 2**14 < MOST_STATES < 2**20


def test_what_is_too_intricate_by_itself_may_still_be_impossible_with_the_rest() -> None:
    with pytest.raises(ConstraintError, match="has no letters but 'b' and follows the pattern"):
        rules_of(pattern="*a" + "?" * 20, only="b")


def test_a_single_text_to_contain_is_one_piece() -> None:
    assert Constraint(contains="ab").contains == ("ab",)


def test_nothing_asked_for_is_any_word_but_the_empty_one() -> None:
    rules = rules_of(starts="", contains=("",), pattern="", without="")

    assert rules.parts == []
    assert not accepted(rules, "")
    assert accepted(rules, "cab")
