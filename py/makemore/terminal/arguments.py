"""The arguments of all commands, and help that teaches."""

from __future__ import annotations

import argparse
from typing import NoReturn

from makemore.models import MODELS
from makemore.settings import CHOICES, MAKEMORE_SEED, SETTINGS

__all__ = ["COMMANDS", "SETTING_NAMES", "command_parser", "makemore_parser"]

COMMANDS = {
    "fit": "learn a list of words, and save the model",
    "generate": "make words with a model that was saved",
    "evaluate": "judge a model by words it has not seen",
    "score": "say how likely words are",
    "compare": "learn a list with every model, and judge all by the same unseen words",
    "count": "count the n-grams of many or very large files, on several processes or machines",
    "export": "write what a model has counted as a table",
}

SETTING_NAMES = sorted({name for entry in MODELS.values() for name in entry.settings})

_OVERVIEW = """\
commands (each has --help):
{commands}

a first session:
  makemore fit names.txt -o names.safetensors     learn a list: one word a line
  makemore generate names.safetensors --count 10  make ten more like it
  makemore score names.safetensors emma xqz       which is likelier?

Without a command it is makemore.py: the same flags, lines and, with the same seed, the same losses
and words. Files of models are safetensors: the page opens them, and so does PyTorch.
"""

_ABOUT = {
    "fit": """\
Learn a list of words, one a line, and save what was learned. LIST may be - for stdin.

  makemore fit names.txt -o names.safetensors
  makemore fit names.txt --model ngram --order 5 -o names.safetensors
  makemore fit names.txt --model gru --steps 4000 -o gru.safetensors

The model "auto" tries several ways to count and keeps the one that guesses unseen words best. Nets
are trained step by step; Ctrl-C ends the training and saves what there is.
models:
{models}
""",
    "generate": """\
Make words, one a line, with a model that `fit`, `count`, the page or PyTorch saved.

  makemore generate names.safetensors --count 20 --starts qu --longest 7
  makemore generate names.safetensors --new-to names.txt --no-repeats > new.txt

The same seed makes the same words. What is asked of them is met exactly where the model looks back
a few letters, by drawing until it fits where it is a net.
""",
    "evaluate": """\
Judge a model by words: the mean of -log P over all their symbols and ends.

  makemore evaluate names.safetensors unseen.txt

Words that the model was trained on flatter it: give it others.
""",
    "score": """\
Say how likely words are: word, nats in all, nats per symbol, tab-separated; fewer are likelier.

  makemore score names.safetensors emma olivia
  cut -f1 table.tsv | makemore score names.safetensors -
""",
    "compare": """\
Learn 80 % of a list with every model, and judge all by the next 10 % ("dev") and the last
("test"), which none of them has seen.

  makemore compare names.txt --models bigram,ngram,gru
""",
    "count": """\
Count n-grams of one list or of many files, larger than memory if need be, and save the model.

  makemore count 'logs/*.txt' --order 4 -o logs.safetensors
  makemore count s3://bucket/words-*.gz --order 5 --scheduler tcp://10.0.0.1:8786 -o big.safetensors

Files are divided at line ends, and each line is counted once. Several processes need the extra
`makemore[cluster]` (dask.distributed); without it one process counts. gzip is unpacked on the way.
Capitals are learned as they are, unless --lowercase says otherwise. Ctrl-C saves what was counted.
""",
    "export": """\
Write the counts of a model as tab-separated lines: context, next, count, of all orders; the
boundary of a word is ".".

  makemore export names.safetensors --to counts.tsv
""",
}


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """Say in one sentence what is wrong, and where help is."""
        self.exit(2, f"error: {message}. See `{self.prog} --help`.\n")


def makemore_parser() -> argparse.ArgumentParser:
    """Make the parser of makemore.py's flags, with its names and defaults."""
    commands = "\n".join(f"  {name:<9} {what}" for name, what in COMMANDS.items())
    parser = _Parser(
        prog="makemore",
        usage="makemore COMMAND …, or makemore [makemore.py's flags]",
        description="Learn a list of words, and make more like it.",
        epilog=_OVERVIEW.format(commands=commands),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--input-file", "-i", default="names.txt", help="one word a line (%(default)s); - is stdin")
    add("--work-dir", "-o", default="out", help="where model.safetensors is kept (%(default)s)")
    add("--resume", action="store_true", help="go on with the model in the work directory")
    add("--sample-only", action="store_true", help="make 50 words with it, and train nothing")
    add("--num-workers", "-n", type=int, default=4, help="accepted; reading takes no time here")
    add("--max-steps", type=int, default=-1, help="steps of training; -1: until Ctrl-C")
    add("--device", default="cpu", help="accepted, if it is cpu")
    add("--seed", type=int, default=MAKEMORE_SEED, help="of all that is drawn (%(default)s)")
    add("--top-k", type=int, default=-1, help="draw among the k likeliest; -1: among all")
    add(
        "--type",
        default="transformer",
        help="bigram, mlp, rnn, gru, bow or transformer (%(default)s)",
    )
    add("--n-layer", type=int, default=4, help="layers (%(default)s)")
    add("--n-head", type=int, default=4, help="heads of a transformer (%(default)s)")
    add("--n-embd", type=int, default=64, help="numbers of an embedding (%(default)s)")
    add("--n-embd2", type=int, default=64, help="numbers elsewhere (%(default)s)")
    add("--batch-size", "-b", type=int, default=32, help="words of one step (%(default)s)")
    add("--learning-rate", "-l", type=float, default=5e-4, help="AdamW's (%(default)s)")
    add("--weight-decay", "-w", type=float, default=0.01, help="AdamW's (%(default)s)")
    return parser


def command_parser() -> argparse.ArgumentParser:
    """Make the parser of all commands."""
    parser = _Parser(prog="makemore")
    commands = parser.add_subparsers(dest="command", required=True, parser_class=_Parser)
    models = "\n".join(f"  {kind:<13} {entry.idea}" for kind, entry in MODELS.items())
    made = {
        name: commands.add_parser(
            name,
            help=what,
            description=_ABOUT[name].replace("{models}", models),
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        for name, what in COMMANDS.items()
    }
    _fit(made["fit"])
    _generate(made["generate"])
    _judging(made["evaluate"], made["score"], made["compare"])
    _count(made["count"])
    export = made["export"]
    export.add_argument("model", metavar="M", help="a saved model; - is stdin")
    export.add_argument("--to", default="-", metavar="FILE", help="a file to write (stdout)")
    return parser


def _fit(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("list", metavar="LIST", help="a file with one word a line; - is stdin")
    add("--model", default="auto", help="auto (the default), or one of those above")
    add("-o", "--output", required=True, metavar="M", help="the file to save; - is stdout")
    _reading(parser)
    _case(parser)
    group = parser.add_argument_group("settings of models; what is left out, the model chooses")
    for name in SETTING_NAMES:
        group.add_argument(f"--{name.replace('_', '-')}", metavar="X", help=_setting_help(name))
    add("--seed", metavar="N", help="the same as --weights-seed")
    add(
        "--hold-out",
        default="0.1",
        metavar="SHARE",
        help="of the words, to judge a net by (%(default)s)",
    )


def _setting_help(name: str) -> str:
    if name == "background":
        return f"a list that a small one may lean on (US names), or none ({_models_with(name)})"
    if name == "with":
        return "the net of a mix"
    choice, setting = CHOICES.get(name), SETTINGS.get(name)
    words = [] if choice is None else list(choice.values)
    if setting is not None:
        kind = "a whole number" if setting.whole else "a number"
        words.append(f"{kind} from {setting.low:,.16g} to {setting.high:,.16g}")
    return f"{' or '.join(words)} ({_models_with(name)})"


def _models_with(name: str) -> str:
    return ", ".join(kind for kind, entry in MODELS.items() if name in entry.settings)


def _generate(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("model", metavar="M", help="a saved model; - is stdin")
    count = str(SETTINGS["count"].default)
    add("--count", default=count, metavar="N", help=f"how many words ({count})")
    seed = SETTINGS["seed"].default
    add("--seed", metavar="N", help=f"the same seed makes the same words ({seed})")
    add("--temperature", metavar="T", help="below 1 safer, above 1 wilder (1)")
    add("--top-k", metavar="K", help="draw among the k likeliest letters")
    asked = parser.add_argument_group("what is asked of the words")
    asked.add_argument("--starts", default="", metavar="TEXT", help="how each begins")
    asked.add_argument("--ends", default="", metavar="TEXT", help="how each ends")
    asked.add_argument(
        "--contains", action="append", default=[], metavar="TEXT", help="may be given several times"
    )
    asked.add_argument("--only", metavar="LETTERS", help="made of these alone")
    asked.add_argument("--without", default="", metavar="LETTERS", help="none of these")
    asked.add_argument("--pattern", help="? one letter, * any number, [aeiou] one of these")
    asked.add_argument("--shortest", metavar="N", help="letters at least")
    asked.add_argument("--longest", metavar="N", help="letters at most")
    asked.add_argument("--new-to", metavar="LIST", help="a file of words not to make; - is stdin")
    asked.add_argument("--differs", metavar="N", help="letters changed at least from any of those")
    asked.add_argument("--no-repeats", action="store_true", help="no word twice")


def _judging(
    evaluate: argparse.ArgumentParser,
    score: argparse.ArgumentParser,
    compare: argparse.ArgumentParser,
) -> None:
    evaluate.add_argument("model", metavar="M", help="a saved model; - is stdin")
    evaluate.add_argument("list", metavar="LIST", help="a file with one word a line; - is stdin")
    score.add_argument("model", metavar="M", help="a saved model; - is stdin")
    score.add_argument("words", metavar="WORD", nargs="+", help="words; - reads them from stdin")
    compare.add_argument("list", metavar="LIST", help="a file with one word a line; - is stdin")
    compare.add_argument(
        "--models", metavar="A,B", help="only these: their names as in `fit --help`"
    )
    compare.add_argument("--steps", metavar="N", help="of each net")
    compare.add_argument(
        "--different", action="store_true", help="divide by different words: equal ones go together"
    )
    _reading(evaluate)
    _reading(compare)
    _case(compare)


def _count(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("files", metavar="FILE", nargs="+", help="files, globs or URLs; or - for stdin")
    add("--order", default="5", metavar="N", help="symbols of an n-gram, 1 to 8 (5)")
    add("--smoothing", default="kneser-ney", metavar="X", help="kneser-ney, or the k of add-k")
    add("-o", "--output", required=True, metavar="M", help="the file to save; - is stdout")
    add("--scheduler", metavar="ADDRESS", help="of a dask.distributed scheduler that runs already")
    add("--processes", metavar="N", help="processes on this machine (its cores); 1: no cluster")
    add("--limit", default="64", metavar="MB", help="of the model; rarer n-grams are dropped (64)")
    _reading(parser)


def _reading(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument_group("how a list is read").add_argument
    add("--encoding", metavar="NAME", help="by default told from the file")
    add("--column", metavar="N", help="of a table, counted from 0; by default a line is a word")
    add("--lowercase", action="store_true", help="all in small letters")
    add("--graphemes", action="store_true", help="a symbol is what looks like one, as an emoji")


def _case(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("capitals")
    group.add_argument(
        "--keep-case",
        action="store_true",
        help="learn them as they are; by default a list of Names learns small letters, and makes "
        "Names",
    )
