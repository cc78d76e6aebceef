"""Which equations of the graph a step of a derivation uses, seen from what it replaced."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from symnn.expressions.tree import Derivative, Name, Tree, children, names
from symnn.steps.ways import Ways

__all__ = ["Rule", "StepUse", "use"]

Rule = Literal["chain", "equation", "arithmetic"]
"""How a step gets on: the chain rule, equations of the graph put in or differentiated, or arithmetic alone."""


class StepUse(Struct, frozen=True):
    """What one step rests on: ``equations`` are named by their left sides, in the order of the forward pass."""

    rule: Rule
    equations: tuple[str, ...] = ()


def use(before: Tree, after: Tree, ways: Ways, equations: Mapping[str, Tree]) -> StepUse:
    """Say what leads from one side to the next; trees without spans.

    ``equations`` are those of the graph and of what the derivation introduced.

    >>> from symnn.networks.catalogue import network
    >>> from symnn.expressions.tree import Negative, Number, Product, Sum
    >>> graph = network("bp-2-2-1").graph
    >>> error = Product((Number(2), Sum((Name("y"), Negative(Name("z"))))))
    >>> use(Derivative(Name("E"), Name("y")), error, Ways(graph), graph.definitions)
    StepUse(rule='equation', equations=('E',))
    """
    named, still = ways.links(before), ways.links(after)
    used = {of for of, _ in ways.spread(named) - ways.spread(still)}
    old, new = _outside(before), _outside(after)
    gone, come = old - new, new - old
    replaced = {name for name in gone if _meets(name, come, equations)}
    replaced |= {name for name in come if _meets(name, gone, equations)}
    used = used | replaced or {name for name in gone if _meets(name, new, equations)}
    if used:
        position = ways.graph.position
        return StepUse("equation", tuple(sorted(used, key=lambda name: (position.get(name, -1), name))))
    return StepUse("chain" if len(still) > len(named) else "arithmetic")


def _meets(name: str, others: set[str], equations: Mapping[str, Tree]) -> bool:
    """Say whether a name was put in the place of others, or the other way round, by its own equation."""
    right = equations.get(name)
    return right is not None and not others.isdisjoint(names(right))


def _outside(tree: Tree) -> set[str]:
    """Name the quantities of a tree that do not stand in derivatives."""
    found, waiting = set(), [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Name):
            found.add(node.name)
        elif not isinstance(node, Derivative):
            waiting.extend(children(node))
    return found
