"""Trees as quotients of polynomials in atoms (quantities, exponentials, other functions), and their factors.

Rung 1 needs factors where a logarithm, a root or a kink stands over a sum: 1 − 1/(1 + exp(−a)) is
exp(−a)/(1 + exp(−a)), so its logarithm is −a − log(1 + exp(−a)). Everything is bounded; what is too large
stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from math import lcm
from typing import Any, TypeAlias

from msgspec import Struct

from symnn.equality.alike import Signatures
from symnn.equality.monomials import (
    MOST_TERMS,
    ONE,
    Exponent,
    Monomial,
    Polynomial,
    Terms,
    added_polynomials,
    irreducible,
    joined,
    lowest,
    multiplied_polynomials,
    raised_monomial,
    raised_single,
    simple,
)
from symnn.expressions.literals import LONGEST, TooLarge, constant
from symnn.expressions.tree import (
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
from symnn.expressions.valuation import Valuation
from symnn.ops import named

__all__ = ["Factored", "Polynomials", "Ratio", "settled"]

_MOST_POWER = 12
_MOST_STEPS = 10_000


Ratio: TypeAlias = tuple[Polynomial, Polynomial]
"""A numerator and a denominator."""


class Factored(Struct, frozen=True):
    """A tree as ``constant`` times exp(``exponent``) times powers of irreducible factors."""

    constant: Fraction
    exponent: tuple[tuple[Exponent, Tree], ...]
    factors: tuple[tuple[Tree, int], ...]


def settled(tree: Tree) -> Fraction | None:
    """Give the number that a tree always is, also where quantities cancel; None if it depends on any.

    >>> x = Name("x")
    >>> settled(Sum((Number(2), x, Negative(x))))
    Fraction(2, 1)
    """
    terms = Polynomials({}).terms(tree)
    if terms is None or len(terms) > 1 or (terms and terms[0][1] != Number(1)):
        return None
    return terms[0][0] if terms else Fraction(0)


class _Exponent(Struct, frozen=True):
    """What stands in an exponential that is an atom: a monomial, over a sum or nothing."""

    mono: Monomial
    under: Terms = ()


class _Parts(Struct, frozen=True):
    """A number times powers of atoms times powers of irreducible polynomials."""

    whole: Fraction
    powers: dict[int, Exponent] = {}
    found: dict[Terms, int] = {}


class Polynomials(Valuation[Ratio]):
    """Converts trees of one comparison; ``equations`` are looked into, every other name is an atom.

    ``prepare`` prepares an equation as the tree that it is compared with was prepared.
    """

    def __init__(self, equations: Mapping[str, Tree], prepare: Callable[[Tree], Tree] | None = None) -> None:
        self.equations = equations
        self.prepare = prepare
        self.atoms: list[Tree | _Exponent] = []
        self.numbers: dict[Any, int] = {}
        self.seen: dict[int, tuple[Tree, Ratio]] = {}
        self.steps = 0
        self._signatures = Signatures()
        self._monomials: dict[Monomial, Tree] = {}
        self._exponents: dict[int, Tree] = {}

    def factored(self, tree: Tree) -> Factored | None:
        """Give the factors of a tree; None if it is too large or 0."""
        try:
            return self._collected(self._factors(tree))
        except (TooLarge, ZeroDivisionError, RecursionError):
            return None

    def terms(self, tree: Tree) -> tuple[tuple[Fraction, Tree], ...] | None:
        """Multiply a tree out: coefficients and monomials as trees; None if it is no polynomial or too large."""
        try:
            over, under = self.of(tree)
        except (TooLarge, ZeroDivisionError, RecursionError):
            return None
        if len(under) != 1:
            return None
        ((low, divisor),) = under.items()
        divided = {joined(mono, raised_monomial(low, -1)): value / divisor for mono, value in over.items()}
        return tuple((divided[mono], self.written(mono)) for mono in sorted(divided))

    def of(self, tree: Tree) -> Ratio:
        """Give numerator and denominator of a tree. Raises TooLarge, ZeroDivisionError."""
        known = self.seen.get(id(tree))
        if known is None:
            self.steps += 1
            if self.steps > _MOST_STEPS:
                raise TooLarge
            known = (tree, self._ratio(tree))
            self.seen[id(tree)] = known
        return known[1]

    def _ratio(self, tree: Tree) -> Ratio:
        found: Ratio = self.rules[type(tree)](self, tree)
        return found

    def _other(self, tree: Tree) -> Ratio:
        return {((self._atom(tree), 1),): Fraction(1)}, {ONE: Fraction(1)}

    def _number(self, tree: Number) -> Ratio:
        return {ONE: tree.value} if tree.numerator else {}, {ONE: Fraction(1)}

    def _name(self, tree: Name) -> Ratio:
        equation = self.equations.get(tree.name)
        if equation is None:
            return self._other(tree)
        return self.of(equation if self.prepare is None else self.prepare(equation))

    def _negative(self, tree: Negative) -> Ratio:
        over, under = self.of(tree.operand)
        return {mono: -value for mono, value in over.items()}, under

    def _sum(self, tree: Sum) -> Ratio:
        over, under = self.of(tree.terms[0])
        for term in tree.terms[1:]:
            above, below = self.of(term)
            if below == under:
                over = added_polynomials(over, above)
            else:
                over, under = (
                    added_polynomials(multiplied_polynomials(over, below), multiplied_polynomials(above, under)),
                    multiplied_polynomials(under, below),
                )
        return over, under

    def _product(self, tree: Product | Entrywise) -> Ratio:
        over, under = self.of(tree.factors[0])
        for factor in tree.factors[1:]:
            above, below = self.of(factor)
            over, under = multiplied_polynomials(over, above), multiplied_polynomials(under, below)
        return over, under

    def _quotient(self, tree: Quotient) -> Ratio:
        above, below = self.of(tree.over), self.of(tree.under)
        if not below[0]:
            raise ZeroDivisionError
        return multiplied_polynomials(above[0], below[1]), multiplied_polynomials(above[1], below[0])

    def _power(self, tree: Power) -> Ratio:
        power = constant(tree.exponent)
        if power is None or power.denominator != 1:
            return self._other(tree)
        return self._raised(self.of(tree.base), power.numerator)

    def _call(self, tree: Call) -> Ratio:
        match tree:
            case Call(named.EXP, (argument,), 0):
                return self._exp(argument)
            case Call(named.SIGN, (argument,), 0):
                return self.of(Quotient(Call(named.ABS, (argument,)), argument))
        return self._other(tree)

    def _raised(self, base: Ratio, power: int) -> Ratio:
        over, under = base if power >= 0 else (base[1], base[0])
        if not under:
            raise ZeroDivisionError
        power = abs(power)
        if len(over) == len(under) == 1 and power <= LONGEST:
            return raised_single(over, power), raised_single(under, power)
        if power > _MOST_POWER:
            raise TooLarge
        above: Polynomial = {ONE: Fraction(1)}
        below: Polynomial = {ONE: Fraction(1)}
        for _ in range(power):
            above, below = multiplied_polynomials(above, over), multiplied_polynomials(below, under)
        return above, below

    def _exp(self, argument: Tree) -> Ratio:
        """Write exp of a quotient of polynomials as a product of powers of exp(monomial over the denominator)."""
        over, under = self.of(argument)
        common = lowest(under)
        divisor = under[max(under)]
        rest = tuple(sorted((joined(mono, raised_monomial(common, -1)), under[mono] / divisor) for mono in under))
        mono = ONE
        for term in sorted(over):
            exponent = _Exponent(joined(term, raised_monomial(common, -1)), rest if len(rest) > 1 else ())
            mono = joined(mono, ((self._numbered(exponent, exponent), simple(over[term] / divisor)),))
        return {mono: Fraction(1)}, {ONE: Fraction(1)}

    def _atom(self, tree: Tree) -> int:
        """Give the number of an atom; calls whose arguments are equal polynomials are one atom."""
        if isinstance(tree, Call):
            return self._numbered((tree.function, tree.order, *map(self._key, tree.arguments)), tree)
        if isinstance(tree, Power):
            return self._numbered(("power", self._key(tree.base), self._key(tree.exponent)), tree)
        return self._numbered(bare(tree), tree)

    def _key(self, tree: Tree) -> Any:
        over, under = self.of(tree)
        leading = under[max(under)]
        return tuple(tuple(sorted((mono, value / leading) for mono, value in part.items())) for part in (over, under))

    def _numbered(self, key: Any, atom: Tree | _Exponent) -> int:
        if key not in self.numbers:
            self.numbers[key] = len(self.atoms)
            self.atoms.append(atom)
        return self.numbers[key]

    def written(self, mono: Monomial) -> Tree:
        """Write a monomial as a tree: the same one whenever it comes, or nested exponentials would grow without end."""
        known = self._monomials.get(mono)
        if known is None:
            factors = tuple(self._written_atom(place, exponent) for place, exponent in mono)
            known = Number(1) if not factors else factors[0] if len(factors) == 1 else Product(factors)
            self._monomials[mono] = known
        return known

    def _written_atom(self, place: int, exponent: Exponent) -> Tree:
        atom = self.atoms[place]
        if isinstance(atom, _Exponent):
            return Call(named.EXP, (Product((number(exponent), self._written_exponent(place, atom))),))
        return atom if exponent == 1 else Power(atom, number(exponent))

    def _written_exponent(self, place: int, exponent: _Exponent) -> Tree:
        known = self._exponents.get(place)
        if known is None:
            known = self.written(exponent.mono)
            if exponent.under:
                known = Quotient(known, Sum(tuple(self._term(mono, value) for mono, value in exponent.under)))
            self._exponents[place] = known
        return known

    def _factors(self, tree: Tree) -> _Parts:
        """Factor products, quotients and powers piece by piece, and what remains as a quotient of polynomials."""
        match tree:
            case Negative(operand):
                return _joined([(_Parts(Fraction(-1)), 1), (self._factors(operand), 1)])
            case Product(factors) | Entrywise(factors):
                return _joined([(self._factors(factor), 1) for factor in factors])
            case Quotient(above, below):
                return _joined([(self._factors(above), 1), (self._factors(below), -1)])
            case Power(base, exponent) if (power := constant(exponent)) is not None and power.denominator == 1:
                return _joined([(self._factors(base), power.numerator)])
        over, under = self.of(tree)
        if not over:
            raise ZeroDivisionError
        scale = self._scale(over, under)
        return _joined([(self._of_polynomial(over, scale), 1), (self._of_polynomial(under, scale), -1)])

    def _of_polynomial(self, part: Polynomial, scale: dict[int, int]) -> _Parts:
        if len(part) > MOST_TERMS:
            raise TooLarge
        common = lowest(part)
        whole, factors = irreducible(part, common, scale)
        found: dict[Terms, int] = {}
        for terms, times in factors:
            leading = max(terms, key=lambda term: self._signatures.of(self.written(term[0])))[1]
            whole *= leading**times
            found[tuple((mono, value / leading) for mono, value in terms)] = times
        return _Parts(whole, dict(common), found)

    def _scale(self, *parts: Polynomial) -> dict[int, int]:
        """Give the common denominator of the exponents of each atom."""
        scale: dict[int, int] = {}
        for part in parts:
            for mono in part:
                for place, exponent in mono:
                    scale[place] = lcm(scale.get(place, 1), exponent.denominator)
        return scale

    def _collected(self, parts: _Parts) -> Factored:
        exponent: list[tuple[Exponent, Tree]] = []
        factors: list[tuple[Tree, int]] = []
        for place in sorted(parts.powers):
            atom, power = self.atoms[place], parts.powers[place]
            if power and isinstance(atom, _Exponent):
                exponent.append((power, self._written_exponent(place, atom)))
            elif power and not isinstance(atom, _Exponent):
                factors.append((atom, power.numerator))
        for factor in sorted(parts.found):
            if parts.found[factor]:
                terms = tuple(self._term(mono, value) for mono, value in factor)
                factors.append((Sum(terms), parts.found[factor]))
        return Factored(parts.whole, tuple(exponent), tuple(factors))

    def _term(self, mono: Monomial, value: Fraction) -> Tree:
        if value == 1:
            return self.written(mono)
        return number(value) if not mono else Product((number(value), self.written(mono)))


def _joined(parts: list[tuple[_Parts, int]]) -> _Parts:
    """Multiply factored parts, each raised to a whole power. Raises TooLarge, ZeroDivisionError."""
    whole = Fraction(1)
    powers: dict[int, Exponent] = {}
    found: dict[Terms, int] = {}
    for part, times in parts:
        size = max(part.whole.numerator.bit_length(), part.whole.denominator.bit_length())
        if size * abs(times) > LONGEST and abs(part.whole) != 1:
            raise TooLarge
        whole *= part.whole**times
        for place, exponent in part.powers.items():
            powers[place] = simple(powers.get(place, 0) + exponent * times)
        for factor, count in part.found.items():
            found[factor] = found.get(factor, 0) + count * times
    return _Parts(whole, powers, found)
