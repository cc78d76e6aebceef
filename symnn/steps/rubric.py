"""A rubric: things that a derivation must show, each earned once, by a right step."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from msgspec import Struct

from symnn.expressions.tree import Derivative, Tree, bare, walk
from symnn.steps.ways import Ways
from symnn.verdicts.trace import Link

__all__ = ["Item", "Needed", "needed", "shows_partials"]


class Item(Struct, frozen=True):
    """One item as the author wrote it: what a side must be worth, for which share of the points."""

    id: str
    gain: Fraction
    needs: Tree


class Needed(Struct, frozen=True):
    """An item prepared: its value with derivatives carried out, and the partials that must be written out.

    One derivative (``diff(E, y)``) asks for its value, worked out. A product of several
    (``diff(E, y)*diff(y, a3)``) asks for the chain rule: the partials themselves must stand there.
    """

    id: str
    gain: Fraction
    value: Tree
    partials: frozenset[Link] = frozenset()


def needed(item: Item, value: Tree, ways: Ways) -> Needed:
    """Prepare an item; ``value`` is what it needs with derivatives carried out.

    >>> from symnn.networks.graph import Graph
    >>> from symnn.expressions.tree import Name, Product
    >>> first, second = Derivative(Name("E"), Name("y")), Derivative(Name("y"), Name("a3"))
    >>> len(needed(Item("chain", Fraction(1), Product((first, second))), Name("E"), Ways(Graph({}, ()))).partials)
    2
    """
    plain = bare(item.needs)
    links = ways.links(plain) if sum(isinstance(node, Derivative) for node in walk(plain)) > 1 else ()
    return Needed(item.id, item.gain, value, frozenset(links))


def shows_partials(tree: Tree, partials: Iterable[Link], ways: Ways) -> bool:
    """Say whether all these partials stand in a side."""
    return set(partials) <= set(ways.links(tree))
