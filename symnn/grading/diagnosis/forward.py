"""Slips in the equations of a network: what a key becomes when one equation of the forward pass is wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct

from symnn.grading.diagnosis.edits import Edit, edits
from symnn.grading.diagnosis.mistakes import Mistake
from symnn.graph.graph import Graph
from symnn.language.tree import Name, Tree, mapped, names

__all__ = ["Slip", "double_slips", "forward_slips", "slips", "with_equations"]


class Slip(Struct, frozen=True):
    """A mistake made in the equation of ``of``: what stands on its right side instead."""

    mistake: Mistake
    of: str
    right: Tree


def forward_slips(key: Tree, graph: Graph) -> Iterator[Slip]:
    """List the slips in every equation that a key depends on, those nearest to the key first."""
    reached = {used for name in names(key) for used in graph.ancestors(name)}
    for equation in reversed(graph.equations):
        if equation.left in reached:
            for mistake, wrong in edits(equation.right, graph):
                yield Slip(mistake, equation.left, wrong)


def with_equations(key: Tree, graph: Graph, changed: Mapping[str, Tree]) -> Tree:
    r"""Write a key with some equations changed: what depends on them is written out, the rest stays named.

    >>> from symnn.graph.reading import graph_from_text
    >>> from symnn.language.writing import plain
    >>> graph = graph_from_text("a = w*x\ny = exp(a)\nE = (y - z)^2")
    >>> plain(with_equations(Name("E"), graph, {"a": Name("x")}))
    '(exp(x) - z)^2'
    """
    written: dict[str, Tree] = dict(changed)
    affected = set(changed)
    for equation in graph.equations:
        if equation.left not in changed and affected.intersection(equation.uses):
            affected.add(equation.left)
            written[equation.left] = _put(equation.right, written)
    return _put(key, written)


def _put(tree: Tree, written: Mapping[str, Tree]) -> Tree:
    return mapped(tree, lambda node: written.get(node.name) if isinstance(node, Name) else None)


def slips(key: Tree, graph: Graph) -> Iterator[Edit]:
    """List what a key that is no gradient becomes by a slip in it or in an equation behind it."""
    yield from edits(key, graph)
    for slip in forward_slips(key, graph):
        yield slip.mistake, with_equations(key, graph, {slip.of: slip.right})


def double_slips(key: Tree, graph: Graph) -> Iterator[tuple[Mistake, Mistake, Tree]]:
    """List what a key that is no gradient becomes by two slips, each in the key or in an equation behind it."""
    for first, tree in edits(key, graph):
        yield from ((first, second, wrong) for second, wrong in edits(tree, graph))
    behind = tuple(forward_slips(key, graph))
    for place, slip in enumerate(behind):
        for second, wrong in edits(slip.right, graph):
            yield slip.mistake, second, with_equations(key, graph, {slip.of: wrong})
        for other in behind[place + 1 :]:
            if other.of != slip.of:
                changed = {slip.of: slip.right, other.of: other.right}
                yield slip.mistake, other.mistake, with_equations(key, graph, changed)
