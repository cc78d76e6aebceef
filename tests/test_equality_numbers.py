"""Numbers: windows from tolerances, decimals, digits, and rounding carried through the graph."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symnn.equality.enclosing import Unknown
from symnn.equality.meaning import Meaning
from symnn.equality.numbers import Tolerance, is_plain_number, judge_number, number_window
from symnn.expressions.tree import number
from symnn.language.reading import read
from symnn.language.scope import Scope

OPEN = Scope.of([], open=True)
PLAIN = Meaning()


def tree(text):
    return read(text, OPEN).tree


def accepted(answer, reference, tolerance):
    return judge_number(tree(answer), number_window(tree(reference), PLAIN, {}, tolerance), PLAIN).equal


@pytest.mark.parametrize(
    ("tolerance", "right", "wrong"),
    [
        (Tolerance(abs=Fraction(1, 100)), ["0.77", "7/9", "0.78", "0.787"], ["0.76", "0.79"]),
        (Tolerance(rel=Fraction(1, 1000)), ["0.7778", "0.777", "0.7785"], ["0.77", "0.78"]),
        (Tolerance(decimals=2), ["0.78", "0.7778", "7/9", "0.777"], ["0.77", "0.7", "0.79"]),
        (Tolerance(decimals=2, cut=True), ["0.77", "0.78", "0.7777"], ["0.76", "0.79", "0.7712"]),
        (Tolerance(digits=3), ["0.778", "0.7778"], ["0.777", "0.78"]),
        (Tolerance(digits=3, cut=True), ["0.778", "0.777"], ["0.776", "0.77"]),
        (Tolerance(), ["7/9", "14/18", "0.7 + 7/90"], ["0.7777777777777777", "0.78"]),
    ],
)
def test_what_a_tolerance_takes(tolerance, right, wrong):
    assert [text for text in right if accepted(text, "7/9", tolerance) is not True] == []
    assert [text for text in wrong if accepted(text, "7/9", tolerance) is not False] == []


@pytest.mark.parametrize(("text", "value"), [("-7/9", "-0.77"), ("-0.125", "-0.12"), ("-0.125", "-0.13")])
def test_negative_numbers_are_cut_towards_zero(text, value):
    assert accepted(value, text, Tolerance(decimals=2, cut=True)) is True


def test_zero_needs_an_absolute_tolerance():
    assert accepted("1e-12", "0", Tolerance(rel=Fraction(1, 100))) is False
    assert accepted("1e-12", "0", Tolerance(abs=Fraction(1, 10**9))) is True
    assert accepted("0", "0", Tolerance(digits=3)) is True


def test_a_relative_tolerance_follows_the_size_of_the_terms():
    tolerance = Tolerance(rel=Fraction(1, 1000))
    assert accepted("0.0015", "1 - 0.999", tolerance) is True
    assert accepted("0.0015", "0.001", tolerance) is False


def test_calculations_are_numbers_where_they_are_allowed_and_quantities_never():
    window = number_window(tree("1/4"), PLAIN, {}, Tolerance(abs=Fraction(1, 100)))
    assert judge_number(tree("0.5*0.5"), window, PLAIN).equal is True
    assert judge_number(tree("exp(log(1/4))"), window, PLAIN).equal is True
    for text, formulas in (("0.5*0.5", False), ("0.25x", True), ("y", True)):
        judgement = judge_number(tree(text), window, PLAIN, formulas=formulas)
        assert judgement.equal is False
        assert [finding.code for finding in judgement.findings] == ["form"]


@pytest.mark.parametrize("text", ["1/0", "log(0)", "0/0", "log(-1)", "oo"])
def test_what_is_no_number_is_undefined(text):
    window = number_window(tree("1"), PLAIN, {}, Tolerance(abs=Fraction(1)))
    judgement = judge_number(tree(text), window, PLAIN)
    assert [finding.code for finding in judgement.findings] == ["undefined"]


def test_a_reference_without_a_value_is_refused():
    with pytest.raises(Unknown):
        number_window(tree("1/0"), PLAIN, {}, Tolerance())


def test_a_near_miss_is_named_without_a_ratio():
    window = number_window(tree("0.25"), PLAIN, {}, Tolerance(abs=Fraction(1, 100)))
    (finding,) = judge_number(tree("0.28"), window, PLAIN).findings
    assert (finding.code, dict(finding.facts)) == ("near-miss", {})


NEURON = Meaning(equations={"a": tree("w*x + b"), "y": tree("sigmoid(a)"), "E": tree("(y - z)^2")})
VALUES = {"w": Fraction(3, 10), "x": Fraction(7, 10), "b": Fraction(1, 3), "z": Fraction(1)}


@pytest.mark.parametrize("cut", [False, True])
def test_rounding_every_named_result_stays_in_the_window(cut):
    import math

    window = number_window(tree("E"), NEURON, VALUES, Tolerance(decimals=3, cut=cut, carry=True))

    def keep(value):
        return math.floor(value * 1000) / 1000 if cut else round(value, 3)

    sum_kept = keep(0.3 * 0.7 + 1 / 3)
    value_kept = keep(1 / (1 + math.exp(-sum_kept)))
    loss_kept = keep((value_kept - 1) ** 2)
    assert judge_number(number(Fraction(str(loss_kept))), window, NEURON).equal is True
    assert window.high - window.low < Fraction(1, 100)


@pytest.mark.parametrize("cut", [False, True])
def test_significant_digits_are_kept_of_every_result_by_itself(cut):
    """E = 0.0123… comes from a sum of 123.4…: three digits of the sum leave the units, three of E leave 0.0001."""
    meaning = Meaning(equations={"a": tree("u*v"), "E": tree("a/10000")})
    window = number_window(
        tree("E"),
        meaning,
        {"u": Fraction(1234, 10), "v": Fraction(1004, 1000)},
        Tolerance(digits=3, cut=cut, carry=True),
    )
    for right in ("0.0123", "0.0124") if cut else ("0.0124",):
        assert judge_number(tree(right), window, meaning).equal is True
    assert judge_number(tree("0.0127"), window, meaning).equal is False


def test_cut_results_err_towards_zero_only():
    meaning = Meaning(equations={"a": tree("u"), "E": tree("100*a")})
    window = number_window(tree("E"), meaning, {"u": Fraction(155, 100)}, Tolerance(decimals=1, cut=True, carry=True))
    assert judge_number(tree("150"), window, meaning).equal is True
    assert judge_number(tree("161"), window, meaning).equal is False


def test_sizes_of_a_deep_network_are_measured_once():
    layers = {f"a{k}": tree(f"a{k - 1}*w - a{k - 1}/3 + a{k - 1}") for k in range(1, 40)}
    meaning = Meaning(equations=layers)
    values = {"a0": Fraction(1), "w": Fraction(1, 2)}
    assert number_window(tree("a39"), meaning, values, Tolerance(rel=Fraction(1, 1000))).low > 0


@given(st.fractions(-5, 5, max_denominator=997), st.integers(0, 5))
def test_python_s_own_rounding_is_accepted(value, decimals):
    window = number_window(number(value), PLAIN, {}, Tolerance(decimals=decimals))
    assert judge_number(number(round(value, decimals)), window, PLAIN).equal is True
    assert judge_number(number(value + Fraction(6, 10 ** (decimals + 1))), window, PLAIN).equal is False


@pytest.mark.parametrize(("text", "plain"), [("-7/9", True), ("1.5*10^-3", True), ("1+1", False), ("sqrt(2)", False)])
def test_what_is_written_as_a_number(text, plain):
    assert is_plain_number(tree(text)) is plain
