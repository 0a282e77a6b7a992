"""Actions on models: which there are, train one, and what is to be said of it."""

from __future__ import annotations

import math
import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from makemore.case import set_case
from makemore.errors import SettingError, TrainingError
from makemore.evaluation import (
    evaluate,
    evaluating,
    seen_before,
    symbol_log_probs,
    working_out_log_probs,
)
from makemore.models import MODELS, Entry, entry_of
from makemore.models.auto import ENOUGH_WORDS, Auto, helpful
from makemore.models.choice import FEW_WORDS, choosing_shares, cross_validating
from makemore.models.ngram import NGram
from makemore.models.protocol import Event, Model
from makemore.session.state import (
    WHILE_READ,
    Learned,
    Plain,
    State,
    Stopped,
    Stream,
    Trained,
)
from makemore.settings import SETTINGS, choice_of, parse_settings
from makemore.slices import telling
from makemore.slices import whole as all_at_once
from makemore.vocabulary import Vocabulary

__all__ = [
    "card",
    "cards",
    "count_parameters",
    "models",
    "more_like",
    "name_of",
    "refit",
    "refitting",
    "resume",
    "train",
]

_SOME_WORDS = 2000  # of the training part, whose loss is measured
_AT_ONCE, _IN_TABLE = 200, 4000  # words of which a net tells its losses, and of which a table does
_NONE = "none"  # how the page says that a model leans on no list
_STARRED_COUNTS = 10  # what a starred word weighs in "More like these"
_NAMED_WORDS, _NAMED_LETTERS = 2, 20  # of those, in the model's name


def models(state: State) -> list[Plain]:
    """Describe the models that there are, and the settings of each, for the page's forms.

    Each has ``kind``, ``label``, ``idea``, ``net``, ``offered`` and ``compared`` (as of
    `models.Entry`) and ``settings``, each with ``name``, ``label``,
    ``low``, ``high``, ``whole`` (None where it is no number), ``choices`` ([value, label]) and
    ``default`` (None for what the model chooses by itself).
    """
    del state
    return [
        {
            "kind": kind,
            "label": entry.label,
            "idea": entry.idea,
            "net": entry.net,
            "offered": entry.offered,
            "compared": entry.compared,
            "settings": [_plain_setting(name, value) for name, value in entry.settings.items()],
        }
        for kind, entry in MODELS.items()
    ]


def train(
    state: State, kind: str = "auto", settings: Plain | None = None, whole: bool = False
) -> Stream:
    """Train a model on the list, and report how far it is.

    Counting models are measured on words that were held out and then count the whole list; nets
    keep their held-out words out. ``whole`` trains on the whole list as the notebook does, and
    measures nothing; so it is for a net if the list is a single word. The recipe "makemore" does
    makemore.py's run, on its own split, with what it prints as ``facts["lines"]``. Reports have
    ``kind``, ``step``, ``steps``, ``losses``, ``train``, ``held_out``, ``done``, ``seconds`` and
    the event's ``facts``; a net's have ``left`` and ``words`` (as of `SoFar.after`) besides, and it
    can be used meanwhile. The value is the model's `card`, of what there is when it is stopped;
    None if that is nothing. Raises SettingError, and TrainingError if training fails: then the
    model before is back, if there was one.
    """
    learned, entry = state.need_list(), entry_of(kind)
    values = _values(entry, settings)
    if kind == "mix":
        try:
            yield from _mix(learned, values)
        except Stopped:  # the one before stays, if there was one
            return _card_of(learned, kind) if kind in learned.trained else None
        return _card_of(learned, kind)
    whole = whole or (entry.net and not learned.parts[0])
    words = learned.words if whole else learned.parts[0]
    values_of_run = {**values, **_background(state, learned, values)}
    vocabulary = learned.vocabulary_with(values_of_run.get("background"))
    if values.get("recipe") == "makemore":
        trained = _as_makemore(learned, kind, values)
    else:
        model = _started(learned, entry, words, vocabulary, values_of_run)
        trained = Trained(kind, model, values, entry.label, whole=whole)
    before = learned.trained.get(kind)
    try:
        yield from _run(learned, trained, values_of_run)
    except Exception as error:  # of a net that was stopped there is something to keep: see _learn
        if before is not None:
            learned.trained[kind] = before
        elif not isinstance(error, TrainingError):  # which leaves the last good weights
            learned.trained.pop(kind, None)
        raise
    return _card_of(learned, kind)


def resume(state: State, kind: str, settings: Plain | None = None) -> Stream:
    """Go on with a net that was stopped, or beyond its end, with new settings; as `train`."""
    learned, entry = state.need_list(), entry_of(kind)
    trained = learned.need_model(kind)
    before, trained.settings = trained.settings, _values(entry, settings)
    try:
        yield from _run(learned, trained, trained.settings)
    except SettingError:  # the run goes on as it was
        trained.settings = before
        raise
    return _card_of(learned, kind)


def card(state: State, kind: str) -> Plain:
    """Tell what is to be said of a trained model.

    ``kind``, ``label``, ``name`` (with its order or size), ``settings`` as they were typed,
    ``parameters`` (how many numbers it has learned), ``seconds``, ``held_out`` (nats per symbol, of
    words that it had not seen when that was measured; None without), ``train`` (the same of the
    words it was trained on), ``whole`` (whether it has learned the whole list), ``repeated`` (how
    many of the held-out words also stand in the training part), ``facts`` and ``note``.
    """
    return _card_of(state.need_list(), kind)


def _card_of(learned: Learned, kind: str) -> Plain:
    """Tell it of the list that the model was trained on, which may not be in use any more."""
    trained = learned.need_model(kind)
    repeated = learned.repeated if trained.split is None else seen_before(*trained.split[::-1])
    return {
        "kind": kind,
        "label": MODELS[kind].label,
        "name": trained.name,
        "settings": trained.settings,
        "parameters": trained.parameters,
        "seconds": trained.seconds,
        "held_out": trained.held_out,
        "train": trained.train,
        "whole": trained.whole or not MODELS[kind].net,
        "repeated": None if trained.held_out is None else repeated,
        "facts": trained.facts,
        "note": trained.facts.get("note", ""),
    }


def cards(state: State) -> list[Plain]:
    """Tell what is to be said of all models that were trained on the list."""
    return [card(state, kind) for kind in state.need_list().trained]


def more_like(state: State, words: list[str], kind: str = "auto") -> Stream:
    """Learn the list again with some words counted tenfold, in the place of a counting model.

    Its card has the words as ``facts["like"]``, and no held-out loss: it has learned all words.
    """
    learned = state.need_list()
    trained = learned.need_model(kind)
    entry = entry_of(kind)
    values = {**trained.settings, **_background(state, learned, trained.settings)}
    for name in ("order", "smoothing", "share"):
        if name in values and trained.facts.get(name) is not None:
            values[name] = trained.facts[name]
    wanted = [learned.fold(word) for word in words] * _STARRED_COUNTS
    vocabulary = trained.model.vocabulary
    unknown = [word for word in wanted if not vocabulary.knows(word)]
    if unknown:
        vocabulary.encode(unknown)  # says which symbols
    model = _started(learned, entry, learned.words, vocabulary, values)
    for event in model.train([*learned.words, *wanted], values):
        yield {"kind": kind, "step": event.step, "steps": event.steps, "done": event.done}
    trained.model = model
    trained.name = f"{name_of(trained)}, more like {_named(words)}"
    trained.facts = {**trained.facts, "like": list(words)}
    trained.train, trained.held_out = evaluate(model, learned.words[:_SOME_WORDS]), None
    return _card_of(learned, kind)


def _run(
    learned: Learned, trained: Trained, values: Mapping[str, Any]
) -> Generator[Plain, Any, None]:
    """Train a model, report, and measure it."""
    begun = time.perf_counter() - trained.seconds
    work = _learn if MODELS[trained.kind].net else _count
    yield from work(learned, trained, values)
    trained.seconds = time.perf_counter() - begun
    trained.parameters = count_parameters(trained.model)
    trained.name = name_of(trained)
    learned.trained[trained.kind] = trained


def _learn(
    learned: Learned, trained: Trained, values: Mapping[str, Any]
) -> Generator[Plain, Any, None]:
    """Train a net, which can be used meanwhile; of one that is stopped measure what is quick."""
    from makemore.session.so_far import SoFar  # which the start does not need

    words, held_out = _parts_for(learned, trained)
    measured, so_far = False, SoFar(trained.model)
    trained.parameters = count_parameters(trained.model)
    try:
        for event in _noted(trained, values, words, held_out):
            learned.trained[trained.kind] = trained
            measured |= event.held_out is not None
            yield _report(trained, event) | so_far.after(event, trained.seconds)
        if held_out and not measured:
            for loss in _measured(trained.model, held_out):
                trained.held_out = loss
                yield _report(trained, replace(event, losses=()))
    except Stopped:
        if trained.train is None:  # perhaps not even the loss of a batch is known
            trained.train = next(_measured(trained.model, words))
        old = trained.held_out is None or not hasattr(trained.model, "part_rows")
        if held_out and not measured and old:
            trained.held_out = next(_measured(trained.model, held_out))


def _count(
    learned: Learned, trained: Trained, values: Mapping[str, Any]
) -> Generator[Plain, Any, None]:
    """Count a part of the words, measure the model on others, and count them all.

    One that is stopped has counted nothing: the model before it stays.
    """
    words, held_out = _parts_for(learned, trained)
    few = len(learned.words) < FEW_WORDS
    if few:  # a tenth of them would tell nothing: all are learned, and measured in turn
        words, held_out = learned.words, ()
    for event in _noted(trained, values, words, held_out):
        report = _report(trained, event)
        yield report
    if trained.whole:
        return
    if not few:
        trained.held_out = yield from telling(evaluating(trained.model, held_out), report)
    else:
        trained.held_out = trained.facts.get("held_out")
        trained.facts = {**trained.facts, "how": "cross-validation"}
        if not trained.held_out:
            work = _cross_validating(learned, trained, values)
            trained.held_out = yield from telling(work, report)
    trained.train = yield from telling(evaluating(trained.model, words), report)
    if not few:
        yield from telling(refitting(learned, trained, values), report)


def _parts_for(learned: Learned, trained: Trained) -> tuple[Sequence[str], Sequence[str]]:
    """Give the words to learn and those to measure by; none of these if it learns the whole."""
    if trained.whole:
        return learned.words, ()
    words, held_out = trained.split or learned.parts[:2]
    return words, held_out


def _noted(
    trained: Trained, values: Mapping[str, Any], words: Sequence[str], held_out: Sequence[str]
) -> Iterator[Event]:
    begun = time.perf_counter() - trained.seconds
    for event in trained.model.train(words, values, held_out):
        trained.seconds = time.perf_counter() - begun
        _note(trained, event)
        yield event


def _measured(model: Any, words: Sequence[str]) -> Iterator[float]:
    """Give the mean nll of more and more of the words, each time after some 20 ms of work."""
    from makemore.models.batches import Words  # which the start does not need

    total, symbols = 0.0, 0
    in_parts = hasattr(model, "losses")
    at_once = _AT_ONCE if in_parts else _IN_TABLE
    for begin in range(0, len(words), at_once):
        part = words[begin : begin + at_once]
        if in_parts:
            batch = Words(part, model.vocabulary).batch(np.arange(len(part)))
            losses: Iterator[tuple[float, int]] = model.losses(batch)
        else:
            logs = symbol_log_probs(model, part)
            losses = iter([(-float(logs.sum()), len(logs))])
        for loss, count in losses:
            total, symbols = total + loss, symbols + count
            yield total / symbols


def _cross_validating(
    learned: Learned, trained: Trained, values: Mapping[str, Any]
) -> Generator[None, None, float]:
    kind, vocabulary = MODELS[trained.kind].load(), trained.model.vocabulary
    return cross_validating(
        lambda: kind.start(learned.words, vocabulary, values), learned.words, values
    )


def refit(learned: Learned, trained: Trained, values: Mapping[str, Any]) -> None:
    """Count the whole list with what was chosen on a part of it; see `refitting`."""
    all_at_once(refitting(learned, trained, values))


def refitting(
    learned: Learned, trained: Trained, values: Mapping[str, Any]
) -> Generator[None, None, None]:
    """Count the whole list with what was chosen on a part of it, slice by slice; see slices.py.

    Of a list too long to be kept these are the n-grams that were counted as it was read, of the
    order that was typed or the highest there is: that many words support it.
    """
    if trained.kind in ("auto", "ngram") and _counted_while_read(learned, trained, values):
        return
    chosen = {
        name: trained.facts[name]
        for name in ("order", "smoothing", "share")
        if trained.facts.get(name) is not None and name in values
    }
    if trained.facts.get("background") is None and "background" in values:
        chosen |= {"background": (), "share": None}
    entry, vocabulary = MODELS[trained.kind], trained.model.vocabulary
    model = _started(learned, entry, learned.words, vocabulary, {**values, **chosen})
    yield None
    for _ in model.train(learned.words, {**values, **chosen}):
        yield None
    trained.model = model


def _counted_while_read(learned: Learned, trained: Trained, values: Mapping[str, Any]) -> bool:
    tally = learned.read.ngrams
    if tally is None or learned.read.words is not None or trained.facts.get("background"):
        return False
    order = min(int(values.get("order") or tally.order), tally.order)
    model = NGram(trained.model.vocabulary, tally, order, trained.facts["smoothing"])
    note = f"counted over all {learned.read.count:,} words; its losses are of a sample"
    if tally.order < WHILE_READ:
        note += f"; order {tally.order} is the highest whose n-grams fit"
    trained.facts = {**trained.facts, "order": order, "note": note}
    trained.model = model
    if trained.kind == "auto":
        auto = trained.model = Auto([model], [1.0])
        auto.facts = trained.facts
    return True


def _mix(learned: Learned, values: Plain) -> Generator[Plain, Any, None]:
    """Mix the n-gram with the best net so far, in the shares that suit the held-out words.

    These are chosen with an n-gram of the training part, whose place one of the whole list takes.
    """
    from makemore.models.mix import mix

    train_words, held_out, _ = learned.parts
    nets = [t for t in learned.trained.values() if _can_be_mixed(t, values["with"])]
    if not nets or not held_out:
        raise TrainingError(
            "There is no net to mix the n-gram with yet: train one of the nets first, on a list "
            "that is long enough to keep some words away."
        )
    net = min(nets, key=lambda trained: trained.held_out or math.inf)
    begun = time.perf_counter()
    trained = Trained("mix", net.model, values, f"N-gram and {MODELS[net.kind].label}")
    report = {"kind": "mix", "steps": 1, "losses": [], "step": 0, "done": False, "seconds": 0.0}
    yield report
    entry, settings = MODELS["ngram"], {name: values[name] for name in ("order", "smoothing")}
    ngram = _started(learned, entry, train_words, learned.vocabulary, settings)
    for event in ngram.train(train_words, settings, held_out):
        facts = event.facts
        yield report
    shares = yield from _shares(values["share"], (ngram, net.model), held_out, report)
    measured = mix([ngram, net.model], shares)
    trained.held_out = yield from telling(evaluating(measured, held_out), report)
    some = train_words[:_SOME_WORDS]
    trained.train = yield from telling(evaluating(measured, some), report)
    chosen = {name: facts[name] for name in ("order", "smoothing")}
    whole = _started(learned, entry, learned.words, learned.vocabulary, chosen)
    for _ in whole.train(learned.words, chosen):
        yield report
    trained.model = mix([whole, net.model], measured.shares.tolist())
    set_case(trained.model, learned.case)
    parts = [f"N-gram, order {facts['order']}", MODELS[net.kind].label]
    trained.facts = {"parts": parts, "shares": measured.shares.tolist(), "net": net.kind}
    trained.seconds = time.perf_counter() - begun
    trained.parameters = count_parameters(whole) + net.parameters
    learned.trained["mix"] = trained
    yield {**report, "step": 1, "done": True, "seconds": trained.seconds}


def _shares(
    share: float | None, models: Sequence[Model], held_out: Sequence[str], report: Plain
) -> Generator[Plain, Any, list[float]]:
    """Give the models' shares in a mix: what was typed of the net's, or what suits the words."""
    if share is not None:
        return [1 - share, share]
    logs = []
    for model in models:
        found = yield from telling(working_out_log_probs(model, held_out), report)
        logs.append(found)
    shares = yield from telling(choosing_shares(logs), report)
    return [float(part) for part in shares]


def _can_be_mixed(trained: Trained, wanted: str | None) -> bool:
    # Of a net with a split of its own the words that the mix is chosen by are no news.
    known = trained.whole or trained.split is not None
    if trained.kind == "mix" or not MODELS[trained.kind].net or known:
        return False
    return trained.held_out is not None and wanted in (None, trained.kind)


def _started(
    learned: Learned,
    entry: Entry,
    words: Sequence[str],
    vocabulary: Vocabulary,
    values: Mapping[str, Any],
) -> Model:
    """Make a model that has learned nothing yet, and knows how the list writes its words."""
    model: Model = entry.load().start(words, vocabulary, values)
    set_case(model, learned.case)
    return model


def _as_makemore(learned: Learned, kind: str, values: Plain) -> Trained:
    """Begin makemore.py's run on all words of the list, as the script would."""
    from makemore.makemore_run import MakemoreRun, options_for

    making = MakemoreRun(learned.words, options_for(kind, values), learned.vocabulary)
    context = values.get("context")
    if context not in (None, making.block):
        raise SettingError(
            f"makemore.py's context is its longest word and the word's end, {making.block} symbols "
            "here: leave Context empty.",
            "context",
        )
    making.net.run = making
    set_case(making.net, learned.case)
    return Trained(kind, making.net, values, MODELS[kind].label, split=making.split)


def _note(trained: Trained, event: Event) -> None:
    facts = {name: fact for name, fact in event.facts.items() if name != "lines"}
    trained.facts = {**trained.facts, **facts}
    trained.train = event.train  # None where it was not measured: what it was is outdated
    if event.held_out is not None:
        trained.held_out = event.held_out


def _report(trained: Trained, event: Event) -> Plain:
    return {
        "kind": trained.kind,
        "step": event.step,
        "steps": event.steps,
        "losses": list(event.losses),
        "train": event.train,
        "held_out": event.held_out,
        "done": event.done,
        "seconds": trained.seconds,
        "facts": dict(event.facts),
    }


def _values(entry: Entry, settings: Plain | None) -> Plain:
    values = parse_settings(entry.settings, settings or {})
    return {name: _NONE if value == () else value for name, value in values.items()}


def _background(state: State, learned: Learned, values: Mapping[str, Any]) -> Plain:
    """Find the lists that a model may lean on: the one that was named, else all larger ones."""
    if "background" not in values:
        return {}
    named = values.get("background")
    if named in ("none", ()):
        return {"background": ()}
    lists = [b for b in state.backgrounds if b.name != learned.name]
    if named is not None:
        lists = [b for b in lists if b.name == named]
        if not lists:
            raise TrainingError(f"There is no list {named!r} to lean on. Choose another, or none.")
    elif len(learned.words) >= ENOUGH_WORDS:
        return {"background": ()}
    else:
        lists = helpful(learned.words, lists)
    return {"background": lists}


def name_of(trained: Trained) -> str:
    """Name a model for a person, with what sets it apart."""
    label, facts = MODELS[trained.kind].label, trained.facts
    if facts.get("order") is not None:
        label = f"{'N-gram' if trained.kind == 'auto' else label}, order {facts['order']}"
    if facts.get("background") is not None:
        label += f", {facts['note']}"
    return label


def _named(words: Sequence[str]) -> str:
    """Name the first words of some, as far as there is room for them."""
    first = [f"{word[:_NAMED_LETTERS]}…" if len(word) > _NAMED_LETTERS else word for word in words]
    if len(first) > _NAMED_WORDS:
        first[_NAMED_WORDS:] = [f"{len(first) - _NAMED_WORDS} more"]
    return " and ".join(filter(None, (", ".join(first[:-1]), *first[-1:])))


def count_parameters(model: Model) -> int:
    """Count the numbers that a model has learned, without the keys that find them."""
    found = getattr(model, "parameters", None)
    arrays = model.state().arrays if found is None else found
    if found is None:
        keys = ("grams", "pairs")
        arrays = {n: a for n, a in arrays.items() if not any(key in n for key in keys)}
    return int(sum(array.size for array in arrays.values()))


def _plain_setting(name: str, default: Any) -> Plain:
    setting, choice = SETTINGS.get(name), choice_of(name, default)
    called = setting or choice
    return {
        "name": name,
        "label": name if called is None else called.label,
        "low": setting.low if setting else None,
        "high": setting.high if setting else None,
        "whole": setting.whole if setting else None,
        "choices": [list(pair) for pair in choice.values.items()] if choice else [],
        "default": _NONE if default == () else default,
    }
