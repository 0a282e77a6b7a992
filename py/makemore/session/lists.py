"""The session's actions on lists: look at a file, read it, sum it up, go back to the one before."""

from __future__ import annotations

import dataclasses
from typing import Any

from makemore.counting.tables import most_frequent
from makemore.errors import MakemoreError
from makemore.reading.reader import ReadOptions, WordReader
from makemore.session.state import Learned, Plain
from makemore.session.tables import Tables

__all__ = ["Lists"]

_SHOWN_CHARACTERS = 200  # of a word in the summary: a word may have a million
_FREQUENT_PAIRS = 30
_SHOWN_SYMBOLS = 5000  # to hand over all of Unicode holds the page up


class Lists(Tables):
    """Actions on lists."""

    def __init__(self) -> None:
        super().__init__()
        self._reading: tuple[str, WordReader] | None = None

    def load(
        self,
        name: str,
        data: bytes | memoryview,
        encoding: str | None = None,
        column: int | None = None,
        lowercase: bool = False,
        **options: Any,
    ) -> Plain:
        """Read and count a list that is here as a whole; on success it replaces the one before.

        Parameters
        ----------
        name : str
            What the list is called in the page.
        data : bytes or memoryview
            The file.
        encoding, column, lowercase, **options
            See `ReadOptions`.

        Returns
        -------
        dict
            The list's summary; see `summary`.

        Raises
        ------
        WordListError
            If the list cannot be read.
        """
        reader = WordReader(
            ReadOptions(encoding=encoding, column=column, lowercase=lowercase, **options)
        )
        reader.feed(data)
        return self._use(Learned(name, reader.finish()))

    def inspect(
        self,
        data: bytes | memoryview,
        whole: bool = True,
        encoding: str | None = None,
        delimiter: str | None = None,
        header: bool | None = None,
    ) -> Plain:
        """Look at the first lines of a file; parameters and errors as of `inspection.inspect`.

        Returns
        -------
        dict
            ``encoding``, ``guessed``, ``lines``, and ``table``: None, or a dict with
            ``delimiter``, ``header``, ``columns``, ``numeric``, ``column`` and ``rows``.
        """
        # Imported here: a page that starts has nothing to look at yet.
        from makemore.reading.inspection import inspect

        found = inspect(
            bytes(data), whole=whole, encoding=encoding, delimiter=delimiter, header=header
        )
        return dataclasses.asdict(found)

    def begin_list(self, name: str, **options: Any) -> None:
        """Begin to read a list that comes in pieces; the one before stays in use.

        Parameters
        ----------
        name : str
            What the list is called in the page.
        **options
            See `ReadOptions`.
        """
        self._reading = name, WordReader(ReadOptions(**options))

    def feed_list(self, data: bytes | memoryview) -> Plain:
        """Read the next piece.

        Parameters
        ----------
        data : bytes or memoryview

        Returns
        -------
        dict
            ``bytes``, ``lines`` and ``words`` so far.

        Raises
        ------
        WordListError
            If the list cannot be read. It is given up; the one before stays in use.
        """
        _, reader = self._need_reading()
        try:
            reader.feed(data)
        except Exception:
            self._reading = None
            raise
        return {"bytes": reader.bytes_read, "lines": reader.report.lines, "words": reader.count}

    def finish_list(self) -> Plain:
        """Put the list that was read in the place of the one before.

        Returns
        -------
        dict
            The list's summary; see `summary`.

        Raises
        ------
        WordListError
            If it cannot be read. It is given up; the one before stays in use.
        """
        name, reader = self._need_reading()
        self._reading = None
        return self._use(Learned(name, reader.finish()))

    def cancel_list(self) -> None:
        """Give up the list that is being read, if one is."""
        self._reading = None

    def undo_list(self) -> Plain:
        """Go back to the list before, with its models; a second time, forth again.

        Returns
        -------
        dict
            Its summary; see `summary`.

        Raises
        ------
        MakemoreError
            If there was none.
        """
        if self._before is None:
            raise MakemoreError("There was no list before this one.")
        return self._use(self._before)

    def summary(self) -> Plain:
        """Tell the facts of the list and of its counts.

        Returns
        -------
        dict
            ``name``, ``count``, ``distinct``, ``shortest``, ``longest`` and their
            ``shortest_length`` and ``longest_length`` in code points, ``first`` (ten words;
            of very long ones, the beginning), ``exact`` (whether what is said about
            ``distinct``, and about words being in the list, is sure),
            ``false_positive_rate`` (the share of new words that are taken for known ones),
            ``symbols`` (the boundary, then the first of V - 1 others), ``symbol_count`` (V),
            ``bigrams`` (their number), ``frequent`` (the most frequent, each [first, second,
            count]), ``table`` (see `table`),
            ``report`` (what was changed while reading) and ``before`` (the name of the list
            that `undo_list` goes back to, or None).
        """
        learned = self._need_list()
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
            "table": self.table(),
            "report": dataclasses.asdict(read.report),
            "before": self._before and self._before.name,
        }

    def _use(self, learned: Learned) -> Plain:
        before, self._before = self._before, self._learned
        self._learned = learned
        try:
            return self.summary()
        except Exception:
            self._learned, self._before = self._before, before
            raise

    def _need_reading(self) -> tuple[str, WordReader]:
        if self._reading is None:
            raise MakemoreError("No list is being read.")
        return self._reading
