"""The lecture's steps: what they compute is what the notebook printed, and follows the inputs."""

from __future__ import annotations

import inspect
import json
import math
from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from makemore.errors import MakemoreError, SettingError
from makemore.lecture import STEPS, Lecture, probabilities
from makemore.lecture.comparison import FLOAT32, compare, to_digits
from makemore.lecture.inputs import parse_inputs
from makemore.lecture.outline import Step
from makemore.lecture.source import pieces, source_of
from makemore.session import State, advance, dispatch
from makemore.vocabulary import Vocabulary
from tests.unit.session.asking import Session

ROOT = Path(__file__).resolve().parents[3]
COUNTS = (ROOT / "data" / "notebook_counts.csv").read_bytes()
IDEAS = [
    "words",
    "bigrams",
    "counts",
    "table",
    "picture",
    "first-row",
    "generator",
    "first-letter",
    "probabilities",
    "keepdims",
    "sample",
    "likelihood",
    "float32",
    "smoothing",
    "examples",
    "one-hot",
    "forward",
    "five-examples",
    "loss",
    "gradient",
    "update",
    "training",
    "regularization",
    "net-samples",
    "agreement",
    "trigrams",
    "split",
    "tuning",
    "indexing",
    "cross-entropy",
    "further",
    *(
        f"{kind}-{what}"
        for kind in ("bow", "mlp", "rnn", "gru", "transformer")
        for what in ("by-hand", "gradient", "run")
    ),
]

all_steps = pytest.mark.parametrize("step", STEPS, ids=IDEAS)


@pytest.fixture
def lecture() -> Lecture:
    return Lecture(COUNTS)


def results(lecture: Lecture, step: str, **typed: object) -> dict[str, dict[str, Any]]:
    return {each["key"]: each for each in lecture.compute(step, typed)}


def value(lecture: Lecture, step: str, key: str, **typed: object) -> Any:
    return results(lecture, step, **typed)[key]["value"]


# ---- What the notebook printed


def test_the_steps_follow_the_notebook() -> None:
    assert [step.id for step in STEPS] == IDEAS


@all_steps
def test_every_value_that_the_notebook_printed_agrees(lecture: Lecture, step: Step) -> None:
    computed = results(lecture, step.id)

    for shown in step.shown:
        printed = shown.printed or any(column.printed for column in shown.table)
        expected = ("needs-list" if shown.needs_list else "agrees") if printed else ""
        assert computed[shown.key]["state"] == expected, shown.key


def test_the_printed_values_are_the_fixtures(notebook: dict[str, Any]) -> None:
    file = ROOT / "py" / "makemore" / "lecture" / "printed.json"
    printed = json.loads(file.read_text(encoding="utf-8"))
    expected = json.loads(json.dumps(notebook))
    del expected["bigram_counts"]["rows"], expected["bigram_counts"]["about"]

    assert printed["emma"].pop("bigrams") == ["<S> e", "e m", "m m", "m a", "a <E>"]
    assert printed == expected


def test_the_counts_are_the_notebooks(lecture: Lecture, N: npt.NDArray[np.int64]) -> None:
    np.testing.assert_array_equal(lecture.N, N)


# These read the fixture itself, so that a mistake in the lecture's own comparison would show.


def test_words_draws_and_pairs_are_the_notebooks(
    lecture: Lecture, notebook: dict[str, Any]
) -> None:
    emma = notebook["emma"]
    assert value(lecture, "sample", "words") == notebook["count_model"]["samples"]
    assert value(lecture, "net-samples", "words") == notebook["gradient_descent"]["samples_after"]
    assert value(lecture, "generator", "drawn") == notebook["multinomial_100"]
    assert value(lecture, "first-letter", "letter") == notebook["first_letter_draw"]
    assert value(lecture, "examples", "xs") == emma["xs"]
    assert value(lecture, "examples", "ys") == emma["ys"]
    assert value(lecture, "counts", "most", limit=627)[0] == ["n", ".", 6763]
    assert len(value(lecture, "counts", "most", limit=627)) == 627


def test_the_three_hundred_losses_are_the_notebooks(
    lecture: Lecture, notebook: dict[str, Any]
) -> None:
    said = notebook["gradient_descent"]

    np.testing.assert_allclose(
        value(lecture, "training", "losses"), said["losses"], rtol=0, atol=said["tolerance"]
    )


def test_loss_and_gradient_of_emma_are_the_notebooks(
    lecture: Lecture, notebook: dict[str, Any]
) -> None:
    emma = notebook["emma"]
    assert value(lecture, "loss", "loss") == pytest.approx(emma["loss"], rel=1e-6)
    np.testing.assert_allclose(
        value(lecture, "gradient", "dW"), emma["gradient"]["rows"], rtol=0, atol=0.5001e-4
    )


# ---- The list that is loaded


def test_the_loaded_list_is_shown_but_not_taken_for_the_notebooks() -> None:
    facts = results(Lecture(COUNTS, ["emma", "ava"]), "words")

    assert facts["count"]["value"] == 2
    assert facts["min_length"]["value"] == 3
    assert facts["first"]["value"] == ["emma", "ava"]
    assert {facts[key]["state"] for key in ("count", "min_length", "first")} == {"needs-list"}


def test_of_each_value_it_is_told_which_words_were_counted() -> None:
    mixed = results(Lecture(COUNTS, ["ada", "grace"]), "words")
    assert {mixed[key]["of"] for key in ("count", "first")} == {"list"}
    assert "notebook" in {result["of"] for result in mixed.values()}
    lecture = Lecture(COUNTS, ["ada", "bea", "cleo", "dan"] * 10)
    for step, of in (("picture", "notebook"), ("split", "list"), ("forward", "")):
        assert {result["of"] for result in lecture.compute(step, {})} == {of}, step


def test_without_a_list_only_what_the_counts_tell_is_there(lecture: Lecture) -> None:
    facts = results(lecture, "words")

    assert facts["words"]["value"] == 32033
    assert facts["count"]["value"] is None


def test_a_list_with_the_notebooks_counts_is_compared(notebook_words: tuple[str, ...]) -> None:
    facts = results(Lecture(COUNTS, notebook_words), "words")

    assert facts["count"]["state"] == "agrees"
    # The same counts, but not the same words: it says so.
    assert facts["first"]["state"] == "differs"


def test_a_list_with_other_symbols_is_no_accident() -> None:
    lecture = Lecture(COUNTS, ["東京"] * 32033)

    assert lecture.notebook_words is None
    assert value(lecture, "words", "count") == 32033


def test_the_running_sum_is_a_plain_loops(
    P: npt.NDArray[np.float64],
    N: npt.NDArray[np.int64],
    az: Vocabulary,
    notebook_words: tuple[str, ...],
) -> None:
    logs = np.log(P).astype(np.float32)
    total = np.float32(0)
    for word in notebook_words:
        for i, j in pairwise([0, *(az.index(c) for c in word), 0]):
            total += logs[i, j]

    computed = probabilities.add_up_in_float32(N, notebook_words, az, 0)

    assert computed["running"] == total
    assert computed["exact"] == pytest.approx(-560001.883, abs=5e-4)
    assert abs(computed["running"] - computed["exact"]) > 20  # the drift that the step explains


# ---- Changing an input changes the result


@pytest.mark.parametrize(
    ("step", "key", "typed"),
    [
        ("words", "first", {"first": "3"}),
        ("bigrams", "bigrams", {"word": "olivia"}),
        ("counts", "few", {"text": "anna hannah"}),
        ("counts", "most", {"limit": "5"}),
        ("table", "row", {"letter": "q"}),
        ("picture", "table", {"colour": "share"}),
        ("first-row", "p", {"letter": "q"}),
        ("generator", "three", {"seed": "42"}),
        ("generator", "drawn", {"seed": "42"}),
        ("first-letter", "letters", {"era": "2"}),
        ("probabilities", "P", {"smoothing": "100"}),
        ("keepdims", "wrong_words", {"seed": "42"}),
        ("sample", "words", {"seed": "42"}),
        ("sample", "words", {"era": "2"}),
        ("sample", "words", {"smoothing": "10000"}),
        ("likelihood", "word_mean_nll", {"word": "olivia"}),
        ("likelihood", "mean_nll", {"smoothing": "100"}),
        ("float32", "running", {"order": "1"}),
        ("smoothing", "impossible", {"word": "emma"}),
        ("smoothing", "smooth_nll", {"smoothing": "5"}),
        ("examples", "xs", {"word": "ava"}),
        ("one-hot", "xenc", {"word": "ava"}),
        ("forward", "probs", {"weights_seed": "1"}),
        ("five-examples", "examples", {"word": "ava"}),
        ("loss", "loss", {"weights_seed": "1"}),
        ("gradient", "dW", {"word": "ava"}),
        ("update", "after", {"learning_rate": "10"}),
        ("training", "losses", {"learning_rate": "10"}),
        ("training", "losses", {"l2": "0.1"}),
        ("regularization", "nll", {"l2": "1"}),
        ("net-samples", "words", {"seed": "42"}),
        ("net-samples", "words", {"steps": "11"}),
        ("agreement", "net", {"l2": "1"}),
    ],
)
def test_an_input_changes_the_result(step: str, key: str, typed: dict[str, str]) -> None:
    lecture = Lecture(COUNTS, ["emma", "olivia", "ava", "isabella"])

    assert value(lecture, step, key, **typed) != value(lecture, step, key)


def test_other_inputs_are_not_compared(lecture: Lecture) -> None:
    there = results(lecture, "loss", word="olivia")["loss"]

    assert (there["state"], there["printed"]) == ("other-inputs", None)


def test_fewer_steps_are_compared_as_far_as_they_go(lecture: Lecture) -> None:
    losses = results(lecture, "training", steps="60")["losses"]

    assert len(losses["value"]) == 50
    assert losses["said"].startswith("All 50 values agree")


def test_strong_regularization_makes_predictions_even(lecture: Lecture) -> None:
    distances = [
        value(lecture, "regularization", "furthest", l2=str(l2)) for l2 in (0.01, 1, 100, 10_000)
    ]

    assert distances == sorted(distances, reverse=True)
    assert distances[-1] < 1e-3
    assert value(lecture, "regularization", "nll", l2="10000") == pytest.approx(
        math.log(27), abs=1e-3
    )


def test_the_found_smoothing_costs_as_much_as_the_net(
    lecture: Lecture,
) -> None:
    found = results(lecture, "regularization", l2="1")
    k = found["same_smoothing"]["value"]

    loss = value(lecture, "likelihood", "mean_nll", smoothing=str(k))

    assert loss == pytest.approx(found["nll"]["value"], rel=1e-6)


def test_forgotten_keepdims_divides_columns(lecture: Lecture) -> None:
    wrong = results(lecture, "keepdims")

    np.testing.assert_allclose(wrong["column_sums"]["value"], 1)
    assert max(wrong["row_sums"]["value"]) > 2
    assert wrong["wrong_words"]["value"] != wrong["right_words"]["value"]


def test_nudging_a_weight_gives_the_gradient(lecture: Lecture) -> None:
    there = results(lecture, "gradient", word="isabella", weights_seed="7")

    assert there["nudged"]["value"] == pytest.approx(there["first_pair"]["value"], rel=1e-6)


# ---- Bad input


@pytest.mark.parametrize(
    ("step", "name", "typed", "said"),
    [
        ("bigrams", "word", "", "empty"),
        ("bigrams", "word", "Emma", "lower case"),
        ("bigrams", "word", "zoë", "'ë'"),
        ("bigrams", "word", "a" * 21, "21 characters"),
        ("counts", "text", "emma, ava", "','"),
        ("table", "letter", "ä", "no choice"),
        ("generator", "seed", "x", "'x'"),
        ("generator", "draws", "1", "from 2"),
        ("sample", "era", "3", "no choice"),
        ("probabilities", "smoothing", "-1", "from 0"),
        ("probabilities", "smoothing", "nan", "'nan'"),
        ("training", "steps", "5", "from 11"),
        ("training", "steps", "1e9", "from 11"),
        ("training", "learning_rate", "0", "above 0"),
        ("regularization", "l2", "3", "no choice"),
    ],
)
def test_bad_input_is_refused_by_name(
    lecture: Lecture, step: str, name: str, typed: str, said: str
) -> None:
    with pytest.raises(SettingError, match=said) as error:
        lecture.compute(step, {name: typed})
    assert error.value.setting == name


def test_a_learning_rate_that_explodes_is_explained(lecture: Lecture) -> None:
    with pytest.raises(SettingError, match="smaller learning rate") as error:
        lecture.compute("training", {"learning_rate": "1e9", "l2": "1e9"})
    assert error.value.setting == "learning_rate"


def test_an_unknown_step_is_named(lecture: Lecture) -> None:
    with pytest.raises(MakemoreError, match="no step 'nonsense'"):
        lecture.compute("nonsense", {})


@pytest.mark.parametrize("line", [b"a,b", b"a,b,many", b"\xc3\xa4,b,1"])
def test_broken_counts_are_refused_by_line(line: bytes) -> None:
    with pytest.raises(MakemoreError, match="Line 2"):
        Lecture(b"first,second,count\n" + line)


# ---- Code


def test_the_code_shown_is_the_code_that_runs(lecture: Lecture) -> None:
    for step, told in zip(STEPS, lecture.contents(), strict=True):
        assert len(told["code"]) >= 1
        for thing, code in zip(
            (*step.parts, *step.functions, *step.uses), (*told["code"], *told["uses"]), strict=True
        ):
            text = "".join(piece for _, piece in code["pieces"])
            assert text == source_of(thing)
            first_line = text.splitlines()[0].strip()
            assert first_line in Path(inspect.getfile(thing)).read_text(encoding="utf-8")


def test_pieces_are_named() -> None:
    told = pieces('def f(x):  # so\n    return "a" + str(1)\n')

    assert [piece for piece in told if piece[0]] == [
        ("keyword", "def"),
        ("name", "f"),
        ("comment", "# so"),
        ("keyword", "return"),
        ("string", '"a"'),
        ("number", "1"),
    ]


def test_a_function_is_called_whatever_its_result_is_annotated_with(lecture: Lecture) -> None:
    def triple(N: npt.NDArray[np.int64]) -> Mapping[str, int]:
        return {"triple": 3 * int(N.sum())}

    step = replace(STEPS[0], functions=(triple,))

    assert lecture.run(step, {}) == {"triple": 3 * lecture.N.sum()}


@all_steps
def test_all_that_a_step_shows_is_computed(lecture: Lecture, step: Step) -> None:
    results = lecture.run(step, parse_inputs(step.inputs, {}))
    needs_list = any("words" in inspect.signature(f).parameters for f in step.functions)

    assert needs_list or {shown.key for shown in step.shown} <= results.keys()


@all_steps
def test_an_input_is_one_of_its_functions(lecture: Lecture, step: Step) -> None:
    taken = {name for f in step.functions for name in inspect.signature(f).parameters}

    assert {each.name for each in step.inputs} <= taken


# ---- Comparing


@pytest.mark.parametrize(
    ("ours", "theirs", "close", "same"),
    [
        (0.13767, 0.1377, to_digits(4), 1),
        (0.13777, 0.1377, to_digits(4), 0),
        (3.7693049, 3.7693050, FLOAT32, 1),
        (3.7694, 3.7693, FLOAT32, 0),
        ("mor.", "mor.", None, 1),
        (math.inf, 1.0, to_digits(4), 0),
        (None, 1, None, 0),
    ],
)
def test_values_are_compared(ours: Any, theirs: Any, close: Any, same: int) -> None:
    found = compare(ours, theirs, close)

    assert (found.compared, found.same) == (1, same)


def test_nothing_compared_is_no_agreement() -> None:
    assert not compare([], [1, 2]).complete


# ---- As the page asks for it


@all_steps
def test_a_session_gives_plain_data(step: Step) -> None:
    session = Session()
    session.load("names", b"emma\nolivia\nava\n")
    session.open_lecture(memoryview(COUNTS))

    outcome = dispatch(session.state, "lecture", {"step": step.id, "inputs": {}})
    while outcome.keys() <= {"stream", "report"}:
        stream = outcome.get("stream", session.state.last_stream)
        outcome = advance(session.state, stream)
        assert json.loads(json.dumps(outcome)) == outcome

    assert "error" not in outcome


def test_a_session_shows_the_list_that_is_loaded() -> None:
    session = Session()
    session.open_lecture(COUNTS)
    session.load("names", b"emma\nolivia\n")

    facts = {each["key"]: each["value"] for each in session.lecture("words", {})}

    assert facts["first"] == ["emma", "olivia"]


@pytest.mark.parametrize(
    ("action", "arguments"),
    [("lecture", {"step": "words", "inputs": {}}), ("export_lecture", {"form": "py"})],
)
def test_a_session_that_began_anew_says_so(action: str, arguments: dict[str, Any]) -> None:
    outcome = dispatch(State(), action, arguments)

    assert outcome["error"]["kind"] == "LectureClosedError"
