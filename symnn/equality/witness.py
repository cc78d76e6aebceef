"""Rungs 2 and 3: a point at which two trees provably differ, found and confirmed in ball arithmetic.

The points are the same for everybody and have nothing to do with those of rung 1. Balls reject; they never
accept: agreement everywhere only makes "probably equal".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any, TypeAlias

from flint import ctx
from msgspec import Struct

from symnn.equality.balls import BallPoint, precision
from symnn.equality.bends import bends
from symnn.equality.constants import TooLarge
from symnn.equality.drawing import FINEST, NICE, PLAIN, beside, points
from symnn.equality.first_point import (
    COARSEST,
    MOST_NAMES,
    VISIBLE,
    Comparison,
    FirstPoint,
    shown,
    value_or_none,
)
from symnn.equality.meaning import Meaning
from symnn.equality.work import spend
from symnn.expressions.tree import Tree, names
from symnn.verdicts.verdict import Method, Witness

__all__ = ["Search", "search"]

_Values: TypeAlias = Mapping[str, Any]
"""Values of the free quantities."""

_LADDER = ((COARSEST, 40), (256, 12), (1100, 5), (FINEST, 2))
"""Precision in bits, and how many points are looked at."""

_WIDE = 256
"""So many bits more cost as much as a step."""

_BENT_BITS = 256
"""Zeros of what stands under kinks are looked for with so many bits: two may be very near each other."""

_SURE_BITS = 340
"""Agreement to 100 digits is "probably equal"."""


class Search(Struct, frozen=True):
    """What a search brought.

    ``probably``: the two agree to 100 digits wherever both have values. ``met``: there is a point where both have
    values.
    """

    witness: Witness | None = None
    method: Method | None = None
    probably: bool = False
    met: bool = False


def search(answer: Tree, reference: Tree, meaning: Meaning, first: FirstPoint | None = None) -> Search:
    """Look for a point of the domain at which two trees provably differ; ``first`` is the reference's first point."""
    first = first or FirstPoint(reference, meaning)
    free = first.free_names(names(answer))
    if len(free) > MOST_NAMES:
        return Search()
    met = agreed = False
    drawn = chain(points(free, meaning), _bent(answer, reference, free, meaning))
    looked_at: list[_Values] = []
    for bits, count in _LADDER:
        best: tuple[float, Witness] | None = None
        chosen = drawn if bits == COARSEST else looked_at[:count] + looked_at[PLAIN : PLAIN + count]
        with precision(bits):
            for place, values in enumerate(chosen):
                if chosen is drawn:
                    looked_at.append(values)
                at_first = chosen is drawn and place == 0
                pair = first.compared(answer) if at_first else _compared(answer, reference, meaning, values)
                if pair is None:
                    continue
                met = met or pair.both
                agreed = agreed or (bits >= _SURE_BITS and pair.both and not pair.apart)
                if not pair.apart or not (pair.solid or _apart_beside(answer, reference, meaning, values)):
                    continue
                visible = pair.visible
                if best is None or visible > best[0]:
                    best = (visible, _witness(values, pair))
                if visible > VISIBLE or place >= NICE:
                    break
        if best is not None:
            return Search(best[1], "witness" if bits == COARSEST else "balls", met=True)
    return Search(probably=agreed, met=met)


def _compared(answer: Tree, reference: Tree, meaning: Meaning, values: _Values) -> Comparison | None:
    try:
        spend(len(values))
        point = BallPoint(meaning, values)
        try:
            yours, expected = value_or_none(point, answer), value_or_none(point, reference)
            return Comparison(yours, expected, tuple(values), not point.values.on_edge and not meaning.complex)
        finally:
            spend(point.steps * (1 + ctx.prec // _WIDE))
    except TooLarge:
        return None


def _apart_beside(answer: Tree, reference: Tree, meaning: Meaning, values: _Values) -> bool:
    """Say whether two trees also differ a little beside a point."""
    nearby = beside(values, meaning)
    pair = None if nearby is None else _compared(answer, reference, meaning, nearby)
    return pair is not None and pair.apart


def _witness(values: _Values, pair: Comparison) -> Witness:
    at = {name: shown(value) for name, value in values.items()}
    return Witness(
        {name: value for name, value in at.items() if isinstance(value, float)}, shown(pair.yours), shown(pair.expected)
    )


def _bent(answer: Tree, reference: Tree, free: tuple[str, ...], meaning: Meaning) -> Iterator[_Values]:
    """Give points on both sides of each kink."""
    if meaning.complex:
        return
    starts = [dict(values) for values, _ in zip(points(free, meaning), range(3), strict=False)]
    with precision(_BENT_BITS):
        yield from bends((answer, reference), meaning, starts)
