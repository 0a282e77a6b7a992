"""The commands, each a function of its arguments that returns the exit code."""

from __future__ import annotations

import argparse
import itertools
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from makemore.case import Case, case_of, fold_case, set_case
from makemore.constraints import Constraint
from makemore.corpus import split_different_words, split_words
from makemore.counting.export import rows_of_counts
from makemore.errors import MakemoreError, SettingError, TrainingError
from makemore.evaluation import bits, perplexity, symbol_log_probs
from makemore.evaluation import evaluate as mean_nll_of
from makemore.interrupts import Interrupts
from makemore.models import MODELS, entry_of
from makemore.models.auto import (
    ENOUGH_WORDS,
    Background,
    backgrounds_for,
    built_in_backgrounds,
)
from makemore.models.protocol import Model
from makemore.sampling import Drawing
from makemore.settings import SETTINGS, parse_setting, parse_settings
from makemore.storage import save
from makemore.terminal.arguments import SETTING_NAMES
from makemore.terminal.reading import (
    check_writable,
    options_of,
    read_list,
    read_model,
    whole_number,
    write_bytes,
)
from makemore.terminal.talk import Progress, tell
from makemore.torch_generator import TorchGenerator
from makemore.vocabulary import Vocabulary

__all__ = ["compare", "count", "evaluate", "export", "fit", "generate", "score"]


@dataclass(frozen=True)
class _List:
    """Words as models learn them: folded if their capitals say nothing."""

    name: str
    words: Sequence[str]
    case: Case | None
    graphemes: bool

    def vocabulary(self, others: Sequence[str] = ()) -> Vocabulary:
        """Collect the symbols of all words, and those of `others` besides."""
        return Vocabulary.from_words([*self.words, *others], graphemes=self.graphemes)


def fit(arguments: argparse.Namespace) -> int:
    """Learn a list and save the model; of a net that is stopped, or fails, what there is."""
    kind, entry = arguments.model, entry_of(arguments.model)
    typed = {n: v for n in SETTING_NAMES if (v := getattr(arguments, n)) is not None}
    if arguments.seed is not None and "weights_seed" in entry.settings:
        typed.setdefault("weights_seed", arguments.seed)
    lean = typed.pop("background", None)
    values = parse_settings(entry.settings, typed)
    check_writable(arguments.output)
    given = _read(arguments.list, arguments)
    words, held_out, split = list(given.words), list[str](), None
    if entry.net:
        share = _share(arguments.hold_out)
        parts = split_words(given.words, (1 - share, share))
        if parts[0]:  # else there are too few to hold any out
            words, held_out = parts
            split = {"shares": [1 - share, share], "seed": 42}
    others: Sequence[str] = ()
    if "background" in entry.settings:
        values["background"] = _backgrounds(lean, given)
        others = [word for b in values["background"] for word in b.words]
    model: Any = entry.load().start(words, given.vocabulary(others), values)
    set_case(model, given.case)
    stopped, told = _trained(model, words, values, held_out, entry.label)
    with Interrupts():  # to the end: what was learned is saved
        if held_out:
            told["held_out"] = mean_nll_of(model, held_out)
        shown = {name: value for name, value in values.items() if name != "background"}
        facts = {
            "settings": shown,
            "split": split,
            "list": {"name": given.name, "words": len(given.words)},
            **{n: told[n] for n in ("held_out", "how", "note", "order") if told.get(n)},
        }
        write_bytes(arguments.output, save(model, facts))
        _tell_fitted(kind, arguments.output, told, len(held_out))
    if stopped is not None:
        raise stopped
    return 0


def _trained(
    model: Model,
    words: Sequence[str],
    values: Mapping[str, Any],
    held_out: Sequence[str],
    label: str,
) -> tuple[KeyboardInterrupt | TrainingError | None, dict[str, Any]]:
    """Train a model; give what stopped it, if it has learned some by then, and its facts."""
    told: dict[str, Any] = {}
    events = model.train(words, values, held_out)
    stopped: KeyboardInterrupt | TrainingError | None = None
    with Progress(label, "steps") as progress:
        try:
            for event in events:
                told |= event.facts
                if event.held_out is not None:
                    told["held_out"] = event.held_out
                loss = np.mean(event.losses) if event.losses else None
                note = "" if loss is None else f"loss {loss:.4f}"
                if event.held_out is not None:
                    note += f"{note and ', '}held-out {event.held_out:.4f}"
                progress.to(event.step, event.steps, note)
        except (KeyboardInterrupt, TrainingError) as error:
            close = getattr(events, "close", None)
            if close is not None:
                close()  # a mix takes its parts as far as they came
            parts = getattr(model, "models", [model])
            if all(getattr(part, "run", None) is None for part in parts):
                raise  # nothing has been learned yet
            stopped = error
    return stopped, told


def _tell_fitted(kind: str, output: str, told: Mapping[str, Any], held_out: int) -> None:
    facts = [MODELS[kind].label]
    if told.get("order"):
        facts.append(f"order {told['order']}")
    if told.get("note"):
        facts.append(str(told["note"]))
    if told.get("held_out") is not None:
        by = f"{held_out:,} held-out words" if held_out else "held-out words"
        facts.append(f"{told['held_out']:.4f} nats per symbol ({told.get('how') or by})")
    tell(f"{', '.join(facts)}; {'written' if output == '-' else f'saved in {output}'}.")


def generate(arguments: argparse.Namespace) -> int:
    """Make words; 1 if fewer came than were asked for."""
    model = read_model(arguments.model)
    numbers = {
        name: parse_setting(name, value)
        for name in ("count", "seed", "temperature", "top_k", "shortest", "longest", "differs")
        if (value := getattr(arguments, name)) is not None
    }
    known = None if arguments.new_to is None else frozenset(read_list(arguments.new_to).words or ())
    lengths: dict[str, Any] = {
        n: numbers[n] for n in ("shortest", "longest", "differs") if n in numbers
    }
    asked = Constraint(
        starts=arguments.starts,
        ends=arguments.ends,
        contains=tuple(arguments.contains),
        only=arguments.only,
        without=arguments.without,
        pattern=arguments.pattern,
        new_to=known,
        **lengths,
    )
    top_k = numbers.get("top_k")
    drawing = Drawing(
        model,
        TorchGenerator(int(numbers.get("seed", SETTINGS["seed"].default or 0))),
        temperature=float(numbers.get("temperature", 1.0)),
        top_k=None if top_k is None else int(top_k),
        constraint=None if asked == Constraint() else asked,
        repeats=not arguments.no_repeats,
    )
    over = None
    for batch in drawing.take(int(numbers["count"])):
        for word in batch.words:
            print(word.word)
        sys.stdout.flush()
        over = batch.over
    if over is not None:
        tell(f"Fewer words came than were asked for: {over}")
        return 1
    return 0


def evaluate(arguments: argparse.Namespace) -> int:
    """Print the mean nll of a list, its bits and perplexity, words and symbols."""
    model = read_model(arguments.model)
    words = read_list(arguments.list, arguments).words or ()
    loss = mean_nll_of(model, words)
    rows = {
        "nats per symbol": f"{loss:.6f}",
        "bits per symbol": f"{bits(loss):.6f}",
        "perplexity": f"{perplexity(loss):.6f}",
        "words": str(len(words)),
    }
    for name, value in rows.items():
        print(f"{name}\t{value}")
    return 0


def score(arguments: argparse.Namespace) -> int:
    """Print each word with its nats in all and per symbol."""
    model = read_model(arguments.model)
    words: Iterator[str] = iter(arguments.words)
    if arguments.words == ["-"]:
        words = iter(read_list("-").words or ())
    case = case_of(model)
    while chunk := list(itertools.islice(words, 1000)):
        folded = chunk if case is None else [case.fold(word) for word in chunk]
        lengths = np.array([len(model.vocabulary.split(word)) + 1 for word in folded])
        order = np.argsort(lengths, kind="stable")  # as the log-probabilities come
        sums = np.add.reduceat(
            symbol_log_probs(model, folded), np.cumsum(lengths[order]) - lengths[order]
        )
        nats = np.empty(len(chunk))
        nats[order] = 0.0 - sums
        for word, total, mean in zip(chunk, nats, nats / lengths, strict=True):
            print(f"{word}\t{total:.6f}\t{mean:.6f}")
    return 0


def compare(arguments: argparse.Namespace) -> int:
    """Learn a list with every model, and print a row for each as it is ready; 1 if one failed."""
    compared = [kind for kind, entry in MODELS.items() if entry.compared]
    kinds = compared if arguments.models is None else arguments.models.split(",")
    values = {}
    for kind in kinds:
        defaults = entry_of(kind).settings
        typed = {"steps": arguments.steps} if "steps" in defaults else {}
        values[kind] = parse_settings(defaults, typed)
    given = _read(arguments.list, arguments)
    divide = split_different_words if arguments.different else split_words
    parts = divide(given.words)
    if not all(parts):
        raise MakemoreError(
            f"{len(given.words)} words are too few to be divided in three. Give at least 10."
        )
    vocabulary = given.vocabulary()
    print("model\tparameters\tseconds\ttrain\tdev\ttest", flush=True)
    code = 0
    for kind, chosen in values.items():
        try:
            _compare(kind, chosen, vocabulary, parts)
        except MakemoreError as error:
            print(f"{kind}\tfailed: {error}", flush=True)
            code = 1
    return code


def _compare(
    kind: str, values: Mapping[str, Any], vocabulary: Vocabulary, parts: Sequence[Sequence[str]]
) -> None:
    """Learn the first part, judge by all three, and print a row; then heed Ctrl-C."""
    entry, (train, dev, _) = entry_of(kind), parts
    begun = time.perf_counter()
    model: Model = entry.load().start(train, vocabulary, values)
    stopped, _ = _trained(model, train, values, dev, entry.label)
    if isinstance(stopped, TrainingError):
        raise stopped
    seconds = time.perf_counter() - begun
    losses = "\t".join(f"{mean_nll_of(model, part):.4f}" for part in parts)
    size = sum(array.size for array in model.state().arrays.values())
    print(f"{kind}\t{size}\t{seconds:.1f}\t{losses}", flush=True)
    if stopped is not None:
        raise stopped


def count(arguments: argparse.Namespace) -> int:
    """Count n-grams over many files, and save the model; Ctrl-C saves what was counted."""
    from makemore.parallel import Counting, count_files, count_stream

    order = int(parse_setting("order", arguments.order))
    typed = parse_settings({"smoothing": "kneser-ney"}, {"smoothing": arguments.smoothing})
    check_writable(arguments.output)
    megabytes = whole_number("limit", arguments.limit, 1)
    processes = (
        None if arguments.processes is None else whole_number("processes", arguments.processes, 1)
    )
    how = Counting(order, options_of(arguments), limit=megabytes * 1_000_000)
    with Interrupts() as interrupts:  # to the end: what was counted is saved
        with Progress("Counting", "B") as progress:
            if arguments.files == ["-"]:
                counted = count_stream(
                    sys.stdin.buffer, how, progress=progress.to, interrupts=interrupts
                )
            else:
                counted = count_files(
                    arguments.files,
                    how,
                    scheduler=arguments.scheduler,
                    processes=processes,
                    progress=progress.to,
                    interrupts=interrupts,
                )
        model = counted.model(typed["smoothing"])
        write_bytes(arguments.output, save(model, counted.facts()))
        for sentence in counted.sentences():
            tell(sentence)
    if counted.stopped:
        raise KeyboardInterrupt
    return 0


def export(arguments: argparse.Namespace) -> int:
    """Write the counts of a model as tab-separated lines."""
    if arguments.to != "-":
        check_writable(arguments.to)
    lines = ["context\tnext\tcount\n"]
    lines += [
        f"{context}\t{after}\t{times}\n"
        for context, after, times in rows_of_counts(read_model(arguments.model))
    ]
    write_bytes(arguments.to, "".join(lines).encode())
    return 0


def _read(name: str, arguments: argparse.Namespace) -> _List:
    words: Sequence[str] = read_list(name, arguments).words or ()
    case = None
    if not arguments.keep_case:
        words, case = fold_case(words)
        if case is not None:
            tell(case.sentence())
    return _List("stdin" if name == "-" else name, words, case, arguments.graphemes)


def _backgrounds(lean: str | None, given: _List) -> Sequence[Background]:
    """Find the larger lists that a list may lean on: the one that is named, or those built in."""
    if lean == "none" or given.graphemes:
        return []
    if lean is None:
        if len(given.words) < ENOUGH_WORDS and not built_in_backgrounds():
            tell("There is no built-in list at hand that a small one could lean on.")
        return backgrounds_for(given.words, {})
    words, case = read_list(lean).words or (), given.case
    return [Background(lean, words if case is None else [case.fold(word) for word in words])]


def _share(typed: str) -> float:
    try:
        share = float(typed)
    except ValueError:
        share = -1.0
    if not 0 <= share < 1:
        raise SettingError(
            f"--hold-out must be a share from 0 to below 1; it is {typed!r}.", "hold_out"
        )
    return share
