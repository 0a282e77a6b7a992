"""All counts of a list, as a table for other programs."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.unit.session.asking import Session

MANY = [chr(0x4E00 + i) + chr(0x4E00 + (7 * i) % 185) for i in range(185)]


def rows_of(text: str) -> dict[tuple[str, str], int]:
    head, *rows = text.removesuffix("\n").split("\n")
    assert head == "context\tnext\tcount"
    return {(row.split("\t")[0], row.split("\t")[1]): int(row.split("\t")[2]) for row in rows}


def test_all_counts_of_186_symbols_are_given() -> None:
    session = Session()
    session.load("many", "\n".join(MANY).encode())

    found = session.all_counts("bigram")

    pairs = Counter(pair for word in MANY for pair in zip(f".{word}", f"{word}.", strict=True))
    rows = rows_of(found["text"])
    assert {pair: count for pair, count in rows.items() if pair[0]} == dict(pairs)
    assert (found["rows"], found["of"]) == (len(rows), "pairs")


@pytest.mark.parametrize("kind", ["ngram", "auto"])
def test_an_n_gram_gives_the_counts_of_all_its_orders(kind: str) -> None:
    session = Session()
    session.load("abc", b"abca\nabcb\nbcab\ncabc\nacba\n")
    session.train(kind, {"order": "3", "smoothing": "1"})

    found = session.all_counts(kind)

    rows = rows_of(found["text"])
    assert {len(context) for context, _ in rows} == {0, 1, 2}
    assert rows["ab", "c"] == 3
    assert found["of"].startswith("N-gram, order 3")


def test_a_net_has_counted_nothing_so_the_pairs_are_given() -> None:
    session = Session()
    session.load("abc", b"abca\nabcb\nbcab\n")
    session.train("gru", {"steps": "2"})

    assert session.all_counts("gru") == session.all_counts("bigram")
