"""Points on both sides of kinks: where the argument of a | |, max, sign or floor changes its sign."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import pairwise

from symnn.equality.balls import BallPoint, Unknown, is_real
from symnn.equality.constants import TooLarge
from symnn.equality.meaning import Domain, Interval, Meaning, reached
from symnn.equality.work import spend
from symnn.expressions.tree import Call, Negative, Product, Quotient, Tree, names, substitute, walk
from symnn.ops.table import OF_NUMBERS

__all__ = ["arguments", "bends", "inside"]

_MOST_KINKS = 12
_MOST_NAMES = 8
_MOST_NODES = 2_000
_DEEPEST = 3
_STEPS = 6
_NICE = 10**6
_FINE = 10**40
"""The largest denominators of points that a person may see, and of crossings."""
_LARGE = 2_000
"""Binary exponents beyond this are of no use."""


def arguments(trees: tuple[Tree, ...], meaning: Meaning) -> tuple[Tree, ...]:
    """List what stands under the kinks of some trees and of the equations they reach, each once."""
    return tuple(_Kinks(meaning).of(trees))


class _Kinks:
    """Collects what changes its sign where a function has a kink, counting its work."""

    def __init__(self, meaning: Meaning) -> None:
        self.meaning = meaning
        self.found: dict[Tree, None] = {}
        self.nodes = 0

    def of(self, trees: tuple[Tree, ...]) -> dict[Tree, None]:
        equations = self.meaning.equations
        for tree in trees:
            used = reached(names(tree), equations)
            for part in (tree, *(equations[name] for name in used if name in equations)):
                self.collect(part, 0)
        return self.found

    def collect(self, tree: Tree, deep: int) -> None:
        for node in walk(tree):
            self.nodes += 1
            if self.nodes > _MOST_NODES or len(self.found) >= _MOST_KINKS:
                return
            if isinstance(node, Call) and not node.order:
                self.found.update(dict.fromkeys(_kinks_of(node, self.meaning)))
                body = _body(node, self.meaning) if deep < _DEEPEST else None
                if body is not None:
                    self.collect(body, deep + 1)


def _kinks_of(node: Call, meaning: Meaning) -> Iterator[Tree]:
    if node.function in meaning.functions:
        return
    operation = OF_NUMBERS.get(node.function)
    for kink in operation.kinks(*node.arguments) if operation is not None else ():
        yield from _factors(kink)


def _body(node: Call, meaning: Meaning) -> Tree | None:
    """Write a function through its formula: a declared one, or one made of others that may have kinks."""
    known = OF_NUMBERS.get(node.function)
    if node.function not in meaning.functions and (known is None or known.has_kinks):
        return None
    formula = meaning.formula(node)
    if formula is None or len(formula.parameters) != len(node.arguments):
        return None
    return substitute(formula.body, dict(zip(formula.parameters, node.arguments, strict=True)))


def _factors(tree: Tree) -> Iterator[Tree]:
    match tree:
        case Negative(operand):
            yield from _factors(operand)
        case Product(parts):
            for part in parts:
                yield from _factors(part)
        case Quotient(over, under):
            yield from _factors(over)
            yield from _factors(under)
        case _:
            yield tree


def bends(
    trees: tuple[Tree, ...], meaning: Meaning, starts: list[dict[str, Fraction]]
) -> Iterator[Mapping[str, Fraction]]:
    """Give points near the kinks, on both sides: one quantity at a time is moved across; then points between kinks."""
    lines: dict[tuple[int, str], set[Fraction]] = {}
    for kink in arguments(trees, meaning):
        movable = [name for name in reached(names(kink), meaning.equations) if name not in meaning.equations]
        for place, start in enumerate(starts):
            for name in movable[:_MOST_NAMES]:
                crossing = _crossing(kink, name, start, meaning)
                if crossing is not None:
                    lines.setdefault((place, name), set()).add(crossing)
                    yield from (start | {name: moved} for moved in _around(crossing) if inside(meaning, name, moved))
    for (place, name), crossings in lines.items():
        for moved in _between(crossings, meaning.domain(name)):
            yield starts[place] | {name: moved}


def _crossing(kink: Tree, name: str, start: dict[str, Fraction], meaning: Meaning) -> Fraction | None:
    """Give a zero of a kink's argument along one quantity, by the secant method; None if there is none to be seen."""
    left, right = start[name], start[name] + 1
    at_left, at_right = (_value(kink, start | {name: place}, meaning) for place in (left, right))
    for step in range(_STEPS):
        if at_left is None or at_right is None or (at_left == at_right and not step):
            return None
        if not at_right or at_left == at_right:
            break
        crossing = right - at_right * (right - left) / (at_right - at_left)
        left, at_left = right, at_right
        right = crossing.limit_denominator(_FINE)
        at_right = _value(kink, start | {name: right}, meaning)
        if at_right is not None and abs(at_right) > 2 * abs(at_left):
            break
    return right


def _around(crossing: Fraction) -> tuple[Fraction, Fraction]:
    """Give two numbers that are pleasant to look at, well below and well above a crossing."""
    reach = max(abs(crossing) / 4, Fraction(1, 4)).limit_denominator(_NICE)
    near = crossing.limit_denominator(_NICE)
    return near - reach, near + reach


def _between(crossings: set[Fraction], domain: Domain) -> Iterator[Fraction]:
    """Give numbers between neighbouring crossings, and between a crossing and the end of the domain."""
    ends: tuple[Fraction | None, ...] = (Fraction(0),) if domain == "positive" else ()
    if isinstance(domain, Interval):
        ends = (domain.low, domain.high)
    low, high = (ends[0] if ends else None), (ends[1] if len(ends) > 1 else None)
    inner = {one for one in crossings if (low is None or low < one) and (high is None or one < high)}
    places = sorted(inner.union(end for end in ends if end is not None)) if inner else []
    for left, right in pairwise(places):
        yield (left + right) / 2


def _value(tree: Tree, values: dict[str, Fraction], meaning: Meaning) -> Fraction | None:
    try:
        spend(len(values))
        point = BallPoint(meaning, values)
        try:
            ball = point.value(tree)
        finally:
            spend(point.steps)
    except (Unknown, TooLarge, RecursionError):
        return None
    if not is_real(ball):
        return None
    size, exponent = ball.mid().man_exp()
    return Fraction(int(size)) * Fraction(2) ** int(exponent) if abs(exponent) < _LARGE else None


def inside(meaning: Meaning, name: str, value: Fraction) -> bool:
    """Say whether a value of a quantity is inside its domain."""
    match meaning.domain(name):
        case "positive":
            return value > 0
        case Interval(low, high):
            return (low is None or low < value) and (high is None or value < high)
    return True
