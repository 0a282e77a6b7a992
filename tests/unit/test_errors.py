"""Errors that are sent from one process to another."""

from __future__ import annotations

import pickle

import pytest

from makemore import errors


@pytest.mark.parametrize("name", errors.__all__)
def test_an_error_is_the_same_after_pickling(name: str) -> None:
    kind = getattr(errors, name)
    arguments = {
        "SettingError": ("Seed: no.", "seed"),
        "VocabularyError": ("No é.", ("é",)),
    }.get(name, ("No.",))
    error = kind(*arguments)
    error.add_note("noted")

    again = pickle.loads(pickle.dumps(error))

    assert type(again) is kind
    assert (str(again), again.__dict__) == (str(error), error.__dict__)
