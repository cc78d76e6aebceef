"""Sines and cosines written as fractions: with t = tan(v/2), cos v = (1 − t²)/(1 + t²) and sin v = 2t/(1 + t²).

So what stands under a root and in a sine may be compared in one field. The t of an angle is a quantity like any
other; what holds for all of them holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import atan, ceil, floor, lcm, pi, tan
from types import MappingProxyType
from typing import TypeGuard

from msgspec import Struct

from symnn.equality.meaning import Domain, Interval, Meaning
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
    number,
    rebuilt,
    walk,
)
from symnn.ops import named

__all__ = ["Straight", "straightened"]

_MOST_TURNS = 8
_MOST_ANGLES = 6
_GRAIN = 1 << 20
_STEEP = 1000.0
_CIRCULAR = frozenset({named.SIN, named.COS, named.TAN})
_ONE: Tree = Number(1)
_TWO: Tree = Number(2)


def _root_half(value: int) -> Tree:
    return Quotient(Call(named.SQRT, (Number(value),)), _TWO)


_COSINES: Mapping[Fraction, Tree] = MappingProxyType(
    {
        Fraction(0): _ONE,
        Fraction(1, 6): _root_half(3),
        Fraction(1, 4): _root_half(2),
        Fraction(1, 3): Quotient(_ONE, _TWO),
        Fraction(1, 2): Number(0),
    }
)


class Straight(Struct, frozen=True):
    """Two trees without sines and cosines, and where their new quantities live."""

    trees: tuple[Tree, Tree]
    domains: Mapping[str, Domain]


def straightened(one: Tree, other: Tree, meaning: Meaning) -> Straight | None:
    """Write two trees without sines and cosines; None if there are none, or too much would have to be written."""
    angles = [node.arguments[0] for tree in (one, other) for node in walk(tree) if _is_circular(node, meaning)]
    straightener = _Straightener(meaning)
    if not angles or not straightener.learn(angles):
        return None
    left, right = (straightener.of(tree) for tree in (one, other))
    return Straight((left, right), straightener.domains)


def _is_circular(node: Tree, meaning: Meaning) -> TypeGuard[Call]:
    return (
        isinstance(node, Call)
        and node.function in _CIRCULAR
        and node.function not in meaning.functions
        and not node.order
        and len(node.arguments) == 1
    )


class _Straightener:
    """Knows the parts that angles are made of, and the turn of each."""

    def __init__(self, meaning: Meaning) -> None:
        self.meaning = meaning
        self.polynomials = Polynomials({})
        self.shares: dict[Tree, int] = {}
        self.names: dict[Tree, str] = {}
        self.domains: dict[str, Domain] = {}

    def learn(self, angles: list[Tree]) -> bool:
        """Find the parts of all angles, and into how many shares each must be cut."""
        for angle in angles:
            terms = self.polynomials.terms(angle)
            if terms is None:
                return False
            for times, part in terms:
                if part != Constant("pi"):
                    self.shares[part] = lcm(self.shares.get(part, 1), times.denominator)
        for part, shares in self.shares.items():
            name = self.names[part] = f" turn {len(self.names)}"
            self.domains[name] = self._domain(Quotient(part, Number(2 * shares)))
        return len(self.shares) <= _MOST_ANGLES and all(self._turns(angle) <= _MOST_TURNS for angle in angles)

    def _turns(self, angle: Tree) -> Fraction:
        terms = self.polynomials.terms(angle) or ()
        return sum((abs(times * self.shares[part]) for times, part in terms if part in self.shares), Fraction(0))

    def _domain(self, half: Tree) -> Domain:
        """Say where the tangent of an angle lives."""
        reach = range_of(half, self.meaning)
        low, high = float(reach.low), float(reach.high)
        if not -pi / 2 < low <= high < pi / 2 or max(-low, high) > atan(_STEEP):
            return "real"
        left = floor(tan(low) * _GRAIN) - 1 if low else 0
        right = ceil(tan(high) * _GRAIN) + 1 if high else 0
        return Interval(Fraction(left, _GRAIN), Fraction(right, _GRAIN))

    def of(self, tree: Tree) -> Tree:
        tree = rebuilt(tree, tuple(self.of(part) for part in children(tree)))
        if not _is_circular(tree, self.meaning):
            return tree
        turn, fixed = NO_TURN, Fraction(0)
        for times, part in self.polynomials.terms(tree.arguments[0]) or ():
            if part == Constant("pi"):
                fixed += times
            elif part not in self.names:
                return tree
            else:
                turn = turn.times(self._turn(part).raised(int(times * self.shares[part])))
        return (turn.times(_fixed(fixed)) if fixed else turn).named(tree.function)

    def _turn(self, part: Tree) -> Turn:
        tangent = Name(self.names[part])
        square = Power(tangent, _TWO)
        length = Sum((_ONE, square))
        return Turn(Quotient(Sum((_ONE, Negative(square))), length), Quotient(Product((_TWO, tangent)), length))


def _fixed(turn: Fraction) -> Turn:
    """Give the turn by a fraction of π."""
    return Turn(_cosine(turn), _cosine(Fraction(1, 2) - turn))


def _cosine(turn: Fraction) -> Tree:
    turn = abs((turn + 1) % 2 - 1)
    if turn in _COSINES:
        return _COSINES[turn]
    if 1 - turn in _COSINES:
        return Negative(_COSINES[1 - turn])
    return Call(named.COS, (Product((number(turn), Constant("pi"))),))
