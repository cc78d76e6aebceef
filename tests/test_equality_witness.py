"""Witnesses: proved by balls, inside the domain, on both sides of kinks; and what is only probably equal."""

from __future__ import annotations

from fractions import Fraction

import pytest
from flint import arb
from hypothesis import given
from identities import CIRCULAR, EXPONENTIAL, KINKED, NAMES, trees, value

from symnn.equality.alike import alike
from symnn.equality.drawing import arguments
from symnn.equality.enclosing import BallPoint, NoValue, Unknown
from symnn.equality.meaning import Interval, Lambda, Meaning
from symnn.equality.proofs import ask
from symnn.equality.witness import search
from symnn.expressions.tree import Call, Name
from symnn.language.reading import read
from symnn.language.scope import Scope
from symnn.numeric.balls import precision

OPEN = Scope.of([], open=True)


def tree(text):
    return read(text, OPEN).tree


@pytest.mark.parametrize(
    ("answer", "reference", "method"),
    [("x", "y", "witness"), ("x+1e-15", "x", "witness"), ("x+1e-60", "x", "balls"), ("x+exp(-900)", "x", "balls")],
)
def test_differences_are_found_at_rising_precision(answer, reference, method):
    found = search(tree(answer), tree(reference), Meaning())
    assert found.method == method
    assert found.witness is not None


def test_agreement_is_only_probable():
    found = search(tree("sqrt(3+2*sqrt(2))"), tree("1+sqrt(2)"), Meaning())
    assert (found.witness, found.probably) == (None, True)


@pytest.mark.parametrize(
    ("domain", "inside"),
    [
        ("positive", lambda number: number > 0),
        (Interval(Fraction(0), Fraction(1)), lambda number: 0 < number < 1),
        (Interval(Fraction(3), None), lambda number: number > 3),
        (Interval(None, Fraction(-3)), lambda number: number < -3),
    ],
)
def test_witnesses_lie_in_the_domain(domain, inside):
    witness = search(tree("x+y"), tree("x+2y"), Meaning(default=domain)).witness
    assert all(map(inside, witness.at.values()))


def test_both_sides_of_a_far_kink_are_looked_at():
    witness = search(tree("max(0,x-123456789)"), tree("0"), Meaning()).witness
    assert witness.at["x"] > 123456789


def test_kinks_inside_declared_and_built_in_functions_are_found():
    meaning = Meaning(functions={"g": Lambda(("t",), tree("abs(t-7)"))})
    found = arguments((Call("g", (tree("2x"),)), tree("relu(y+3)"), tree("max(a,b)")), meaning)
    assert len(found) == 3


@pytest.mark.parametrize(
    ("text", "expected"),
    [("(-8)^(1/3)", -2), ("(-8)^(2/3)", 4), ("abs(-3)", 3), ("floor(-5/2)", -3), ("max(1,3,2)", 3)],
)
def test_values_in_balls(text, expected):
    ball = BallPoint(Meaning(), {}).value(tree(text))
    assert abs(ball - expected) < arb("1e-12")


@pytest.mark.parametrize(
    ("text", "around"),
    [("sqrt(-1)^2", True), ("log(-1)", True), ("log(0)", False), ("asin(2)", True), ("(-2)^pi", True), ("1/0", False)],
)
def test_what_has_no_real_value_is_proved_to_have_none(text, around):
    with pytest.raises(NoValue) as proved:
        BallPoint(Meaning(), {}).value(tree(text))
    assert proved.value.around is around


def test_complex_quantities_have_complex_values():
    ball = BallPoint(Meaning(default="complex"), {}).value(tree("sqrt(-1)^2"))
    assert abs(ball + 1) < arb("1e-12")


@pytest.mark.parametrize("text", ["1/0", "log(0)", "0^-1", "exp(exp(exp(exp(exp(exp(9))))))", "q", "u(1)"])
def test_what_cannot_be_enclosed_is_unknown(text):
    with pytest.raises(Unknown):
        BallPoint(Meaning(), {}).value(tree(text))


def test_precision_is_put_back():
    from flint import ctx

    before = ctx.prec
    with precision(500):
        assert ctx.prec == 500
    assert ctx.prec == before


@given(tree=trees((*EXPONENTIAL, *KINKED, *CIRCULAR)))
def test_balls_contain_what_mpmath_finds(tree):
    import mpmath

    at = {name: Fraction(count + 1, 2) for count, name in enumerate(NAMES)}
    with mpmath.workdps(40):
        try:
            expected = value(
                tree, {name: mpmath.mpf(number.numerator) / number.denominator for name, number in at.items()}
            )
            ball = BallPoint(Meaning(), at).value(tree)
        except (ValueError, ZeroDivisionError, OverflowError, Unknown):
            return
        assert arb(mpmath.nstr(expected, 35)).overlaps(ball + arb(0, abs(ball) * arb("1e-13") + arb("1e-13")))


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        ("x*y+z", "z+y*x", True),
        ("x-y", "y-x", False),
        ("x/y", "y/x", False),
        ("f(x,y)", "f(y,x)", False),
        ("2", "2.0", True),
    ],
)
def test_the_same_writing_in_another_order(left, right, same):
    assert alike(tree(left), tree(right)) is same


def test_sympy_is_asked_in_a_child_process_that_is_killed_on_time():
    assert ask(tree("sqrt(3+2*sqrt(2))"), tree("1+sqrt(2)"), Meaning(), seconds=60).equal is True
    assert ask(tree("sqrt(3+2*sqrt(2))"), tree("1+sqrt(2)"), Meaning(), seconds=0).equal is None
    assert ask(Name("x"), Name("x"), Meaning(default="complex")).equal is None


@pytest.mark.parametrize(
    ("answer", "reference", "domain"),
    [
        ("floor(x)+floor(-x)", "-1", "real"),
        ("floor(-x)*sqrt(4)", "-2*floor(x)-2", "real"),
        ("step(x-1)*sqrt(y^2)", "abs(y)*(1-step(1-x))", "real"),
        ("step(x+y)*sqrt(y^2)", "abs(y)*(1-step(-x-y))", "real"),
        ("sqrt(1/x)", "1/sqrt(x)", "complex"),
        ("log(1/x)", "-log(x)", "complex"),
    ],
)
def test_a_jump_or_a_cut_through_a_point_says_nothing_about_the_points_beside(answer, reference, domain):
    assert search(tree(answer), tree(reference), Meaning(default=domain)).witness is None


UNIT = Interval(Fraction(0), Fraction(1))


@pytest.mark.parametrize(
    ("answer", "reference", "domain"),
    [
        ("step(x-1e-9)", "step(x)", "real"),
        ("step(x-1e-30)", "step(x)", "real"),
        ("max(x,-1e30)", "x", "real"),
        ("x+relu(0.001-abs(x-1.234))", "x", "real"),
        ("sign(x-1e-6)", "1", "positive"),
        ("abs(x-0.999)", "0.999-x", UNIT),
        ("max(x,0.001)", "x", UNIT),
        ("floor(x+0.0001)", "0", UNIT),
    ],
)
def test_kinks_near_each_other_or_near_the_end_of_the_domain_are_seen(answer, reference, domain):
    for one, other in ((answer, reference), (reference, answer)):
        assert search(tree(one), tree(other), Meaning(default=domain)).witness is not None
