"""Slips that are seen in a whole answer of numbers: its sign, its entries in another order, one factor for all."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice, permutations

from symnn.misconceptions.mistakes import Mistake, facts
from symnn.misconceptions.tensor_point import Array
from symnn.verdicts import codes

__all__ = ["whole_slips"]

_SIGN, _ORDER, _CONSTANT = 1.05, 1.0, 1.1
_LONGEST, _MOST_ORDERS = 4, 24
_MOST_TIMES = 6
"""So many times the key, or so small a part of it, is a constant that was forgotten; more is chance."""


def whole_slips(truth: Array) -> Iterator[tuple[Mistake, Array]]:
    """List what a whole value becomes by a slip that needs no formula; the ratio of a constant is not told.

    >>> import numpy as np
    >>> [(mistake.code, value.tolist()) for mistake, value in whole_slips(np.array([1.0, 3.0]))][:2]
    [('sign', [-1.0, -3.0]), ('order', [3.0, 1.0])]
    """
    if not truth.any():
        return
    yield Mistake(codes.SIGN, (), _SIGN), -truth
    if truth.ndim == 1 and 1 < len(truth) <= _LONGEST:
        for order in islice(permutations(range(len(truth))), 1, _MOST_ORDERS):
            if (truth[list(order)] != truth).any():
                yield Mistake(codes.ORDER, facts(how="entries"), _ORDER), truth[list(order)]
    if (truth != 0).sum() > 1:
        for times in range(2, _MOST_TIMES + 1):
            yield Mistake(codes.CONSTANT, (), _CONSTANT), truth * times
            yield Mistake(codes.CONSTANT, (), _CONSTANT), truth / times
