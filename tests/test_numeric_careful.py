"""Compiled code at saturated and huge inputs gives what the interpreter gives, alone and in the middle of a batch."""

from __future__ import annotations

import math

import numpy as np
import pytest
from tensor_graphs import graph_of

import symnn
from symnn.networks.layers import mlp
from symnn.networks.models import graph_from_text
from symnn.numeric.compile import compiled

SATURATED = (
    ("y = sigmoid(a)\nE = cross_entropy(y, z)", {"a": 800.0, "z": 0.0}),
    ("y = sigmoid(a)\nE = cross_entropy(y, z)", {"a": -800.0, "z": 1.0}),
    ("y = sigmoid(a)\nE = cross_entropy(y, z)", {"a": 800.0, "z": 1.0}),
    ("E = -z*log(y)", {"y": 0.0, "z": 0.0}),
    ("y = log(1 + exp(a))", {"a": 1000.0}),
    ("y = (exp(a) - exp(-a))/(exp(a) + exp(-a))", {"a": 900.0}),
    ("y = exp(a)/(exp(a) + exp(b))", {"a": 750.0, "b": 751.0}),
    ("y = exp(a)/(1 + exp(a))", {"a": 400.0}),  # no float overflows but the square in its slope
    ("y = exp(a)/(2 + 3*exp(a))", {"a": 500.0}),
    ("y = (exp(a) - exp(-a))/(exp(a) + exp(-a))", {"a": -400.0}),
    ("y = 1/(1 + 2*exp(-a))", {"a": -6000.0}),
    ("y = exp(a)*exp(b)", {"a": -740.0, "b": 700.0}),  # floats have no digits there
    ("y = exp(a)*exp(b)", {"a": -800.0, "b": 790.0}),
    ("y = e^a*b", {"a": -735.0, "b": 1e300}),
    ("r = exp(-a^2/2)\ny = r/(r + exp(-b^2/2))", {"a": 38.5, "b": 38.25}),
    ("y = a*exp(-b^2)", {"a": 3.0, "b": 30.0}),
    ("y = a/(1 + a)^3", {"a": 1e130}),
    ("y = 1/(a - b)", {"a": 1.0, "b": 1.0}),
    ("y = sqrt(a)", {"a": 0.0}),
)


@pytest.mark.parametrize(("text", "at"), SATURATED)
@pytest.mark.parametrize("batch", [False, True])
def test_what_overflows_on_the_way(text, at, batch):
    net = symnn.network(text)
    expected = net.evaluate(at) | {f"d{name}": value for name, value in net.gradient(at).items()}
    each = {name: np.array([0.25 + 0.1 * place, at[name], 0.5 + 0.2 * place]) for place, name in enumerate(at)}
    given = each if batch else at
    values, gradients = net.compile()(given)
    found = values | {f"d{name}": value for name, value in gradients.items()}
    for name, value in found.items():
        one = value[1] if batch else value
        assert one == pytest.approx(expected[name], rel=1e-9, nan_ok=True), name
        if batch:
            assert np.isfinite([value[0], value[2]]).all()


SOFTMAX = graph_of(
    "s = W x + b\np = softmax(s)\nE = cross_entropy(p, z)",
    {"W": (3, 2), "b": (3,), "x": (2,), "z": (3,)},
    inputs=("x", "z"),
)


def test_a_softmax_behind_huge_sums():
    at = {"W": np.eye(3, 2), "b": np.zeros(3), "x": np.array([900.0, -5.0]), "z": np.array([0.0, 1.0, 0.0])}
    values, gradients = compiled(SOFTMAX)(at)
    assert values["E"] == pytest.approx(905.0)
    assert gradients["b"] == pytest.approx(np.array([1.0, -1.0, 0.0]))
    batch = at | {"x": np.array([[0.0, 0.0], [900.0, -5.0], [1.0, 2.0]]), "z": np.tile(at["z"], (3, 1))}
    found = compiled(SOFTMAX)(batch)
    singles = [compiled(SOFTMAX)(at | {"x": batch["x"][i]}) for i in range(3)]
    assert found[0]["E"] == pytest.approx(np.array([one[0]["E"] for one in singles]))
    for name in ("W", "b"):
        assert found[1][name] == pytest.approx(sum(one[1][name] for one in singles))


def test_dense_layers_that_saturate():
    graph = mlp([10, 10, 1], loss="cross_entropy").graph
    at = dict.fromkeys(graph.free, 30.0) | {"z": 0.0}
    values, gradients = compiled(graph).run(compiled(graph).pack(at))
    assert values["E"] == pytest.approx(300.0)
    assert gradients[graph.parameters[-1]] == pytest.approx(1.0)


def test_what_is_infinite_stays_infinite_and_what_is_given_as_nan_stays_nan():
    step = compiled(graph_from_text("y = log(a) + b"))
    assert step({"a": 0.0, "b": 1.0})[0]["y"] == -math.inf
    assert math.isnan(step({"a": math.nan, "b": 1.0})[0]["y"])
    assert step({"a": math.inf, "b": 1.0})[0]["y"] == math.inf
    values, _ = step({"a": np.array([0.0] * 300 + [1.0]), "b": 1.0})
    assert values["y"].tolist() == [-math.inf] * 300 + [1.0]
