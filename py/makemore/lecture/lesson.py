"""The lecture as a whole: it knows the notebook's counts, and computes any step."""

from __future__ import annotations

import inspect
import json
from collections.abc import Mapping, Sequence
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
from makemore.vocabulary import Vocabulary

__all__ = ["Lecture", "read_counts"]

Plain = dict[str, Any]

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_PRINTED = Path(__file__).with_name("printed.json")
_NEEDS_LIST = "To be confirmed with the notebook's own names.txt."
_OTHER_INPUTS = "Not compared: the notebook had other inputs. Reset to compare."


class Lecture:
    """The notebook's counts, what it printed, and the list that a reader has loaded.

    Parameters
    ----------
    counts : bytes
        ``data/notebook_counts.csv``: a header, then first, second, count.
    words : sequence of str, optional
        The list that is loaded, whichever it is.

    Attributes
    ----------
    N : ndarray of int64, shape (27, 27)
        The notebook's bigram counts.
    vocabulary : Vocabulary
        The boundary, and a to z.
    printed : dict
        What the notebook printed.

    Raises
    ------
    MakemoreError
        If `counts` are not such a table.
    """

    def __init__(self, counts: bytes, words: Sequence[str] | None = None) -> None:
        self.vocabulary = Vocabulary(_LETTERS)
        self.N = read_counts(counts, self.vocabulary)
        self.printed = _printed(self.N, self.vocabulary)
        self.words: Sequence[str] | None = None
        self.notebook_words: Sequence[str] | None = None
        self.use_words(words)

    def use_words(self, words: Sequence[str] | None) -> None:
        """Take another list as the one that is loaded.

        Parameters
        ----------
        words : sequence of str or None
            If it has the notebook's counts, it is taken for the notebook's list.
        """
        if words is not self.words:
            self.words = words
            self.notebook_words = words if self._has_our_counts(words) else None

    def contents(self) -> list[Plain]:
        """Describe all steps, without computing any.

        Returns
        -------
        list of dict
            ``id``, ``part``, ``title``, ``text``, ``inputs``, and ``code`` and ``uses``, each
            a list of ``name`` and ``pieces``.
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
            }
            for part, steps in PARTS
            for step in steps
        ]

    def compute(self, step_id: str, typed: Mapping[str, object]) -> list[Plain]:
        """Compute a step, and compare it with the notebook.

        Parameters
        ----------
        step_id : str
        typed : mapping
            The step's inputs as typed; what is missing has the notebook's value.

        Returns
        -------
        list of dict
            One for each `Shown`: what it says, ``value``, ``printed`` (None if the notebook
            printed nothing or had other inputs), ``state`` ("agrees", "differs",
            "other-inputs", "needs-list" or "") and ``said``, the same in words.

        Raises
        ------
        MakemoreError
            If there is no such step, or an input cannot be used.
        """
        step = find_step(step_id)
        inputs = parse_inputs(step.inputs, typed)
        results = self.run(step, inputs)
        same = all(inputs[i.name] == i.default or i.extent for i in step.inputs)
        return [self._describe(shown, results, same) for shown in step.shown]

    def run(self, step: Step, inputs: Mapping[str, Any]) -> Results:
        """Call a step's functions.

        Parameters
        ----------
        step : Step
        inputs : mapping
            As `parse_inputs` gives them.

        Returns
        -------
        dict
            All results of all functions. What needs a list is missing if none is loaded.

        Raises
        ------
        SettingError
            If the functions refuse an input.
        """
        results: Results = {}
        for function in step.functions:
            arguments = self.arguments(function, inputs)
            if arguments is None:
                continue
            try:
                result = function(**arguments)
            except TrainingError as error:
                raise SettingError(_of_rate(error), "learning_rate") from None
            results.update(result)
        return results

    def arguments(self, function: Function, inputs: Mapping[str, Any]) -> Plain | None:
        """Return what a function is called with, or None if it needs a list and none is loaded."""
        names = list(inspect.signature(function).parameters)
        known = {"N": self.N, "vocabulary": self.vocabulary, "words": self.words}
        known |= {"notebook_words": self.notebook_words, **inputs}
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
        for key in path.split("."):
            value = value[int(key)] if isinstance(value, list) else value[key]
        return value

    def _describe(self, shown: Shown, results: Results, same_inputs: bool) -> Plain:
        value = plain(results.get(shown.key))
        has_printed = bool(shown.printed) or any(c.printed for c in shown.table)
        state, said = "", ""
        if has_printed and shown.needs_list and self.notebook_words is None:
            state, said = "needs-list", _NEEDS_LIST
        elif has_printed and not same_inputs:
            state, said = "other-inputs", _OTHER_INPUTS
        elif has_printed:
            agreement, close = self.agreement(shown, results)
            state, said = _verdict(agreement, close)
        comparable = state != "other-inputs"
        return {
            "key": shown.key,
            "label": shown.label,
            "view": shown.view,
            "note": shown.note,
            "digits": shown.digits,
            "signed": shown.signed,
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

    def _has_our_counts(self, words: Sequence[str] | None) -> bool:
        if words is None or len(words) != self.N[0].sum():
            return False
        try:
            return np.array_equal(count_bigrams(words, self.vocabulary), self.N)
        except VocabularyError:
            return False


def read_counts(data: bytes, vocabulary: Vocabulary) -> Counts:
    """Read a table of bigram counts.

    Parameters
    ----------
    data : bytes
        CSV: a header, then first, second, count; "." is the boundary.
    vocabulary : Vocabulary
        V symbols.

    Returns
    -------
    ndarray of int64, shape (V, V)

    Raises
    ------
    MakemoreError
        If a line is not of that form.
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
    return printed


def _verdict(agreement: Agreement, close: Closeness | None) -> tuple[str, str]:
    how = close.words if close else "exactly"
    many = agreement.compared > 1
    if agreement.complete:
        all_of_them = f"All {agreement.compared} values agree" if many else "Agrees"
        return "agrees", f"{all_of_them} with the notebook, {how}."
    wrong = agreement.compared - agreement.same
    which = f"{wrong} of {agreement.compared} values differ" if many else "Differs"
    return "differs", f"{which} from what the notebook printed."


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
