"""Slopes from one side: difference quotients at steps so small that their limit can be read off.

They know nothing of derivatives. Where the backward sweep meets a kink, or multiplies 0 by infinity, they say
between which slopes the true one lies: at a smooth point there is just one.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from msgspec import Struct

from symnn.numeric.balls import balls, interval, precision, rational
from symnn.numeric.forward import forward
from symnn.numeric.interpreter import value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from symnn.networks.graph import Graph

__all__ = ["MOST_STEPS", "Slope", "Slopes", "one_sided", "same_slope"]

Slope: TypeAlias = Fraction | float
"""A fraction, or a float that is not finite."""

MOST_STEPS: Final = 100_000
"""So many quantities times equations are worth going to both sides of each for: some seconds."""

_BITS: Final = 3_000
_STEPS: Final = (128, 256, 512)
"""Steps of 2^-n: rounding is far below them, and a quotient that has a limit is as near to it as a step is long."""

_NEAR: Final = Fraction(1, 2**100)
_SIMPLE: Final = 10**6
"""A limit this near to a fraction with a denominator up to this one is that fraction."""


class Slopes(Struct, frozen=True):
    """The slopes to the left and to the right; None where there is no value on that side."""

    left: Slope | None
    right: Slope | None

    def nearest(self, slope: Slope) -> Slope:
        """Give the slope between the two sides that is nearest to another one; nan counts as 0.

        >>> Slopes(Fraction(-1), Fraction(1)).nearest(Fraction(0)), Slopes(Fraction(3), Fraction(3)).nearest(math.nan)
        (Fraction(0, 1), Fraction(3, 1))
        """
        sides = [side for side in (self.left, self.right) if side is not None]
        if not sides or any(same_slope(slope, side) for side in sides):
            return slope
        wanted: Slope = Fraction(0) if math.isnan(slope) else slope
        low, high = min(sides), max(sides)
        return low if wanted < low else min(wanted, high)

    @property
    def differ(self) -> bool:
        """Whether both sides have a slope, and not the same one: that is a kink."""
        return self.left is not None and self.right is not None and not same_slope(self.left, self.right)


def same_slope(one: Slope, other: Slope) -> bool:
    """Say whether two slopes are the same but for the length of the steps."""
    if one == other or any(type(slope) is float and not math.isfinite(slope) for slope in (one, other)):
        return one == other
    exactly, against = Fraction(one), Fraction(other)
    return abs(exactly - against) <= _NEAR * max(Fraction(1), abs(against))


def one_sided(graph: Graph, at: Mapping[str, Any], of: str, names: tuple[str, ...]) -> dict[str, Slopes]:
    r"""Give the slopes of ``of`` by each of some quantities; ``at`` has exact values of the free ones.

    >>> from symnn.networks.models import graph_from_text
    >>> graph = graph_from_text("y = max(w, 3*w)\nz = sqrt(w^2)")
    >>> one_sided(graph, {"w": rational(0)}, "y", ("w",))["w"]
    Slopes(left=Fraction(1, 1), right=Fraction(3, 1))
    >>> one_sided(graph, {"w": rational(0)}, "z", ("w",))["w"]
    Slopes(left=Fraction(-1, 1), right=Fraction(1, 1))
    """
    with precision(_BITS):
        moving = _Moving(graph, at, of)
        return {name: Slopes(moving.slope(name, -1), moving.slope(name, 1)) for name in names}


class _Moving:
    """Moves one quantity a little, and computes anew what depends on it."""

    def __init__(self, graph: Graph, at: Mapping[str, Any], of: str) -> None:
        self.graph = graph
        self.of = of
        self.m = balls(graph.conventions)
        self.base = forward(graph, at, self.m)

    def slope(self, name: str, side: int) -> Slope | None:
        """Give the limit of the difference quotients on one side."""
        quotients = []
        for bits in _STEPS:
            step = rational(Fraction(side, 2**bits))
            ends = interval((self._moved(name, step) - self.base[self.of]) / step)
            if ends is None:
                return None
            quotients.append((ends[0] + ends[1]) / 2)
        return _limit(*quotients)

    def _moved(self, name: str, by: Any) -> Any:
        values = dict(self.base)
        values[name] = values[name] + by
        changed = {name}
        for equation in self.graph.equations:
            if equation.left != name and not changed.isdisjoint(equation.uses):
                values[equation.left] = self.m.kept(value(equation.right, values, self.m, self.graph.functions))
                changed.add(equation.left)
        return values[self.of]


def _limit(first: Fraction, second: Fraction, third: Fraction) -> Slope:
    """Say where three quotients tend, at steps each the square of the one before.

    Those of log x grow by a factor 2 and those of a root by a power; both run to infinity.
    """
    if same_slope(second, third):
        simple = third.limit_denominator(_SIMPLE)
        return simple if same_slope(simple, third) else third
    if 2 * abs(third) >= 3 * abs(second) and 2 * abs(second) >= 3 * abs(first):
        return math.inf if third > 0 else -math.inf  # the quotients of 1/x are too large for floats
    if 3 * abs(third) <= 2 * abs(second):
        return Fraction(0)
    return third
