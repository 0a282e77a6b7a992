from __future__ import annotations

import numpy as np

from makemore.inside.averaging import averages, averaging_triangle, hidden_units
from tests.unit.inside.nets import indices, net_of


def test_the_triangle_averages() -> None:
    expected = np.array([[1, 0, 0], [1 / 2, 1 / 2, 0], [1 / 3, 1 / 3, 1 / 3]])
    np.testing.assert_allclose(averaging_triangle(3), expected)


def test_averages_and_hidden_units_are_those_of_loops() -> None:
    net = net_of("bow")
    p = net.parameters
    x = [p["wte.weight"][s] + p["wpe.weight"][t] for t, s in enumerate(indices(net, "menna"))]
    means = [np.mean(x[: t + 1], axis=0) for t in range(len(x))]
    np.testing.assert_allclose(averages(net, "menna"), np.stack(means), atol=1e-6)
    W, b = p["context_block.mlp.c_fc.weight"], p["context_block.mlp.c_fc.bias"]
    h = [np.tanh(W @ (each + mean) + b) for each, mean in zip(x, means, strict=True)]
    np.testing.assert_allclose(hidden_units(net, "menna"), h, atol=1e-5)


def test_of_a_long_word_the_last_places_are_shown() -> None:
    net = net_of("bow")
    assert averages(net, "annannannann").shape == (net.window, 8)
    assert hidden_units(net, "annannannann").shape == (net.window, 6)
