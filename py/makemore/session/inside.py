"""Actions that look into models: on a word, at a position of it, and into their numbers."""

from __future__ import annotations

import itertools
import unicodedata
from typing import TYPE_CHECKING, Any

import numpy as np

from makemore.counting.tables import condense, most_frequent_symbols
from makemore.errors import MakemoreError
from makemore.evaluation import kl_divergence
from makemore.models import MODELS
from makemore.models.bigram import Bigram, CountModel, condense_probabilities
from makemore.models.bigram_net import BigramNet
from makemore.models.protocol import Model
from makemore.sampling import generate_words
from makemore.session.bigram_tables import TABLE_SYMBOLS
from makemore.session.state import Learned, Plain, State
from makemore.settings import SETTINGS, parse_setting, parse_settings
from makemore.torch_generator import TorchGenerator

if TYPE_CHECKING:
    from makemore.inside.replay import Replay

__all__ = ["inside", "inside_descent", "inside_draw", "inside_matrix", "inside_word"]

_LONGEST = 60  # letters of a word under study: its pictures have a row for each
_WIDEST = 4096  # numbers of a matrix that are given in full
_FROM_FILE = "from a file"  # as open_model notes it
_POINTS = 1000  # of a curve
_WORDS = 5
_LETTERS = 24  # of those: a net that has learned little hardly ever ends a word


def inside_word(state: State, word: str, position: int = 0) -> Plain:
    """Tell how a word looks to every model that was trained on the list.

    ``position`` is after how many letters the next one is asked for. Returns ``word``, ``letters``
    (its symbols, then its end), ``position``, ``symbols`` (all of the list, the end first),
    ``models``, each with ``kind``, ``name``, ``surprises`` (nats, a letter each) and ``next`` (a
    probability for each symbol), and ``code``. Raises VocabularyError for a symbol that the list
    does not have.
    """
    from makemore.inside.picture import code_of
    from makemore.inside.words import letter_surprises, next_letters

    learned = state.need_list()
    word, letters, position = _studied(learned, word, position)
    symbols = learned.vocabulary.symbols
    models = []
    for kind, (name, model) in _models(learned).items():
        P = next_letters(model, word, position)
        models.append(
            {
                "kind": kind,
                "name": name,
                "surprises": letter_surprises(model, word).tolist(),
                "next": P[learned.places_in(model)].tolist(),
            }
        )
    return {
        "word": word,
        "letters": [*letters, symbols[0]],
        "position": position,
        "symbols": list(symbols),
        "models": models,
        "code": [code_of(letter_surprises), code_of(next_letters)],
    }


def inside(state: State, kind: str, word: str, position: int = 0) -> Plain:
    """Give all that there is to see of one model on a word: ``pictures``, and a net's ``blocks``.

    ``name`` says which model it is. Raises MakemoreError if the model is not trained yet.
    """
    from makemore.inside.blocks import blocks
    from makemore.inside.views import pictures

    learned = state.need_list()
    name, model = _model(learned, kind)
    word, _, position = _studied(learned, word, position)
    parameters = getattr(model, "parameters", {})
    return {
        "kind": kind,
        "name": name,
        "word": word,
        "position": position,
        "pictures": [picture.plain() for picture in pictures(model, word, position)],
        "blocks": [block.plain(parameters) for block in blocks(model)],
    }


def inside_matrix(state: State, kind: str, name: str) -> Plain:
    """Give a parameter of a net as a picture; of a large one as many rows as can be shown.

    Raises MakemoreError if the model has no such parameter.
    """
    from makemore.inside.picture import Picture

    _, model = _model(state.need_list(), kind)
    parameters = getattr(model, "parameters", {})
    if name not in parameters:
        raise MakemoreError(f"{MODELS[kind].label} has no parameter {name[:80]!r}.")
    whole = parameters[name].reshape(1, -1) if parameters[name].ndim == 1 else parameters[name]
    columns = whole.shape[1]
    rows = max(1, min(len(whole), _WIDEST // columns))
    shape = " × ".join(str(n) for n in parameters[name].shape)
    of_letters = "wte" in name or name == "lm_head.weight" or name == "mlp.2.weight"
    names = model.vocabulary.symbols if of_letters else [str(i + 1) for i in range(rows)]
    text = f"{shape} numbers, as they are now."
    if rows < len(whole):
        text += f" The first {rows} rows of {len(whole)}."
    return Picture(
        "matrix",
        "matrix",
        name,
        text,
        whole[:rows],
        [names[i] if i < len(names) else str(i + 1) for i in range(rows)],
        [str(i + 1) for i in range(columns)],
        signed=True,
        of_word=False,
    ).plain()


def inside_draw(state: State, kind: str, word: str, position: int, seed: object) -> Plain:
    """Draw the letter after the first `position` ones of a word: ``symbol``, ``word``, ``ended``.

    ``word`` is what stood before with the drawn letter added. A seed draws the same letter again.
    """
    from makemore.inside.words import next_letters

    learned = state.need_list()
    _, model = _model(learned, kind)
    word, letters, position = _studied(learned, word, position)
    P = next_letters(model, word, position)
    generator = TorchGenerator(int(parse_setting("seed", seed)))
    drawn = int(generator.multinomial(P, 1)[0])
    symbol = model.vocabulary.symbols[drawn]
    so_far = letters[:position] + ([] if drawn == 0 else [symbol])
    return {
        "symbol": symbol,
        "word": "".join(so_far),
        "ended": drawn == 0,
        "p": float(P[drawn]),
        "position": position if drawn == 0 else position + 1,
    }


def inside_descent(
    state: State,
    step: int | None = None,
    settings: Plain | None = None,
    whole: bool = False,
    seed: object = SETTINGS["seed"].default,
) -> Plain:
    """Show the bigram net after so many steps of its own run, beside counting the same words.

    Without a step, or beyond, it is the last one that was done. If the net is not trained, or its
    run is not known, it is what its ``settings``, as typed, would do; ``whole`` as of `train`.
    Returns ``step`` (less than asked for if that takes longer: ask again), ``steps``, ``own``
    (whether it is the net's run), ``trained``, ``paces`` as of `TrainingRun`, ``weights_seed`` and
    ``smoothing`` (counting's), ``same`` (False where the net went back to better weights, so that
    its later steps are not those shown); ``symbols``, ``rest``, ``counts``, ``counting`` and
    ``gradient`` as of `tables`; ``divergence`` (of the net from counting, nats per bigram),
    ``loss`` (without regularization) and ``goal`` (counting's), ``curve`` (``step`` and ``loss``,
    regularization included, thinned), and ``words``, five of one seed by the net, and ``goals``,
    the same by counting. Raises TrainingError if the loss explodes, or if there are too many
    symbols.
    """
    learned = state.need_list()
    replay = _replay(learned, settings or {}, whole)
    asked = replay.steps if step is None else max(0, int(step))
    net, losses, at = replay.at(min(asked, replay.steps))
    N, vocabulary = net.counts, replay.vocabulary
    counting = CountModel(N, learned.count_model.smoothing).probabilities()
    P = net.probabilities()
    kept = most_frequent_symbols(N, TABLE_SYMBOLS)

    def words(table: Any) -> list[str]:
        generator = TorchGenerator(int(parse_setting("seed", seed)))
        made = generate_words(table, vocabulary, generator, max_length=_LETTERS)
        return [word.word for word in itertools.islice(made, _WORDS)]

    every = max(1, -(-len(losses) // _POINTS))
    return {
        "step": at,
        "steps": replay.steps,
        "own": replay.own,
        "trained": "bigram-net" in _models(learned),
        "paces": [list(pace) for pace in replay.descent.paces],
        "weights_seed": replay.seed,
        "smoothing": learned.count_model.smoothing,
        "same": replay.same(losses),
        "symbols": [vocabulary.symbols[i] for i in kept.tolist()],
        "rest": len(vocabulary) - len(kept),
        "counts": condense(N, kept).tolist(),
        "counting": condense_probabilities(counting, N, kept).tolist(),
        "gradient": condense_probabilities(P, N, kept).tolist(),
        "divergence": kl_divergence(counting, P, N),
        "loss": net.loss(0.0),
        "goal": -float((N * np.log(np.maximum(counting, 1e-300))).sum() / N.sum()),
        "curve": {
            "step": list(range(1, len(losses) + 1))[::every],
            "loss": losses[::every],
        },
        "words": words(P),
        "goals": words(counting),
    }


def _replay(learned: Learned, settings: Plain, whole: bool) -> Replay:
    """Give the run that is to be seen again, going on with the one before if it is the same."""
    from makemore.inside.replay import Replay

    kind = "bigram-net"
    trained, net = learned.trained.get(kind), _models(learned).get(kind, ("", None))[1]
    values = parse_settings(MODELS[kind].settings, settings)
    asked: Any = (whole, values)
    if isinstance(net, BigramNet):
        if net.run is not None and net.run.seed is not None:
            asked = net.run
        elif trained is not None and trained.facts.get("note") != _FROM_FILE:
            asked = net  # of a comparison, which goes through what was set and no further
    if learned.replay is None or learned.replay[0] != asked:
        if isinstance(net, BigramNet) and asked is net.run:
            replay = Replay.of_run(net)
        elif isinstance(net, BigramNet) and trained is not None and asked is net:
            replay = Replay.planned(net.net.counts, net.vocabulary, trained.settings, net)
        else:
            words = learned.words if whole else learned.parts[0]
            N = BigramNet.start(words, learned.vocabulary, values).net.counts
            replay = Replay.planned(N, learned.vocabulary, values)
        learned.replay = (asked, replay)
    return learned.replay[1]


def _models(learned: Learned) -> dict[str, tuple[str, Model]]:
    """Give the models that there are, by kind: name and model, in the registry's order."""
    found: dict[str, tuple[str, Model]] = {
        kind: (_named(kind, trained.name), trained.model)
        for kind, trained in learned.trained.items()
    }
    for row in () if learned.comparison is None else learned.comparison.rows:
        under_way = row.state in ("training", "stopped") and row.model is not None
        if under_way and MODELS[row.kind].net and row.kind not in ("mix", *found):
            found[row.kind] = (f"{MODELS[row.kind].label}, as Compare trains it", row.model)  # type: ignore[assignment]
    if "bigram" not in found:
        counted = Bigram(learned.vocabulary, learned.count_model)
        found["bigram"] = (MODELS["bigram"].label, counted)
    return {kind: found[kind] for kind in MODELS if kind in found}


def _named(kind: str, name: str) -> str:
    """Tell a model that was chosen, or mixed, from the one that it is."""
    label = MODELS[kind].label
    return name if name.startswith(label) else f"{label}: {name}"


def _model(learned: Learned, kind: str) -> tuple[str, Model]:
    found = _models(learned)
    if kind not in found:
        learned.need_model(kind)  # says what is wrong
    return found[kind]


def _studied(learned: Learned, word: str, position: int) -> tuple[str, list[str], int]:
    """Give a word as models know it, its letters, and a position that is in it."""
    word = learned.fold(unicodedata.normalize("NFC", word.strip()))
    letters = learned.vocabulary.split(word)
    if len(letters) > _LONGEST:
        raise MakemoreError(
            f"The word has {len(letters)} letters; up to {_LONGEST} can be looked at. Shorten it."
        )
    learned.vocabulary.encode([word])  # says which symbols the list does not have
    return word, letters, max(0, min(int(position), len(letters)))
