"""The command line, as people start it: a process of its own."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from makemore.storage import read_file
from tests.native.command import NAMES, ROOT, run, start

SOME = "emma\nolivia\nava\nmia\nnoah\nliam\nanna\nmila\n" * 3


INTERRUPTED = """
import signal, sys, threading, _thread
from makemore.terminal import main

def interrupt():
    sys.stdin.readline()
    _thread.interrupt_main()

signal.signal(signal.SIGINT, signal.default_int_handler)
threading.Thread(target=interrupt, daemon=True).start()
sys.exit(main(sys.argv[1:]))
"""
"""The command, and Ctrl+C when a line comes: each system sends that in a way of its own."""


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("model")
    run("fit", NAMES, "--model", "ngram", "--order", "3", "-o", "m.st", folder=folder)
    return folder / "m.st"


def test_help_teaches_and_leaves_no_command_out(tmp_path: Path) -> None:
    out, _ = run("--help", folder=tmp_path)
    for command in ("fit", "generate", "evaluate", "score", "compare", "count", "export"):
        assert f"  {command} " in out
        about, _ = run(command, "--help", folder=tmp_path)
        assert f"makemore {command} " in about
    assert "--max-steps" in out


def test_what_is_asked_of_words_is_met(model: Path, tmp_path: Path) -> None:
    flags: list[str | Path] = [
        "--starts",
        "ma",
        "--ends",
        "a",
        "--contains",
        "l",
        "--shortest",
        "5",
    ]
    more: list[str | Path] = [
        "--longest",
        "7",
        "--count",
        "30",
        "--seed",
        "7",
        "--no-repeats",
        "--new-to",
        NAMES,
    ]
    out, err = run("generate", model, *flags, *more, folder=tmp_path)
    words = out.split()
    names = set(NAMES.read_text(encoding="utf-8").split())
    assert err == ""
    assert len(set(words)) == 30
    assert not names & set(words)
    for word in words:
        assert word.startswith("ma")
        assert word.endswith("a")
        assert "l" in word
        assert 5 <= len(word) <= 7
    again, _ = run("generate", model, *flags, *more, folder=tmp_path)
    assert again == out


def test_fewer_words_than_asked_for_is_exit_code_1(model: Path, tmp_path: Path) -> None:
    flags = ["--pattern", "emm[ai]", "--no-repeats", "--count", "5"]
    out, err = run("generate", model, *flags, folder=tmp_path, code=1)
    assert sorted(out.split()) == ["emma", "emmi"]
    assert "Fewer words came than were asked for" in err


def test_models_and_lists_go_through_pipes(tmp_path: Path) -> None:
    saved = subprocess.run(
        [sys.executable, "-m", "makemore", "fit", "-", "--model", "bigram", "-o", "-"],
        input=SOME.encode(),
        capture_output=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT / "py")},
    ).stdout
    out, _ = run("generate", "-", "--count", "3", folder=tmp_path, stdin=saved)
    assert len(out.splitlines()) == 3
    (tmp_path / "m.st").write_bytes(saved)
    out, _ = run("score", "m.st", "-", folder=tmp_path, stdin="emma\nnoah\n")
    assert [line.split("\t")[0] for line in out.splitlines()] == ["emma", "noah"]
    given, _ = run("score", "m.st", "emma", "noah", folder=tmp_path)
    assert given == out


def test_words_are_written_as_utf_8_whatever_the_system_writes_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONIOENCODING", "cp1252")
    (tmp_path / "czech.txt").write_text("řeřichář\n" * 9, encoding="utf-8")
    run("fit", "czech.txt", "--model", "ngram", "--order", "3", "-o", "m.st", folder=tmp_path)
    out, _ = run("generate", "m.st", "--starts", "ř", "--count", "2", folder=tmp_path)
    assert [word[0] for word in out.split()] == ["ř", "ř"]
    out, _ = run("score", "m.st", "-", folder=tmp_path, stdin="řeř")
    assert out.startswith("řeř\t")


def test_a_list_that_is_leaned_on_is_folded_as_the_list_is(tmp_path: Path) -> None:
    (tmp_path / "some.txt").write_text(SOME.title())
    (tmp_path / "more.txt").write_text("J\u030can\n" * 20, encoding="utf-8")
    run("fit", "some.txt", "--background", "more.txt", "-o", "m.st", folder=tmp_path)
    assert {"\u01f0", "a"} <= set(read_file(tmp_path / "m.st").vocabulary.symbols)


def test_scores_and_evaluation_agree(model: Path, tmp_path: Path) -> None:
    words = ["emma", "quinn", "bo"]
    out, _ = run("score", model, *words, folder=tmp_path)
    nats = [float(line.split("\t")[1]) for line in out.splitlines()]
    means = [float(line.split("\t")[2]) for line in out.splitlines()]
    assert means == pytest.approx([n / (len(w) + 1) for n, w in zip(nats, words, strict=True)])
    (tmp_path / "words.txt").write_text("\n".join(words))
    told, _ = run("evaluate", model, "words.txt", folder=tmp_path)
    loss = float(told.splitlines()[0].split("\t")[1])
    assert loss == pytest.approx(sum(nats) / sum(len(w) + 1 for w in words), abs=1e-6)


def test_counting_and_fitting_give_the_same_counts(model: Path, tmp_path: Path) -> None:
    run("export", model, "--to", "fitted.tsv", folder=tmp_path)
    _, err = run("count", NAMES, "--order", "3", "--processes", "2", "-o", "c.st", folder=tmp_path)
    run("export", "c.st", "--to", "counted.tsv", folder=tmp_path)
    fitted = (tmp_path / "fitted.tsv").read_text()
    assert (tmp_path / "counted.tsv").read_text() == fitted
    names = NAMES.read_text(encoding="utf-8").split()
    assert f"{len(names):,} words in 1 file" in err
    header, *rows = [line.split("\t") for line in fitted.splitlines()]
    assert header == ["context", "next", "count"]
    firsts = {after: int(n) for context, after, n in rows if context == "."}
    assert firsts == Counter(name[0] for name in names)
    alone = {after: int(n) for context, after, n in rows if context == ""}
    assert alone == Counter("".join(f"{name}." for name in names))


def test_stdin_is_counted_as_it_comes_gzip_or_not(model: Path, tmp_path: Path) -> None:
    given = NAMES.read_bytes()
    for data in (given, gzip.compress(given)):
        saved = subprocess.run(
            [sys.executable, "-m", "makemore", "count", "-", "--order", "3", "-o", "-"],
            input=data,
            capture_output=True,
            check=True,
            env={**os.environ, "PYTHONPATH": str(ROOT / "py")},
        ).stdout
        out, _ = run("export", "-", folder=tmp_path, stdin=saved)
        assert out == run("export", model, folder=tmp_path)[0]
    _, err = run("count", "-", "-o", "m.st", folder=tmp_path, stdin="anna\n\0", code=1)
    assert err.startswith("error: stdin: Line 2 ")
    _, err = run(
        "count", "-", "-o", "m.st", folder=tmp_path, stdin=gzip.compress(given)[:-9], code=1
    )
    assert err.startswith("error: stdin: It ends too early")


def test_compare_prints_a_row_for_each_model(tmp_path: Path) -> None:
    (tmp_path / "some.txt").write_text(SOME)
    flags = ["--models", "bigram,ngram,mlp", "--steps", "3"]
    out, _ = run("compare", "some.txt", *flags, folder=tmp_path)
    header, *rows = [line.split("\t") for line in out.splitlines()]
    assert header == ["model", "parameters", "seconds", "train", "dev", "test"]
    assert [row[0] for row in rows] == ["bigram", "ngram", "mlp"]
    assert all(0 < float(loss) < 10 for row in rows for loss in row[3:])


def test_a_model_that_fails_is_a_row_of_compare(tmp_path: Path) -> None:
    words = [chr(0x4E00 + i) + chr(0x4E01 + i) for i in range(2200)]
    (tmp_path / "some.txt").write_text("\n".join(words), encoding="utf-8")
    out, _ = run("compare", "some.txt", "--models", "bigram-net,ngram", folder=tmp_path, code=1)
    _, failed, row = out.splitlines()
    assert failed.startswith("bigram-net\tfailed: ")
    assert "symbols" in failed
    assert row.startswith("ngram\t")


def test_of_a_single_word_a_net_holds_none_out(tmp_path: Path) -> None:
    flags = ["--model", "gru", "--steps", "5", "-o", "m.st"]
    _, err = run("fit", "-", *flags, folder=tmp_path, stdin="emma")
    assert "held-out" not in err
    run("score", "m.st", "emma", folder=tmp_path)


def test_words_that_come_again_are_not_judged_by_if_the_list_is_divided_by_different_ones(
    tmp_path: Path,
) -> None:
    (tmp_path / "some.txt").write_text(SOME)
    flags = ["--models", "ngram"]
    among, apart = (
        run("compare", "some.txt", *flags, *more, folder=tmp_path)[0].split()[-2:]
        for more in ([], ["--different"])
    )
    assert all(float(a) < float(b) for a, b in zip(among, apart, strict=True))


def test_makemore_flags_train_save_resume_and_sample(tmp_path: Path) -> None:
    (tmp_path / "names.txt").write_text("\n".join(NAMES.read_text("utf-8").split()[:400]))
    flags = ["--type", "mlp", "--n-embd", "8", "--n-embd2", "8", "--max-steps", "502"]
    out, _ = run(*flags, folder=tmp_path)
    lines = out.splitlines()
    assert lines[0].startswith("{'input_file': 'names.txt', 'work_dir': 'out', 'resume': False")
    assert lines[1] == "number of examples in the dataset: 400"
    assert "step 0 | loss " in out
    assert any(line.endswith("saving model to out/model.safetensors") for line in lines)
    out, _ = run(*flags[:6], "--sample-only", folder=tmp_path)
    assert "resuming from existing model in the workdir" in out
    assert out.count("samples that are") == 3
    out, _ = run("generate", "out/model.safetensors", "--count", "4", folder=tmp_path)
    assert len(out.splitlines()) == 4


@pytest.mark.parametrize(("model", "label"), [("gru", "GRU"), ("mix", "Mix")])
def test_ctrl_c_saves_what_was_trained(tmp_path: Path, model: str, label: str) -> None:
    (tmp_path / "some.txt").write_text(SOME)
    flags = ["--model", model, "--steps", "100000", "-o", "g.st"]
    process = start("fit", "some.txt", *flags, folder=tmp_path, begin=("-c", INTERRUPTED))
    assert process.stderr is not None
    assert f"{label}: ".encode() in process.stderr.readline()  # it is at work
    _, err = process.communicate(b"\n", timeout=60)
    assert process.returncode == 130
    assert "saved in g.st" in err.decode()
    out, _ = run("generate", "g.st", "--count", "2", folder=tmp_path)
    assert len(out.splitlines()) == 2


def test_the_last_good_weights_are_saved_when_the_loss_rises(tmp_path: Path) -> None:
    (tmp_path / "some.txt").write_text(SOME)
    flags = ["--model", "gru", "--learning-rate", "1e6", "-o", "g.st"]
    _, err = run("fit", "some.txt", *flags, folder=tmp_path, code=1)
    saved, error = err.splitlines()
    assert saved.endswith("saved in g.st.")
    assert error.startswith("error: The loss rises")
    run("generate", "g.st", "--count", "2", folder=tmp_path)


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["nonsense"], 2, "There is no command 'nonsense'"),
        (["--nonsense"], 2, "unrecognized arguments"),
        (["fit"], 2, "the following arguments are required: LIST"),
        (["fit", "none.txt", "-o", "m.st"], 1, "none.txt cannot be read"),
        (["fit", "some.txt", "-o", "no/m.st"], 1, "no/m.st cannot be written: there is no folder"),
        (["fit", "some.txt", "-o", "."], 1, "it is a folder"),
        (["fit", "some.txt", "-o", "m.st", "--model", "gpt"], 1, "There is no model 'gpt'"),
        (["fit", "some.txt", "-o", "m.st", "--order", "x"], 1, "Order must be"),
        (["fit", "some.txt", "-o", "m.st", "--model", "bigram", "--order", "2"], 1, "“order”"),
        (["fit", "empty.txt", "-o", "m.st"], 1, "empty.txt: The file is empty"),
        (["generate", "some.txt"], 1, "no whole safetensors file"),
        (["generate", "none.st"], 1, "none.st cannot be read"),
        (["generate", "MODEL", "--count", "0"], 1, "How many must be"),
        (["generate", "MODEL", "--starts", "é"], 1, "é"),
        (["generate", "MODEL", "--shortest", "5", "--longest", "3"], 1, "No word has at least 5"),
        (["evaluate", "MODEL", "other.txt"], 1, "é"),
        (["score", "MODEL", "é"], 1, "é"),
        (["export", "MODEL", "--to", "."], 1, ". cannot be written: it is a folder"),
        (["export", "MODEL", "--to", "some.txt/x"], 1, "there is no folder"),
        (["count", "*.nothing", "-o", "m.st"], 1, "There is no file *.nothing"),
        (["count", "some.txt", "-", "-o", "m.st"], 1, "stdin (-) is counted by itself"),
        (["count", "some.txt", "--keep-case", "-o", "m.st"], 2, "unrecognized arguments"),
        (["count", "some.txt", "--order", "9", "-o", "m.st"], 1, "Order must be"),
        (["count", "some.txt", "--scheduler", "x:///", "-o", "m.st"], 1, "No scheduler answers"),
        (["--device", "cuda"], 1, "There is no device 'cuda' here"),
        (["-i", "none.txt"], 1, "none.txt cannot be read"),
        (["-i", "some.txt", "--type", "gpt", "--max-steps", "1"], 1, "There is no type 'gpt'"),
        (["-i", "some.txt", "--resume", "--max-steps", "1"], 1, "model.safetensors cannot be read"),
    ],
)
def test_errors_are_one_sentence_and_a_code(
    model: Path, tmp_path: Path, arguments: list[str], code: int, message: str
) -> None:
    (tmp_path / "some.txt").write_text(SOME)
    (tmp_path / "other.txt").write_text("émile\n", encoding="utf-8")
    (tmp_path / "empty.txt").write_bytes(b"")
    given = [str(model) if argument == "MODEL" else argument for argument in arguments]
    _, err = run(*given, folder=tmp_path, code=code)
    assert message in err
    assert err.startswith("error: ")
    assert err.count("\n") == 1


def test_whoever_reads_may_have_enough(model: Path, tmp_path: Path) -> None:
    process = start("generate", model, "--count", "100000", folder=tmp_path)
    assert process.stdout is not None
    assert process.stderr is not None
    assert process.stdin is not None
    process.stdin.close()
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr.read() == b""
    assert process.wait(timeout=60) == 0
    process.stderr.close()
