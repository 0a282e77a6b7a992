"""The steps of the lecture's fifth part: makemore.py's further models, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from makemore.lecture import further as code
from makemore.lecture.comparison import Closeness
from makemore.lecture.inputs import LEARNING_RATE, SEED, WEIGHTS_SEED, WORD, Input
from makemore.lecture.outline import Column, Shown, Step
from makemore.makemore_run import MakemoreRun
from makemore.models.bow import BoW
from makemore.models.mlp import MLP
from makemore.models.net import Sizes
from makemore.models.rnn import GRU, RNN
from makemore.models.transformer import Transformer
from makemore.settings import Setting

__all__ = ["FURTHER"]

_FIRST_LOSSES = Closeness(1e-4, 0.0, "within 0.0001")
_GRADIENT = Closeness(2e-6, 1e-4, "to float32's precision")
_SEED = replace(WEIGHTS_SEED, default=3407)
_SMALL = Sizes(7, 2, 2, 6, 5)  # of the net whose gradients PyTorch gave

_RUN = (
    "makemore.py itself, line by line in NumPy: one stream of random numbers splits the words, "
    "draws the weights and then the batches, AdamW takes a step, and at step 200 ten words are "
    "drawn. With the script's own list, which this page has, the losses and the words are those "
    "that PyTorch printed. Fewer steps take less time; another seed is another run."
)
_GRADIENT_TEXT = (
    "One small net, with weights that PyTorch drew. Its gradient three times: backward, layer by "
    "layer; by moving one number a little to both sides and watching the loss; and as PyTorch "
    "printed it. A smaller nudge is more exact, until float32 has no digits left for the "
    "difference: try 0.0001."
)


def _sees(
    kind: str, title: str, text: str, function: Callable[..., Any], of: type, *shown: Shown
) -> Step:
    return Step(
        f"{kind}-by-hand",
        title,
        text,
        (function,),
        (
            *shown,
            Shown("loss", "Loss on the word, by hand", digits=6),
            Shown("own_loss", "The same from the package's net", digits=6),
            Shown(
                "parameters",
                "Numbers that it learns",
                printed=f"makemore.runs.{kind}.parameters",
                source="makemore.py",
            ),
            Shown(
                "shapes",
                "What they are",
                "table",
                table=(Column("Name"), Column("Shape"), Column("Numbers", bar=True)),
            ),
            Shown(
                "probs", "What may follow, before any training", "matrix", digits=3, rows="inputs"
            ),
        ),
        (WORD, _SEED),
        (of,),
        (code.softmax, code.told),
    )


def _gradient(kind: str, name: str, function: Callable[..., Any], net: type, first: str) -> Step:
    tensors = [n for p in net.pieces(6, _SMALL) for n in p.shapes()]  # type: ignore[attr-defined]
    printed = f"makemore.small.models.{kind}"
    return Step(
        f"{kind}-gradient",
        f"A gradient of the {name}",
        _GRADIENT_TEXT,
        (function,),
        (
            Shown(
                "small_loss",
                "Loss of the small net",
                "number",
                f"{printed}.loss",
                _GRADIENT,
                7,
                source="makemore.py",
            ),
            Shown(
                "gradient",
                "Its first numbers",
                "table",
                table=(
                    Column("Number"),
                    Column("Backward", 6, f"{printed}.gradients.{first}", _GRADIENT),
                    Column("By a nudge", 6),
                ),
                source="makemore.py",
            ),
            Shown("largest_gap", "Furthest from PyTorch's, of all numbers", digits=9),
            Shown("nudged_gap", "Furthest from the nudge's, of this array", digits=6),
            Shown("numbers", "Numbers in all"),
        ),
        (
            Input("tensor", "Array", first, "select", choices=tuple((n, n) for n in tensors)),
            Input("nudge", "Nudge", 0.01, setting=Setting("Nudge", 1e-6, 1)),
        ),
        (net,),
        (code.nudge_and_compare,),
    )


def _run(kind: str, name: str, function: Callable[..., Any]) -> Step:
    return Step(
        f"{kind}-run",
        f"makemore.py's {name}, two hundred steps",
        _RUN,
        (function,),
        (
            Shown(
                "script_losses",
                "Loss of each batch",
                "losses",
                f"makemore.runs.{kind}.losses",
                _FIRST_LOSSES,
                7,
                needs_list=True,
                source="makemore.py",
                begins=0,
            ),
            Shown(
                "script_words",
                "Ten words at step 200",
                "words",
                f"makemore.runs.{kind}.words",
                needs_list=True,
                source="makemore.py",
            ),
            Shown(
                "script_split",
                "Words to train on, and to test",
                "numbers",
                f"makemore.runs.{kind}.split",
                needs_list=True,
                source="makemore.py",
            ),
        ),
        (
            Input(
                "steps",
                "Steps",
                201,
                setting=Setting("Steps", 1, 1001, whole=True),
                extent=True,
                help="Step 200 is the 201st.",
            ),
            replace(LEARNING_RATE, default=5e-4),
            replace(SEED, default=3407),
        ),
        (MakemoreRun,),
        (code.run_as_the_script,),
        preview={"steps": 11},
    )


_TRIANGLE = Shown(
    "triangle", "What is averaged", "matrix", digits=2, rows="inputs", columns="inputs"
)
_STATES = Shown(
    "states",
    "The state, its first units",
    "matrix",
    digits=2,
    rows="inputs",
    columns="units",
    signed=True,
)

FURTHER: Sequence[Step] = (
    _sees(
        "bow",
        "A bag of words, by hand",
        "The simplest way to look at more than one letter: average all that stand so far, whatever "
        "their order. The average is a product with a lower triangle whose rows sum to 1, and that "
        "triangle is the whole idea of attention with fixed weights.",
        code.average_what_stands_so_far,
        BoW,
        _TRIANGLE,
    ),
    _gradient("bow", "bag of words", code.gradient_of_bow, BoW, "wte.weight"),
    _run("bow", "bag of words", code.run_bow),
    _sees(
        "mlp",
        "An MLP, by hand",
        "The order matters, so put the last letters side by side (Bengio et al. 2003). Each has "
        "its place in a long row, and a hidden layer may weigh every place on its own. Before the "
        "word stands a symbol of its own. What is further back than the window does not exist.",
        code.look_side_by_side,
        MLP,
        Shown("windows", "What it looks at, newest first", "words"),
    ),
    _gradient("mlp", "MLP", code.gradient_of_mlp, MLP, "mlp.0.bias"),
    _run("mlp", "MLP", code.run_mlp),
    _sees(
        "rnn",
        "An RNN, by hand",
        "Instead of a window, a memory: a state that is rewritten at each letter from the letter "
        "and the state before. The same weights serve at every place, and the word may be of any "
        "length. But what is to be remembered must survive every rewriting.",
        code.carry_a_memory,
        RNN,
        _STATES,
    ),
    _gradient("rnn", "RNN", code.gradient_of_rnn, RNN, "start"),
    _run("rnn", "RNN", code.run_rnn),
    _sees(
        "gru",
        "A GRU, by hand",
        "Two gates mend it (Cho et al. 2014). One says what of the state a new candidate may use, "
        "the other how much of each unit is replaced. Where that gate is near 0 a unit passes "
        "unchanged, and so does its gradient.",
        code.gate_the_memory,
        GRU,
        _STATES,
        Shown(
            "z", "How much of it is replaced", "matrix", digits=2, rows="inputs", columns="units"
        ),
    ),
    _gradient("gru", "GRU", code.gradient_of_gru, GRU, "cell.xh_to_z.bias"),
    _run("gru", "GRU", code.run_gru),
    _sees(
        "transformer",
        "A Transformer, by hand",
        "The triangle again, but now each letter chooses what to look at: its query meets the keys "
        "of all letters before it, and a softmax makes weights of that. Four heads look for "
        "different things, an MLP thinks about what was found, and what is found is added, layer "
        "by layer. Before training the heads look everywhere alike.",
        code.attend,
        Transformer,
        Shown(
            "attention",
            "What a head of the first layer looks at",
            "matrix",
            digits=2,
            rows="inputs",
            columns="inputs",
        ),
    ),
    _gradient(
        "transformer",
        "Transformer",
        code.gradient_of_transformer,
        Transformer,
        "transformer.ln_f.weight",
    ),
    _run("transformer", "Transformer", code.run_transformer),
)
_HEAD = Input("head", "Head", 1, "select", choices=tuple((n, str(n)) for n in range(1, 5)))
FURTHER = tuple(
    replace(step, inputs=(*step.inputs, _HEAD)) if step.id == "transformer-by-hand" else step
    for step in FURTHER
)
