"""The lecture as a whole: it knows the notebook's counts, and computes any step."""

from __future__ import annotations

import inspect
import json
import zlib
from collections.abc import Generator, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from makemore.counting.tables import count_bigrams
from makemore.errors import MakemoreError, SettingError, TrainingError, VocabularyError
from makemore.lecture.comparison import Agreement, Closeness, compare, plain
from makemore.lecture.inputs import Input, parse_inputs
from makemore.lecture.outline import Column, Function, Shown, Step
from makemore.lecture.source import pieces, source_of
from makemore.lecture.steps import PARTS, find_step
from makemore.lecture.types import Counts, Results
from makemore.slices import whole
from makemore.vocabulary import Vocabulary

__all__ = ["Lecture", "read_counts"]

Plain = dict[str, Any]

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_PRINTED = Path(__file__).with_name("printed.json")
_PRINTED_BY_SCRIPT = Path(__file__).with_name("makemore_printed.json")
# Which words a result is "of", by its function's arguments: those of the list that is loaded, the
# notebook's, or "" for none.
_LISTS = {"words": "list", "N": "notebook", "notebook_words": "notebook"}
_NEEDS_LIST = {
    "the notebook": "To be confirmed with the notebook's own names.txt.",
    "makemore.py": "To be confirmed with the page's US names, which makemore.py was run on.",
}


class Lecture:
    """The notebook's counts, what it printed, and the list that a reader has loaded.

    ``counts`` are the bytes of ``data/notebook_counts.csv``: a header, then first, second, count;
    ``words`` the list that is loaded, whichever it is. ``N``, (27, 27), are these counts, of the
    boundary and a to z in ``vocabulary``; ``printed`` is what the notebook printed, and
    ``reference`` what makemore.py did. Raises MakemoreError if the counts are no such table.
    """

    def __init__(self, counts: bytes, words: Sequence[str] | None = None) -> None:
        self.vocabulary = Vocabulary(_LETTERS)
        self.N = read_counts(counts, self.vocabulary)
        self.printed = _printed(self.N, self.vocabulary)
        self.reference: Plain = self.printed["makemore"]
        self.words: Sequence[str] | None = None
        self.has_scripts_words = False
        self.notebook_words: Sequence[str] | None = None
        self._of: dict[str, str] = {}  # of which list each result is that was computed last
        self.use_words(words)

    def use_words(self, words: Sequence[str] | None) -> None:
        """Take another list as the one that is loaded.

        If it has the notebook's counts, it is taken for the notebook's list.
        """
        if words is not self.words:
            self.words = words
            self.notebook_words = words if self._has_our_counts(words) else None
            self.has_scripts_words = self._are_the_scripts(words)

    def contents(self) -> list[Plain]:
        """Describe all steps, without computing any.

        Each has ``id``, ``part``, ``title``, ``text``, ``inputs``, ``preview``, and ``code`` and
        ``uses``, each a list of ``name`` and ``pieces``.
        """
        return [
            {
                "id": step.id,
                "part": part,
                "title": step.title,
                "text": step.text,
                "inputs": [_plain_input(each) for each in step.inputs],
                "code": [_plain_code(function) for function in (*step.parts, *step.functions)],
                "uses": [_plain_code(thing) for thing in step.uses],
                "preview": dict(step.preview),
            }
            for part, steps in PARTS
            for step in steps
        ]

    def compute(self, step_id: str, typed: Mapping[str, object]) -> list[Plain]:
        """Compute a step, and compare it with the notebook.

        ``typed`` has the step's inputs as typed; what is missing has the notebook's value. Gives
        for each `Shown` what it says, ``of`` (what was counted for it: the "list" that is loaded,
        the "notebook"'s, or ""), ``value``, ``printed`` (None if the notebook printed nothing or
        had other inputs), ``state`` ("agrees", "differs", "other-inputs", "needs-list" or "") and
        ``said``, the same in words. Raises MakemoreError if there is no such step, or an input
        cannot be used.
        """
        return whole(self.computing(step_id, typed))

    def computing(
        self, step_id: str, typed: Mapping[str, object]
    ) -> Generator[list[Plain], None, list[Plain]]:
        """Compute a step as `compute` does; yield what there is so far where it takes long."""
        step = find_step(step_id)
        inputs = parse_inputs(step.inputs, typed)
        same = all(inputs[i.name] == i.default or i.extent for i in step.inputs)
        running = self.running(step, inputs)
        while True:
            try:
                so_far = next(running)
            except StopIteration as end:
                return [self._describe(shown, end.value, same) for shown in step.shown]
            yield [self._describe(s, so_far, same) for s in step.shown if s.key in so_far]

    def run(self, step: Step, inputs: Mapping[str, Any]) -> Results:
        """Call a step's functions, and return all that they give; see `running`."""
        return whole(self.running(step, inputs))

    def running(self, step: Step, inputs: Mapping[str, Any]) -> Generator[Results, None, Results]:
        """Call a step's functions; one that is a generator has its results yielded as they come.

        ``inputs`` are as `parse_inputs` gives them. Returns all results of all functions by name;
        what needs a list is missing if none is loaded. Raises SettingError if a function refuses an
        input.
        """
        results: Results = {}
        self._of = {}
        for function in step.functions:
            arguments = self.arguments(function, inputs)
            if arguments is None:
                continue
            of = next((_LISTS[name] for name in arguments if name in _LISTS), "")
            try:
                result = function(**arguments)
                if isinstance(result, Iterator):
                    for so_far in result:
                        self._of |= dict.fromkeys(so_far, of)
                        results.update(so_far)
                        yield results
                    continue
            except TrainingError as error:
                raise SettingError(_of_rate(error), "learning_rate") from None
            self._of |= dict.fromkeys(result, of)
            results.update(result)
        return results

    def arguments(self, function: Function, inputs: Mapping[str, Any]) -> Plain | None:
        """Return what a function is called with, or None if it needs a list and none is loaded."""
        names = list(inspect.signature(function).parameters)
        known = {"N": self.N, "vocabulary": self.vocabulary, "words": self.words}
        known |= {"notebook_words": self.notebook_words, "reference": self.reference, **inputs}
        if "words" in names and self.words is None:
            return None
        return {name: known[name] for name in names}

    def agreement(self, shown: Shown, results: Results) -> tuple[Agreement, Closeness | None]:
        """Compare a result with what the notebook printed for it, wherever it can be."""
        if shown.view != "table":
            return compare(
                results[shown.key], self.printed_at(shown.printed), shown.close
            ), shown.close
        compared = same = 0
        for i, column in enumerate(shown.table):
            if column.printed:
                ours = [row[i] for row in results[shown.key]]
                found = compare(ours, self.printed_at(column.printed), column.close)
                compared, same = compared + found.compared, same + found.same
        closest = next((c.close for c in shown.table if c.close is not None), None)
        return Agreement(compared, same), closest

    def printed_at(self, path: str) -> Any:
        """Return what the notebook printed, by a path such as "emma.loss"; None for none."""
        if not path:
            return None
        value: Any = self.printed
        while path:
            key, _, rest = path.partition(".")
            if isinstance(value, dict) and path in value:
                key, rest = path, ""  # a parameter's name has points in it
            value = value[int(key)] if isinstance(value, list) else value[key]
            path = rest
        return value

    def _describe(self, shown: Shown, results: Results, same_inputs: bool) -> Plain:
        value = plain(results.get(shown.key))
        has_printed = bool(shown.printed) or any(c.printed for c in shown.table)
        state, said = "", ""
        if has_printed and shown.needs_list and not self.has_list_of(shown):
            state, said = "needs-list", _NEEDS_LIST[shown.source]
        elif has_printed and not same_inputs:
            state = "other-inputs"
            said = f"Not compared: {shown.source} had other inputs. Reset to compare."
        elif has_printed and (not shown.needs_list or shown.key in results):
            agreement, close = self.agreement(shown, results)
            state, said = _verdict(agreement, close, shown.source)
        comparable = state != "other-inputs"
        return {
            "key": shown.key,
            "label": shown.label,
            "view": shown.view,
            "note": shown.note,
            "digits": shown.digits,
            "signed": shown.signed,
            "source": shown.source,
            "of": self._of.get(shown.key, ""),
            "begins": shown.begins,
            "needs": _what_is_missing(shown, value, self.words),
            "value": value,
            "rows": self._labels(shown.rows, results),
            "columns": self._labels(shown.columns, results),
            "table": [self._column(column, comparable) for column in shown.table],
            "printed": self.printed_at(shown.printed) if comparable else None,
            "state": state,
            "said": said,
        }

    def _column(self, column: Column, comparable: bool) -> Plain:
        return {
            "label": column.label,
            "digits": column.digits,
            "bar": column.bar,
            "printed": self.printed_at(column.printed) if comparable else None,
        }

    def _labels(self, named: str, results: Results) -> list[str]:
        return list(self.vocabulary.symbols if named == "symbols" else results[named])

    def has_list_of(self, shown: Shown) -> bool:
        """Tell whether the list that is loaded is the one that a value was printed for."""
        if shown.source == "makemore.py":
            return self.has_scripts_words
        return self.notebook_words is not None

    def _are_the_scripts(self, words: Sequence[str] | None) -> bool:
        if words is None or len(words) != self.reference["words"]:
            return False
        checksum: int = self.reference["checksum"]
        return zlib.crc32("\n".join(words).encode()) == checksum

    def _has_our_counts(self, words: Sequence[str] | None) -> bool:
        if words is None or len(words) != self.N[0].sum():
            return False
        try:
            return np.array_equal(count_bigrams(words, self.vocabulary), self.N)
        except VocabularyError:
            return False


def read_counts(data: bytes, vocabulary: Vocabulary) -> Counts:
    """Read a table of bigram counts, (V, V), from CSV: a header, then first, second, count.

    "." is the boundary. Raises MakemoreError if a line is not of that form.
    """
    N = np.zeros((len(vocabulary), len(vocabulary)), dtype=np.int64)
    index = {symbol: i for i, symbol in enumerate(vocabulary.symbols)}
    for number, line in enumerate(data.decode("utf-8", "replace").splitlines()[1:], start=2):
        try:
            first, second, count = line.split(",")
            N[index[first], index[second]] = int(count)
        except (ValueError, KeyError):
            raise MakemoreError(
                f"Line {number} of the notebook's counts is {line[:40]!r}, not “first,second,"
                "count”. Reload the page to get the file again."
            ) from None
    return N


def _printed(N: Counts, vocabulary: Vocabulary) -> Plain:
    """Read what the notebook printed; its counts are in a table of their own."""
    printed: Plain = json.loads(_PRINTED.read_text(encoding="utf-8"))
    s = vocabulary.symbols
    rows = sorted(
        ((s[i], s[j], int(N[i, j])) for i, j in np.argwhere(N).tolist()),
        key=lambda row: (-row[2], row[:2]),
    )
    printed["bigram_counts"] |= {
        "columns": [list(column) for column in zip(*rows, strict=True)],
        "table": N.tolist(),
    }
    descent = printed["gradient_descent"]
    descent["last_loss"] = descent["losses"][-1]
    printed["makemore"] = json.loads(_PRINTED_BY_SCRIPT.read_text(encoding="utf-8"))
    return printed


def _what_is_missing(shown: Shown, value: Any, words: Sequence[str] | None) -> str:
    """Say why there is no value."""
    if value is not None:
        return ""
    if words is None:
        return "No list is loaded, or one too large to be kept whole."
    if shown.source == "makemore.py" and len(words) >= 10:
        return "Not reached in so few steps."
    return "This list is too short to be divided."


def _verdict(agreement: Agreement, close: Closeness | None, whose: str) -> tuple[str, str]:
    how = close.words if close else "exactly"
    many = agreement.compared > 1
    if agreement.complete:
        all_of_them = f"All {agreement.compared} values agree" if many else "Agrees"
        return "agrees", f"{all_of_them} with {whose}, {how}."
    wrong = agreement.compared - agreement.same
    which = f"{wrong} of {agreement.compared} values differ" if many else "Differs"
    return "differs", f"{which} from what {whose} printed."


def _of_rate(error: TrainingError) -> str:
    return f"{error} What is shown is from before."


def _plain_input(this: Input) -> Plain:
    setting = this.setting
    return {
        "name": this.name,
        "label": this.label,
        "kind": this.kind,
        "default": this.default,
        "choices": [list(choice) for choice in this.choices],
        "low": setting.low if setting else None,
        "high": setting.high if setting else None,
        "whole": setting.whole if setting else False,
        "help": this.help,
    }


def _plain_code(thing: Any) -> Plain:
    name = thing.__qualname__
    return {"name": name, "pieces": [list(piece) for piece in pieces(source_of(thing))]}
