"""Training any model as the page asks for it, and making words with it."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from makemore.counting.ngrams import NgramTally
from makemore.errors import MakemoreError, SettingError, VocabularyError
from makemore.evaluation import evaluate
from makemore.models import MODELS
from makemore.models.ngram import NGram
from makemore.session import State, advance, dispatch, lists, needs_kernel, stop
from makemore.session.actions import ACTIONS
from tests.unit.session.asking import Session, run

FORTY = (Path(__file__).resolve().parents[2] / "fixtures" / "forty.txt").read_bytes()
WORDS = [f"{a}{b}{c}{d}" for a in "bdkmt" for b in "aeiou" for c in "lnrsv" for d in "aeiou"]
LONG = "\n".join(WORDS).encode()  # 625 different words: enough to hold some out


@pytest.fixture
def forty() -> Session:
    session = Session()
    session.load("forty", FORTY)
    return session


@pytest.fixture
def long() -> Session:
    session = Session()
    session.load("long", LONG)
    return session


def made(session: Session, **asked: Any) -> list[str]:
    reports, value = run(ACTIONS["make"](session.state, **asked))
    assert value["words"] == []
    return [word["word"] for report in reports for word in report["words"]]


# Which models there are


def test_every_model_of_the_registry_is_described_in_plain_data() -> None:
    told = Session().models()

    assert [each["kind"] for each in told] == list(MODELS)
    assert json.loads(json.dumps(told)) == told
    eight = ["bigram", "bigram-net", "ngram", "bow", "mlp", "rnn", "gru", "transformer"]
    assert [each["kind"] for each in told if each["compared"]] == eight
    assert [each["kind"] for each in told if each["offered"]] == ["auto", *eight, "mix"]
    settings = {each["kind"]: {s["name"]: s for s in each["settings"]} for each in told}
    assert settings["bigram"]["smoothing"]["default"] == 1
    assert settings["bigram"]["smoothing"]["choices"] == []
    assert settings["ngram"]["smoothing"]["choices"] == [["kneser-ney", "Kneser–Ney"]]
    assert settings["ngram"]["background"]["label"] == "Lean on"
    assert settings["mix"]["with"]["label"] == "Mixed with"
    assert settings["bigram-net"]["steps"]["whole"] is True


# Training


def test_a_counting_model_is_measured_on_words_kept_away_and_then_learns_all(
    long: Session,
) -> None:
    card = long.train("ngram", {"order": 3, "smoothing": "kneser-ney"})

    train, dev, _ = long.state.need_list().parts
    assert (len(train), len(dev)) == (500, 62)
    alone = Session()
    alone.load("part", "\n".join(train).encode())
    vocabulary = long.state.need_list().vocabulary
    model = MODELS["ngram"].load().start(train, vocabulary, {"order": 3, "smoothing": None})
    list(model.train(train, {"order": 3, "smoothing": "kneser-ney"}))
    assert card["held_out"] == pytest.approx(evaluate(model, dev), abs=1e-12)
    assert card["repeated"] == 0
    learned = long.state.need_list().trained["ngram"].model
    assert learned.tally.counts.sum() == 5 * 625  # type: ignore[attr-defined]
    assert card["name"] == "N-gram, order 3"


def test_of_few_words_each_is_left_out_in_turn(forty: Session) -> None:
    card = forty.train("bigram")

    assert card["facts"]["how"] == "cross-validation"
    assert card["train"] < card["held_out"] < math.log(28)


def test_auto_leans_on_a_list_that_was_lent_if_that_helps(forty: Session) -> None:
    before = forty.train("auto")
    names = FORTY.decode().split()
    towns = [a[:3] + b[3:] for a in names for b in names if a != b]
    forty.lend("Towns", "\n".join(towns).encode())

    card = forty.train("auto")

    assert before["facts"]["background"] is None
    assert card["facts"]["background"] == "Towns"
    assert card["held_out"] < before["held_out"]
    assert card["name"].startswith("N-gram, order ")
    assert card["note"] == f"helped by Towns, {card['facts']['share']:.2g}"
    alone = forty.train("auto", {"background": "none"})
    assert alone["facts"]["background"] is None
    assert alone["held_out"] == before["held_out"]


def test_a_list_to_lean_on_is_read_as_its_own_list_was(forty: Session) -> None:
    rows = "\n".join(f"{number};{name}" for number, name in enumerate(FORTY.decode().split()))

    forty.lend("table", rows.encode(), column=1, delimiter=";")
    forty.lend("as it is", b"Anna\nBerta\n", keep_case=True)

    table, as_it_is = forty.state.backgrounds
    assert list(table.words) == list(forty.state.need_list().words)
    assert list(as_it_is.words) == ["Anna", "Berta"]


def test_a_list_to_lean_on_that_is_not_there_is_told(forty: Session) -> None:
    with pytest.raises(MakemoreError, match="no list 'Rivers'"):
        forty.train("auto", {"background": "Rivers"})


def test_the_bigram_net_trained_on_the_whole_list_is_the_notebooks(
    notebook_words: tuple[str, ...], notebook: dict[str, Any]
) -> None:
    said = notebook["gradient_descent"]
    session = Session()
    session.load("notebook", "\n".join(notebook_words).encode())
    settings = {"steps": 310, "learning_rate": 50, "l2": 0.01, "weights_seed": 2147483647}

    reports, card = run(ACTIONS["train"](session.state, "bigram-net", settings, whole=True))

    losses = [loss for report in reports for loss in report["losses"]]
    assert losses[10:] == pytest.approx(said["losses"], abs=said["tolerance"])
    assert (card["whole"], card["held_out"]) == (True, None)
    words = made(session, kind="bigram-net", count=5, seed=2147483647, repeats=True)
    assert [word + "." for word in words] == said["samples_after"]


def test_the_bigram_trained_on_the_whole_list_makes_the_notebooks_words(
    notebook_words: tuple[str, ...], notebook: dict[str, Any]
) -> None:
    session = Session()
    session.load("notebook", "\n".join(notebook_words).encode())
    card = session.train("bigram", whole=True)

    words = made(session, kind="bigram", count=5, seed=2147483647, repeats=True)

    assert [word + "." for word in words] == notebook["count_model"]["samples"]
    assert card["held_out"] is None


def test_a_net_can_be_stopped_used_and_resumed(long: Session) -> None:
    settings = {"steps": 2000, "learning_rate": 20}
    stream = dispatch(
        long.state, "train", {"kind": "bigram-net", "settings": settings, "whole": True}
    )["stream"]
    assert advance(long.state, stream)["report"]["step"] == 0
    step = advance(long.state, stream)["report"]["step"]
    card = stop(long.state, stream)["value"]
    assert 0 < step < 2000

    assert card["label"] == "Bigram net"
    assert len(made(long, kind="bigram-net", count=3)) == 3
    reports, _ = run(ACTIONS["resume"](long.state, "bigram-net", {"steps": step + 5}))
    assert [report["step"] for report in reports if report["done"]] == [step + 5]


def test_a_net_that_is_stopped_before_its_first_step_has_losses_all_the_same(long: Session) -> None:
    settings = {"steps": 2000}
    stream = dispatch(long.state, "train", {"kind": "mlp", "settings": settings})["stream"]
    assert advance(long.state, stream)["report"]["losses"] == []

    card = stop(long.state, stream)["value"]

    uniform = math.log(len(long.state.need_list().vocabulary))
    assert card["train"] == pytest.approx(uniform, abs=1)
    assert card["held_out"] == pytest.approx(uniform, abs=1)


def test_of_a_single_word_a_net_learns_the_whole_list() -> None:
    session = Session()
    session.load("one", b"emma")

    card = session.train("gru", {"steps": 3})

    assert (card["whole"], card["held_out"]) == (True, None)
    session.restore_model(session.checkpoint("gru"))


@pytest.mark.parametrize("kind", ["bigram-net", "gru"])
def test_a_run_that_explodes_gives_back_the_model_before(long: Session, kind: str) -> None:
    long.train(kind, {"steps": 20}, whole=True)
    before = long.state.need_list().trained[kind]

    with pytest.raises(MakemoreError, match="smaller learning rate"):
        long.train(kind, {"steps": 200, "learning_rate": 1e6}, whole=True)

    assert long.state.need_list().trained[kind] is before


def test_a_run_that_explodes_leaves_a_net_that_tells_its_size_if_there_was_none(
    long: Session,
) -> None:
    with pytest.raises(MakemoreError, match="smaller learning rate"):
        long.train("gru", {"steps": 200, "learning_rate": 1e6})

    size = long.card("gru")["parameters"]
    assert size == long.train("gru", {"steps": 1})["parameters"] > 0


@pytest.mark.parametrize("trained", [True, False])
def test_a_lack_of_memory_while_a_net_learns_leaves_what_was_there(
    long: Session, trained: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if trained:
        long.train("gru", {"steps": 2})
    before = dict(long.state.need_list().trained)

    def one_step(*_: object) -> Iterator[None]:
        yield None
        raise MemoryError

    monkeypatch.setattr("makemore.models.net_run.NetRun.one_step", one_step)
    with pytest.raises(MemoryError):
        long.train("gru", {"steps": 9})

    assert long.state.need_list().trained == before


@pytest.mark.parametrize("kind", ["bigram-net", "gru"])
def test_a_stop_before_the_first_report_gives_nothing_and_changes_nothing(
    long: Session, kind: str
) -> None:
    before = long.train(kind, {"steps": 3})
    stream = dispatch(long.state, "train", {"kind": kind, "settings": {"steps": 9}})["stream"]

    assert stop(long.state, stream) == {"value": None}

    assert long.card(kind) == before
    assert long.state.streams == {}


def test_a_mix_that_is_stopped_leaves_the_one_before(long: Session) -> None:
    long.train("bigram-net", {"steps": 3})
    for before in (None, long.train):
        card = before("mix") if before else None
        stream = dispatch(long.state, "train", {"kind": "mix"})["stream"]
        advance(long.state, stream)
        assert stop(long.state, stream) == {"value": card}


def test_a_mix_tells_that_it_is_done_and_which_net_is_in_it(long: Session) -> None:
    long.train("bigram-net", {"steps": 3})

    reports, card = run(ACTIONS["train"](long.state, "mix"))

    assert [report["done"] for report in reports[:-1]] == [False] * (len(reports) - 1)
    assert reports[-1]["done"]
    assert card["facts"]["net"] == "bigram-net"


def test_other_settings_hold_for_a_net_that_goes_on(long: Session) -> None:
    long.train("gru", {"steps": 20, "learning_rate": 0.01})

    reports, card = run(ACTIONS["resume"](long.state, "gru", {"steps": 10, "learning_rate": 0.001}))

    assert max(report["facts"]["rate"] for report in reports) <= 0.001
    assert card["settings"]["learning_rate"] == 0.001
    assert reports[-1]["step"] == 30


def test_settings_that_a_net_cannot_go_on_with_do_not_become_its_own(long: Session) -> None:
    before = long.train("gru", {"steps": 2, "hidden": 8})

    with pytest.raises(SettingError, match="keeps its sizes"):
        long.resume("gru", {"steps": 2, "hidden": 16})

    assert long.card("gru") == before


def test_what_a_net_that_goes_on_reaches_is_measured_anew(long: Session) -> None:
    before = long.train("bigram-net", {"steps": 5, "learning_rate": 1})

    card = long.resume("bigram-net", {"steps": 100, "learning_rate": 20})

    _, dev, _ = long.state.need_list().parts
    model = long.state.need_list().trained["bigram-net"].model
    assert card["held_out"] == pytest.approx(evaluate(model, dev), abs=1e-9)
    assert card["held_out"] != before["held_out"]


@pytest.mark.parametrize("kind", ["bow", "mlp", "rnn", "gru", "transformer"])
def test_three_thousand_symbols_are_learned_and_too_many_are_told(kind: str) -> None:
    session, larger = Session(), Session()
    signs = [chr(0x4E00 + i) for i in range(11_000)]
    pairs = [a + b for a, b in pairwise(signs[:3001])]
    session.load("signs", "\n".join(pairs).encode())
    larger.load("more", "\n".join(signs).encode())

    card = session.train(kind, {"steps": 2, "embedding": 8})

    assert card["held_out"] == pytest.approx(math.log(3002), abs=0.5)
    with pytest.raises(MakemoreError, match="learns up to 10,000"):
        larger.train(kind, {"steps": 2})


def test_a_resumed_run_that_explodes_keeps_what_it_had_learned(long: Session) -> None:
    long.train("bigram-net", {"steps": 20}, whole=True)
    before = long.tables()["gradient"]

    with pytest.raises(MakemoreError, match="smaller learning rate"):
        long.resume("bigram-net", {"steps": 50, "learning_rate": 1e6})

    assert long.tables()["gradient"] == before


def test_a_mix_takes_the_n_gram_and_the_best_net_so_far(long: Session) -> None:
    with pytest.raises(MakemoreError, match="train one of the nets first"):
        long.train("mix")
    ngram = long.train("ngram")
    net = long.train("bigram-net", {"steps": 50})

    reports, card = run(ACTIONS["train"](long.state, "mix"))

    assert {(each["step"], each["done"]) for each in reports[:-1]} == {(0, False)}
    assert (reports[-1]["step"], reports[-1]["done"]) == (1, True)
    assert card["facts"]["parts"] == [ngram["name"], "Bigram net"]
    assert sum(card["facts"]["shares"]) == pytest.approx(1)
    assert card["held_out"] <= min(ngram["held_out"], net["held_out"]) + 1e-6
    assert len(made(long, kind="mix", count=5)) == 5


@pytest.mark.parametrize("kind", ["auto", "bigram", "ngram", "mix"])
def test_counting_and_mixing_can_be_stopped_anywhere_and_then_change_nothing(
    long: Session, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    long.train("bigram-net", {"steps": 5})
    before = long.train(kind)
    monkeypatch.setattr("makemore.slices.SECONDS", 0.0)
    reports, again = run(ACTIONS["train"](long.state, kind))
    assert len(reports) > 10
    assert {**again, "seconds": 0} == {**before, "seconds": 0}
    model = long.state.need_list().trained[kind].model

    for count in range(1, len(reports) + 1, max(1, len(reports) // 12)):
        stream = dispatch(long.state, "train", {"kind": kind})["stream"]
        for _ in range(count):
            assert "report" in advance(long.state, stream)
        value = stop(long.state, stream)["value"]
        assert value in (None, again)
        assert long.state.need_list().trained[kind].model is model


@pytest.mark.parametrize(
    ("kind", "settings", "said"),
    [
        ("magic", {}, "no model 'magic'"),
        ("ngram", {"order": 9}, "Order must be a whole number from 1 to 8"),
        ("bigram", {"order": 2}, "no setting “order”"),
        ("bigram", {"smoothing": -1}, "Smoothing must be"),
    ],
)
def test_settings_that_cannot_be_are_refused_and_nothing_changes(
    long: Session, kind: str, settings: dict[str, object], said: str
) -> None:
    with pytest.raises(SettingError, match=said):
        long.train(kind, settings)

    assert long.cards() == []


# Words


def test_of_words_never_to_be_shown_a_whole_one_hides_only_itself(forty: Session) -> None:
    forty.train("auto")
    words = made(forty, count=60, seed=1)
    gone = next(word for word in words if len(word) > 4)
    others = [word for word in words if word != gone]

    assert made(forty, count=59, seed=1, never=[f"={gone.upper()}"]) == others
    assert made(forty, count=60, seed=1, never=[f"={gone[:-1]}"]) == words
    assert not [w for w in made(forty, count=60, seed=1, never=["an"]) if "an" in w.lower()]
    assert any("an" in word.lower() for word in words)


def test_words_of_a_net_can_be_stopped_between_letters_and_are_the_same(
    long: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    long.train("rnn", {"steps": 2})
    words = made(long, kind="rnn", count=70, seed=1)
    monkeypatch.setattr("makemore.slices.SECONDS", 0.0)

    reports, _ = run(ACTIONS["make"](long.state, "rnn", 70, seed=1))

    assert [word["word"] for report in reports for word in report["words"]] == words
    assert sum(not report["words"] for report in reports) > 10
    stream = dispatch(long.state, "make", {"kind": "rnn", "seed": 1})["stream"]
    assert advance(long.state, stream)["report"]["words"] == []
    assert stop(long.state, stream)["value"]["words"] == []
    assert made(long, kind="rnn", count=70) == words  # they go on where they were


def test_words_go_on_and_never_come_twice(forty: Session) -> None:
    forty.train("auto")

    first, second = made(forty, count=30), made(forty, count=30)

    assert len({*first, *second}) == 60
    assert made(forty, count=30, seed=2147483647) == first


def test_words_seen_before_do_not_come_again_when_something_else_is_asked(forty: Session) -> None:
    forty.train("auto")
    seen = made(forty, count=40, seed=1)
    asked: dict[str, Any] = {"seed": 1, "count": 40, "temperature": 0.95}

    reports, value = run(ACTIONS["make"](forty.state, **asked, seen=seen))

    words = [word["word"] for report in reports for word in report["words"]]
    assert len(words) == 40
    assert not set(words) & set(seen)
    assert set(value["met"]) < set(seen)
    assert value["tally"]["made before"] >= len(value["met"]) > 0
    assert made(forty, **asked, seen=value["met"]) == words
    assert made(forty, **{**asked, "repeats": True}, seen=seen) == made(
        forty, **{**asked, "repeats": True}
    )


def test_words_are_as_asked_and_begin_with_a_capital_as_the_list_does(forty: Session) -> None:
    forty.train("auto")
    asked = {"starts": "Th", "shortest": 5, "longest": "8", "new_only": True}

    words = made(forty, count=20, constraint=asked)

    known = FORTY.decode().split()
    assert len(words) == 20
    assert all(word.startswith("Th") and 5 <= len(word) <= 8 for word in words)
    assert not set(words) & set(known)


def test_pieces_never_to_be_shown_are_left_out_and_counted(forty: Session) -> None:
    forty.train("auto")

    reports, value = run(ACTIONS["make"](forty.state, count=40, never=["a"]))

    words = [word["word"] for report in reports for word in report["words"]]
    assert not [word for word in words if "a" in word.lower()]
    assert value["tally"]["never to be shown"] > 0
    assert value["drawn"] >= len(words) + value["tally"]["never to be shown"]
    assert forty.refused([*words, "Zara"], ["a"]) == ["Zara"]


def test_a_word_is_described_under_its_model(forty: Session) -> None:
    forty.train("bigram", whole=True)

    reports, _ = run(ACTIONS["make"](forty.state, kind="bigram", count=10, seed=1))

    model = forty.state.need_list().trained["bigram"].model
    for word in reports[0]["words"]:
        assert evaluate(model, [word["word"].lower()]) == pytest.approx(word["mean_nll"])
        assert len(word["probabilities"]) == len(word["symbols"]) + 1


def test_what_is_allowed_is_told_in_words(forty: Session) -> None:
    forty.train("bigram")

    asked = forty.allowed("bigram", {"starts": "t", "longest": 6})
    none = forty.allowed("bigram", {"starts": "q", "without": "q"})

    assert 0 < asked["probability"] < 1
    assert "One word in" in asked["message"]
    assert (none["possible"], none["probability"]) == (False, 0.0)


@pytest.mark.parametrize(
    ("kind", "settings", "asked", "said"),
    [
        ("bigram", {"smoothing": 1e-6}, {"longest": 900}, "Nearly every word is so."),
        ("bigram", {}, {"longest": 4}, "% of all words are so."),
        ("bow", {"steps": 2}, {"starts": "t"}, "is not known before they are drawn"),
    ],
)
def test_how_many_words_are_so_is_told_in_words(
    forty: Session, kind: str, settings: dict[str, object], asked: dict[str, object], said: str
) -> None:
    forty.train(kind, settings)

    assert said in forty.allowed(kind, asked)["message"]


def test_making_words_can_be_stopped_and_gives_the_tally_so_far(forty: Session) -> None:
    forty.train("bigram")
    stream = dispatch(forty.state, "make", {"kind": "bigram", "count": 1000})["stream"]
    first = advance(forty.state, stream)["report"]

    last = stop(forty.state, stream)["value"]

    assert 0 < len(first["words"]) < 1000
    assert last["words"] == []
    assert last["drawn"] >= first["drawn"]


def test_more_like_starred_words_makes_them_likelier(forty: Session) -> None:
    forty.train("auto")
    words = ["Thalwen", "Thorwen"]
    learned = forty.state.need_list()
    before = evaluate(learned.trained["auto"].model, [word.lower() for word in words])

    card = forty.more_like(words)

    after = evaluate(learned.trained["auto"].model, [word.lower() for word in words])
    assert after < before
    assert card["name"].endswith(", more like Thalwen and Thorwen")
    assert card["facts"]["like"] == words
    assert card["held_out"] is None
    assert card["train"] == pytest.approx(evaluate(learned.trained["auto"].model, learned.words))


def test_the_name_of_more_like_these_tells_which(forty: Session) -> None:
    forty.train("ngram", {"order": "2"})
    long = "thal" * 10

    names = [
        forty.more_like(words, "ngram")["name"].removeprefix("N-gram, order 2, more like ")
        for words in (["an"], ["an", "ben"], ["an", "ben", long, "nel"], [long, "an"])
    ]

    assert names == ["an", "an and ben", "an, ben and 2 more", f"{long[:20]}… and an"]


def test_more_like_words_of_other_letters_names_them(forty: Session) -> None:
    forty.train("auto")

    with pytest.raises(VocabularyError, match="'7'"):
        forty.more_like(["r7"])


def test_without_a_trained_model_it_is_said_which(forty: Session) -> None:
    with pytest.raises(MakemoreError, match="N-gram is not trained on this list yet"):
        made(forty, kind="ngram")
    with pytest.raises(MakemoreError, match="no word list yet"):
        made(Session(), kind="ngram")


def test_capitals_may_be_kept() -> None:
    session = Session()
    folded = session.load("forty", FORTY)
    kept = session.load("forty", FORTY, keep_case=True)

    assert folded["case"].startswith("Learned in lower case")
    assert kept["case"] is None
    assert kept["symbol_count"] > folded["symbol_count"]


def test_the_lengths_of_most_words_are_told(forty: Session) -> None:
    assert forty.summary()["lengths"] == [6, 8]


def test_a_list_too_long_to_be_kept_is_learned_from_a_sample(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("makemore.reading.reader.KEPT_WORDS", 100)
    session = Session()
    summary = session.load("long", LONG)

    assert summary["count"] == 625
    assert 25 < summary["learned"] <= 100
    assert set(session.state.need_list().words) <= set(WORDS)
    for kind in ("ngram", "gru"):
        session.train(kind, {"steps": 3} if kind == "gru" else {})
        words = made(session, kind=kind, count=5, constraint={"new_only": True})
        assert len(words) == 5
        assert not set(words) & set(WORDS)


@pytest.mark.parametrize(
    ("kind", "typed", "order"), [("auto", {}, 3), ("ngram", {}, 3), ("ngram", {"order": 2}, 2)]
)
def test_what_was_counted_as_a_long_list_was_read_is_of_all_its_words(
    kind: str, typed: dict[str, int], order: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("makemore.reading.reader.KEPT_WORDS", 600)
    monkeypatch.setattr(sys.modules["makemore.session.models"], "FEW_WORDS", 100)
    session = Session()
    session.load("long", LONG, ngrams=3)

    card = session.train(kind, typed)

    trained = session.state.need_list().trained[kind]
    vocabulary, smoothing = trained.model.vocabulary, trained.facts["smoothing"]
    whole = NGram(vocabulary, NgramTally.of_words(WORDS, vocabulary, order), order, smoothing)
    assert evaluate(trained.model, WORDS) == pytest.approx(evaluate(whole, WORDS), abs=1e-12)
    assert card["name"] == f"N-gram, order {order}"
    assert card["note"].startswith("counted over all 625 words; its losses are of a sample")


@pytest.mark.parametrize(("kept", "order"), [(625, None), (624, 5)])
def test_ngrams_are_counted_of_a_list_whose_words_are_not_kept(
    kept: int, order: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("makemore.reading.reader.KEPT_WORDS", kept)
    state = State()
    reading = ACTIONS["read"](state, "list")
    next(reading)
    reading.send(LONG)
    with pytest.raises(StopIteration):
        reading.send(None)
    tally = state.need_list().read.ngrams
    assert (None if tally is None else tally.order) == order


def test_a_state_is_a_table_of_actions_and_refuses_others() -> None:
    error = dispatch(State(), "train", {"kind": "auto"})
    assert "stream" in error
    answer = dispatch(State(), "no_such_action", {})
    assert answer["error"]["kind"] == "InternalError"


def test_a_list_that_cannot_be_summed_up_leaves_the_one_before(
    forty: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = forty.summary()

    def exhausted(_: object) -> None:
        raise MemoryError

    with monkeypatch.context() as patch:
        patch.setattr(lists, "summary", exhausted)
        with pytest.raises(MemoryError):
            forty.load("next", LONG)

    assert forty.summary() == before


def test_words_may_have_letters_that_only_the_list_leaned_on_has() -> None:
    session = Session()
    session.lend("larger", "\n".join(f"{a}{b}{a}" for a in "abcdefgh" for b in "stuvwxyz").encode())
    session.load("own", b"aba\nbab\n")
    session.train(settings={"background": "larger", "share": "0.5"})
    reports, _ = run(ACTIONS["make"](session.state, count="200", seed="1"))
    words = [word for report in reports for word in report["words"]]
    assert any(set(word["word"]) - set("ab") for word in words)
    assert all("".join(word["symbols"]) == word["word"] for word in words)


@pytest.mark.parametrize("how", ["whole module", "part of a package"])
def test_a_module_that_is_not_there_yet_is_named(monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    def action(state: State) -> None:
        if how == "whole module":
            raise ModuleNotFoundError("no module", name="makemore.nn")
        raise ImportError("cannot import name", name="makemore.models")

    monkeypatch.setitem(ACTIONS, "summary", action)
    answer = dispatch(State(), "summary", {})
    assert answer["missing"] == ("makemore.nn" if how == "whole module" else "makemore.models")
    assert answer["error"]["kind"] == "InternalError"


def test_only_what_makes_a_net_of_layers_work_wants_the_kernel(long: Session) -> None:
    nothing = State()
    assert needs_kernel(nothing, "train", {"kind": "mlp"})
    assert needs_kernel(nothing, "resume", {"kind": "transformer"})
    assert needs_kernel(nothing, "restore_model", {"saved": {"trained": {"kind": "gru"}}})
    assert needs_kernel(nothing, "open_model", {"data": b""})
    assert needs_kernel(nothing, "compare", {})
    assert not needs_kernel(nothing, "restore_model", {"saved": {"trained": {"kind": "ngram"}}})
    assert not needs_kernel(nothing, "train", {"kind": "bigram-net"})
    assert not needs_kernel(nothing, "train", {})
    # What each start asks.
    assert not any(needs_kernel(nothing, action, {}) for action in ("summary", "compared", "cards"))

    for kind in ("bigram-net", "auto"):
        long.train(kind, {"steps": 1} if kind == "bigram-net" else {})
    assert not needs_kernel(long.state, "make", {"kind": "bigram-net"})
    assert not needs_kernel(long.state, "inside_word", {"word": "bab"})
    long.train("rnn", {"steps": 1})
    assert needs_kernel(long.state, "make", {"kind": "rnn"})
    assert needs_kernel(long.state, "inside_word", {"word": "bab"})  # of all models
    long.train("mix", {"with": "rnn"})
    del long.state.need_list().trained["rnn"]
    assert needs_kernel(long.state, "make", {"kind": "mix"})
