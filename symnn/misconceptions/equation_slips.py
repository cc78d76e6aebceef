"""Slips in the equations of a network: what a key becomes when one equation of the forward pass is wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct

from symnn.expressions.tree import Name, Tree, mapped, names, walk
from symnn.misconceptions.edits import Edit, Editor
from symnn.misconceptions.mistakes import Mistake
from symnn.networks.graph import Graph

__all__ = ["Slip", "affordable", "forward_slips", "size_of", "slips", "with_equations"]

_WORK = 40_000
"""So many nodes are worth evaluating for slips in the forward pass."""

MOST_SLIPS = 300
"""Of a large network only the slips nearest to the key."""


class Slip(Struct, frozen=True, gc=False):
    """A mistake made in the equation of ``of``: what stands on its right side instead."""

    mistake: Mistake
    of: str
    right: Tree


def forward_slips(key: Tree, editor: Editor) -> Iterator[Slip]:
    """List the slips in every equation that a key depends on, those nearest to the key first."""
    graph = editor.graph
    count, most = 0, affordable(graph, MOST_SLIPS)
    reached = {used for name in names(key) for used in graph.ancestors(name)}
    for equation in reversed(graph.equations):
        if equation.left in reached:
            for mistake, wrong in editor.edits(equation.right, equation.left):
                count += 1
                if count > most:
                    return
                yield Slip(mistake, equation.left, wrong)


def affordable(graph: Graph, most: int) -> int:
    """Say how many slips a network's size allows to be worked out within a fifth of a second."""
    return min(most, _WORK // max(size_of(graph), 1))


def size_of(graph: Graph) -> int:
    """Count the names, numbers and operations of all equations."""
    return sum(1 for equation in graph.equations for _ in walk(equation.right))


def with_equations(key: Tree, graph: Graph, changed: Mapping[str, Tree]) -> Tree:
    r"""Write a key with some equations changed: what depends on them is written out, the rest stays named.

    >>> from symnn.networks.models import graph_from_text
    >>> from symnn.expressions.writing import plain
    >>> graph = graph_from_text("a = w*x\ny = exp(a)\nE = (y - z)^2")
    >>> plain(with_equations(Name("E"), graph, {"a": Name("x")}))
    '(exp(x) - z)^2'
    """
    computed = graph.definitions
    written: dict[str, Tree] = {name: tree for name, tree in changed.items() if name not in computed}
    for equation in graph.equations:
        right = changed.get(equation.left, equation.right)
        if equation.left in changed or not written.keys().isdisjoint(names(right)):
            written[equation.left] = _put(right, written)
    return _put(key, written)


def _put(tree: Tree, written: Mapping[str, Tree]) -> Tree:
    return mapped(tree, lambda node: written.get(node.name) if isinstance(node, Name) else None)


def slips(key: Tree, editor: Editor) -> Iterator[Edit]:
    """List what a key that is no gradient becomes by a slip in it or in an equation behind it."""
    yield from editor.edits(key)
    for slip in forward_slips(key, editor):
        yield slip.mistake, with_equations(key, editor.graph, {slip.of: slip.right})
