"""Numbers: the window of values that count as right, from a tolerance or from rounding through the graph.

A tolerance exists only for numbers. A relative one follows the size of the terms that were added, because that
is what rounding errors follow; a reference of 0 has no size of its own and needs an absolute one.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import log10
from typing import Any

from flint import arb, ctx
from msgspec import Struct

from symnn.equality.enclosing import Ball, BallPoint, NoValue, Unknown
from symnn.equality.judge import Judge
from symnn.equality.meaning import Meaning
from symnn.equality.residue_code import NotScalar
from symnn.equality.work import one_account, spend
from symnn.expressions.literals import LONGEST, TooLarge, constant
from symnn.expressions.tree import Name, Negative, Number, Power, Product, Quotient, Sum, Tree, names, number
from symnn.expressions.valuation import Valuation
from symnn.numeric.balls import precision
from symnn.verdicts import codes
from symnn.verdicts.verdict import Judgement

__all__ = ["Tolerance", "Window", "is_plain_number", "judge_number", "number_window"]

_BITS = 256
_LADDER = (_BITS, 1_100, 4_400)
"""So many bits, one after the other, until a number is known to lie inside or outside: sin(10^400) takes 1 329."""
_WIDE = 256
"""So many bits more cost as much as a step."""
_NEAR = 2
"""So many units of the last place that is asked lie between a near miss and the window: a slip in rounding."""

_RIGHT = Judgement(equal=True, method="number")
_WRONG = Judgement(equal=False, method="number")
_UNDEFINED = Judgement(equal=False, method="number", findings=(codes.UNDEFINED(),))
_NEAR_MISS = Judgement(equal=False, method="number", findings=(codes.NEAR_MISS(),))
_UNDECIDED = Judgement(equal=None)
_NOT_A_NUMBER = Judgement(equal=False, method="form", findings=(codes.FORM({"demand": "number"}),))


class Tolerance(Struct, frozen=True):
    """What counts as the same number; what is None does not apply, and the widest that applies counts.

    ``cut``: decimals (or significant digits) may be cut off instead of rounded. ``carry``: every named result on
    the way may have been rounded to ``decimals`` places, or ``digits`` of its own, (or cut) before it was used.
    """

    abs: Fraction | None = None
    rel: Fraction | None = None
    decimals: int | None = None
    digits: int | None = None
    cut: bool = False
    carry: bool = False


class Window(Struct, frozen=True):
    """The numbers that count as right: from ``low`` to ``high``, and ``cut`` (decimals cut off) beside them.

    ``unit`` is the width that the tolerance alone would leave; None where nothing carried widens it.
    """

    low: Fraction
    high: Fraction
    cut: Fraction | None = None
    unit: Fraction | None = None

    def holds(self, value: Fraction) -> bool:
        """Say whether a number counts as right.

        >>> Window(Fraction(1), Fraction(2)).holds(Fraction(2))
        True
        """
        return self.low <= value <= self.high or value == self.cut

    def near(self, value: Fraction | Ball) -> bool:
        """Say whether a number misses the window by no more than a few units of what is asked."""
        reach = (self.high - self.low if self.unit is None else self.unit) * _NEAR
        return bool(_fitting(self.low - reach, value) <= value <= _fitting(self.high + reach, value))

    def takes(self, ball: Ball) -> bool | None:
        """Say whether a number counts as right of which a ball is known; None if the ball lies on an edge."""
        low, high = _fitting(self.low, ball), _fitting(self.high, ball)
        if low <= ball <= high:
            return True
        outside = ball < low or ball > high
        return False if outside and (self.cut is None or not ball.overlaps(_fitting(self.cut, ball))) else None

    @property
    def edges(self) -> tuple[Fraction, ...]:
        """The numbers on which a ball can lie however narrow it is."""
        return tuple(dict.fromkeys(edge for edge in (self.low, self.high, self.cut) if edge is not None))


def _fitting(edge: Fraction, value: Fraction | Ball) -> Fraction | Ball:
    """Give an edge in the arithmetic of what is compared with it."""
    return edge if isinstance(value, Fraction) else arb(edge.numerator) / edge.denominator


def judge_number(answer: Tree, window: Window, meaning: Meaning, *, formulas: bool = True) -> Judgement:
    """Say whether an answer is a number in the window; with ``formulas`` it may be written as a calculation.

    Quantities are no numbers: who writes y has not said what y is.

    >>> window = Window(Fraction(1, 5), Fraction(3, 10))
    >>> judge_number(Quotient(Number(1), Number(4)), window, Meaning()).equal
    True
    """
    if names(answer) or not (formulas or is_plain_number(answer)):
        return _NOT_A_NUMBER
    try:
        exact = constant(answer)
    except TooLarge:
        exact = None
    if exact is not None:
        return _RIGHT if window.holds(exact) else _missed(window, exact)
    try:
        with one_account():
            return _enclosed(answer, window, meaning)
    except NoValue:
        return _UNDEFINED
    except (Unknown, TooLarge, NotScalar, RecursionError):
        return _UNDECIDED


def _enclosed(answer: Tree, window: Window, meaning: Meaning) -> Judgement:
    """Enclose a number ever more narrowly until its whole ball lies inside the window, or outside.

    What stays on an edge may be that very number: then it is for the judge of formulas to prove it.
    Raises Unknown, TooLarge, NotScalar.
    """
    for bits in _LADDER:
        with precision(bits):
            ball = _ball(answer, meaning, last=bits == _LADDER[-1])
            takes = None if ball is None else window.takes(ball)
            if takes is not None:
                return _RIGHT if takes else _missed(window, ball)
    if any(Judge(number(edge), meaning).judge(answer, explain=False).equal for edge in window.edges):
        return _RIGHT
    return _UNDECIDED


def _ball(answer: Tree, meaning: Meaning, *, last: bool) -> Ball | None:
    """Enclose a number with the bits there are; None where more of them might help. Raises Unknown, TooLarge."""
    point = BallPoint(meaning, {})
    try:
        return point.value(answer)
    except NoValue:
        raise
    except Unknown:
        if last:
            raise
        return None
    finally:
        spend(point.steps * (1 + ctx.prec // _WIDE))


def _missed(window: Window, value: Fraction | Ball) -> Judgement:
    return _NEAR_MISS if window.near(value) else _WRONG


def is_plain_number(tree: Tree) -> bool:
    """Say whether a tree is written as a number: digits, a sign, a fraction bar, a power of ten.

    >>> is_plain_number(Negative(Quotient(Number(7), Number(9)))), is_plain_number(Sum((Number(1), Number(1))))
    (True, False)
    """
    match tree:
        case Negative(operand):
            return is_plain_number(operand)
        case Quotient(over, under):
            return is_plain_number(over) and isinstance(under, Number)
        case Product((Number(), Power(Number(10), _))):
            return True
    return isinstance(tree, Number)


def number_window(reference: Tree, meaning: Meaning, values: Mapping[str, Fraction], tolerance: Tolerance) -> Window:
    """Give the numbers that count as the value of a reference. Raises Unknown where it has no value.

    >>> number_window(Quotient(Number(7), Number(9)), Meaning(), {}, Tolerance(decimals=2, cut=True)).cut
    Fraction(77, 100)
    """
    low, high = _bounds(reference, meaning, values)
    middle = (low + high) / 2
    reach = [Fraction(0)]
    if tolerance.abs is not None:
        reach.append(tolerance.abs)
    if tolerance.rel is not None:
        with precision(_BITS):
            reach.append(tolerance.rel * max(abs(middle), _Sizes(meaning, values).of(reference)))
    unit = _unit(middle, tolerance)
    if unit is not None:
        reach.append(unit / 2)
    low, high = low - max(reach), high + max(reach)
    alone = high - low
    if tolerance.carry and unit is not None:
        least, most = _carried(reference, meaning, values, tolerance)
        low, high = min(low, least), max(high, most)
    return Window(low, high, _cut(middle, unit) if tolerance.cut and unit is not None else None, alone)


def _unit(value: Fraction, tolerance: Tolerance) -> Fraction | None:
    """Give the value of one unit in the last place that is kept."""
    if tolerance.decimals is not None:
        return Fraction(1, 10**tolerance.decimals)
    if tolerance.digits is None or not value:
        return None
    return Fraction(10) ** (_magnitude(abs(value)) + 1 - tolerance.digits)


def _magnitude(value: Fraction) -> int:
    """Give the exponent of the leading digit: 0 for 1 up to 9.99.

    >>> _magnitude(Fraction(7, 9)), _magnitude(Fraction(32))
    (-1, 1)
    """
    power = round((value.numerator.bit_length() - value.denominator.bit_length()) * log10(2)) + 1
    while Fraction(10) ** power > value:
        power -= 1
    return power


def _cut(value: Fraction, unit: Fraction) -> Fraction:
    """Cut a value off towards 0."""
    steps = abs(value) // unit
    return steps * unit if value >= 0 else -steps * unit


def _bounds(tree: Tree, meaning: Meaning, values: Mapping[str, Fraction]) -> tuple[Fraction, Fraction]:
    """Give two exact bounds of a value, equal where it is rational. Raises Unknown."""
    exact = constant(tree)
    if exact is not None:
        return exact, exact
    with precision(_BITS):
        return _ends(BallPoint(meaning, values).value(tree))


def _ends(ball: Ball) -> tuple[Fraction, Fraction]:
    """Give the two ends of a ball exactly. Raises TooLarge where they are numbers of more than 10⁴ bits."""
    middle, radius = _fraction(arb(ball).mid()), _fraction(arb(ball).rad())
    return middle - radius, middle + radius


def _fraction(exact: Any) -> Fraction:
    mantissa, exponent = exact.man_exp()
    if abs(exponent) > LONGEST:
        raise TooLarge
    return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)


class _Sizes(Valuation[Fraction]):
    """The sizes of the largest terms that are added on the way to a value, each named result measured once."""

    def __init__(self, meaning: Meaning, values: Mapping[str, Fraction]) -> None:
        self.meaning = meaning
        self.point = BallPoint(meaning, values)
        self.known: dict[str, Fraction] = {}

    def _other(self, tree: Tree) -> Fraction:
        return max(map(abs, _ends(self.point.value(tree))))

    def _sum(self, tree: Sum) -> Fraction:
        return max(self.of(term) for term in tree.terms)

    def _negative(self, tree: Negative) -> Fraction:
        return self.of(tree.operand)

    def _quotient(self, tree: Quotient) -> Fraction:
        divisor = self._other(tree.under)
        return self.of(tree.over) / divisor if divisor else Fraction(0)

    def _name(self, tree: Name) -> Fraction:
        if tree.name not in self.meaning.equations:
            return self._other(tree)
        if tree.name not in self.known:
            self.known[tree.name] = self.of(self.meaning.equations[tree.name])
        return self.known[tree.name]


class _RoundedPoint(BallPoint):
    """A point at which every named result has been rounded, or cut, before it is used."""

    def __init__(self, meaning: Meaning, values: Mapping[str, Fraction], tolerance: Tolerance) -> None:
        super().__init__(meaning, values)
        self.tolerance = tolerance

    def _name(self, tree: Name) -> Ball:
        if tree.name not in self.values and tree.name in self.meaning.equations:
            self.values[tree.name] = self.rounded(self.of(self.meaning.equations[tree.name]))
        return super()._name(tree)

    def rounded(self, ball: Ball) -> Ball:
        """Widen an enclosure by what rounding, or cutting towards 0, may do to it."""
        low, high = _ends(ball)
        unit = _unit(max(abs(low), abs(high)), self.tolerance)
        if unit is None:
            return ball
        down = unit if self.tolerance.cut and high > 0 else unit / 2
        up = unit if self.tolerance.cut and low < 0 else unit / 2
        middle, reach = (low - down + high + up) / 2, (high + up - low + down) / 2
        return arb(middle.numerator) / middle.denominator + arb(0, arb(reach.numerator) / reach.denominator)


def _carried(
    reference: Tree, meaning: Meaning, values: Mapping[str, Fraction], tolerance: Tolerance
) -> tuple[Fraction, Fraction]:
    """Give the bounds of a value when every named result on the way, and it itself, is rounded."""
    with precision(_BITS):
        point = _RoundedPoint(meaning, values, tolerance)
        value = point.value(reference)
        named = isinstance(reference, Name) and reference.name in meaning.equations
        return _ends(value if named else point.rounded(value))
