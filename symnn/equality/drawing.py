"""The points of rungs 2 and 3: a quantity's values depend on its name and its domain alone, pleasant ones first.

They are the same for everybody and have nothing to do with the points of rung 1.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import lru_cache
from hashlib import shake_256
from typing import Any

from flint import acb, arb

from symnn.equality.balls import precision
from symnn.equality.bends import inside
from symnn.equality.meaning import Domain, Interval, Meaning

__all__ = ["FINEST", "NICE", "PLAIN", "beside", "first_of", "points"]

NICE = 12
"""Points with one decimal about 1: what a person likes to see."""

_SCALES = (Fraction(1), Fraction(1, 10), Fraction(10), Fraction(2000))
_EACH = 5
PLAIN = NICE + len(_SCALES) * _EACH
"""So many points come before those beside the kinks."""

FINEST = 4400
"""The most bits with which points are looked at."""


def _stream(label: str) -> Iterator[int]:
    """Give numbers from 1 to 20 without end, the same for the same label."""
    block = 0
    while True:
        for byte in shake_256(f"witness {label} {block}".encode()).digest(64):
            if byte < 240:  # noqa: PLR2004 - 240 is the largest multiple of 20 in a byte
                yield byte % 20 + 1
        block += 1


def points(free: tuple[str, ...], meaning: Meaning) -> Iterator[Mapping[str, Any]]:
    """Give points of the domain, a quantity's values depending on its name and its domain alone."""
    if not free:
        return iter(({},))
    rows = zip(*(_values_of(name, meaning.domain(name)) for name in free), strict=True)
    return (dict(zip(free, row, strict=True)) for row in rows)


def first_of(name: str, domain: Domain) -> Fraction:
    """Draw the first of a quantity's values, a real one, when no other is asked for."""
    value: Fraction = _drawn(_stream(name), _SCALES[0], domain, turned=False)
    return value


def beside(values: Mapping[str, Any], meaning: Meaning) -> Mapping[str, Any] | None:
    """Give a point a little beside another; None where that leaves the domain."""
    nearby: dict[str, Any] = {}
    for name, value in values.items():
        shift = _shift(name)
        if meaning.domain(name) == "complex":
            exact = arb(value.numerator) / value.denominator if isinstance(value, Fraction) else value
            nearby[name] = acb(exact) + acb(1, 1) * arb(shift.numerator) / shift.denominator
        else:
            nearby[name] = value + shift
            if not inside(meaning, name, nearby[name]):
                return None
    return nearby


def _shift(name: str) -> Fraction:
    """Draw a small number that has nothing to do with those of other names."""
    stream = _stream(f"{name} beside")
    return Fraction(sum(next(stream) * 20**place for place in range(6)), 10**16 + 61)


@lru_cache(maxsize=1024)
def _values_of(name: str, domain: Domain) -> tuple[Any, ...]:
    """Draw a quantity's values at four magnitudes, the ones pleasant to look at first."""
    stream = _stream(name)
    values: list[Any] = []
    with precision(FINEST):
        for scale in _SCALES:
            turns = [scale != 1 or count >= NICE // 2 for count in range(NICE if scale == 1 else _EACH)]
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
