"""Sines and cosines of sums of arcsin, arccos and arctan, written without them.

With α = arctan u, exp(iα) = (1 + iu)/√(1 + u²); sums of arcs are products of such numbers, and half of an arc has a
cosine that is not negative. What two angles are shows in the cosine of their difference, if that is less than 2π.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import lcm
from typing import TypeGuard

from flint import arb

from symnn.equality.algebraic import vanishes
from symnn.equality.balls import BallPoint, Unknown, is_real, precision
from symnn.equality.constants import TooLarge
from symnn.equality.meaning import Meaning
from symnn.equality.polynomials import Polynomials
from symnn.equality.ranges import range_of
from symnn.equality.turns import NO_TURN, Turn
from symnn.expressions.tree import (
    Call,
    Constant,
    Name,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    Tree,
    children,
    names,
    number,
    rebuilt,
    walk,
)
from symnn.ops import named

__all__ = ["bounded_names", "difference_turned", "exact", "has_arcs", "less_than_a_turn", "without_arcs"]

_ARCS = frozenset({named.ASIN, named.ACOS, named.ATAN})
_CIRCULAR = frozenset({named.SIN, named.COS, named.TAN})
_MOST_TURNS = 8
_MOST_HALVES = 2
_LARGEST_TURN = 360
_SURE = Fraction(1, 10**40)
_BITS = 200
_ONE: Tree = Number(1)
_TWO: Tree = Number(2)
_ZERO: Tree = Number(0)
_HALF = Fraction(1, 2)
_FULL_TURN = Fraction(628, 100)
"""A little less than 2π."""


def has_arcs(tree: Tree) -> bool:
    """Say whether a tree has an inverse function of the circle."""
    return any(isinstance(node, Call) and node.function in _ARCS for node in walk(tree))


def bounded_names(tree: Tree) -> Iterator[str]:
    """List the names that stand alone under arcsin or arccos: they lie between −1 and 1 where these have values."""
    for node in walk(tree):
        match node:
            case Call(named.ASIN | named.ACOS, (Name(name),), 0):
                yield name


def without_arcs(tree: Tree, meaning: Meaning) -> Tree:
    """Write sines, cosines and tangents of sums of arcs without arcs.

    >>> from symnn.expressions.writing import plain
    >>> plain(without_arcs(Call("tan", (Call("atan", (Name("x"),)),)), Meaning()))
    'x/1'
    """
    tree = rebuilt(tree, tuple(without_arcs(part, meaning) for part in children(tree)))
    if not _is_call(tree, _CIRCULAR, meaning):
        return tree
    split = _split(tree.arguments[0], meaning)
    if split is None or any(times.denominator > _MOST_HALVES for times, _ in split[0]):
        return tree
    arcs, rest = split
    turn, length = _turned(arcs)
    if rest != _ZERO:
        turn = turn.times(Turn(Call(named.COS, (rest,)), Call(named.SIN, (rest,))))
    part = turn.named(tree.function)
    return part if tree.function == named.TAN or length == _ONE else Quotient(part, length)


def difference_turned(one: Tree, other: Tree, meaning: Meaning) -> tuple[Tree, Tree] | None:
    """Give a multiple of the difference of two angles and its cosine without arcs; None if there are no arcs in them.

    Where the cosine is 1 and the multiple less than 2π, the angles are equal.
    """
    split = _split(Sum((one, Negative(other))), meaning)
    if split is None:
        return None
    arcs, rest = split
    times = lcm(*(times.denominator for times, _ in arcs))
    angle = Product((Number(times), Sum((*(_multiple(count, arc) for count, arc in arcs), rest))))
    turn, length = _turned([(count * times, arc) for count, arc in arcs])
    if rest != _ZERO:
        more = Product((Number(times), rest))
        turn = turn.times(Turn(Call(named.COS, (more,)), Call(named.SIN, (more,))))
    return angle, Quotient(turn.real, length)


def less_than_a_turn(angle: Tree, meaning: Meaning) -> bool:
    """Say whether an angle provably lies between −2π and 2π, for all values of its quantities."""
    if names(angle):
        reach = range_of(angle, meaning)
        return reach.low > -_FULL_TURN and reach.high < _FULL_TURN
    with precision(_BITS):
        try:
            ball = BallPoint(meaning, {}).value(angle)
        except (Unknown, TooLarge):
            return False
        return is_real(ball) and bool(abs(ball) < arb(6))


def exact(tree: Tree, meaning: Meaning) -> Tree:
    """Write arcs of numbers as the fractions of π that they are.

    >>> from symnn.expressions.writing import plain
    >>> plain(exact(Call("atan", (Number(1),)), Meaning()))
    '1/4*pi'
    """
    tree = rebuilt(tree, tuple(exact(part, meaning) for part in children(tree)))
    if not _is_call(tree, _ARCS, meaning) or names(tree):
        return tree
    with precision(_BITS):
        try:
            ball = BallPoint(meaning, {}).value(tree)
        except (Unknown, TooLarge):
            return tree
        if not is_real(ball):
            return tree
        size, exponent = (ball / arb.pi()).mid().man_exp()
    near = Fraction(int(size)) * Fraction(2) ** int(exponent)
    turn = near.limit_denominator(_LARGEST_TURN)
    if abs(turn - near) > _SURE:
        return tree
    guess = Product((number(turn), Constant("pi")))
    turned = difference_turned(tree, guess, meaning)
    proved = turned is not None and vanishes(Sum((turned[1], Negative(_ONE))))
    return guess if proved else tree


def _is_call(tree: Tree, functions: frozenset[str], meaning: Meaning) -> TypeGuard[Call]:
    return (
        isinstance(tree, Call)
        and tree.function in functions
        and tree.function not in meaning.functions
        and not tree.order
        and len(tree.arguments) == 1
    )


def _split(angle: Tree, meaning: Meaning) -> tuple[list[tuple[Fraction, Call]], Tree] | None:
    """Split an angle into arcs, whole or half multiples, and the rest; None if there are none, or too many."""
    terms = Polynomials({}).terms(angle)
    if terms is None:
        return None
    arcs: list[tuple[Fraction, Call]] = []
    rest: list[Tree] = []
    for value, what in terms:
        if _is_call(what, _ARCS, meaning):
            arcs.append((value, what))
        else:
            rest.append(_multiple(value, what))
    if not arcs or sum(abs(value) for value, _ in arcs) > _MOST_TURNS:
        return None
    return arcs, Sum(tuple(rest)) if len(rest) > 1 else rest[0] if rest else _ZERO


def _turned(arcs: list[tuple[Fraction, Call]]) -> tuple[Turn, Tree]:
    """Give exp(i·angle) of a sum of arcs as a complex number and its length, which is positive."""
    turn = NO_TURN
    lengths: list[Tree] = []
    for value, arc in arcs:
        one, square = _of_arc(arc)
        if value.denominator != 1:
            one, square = _halved(one, square), _ONE
        turn = turn.times(one.raised(value.numerator))
        if square != _ONE:
            lengths.append(Power(square, number(abs(value) / 2)))
    return turn, Product(tuple(lengths)) if len(lengths) > 1 else lengths[0] if lengths else _ONE


def _of_arc(arc: Call) -> tuple[Turn, Tree]:
    """Give a complex number in the direction of an arc, and the square of its length."""
    inner = arc.arguments[0]
    square = _squared(inner)
    if arc.function == named.ATAN:
        return Turn(_ONE, inner), Sum((_ONE, square))
    side = Call(named.SQRT, (Sum((_ONE, Negative(square))),))
    return (Turn(side, inner) if arc.function == named.ASIN else Turn(inner, side)), _ONE


def _squared(tree: Tree) -> Tree:
    """Write the square of a tree, without a square of a square root."""
    match tree:
        case Call(named.SQRT, (inner,), 0):
            return inner
        case Product(factors):
            return Product(tuple(map(_squared, factors)))
        case Quotient(over, under):
            return Quotient(_squared(over), _squared(under))
    return Power(tree, _TWO)


def _halved(turn: Turn, square: Tree) -> Turn:
    """Give the number of length 1 in half the direction; the direction lies between −π and π."""
    length = Power(square, number(_HALF))
    cosine = Call(named.SQRT, (Quotient(Sum((_ONE, Quotient(turn.real, length))), _TWO),))
    return Turn(cosine, Quotient(turn.imaginary, Product((_TWO, length, cosine))))


def _multiple(times: Fraction, tree: Tree) -> Tree:
    return tree if times == 1 else Product((number(times), tree))
