"""Digits: rounded as in school, cut as in the deck, never read off a float."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_UP, Context, Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symnn.numeric.formatting import Digits, agreed_digits, decimal, fraction, significant, written


@pytest.mark.parametrize(
    ("value", "places", "rounded", "cut"),
    [
        ("7/9", 2, "0.78", "0.77"),
        ("-1/9", 2, "-0.11", "-0.11"),
        ("5/9", 2, "0.56", "0.55"),
        ("1/8", 2, "0.13", "0.12"),
        ("-1/8", 2, "-0.13", "-0.12"),
        ("-1/1000", 2, "0.00", "0.00"),
        ("999/1000", 2, "1.00", "0.99"),
        ("3/2", 0, "2", "1"),
        ("-7", 0, "-7", "-7"),
        ("12", 1, "12.0", "12.0"),
    ],
)
def test_decimals(value, places, rounded, cut):
    assert decimal(Fraction(value), places) == rounded
    assert decimal(Fraction(value), places, cut=True) == cut


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        ("2/3", 3, "0.667"),
        ("1234567", 3, "1.23e6"),
        ("123456", 3, "123000"),
        ("1/20000", 3, "0.0000500"),
        ("1/200000", 3, "5.00e-6"),
        ("1/2000000", 3, "5.00e-7"),
        ("9999/10000", 3, "1.00"),
        ("-99999999", 2, "-1.0e8"),
        ("0", 5, "0"),
        ("5", 1, "5"),
    ],
)
def test_significant_digits(value, digits, text):
    assert significant(Fraction(value), digits) == text


@given(st.decimals(-(10**6), 10**6, places=9), st.integers(0, 8))
def test_decimals_are_those_of_the_decimal_module(number, places):
    unit = Decimal(1).scaleb(-places)
    for cut, mode in ((False, ROUND_HALF_UP), (True, ROUND_DOWN)):
        expected = number.quantize(unit, mode)
        assert decimal(Fraction(number), places, cut=cut) == f"{abs(expected) if expected == 0 else expected:f}"


@given(st.fractions(max_denominator=10**6).filter(bool), st.integers(1, 12))
def test_significant_digits_are_those_of_the_decimal_module(number, digits):
    context = Context(prec=digits, rounding=ROUND_HALF_UP)
    with localcontext(Context(prec=60)):
        wide = Decimal(number.numerator) / Decimal(number.denominator)
    assert Decimal(significant(number, digits)) == context.plus(wide)


def test_what_two_ends_do_not_settle_is_not_written():
    digits = Digits("decimals", 2)
    assert agreed_digits(Fraction("0.121"), Fraction("0.124"), digits) == "0.12"
    assert agreed_digits(Fraction("0.124"), Fraction("0.126"), digits) is None


def test_numbers_of_any_length():
    """Python itself refuses to write whole numbers of more than 4300 digits."""
    huge = Fraction(10**5000)
    assert decimal(huge, 1) == "1" + "0" * 5000 + ".0"
    assert significant(huge, 3) == "1.00e5000"
    assert significant(1 / huge, 3) == "1.00e-5000"
    assert fraction(1 / huge) == "1/1" + "0" * 5000
    assert written(huge, Digits("significant", 2, cut=True)) == "1.0e5000"
