"""Actions on lists: look at a file, read it, sum it up, go back to the one before."""

from __future__ import annotations

import dataclasses
from typing import Any

from makemore.case import detect_case
from makemore.counting.tables import most_frequent
from makemore.errors import MakemoreError, WordListError, quoted
from makemore.reading.reader import ReadOptions, WordReader
from makemore.session.bigram_tables import table
from makemore.session.state import WHILE_READ, Learned, Plain, State, Stream

__all__ = ["inspect", "lend", "load", "read", "summary", "undo_list"]

_SHOWN_CHARACTERS = 200  # of a word in the summary: a word may have a million
_FREQUENT_PAIRS = 30
_SHOWN_SYMBOLS = 5000  # to hand over all of Unicode holds the page up


def load(
    state: State, name: str, data: bytes | memoryview, keep_case: bool = False, **options: Any
) -> Plain:
    """Read and count a list that is here as a whole; it replaces the one before.

    Capitals that say nothing are folded unless ``keep_case``. ``options`` are those of
    `ReadOptions`. Returns the list's `summary`. Raises WordListError if the list cannot be read;
    the one before stays in use.
    """
    reader = WordReader(ReadOptions(**options))
    reader.feed(data)
    return use(state, Learned(name, reader.finish(), keep_case=keep_case))


def read(state: State, name: str, keep_case: bool = False, **options: Any) -> Stream:
    """Read a list that comes in pieces; when all is read it replaces the one before.

    Of a list whose words are too many to be kept, n-grams are counted too. Each report tells
    ``bytes``, ``lines`` and ``words`` so far and is answered with the next piece, None after the
    last one. Returns the list's `summary`. Raises WordListError if the list cannot be read; then,
    and when the stream is stopped, the one before stays in use.
    """
    options.setdefault("ngrams", WHILE_READ)
    reader = WordReader(ReadOptions(**options))
    while True:
        progress = {
            "bytes": reader.bytes_read,
            "lines": reader.report.lines,
            "words": reader.count,
        }
        piece = yield progress
        if piece is None:
            return use(state, Learned(name, reader.finish(), keep_case=keep_case))
        reader.feed(piece)


def inspect(
    state: State,
    data: bytes | memoryview,
    whole: bool = True,
    encoding: str | None = None,
    delimiter: str | None = None,
    header: bool | None = None,
) -> Plain:
    """Look at the first lines of a file, as `inspection.inspect` does.

    Returns ``encoding``, ``guessed``, ``lines``, and ``table``: None, or a dict with ``delimiter``,
    ``header``, ``columns``, ``numeric``, ``column`` and ``rows``.
    """
    # Imported here: a page that starts has nothing to look at yet.
    from makemore.reading import inspection

    found = inspection.inspect(
        bytes(data), whole=whole, encoding=encoding, delimiter=delimiter, header=header
    )
    return dataclasses.asdict(found)


def lend(
    state: State, name: str, data: bytes | memoryview, keep_case: bool = False, **options: Any
) -> None:
    """Keep a list that small ones may lean on; it is read as by `load`.

    Raises WordListError if it cannot be read, or is too long for its words to be kept.
    """
    from makemore.models.auto import Background

    reader = WordReader(ReadOptions(**options))
    reader.feed(data)
    words = reader.finish().words
    if words is None:
        raise WordListError(f"{quoted(name)} has too many words to lean on. Choose another list.")
    case = None if keep_case else detect_case(words)
    folded = words if case is None else [case.fold(word) for word in words]
    state.backgrounds = [b for b in state.backgrounds if b.name != name]
    state.backgrounds.append(Background(name, folded))


def undo_list(state: State) -> Plain:
    """Go back to the list before, with its models; a second time, forth again."""
    if state.before is None:
        raise MakemoreError("There was no list before this one.")
    return use(state, state.before)


def summary(state: State) -> Plain:
    """Tell the facts of the list and of its counts.

    ``name``, ``count``, ``distinct``, ``shortest``, ``longest`` and their ``shortest_length`` and
    ``longest_length`` in code points, ``first`` (ten words; of very long ones, the beginning),
    ``exact`` (whether what is said about ``distinct``, and about words being in the list, is sure),
    ``false_positive_rate`` (the share of new words that are taken for known ones), ``symbols`` (the
    boundary, then the first of V - 1 others), ``symbol_count`` (V), ``bigrams`` (their number),
    ``frequent`` (the most frequent, each [first, second, count]), ``table`` (see `table`),
    ``report`` (what was changed while reading), ``before`` (the name of the list that `undo_list`
    goes back to, or None), ``case`` (what was done about capitals, or None), ``lengths`` (the 5th
    and 95th percentile, in symbols) and ``learned`` (how many words models learn: of a long list, a
    sample).
    """
    learned = state.need_list()
    read = learned.read
    return {
        "name": learned.name,
        "count": read.count,
        "distinct": read.distinct,
        "shortest": read.shortest[:_SHOWN_CHARACTERS],
        "longest": read.longest[:_SHOWN_CHARACTERS],
        "shortest_length": len(read.shortest),
        "longest_length": len(read.longest),
        "exact": read.words is not None or read.membership.exact,
        "false_positive_rate": read.false_positive_rate,
        "first": [word[:_SHOWN_CHARACTERS] for word in read.first],
        "symbols": list(learned.vocabulary.symbols[:_SHOWN_SYMBOLS]),
        "symbol_count": len(learned.vocabulary.symbols),
        "bigrams": int(learned.counts.sum()),
        "frequent": [
            list(dataclasses.astuple(bigram))
            for bigram in most_frequent(learned.counts, learned.vocabulary, _FREQUENT_PAIRS)
        ],
        "table": table(state),
        "report": dataclasses.asdict(read.report),
        "before": state.before and state.before.name,
        "case": learned.case and learned.case.sentence(),
        "lengths": _lengths(learned),
        "learned": len(learned.words),
    }


def _lengths(learned: Learned) -> list[int]:
    """Give the 5th and the 95th percentile of the words' lengths, in symbols."""
    vocabulary = learned.vocabulary
    words = map(vocabulary.split, learned.words) if vocabulary.graphemes else learned.words
    lengths = sorted(map(len, words))
    return [lengths[len(lengths) * share // 100] for share in (5, 95)]


def use(state: State, learned: Learned) -> Plain:
    """Put a list in the place of the one before, which is kept for `undo_list`."""
    before, state.before = state.before, state.learned
    state.learned = learned
    try:
        return summary(state)
    except Exception:
        state.learned, state.before = state.before, before
        raise
