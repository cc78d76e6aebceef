"""Dense layers are found, inputs are packed once, and packed steps give what steps by dicts give."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from gates import in_a_batch
from hostile import HOSTILE, renamed
from hypothesis import given
from hypothesis import strategies as st
from strategies import FREE, graphs, points

from symnn.derivation.sweep import derive
from symnn.errors import UsageError
from symnn.networks.catalogue import network
from symnn.networks.declarations import Declarations
from symnn.networks.dense import layered
from symnn.networks.layers import LOSSES, mlp, one_hidden_layer
from symnn.networks.models import graph_from_text
from symnn.numeric.compile import compiled
from symnn.numeric.evaluation import evaluated
from symnn.numeric.packing import Packed

SKIPPING = graph_from_text(
    "a1 = w1*x1 + w2*x2 + b1\na2 = w3*x1 + w4*x2 + b2\nh1 = tanh(s*a1)\nh2 = tanh(s*a2)\n"
    "y = v1*h1 + v2*h2 + a1*x2\nE = (y - z)^2 + h2/3 + w1^2",
    Declarations(parameters=("w1", "w2", "w3", "w4", "b1", "b2", "s", "v1", "v2"), inputs=("x1", "x2"), targets=("z",)),
)
"""A layer whose entries are used alone, too; w1 is used twice, so that only the first row of weights is no layer."""


def near(found, expected):
    assert list(found) == list(expected)
    for name, value in expected.items():
        assert np.shape(found[name]) == np.shape(value), name
        assert np.asarray(found[name]) == pytest.approx(np.asarray(value), rel=1e-9, abs=1e-9), name


def packed_and_not(graph, at):
    step = compiled(graph)
    packed = step.pack(at)
    values, gradients = step(packed)
    near(values, step(at)[0])
    near(gradients, step(at)[1])
    return packed


@given(graphs(), points())
def test_a_packed_point(graph, at):
    packed_and_not(graph, at)


@given(graphs(), st.lists(points(), min_size=1, max_size=3), st.sets(st.sampled_from(FREE), min_size=1))
def test_a_packed_batch(graph, samples, each):
    at = {name: np.array([s[name] for s in samples]) if name in each else samples[0][name] for name in FREE}
    packed_and_not(graph, at)


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("sizes", [(1, 1), (1, 5, 1), (3, 1, 4), (9, 10, 2), (2, 3, 2, 1)])
def test_layers_of_any_sizes_are_products_of_matrices(sizes, bias, loss):
    graph = mlp(sizes, loss=loss, bias=bias).graph
    dense = layered(graph)
    pairs = sum(a * b for a, b in pairwise(sizes))
    assert dense.products == pairs
    assert set(dense.places) == set(graph.quantities)
    assert len(dense.graph.equations) == 2 * (len(sizes) - 1) + 1
    rng = np.random.default_rng(1)
    at = {name: float(rng.uniform(0.1, 0.9)) for name in graph.free}
    assert packed_and_not(graph, at).dense == (pairs >= 80)
    in_a_batch(graph, {}, graph.listed("input", "target"))
    in_a_batch(graph, {}, graph.parameters[:1])


def test_units_that_are_declared_one_by_one_are_a_layer():
    equations = [e.left for e in layered(network("bp-2-3-2-1").graph).graph.equations]
    assert equations == ["e1 to e3", "y1 to y3", "e4 to e5", "y4 to y5", "e6", "y", "E"]
    equations = [e.left for e in layered(one_hidden_layer(3, 2, 2).graph).graph.equations]
    assert equations == ["a1 to a2", "h1 to h2", "b1 to b2", "y1 to y2", "E"]


def test_what_is_no_layer_stays_as_it_is():
    assert layered(graph_from_text("y = x1^2 + tanh(x2)")) is None
    for parts in (("x1", "x2"), ("x1",), ("w3", "b1"), ("z",)):
        in_a_batch(SKIPPING, {}, parts)
    assert layered(SKIPPING) is not None


def test_a_result_inside_a_layer_and_a_gradient_by_a_value():
    graph = mlp([3, 10, 10]).graph
    at = dict.fromkeys(graph.free, 0.25)
    for of, wrt in (("y3", ("x1", "f2")), ("E", ("x2", "a3", "y1", "E"))):
        step = compiled(graph, of, wrt)
        values, gradients = step(step.pack(at))
        near(values, step(at)[0])
        near(gradients, step(at)[1])


@given(st.permutations(HOSTILE))
def test_layers_whose_entries_are_called_anything(drawn):
    graph = mlp([3, 4, 2]).graph
    names = dict(zip(graph.quantities, drawn, strict=False))
    rng = np.random.default_rng(1)
    at = {name: rng.normal(size=3 if name[0] in "xz" else ()) for name in graph.free}
    step = compiled(renamed(graph, names))
    packed = step.pack({names[name]: value for name, value in at.items()})
    assert packed.dense
    for found, expected in zip(step(packed), compiled(graph)(at), strict=True):
        near(found, {names[name]: value for name, value in expected.items()})


def test_results_are_mappings_that_unpack_what_is_asked_for():
    graph = mlp([10, 10, 1]).graph
    step = compiled(graph)
    packed = step.pack(dict.fromkeys(graph.free, 0.5))
    assert isinstance(packed, Packed)
    _, gradients = step.run(packed)
    assert {type(value) for value in gradients.values()} == {float}
    assert gradients.arrays["w_x1_1 to w_x10_10"].shape == (10, 10)
    assert "w_x1_1" in gradients
    assert "x1" not in gradients
    with pytest.raises(KeyError):
        gradients["x1"]


def test_what_does_not_fit_is_said_when_it_is_packed():
    step = compiled(mlp([10, 10, 1]).graph)
    with pytest.raises(UsageError) as error:
        step.pack({"x1": 1.0})
    assert error.value.problems[0].code == "missing-value"


@pytest.mark.parametrize(
    "result",
    [
        "q = log(exp(z) + exp(z))\nE = (q - y)^2",
        "E = y + y + z*z + z*z",
        "E = (y - z)^2 + w1^2 + w2^2 + w1^2 + w2^2",
        "E = (y - z)^2 + w1^2 + w2^2 + sin(z) + sin(z)",
        "E = exp(k) + exp(k) + y*z + 1 + 1",
    ],
)
def test_equal_terms_beside_a_layer_count_as_often_as_they_stand(result):
    parameters = ("w1", "w2")
    inputs = ("x1", "x2", "z", *(("k",) if "k" in result else ()))
    graph = graph_from_text(f"y = w1*x1 + w2*x2\n{result}", Declarations(parameters=parameters, inputs=inputs))
    at = {name: np.array([0.5, -0.25, 2.0]) + place for place, name in enumerate(graph.free)}
    values, gradients = compiled(graph, wrt=parameters)(at)
    for place in range(3):
        one = {name: float(value[place]) for name, value in at.items()}
        expected = evaluated(graph, one, derivation=derive(graph, wrt=parameters))
        assert values["E"][place] == pytest.approx(expected.values["E"])
        assert {n: g[place] for n, g in gradients.items()} == pytest.approx(dict(expected.gradient))
