"""The lecture as a file: it runs, and prints what the notebook printed."""

from __future__ import annotations

import ast
import contextlib
import inspect
import io
import json
import math
import runpy
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from makemore.lecture import STEPS, Lecture
from makemore.lecture.script import notebook as as_notebook
from makemore.lecture.script import script as as_script
from tests.unit.session.asking import Session

COUNTS = (Path(__file__).resolve().parents[3] / "data" / "notebook_counts.csv").read_bytes()


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """Run the script as a program of its own; return what it printed, by step and name."""
    folder = tmp_path_factory.mktemp("lecture")
    file = folder / "makemore-lecture.py"
    file.write_text(as_script(Lecture(COUNTS)), encoding="utf-8")
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.chdir(folder):
        runpy.run_path(str(file), run_name="__main__")
    values: dict[str, dict[str, Any]] = {}
    for part in said.getvalue().split("\n# ")[1:]:
        step, _, lines = part.partition("\n")
        exec(lines, {"inf": math.inf}, values.setdefault(step, {}))  # it prints Python
    values["everything"] = {"said": said.getvalue()}
    return values


def test_the_script_goes_through_every_step(printed: dict[str, dict[str, Any]]) -> None:
    without_list = [
        step.id
        for step in STEPS
        if not all("words" in inspect.signature(function).parameters for function in step.functions)
    ]
    assert [step for step in printed if step != "everything"] == without_list


def test_beside_a_list_the_script_goes_through_every_step(tmp_path: Path) -> None:
    names = [first + middle + last for first in "jkl" for middle in "aeiou" for last in "nrst"]
    (tmp_path / "names.txt").write_text("\n".join(names), encoding="utf-8")
    file = tmp_path / "makemore-lecture.py"
    # Two hundred steps of all nets take long, and show no more here.
    few = as_script(Lecture(COUNTS)).replace("steps=201", "steps=2")
    file.write_text(few, encoding="utf-8")
    said = io.StringIO()

    with contextlib.redirect_stdout(said), contextlib.chdir(tmp_path):
        runpy.run_path(str(file), run_name="__main__")

    steps = [part.partition("\n")[0] for part in said.getvalue().split("\n# ")[1:]]
    assert list(dict.fromkeys(steps)) == [step.id for step in STEPS]


def test_the_script_finds_no_difference(printed: dict[str, dict[str, Any]]) -> None:
    said = printed["everything"]["said"]

    assert "NOT what the notebook printed" not in said
    assert said.count("as in the notebook") > 20


def test_the_scripts_words_and_draws_are_the_notebooks(
    printed: dict[str, dict[str, Any]], notebook: dict[str, Any]
) -> None:
    assert printed["words"]["words"] == notebook["words"]["count"]
    assert printed["counts"]["total"] == notebook["bigram_counts"]["total"]
    assert printed["table"]["row"] == notebook["first_letter_counts"]
    assert printed["generator"]["drawn"] == notebook["multinomial_100"]
    assert printed["first-letter"]["letter"] == notebook["first_letter_draw"]
    assert printed["sample"]["words"] == notebook["count_model"]["samples"]
    assert printed["examples"]["xs"] == notebook["emma"]["xs"]
    assert printed["examples"]["ys"] == notebook["emma"]["ys"]
    assert printed["smoothing"]["impossible"] == notebook["unsmoothed_impossible_word"]
    assert printed["smoothing"]["bare_nll"] == math.inf
    assert printed["net-samples"]["words"] == notebook["gradient_descent"]["samples_after"]


def test_the_scripts_numbers_are_the_notebooks(
    printed: dict[str, dict[str, Any]], notebook: dict[str, Any]
) -> None:
    emma, descent = notebook["emma"], notebook["gradient_descent"]
    for ours, theirs in [
        (printed["first-row"]["p"], notebook["first_letter_probabilities"]["values"]),
        (printed["generator"]["three"], notebook["rand3_normalised"]["values"]),
        (printed["forward"]["probs"], emma["probabilities"]["rows"]),
        (printed["gradient"]["dW"], emma["gradient"]["rows"]),
    ]:
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=0.5001e-4)  # four digits
    examples = printed["five-examples"]["examples"]
    np.testing.assert_allclose(
        [row[3] for row in examples], emma["probability_of_correct"], rtol=1e-6
    )
    np.testing.assert_allclose([row[5] for row in examples], emma["nll"], rtol=1e-6)
    assert printed["loss"]["loss"] == pytest.approx(emma["loss"], rel=1e-6)
    np.testing.assert_allclose(
        printed["training"]["losses"], descent["losses"], rtol=0, atol=descent["tolerance"]
    )


def test_the_notebook_is_nbformat_4_5() -> None:
    written = json.loads(as_notebook(Lecture(COUNTS)))

    assert (written["nbformat"], written["nbformat_minor"]) == (4, 5)
    assert set(written) == {"cells", "metadata", "nbformat", "nbformat_minor"}
    ids = [cell["id"] for cell in written["cells"]]
    assert len(set(ids)) == len(ids)
    for cell in written["cells"]:
        code = {"execution_count", "outputs"} if cell["cell_type"] == "code" else set()
        assert set(cell) == {"cell_type", "id", "metadata", "source"} | code
        assert 1 <= len(cell["id"]) <= 64
        assert all(isinstance(line, str) for line in cell["source"])
        if cell["cell_type"] == "code":
            ast.parse("".join(cell["source"]))


def test_the_notebook_has_the_scripts_code() -> None:
    lecture = Lecture(COUNTS)
    script = as_script(lecture)

    for cell in json.loads(as_notebook(lecture))["cells"]:
        if cell["cell_type"] == "code":
            assert "".join(cell["source"]).rstrip() in script


def test_a_session_writes_both() -> None:
    session = Session()
    session.open_lecture(COUNTS)

    assert session.export_lecture("py") == as_script(Lecture(COUNTS))
    assert session.export_lecture("ipynb") == as_notebook(Lecture(COUNTS))
