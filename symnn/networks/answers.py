"""What an answer means beside the matrices of a network whose file says how a batch lies: as its own equations do.

In a network with ``samples: rows`` the answer ``X W + b`` adds b to every row, square matrices included.
"""

from __future__ import annotations

from msgspec.structs import replace

from symnn.expressions.tree import Tree, children, rebuilt
from symnn.networks.expansion import entry_names
from symnn.networks.graph import Graph
from symnn.networks.meant import BOTH_WAYS, Known, beside
from symnn.networks.shapes import Misfit

__all__ = ["aligned"]


def aligned(tree: Tree, graph: Graph) -> Tree:
    r"""Write an answer so that what stands beside a matrix stands where the network's equations would have it.

    A network that says nothing of its samples leaves the answer as it is, and so does a part whose shapes do not
    fit: whoever judges the whole finds it. Raises: `Misfit` with both readings where there are two.

    >>> from symnn.expressions.tree import Name, Sum
    >>> from symnn.expressions.writing import plain
    >>> from symnn.networks.models import Declarations, graph_from_text
    >>> given = Declarations(shapes={"X": (2, 2), "b": (2,)}, samples="rows")
    >>> plain(aligned(Sum((Name("X"), Name("b"))), graph_from_text("A = X + b", given)))
    'X + spread(1, 2)*transpose(b)'
    """
    if not graph.samples or not graph.shapes:
        return tree
    definitions = graph.definitions
    given = frozenset(
        name
        for name, shape in graph.shapes.items()
        if name not in definitions and entry_names(name, shape)[0] not in definitions
    )
    return _within(tree, Known(graph.shapes, free=given, samples=graph.samples))


def _within(tree: Tree, known: Known) -> Tree:
    """Align the parts of a tree, then the tree."""
    parts = children(tree)
    if not parts:
        return tree
    same = tuple(_within(part, known) for part in parts)
    is_same = all(one is other for one, other in zip(parts, same, strict=True))
    node = tree if is_same else replace(rebuilt(tree, same), span=tree.span)
    try:
        return beside(node, known)
    except Misfit as found:
        if found.problem.code == BOTH_WAYS:
            raise
        return node
