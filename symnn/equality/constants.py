"""Roots and logarithms of numbers taken apart, and the trees that are written of the pieces."""

from __future__ import annotations

from fractions import Fraction

from symnn.expressions.literals import LONGEST, TooLarge
from symnn.expressions.terms import ONE
from symnn.expressions.tree import Call, Negative, Number, Power, Product, Sum, Tree, number
from symnn.ops import named

__all__ = [
    "log_of_number",
    "log_of_rest",
    "multiple",
    "opposite",
    "points_back",
    "powered",
    "root_of_number",
]

_SMALL_PRIME = 1000
"""Larger prime factors of numbers stay together."""


def points_back(angle: Tree) -> bool:
    """Say whether the first term of an angle has a minus sign."""
    first = angle.terms[0] if isinstance(angle, Sum) else angle
    first = first.factors[0] if isinstance(first, Product) else first
    return isinstance(first, Negative) or (isinstance(first, Number) and first.numerator < 0)


def opposite(tree: Tree) -> Tree:
    """Write −u; of a sum, term by term."""
    return Sum(tuple(map(Negative, tree.terms))) if isinstance(tree, Sum) else Negative(tree)


def multiple(times: Fraction | int, tree: Tree) -> Tree:
    """Write a multiple of a tree."""
    return tree if times == 1 else Product((number(times), tree))


def powered(base: Tree, power: Fraction) -> Tree:
    """Write a power of a tree."""
    return base if power == 1 else Power(base, number(power))


def root_of_number(value: Fraction, power: Fraction) -> tuple[Tree, ...]:
    """Write a root of a number with what can be taken out of it: √(1/2) is 1/2 √2. Raises TooLarge."""
    degree, times = power.denominator, power.numerator
    if value < 0 and degree % 2 == 0:
        return (Power(number(value), number(power)),)
    if abs(times) * degree * max(value.numerator.bit_length(), value.denominator.bit_length()) > LONGEST:
        raise TooLarge
    side = -1 if value < 0 and times % 2 else 1
    raised = abs(value) ** times
    inside, outside = raised.numerator * raised.denominator ** (degree - 1), Fraction(side, raised.denominator)
    for divisor in range(2, _SMALL_PRIME):
        if divisor**degree > inside:
            break
        while inside % divisor**degree == 0:
            inside, outside = inside // divisor**degree, outside * divisor
    kept = () if inside == 1 else (Power(Number(inside), Number(1, degree)),)
    return (number(outside), *kept)


def log_of_number(value: Fraction) -> list[Tree]:
    """Split the logarithm of a number into those of its small prime factors and of what is left."""
    terms: list[Tree] = []
    for part, side in ((value.numerator, 1), (value.denominator, -1)):
        left, divisor = part, 2
        while divisor * divisor <= left and divisor < _SMALL_PRIME:
            times = 0
            while left % divisor == 0:
                left //= divisor
                times += 1
            if times:
                terms.append(multiple(side * times, Call(named.LOG, (Number(divisor),))))
            divisor += 1
        if left > 1:
            terms.append(multiple(side, Call(named.LOG, (Number(left),))))
    return terms


def log_of_rest(rest: list[tuple[Tree, int]], *, negative: bool) -> list[Tree]:
    """Give the logarithm of what has no known sign, in one piece."""
    if not rest:
        return [Call(named.LOG, (Negative(ONE),))] if negative else []
    if len(rest) == 1 and not negative:
        return [multiple(rest[0][1], Call(named.LOG, (rest[0][0],)))]
    factors = tuple(powered(factor, Fraction(times)) for factor, times in rest)
    product: Tree = factors[0] if len(factors) == 1 else Product(factors)
    return [Call(named.LOG, (Negative(product) if negative else product,))]
