"""A ratio that is a plain number: found from its residue, or from a float."""

from __future__ import annotations

from fractions import Fraction

from symnn.equality.residue_points import fraction_of

__all__ = ["simplest", "small_fraction"]

_LARGEST = 100
"""Of larger numbers some fraction lies near to anything."""
_NEAR = 1e-10


def small_fraction(residue: int, modulus: int, largest: int = 1 << 16) -> Fraction | None:
    """Give the fraction of small numbers that a residue is, None if it is none.

    >>> prime = (1 << 61) - 1
    >>> small_fraction(-3 * pow(7, -1, prime) % prime, prime)
    Fraction(-3, 7)
    """
    found = fraction_of(residue, modulus, largest)
    return None if found is None else Fraction(*found)


def simplest(value: float) -> Fraction | None:
    """Give the fraction of small numbers that a float is, None if it is none.

    >>> simplest(-1 / 3), simplest(0.123456789)
    (Fraction(-1, 3), None)
    """
    if not 1 / _LARGEST <= abs(value) <= _LARGEST:
        return None
    found = Fraction(value).limit_denominator(_LARGEST)
    return found if found and abs(found - Fraction(value)) <= _NEAR * abs(found) else None
