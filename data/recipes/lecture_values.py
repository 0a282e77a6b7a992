"""Make ``py/makemore/lecture/printed.json``: what the notebook printed, for the lecture.

Run by hand, standard library only::

    python data/recipes/lecture_values.py

It is ``tests/fixtures/notebook.json`` without the 627 counts, which are in
``data/notebook_counts.csv``, and with the bigrams of "emma" as the notebook writes them.
"""

import json

from word_list import DATA

FIXTURE = DATA.parent / "tests" / "fixtures" / "notebook.json"
TARGET = DATA.parent / "py" / "makemore" / "lecture" / "printed.json"
SYMBOLS = ".abcdefghijklmnopqrstuvwxyz"


def main() -> None:
    """Write the values."""
    printed = json.loads(FIXTURE.read_text(encoding="utf-8"))
    del printed["bigram_counts"]["rows"], printed["bigram_counts"]["about"]
    emma = printed["emma"]
    pairs = [[SYMBOLS[x], SYMBOLS[y]] for x, y in zip(emma["xs"], emma["ys"], strict=True)]
    pairs[0][0], pairs[-1][1] = "<S>", "<E>"
    emma["bigrams"] = [" ".join(pair) for pair in pairs]
    text = json.dumps(printed, ensure_ascii=False, separators=(",", ":"))
    TARGET.write_text(text.replace('],"', '],\n"') + "\n", encoding="utf-8")
    print(f"{TARGET.name}: {len(text):,} bytes")


if __name__ == "__main__":
    main()
