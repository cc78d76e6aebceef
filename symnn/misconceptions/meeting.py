"""Pairs of numbers that give what is looked for, found without putting every one beside every other."""

from __future__ import annotations

from collections.abc import Callable
from math import isfinite
from typing import TypeAlias

from symnn.misconceptions.tensor_point import Array

__all__ = ["Meeting", "adding_up", "multiplying_up"]

Meeting: TypeAlias = Callable[[Array, Array], tuple[Array, Array]]
"""Gives the places, in two lists of numbers, of the pairs that may give what is looked for, in the order of both."""

_NEAR, _ROUNDED, _SMALL = 4e-9, 1e-13, 1e-11
"""Wider than what counts as equal: who asks looks at each pair again."""


def adding_up(wanted: float, size: float) -> Meeting | None:
    """Look for pairs whose sum is wanted; ``size`` is how large the numbers are that it was worked out of."""
    if not isfinite(wanted):
        return None

    def pairs(here: Array, there: Array) -> tuple[Array, Array]:
        import numpy as np

        middle = wanted - here
        slack = _NEAR * size + _ROUNDED * np.abs(here) + _SMALL
        return _between(there, middle - slack, middle + slack)

    return pairs


def multiplying_up(wanted: float) -> Meeting | None:
    """Look for pairs whose product is wanted; not where that is 0, which any number gives with 0."""
    if not isfinite(wanted) or abs(wanted) <= _SMALL:
        return None

    def pairs(here: Array, there: Array) -> tuple[Array, Array]:
        import numpy as np

        middle = wanted / here
        slack = _NEAR * np.abs(middle)
        return _between(there, middle - slack, middle + slack)

    return pairs


def _between(there: Array, low: Array, high: Array) -> tuple[Array, Array]:
    """Give the places of the bounds and of the numbers between them."""
    import numpy as np

    order = np.argsort(there)
    ranked = there[order]
    first: Array = np.searchsorted(ranked, low, "left")
    last: Array = np.searchsorted(ranked, high, "right")
    found = [(one, np.sort(order[first[one] : last[one]])) for one in np.flatnonzero(last > first)]
    if not found:
        return order[:0], order[:0]
    return np.concatenate([np.full(len(those), one) for one, those in found]), np.concatenate([n for _, n in found])
