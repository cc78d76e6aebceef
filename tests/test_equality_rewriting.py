"""Rewriting: logarithms, roots, powers and angles as rung 1 wants them, and the factors behind them."""

from __future__ import annotations

from fractions import Fraction

import mpmath
import pytest
from hypothesis import given
from identities import ROOTED, trees, values

from symnn.equality.meaning import Meaning
from symnn.equality.polynomials import Polynomials, settled
from symnn.equality.rewriting import rewritten
from symnn.expressions.literals import TooLarge, constant
from symnn.expressions.writing import plain
from symnn.language.reading import read
from symnn.language.scope import Scope

OPEN = Scope.of([], open=True)


def tree(text):
    return read(text, OPEN).tree


def shown(text, domain="real", **options):
    return plain(rewritten(tree(text), Meaning(default=domain), **options)[0])


@pytest.mark.parametrize(
    ("text", "real", "positive"),
    [
        ("log(exp(y))", "y", "y"),
        ("log(x^2)", "2*log(abs(x))", "2*log(x)"),
        ("log(sqrt(x))", "1/2*log(x)", "1/2*log(x)"),
        ("sqrt(x^2+2x*y+y^2)", "abs(x + y)", "x + y"),
        ("exp(2*log(x)+y)", "x^2*exp(y)", "x^2*exp(y)"),
        ("exp((y+1)*log(x))", "x*exp(y*log(x))", "x*exp(y*log(x))"),
        ("sqrt(exp(x))", "exp(1/2*x)", "exp(1/2*x)"),
    ],
)
def test_signs_are_decided_on_the_domain(text, real, positive):
    assert shown(text) == real
    assert shown(text, "positive") == positive


def test_named_results_are_looked_into_on_request():
    meaning = Meaning(equations={"y": tree("exp(a)")})
    assert plain(rewritten(tree("log(y)"), meaning, meaning.equations)[0]) == "a"
    assert plain(rewritten(tree("log(y)"), meaning)[0]) == "log(y)"


@pytest.mark.parametrize(("text", "turns"), [("sin(x+pi/5)", 5), ("cos(pi/4)*sin(pi/6)", 12), ("sin(x)", 1)])
def test_multiples_of_pi_are_counted(text, turns):
    assert rewritten(tree(text), Meaning())[1] == turns


@given(tree=trees(ROOTED))
def test_rewriting_keeps_the_value(tree):
    better, _ = rewritten(tree, Meaning(default="positive"))
    for before, after in zip(values(tree, positive=True), values(better, positive=True), strict=True):
        if before is not None and after is not None:
            assert abs(before - after) <= mpmath.mpf(10) ** -20 * max(abs(before), abs(after), 1)


def test_factors_of_sums_quotients_and_large_powers():
    found = Polynomials({}).factored(tree("(x^2+2x*y+y^2)^30/(2x+2y)"))
    assert (found.constant, [(plain(factor), times) for factor, times in found.factors]) == (
        Fraction(1, 2),
        [("x + y", 59)],
    )
    found = Polynomials({}).factored(tree("1-1/(1+exp(-a))"))
    assert [(plain(factor), times) for factor, times in found.factors] == [("1 + exp(1*a)", -1)]


@pytest.mark.parametrize("text", ["0", "x-x", "1/(x-x)", "(x+y+z+w+u+v+exp(x))^12+1"])
def test_what_has_no_factors_or_too_many_stays(text):
    assert Polynomials({}).factored(tree(text)) is None


@pytest.mark.parametrize(("text", "value"), [("2+x-x", 2), ("x*0", 0), ("x", None), ("exp(x)*exp(-x)", 1)])
def test_what_is_always_one_number(text, value):
    assert settled(tree(text)) == value


@pytest.mark.parametrize(("text", "value"), [("-2^3/4", Fraction(-2)), ("0.5^-1", 2), ("x", None), ("1/0", None)])
def test_constants_are_exact(text, value):
    assert constant(tree(text)) == value


def test_constants_are_bounded_before_they_are_computed():
    with pytest.raises(TooLarge):
        constant(tree("9^9^9"))
