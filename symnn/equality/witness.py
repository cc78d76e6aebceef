"""Rungs 2 and 3: a point at which two trees provably differ, found and confirmed in ball arithmetic.

The points are the same for everybody and have nothing to do with those of rung 1. At the first one nearly every wrong
answer shows, and what is known there is kept for a class. Balls reject; they never accept: agreement everywhere only
makes "probably equal".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import chain
from math import isfinite
from typing import Any, TypeAlias

from flint import acb, ctx
from msgspec import Struct

from symnn.equality.drawing import FINEST, NICE, PLAIN, bends, domain_points, first_of, point_beside
from symnn.equality.enclosing import BallPoint, Known, NoValue, Unknown, is_real
from symnn.equality.meaning import Meaning, names_reached
from symnn.equality.work import spend
from symnn.expressions.literals import TooLarge
from symnn.expressions.tree import Tree, names
from symnn.numeric.balls import precision
from symnn.verdicts.verdict import Method, Witness

__all__ = [
    "COARSEST",
    "MOST_NAMES",
    "VISIBLE",
    "Comparison",
    "FirstPoint",
    "Search",
    "search",
    "shown_value",
    "value_or_none",
]

COARSEST = 64
"""The fewest bits with which points are looked at."""

MOST_NAMES = 1024
"""Among more quantities no point is looked for: drawing their values alone would take the work of a verdict."""

_MOST_KEPT = 1024
_DIGITS = 17
"""So many digits tell two floats apart, and two numbers beyond them."""

VISIBLE = 0.01
"""A relative difference that a person sees at once."""


Side: TypeAlias = Any
"""What is found of one side at a point: its value as a ball, the proof that it has none, or None (not known)."""


class Comparison(Struct, frozen=True):
    """What is found of two sides at one point of these free quantities.

    ``solid``: no jump or cut is so near that it proves nothing.
    """

    yours: Side
    expected: Side
    free: tuple[str, ...]
    solid: bool

    @property
    def both(self) -> bool:
        """Whether both have a value here."""
        return _is_value(self.yours) and _is_value(self.expected)

    @property
    def real(self) -> bool:
        """Whether both have a real value here."""
        return self.both and is_real(self.yours) and is_real(self.expected)

    @property
    def apart(self) -> bool:
        """Whether both have values, and these provably differ."""
        if self.real:
            return not self.yours.overlaps(self.expected)
        return self.both and not acb(self.yours).overlaps(acb(self.expected))

    @property
    def visible(self) -> float:
        """How large the difference is beside the values."""
        size = abs(self.yours).max(abs(self.expected))
        if size.contains(0):
            return 0.0
        return float((abs(self.yours - self.expected) / size).mid())  # a ratio of balls: floats end at 1e308


def _is_value(found: Side) -> bool:
    return found is not None and not isinstance(found, NoValue)


def value_or_none(point: BallPoint, tree: Tree) -> Side:
    """Evaluate a tree at a point."""
    try:
        return point.value(tree)
    except NoValue as proved:
        return proved
    except (Unknown, TooLarge, RecursionError):
        return None


def shown_value(value: Any) -> float | str:
    """Show a value as a float; one beyond all floats, or off the real line, in text."""
    if isinstance(value, Fraction):
        return float(value)
    if not is_real(value):
        if not value.imag.contains(0):
            return f"{float(value.real.mid()):.6g} + {float(value.imag.mid()):.6g}i"
        value = value.real
    middle = value.mid()
    number = float(middle)
    return number if isfinite(number) and (number or not middle) else str(middle.str(_DIGITS, radius=False))


class _Kept:
    """A point that stays the same: what was evaluated there, and the value of one reference."""

    def __init__(self, known: Known) -> None:
        self.known = known
        self.expected: Side = None
        self.evaluated = False

    def compared(self, answer: Tree, about: FirstPoint, new: Mapping[str, Any], free: tuple[str, ...]) -> Comparison:
        """Evaluate an answer beside the reference, with the values of new names."""
        with precision(COARSEST):
            point = BallPoint(about.meaning, new, self.known)
            if not self.evaluated:
                self.expected, self.evaluated = value_or_none(point, about.reference), True
            yours = self._value(point, answer)
            solid = not point.values.on_edge and not about.meaning.complex
            return Comparison(yours, self.expected, free, solid)

    def _value(self, point: BallPoint, answer: Tree) -> Side:
        """Evaluate an answer, once for all references that it is compared with."""
        known = self.known
        if known.last is not None and known.last[0] is answer:
            return known.last[1]
        found = value_or_none(point, answer)
        known.last = None if found is None else (answer, found)
        return found


class FirstPoint:
    """The first point at which answers are compared with one reference, and the point a little beside it.

    It is the same for everybody: a quantity's values depend on its name and domain alone. So are the values of
    named results there, and that of the reference. Points with other numbers are further ones of that kind.
    """

    def __init__(self, reference: Tree, meaning: Meaning, number: int = 0) -> None:
        self.reference = reference
        self.meaning = meaning
        self.number = number
        self._here = _Kept(Known())
        self._nearby = _Kept(Known())
        self._shown: dict[str, float] = {}
        self._reach: dict[str, tuple[str, ...]] = {}
        self._free: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._last: tuple[Tree, Comparison | None] | None = None

    def beside(self, reference: Tree) -> FirstPoint:
        """Give the same point for another reference: what is known of quantities is shared."""
        other = FirstPoint(reference, self.meaning, self.number)
        other._here, other._nearby = _Kept(self._here.known), _Kept(self._nearby.known)
        other._shown, other._reach = self._shown, self._reach
        return other

    def free_names(self, used: tuple[str, ...]) -> tuple[str, ...]:
        """List the free quantities that the reference and some names depend on, in alphabetical order."""
        if used not in self._free:
            if len(self._free) >= _MOST_KEPT:
                self._free.clear()
            self._free[used] = tuple(sorted({*self._behind(names(self.reference)), *self._behind(used)}))
        return self._free[used]

    def witness(self, answer: Tree, used: tuple[str, ...] | None = None) -> Witness | None:
        """Give a witness if the answer provably differs here, in the real numbers, so that a person sees it.

        ``used`` are the answer's names where they are known.
        """
        pair = self.compared(answer, used)
        if pair is None or not (pair.real and pair.solid and pair.apart and pair.visible > VISIBLE):
            return None
        return Witness(
            {name: self._shown[name] for name in pair.free}, shown_value(pair.yours), shown_value(pair.expected)
        )

    def differs(self, answer: Tree) -> bool:
        """Say whether an answer provably differs here."""
        pair = self.compared(answer)
        return pair is not None and pair.apart and (pair.solid or self._differs_beside(answer, pair.free))

    def compared(self, answer: Tree, used: tuple[str, ...] | None = None) -> Comparison | None:
        """Evaluate an answer beside the reference; None among too many quantities."""
        if self._last is None or self._last[0] is not answer:
            used = names(answer) if used is None else used
            self._last = (answer, self._compared(answer, self.free_names(used)))
        return self._last[1]

    def _compared(self, answer: Tree, free: tuple[str, ...]) -> Comparison | None:
        if len(free) > MOST_NAMES:
            return None
        new = {name: self._first(name) for name in free if name not in self._here.known}
        return self._here.compared(answer, self, new, free)

    def _differs_beside(self, answer: Tree, free: tuple[str, ...]) -> bool:
        nearby = point_beside({name: self._first(name) for name in free}, self.meaning)
        pair = None if nearby is None else self._nearby.compared(answer, self, nearby, free)
        return pair is not None and pair.apart

    def _first(self, name: str) -> Fraction:
        value = first_of(name, self.meaning.domain(name), self.number)
        self._shown[name] = float(value)
        return value

    def _behind(self, used: tuple[str, ...]) -> Iterator[str]:
        """List the free quantities behind some names."""
        for name in used:
            if name not in self._reach:
                equations = self.meaning.equations
                self._reach[name] = tuple(one for one in names_reached((name,), equations) if one not in equations)
            yield from self._reach[name]


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


def search(
    answer: Tree, reference: Tree, meaning: Meaning, first: FirstPoint | None = None, *, finely: bool = True
) -> Search:
    """Look for a point of the domain at which two trees provably differ; ``first`` is the reference's first point.

    Where fields agree, a difference is one of branches and signs, which shows with few bits: not ``finely``.
    """
    first = first or FirstPoint(reference, meaning)
    free = first.free_names(names(answer))
    if len(free) > MOST_NAMES:
        return Search()
    met = agreed = False
    drawn = chain(domain_points(free, meaning), _bent(answer, reference, free, meaning))
    looked_at: list[_Values] = []
    for bits, count in _LADDER if finely else _LADDER[:1]:
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
    nearby = point_beside(values, meaning)
    pair = None if nearby is None else _compared(answer, reference, meaning, nearby)
    return pair is not None and pair.apart


def _witness(values: _Values, pair: Comparison) -> Witness:
    at = {name: shown_value(value) for name, value in values.items()}
    return Witness(
        {name: value for name, value in at.items() if isinstance(value, float)},
        shown_value(pair.yours),
        shown_value(pair.expected),
    )


def _bent(answer: Tree, reference: Tree, free: tuple[str, ...], meaning: Meaning) -> Iterator[_Values]:
    """Give points on both sides of each kink."""
    if meaning.complex:
        return
    starts = [dict(values) for values, _ in zip(domain_points(free, meaning), range(3), strict=False)]
    with precision(_BENT_BITS):
        yield from bends((answer, reference), meaning, starts)
