"""Actions that give models away and take them back: a net under way, and files of models."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from makemore.case import set_case
from makemore.errors import MakemoreError
from makemore.evaluation import evaluate
from makemore.models import MODELS, kind_of
from makemore.models.protocol import State as ModelState
from makemore.session.making import asked_for
from makemore.session.models import card, count_parameters, name_of
from makemore.session.state import Learned, Plain, State, Trained
from makemore.settings import parse_setting

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


def checkpoint(state: State, kind: str) -> Plain:
    """Copy a net and its run, for `restore_model` should this Python die.

    ``trained`` is all that is said of it, ``run`` its run: numbers and bytes.
    """
    trained = state.need_list().need_model(kind)
    model: Any = trained.model
    if getattr(model, "run", None) is None:
        raise MakemoreError(
            f"{MODELS[kind].label} is trained in one step, so nothing is under way."
        )
    told = {name: getattr(trained, name) for name in _TOLD}
    return {"trained": told, "run": plain_run(model.run.state())}


def restore_model(state: State, saved: Plain) -> Plain:
    """Take back what `checkpoint` gave, on the same list; it goes on bit for bit.

    Returns the model's `card`, with all ``losses`` so far where they are kept. Raises TrainingError
    if it was trained on another list.
    """
    learned, told = state.need_list(), saved["trained"]
    words, held_out = (list(learned.words), []) if told["whole"] else learned.parts[:2]
    model, losses, split = run_of(learned, words, held_out, saved["run"])
    learned.trained[told["kind"]] = Trained(model=model, split=split, **told)
    return {**card(state, told["kind"]), "losses": losses}


def save_model(state: State, kind: str) -> bytes:
    """Write a trained model as a file: safetensors, with what is to be said of it."""
    from makemore.storage import save

    learned = state.need_list()
    trained = learned.need_model(kind)
    facts = {"list": learned.name, "words": len(learned.words), "name": trained.name}
    facts |= {"held_out": trained.held_out, "train": trained.train, "settings": trained.settings}
    return save(trained.model, facts)


def save_project(state: State, kind: str, project: str) -> bytes:
    """Write a file of a model that carries a project of the page, as JSON text, among its facts.

    It is a file of that model as well, in Python and in the page.
    """
    from makemore.storage import save

    trained = state.need_list().need_model(kind)
    return save(trained.model, {"name": trained.name, "project": json.loads(project)})


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
    from makemore.errors import StorageError
    from makemore.storage import facts_of, load

    del state
    project = facts_of(load(bytes(data))).get("project")
    if not isinstance(project, dict):
        raise StorageError("This file has a model, but no project: use “Open model”.")
    return json.dumps(project)


def open_model(state: State, data: bytes | memoryview) -> Plain:
    """Use a model from a file, on the list in use; returns its `card`.

    Raises StorageError if it is no such file, and MakemoreError if it does not know the list's
    symbols.
    """
    from makemore.storage import facts_of, load

    learned, model = state.need_list(), load(bytes(data))
    unknown = sorted(set(learned.vocabulary.symbols) - set(model.vocabulary.symbols))
    if unknown:
        raise MakemoreError(
            f"The model in this file does not know {', '.join(map(repr, unknown[:10]))} of the "
            "list in use. Choose the list that it was trained on, then open it again."
        )
    kind, facts = kind_of(model), facts_of(model)
    settings = facts.get("settings")
    trained = Trained(kind, model, dict(settings) if isinstance(settings, dict) else {}, "")
    trained.facts = {"note": "from a file"}
    trained.parameters, trained.name = count_parameters(model), name_of(trained)
    trained.train = evaluate(model, learned.words[:_SOME_WORDS])
    learned.trained[kind] = trained
    return card(state, kind)


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
        from makemore.safetensors_format import read_tensors

        arrays, metadata = read_tensors(bytes(plain["tensors"]))
        kept = ModelState(json.loads(metadata["config"]), arrays)
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
