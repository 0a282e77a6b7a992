from __future__ import annotations

import numpy as np

from makemore.inside.plane import hidden_units, influence, principal_plane
from tests.unit.inside.nets import indices, net_of


def test_the_plane_is_that_of_the_covariances_eigenvectors() -> None:
    E = np.random.default_rng(3).normal(size=(9, 5)).astype(np.float32)
    plane, shares = principal_plane(E)
    covariance = np.cov(E.astype(np.float64).T, bias=True)
    values, vectors = np.linalg.eigh(covariance)
    np.testing.assert_allclose(shares, values[::-1][:2] / values.sum(), rtol=1e-6)
    expected = (E - E.mean(0)) @ vectors[:, ::-1][:, :2]
    np.testing.assert_allclose(np.abs(plane), np.abs(expected), atol=1e-5)


def test_a_line_of_letters_has_a_plane_too() -> None:
    plane, shares = principal_plane(np.array([[1.0], [2.0], [4.0]], dtype=np.float32))
    assert plane.shape == (3, 2)
    np.testing.assert_allclose(shares, [1.0])
    np.testing.assert_allclose(plane[:, 1], 0)


def test_hidden_units_and_influence_are_those_of_loops() -> None:
    net = net_of("mlp")
    p, n, C = net.parameters, net.sizes.context, net.sizes.embedding
    ids, V = indices(net, "anem"), len(net.vocabulary)
    W, b = p["mlp.0.weight"], p["mlp.0.bias"]
    for t in range(len(ids)):
        window = [ids[t - back] if t >= back else V for back in range(n)]
        a = b.copy()
        for back, symbol in enumerate(window):
            part = W[:, back * C : (back + 1) * C] @ p["wte.weight"][symbol]
            assert abs(influence(net, "anem")[t, back] - np.linalg.norm(part)) < 1e-5
            a += part
        np.testing.assert_allclose(hidden_units(net, "anem")[t], np.tanh(a), atol=1e-5)
