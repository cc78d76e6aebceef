"""Floors in one form: whole numbers taken out, ⌊−v⌋ written as −1 − ⌊v⌋, and numbers where they are known."""

from __future__ import annotations

from fractions import Fraction
from math import floor

from symnn.equality.balls import BallPoint, Unknown, is_real, precision
from symnn.equality.code import NotScalar
from symnn.equality.constants import TooLarge
from symnn.equality.meaning import Meaning
from symnn.equality.polynomials import Polynomials
from symnn.equality.ranges import range_of
from symnn.expressions.tree import Call, Negative, Number, Product, Sum, Tree, children, names, number, rebuilt, walk
from symnn.ops import named

__all__ = ["with_plain_floors"]

_BITS = 400


def with_plain_floors(tree: Tree, meaning: Meaning) -> Tree:
    """Write all floors of a tree in one form; both agree but for single points.

    >>> from symnn.expressions.tree import Name
    >>> from symnn.expressions.writing import plain
    >>> plain(with_plain_floors(Call("floor", (Sum((Name("x"), Number(3, 2))),)), Meaning()))
    '1 + floor(1/2*1 + x)'
    """
    tree = rebuilt(tree, tuple(with_plain_floors(part, meaning) for part in children(tree)))
    if not isinstance(tree, Call) or tree.function != named.FLOOR or named.FLOOR in meaning.functions:
        return tree
    terms = Polynomials({}).terms(tree.arguments[0])
    if terms is None:
        return tree
    outside: list[Tree] = []
    inside: list[tuple[Fraction, Tree]] = []
    for value, what in terms:
        if isinstance(what, Call) and what.function == named.FLOOR and value.denominator == 1:
            outside.append(_multiple(value, what))
        elif what == Number(1):
            outside.append(number(floor(value)))
            inside.append((value - floor(value), what))
        else:
            inside.append((value, what))
    outside.append(_floor([(value, what) for value, what in inside if value], meaning))
    return _total(outside)


def _floor(terms: list[tuple[Fraction, Tree]], meaning: Meaning) -> Tree:
    """Give the floor of a sum."""
    inner = _total([_multiple(value, what) for value, what in terms])
    if not names(inner):
        known = _known(inner)
        return Call(named.FLOOR, (inner,)) if known is None else number(known)
    moving = _moves(inner, meaning)
    reach = range_of(inner, meaning)
    if isinstance(reach.low, Fraction) and isinstance(reach.high, Fraction):
        low = floor(reach.low)
        if reach.high < low + 1 or (moving and reach.high == low + 1):
            return number(low)
    if moving and terms[-1][0] < 0:
        away = with_plain_floors(
            Call(named.FLOOR, (_total([_multiple(-value, what) for value, what in terms]),)), meaning
        )
        return Sum((Negative(Number(1)), Negative(away)))
    return Call(named.FLOOR, (inner,))


def _moves(tree: Tree, meaning: Meaning) -> bool:
    """Say whether a sum that is multiplied out is surely no constant anywhere: a polynomial of free quantities."""
    return not any(isinstance(node, Call) for node in walk(tree)) and meaning.equations.keys().isdisjoint(names(tree))


def _known(tree: Tree) -> int | None:
    """Give the floor of a number, None where a ball does not tell it."""
    with precision(_BITS):
        try:
            ball = BallPoint(Meaning(), {}).value(tree)
        except (Unknown, TooLarge, NotScalar):
            return None
        whole = ball.floor().unique_fmpz() if is_real(ball) else None
    return None if whole is None else int(whole)


def _multiple(times: Fraction, tree: Tree) -> Tree:
    return tree if times == 1 else Product((number(times), tree))


def _total(terms: list[Tree]) -> Tree:
    return terms[0] if len(terms) == 1 else Sum(tuple(terms)) if terms else Number(0)
