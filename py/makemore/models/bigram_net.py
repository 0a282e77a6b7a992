"""The same table by gradient descent: one layer of weights and a softmax.

The notebook multiplies 228,146 one-hot rows with W. A one-hot row only picks
a row of W, and equal examples have equal losses, so the full-batch loss and
gradient need nothing but the counts N:

    loss = −Σ N·log P / n + l2·mean(W²),     P = softmax of each row of W.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from makemore.counting.tables import count_bigrams
from makemore.counting.tally import DENSE_SYMBOLS, Counts, SparseCounts
from makemore.errors import MakemoreError, TrainingError
from makemore.models.bigram import chain_of_table, log_prob_of_table
from makemore.models.descent import WORSE, TrainingRun
from makemore.models.protocol import Chain, Event, State
from makemore.settings import NOTEBOOK_SEED
from makemore.torch_generator import TorchGenerator
from makemore.vocabulary import Vocabulary

__all__ = ["BigramNet", "SoftmaxModel", "progress", "whole_table"]

_SLICE_SECONDS = 0.015  # of training, between two events


class SoftmaxModel:
    """A one-layer network from one symbol to the next; W are its log-counts.

    ``counts`` N, (V, V), are the training examples. ``weights`` W, (V, V) of float64, are the
    logits: row i holds the log-counts of what follows symbol i. They start as a copy of those
    given; else standard normal from the generator, or one with the notebook's seed. Raises
    TrainingError if there are no examples, or the shapes differ. Source: the notebook's cells from
    "GRADIENT DESCENT" on. The notebook computes in float32; here float64, so its printed losses are
    met to about 1e-6.
    """

    def __init__(
        self,
        counts: npt.NDArray[np.int64],
        weights: npt.NDArray[np.floating] | None = None,
        *,
        generator: TorchGenerator | None = None,
    ) -> None:
        if weights is None:
            weights = (generator or TorchGenerator(NOTEBOOK_SEED)).randn(*counts.shape)
        if weights.shape != counts.shape:
            raise TrainingError(
                f"Weights of shape {weights.shape} do not fit counts of shape {counts.shape}."
            )
        self.counts = counts
        self.weights = np.array(weights, dtype=np.float64)
        self._examples = int(counts.sum())
        if self._examples == 0:
            raise TrainingError("There is nothing to train on: the counts are all 0.")
        self._share = counts / self._examples
        self._row_share = self._share.sum(axis=1, keepdims=True)

    def probabilities(self) -> npt.NDArray[np.float64]:
        """Compute P, the softmax of each row of W, (V, V)."""
        return np.exp(self._log_probabilities())

    def loss(self, l2: float = 0.01) -> float:
        """Compute the mean negative log-likelihood plus ``l2 * mean(W**2)``, in nats per bigram.

        l2 pulls W to 0 and so P to uniform: what smoothing does to counts.
        """
        return self._loss(self._log_probabilities(), l2)

    def gradient(self, l2: float = 0.01) -> npt.NDArray[np.float64]:
        """Differentiate the loss by W, (V, V): ``(n_i·P − N) / n + 2·l2·W / V²``.

        n_i is the sum of row i.
        """
        return self._gradient(self.probabilities(), l2)

    def step(self, learning_rate: float = 50.0, l2: float = 0.01) -> float:
        """Update W once, ``W -= learning_rate * gradient``.

        Gives the loss before, as the notebook prints it. Raises TrainingError if the loss or the
        new weights are not finite; W stays as it was.
        """
        # An overflow is no accident to warn about here: it is checked below.
        with np.errstate(over="ignore", invalid="ignore"):
            log_probabilities = self._log_probabilities()
            loss = self._loss(log_probabilities, l2)
            gradient = self._gradient(np.exp(log_probabilities), l2)
            weights = self.weights - learning_rate * gradient
        if not (np.isfinite(loss) and np.isfinite(weights).all()):
            raise TrainingError(
                f"The loss is no longer a number: with learning rate {learning_rate:g} and "
                f"regularization {l2:g} every step overshoots. The last good weights are kept. "
                "Use a smaller learning rate and train again."
            )
        self.weights = weights
        return loss

    def _log_probabilities(self) -> npt.NDArray[np.float64]:
        # The largest logit of a row is subtracted so that exp cannot overflow.
        shifted = self.weights - self.weights.max(axis=1, keepdims=True)
        log_sums = np.log(np.exp(shifted).sum(axis=1, keepdims=True))
        log_probabilities: npt.NDArray[np.float64] = shifted - log_sums
        return log_probabilities

    def _loss(self, log_probabilities: npt.NDArray[np.float64], l2: float) -> float:
        nll = -(self._share * log_probabilities).sum()
        return float(nll + l2 * (self.weights**2).mean())

    def _gradient(
        self, probabilities: npt.NDArray[np.float64], l2: float
    ) -> npt.NDArray[np.float64]:
        gradient: npt.NDArray[np.float64] = (
            self._row_share * probabilities
            - self._share
            + (2 * l2 / self.weights.size) * self.weights
        )
        return gradient


class BigramNet:
    """The notebook's second model: a row of W for each symbol, softmax, found by gradient descent.

    ``run`` is the training run that it is in, or was; the weights are those of the run. ``seed`` is
    that of its first weights, if they are a generator's.
    """

    def __init__(self, vocabulary: Vocabulary, net: SoftmaxModel, seed: int | None = None) -> None:
        self.vocabulary, self.net, self.seed = vocabulary, net, seed
        self.run: TrainingRun | None = None

    @property
    def reach(self) -> int:
        """How many symbols back matter."""
        return 1

    @property
    def P(self) -> npt.NDArray[np.float64]:
        """The softmax of each row of W, (V, V)."""
        return self.net.probabilities()

    def predict(self, x: npt.NDArray[np.intp]) -> npt.NDArray[np.float64]:
        """Give P(next | row): (B, T), rows begin with 0, to (B, V)."""
        return self.P[np.asarray(x)[:, -1]]

    def log_prob(self, x: npt.NDArray[np.intp], y: npt.NDArray[np.intp]) -> npt.NDArray[np.float64]:
        """Give log P(y[:, t] | x[:, :t + 1]) in nats, (B, T); 0 where y is -1."""
        return log_prob_of_table(self.P, x, y)

    def chain(self) -> Chain:
        """Give P and the next context, which is the symbol itself."""
        return chain_of_table(self.P, len(self.vocabulary))

    def state(self) -> State:
        """Give W, and the counts that it was trained on, with which training can go on."""
        return State({}, {"W": self.net.weights, "counts": self.net.counts})

    @classmethod
    def from_state(cls, vocabulary: Vocabulary, state: State) -> Self:
        """Make the model again that gave `state`.

        Raises MakemoreError if the arrays are not those of these symbols.
        """
        W, counts = state.arrays["W"], state.arrays["counts"]
        V = len(vocabulary)
        if not W.shape == counts.shape == (V, V) or (counts < 0).any():
            raise MakemoreError("The weights and counts are not those of these symbols.")
        return cls(vocabulary, SoftmaxModel(counts, W))

    @classmethod
    def start(
        cls, words: Sequence[str], vocabulary: Vocabulary, settings: Mapping[str, Any]
    ) -> Self:
        """Make a net with standard normal weights from ``settings["weights_seed"]``.

        Raises TrainingError if there are too many symbols to keep a weight for each pair.
        """
        if len(vocabulary) > DENSE_SYMBOLS:
            raise _too_many(len(vocabulary))
        seed = settings.get("weights_seed", NOTEBOOK_SEED)
        net = SoftmaxModel(count_bigrams(words, vocabulary), generator=TorchGenerator(seed))
        return cls(vocabulary, net, seed)

    def train(
        self, words: Sequence[str], settings: Mapping[str, Any], held_out: Sequence[str] = ()
    ) -> Iterator[Event]:
        """Go downhill step by step; a run on the same words goes on where it was.

        On other words another run begins, from the weights as they are. The events' facts are those
        of `progress`. Raises TrainingError if the loss explodes; the weights of the lowest loss are
        kept.
        """
        del held_out
        counts = count_bigrams(words, self.vocabulary)
        if not np.array_equal(counts, self.net.counts):
            self.net = SoftmaxModel(counts, self.net.weights)
            self.run = self.seed = None
        given = (int(settings["steps"]), float(settings["learning_rate"]), float(settings["l2"]))
        if self.run is None:
            self.run = TrainingRun(self.net, *given, seed=self.seed)
        else:
            self.run.resume(*given)
        losses: list[float] = []
        while True:
            facts = progress(self.run)
            yield Event(
                "bigram net",
                len(self.run.losses),
                self.run.steps,
                losses,
                train=facts["mean_nll"],
                done=self.run.done,
                facts=facts,
            )
            if self.run.done:
                return
            losses = self.run.advance(_SLICE_SECONDS)


def whole_table(counts: Counts) -> npt.NDArray[np.int64]:
    """Give the counts that a net learns from, (V, V).

    Raises TrainingError if there are too many symbols to keep a weight for each pair.
    """
    if isinstance(counts, SparseCounts):
        raise _too_many(len(counts))
    return counts


def _too_many(V: int) -> TrainingError:
    return TrainingError(
        f"Gradient descent keeps a weight for each pair of symbols, and this list has {V:,} "
        f"symbols: {V * V:,} weights. It works up to {DENSE_SYMBOLS:,} symbols. Use counting, "
        "which keeps only the pairs that come, or a list with fewer symbols."
    )


def progress(run: TrainingRun) -> dict[str, Any]:
    """Tell how far a run is.

    ``loss`` and ``mean_nll`` of the weights as they are now, with and without regularization, and
    ``lowest``, the lowest loss since the start or the last resume, None before the first step, and
    ``rose``, whether it is far below the loss now.
    """
    loss = run.model.loss(run.l2)
    return {
        "lowest": run.lowest,
        "rose": run.lowest is not None and loss > WORSE * run.lowest,
        "loss": loss,
        "mean_nll": run.model.loss(0.0),
    }
