"""makemore.py's flags on files that they cannot be used with, and stopped early."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from makemore import fit, load, save
from makemore.terminal import main

WORDS = ["emma", "olivia", "ava", "mia", "noah", "liam", "anna", "mila"] * 3
FLAGS = ["--type", "bow", "--n-embd", "4", "--n-embd2", "4", "--max-steps", "3"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "names.txt").write_text("\n".join(WORDS))
    (tmp_path / "out").mkdir()
    return tmp_path


def test_other_encodings_are_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "names.txt").write_bytes("Zoë\n".encode("cp1252"))

    assert main(FLAGS) == 1
    assert "names.txt is no UTF-8 text. `makemore fit` reads" in capsys.readouterr().err


def test_a_work_directory_that_cannot_be_is_told(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*FLAGS, "--work-dir", "names.txt/out"]) == 1
    assert "cannot be made" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("kind", "words", "said"),
    [("bow", ["abc"], "has learned other symbols"), ("ngram", WORDS, "holds no net")],
)
def test_a_model_of_something_else_is_not_resumed(
    kind: str,
    words: list[str],
    said: str,
    folder: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    settings: dict[str, Any] = {"steps": 1} if kind == "bow" else {"order": 2}
    model = fit(kind, words, **settings)
    (folder / "out/model.safetensors").write_bytes(save(model))

    assert main([*FLAGS, "--resume"]) == 1
    assert said in capsys.readouterr().err


def test_a_model_that_was_not_judged_yet_is_saved_when_it_is_stopped(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = []

    def write(text: str, **how: object) -> None:
        said.append(str(text))
        if said[-1].startswith("step 0 |"):
            raise KeyboardInterrupt

    monkeypatch.setattr("builtins.print", write)
    model, stopped = folder / "out/model.safetensors", folder / "out/stopped.safetensors"

    assert main(FLAGS) == 130
    assert f"in {Path('out/model.safetensors')}." in said[-2]
    first = model.read_bytes()
    assert "".join(sorted(set("".join(WORDS)))) in "".join(load(first).vocabulary.symbols)
    assert not stopped.exists()

    assert main([*FLAGS, "--seed", "1"]) == 130
    assert f"in {Path('out/stopped.safetensors')}; " in said[-2]
    assert model.read_bytes() == first != stopped.read_bytes()


def test_the_last_good_weights_are_saved_when_the_loss_rises(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*FLAGS[:-1], "100", "--learning-rate", "1e6"]) == 1

    saved, error = capsys.readouterr().err.splitlines()
    assert saved.startswith("The model is saved as it is, in ")
    assert error.startswith("error: The loss rises")
    assert load((folder / "out/model.safetensors").read_bytes())
