"""The same table by gradient descent: one layer of weights and a softmax.

The notebook multiplies 228,146 one-hot rows with W. A one-hot row only picks
a row of W, and equal examples have equal losses, so the full-batch loss and
gradient need nothing but the counts N:

    loss = −Σ N·log P / n + l2·mean(W²),     P = softmax of each row of W.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from makemore.errors import TrainingError
from makemore.torch_generator import TorchGenerator

__all__ = ["SoftmaxModel"]

NOTEBOOK_SEED = 2147483647


class SoftmaxModel:
    """A one-layer network from one symbol to the next; W are its log-counts.

    Parameters
    ----------
    counts : ndarray of int64, shape (V, V)
        N, the training examples: pair (i, j) comes ``counts[i, j]`` times.
    weights : ndarray, shape (V, V), optional
        W to start from, copied; by default standard normal.
    generator : TorchGenerator, optional
        Where the standard normal weights come from; by default one with the
        notebook's seed, 2147483647. Not used if `weights` are given.

    Attributes
    ----------
    weights : ndarray of float64, shape (V, V)
        W, the logits: row i holds the log-counts of what follows symbol i.

    Raises
    ------
    TrainingError
        If there are no examples, or the shapes differ.

    Notes
    -----
    Source: the notebook's cells from "GRADIENT DESCENT" on. The notebook
    computes in float32; here float64, so its printed losses are met to about
    1e-6.
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
        """Compute the softmax of each row of W.

        Returns
        -------
        ndarray of float64, shape (V, V)
            P; every row sums to 1.
        """
        return np.exp(self._log_probabilities())

    def loss(self, l2: float = 0.01) -> float:
        """Compute the mean negative log-likelihood plus ``l2 * mean(W**2)``.

        Parameters
        ----------
        l2 : float, default 0.01
            Strength of the regularization, which pulls W to 0 and so P to
            uniform: what smoothing does to counts.

        Returns
        -------
        float
            In nats per bigram.
        """
        return self._loss(self._log_probabilities(), l2)

    def gradient(self, l2: float = 0.01) -> npt.NDArray[np.float64]:
        """Differentiate the loss by W.

        Parameters
        ----------
        l2 : float, default 0.01
            Strength of the regularization.

        Returns
        -------
        ndarray of float64, shape (V, V)
            ``(n_i·P − N) / n + 2·l2·W / V²``, with n_i the sum of row i.
        """
        return self._gradient(self.probabilities(), l2)

    def step(self, learning_rate: float = 50.0, l2: float = 0.01) -> float:
        """Update W once, against the gradient.

        Parameters
        ----------
        learning_rate : float, default 50.0
            ``W -= learning_rate * gradient``.
        l2 : float, default 0.01
            Strength of the regularization.

        Returns
        -------
        float
            The loss before the update, as the notebook prints it.

        Raises
        ------
        TrainingError
            If the loss or the new weights are not finite. W stays as it was.
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
