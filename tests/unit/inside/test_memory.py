from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from makemore.inside.memory import gates, gradient_reach, hidden_states
from tests.unit.inside.nets import indices, net_of, sigmoid, softmax


def after(net: Any, symbol: int, h: Any) -> tuple[Any, ...]:
    """Take one step in float64, as makemore.py's cells do: the new state, and the gates."""
    p = {name: array.astype(np.float64) for name, array in net.parameters.items()}
    xh = np.concatenate([p["wte.weight"][symbol], h])
    if net.kind == "rnn":
        return (np.tanh(p["cell.xh_to_h.weight"] @ xh + p["cell.xh_to_h.bias"]),)
    z = sigmoid(p["cell.xh_to_z.weight"] @ xh + p["cell.xh_to_z.bias"])
    r = sigmoid(p["cell.xh_to_r.weight"] @ xh + p["cell.xh_to_r.bias"])
    kept = np.concatenate([p["wte.weight"][symbol], r * h])
    c = np.tanh(p["cell.xh_to_hbar.weight"] @ kept + p["cell.xh_to_hbar.bias"])
    return (1 - z) * h + z * c, z, r


def walk(net: Any, ids: list[int], h: Any) -> list[tuple[Any, ...]]:
    steps = []
    for symbol in ids:
        steps.append(after(net, symbol, h))
        h = steps[-1][0]
    return steps


@pytest.mark.parametrize("kind", ["rnn", "gru"])
def test_states_and_gates_are_those_of_a_loop(kind: str) -> None:
    net = net_of(kind)
    steps = walk(net, indices(net, "amenna"), net.parameters["start"][0].astype(np.float64))
    np.testing.assert_allclose(hidden_states(net, "amenna"), [s[0] for s in steps], atol=1e-5)
    if kind == "gru":
        z, r = gates(net, "amenna")
        np.testing.assert_allclose(z, [s[1] for s in steps], atol=1e-5)
        np.testing.assert_allclose(r, [s[2] for s in steps], atol=1e-5)


@pytest.mark.parametrize("kind", ["rnn", "gru"])
def test_a_gradient_reaches_as_far_as_finite_differences_do(kind: str) -> None:
    net, word, eps = net_of(kind), "menna", 1e-6
    ids = indices(net, word)
    targets = [*ids[1:], 0]
    reach = gradient_reach(net, word)
    states = [step[0] for step in walk(net, ids, net.parameters["start"][0].astype(np.float64))]
    weight, bias = (net.parameters[f"lm_head.{n}"].astype(np.float64) for n in ("weight", "bias"))

    def surprise(s: int, t: int, h: Any) -> float:
        rest = walk(net, ids[s + 1 : t + 1], h)
        end = rest[-1][0] if rest else h
        return float(-np.log(softmax(weight @ end + bias)[targets[t]]))

    for t in range(len(ids)):
        for s in range(len(ids)):
            gradient = [
                (surprise(s, t, states[s] + d) - surprise(s, t, states[s] - d)) / (2 * eps)
                for d in np.eye(len(states[s])) * eps
            ]
            expected = np.linalg.norm(gradient) if s <= t else 0
            assert reach[t, s] == pytest.approx(expected, abs=1e-4)
