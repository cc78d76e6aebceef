"""Exact values of trees made of numbers alone, with a bound on their size."""

from __future__ import annotations

from fractions import Fraction

from flint import fmpz

from symnn.expressions.tree import (
    Entrywise,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    Tree,
)

__all__ = ["LONGEST", "TooLarge", "constant"]

LONGEST = 10_000
"""The most bits a constant may have."""


class TooLarge(Exception):  # noqa: N818 - it is a bound on the work for an answer, not an error of the program
    """More work or a larger number than a verdict may cost."""


def constant(tree: Tree) -> Fraction | None:
    """Give the exact value of a tree of numbers, None where there is none (names, √2, division by zero).

    Raises `TooLarge` before a number passes 10⁴ bits.

    >>> constant(Quotient(Number(1), Power(Number(2), Negative(Number(3)))))
    Fraction(8, 1)
    >>> constant(Power(Number(27, 8), Number(2, 3)))
    Fraction(9, 4)
    """
    if type(tree) is Number:
        return Fraction(tree.numerator, tree.denominator)
    match tree:
        case Negative(operand):
            value = constant(operand)
            return None if value is None else -value
        case Sum(terms):
            return _folded(terms, multiply=False)
        case Product(factors) | Entrywise(factors):
            return _folded(factors, multiply=True)
        case Quotient(over, under):
            above, below = constant(over), constant(under)
            return None if above is None or not below else _bounded(above / below)
        case Power(base, exponent):
            return _power(constant(base), constant(exponent))
    return None


def _folded(parts: tuple[Tree, ...], *, multiply: bool) -> Fraction | None:
    result = Fraction(int(multiply))
    for part in parts:
        value = constant(part)
        if value is None:
            return None
        result = _bounded(result * value if multiply else result + value)
    return result


def _power(base: Fraction | None, exponent: Fraction | None) -> Fraction | None:
    if base is None or exponent is None or (not base and exponent < 0):
        return None
    if exponent.denominator != 1:
        base = _root(base, exponent.denominator)
        if base is None:
            return None
    size = max(base.numerator.bit_length(), base.denominator.bit_length()) - (abs(base.numerator) == 1)
    if size * abs(exponent.numerator) > LONGEST and abs(base) != 1:
        raise TooLarge
    return base**exponent.numerator


def _root(base: Fraction, degree: int) -> Fraction | None:
    """Give the root of a number that is not negative, None if it is no fraction."""
    if base < 0 or degree > LONGEST:
        return None
    over, under = (int(fmpz(part).root(degree)) for part in (base.numerator, base.denominator))
    return Fraction(over, under) if base == Fraction(over**degree, under**degree) else None


def _bounded(value: Fraction) -> Fraction:
    if max(value.numerator.bit_length(), value.denominator.bit_length()) > LONGEST:
        raise TooLarge
    return value
