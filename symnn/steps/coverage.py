"""How much of the chain rule the right steps of a derivation cover: partials named, partials worked out."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from symnn.expressions.tree import Tree
from symnn.steps.ways import Ways
from symnn.verdicts.trace import Link

__all__ = ["about", "coverage"]

Shown = tuple[tuple[Tree, ...], Tree]
"""What a right step says: the left sides it is about, and what they are equal to; trees without spans."""


def coverage(whole: frozenset[Link], shown: Iterable[Shown], ways: Ways) -> Fraction:
    """Give the share of the partials that right steps named (half) or worked out (full).

    >>> from symnn.networks.catalogue import network
    >>> from symnn.expressions.tree import Derivative, Name, Product
    >>> ways = Ways(network("bp-2-2-1").graph)
    >>> chain = [Derivative(Name(of), Name(wrt)) for of, wrt in (("E", "y"), ("y", "a3"), ("a3", "w5"))]
    >>> coverage(ways.edges("E", "w5"), [((Derivative(Name("E"), Name("w5")),), Product(tuple(chain)))], ways)
    Fraction(1, 2)
    """
    named: set[Link] = set()
    done: set[Link] = set()
    for lefts, right in shown:
        named.update(link for link in ways.links(right) if link in whole)
        done |= about(lefts, right, ways)
    if not whole:
        return Fraction(0)
    return Fraction(len(whole & (named | done)) + len(whole & done), 2 * len(whole))


def about(lefts: Iterable[Tree], right: Tree, ways: Ways) -> frozenset[Link]:
    """Give the partials that a right step has worked out: those of its left sides that its right side no longer has."""
    whole = frozenset().union(*(_between(left, ways) for left in lefts))
    return whole - ways.spread(ways.links(right))


def _between(left: Tree, ways: Ways) -> frozenset[Link]:
    """List the local partials of a derivative; a tree with more than one has none of its own."""
    links = ways.links(left)
    return ways.edges(*links[0]) if len(links) == 1 else frozenset()
