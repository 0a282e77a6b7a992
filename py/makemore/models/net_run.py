"""One training run of a net: step by step, stopped and resumed bit for bit, the best kept."""

from __future__ import annotations

import math
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, replace
from typing import Protocol

import numpy as np
import numpy.typing as npt

from makemore.errors import TrainingError, WordListError
from makemore.models.batches import Words
from makemore.models.net import Net, Sizes, quiet
from makemore.models.protocol import Event, State
from makemore.models.recipes import Recipe
from makemore.nn.optimizers import AdamW, warm_up_and_cosine
from makemore.torch_generator import TorchGenerator
from makemore.vocabulary import Vocabulary

__all__ = ["Draws", "NetRun", "Replaced", "Rounds"]

_SLICE_SECONDS = 0.03  # of work between two events
_MEASURES = 25  # of the held-out loss, in a run
_PATIENCE = 8  # measures without a better one, then the run ends
_SAMPLE = 1000  # held-out words that are measured on the way; the end is measured on all
_SMOOTH = 0.95  # of the running mean of batch losses that stays at each step
_EARLY = 10  # steps before the running mean says something
_EXPLODED = 2.0  # a running mean so many times its lowest will not come back
_WORSE = 1.05  # a run that ends so many times above where it began was for nothing
_COPY_STEPS = 50
_MEAN_SHARE = 1 / 9  # of the steps so far, that the running mean of the weights remembers
_MEAN_EARLY = 50  # steps, each of which it follows; then every fifth, which costs nothing
_MEAN_STEPS = 5

Floats = npt.NDArray[np.float32]
Indices = npt.NDArray[np.intp]


class Draws(Protocol):
    """Which words come next; ``drawn`` counts those that came, and is all there is to keep."""

    drawn: int

    def peek(self, count: int) -> Indices:
        """Give the next words' numbers; they come again until `drawn` is raised."""


class Rounds:
    """Each word once, in random order, then each again: a round's order depends on its number."""

    def __init__(self, words: int, seed: int) -> None:
        self.drawn, self._words, self._seed = 0, words, seed
        self._round = -1
        self._order: Indices = np.zeros(0, dtype=np.intp)

    def peek(self, count: int) -> Indices:
        """Give the next words' numbers, (count,)."""
        chosen: list[Indices] = []
        at, left = self.drawn, count
        while left:
            number, begin = divmod(at, self._words)
            chosen.append(self._ordered(number)[begin : begin + left])
            at, left = at + len(chosen[-1]), left - len(chosen[-1])
        return np.concatenate(chosen)

    def _ordered(self, number: int) -> Indices:
        if number != self._round:
            state = np.random.RandomState([self._seed & 0xFFFFFFFF, number])
            self._round, self._order = number, state.permutation(self._words).astype(np.intp)
        return self._order


class Replaced:
    """Any word, every time, as PyTorch's RandomSampler with replacement draws from its seed."""

    def __init__(self, words: int, seed: int) -> None:
        self.drawn, self._words = 0, words
        self._generator = TorchGenerator(seed)
        self._ahead: Indices = np.zeros(0, dtype=np.intp)
        self._begin = 0  # the place of the first of those that were drawn ahead

    def peek(self, count: int) -> Indices:
        """Give the next words' numbers, (count,)."""
        while self._begin + len(self._ahead) < self.drawn + count:
            kept = self._ahead[max(0, self.drawn - self._begin) :]
            self._begin += len(self._ahead) - len(kept)
            more = self._generator.integers(self._words, max(count, 4096))
            self._ahead = np.concatenate([kept, more])
        begin = self.drawn - self._begin
        return self._ahead[begin : begin + count]


class NetRun:
    """Steps of AdamW on one net, with what it takes to stop, to go on, and to notice failure.

    Batch losses are noisy, so whether the loss rises is judged on their running mean. So are the
    weights: while the rate is high they jump about better ones, which their mean over the last
    steps is close to (Polyak and Juditsky 1992). In our own recipes the net is that mean for all
    who look at it between events, and when it is measured; ``_other`` has the weights that learn
    meanwhile, and the mean while they do.
    """

    def __init__(
        self,
        net: Net,
        words: Sequence[str],
        recipe: Recipe,
        held_out: Sequence[str] = (),
        draws: Draws | None = None,
    ) -> None:
        """Begin a run; raises WordListError if there are no words."""
        if not words:
            raise WordListError("There is nothing to learn: the list has no words.")
        self.net, self.recipe = net, recipe
        self.words = Words(words, net.vocabulary)
        self.held_out = Words(held_out, net.vocabulary) if held_out else None
        self.draws = draws or _draws(recipe, len(words))
        self.optimizer = AdamW(len(net.flat))
        self.step = 0
        self.best: tuple[float, int, Floats] | None = None  # held-out loss, its step, weights
        self.measured_at = -1
        self._checksum = _checksum(words)
        self._other = net.flat.copy() if recipe.scheduled else None
        self._shown = False  # whether the net is the mean now
        self._watch_from_here()

    # ---- going on

    @property
    def done(self) -> bool:
        """Whether all steps were done."""
        return self.step >= self.recipe.steps

    def learns(self, words: Sequence[str]) -> bool:
        """Tell whether these are the words of the run."""
        return _checksum(words) == self._checksum

    @property
    def smoothed(self) -> float | None:
        """The running mean of the batches' losses, nats; None before the first step."""
        return self._mean / (1 - _SMOOTH**self._count) if self._count else None

    def go_on(self, recipe: Recipe) -> None:
        """Take other settings; as many steps again if all were done, and the same net."""
        self._learn()
        if self.done or recipe.steps <= self.step:
            recipe = replace(recipe, steps=self.step + recipe.steps)
            if self.best is not None:  # the weights at the end: patience begins anew
                self.best = (self.best[0], self.step, self.best[2])
        if (recipe.scheduled, recipe.seed) != (self.recipe.scheduled, self.recipe.seed):
            self.draws = _draws(recipe, len(self.words))
            self._other = self.net.flat.copy() if recipe.scheduled else None
        self.recipe = recipe
        self._watch_from_here()

    def events(self, clock: Callable[[], float] = time.perf_counter) -> Iterator[Event]:
        """Train to the end; an event at least every 50 ms, also while held-out loss is measured.

        Its facts: ``smoothed``, the running mean of batch losses; ``best`` held-out loss so far and
        ``best_step``; ``rate``, the learning rate. If it is closed between events, `events` goes on
        from the last whole step. Raises TrainingError if the loss rises or is no number; the net
        has its last good weights then.
        """
        self._learn()
        self.net.slopes[:] = 0  # a part of a step that was given up
        losses: list[float] = []
        until = clock()
        try:
            while not self.done:
                work = self._measure() if self._due() else self.one_step(losses)
                for held_out in work:
                    if held_out is not None or clock() >= until:
                        shown = self._shown
                        self._show()
                        yield self._event(losses, held_out)
                        if not shown:
                            self._learn()
                        until = clock() + _SLICE_SECONDS
            yield from self._end(losses)
        except TrainingError as error:
            error.losses = losses
            raise
        except KeyboardInterrupt:  # within a step, while the net is the weights that learn
            self._show()
            raise

    def one_step(self, losses: list[float]) -> Iterator[None]:
        """Do one step, part by part; its loss, of the weights before it, is added to `losses`."""
        recipe, net = self.recipe, self.net
        size = recipe.batch_size
        batch = self.words.batch(self.draws.peek(size))
        symbols, total = batch.asked, 0.0
        stride = max(1, (net.window or 0) // 2)  # one by one long words would take too long
        phase = self.step % stride
        for part in batch.within(net.window, stride, phase).parts(net.part_rows):
            total += net.add_gradients(part, symbols)
            yield None
        self._judge(total / symbols)
        losses.append(total / symbols)
        with quiet():
            self.optimizer.step(net.flat, net.slopes, self.rate, recipe.l2)
            self.step += 1
            if self._other is not None:
                self._follow(self._other)
        self.draws.drawn += size
        yield None

    @property
    def rate(self) -> float:
        """The learning rate of the next step."""
        if not self.recipe.scheduled:
            return self.recipe.learning_rate
        return self.recipe.learning_rate * warm_up_and_cosine(self.step, self.recipe.steps)

    # ---- the mean of the weights

    def _follow(self, mean: Floats) -> None:
        """Let the mean follow the weights, as slowly as it remembers long."""
        steps = 1 if self.step <= _MEAN_EARLY else _MEAN_STEPS
        if self.step % steps:
            return
        ahead = self.net.flat - mean
        ahead *= np.float32(steps / (_MEAN_SHARE * self.step + steps))
        mean += ahead

    def _show(self) -> None:
        """Let the net be the mean of its weights."""
        if not self._shown:
            self._exchange()

    def _learn(self) -> None:
        """Let the net be the weights that learn."""
        if self._shown:
            self._exchange()

    def _exchange(self) -> None:
        if self._other is not None:
            self._other[:], self.net.flat[:] = self.net.flat.copy(), self._other.copy()
            self._shown = not self._shown

    def _begin_from(self, weights: Floats) -> None:
        """Let the net be these weights, whether it learns or is looked at."""
        self.net.flat[:] = weights
        if self._other is not None:
            self._other[:] = weights
        self._shown = False

    # ---- held-out words

    def _due(self) -> bool:
        every = max(1, math.ceil(self.recipe.steps / _MEASURES))
        due = self.step > 0 and self.step % every == 0 and self.step != self.measured_at
        return self.held_out is not None and due

    def _measure(self) -> Iterator[float | None]:
        """Measure the held-out loss part by part, keep the best, give up where it only rises."""
        self._show()
        loss = math.nan
        for mean in self._held_out_loss(_SAMPLE):
            loss = mean
            yield None
        self.measured_at = self.step
        patience = _PATIENCE * math.ceil(self.recipe.steps / _MEASURES)
        if math.isfinite(loss) and (self.best is None or loss < self.best[0]):
            self.best = (loss, self.step, self.net.flat.copy())
        elif self.best and self.recipe.scheduled and self.step - self.best[1] >= patience:
            self.recipe = replace(self.recipe, steps=self.step)
        yield loss
        self._learn()

    def _held_out_loss(self, words: int) -> Iterator[float]:
        """Give the mean nll so far, part by part; the last is that of all."""
        if self.held_out is None:
            return
        total = symbols = 0.0
        for begin in range(0, min(words, len(self.held_out)), 100):
            end = min(begin + 100, words, len(self.held_out))
            for loss, count in self.net.losses(self.held_out.batch(np.arange(begin, end))):
                total, symbols = total + loss, symbols + count
                yield total / symbols

    def _end(self, losses: list[float]) -> Iterator[Event]:
        """Take the best weights, and measure them on all held-out words."""
        self._judge_end()
        if self.held_out is not None and self.measured_at != self.step:
            for _ in self._measure():
                yield self._event(losses)
        self._show()
        best = self.best[2] if self.best is not None and self.recipe.scheduled else self.net.flat
        self._begin_from(best.copy())
        held_out = None
        for mean in self._held_out_loss(len(self.held_out) if self.held_out else 0):
            held_out = mean
            yield self._event(losses)
        yield self._event(losses, held_out, done=True)

    def _event(
        self, losses: list[float], held_out: float | None = None, done: bool = False
    ) -> Event:
        """Tell how far it is; losses that were told are not told again."""
        facts = {
            "smoothed": self.smoothed,
            "best": None if self.best is None else self.best[0],
            "best_step": None if self.best is None else self.best[1],
            "rate": self.rate,
        }
        told = tuple(losses)
        losses.clear()
        return Event(
            self.net.kind,
            self.step,
            self.recipe.steps,
            told,
            held_out=held_out,
            done=done,
            facts=facts,
        )

    # ---- a loss that rises

    def _watch_from_here(self) -> None:
        self._mean, self._count = 0.0, 0
        self._began = self._first = self._lowest = math.inf
        self._good = self.net.flat.copy()

    def _judge(self, loss: float) -> None:
        """Take a batch's loss, of the weights as they are, into the running mean."""
        self._mean = _SMOOTH * self._mean + (1 - _SMOOTH) * loss
        self._count += 1
        if self._count == 1:
            self._began = loss
        smoothed = self._mean / (1 - _SMOOTH**self._count)
        if self._count <= _EARLY:
            self._first = smoothed
        exploded = self._count > _EARLY and smoothed > _EXPLODED * self._lowest
        if not math.isfinite(loss) or exploded:
            self._fail(f"{loss:.4g} after step {self.step}, {self._lowest:.4g} at its lowest")
        self._lowest = min(self._lowest, smoothed)
        if self._count % _COPY_STEPS == 0 and smoothed <= self._lowest * 1.1:
            self._good = self.net.flat.copy()

    def _judge_end(self) -> None:
        smoothed = self.smoothed
        if not np.isfinite(self.net.flat).all():
            self._fail("it is no number any more")
        # The first steps may have exploded, before the running mean said anything.
        limit = _EXPLODED * max(self._began, math.log(len(self.net.vocabulary)))
        if self._count > _EARLY:
            limit = min(limit, _WORSE * self._first)
        if smoothed is not None and smoothed > limit:
            first = min(self._first, self._began)
            self._fail(f"{smoothed:.4g} at the end, {first:.4g} at first")

    def _fail(self, what: str) -> None:
        # The best that was measured may be of weights that had exploded already.
        good = self.best is not None and self.best[0] < self._began
        self._begin_from(self.best[2] if self.best and good else self._good)
        self.net.slopes[:] = 0
        self.optimizer = AdamW(len(self.net.flat))
        rate = self.recipe.learning_rate
        self._watch_from_here()
        raise TrainingError(
            f"The loss rises instead of falling: {what}. The learning rate {rate:g} is too large. "
            "The last good weights are kept; use a smaller learning rate and train again."
        )

    # ---- keeping

    def state(self) -> State:
        """Copy all there is to know of the run, as of its last whole step."""
        best = self.best
        config = {
            "kind": self.net.kind,
            "recipe": asdict(self.recipe),
            "step": self.step,
            "optimizer_steps": self.optimizer.t,
            "drawn": self.draws.drawn,
            "measured_at": self.measured_at,
            "best": None if best is None else [best[0], best[1]],
            "watch": [self._mean, self._count, _plain(self._first), _plain(self._lowest)],
            "began": _plain(self._began),
            "words": self._checksum,
        }
        arrays = {
            "weights": self.net.flat.copy(),
            "m": self.optimizer.m.copy(),
            "v": self.optimizer.v.copy(),
            "good": self._good.copy(),
        }
        if self._other is not None:
            weights, mean = self.net.flat, self._other
            if self._shown:
                weights, mean = mean, weights
            arrays |= {"weights": weights.copy(), "mean": mean.copy()}
        return State(config, arrays if best is None else arrays | {"best": best[2].copy()})

    @classmethod
    def from_state(
        cls, vocabulary: Vocabulary, words: Sequence[str], held_out: Sequence[str], state: State
    ) -> NetRun:
        """Make the run and its net again; it goes on bit for bit.

        Raises TrainingError if the state is of a run on other words.
        """
        from makemore.models import MODELS

        given = dict(state.config["recipe"])
        recipe = Recipe(**given | {"sizes": Sizes(**given["sizes"])})
        net: Net = MODELS[state.config["kind"]].load()(vocabulary, recipe.sizes)
        run = net.run = cls(net, words, recipe, held_out)
        run.restore(state)
        return run

    def restore(self, state: State) -> None:
        """Go back to a state of a run on the same words, of a net of the same kind and sizes."""
        config, arrays = state
        if config["words"] != self._checksum:
            raise TrainingError(
                "The net was trained on another list of words than this one, so it is of no use "
                "here. Train again."
            )
        self._begin_from(arrays["weights"])
        if self._other is not None and "mean" in arrays:
            self._other[:] = arrays["mean"]
            self._show()
        self.step, self.draws.drawn = int(config["step"]), int(config["drawn"])
        self.measured_at = int(config["measured_at"])
        self.optimizer.t = int(config["optimizer_steps"])
        self.optimizer.m[:], self.optimizer.v[:] = arrays["m"], arrays["v"]
        self.best = None
        if config["best"] is not None:
            loss, step = config["best"]
            self.best = (float(loss), int(step), np.array(arrays["best"], np.float32))
        mean, count, first, lowest = config["watch"]
        self._mean, self._count = float(mean), int(count)
        self._first, self._lowest = _number(first), _number(lowest)
        self._began = _number(config.get("began"))
        self._good = np.array(arrays["good"], np.float32)


def _draws(recipe: Recipe, words: int) -> Draws:
    if recipe.scheduled:
        return Rounds(words, recipe.seed)
    return Replaced(words, recipe.seed)


def _checksum(words: Sequence[str]) -> int:
    """Tell one list from another; nobody is kept from forging it."""
    return zlib.crc32("\n".join(words).encode("utf-8", "surrogatepass"), len(words) & 0xFFFFFFFF)


def _plain(number: float) -> float | None:
    return number if math.isfinite(number) else None


def _number(plain: float | None) -> float:
    return math.inf if plain is None else float(plain)
