"""The counts of a model as rows of a table."""

from __future__ import annotations

from collections.abc import Iterator

from makemore.counting.ngrams import NgramTally
from makemore.errors import MakemoreError
from makemore.models import MODELS, kind_of
from makemore.models.bigram import Bigram
from makemore.models.protocol import Model

__all__ = ["rows_of_counts", "tally_of"]

_ESCAPES = str.maketrans({"\t": "\\t", "\\": "\\\\"})


def tally_of(model: Model) -> NgramTally:
    """Give what a counting model has counted; of a mix, that of its first part.

    Raises MakemoreError if it has counted nothing.
    """
    parts = getattr(model, "models", None)
    if parts:
        return tally_of(parts[0])
    tally = getattr(model, "tally", None)
    if isinstance(tally, NgramTally):
        return tally
    if isinstance(model, Bigram):
        arrays = model.state().arrays
        grams = arrays["pairs"][::-1].T  # newest symbol first
        return NgramTally.of_grams(len(model.vocabulary), grams, arrays["counts"])
    raise MakemoreError(
        f"A model of the kind “{MODELS[kind_of(model)].label}” has counted nothing that could be "
        "exported. Choose a bigram or n-gram model."
    )


def rows_of_counts(model: Model) -> Iterator[tuple[str, str, int]]:
    """Give (context, next, count) of all orders, short contexts first; "." is the boundary.

    A literal "." of words is written "‘.’"; a tab and a backslash with a backslash before them.
    """
    tally = tally_of(model)
    names = [name.translate(_ESCAPES) for name in model.vocabulary.names]
    for k in range(1, tally.order + 1):
        level = tally.lowered(k)
        for gram, count in zip(level.grams.tolist(), level.counts.tolist(), strict=True):
            if count:
                yield "".join([names[i] for i in gram[:0:-1]]), names[gram[0]], count
