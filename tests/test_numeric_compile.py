"""Compiled code and the interpreter agree: at a point, on batches, where numbers run to infinity."""

from __future__ import annotations

import keyword
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import FREE, graphs, points

import symnn
from symnn.derivation.sweep import derive
from symnn.errors import UsageError
from symnn.networks.catalogue import network
from symnn.networks.conventions import Conventions
from symnn.networks.declarations import Declarations
from symnn.networks.layers import mlp
from symnn.networks.models import graph_from_text
from symnn.numeric.arithmetic import floats
from symnn.numeric.compile import compiled
from symnn.numeric.evaluation import evaluated
from symnn.numeric.forward import forward
from symnn.numeric.gradient import backward
from symnn.numeric.spelling import python_names


def interpreted(graph, at, wrt=None):
    m = floats(graph.conventions)
    values = forward(graph, at, m)
    errors = backward(derive(graph, None, wrt), values, m)
    return {name: values[name] for name in graph.definitions}, {name: errors[name] for name in wrt or graph.parameters}


def near(found, expected):
    assert found.keys() == expected.keys()
    for name, value in expected.items():
        assert np.asarray(found[name]) == pytest.approx(np.asarray(value), rel=1e-9, abs=1e-9, nan_ok=True), name


@given(graphs(), points())
def test_a_point_is_what_the_interpreter_says(graph, at):
    values, gradients = compiled(graph)(at)
    expected = interpreted(graph, at)
    near(values, expected[0])
    near(gradients, expected[1])


@given(graphs(), st.lists(points(), min_size=1, max_size=4), st.sets(st.sampled_from(FREE)))
def test_a_batch_is_its_points_one_by_one(graph, samples, given_per_sample):
    """What is given once gets the sum of the gradients, what is given per sample gets each."""
    once = {name: samples[0][name] for name in FREE if name not in given_per_sample}
    each = {name: np.array([sample[name] for sample in samples]) for name in given_per_sample}
    values, gradients = compiled(graph)({**once, **each})
    found = [interpreted(graph, {**sample, **once}) for sample in samples]
    for name in graph.definitions:
        expected = [point[0][name] for point in found]
        assert values[name] == pytest.approx(
            np.array(expected) if np.ndim(values[name]) else expected[0], rel=1e-9, abs=1e-9
        )
    batched = np.ndim(values[graph.result]) > 0
    for name in graph.parameters:
        expected = [point[1][name] for point in found]
        if name in given_per_sample:
            assert gradients[name] == pytest.approx(np.array(expected), rel=1e-9, abs=1e-9)
        else:
            assert gradients[name] == pytest.approx(sum(expected) if batched else expected[0], rel=1e-9, abs=1e-8)


def test_many_blocks_are_one_batch():
    found = network("bp-2-2-1")
    at = {name: float(value) for name, value in found.values.items()}
    x1 = np.linspace(-3, 3, 20_001)
    step = compiled(found.graph)
    values, gradients = step({**at, "x1": x1})
    halves = [step({**at, "x1": half}) for half in (x1[:7000], x1[7000:])]
    assert values["y"].tolist() == [*halves[0][0]["y"], *halves[1][0]["y"]]
    assert gradients["w1"] == pytest.approx(halves[0][1]["w1"] + halves[1][1]["w1"], rel=1e-12)


@pytest.mark.parametrize(
    ("equation", "at"),
    [
        ("y = 1/(1 + exp(-a))", -1000.0),
        ("y = sigmoid(a)", -1000.0),
        ("y = exp(a)", 1000.0),
        ("y = log(a)", 0.0),
        ("y = log(a)", -1.0),
        ("y = 1/a", 0.0),
        ("y = sqrt(a)", -1.0),
        ("y = a^(1/3)", -8.0),
        ("y = a^(2/3)", -8.0),
        ("y = a^(1/2)", -8.0),
        ("y = a^(-2)", 0.5),
        ("y = a^7", -1.5),
        ("y = 2^a", 3.5),
        ("y = a^a", -1.5),
        ("y = asin(a) + acos(a)", 0.25),
        ("y = asin(a)", 2.0),
        ("y = relu(a) + leaky_relu(a) + softplus(a)", -2.0),
        ("y = max(a, 1, -a) + min(a, 2)", -3.0),
        ("y = floor(a) + sign(a) + abs(a) + step(a)", -3.5),
        ("y = tan(a) + atan(a) + sinh(a) + cosh(a) + tanh(a)", 0.5),
        ("y = cos(pi*a)*sin(a/2)", 0.5),
        ("y = cross_entropy(a, 0.25) + half_squared_error(a, 3) + squared_error(a, 2)", 0.5),
        ("y = -a^2 - (-a)*(a - (1 - a)) / (2*a)", 0.5),
        ("y = (a^2)^3 + (a + 1)^4 + a^1", 0.5),
        ("y = a*10000000000000000000000 + 0.1", 1.0),
    ],
)
@pytest.mark.parametrize("batch", [False, True])
def test_every_function_has_code(equation, at, batch):
    graph = graph_from_text(equation)
    exact = evaluated(graph, {"a": at}, "floats", derive(graph))
    expected = {name: exact.values[name] for name in graph.definitions}, exact.gradient
    given_values = {"a": np.array([at, at])} if batch else {"a": at}
    for found, wanted in zip(compiled(graph)(given_values), expected, strict=True):
        near(found, {name: [value] * 2 if batch else value for name, value in wanted.items()})


@pytest.mark.parametrize("ties", ["first", "shared"])
@pytest.mark.parametrize("at_zero", [0.0, 0.5])
@pytest.mark.parametrize("batch", [False, True])
def test_conventions_at_kinks_and_ties(ties, at_zero, batch):
    declared = Declarations(conventions=Conventions(relu_at_zero=at_zero, ties=ties))
    graph = graph_from_text("y = relu(a) + max(b, c, d)", declared)
    at = {"a": 0.0, "b": 1.0, "c": 2.0, "d": 2.0}
    _, gradients = compiled(graph)({name: np.array([value]) for name, value in at.items()} if batch else at)
    shares = (1.0, 0.0) if ties == "first" else (0.5, 0.5)
    near(gradients, {name: [v] if batch else v for name, v in zip("abcd", (at_zero, 0.0, *shares), strict=True)})


def test_names_of_the_lecture_that_python_has_taken():
    graph = graph_from_text(
        "lambda = x\ns'_2 = lambda*np\ns^{(1)}_2 = s'_2 + given\nexp_1 = count + s^{(1)}_2\nE = values*exp_1"
    )
    at = {"x": 2.0, "np": 3.0, "given": 1.0, "count": 0.5, "values": 2.0}
    expected = interpreted(graph, at)
    near(compiled(graph)(at)[0], expected[0])
    near(
        compiled(graph)({**at, "x": np.array([2.0])})[0],
        {name: [value] for name, value in expected[0].items()},
    )


def test_identifiers_are_unique_and_no_keywords():
    names = ["class", "W[1,1]", "W_1_1", "W[11]", "s'_2", "s^(1)_2", "s_1_2", "1x", "'", "dE/dW[1,1]", "match", "_"]
    found = python_names(names, {"W_11"})
    assert len(set(found.values())) == len(names)
    assert all(name.isidentifier() and not keyword.iskeyword(name) for name in found.values())
    assert "W_11" not in found.values()


def test_common_parts_are_computed_once():
    graph = graph_from_text("f(x) = 1/(1 + exp(-x)) + x^2\ny = f(w*x)\nE = (y - z)^2")
    source = compiled(graph).point_source
    assert source.count("exp(") == 1
    assert source.count("y - z") == 1


def test_deeply_nested_functions_do_not_blow_up():
    graph = graph_from_text("f(x) = x*x*x - x\ny = " + "f(" * 30 + "a" + ")" * 30)
    assert len(compiled(graph).point_source) < 20_000
    near(compiled(graph)({"a": 0.5})[0], interpreted(graph, {"a": 0.5})[0])


def test_the_source_is_what_runs_and_reads_like_the_lecture():
    source = compiled(network("bp-2-3-2-1").graph).source
    for line in (
        "y4 = 1 / (1 + exp(-e4))",
        'y4 = np.divide(1, 1 + np.exp(-e4), out=values["y4"][start:stop])',
        "dE_de6 = dE_dy*y*(1 - y)",
        "dE_dy1 = dE_de4*w14 + dE_de5*w15",
        "dE_dw46 = np.dot(dE_de6, y4)",
    ):
        assert f" {line}\n" in source


@pytest.mark.parametrize(
    ("batch", "code"),
    [
        ({"w": 1.0, "x": 1.0}, "missing-value"),
        ({"w": np.ones(3), "x": 1.0}, "missing-value"),
        ({"w": np.ones(3), "x": np.ones(4), "z": 1.0}, "batch-lengths"),
        ({"w": np.ones((3, 2)), "x": 1.0, "z": 1.0}, "value-shape"),
    ],
)
def test_batches_that_do_not_fit(batch, code):
    step = compiled(graph_from_text("a = w*x\nE = (a - z)^2"))
    with pytest.raises(UsageError) as error:
        step(batch)
    assert error.value.problems[0].code == code


def test_whole_numbers_lists_and_arrays_without_axes_are_read():
    step = compiled(graph_from_text("a = w*x\nE = (a - z)^2"), wrt=("w",))
    assert step({"w": 2, "x": np.float64(3), "z": np.array(5.0)}) == ({"a": 6.0, "E": 1.0}, {"w": 6.0})
    values, gradients = step({"w": 2, "x": [3, 4], "z": 5})
    assert (values["E"].tolist(), gradients["w"]) == ([1.0, 9.0], 30.0)
    assert math.isinf(step({"w": 1e300, "x": 1e300, "z": 0})[0]["E"])


def test_what_does_not_depend_has_gradient_zero_and_the_result_one():
    graph = graph_from_text("a = w*x\nE = x^2")
    step = compiled(graph, "E", ("w", "E", "x"))
    assert step({"w": 1.0, "x": 3.0})[1] == {"w": 0.0, "E": 1.0, "x": 6.0}
    _, gradients = step({"w": np.ones(2), "x": np.array([3.0, 4.0])})
    assert {name: value.tolist() for name, value in gradients.items()} == {"w": [0, 0], "E": [1, 1], "x": [6, 8]}


def test_an_empty_batch_has_no_gradient():
    values, gradients = compiled(graph_from_text("E = (w*x)^2"), wrt=("w",))({"w": 1.0, "x": np.array([])})
    assert (values["E"].tolist(), gradients["w"]) == ([], 0.0)


def test_a_middling_network_of_any_size_compiles():
    graph = mlp([10, 10, 10, 10, 1]).graph
    at = {name: math.sin(place) for place, name in enumerate(graph.free)}
    near(compiled(graph)(at)[1], interpreted(graph, at)[1])


def test_one_point_without_a_value_is_nan_and_no_error():
    """A batch of one point alone has no axis along which it could be looked through."""
    values, gradients = symnn.network("E = asin(2)*w + w^2", parameters=["w"]).compile()({"w": 1.0})
    assert math.isnan(values["E"])
    assert math.isnan(gradients["w"])
