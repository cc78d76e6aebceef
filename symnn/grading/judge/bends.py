"""Points on both sides of kinks: where the argument of a | |, max, sign or floor changes its sign."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from symnn.grading.judge.balls import BallPoint, Unknown, is_real
from symnn.grading.judge.constants import TooLarge
from symnn.grading.judge.work import spend
from symnn.grading.meaning import Interval, Meaning, reached
from symnn.language.tree import Call, Negative, Product, Quotient, Sum, Tree, names, substitute, walk

__all__ = ["arguments", "bends"]

_MOST_KINKS = 12
_MOST_NAMES = 8
_MOST_NODES = 2_000
_DEEPEST = 3
_STEPS = 6
_KINKED = frozenset({"relu", "leaky_relu", "step", "top", "softplus", "cross_entropy"})


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
    if node.function in {"max", "min"}:
        for place, left in enumerate(node.arguments):
            yield from (Sum((left, Negative(right))) for right in node.arguments[place + 1 :])
    elif node.function in {"abs", "sign", "floor", "log", "sqrt"}:
        yield from _factors(node.arguments[0])


def _body(node: Call, meaning: Meaning) -> Tree | None:
    """Write a declared or derived function through its formula, if that may have kinks."""
    if node.function not in meaning.functions and node.function not in _KINKED:
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
    """Give points near the kinks, on both sides: one quantity at a time is moved across."""
    for kink in arguments(trees, meaning):
        movable = [name for name in reached(names(kink), meaning.equations) if name not in meaning.equations]
        for start in starts:
            for name in movable[:_MOST_NAMES]:
                yield from _across(kink, name, start, meaning)


def _across(kink: Tree, name: str, start: dict[str, Fraction], meaning: Meaning) -> Iterator[dict[str, Fraction]]:
    """Give points on both sides of a zero of a kink's argument along one quantity, by the secant method."""
    left, right = start[name], start[name] + 1
    at_left, at_right = (_value(kink, start | {name: place}, meaning) for place in (left, right))
    for step in range(_STEPS):
        if at_left is None or at_right is None or (at_left == at_right and not step):
            return
        if not at_right or at_left == at_right:
            break
        crossing = right - Fraction(at_right) * (right - left) / (Fraction(at_right) - Fraction(at_left))
        left, at_left = right, at_right
        right = crossing.limit_denominator(10**6)
        at_right = _value(kink, start | {name: right}, meaning)
        if at_right is not None and at_left is not None and abs(at_right) > 2 * abs(at_left):
            break
    reach = max(abs(right) / 4, Fraction(1, 4))
    for moved in (right - reach, right + reach):
        if _inside(meaning, name, moved):
            yield start | {name: moved}


def _value(tree: Tree, values: dict[str, Fraction], meaning: Meaning) -> float | None:
    try:
        spend(len(values))
        point = BallPoint(meaning, values)
        try:
            ball = point.value(tree)
        finally:
            spend(point.steps)
    except (Unknown, TooLarge, RecursionError):
        return None
    value = float(ball.mid()) if is_real(ball) else None
    return value if value is not None and abs(value) < float("inf") else None


def _inside(meaning: Meaning, name: str, value: Fraction) -> bool:
    match meaning.domain(name):
        case "positive":
            return value > 0
        case Interval(low, high):
            return (low is None or low < value) and (high is None or value < high)
    return True
