"""Numbers as documents show them: four digits, and whether that is all of the number; digits as trees."""

from __future__ import annotations

import math
from fractions import Fraction

from symnn.expressions.tree import Matrix, Name, Negative, Number, Tree
from symnn.notation.items import Value

__all__ = ["number_from_digits", "shown", "tree_of"]

DIGITS = 4

ROUNDING = 1e-12
"""Numbers that are this close are the same but for the rounding of floats: 0.1 + 0.2 is 0.3."""


def tree_of(value: Value) -> Tree:
    """Write a value as a tree: a number, or the matrix of a tensor's."""
    if value.table:
        vector = len(value.table[0]) == 1
        return Matrix(tuple(tuple(number_from_digits(cell) for cell in row) for row in value.table), vector=vector)
    return number_from_digits(value.digits)


def number_from_digits(digits: str) -> Tree:
    """Make the number that digits write; what is no number stays as it is written."""
    try:
        exact = Fraction(digits)
    except ValueError:
        return Name(digits)
    plain = Number(abs(exact).numerator, exact.denominator, digits.removeprefix("-"))
    return Negative(plain) if digits.startswith("-") else plain


def shown(number: float, significant: int = DIGITS) -> Value:
    """Show a number with four significant digits, or as many as there is room for.

    >>> shown(0.25), shown(1 / 3).digits, shown(1 / 3).exact, shown(-0.0).digits
    (Value(digits='0.25', exact=True, table=()), '0.3333', False, '0')
    """
    digits = format(number + 0.0, f".{significant}g")
    return Value(digits, math.isclose(float(digits), number, rel_tol=ROUNDING))
