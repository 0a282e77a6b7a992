"""makemore.py's whole run: its split, weights, batches, losses, evaluations and samples.

With the same seed all come out as in the script, on PyTorch's CPU, to float32's rounding: one
stream of random numbers, drawn from in the same order.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from makemore.errors import SettingError, TrainingError, WordListError
from makemore.models import MODELS
from makemore.models.batches import Words
from makemore.models.net import Net, Sizes, check_sizes
from makemore.models.net_run import NetRun, Replaced
from makemore.models.protocol import Event, State
from makemore.models.recipes import Recipe
from makemore.settings import MAKEMORE_SEED, parse_setting
from makemore.torch_generator import TorchGenerator
from makemore.vocabulary import Vocabulary

__all__ = ["KINDS", "MakemoreRun", "Options", "clean_words", "options_for"]

KINDS = {
    "bigram": "bigram-logits",
    "mlp": "mlp",
    "rnn": "rnn",
    "gru": "gru",
    "bow": "bow",
    "transformer": "transformer",
}
"""makemore.py's --type, and the models they are here."""

_LINE = "-" * 80
_TEST_WORDS = 1000
_SLICE_SECONDS = 0.03
_LOG, _EVALUATE, _SAMPLE = 10, 500, 200  # steps between lines, evaluations and samples
_BATCHES, _EVALUATED = 11, 100  # of an evaluation, and words of each


@dataclass(frozen=True)
class Options:
    """makemore.py's flags, under its names and with its defaults; -1 steps are without end."""

    input_file: str = "names.txt"
    work_dir: str = "out"
    resume: bool = False
    sample_only: bool = False
    num_workers: int = 4
    max_steps: int = -1
    device: str = "cpu"
    seed: int = MAKEMORE_SEED
    top_k: int = -1
    type: str = "transformer"
    n_layer: int = 4
    n_head: int = 4
    n_embd: int = 64
    n_embd2: int = 64
    batch_size: int = 32
    learning_rate: float = 5e-4
    weight_decay: float = 0.01


def options_for(kind: str, settings: Mapping[str, Any]) -> Options:
    """Turn a net's kind and settings, those of `models.MODELS`, into makemore.py's flags.

    What is None or missing has makemore.py's default; ``steps`` are without end then.
    """
    flag = next(flag for flag, ours in KINDS.items() if ours == kind)
    given = {
        flag: settings[name] for name, flag in _FLAGS.items() if settings.get(name) is not None
    }
    return replace(Options(type=flag), **given)


_FLAGS = {
    "steps": "max_steps",
    "weights_seed": "seed",
    "layers": "n_layer",
    "heads": "n_head",
    "embedding": "n_embd",
    "hidden": "n_embd2",
    "batch_size": "batch_size",
    "learning_rate": "learning_rate",
    "l2": "weight_decay",
}


def clean_words(text: str) -> list[str]:
    """Take words from a text as makemore.py does: a line each, trimmed, none empty."""
    return [word for line in text.splitlines() if (word := line.strip())]


class MakemoreRun:
    """makemore.py's program, for words that were read.

    ``net`` is the model; ``train_words`` and ``test_words`` are the split. `events` does all that
    the script does after its arguments are read.
    """

    def __init__(
        self, words: Sequence[str], options: Options, vocabulary: Vocabulary | None = None
    ) -> None:
        """Split the words and draw the weights.

        Raises WordListError if there are fewer than 10 words, SettingError if an option is none.
        """
        if options.type not in KINDS:
            known = ", ".join(KINDS)
            raise SettingError(f"There is no type {options.type!r}; there are {known}.", "type")
        parse_setting("batch_size", options.batch_size)
        parse_setting("learning_rate", options.learning_rate)
        if options.top_k != -1:
            parse_setting("top_k", options.top_k)
        if len(words) < 10:
            raise WordListError(
                f"makemore.py keeps a tenth of the words for testing, and the list has {len(words)}"
                " words. Give at least 10."
            )
        self.options, self.words = options, list(words)
        self.vocabulary = vocabulary or Vocabulary.from_words(words)
        self.stream = TorchGenerator(options.seed, era=2)
        order = self.stream.randperm(len(words)).tolist()
        test = min(_TEST_WORDS, int(len(words) * 0.1))
        self.train_words = [self.words[i] for i in order[:-test]]
        self.test_words = [self.words[i] for i in order[-test:]]
        self._train, self._test = (
            Words(part, self.vocabulary) for part in (self.train_words, self.test_words)
        )
        self.block = max(len(self.vocabulary.split(word)) for word in words) + 1
        sizes = Sizes(self.block, options.n_layer, options.n_head, options.n_embd, options.n_embd2)
        check_sizes(sizes)
        self.net: Net = MODELS[KINDS[options.type]].load()(self.vocabulary, sizes, self.stream)
        self._sizes = sizes
        self.run: NetRun | None = None
        self.best_loss: float | None = None
        # A step whose evaluation and samples are still to be done, and where the stream was.
        self._after: tuple[int, tuple[int, float | None]] | None = None

    @property
    def split(self) -> tuple[list[str], list[str]]:
        """The words that are trained on, and those kept for testing."""
        return self.train_words, self.test_words

    # ---- what the script prints

    def opening(self) -> list[str]:
        """Give the lines about the words and the model."""
        symbols = self.vocabulary.symbols[1:]
        lines = [
            f"number of examples in the dataset: {len(self.words)}",
            f"max word length: {self.block - 1}",
            f"number of unique characters in the vocabulary: {len(symbols)}",
            "vocabulary:",
            "".join(symbols),
            f"split up the dataset into {len(self.train_words)} training examples and "
            f"{len(self.test_words)} test examples",
            f"dataset determined that: vocab_size={len(symbols) + 1}, block_size={self.block}",
        ]
        sizes = {name: p.size for name, p in self.net.parameters.items()}
        if self.options.type == "transformer":
            without_head = sum(n for name, n in sizes.items() if not name.startswith("lm_head"))
            lines.append(f"number of parameters: {without_head / 1e6:.2f}M")
        return [*lines, f"model #params: {sum(sizes.values())}"]

    def samples(self, count: int = 10) -> list[str]:
        """Draw words in lock-step and give the lines about them."""
        *_, lines = self._sampling(count)
        return lines

    def _sampling(self, count: int = 10) -> Iterator[list[str]]:
        """Give no lines for each symbol that is drawn, then those of `samples`."""
        x: npt.NDArray[np.intp] = np.zeros((count, 1), dtype=np.intp)
        for _ in range(self.block - 1):  # rows that have ended go on, as in the script
            x = np.concatenate([x, self._drawn_after(x)[:, None]], axis=1)
            yield []
        rows = [row[1:] for row in x.tolist()]
        drawn = [self.vocabulary.decode(row[: row.index(0)] if 0 in row else row) for row in rows]
        train, test = set(self.train_words), set(self.test_words)
        groups: dict[str, list[str]] = {"in train": [], "in test": [], "new": []}
        for word in drawn:
            where = "in train" if word in train else "in test" if word in test else "new"
            groups[where].append(word)
        lines = [_LINE]
        for where, words in groups.items():
            lines += [f"{len(words)} samples that are {where}:", *words]
        yield [*lines, _LINE]

    def _drawn_after(self, x: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
        """Draw the next symbol of each row of x (B, T), (B,)."""
        z = self.net.logits(x)
        if self.options.top_k != -1:
            k = min(self.options.top_k, z.shape[1])
            z[z < np.sort(z, axis=1)[:, [-k]]] = -np.inf
        p = np.exp(z - z.max(axis=1, keepdims=True))
        p /= p.sum(axis=1, keepdims=True)
        return self.stream.multinomial_rows(p)

    # ---- the loop

    def events(
        self,
        save: Callable[[Net], str] | None = None,
        clock: Callable[[], float] = time.perf_counter,
    ) -> Iterator[Event]:
        """Do what the script does, and yield its lines as ``facts["lines"]``.

        ``save`` is called with the net when its test loss is the best so far, and returns where it
        was saved. ``options.resume`` and ``sample_only`` expect that the net has been given its
        saved parameters (`Net.set_parameters`). If it is closed and called again it goes on. Raises
        TrainingError as `NetRun.events` does.
        """
        options = self.options
        lines: list[str] = []
        losses: list[float] = []
        if self.run is None:
            lines += self.opening()
            if options.resume or options.sample_only:
                lines.append("resuming from existing model in the workdir")
            if options.sample_only:
                yield self._event([*lines, *self.samples(50)], losses, done=True)
                return
        run = self.run or self._begin()
        run.net.slopes[:] = 0  # a part of a step that was given up
        until = clock()
        try:
            while True:
                for work in self._all_of_a_step(run, losses, save, clock):
                    lines += work
                    if lines or clock() >= until:
                        yield self._event(lines, losses)
                        until = clock() + _SLICE_SECONDS
                if 0 <= options.max_steps <= run.step:
                    break
        except TrainingError as error:
            error.losses = losses
            raise
        yield self._event(lines, losses, done=True)

    def go_on(self, recipe: Recipe) -> None:
        """Take other steps, batches and rates; as many steps again if all were done.

        Sizes and seed stay: the run has one stream of random numbers, from its beginning.
        """
        options = replace(
            self.options,
            max_steps=recipe.steps,
            batch_size=recipe.batch_size,
            learning_rate=recipe.learning_rate,
            weight_decay=recipe.l2,
        )
        if self.run is not None:
            self.run.go_on(self._recipe(options))
            options = replace(options, max_steps=self.run.recipe.steps)
        self.options = options

    def _begin(self) -> NetRun:
        """Draw what the script's data loader draws, and begin the run."""
        self.stream.int64()  # the loader's own seed, of which nothing is used
        draws = Replaced(len(self.train_words), self.stream.int64())
        recipe = self._recipe(self.options)
        self.run = NetRun(self.net, self.train_words, recipe, draws=draws)
        return self.run

    def _recipe(self, options: Options) -> Recipe:
        steps = options.max_steps if options.max_steps >= 0 else 2**31
        return Recipe(
            self._sizes,
            max(1, steps),
            options.batch_size,
            options.learning_rate,
            options.weight_decay,
            options.seed,
            scheduled=False,
        )

    def _all_of_a_step(
        self,
        run: NetRun,
        losses: list[float],
        save: Callable[[Net], str] | None,
        clock: Callable[[], float],
    ) -> Iterator[list[str]]:
        if self._after is None:
            begin, step = clock(), run.step
            loss: list[float] = []
            for _ in run.one_step(loss):
                yield []
            losses += loss
            self._after = step, self.stream.position()
            if step % _LOG == 0:
                took = (clock() - begin) * 1000
                yield [f"step {step} | loss {loss[0]:.4f} | step time {took:.2f}ms"]
        step, position = self._after
        if self.stream.position() != position:  # it was closed in the middle of an evaluation
            self.stream = TorchGenerator(self.options.seed, era=2)
            self.stream.go_to(position)
        if step and step % _EVALUATE == 0:
            yield from self._evaluation(step, save)
        if step and step % _SAMPLE == 0:
            yield from self._sampling()
        self._after = None

    def _evaluation(self, step: int, save: Callable[[Net], str] | None) -> Iterator[list[str]]:
        means = []
        for words in (self._train, self._test):
            found: list[float] = []
            for loss in self._evaluate(words):
                if loss is not None:
                    found.append(loss)
                yield []
            means.append(float(np.mean(np.array(found, np.float32), dtype=np.float32)))
        train, test = means
        lines = [f"step {step} train loss: {train} test loss: {test}"]
        if self.best_loss is None or test < self.best_loss:
            self.best_loss = test
            if save is not None:
                where = save(self.net)
                lines.append(f"test loss {test} is the best so far, saving model to {where}")
        self._measured = train, test
        yield lines

    def _evaluate(self, words: Words) -> Iterator[float | None]:
        """Give the mean loss of each of 11 batches of 100 shuffled words, or of as many as are.

        There is a None for each part of a batch on the way.
        """
        self.stream.int64()
        shuffler = TorchGenerator(self.stream.int64())
        order = shuffler.randperm(len(words), first=_BATCHES * _EVALUATED)
        for begin in range(0, len(order), _EVALUATED):
            parts: list[tuple[float, int]] = []
            for part in self.net.losses(words.batch(order[begin : begin + _EVALUATED])):
                parts.append(part)
                yield None
            yield sum(loss for loss, _ in parts) / sum(count for _, count in parts)

    _measured: tuple[float, float] | None = None

    def _event(self, lines: list[str], losses: list[float], done: bool = False) -> Event:
        train, test = self._measured or (None, None)
        self._measured = None
        told, said = tuple(losses), tuple(lines)
        lines.clear()
        losses.clear()
        step = 0 if self.run is None else self.run.step
        facts: dict[str, Any] = {"lines": said, "best": self.best_loss}
        return Event(
            self.net.kind,
            step,
            self.options.max_steps,
            told,
            train=train,
            held_out=test,
            done=done,
            facts=facts,
        )

    # ---- keeping

    def state(self) -> State:
        """Copy all there is to know, as of the last whole step; only once it has begun."""
        if self.run is None:
            raise SettingError("There is nothing to keep yet: the run has not begun.", "run")
        kept = self.run.state()
        step, position = self._after or (None, self.stream.position())
        config = {
            "options": asdict(self.options),
            "run": kept.config,
            "best_loss": self.best_loss,
            "after": step,
            "stream": list(position),
        }
        return State(config, kept.arrays)

    @classmethod
    def from_state(
        cls, words: Sequence[str], state: State, vocabulary: Vocabulary | None = None
    ) -> MakemoreRun:
        """Make the run again that gave `state`; it goes on bit for bit.

        Raises TrainingError if the state is of a run on other words.
        """
        config = state.config
        made = cls(words, Options(**config["options"]), vocabulary)
        made._begin().restore(State(config["run"], state.arrays))
        made.best_loss = config["best_loss"]
        position = int(config["stream"][0]), config["stream"][1]
        if config["after"] is not None:
            made._after = int(config["after"]), position
        made.stream.go_to(position)
        return made
