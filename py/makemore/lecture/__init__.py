"""The lecture: the notebook's steps, computed, and compared with what it printed."""

from makemore.lecture.lesson import Lecture
from makemore.lecture.steps import STEPS

__all__ = ["STEPS", "Lecture"]
