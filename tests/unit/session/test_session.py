"""What the page calls, from bytes to words."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from makemore.counting.tally import SparseCounts
from makemore.errors import MakemoreError, SettingError, VocabularyError, WordListError
from makemore.sampling import sample_words
from makemore.session import advance, build_preview, dispatch, stop
from makemore.session.actions import ACTIONS
from makemore.torch_generator import TorchGenerator
from makemore.vocabulary import Vocabulary
from tests.unit.session.asking import Session, run

SEED = 2147483647
SMALL = b"emma\nolivia\nava\nemma\n\n Mia\n"


@pytest.fixture(scope="module")
def notebook_session(notebook_words: tuple[str, ...]) -> Session:
    """Return a session with the notebook's counts and both models as it trains them."""
    session = Session()
    session.load("notebook", "\n".join(notebook_words).encode())
    session.train("bigram", whole=True)
    session.train("bigram-net", {"steps": 310}, whole=True)
    return session


@pytest.fixture
def session() -> Session:
    session = Session()
    session.load("small", SMALL)
    return session


def made_by(session: Session, kind: str = "bigram", **asked: Any) -> list[dict[str, Any]]:
    """Make words of a model, which counts or descends on the whole list if it is not there yet."""
    if kind not in session.state.need_list().trained:
        session.train(kind, {"steps": 5} if kind == "bigram-net" else {}, whole=True)
    asked = {"seed": SEED, "count": 20, "repeats": True, **asked}
    reports, _ = run(ACTIONS["make"](session.state, kind=kind, **asked))
    return [word for report in reports for word in report["words"]]


def words_of(session: Session, kind: str = "bigram", **asked: Any) -> list[str]:
    return [made["word"] for made in made_by(session, kind, **asked)]


# The notebook, from bytes to words


def test_the_notebooks_list_has_its_numbers(
    notebook_session: Session, notebook: dict[str, Any], N: npt.NDArray[np.int64]
) -> None:
    summary = notebook_session.summary()

    assert summary["name"] == "notebook"
    assert summary["count"] == notebook["words"]["count"]
    assert summary["symbols"] == list(".abcdefghijklmnopqrstuvwxyz")
    assert summary["bigrams"] == 228146
    assert summary["table"] == {"symbols": summary["symbols"], "rest": 0, "counts": N.tolist()}
    assert summary["frequent"][:5] == notebook["bigram_counts"]["rows"][:5]


def test_the_fit_has_the_notebooks_likelihood(notebook_session: Session) -> None:
    fit = notebook_session.fit("1")

    assert fit["smoothing"] == 1
    assert fit["mean_nll"] == pytest.approx(2.454577, abs=5e-7)
    assert fit["log_likelihood"] == pytest.approx(-560001.883, abs=5e-4)


def test_both_models_make_the_notebooks_words(
    notebook_session: Session, notebook: dict[str, Any]
) -> None:
    for kind, said in (
        ("bigram", notebook["count_model"]["samples"]),
        ("bigram-net", notebook["gradient_descent"]["samples_after"]),
    ):
        words = words_of(notebook_session, kind, count=5)
        assert [word + "." for word in words] == said


def test_sampling_as_in_pytorch_2_makes_its_words(
    notebook_session: Session, pytorch2: dict[str, Any]
) -> None:
    words = words_of(notebook_session, count="5", seed=str(SEED), era="2")

    assert [word + "." for word in words] == pytorch2["count_model"]["samples"]


def test_a_word_is_scored_by_either_model(notebook_session: Session) -> None:
    counting, gradient = (notebook_session.score("andrejq", m) for m in ("counting", "gradient"))

    assert math.isfinite(counting["nll"])
    assert [bigram[:2] for bigram in counting["bigrams"]][-2:] == [["j", "q"], ["q", "."]]
    assert counting["mean_nll"] == pytest.approx(counting["nll"] / 8)
    assert gradient["nll"] != counting["nll"]


# A list


def test_a_loaded_list_is_summed_up(session: Session) -> None:
    summary = session.summary()

    assert (summary["count"], summary["distinct"]) == (5, 4)
    assert (summary["shortest"], summary["longest"]) == ("ava", "olivia")
    assert summary["first"] == ["emma", "olivia", "ava", "emma", "Mia"]
    assert summary["bigrams"] == 20 + 5
    assert summary["report"]["encoding"] == "utf-8"
    assert summary["report"]["blank"] == {"count": 1, "lines": [5]}
    assert summary["report"]["trimmed"] == {"count": 1, "lines": [6]}


def test_loading_gives_the_summary_and_takes_a_view_of_memory() -> None:
    session = Session()

    assert session.load("small", memoryview(SMALL)) == session.summary()


def test_the_choices_of_reading_are_passed_on() -> None:
    session = Session()

    data = "Émma,F\n".encode("latin-1")
    summary = session.load("ssa", data, encoding="latin-1", column=0, lowercase=True)

    assert summary["first"] == ["émma"]
    assert summary["report"]["encoding"] == "latin-1"


def test_only_the_first_ten_words_are_shown() -> None:
    session = Session()

    assert len(session.load("many", b"a\n" * 50)["first"]) == 10


def test_a_table_of_many_symbols_shows_the_most_frequent_and_sums_the_rest(
    session: Session,
) -> None:
    table = session.table(3)  # m comes 4 times in "emma" twice, a 5 times, i 3 times

    assert table["symbols"] == [".", "a", "m"]
    assert table["rest"] == len(session.summary()["symbols"]) - 3
    assert len(table["counts"]) == 4
    assert np.sum(table["counts"]) == session.summary()["bigrams"]


def test_a_summary_is_of_limited_size_however_many_symbols_there_are() -> None:
    session = Session()

    summary = session.load("many", "\n".join(map(chr, range(0x4E00, 0x5000))).encode())

    assert len(summary["symbols"]) == summary["symbol_count"] == 0x200 + 1
    assert len(summary["table"]["symbols"]) == 60
    assert len(summary["frequent"]) == 30


def test_a_summary_shows_the_first_symbols_and_tells_how_many_there_are() -> None:
    session = Session()

    summary = session.load("more", "\n".join(map(chr, range(0x4E00, 0x4E00 + 6000))).encode())

    assert summary["symbols"] == [".", *map(chr, range(0x4E00, 0x4E00 + 4999))]
    assert summary["symbol_count"] == 6001


def test_a_failed_load_keeps_the_list_and_its_models(session: Session) -> None:
    before = session.summary(), words_of(session), words_of(session, "bigram-net")

    for data in (b"", b"\n", b"a\0b", b"\x89PNG\r\n\x1a\n"):
        with pytest.raises(WordListError):
            session.load("bad", data)

    assert (session.summary(), words_of(session), words_of(session, "bigram-net")) == before


def test_another_list_replaces_the_one_before_and_its_models(session: Session) -> None:
    words_of(session, "bigram-net")

    session.load("other", b"xyz\n")

    assert session.summary()["symbols"] == [".", "x", "y", "z"]
    assert set("".join(words_of(session))) <= set("xyz")
    with pytest.raises(MakemoreError, match="Bigram net is not trained on this list yet"):
        session.score("xyz", "gradient")


def test_a_list_of_one_word_of_one_symbol_works() -> None:
    session = Session()
    session.load("one", "\U0001f600".encode())
    session.train("bigram", {"smoothing": 0}, whole=True)

    assert words_of(session, count=2) == ["\U0001f600"] * 2
    assert len(words_of(session, "bigram-net", count=2)) == 2


# Count model


def test_less_smoothing_fits_the_list_better(session: Session) -> None:
    losses = [session.fit(k)["mean_nll"] for k in (0, "0.5", 1, 10)]

    assert losses == sorted(losses)


def test_refused_smoothing_keeps_the_model_before(session: Session) -> None:
    session.fit(0)
    before = session.tables()

    for typed in ("-1", "", "abc", "nan", "inf"):
        with pytest.raises(SettingError) as caught:
            session.fit(typed)
        assert caught.value.setting == "smoothing"

    assert session.tables() == before


def test_a_fit_tells_what_to_compare_it_with(session: Session) -> None:
    fit = session.fit(1)

    assert fit["lowest"] == session.fit(0)["mean_nll"] < fit["mean_nll"] < fit["uniform"]
    assert fit["symbols"] == len(session.summary()["symbols"])
    assert fit["uniform"] == math.log(fit["symbols"])


# Both models side by side


def test_without_a_net_there_is_nothing_to_compare(session: Session) -> None:
    tables = session.tables()

    assert {key: tables[key] for key in session.table()} == session.table()
    np.testing.assert_allclose(np.sum(tables["counting"], axis=1), 1)
    assert tables["gradient"] is tables["divergence"] is None
    assert tables["differences"] == []


def test_the_notebooks_models_are_told_apart_by_their_tables(
    notebook_session: Session, P: npt.NDArray[np.float64]
) -> None:
    tables = notebook_session.tables()

    np.testing.assert_allclose(tables["counting"], P)
    Q = np.array(tables["gradient"])
    np.testing.assert_allclose(Q.sum(axis=1), 1)
    rows = notebook_session.summary()["table"]["counts"]
    share = np.sum(rows, axis=1) / np.sum(rows)
    assert tables["divergence"] == pytest.approx(share @ (P * np.log(P / Q)).sum(axis=1))
    assert 0 < tables["divergence"] < 0.1
    first, second, by_counting, by_gradient = tables["differences"][0]
    assert abs(by_gradient - by_counting) == pytest.approx(np.abs(Q - P).max())
    assert (first, second) != (".", ".")


def test_tables_of_both_models_are_limited_alike(session: Session) -> None:
    words_of(session, "bigram-net")

    tables = session.tables(3)

    assert [np.shape(tables[name]) for name in ("counts", "counting", "gradient")] == [(4, 4)] * 3
    np.testing.assert_allclose(np.sum(tables["gradient"], axis=1), 1)


# Generate and score


def test_generated_words_are_those_of_sample_words(session: Session) -> None:
    vocabulary = Vocabulary(session.summary()["symbols"][1:])
    P = np.array(session.table(99)["counts"]) + 1.0
    P /= P.sum(axis=1, keepdims=True)

    assert words_of(session, count=20, seed=3) == sample_words(P, vocabulary, 20, TorchGenerator(3))


def test_every_word_tells_the_first_line_that_has_it_and_its_score(session: Session) -> None:
    session.train("bigram", {"smoothing": 0}, whole=True)
    first_lines = {"emma": 1, "olivia": 2, "ava": 3, "Mia": 6}

    made = made_by(session, count=200, seed=1)

    known = [word for word in made if word["line"] is not None]
    assert {word["word"] for word in known} == set(first_lines)
    assert len(known) < 200
    for word in made:
        assert word["line"] == first_lines.get(word["word"])
        score = session.score(word["word"])
        assert word["mean_nll"] == pytest.approx(score["mean_nll"], rel=1e-12)
        assert word["probabilities"] == pytest.approx([b[2] for b in score["bigrams"]], rel=1e-12)
        assert word["ended"] is True


def test_a_low_temperature_makes_likelier_words(session: Session) -> None:
    cold, warm = (
        np.mean([word["mean_nll"] for word in made_by(session, count=100, temperature=t)])
        for t in ("0.3", "1")
    )

    assert cold < warm


def test_words_that_do_not_end_are_marked_and_counted() -> None:
    session = Session()
    session.load("long", b"ab" * 5000)
    session.train("bigram", {"smoothing": 0}, whole=True)

    cut = [word for word in made_by(session, count=3) if not word["ended"]]

    # The end was not drawn, and does not count: with it, the word would be impossible.
    assert {(len(word["word"]), len(word["probabilities"])) for word in cut} == {(1000, 1000)}
    assert all(0 < word["mean_nll"] < math.inf for word in cut)


@pytest.mark.parametrize(
    ("setting", "typed"),
    [("count", "0"), ("count", "1e9"), ("seed", "-1"), ("era", "3"), ("temperature", "0")],
)
def test_refused_settings_of_making_are_named(session: Session, setting: str, typed: str) -> None:
    with pytest.raises(SettingError, match=f"you entered '{typed}'") as caught:
        words_of(session, **{setting: typed})

    assert caught.value.setting == setting


def test_there_are_two_models(session: Session) -> None:
    with pytest.raises(SettingError, match="'counting' or 'gradient', not 'other'"):
        session.score("emma", "other")
    with pytest.raises(MakemoreError, match="not trained on this list yet"):
        session.score("emma", "gradient")


def test_unknown_symbols_of_a_scored_word_are_named(session: Session) -> None:
    with pytest.raises(VocabularyError) as caught:
        session.score("xemmaz")

    assert caught.value.symbols == ("x", "z")


@pytest.mark.parametrize(
    "action",
    [
        lambda session: session.summary(),
        lambda session: session.table(),
        lambda session: session.fit(),
        lambda session: session.train(),
        lambda session: session.resume("gru"),
        lambda session: session.make(),
        lambda session: session.score("emma"),
    ],
)
def test_without_a_list_every_action_asks_for_one(action: Any) -> None:
    with pytest.raises(MakemoreError, match="no word list yet"):
        action(Session())


def test_results_are_what_json_can_hold(session: Session) -> None:
    results = [
        session.summary(),
        session.fit(1),
        session.train("bigram-net", {"steps": 3}),
        session.resume("bigram-net", {"steps": 5}),
        made_by(session),
        made_by(session, "bigram-net"),
        session.score("emma"),
        build_preview("small", SMALL),
    ]

    assert json.loads(json.dumps(results, allow_nan=False)) == results


# Dispatch


def test_an_action_brings_back_its_value(session: Session) -> None:
    assert dispatch(session.state, "fit", {"smoothing": "2"}) == {"value": session.fit(2)}
    assert dispatch(session.state, "summary", {}) == {"value": session.summary()}


def test_a_refused_setting_comes_back_with_its_name(session: Session) -> None:
    assert dispatch(session.state, "fit", {"smoothing": "abc"}) == {
        "error": {
            "kind": "SettingError",
            "message": "Smoothing must be a number from 0 to 1,000,000,000; you entered 'abc'.",
            "setting": "smoothing",
            "symbols": [],
            "losses": [],
            "detail": "",
        }
    }


def test_unknown_symbols_come_back_as_a_list(session: Session) -> None:
    error = dispatch(session.state, "score", {"word": "zx"})["error"]

    assert (error["kind"], error["symbols"]) == ("VocabularyError", ["z", "x"])
    assert "'z', 'x'" in error["message"]
    assert (error["setting"], error["detail"]) == (None, "")


def test_a_bad_file_comes_back_as_a_word_list_error(session: Session) -> None:
    error = dispatch(session.state, "load", {"name": "bad", "data": b""})["error"]

    assert error["kind"] == "WordListError"
    assert "empty" in error["message"]
    assert session.summary()["name"] == "small"


def test_an_exploding_run_comes_back_as_a_training_error(session: Session) -> None:
    asked = {"kind": "bigram-net", "settings": {"steps": 50, "learning_rate": 1e6}, "whole": True}

    stream = dispatch(session.state, "train", asked)["stream"]
    outcome = advance(session.state, stream)
    while "report" in outcome:
        outcome = advance(session.state, stream)
    error = outcome["error"]

    assert (error["kind"], error["detail"]) == ("TrainingError", "")
    assert error["losses"] != []


def test_a_lack_of_memory_is_said_in_plain_words(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def exhausted(_: object) -> None:
        raise MemoryError

    monkeypatch.setitem(ACTIONS, "summary", exhausted)

    error = dispatch(session.state, "summary", {})["error"]

    assert (error["kind"], error["detail"]) == ("MemoryError", "")
    assert "not enough memory" in error["message"]


@pytest.mark.parametrize(
    ("action", "arguments", "cause"),
    [
        ("no_such_action", {}, "AttributeError"),
        ("_need_list", {}, "AttributeError"),
        ("__class__", {}, "AttributeError"),
        ("fit", {"no_such": 1}, "TypeError"),
    ],
)
def test_a_bug_comes_back_with_its_traceback_apart_from_the_message(
    session: Session, action: str, arguments: dict[str, Any], cause: str
) -> None:
    error = dispatch(session.state, action, arguments)["error"]

    assert error["kind"] == "InternalError"
    assert cause in error["message"]
    assert "Traceback" not in error["message"]
    assert "Traceback" in error["detail"]


def test_errors_are_plain_data_too(session: Session) -> None:
    errors = [
        dispatch(session.state, "fit", {"smoothing": math.nan}),
        dispatch(session.state, "score", {"word": "\ud800"}),
        dispatch(session.state, "no_such_action", {}),
    ]

    assert json.loads(json.dumps(errors)) == errors


# The preview made at build time


def test_a_preview_is_what_a_session_gives_with_its_usual_settings() -> None:
    session = Session()

    preview = build_preview("small", SMALL)

    assert preview["summary"] == session.load("small", SMALL)
    assert preview["models"] == session.models()
    assert preview["card"] == {**session.train(), "seconds": 0.0}
    shortest, longest = preview["summary"]["lengths"]
    asked = {"shortest": shortest, "longest": longest, "new_only": True}
    assert preview["made"]["drawn"] == session.make(constraint=asked)["drawn"]
    assert len(preview["made"]["words"]) > 0
    assert preview == build_preview("small", SMALL)


def test_a_word_is_scored_as_the_list_was_read(session: Session) -> None:
    session.load("accents", "é\n".encode())

    assert session.score("e\u0301") == session.score("é")


def test_the_nearest_words_come_with_their_lines(session: Session) -> None:
    assert session.nearest("emmy") == {"distance": 1, "words": [["emma", 1]], "more": 0}
    assert session.nearest("Mia") == {"distance": 0, "words": [["Mia", 6]], "more": 0}


def test_the_nearest_words_of_a_list_in_title_case_are_as_it_writes_them(session: Session) -> None:
    session.load("titles", "Thalor\nMira\nÉowyn\nBorin\nMira\n".encode())

    assert session.nearest("thalon") == {"distance": 1, "words": [["Thalor", 1]], "more": 0}
    assert session.nearest("Miro") == {"distance": 1, "words": [["Mira", 2]], "more": 0}
    assert session.nearest("E\u0301owyn") == {"distance": 0, "words": [["Éowyn", 3]], "more": 0}


def test_only_the_first_of_many_nearest_words_are_listed(session: Session) -> None:
    session.load("many", b"ab\nac\nad\nae\naf\nag\nah\n")

    assert session.nearest("aa") == {
        "distance": 1,
        "words": [["ab", 1], ["ac", 2], ["ad", 3], ["ae", 4], ["af", 5]],
        "more": 2,
    }


# A list in pieces


def read_in_pieces(session: Session, data: bytes, size: int, **options: Any) -> dict[str, Any]:
    pieces = [data[begin : begin + size] for begin in range(0, len(data), size)]
    reports, value = run(ACTIONS["read"](session.state, "pieces", **options), pieces)
    assert [report["bytes"] for report in reports] == [*range(0, len(data), size), len(data)]
    summary: dict[str, Any] = value
    return summary


def test_a_list_in_pieces_gives_what_the_whole_list_gives() -> None:
    pieces, whole = Session(), Session()

    summary = read_in_pieces(pieces, SMALL, 3)

    assert summary == {**whole.load("pieces", SMALL)}
    assert made_by(pieces) == made_by(whole)


def test_until_a_list_is_finished_the_one_before_stays(session: Session) -> None:
    before = session.summary()
    stream = dispatch(session.state, "read", {"name": "next"})["stream"]
    assert advance(session.state, stream) == {"report": {"bytes": 0, "lines": 0, "words": 0}}
    assert advance(session.state, stream, b"xyz\n")["report"]["bytes"] == 4
    assert session.summary() == before

    assert stop(session.state, stream) == {"value": None}

    assert session.state.streams == {}
    assert session.summary() == before


def test_a_list_in_pieces_that_fails_leaves_the_one_before(session: Session) -> None:
    before = session.summary()

    with pytest.raises(WordListError, match=r"Line 1 .*U\+0007"):
        read_in_pieces(session, b"a\x07b\n", 2)
    with pytest.raises(WordListError, match="no word"):
        read_in_pieces(session, b"\n\n", 1)

    assert session.summary() == before


def test_going_back_brings_the_list_before_with_its_models(session: Session) -> None:
    with pytest.raises(MakemoreError, match="no list before"):
        session.undo_list()
    before = made_by(session)
    session.load("other", b"xyz\n")

    assert session.summary()["before"] == "small"
    assert session.undo_list()["name"] == "small"
    assert made_by(session) == before
    assert session.undo_list()["name"] == "other"


def test_a_table_of_names_and_numbers_just_works() -> None:
    session = Session()
    table = b"Emma,F,19738\nOlivia,F,18632\nAva,F,15902\n"

    found = session.inspect(table)["table"]
    summary = session.load("ssa", table, column=found["column"], weights=2)

    assert (found["header"], found["numeric"]) == (False, (False, False, True))
    assert summary["first"] == ["Emma", "Olivia", "Ava"]
    assert summary["bigrams"] == 5 * 19738 + 7 * 18632 + 4 * 15902
    assert summary["frequent"][0] == ["a", ".", 19738 + 18632 + 15902]


def test_words_of_a_list_too_long_to_keep_are_known_without_their_lines(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("makemore.reading.reader.KEPT_WORDS", 100)
    session = Session()
    summary = session.load("many\u202e", b"ab\nba\nabba\n" * 100)

    made = made_by(session, count=200)

    assert (summary["count"], summary["distinct"], summary["exact"]) == (300, 3, True)
    assert {word["word"] for word in made if word["known"]} == {"ab", "ba", "abba"}
    assert all(word["known"] == (word["word"] in ("ab", "ba", "abba")) for word in made)
    assert all(word["line"] is None for word in made)
    with pytest.raises(MakemoreError, match="“many‹U\\+202E›” has 300 words, too many to keep"):
        session.nearest("abb")


def test_a_symbol_may_be_what_a_person_takes_for_one_character() -> None:
    session = Session()

    summary = session.load(
        "emoji", "\U0001f469\u200d\U0001f52c\U0001f1e9\U0001f1ea\n".encode(), graphemes=True
    )
    made = made_by(session, count=30)

    assert summary["symbols"] == [".", "\U0001f1e9\U0001f1ea", "\U0001f469\u200d\U0001f52c"]
    assert session.score("\U0001f1e9\U0001f1ea")["nll"] > 0
    assert any(word["known"] for word in made)


def test_lengths_and_positions_of_words_are_in_such_symbols() -> None:
    session = Session()
    flags = "".join(chr(0x1F1E6 + i) * 2 for i in range(3))

    summary = session.load("flags", f"{flags}\n{flags[2:]}{flags[:2]}\n".encode(), graphemes=True)
    session.train("ngram")
    titles = [picture["title"] for picture in session.inside("ngram", flags, 2)["pictures"]]

    assert summary["lengths"] == [3, 3]
    assert f"after “{flags[:4]}”" in titles[0]


def test_such_symbols_stay_whole_in_a_list_whose_capitals_say_nothing() -> None:
    session = Session()
    scientist = "\U0001f469\u200d\U0001f52c"

    summary = session.load("people", f"Ada{scientist}\nBea\n".encode(), graphemes=True)

    assert summary["case"] is not None
    assert summary["symbols"] == [".", "a", "b", "d", "e", scientist]
    assert session.score(f"ada{scientist}")["nll"] > 0


def test_a_large_alphabet_whose_few_capitals_say_nothing_takes_no_whole_table() -> None:
    session = Session()
    signs = "".join(map(chr, range(0x4E00, 0x4E00 + 2500)))

    session.load("large", f"{signs}\nAnna\nBea\n".encode())

    learned = session.state.need_list()
    assert learned.case is not None
    assert isinstance(learned.counts, SparseCounts)
    assert learned.counts.sum() == 2500 + 1 + 5 + 4


def test_the_net_says_up_to_how_many_symbols_it_goes() -> None:
    session = Session()
    session.load("large", "".join(map(chr, range(0x4E00, 0x4E00 + 2500))).encode())

    with pytest.raises(MakemoreError, match=r"up to 2,000 symbols\. Use counting"):
        session.train("bigram-net", whole=True)

    assert len(made_by(session, count=3)) == 3
    assert session.tables()["gradient"] is None


def test_a_word_of_a_million_letters_is_learned_and_shown_in_part() -> None:
    session = Session()

    summary = session.load("long", b"ab" * 500_000)

    assert summary["longest_length"] == 1_000_000
    assert len(summary["longest"]) == len(summary["first"][0]) == 200
    assert summary["bigrams"] == 1_000_001
