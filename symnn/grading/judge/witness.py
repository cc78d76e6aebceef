"""Rungs 2 and 3: a point at which two trees provably differ, found and confirmed in ball arithmetic.

The points are the same for everybody and have nothing to do with those of rung 1. Balls reject; they never
accept: agreement everywhere only makes "probably equal".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import lru_cache
from hashlib import shake_256
from itertools import chain
from typing import Any

from flint import acb, arb, ctx
from msgspec import Struct

from symnn.grading.judge.balls import Ball, BallPoint, Known, Unknown, is_real, precision
from symnn.grading.judge.bends import bends, inside
from symnn.grading.judge.constants import TooLarge
from symnn.grading.judge.work import spend
from symnn.grading.meaning import Domain, Interval, Meaning, reached
from symnn.grading.verdict import Method, Witness
from symnn.language.tree import Tree, names

__all__ = ["Search", "apart", "search"]

_NICE = 12
"""Points with one decimal about 1: what a person likes to see."""

_SCALES = (Fraction(1), Fraction(1, 10), Fraction(10), Fraction(2000))
_EACH = 5
_PLAIN = _NICE + len(_SCALES) * _EACH
"""So many points come before those beside the kinks."""

_LADDER = ((64, 40), (256, 12), (1100, 5), (4400, 2))
"""Precision in bits, and how many points are looked at."""

_MOST_NAMES = 1024
"""Among more quantities no point is looked for: drawing their values alone would take the work of a verdict."""

_WIDE = 256
"""So many bits more cost as much as a step."""

_BENT_BITS = 256
"""Zeros of what stands under kinks are looked for with so many bits: two may be very near each other."""

_SURE_BITS = 340
"""Agreement to 100 digits is "probably equal"."""

_VISIBLE = 0.01
"""A relative difference that a person sees at once."""


class Search(Struct, frozen=True):
    """What a search brought.

    ``never_real``: wherever the reference has a real value, the answer provably has none (or neither has one
    anywhere).
    ``probably``: the two agree to 100 digits wherever both have values.
    """

    witness: Witness | None = None
    method: Method | None = None
    never_real: bool = False
    probably: bool = False


class _Comparison(Struct):
    """Two values at one point."""

    yours: Ball
    expected: Ball
    on_edge: bool = False

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


def _unreal(ball: Ball) -> bool:
    """Say whether a value is provably not real."""
    return not is_real(ball) and not ball.imag.contains(0)


class _Place:
    """What was evaluated at one point: the values of names, and of one reference."""

    def __init__(self, known: Known) -> None:
        self.known = known
        self.expected: Ball | None = None


class Seen:
    """What was evaluated at the first point, and beside it, for one reference, kept for the answers to come.

    The points are the same for everybody: a quantity's values depend on its name alone.
    """

    def __init__(self) -> None:
        self.first = _Place(Known())
        self.nearby = _Place(Known())
        self.reach: dict[str, tuple[str, ...]] = {}
        self.behind: frozenset[str] | None = None

    def beside(self) -> Seen:
        """Give what another reference may use: the values of quantities, not that of this reference."""
        other = Seen()
        other.first, other.nearby, other.reach = _Place(self.first.known), _Place(self.nearby.known), self.reach
        return other


def search(answer: Tree, reference: Tree, meaning: Meaning, seen: Seen | None = None) -> Search:
    """Look for a point of the domain at which two trees provably differ."""
    free = _free_names(answer, reference, meaning, seen or Seen())
    if len(free) > _MOST_NAMES:
        return Search()
    real = never = agreed = unreal = 0
    drawn = chain(_points(free, meaning), _bent(answer, reference, free, meaning))
    points: list[Mapping[str, Any]] = []
    for bits, count in _LADDER:
        best: tuple[float, Witness] | None = None
        chosen = drawn if bits == _LADDER[0][0] else points[:count] + points[_PLAIN : _PLAIN + count]
        with precision(bits):
            for place, values in enumerate(chosen):
                if chosen is drawn:
                    points.append(values)
                first = seen.first if seen is not None and chosen is drawn and place == 0 else None
                pair = _compared(answer, reference, meaning, values, first)
                if pair is None:
                    continue
                if not meaning.complex and not is_real(pair.yours) and not is_real(pair.expected):
                    unreal += _unreal(pair.yours) and _unreal(pair.expected)
                    continue
                if is_real(pair.expected):
                    real += 1
                    never += _unreal(pair.yours)
                if not pair.apart:
                    agreed += bits >= _SURE_BITS
                    continue
                if not _is_solid(pair, meaning) and not _apart_beside(answer, reference, meaning, values):
                    continue
                visible = pair.visible
                if best is None or visible > best[0]:
                    best = (visible, _witness(values, pair))
                if never < real and (visible > _VISIBLE or place >= _NICE):
                    break
        if best is not None:
            method: Method = "witness" if bits == _LADDER[0][0] else "balls"
            return Search(best[1], method, never_real=0 < real == never and not meaning.complex)
    return Search(never_real=unreal > 0 == real, probably=agreed > 0)


def apart(answer: Tree, reference: Tree, meaning: Meaning, seen: Seen) -> bool:
    """Say whether two trees provably differ at the first point of all."""
    free = _free_names(answer, reference, meaning, seen)
    with precision(_LADDER[0][0]):
        values = {name: _first_of(name, meaning.domain(name)) for name in free if name not in seen.first.known}
        pair = _compared(answer, reference, meaning, values, seen.first)
        if pair is None or not (meaning.complex or is_real(pair.yours) or is_real(pair.expected)) or not pair.apart:
            return False
        if _is_solid(pair, meaning):
            return True
        values = {name: _first_of(name, meaning.domain(name)) for name in free}
        return _apart_beside(answer, reference, meaning, values, seen)


def _is_solid(pair: _Comparison, meaning: Meaning) -> bool:
    """Say whether the values of a comparison say anything about those beside: no jump or cut is near."""
    return not pair.on_edge and not meaning.complex


def _apart_beside(
    answer: Tree, reference: Tree, meaning: Meaning, values: Mapping[str, Any], seen: Seen | None = None
) -> bool:
    """Say whether two trees also differ a little beside a point; ``seen`` if it is the first."""
    beside: dict[str, Any] = {}
    for name, value in values.items():
        shift = _shift(name)
        if meaning.domain(name) == "complex":
            beside[name] = acb(arb(value.numerator) / value.denominator if isinstance(value, Fraction) else value)
            beside[name] += acb(1, 1) * arb(shift.numerator) / shift.denominator
        else:
            beside[name] = value + shift
            if not inside(meaning, name, beside[name]):
                return False
    pair = _compared(answer, reference, meaning, beside, seen.nearby if seen is not None else None)
    return pair is not None and pair.apart


def _shift(name: str) -> Fraction:
    """Draw a small number that has nothing to do with those of other names."""
    stream = _stream(f"{name} beside")
    return Fraction(sum(next(stream) * 20**place for place in range(6)), 10**16 + 61)


def _free_names(answer: Tree, reference: Tree, meaning: Meaning, seen: Seen) -> tuple[str, ...]:
    """List the free quantities that two trees depend on, in alphabetical order."""
    if seen.behind is None:
        seen.behind = frozenset(_behind(names(reference), meaning, seen.reach))
    return tuple(sorted(seen.behind.union(_behind(names(answer), meaning, seen.reach))))


def _behind(used: tuple[str, ...], meaning: Meaning, reach: dict[str, tuple[str, ...]]) -> Iterator[str]:
    """List the free quantities behind some names; ``reach`` keeps each name's."""
    for name in used:
        if name not in reach:
            reach[name] = tuple(one for one in reached((name,), meaning.equations) if one not in meaning.equations)
        yield from reach[name]


def _compared(
    answer: Tree, reference: Tree, meaning: Meaning, values: Mapping[str, Any], kept: _Place | None
) -> _Comparison | None:
    try:
        if kept is None:
            spend(len(values))
            point = BallPoint(meaning, values)
            try:
                return _Comparison(point.value(answer), point.value(reference), point.values.on_edge)
            finally:
                spend(point.steps * (1 + ctx.prec // _WIDE))
        point = BallPoint(meaning, values, kept.known)
        if kept.expected is None:
            kept.expected = point.value(reference)
        return _Comparison(point.value(answer), kept.expected, point.values.on_edge)
    except (Unknown, TooLarge, RecursionError):
        return None


def _witness(values: Mapping[str, Any], pair: _Comparison) -> Witness:
    at = {name: _shown(value) for name, value in values.items()}
    return Witness(
        {name: value for name, value in at.items() if isinstance(value, float)},
        _shown(pair.yours),
        _shown(pair.expected),
    )


def _shown(value: Any) -> float | str:
    """Show a value as a float; one that is not real as a complex number, in text."""
    if isinstance(value, Fraction):
        return float(value)
    if is_real(value):
        return float(value.mid())
    if not _unreal(value):
        return float(value.real.mid())
    return f"{float(value.real.mid()):.6g} + {float(value.imag.mid()):.6g}i"


def _stream(label: str) -> Iterator[int]:
    """Give numbers from 1 to 20 without end, the same for the same label."""
    block = 0
    while True:
        for byte in shake_256(f"witness {label} {block}".encode()).digest(64):
            if byte < 240:  # noqa: PLR2004 - 240 is the largest multiple of 20 in a byte
                yield byte % 20 + 1
        block += 1


def _points(free: tuple[str, ...], meaning: Meaning) -> Iterator[Mapping[str, Any]]:
    """Give points of the domain, a quantity's values depending on its name and its domain alone."""
    if not free:
        return iter(({},))
    rows = zip(*(_values_of(name, meaning.domain(name)) for name in free), strict=True)
    return (dict(zip(free, row, strict=True)) for row in rows)


def _first_of(name: str, domain: Domain) -> Any:
    """Draw the first of a quantity's values, when no other is asked for."""
    return _drawn(_stream(name), _SCALES[0], domain, turned=False)


@lru_cache(maxsize=1024)
def _values_of(name: str, domain: Domain) -> tuple[Any, ...]:
    """Draw a quantity's values at four magnitudes, the ones pleasant to look at first."""
    stream = _stream(name)
    values: list[Any] = []
    with precision(_LADDER[-1][0]):
        for scale in _SCALES:
            turns = [scale != 1 or count >= _NICE // 2 for count in range(_NICE if scale == 1 else _EACH)]
            values += [_drawn(stream, scale, domain, turned=turned) for turned in turns]
        values += [_drawn(stream, _SCALES[next(stream) % 4] * _rough(stream), domain) for _ in range(_EACH)]
    return tuple(values)


def _rough(stream: Iterator[int]) -> Fraction:
    """Draw a number near 1 with many digits: what is cut off after some of them shows."""
    return 1 + Fraction(next(stream), 10**9 + 7)


def _drawn(stream: Iterator[int], scale: Fraction, domain: Domain, *, turned: bool = True) -> Any:
    """Draw a value: one decimal, times the scale, inside the domain; off the real line if it may be ``turned``."""
    size = Fraction(next(stream), 10) * scale
    negative = next(stream) % 2 == 0
    match domain:
        case Interval(low, high) if low is not None and high is not None:
            return low + (high - low) * (Fraction(next(stream), 21))
        case Interval(low, None) if low is not None:
            return low + size
        case Interval(None, high) if high is not None:
            return high - size
        case "positive":
            return size
        case "complex" if turned:
            other = Fraction(next(stream), 10) * scale
            parts = [arb(part.numerator) / part.denominator for part in (size, other)]
            return acb(-parts[0] if negative else parts[0], parts[1] if next(stream) % 2 else -parts[1])
    return -size if negative else size


def _bent(answer: Tree, reference: Tree, free: tuple[str, ...], meaning: Meaning) -> Iterator[Mapping[str, Any]]:
    """Give points on both sides of each kink."""
    if meaning.complex:
        return
    starts = [dict(values) for values, _ in zip(_points(free, meaning), range(3), strict=False)]
    with precision(_BENT_BITS):
        yield from bends((answer, reference), meaning, starts)
