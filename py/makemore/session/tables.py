"""The session's actions that give tables of pairs: counts and probabilities."""

from __future__ import annotations

import contextlib

import numpy as np
import numpy.typing as npt

from makemore.counting.tables import condense, most_frequent_symbols
from makemore.errors import MakemoreError
from makemore.evaluation import condense_probabilities, kl_divergence, largest_differences
from makemore.models.protocol import Model
from makemore.session.state import Learned, Plain, State

__all__ = ["all_counts", "table", "tables"]

_TABLE_SYMBOLS = 60
_DIFFERENCES = 10


def table(state: State, limit: int = _TABLE_SYMBOLS) -> Plain:
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
    learned = state.need_list()
    return _counts_of(learned, most_frequent_symbols(learned.counts, max(1, limit)))


def tables(state: State, limit: int = _TABLE_SYMBOLS) -> Plain:
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
    learned = state.need_list()
    kept = most_frequent_symbols(learned.counts, max(1, limit))
    counting = state.probabilities("counting")
    result = {
        **_counts_of(learned, kept),
        "counting": condense_probabilities(counting, learned.counts, kept).tolist(),
        "gradient": None,
        "divergence": None,
        "differences": [],
    }
    has_net = learned.run is not None or "bigram-net" in learned.trained
    gradient = state.probabilities("gradient") if has_net else None
    N = learned.counts
    if (
        isinstance(counting, np.ndarray)
        and isinstance(gradient, np.ndarray)
        and isinstance(N, np.ndarray)
    ):
        differences = largest_differences(counting, gradient, learned.vocabulary, _DIFFERENCES)
        result["gradient"] = condense_probabilities(gradient, learned.counts, kept).tolist()
        result["divergence"] = kl_divergence(counting, gradient, N)
        result["differences"] = [list(difference) for difference in differences]
    return result


def all_counts(state: State, kind: str) -> Plain:
    """Write all that a model has counted, or the list's pairs if it has not counted.

    Returns ``text``, a tab-separated table with the heads context, next and count; how many
    ``rows`` it has; and ``of``, whose counts they are.
    """
    # Imported here: few visits ask for it.
    from makemore.counting.export import rows_of_counts, tally_of
    from makemore.models.bigram import Bigram

    learned = state.need_list()
    model: Model = Bigram(learned.vocabulary, learned.count_model)
    of = "pairs"
    trained = learned.trained.get(kind)
    if trained is not None:
        with contextlib.suppress(MakemoreError):
            tally_of(trained.model)
            model, of = trained.model, trained.name
    lines = [f"{context}\t{after}\t{count}" for context, after, count in rows_of_counts(model)]
    return {"text": "\n".join(["context\tnext\tcount", *lines, ""]), "rows": len(lines), "of": of}


def _counts_of(learned: Learned, kept: npt.NDArray[np.intp]) -> Plain:
    return {
        "symbols": [learned.vocabulary.symbols[i] for i in kept.tolist()],
        "rest": len(learned.vocabulary) - len(kept),
        "counts": condense(learned.counts, kept).tolist(),
    }
