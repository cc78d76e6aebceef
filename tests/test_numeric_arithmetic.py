"""Floats, arrays, balls and exact numbers are one arithmetic: the same values, inf and nan in the same places."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from symnn.networks.conventions import Conventions
from symnn.numeric.arithmetic import arrays, floats
from symnn.numeric.balls import balls, interval, precision, rational
from symnn.numeric.exact import exact

HALF, THIRD = Fraction(1, 2), Fraction(1, 3)
INF, NAN = math.inf, math.nan
UNARY = (
    ("exp", 0, 1.0),
    ("exp", 1, math.e),
    ("log", 1, 0.0),
    ("log", 0, -INF),
    ("log", -1, NAN),
    ("sqrt", Fraction(9, 4), 1.5),
    ("sqrt", 2, math.sqrt(2)),
    ("sqrt", -1, NAN),
    ("abs", -3, 3.0),
    ("sign", -3, -1.0),
    ("sign", 0, 0.0),
    ("step", 2, 1.0),
    ("step", -2, 0.0),
    ("step", 0, 0.5),
    ("floor", Fraction(-3, 2), -2.0),
    ("sin", 1, math.sin(1)),
    ("cos", 0, 1.0),
    ("tan", 1, math.tan(1)),
    ("asin", HALF, math.asin(0.5)),
    ("asin", 2, NAN),
    ("acos", 1, 0.0),
    ("acos", -2, NAN),
    ("atan", 3, math.atan(3)),
    ("sinh", -2, math.sinh(-2)),
    ("cosh", 2, math.cosh(2)),
    ("tanh", 1, math.tanh(1)),
)
POWERS = (
    (2, Fraction(3), 8.0),
    (-2, Fraction(3), -8.0),
    (-8, THIRD, -2.0),
    (-8, 2 * THIRD, 4.0),
    (-8, HALF, NAN),
    (4, -HALF, 0.5),
    (0, Fraction(-1), INF),
    (0, Fraction(0), 1.0),
    (2, -THIRD, 2 ** (-1 / 3)),
    (-2, Fraction(-3), -0.125),
)
DIVISIONS = ((1, 3, 1 / 3), (1, 0, INF), (-1, 0, -INF), (0, 0, NAN), (0, 2, 0.0))


def in_floats(value):
    return float(value)


def in_arrays(value):
    return np.array([float(value)])


def in_expressions(value):
    return sympy.Rational(value)


KINDS = (
    pytest.param(floats(Conventions(relu_at_zero=0.5)), in_floats, id="floats"),
    pytest.param(arrays(Conventions(relu_at_zero=0.5)), in_arrays, id="arrays"),
    pytest.param(exact(Conventions(relu_at_zero=0.5)), in_expressions, id="exact"),
    pytest.param(balls(Conventions(relu_at_zero=0.5)), rational, id="balls"),
)


def as_number(value):
    if isinstance(value, np.ndarray):
        return float(value[0])
    if isinstance(value, float | sympy.Basic):
        return float(value)
    ends = interval(value)
    if ends is None:
        return INF if value > 0 else -INF if value < 0 else NAN
    assert ends[1] - ends[0] < Fraction(1, 2**40)
    return float(ends[0])


def same(value, expected):
    return as_number(value) == pytest.approx(expected, rel=1e-12, nan_ok=True)


@pytest.mark.parametrize(("m", "number"), KINDS)
@pytest.mark.parametrize(("function", "at", "expected"), UNARY)
def test_every_function_has_one_value_in_all_arithmetics(m, number, function, at, expected):
    with np.errstate(all="ignore"):
        assert same(getattr(m, function)(number(at)), expected)


@pytest.mark.parametrize(("m", "number"), KINDS)
@pytest.mark.parametrize(("base", "exponent", "expected"), POWERS)
def test_powers_are_those_of_the_real_line(m, number, base, exponent, expected):
    with np.errstate(all="ignore"):
        assert same(m.power(number(base), exponent), expected)


@pytest.mark.parametrize(("m", "number"), KINDS)
@pytest.mark.parametrize(("above", "under", "expected"), DIVISIONS)
def test_division_by_zero_is_honest(m, number, above, under, expected):
    with np.errstate(all="ignore"):
        assert same(m.divide(number(above), number(under)), expected)


@pytest.mark.parametrize(("m", "number"), KINDS)
@pytest.mark.parametrize(("one", "other"), [(1, 2), (2, 1), (-1, -1)])
def test_extremes(m, number, one, other):
    assert same(m.maximum(number(one), number(other)), max(one, other))
    assert same(m.minimum(number(one), number(other)), min(one, other))


@pytest.mark.parametrize("name", ["maximum", "minimum"])
def test_nan_is_never_hidden(name):
    for pair in ((NAN, 1.0), (1.0, NAN)):
        assert math.isnan(getattr(floats(), name)(*pair))
    for function in ("sign", "step", "floor"):
        assert math.isnan(getattr(floats(), function)(NAN))


@pytest.mark.parametrize(
    ("function", "at", "expected"),
    [
        ("exp", 1e4, INF),
        ("exp", -1e4, 0.0),
        ("cosh", -1e4, INF),
        ("sinh", -1e4, -INF),
        ("sin", INF, NAN),
        ("floor", INF, INF),
    ],
)
def test_floats_overflow_without_an_exception(function, at, expected):
    assert same(getattr(floats(), function)(at), expected)


@given(st.floats(-50, 50), st.floats(-5, 5))
def test_floats_and_arrays_agree_everywhere(a, b):
    with np.errstate(all="ignore"):
        for function in ("exp", "log", "sqrt", "abs", "sign", "step", "floor", "tan", "asin", "sinh", "tanh"):
            assert same(getattr(arrays(), function)(np.array([a])), getattr(floats(), function)(a))
        for function in ("power", "divide", "maximum", "minimum"):
            assert same(getattr(arrays(), function)(np.array([a]), np.array([b])), getattr(floats(), function)(a, b))


@given(st.fractions(-5, 5, max_denominator=60), st.fractions(-3, 3, max_denominator=6))
def test_balls_hold_the_value_of_floats(a, b):
    """A float lies within rounding of the ball: both know where the real line ends."""
    m, f = balls(), floats()
    for function in ("exp", "log", "sqrt", "sin", "atan", "tanh", "asin"):
        assert same(getattr(m, function)(rational(a)), getattr(f, function)(float(a)))
    assert same(m.power(rational(a), b), f.power(float(a), b)) or a == 0


def test_rational_results_stay_exact():
    m = balls()
    values = (
        m.sqrt(rational(Fraction(4, 9))),
        m.power(rational(-8), 2 * THIRD),
        m.exp(rational(0)),
        m.abs(rational(-THIRD)),
    )
    assert [interval(value) for value in values] == [(v, v) for v in (2 * THIRD, Fraction(4), Fraction(1), THIRD)]


def test_a_huge_power_is_a_ball_and_not_a_huge_number():
    assert interval(balls().power(rational(3), Fraction(10**9))) is None
    assert balls().power(rational(3), Fraction(10**9)) > 0


def test_precision_is_given_back():
    from flint import ctx

    before = ctx.prec
    with pytest.raises(ZeroDivisionError), precision(333):
        raise ZeroDivisionError
    assert ctx.prec == before
