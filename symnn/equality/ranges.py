"""Between which bounds the values of a tree lie, for all values of its quantities in their domains.

This is interval arithmetic with exact ends: what it says holds, what it does not see is just a wider range.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import TypeAlias

from msgspec import Struct

from symnn.equality.meaning import Interval, Meaning, names_reached
from symnn.equality.work import spend
from symnn.expressions.literals import TooLarge, constant
from symnn.expressions.tree import Call, Constant, Name, Number, Power, Tree, names
from symnn.expressions.valuation import Valuation
from symnn.ops import named
from symnn.ops.bounds import QUARTER, Bounds
from symnn.ops.operation import Operation
from symnn.ops.table import OF_NUMBERS

__all__ = ["EVERYTHING", "Range", "Ranges", "range_of"]

End: TypeAlias = Fraction | float
"""An exact number, or a float that is infinite."""

_INFINITY = float("inf")
_COST = 3
"""What looking at a node costs."""
_STEPS = 2_000
"""The most nodes looked at; beyond, everything is possible."""


class Range(Struct, frozen=True):
    """All numbers from ``low`` to ``high``; an end belongs to it unless it is open."""

    low: End
    high: End
    low_open: bool = False
    high_open: bool = False

    @property
    def positive(self) -> bool:
        """Whether every number in it is above 0."""
        return self.low > 0 or (self.low == 0 and self.low_open)

    @property
    def negative(self) -> bool:
        """Whether every number in it is below 0."""
        return self.high < 0 or (self.high == 0 and self.high_open)

    @property
    def nonzero(self) -> bool:
        """Whether 0 is not in it."""
        return self.positive or self.negative

    def __neg__(self) -> Range:
        """Take all numbers with the other sign."""
        return Range(-self.high, -self.low, self.high_open, self.low_open)

    def __add__(self, other: Range) -> Range:
        """Add any number of one to any number of the other."""
        low_open, high_open = self.low_open or other.low_open, self.high_open or other.high_open
        return Range(self.low + other.low, self.high + other.high, low_open, high_open)

    def __mul__(self, other: Range) -> Range:
        """Multiply any number of one by any number of the other."""
        return _times(self, other)

    def __truediv__(self, other: Range) -> Range:
        """Divide any number of one by any number of the other."""
        return _times(self, _inverse(other))


EVERYTHING = Range(-_INFINITY, _INFINITY)
_PI_AND_E = Range(Fraction(2), Fraction(4))
_ZERO = Range(Fraction(0), Fraction(0))
_POSITIVE = Range(Fraction(0), _INFINITY, low_open=True)


def range_of(tree: Tree, meaning: Meaning) -> Range:
    """Give bounds of the values of a tree.

    >>> from symnn.expressions.tree import Call, Name
    >>> range_of(Call("sigmoid", (Name("a"),)), Meaning()).positive
    True
    """
    return Ranges(meaning).bounds(tree)


def _real(tree: Tree, meaning: Meaning) -> bool:
    """Say whether a tree has no quantity that may be complex."""
    return all(
        meaning.domain(name) != "complex"
        for name in names_reached(names(tree), meaning.equations)
        if name not in meaning.equations
    )


class Ranges(Valuation[Range]):
    """Bounds of trees in one meaning, those of names remembered; ``all_parts``: those of all parts, too.

    Who looks at the parts of one tree again and again wants these remembered; for one comparison only, because what
    is remembered costs no steps.
    """

    def __init__(self, meaning: Meaning, known: dict[str, Range] | None = None, *, all_parts: bool = False) -> None:
        """``known`` are the bounds of names where somebody keeps them for longer."""
        self.meaning = meaning
        self.known = {} if known is None else known
        self.steps = 0
        self._parts: dict[int, tuple[Tree, Range]] | None = {} if all_parts else None

    def bounds(self, tree: Tree) -> Range:
        """Give bounds of the values of a tree, everything where that would be too much work."""
        if self.meaning.complex and not _real(tree, self.meaning):
            return EVERYTHING
        self.steps = 0
        try:
            return self.of(tree)
        except (TooLarge, RecursionError, OverflowError):  # a number beyond all floats beside an infinite end
            return EVERYTHING
        finally:
            spend(_COST * self.steps)

    def of(self, tree: Tree) -> Range:
        """Give bounds of the values of a part. Raises TooLarge."""
        known = self._parts.get(id(tree)) if self._parts is not None else None
        if known is not None:
            return known[1]
        self.steps += 1
        if self.steps > _STEPS:
            raise TooLarge
        found: Range = self.rules[type(tree)](self, tree)
        if self._parts is not None:
            self._parts[id(tree)] = (tree, found)
        return found

    def _other(self, _: Tree) -> Range:
        return EVERYTHING

    def _number(self, tree: Number) -> Range:
        return Range(tree.value, tree.value) if tree.numerator else _ZERO

    def _constant(self, tree: Constant) -> Range:
        return _PI_AND_E if tree.name in {"pi", "e"} else EVERYTHING

    def _name(self, tree: Name) -> Range:
        name = tree.name
        if name not in self.known:
            self.known[name] = EVERYTHING
            equation = self.meaning.equations.get(name)
            self.known[name] = _of_domain(self.meaning, name) if equation is None else self._result(equation)
        return self.known[name]

    def _result(self, equation: Tree) -> Range:
        """Give bounds of a named result, whose work is its own: what is above it is not to go without."""
        before, self.steps = self.steps, 0
        try:
            return self.of(equation)
        except TooLarge:
            return EVERYTHING
        finally:
            self.steps = before

    def _power(self, tree: Power) -> Range:
        inner, power = self.of(tree.base), constant(tree.exponent)
        if power is None or power.denominator != 1:
            if inner.positive:
                return _POSITIVE
            return EVERYTHING if power is None or power.denominator % 2 else Range(Fraction(0), _INFINITY)
        if abs(power) > 8:  # noqa: PLR2004 - bounds of higher powers would be long numbers
            even = power.numerator % 2 == 0
            if inner.positive:
                return _POSITIVE
            return Range(Fraction(0), _INFINITY) if even else EVERYTHING
        return _whole_power(inner, power.numerator)

    def _call(self, tree: Call) -> Range:
        if tree.order:
            return EVERYTHING
        if tree.function not in self.meaning.functions and tree.arguments:
            rule = _RULES.get(tree.function)
            if rule is not None:
                return rule([self.of(argument) for argument in tree.arguments])
            if tree.function in OF_NUMBERS:
                return self._operation(tree, OF_NUMBERS[tree.function])
        return self._formula(tree)

    def _operation(self, tree: Call, operation: Operation) -> Range:
        """Give what the record says of the values, and what the definition says beyond that."""
        if operation.trend and operation.anchor is not None:
            return _rising(operation, operation.anchor, self.of(tree.arguments[0]))
        return _both(_of_bounds(operation.range), self._formula(tree))

    def _formula(self, tree: Call) -> Range:
        formula = self.meaning.formula(tree)
        if formula is None or len(formula.parameters) != len(tree.arguments):
            return EVERYTHING
        return self._body(formula.body, dict(zip(formula.parameters, tree.arguments, strict=True)))

    def _body(self, body: Tree, arguments: Mapping[str, Tree]) -> Range:
        inside = {name: self.of(argument) for name, argument in arguments.items()}
        outside = {name: self.known[name] for name in inside if name in self.known}
        self.known.update(inside)
        parts, self._parts = self._parts, None  # inside, names mean something else
        try:
            return self.of(body)
        finally:
            self._parts = parts
            for name in inside:
                del self.known[name]
            self.known.update(outside)


def _of_domain(meaning: Meaning, name: str) -> Range:
    match meaning.domain(name):
        case "positive":
            return _POSITIVE
        case Interval(low, high):
            return Range(
                -_INFINITY if low is None else low,
                _INFINITY if high is None else high,
                low_open=low == 0,
                high_open=high == 0,
            )
    return EVERYTHING


def _times(left: Range, right: Range) -> Range:
    if (left is EVERYTHING and right is not _ZERO) or (right is EVERYTHING and left is not _ZERO):
        return EVERYTHING
    corners = [
        (_product_of(one, other), (one_open and other != 0) or (other_open and one != 0))
        for one, one_open in ((left.low, left.low_open), (left.high, left.high_open))
        for other, other_open in ((right.low, right.low_open), (right.high, right.high_open))
    ]
    if left.positive and right.positive and min(left.low, right.low) == 0:
        corners = [(value, opened or value == 0) for value, opened in corners]
    low = min(value for value, _ in corners)
    high = max(value for value, _ in corners)
    return Range(
        low,
        high,
        all(opened for value, opened in corners if value == low),
        all(opened for value, opened in corners if value == high),
    )


def _product_of(one: End, other: End) -> End:
    return Fraction(0) if one == 0 or other == 0 else one * other


def _inverse(inner: Range) -> Range:
    if inner.positive:
        high = _INFINITY if inner.low == 0 else 1 / inner.low
        low = Fraction(0) if inner.high == _INFINITY else 1 / inner.high
        return Range(low, high, low == 0 or inner.high_open, inner.low_open)
    if inner.negative:
        return -_inverse(-inner)
    return EVERYTHING


def _whole_power(inner: Range, power: int) -> Range:
    if power < 0:
        return _inverse(_whole_power(inner, -power))
    if power == 0:
        return Range(Fraction(1), Fraction(1))
    if power % 2 and inner.low < 0:
        low: End = inner.low**power
        return Range(low, inner.high**power, inner.low_open, inner.high_open)
    if inner.low >= 0:
        return Range(inner.low**power, inner.high**power, inner.low_open, inner.high_open)
    if inner.high <= 0:
        return _whole_power(-inner, power)
    far = _farthest(inner)
    closed = (inner.high == far and not inner.high_open) or (-inner.low == far and not inner.low_open)
    return Range(Fraction(0), far**power, high_open=not closed)


def _farthest(inner: Range) -> End:
    """Give the largest size of a number in a range."""
    return max(inner.high, -inner.low)


def _of_bounds(bounds: Bounds) -> Range:
    return Range(
        -_INFINITY if bounds.low is None else bounds.low,
        _INFINITY if bounds.high is None else bounds.high,
        bounds.low_open,
        bounds.high_open,
    )


def _both(one: Range, other: Range) -> Range:
    """Give the numbers that are in both ranges, of which each holds all values."""
    low, high = max(one.low, other.low), min(one.high, other.high)
    return Range(
        low,
        high,
        any(part.low == low and part.low_open for part in (one, other)),
        any(part.high == high and part.high_open for part in (one, other)),
    )


def _rising(operation: Operation, anchor: tuple[Fraction, Fraction], inner: Range) -> Range:
    """Give the values of a function that rises through a known point; outside its domain nothing is known."""
    everywhere, (place, value) = _of_bounds(operation.range), anchor
    low, low_open = everywhere.low, everywhere.low_open
    high, high_open = everywhere.high, everywhere.high_open
    if inner.low >= place:
        low, low_open = value, inner.low > place or inner.low_open
    inside = operation.parity or operation.domain.low is None or inner.low >= operation.domain.low
    if inner.high <= place and inside:
        high, high_open = value, inner.high < place or inner.high_open
    return Range(low, high, low_open, high_open)


def _abs(inner: Range) -> Range:
    if inner.low >= 0:
        return inner
    if inner.high <= 0:
        return -inner
    return Range(Fraction(0), _farthest(inner))


def _sign(inner: Range) -> Range:
    one = Fraction(1)
    return Range(
        one if inner.positive else Fraction(0) if inner.low >= 0 else -one,
        -one if inner.negative else Fraction(0) if inner.high <= 0 else one,
    )


def _acos(inner: Range) -> Range:
    return Range(Fraction(0), QUARTER if inner.low >= 0 else 2 * QUARTER)


def _extreme(direction: int) -> Callable[[list[Range]], Range]:
    """Give the rule of max (direction 1) or min (-1)."""

    def bounds(parts: list[Range]) -> Range:
        choose = max if direction > 0 else min
        low: End = choose(part.low for part in parts)
        high: End = choose(part.high for part in parts)
        if direction > 0:
            return Range(low, high, low_open=any(part.low == low and part.low_open for part in parts))
        return Range(low, high, high_open=any(part.high == high and part.high_open for part in parts))

    return bounds


_RULES: Mapping[str, Callable[[list[Range]], Range]] = MappingProxyType(
    {
        named.ABS: lambda parts: _abs(parts[0]),
        named.SIGN: lambda parts: _sign(parts[0]),
        named.ACOS: lambda parts: _acos(parts[0]),
        named.MAX: _extreme(1),
        named.MIN: _extreme(-1),
    }
)
"""The functions whose values are known better than by bounds and a trend."""
