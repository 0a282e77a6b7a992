"""Errors that are sent from one process to another, and names in their messages."""

from __future__ import annotations

import pickle

import pytest

from makemore import errors

KINDS = [name for name in errors.__all__ if name.endswith("Error")]


@pytest.mark.parametrize("name", KINDS)
def test_an_error_is_the_same_after_pickling(name: str) -> None:
    kind = getattr(errors, name)
    arguments = {
        "ConstraintError": ("No word.", "starts", ("starts", "ends")),
        "SettingError": ("Seed: no.", "seed"),
        "VocabularyError": ("No é.", ("é",)),
    }.get(name, ("No.",))
    error = kind(*arguments)
    error.add_note("noted")

    again = pickle.loads(pickle.dumps(error))

    assert type(again) is kind
    assert (str(again), again.__dict__) == (str(error), error.__dict__)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("names.txt", "“names.txt”"),
        ("in\u202eno\0.txt", "“in‹U+202E›no‹U+0000›.txt”"),
        ("שמות.txt", "“\u2068שמות.txt\u2069”"),
        ("👩\u200d🔬", "“👩\u200d🔬”"),
        ("a" * 80, f"“{'a' * 80}”"),
        ("a" * 81, f"“{'a' * 80}…”"),
    ],
)
def test_a_name_in_a_message_is_cut_and_leaves_the_message_in_order(name: str, shown: str) -> None:
    assert errors.quoted(name) == shown
