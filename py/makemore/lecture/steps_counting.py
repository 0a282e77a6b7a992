"""The steps of the lecture's first part: words and counts."""

from __future__ import annotations

from makemore.counting.tables import count_bigrams, most_frequent
from makemore.lecture import counting
from makemore.lecture.inputs import LETTER, WORD, Input, whole_number
from makemore.lecture.outline import Column, Shown, Step
from makemore.reading.reader import read_words

__all__ = ["COUNTING"]

COUNTING = (
    Step(
        "words",
        "The words",
        "Everything starts with a list: one name a line. The notebook's has 32,033 names, which "
        "its counts alone can tell: each word starts once, so row 0 adds up to their number. The "
        "other facts need the list itself. What you see of them belongs to the list that is "
        "loaded in the workshop; load the notebook's `names.txt` there, and they are confirmed "
        "here.",
        (counting.count_of_words, counting.look_at_words),
        (
            Shown("words", "Words, from the counts", printed="words.count"),
            Shown("count", "Words in the loaded list", printed="words.count", needs_list=True),
            Shown("min_length", "Shortest, letters", printed="words.min_length", needs_list=True),
            Shown("max_length", "Longest, letters", printed="words.max_length", needs_list=True),
            Shown("first", "The first words", "words", "words.first_ten", needs_list=True),
        ),
        (whole_number("first", "First words", 10, 1, 50),),
        (read_words,),
    ),
    Step(
        "bigrams",
        "The bigrams of one word",
        "A bigram is two neighbours. One word holds many hints: what it may start with, what "
        "follows what, and where it may end. To catch the first and the last hint, `<S>` is put "
        "before the word and `<E>` after it; `pairwise` then walks through the pairs.",
        (counting.word_bigrams,),
        (Shown("bigrams", "Pairs", "words", "emma.bigrams"),),
        (WORD,),
    ),
    Step(
        "counts",
        "Counting, and sorting the counts",
        "The simplest way to learn which letter follows which is to count. A dictionary takes a "
        "pair and keeps its number; sorted by that number it says what is typical. Below are the "
        "pairs of a few words, counted here and now, and the most frequent of the notebook's "
        "whole list. Names end in n more often than anything else happens in them.",
        (counting.count_with_dictionary, counting.sort_counts),
        (
            Shown(
                "few",
                "Pairs of these words",
                "table",
                table=(Column("First"), Column("Second"), Column("Count")),
            ),
            Shown("different", "Different pairs in the notebook's list"),
            Shown("total", "All pairs together", printed="bigram_counts.total"),
            Shown(
                "most",
                "The most frequent",
                "table",
                table=(
                    Column("First", printed="bigram_counts.columns.0"),
                    Column("Second", printed="bigram_counts.columns.1"),
                    Column("Count", printed="bigram_counts.columns.2"),
                ),
            ),
        ),
        (
            Input("text", "Words to count", "emma olivia ava", "text", extent=True),
            whole_number("limit", "Most frequent", 20, 1, 627),
        ),
        (most_frequent,),
    ),
    Step(
        "table",
        "A table, and why one token is enough",
        "A 2-D array is handier than a dictionary: row i, column j holds how often symbol j "
        "follows symbol i. With both `<S>` and `<E>` it has 28 rows and columns, and 55 cells "
        "that can never be used: nothing follows the end, and nothing comes before the start. "
        'One token "." at index 0 serves as both and leaves 27 by 27.',
        (counting.row_of_counts, counting.two_tokens_waste),
        (
            Shown("shape", "Shape of N", "numbers"),
            Shown("row", "The row, as counts", "bars", "first_letter_counts"),
            Shown("after_end", "Counts in row <E> of the larger table"),
            Shown("before_start", "Counts in its column <S>"),
            Shown("wasted", "Cells that are always 0"),
        ),
        (LETTER,),
        (count_bigrams,),
    ),
    Step(
        "picture",
        "The picture",
        "All 729 cells at a glance. Dark is frequent. The top row is how names start, the first "
        "column how they end; the empty cells are pairs that the list has never shown. Coloured "
        "by share, each row is compared with itself, and rare letters such as q become readable: "
        "u stands out.",
        (counting.picture,),
        (
            Shown("table", "N", "matrix", "bigram_counts.table"),
            Shown("total", "All pairs together", printed="bigram_counts.total"),
            Shown("empty", "Cells with no pair"),
        ),
        (
            Input(
                "colour",
                "Cells show",
                "count",
                "select",
                choices=(("count", "the count"), ("share", "the share of the row")),
            ),
        ),
    ),
)
