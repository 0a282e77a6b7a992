"""What the benchmark of models asks of the page's own worker; in_page.py sends this file there.

Lists are data/names.txt as text. Times are in seconds or milliseconds, as their names say; what
only the benchmark does, such as measuring all held-out words, is not in them.
"""

import time
from typing import Any

from makemore.constraints import Constraint
from makemore.evaluation import evaluate
from makemore.models import MODELS
from makemore.models.net import Sizes
from makemore.models.net_run import NetRun
from makemore.models.protocol import Model
from makemore.models.recipes import Recipe
from makemore.sampling import Drawing, generate
from makemore.session import State, advance, dispatch
from makemore.torch_generator import TorchGenerator
from makemore.vocabulary import Vocabulary

SEED = 42
PEER = Sizes(context=16, layers=1, heads=4, embedding=16)
WORDS_MADE = 1000
FURTHER = 200

state = State()
runs: dict[str, NetRun] = {}
under_way: dict[str, Any] = {}


def learn(text: str) -> int:
    """Take a list of words; return how many it has."""
    _value(dispatch(state, "load", {"name": "names.txt", "data": text.encode()}))
    return len(state.need_list().words)


# ---- steps


def time_steps(kind: str, seconds: float) -> float:
    """Train a net of makemore.py's sizes for so long; return ms a step, its batch included."""
    if kind not in runs:
        learned = state.need_list()
        words = learned.parts[0]
        settings = {"recipe": "makemore", "steps": 1_000_000}
        model: Any = MODELS[kind].load().start(words, learned.vocabulary, settings)
        next(model.train(words, settings))  # makes the run, and does nothing else yet
        runs[kind] = model.run
        _steps(runs[kind], 0.0)
    return _steps(runs[kind], seconds)


def time_peer(words: int, seconds: float) -> dict[str, float]:
    """Train a net of microgpt's size on batches of so many words.

    Returns ``milliseconds`` a step, ``symbols`` a second and ``parameters``.
    """
    learned = state.need_list()
    net = MODELS["transformer"].load()(learned.vocabulary, PEER, TorchGenerator(SEED))
    recipe = Recipe(PEER, 1_000_000, words, 0.001, 0.0)
    run = NetRun(net, learned.parts[0], recipe)
    _steps(run, 0.0)
    each = _steps(run, seconds)
    symbols = run.words.symbols / len(run.words) * words
    return {"milliseconds": each, "symbols": 1000 * symbols / each, "parameters": len(net.flat)}


def _steps(run: NetRun, seconds: float) -> float:
    """Do at least one step, and as many as begin within so many seconds; return ms a step."""
    losses: list[float] = []
    begun, steps = time.perf_counter(), 0
    while steps == 0 or time.perf_counter() < begun + seconds:
        for _ in run.one_step(losses):
            pass
        steps += 1
    return 1000 * (time.perf_counter() - begun) / steps


# ---- n-grams


def time_ngrams() -> dict[str, float]:
    """Choose and fit n-grams, and make words by them, all for the first time; return ms of each."""
    learned, times = state.need_list(), {}
    words, held_out, _ = learned.parts
    for kind in ("ngram", "auto"):
        model: Model = MODELS[kind].load().start(words, learned.vocabulary, {})
        begun = time.perf_counter()
        for _ in model.train(words, {}, held_out):
            pass
        times[f"{kind} fitted"] = _since(begun)
    begun = time.perf_counter()
    _to_the_end({"action": "train", "kind": "auto"})
    times["auto carded"] = _since(begun)
    model = learned.trained["auto"].model
    begun = time.perf_counter()
    generate(model, WORDS_MADE, TorchGenerator(SEED))
    times["words"] = _since(begun)
    begun = time.perf_counter()
    low, high = _usual_lengths(words)
    asked = {"shortest": low, "longest": high, "new_only": True}
    _to_the_end({"action": "make", "kind": "auto", "count": WORDS_MADE, "constraint": asked})
    times["new words"] = _since(begun)
    return times | _time_asked_for(words)


def _time_asked_for(words: list[str]) -> dict[str, float]:
    """Draw words "qu…x" of 5 to 7 letters by an n-gram that has made none yet."""
    ngram = MODELS["ngram"].load()
    model = ngram.start(words, Vocabulary.from_words(words), {"order": 5})
    for _ in model.train(words, {"order": 5, "smoothing": "kneser-ney"}):
        pass
    asked = Constraint(starts="qu", ends="x", shortest=5, longest=7)
    begun = time.perf_counter()
    drawing = Drawing(model, TorchGenerator(SEED), constraint=asked)
    for _ in drawing.take(1):
        pass
    first = _since(begun)
    begun = time.perf_counter()
    for _ in drawing.take(FURTHER):
        pass
    return {"first qu…x": first, "further qu…x": _since(begun) / FURTHER}


def _usual_lengths(words: list[str]) -> tuple[int, int]:
    """Return the 5th and the 95th percentile of the lengths, as the page asks for by default."""
    lengths = sorted(map(len, words))
    return lengths[len(words) * 5 // 100], lengths[len(words) * 95 // 100]


# ---- recipes by the clock


def begin_recipe(kind: str) -> None:
    """Begin to train a net as the page does when nobody says otherwise."""
    begun = dispatch(state, "train", {"kind": kind})
    _check(begun)
    under_way.clear()
    under_way.update(kind=kind, stream=begun["stream"], seconds=0.0, longest=0.0, done=False)


def go_on(seconds: float) -> dict[str, Any]:
    """Train for so long, then measure all held-out words.

    Returns ``seconds`` trained in all, ``longest`` (ms between two reports), ``step``, ``steps``,
    ``held_out`` (nats per symbol) and ``done``.
    """
    until = under_way["seconds"] + seconds
    while not under_way["done"] and under_way["seconds"] < until:
        begun = time.perf_counter()
        outcome = advance(state, under_way["stream"])
        passed = time.perf_counter() - begun
        _check(outcome)
        under_way["seconds"] += passed
        under_way["longest"] = max(under_way["longest"], 1000 * passed)
        if "report" in outcome:
            under_way.update({name: outcome["report"][name] for name in ("step", "steps")})
        else:
            under_way["done"] = True
    learned = state.need_list()
    model = learned.need_model(under_way["kind"]).model
    told = {name: value for name, value in under_way.items() if name not in ("kind", "stream")}
    return {**told, "held_out": evaluate(model, learned.parts[1])}


def mix_with(kind: str) -> dict[str, Any]:
    """Mix the n-gram with a net that was trained; return its ``card``."""
    card: dict[str, Any] = _to_the_end(
        {"action": "train", "kind": "mix", "settings": {"with": kind}}
    )
    return card


# ---- asking the session


def _to_the_end(asked: dict[str, Any]) -> Any:
    """Carry out an action that reports, and return its value."""
    outcome = dispatch(state, asked.pop("action"), asked)
    _check(outcome)
    stream = outcome["stream"]
    while "value" not in outcome:
        outcome = advance(state, stream)
        _check(outcome)
    return outcome["value"]


def _value(outcome: dict[str, Any]) -> Any:
    _check(outcome)
    return outcome["value"]


def _check(outcome: dict[str, Any]) -> None:
    if "error" in outcome:
        raise RuntimeError(outcome["error"]["message"] + outcome["error"]["detail"])


def _since(begun: float) -> float:
    return 1000 * (time.perf_counter() - begun)
