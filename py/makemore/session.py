"""What the page calls: one list, two models, plain data in and out.

Every public method of `Session` is an action that the page can ask for. Its
arguments and results are what JSON can hold (and bytes, and infinite floats), so a worker can pass
them on. A failed action leaves the session as it was.
"""

from __future__ import annotations

import dataclasses
import functools
import itertools
import math
import traceback
import unicodedata
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from makemore.comparison import condense_probabilities, largest_differences
from makemore.count_model import CountModel, Probabilities
from makemore.counts import condense, most_frequent, most_frequent_symbols
from makemore.edit_distance import WordIndex
from makemore.errors import (
    LectureClosedError,
    MakemoreError,
    SettingError,
    TrainingError,
    VocabularyError,
)
from makemore.inspection import inspect
from makemore.reader import ReadList, ReadOptions, WordReader
from makemore.sampling import MAX_LENGTH, generate_words, with_temperature
from makemore.scoring import kl_divergence, log_likelihood, mean_nll, score_samples, score_word
from makemore.settings import parse_setting
from makemore.softmax_model import SoftmaxModel
from makemore.sparse_counts import DENSE_SYMBOLS, Counts, SparseCounts
from makemore.torch_generator import Era, TorchGenerator
from makemore.training import TrainingRun

if TYPE_CHECKING:
    from makemore.lecture import Lecture

__all__ = ["Session", "build_preview", "dispatch"]

Plain = dict[str, Any]

_SAMPLED = 2_000_000  # probabilities looked at for one word: 1,000 symbols of 2,000
_SCORED = 500  # words at once: they may have 1,000 symbols each
_SHOWN_CHARACTERS = 200  # of a word in the summary: a word may have a million
_FREQUENT_PAIRS = 30
_TABLE_SYMBOLS = 60
_DIFFERENCES = 10
_NEAREST_WORDS = 5
_NO_LIST = "There is no word list yet. Choose, upload or paste one first."


class _Learned:
    """What is known of one list: its words, counts and models."""

    def __init__(self, name: str, read: ReadList) -> None:
        self.name = name
        self.read = read
        self.vocabulary = read.vocabulary
        self.counts = read.counts
        self.count_model: CountModel[Counts] = CountModel(self.counts)
        self.run: TrainingRun | None = None
        self.run_before: TrainingRun | None = None
        # reversed: of a word that comes twice, the first line is kept
        words, lines = read.words or (), read.lines or ()
        self.line_of = dict(zip(reversed(words), reversed(lines), strict=True))

    @functools.cached_property
    def index(self) -> WordIndex:
        """The words, prepared for questions about their neighbours, when first needed."""
        if self.read.words is None:
            raise MakemoreError(
                f"“{self.name}” has {self.read.count:,} words, too many to keep them all, so the "
                "nearest ones cannot be told."
            )
        return WordIndex(self.read.words)


class Session:
    """The page's state on the Python side."""

    def __init__(self) -> None:
        self._learned: _Learned | None = None
        self._before: _Learned | None = None
        self._reading: tuple[str, WordReader] | None = None
        self._lecture: Lecture | None = None

    def load(
        self,
        name: str,
        data: bytes | memoryview,
        encoding: str | None = None,
        column: int | None = None,
        lowercase: bool = False,
        **options: Any,
    ) -> Plain:
        """Read and count a list that is here as a whole; on success it replaces the one before.

        Parameters
        ----------
        name : str
            What the list is called in the page.
        data : bytes or memoryview
            The file.
        encoding, column, lowercase, **options
            See `ReadOptions`.

        Returns
        -------
        dict
            The list's summary; see `summary`.

        Raises
        ------
        WordListError
            If the list cannot be read.
        """
        reader = WordReader(
            ReadOptions(encoding=encoding, column=column, lowercase=lowercase, **options)
        )
        reader.feed(data)
        return self._use(_Learned(name, reader.finish()))

    def inspect(
        self,
        data: bytes | memoryview,
        whole: bool = True,
        encoding: str | None = None,
        delimiter: str | None = None,
        header: bool | None = None,
    ) -> Plain:
        """Look at the first lines of a file; parameters and errors as of `inspection.inspect`.

        Returns
        -------
        dict
            ``encoding``, ``guessed``, ``lines``, and ``table``: None, or a dict with
            ``delimiter``, ``header``, ``columns``, ``numeric``, ``column`` and ``rows``.
        """
        found = inspect(
            bytes(data), whole=whole, encoding=encoding, delimiter=delimiter, header=header
        )
        return dataclasses.asdict(found)

    def begin_list(self, name: str, **options: Any) -> None:
        """Begin to read a list that comes in pieces; the one before stays in use.

        Parameters
        ----------
        name : str
            What the list is called in the page.
        **options
            See `ReadOptions`.
        """
        self._reading = name, WordReader(ReadOptions(**options))

    def feed_list(self, data: bytes | memoryview) -> Plain:
        """Read the next piece.

        Parameters
        ----------
        data : bytes or memoryview

        Returns
        -------
        dict
            ``bytes``, ``lines`` and ``words`` so far.

        Raises
        ------
        WordListError
            If the list cannot be read. It is given up; the one before stays in use.
        """
        _, reader = self._need_reading()
        try:
            reader.feed(data)
        except Exception:
            self._reading = None
            raise
        return {"bytes": reader.bytes_read, "lines": reader.report.lines, "words": reader.count}

    def finish_list(self) -> Plain:
        """Put the list that was read in the place of the one before.

        Returns
        -------
        dict
            The list's summary; see `summary`.

        Raises
        ------
        WordListError
            If it cannot be read. It is given up; the one before stays in use.
        """
        name, reader = self._need_reading()
        self._reading = None
        return self._use(_Learned(name, reader.finish()))

    def cancel_list(self) -> None:
        """Give up the list that is being read, if one is."""
        self._reading = None

    def undo_list(self) -> Plain:
        """Go back to the list before, with its models; a second time, forth again.

        Returns
        -------
        dict
            Its summary; see `summary`.

        Raises
        ------
        MakemoreError
            If there was none.
        """
        if self._before is None:
            raise MakemoreError("There was no list before this one.")
        return self._use(self._before)

    def _use(self, learned: _Learned) -> Plain:
        before, self._before = self._before, self._learned
        self._learned = learned
        try:
            return self.summary()
        except Exception:
            self._learned, self._before = self._before, before
            raise

    def _need_reading(self) -> tuple[str, WordReader]:
        if self._reading is None:
            raise MakemoreError("No list is being read.")
        return self._reading

    def summary(self) -> Plain:
        """Tell the facts of the list and of its counts.

        Returns
        -------
        dict
            ``name``, ``count``, ``distinct``, ``shortest``, ``longest`` and their
            ``shortest_length`` and ``longest_length`` in code points, ``first`` (ten words;
            of very long ones, the beginning), ``exact`` (whether what is said about
            ``distinct``, and about words being in the list, is sure),
            ``false_positive_rate`` (the share of new words that are taken for known ones),
            ``symbols`` (V, the boundary first), ``bigrams`` (their number), ``frequent``
            (the most frequent, each [first, second, count]), ``table`` (see `table`),
            ``report`` (what was changed while reading) and ``before`` (the name of the list
            that `undo_list` goes back to, or None).
        """
        learned = self._need_list()
        read = learned.read
        return {
            "name": learned.name,
            "count": read.count,
            "distinct": read.distinct,
            "shortest": read.shortest[:_SHOWN_CHARACTERS],
            "longest": read.longest[:_SHOWN_CHARACTERS],
            "shortest_length": len(read.shortest),
            "longest_length": len(read.longest),
            "exact": read.words is not None or read.membership.exact,
            "false_positive_rate": read.false_positive_rate,
            "first": [word[:_SHOWN_CHARACTERS] for word in read.first],
            "symbols": list(learned.vocabulary.symbols),
            "bigrams": int(learned.counts.sum()),
            "frequent": [
                list(dataclasses.astuple(bigram))
                for bigram in most_frequent(learned.counts, learned.vocabulary, _FREQUENT_PAIRS)
            ],
            "table": self.table(),
            "report": dataclasses.asdict(read.report),
            "before": self._before and self._before.name,
        }

    def table(self, limit: int = _TABLE_SYMBOLS) -> Plain:
        """Give the counts of the most frequent symbols, the rest summed.

        Parameters
        ----------
        limit : int, default 60
            At most so many symbols.

        Returns
        -------
        dict
            ``symbols`` (K), ``rest`` (how many symbols the last row and column sum up; 0
            if there is no such row) and ``counts`` (K or K + 1 rows).
        """
        learned = self._need_list()
        kept = most_frequent_symbols(learned.counts, max(1, limit))
        return {
            "symbols": [learned.vocabulary.symbols[i] for i in kept.tolist()],
            "rest": len(learned.vocabulary) - len(kept),
            "counts": condense(learned.counts, kept).tolist(),
        }

    def tables(self, limit: int = _TABLE_SYMBOLS) -> Plain:
        """Give the counts and both models' probabilities, and how far the models are apart.

        Parameters
        ----------
        limit : int, default 60
            At most so many symbols.

        Returns
        -------
        dict
            ``symbols``, ``rest`` and ``counts`` as of `table`; ``counting`` and
            ``gradient``, probabilities in tables of the same shape; ``divergence``, the
            `kl_divergence` of the net from the count model in nats per bigram; and
            ``differences``, the bigrams (of all symbols) that differ most, each [first,
            second, count model's probability, net's probability]. Without a trained net
            ``gradient`` and ``divergence`` are None and ``differences`` is empty.
        """
        learned = self._need_list()
        kept = most_frequent_symbols(learned.counts, limit)
        counting = learned.count_model.probabilities()
        result = {
            **self.table(limit),
            "counting": condense_probabilities(counting, learned.counts, kept).tolist(),
            "gradient": None,
            "divergence": None,
            "differences": [],
        }
        if learned.run is not None and isinstance(counting, np.ndarray):
            gradient = learned.run.model.probabilities()
            differences = largest_differences(counting, gradient, learned.vocabulary, _DIFFERENCES)
            result["gradient"] = condense_probabilities(gradient, learned.counts, kept).tolist()
            result["divergence"] = kl_divergence(counting, gradient, learned.run.model.counts)
            result["differences"] = [list(difference) for difference in differences]
        return result

    def fit(self, smoothing: object = 1.0) -> Plain:
        """Train the count model: turn counts into probabilities.

        Parameters
        ----------
        smoothing : float or str
            k of add-k smoothing.

        Returns
        -------
        dict
            ``log_likelihood`` and ``mean_nll`` of the list, in nats; and to compare with,
            the mean of counting without smoothing (``lowest``: no bigram model's is lower)
            and of guessing evenly (``uniform``: ln V).

        Raises
        ------
        SettingError
            If the smoothing is out of range.
        """
        learned = self._need_list()
        model = CountModel(learned.counts, parse_setting("smoothing", smoothing))
        probabilities = model.probabilities()
        learned.count_model = model
        return {
            "smoothing": model.smoothing,
            "log_likelihood": log_likelihood(probabilities, learned.counts),
            "mean_nll": mean_nll(probabilities, learned.counts),
            "lowest": mean_nll(CountModel(learned.counts, 0).probabilities(), learned.counts),
            "uniform": math.log(len(learned.vocabulary)),
        }

    def start_training(
        self, steps: object, learning_rate: object, l2: object, weights_seed: object
    ) -> Plain:
        """Begin to train the softmax model from seeded standard normal weights.

        Parameters
        ----------
        steps, learning_rate, l2, weights_seed : number or str
            As typed; see `SETTINGS`.

        Returns
        -------
        dict
            As of `advance`, with no step done yet.

        Raises
        ------
        SettingError
            If a setting is out of range.
        """
        learned = self._need_list()
        settings = _run_settings(steps, learning_rate, l2)
        generator = TorchGenerator(int(parse_setting("weights_seed", weights_seed)))
        model = SoftmaxModel(_dense(learned.counts), generator=generator)
        if learned.run is not None and learned.run.losses:
            learned.run_before = learned.run
        learned.run = TrainingRun(model, *settings)
        return self._progress(learned.run, [])

    def resume_training(self, steps: object, learning_rate: object, l2: object) -> Plain:
        """Go on with a run that was stopped, or beyond one that was finished.

        Parameters
        ----------
        steps, learning_rate, l2 : number or str
            As typed; they may differ from before.

        Returns
        -------
        dict
            As of `advance`.

        Raises
        ------
        MakemoreError
            If there is no run, or a setting is out of range.
        """
        learned, run = self._need_list(), self._need_run()
        run.resume(*_run_settings(steps, learning_rate, l2))
        # What this run has learned is now worth more than the net before it.
        learned.run_before = None
        return self._progress(run, [])

    def advance(self, seconds: float) -> Plain:
        """Train for about `seconds`.

        Parameters
        ----------
        seconds : float
            After so much time no further step begins.

        Returns
        -------
        dict
            ``step``, ``steps``, ``done``, ``losses`` (of the new steps, before each
            update), ``lowest`` (the lowest loss since the start or the last resume; None
            before the first step), and ``loss`` and ``mean_nll`` of the weights as they
            are now, with and without regularization.

        Raises
        ------
        TrainingError
            If the loss explodes. If the run was new, the net that was trained before is
            back, if there was one; else the run's weights of the lowest loss are kept.
        """
        learned, run = self._need_list(), self._need_run()
        try:
            return self._progress(run, run.advance(seconds))
        except TrainingError:
            learned.run = learned.run_before or run
            raise

    def progress(self) -> Plain:
        """Tell how far the run is.

        Returns
        -------
        dict
            As of `advance`, with all losses so far.

        Raises
        ------
        MakemoreError
            If there is no run.
        """
        run = self._need_run()
        return self._progress(run, run.losses)

    def save_run(self) -> Plain:
        """Copy the net and its training run, for `restore_run`.

        Returns
        -------
        dict
            Numbers, None and bytes, see `TrainingRun.state`; ``before`` is the state of
            the net before this run, if a failing run would still give that back, else
            None.

        Raises
        ------
        MakemoreError
            If there is no run.
        """
        before = self._need_list().run_before
        return {**self._need_run().state(), "before": None if before is None else before.state()}

    def restore_run(self, saved: Plain) -> Plain:
        """Bring back what `save_run` gave, on the same list; it goes on bit for bit.

        Parameters
        ----------
        saved : dict
            From `save_run`, in this Python or another.

        Returns
        -------
        dict
            As of `advance`, with all losses so far.

        Raises
        ------
        TrainingError
            If it was trained on another list. A net that is there is kept.
        """
        learned, before = self._need_list(), saved["before"]
        run = TrainingRun.from_state(_dense(learned.counts), saved)
        learned.run_before = before and TrainingRun.from_state(_dense(learned.counts), before)
        learned.run = run
        return self.progress()

    def generate(
        self,
        model: str = "counting",
        count: object = 20,
        seed: object = 2147483647,
        era: object = 1,
        temperature: object = 1.0,
    ) -> Plain:
        """Make new words.

        Parameters
        ----------
        model : {"counting", "gradient"}
            Which model makes them.
        count, seed, era, temperature : number or str
            As typed; see `SETTINGS`.

        Returns
        -------
        dict
            ``words``, each with ``word``, its ``symbols``, ``known`` (whether the list has it; see
            `ReadList.has`), ``line`` (where it has it first; else, or if the list is too long
            to keep its words, None),
            ``mean_nll`` (in nats, under the model as trained), ``probabilities`` (of each
            symbol, and of the end if it was drawn, under the same) and ``ended``; and
            ``truncated``, how many did not end and were cut after ``max_length``.

        Raises
        ------
        MakemoreError
            If there is no such trained model, or a setting is out of range.
        """
        learned = self._need_list()
        number = int(parse_setting("count", count))
        heat = float(parse_setting("temperature", temperature))
        pytorch: Era = 2 if parse_setting("era", era) == 2 else 1
        generator = TorchGenerator(int(parse_setting("seed", seed)), era=pytorch)
        probabilities = self._probabilities(model)
        # A model of many symbols, smoothed, hardly ever ends a word, and each symbol takes longer.
        longest = max(1, min(MAX_LENGTH, _SAMPLED // len(learned.vocabulary)))
        words = generate_words(
            with_temperature(probabilities, heat),
            learned.vocabulary,
            generator,
            max_length=longest,
        )
        made = list(itertools.islice(words, number))
        if learned.read.words is None:
            known = learned.read.has([word.word for word in made])
        else:
            known = [word.word in learned.line_of for word in made]
        scores: list[tuple[float, list[float]]] = []
        for start in range(0, number, _SCORED):
            scores += score_samples(probabilities, made[start : start + _SCORED])
        plain = [
            {
                "word": word,
                "symbols": [learned.vocabulary.symbols[i] for i in indices],
                "known": is_known,
                "line": learned.line_of.get(word),
                "mean_nll": mean,
                "probabilities": likely,
                "ended": ended,
            }
            for (word, ended, indices), (mean, likely), is_known in zip(
                made, scores, known, strict=True
            )
        ]
        cut = sum(not word.ended for word in made)
        return {"words": plain, "truncated": cut, "max_length": longest}

    def score(self, word: str, model: str = "counting") -> Plain:
        """Score one word under a model.

        Parameters
        ----------
        word : str
            Any text without a line feed; brought to Unicode NFC as the list is.
        model : {"counting", "gradient"}

        Returns
        -------
        dict
            ``nll``, ``mean_nll`` and ``bigrams``, each [first, second, probability, nll].

        Raises
        ------
        VocabularyError
            If the list has not all of the word's symbols.
        """
        learned = self._need_list()
        word = unicodedata.normalize("NFC", word)
        score = score_word(self._probabilities(model), learned.vocabulary, word)
        return {
            "nll": score.nll,
            "mean_nll": score.mean_nll,
            "bigrams": [list(bigram) for bigram in score.bigrams],
        }

    def nearest(self, word: str) -> Plain:
        """Find the words of the list that are nearest to a word, by edit distance.

        Parameters
        ----------
        word : str

        Returns
        -------
        dict
            ``distance``; ``words``, the first five that have it, each [word, line]; and
            ``more``, how many others have it too.
        """
        learned = self._need_list()
        distance, words = learned.index.nearest(unicodedata.normalize("NFC", word))
        first = words[:_NEAREST_WORDS]
        return {
            "distance": distance,
            "words": [[near, learned.line_of[near]] for near in first],
            "more": len(words) - len(first),
        }

    def open_lecture(self, counts: bytes | memoryview) -> list[Plain]:
        """Make the lecture ready to compute its steps.

        Parameters
        ----------
        counts : bytes or memoryview
            The notebook's bigram counts, as CSV.

        Returns
        -------
        list of dict
            All steps; see `Lecture.contents`.

        Raises
        ------
        MakemoreError
            If the counts are not such a table.
        """
        # Imported here: the page starts faster without, and many never open the lecture.
        from makemore.lecture import Lecture

        self._lecture = Lecture(bytes(counts))
        return self._lecture.contents()

    def lecture(self, step: str, inputs: Plain) -> list[Plain]:
        """Compute one step of the lecture.

        Parameters
        ----------
        step : str
            Its id.
        inputs : dict
            As typed, by name.

        Returns
        -------
        list of dict
            Results beside what the notebook printed; see `Lecture.compute`.

        Raises
        ------
        MakemoreError
            If the lecture is not open, or an input cannot be used.
        """
        lecture = self._need_lecture()
        lecture.use_words(None if self._learned is None else self._learned.read.words)
        return lecture.compute(step, inputs)

    def export_lecture(self, form: str) -> str:
        """Write the lecture as a file to run elsewhere.

        Parameters
        ----------
        form : {"py", "ipynb"}

        Returns
        -------
        str
            A Python script, or a Jupyter notebook.

        Raises
        ------
        MakemoreError
            If the lecture is not open.
        """
        from makemore.lecture import export

        write = export.notebook if form == "ipynb" else export.script
        return write(self._need_lecture())

    def _need_lecture(self) -> Lecture:
        if self._lecture is None:
            raise LectureClosedError("The lecture is not open yet. Open it again.")
        return self._lecture

    def _need_list(self) -> _Learned:
        if self._learned is None:
            raise MakemoreError(_NO_LIST)
        return self._learned

    def _need_run(self) -> TrainingRun:
        run = self._need_list().run
        if run is None:
            raise MakemoreError("The net is not trained yet. Press Train with Gradient descent.")
        return run

    def _probabilities(self, model: str) -> Probabilities:
        if model == "counting":
            return self._need_list().count_model.probabilities()
        if model == "gradient":
            return self._need_run().model.probabilities()
        raise SettingError(f"The model is 'counting' or 'gradient', not {model!r}.", "model")

    def _progress(self, run: TrainingRun, losses: list[float]) -> Plain:
        return {
            "step": len(run.losses),
            "steps": run.steps,
            "done": run.done,
            "losses": losses,
            "lowest": run.lowest,
            "loss": run.model.loss(run.l2),
            "mean_nll": mean_nll(run.model.probabilities(), run.model.counts),
        }


def _dense(counts: Counts) -> npt.NDArray[np.int64]:
    if isinstance(counts, SparseCounts):
        V = len(counts)
        raise TrainingError(
            f"Gradient descent keeps a weight for each pair of symbols, and this list has {V:,} "
            f"symbols: {V * V:,} weights. It works up to {DENSE_SYMBOLS:,} symbols. Use Counting, "
            "which keeps only the pairs that come, or a list with fewer symbols."
        )
    return counts


def _run_settings(steps: object, learning_rate: object, l2: object) -> tuple[int, float, float]:
    return (
        int(parse_setting("steps", steps)),
        float(parse_setting("learning_rate", learning_rate)),
        float(parse_setting("l2", l2)),
    )


def dispatch(session: Session, action: str, arguments: Plain) -> Plain:
    """Carry out an action and bring back its value or its error, both as plain data.

    Parameters
    ----------
    session : Session
    action : str
        The name of a public method.
    arguments : dict
        Its keyword arguments.

    Returns
    -------
    dict
        ``{"value": …}``, or ``{"error": {"kind", "message", "setting", "symbols",
        "losses", "detail"}}``. ``message`` is for the person, ``losses`` are of the steps that
        were done before training failed. An error that no input should cause
        is of kind "InternalError", with the traceback in ``detail``, for the console.
    """
    try:
        return {"value": _action(session, action)(**arguments)}
    except MakemoreError as error:
        return {"error": _plain_error(error, type(error).__name__, str(error))}
    except MemoryError as error:
        message = (
            "There is not enough memory for this. What was there before is kept; use a smaller "
            "list, or close other tabs and try again."
        )
        return {"error": _plain_error(error, "MemoryError", message)}
    except Exception as error:
        message = (
            f"Something went wrong inside makemore ({type(error).__name__}: {error}). This is "
            "a bug, not your doing; what was there before is kept."
        )
        return {"error": _plain_error(error, "InternalError", message)}


def _action(session: Session, name: str) -> Callable[..., Any]:
    if name.startswith("_") or not callable(getattr(session, name, None)):
        raise AttributeError(f"there is no action named {name!r}")
    action: Callable[..., Any] = getattr(session, name)
    return action


def _plain_error(error: Exception, kind: str, message: str) -> Plain:
    return {
        "kind": kind,
        "message": message,
        "setting": error.setting if isinstance(error, SettingError) else None,
        "symbols": list(error.symbols) if isinstance(error, VocabularyError) else [],
        "losses": error.losses if isinstance(error, TrainingError) else [],
        "detail": "".join(traceback.format_exception(error)) if kind == "InternalError" else "",
    }


def build_preview(name: str, data: bytes) -> Plain:
    """Compute at build time what the page shows of a built-in list before Python is ready.

    Parameters
    ----------
    name : str
        What the list is called in the page.
    data : bytes
        The list.

    Returns
    -------
    dict
        ``summary``, ``fit`` and ``generated``, as the session's actions give them with
        their default settings.
    """
    session = Session()
    summary = session.load(name, data)
    return {"summary": summary, "fit": session.fit(), "generated": session.generate()}
