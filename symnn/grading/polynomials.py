"""Trees as quotients of polynomials in atoms (quantities, exponentials, other functions), and their factors.

Rung 1 needs factors where a logarithm, a root or a kink stands over a sum: 1 − 1/(1 + exp(−a)) is
exp(−a)/(1 + exp(−a)), so its logarithm is −a − log(1 + exp(−a)). Everything is bounded; what is too large
stays as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import lcm
from typing import Any, TypeAlias

from msgspec import Struct

from symnn.grading.alike import signature
from symnn.grading.constants import LONGEST, TooLarge, constant
from symnn.language.tree import (
    Call,
    Entrywise,
    Name,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    Tree,
    bare,
    number,
)

__all__ = ["Factored", "Monomial", "Polynomial", "Polynomials"]

Monomial: TypeAlias = tuple[tuple[int, Fraction], ...]
"""Atoms by number with their exponents, in the order of the numbers."""

Polynomial: TypeAlias = dict[Monomial, Fraction]
"""Coefficients by monomial."""

Terms: TypeAlias = tuple[tuple[Monomial, Fraction], ...]
"""A polynomial as a sorted list of its terms."""

_MOST_TERMS = 80
_MOST_POWER = 12
_HIGHEST = 24
_MOST_STEPS = 10_000
_ONE: Monomial = ()


class Factored(Struct, frozen=True):
    """A tree as ``constant`` times exp(``exponent``) times powers of irreducible factors."""

    constant: Fraction
    exponent: tuple[tuple[Fraction, Tree], ...]
    factors: tuple[tuple[Tree, int], ...]


class Polynomials:
    """Converts trees of one comparison; ``equations`` are looked into, every other name is an atom."""

    def __init__(self, equations: Mapping[str, Tree]) -> None:
        self.equations = equations
        self.atoms: list[Tree | Monomial] = []
        self.numbers: dict[Any, int] = {}
        self.seen: dict[int, tuple[Tree, tuple[Polynomial, Polynomial]]] = {}
        self.steps = 0

    def factored(self, tree: Tree) -> Factored | None:
        """Give the factors of a tree; None if it is too large or 0."""
        try:
            over, under = self.quotient(tree)
            return self._factors(over, under)
        except (TooLarge, ZeroDivisionError, RecursionError):
            return None

    def terms(self, tree: Tree) -> tuple[tuple[Fraction, Tree], ...] | None:
        """Multiply a tree out: coefficients and monomials as trees; None if it is no polynomial or too large."""
        try:
            over, under = self.quotient(tree)
        except (TooLarge, ZeroDivisionError, RecursionError):
            return None
        if len(under) != 1:
            return None
        ((low, divisor),) = under.items()
        divided = {_times(mono, _power(low, Fraction(-1))): value / divisor for mono, value in over.items()}
        return tuple((divided[mono], self.written(mono)) for mono in sorted(divided))

    def quotient(self, tree: Tree) -> tuple[Polynomial, Polynomial]:
        """Give numerator and denominator of a tree. Raises TooLarge, ZeroDivisionError."""
        known = self.seen.get(id(tree))
        if known is None:
            self.steps += 1
            if self.steps > _MOST_STEPS:
                raise TooLarge
            known = (tree, self._quotient(tree))
            self.seen[id(tree)] = known
        return known[1]

    def _quotient(self, tree: Tree) -> tuple[Polynomial, Polynomial]:
        match tree:
            case Number():
                return {_ONE: tree.value} if tree.numerator else {}, {_ONE: Fraction(1)}
            case Negative(operand):
                over, under = self.quotient(operand)
                return {mono: -value for mono, value in over.items()}, under
            case Sum(terms):
                return self._sum(terms)
            case Product(factors) | Entrywise(factors):
                return self._product(factors)
            case Quotient(above, below):
                return self._divided(self.quotient(above), self.quotient(below))
            case Power(base, exponent) if (power := constant(exponent)) is not None and power.denominator == 1:
                return self._power(self.quotient(base), power.numerator)
            case Call("exp", (argument,), 0):
                return self._exp(argument)
            case Call("sign", (argument,), 0):
                return self.quotient(Quotient(Call("abs", (argument,)), argument))
            case Name(name) if name in self.equations:
                return self.quotient(self.equations[name])
        return {((self._atom(tree), Fraction(1)),): Fraction(1)}, {_ONE: Fraction(1)}

    def _sum(self, terms: tuple[Tree, ...]) -> tuple[Polynomial, Polynomial]:
        over, under = self.quotient(terms[0])
        for term in terms[1:]:
            above, below = self.quotient(term)
            if below == under:
                over = _add(over, above)
            else:
                over, under = _add(_multiply(over, below), _multiply(above, under)), _multiply(under, below)
        return over, under

    def _product(self, factors: tuple[Tree, ...]) -> tuple[Polynomial, Polynomial]:
        over, under = self.quotient(factors[0])
        for factor in factors[1:]:
            above, below = self.quotient(factor)
            over, under = _multiply(over, above), _multiply(under, below)
        return over, under

    def _divided(
        self, above: tuple[Polynomial, Polynomial], below: tuple[Polynomial, Polynomial]
    ) -> tuple[Polynomial, Polynomial]:
        if not below[0]:
            raise ZeroDivisionError
        return _multiply(above[0], below[1]), _multiply(above[1], below[0])

    def _power(self, base: tuple[Polynomial, Polynomial], power: int) -> tuple[Polynomial, Polynomial]:
        over, under = base if power >= 0 else (base[1], base[0])
        if not under:
            raise ZeroDivisionError
        power = abs(power)
        if len(over) == len(under) == 1 and power <= LONGEST:
            return _monomial_power(over, power), _monomial_power(under, power)
        if power > _MOST_POWER:
            raise TooLarge
        above: Polynomial = {_ONE: Fraction(1)}
        below: Polynomial = {_ONE: Fraction(1)}
        for _ in range(power):
            above, below = _multiply(above, over), _multiply(below, under)
        return above, below

    def _exp(self, argument: Tree) -> tuple[Polynomial, Polynomial]:
        """Write exp of a polynomial as a product of powers of exp(monomial)."""
        over, under = self.quotient(argument)
        if len(under) != 1:
            return {((self._atom(Call("exp", (argument,))), Fraction(1)),): Fraction(1)}, {_ONE: Fraction(1)}
        ((low, divisor),) = under.items()
        mono = _ONE
        for term in sorted(over):
            exponent = _times(term, _power(low, Fraction(-1)))
            place = self._numbered(("exp", exponent), exponent)
            mono = _times(mono, ((place, over[term] / divisor),))
        return {mono: Fraction(1)}, {_ONE: Fraction(1)}

    def _atom(self, tree: Tree) -> int:
        """Give the number of an atom; calls whose arguments are equal polynomials are one atom."""
        if isinstance(tree, Call):
            return self._numbered((tree.function, tree.order, *map(self._key, tree.arguments)), tree)
        if isinstance(tree, Power):
            return self._numbered(("power", self._key(tree.base), self._key(tree.exponent)), tree)
        return self._numbered(bare(tree), tree)

    def _key(self, tree: Tree) -> Any:
        over, under = self.quotient(tree)
        leading = under[max(under)]
        return tuple(tuple(sorted((mono, value / leading) for mono, value in part.items())) for part in (over, under))

    def _numbered(self, key: Any, atom: Tree | Monomial) -> int:
        if key not in self.numbers:
            self.numbers[key] = len(self.atoms)
            self.atoms.append(atom)
        return self.numbers[key]

    def written(self, mono: Monomial) -> Tree:
        """Write a monomial as a tree."""
        factors = tuple(self._written_atom(place, exponent) for place, exponent in mono)
        return Number(1) if not factors else factors[0] if len(factors) == 1 else Product(factors)

    def _written_atom(self, place: int, exponent: Fraction) -> Tree:
        atom = self.atoms[place]
        if isinstance(atom, tuple):
            return Call("exp", (Product((number(exponent), self.written(atom))),))
        return atom if exponent == 1 else Power(atom, number(exponent))

    def _factors(self, over: Polynomial, under: Polynomial) -> Factored | None:
        if not over:
            return None
        scale = self._scale(over, under)
        whole = Fraction(1)
        powers: dict[int, Fraction] = {}
        found: dict[Terms, int] = {}
        for part, sign in ((over, 1), (under, -1)):
            common = _lowest(part)
            for place, exponent in common:
                powers[place] = powers.get(place, Fraction(0)) + sign * exponent
            value, factors = _irreducible(part, common, scale)
            whole *= value**sign
            for terms, times in factors:
                leading = max(terms, key=lambda term: signature(self.written(term[0])))[1]
                whole *= leading ** (sign * times)
                factor = tuple((mono, value / leading) for mono, value in terms)
                found[factor] = found.get(factor, 0) + sign * times
        return self._collected(whole, powers, found)

    def _scale(self, *parts: Polynomial) -> dict[int, int]:
        """Give the common denominator of the exponents of each atom."""
        scale: dict[int, int] = {}
        for part in parts:
            for mono in part:
                for place, exponent in mono:
                    scale[place] = lcm(scale.get(place, 1), exponent.denominator)
        return scale

    def _collected(
        self,
        whole: Fraction,
        powers: dict[int, Fraction],
        found: dict[Terms, int],
    ) -> Factored:
        exponent: list[tuple[Fraction, Tree]] = []
        factors: list[tuple[Tree, int]] = []
        for place in sorted(powers):
            atom, power = self.atoms[place], powers[place]
            if power and isinstance(atom, tuple):
                exponent.append((power, self.written(atom)))
            elif power and not isinstance(atom, tuple):
                factors.append((atom, power.numerator))
        for factor in sorted(found):
            if found[factor]:
                terms = tuple(self._term(mono, value) for mono, value in factor)
                factors.append((Sum(terms), found[factor]))
        return Factored(whole, tuple(exponent), tuple(factors))

    def _term(self, mono: Monomial, value: Fraction) -> Tree:
        if value == 1:
            return self.written(mono)
        return number(value) if not mono else Product((number(value), self.written(mono)))


def _add(left: Polynomial, right: Polynomial) -> Polynomial:
    result = dict(left)
    for mono, value in right.items():
        total = result.get(mono, Fraction(0)) + value
        if total:
            result[mono] = total
        else:
            result.pop(mono, None)
    return result


def _multiply(left: Polynomial, right: Polynomial) -> Polynomial:
    if len(left) * len(right) > _MOST_TERMS * 4:
        raise TooLarge
    result: Polynomial = {}
    for one, value in left.items():
        for other, factor in right.items():
            mono = _times(one, other)
            total = result.get(mono, Fraction(0)) + value * factor
            if total:
                result[mono] = total
            else:
                result.pop(mono, None)
    if len(result) > _MOST_TERMS:
        raise TooLarge
    return result


def _times(left: Monomial, right: Monomial) -> Monomial:
    powers = dict(left)
    for place, exponent in right:
        powers[place] = powers.get(place, Fraction(0)) + exponent
    return tuple(sorted((place, exponent) for place, exponent in powers.items() if exponent))


def _power(mono: Monomial, exponent: Fraction) -> Monomial:
    return tuple((place, power * exponent) for place, power in mono)


def _monomial_power(single: Polynomial, power: int) -> Polynomial:
    ((mono, value),) = single.items()
    size = max(value.numerator.bit_length(), value.denominator.bit_length())
    if size * power > LONGEST and abs(value) != 1:
        raise TooLarge
    return {_power(mono, Fraction(power)): value**power}


def _lowest(part: Polynomial) -> Monomial:
    """Give the monomial that divides a polynomial, exponents of atoms that are missing counting as 0."""
    places = sorted({place for mono in part for place, _ in mono})
    powers = [dict(mono) for mono in part]
    lowest = [(place, min(power.get(place, Fraction(0)) for power in powers)) for place in places]
    return tuple((place, exponent) for place, exponent in lowest if exponent)


def _irreducible(part: Polynomial, common: Monomial, scale: dict[int, int]) -> tuple[Fraction, list[tuple[Terms, int]]]:
    """Give a constant and the irreducible factors of a polynomial over its common monomial."""
    from flint import Ordering, fmpq, fmpq_mpoly_ctx

    rest = {_times(mono, _power(common, Fraction(-1))): value for mono, value in part.items()}
    places = sorted({place for mono in rest for place, _ in mono})
    if not places:
        return rest[_ONE], []
    rows = {}
    for mono, value in rest.items():
        powers = dict(mono)
        row = tuple(int(powers.get(place, 0) * scale[place]) for place in places)
        rows[row] = fmpq(value.numerator, value.denominator)
    if max(sum(row) for row in rows) > _HIGHEST or len(rows) > _MOST_TERMS:
        raise TooLarge
    ring = fmpq_mpoly_ctx.get(tuple(f"x{place}" for place in places), Ordering.lex)
    whole, factors = ring.from_dict(rows).factor()
    found = [(_terms(factor.to_dict(), places, scale), int(times)) for factor, times in factors]
    return Fraction(int(whole.p), int(whole.q)), found


def _terms(rows: Mapping[tuple[int, ...], Any], places: list[int], scale: dict[int, int]) -> Terms:
    """Give the terms of a factor in order."""
    terms = []
    for row, value in rows.items():
        mono = tuple(
            (place, Fraction(int(power), scale[place])) for place, power in zip(places, row, strict=True) if int(power)
        )
        terms.append((mono, Fraction(int(value.p), int(value.q))))
    return tuple(sorted(terms))
