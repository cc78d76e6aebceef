"""What is left to prove where two trees with nested roots, or with roots as coefficients, are to be equal."""

from __future__ import annotations

from fractions import Fraction
from typing import TypeGuard

from msgspec import Struct

from symnn.equality.algebraic import is_algebraic
from symnn.equality.constants import TooLarge, constant
from symnn.equality.monomials import Monomial, Polynomial
from symnn.equality.polynomials import Polynomials
from symnn.expressions.tree import Call, Negative, Number, Power, Product, Quotient, Sum, Tree, number, walk
from symnn.ops import named

__all__ = ["Isolated", "coefficients", "has_roots", "isolated"]

_HALF = Fraction(1, 2)
_NESTED = 2


class Isolated(Struct, frozen=True):
    """A root that stands alone: √``under`` = ``value``, true where the value is not negative and its square fits."""

    under: Tree
    value: Tree


def coefficients(difference: Tree) -> tuple[Tree, ...] | None:
    """List the algebraic numbers that must be 0 for a tree to be 0: what stands before each product of the rest.

    >>> from symnn.expressions.tree import Name
    >>> from symnn.expressions.writing import plain
    >>> x, root = Name("x"), Call("sqrt", (Number(2),))
    >>> [plain(one) for one in coefficients(Sum((Product((root, x)), Product((root, root)), Number(3))))]
    ['sqrt(2)', '3 + sqrt(2)^2']
    """
    polynomials = Polynomials({})
    over = _numerator(polynomials, difference)
    if over is None:
        return None
    known = [is_algebraic(atom) if isinstance(atom, Call | Power) else False for atom in polynomials.atoms]
    groups: dict[Monomial, list[Tree]] = {}
    for mono in sorted(over):
        numbers = tuple((place, power) for place, power in mono if known[place])
        rest = tuple((place, power) for place, power in mono if not known[place])
        groups.setdefault(rest, []).append(_term(polynomials, numbers, over[mono]))
    if not any(known):
        return None
    return tuple(_total(groups[rest]) for rest in sorted(groups, reverse=True))


def has_roots(tree: Tree) -> bool:
    """Say whether a tree has a square root."""
    return any(map(_is_root, walk(tree)))


def isolated(difference: Tree) -> Isolated | None:
    """Solve "this tree is 0" for the square root that has the most roots in it; None if there is no nested root."""
    polynomials = Polynomials({})
    over = _numerator(polynomials, difference)
    if over is None:
        return None
    roots = {place: atom for place, atom in enumerate(polynomials.atoms) if _is_root(atom)}
    place = max(roots, key=lambda place: (_depth(roots[place]), place), default=0)
    if _depth(roots.get(place)) < _NESTED:
        return None
    under = _square(roots[place])
    without: list[Tree] = []
    factors: list[Tree] = []
    for mono in sorted(over):
        power = dict(mono).get(place, Fraction(0))
        if power.denominator != 1:
            return None
        rest = tuple((other, exponent) for other, exponent in mono if other != place)
        even, odd = divmod(power.numerator, 2)
        term = _term(polynomials, rest, over[mono])
        (factors if odd else without).append(Product((Power(under, Number(even)), term)) if even else term)
    if not factors:
        return None
    return Isolated(under, Quotient(Negative(_total(without)), _total(factors)) if without else Number(0))


def _numerator(polynomials: Polynomials, tree: Tree) -> Polynomial | None:
    try:
        return polynomials.quotient(tree)[0]
    except (TooLarge, ZeroDivisionError, RecursionError):
        return None


def _is_root(atom: object) -> TypeGuard[Call | Power]:
    match atom:
        case Call(named.SQRT, _, 0):
            return True
        case Power(_, exponent):
            power = constant(exponent)
            return power is not None and abs(power) == _HALF
    return False


def _square(root: Call | Power) -> Tree:
    if isinstance(root, Call):
        return root.arguments[0]
    return root.base if constant(root.exponent) == _HALF else Power(root.base, Negative(Number(1)))


def _depth(tree: object) -> int:
    """Count how deeply roots are nested."""
    if not isinstance(tree, Call | Power):
        return 0
    inner = tree.base if isinstance(tree, Power) else tree.arguments[0]
    return 1 + max((_depth(node) for node in walk(inner) if _is_root(node)), default=0)


def _term(polynomials: Polynomials, mono: Monomial, value: Fraction) -> Tree:
    if not mono:
        return number(value)
    return polynomials.written(mono) if value == 1 else Product((number(value), polynomials.written(mono)))


def _total(terms: list[Tree]) -> Tree:
    return terms[0] if len(terms) == 1 else Sum(tuple(terms)) if terms else Number(0)
