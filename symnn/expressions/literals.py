"""The exact number that a tree of literal numbers is, within bounds."""

from __future__ import annotations

from fractions import Fraction

from symnn.expressions.tree import Entrywise, Number, Power, Product, Quotient, Sum, Tree
from symnn.expressions.valuation import Valuation

__all__ = ["LONGEST", "TooLarge", "constant"]

LONGEST = 10_000
"""The most bits a constant may have."""


class TooLarge(Exception):  # noqa: N818 - it is a bound on the work for an answer, not an error of the program
    """More work or a larger number than a verdict may cost."""


def constant(tree: Tree) -> Fraction | None:
    """Give the exact value of a tree of numbers, None where there is none (names, √2, division by zero).

    Raises `TooLarge` before a number passes 10⁴ bits.

    >>> from symnn.expressions.tree import Negative
    >>> constant(Quotient(Number(1), Power(Number(2), Negative(Number(3)))))
    Fraction(8, 1)
    >>> constant(Power(Number(27, 8), Number(2, 3)))
    Fraction(9, 4)
    """
    if type(tree) is Number:
        return Fraction(tree.numerator, tree.denominator)
    try:
        return _CONSTANTS.of(tree)
    except _NotConstant:
        return None


class _NotConstant(Exception):  # noqa: N818 - it says that there is no such number
    """A tree is no rational number."""


class _Constants(Valuation[Fraction]):
    """Values of trees of numbers."""

    __slots__ = ()

    def _other(self, _: Tree) -> Fraction:
        raise _NotConstant

    def _number(self, tree: Number) -> Fraction:
        return Fraction(tree.numerator, tree.denominator)

    def _sum(self, tree: Sum) -> Fraction:
        total = Fraction(0)
        for term in tree.terms:
            total = _bounded(total + self.of(term))
        return total

    def _product(self, tree: Product | Entrywise) -> Fraction:
        total = Fraction(1)
        for factor in tree.factors:
            total = _bounded(total * self.of(factor))
        return total

    def _quotient(self, tree: Quotient) -> Fraction:
        over, under = self.of(tree.over), self.of(tree.under)
        if not under:
            raise _NotConstant
        return _bounded(over / under)

    def _power(self, tree: Power) -> Fraction:
        base, exponent = self.of(tree.base), self.of(tree.exponent)
        if not base and exponent < 0:
            raise _NotConstant
        if exponent.denominator != 1:
            base = _root(base, exponent.denominator)
        size = max(base.numerator.bit_length(), base.denominator.bit_length()) - (abs(base.numerator) == 1)
        if size * abs(exponent.numerator) > LONGEST and abs(base) != 1:
            raise TooLarge
        return base**exponent.numerator


_CONSTANTS = _Constants()


def _root(base: Fraction, degree: int) -> Fraction:
    """Give the root of a number that is not negative, if it is a fraction."""
    from flint import fmpz

    if base < 0 or degree > LONGEST:
        raise _NotConstant
    over, under = (int(fmpz(part).root(degree)) for part in (base.numerator, base.denominator))
    if base != Fraction(over**degree, under**degree):
        raise _NotConstant
    return Fraction(over, under)


def _bounded(value: Fraction) -> Fraction:
    if max(value.numerator.bit_length(), value.denominator.bit_length()) > LONGEST:
        raise TooLarge
    return value
