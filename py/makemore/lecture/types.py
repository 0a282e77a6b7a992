"""The few types that the lecture's functions share."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["Array", "Counts", "Results"]

Array = npt.NDArray[np.float64]
"""Real numbers, such as P, W or the logits."""

Counts = npt.NDArray[np.int64]
"""Whole numbers, such as N."""

Results = dict[str, Any]
"""What a step computed, by the names that `makemore.lecture.steps` shows it under."""
