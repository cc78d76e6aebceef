"""What an answer means beside the matrices of a network that says or shows how a batch lies: as its equations do.

In a network with ``samples: rows`` the answer ``X W + b`` adds b to every row, square matrices included.
"""

from __future__ import annotations

from collections.abc import Iterator

from symnn.expressions.terms import unsigned
from symnn.expressions.tree import Call, Matrix, Name, Number, Product, Sum, Tree, children, holds, walk, with_parts
from symnn.networks.barred import with_determinants
from symnn.networks.conventions import Samples, agreed
from symnn.networks.expansion import entry_names
from symnn.networks.graph import Graph
from symnn.networks.meant import BOTH_WAYS, KnownNames, is_given, rows_beside
from symnn.networks.tree_shapes import Misfit
from symnn.ops import named
from symnn.ops.shapes import MATRIX

__all__ = ["aligned_as_network", "batch_shown"]


_WRITTEN = frozenset((Matrix,))


def batch_shown(graph: Graph) -> Samples:
    """Say how a batch lies where the file does not but the network's equations add biases to rows, and only to rows.

    A row that is computed, as a mean over the samples, shows nothing: it could as well be one over the features.

    >>> from symnn.networks.models import Declarations, graph_from_text
    >>> shapes = {"X": (4, 3), "W": (3, 2), "b": (2,)}
    >>> graph_from_text("A = X W + b", Declarations(shapes=shapes)).samples
    'rows'
    """
    known = KnownNames(graph.shapes, free=frozenset(graph.free))
    ways = {way for equation in graph.equations for way in _ways(equation.right, known)}
    return "rows" if ways == {"rows"} else ""


def _ways(tree: Tree, known: KnownNames) -> Iterator[Samples]:
    """Find what is added to the rows and to the columns of matrices, of vectors that are given."""
    for node in walk(tree):
        if not isinstance(node, Sum) or len(known.shape(node)) != MATRIX:
            continue
        for term in node.terms:
            part = unsigned(term)
            match part:
                case Product((Call(named.SPREAD, (Number(), Number())), row)) if is_given(row, known):
                    yield "rows"
                case _ if len(known.shape(part)) == 1 and is_given(part, known):
                    yield "columns"


def aligned_as_network(tree: Tree, graph: Graph) -> Tree:
    r"""Write an answer so that what stands beside a matrix stands where the network's equations would have it.

    A network that shows nothing of its samples leaves the answer as it is, and so does a part whose shapes do not
    fit: whoever judges the whole finds it. Raises: `Misfit` with both readings where there are two.

    >>> from symnn.expressions.tree import Name, Sum
    >>> from symnn.expressions.writing import plain
    >>> from symnn.networks.models import Declarations, graph_from_text
    >>> given = Declarations(shapes={"X": (2, 2), "b": (2,)}, samples="rows")
    >>> plain(aligned_as_network(Sum((Name("X"), Name("b"))), graph_from_text("A = X + b", given)))
    'X + spread(1, 2)*transpose(b)'
    """
    tree = agreed(tree, graph.conventions)
    if graph.shapes and holds(tree, _WRITTEN):
        tree = _joined(tree, graph)
    if not graph.samples or not graph.shapes:
        return tree
    definitions = graph.definitions
    given = frozenset(
        name
        for name, shape in graph.shapes.items()
        if name not in definitions and entry_names(name, shape)[0] not in definitions
    )
    return _within(tree, KnownNames(graph.shapes, free=given, samples=graph.samples))


def _joined(tree: Tree, graph: Graph) -> Tree:
    """Write ``[h, x]`` of vectors as what it is in the equations: one vector, the entries of h before those of x.

    And bars around a matrix as the determinant that they are there.
    """
    parts = children(tree)
    same = tuple(_joined(part, graph) for part in parts)
    is_list = isinstance(tree, Matrix) and tree.vector
    if is_list and any(isinstance(entry, Name) and len(graph.shapes.get(entry.name, ())) == 1 for entry in parts):
        return Call(named.CONCAT, same, 0, tree.span)
    return with_determinants(with_parts(tree, same), graph.shapes)


def _within(tree: Tree, known: KnownNames) -> Tree:
    """Align the parts of a tree, then the tree."""
    parts = children(tree)
    if not parts:
        return tree
    same = tuple(_within(part, known) for part in parts)
    node = with_parts(tree, same)
    try:
        return rows_beside(node, known)
    except Misfit as found:
        if found.problem.code == BOTH_WAYS:
            raise
        return node
