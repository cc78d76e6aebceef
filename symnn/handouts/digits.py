"""Digits as trees: the numbers and tables of a page, laid out as mathematics."""

from __future__ import annotations

from fractions import Fraction

from symnn.expressions.tree import Matrix, Name, Negative, Number, Tree
from symnn.notation.items import Value

__all__ = ["number_of", "tree_of"]


def tree_of(value: Value) -> Tree:
    """Write a value as a tree: a number, or the matrix of a tensor's."""
    if value.table:
        vector = len(value.table[0]) == 1
        return Matrix(tuple(tuple(number_of(cell) for cell in row) for row in value.table), vector=vector)
    return number_of(value.digits)


def number_of(digits: str) -> Tree:
    """Make the number that digits write; what is no number stays as it is written."""
    try:
        exact = Fraction(digits)
    except ValueError:
        return Name(digits)
    plain = Number(abs(exact).numerator, exact.denominator, digits.removeprefix("-"))
    return Negative(plain) if digits.startswith("-") else plain
