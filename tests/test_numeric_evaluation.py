"""Values and gradients: two ways in floats, exact fractions, and digits that are proved."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given
from strategies import graphs, points

from symnn.derivation.paths import gradient
from symnn.derivation.sweep import derive
from symnn.documents.kinds import Bilingual
from symnn.errors import UsageError
from symnn.networks.catalogue import network
from symnn.networks.conventions import Conventions
from symnn.networks.declarations import Declarations
from symnn.networks.layers import mlp
from symnn.networks.models import graph_from_text
from symnn.networks.network import Network
from symnn.numeric.arithmetic import arrays, floats
from symnn.numeric.by_differences import gradient_check
from symnn.numeric.evaluation import evaluated, gradients_of
from symnn.numeric.formatting import Digits
from symnn.numeric.forward import forward
from symnn.numeric.gradient import backward
from symnn.numeric.interpreter import literal
from symnn.numeric.interpreter import value as value_of
from symnn.numeric.points import points as points_of


@given(graphs(), points())
def test_paths_and_back_propagation_give_the_same_numbers(graph, at):
    derivation = derive(graph)
    values = forward(graph, at, floats())
    errors = backward(derivation, values, floats())
    for name in graph.parameters:
        assert value_of(gradient(derivation, name), values, floats(), graph.functions) == pytest.approx(
            errors[name], rel=1e-9, abs=1e-9, nan_ok=True
        )


@given(graphs(), points())
def test_gradients_are_the_central_differences(graph, at):
    values = forward(graph, at, floats())
    if all(abs(value) < 1e3 for value in values.values()):
        assert gradient_check(graph, at).max_error < 1e-5


@given(graphs(), points())
def test_proved_digits_agree_with_floats(graph, at):
    exactly = {name: Fraction(value) for name, value in at.items()}
    near = evaluated(graph, exactly).values
    proved = evaluated(graph, exactly, Digits("significant", 25)).values
    for name, value in near.items():
        if math.isfinite(value) and abs(value) < 1e6:
            assert float(proved[name]) == pytest.approx(value, rel=1e-7, abs=1e-9)


@pytest.mark.parametrize("name", ["bp-2-2-1", "bp-2-3-2-1"])
def test_every_gradient_of_the_lecture_in_three_ways(name):
    found = network(name)
    (point,) = points_of(found)
    at = {name: float(value) for name, value in point.values.items()}
    derivation = derive(found.graph)
    values = forward(found.graph, at, floats())
    errors = backward(derivation, values, floats())
    for parameter in found.graph.parameters:
        assert value_of(gradient(derivation, parameter), values, floats(), {}) == pytest.approx(
            errors[parameter], rel=1e-13
        )
    assert gradient_check(found.graph, at).max_error < 1e-9
    assert set(gradient_check(found.graph, at).errors) == set(found.graph.parameters)


@pytest.mark.parametrize(("place", "output"), [(0, "0.2831"), (1, "0.8638")])
def test_the_two_midges(place, output):
    found = network("midges")
    point = points_of(found)[place]
    assert evaluated(found.graph, point.values, Digits("decimals", 4)).values["y"] == output


def test_fifty_digits():
    graph = graph_from_text("s = sqrt(x)\nc = cos(x)\np = pi*x")
    values = evaluated(graph, {"x": 2}, Digits("significant", 50)).values
    assert values == {
        "x": "2.0000000000000000000000000000000000000000000000000",
        "s": "1.4142135623730950488016887242096980785696718753769",
        "c": "-0.41614683654714238699756822950076218976600077107554",
        "p": "6.2831853071795864769252867665590057683943387987502",
    }


@pytest.mark.parametrize(
    ("equation", "exact", "rounded", "cut"),
    [
        ("y = 7*x/9", "7/9", "0.78", "0.77"),
        ("y = exp(log(2))/2 - x/2", "1/2", "0.50", "0.50"),
        ("y = (sqrt(2)^2 - 2)*x", "0", "0.00", "0.00"),
        ("y = 1/(x - 1)", "inf", "inf", "inf"),
        ("y = log(x - 1)", "-inf", "-inf", "-inf"),
        ("y = sqrt(-x)", "nan", "nan", "nan"),
        ("y = relu(x - 1/3) + abs(-x)", "5/3", "1.67", "1.66"),
        ("y = tanh(0*x) + sigmoid(0*x)", "1/2", "0.50", "0.50"),
        ("y = (-8*x)^(1/3)", "-2", "-2.00", "-2.00"),
        ("y = max(x, 1/7, 2) - min(x, 0)", "2", "2.00", "2.00"),
        ("y = exp(exp(10*x))", "exp(exp(10))", "inf", "inf"),
    ],
)
def test_exact_rounded_and_cut(equation, exact, rounded, cut):
    graph = graph_from_text(equation)
    assert evaluated(graph, {"x": 1}, "exact").values["y"] == exact
    assert evaluated(graph, {"x": 1}, Digits("decimals", 2)).values["y"] == rounded
    assert evaluated(graph, {"x": 1}, Digits("decimals", 2, cut=True)).values["y"] == cut


def test_a_number_that_cannot_be_told_from_zero_has_no_sign():
    graph = graph_from_text("u = exp(x)*exp(-x) - 1\ny = sign(u)")
    with pytest.raises(UsageError) as error:
        evaluated(graph, {"x": 1}, Digits("decimals", 3))
    assert (error.value.problems[0].code, error.value.problems[0].facts["name"]) == ("digits-not-settled", "y")


def test_expressions_that_nobody_could_read_are_refused_by_their_size():
    graph = mlp([8, 8, 8, 8, 8, 1]).graph
    with pytest.raises(UsageError) as error:
        evaluated(graph, dict.fromkeys(graph.free, Fraction(1, 2)), "exact", derive(graph))
    assert error.value.problems[0].code == "too-large-exact"


def test_missing_values_are_named_all_at_once():
    graph = graph_from_text("a = w*x + b")
    with pytest.raises(UsageError) as error:
        forward(graph, {"x": 1.0}, floats())
    assert error.value.problems[0].facts["names"] == ("w", "b")


def test_the_step_at_zero_is_the_declared_one():
    declarations = Declarations(conventions=Conventions(relu_at_zero=0.5))
    graph = graph_from_text("y = relu(a)", declarations)
    for form, expected in (("floats", 0.5), ("exact", "1/2"), (Digits("decimals", 1), "0.5")):
        assert evaluated(graph, {"a": 0}, form, derive(graph)).gradient == {"a": expected}


def test_a_network_without_a_scalar_result_has_no_gradient():
    graph = graph_from_text("y = x", Declarations(shapes={"x": (2,)}))
    with pytest.raises(UsageError) as error:
        gradients_of(Network("n", Bilingual("", ""), graph))
    assert error.value.problems[0].code == "no-scalar-gradient"


def test_a_result_that_does_not_depend_has_gradient_zero():
    graph = graph_from_text("a = w*x\nE = x^2")
    assert evaluated(graph, {"w": 1, "x": 3}, "floats", derive(graph, "E", ("w", "E"))).gradient == {"w": 0.0, "E": 1.0}


def test_primed_calls_and_declared_functions_have_values():
    graph = graph_from_text("f(x) = 1/(1 + exp(-x))\ng(x) = x^3 + x\ns = f'(a)\nt = g(g(a))\nu = g''(a)")
    values = evaluated(graph, {"a": 0}, "exact").values
    assert (values["s"], values["t"], values["u"]) == ("1/4", "0", "0")
    assert evaluated(graph, {"a": 2}, "exact").values["t"] == "1010"


def test_arrays_go_through_the_same_pass():
    import numpy as np

    graph = graph_from_text("a = w*x\nE = (a - z)^2")
    values = forward(graph, {"w": np.array([1.0, 2.0]), "x": 3.0, "z": 1.0}, arrays())
    assert values["E"].tolist() == [4.0, 25.0]


@pytest.mark.parametrize(("text", "value"), [("1/3 - 1", "-2/3"), ("-2", "-2"), ("2*x", None), ("1/(1-1)", None)])
def test_literal_numbers(text, value):
    right = graph_from_text(f"y = {text} + x").equations[0].right.terms
    tree = right[0] if len(right) == 2 else type(graph_from_text(f"y = {text} + x").equations[0].right)(right[:-1])
    assert literal(tree) == (None if value is None else Fraction(value))


def test_numbers_are_checked_against_both_sides_at_kinks_too():
    graph = graph_from_text("y = abs(a) + b^2 + floor(c) + max(d, g)")
    check = gradient_check(graph, {"a": 0.0, "b": 2.0, "c": 1.0, "d": 3.0, "g": 3.0})
    assert check.kinks == ("a", "c", "d", "g")
    assert set(check.errors) == {"a", "b", "c", "d", "g"}
    assert check.max_error < 1e-15
    assert gradient_check(graph, {"a": 1.0, "b": 2.0, "c": 1.5, "d": 3.0, "g": 1.0}).kinks == ()


SATURATED = (
    "p = sigmoid(a)\nE = cross_entropy(p, z)",
    "p = sigmoid(a)\nq = 1 - p\nE = -z*log(p) - (1 - z)*log(q)",
    "f(x) = 1/(1 + exp(-x))\np = f(a)\nE = -z*log(p) - (1 - z)*log(1 - p)",
    "p(p) = 1/(1 + exp(-p))\nq = p(a)\nE = cross_entropy(q, z)",
)


@pytest.mark.parametrize("text", SATURATED)
@pytest.mark.parametrize(("a", "z"), [(25_000, 0), (-25_000, 1), (25_000, 1), (1e9, 0.25), (40, 0), (-800, 0.5)])
def test_no_digit_is_lost_where_a_unit_saturates(text, a, z):
    graph = graph_from_text(text)
    found = evaluated(graph, {"a": a, "z": z}, "floats", derive(graph, "E", ("a", "z")))
    right = max(a, 0) - a * z  # softplus(a) - a z, but for exp(-|a|)
    assert found.values["E"] == pytest.approx(right, rel=1e-15, abs=1e-17)
    assert found.gradient["a"] == pytest.approx((a > 0) - z, rel=1e-15, abs=1e-17)
    assert found.gradient["z"] == pytest.approx(-a, rel=1e-15)
    plainly = forward(graph, {"a": float(a), "z": float(z)}, floats())
    assert plainly["E"] == pytest.approx(right, rel=1e-15, abs=1e-16)


def test_digits_are_proved_where_a_unit_saturates():
    found = evaluated(graph_from_text(SATURATED[1]), {"a": 25_000, "z": 0}, Digits("significant", 20))
    assert found.values["q"] == "4.3446262184686372494e-10858"
    assert found.values["E"] == "25000.000000000000000"
