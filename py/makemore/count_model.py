"""Counts to probabilities, by counting: the table is the model."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from makemore.errors import SettingError

__all__ = ["CountModel"]


class CountModel:
    """Bigram probabilities as shares of each row, with add-k smoothing.

    Parameters
    ----------
    counts : ndarray of int64, shape (V, V)
        ``counts[i, j]``: how often symbol j follows symbol i.
    smoothing : float, default 1.0
        k, added to every count before the rows are normalised. With 0, a
        pair never seen has probability 0.

    Raises
    ------
    SettingError
        If `smoothing` is negative or not finite, or 0 while a row has no
        counts, so that its shares are not defined.

    Notes
    -----
    Source: the notebook's ``P = (N+1).float(); P /= P.sum(1, keepdims=True)``.
    """

    def __init__(self, counts: npt.NDArray[np.int64], smoothing: float = 1.0) -> None:
        if not (math.isfinite(smoothing) and smoothing >= 0):
            raise SettingError(
                f"Smoothing must be 0 or more; it is {smoothing!r}. The notebook uses 1.",
                "smoothing",
            )
        if smoothing == 0 and not counts.any(axis=1).all():
            raise SettingError(
                "Smoothing cannot be 0 here: a symbol is never followed by anything, so its row "
                "has no shares. Use a smoothing above 0.",
                "smoothing",
            )
        self.counts = counts
        self.smoothing = float(smoothing)

    def probabilities(self) -> npt.NDArray[np.float64]:
        """Compute ``(N + k) / (N + k).sum(axis=1, keepdims=True)``.

        Returns
        -------
        ndarray of float64, shape (V, V)
            P; every row sums to 1.
        """
        smoothed = self.counts + self.smoothing
        # keepdims: each row is divided by its own sum. Without it the sums
        # would be laid along the columns, and P would be wrong without an error.
        probabilities: npt.NDArray[np.float64] = smoothed / smoothed.sum(axis=1, keepdims=True)
        return probabilities
