"""Polynomials in numbered atoms: sums, products, and irreducible factors (python-flint), all bounded."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, TypeAlias

from symnn.equality.work import spend
from symnn.expressions.literals import LONGEST, TooLarge

__all__ = [
    "MOST_TERMS",
    "ONE",
    "Exponent",
    "Monomial",
    "Polynomial",
    "Terms",
    "added_polynomials",
    "irreducible",
    "joined",
    "lowest",
    "multiplied_polynomials",
    "raised_monomial",
    "raised_single",
    "simple",
]

Exponent: TypeAlias = int | Fraction
"""A whole number where it is one: fractions take ten times as long to add and to look up."""

Monomial: TypeAlias = tuple[tuple[int, Exponent], ...]
"""Atoms by number with their exponents, in the order of the numbers."""

Polynomial: TypeAlias = dict[Monomial, Fraction]
"""Coefficients by monomial."""

Terms: TypeAlias = tuple[tuple[Monomial, Fraction], ...]
"""A polynomial as a sorted list of its terms."""

ONE: Monomial = ()
MOST_TERMS = 80
_HIGHEST = 24
_MULTIPLIED = 6
"""What multiplying two terms costs."""
_FACTORED = 8
"""What each exponent of a polynomial costs to factor, among few quantities."""
_FEW = 16


def added_polynomials(left: Polynomial, right: Polynomial) -> Polynomial:
    """Add two polynomials."""
    result = dict(left)
    for mono, value in right.items():
        total = result.get(mono, Fraction(0)) + value
        if total:
            result[mono] = total
        else:
            result.pop(mono, None)
    return result


def multiplied_polynomials(left: Polynomial, right: Polynomial) -> Polynomial:
    """Multiply two polynomials. Raises TooLarge."""
    if len(left) * len(right) > MOST_TERMS * 4:
        raise TooLarge
    spend(_MULTIPLIED * len(left) * len(right))
    result: Polynomial = {}
    for one, value in left.items():
        for other, factor in right.items():
            mono = joined(one, other)
            total = result.get(mono, Fraction(0)) + value * factor
            if total:
                result[mono] = total
            else:
                result.pop(mono, None)
    if len(result) > MOST_TERMS:
        raise TooLarge
    return result


def joined(left: Monomial, right: Monomial) -> Monomial:
    """Multiply two monomials."""
    if not left or not right:
        return left or right
    powers = dict(left)
    for place, exponent in right:
        powers[place] = simple(powers[place] + exponent) if place in powers else exponent
    return tuple(sorted([one for one in powers.items() if one[1]]))


def simple(value: Exponent) -> Exponent:
    """Give a number as an ``int`` if it is one."""
    return value.numerator if value.denominator == 1 else value


def raised_monomial(mono: Monomial, exponent: Exponent) -> Monomial:
    """Raise a monomial to a power."""
    return tuple((place, simple(power * exponent)) for place, power in mono)


def raised_single(single: Polynomial, power: int) -> Polynomial:
    """Raise a polynomial of one term to a power. Raises TooLarge."""
    ((mono, value),) = single.items()
    size = max(value.numerator.bit_length(), value.denominator.bit_length())
    if size * power > LONGEST and abs(value) != 1:
        raise TooLarge
    return {raised_monomial(mono, power): value**power}


def lowest(part: Polynomial) -> Monomial:
    """Give the monomial that divides a polynomial, exponents of atoms that are missing counting as 0."""
    places = sorted({place for mono in part for place, _ in mono})
    powers = [dict(mono) for mono in part]
    lowest = [(place, min(power.get(place, 0) for power in powers)) for place in places]
    return tuple((place, exponent) for place, exponent in lowest if exponent)


def irreducible(part: Polynomial, common: Monomial, scale: dict[int, int]) -> tuple[Fraction, list[tuple[Terms, int]]]:
    """Give a constant and the irreducible factors of a polynomial over its common monomial."""
    from flint import Ordering, fmpq, fmpq_mpoly_ctx

    rest = {joined(mono, raised_monomial(common, -1)): value for mono, value in part.items()}
    places = sorted({place for mono in rest for place, _ in mono})
    spend(_FACTORED * len(rest) * len(places) * (1 + len(places) // _FEW))
    if not places:
        return rest[ONE], []
    rows = {}
    for mono, value in rest.items():
        powers = dict(mono)
        row = tuple(int(powers.get(place, 0) * scale[place]) for place in places)
        rows[row] = fmpq(value.numerator, value.denominator)
    highest = max(sum(row) for row in rows)
    if highest > _HIGHEST:
        raise TooLarge
    if highest == 1:  # nothing to factor
        return Fraction(1), [(tuple(sorted(rest.items())), 1)]
    ring = fmpq_mpoly_ctx.get(tuple(f"x{place}" for place in places), Ordering.lex)
    whole, factors = ring.from_dict(rows).factor()
    found = [(_sorted_terms(factor.to_dict(), places, scale), int(times)) for factor, times in factors]
    return Fraction(int(whole.p), int(whole.q)), found


def _sorted_terms(rows: Mapping[tuple[int, ...], Any], places: list[int], scale: dict[int, int]) -> Terms:
    """Give the terms of a factor in order."""
    terms = []
    for row, value in rows.items():
        mono = tuple(
            (place, simple(Fraction(int(power), scale[place])))
            for place, power in zip(places, row, strict=True)
            if int(power)
        )
        terms.append((mono, Fraction(int(value.p), int(value.q))))
    return tuple(sorted(terms))
