"""When a number made of roots and of sines and cosines of fractions of π is exactly 0.

Such a number is U/L with algebraic integers U and L. All conjugates of U together give a whole number; if U is not
0, its size is at least 1, so U itself cannot be smaller than one over the product of bounds of the others. A ball
of enough bits below that bound is therefore a proof (the bound of Burnikel, Fleischer, Mehlhorn and Schirra, 2000).
"""

from __future__ import annotations

from fractions import Fraction
from math import lcm, log2

from flint import acb, arb, fmpz
from msgspec import Struct

from symnn.equality.balls import BallPoint, Unknown, precision
from symnn.equality.constants import TooLarge, constant
from symnn.equality.meaning import Meaning
from symnn.equality.polynomials import Polynomials
from symnn.equality.work import spend
from symnn.expressions.tree import (
    Call,
    Constant,
    Entrywise,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    Tree,
    bare,
    children,
)
from symnn.ops import named

__all__ = ["is_algebraic", "turn_of", "vanishes"]

_MOST_BITS = 40_000
_WIDE = 256


class _Size(Struct, frozen=True):
    """Logarithms to base 2 of bounds of all conjugates of U and L, for a number U/L."""

    over: float
    under: float


class _NotAlgebraicError(Exception):
    """The tree holds something else."""


def vanishes(tree: Tree) -> bool:
    """Say whether a tree without quantities is proved to be exactly 0.

    >>> def root(inner):
    ...     return Call("sqrt", (inner,))
    >>> nested = root(Sum((Number(3), Product((Number(2), root(Number(2)))))))
    >>> vanishes(Sum((nested, Negative(Sum((Number(1), root(Number(2))))))))
    True
    """
    sizes = _Sizes()
    try:
        size = sizes.of(tree)
        bits = (sizes.degree - 1) * max(size.over, 0.0) + max(size.under, 0.0) + 2
        if not bits < _MOST_BITS:
            return False
        spend(int(bits) // _WIDE * 20 + 20)
        with precision(int(bits) + 64):
            ball = BallPoint(Meaning(), {}).value(tree)
            return bool(abs(acb(ball)) < arb(2) ** -int(bits + 1))
    except (_NotAlgebraicError, TooLarge, Unknown, RecursionError, OverflowError):
        return False


def is_algebraic(tree: Tree) -> bool:
    """Say whether a tree is a number made of roots and of sines and cosines of fractions of π.

    >>> is_algebraic(Call("cos", (Quotient(Constant("pi"), Number(7)),))), is_algebraic(Constant("pi"))
    (True, False)
    """
    try:
        _Sizes().of(tree)
    except (_NotAlgebraicError, TooLarge, RecursionError, OverflowError):
        return False
    return True


def turn_of(angle: Tree) -> Fraction | None:
    """Give r where an angle is rπ, None if it is anything else."""
    terms = Polynomials({}).terms(angle)
    if terms is None or len(terms) > 1 or (terms and not _is_pi(terms[0][1])):
        return None
    return terms[0][0] if terms else Fraction(0)


def _is_pi(tree: Tree) -> bool:
    return isinstance(tree, Constant) and tree.name == "pi"


class _Sizes:
    """Bounds of the parts of a tree, and the degree of the field in which they lie."""

    def __init__(self) -> None:
        self.roots: dict[tuple[Tree, int], int] = {}
        self.circle = 1

    @property
    def degree(self) -> int:
        """The degree of all roots and of the roots of unity together, at most."""
        result = int(fmpz(self.circle).euler_phi())
        for degree in self.roots.values():
            result *= degree
        return result

    def of(self, tree: Tree) -> _Size:
        match tree:
            case Number(numerator, denominator):
                return _Size(_log(numerator), _log(denominator))
            case Negative(operand):
                return self.of(operand)
            case Sum(terms):
                return self._sum([self.of(term) for term in terms])
            case Product(factors) | Entrywise(factors):
                sizes = [self.of(factor) for factor in factors]
                return _Size(sum(size.over for size in sizes), sum(size.under for size in sizes))
            case Quotient(over, under):
                above, below = self.of(over), self.of(under)
                return _Size(above.over + below.under, above.under + below.over)
            case Power(base, exponent) if (power := constant(exponent)) is not None:
                return self._power(base, power)
            case Call(named.SQRT, (inner,), 0):
                return self._power(inner, Fraction(1, 2))
            case Call(named.SIN | named.COS, (angle,), 0) if (turn := turn_of(angle)) is not None:
                self.circle = lcm(self.circle, 4, 2 * turn.denominator)
                return _Size(1.0, 1.0)
            case Call(named.TAN, (angle,), 0):
                return self.of(Quotient(Call(named.SIN, (angle,)), Call(named.COS, (angle,))))
        raise _NotAlgebraicError

    @staticmethod
    def _sum(sizes: list[_Size]) -> _Size:
        under = sum(size.under for size in sizes)
        over = max(size.over + under - size.under for size in sizes)
        return _Size(over + log2(len(sizes)) + 1e-6, under)

    def _power(self, base: Tree, power: Fraction) -> _Size:
        inner = self.of(base)
        if power < 0:
            inner, power = _Size(inner.under, inner.over), -power
        if power.denominator > 1:
            radicals = 1 if _is_whole(base) else 2
            self.roots[bare(base), power.denominator] = power.denominator**radicals
        return _Size(inner.over * float(power), inner.under * float(power))


def _is_whole(tree: Tree) -> bool:
    """Say whether a tree is written without any division: then L is 1."""
    match tree:
        case Number(_, denominator):
            return denominator == 1
        case Power(_, exponent) if not (power := constant(exponent)) or power < 0:
            return False
        case Negative() | Sum() | Product() | Power() | Call(named.SQRT, _, 0):
            return all(map(_is_whole, children(tree) if not isinstance(tree, Power) else (tree.base,)))
    return False


def _log(number: int) -> float:
    """Give the logarithm to base 2 of a whole number, rounded up; 0 counts as 1."""
    return log2(abs(number)) * (1 + 1e-12) if abs(number) > 1 else 0.0
