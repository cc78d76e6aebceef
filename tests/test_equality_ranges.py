"""Bounds of values: whatever they say holds at every point."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from identities import EXPONENTIAL, KINKED, trees, values

from symnn.equality.meaning import Interval, Meaning
from symnn.equality.ranges import EVERYTHING, range_of
from symnn.language.reading import read
from symnn.language.scope import Scope

OPEN = Scope.of([], open=True)


def tree(text):
    return read(text, OPEN).tree


@pytest.mark.parametrize(
    "text",
    ["exp(x)", "sigmoid(x)", "1-sigmoid(x)", "1+x^2", "softplus(x)", "1-tanh(x)^2", "1/(1+abs(x))", "2+sin(x)", "pi"],
)
def test_what_is_always_positive(text):
    assert range_of(tree(text), Meaning()).positive


@pytest.mark.parametrize("text", ["x", "x^3", "x-x", "abs(x)", "x^2", "sin(x)", "exp(x)-1", "log(x)", "f(x)"])
def test_what_need_not_be_positive(text):
    assert not range_of(tree(text), Meaning()).positive


def test_domains_count():
    assert range_of(tree("x*y/(x+y)"), Meaning(default="positive")).positive
    unit = Meaning(domains={"p": Interval(Fraction(0), Fraction(1))})
    assert range_of(tree("p"), unit).positive
    assert range_of(tree("p-2"), unit).negative
    assert range_of(tree("exp(x)"), Meaning(default="complex")) == EVERYTHING


def test_named_results_are_looked_through():
    assert range_of(tree("1-y"), Meaning(equations={"y": tree("sigmoid(a)")})).positive


@given(tree=trees((*EXPONENTIAL, *KINKED)), positive=st.booleans())
def test_every_value_lies_within_the_bounds(tree, positive):
    reach = range_of(tree, Meaning(default="positive" if positive else "real"))
    for value in values(tree, positive=positive):
        if value is not None:
            slack = abs(value) * Fraction(1, 10**12) + Fraction(1, 10**12)
            assert reach.low - float(slack) <= value <= reach.high + float(slack)
