"""The steps of the lecture's fourth part: its homework."""

from __future__ import annotations

from dataclasses import replace

from makemore.corpus import split_words
from makemore.lecture import homework as code
from makemore.lecture.comparison import FLOAT32, to_digits
from makemore.lecture.inputs import (
    L2,
    LEARNING_RATE,
    SEED,
    SMOOTHING,
    WEIGHTS_SEED,
    WORD,
    Input,
    whole_number,
)
from makemore.lecture.outline import Column, Shown, Step
from makemore.models.bigram_net import SoftmaxModel
from makemore.models.ngram import NGram
from makemore.settings import Setting

__all__ = ["HOMEWORK"]

_SPLIT_SEED = replace(SEED, label="Seed of the split", default=42)

HOMEWORK = (
    Step(
        "trigrams",
        "Two letters back",
        "The first exercise: predict a symbol from the two before it. N gets one more axis, and "
        "nothing else changes. The loss on your list falls well below the bigram's, and the words "
        "get better. Gradient descent does it too: W has a row for every pair of symbols instead "
        "of one for every symbol. Each row is met less often, so it needs more steps.",
        (code.trigrams, code.trigram_net),
        (
            Shown("bigram_loss", "Loss of the bigram, by counting", digits=4),
            Shown("trigram_loss", "Loss of the trigram, by counting", digits=4),
            Shown("net_loss", "Loss of the trigram, by gradient descent", digits=4),
            Shown("net_losses", "Loss at each step", "losses", digits=4),
            Shown("trigram_words", "Words from the trigram", "words"),
            Shown("contexts", "Pairs of symbols that come in the list"),
        ),
        (
            replace(SMOOTHING, default=0.1),
            whole_number("trigram_steps", "Steps", 100, 1, 500),
            replace(LEARNING_RATE, default=100),
            replace(L2, default=0),
        ),
        (SoftmaxModel,),
        (code.count_trigrams, code.nll_of_trigrams),
    ),
    Step(
        "split",
        "Words that were kept away",
        "A trigram knows every triple of its list, and so its loss there flatters it. Shuffle the "
        "words, train on 80 % of them, and measure on the rest: the dev part to choose by, the "
        "test part to look at once. The bigram is as good on new words as on old ones; the "
        "trigram is worse on new ones, but still better than the bigram.",
        (code.split_and_compare,),
        (
            Shown(
                "parts",
                "Loss by part",
                "table",
                table=(
                    Column("Part"),
                    Column("Words"),
                    Column("Bigram", 4, bar=True),
                    Column("Trigram", 4, bar=True),
                ),
            ),
        ),
        (_SPLIT_SEED, replace(SMOOTHING, default=0.1)),
        (split_words,),
        (code.count_trigrams, code.nll_of_trigrams),
    ),
    Step(
        "tuning",
        "Smoothing chosen on the dev part",
        "Which smoothing is best? On the training part the least is best, always, and that says "
        "nothing. On the dev part the loss falls, and rises again: too little smoothing finds "
        "new words impossible, too much makes all words alike. Take the lowest point, and only "
        "then look at the test part.",
        (code.tune_smoothing,),
        (
            Shown("tuning", "Loss by smoothing", "curves", digits=4, note="Smoothing by powers."),
            Shown("best", "The best of these on the dev part", digits=3),
            Shown("test_loss", "Loss on the test part, looked at once", digits=4),
        ),
        (_SPLIT_SEED,),
        (split_words,),
    ),
    Step(
        "indexing",
        "Indexing instead of one-hot",
        "A one-hot row times W picks a row of W. So pick it: `W[xs]` is the same numbers without "
        "a single multiplication. Nobody makes one-hot rows for a large alphabet; an embedding "
        "table is nothing but this.",
        (code.index_instead_of_one_hot,),
        (
            Shown("largest_gap", "Largest difference", digits=17),
            Shown("saved", "Multiplications that are not needed"),
            Shown("rows_picked", "The rows of W", "matrix", digits=4, rows="inputs", signed=True),
            Shown(
                "probs",
                "Probabilities, as before",
                "matrix",
                "emma.probabilities.rows",
                to_digits(4),
                4,
                rows="inputs",
            ),
        ),
        (WORD, WEIGHTS_SEED),
    ),
    Step(
        "cross-entropy",
        "Cross-entropy in one function",
        "exp, sum, divide, pick, logarithm: five lines of the notebook, which every library has as "
        "one function. It is less work, its gradient is short (probabilities minus one-hot), and "
        "it cannot overflow, since the largest logit is subtracted first. Adding a constant to "
        "all logits changes no probability; add 1000, and see what the five lines make of it.",
        (code.cross_entropy_in_one,),
        (
            Shown("five_lines", "Loss by the five lines", digits=7),
            Shown("one_function", "Loss by one function", "number", "emma.loss", FLOAT32, 7),
        ),
        (
            WORD,
            WEIGHTS_SEED,
            Input("added", "Added to all logits", 0, setting=Setting("Added", -1e6, 1e6)),
        ),
        parts=(code.cross_entropy,),
    ),
    Step(
        "further",
        "How far counting goes",
        "Look three, four, five letters back. With a constant added to every count the loss on "
        "new words soon gets worse: nearly every long context is new. Kneser and Ney's way takes "
        "a little from each count and gives it to the next shorter context, and there counts in "
        "how many places a symbol comes, not how often. On names that is as good as the "
        "lectures' best neural net.",
        (code.how_far_counting_goes,),
        (
            Shown("orders", "Loss on the dev part, by order", "curves", digits=4),
            Shown("best_order", "The best order on the dev part"),
            Shown("counting_test", "Its loss on the test part", digits=4),
            Shown("guessing_evenly", "Loss of guessing evenly", digits=4),
        ),
        (_SPLIT_SEED,),
        (NGram, split_words),
    ),
)
