"""Words that were made, for a person to look through: in an order, near-copies together."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from itertools import combinations
from typing import Literal

from makemore.edit_distance import edit_distances
from makemore.errors import SettingError

__all__ = ["ORDERS", "Order", "arrange", "group_near_copies"]

Order = Literal["made", "alphabetical", "likely", "surprising"]

ORDERS: dict[Order, str] = {
    "made": "As made",
    "alphabetical": "Alphabetical",
    "likely": "Most like the list",
    "surprising": "Most surprising",
}
"""What an order is called in the page."""


def arrange(words: Sequence[str], order: Order, mean_nll: Sequence[float] = ()) -> list[int]:
    """Give the places of words in an order; equal ones stay as made.

    ``mean_nll`` (as many as words) is each word's in nats per symbol, under the model that made
    it or any other; only the last two orders ask for it. Raises SettingError for another order.
    """
    places = list(range(len(words)))
    if order == "alphabetical":
        return sorted(places, key=lambda i: _alphabetical(words[i]))
    if order == "likely":
        return sorted(places, key=lambda i: mean_nll[i])
    if order == "surprising":
        return sorted(places, key=lambda i: -mean_nll[i])
    if order != "made":
        raise SettingError(f"Words come in the order {', '.join(ORDERS)}, not {order!r}.", "order")
    return places


def _alphabetical(word: str) -> tuple[str, str, str]:
    """Compare by letters first, then by their marks, then by capitals."""
    folded = word.casefold()
    letters = "".join(c for c in unicodedata.normalize("NFKD", folded) if not _is_mark(c))
    return letters, folded, word


def _is_mark(character: str) -> bool:
    return unicodedata.combining(character) != 0


def group_near_copies(words: Sequence[str], distance: int = 1) -> list[list[int]]:
    """Put each word to the first one before it that is at most `distance` edits away.

    Gives the places of the words by group, groups and their words in the order of `words`; the
    first of a group is the one that the others are near to. Capitals do not count.
    Two words are that near only if they are the same after that many deletions from each; source:
    W. Garbe, "SymSpell" (2012).
    """
    groups: list[list[int]] = []
    firsts: list[str] = []
    holding: dict[str, list[int]] = {}  # what is left after deletions: groups whose first has it
    for place, word in enumerate(words):
        folded = word.casefold()
        left = _deletions(folded, distance)
        near = sorted({group for key in left for group in holding.get(key, ())})
        found = next((g for g in near if edit_distances(folded, [firsts[g]])[0] <= distance), None)
        if found is not None:
            groups[found].append(place)
            continue
        for key in left:
            holding.setdefault(key, []).append(len(groups))
        groups.append([place])
        firsts.append(folded)
    return groups


def _deletions(word: str, distance: int) -> set[str]:
    """Give all that is left of a word after deleting up to so many letters."""
    return {
        "".join(kept)
        for deleted in range(min(distance, len(word)) + 1)
        for kept in combinations(word, len(word) - deleted)
    }
