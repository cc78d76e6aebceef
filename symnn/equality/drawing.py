"""The points of rungs 2 and 3: a quantity's values depend on its name and its domain alone, pleasant ones first.

They are the same for everybody and have nothing to do with the points of rung 1. Beside those
drawn there are some on both sides of each kink: where the argument of a | |, max, sign or floor changes its sign.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import lru_cache
from hashlib import shake_256
from itertools import pairwise
from typing import Any

from flint import acb, arb

from symnn.equality.enclosing import BallPoint, Unknown, is_real
from symnn.equality.meaning import Domain, Interval, Meaning, names_reached
from symnn.equality.work import spend
from symnn.expressions.literals import TooLarge
from symnn.expressions.tree import Call, Negative, Product, Quotient, Tree, names, substitute, walk
from symnn.numeric.balls import precision
from symnn.ops.table import OF_NUMBERS

__all__ = ["FINEST", "NICE", "PLAIN", "arguments", "bends", "domain_points", "first_of", "inside", "point_beside"]

NICE = 12
"""Points with one decimal about 1: what a person likes to see."""

_SCALES = (Fraction(1), Fraction(1, 10), Fraction(10), Fraction(2000))
_EACH = 5
PLAIN = NICE + len(_SCALES) * _EACH
"""So many points come before those beside the kinks."""

FINEST = 4400
"""The most bits with which points are looked at."""


def _stream(label: str) -> Iterator[int]:
    """Give numbers from 1 to 20 without end, the same for the same label."""
    block = 0
    while True:
        for byte in shake_256(f"witness {label} {block}".encode()).digest(64):
            if byte < 240:  # noqa: PLR2004 - 240 is the largest multiple of 20 in a byte
                yield byte % 20 + 1
        block += 1


def domain_points(free: tuple[str, ...], meaning: Meaning) -> Iterator[Mapping[str, Any]]:
    """Give points of the domain, a quantity's values depending on its name and its domain alone."""
    if not free:
        return iter(({},))
    rows = zip(*(_values_of(name, meaning.domain(name)) for name in free), strict=True)
    return (dict(zip(free, row, strict=True)) for row in rows)


def first_of(name: str, domain: Domain, place: int = 0) -> Fraction:
    """Draw a quantity's value at the first point, a real one, or at another point that is the same for everybody."""
    label = f"{name} at {place}" if place else name
    value: Fraction = _drawn(_stream(label), _SCALES[0], domain, turned=False)
    return value


def point_beside(values: Mapping[str, Any], meaning: Meaning) -> Mapping[str, Any] | None:
    """Give a point a little beside another; None where that leaves the domain."""
    nearby: dict[str, Any] = {}
    for name, value in values.items():
        shift = _shift(name)
        if meaning.domain(name) == "complex":
            exact = arb(value.numerator) / value.denominator if isinstance(value, Fraction) else value
            nearby[name] = acb(exact) + acb(1, 1) * arb(shift.numerator) / shift.denominator
        else:
            nearby[name] = value + shift
            if not inside(meaning, name, nearby[name]):
                return None
    return nearby


def _shift(name: str) -> Fraction:
    """Draw a small number that has nothing to do with those of other names."""
    stream = _stream(f"{name} beside")
    return Fraction(sum(next(stream) * 20**place for place in range(6)), 10**16 + 61)


@lru_cache(maxsize=1024)
def _values_of(name: str, domain: Domain) -> tuple[Any, ...]:
    """Draw a quantity's values at four magnitudes, the ones pleasant to look at first."""
    stream = _stream(name)
    values: list[Any] = []
    with precision(FINEST):
        for scale in _SCALES:
            turns = [scale != 1 or count >= NICE // 2 for count in range(NICE if scale == 1 else _EACH)]
            values += [_drawn(stream, scale, domain, turned=turned) for turned in turns]
        values += [_drawn(stream, _SCALES[next(stream) % 4] * _rough(stream), domain) for _ in range(_EACH)]
    return tuple(values)


def _rough(stream: Iterator[int]) -> Fraction:
    """Draw a number near 1 with many digits: what is cut off after some of them shows."""
    return 1 + Fraction(next(stream), 10**9 + 7)


def _drawn(stream: Iterator[int], scale: Fraction, domain: Domain, *, turned: bool = True) -> Any:
    """Draw a value: one decimal, times the scale, inside the domain; off the real line if it may be ``turned``."""
    size = Fraction(next(stream), 10) * scale
    negative = next(stream) % 2 == 0
    match domain:
        case Interval(low, high) if low is not None and high is not None:
            return low + (high - low) * (Fraction(next(stream), 21))
        case Interval(low, None) if low is not None:
            return low + size
        case Interval(None, high) if high is not None:
            return high - size
        case "positive":
            return size
        case "complex" if turned:
            other = Fraction(next(stream), 10) * scale
            parts = [arb(part.numerator) / part.denominator for part in (size, other)]
            return acb(-parts[0] if negative else parts[0], parts[1] if next(stream) % 2 else -parts[1])
    return -size if negative else size


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
            used = names_reached(names(tree), equations)
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
        movable = [name for name in names_reached(names(kink), meaning.equations) if name not in meaning.equations]
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
