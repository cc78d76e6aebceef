"""Plain formulas, evaluated at a point as they stand: compiling pays only for what is evaluated again.

Most answers are + − × ÷ and whole powers of quantities, and one look is enough for them. Degrees and sizes are
bounded more coarsely than by the compiler; what passes the bounds, or is no such formula, is left to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import log2
from typing import Any

from msgspec import Struct

from symnn.derivation.primes import carried_out
from symnn.equality.fingerprint import DEEPEST, SURE_DEGREE, SURE_SIZE, pooled
from symnn.equality.meaning import Lambda, Meaning, Opaque
from symnn.equality.residue_code import Code
from symnn.equality.residue_points import ResiduePoint, Undefined, World
from symnn.equality.senses import Compiled, Sense
from symnn.equality.towers import PLAIN, tower
from symnn.errors import SymnnError
from symnn.expressions.tree import (
    Call,
    Constant,
    Entrywise,
    Name,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    Tree,
)
from symnn.expressions.valuation import Valuation
from symnn.networks.function import declared
from symnn.ops import named
from symnn.ops.table import OF_NUMBERS, OF_TENSORS

__all__ = ["Direct", "DirectReference", "Look", "NotDirect", "Units", "point_of"]


class NotDirect(Exception):  # noqa: N818 - it sends a tree to the compiler
    """The tree is no plain formula, or it has no value at this point."""


class Look(Struct, frozen=True, gc=False):
    """What a look shows: whether two trees agree as functions of these names, all of them free.

    ``surely``: they do, whatever the names are; else the named results among them must be independent.
    """

    equal: bool
    surely: bool
    names: tuple[str, ...]


class Units:
    """The named results that are a function at a named argument, ``y = f(a3)``; f(a3) is y, and f'(a3) y (1 - y).

    Where the function's inverse is a logarithm, exp(a3) is known, too: y/(1 - y) behind a sigmoid.
    """

    def __init__(self, equations: Mapping[str, Tree], meaning: Meaning) -> None:
        self._functions = meaning.functions
        self._shapes = meaning.shapes
        self._meant: dict[tuple[str, str, int], Tree | None] = {}
        self._exponentials: dict[str, Tree] = {}
        for name, equation in equations.items():
            match equation:
                case Call(function, (Name(argument),), 0):
                    self._meant.setdefault((function, argument, 0), Name(name))
                    if (exponential := self._exponential(function, Name(name))) is not None:
                        self._exponentials.setdefault(argument, exponential)

    def _exponential(self, function: str, value: Tree) -> Tree | None:
        """Write exp of a unit's argument through its value, where the function has such an inverse."""
        meant = self._functions.get(function)
        known = declared(function, meant.parameters[0], meant.body).known if isinstance(meant, Lambda) else function
        operation = OF_NUMBERS.get(known) if not isinstance(meant, Opaque) else None
        match None if operation is None or operation.inverse is None else operation.inverse(value):
            case Call(named.LOG, (inside,)):
                return inside
        return None

    def meant(self, call: Call) -> Tree | None:
        """Give what stands for a unit's function, or a derivative of it, at its own argument."""
        argument = call.arguments[0] if len(call.arguments) == 1 else None
        if call.function == named.EXP and argument is not None and self._exponentials and not call.order:
            return None if named.EXP in self._functions else self.exponential(argument)
        if type(argument) is not Name or (call.function, argument.name, 0) not in self._meant:
            return None
        key = (call.function, argument.name, call.order)
        if key not in self._meant:
            self._meant[key] = self._derived(Call(call.function, (argument,), call.order))
        return self._meant[key]

    def exponential(self, exponent: Tree) -> Tree | None:
        """Give what stands for exp of a whole multiple of a unit's argument."""
        times, name = _multiple(exponent)
        known = self._exponentials.get(name)
        if known is None or not times:
            return None
        if times < 0:
            known = Quotient(known.under, known.over) if isinstance(known, Quotient) else Quotient(Number(1), known)
        return known if abs(times) == 1 else Power(known, Number(abs(times)))

    def _derived(self, call: Call) -> Tree | None:
        known = self._functions.get(call.function)
        if isinstance(known, Opaque) or (known is None and call.function in OF_TENSORS):
            return None
        own = {} if known is None else {call.function: declared(call.function, known.parameters[0], known.body)}
        try:
            return carried_out(call, own, self._shapes)
        except SymnnError:  # whoever carries it out for good says why
            return None


def _multiple(tree: Tree) -> tuple[int, str]:
    """Give the name of which a tree is a whole multiple, and the multiple; no name where it is none.

    >>> _multiple(Negative(Product((Number(2), Name("a")))))
    (-2, 'a')
    """
    match tree:
        case Name(name):
            return 1, name
        case Negative(operand):
            times, name = _multiple(operand)
            return -times, name
        case Product((Number(times, 1), Name(name))) | Product((Name(name), Number(times, 1))):
            return times, name
    return 0, ""


def point_of(sense: Sense, depth: int, names: tuple[str, ...], seed: bytes) -> ResiduePoint:
    """Draw the point of a seed at which a look compares: the quantities in a field, without roots or signs."""
    point = World(tower(pooled(sense.meaning.key, seed), depth), PLAIN, seed, names, sense.runs).ground
    point.draw()
    return point


class DirectReference:
    """A reference that plain formulas are looked at beside, all names free."""

    __slots__ = ("_code", "_known", "_most", "_names", "_not_free", "_sense", "_units")

    def __init__(self, code: Code, names: tuple[str, ...], sense: Sense, most: float) -> None:
        self._code = code
        self._names = names
        self._known = frozenset(names)
        self._sense = sense
        self._most = most
        self._not_free = frozenset({*sense.equations, *sense.meaning.shapes})
        self._units = Units(sense.meaning.equations, sense.meaning)

    @staticmethod
    def of(reference: Compiled, free: Sense) -> DirectReference | None:
        """Take a compiled reference; None where it needs more than a look, or is too large for coarse bounds."""
        code = reference.code
        size, degree = code.over + code.under, code.top + code.bottom
        if reference.needs or code.depth > DEEPEST or not (size < SURE_SIZE and degree < SURE_DEGREE / 2):
            return None
        return DirectReference(code, free.leaves(reference.names), free, log2(SURE_SIZE / size))

    def look(self, answer: Tree, seed: bytes) -> Look | None:
        """Compare at the point of a seed; None where the answer is left to the compiler."""
        direct = self._evaluated(answer, seed)
        if direct is None:
            return None
        try:
            equal = direct.whole == self._code.run(direct.point)
        except Undefined:
            return None
        used = direct.used.keys()
        if equal and direct.weight > self._most:  # what differs in a field differs, however large it is
            return None
        names = self._names if used <= self._known else tuple(sorted(used | self._known))
        return Look(equal, equal and not direct.divides, names)

    def _evaluated(self, answer: Tree, seed: bytes) -> Direct | None:
        """Evaluate an answer at its point, once for all references of the same names; None where it is left."""
        sense, key = self._sense, (seed, self._names, self._code.depth)
        if sense.looked is not None and sense.looked[0] is answer and sense.looked[1] == key:
            known: Direct | None = sense.looked[2]
            return known
        direct = Direct(point_of(sense, self._code.depth, self._names, seed), self._not_free, self._units)
        try:
            direct.whole = direct.of(answer)
        except (NotDirect, Undefined, RecursionError):
            sense.looked = (answer, key, None)
            return None
        sense.looked = (answer, key, direct)
        return direct


class Direct(Valuation[Any]):
    """Evaluates one plain formula at one point.

    ``weight`` counts the quantities, and the digits in base two of the numbers, each as often as powers repeat it.
    It bounds the degrees of numerator p and denominator q, and 2 to its power bounds |p| + |q|, the absolute
    values of all coefficients: true of a quantity and of a number, kept by + − × ÷ and powers, because
    |p₁q₂| + |p₂q₁| + |q₁q₂| ≤ (|p₁| + |q₁|)·(|p₂| + |q₂|). Of n terms without fractions, where all q are 1, the
    heaviest counts n times: |p₁| + … + |pₙ| + 1 ≤ n·max(|pᵢ| + 1).
    ``used`` are the names that were not drawn with the point. ``whole`` is the value of the whole formula, once it is
    known. ``divides`` says whether anything is divided by what
    may vanish. Names that are ``not_free`` have equations of their own, which may be deeper than the point, or stand
    for more than a number: they are left to the compiler.

    >>> from symnn.equality.residue_points import World
    >>> from symnn.equality.towers import PLAIN, tower
    >>> point = World(tower(b"an example"), PLAIN, b"seed", ("x",), {}).ground
    >>> direct, x = Direct(point), Name("x")
    >>> direct.of(Sum((x, x))) == direct.of(Product((Number(2), x)))
    True
    """

    __slots__ = ("_drawn", "_not_free", "divides", "fractions", "modulus", "point", "units", "used", "weight", "whole")

    def __init__(
        self,
        point: ResiduePoint,
        not_free: frozenset[str] = frozenset(),
        units: Units | None = None,
    ) -> None:
        self.point = point
        self._drawn = point.get
        self._not_free = not_free
        self.modulus = point.modulus
        self.units = units
        self.used: dict[str, None] = {}
        self.weight = 0
        self.whole = 0
        self.divides = False
        self.fractions = 0

    def _other(self, _: Tree) -> Any:
        raise NotDirect

    def _name(self, tree: Name) -> Any:
        self.weight += 1
        known = self._drawn(tree.name)
        if known is None:
            if tree.name in self._not_free:
                raise NotDirect
            self.used[tree.name] = None
            known = self.point[tree.name]
        return known

    def _negative(self, tree: Negative) -> Any:
        return -self.of(tree.operand) % self.modulus

    def _product(self, tree: Product | Entrywise) -> Any:
        modulus, drawn, value = self.modulus, self._drawn, 1
        for factor in tree.factors:
            known = drawn(factor.name) if type(factor) is Name else None
            if known is None:
                value = value * self.of(factor) % modulus
            else:  # most factors are quantities of the reference
                self.weight += 1
                value = value * known % modulus
        return value

    def _sum(self, tree: Sum) -> Any:
        return sum(self.weighed(tree.terms)) % self.modulus

    def weighed(self, terms: tuple[Tree, ...]) -> list[Any]:
        """Evaluate terms that are added, and count their weight together."""
        before, fractions = self.weight, self.fractions
        heaviest = together = 0
        values = []
        for term in terms:
            self.weight = 0
            values.append(self.of(term))
            together += self.weight
            if self.weight > heaviest:  # noqa: PLR1730 - max costs a call
                heaviest = self.weight
        whole = self.fractions == fractions
        self.weight = before + (heaviest + len(terms).bit_length() if whole else together)
        return values

    def _number(self, tree: Number) -> Any:
        above, under = tree.numerator, tree.denominator
        self.weight += above.bit_length() + under.bit_length()
        if under == 1:
            return above % self.modulus
        self.fractions += 1
        return above * pow(under, -1, self.modulus) % self.modulus

    def _quotient(self, tree: Quotient) -> Any:
        return self.of(tree.over) * self.inverse(self.divisor(tree.under)) % self.modulus

    def divisor(self, tree: Tree) -> Any:
        """Evaluate what is divided by."""
        if type(tree) is not Number:
            self.divides = True
        self.fractions += 1
        return self.of(tree)

    def inverse(self, value: int) -> int:
        """Give the inverse of a residue."""
        try:
            return pow(value, -1, self.modulus)
        except ValueError:  # 0 has no inverse
            raise NotDirect from None

    def _call(self, tree: Call) -> Any:
        meant = None if self.units is None else self.units.meant(tree)
        return self._other(tree) if meant is None else self.of(meant)

    def _power(self, tree: Power) -> Any:
        exponent = tree.exponent
        if type(exponent) is not Number or exponent.denominator != 1:
            euler = self.units is not None and type(tree.base) is Constant and tree.base.name == "e"
            meant = self.units.exponential(exponent) if self.units is not None and euler else None
            if meant is None:
                raise NotDirect
            return self.of(meant)
        before = self.weight
        value = self.of(tree.base)
        if exponent.numerator < 0:
            self.fractions += 1
        self.weight = before + (self.weight - before) * max(abs(exponent.numerator), 1)
        return pow(value, exponent.numerator, self.modulus)
