"""What no field holds whole is proved by parts or by cases; what differs never is."""

from __future__ import annotations

import pytest

from symnn.grading.judge.equality import compare
from symnn.grading.meaning import Meaning
from symnn.language.reading import read
from symnn.language.scope import Scope

OPEN = Scope.of([], open=True)


def verdict(answer, reference, domain="real"):
    left, right = (read(text, OPEN).tree for text in (answer, reference))
    return compare(left, right, Meaning(default=domain), text=answer)


BY_PARTS = [
    ("sqrt(1+sin(3x))", "sqrt(1+3sin(x)-4sin(x)^3)"),
    ("exp(sqrt(1+sin(3x)))", "exp(sqrt(1+3sin(x)-4sin(x)^3))"),
    ("2^((x^2-1)/(x-1))", "2^(x+1)"),
    ("sin(sqrt(x^2+1)-x)", "sin(1/(sqrt(x^2+1)+x))"),
    ("(sin(x)*x/x)^(1/3)", "sin(x)^(1/3)"),
    ("max(1/sqrt(2),u)", "max(sqrt(2)/2,u)"),
    ("leaky_relu(cos((x^2+y^2)^(3/2)))", "leaky_relu(cos((x^2+y^2)*sqrt(x^2+y^2)))"),
]
BY_PARTS += [("softplus(relu(-relu(-x)))", "softplus(0)"), ("sin(16^0.25)", "sin(2)"), ("2^(1e300*x*1e-300)", "2^x")]
BY_CASES = [
    ("log(exp(a)+exp(b))", "max(a,b)+log(1+exp(-abs(a-b)))"),
    ("log(1+exp(x))", "max(x,0)+log(1+exp(-abs(x)))"),
    ("softplus(x)", "relu(x)+log(1+exp(-abs(x)))"),
]
BY_MONOTONY = [
    ("max(exp(x),exp(y))", "exp(max(x,y))"),
    ("sigmoid(max(a,b))", "max(sigmoid(a),sigmoid(b))"),
    ("abs(tanh(x))", "tanh(abs(x))"),
    ("step(sigmoid(x)-1/2)", "step(x)"),
    ("step(exp(x)-1)", "step(x)"),
]


@pytest.mark.parametrize(("left", "right"), [*BY_PARTS, *BY_CASES, *BY_MONOTONY])
def test_identities_are_accepted_both_ways(left, right):
    assert verdict(left, right).equal is True
    assert verdict(right, left).equal is True


@pytest.mark.parametrize(("left", "right"), [*BY_PARTS, *BY_CASES, *BY_MONOTONY])
@pytest.mark.parametrize("spoiled", ["({})+1e-40*x", "({})*(1+1e-40)", "({})+max(0,x-40)*1e-9"])
def test_the_same_spoiled_a_little_is_never_accepted(left, right, spoiled):
    assert verdict(spoiled.format(left), right).equal is not True


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("max(exp(-x),exp(-y))", "exp(-min(x,y))"),
        ("step(log(x))", "step(x-1)"),
        ("0^x", "0"),
        ("log(x)/log(e)", "log(x)"),
    ],
)
def test_positive_quantities(left, right):
    assert verdict(left, right, "positive").equal is True


@pytest.mark.parametrize(
    ("left", "right"),
    [("step(sigmoid(x)-1/3)", "step(x)"), ("max(cosh(x),cosh(y))", "cosh(max(x,y))"), ("abs(cos(x))", "cos(abs(x))")],
)
def test_only_what_increases_keeps_an_order(left, right):
    assert verdict(left, right).equal is False
