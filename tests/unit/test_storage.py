"""Models and files: what is saved comes back bit for bit, and nothing else is taken."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from makemore import models
from makemore.case import Case
from makemore.counting.ngrams import NgramTally
from makemore.errors import StorageError
from makemore.models.mix import mix
from makemore.models.ngram import NGram
from makemore.models.protocol import State
from makemore.safetensors_format import read_tensors, write_tensors
from makemore.storage import facts_of, load, read_file, save, write_file
from makemore.training import fit
from makemore.vocabulary import Vocabulary
from tests.unit import strategies

WORDS = ("emma", "olivia", "ava", "o.k.", "émile", "ava")


class Whatever:
    """A model that is nothing but its state."""

    kind = "whatever"

    def __init__(self, vocabulary: Vocabulary, state: State) -> None:
        self.vocabulary, self._state = vocabulary, state

    def state(self) -> State:
        return self._state

    @classmethod
    def from_state(cls, vocabulary: Vocabulary, state: State) -> Self:
        return cls(vocabulary, state)


@pytest.fixture(autouse=True)
def _whatever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(models.Entry, "load", _load_entry(models.Entry.load))
    entry = models.Entry("Whatever", "tests.unit.test_storage:Whatever", "", {})
    monkeypatch.setitem(models.MODELS, "whatever", entry)


def _load_entry(real: Any) -> Any:
    return lambda entry: (
        Whatever if entry.place == "tests.unit.test_storage:Whatever" else real(entry)
    )


def ngram(words: tuple[str, ...] = WORDS, order: int = 3, smoothing: Any = "kneser-ney") -> NGram:
    vocabulary = Vocabulary.from_words(WORDS)
    return NGram(vocabulary, NgramTally.of_words(words, vocabulary, order), order, smoothing)


def saved(arrays: Mapping[str, npt.NDArray[Any]], **config: Any) -> bytes:
    return save(_any(Whatever(Vocabulary("ab"), State(config, dict(arrays)))))


def _any(model: object) -> Any:
    return model


def raw(header: object, body: bytes = b"") -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + body


def entry(dtype: Any = "F32", shape: Any = (2,), offsets: Any = (0, 8)) -> dict[str, Any]:
    return {"dtype": dtype, "shape": shape, "data_offsets": offsets}


# ---- there and back


@pytest.mark.parametrize(
    "make",
    [
        lambda: ngram(),
        lambda: ngram(order=1, smoothing=0.5),
        lambda: mix([ngram(), ngram(order=2, smoothing=1.0)], [0.25, 0.75]),
    ],
)
def test_a_model_comes_back_bit_for_bit(make: Any) -> None:
    model = make()
    again = load(save(model))
    x = np.array([[0, 1, 2], [0, 3, 3]])
    assert again.vocabulary == model.vocabulary
    assert (again.predict(x) == model.predict(x)).all()
    assert save(again) == save(model)


def test_a_file_that_claims_a_huge_net_takes_no_memory() -> None:
    arrays, metadata = read_tensors(save(fit("mlp", WORDS, steps=1)))
    config = json.loads(metadata["config"])
    for name in config:
        huge = json.dumps({**config, name: 10**12})
        with pytest.raises(StorageError):
            load(write_tensors(arrays, {**metadata, "kind": "transformer", "config": huge}))
    with pytest.raises(StorageError, match="should be of shape"):
        load(write_tensors(arrays, {**metadata, "config": json.dumps({**config, "hidden": 9999})}))


def test_case_facts_and_graphemes_come_back() -> None:
    model = Whatever(Vocabulary(["a", "👩‍👩‍👧"], graphemes=True), State({"n": 1}, {}))
    carried: Any = model
    carried.case = Case(True, words=7, changed=1)
    carried.about = {"settings": {"order": 3}, "split": None, "loss": np.float64(2.5)}
    again: Any = load(save(carried))
    assert again.case == carried.case
    assert facts_of(again) == {"settings": {"order": 3}, "split": None, "loss": 2.5}
    assert again.vocabulary.symbols == (".", "a", "👩‍👩‍👧")
    assert again.vocabulary.graphemes
    assert again.state().config == {"n": 1}


@given(
    st.dictionaries(
        st.text(st.characters(exclude_categories=["Cs"]), max_size=5).filter(
            lambda name: name != "__metadata__"
        ),
        st.tuples(
            st.sampled_from(["<f8", "<f4", "<i8", "<i4", "<i2", "<i1", "<u8", "<u4", "<u2", "<u1"]),
            st.lists(st.integers(0, 3), max_size=4),
        ),
        max_size=6,
    ),
    st.dictionaries(strategies.words, strategies.words, max_size=3),
)
def test_arrays_of_all_types_and_shapes_come_back(
    kinds: dict[str, tuple[str, list[int]]], metadata: dict[str, str]
) -> None:
    arrays = {
        name: np.arange(int(np.prod(shape)), dtype=dtype).reshape(shape)
        for name, (dtype, shape) in kinds.items()
    }
    data = write_tensors(arrays, metadata)
    again, told = read_tensors(data)
    assert told == metadata
    assert {n: (a.dtype, a.shape, a.tolist()) for n, a in again.items()} == {
        n: (a.dtype, a.shape, a.tolist()) for n, a in arrays.items()
    }
    assert write_tensors(again, told) == data


def test_arrays_begin_at_multiples_of_their_width() -> None:
    arrays: dict[str, npt.NDArray[Any]] = {
        "a": np.zeros(3, np.uint8),
        "b": np.zeros(2),
        "c": np.zeros(1, np.float32),
    }
    data = write_tensors(arrays, {})
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + length])
    assert length % 8 == 0
    for name, array in arrays.items():
        assert header[name]["data_offsets"][0] % array.itemsize == 0


def test_halves_become_float32_and_truth_values_numbers() -> None:
    body = np.array([1.5, -2], "<f2").tobytes() + bytes([0x80, 0x3F, 0, 0xC0]) + b"\1\0"
    header = {"h": entry("F16", [2], [0, 4]), "b": entry("BF16", [2], [4, 8])}
    arrays, _ = read_tensors(raw({**header, "t": entry("BOOL", [2], [8, 10])}, body))
    assert (arrays["h"].dtype.name, arrays["h"].tolist()) == ("float32", [1.5, -2])
    assert (arrays["b"].dtype.name, arrays["b"].tolist()) == ("float32", [1, -2])
    assert arrays["t"].tolist() == [1, 0]


# ---- what is refused

TWO = np.array([1, 2], "<f4").tobytes()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "only 0 bytes"),
        (b"PK\3\4", "only 4 bytes"),
        ((2**31).to_bytes(8, "little") + b"{}", "2,147,483,648 bytes long"),
        ((2**64 - 1).to_bytes(8, "little") + b"{}", "bytes long"),
        ((9).to_bytes(8, "little") + b"{}", "should have 9 bytes, and 2 are left"),
        (raw(b" {}"), "does not begin with {"),
        (raw(b"[1]"), "does not begin with {"),
        (raw(b"{"), "no JSON"),
        (raw(b'{"\xff": 1}'), "no JSON"),
        (raw(b'{"a":' * 100_000), "nested too deeply"),
        (raw(b'{"a":' + b"9" * 5000 + b"}"), "no JSON"),
        (raw(b'{"a": NaN}'), "NaN is no number"),
        (raw(b'{"a": 1, "a": 2}'), "'a' comes twice"),
        (raw({"a": 1}), "not given by dtype"),
        (raw({"a": {**entry(), "more": 1}}, TWO), "not given by dtype"),
        (raw({"a": entry("F8")}, TWO), "unknown type, 'F8'"),
        (raw({"a": entry(["F32"])}, TWO), "unknown type"),
        (raw({"a": entry(shape=[-2])}, TWO), "no possible shape"),
        (raw({"a": entry(shape=[True, 2])}, TWO), "no possible shape"),
        (raw({"a": entry(shape=[2.0])}, TWO), "no possible shape"),
        (raw({"a": entry(shape=[1] * 33 + [2])}, TWO), "no possible shape"),
        (raw({"a": entry(shape=[0, 2**62], offsets=[0, 0])}), "no possible shape"),
        (raw({"a": entry(shape=[2**40, 2**40])}, TWO), "cannot have 8 bytes"),
        (raw({"a": entry(offsets=[0, 16])}, TWO), "should end at byte 16"),
        (raw({"a": entry(offsets=[8, 0])}, TWO), "begin at 8"),
        (raw({"a": entry(offsets=[0])}, TWO), "no possible offsets"),
        (raw({"a": entry(), "b": entry()}, TWO), "overlaps"),
        (raw({"a": entry(offsets=[8, 16])}, TWO + TWO), "gap"),
        (raw({"a": entry()}, TWO + b"x"), "end after 8 bytes, but 9"),
        (raw({"a": entry()}, np.array([1, np.nan], "<f4").tobytes()), "not finite"),
        (raw({"a": entry()}, np.array([1, -np.inf], "<f4").tobytes()), "not finite"),
        (raw({"a": entry("F16", [4])}, np.array([1, np.inf, 1, 1], "<f2").tobytes()), "not finite"),
        (raw({"__metadata__": {"a": 1}}), "metadata are not texts"),
        (raw({"__metadata__": []}), "metadata are not texts"),
        (raw({"a": entry()}, TWO), "does not say of which model"),
    ],
)
def test_a_damaged_or_foreign_file_is_told(data: bytes, message: str) -> None:
    with pytest.raises(StorageError) as caught:
        load(data)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"kind": "gpt-5"}, "unknown kind, 'gpt-5'"),
        ({"vocabulary": "[" * 50_000}, "nested too deeply"),
        ({"vocabulary": "[]"}, "vocabulary is no JSON object"),
        ({"vocabulary": "{}"}, 'must be {"symbols"'),
        ({"vocabulary": '{"symbols": [1]}'}, 'must be {"symbols"'),
        ({"vocabulary": '{"symbols": ["ab"]}'}, "one character"),
        ({"vocabulary": '{"symbols": ["a", "a"]}'}, "comes twice"),
        ({"vocabulary": '{"symbols": ["a"]}'}, "not one of the 2 known"),
        ({"config": "3"}, "config is no JSON object"),
        ({"config": "{}"}, "no whole N-gram model"),
        ({"config": '{"order": 99, "smoothing": 1}'}, "Order must be"),
        ({"config": '{"order": [], "smoothing": 1}'}, "no whole N-gram model"),
        ({"config": '{"order": 3, "smoothing": {}}'}, "no whole N-gram model"),
        ({"config": '{"order": 2, "smoothing": 1}'}, "do not fit each other"),
        ({"case": "7"}, "no whole N-gram model"),
        ({"case": '{"title": 1}'}, "no whole N-gram model"),
        ({"facts": "null"}, "facts is no JSON object"),
        ({"kind": "mix"}, "no whole Mix model"),
        ({"kind": "auto"}, "no whole Auto model"),
    ],
)
def test_metadata_that_cannot_be_are_told(changed: dict[str, str], message: str) -> None:
    arrays, metadata = read_tensors(save(ngram()))
    with pytest.raises(StorageError) as caught:
        load(write_tensors(arrays, metadata | changed))
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("name", "array"),
    [
        ("pairs", np.array([[0, -1], [1, 0]], np.int32)),
        ("pairs", np.array([[0, 99], [1, 0]], np.int32)),
        ("counts", np.array([-1], np.int64)),
    ],
)
def test_pairs_that_cannot_be_are_told(name: str, array: npt.NDArray[Any]) -> None:
    arrays, metadata = read_tensors(save(fit("bigram", WORDS)))
    with pytest.raises(StorageError, match="no whole Bigram counts model"):
        load(write_tensors({**arrays, name: array}, metadata))


def test_no_file_is_made_of_numbers_that_are_not_finite() -> None:
    with pytest.raises(StorageError, match="numbers that are not finite"):
        saved({"w": np.array([np.nan])})
    with pytest.raises(StorageError, match="complex128 cannot be saved"):
        saved({"w": np.array([1j])})
    with pytest.raises(StorageError, match="is no JSON"):
        saved({}, thing=object())


def test_an_infinite_figure_among_the_facts_is_written_as_text() -> None:
    again: Any = load(saved({}, loss=float("inf")))
    assert again.state().config == {"loss": "inf"}


@given(st.data())
def test_whatever_is_cut_or_changed_gives_a_model_or_a_clear_error(data: st.DataObject) -> None:
    whole = save(ngram())
    kind = data.draw(st.sampled_from(["cut", "bytes", "header"]))
    if kind == "cut":
        changed = whole[: data.draw(st.integers(0, len(whole) - 1))]
        with pytest.raises(StorageError):
            load(changed)
        return
    broken = bytearray(whole)
    last = len(whole) if kind == "bytes" else 8 + int.from_bytes(whole[:8], "little")
    for _ in range(data.draw(st.integers(1, 4))):
        broken[data.draw(st.integers(0, last - 1))] = data.draw(st.integers(0, 255))
    try:
        model = load(broken)
    except StorageError:
        return
    P = model.predict(np.array([[0], [0]]))
    assert np.allclose(P.sum(axis=1), 1)


@given(st.binary(max_size=300))
def test_any_bytes_give_a_clear_error(data: bytes) -> None:
    with pytest.raises(StorageError):
        load(data)
    with pytest.raises(StorageError):
        load(raw(data))


# ---- files


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Any) -> None:
    path = tmp_path / "m.safetensors"
    write_file(path, save(ngram()))
    assert read_file(path).vocabulary == ngram().vocabulary
    with pytest.raises(StorageError, match="cannot be written"):
        write_file(tmp_path / "no" / "m.safetensors", b"")
    with pytest.raises(StorageError, match="cannot be read"):
        read_file(tmp_path / "none.safetensors")
    path.write_bytes(b"")
    with pytest.raises(StorageError, match=r"m\.safetensors: This is no whole"):
        read_file(path)
    assert [file.name for file in tmp_path.iterdir()] == ["m.safetensors"]
