"""A second look at two trees that agree to 100 digits and that no field can hold whole.

By parts: where √ stands in a sine, no prime suits both; but if the arguments are equal one by one, names may
stand for them, and what is left is easy. By cases: log(exp a + exp b) = max(a, b) + log(1 + exp(−|a − b|)) has
a kink under a logarithm; for a > b and for a < b it is an identity without kinks. All work is counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeGuard

from msgspec.structs import replace

from symnn.grading.judge.alike import alike
from symnn.grading.judge.constants import constant
from symnn.grading.judge.fingerprint import Outcome
from symnn.grading.judge.ranges import range_of
from symnn.grading.judge.witness import search
from symnn.grading.meaning import Domain, Meaning
from symnn.language.tree import (
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
    rebuilt,
    substitute,
    walk,
)

__all__ = ["SecondLook"]

Fingerprint = Callable[[Tree, Tree, Meaning], Outcome]

_MOST_LOOKS = 40
_MOST_PARTS = 12
_MOST_KINKS = 4
_MOST_NODES = 2_000
_DEEPEST = 3
_KINKED = frozenset({"relu", "leaky_relu", "step", "top"})


class SecondLook:
    """Looks at pairs of trees, part by part and case by case; what it calls equal is proved in every part."""

    def __init__(self, fingerprint: Fingerprint, meaning: Meaning) -> None:
        self.fingerprint = fingerprint
        self.meaning = meaning
        self.looks = 0

    def settles(self, answer: Tree, reference: Tree) -> bool:
        """Say whether two trees are proved equal, by parts or by cases."""
        sizes = (sum(1 for _ in walk(tree)) for tree in (answer, reference))
        if max(sizes) > _MOST_NODES:
            return False
        return self._by_parts(answer, reference, self.meaning, 0) or self._by_cases(answer, reference, 0)

    def _equal(self, one: Tree, other: Tree, deep: int) -> bool:
        """Say whether two parts are proved equal."""
        if alike(one, other):
            return True
        self.looks += 1
        if self.looks > _MOST_LOOKS:
            return False
        outcome = self.fingerprint(one, other, self.meaning)
        if outcome.result == "equal" and outcome.final:
            return True
        if outcome.final or search(one, other, self.meaning).witness is not None:
            return False
        return outcome.result == "equal" or (deep < _DEEPEST and self._by_parts(one, other, self.meaning, deep + 1))

    def _by_parts(self, one: Tree, other: Tree, meaning: Meaning, deep: int) -> bool:
        """Put names in the place of the arguments of functions, one for all that are equal; a simple one stays."""
        classes: list[Tree] = []
        names: dict[Tree, Tree] = {}
        domains: dict[str, Domain] = {}
        for part in sorted((*_parts(one), *_parts(other)), key=_is_simple, reverse=True):
            if part in names:
                continue
            place = next((at for at, known in enumerate(classes) if self._equal(part, known, deep)), len(classes))
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

    def _by_cases(self, one: Tree, other: Tree, deep: int) -> bool:
        """Take the argument of a kink for positive, then for negative, until no kink is left."""
        if self.meaning.complex or deep > _MOST_KINKS:
            return False
        pair = tuple(self._through_signs(tree) for tree in (one, other)) if deep == 0 else (one, other)
        kink = next((found for tree in pair for found in _innermost(tree)), None)
        if kink is None:
            return deep > 0 and self._smooth(*pair)
        first, second = pair
        return all(
            self._by_cases(self._taken(first, kink, side), self._taken(second, kink, side), deep + 1)
            for side in (1, -1)
        )

    def _smooth(self, one: Tree, other: Tree) -> bool:
        self.looks += 1
        return self.looks <= _MOST_LOOKS and self.fingerprint(one, other, self.meaning).result == "equal"

    def _taken(self, tree: Tree, kink: Tree, side: int) -> Tree:
        """Write every | | and sign of ± the same argument without the kink, the argument having this sign."""

        def change(node: Tree) -> Tree | None:
            if not _is_kink(node) or any(map(_is_kink, walk(node.arguments[0]))):
                return None
            argument = node.arguments[0]
            known = side if self._equal(argument, kink, _DEEPEST) else 0
            if not known and self._equal(argument, Negative(kink), _DEEPEST):
                known = -side
            if not known:
                return None
            value = argument if node.function == "abs" else Number(1)
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
        if isinstance(tree, Call) and tree.function in {"max", "min"} and tree.function not in self.meaning.functions:
            return _folded(parts, tree.function)
        return rebuilt(tree, parts)


def _folded(parts: tuple[Tree, ...], function: str) -> Tree:
    result = parts[0]
    for other in parts[1:]:
        distance: Tree = Call("abs", (Sum((result, Negative(other))),))
        both = Sum((result, other, distance if function == "max" else Negative(distance)))
        result = Product((Quotient(Number(1), Number(2)), both))
    return result


def _is_kink(node: Tree) -> TypeGuard[Call]:
    return isinstance(node, Call) and node.function in {"abs", "sign"} and not node.order


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
