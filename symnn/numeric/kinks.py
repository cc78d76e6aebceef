"""Kinks: an arithmetic that notes on which side of each of them its arguments lie."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

if TYPE_CHECKING:
    from collections.abc import Callable

    from symnn.ops.operation import Arithmetic

__all__ = ["watched", "zeros_watched"]


def watched(m: Arithmetic) -> tuple[Arithmetic, list[Any]]:
    """Give an arithmetic of single numbers that lists the sides: the sign of what a kink compares with 0, a floor.

    >>> from symnn.numeric.arithmetic import floats
    >>> m, sides = watched(floats())
    >>> m.maximum(2.0, 3.0), m.step(0.0), sides
    (3.0, 0, [-1.0, 0.0])
    """
    sides: list[Any] = []

    def noting(function: Callable[..., Any]) -> Callable[..., Any]:
        def evaluate(a: Any, *rest: Any) -> Any:
            sides.append(m.sign(a - rest[0]) if rest else m.sign(a))
            return function(a, *rest)

        return evaluate

    def floor(a: Any) -> Any:
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


def zeros_watched(m: Arithmetic) -> tuple[Arithmetic, list[Any]]:
    """Give an arithmetic of arrays that lists where a sign or a step is asked of 0."""
    zeros: list[Any] = []

    def noting(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
        def evaluate(a: Any) -> Any:
            zeros.append(a == 0)
            return function(a)

        return evaluate

    return replace(m, sign=noting(m.sign), step=noting(m.step)), zeros
