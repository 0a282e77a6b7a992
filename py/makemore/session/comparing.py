"""The action that trains all models on one split of the list, and says which is better at what."""

from __future__ import annotations

import functools
import math
import time
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from makemore.case import case_of, set_case
from makemore.corpus import batches, split_different_words, split_words
from makemore.errors import MakemoreError, SettingError
from makemore.evaluation import symbol_log_probs
from makemore.models import MODELS
from makemore.models.choice import choosing_shares
from makemore.models.mix import mix
from makemore.models.protocol import Event, Model
from makemore.sampling import Drawing
from makemore.session.models import card, count_parameters, name_of, refit
from makemore.session.state import Learned, Plain, State, Stopped, Stream, Trained
from makemore.session.verdict import Judged, verdict
from makemore.settings import CHOICES, SETTINGS, parse_setting, parse_settings
from makemore.torch_generator import TorchGenerator
from makemore.usability import usable

__all__ = [
    "LADDER",
    "Comparison",
    "Row",
    "compare",
    "compare_estimate",
    "lend",
    "parsed",
    "use_compared",
]

LADDER = tuple(kind for kind, entry in MODELS.items() if entry.compared)
"""The models in the order of their ideas, each of which mends something of the one before."""

Typed = Mapping[str, Mapping[str, object]]
"""What was typed of the models' settings, by kind."""

_LEANING = ("background", "share")  # not compared: all models learn the same words alone
_SETTINGS = ("train_percent", "held_out_percent", "split_seed", "words_seed")
_DRAWN = 256  # words that shares are of: four blocks of a net's drawing
_SHOWN = 5
_SLICE = 500  # words of a counting model that are measured at a time
_PAUSE = 0.02  # seconds of measuring between two reports
_TIMED_STEPS = 3
_FORWARD = 1 / 3  # of a training step's time

Floats = npt.NDArray[np.float64]
_Event = TypeVar("_Event")


@dataclass
class Row:
    """One model in the table; losses are in nats per symbol, shares are of the words drawn.

    ``state`` is "waiting", "training", "stopped", "done" or "failed"; ``nll`` has the sum of each
    held-out word, in the order of `batches`.
    """

    kind: str
    settings: Plain
    own: str = ""  # what was typed of its settings, for a person: "Order 3"
    state: str = "waiting"
    model: Model | None = None
    learned: bool = False  # trained to its end; what is left is to measure it
    seconds: float = 0.0
    step: int = 0
    steps: int = 0
    message: str = ""
    facts: Plain = field(default_factory=dict)
    figures: Plain = field(default_factory=dict)
    nll: Floats | None = None

    @property
    def name(self) -> str:
        """Name the model for a person, as far as it is known."""
        trained = Trained(self.kind, self.model, self.settings, "", facts=self.facts)  # type: ignore[arg-type]
        told = " + ".join(f"{share:.0%} {name}" for name, share in self.figures.get("shares", ()))
        return f"Mix, {told}" if told else name_of(trained)

    def plain(self) -> Plain:
        """Give what the table shows; what is not known yet is None."""
        return {
            "kind": self.kind,
            "label": MODELS[self.kind].label,
            "name": self.name,
            "idea": MODELS[self.kind].idea,
            "net": MODELS[self.kind].net,
            "state": self.state,
            "step": self.step,
            "steps": self.steps,
            "seconds": self.seconds,
            "message": self.message,
            "parameters": None if self.model is None else count_parameters(self.model),
            **dict.fromkeys(_FIGURES),
            "words": [],
            "settings": self.settings,
            "own": self.own,
            **self.figures,
        }


_FIGURES = ("train", "held_out", "test", "new", "repeats", "usable", "shares")


class Comparison:
    """All models on one split: what is done stays, what is left goes on."""

    def __init__(self, learned: Learned, settings: Plain, typed: Typed) -> None:
        self.settings = settings
        self.typed = typed
        self.words_seed = int(settings["words_seed"])
        self.parts = _parts_of(learned, settings)
        self.rows = [
            self._row(kind, dict(typed.get(kind, {}))) for kind in LADDER if kind in MODELS
        ]

    def _row(self, kind: str, typed: dict[str, object]) -> Row:
        """Begin a row with what was typed of its settings; the steps of all nets go before."""
        typed = {name: value for name, value in typed.items() if name not in _LEANING}
        if MODELS[kind].net and self.settings["net_steps"] is not None:
            typed["steps"] = self.settings["net_steps"]
        settings = parse_settings(MODELS[kind].settings, typed)
        own = [
            f"{_label(name)} {value}"
            for name, value in settings.items()
            if value != MODELS[kind].settings[name] and name != "steps"
        ]
        return Row(kind, settings, ", ".join(own))

    @functools.cached_property
    def split(self) -> int:
        """A checksum of the parts: rows of another split are no rows of this table."""
        return zlib.crc32("\0".join("\n".join(part) for part in self.parts).encode())

    @property
    def done(self) -> bool:
        """Whether nothing is left to do, the mix included."""
        mixed = any(row.kind == "mix" for row in self.rows) or not _parts_of_mix(self)
        return mixed and all(row.state in ("done", "failed") for row in self.rows)

    def plain(self, learned: Learned) -> Plain:
        """Give the whole table, and what it means."""
        told = verdict([judged(row) for row in self.rows], len(self.parts[1]))
        return {
            "settings": self.settings,
            "models": {kind: dict(typed) for kind, typed in self.typed.items()},
            "parts": [len(part) for part in self.parts],
            "uniform": math.log(len(learned.vocabulary)),
            "drawn": _DRAWN,
            "rows": [row.plain() for row in self.rows],
            "done": self.done,
            "verdict": told if self.done or not told else f"So far: {told}",
        }


def judged(row: Row) -> Judged:
    """Give what the verdict needs of a row."""
    symbols = int(row.figures.get("symbols", 0))
    done = row.state == "done"
    label = row.name if row.kind != "mix" else "mix"
    return Judged(row.kind, label, MODELS[row.kind].net, row.seconds, row.nll, symbols, done)


def _label(name: str) -> str:
    return SETTINGS[name].label if name in SETTINGS else CHOICES[name].label


def compare(
    state: State,
    settings: Plain | None = None,
    resume: bool = False,
    models: Typed | None = None,
) -> Stream:
    """Train all models in the order of their ideas on one split of the list, and measure each.

    ``settings``, as typed: ``train_percent`` and ``held_out_percent`` of the words (what is left is
    the test part), ``split_seed``, ``different`` (1 if equal words are to be in one part),
    ``words_seed`` that each model's words are drawn from, and ``net_steps``, empty for as many as
    each net takes by itself. ``models`` has, by kind, what was
    typed of a model's own settings. ``resume`` goes on with what was stopped. After the eight
    models stands the mix of the n-gram and the best net.

    Reports have ``row`` (as of `Row.plain`), ``curve`` (``kind``, ``step``, ``seconds``, ``losses``
    of the batches since the last report, ``held_out`` where it was measured) and ``card`` (of a
    model that can be used from now on, or None). The value is as of `compared`. A model that fails
    is told in its row. Raises SettingError, and MakemoreError if the list is too short to be
    divided, or there is nothing to resume.
    """
    learned = state.need_list()
    if resume:
        if learned.comparison is None:
            raise MakemoreError("There is no comparison to go on with. Press Compare all models.")
        comparison = learned.comparison
    else:
        comparison = Comparison(learned, parsed(settings or {}), models or {})
        learned.comparison = comparison
        learned.divide(comparison.parts)
    for row in _rows_to_do(comparison):
        try:
            until = 0.0
            for event in _work(comparison, learned, row):
                if event is not None or time.perf_counter() >= until:
                    yield _report(row, event)
                    until = time.perf_counter() + _PAUSE
        except Stopped:
            row.state = "stopped"
            break
        except (MakemoreError, MemoryError) as error:
            row.state = "failed"
            row.message = str(error) or "There is not enough memory for this model."
            row.model = None
            known = None
        else:
            row.state = "done"
            lend(learned, row)
            # Another list may be in use by now, whose models these are not.
            known = card(state, row.kind) if state.learned is learned else None
        try:
            yield {**_report(row, None), "card": known}
        except Stopped:
            break
    return comparison.plain(learned)


def compare_estimate(
    state: State, settings: Plain | None = None, models: Typed | None = None
) -> Stream:
    """Tell how long a comparison will take, from timing some steps of each net on this list.

    Reports ``kind`` and ``seconds``, None while it is timed; the value has ``seconds`` of all,
    ``each`` by kind, and ``parts``, the sizes of the split. One that is stopped has no value.
    Raises as `compare` does.
    """
    learned = state.need_list()
    comparison = Comparison(learned, parsed(settings or {}), models or {})
    each: dict[str, float] = {}
    for row in comparison.rows:
        if MODELS[row.kind].net:
            for seconds in _estimate(learned, comparison, row):
                yield {"kind": row.kind, "seconds": seconds}
            each[row.kind] = seconds or 0.0
    parts = [len(part) for part in comparison.parts]
    return {"seconds": sum(each.values()), "each": each, "parts": parts}


def use_compared(state: State, kind: str) -> Plain:
    """Put a model of the table in the place of what Make has of its kind; return its card."""
    learned = state.need_list()
    rows = [] if learned.comparison is None else learned.comparison.rows
    for row in rows:
        if row.kind == kind and row.state == "done":
            lend(learned, row, instead=True)
            return card(state, kind)
    raise MakemoreError("This model was not compared yet. Press Compare all models.")


# ---- one row


def _rows_to_do(comparison: Comparison) -> Iterator[Row]:
    """Give the rows that are not done; the mix is added when what it is made of is there."""
    for row in list(comparison.rows):
        if row.state not in ("done", "failed"):
            yield row
    if all(row.kind != "mix" for row in comparison.rows) and _parts_of_mix(comparison):
        comparison.rows.append(Row("mix", dict(MODELS["mix"].settings)))
        yield comparison.rows[-1]


def _work(comparison: Comparison, learned: Learned, row: Row) -> Iterator[Event | None]:
    """Train and measure one model, with an event or None wherever it can be stopped."""
    row.state = "training"
    yield None
    if row.kind == "mix" and not row.learned:
        yield from _make_mix(comparison, row)
    elif not row.learned:
        yield from _train(comparison, learned, row)
    yield from _measure(comparison, row)
    yield from _draw(comparison, learned, row)


def _train(comparison: Comparison, learned: Learned, row: Row) -> Iterator[Event]:
    """Train from where it was; ``seconds`` is what the model took, without what others did."""
    train, held_out = comparison.parts[:2]
    if row.model is None:
        row.model = MODELS[row.kind].load().start(train, learned.vocabulary, row.settings)
        set_case(row.model, learned.case)
    # A run that was stopped goes on as it is: to train anew would mean as many steps again.
    go_on = getattr(getattr(row.model, "run", None), "events", None)
    run: Any = row.model.train(train, row.settings, held_out) if go_on is None else go_on()
    with closing(run) as events:
        for event in _timed(row, events):
            row.step, row.steps = event.step, event.steps
            row.facts = {**row.facts, **event.facts}
            row.learned = event.done
            yield event
    row.learned = True


def _timed(row: Row, work: Iterator[_Event]) -> Iterator[_Event]:
    """Add what the work takes to a row's seconds, but not what is done between its events."""
    while True:
        begun = time.perf_counter()
        try:
            event = next(work)
        except StopIteration:
            return
        finally:
            row.seconds += time.perf_counter() - begun
        yield event


def _measure(comparison: Comparison, row: Row) -> Iterator[None]:
    """Measure all three parts; each is as of `evaluate`."""
    if row.model is None:
        return
    for name, part in zip(("train", "held_out", "test"), comparison.parts, strict=True):
        if name in row.figures:  # before it was stopped
            continue
        sums: list[Floats] = [np.zeros(0)]
        symbols = 0
        for words in _slices(part, [row.model]):
            of_slice, count = _nll_by_word(row.model, words)
            sums.append(of_slice)
            symbols += count
            yield None
        if part:
            row.figures[name] = float(np.concatenate(sums).sum()) / symbols
        if name == "held_out":
            row.nll = np.concatenate(sums)
            row.figures["symbols"] = symbols


def _slices(words: Sequence[str], models: Sequence[Model]) -> Iterator[list[str]]:
    """Divide words into as many at a time as each of the models measures in some 20 ms."""
    parts = [part for model in models for part in getattr(model, "models", [model])]
    most = min(getattr(part, "part_rows", math.inf) for part in parts)  # symbols
    part: list[str] = []
    symbols = 0
    for word in words:
        part.append(word)
        symbols += len(word) + 1
        if symbols >= most or len(part) == _SLICE:
            yield part
            part, symbols = [], 0
    if part:
        yield part


def _nll_by_word(model: Model, words: Sequence[str]) -> tuple[Floats, int]:
    """Give each word's summed nll in nats, short words first, and how many symbols they have."""
    sums: list[Floats] = []
    symbols = 0
    for x, y in batches(words, model.vocabulary):
        sums.append(-model.log_prob(x, y).sum(axis=1))
        symbols += int((y >= 0).sum())
    return np.concatenate(sums), symbols


def _draw(comparison: Comparison, learned: Learned, row: Row) -> Iterator[None]:
    """Draw words from the seed, keep the first five, and tell what the words are worth."""
    if row.model is None:
        return
    made: list[str] = []
    for batch in Drawing(row.model, TorchGenerator(comparison.words_seed)).take(_DRAWN):
        made += [word.word for word in batch.words]
        yield None
    new = [not known for known in learned.knows(made)]
    row.figures["words"] = made[:_SHOWN]
    row.figures["new"] = sum(new) / len(made)
    row.figures["repeats"] = 1 - len(set(made)) / len(made)
    good = [is_new and usable(word) for is_new, word in zip(new, made, strict=True)]
    row.figures["usable"] = sum(good) / len(made)


def _parts_of_mix(comparison: Comparison) -> list[Row]:
    """Give the n-gram's row and the best net's; none if one of them is missing."""
    done = [row for row in comparison.rows if row.state == "done" and "held_out" in row.figures]
    ngrams = [row for row in done if row.kind == "ngram"]
    nets = [row for row in done if MODELS[row.kind].net and row.kind != "mix"]
    if not ngrams or not nets:
        return []
    return [ngrams[0], min(nets, key=lambda row: float(row.figures["held_out"]))]


def _make_mix(comparison: Comparison, row: Row) -> Iterator[None]:
    """Mix the n-gram and the best net in the shares that suit the held-out words."""
    parts = _parts_of_mix(comparison)
    row.seconds = sum(part.seconds for part in parts)
    yield from _timed(row, _mixed(comparison, row, parts))
    row.step = row.steps = 1
    row.learned = True


def _mixed(comparison: Comparison, row: Row, parts: Sequence[Row]) -> Iterator[None]:
    models: list[Model] = []
    for part in parts:
        if part.model is not None:
            models.append(_copy(part.model))
            yield None
    logs: list[list[Floats]] = [[] for _ in models]
    for words in _slices(comparison.parts[1], models):
        for model, found in zip(models, logs, strict=True):
            found.append(symbol_log_probs(model, words))
        yield None
    shares = yield from choosing_shares([np.concatenate(found) for found in logs])
    row.model = mix(models, shares.tolist())
    row.settings = {**row.settings, "with": parts[1].kind}
    row.figures["shares"] = [[p.name, s] for p, s in zip(parts, shares.tolist(), strict=True)]
    row.facts = {"shares": shares.tolist(), "parts": [part.name for part in parts]}


def _copy(model: Model) -> Model:
    """Make the same model again, which goes its own way from now on."""
    copy = type(model).from_state(model.vocabulary, model.state())
    set_case(copy, case_of(model))
    return copy


def lend(learned: Learned, row: Row, instead: bool = False) -> None:
    """Let the other places have a copy, refitted on the whole list if it counts."""
    if row.model is None or (row.kind in learned.trained and not instead):
        return
    trained = Trained(
        row.kind,
        _copy(row.model),
        row.settings,
        row.name,
        facts=row.facts,
        seconds=row.seconds,
        parameters=count_parameters(row.model),
        train=row.figures.get("train"),
        held_out=row.figures.get("held_out"),
    )
    if not MODELS[row.kind].net:
        refit(learned, trained, row.settings)
    learned.trained[row.kind] = trained


def _report(row: Row, event: Event | None) -> Plain:
    curve = None
    if event is not None:
        curve = {
            "kind": row.kind,
            "step": event.step,
            "seconds": row.seconds,
            "losses": list(event.losses),
            "held_out": event.held_out,
        }
    return {"row": row.plain(), "curve": curve, "card": None}


# ---- the split, and the time


def parsed(typed: Plain) -> Plain:
    """Turn what was typed of the split into numbers; raises SettingError."""
    settings: Plain = {
        name: SETTINGS[name].default
        if typed.get(name) in (None, "")
        else parse_setting(name, typed[name])
        for name in _SETTINGS
    }
    settings["different"] = int(str(typed.get("different")) == "1")
    steps = typed.get("net_steps")
    settings["net_steps"] = None if steps in (None, "") else parse_setting("net_steps", steps)
    if settings["train_percent"] + settings["held_out_percent"] > 100:
        raise SettingError(
            f"{settings['train_percent']} % to train on and {settings['held_out_percent']} % held "
            "out are more than the list. Together they may be 100 % at most.",
            "held_out_percent",
        )
    return settings


def _parts_of(learned: Learned, settings: Plain) -> list[list[str]]:
    train, held_out = settings["train_percent"], settings["held_out_percent"]
    shares = (train / 100, held_out / 100, (100 - train - held_out) / 100)
    divide = split_different_words if settings["different"] else split_words
    parts = divide(learned.words, shares, settings["split_seed"])
    if not parts[0] or not parts[1]:
        raise MakemoreError(
            f"This list has {len(learned.words):,} words: too few to keep some of them away and "
            "train on the others. Use a longer list, or hold out a larger part."
        )
    return parts


def _estimate(learned: Learned, comparison: Comparison, row: Row) -> Iterator[float | None]:
    """Time at least three steps after the first of a net that is thrown away.

    Gives None wherever it can be stopped, then the seconds; 0 for one that cannot be trained.
    """
    train, held_out, test = comparison.parts
    timed = Row(row.kind, row.settings)
    yield None
    try:
        model: Any = MODELS[row.kind].load().start(train, learned.vocabulary, row.settings)
        first = step = steps = 0
        with closing(model.train(train, row.settings)) as events:
            for event in _timed(timed, events):
                step, steps = event.step, event.steps
                if first == 0 and step > 0:  # which had more to do than the others
                    first, timed.seconds = step, 0.0 if steps > step else timed.seconds
                elif first > 0 and step >= first + _TIMED_STEPS:
                    break
                yield None
    except MakemoreError:
        yield 0.0
        return
    each = timed.seconds / max(1, step - first or step)
    batch = getattr(getattr(model.run, "recipe", None), "batch_size", None)
    if batch is None:  # all words are one batch
        yield each * steps
        return
    measured = len(train) + 2 * len(held_out) + len(test) + 25 * min(1000, len(held_out))
    yield float(each * (steps + _FORWARD * measured / batch))
