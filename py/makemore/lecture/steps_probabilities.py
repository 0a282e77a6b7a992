"""The steps of the lecture's second part: probabilities, sampling and how good a model is."""

from __future__ import annotations

from dataclasses import replace

from makemore.evaluation import log_likelihood, mean_nll, score_word
from makemore.lecture import probabilities as code
from makemore.lecture.comparison import to_digits
from makemore.lecture.inputs import ERA, LETTER, SEED, SMOOTHING, WORD, Input, whole_number
from makemore.lecture.outline import Column, Shown, Step
from makemore.models.bigram import CountModel
from makemore.sampling import generate_words
from makemore.settings import Setting
from makemore.torch_generator import TorchGenerator

__all__ = ["PROBABILITIES"]

_FIVE = whole_number("how_many", "How many", 5, 1, 50)
_SAME = "The same seed and code give the same words; only the table differs."

PROBABILITIES = (
    Step(
        "first-row",
        "The first row as probabilities",
        "Divide a row by its sum and it becomes a distribution: 27 shares that add up to 1. Row "
        '"." says how names start: with a in one of seven, with u or q almost never.',
        (code.row_as_probabilities,),
        (
            Shown(
                "p",
                "What follows",
                "bars",
                "first_letter_probabilities.values",
                to_digits(4),
                4,
            ),
            Shown("sum", "Sum", digits=4),
        ),
        (LETTER,),
        (CountModel.probabilities,),
    ),
    Step(
        "generator",
        "Randomness that can be repeated",
        "A generator with a seed makes the same numbers every time. Three of them, divided by "
        "their sum, are a small distribution; `multinomial` draws from it. Of a hundred draws "
        "about 61 should be 0, about 30 should be 1 and about 9 should be 2. Draw more, and the "
        "shares come closer to the probabilities.",
        (code.draw_from_three,),
        (
            Shown(
                "three",
                "Three probabilities",
                "numbers",
                "rand3_normalised.values",
                to_digits(4),
                4,
            ),
            Shown("drawn", "Draws", "numbers", "multinomial_100"),
            Shown("shares", "Shares of 0, 1 and 2 among the draws", "numbers", digits=4),
        ),
        (SEED, whole_number("draws", "Draws", 100, 2, 5000)),
        (TorchGenerator.rand, TorchGenerator.multinomial),
    ),
    Step(
        "first-letter",
        "Drawing a first letter",
        "Now draw from row 0, and an index becomes the first letter of a name. The notebook gets "
        "m. PyTorch 2.x draws a single category in another way than the 1.x of the notebook, so "
        "the same seed gives another letter there: change “Sampling as in” and see.",
        (code.draw_first_letters,),
        (
            Shown("letter", "First letter", "words", "first_letter_draw"),
            Shown("letters", "If we go on", "words"),
        ),
        (SEED, ERA, whole_number("how_many", "How many", 10, 1, 100)),
        (TorchGenerator.multinomial,),
    ),
    Step(
        "probabilities",
        "The matrix P",
        "Normalising a row again for every letter would be wasteful, so all 27 are done at once. "
        "The sums have the shape (27, 1): dividing by them stretches each sum along its row. "
        "Before that, 1 is added to every count, which the step on smoothing explains.",
        (code.all_rows_as_probabilities,),
        (
            Shown("P", "P", "matrix", digits=4),
            Shown("lowest_sum", "Lowest sum of a row", digits=4),
            Shown("highest_sum", "Highest sum of a row", digits=4),
        ),
        (SMOOTHING,),
        (CountModel.probabilities,),
    ),
    Step(
        "keepdims",
        "Why keepdims matters",
        "Leave `keepdims` out, and the sums have the shape (27,). Broadcasting lines shapes up "
        "from the right, so it takes them for one row, and every column is divided instead. There "
        "is no error. But the rows no longer add up to 1, and the words are worse.",
        (code.forget_keepdims,),
        (
            Shown("row_sums", "Sums of the wrong matrix's rows", "bars", digits=4),
            Shown("column_sums", "Sums of its columns", "bars", digits=4),
            Shown(
                "right_words",
                "Words from the right matrix",
                "words",
                "count_model.samples",
                note=_SAME,
            ),
            Shown("wrong_words", "Words from the wrong one", "words"),
            Shown("wrong", "The wrong matrix", "matrix", digits=4),
        ),
        (SEED, ERA),
    ),
    Step(
        "sample",
        "Five words",
        "Start in row 0, draw a letter, go to its row, draw again, until the token comes back. "
        "Some of what comes out could be names, much could not: the model knows one letter back "
        "and no more. It has learned something all the same, as words from an even table show.",
        (code.make_words,),
        (
            Shown("words", "Words", "words", "count_model.samples"),
            Shown("untrained", "From a table where all letters are equally likely", "words"),
        ),
        (SEED, ERA, _FIVE, SMOOTHING),
        (generate_words, TorchGenerator.row_sampler),
    ),
    Step(
        "likelihood",
        "How good is it? Likelihood, log-likelihood, loss",
        "A good model finds the list likely. The likelihood is the product of all its bigrams' "
        "probabilities, a number too small for comfort; the logarithm turns the product into a "
        "sum. With its sign turned round and divided by the number of bigrams it is the loss: 0 "
        "at best, lower is better. Add the whole list up exactly, and it is 2.4546; the notebook "
        "printed 2.4544, and the next step shows why.",
        (code.likelihood_of_word, code.likelihood_of_list),
        (
            Shown(
                "bigrams",
                "The word's bigrams",
                "table",
                table=(
                    Column("First"),
                    Column("Second"),
                    Column("Probability", 4, bar=True),
                    Column("Logarithm", 4),
                ),
            ),
            Shown("likelihood", "Likelihood of the word"),
            Shown("word_log_likelihood", "Log-likelihood of the word", digits=4),
            Shown("word_mean_nll", "Mean negative log-likelihood of the word", digits=4),
            Shown("log_likelihood", "Log-likelihood of the whole list", digits=3),
            Shown("mean_nll", "Mean negative log-likelihood: the loss", digits=6),
        ),
        (WORD, SMOOTHING),
        (score_word, log_likelihood, mean_nll),
    ),
    Step(
        "float32",
        "Why the notebook printed 2.454356",
        "It added 228,146 logarithms one by one in float32, which keeps about 7 digits. Near "
        "−500,000 neighbouring float32 numbers are 1/32 or 1/16 apart, so every addition is "
        "rounded to such a step, and the same roundings come again and again in the same "
        "direction. The table shows the running sum drifting away from the exact one. How far "
        "depends on the order: with the notebook's list loaded in the workshop its last digit is "
        "met; without it the bigrams come in a shuffled order, which you can change.",
        (code.add_up_in_float32,),
        (
            Shown("exact", "Exact sum (float64)", digits=3),
            Shown(
                "running",
                "Running sum in float32",
                printed="count_model.log_likelihood_float32_running_sum",
                digits=4,
                needs_list=True,
            ),
            Shown("exact_mean", "Exact loss", digits=6),
            Shown(
                "running_mean",
                "Loss from the running sum",
                printed="count_model.mean_nll_float32_running_sum",
                close=to_digits(7),
                digits=7,
                needs_list=True,
            ),
            Shown("spacing", "Distance between float32 numbers of this size", digits=5),
            Shown(
                "stops",
                "On the way",
                "table",
                table=(
                    Column("Added"),
                    Column("Exact sum", 3),
                    Column("Running sum", 3),
                    Column("Distance of neighbours", 7),
                ),
            ),
        ),
        (
            Input(
                "order",
                "Order of the bigrams",
                0,
                setting=Setting("Order of the bigrams", 0, 2**32 - 1, whole=True),
                help="A seed for the shuffle. Of no effect while the notebook's list is loaded.",
            ),
        ),
    ),
    Step(
        "smoothing",
        "“andrejq”, and smoothing",
        "One bigram that was never seen has probability 0, its logarithm is minus infinity, and "
        "so is that of any word that has it: no name ever had q after j. Adding 1 to every count "
        "makes nothing impossible, only unlikely. Add more, and the model becomes more even.",
        (code.smooth_the_impossible,),
        (
            Shown(
                "impossible", "Impossible without smoothing", "words", "unsmoothed_impossible_word"
            ),
            Shown("never_seen", "Because these pairs were never seen", "words"),
            Shown("bare_nll", "Loss of the word without smoothing", digits=4),
            Shown("smooth_nll", "Loss with smoothing", digits=4),
            Shown(
                "both",
                "Its bigrams",
                "table",
                table=(
                    Column("First"),
                    Column("Second"),
                    Column("Without", 4, bar=True),
                    Column("With", 4, bar=True),
                    Column("−log, with", 4),
                ),
            ),
        ),
        (replace(WORD, default="andrejq"), SMOOTHING),
        (CountModel.probabilities, score_word),
    ),
)
