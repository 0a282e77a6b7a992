"""What a person may type."""

from __future__ import annotations

import math
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from makemore.errors import SettingError
from makemore.settings import SETTINGS, parse_setting, parse_settings

FRACTIONS = ["smoothing", "share", "learning_rate", "l2", "temperature"]
WHOLE = sorted(set(SETTINGS) - set(FRACTIONS))
names = st.sampled_from(sorted(SETTINGS))


@pytest.mark.parametrize(
    ("name", "typed", "number"),
    [
        ("smoothing", "1", 1.0),
        ("smoothing", "0", 0.0),
        ("smoothing", ".5", 0.5),
        ("steps", "300", 300),
        ("steps", " 300 ", 300),
        ("steps", "300.0", 300),
        ("steps", "1e3", 1000),
        ("steps", 300, 300),
        ("steps", 300.0, 300),
        ("learning_rate", "50", 50.0),
        ("l2", "0.01", 0.01),
        ("weights_seed", "2147483647", 2147483647),
        ("seed", 2147483647, 2147483647),
        ("seed", str(2**53), 2**53),
        ("era", "2", 2),
        ("count", "10", 10),
        ("temperature", 1, 1.0),
    ],
)
def test_numbers_are_taken_as_text_or_number(name: str, typed: object, number: float) -> None:
    parsed = parse_setting(name, typed)

    assert parsed == number
    assert type(parsed) is (float if name in FRACTIONS else int)


@pytest.mark.parametrize(
    "typed", ["abc", "-1", "1,5", "0x10", "nan", "inf", "-inf", "1e400", "--", "½"]
)
@pytest.mark.parametrize("name", sorted(SETTINGS))
def test_what_is_no_number_in_range_is_refused_and_quoted(name: str, typed: str) -> None:
    with pytest.raises(SettingError) as caught:
        parse_setting(name, typed)

    assert caught.value.setting == name
    assert SETTINGS[name].label in str(caught.value)
    assert f"you entered {typed!r}" in str(caught.value)


@pytest.mark.parametrize("typed", ["", "   "])
@pytest.mark.parametrize("name", sorted(SETTINGS))
def test_an_empty_field_is_called_empty(name: str, typed: str) -> None:
    with pytest.raises(SettingError, match="it is empty"):
        parse_setting(name, typed)


@pytest.mark.parametrize("value", [None, True, [], math.nan, math.inf, -1])
@pytest.mark.parametrize("name", sorted(SETTINGS))
def test_values_that_are_no_number_in_range_are_refused(name: str, value: object) -> None:
    with pytest.raises(SettingError):
        parse_setting(name, value)


@pytest.mark.parametrize("name", WHOLE)
def test_a_fraction_is_refused_where_a_whole_number_is_meant(name: str) -> None:
    with pytest.raises(SettingError, match=r"a whole number .* you entered '1\.5'"):
        parse_setting(name, "1.5")


def test_a_billion_steps_are_refused_and_the_range_told() -> None:
    with pytest.raises(SettingError, match=r"Steps .* from 1 to 100,000; you entered '1e9'"):
        parse_setting("steps", "1e9")


def test_a_learning_rate_of_zero_is_refused_and_the_range_told() -> None:
    with pytest.raises(SettingError, match=r"Learning rate .* above 0, at most 1,000,000,000"):
        parse_setting("learning_rate", "0")


def test_only_the_beginning_of_a_long_text_is_quoted() -> None:
    with pytest.raises(SettingError) as caught:
        parse_setting("steps", "x" * 10_000)

    assert f"'{'x' * 40}'" in str(caught.value)


def test_more_digits_than_python_reads_are_no_crash() -> None:
    with pytest.raises(SettingError, match="Steps"):
        parse_setting("steps", "9" * 10_000)


def test_whole_numbers_are_exact_up_to_the_end_of_their_range() -> None:
    assert parse_setting("seed", str(2**53 - 1)) == 2**53 - 1
    with pytest.raises(SettingError, match=str(2**53 + 1)):
        parse_setting("seed", str(2**53 + 1))


@pytest.mark.parametrize("name", sorted(SETTINGS))
def test_the_ends_of_a_range_belong_to_it_but_for_an_open_one(name: str) -> None:
    setting = SETTINGS[name]

    assert parse_setting(name, setting.high) == setting.high
    if setting.open_low:
        with pytest.raises(SettingError, match="above"):
            parse_setting(name, setting.low)
    else:
        assert parse_setting(name, setting.low) == setting.low


@pytest.mark.parametrize(
    ("name", "inside", "outside"),
    [
        ("smoothing", ["0", "1e9"], ["-0.001", "1000000001"]),
        ("steps", ["1", "100000"], ["0", "100001"]),
        ("learning_rate", ["1e-9", "1e9"], ["0", "1000000001"]),
        ("l2", ["0", "1e9"], ["-0.001", "1000000001"]),
        ("weights_seed", ["0", str(2**53)], ["-1", str(2**53 + 1)]),
        ("seed", ["0", str(2**53)], ["-1", str(2**53 + 1)]),
        ("era", ["1", "2"], ["0", "3"]),
        ("count", ["1", "100000"], ["0", "100001"]),
        ("temperature", ["0.01", "100"], ["0.009", "100.1"]),
    ],
)
def test_every_setting_has_its_range(name: str, inside: list[str], outside: list[str]) -> None:
    assert [parse_setting(name, typed) for typed in inside] == [float(typed) for typed in inside]
    for typed in outside:
        with pytest.raises(SettingError):
            parse_setting(name, typed)


@given(names, st.one_of(st.floats(), st.integers(), st.text(max_size=8)))
def test_anything_gives_a_number_in_range_or_a_setting_error(name: str, value: object) -> None:
    setting = SETTINGS[name]
    with suppress(SettingError):
        number = parse_setting(name, value)
        assert setting.low <= number <= setting.high
        assert isinstance(number, int if name in WHOLE else float)


# The settings of a model


DEFAULTS = {"order": None, "smoothing": None, "steps": 300, "recipe": "own"}


def test_what_is_left_empty_is_the_default() -> None:
    assert parse_settings(DEFAULTS, {"order": "", "steps": None}) == DEFAULTS


def test_a_smoothing_may_be_a_word_or_a_number() -> None:
    assert parse_settings(DEFAULTS, {"smoothing": "kneser-ney"})["smoothing"] == "kneser-ney"
    assert parse_settings(DEFAULTS, {"smoothing": "0.5"})["smoothing"] == 0.5


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"smoothing": "good"}, "Smoothing must be a number"),
        ({"smoothing": ["kneser-ney"]}, "Smoothing must be a number"),
        ({"recipe": "theirs"}, "Recipe is one of own, makemore; you entered 'theirs'"),
        ({"heads": 4}, "no setting “heads”"),
    ],
)
def test_a_setting_that_a_model_cannot_take_is_refused(typed: dict[str, object], said: str) -> None:
    with pytest.raises(SettingError, match=said):
        parse_settings(DEFAULTS, typed)


def test_a_setting_that_is_a_number_by_default_takes_no_word() -> None:
    with pytest.raises(SettingError, match=r"Smoothing must be a number .* 'kneser-ney'"):
        parse_settings({"smoothing": 1.0}, {"smoothing": "kneser-ney"})
