"""Trees to SymPy and back mean the same; a function nobody has seen before gets its derivative in short form."""

from __future__ import annotations

import pytest
import sympy
from hypothesis import given
from strategies import FREE, points, trees

from symnn.expressions.tree import Name, mapped
from symnn.expressions.writing import plain
from symnn.language.limits import AUTHOR
from symnn.language.reading import read
from symnn.language.scope import Scope
from symnn.networks.function import declared
from symnn.numeric.arithmetic import floats
from symnn.numeric.interpreter import value
from symnn.ops.algebra import from_sympy, short_derivative, to_sympy
from symnn.ops.table import OF_NUMBERS as OPERATIONS


def tree_of(text, *names):
    return read(text, Scope.of(names), limits=AUTHOR).tree


@given(trees(FREE, ("sigmoid", "tanh", "exp", "sin", "cos", "softplus")), points())
def test_to_sympy_and_back_means_the_same(tree, at):
    back = from_sympy(to_sympy(tree))
    assert value(back, at, floats(), {}) == pytest.approx(value(tree, at, floats(), {}), rel=1e-6, abs=1e-6)


@pytest.mark.parametrize(
    ("formula", "factors"),
    [
        ("1/(1+exp(-x))", ["v", "1 - v"]),
        ("exp(x)/(1+exp(x))", ["v", "1 - v"]),
        ("(exp(x)-exp(-x))/(exp(x)+exp(-x))", ["1 - v", "v + 1"]),
        ("2/(1+exp(-2*x))-1", ["1 - v", "v + 1"]),
        ("exp(3*x)", ["3", "v"]),
        ("1/(1+exp(-3*x))", ["3", "v", "1 - v"]),
        ("x^2", ["2*x"]),
        ("x/sqrt(1+x^2)", None),
        ("log(1+exp(x))", None),
        ("sin(x)*x", None),
        ("exp(-x^2)", None),
        ("1/(1+x^2)", None),
        ("7", ["0"]),
    ],
)
def test_the_derivative_of_a_declared_function(formula, factors):
    """Where there is a short form in the function's own value it is found; the number is right in every case."""
    body = tree_of(formula, "x")
    found = short_derivative("x", body, "v")
    if factors is not None:
        assert sorted(plain(factor) for factor in found) == sorted(factors)
    x = sympy.Symbol("x", real=True)
    for at in (-1.3, 0.2, 0.9):
        own = value(body, {"x": at}, floats(), {})
        product = 1.0
        for factor in found:
            product *= value(factor, {"x": at, "v": own}, floats(), {})
        assert product == pytest.approx(float(sympy.diff(to_sympy(body), x).subs(x, at)), rel=1e-9)


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "softplus", "relu", "exp", "identity"])
def test_a_built_in_function_written_out_is_recognised(name):
    definition = OPERATIONS[name].definition
    body = definition(Name("x")) if definition else tree_of("exp(x)", "x")
    assert declared("f", "x", body).known == name


def test_fractions_stay_exact():
    assert plain(from_sympy(to_sympy(tree_of("x/3 + 1/7", "x")))) in ("x/3 + 1/7", "1/7 + x/3")


def test_nothing_is_lost_on_the_way_through_a_rebuilding():
    tree = tree_of("2*(x - 1)^2/(1 + x)", "x")
    assert plain(mapped(tree, lambda _: None)) == "2*(x - 1)^2/(1 + x)"


KINKED = (
    "x/(1+abs(x))",
    "sign(x)*max(0, abs(x)-1/2)",
    "max(0, 1-abs(x))",
    "log(1+abs(x))",
    "abs(sin(x))",
    "(x^2)^(1/3)",
    "x*floor(x) + step(x)*x^2",
    "min(1, max(-1, x/2)) + relu(x)^2",
    "max(0, x) + min(0, exp(x)-1)",
    "leaky_relu(tanh(x)) - abs(x-1)*sign(x)",
)


@pytest.mark.parametrize("formula", KINKED)
def test_functions_with_kinks_are_derived_by_our_own_rules(formula):
    """Whatever they are made of: off the kinks the slope is the central difference."""
    body = tree_of(formula, "x")
    factors = short_derivative("x", body, "v")
    for at in (-2.3, -0.7, 0.4, 1.3):
        up, down = (value(body, {"x": at + h}, floats(), {}) for h in (1e-6, -1e-6))
        slope = 1.0
        for factor in factors:
            slope *= value(factor, {"x": at, "v": value(body, {"x": at}, floats(), {})}, floats(), {})
        assert slope == pytest.approx((up - down) / 2e-6, rel=1e-6, abs=1e-8)


@pytest.mark.parametrize(
    "formula",
    [
        "sqrt(x^2+x+1)^x*log(1+exp(x))^tanh(x)/(1+x^x^x)",
        "exp(tanh(exp(sin(x))))*atan(x)^x/(1+cosh(x)^x)",
        "exp(cosh(3 + x - softplus(x)))",
        "x + x^2*tanh((atan(x) - pi^(1/3))/3)",
        "sin(exp(cosh(pi))) + x*exp(x)",
        "+".join(f"sin(x)^{n}*exp(x/{n})" for n in range(1, 40)),
    ],
)
def test_a_formula_that_sympy_would_take_long_for_is_not_given_to_it(formula, monkeypatch):
    """The size is counted before: nothing is simplified, and the derivative is still right."""
    monkeypatch.setattr(sympy, "simplify", lambda *_: pytest.fail("simplified"))
    body = tree_of(formula, "x")
    (slope, *others) = short_derivative("x", body, "v")
    at, own = {"x": 0.8}, value(body, {"x": 0.8}, floats(), {})
    found = value(slope, {**at, "v": own}, floats(), {})
    for factor in others:
        found *= value(factor, {**at, "v": own}, floats(), {})
    up, down = (value(body, {"x": 0.8 + h}, floats(), {}) for h in (1e-6, -1e-6))
    assert found == pytest.approx((up - down) / 2e-6, rel=1e-6)
