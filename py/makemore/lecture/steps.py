"""All steps of the lecture, in the notebook's order, and what comes after it."""

from __future__ import annotations

from makemore.errors import MakemoreError
from makemore.lecture.outline import Step
from makemore.lecture.steps_counting import COUNTING
from makemore.lecture.steps_further import FURTHER
from makemore.lecture.steps_homework import HOMEWORK
from makemore.lecture.steps_net import NET
from makemore.lecture.steps_probabilities import PROBABILITIES

__all__ = ["PARTS", "STEPS", "find_step"]

PARTS = (
    ("Counting", COUNTING),
    ("Probabilities", PROBABILITIES),
    ("A neural net", NET),
    ("Homework", HOMEWORK),
    ("Further models", FURTHER),
)
STEPS: tuple[Step, ...] = tuple(step for _, steps in PARTS for step in steps)


def find_step(step_id: str) -> Step:
    """Return the step of that id; raises MakemoreError if there is none."""
    for step in STEPS:
        if step.id == step_id:
            return step
    raise MakemoreError(f"The lecture has no step {step_id[:40]!r}.")
