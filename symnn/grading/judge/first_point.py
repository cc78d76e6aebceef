"""The first point of rung 2, where nearly every wrong answer shows: what is known there is kept for a class."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from flint import acb
from msgspec import Struct

from symnn.expressions.tree import Tree, names
from symnn.grading.judge.balls import Ball, BallPoint, Known, Unknown, is_real, precision
from symnn.grading.judge.constants import TooLarge
from symnn.grading.judge.drawing import beside, first_of
from symnn.grading.meaning import Meaning, reached
from symnn.grading.verdict import Witness

__all__ = ["COARSEST", "MOST_NAMES", "VISIBLE", "Comparison", "FirstPoint"]

COARSEST = 64
"""The fewest bits with which points are looked at."""

MOST_NAMES = 1024
"""Among more quantities no point is looked for: drawing their values alone would take the work of a verdict."""

_MOST_KEPT = 1024

VISIBLE = 0.01
"""A relative difference that a person sees at once."""


class Comparison(Struct, frozen=True):
    """Two values at one point of these free quantities; ``solid``: no jump or cut is so near that it proves nothing."""

    yours: Ball
    expected: Ball
    free: tuple[str, ...]
    solid: bool

    @staticmethod
    def at(point: BallPoint, yours: Ball, expected: Ball, free: tuple[str, ...]) -> Comparison:
        """Compare two values at a point."""
        return Comparison(yours, expected, free, not point.values.on_edge and not point.meaning.complex)

    @property
    def apart(self) -> bool:
        """Whether the values provably differ."""
        if is_real(self.yours) and is_real(self.expected):
            return not self.yours.overlaps(self.expected)
        return not acb(self.yours).overlaps(acb(self.expected))

    @property
    def visible(self) -> float:
        """How large the difference is beside the values."""
        apart = float(abs(self.yours - self.expected).mid())
        size = max(float(abs(self.yours).mid()), float(abs(self.expected).mid()))
        return apart / size if size else 0.0


class _Kept:
    """A point that stays the same: what was evaluated there, and the value of one reference."""

    def __init__(self, known: Known) -> None:
        self.known = known
        self.expected: Ball | None = None

    def compared(
        self, answer: Tree, about: FirstPoint, new: Mapping[str, Any], free: tuple[str, ...]
    ) -> Comparison | None:
        """Evaluate an answer beside the reference, with the values of new names; None where either has no value."""
        with precision(COARSEST):
            point = BallPoint(about.meaning, new, self.known)
            try:
                if self.expected is None:
                    self.expected = point.value(about.reference)
                return Comparison.at(point, point.value(answer), self.expected, free)
            except (Unknown, TooLarge, RecursionError):
                return None


class FirstPoint:
    """The first point at which answers are compared with one reference, and the point a little beside it.

    It is the same for everybody: a quantity's values depend on its name and domain alone. So are the values of
    named results there, and that of the reference.
    """

    def __init__(self, reference: Tree, meaning: Meaning) -> None:
        self.reference = reference
        self.meaning = meaning
        self._here = _Kept(Known())
        self._nearby = _Kept(Known())
        self._shown: dict[str, float] = {}
        self._reach: dict[str, tuple[str, ...]] = {}
        self._free: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._last: tuple[Tree, Comparison | None] | None = None

    def beside(self, reference: Tree) -> FirstPoint:
        """Give the same point for another reference: what is known of quantities is shared."""
        other = FirstPoint(reference, self.meaning)
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
        if pair is None or not (is_real(pair.yours) and is_real(pair.expected) and pair.solid and pair.apart):
            return None
        yours, expected = float(pair.yours.mid()), float(pair.expected.mid())
        if not abs(yours - expected) > VISIBLE * max(abs(yours), abs(expected)):
            return None
        return Witness({name: self._shown[name] for name in pair.free}, yours, expected)

    def differs(self, answer: Tree) -> bool:
        """Say whether an answer provably differs here."""
        pair = self.compared(answer)
        if pair is None or not (self.meaning.complex or is_real(pair.yours) or is_real(pair.expected)):
            return False
        return pair.apart and (pair.solid or self._differs_beside(answer, pair.free))

    def compared(self, answer: Tree, used: tuple[str, ...] | None = None) -> Comparison | None:
        """Evaluate an answer beside the reference; None where either has no value."""
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
        nearby = beside({name: self._first(name) for name in free}, self.meaning)
        pair = None if nearby is None else self._nearby.compared(answer, self, nearby, free)
        return pair is not None and pair.apart

    def _first(self, name: str) -> Fraction:
        value = first_of(name, self.meaning.domain(name))
        self._shown[name] = float(value)
        return value

    def _behind(self, used: tuple[str, ...]) -> Iterator[str]:
        """List the free quantities behind some names."""
        for name in used:
            if name not in self._reach:
                equations = self.meaning.equations
                self._reach[name] = tuple(one for one in reached((name,), equations) if one not in equations)
            yield from self._reach[name]
