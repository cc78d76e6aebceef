"""One point in balls: numbers as sharp as they are wanted, and slopes at kinks between those from both sides."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from symnn.numeric.balls import balls, interval, is_finite, precision, rational
from symnn.numeric.forward import forward
from symnn.numeric.gradient import backward
from symnn.numeric.kinks import watched
from symnn.numeric.one_sided import MOST_STEPS, one_sided

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from symnn.derivation.sweep import Derivation
    from symnn.networks.graph import Graph
    from symnn.numeric.one_sided import Slope

__all__ = ["PRECISIONS", "Trace", "as_exact", "infinite", "traced"]

PRECISIONS: Final = (128, 512, 2_048, 8_192)
"""Bits of the balls, one try after the other. 8192 tell a sigmoid from 1 up to an argument of 5600."""


class Trace(Struct, frozen=True):
    """The values of all quantities and the slopes by those asked for, in balls.

    ``mended`` holds the slopes that the backward sweep cannot know: it multiplied 0 by infinity, or the conventions
    at kinks gave together what no side of the point has.
    """

    values: Mapping[str, Any]
    slopes: Mapping[str, Any]
    mended: Mapping[str, Slope]


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
) -> Trace:
    r"""Evaluate at rising precision until all numbers are ``settled``, or as sharply as is reasonable.

    ``at`` has numbers of any kind for the free quantities. Raises: UsageError naming those without a value.

    >>> from symnn.derivation.sweep import derive
    >>> from symnn.networks.models import graph_from_text
    >>> graph = graph_from_text("r = max(0, x^2 - z^2)\nE = sqrt(r)")
    >>> traced(graph, {"x": 1, "z": 2}, derive(graph, "E", ("x",)), lambda _: True).mended
    {'x': Fraction(0, 1)}
    """
    given = {name: as_exact(at[name]) for name in graph.free if name in at}
    for bits in PRECISIONS:
        with precision(bits + more_bits):
            values, slopes, at_kink = _once(graph, given, derivation)
        if all(map(settled, values.values())) and all(map(settled, slopes.values())):
            break
    if derivation is None:
        return Trace(values, {}, {})
    doubtful = {name: slope for name, slope in slopes.items() if at_kink or not is_finite(slope)}
    if len(doubtful) * len(graph.equations) > MOST_STEPS or not is_finite(values[derivation.of]):
        doubtful = {}
    return Trace(values, slopes, _mended(graph, given, derivation.of, doubtful))


def _once(
    graph: Graph, given: Mapping[str, Any], derivation: Derivation | None
) -> tuple[Mapping[str, Any], Mapping[str, Any], bool]:
    """Go forward and backward; say whether a kink had to decide a slope."""
    m = balls(graph.conventions)
    values = forward(graph, given, m)
    if derivation is None:
        return values, {}, False
    noting, sides = watched(m)
    errors = backward(derivation, values, noting)
    return values, {name: errors[name] for name in derivation.wrt}, any(not (side > 0 or side < 0) for side in sides)


def _mended(graph: Graph, given: Mapping[str, Any], of: str, slopes: Mapping[str, Any]) -> dict[str, Slope]:
    """Bring slopes between those from both sides; what lies there already keeps the declared convention."""
    if not slopes:
        return {}
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
