"""Bounds of arguments and values: between which ends the numbers lie where an operation is defined."""

from __future__ import annotations

from fractions import Fraction

from msgspec import Struct

__all__ = ["NOT_NEGATIVE", "OPEN_SHARE", "OPEN_UNIT", "POSITIVE", "QUARTER", "REAL_LINE", "SHARE", "UNIT", "Bounds"]


class Bounds(Struct, frozen=True):
    """All numbers between two ends, None for an infinite one; an end belongs to them unless it is open."""

    low: Fraction | None = None
    high: Fraction | None = None
    low_open: bool = False
    high_open: bool = False

    def holds(self, number: Fraction) -> bool:
        """Say whether a number is one of them.

        >>> POSITIVE.holds(Fraction(0)), NOT_NEGATIVE.holds(Fraction(0))
        (False, True)
        """
        above = self.low is None or number > self.low or (number == self.low and not self.low_open)
        return above and (self.high is None or number < self.high or (number == self.high and not self.high_open))


_ZERO, _ONE = Fraction(0), Fraction(1)

REAL_LINE = Bounds()
POSITIVE = Bounds(_ZERO, low_open=True)
NOT_NEGATIVE = Bounds(_ZERO)
UNIT = Bounds(-_ONE, _ONE)
OPEN_UNIT = Bounds(-_ONE, _ONE, low_open=True, high_open=True)
SHARE = Bounds(_ZERO, _ONE)
OPEN_SHARE = Bounds(_ZERO, _ONE, low_open=True, high_open=True)
QUARTER = Fraction(355, 226)
"""A little more than a quarter of a turn, π/2."""
