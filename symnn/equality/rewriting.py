"""Trees rewritten so that rung 1 sees through their logarithms, roots, symbolic powers and angles.

Every step is an identity of real functions on the declared domain: where a sign is not known, log u² is
2 log |u| and √u² is |u|. Over the complex numbers only what holds for principal values is done.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from math import lcm
from types import MappingProxyType

from symnn.equality.constants import (
    log_of_number,
    log_of_rest,
    multiple,
    opposite,
    points_back,
    powered,
    root_of_number,
)
from symnn.equality.functions import CIS, COS, SIN
from symnn.equality.kinks import arguments_apart, cut_at_zero, from_zero
from symnn.equality.meaning import Meaning
from symnn.equality.polynomials import Factored, Polynomials, settled
from symnn.equality.ranges import Ranges
from symnn.equality.work import spend
from symnn.expressions.literals import TooLarge, constant
from symnn.expressions.terms import ONE, ZERO, total
from symnn.expressions.tree import (
    Call,
    Constant,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    Tree,
    children,
    number,
    rebuilt,
    substitute,
)
from symnn.ops import named

__all__ = ["Rewriter", "rewritten"]

_MOST_NODES = 4_000
_LARGEST = 12_000
_REWRITTEN = 20
"""What rewriting a node costs."""
_HALF = Fraction(1, 2)
_TWO = Fraction(2)
_NOTHING: Mapping[str, Tree] = MappingProxyType({})


def rewritten(
    tree: Tree, meaning: Meaning, equations: Mapping[str, Tree] = _NOTHING, *, circle: bool = False
) -> tuple[Tree, int]:
    """Give an equal tree and the common denominator of its multiples of π.

    Results with ``equations`` are looked into under logarithms and roots; with ``circle``, √2 and √3 are
    written through roots of unity. Raises TooLarge.

    >>> from symnn.expressions.writing import plain
    >>> from symnn.expressions.tree import Name
    >>> tree = Call("log", (Call("exp", (Name("x"),)),))
    >>> plain(rewritten(tree, Meaning())[0])
    'x'
    """
    rewriter = Rewriter(meaning, equations, circle=circle)
    return rewriter.of(tree), rewriter.turns


class Rewriter:
    """Rewrites trees bottom up, counting its work."""

    def __init__(self, meaning: Meaning, equations: Mapping[str, Tree], *, circle: bool = False) -> None:
        self.meaning = meaning
        self.circle = circle
        self.polynomials = Polynomials(equations, self.of)
        self.ranges = Ranges(meaning, all_parts=True)
        self.turns = 1
        self.nodes = 0
        self.known: dict[int, tuple[Tree, Tree]] = {}
        self.made: dict[int, Tree] = {}

    def of(self, tree: Tree) -> Tree:
        """Rewrite a tree; the same object once. Raises TooLarge."""
        known = self.known.get(id(tree))
        if known is None:
            known = self.known[id(tree)] = (tree, self._of(tree))
        return known[1]

    def _of(self, tree: Tree) -> Tree:
        self.nodes += 1
        if self.nodes > _MOST_NODES:
            raise TooLarge
        match tree:
            case Power(base, exponent):
                result = self._power(self.of(base), self.of(exponent))
            case Call():
                result = self._call(tree)
            case _:
                result = rebuilt(tree, tuple(self.of(part) for part in children(tree)))
        before = len(self.made)
        self._count(result)
        spend(_REWRITTEN + len(self.made) - before)
        return result

    def _count(self, tree: Tree) -> None:
        """Count the nodes that were made; parts that are one object count once. Raises TooLarge."""
        waiting = [tree]
        while waiting:
            node = waiting.pop()
            if id(node) not in self.made:
                self.made[id(node)] = node
                waiting.extend(children(node))
        if len(self.made) > _LARGEST:
            raise TooLarge

    def _call(self, tree: Call) -> Tree:
        meant = self.meaning.functions.get(tree.function)
        inside = cut_at_zero(tree, self.meaning)
        if inside is not None:
            return self.of(Call(named.STEP, (inside,)))
        formula = self.meaning.formula(tree) if meant is not None or tree.function != named.TAN else None
        if formula is not None and len(formula.parameters) == len(tree.arguments):
            return self.of(substitute(formula.body, dict(zip(formula.parameters, tree.arguments, strict=True))))
        if meant is None and tree.function == named.ABS and self.ranges.bounds(tree.arguments[0]).low >= 0:
            return self.of(tree.arguments[0])
        if meant is None and tree.function in {named.MAX, named.MIN} and len(tree.arguments) == 2:  # noqa: PLR2004 - joined by one | |
            return self._extreme(tree.function, *tree.arguments)
        if meant is None and tree.function == named.SIGN and not tree.order:
            return self._sign(tree.arguments[0])
        arguments = tuple(self.of(argument) for argument in tree.arguments)
        rule = _RULES.get(tree.function) if meant is None and not tree.order else None
        if rule is not None and len(arguments) == 1:
            return rule(self, arguments[0])
        return Call(tree.function, arguments, tree.order)

    def factored(self, tree: Tree) -> Factored | None:
        """Give the factors of a tree whose signs may be asked for."""
        return None if self.meaning.complex else self.polynomials.factored(tree)

    def _power(self, base: Tree, exponent: Tree) -> Tree:
        power = settled(exponent)
        if power is None:
            if base == Constant("e"):
                return self.exp(exponent)
            return self.exp(Product((exponent, self.log(base))))
        return powered(base, power) if power.denominator == 1 else self.root(base, power)

    def log(self, tree: Tree) -> Tree:
        """Split a logarithm: log of a product is the sum of the logarithms where the signs are known."""
        if tree == Constant("e"):
            return ONE
        found = self.factored(tree)
        if found is None:
            return _log_of_exp(tree, self.meaning)
        terms: list[Tree] = [multiple(times, what) for times, what in found.exponent]
        terms.extend(log_of_number(abs(found.constant)))
        positive = self.ranges.bounds(tree).positive
        rest: list[tuple[Tree, int]] = []
        turned, factors = _with_known_signs(found.factors, self.ranges)
        for factor, times in factors:
            if isinstance(factor, Power) and (power := constant(factor.exponent)) is not None:
                terms.append(multiple(times * power, self.log(factor.base)))
            elif self.ranges.bounds(factor).low >= 0:
                terms.append(multiple(times, self._log_of_factor(factor)))
            elif positive or times % 2 == 0:
                terms.append(multiple(times, Call(named.LOG, (Call(named.ABS, (factor,)),))))
            else:
                rest.append((factor, times))
        terms.extend(log_of_rest(rest, negative=found.constant * turned < 0 and not positive))
        return total(tuple(terms))

    @staticmethod
    def _log_of_factor(factor: Tree) -> Tree:
        return ONE if factor == Constant("e") else Call(named.LOG, (factor,))

    def exp(self, tree: Tree) -> Tree:
        """Take powers and turns out of e^…: c + n log u gives uⁿ e^c, and v + iπr gives e^v times a root of unity."""
        terms = self.polynomials.terms(tree)
        if terms is None:
            return Call(named.EXP, (tree,))
        kept: list[Tree] = []
        factors: list[Tree] = []
        for value, what in terms:
            match what:
                case Call(named.LOG, (argument,), 0):
                    factors.append(self._power(argument, number(value)))
                case Product((Constant("i"), Constant("pi")) | (Constant("pi"), Constant("i"))):
                    factors.append(self._cis(ZERO, value))
                case _:
                    kept.append(multiple(value, what))
        if kept:
            factors.append(Call(named.EXP, (total(tuple(kept)),)))
        return factors[0] if len(factors) == 1 else Product(tuple(factors)) if factors else ONE

    def sqrt(self, tree: Tree) -> Tree:
        """Rewrite a square root."""
        return self.root(tree, _HALF)

    def root(self, tree: Tree, power: Fraction) -> Tree:
        """Take powers out of a root: √(u² v) is |u| √v, the third root of u³ v is u times that of v."""
        found = self.factored(tree)
        if found is None:
            return Power(tree, number(power))
        degree = power.denominator
        outside: list[Tree] = [Call(named.EXP, (multiple(times * power, what),)) for times, what in found.exponent]
        inside: list[Tree] = []
        for factor, times in found.factors:
            if self.ranges.bounds(factor).low >= 0:
                outside.append(powered(factor, times * power))
                continue
            kept = 2 if degree % 2 == 0 else degree
            whole, rest = divmod(abs(times), kept)
            side = 1 if times > 0 else -1
            if whole:
                size = factor if degree % 2 else Call(named.ABS, (factor,))
                outside.append(powered(size, whole * kept * side * power))
            if rest:
                inside.append(powered(factor, Fraction(rest * side)))
        if self.circle and not inside and degree == 2 and found.constant > 0:  # noqa: PLR2004 - a square root
            outside.append(self._surd(found.constant, power))
        elif inside:
            outside.append(Power(Product((number(found.constant), *inside)), number(power)))
        elif found.constant != 1:
            outside.extend(root_of_number(found.constant, power))
        return outside[0] if len(outside) == 1 else Product(tuple(outside)) if outside else ONE

    def _surd(self, value: Fraction, power: Fraction) -> Tree:
        """Write the root of a number, √2 and √3 through roots of unity."""
        factors: list[Tree] = []
        for prime, turn in ((2, Fraction(1, 4)), (3, Fraction(1, 6))):
            times = 0
            while value.numerator % prime == 0:
                value, times = value / prime, times + 1
            while value.denominator % prime == 0:
                value, times = value * prime, times - 1
            if times:
                surd = Sum((self._cis(ZERO, turn), self._cis(ZERO, -turn)))
                factors.append(powered(surd, 2 * times * power))
        if value != 1 or not factors:
            factors.append(powered(number(value), power))
        return factors[0] if len(factors) == 1 else Product(tuple(factors))

    def size(self, tree: Tree) -> Tree:
        """Split |u| into the | | of the factors of u."""
        found = self.factored(tree)
        if found is None:
            return Call(named.ABS, (tree,))
        factors: list[Tree] = [number(abs(found.constant))]
        factors.extend(Call(named.EXP, (multiple(times, what),)) for times, what in found.exponent)
        factors.extend(powered(self._size_of_factor(factor), Fraction(times)) for factor, times in found.factors)
        return Product(tuple(factors))

    def _size_of_factor(self, factor: Tree) -> Tree:
        return factor if self.ranges.bounds(factor).low >= 0 else Call(named.ABS, (factor,))

    def _size(self, tree: Tree) -> Tree:
        """Write |u| for u as it stands: where u has the sign of something simpler, through that sign."""
        if self._apart(tree) is None:
            return self.size(self.of(tree))
        return Product((self.of(tree), self._sign(tree)))

    def _sign(self, tree: Tree) -> Tree:
        """Write the sign of u for u as it stands."""
        apart = self._apart(tree)
        return self.sign(self.of(tree)) if apart is None else self._sign(apart)

    def _extreme(self, function: str, left: Tree, right: Tree) -> Tree:
        """Join two by one | |: max(u, v) = (u + v + |u − v|)/2, and min with a minus."""
        apart = left if right == ZERO else right if left == ZERO else Sum((left, Negative(right)))
        reach = self.ranges.bounds(Sum((left, Negative(right))))
        if reach.low >= 0 or reach.high <= 0:
            return self.of(left if (reach.low >= 0) == (function == named.MAX) else right)
        distance = self._size(apart)
        both = Sum((self.of(left), self.of(right), distance if function == named.MAX else Negative(distance)))
        return Quotient(both, Number(2))

    def sign(self, tree: Tree) -> Tree:
        """Split the sign of u into the signs of the factors of u."""
        found = self.factored(tree)
        if found is None:
            return Call(named.SIGN, (tree,))
        factors: list[Tree] = [number(1 if found.constant > 0 else -1)]
        factors.extend(powered(Call(named.SIGN, (factor,)), Fraction(times)) for factor, times in found.factors)
        return Product(tuple(factors))

    def _apart(self, tree: Tree) -> Tree | None:
        """Give a simpler tree with the same sign: of log u that is u − 1."""
        match tree:
            case Call():
                return from_zero(tree, self.meaning)
            case Sum((left, right)):
                return arguments_apart(left, right, self.meaning)
        return None

    def _angle(self, tree: Tree) -> tuple[Tree, Fraction]:
        """Split an angle v + r π into v and r."""
        terms = self.polynomials.terms(tree)
        if terms is None:
            return tree, Fraction(0)
        turn = Fraction(0)
        kept: list[Tree] = []
        for value, what in terms:
            if what == Constant("pi"):
                turn += value
            else:
                kept.append(multiple(value, what))
        return (total(tuple(kept)) if kept else ZERO), turn

    def _cis(self, angle: Tree, turn: Fraction) -> Tree:
        self.turns = lcm(self.turns, turn.denominator)
        return Call(CIS, (angle, number(turn)))

    def _turned(self, function: str, tree: Tree) -> Tree:
        """Write the sine or the cosine of v + rπ with the turn apart; of −v, that of v."""
        angle, turn = self._angle(tree)
        self.turns = lcm(self.turns, turn.denominator)
        if points_back(angle):
            turned = Call(function, (opposite(angle), number(-turn)))
            return Negative(turned) if function == SIN else turned
        return Call(function, (angle, number(turn)))

    def _of_arc(self, tree: Tree) -> tuple[Tree, Tree] | None:
        """Give sine and cosine of arcsin u, arccos u or arctan u."""
        match tree:
            case Call(named.ASIN | named.ACOS, (inner,), 0):
                side = self.root(Sum((ONE, Negative(powered(inner, _TWO)))), _HALF)
                return (inner, side) if tree.function == named.ASIN else (side, inner)
            case Call(named.ATAN, (inner,), 0):
                length = self.root(Sum((ONE, powered(inner, _TWO))), _HALF)
                return Quotient(inner, length), Quotient(ONE, length)
        return None

    def sin(self, tree: Tree) -> Tree:
        """Write the sine of v + rπ with the turn apart."""
        arc = self._of_arc(tree)
        return self._turned(SIN, tree) if arc is None else arc[0]

    def cos(self, tree: Tree) -> Tree:
        """Write the cosine of v + rπ with the turn apart."""
        arc = self._of_arc(tree)
        return self._turned(COS, tree) if arc is None else arc[1]

    def tan(self, tree: Tree) -> Tree:
        """Write tan v = sin v / cos v."""
        arc = self._of_arc(tree)
        if arc is not None:
            return Quotient(*arc)
        return Quotient(self._turned(SIN, tree), self._turned(COS, tree))


def _log_of_exp(tree: Tree, meaning: Meaning) -> Tree:
    if isinstance(tree, Call) and tree.function == named.EXP and not meaning.complex:
        return tree.arguments[0]
    return Call(named.LOG, (tree,))


def _with_known_signs(factors: tuple[tuple[Tree, int], ...], ranges: Ranges) -> tuple[int, list[tuple[Tree, int]]]:
    """Turn the factors round that are never positive: B − 1 on (0, 1) is −(1 − B)."""
    turned, kept = 1, []
    for factor, times in factors:
        reach = ranges.bounds(factor)
        if reach.high <= 0 and not reach.low >= 0:
            turned *= (-1) ** (times % 2)
            kept.append((opposite(factor), times))
        else:
            kept.append((factor, times))
    return turned, kept


_RULES: Mapping[str, Callable[[Rewriter, Tree], Tree]] = MappingProxyType(
    {
        named.EXP: Rewriter.exp,
        named.LOG: Rewriter.log,
        named.SQRT: Rewriter.sqrt,
        named.SIN: Rewriter.sin,
        named.COS: Rewriter.cos,
        named.TAN: Rewriter.tan,
        named.ABS: Rewriter.size,
    }
)
