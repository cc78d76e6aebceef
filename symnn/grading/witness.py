"""Rungs 2 and 3: a point at which two trees provably differ, found and confirmed in ball arithmetic.

The points are the same for everybody and have nothing to do with those of rung 1. Balls reject; they never
accept: agreement everywhere only makes "probably equal".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from hashlib import shake_256
from typing import Any

from msgspec import Struct

from symnn.grading.balls import Ball, BallPoint, Unknown, is_real, precision
from symnn.grading.bends import bends
from symnn.grading.constants import TooLarge
from symnn.grading.meaning import Interval, Meaning, reached
from symnn.grading.verdict import Method, Witness
from symnn.language.tree import Tree, names

__all__ = ["Search", "search"]

_NICE = 12
"""Points with one decimal about 1: what a person likes to see."""

_SCALES = (Fraction(1), Fraction(1, 10), Fraction(10), Fraction(2000))
_EACH = 5
_LADDER = ((64, 40), (256, 12), (1100, 5), (4400, 2))
"""Precision in bits, and how many points are looked at."""

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

    @property
    def apart(self) -> bool:
        """Whether the values provably differ."""
        from flint import acb

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


def search(answer: Tree, reference: Tree, meaning: Meaning) -> Search:
    """Look for a point of the domain at which two trees provably differ."""
    free = free_names(answer, reference, meaning)
    real = never = agreed = unreal = 0
    points = [*_points(free, meaning), *_bent(answer, reference, free, meaning)]
    for bits, count in _LADDER:
        best: tuple[float, Witness] | None = None
        chosen = points if bits == _LADDER[0][0] else points[:count]
        with precision(bits):
            for place, values in enumerate(chosen):
                pair = _compared(answer, reference, meaning, values)
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
                visible = pair.visible
                if best is None or visible > best[0]:
                    best = (visible, _witness(values, pair))
                if visible > _VISIBLE or place >= _NICE:
                    break
        if best is not None:
            method: Method = "witness" if bits == _LADDER[0][0] else "balls"
            return Search(best[1], method, never_real=0 < real == never and not meaning.complex)
    return Search(never_real=unreal > 0 == real, probably=agreed > 0)


def free_names(answer: Tree, reference: Tree, meaning: Meaning) -> tuple[str, ...]:
    """List the free quantities that two trees depend on, in alphabetical order."""
    used = reached(names(answer) + names(reference), meaning.equations)
    return tuple(sorted(name for name in used if name not in meaning.equations))


def _compared(answer: Tree, reference: Tree, meaning: Meaning, values: Mapping[str, Any]) -> _Comparison | None:
    point = BallPoint(meaning, values)
    try:
        expected = point.value(reference)
        return _Comparison(point.value(answer), expected)
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
    """Draw points of the domain at four magnitudes, the ones pleasant to look at first."""
    streams = {name: _stream(f"{place}") for place, name in enumerate(free)}
    for scale in _SCALES:
        for _ in range(_NICE if scale == 1 else _EACH):
            yield {name: _drawn(streams[name], scale, name, meaning) for name in free}
    for _ in range(_EACH):
        yield {name: _drawn(streams[name], _SCALES[next(streams[name]) % 4], name, meaning) for name in free}


def _drawn(stream: Iterator[int], scale: Fraction, name: str, meaning: Meaning) -> Any:
    """Draw a value of a quantity: one decimal, times the scale, inside its domain."""
    domain = meaning.domain(name)
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
        case "complex":
            from flint import acb, arb

            other = Fraction(next(stream), 10) * scale
            parts = [arb(part.numerator) / part.denominator for part in (size, other)]
            return acb(-parts[0] if negative else parts[0], parts[1] if next(stream) % 2 else -parts[1])
    return -size if negative else size


def _bent(answer: Tree, reference: Tree, free: tuple[str, ...], meaning: Meaning) -> Iterator[Mapping[str, Any]]:
    """Give points on both sides of each kink."""
    if meaning.complex:
        return
    starts = [dict(values) for values, _ in zip(_points(free, meaning), range(3), strict=False)]
    with precision(64):
        yield from bends((answer, reference), meaning, starts)
