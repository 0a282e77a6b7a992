"""Our files and the library's are the same, both ways; files of PyTorch open."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from safetensors import SafetensorError
from safetensors.numpy import load as library_load
from safetensors.numpy import save as library_save

from makemore.errors import StorageError
from makemore.models import MODELS
from makemore.safetensors_format import read_tensors, write_tensors
from makemore.storage import load, save
from makemore.training import fit

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures" / "pytorch"
WORDS = ("emma", "olivia", "ava", "mia", "noah", "liam")

arrays = st.dictionaries(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=5).filter(
        lambda name: name != "__metadata__"
    ),
    st.tuples(
        st.sampled_from(["f8", "f4", "i8", "i4", "i2", "i1", "u8", "u4", "u2", "u1"]),
        st.lists(st.integers(0, 3), max_size=4),
    ).map(lambda kind: np.arange(int(np.prod(kind[1])), dtype=kind[0]).reshape(kind[1])),
    max_size=6,
)
texts = st.dictionaries(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=5),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=5),
    max_size=3,
)


def plain(found: dict[str, npt.NDArray[Any]]) -> dict[str, Any]:
    return {name: (a.dtype.str, a.shape, a.tolist()) for name, a in found.items()}


@given(arrays, texts)
def test_the_library_reads_what_we_write_and_we_what_it_writes(
    given_arrays: dict[str, npt.NDArray[Any]], metadata: dict[str, str]
) -> None:
    ours = write_tensors(given_arrays, metadata)
    assert plain(library_load(ours)) == plain(given_arrays)
    theirs = library_save(given_arrays, metadata or None)  # it writes {},"…" for {}
    again, told = read_tensors(theirs)
    assert plain(again) == plain(given_arrays)
    assert told == metadata


@given(st.binary(max_size=200), st.data())
def test_what_the_library_refuses_we_refuse(body: bytes, data: st.DataObject) -> None:
    whole = bytearray(library_save({"a": np.arange(3, dtype=np.float32)}, {"m": "n"}))
    for _ in range(data.draw(st.integers(1, 3))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    for candidate in (bytes(whole), body):
        try:
            read_tensors(candidate)
        except StorageError:
            continue
        try:
            library_load(candidate)
        except SafetensorError as error:
            pytest.fail(f"We take what the library refuses: {error}; {candidate!r}")


@pytest.mark.parametrize("kind", list(MODELS))
def test_the_library_opens_every_model(kind: str) -> None:
    settings: dict[str, Any] = {"steps": 1} if "steps" in MODELS[kind].settings else {}
    words = WORDS * 3
    model = fit(kind, words, **settings)
    found = library_load(save(model))
    assert plain(found) == plain({n: np.asarray(a) for n, a in model.state().arrays.items()})


@pytest.mark.parametrize("kind", ["bigram-logits", "mlp", "rnn", "gru", "bow", "transformer"])
def test_a_file_that_pytorch_wrote_gives_its_log_probabilities_and_goes_on_training(
    kind: str,
) -> None:
    told = json.loads((FIXTURES / "log_probs.json").read_text())
    model: Any = load((FIXTURES / f"{kind}.safetensors").read_bytes())
    x, y = np.array(told["x"]), np.array(told["y"])
    expected = np.array(told[kind])
    assert model.log_prob(x, y)[y >= 0] == pytest.approx(expected[y >= 0], abs=2e-5)
    assert plain(library_load(save(model))) == plain(
        library_load((FIXTURES / f"{kind}.safetensors").read_bytes())
    )
    settings = {**MODELS[kind].settings, "steps": 5}
    losses = [loss for event in model.train(told["words"], settings) for loss in event.losses]
    assert len(losses) == 5
    assert not np.array_equal(model.log_prob(x, y), expected)
