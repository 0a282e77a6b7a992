"""The session's actions that train: fit the count model, run the net, stop, resume, save it."""

from __future__ import annotations

import math

from makemore.errors import TrainingError
from makemore.evaluation import log_likelihood, mean_nll
from makemore.models.bigram import CountModel
from makemore.models.bigram_net import SoftmaxModel, whole_table
from makemore.models.descent import TrainingRun
from makemore.session.state import Plain, State, Stopped, Stream
from makemore.settings import parse_setting
from makemore.torch_generator import TorchGenerator

__all__ = [
    "advance",
    "descend",
    "fit",
    "progress",
    "restore_run",
    "resume_training",
    "save_run",
    "start_training",
]

_SLICE_SECONDS = 0.015  # of training, between two reports; a message such as "stop" waits so long


def fit(state: State, smoothing: object = 1.0) -> Plain:
    """Train the count model: turn counts into probabilities.

    Parameters
    ----------
    smoothing : float or str
        k of add-k smoothing.

    Returns
    -------
    dict
        ``log_likelihood`` and ``mean_nll`` of the list, in nats; and to compare with,
        the mean of counting without smoothing (``lowest``: no bigram model's is lower)
        and of guessing evenly (``uniform``: ln V), with ``symbols`` (V).

    Raises
    ------
    SettingError
        If the smoothing is out of range.
    """
    learned = state.need_list()
    model = CountModel(learned.counts, parse_setting("smoothing", smoothing))
    probabilities = model.probabilities()
    learned.count_model = model
    return {
        "smoothing": model.smoothing,
        "log_likelihood": log_likelihood(probabilities, learned.counts),
        "mean_nll": mean_nll(probabilities, learned.counts),
        "lowest": mean_nll(CountModel(learned.counts, 0).probabilities(), learned.counts),
        "uniform": math.log(len(learned.vocabulary)),
        "symbols": len(learned.vocabulary),
    }


def start_training(
    state: State, steps: object, learning_rate: object, l2: object, weights_seed: object
) -> Plain:
    """Begin to train the softmax model from seeded standard normal weights.

    Parameters
    ----------
    steps, learning_rate, l2, weights_seed : number or str
        As typed; see `SETTINGS`.

    Returns
    -------
    dict
        As of `advance`, with no step done yet.

    Raises
    ------
    SettingError
        If a setting is out of range.
    """
    learned = state.need_list()
    settings = _run_settings(steps, learning_rate, l2)
    generator = TorchGenerator(int(parse_setting("weights_seed", weights_seed)))
    model = SoftmaxModel(whole_table(learned.counts), generator=generator)
    if learned.run is not None and learned.run.losses:
        learned.run_before = learned.run
    learned.run = TrainingRun(model, *settings)
    state.last_run += 1
    learned.run.number = state.last_run
    return _progress(learned.run, [])


def resume_training(state: State, steps: object, learning_rate: object, l2: object) -> Plain:
    """Go on with a run that was stopped, or beyond one that was finished.

    Parameters
    ----------
    steps, learning_rate, l2 : number or str
        As typed; they may differ from before.

    Returns
    -------
    dict
        As of `advance`.

    Raises
    ------
    MakemoreError
        If there is no run, or a setting is out of range.
    """
    learned, run = state.need_list(), state.need_run()
    run.resume(*_run_settings(steps, learning_rate, l2))
    # What this run has learned is now worth more than the net before it.
    learned.run_before = None
    return _progress(run, [])


def advance(state: State, seconds: float) -> Plain:
    """Train for about `seconds`.

    Parameters
    ----------
    seconds : float
        After so much time no further step begins.

    Returns
    -------
    dict
        ``run`` (its number), ``step``, ``steps``, ``done``, ``losses`` (of the new steps,
        before each update), ``lowest`` (the lowest loss since the start or the last resume; None
        before the first step), and ``loss`` and ``mean_nll`` of the weights as they
        are now, with and without regularization.

    Raises
    ------
    TrainingError
        If the loss explodes. If the run was new, the net that was trained before is
        back, if there was one; else the run's weights of the lowest loss are kept.
    """
    learned, run = state.need_list(), state.need_run()
    try:
        return _progress(run, run.advance(seconds))
    except TrainingError:
        learned.run = learned.run_before or run
        raise


def descend(state: State) -> Stream:
    """Train the run that was started or resumed, until it is done or stopped.

    Reports and returns what `advance` gives, whose errors it raises.
    """
    while True:
        last = advance(state, _SLICE_SECONDS)
        if last["done"]:
            return last
        try:
            yield last
        except Stopped:
            return last


def progress(state: State) -> Plain:
    """Tell how far the run is.

    Returns
    -------
    dict
        As of `advance`, with all losses so far.

    Raises
    ------
    MakemoreError
        If there is no run.
    """
    run = state.need_run()
    return _progress(run, run.losses)


def save_run(state: State) -> Plain:
    """Copy the net and its training run, for `restore_run`.

    Returns
    -------
    dict
        Numbers, None and bytes, see `TrainingRun.state`; ``before`` is the state of
        the net before this run, if a failing run would still give that back, else
        None.

    Raises
    ------
    MakemoreError
        If there is no run.
    """
    before = state.need_list().run_before
    return {**state.need_run().state(), "before": None if before is None else before.state()}


def restore_run(state: State, saved: Plain) -> Plain:
    """Bring back what `save_run` gave, on the same list; it goes on bit for bit.

    Parameters
    ----------
    saved : dict
        From `save_run`, in this Python or another.

    Returns
    -------
    dict
        As of `advance`, with all losses so far.

    Raises
    ------
    TrainingError
        If it was trained on another list. A net that is there is kept.
    """
    learned, before = state.need_list(), saved["before"]
    run = TrainingRun.from_state(whole_table(learned.counts), saved)
    learned.run_before = before and TrainingRun.from_state(whole_table(learned.counts), before)
    learned.run = run
    state.last_run = max(state.last_run, run.number)
    return progress(state)


def _progress(run: TrainingRun, losses: list[float]) -> Plain:
    return {
        "run": run.number,
        "step": len(run.losses),
        "steps": run.steps,
        "done": run.done,
        "losses": losses,
        "lowest": run.lowest,
        "loss": run.model.loss(run.l2),
        "mean_nll": mean_nll(run.model.probabilities(), run.model.counts),
    }


def _run_settings(steps: object, learning_rate: object, l2: object) -> tuple[int, float, float]:
    return (
        int(parse_setting("steps", steps)),
        float(parse_setting("learning_rate", learning_rate)),
        float(parse_setting("l2", l2)),
    )
