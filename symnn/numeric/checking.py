"""Gradients against central differences: a way that knows nothing of derivatives, off the kinks."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct
from msgspec.structs import replace

from symnn.derivation.sweep import derive
from symnn.numeric.arithmetic import floats
from symnn.numeric.forward import forward
from symnn.numeric.gradient import backward

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from symnn.derivation.sweep import Derivation
    from symnn.networks.graph import Graph
    from symnn.ops.operation import Arithmetic

__all__ = ["GradientCheck", "gradient_check"]

_STEP: Final = 1e-3
_WEIGHTS: Final = ((1, 8 / 12), (-1, -8 / 12), (2, -1 / 12), (-2, 1 / 12))
"""Central differences of fourth order: (8 (f(h) - f(-h)) - (f(2h) - f(-2h))) / 12h."""

_NOISE: Final = 1e-6
"""A gradient smaller than this part of the result is drowned by rounding and compared with that part."""


class GradientCheck(Struct, frozen=True):
    """The relative difference of each derivative from its central difference; ``kinks`` could not be compared.

    A quantity is at a kink if a max, relu, sign or the like changes sides on the way from -2h to 2h.
    """

    errors: Mapping[str, float]
    kinks: tuple[str, ...]

    @property
    def max_error(self) -> float:
        """The largest relative difference, 0 if nothing could be compared."""
        return max(self.errors.values(), default=0.0)


def gradient_check(
    graph: Graph, at: Mapping[str, float], of: str | None = None, wrt: tuple[str, ...] | None = None
) -> GradientCheck:
    r"""Compare the gradient of ``of`` by each of ``wrt`` at a point with central differences.

    Raises: UsageError naming missing values.

    >>> from symnn.networks.models import graph_from_text
    >>> graph = graph_from_text("y = max(0, a) + sin(w)")
    >>> check = gradient_check(graph, {"a": 0.0, "w": 0.3})
    >>> check.kinks, check.max_error < 1e-10
    (('a',), True)
    """
    derivation = derive(graph, of, wrt)
    m = floats(graph.conventions)
    values = forward(graph, at, m)
    slopes = backward(derivation, values, m)
    errors: dict[str, float] = {}
    kinks = []
    for name in derivation.wrt:
        difference = _difference(derivation, at, name, m)
        if difference is None:
            kinks.append(name)
        else:
            errors[name] = _relative(slopes[name], difference, values[derivation.of])
    return GradientCheck(errors, tuple(kinks))


def _relative(slope: float, difference: float, result: float) -> float:
    scale = max(abs(slope), abs(difference), _NOISE * abs(result))
    error = abs(slope - difference) / scale if scale else 0.0
    return math.inf if math.isnan(error) else error


def _difference(derivation: Derivation, at: Mapping[str, float], name: str, m: Arithmetic) -> float | None:
    """Give the central difference, or None at a kink."""
    step = _STEP * max(1.0, abs(at[name]))
    watched, sides = _watched(m)
    total = 0.0
    seen: list[tuple[float, ...]] = []
    for place, weight in ((0, 0.0), *_WEIGHTS):
        sides.clear()
        moved = {**at, name: at[name] + place * step}
        result = forward(derivation.graph, moved, watched)[derivation.of]
        total += weight * result if place else 0.0
        seen.append(tuple(sides))
    return total / step if len(set(seen)) == 1 and not math.isnan(total) else None


def _watched(m: Arithmetic) -> tuple[Arithmetic, list[float]]:
    """Give an arithmetic that notes on which side of each kink its arguments lie."""
    sides: list[float] = []

    def noting(function: Callable[..., Any]) -> Callable[..., Any]:
        def evaluate(a: float, *rest: float) -> float:
            sides.append(m.sign(a - rest[0]) if rest else m.sign(a))
            return float(function(a, *rest))

        return evaluate

    def floor(a: float) -> float:
        sides.append(m.floor(a))
        return sides[-1]

    return replace(
        m,
        abs=noting(m.abs),
        sign=noting(m.sign),
        step=noting(m.step),
        maximum=noting(m.maximum),
        minimum=noting(m.minimum),
        floor=floor,
    ), sides
