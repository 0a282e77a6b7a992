"""All nets: gradients against PyTorch's and of parts, how they read words, and training runs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from makemore.errors import MakemoreError, SettingError, TrainingError
from makemore.models import MODELS
from makemore.models.net import Net, Sizes
from makemore.models.net_run import NetRun
from makemore.models.protocol import Event, State
from makemore.models.recipes import Recipe, recipe_for
from makemore.nn.optimizers import AdamW
from makemore.torch_generator import TorchGenerator
from makemore.training import fit
from makemore.vocabulary import Vocabulary
from tests.unit.conftest import FIXTURES

Indices = npt.NDArray[np.intp]

KINDS = ["bigram-logits", "bow", "mlp", "rnn", "gru", "transformer"]
SMALL = Sizes(context=5, layers=2, heads=2, embedding=6, hidden=5)
WORDS = ["anna", "bob", "cab", "abba", "dab", "a", "baobab", "cabana"] * 4
every_net = pytest.mark.parametrize("kind", KINDS)


@pytest.fixture(scope="module")
def pytorch() -> dict[str, Any]:
    values: dict[str, Any] = json.loads((FIXTURES / "makemore_nets.json").read_text("utf-8"))
    return values


def made(kind: str, symbols: str = "abcdno", sizes: Sizes = SMALL, seed: int = 1) -> Net:
    """Make a net whose every parameter matters."""
    net: Net = MODELS[kind].load()(Vocabulary(symbols), sizes, TorchGenerator(seed, era=2))
    random = np.random.RandomState(seed)
    for p in net.parameters.values():
        p += (0.3 * random.standard_normal(p.shape)).astype(np.float32)
    return net


def rows(V: int, B: int = 4, T: int = 9, seed: int = 0) -> tuple[Indices, Indices]:
    """Draw symbols, and what follows them; some of it does not count."""
    random = np.random.RandomState(seed)
    x, y = random.randint(0, V, (2, B, T)).astype(np.intp)
    x[:, 0] = 0
    y[0, 4:] = -1
    y[1, 2] = -1
    y[2] = -1
    return x, y


# ---- against PyTorch


def from_pytorch(pytorch: dict[str, Any], kind: str) -> Net:
    given = pytorch["sizes"]
    sizes = Sizes(*(given[n] for n in ("block_size", "n_layer", "n_head", "n_embd", "n_embd2")))
    net: Net = MODELS[kind].load()(Vocabulary("abcde"), sizes)
    assert list(net.parameters) == list(pytorch["models"][kind]["parameters"])
    for name, values in pytorch["models"][kind]["parameters"].items():
        net.parameters[name].ravel()[:] = values
    return net


@every_net
def test_loss_and_every_gradient_are_pytorchs(pytorch: dict[str, Any], kind: str) -> None:
    said = pytorch["models"][kind]
    net = from_pytorch(pytorch, kind)

    loss, gradients = net.loss_and_gradients(np.array(pytorch["x"]), np.array(pytorch["y"]))

    assert loss == pytest.approx(said["losses"][0], abs=1e-6)
    for name, values in said["gradients"].items():
        np.testing.assert_allclose(gradients[name].ravel(), values, rtol=1e-4, atol=1e-6)


@every_net
def test_ten_steps_of_adamw_are_pytorchs(pytorch: dict[str, Any], kind: str) -> None:
    said = pytorch["models"][kind]
    net = from_pytorch(pytorch, kind)
    optimizer, x, y = AdamW(len(net.flat)), np.array(pytorch["x"]), np.array(pytorch["y"])

    losses = []
    for _ in said["losses"]:
        loss, gradients = net.loss_and_gradients(x, y)
        for name, gradient in gradients.items():
            net.gradients[name][:] = gradient
        optimizer.step(net.flat, net.slopes, pytorch["rate"], pytorch["decay"])
        losses.append(loss)

    np.testing.assert_allclose(losses, said["losses"], rtol=0, atol=1e-5)
    for name, values in said["after"].items():
        # The biases of keys shift all scores alike: a slope of 0 but for rounding, which Adam
        # makes as large as any other.
        sloping = np.abs(said["gradients"][name]) > 1e-6
        found = net.parameters[name].ravel()[sloping]
        np.testing.assert_allclose(found, np.array(values)[sloping], rtol=0, atol=1e-4)


# ---- gradients


@every_net
def test_more_symbols_than_rows_change_no_gradient(kind: str) -> None:
    # Recurrent nets look up only the symbols that come, where the alphabet is larger than a batch.
    net = made(kind, "abcdefghijklmnopqrstuvwxyz")
    x, y = rows(len(net.vocabulary), B=3, T=4)
    loss, gradients = net.loss_and_gradients(x, y)

    many, sums = net.loss_and_gradients(np.tile(x, (20, 1)), np.tile(y, (20, 1)))

    assert many == pytest.approx(loss, rel=1e-5)
    for name, gradient in gradients.items():
        np.testing.assert_allclose(sums[name], gradient, rtol=1e-3, atol=1e-5)


@every_net
def test_what_stands_after_a_words_end_is_never_looked_at(kind: str) -> None:
    net = made(kind)
    x, y = rows(len(net.vocabulary))
    loss, gradients = net.loss_and_gradients(x, y)
    x[0, 5:] = 3
    x[2] = 2

    again, same = net.loss_and_gradients(x, y)

    assert again == loss
    assert all(np.array_equal(same[name], gradients[name]) for name in gradients)


@every_net
def test_a_step_in_parts_is_the_whole_step(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    net = made(kind)
    x, y = rows(len(net.vocabulary), B=9)
    loss, gradients = net.loss_and_gradients(x, y)
    monkeypatch.setattr(type(net), "part_rows", 7)

    parts, sums = net.loss_and_gradients(x, y)

    assert parts == pytest.approx(loss, rel=1e-6)
    for name, gradient in gradients.items():
        np.testing.assert_allclose(sums[name], gradient, rtol=1e-3, atol=1e-6)


# ---- probabilities


@every_net
def test_log_prob_is_chained_predict_also_beyond_the_context(kind: str) -> None:
    net = made(kind)
    x, y = rows(len(net.vocabulary), T=2 * SMALL.context + 3)

    found = net.log_prob(x, y)

    for b, t in np.ndindex(*x.shape):
        p = net.predict(x[b : b + 1, : t + 1])
        assert p.sum() == pytest.approx(1, abs=1e-12)
        said = np.log(p[0, y[b, t]]) if y[b, t] >= 0 else 0
        assert found[b, t] == pytest.approx(said, abs=1e-5)


@every_net
def test_only_what_is_within_reach_matters(kind: str) -> None:
    net = made(kind)
    x, _ = rows(len(net.vocabulary), T=20)
    other = x.copy()
    other[:, 1] = (x[:, 1] + 1) % len(net.vocabulary)

    same = np.allclose(net.predict(x), net.predict(other), rtol=0, atol=1e-9)

    assert same == (net.reach is not None)


@every_net
def test_loss_is_the_mean_of_log_prob(kind: str) -> None:
    net = made(kind)
    x, y = rows(len(net.vocabulary))

    loss, _ = net.loss_and_gradients(x, y)

    assert loss == pytest.approx(-net.log_prob(x, y).sum() / (y >= 0).sum(), abs=1e-5)


@every_net
def test_no_rows_have_no_probabilities(kind: str) -> None:
    net = made(kind)
    none = np.zeros((0, 3), dtype=np.intp)

    assert net.predict(none).shape == (0, len(net.vocabulary))
    assert net.log_prob(none, none).shape == (0, 3)


def test_a_table_of_logits_is_a_chain() -> None:
    net = made("bigram-logits")
    chain = net.chain()  # type: ignore[attr-defined]

    np.testing.assert_array_equal(chain.P[2], net.predict(np.array([[0, 1, 2]]))[0])
    assert chain.next[1][2] == 2


# ---- saving


@every_net
def test_state_makes_the_same_net_again(kind: str) -> None:
    net = made(kind)
    config, arrays = net.state()
    x, _ = rows(len(net.vocabulary))

    again = type(net).from_state(net.vocabulary, State(json.loads(json.dumps(config)), arrays))

    np.testing.assert_array_equal(again.predict(x), net.predict(x))
    assert np.array_equal(again.flat, net.flat)


def test_parameters_of_another_net_are_refused() -> None:
    net, other = made("gru"), made("rnn")

    with pytest.raises(MakemoreError, match="should be of shape"):
        net.set_parameters(other.parameters)
    config, arrays = net.state()
    with pytest.raises(MakemoreError, match="should be of shape"):
        type(net).from_state(net.vocabulary, State({**config, "hidden": 9999}, arrays))
    with pytest.raises(MakemoreError, match="no sizes"):
        type(net).from_state(net.vocabulary, State({**config, "hidden": 10**9}, arrays))
    with pytest.raises(MakemoreError, match="no sizes"):
        type(net).from_state(net.vocabulary, State({"width": 3}, {}))


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(SettingError, match="do not divide 6 evenly"):
        fit("transformer", WORDS, embedding=6, heads=4)
    many = "".join(chr(0x4E00 + i) for i in range(10_001))
    with pytest.raises(TrainingError, match="learns up to 10,000"):
        made("gru", many)
    with pytest.raises(MakemoreError, match="no symbol of y counts"):
        made("gru").loss_and_gradients(np.zeros((1, 2), np.intp), np.full((1, 2), -1))


# ---- training


def run_of(kind: str, steps: int = 60, rate: float = 0.01, held_out: bool = True) -> NetRun:
    net = made(kind, "abcdno", SMALL)
    recipe = Recipe(SMALL, steps, 8, rate, 0.01)
    return NetRun(net, WORDS, recipe, WORDS[:8] if held_out else ())


def every_event(run: NetRun) -> Iterator[Event]:
    """Train with a clock by which every part of a step takes long, so that each has an event."""
    ticks = iter(range(10**9))
    return run.events(clock=lambda: next(ticks))


@every_net
def test_training_lowers_the_loss(kind: str) -> None:
    run = run_of(kind)
    before = list(run._held_out_loss(8))[-1]

    events = list(every_event(run))

    assert sum(len(event.losses) for event in events) == 60
    assert events[-1].done
    assert events[-1].held_out is not None
    assert events[-1].held_out < before - 0.2
    assert events[-1].facts["best"] == pytest.approx(events[-1].held_out, rel=1e-5)


@every_net
@pytest.mark.parametrize("stop", [1, 7, 38, 101])
def test_a_run_that_is_stopped_goes_on_bit_for_bit(kind: str, stop: int) -> None:
    whole = run_of(kind)
    told = [loss for event in every_event(whole) for loss in event.losses]
    run = run_of(kind)

    stopped = every_event(run)
    first = [loss for event in islice(stopped, stop) for loss in event.losses]
    stopped.close()  # type: ignore[attr-defined]
    config, arrays = run.state()
    kept = State(json.loads(json.dumps(config)), {n: a.copy() for n, a in arrays.items()})
    again = NetRun.from_state(run.net.vocabulary, WORDS, WORDS[:8], kept)
    rest = [loss for event in every_event(again) for loss in event.losses]

    assert [*first, *rest][-len(rest) :] == told[-len(rest) :]
    np.testing.assert_array_equal(again.net.flat, whole.net.flat)


def test_between_events_a_net_is_the_mean_of_its_weights() -> None:
    run = run_of("gru", steps=70, held_out=False)
    mean = first = run.net.flat.copy()

    for event in every_event(run):
        weights = run.state().arrays["weights"]
        steps = 1 if event.step <= 50 else 5  # that it follows at once
        if event.losses and event.step % steps == 0:
            mean = mean + (weights - mean) * np.float32(steps / (event.step / 9 + steps))
        np.testing.assert_allclose(run.net.flat, mean, rtol=0, atol=1e-6)

    assert np.abs(weights - first).max() > 0.05
    np.testing.assert_array_equal(run.net.flat, run.state().arrays["mean"])


def test_makemores_recipe_takes_no_mean() -> None:
    net = made("gru", "abcdno", SMALL)
    run = NetRun(net, WORDS, Recipe(SMALL, 20, 8, 0.01, 0.01, scheduled=False))

    for _ in every_event(run):
        state = run.state()
        assert "mean" not in state.arrays
        np.testing.assert_array_equal(net.flat, state.arrays["weights"])


def test_a_run_that_was_kept_before_there_was_a_mean_goes_on() -> None:
    run = run_of("gru", steps=20)
    events = every_event(run)
    list(islice(events, 30))
    config, arrays = run.state()

    kept = State(config, {name: array for name, array in arrays.items() if name != "mean"})
    again = NetRun.from_state(run.net.vocabulary, WORDS, WORDS[:8], kept)

    np.testing.assert_array_equal(again.net.flat, arrays["weights"])
    assert list(again.events())[-1].step == 20


def test_a_step_that_is_given_up_in_the_middle_is_done_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Net, "part_rows", 7)  # several parts to a step
    whole, run = run_of("gru", held_out=False), run_of("gru", held_out=False)
    list(every_event(whole))

    for stop in (2, 5, 1):
        events = every_event(run)
        list(islice(events, stop))
        events.close()  # type: ignore[attr-defined]
    list(every_event(run))

    np.testing.assert_array_equal(run.net.flat, whole.net.flat)


def test_a_run_goes_on_with_other_settings() -> None:
    run = run_of("rnn", steps=20)
    list(run.events())

    run.go_on(Recipe(SMALL, 30, 4, 0.001, 0.0))
    events = list(run.events())

    assert (events[-1].step, events[-1].steps) == (50, 50)


def test_a_state_of_other_words_is_refused() -> None:
    run = run_of("rnn")

    with pytest.raises(TrainingError, match="another list"):
        NetRun.from_state(run.net.vocabulary, WORDS[:-1], (), run.state())


@every_net
@pytest.mark.parametrize("rate", [1e3, 1e30])
def test_a_loss_that_rises_is_noticed_and_good_weights_are_kept(kind: str, rate: float) -> None:
    run = run_of(kind, 200, rate, held_out=False)
    before = list(NetRun(run.net, WORDS, run.recipe, WORDS)._held_out_loss(32))[-1]

    with pytest.raises(TrainingError, match="smaller learning rate"):
        list(run.events())

    after = list(NetRun(run.net, WORDS, run.recipe, WORDS)._held_out_loss(32))[-1]
    assert after <= before * 1.01


@pytest.mark.parametrize("kind", ["mlp", "gru", "transformer"])
@pytest.mark.parametrize("rate", [1e6, 1e9, 1e30])
def test_weights_that_were_measured_when_they_had_exploded_are_not_kept(
    kind: str, rate: float
) -> None:
    run = run_of(kind, 20, rate)
    before = list(run._held_out_loss(8))[-1]

    with pytest.raises(TrainingError, match="smaller learning rate"):
        list(run.events())

    assert list(run._held_out_loss(8))[-1] <= before


def test_the_weights_of_the_lowest_held_out_loss_are_kept() -> None:
    words, held_out = WORDS[:3], ["doodoo", "nono", "onon"]
    net = made("gru", "abcdno", SMALL)
    run = NetRun(net, words, Recipe(SMALL, 400, 3, 0.02, 0.0), held_out)

    events = list(run.events())

    measured = [event.held_out for event in events if event.held_out is not None]
    assert measured[-1] == pytest.approx(min(measured), rel=1e-5)
    assert events[-1].step < 400  # it gave up: the loss on other words only rose


def test_the_same_seed_makes_the_same_model() -> None:
    one, two = (fit("gru", WORDS, steps=20, seed=5) for _ in range(2))
    other = fit("gru", WORDS, steps=20, seed=6)

    assert np.array_equal(one.state().arrays["start"], two.state().arrays["start"])
    assert not np.array_equal(one.state().arrays["start"], other.state().arrays["start"])


@every_net
def test_makemores_recipe_has_its_sizes(kind: str) -> None:
    state = fit(kind, WORDS, recipe="makemore", steps=3).state()

    assert state.config == {
        "context": 7,
        "layers": 4,
        "heads": 4,
        "embedding": 64,
        "hidden": 64,
    }


def test_only_a_transformer_has_heads() -> None:
    assert fit("mlp", WORDS, embedding=7, steps=2).state().config["embedding"] == 7


def test_our_own_recipes_are_smaller_for_few_words() -> None:
    few, many, more = (
        recipe_for("gru", ["abc"] * count, Vocabulary("abc"), {"recipe": "own"})
        for count in (100, 26_000, 100_000)
    )

    assert few.sizes.hidden < many.sizes.hidden
    assert few.steps < many.steps
    assert few.batch_size < many.batch_size
    assert many == more


def test_settings_that_are_given_are_those_of_the_run() -> None:
    given = {"steps": 7, "hidden": 5, "l2": 0.0, "weights_seed": 3, "batch_size": None}

    recipe = recipe_for("gru", WORDS, Vocabulary("abcdno"), given)

    assert (recipe.steps, recipe.sizes.hidden, recipe.l2, recipe.seed) == (7, 5, 0.0, 3)
    assert recipe.batch_size == 16


@pytest.mark.parametrize("kind", ["bow", "mlp", "transformer"])
def test_words_beyond_the_context_are_learned(kind: str) -> None:
    words = ["ab" * 12] * 8
    model = fit(kind, words, context=4, steps=150, embedding=8)

    x, y = np.array([[0, *[1, 2] * 12]]), np.array([[*[1, 2] * 12, 0]])
    assert model.log_prob(x, y).mean() > -0.5


def test_a_net_keeps_its_sizes() -> None:
    model: Any = fit("gru", WORDS, hidden=8, steps=3)

    with pytest.raises(SettingError, match="keeps its sizes"):
        next(model.train(WORDS, {"hidden": 16}))
    assert list(model.train(WORDS, {"steps": 4}))[-1].step == 7  # as many steps again
    assert model.run.recipe.sizes.hidden == 8


def test_a_run_beyond_its_end_has_new_patience() -> None:
    run = run_of("gru", steps=25)
    list(run.events())

    run.go_on(Recipe(SMALL, 25, 8, 0.01, 0.0))
    steps = [event.step for event in every_event(run)]

    assert steps[-1] == 50


def test_another_seed_mid_run_draws_other_words() -> None:
    run = run_of("gru", steps=5)
    list(run.events())
    before = run.draws

    run.go_on(Recipe(SMALL, 5, 8, 0.01, 0.0, seed=9, scheduled=False))

    assert run.draws is not before
    list(run.events())
    again = NetRun.from_state(run.net.vocabulary, WORDS, WORDS[:8], run.state())
    assert again.draws.peek(4).tolist() == run.draws.peek(4).tolist()
