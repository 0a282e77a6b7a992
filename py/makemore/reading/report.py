"""What reading did to a list: how much, and the first few lines of each kind."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

__all__ = ["Change", "ReadReport"]

_EXAMPLES = 5  # line numbers kept of each kind of change


@dataclass
class Change:
    """One kind of change made while reading: how many lines, and the first few's numbers."""

    count: int = 0
    lines: list[int] = field(default_factory=list)

    def at(self, line: int) -> None:
        """Note the change at line `line`, counted from 1."""
        self.count += 1
        if len(self.lines) < _EXAMPLES:
            self.lines.append(line)

    def at_each(self, count: int, first_lines: Iterable[int]) -> None:
        """Note `count` changes, of which the first few lines are enough."""
        self.count += count
        for line in first_lines:
            if len(self.lines) == _EXAMPLES:
                break
            self.lines.append(line)


@dataclass
class ReadReport:
    """What reading a list did.

    The encoding that was used, and whether it is no more than a guess; ``lines`` in the file, blank
    ones included; ``header``, whether the first line was taken as a table's header and not as
    words. Lines that were changed or dropped: ``blank`` ones, those with outer white space
    (``trimmed``), those brought to Unicode NFC (``normalized``), ``lowercased`` ones, those that
    hold nothing that shows, such as a zero width space (``invisible``), and those of a table whose
    weight is 0 (``weightless``).
    """

    encoding: str
    guessed: bool = False
    lines: int = 0
    header: bool = False
    blank: Change = field(default_factory=Change)
    trimmed: Change = field(default_factory=Change)
    normalized: Change = field(default_factory=Change)
    lowercased: Change = field(default_factory=Change)
    invisible: Change = field(default_factory=Change)
    weightless: Change = field(default_factory=Change)
