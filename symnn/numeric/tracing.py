"""One point in balls: numbers as sharp as they are wanted, and slopes at kinks between those from both sides."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct
from msgspec.structs import replace

from symnn.numeric.balls import LONGEST, balls, interval, is_finite, precision, rational, shortened
from symnn.numeric.forward import forward
from symnn.numeric.gradient import backward
from symnn.numeric.kink_sides import watched
from symnn.numeric.one_sided import MOST_STEPS, one_sided

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from symnn.derivation.sweep import Derivation
    from symnn.networks.graph import Graph
    from symnn.numeric.one_sided import Slope

__all__ = ["PRECISIONS", "BallTrace", "as_exact", "infinite", "traced"]

PRECISIONS: Final = (128, 512, 2_048, 8_192)
"""Bits of the balls, one try after the other. 8192 tell a sigmoid from 1 up to an argument of 5600."""


class BallTrace(Struct, frozen=True):
    """The values of all quantities and the slopes by those asked for, in balls.

    ``mended`` holds the slopes that the backward sweep cannot know: it multiplied 0 by infinity, or the conventions
    at kinks gave together what no side of the point has. ``shortened`` says that a fraction grew too long to be kept.
    """

    values: Mapping[str, Any]
    slopes: Mapping[str, Any]
    mended: Mapping[str, Slope]
    shortened: bool


def as_exact(number: Any) -> Any:
    """Take a number exactly as it is written: the float 0.1 is one tenth.

    >>> as_exact(0.1), as_exact("-2.5e-3")
    (1/10, -1/400)
    """
    if isinstance(number, int | Fraction):
        return rational(number)
    try:
        return rational(Fraction(str(number)))
    except ValueError:
        return _not_finite(float(number))


def _not_finite(number: float) -> Any:
    from flint import arb

    return arb.nan() if math.isnan(number) else arb.pos_inf() if number > 0 else arb.neg_inf()


def traced(
    graph: Graph,
    at: Mapping[str, Any],
    derivation: Derivation | None,
    settled: Callable[[Any], bool],
    more_bits: int = 0,
    longest: int = LONGEST,
) -> BallTrace:
    r"""Evaluate at rising precision until all numbers are ``settled``, or as sharply as is reasonable.

    ``at`` has numbers of any kind for the free quantities; fractions stay exact up to ``longest`` bits.
    Raises: UsageError naming those without a value.

    >>> from symnn.derivation.sweep import derive
    >>> from symnn.networks.models import graph_from_text
    >>> graph = graph_from_text("r = max(0, x^2 - z^2)\nE = sqrt(r)")
    >>> traced(graph, {"x": 1, "z": 2}, derive(graph, "E", ("x",)), lambda _: True).mended
    {'x': Fraction(0, 1)}
    """
    given = {name: as_exact(at[name]) for name in graph.free if name in at}
    for bits in PRECISIONS:
        with precision(bits + more_bits):
            found = _once(graph, given, derivation, longest)
        if all(map(settled, found.values.values())) and all(map(settled, found.slopes.values())):
            break
    if derivation is None or not is_finite(found.values[derivation.of]):
        return BallTrace(found.values, found.slopes, {}, found.shortened)
    doubtful = {name: slope for name, slope in found.slopes.items() if found.at_kink or not is_finite(slope)}
    worth_it = len(doubtful) * len(graph.equations) <= MOST_STEPS
    mended = _mended(graph, given, derivation.of, doubtful) if doubtful and worth_it else {}
    return BallTrace(found.values, found.slopes, mended, found.shortened)


class _Once(Struct, frozen=True):
    """One pass; ``at_kink`` says that a kink had to decide a slope."""

    values: Mapping[str, Any]
    slopes: Mapping[str, Any]
    at_kink: bool
    shortened: bool


def _once(graph: Graph, given: Mapping[str, Any], derivation: Derivation | None, longest: int) -> _Once:
    """Go forward and backward."""
    grown: list[Any] = []

    def kept(value: Any) -> Any:
        short = shortened(value, longest)
        if short is not value:
            grown.append(value)
        return short

    m = replace(balls(graph.conventions), kept=kept)
    values = forward(graph, given, m)
    if derivation is None:
        return _Once(values, {}, at_kink=False, shortened=bool(grown))
    noting, sides = watched(m)
    errors = backward(derivation, values, noting)
    slopes = {name: errors[name] for name in derivation.wrt}
    return _Once(values, slopes, any(not (side > 0 or side < 0) for side in sides), bool(grown))


def _mended(graph: Graph, given: Mapping[str, Any], of: str, slopes: Mapping[str, Any]) -> dict[str, Slope]:
    """Bring slopes between those from both sides; what lies there already keeps the declared convention."""
    sides = one_sided(graph, given, of, tuple(slopes))
    mended: dict[str, Slope] = {}
    for name, slope in slopes.items():
        ends = interval(slope)
        swept: Slope = (ends[0] + ends[1]) / 2 if ends is not None else infinite(slope)
        nearest = sides[name].nearest(swept)
        # nan is unlike itself: it is mended wherever there is anything to mend it by
        if nearest != swept:
            mended[name] = nearest
    return mended


def infinite(value: Any) -> float:
    """Give a ball that is not finite as a float: infinite with its sign where that is sure, else nan."""
    return math.inf if value > 0 else -math.inf if value < 0 else math.nan
