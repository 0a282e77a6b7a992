"""What the unit tests share: the reference values, and how hypothesis works here."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import HealthCheck, settings

from makemore.models.bigram import CountModel
from makemore.models.bigram_net import SoftmaxModel
from makemore.vocabulary import Vocabulary
from tests.unit.oracles import words_with_counts

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"

# The same examples on every run and in both Pythons, whatever the speed of the
# machine: what fails in Pyodide can be repeated in CPython. No database of
# examples, which would make one run depend on another.
settings.register_profile(
    "unit",
    deadline=None,
    max_examples=int(os.environ.get("MAKEMORE_EXAMPLES", "60")),  # a browser is given fewer
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("unit")


def _read(name: str) -> dict[str, Any]:
    values: dict[str, Any] = json.loads((FIXTURES / name).read_text(encoding="utf-8"))
    return values


@pytest.fixture(scope="session")
def notebook() -> dict[str, Any]:
    """Return what the notebook printed."""
    return _read("notebook.json")


@pytest.fixture(scope="session")
def pytorch2() -> dict[str, Any]:
    """Return what PyTorch 2.13's CPU generator drew."""
    return _read("pytorch2.json")


@pytest.fixture(scope="session")
def names() -> tuple[str, ...]:
    """Return the built-in list of US names."""
    path = FIXTURES.parents[1] / "data" / "names.txt"
    return tuple(path.read_text(encoding="utf-8").split())


@pytest.fixture(scope="session")
def az() -> Vocabulary:
    """Return the notebook's vocabulary: the boundary and a to z."""
    return Vocabulary("abcdefghijklmnopqrstuvwxyz")


@pytest.fixture(scope="session")
def N(notebook: dict[str, Any], az: Vocabulary) -> npt.NDArray[np.int64]:
    """Return the notebook's bigram counts, shape (27, 27); not to be written to."""
    counts = np.zeros((27, 27), dtype=np.int64)
    for first, second, count in notebook["bigram_counts"]["rows"]:
        counts[az.symbols.index(first), az.symbols.index(second)] = count
    counts.flags.writeable = False
    return counts


@pytest.fixture(scope="session")
def notebook_words(N: npt.NDArray[np.int64], az: Vocabulary) -> tuple[str, ...]:
    """Return 32,033 words that have the notebook's counts.

    The notebook's own list is not among its printed values. Its counts are,
    and whatever has the same counts gives the same models.
    """
    return tuple(words_with_counts(N, az.symbols))


@pytest.fixture(scope="session")
def P(N: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Return the notebook's count model: counts plus 1, normalised by row."""
    return CountModel(N, smoothing=1).probabilities()


@pytest.fixture(scope="session")
def descent(N: npt.NDArray[np.int64], notebook: dict[str, Any]) -> tuple[SoftmaxModel, list[float]]:
    """Return the notebook's net after all its steps, and the loss before each of them."""
    said = notebook["gradient_descent"]
    model = SoftmaxModel(N)
    steps = said["steps_before_first_printed"] + len(said["losses"])
    losses = [model.step(said["learning_rate"], said["l2"]) for _ in range(steps)]
    return model, losses
