"""What a tree divides by, and whether that is 0 nowhere: then the tree has a value wherever its parts have one."""

from __future__ import annotations

from collections.abc import Iterator

from symnn.equality.constants import constant
from symnn.equality.meaning import Meaning
from symnn.equality.ranges import Ranges
from symnn.expressions.tree import Call, Name, Number, Power, Quotient, Tree, children, substitute

__all__ = ["divisors", "never_zero"]


def divisors(tree: Tree, meaning: Meaning) -> Iterator[Tree]:
    """List what a tree divides by, also in the formulas of the functions that it calls; parts that are one object once.

    >>> from symnn.expressions.writing import plain
    >>> quotient = Quotient(Name("z"), Call("sigmoid", (Name("a"),)))
    >>> [plain(under) for under in divisors(quotient, Meaning())]
    ['sigmoid(a)', '1 + exp(-a)']
    """
    seen: set[int] = set()
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Name | Number) or id(node) in seen:
            continue
        seen.add(id(node))
        yield from _own(node, meaning)
        waiting.extend(reversed(children(node)))


def _own(node: Tree, meaning: Meaning) -> Iterator[Tree]:
    """List what a node itself divides by."""
    match node:
        case Quotient(_, under):
            yield under
        case Power(base, exponent) if (power := constant(exponent)) is None or power < 0:
            yield base
        case Call():
            formula = meaning.formula(node)
            if formula is not None and len(formula.parameters) == len(node.arguments):
                inside = dict(zip(formula.parameters, node.arguments, strict=True))
                yield from (substitute(under, inside) for under in divisors(formula.body, meaning))


def never_zero(tree: Tree, ranges: Ranges) -> bool:
    """Say whether the bounds of a tree's values, all in the domain, exclude 0."""
    reach = ranges.bounds(tree)
    return reach.positive or reach.negative
