"""A second look at two trees that agree to 100 digits and that no field can hold whole.

By parts: where √ stands in a sine, no prime suits both; but if the arguments are equal one by one, names may
stand for them, and what is left is easy. By cases: log(exp a + exp b) = max(a, b) + log(1 + exp(−|a − b|)) has
a kink under a logarithm; for a > b and for a < b it is an identity without kinks. All work is counted.
By what is left: two angles are equal if the cosine of their difference is 1 and the difference less than 2π; a
nested root equals what is not negative and has its square; sums of quantities with roots before them are equal if
those numbers are, which balls of enough bits prove. Sines beside roots are written as fractions first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import TypeGuard

from msgspec.structs import replace

from symnn.equality.algebraic import vanishes
from symnn.equality.alike import alike
from symnn.equality.arcs import (
    bounded_names,
    difference_turned,
    exact,
    has_arcs,
    less_than_a_turn,
    without_arcs,
)
from symnn.equality.circle import straightened
from symnn.equality.constants import TooLarge, constant
from symnn.equality.fingerprint import Outcome
from symnn.equality.floors import with_plain_floors
from symnn.equality.meaning import Domain, Interval, Meaning
from symnn.equality.ranges import range_of
from symnn.equality.rewriting import rewritten
from symnn.equality.sides import sides
from symnn.equality.surds import coefficients, has_roots, isolated
from symnn.equality.witness import search
from symnn.expressions.tree import (
    Call,
    Name,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    Tree,
    children,
    mapped,
    names,
    rebuilt,
    substitute,
    walk,
)
from symnn.ops import named
from symnn.ops.table import OF_NUMBERS

__all__ = ["SecondLook"]

Fingerprint = Callable[[Tree, Tree, Meaning], Outcome]

_MOST_LOOKS = 40
_MOST_PARTS = 12
_MOST_KINKS = 4
_MOST_NODES = 2_000
_DEEPEST = 3
_UNIT = Interval(Fraction(-1), Fraction(1))
_KINKED = frozenset(name for name, one in OF_NUMBERS.items() if one.has_kinks and one.definition is not None)


class _Budget:
    """So many looks may be taken for one verdict."""

    def __init__(self) -> None:
        self.looks = 0

    def look(self) -> bool:
        """Take a look; say whether there was one left."""
        self.looks += 1
        return self.looks <= _MOST_LOOKS


class SecondLook:
    """Looks at pairs of trees, part by part and case by case; what it calls equal is proved in every part."""

    def __init__(self, fingerprint: Fingerprint, meaning: Meaning) -> None:
        self.fingerprint = fingerprint
        self.meaning = meaning
        self.budget = _Budget()

    def settles(self, answer: Tree, reference: Tree) -> bool:
        """Say whether two trees are proved equal, by parts or by cases."""
        sizes = (sum(1 for _ in walk(tree)) for tree in (answer, reference))
        if max(sizes) > _MOST_NODES:
            return False
        if self.meaning.complex:
            return self._by_parts(answer, reference, self.meaning, 0)
        one, other = (self._prepared(tree) for tree in (answer, reference))
        look = self._within(dict.fromkeys((*bounded_names(one), *bounded_names(other)), _UNIT))
        if (one, other) != (answer, reference) and look.equal(one, other, 0):
            return True
        return look.proved(one, other, 0) or self.by_cases(one, other, 0)

    def _prepared(self, tree: Tree) -> Tree:
        """Write a tree without what no field holds: arcs of numbers, sines of arcs, floors in many forms."""
        known = mapped(tree, self._never_negative)
        return with_plain_floors(without_arcs(exact(known, self.meaning), self.meaning), self.meaning)

    def _never_negative(self, node: Tree) -> Tree | None:
        """Give u for |u| where u is never negative, as roots are."""
        match node:
            case Call(named.ABS, (inner,), 0) if named.ABS not in self.meaning.functions:
                return mapped(inner, self._never_negative) if range_of(inner, self.meaning).low >= 0 else None
        return None

    def _within(self, domains: Mapping[str, Domain]) -> SecondLook:
        """Look at quantities in smaller domains, where they may have any value; the looks are counted together."""
        new = {name: domain for name, domain in domains.items() if domain != "real" and self._is_free(name)}
        if not new:
            return self
        other = SecondLook(self.fingerprint, replace(self.meaning, domains={**self.meaning.domains, **new}))
        other.budget = self.budget
        return other

    def _is_free(self, name: str) -> bool:
        return name not in self.meaning.equations and self.meaning.domain(name) == "real"

    def proved(self, one: Tree, other: Tree, deep: int) -> bool:
        """Say whether two trees are proved equal by what is left to prove of them."""
        if deep > _DEEPEST:
            return False
        if self.meaning.complex:
            return self._by_parts(one, other, self.meaning, deep)
        return (
            self._by_turn(one, other, deep)
            or self._by_surds(one, other, deep)
            or self._on_a_line(one, other, deep)
            or self._by_parts(one, other, self.meaning, deep)
        )

    def _by_turn(self, one: Tree, other: Tree, deep: int) -> bool:
        """Compare two angles by the cosine of their difference."""
        if not (has_arcs(one) or has_arcs(other)):
            return False
        turned = difference_turned(one, other, self.meaning)
        if turned is None or not less_than_a_turn(turned[0], self.meaning):
            return False
        return self.equal(turned[1], Number(1), deep + 1)

    def _on_a_line(self, one: Tree, other: Tree, deep: int) -> bool:
        """Compare without sines and cosines, if there are roots beside them."""
        straight = straightened(one, other, self.meaning) if has_roots(one) or has_roots(other) else None
        return straight is not None and self._within(straight.domains).equal(*straight.trees, deep + 1)

    def _by_surds(self, one: Tree, other: Tree, deep: int) -> bool:
        """Compare the numbers before each product of quantities, or the squares of a nested root and the rest."""
        difference: Tree = Sum((one, Negative(other)))
        if not names(difference):
            return vanishes(difference)
        try:
            difference, _ = rewritten(difference, self.meaning)
        except TooLarge:
            return False
        left = coefficients(difference)
        if left is not None and all(map(vanishes, left)):
            return True
        alone = isolated(difference)
        return (
            alone is not None
            and range_of(alone.value, self.meaning).low >= 0
            and self.equal(alone.under, Power(alone.value, Number(2)), deep + 1)
        )

    def equal(self, one: Tree, other: Tree, deep: int) -> bool:
        """Say whether two parts are proved equal."""
        if alike(one, other):
            return True
        if not self.budget.look():
            return False
        outcome = self.fingerprint(one, other, self.meaning)
        if outcome.result == "equal" and outcome.final:
            return True
        if outcome.final or search(one, other, self.meaning).witness is not None:
            return False
        return outcome.result == "equal" or self.proved(one, other, deep + 1)

    def _by_parts(self, one: Tree, other: Tree, meaning: Meaning, deep: int) -> bool:
        """Put names in the place of the arguments of functions, one for all that are equal; a simple one stays."""
        classes: list[Tree] = []
        names: dict[Tree, Tree] = {}
        domains: dict[str, Domain] = {}
        for part in sorted((*_parts(one), *_parts(other)), key=_is_simple, reverse=True):
            if part in names:
                continue
            place = next((at for at, known in enumerate(classes) if self.equal(part, known, deep)), len(classes))
            if place >= _MOST_PARTS:
                return False
            if place == len(classes):
                classes.append(part)
                domains[f" part {place}"] = self._domain(part)
            names[part] = classes[place] if _is_simple(classes[place]) else Name(f" part {place}")
        if len(classes) == len(names):
            return False
        larger = replace(meaning, domains={**meaning.domains, **domains})
        left, right = (_renamed(tree, names) for tree in (one, other))
        return self.fingerprint(left, right, larger).result == "equal"

    def _domain(self, part: Tree) -> Domain:
        if self.meaning.complex:
            return "complex"
        return "positive" if range_of(part, self.meaning).positive else "real"

    def by_cases(self, one: Tree, other: Tree, deep: int) -> bool:
        """Take the argument of a kink for positive, then for negative, until no kink is left."""
        if self.meaning.complex or deep > _MOST_KINKS:
            return False
        if deep == 0:
            one, other = self._through_signs(one), self._through_signs(other)
        kink = next((found for tree in (one, other) for found in _innermost(tree)), None)
        if kink is None:
            return deep > 0 and self.equal(one, other, 0)
        return all(self._in_case(one, other, kink, side, deep + 1) for side in (1, -1))

    def _in_case(self, one: Tree, other: Tree, kink: Tree, side: int, deep: int) -> bool:
        """Go on with the argument of a kink having this sign; a quantity is then positive, or minus a positive one."""
        one, other = (self._taken(tree, kink, side) for tree in (one, other))
        if not isinstance(kink, Name) or not self._is_free(kink.name):
            return self.by_cases(one, other, deep)
        if side < 0:
            one, other = (substitute(tree, {kink.name: Negative(kink)}) for tree in (one, other))
        return self._within({kink.name: "positive"}).by_cases(one, other, deep)

    def _taken(self, tree: Tree, kink: Tree, side: int) -> Tree:
        """Write every | | and sign of ± the same argument without the kink, the argument having this sign."""

        def change(node: Tree) -> Tree | None:
            if not _is_kink(node) or any(map(_is_kink, walk(node.arguments[0]))):
                return None
            argument = node.arguments[0]
            known = side if self.equal(argument, kink, _DEEPEST) else 0
            if not known and self.equal(argument, Negative(kink), _DEEPEST):
                known = -side
            if not known:
                return None
            value = argument if node.function == named.ABS else Number(1)
            return value if known > 0 else Negative(value)

        return mapped(tree, change)

    def _through_signs(self, tree: Tree) -> Tree:
        """Write max, min, ReLU and the like through | | and sign."""
        if isinstance(tree, Call) and tree.function in _KINKED:
            formula = self.meaning.formula(tree)
            if formula is not None and len(formula.parameters) == len(tree.arguments):
                body = substitute(formula.body, dict(zip(formula.parameters, tree.arguments, strict=True)))
                return self._through_signs(body)
        parts = tuple(self._through_signs(part) for part in children(tree))
        if (
            isinstance(tree, Call)
            and tree.function in {named.MAX, named.MIN}
            and tree.function not in self.meaning.functions
        ):
            return self._folded(parts, tree.function)
        tree = rebuilt(tree, parts)
        if _is_kink(tree) and tree.function not in self.meaning.functions:
            side = sides(tree.arguments[0], self.meaning)
            return Product((side, tree.arguments[0])) if tree.function == named.ABS else side
        return tree

    def _folded(self, parts: tuple[Tree, ...], function: str) -> Tree:
        """Write max or min through signs, one argument after the other."""
        result = parts[0]
        for other in parts[1:]:
            apart = Sum((result, Negative(other)))
            distance: Tree = Product((sides(apart, self.meaning), apart))
            both = Sum((result, other, distance if function == named.MAX else Negative(distance)))
            result = Product((Quotient(Number(1), Number(2)), both))
        return result


def _is_kink(node: Tree) -> TypeGuard[Call]:
    return isinstance(node, Call) and node.function in {named.ABS, named.SIGN} and not node.order


def _innermost(tree: Tree) -> Iterator[Tree]:
    """List the arguments of kinks that have no kinks inside."""
    for node in walk(tree):
        if _is_kink(node) and not any(map(_is_kink, walk(node.arguments[0]))):
            yield node.arguments[0]


def _is_simple(part: Tree) -> bool:
    return isinstance(part, Name | Number)


def _arguments(node: Tree) -> tuple[Tree, ...]:
    """List what a name may stand for: the arguments of a function, base and exponent of a power that is no product."""
    match node:
        case Call():
            return node.arguments
        case Power(base, exponent):
            power = constant(exponent)
            return (base, exponent) if power is None else (base,) if power.denominator != 1 else ()
    return ()


def _parts(tree: Tree) -> Iterator[Tree]:
    """List the arguments of the outermost functions and roots."""
    arguments = _arguments(tree)
    if arguments:
        yield from (rebuilt(part, children(part)) for part in arguments)
        return
    for part in children(tree):
        yield from _parts(part)


def _renamed(tree: Tree, names: dict[Tree, Tree]) -> Tree:
    arguments = _arguments(tree)
    if not arguments:
        return rebuilt(tree, tuple(_renamed(part, names) for part in children(tree)))
    return rebuilt(
        tree,
        tuple(names.get(rebuilt(part, children(part)), part) if part in arguments else part for part in children(tree)),
    )
