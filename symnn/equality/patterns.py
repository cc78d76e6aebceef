"""Which patterns of signs cannot be: x − y, y − z and z − x are not all positive, because they add up to 0.

The arguments of kinks are known by their residues at several points. A linear relation between some of them
that holds at all these points holds everywhere; if it has positive coefficients (each argument taken with its
sign), a sum of positive numbers would be 0, so no point has these signs.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import combinations
from typing import TypeAlias

__all__ = ["fraction_of", "impossible"]

Vector: TypeAlias = tuple[int, ...]
"""The residues of one argument at several points."""

_LONGEST = 4
"""The most arguments in one relation that is looked for."""

_SMALL = 1 << 30


def fraction_of(residue: int, modulus: int) -> tuple[int, int] | None:
    """Give the fraction of small numbers that a residue is; None if it is none.

    >>> fraction_of(-3 * pow(7, -1, 10**30 + 57) % (10**30 + 57), 10**30 + 57)
    (-3, 7)
    """
    above, under = modulus, residue
    before, now = 0, 1
    while under > _SMALL:
        above, (quotient, under) = under, divmod(above, under)
        before, now = now, before - quotient * now
    if not under or abs(now) > _SMALL:
        return None
    return (under, now) if now > 0 else (-under, -now)


def impossible(vectors: Sequence[Vector], signs: Sequence[int], modulus: int) -> bool:
    """Say whether provably no point gives the arguments with these residues these signs.

    >>> impossible([(5, 7), (2, 9), (1000 - 7, 1000 - 16)], [1, 1, 1], 10**30 + 57)
    False
    >>> prime = 10**30 + 57
    >>> impossible([(5, 7), (2, 9), (prime - 7, prime - 16)], [1, 1, 1], prime)
    True
    """
    products = ({signs[place] * side for place, side in relation} for relation in _relations(tuple(vectors), modulus))
    return any(len(found) == 1 for found in products)


@lru_cache(maxsize=64)
def _relations(vectors: tuple[Vector, ...], modulus: int) -> tuple[tuple[tuple[int, int], ...], ...]:
    """List the shortest linear relations: which vectors, and the signs of their coefficients."""
    found: list[tuple[tuple[int, int], ...]] = []
    for length in range(2, _LONGEST + 1):
        for places in combinations(range(len(vectors)), length):
            if any(set(places) >= {place for place, _ in shorter} for shorter in found):
                continue
            sides = _dependence([vectors[place] for place in places], modulus)
            if sides is not None:
                found.append(tuple(zip(places, sides, strict=True)))
    return tuple(found)


def _dependence(vectors: list[Vector], modulus: int) -> list[int] | None:
    """Give the signs of the coefficients with which vectors add up to 0, the last one's being −1.

    None if there are none, or if they are no fractions of small numbers.
    """
    rows = [list(row) for row in zip(*vectors, strict=True)]
    count = len(vectors) - 1
    for column in range(count):
        pivot = next((place for place in range(column, len(rows)) if rows[place][column]), None)
        if pivot is None:
            return None
        rows[column], rows[pivot] = rows[pivot], rows[column]
        try:
            inverse = pow(rows[column][column], -1, modulus)
        except ValueError:
            return None
        rows[column] = [value * inverse % modulus for value in rows[column]]
        for place, row in enumerate(rows):
            factor = row[column]
            if place != column and factor:
                rows[place] = [(one - factor * other) % modulus for one, other in zip(row, rows[column], strict=True)]
    if any(row[count] for row in rows[count:]):
        return None
    fractions = [fraction_of(row[count], modulus) for row in rows[:count]]
    return None if None in fractions else [1 if found[0] > 0 else -1 for found in fractions if found] + [-1]
