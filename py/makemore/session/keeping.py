"""Actions that give models away and take them back: as they are, and as files."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from makemore.case import case_of, set_case
from makemore.errors import UNFIT, MakemoreError, StorageError
from makemore.evaluation import evaluate
from makemore.models import MODELS, kind_of
from makemore.models.protocol import State as ModelState
from makemore.session.making import asked_for
from makemore.session.models import card, count_parameters, name_of
from makemore.session.state import Learned, Plain, State, Trained
from makemore.settings import parse_setting, parse_settings

__all__ = [
    "checkpoint",
    "continue_in_python",
    "open_model",
    "open_project",
    "plain_run",
    "restore_model",
    "run_of",
    "save_model",
    "save_project",
]

_SOME_WORDS = 2000  # of the list, whose loss is measured of a model that was opened
_LONGEST_NAME = 200


def checkpoint(state: State, kind: str) -> Plain:
    """Copy a model, for `restore_model` should this Python die, or when its project is opened.

    ``trained`` is all that is said of it; ``run`` a net's run, numbers and bytes, or ``model`` the
    bytes of a file where no run is known, or it is not over the list's own symbols.
    """
    trained = state.need_list().need_model(kind)
    told = {name: getattr(trained, name) for name in _TOLD}
    run: Any = getattr(trained.model, "run", None)
    if run is not None and trained.model.vocabulary == state.need_list().vocabulary:
        return {"trained": told, "run": plain_run(run.state())}
    from makemore.storage import save

    return {"trained": told, "model": save(trained.model, {})}


def restore_model(state: State, saved: Plain) -> Plain:
    """Take back what `checkpoint` gave, on the same list; a run goes on bit for bit.

    Returns the model's `card`, with all ``losses`` so far where they are kept. Raises TrainingError
    if it was trained on another list, and StorageError if it is damaged.
    """
    learned = state.need_list()
    try:
        trained, losses = _restored(learned, saved)
    except MakemoreError:
        raise
    except UNFIT as error:
        raise StorageError(
            f"A model that was kept is damaged ({type(error).__name__}: {str(error)[:100]}): train "
            "it again."
        ) from error
    learned.trained[trained.kind] = trained
    return {**card(state, trained.kind), "losses": losses}


def _restored(learned: Learned, saved: Plain) -> tuple[Trained, list[float]]:
    told = {"train": None, "held_out": None, **saved["trained"]}
    told = {name: told[name] for name in _TOLD}
    # What is None may have been left out on the way.
    told["settings"] = {**dict.fromkeys(MODELS[told["kind"]].settings), **told["settings"]}
    losses: list[float] = []
    split = None
    model: Any
    if "run" in saved:
        words, held_out = (list(learned.words), []) if told["whole"] else learned.parts[:2]
        model, losses, split = run_of(learned, words, held_out, saved["run"])
    else:
        from makemore.storage import load

        model = load(bytes(saved["model"]))
        _need_symbols(learned, model)
    if kind_of(model) != told["kind"]:
        raise StorageError("A model that was kept is of another kind than it says: train it again.")
    return Trained(model=model, split=split, **told), losses


def save_model(state: State, kind: str) -> bytes:
    """Write a trained model as a file: safetensors, with what is to be said of it."""
    from makemore.storage import save

    learned = state.need_list()
    trained = learned.need_model(kind)
    return save(trained.model, _said(learned, trained))


def save_project(state: State, kind: str, project: str) -> bytes:
    """Write a file of a model that carries a project of the page, as JSON text, among its facts.

    It is a file of that model as well, in Python and in the page.
    """
    from makemore.storage import save

    learned = state.need_list()
    trained = learned.need_model(kind)
    return save(trained.model, {**_said(learned, trained), "project": json.loads(project)})


def _said(learned: Learned, trained: Trained) -> Plain:
    """Tell of a model what its file is to say."""
    told = {name: getattr(trained, name) for name in ("name", "held_out", "train", "settings")}
    return {"list": learned.name, "words": learned.read.count, **told}


def continue_in_python(
    state: State, kind: str, count: object = 24, stars: Sequence[str] = (), **asked: Any
) -> str:
    """Write a Jupyter notebook with the list, a model, and what is asked of words; see `make`."""
    from makemore.session.continuing import notebook

    learned = state.need_list()
    trained = learned.need_model(kind)
    number = int(parse_setting("count", count))
    return notebook(learned, trained, asked_for(learned, **asked), stars, number)


def open_project(state: State, data: bytes | memoryview) -> str:
    """Read the project that `save_project` wrote; raises StorageError if there is none."""
    from makemore.storage import facts_of, load

    del state
    project = facts_of(load(bytes(data))).get("project")
    if not isinstance(project, dict):
        raise StorageError("This file has a model, but no project: use “Open model”.")
    return json.dumps(project)


def open_model(state: State, data: bytes | memoryview) -> Plain:
    """Use a model from a file, on the list in use; returns its `card`.

    A net can be resumed: ``step`` is 0 then. One that the page does not offer, makemore.py's
    bigram, becomes the one like it that the page does. The held-out loss is told if it was measured
    on this list. Raises StorageError if it is no such file, and MakemoreError if it does not know
    the list's symbols.
    """
    from makemore.storage import facts_of, load

    learned, model = state.need_list(), load(bytes(data))
    _need_symbols(learned, model)
    facts = facts_of(model)
    if not MODELS[kind_of(model)].offered:
        unlike: Any = model
        model = unlike.as_shown(learned.words)
        set_case(model, case_of(unlike))
    kind = kind_of(model)
    trained = Trained(kind, model, _settings_in(kind, facts), "")
    trained.facts = {"note": "from a file"}
    trained.parameters = count_parameters(model)
    named = facts.get("name")
    trained.name = named[:_LONGEST_NAME] if isinstance(named, str) else name_of(trained)
    trained.train = evaluate(model, learned.words[:_SOME_WORDS])
    here = (facts.get("list"), facts.get("words")) == (learned.name, learned.read.count)
    if here and isinstance(facts.get("held_out"), float):
        trained.held_out = facts["held_out"]
    learned.trained[kind] = trained
    return {**card(state, kind), **({"step": 0} if hasattr(model, "run") else {})}


def _need_symbols(learned: Learned, model: Any) -> None:
    unknown = sorted(set(learned.vocabulary.symbols) - set(model.vocabulary.symbols))
    if unknown:
        raise MakemoreError(
            f"The model in this file does not know {', '.join(map(repr, unknown[:10]))} of the "
            "list in use. Choose the list that it was trained on, then open it again."
        )


def _settings_in(kind: str, facts: Plain) -> Plain:
    """Give the settings that a file says its model has, or the defaults if they cannot be."""
    defaults, given = dict(MODELS[kind].settings), facts.get("settings")
    if not isinstance(given, dict):
        return defaults
    try:
        return parse_settings(defaults, {n: v for n, v in given.items() if n in defaults})
    except MakemoreError:
        return defaults


_TOLD = ("kind", "settings", "name", "whole", "facts", "seconds", "parameters", "train", "held_out")


def plain_run(run: Any) -> Plain:
    """Make numbers and bytes of a run's state; that of the bigram net is so already."""
    if not isinstance(run, ModelState):
        plain: Plain = run
        return plain
    from makemore.safetensors_format import write_tensors

    return {"tensors": write_tensors(run.arrays, {"config": json.dumps(run.config)})}


def run_of(
    learned: Learned, words: list[str], held_out: list[str], plain: Plain
) -> tuple[Any, list[float], Any]:
    """Make a net again, in its run; with its losses so far where they are kept, and its own split.

    What is trained as makemore.py does has a split of its own, the others None.
    """
    model, losses, split = _in_its_run(learned, words, held_out, plain)
    set_case(model, learned.case)
    return model, losses, split


def _in_its_run(
    learned: Learned, words: list[str], held_out: list[str], plain: Plain
) -> tuple[Any, list[float], Any]:
    vocabulary = learned.vocabulary
    if "tensors" in plain:
        from makemore.safetensors_format import parse_json, read_tensors

        arrays, metadata = read_tensors(bytes(plain["tensors"]))
        kept = ModelState(parse_json(metadata["config"], "its run"), arrays)
        if "options" in kept.config:
            from makemore.makemore_run import MakemoreRun

            making = MakemoreRun.from_state(learned.words, kept, vocabulary)
            making.net.run = making
            return making.net, [], making.split
        from makemore.models.net_run import NetRun

        run = NetRun.from_state(vocabulary, words, held_out, kept)
        return run.net, [], None
    from makemore.counting.tables import count_bigrams
    from makemore.models.bigram_net import BigramNet
    from makemore.models.descent import TrainingRun

    back = TrainingRun.from_state(count_bigrams(words, vocabulary), plain)
    model = BigramNet(vocabulary, back.model)
    model.run = back
    return model, list(back.losses), None
