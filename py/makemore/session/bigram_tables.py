"""The session's actions on pairs: what counting them comes to, and their tables."""

from __future__ import annotations

import contextlib
import math

import numpy as np
import numpy.typing as npt

from makemore.counting.tables import condense, most_frequent_symbols
from makemore.errors import MakemoreError
from makemore.evaluation import kl_divergence, largest_differences, log_likelihood, mean_nll
from makemore.models.bigram import CountModel, condense_probabilities
from makemore.models.bigram_net import whole_table
from makemore.models.protocol import Model
from makemore.session.state import Learned, Plain, State
from makemore.settings import parse_setting

__all__ = ["TABLE_SYMBOLS", "all_counts", "compared", "fit", "table", "tables"]

TABLE_SYMBOLS = 60
"""As many symbols as a table shows, the rest summed."""
_DIFFERENCES = 10


def fit(state: State, smoothing: object = 1.0) -> Plain:
    """Tell what counting pairs comes to, with add-k smoothing as typed; the tables follow it.

    ``log_likelihood`` and ``mean_nll`` of the list, in nats; and to compare with, the mean of
    counting without smoothing (``lowest``: no bigram model's is lower) and of guessing evenly
    (``uniform``: ln V), with ``symbols`` (V). Raises SettingError if k is out of range.
    """
    learned = state.need_list()
    model = CountModel(learned.counts, parse_setting("smoothing", smoothing))
    probabilities = model.probabilities()
    learned.count_model = model
    return {
        "smoothing": model.smoothing,
        "log_likelihood": log_likelihood(probabilities, learned.counts),
        "mean_nll": mean_nll(probabilities, learned.counts),
        "lowest": mean_nll(CountModel(learned.counts, 0).probabilities(), learned.counts),
        "uniform": math.log(len(learned.vocabulary)),
        "symbols": len(learned.vocabulary),
    }


def table(state: State, limit: int = TABLE_SYMBOLS) -> Plain:
    """Give the counts of the most frequent symbols, the rest summed.

    ``symbols`` (K, at most `limit`), ``rest`` (how many symbols the last row and column sum up; 0
    if there is no such row) and ``counts`` (K or K + 1 rows).
    """
    learned = state.need_list()
    return _counts_of(learned, most_frequent_symbols(learned.counts, max(1, limit)))


def tables(state: State, limit: int = TABLE_SYMBOLS) -> Plain:
    """Give the counts and both models' probabilities, and how far the models are apart.

    ``symbols``, ``rest`` and ``counts`` as of `table`; ``counting`` and ``gradient``, probabilities
    in tables of the same shape; ``divergence``, the `kl_divergence` of the net from the count model
    in nats per bigram; and ``differences``, the bigrams (of all symbols) that differ most, each
    [first, second, count model's probability, net's probability]. Without a trained net
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
    gradient = state.probabilities("gradient") if "bigram-net" in learned.trained else None
    if gradient is not None:
        P, Q = np.asarray(counting), np.asarray(gradient)  # whole, as all that nets learn from
        differences = largest_differences(P, Q, learned.vocabulary, _DIFFERENCES)
        result["gradient"] = condense_probabilities(Q, learned.counts, kept).tolist()
        result["divergence"] = kl_divergence(P, Q, whole_table(learned.counts))
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


def compared(state: State) -> Plain | None:
    """Give the table of a comparison as it is, None before the first.

    ``settings``, ``parts`` (sizes), ``uniform``, ``drawn`` (words that shares are of), ``rows``,
    ``done`` and ``verdict``.
    """
    learned = state.need_list()
    return None if learned.comparison is None else learned.comparison.plain(learned)


def _counts_of(learned: Learned, kept: npt.NDArray[np.intp]) -> Plain:
    return {
        "symbols": [learned.vocabulary.symbols[i] for i in kept.tolist()],
        "rest": len(learned.vocabulary) - len(kept),
        "counts": condense(learned.counts, kept).tolist(),
    }
