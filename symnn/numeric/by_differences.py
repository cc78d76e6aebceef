"""Gradients against difference quotients from both sides: a way that knows nothing of derivatives."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from symnn.derivation.sweep import derive
from symnn.numeric.evaluation import evaluated
from symnn.numeric.one_sided import MOST_STEPS, one_sided
from symnn.numeric.tracing import as_exact

if TYPE_CHECKING:
    from collections.abc import Mapping

    from symnn.documents.containers import Nested
    from symnn.networks.graph import Graph

__all__ = ["NumbersCheck", "gradient_check"]

_NOISE: Final = 1e-12
"""Slopes that differ by less than this part of the result, or of 1, are the same in floats."""


class NumbersCheck(Struct, frozen=True):
    """The relative distance of each slope from those of the two sides; at ``kinks`` the sides differ.

    Where neither side has a value there is nothing to compare with.
    """

    errors: Mapping[str, float]
    kinks: tuple[str, ...]

    @property
    def max_error(self) -> float:
        """The largest relative distance, 0 if nothing could be compared."""
        return max(self.errors.values(), default=0.0)


def gradient_check(
    graph: Graph, at: Mapping[str, Nested], of: str | None = None, wrt: tuple[str, ...] | None = None
) -> NumbersCheck | None:
    r"""Compare the gradient of ``of`` by each of ``wrt`` at a point with difference quotients.

    ``at`` has a value for every entry of a tensor. None where that would take long.
    Raises: UsageError naming missing values.

    >>> from symnn.networks.models import graph_from_text
    >>> check = gradient_check(graph_from_text("y = max(0, a) + sin(w)"), {"a": 0, "w": 1})
    >>> check.kinks, check.max_error < 1e-15
    (('a',), True)
    """
    derivation = derive(graph, of, wrt)
    numbers = derivation.graph
    if len(derivation.wrt) * len(numbers.equations) > MOST_STEPS:
        return None
    found = evaluated(numbers, at, "floats", derivation)
    given = {name: as_exact(at[name]) for name in numbers.free}
    sides = one_sided(numbers, given, derivation.of, derivation.wrt)
    scale = max(1.0, abs(found.values[derivation.of]))
    errors: dict[str, float] = {}
    for name, slope in (found.gradient or {}).items():
        nearest = float(sides[name].nearest(slope))
        if sides[name].left is not None or sides[name].right is not None:
            errors[name] = _relative(slope, nearest, scale)
    return NumbersCheck(errors, tuple(name for name, both in sides.items() if both.differ))


def _relative(slope: float, other: float, scale: float) -> float:
    """Give the relative difference; what differs in being finite differs altogether."""
    if slope == other:
        return 0.0
    if not (math.isfinite(slope) and math.isfinite(other)):
        return math.inf
    size = max(abs(slope), abs(other), _NOISE * scale)
    return abs(slope - other) / size
