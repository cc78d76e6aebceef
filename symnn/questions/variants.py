"""What each student is given: values drawn from a seed, the same in every run and for nobody to foresee."""

from __future__ import annotations

import hashlib
import hmac
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from symnn.questions.fields import Among, DrawnSteps

if TYPE_CHECKING:
    from collections.abc import Mapping
    from fractions import Fraction

    from symnn.documents.containers import Nested
    from symnn.questions.fields import Drawn, Given

__all__ = ["PRACTICE", "drawn", "is_drawn", "possible", "seed_of"]

PRACTICE = "practice"
"""The seed where none is given."""


def seed_of(key: bytes, exercise: str, part: str, student: str) -> str:
    """Give a student's seed for a part: HMAC-SHA256 of the course's key, in hexadecimal.

    >>> seed_of(b"key", "bp-2-2-1", "value", "007") == seed_of(b"key", "bp-2-2-1", "value", "7")
    False
    """
    message = f"{exercise}\x00{part}\x00{student}".encode()  # `classroom.work.Task.seeding` is its beginning
    return hmac.digest(key, message, "sha256").hex()


def drawn(at: Mapping[str, Any], seed: str) -> dict[str, Nested]:
    """Give every quantity its value in the variant of a seed.

    >>> from fractions import Fraction
    >>> drawn({"x": Among((Fraction(1), Fraction(2))), "z": 1}, "s")["z"]
    1
    """
    return {name: _value(name, given, seed or PRACTICE) for name, given in at.items()}


def is_drawn(at: Mapping[str, Any]) -> bool:
    """Tell if values differ from student to student."""
    return any(isinstance(given, DrawnSteps | Among) for given in at.values())


@lru_cache(maxsize=1024)
def possible(draw: Drawn) -> tuple[Fraction, ...]:
    """List the values that may be drawn, in order.

    >>> from fractions import Fraction
    >>> [int(value) for value in possible(DrawnSteps(Fraction(-1), Fraction(1), Fraction(1), (Fraction(0),)))]
    [-1, 1]
    """
    if isinstance(draw, Among):
        return draw.choices
    count = int((draw.high - draw.low) / draw.step) + 1
    values = (draw.low + k * draw.step for k in range(count))
    return tuple(value for value in values if value not in draw.excluded)


def _value(name: str, given: Given, seed: str) -> Nested:
    if not isinstance(given, DrawnSteps | Among):
        return given
    values = possible(given)
    number = int.from_bytes(hmac.new(seed.encode(), name.encode(), hashlib.sha256).digest())
    return values[number % len(values)]
