"""Make ``data/notebook_counts.csv``: the bigram counts of the notebook's own list.

Run by hand, standard library only::

    python data/recipes/notebook_counts.py

The counts are those that the notebook prints, kept in ``tests/fixtures/notebook.json``; the order
(most frequent first) is the notebook's too. ``.`` is the boundary of a word.
"""

import csv
import json

from word_list import DATA

FIXTURE = DATA.parent / "tests" / "fixtures" / "notebook.json"


def main() -> None:
    """Write the table."""
    bigrams = json.loads(FIXTURE.read_text(encoding="utf-8"))["bigram_counts"]
    rows = bigrams["rows"]
    total = sum(count for _, _, count in rows)
    if total != bigrams["total"]:
        raise SystemExit(f"the counts add up to {total}, not to {bigrams['total']}")
    path = DATA / "notebook_counts.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["first", "second", "count"])
        writer.writerows(rows)
    print(f"{path.name}: {len(rows)} pairs, {total} bigrams")


if __name__ == "__main__":
    main()
