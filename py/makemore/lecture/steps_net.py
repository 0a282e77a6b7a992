"""The steps of the lecture's third part: the same model as a trained neural net."""

from __future__ import annotations

from dataclasses import replace

from makemore.lecture import neural_net
from makemore.lecture.comparison import FLOAT32, Closeness, to_digits
from makemore.lecture.inputs import (
    ERA,
    L2,
    LEARNING_RATE,
    LETTER,
    SEED,
    STEPS,
    WEIGHTS_SEED,
    WORD,
    Input,
)
from makemore.lecture.outline import Column, Shown, Step
from makemore.models.bigram_net import SoftmaxModel
from makemore.settings import Setting
from makemore.torch_generator import TorchGenerator
from makemore.vocabulary import Vocabulary

__all__ = ["NET"]

_PULLS = (0, 0.0001, 0.001, 0.01, 0.1, 1, 10, 100, 1000, 10_000)

NET = (
    Step(
        "examples",
        "The training pairs",
        "Counting worked because the model was a table. To get to models that cannot be counted, "
        "the same problem is now put to a neural net. It learns from pairs: an input, and what "
        "should come next. The bigrams of a word are such pairs, as indices `xs` and `ys`.",
        (neural_net.training_pairs,),
        (
            Shown("xs", "xs, the inputs", "numbers", "emma.xs"),
            Shown("ys", "ys, what comes next", "numbers", "emma.ys"),
        ),
        (WORD,),
        (Vocabulary.encode,),
    ),
    Step(
        "one-hot",
        "One-hot inputs",
        "An index is a name, not a quantity: 13 is not more than 5. So each input becomes a row "
        "of 27 numbers, all 0 but a 1 at its index.",
        (neural_net.one_hot,),
        (
            Shown("xenc", "One row for each input", "matrix", rows="inputs"),
            Shown("where", "Where the 1 stands", "numbers", "emma.xs"),
        ),
        (WORD,),
    ),
    Step(
        "forward",
        "From weights to probabilities",
        "One layer of 27 neurons with 27 weights each, random at first. A one-hot row times W "
        "picks a row of W: the logits, which are read as logarithms of counts. `exp` makes them "
        "positive like counts, division by their sum makes them probabilities. Nothing else is "
        "in the net, and every part of it can be differentiated.",
        (neural_net.forward,),
        (
            Shown("logits", "Logits", "matrix", rows="inputs", digits=4, signed=True),
            Shown("counts", "“Counts”: exp of them", "matrix", rows="inputs", digits=4),
            Shown(
                "probs",
                "Probabilities",
                "matrix",
                "emma.probabilities.rows",
                to_digits(4),
                4,
                rows="inputs",
            ),
            Shown("W", "W, the weights", "matrix", digits=4, signed=True),
        ),
        (WORD, WEIGHTS_SEED),
        (TorchGenerator.randn,),
    ),
    Step(
        "five-examples",
        "The examples, one by one",
        "For each pair, look up the probability that the untrained net gave to what really came "
        "next. It was never taught, so most are low, and the negative logarithm, the surprise, "
        "is high.",
        (neural_net.five_examples,),
        (
            Shown(
                "examples",
                "The net's surprise at each bigram",
                "table",
                table=(
                    Column("Pair"),
                    Column("x"),
                    Column("y"),
                    Column("Probability of y", 7, "emma.probability_of_correct", FLOAT32),
                    Column("Logarithm", 5),
                    Column("Surprise (−log)", 5, "emma.nll", FLOAT32),
                ),
            ),
        ),
        (WORD, WEIGHTS_SEED),
    ),
    Step(
        "loss",
        "The loss",
        "The mean surprise is the net's loss, one number to make small. A net that finds all 27 "
        "symbols equally likely would have ln 27 = 3.2958; the notebook's net happens to be worse "
        "than that. Try other seeds: some nets are luckier than others.",
        (neural_net.loss_of_word,),
        (
            Shown("loss", "Loss", "number", "emma.loss", FLOAT32, 7),
            Shown("guessing", "Loss of guessing evenly, ln 27", digits=7),
        ),
        (WORD, WEIGHTS_SEED),
        (SoftmaxModel.loss,),
    ),
    Step(
        "gradient",
        "The gradient",
        "Backwards through the same operations: how would the loss change if a weight grew a "
        "little? For the softmax the answer is short: what the net said minus what was true. "
        "Negative cells want to grow, positive ones to shrink; rows of letters that the word "
        "does not have stay 0. One number is checked by really nudging its weight.",
        (neural_net.gradient,),
        (
            Shown(
                "dW",
                "Gradient of the loss by W",
                "matrix",
                "emma.gradient.rows",
                to_digits(4),
                4,
                signed=True,
            ),
            Shown("first_pair", "Its value at the word's first pair", digits=6),
            Shown("nudged", "The same, by nudging that weight", digits=6),
        ),
        (WORD, WEIGHTS_SEED),
        (SoftmaxModel.gradient,),
    ),
    Step(
        "update",
        "One update",
        "Move every weight a little against its gradient, and the loss is lower than before. "
        "That is all there is to learning here; the rest is doing it again. Raise the learning "
        "rate and the step gets longer, until it is too long and overshoots.",
        (neural_net.update_once,),
        (
            Shown("before", "Loss before", "number", "emma.loss", FLOAT32, 7),
            Shown("after", "Loss after", digits=7),
            Shown("change", "Change", digits=7),
        ),
        (WORD, WEIGHTS_SEED, replace(LEARNING_RATE, default=0.1)),
        (SoftmaxModel.step,),
    ),
    Step(
        "training",
        "The whole training run",
        "Now all 228,146 bigrams at once, with a learning rate of 50, which this small net bears. "
        "Equal pairs have equal losses, so the counts stand for all of them, and a step takes no "
        "longer than a 27 by 27 table needs. The notebook had done ten steps before it printed "
        "the losses of 300 more: here are all of them. They come near the loss of counting, "
        "which no bigram model can beat, but for what regularization adds.",
        (neural_net.train_net,),
        (
            Shown(
                "losses",
                "Loss at each step after the tenth",
                "losses",
                "gradient_descent.losses",
                Closeness(2e-6, 0.0, "to 0.000002"),
                6,
                begins=11,
            ),
            Shown("first_ten", "The ten steps before", "numbers", digits=4),
            Shown("last", "Loss of the last step", digits=6),
            Shown("without_l2", "Loss now, without regularization", digits=6),
            Shown("by_counting", "Loss of counting, the lowest possible", digits=6),
        ),
        (replace(STEPS, extent=True), LEARNING_RATE, L2, WEIGHTS_SEED),
        (SoftmaxModel, TorchGenerator.randn),
        parts=(neural_net.train,),
    ),
    Step(
        "regularization",
        "Regularization is smoothing",
        "`l2 * mean(W**2)` is added to the loss, so that weights are pulled to 0. Where all "
        "weights are 0 all logits are equal, and all predictions even: just what a very large "
        "smoothing makes of counts. Move the slider to the right and watch the bars level out "
        "at 1/27. The last figure is the smoothing that would cost the count model as much.",
        (neural_net.regularize,),
        (
            Shown(
                "rows",
                "What follows",
                "table",
                table=(
                    Column("Symbol"),
                    Column("Trained net", 4, bar=True),
                    Column("Counts + 1", 4, bar=True),
                    Column("Even", 4, bar=True),
                ),
            ),
            Shown(
                "last_loss",
                "Training loss at the end",
                "number",
                "gradient_descent.last_loss",
                Closeness(2e-6, 0.0, "to 0.000002"),
                6,
            ),
            Shown("nll", "Loss without the regularization term", digits=6),
            Shown("even_nll", "Loss of even predictions, ln 27", digits=6),
            Shown("furthest", "Largest distance from 1/27 in all of P", digits=6),
            Shown("same_smoothing", "Smoothing of the same loss", digits=2),
        ),
        (
            Input(
                "l2",
                "Regularization",
                0.01,
                "slider",
                choices=tuple((pull, f"{pull:,}") for pull in _PULLS),
            ),
            replace(LETTER, extent=True),
        ),
        (SoftmaxModel.loss, SoftmaxModel.gradient),
        parts=(neural_net.train, neural_net.smoothing_like),
    ),
    Step(
        "net-samples",
        "Words from the net",
        "A row of the net's P is one forward pass: one-hot, logits, exp, normalise. Sample from "
        "it as before, with the same seed, and out come the same words but for one letter in the "
        "last. Two very different ways to train have arrived at the same model.",
        (neural_net.sample_from_net,),
        (
            Shown("words", "From the net", "words", "gradient_descent.samples_after"),
            Shown("counted", "From the counts", "words", "count_model.samples"),
        ),
        (SEED, ERA, STEPS, LEARNING_RATE, L2, WEIGHTS_SEED),
        parts=(neural_net.train,),
    ),
    Step(
        "agreement",
        "Why both models agree",
        "The net has one free row of logits for every symbol, and so has the table: they can "
        "express exactly the same models, and they are judged by the same loss. Set W to the "
        "logarithms of the counts and the softmax gives P back, since exp undoes the logarithm. "
        "Gradient descent finds nearly that, from the loss alone; train longer with less "
        "regularization and the rest of the difference shrinks.",
        (neural_net.compare_models,),
        (
            Shown(
                "losses",
                "Side by side",
                "table",
                table=(
                    Column("Model"),
                    Column("Loss", 6),
                    Column("Largest difference in P", 6),
                    Column("KL divergence", 6),
                ),
            ),
            Shown("P", "P by counting", "matrix", digits=4),
            Shown("net", "P by training", "matrix", digits=4),
        ),
        (
            STEPS,
            Input("l2", L2.label, 0.01, setting=Setting(L2.label, 0, 7)),
        ),
        (SoftmaxModel.probabilities,),
        parts=(neural_net.train,),
    ),
)
