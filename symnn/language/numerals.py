"""Numerals: the exact number that digits, a point and an exponent mean."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from symnn.expressions.tree import Number

if TYPE_CHECKING:
    from symnn.errors import Span

__all__ = ["exact_number"]


def exact_number(text: str, span: Span | None) -> Number:
    """Make the exact number of a numeral; a decimal keeps how it was written.

    >>> exact_number("0.50", None)
    Number(numerator=1, denominator=2, text='0.50', span=None)
    """
    if text.isdigit():
        return Number(int(text), 1, "", span)
    text = "0" + text if text[0] == "." else text
    value = Fraction(text)
    return Number(value.numerator, value.denominator, text, span)
