"""Gradients as nodes of the same graph, so that a second derivative is a second call."""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType

from msgspec.structs import replace

from symnn.derivation.deltas import deltas
from symnn.derivation.primes import carried_out
from symnn.derivation.sweep import derive
from symnn.errors import Problem, TargetError
from symnn.expressions.tree import (
    Call,
    Derivative,
    Entrywise,
    Matrix,
    Name,
    Number,
    Transpose,
    Tree,
    holds,
    mapped,
    mapped_once,
    names,
    walk,
)
from symnn.messages import raisable
from symnn.networks.answers import aligned_as_network
from symnn.networks.equation import Equation
from symnn.networks.expansion import grid_of
from symnn.networks.graph import Graph
from symnn.networks.quantity import Quantity
from symnn.networks.tree_shapes import Misfit, shape_of
from symnn.ops import named
from symnn.ops.grid import to_matrix
from symnn.ops.shapes import MATRIX

__all__ = [
    "DERIVATIVES",
    "adjoint_name",
    "as_equation",
    "by_adjoint",
    "by_entries",
    "demand_quantity",
    "each_derivative",
    "extended",
    "is_adjoint",
    "resolve",
]


DERIVATIVES: frozenset[type] = frozenset({Derivative})
"""What `holds` looks for where a derivative must be carried out: written out, or a prime."""


def adjoint_name(of: str, wrt: str) -> str:
    """Name an adjoint: no student can spell it as a name, and it reads as the derivative that it is.

    >>> adjoint_name("E", "a3")
    'dE/da3'
    """
    return f"d{of}/d{wrt}"


def is_adjoint(name: str) -> bool:
    """Say whether a name was made here: an adjoint, or an expression that was differentiated.

    >>> is_adjoint("dE/da3"), is_adjoint("s^(1)_2")
    (True, False)
    """
    return "/" in name or name.startswith("(")


def extended(graph: Graph, of: str) -> Graph:
    """Add an equation for every adjoint of ``of``: ∂E/∂a3 = ∂E/∂y · f'(a3), and so on down.

    A graph that has them already comes back as it is. Cost: linear.
    """
    if adjoint_name(of, of) in graph.definitions:
        return graph
    begun = {equation.left for equation in graph.equations if not equation.uses}  # s_0 = 0: no path leads to it
    reached = graph.ancestors(of) & (begun | (graph.quantities.keys() - graph.definitions.keys()))
    derivation = derive(graph, of, tuple(name for name in graph.quantities if name in reached))
    quantities = dict(graph.quantities)
    equations = list(graph.equations)
    known: dict[int, tuple[Tree, Tree]] = {}

    def add(name: str, right: Tree) -> None:
        adjoint = adjoint_name(of, name)
        quantities[adjoint] = Quantity(adjoint, quantities[name].shape, "adjoint", Derivative(Name(of), Name(name)))
        equations.append(Equation(adjoint, mapped_once(right, by_adjoint, known)))

    add(of, Number(1))
    for delta in deltas(derivation):
        add(delta.wrt, delta.formula)
    return replace(graph, quantities=MappingProxyType(quantities), equations=tuple(equations), indexed=())


def by_adjoint(node: Tree) -> Tree | None:
    """Put an adjoint's name in the place of a derivative of one name by another."""
    match node:
        case Derivative(Name(of), Name(wrt)):
            return Name(adjoint_name(of, wrt))
    return None


_TENSORS = frozenset({Matrix, Transpose, Entrywise})


def resolve(tree: Tree, graph: Graph) -> tuple[Tree, Graph]:
    r"""Carry out every derivative in a tree: what is left are names and elementary functions.

    ``diff(E, w1)`` becomes the name of an adjoint, and the graph that comes back has its equation; the same
    tree may go on to be differentiated again. A derivative of something that does not depend is 0.
    Raises: TargetError for a derivative that the graph cannot take (by something that is no quantity).

    >>> from symnn.networks.models import graph_from_text
    >>> graph = graph_from_text("a = w*x\nE = (a - z)^2")
    >>> tree, larger = resolve(Derivative(Name("E"), Name("w")), graph)
    >>> tree.name, len(larger.equations)
    ('dE/dw', 7)
    """
    tree = placed(tree, graph)
    if not holds(tree, DERIVATIVES):
        return tree, graph
    if graph.shapes:
        graph = graph.with_entries
        if any(isinstance(node, Derivative) for node in walk(tree)):  # f' is one entry by entry as it stands
            tree = by_entries(tree, graph)
    return each_derivative(tree, graph, _derivative)


def each_derivative(
    tree: Tree, graph: Graph, carry_out: Callable[[Derivative, Graph], tuple[Tree, Graph]]
) -> tuple[Tree, Graph]:
    """Put something in the place of each derivative in a tree, and let the graph grow by what it needs."""
    larger = graph

    def change(node: Tree) -> Tree | None:
        nonlocal larger
        if not isinstance(node, Derivative):
            return None
        value, larger = carry_out(node, larger)
        return value

    resolved = mapped(tree, change)
    return carried_out(resolved, graph.functions, larger.shapes), larger


def demand_quantity(node: Derivative, graph: Graph) -> Name:
    """Give what a derivative is taken by. Raises: TargetError where that is no quantity, or everything at once."""
    wrt = node.wrt
    if wrt is None:
        raise raisable(TargetError, Problem("gradient-by-all", {"of": _said(node.of)}, node.span))
    if not isinstance(wrt, Name) or wrt.name not in graph.quantities:
        raise raisable(TargetError, Problem("underivable", {"wrt": _said(wrt)}, node.span))
    return wrt


def placed(tree: Tree, graph: Graph) -> Tree:
    """Write what stands beside a matrix where the network has it. Raises: TargetError where it could be either."""
    try:
        return aligned_as_network(tree, graph)
    except Misfit as misfit:
        raise raisable(TargetError, misfit.problem) from None


def by_entries(tree: Tree, graph: Graph) -> Tree:
    """Write a tree of tensors entry by entry: ∂E/∂W becomes the matrix of ∂E/∂W[1,2] and the others.

    What has more than two axes becomes the rows of its last axis, put into its shape by ``reshape``.

    Raises: TargetError naming shapes that do not fit.
    """
    if not graph.shapes:
        return tree
    try:
        grid = grid_of(tree, graph.shapes)
    except Misfit as misfit:
        raise raisable(TargetError, misfit.problem) from None
    written = to_matrix(grid)
    return written if len(grid.shape) <= MATRIX else Call(named.RESHAPE, (written, *map(Number, grid.shape)))


def _derivative(node: Derivative, graph: Graph) -> tuple[Tree, Graph]:
    """Carry out one derivative: its inside first, then by name."""
    of, graph = resolve(node.of, graph)
    wrt = demand_quantity(node, graph).name
    if holds(of, _TENSORS):
        raise raisable(TargetError, Problem("derivative-of-tensor", {"of": _said(of)}, node.span))
    if not isinstance(of, Name):
        of, graph = as_equation(of, graph)
    if of.name == wrt:
        return Number(1), graph
    if wrt not in graph.ancestors(of.name):
        return Number(0), graph
    return Name(adjoint_name(of.name, wrt)), extended(graph, of.name)


def _said(tree: Tree | None) -> str:
    from symnn.expressions.writing import plain

    return "" if tree is None else plain(tree)


def as_equation(tree: Tree, graph: Graph, written: str = "") -> tuple[Name, Graph]:
    """Give an expression a name of its own, so that it can be differentiated like any quantity.

    ``written`` is what the name is made of; the expression as it is written where nothing is given.
    Raises: TargetError for a name that the graph does not have, and for shapes that do not fit.
    """
    from symnn.expressions.writing import plain

    name = f"({written or plain(tree)})"
    unknown = [used for used in names(tree) if used not in graph.quantities]
    if unknown:
        raise raisable(TargetError, Problem("unknown-quantity", {"name": unknown[0]}))
    if name in graph.definitions:
        return Name(name), graph
    try:
        shape = shape_of(tree, graph.shapes)
    except Misfit as misfit:
        raise raisable(TargetError, misfit.problem) from None
    quantities = dict(graph.quantities) | {name: Quantity(name, shape, "adjoint", tree)}
    larger = replace(
        graph,
        quantities=MappingProxyType(quantities),
        equations=(*graph.equations, Equation(name, tree)),
        indexed=(),
    )
    return Name(name), larger
