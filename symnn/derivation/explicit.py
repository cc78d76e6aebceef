"""Derivatives that stand in the equations of a model, ``g = diff(E, w)``: carried out, they are equations like others.

In a network of vectors and matrices they stay tensors: a gradient is the error of the matrix form, and the rows of a
Jacobian are the gradients of the entries.
"""

from __future__ import annotations

from types import MappingProxyType

from msgspec.structs import replace

from symnn.derivation.adjoint import (
    DERIVATIVES,
    adjoint_name,
    as_equation,
    demand_quantity,
    each_derivative,
    resolve,
)
from symnn.derivation.matrices import derive_matrix
from symnn.derivation.primes import carried_out
from symnn.errors import TargetError
from symnn.expressions.terms import ONE, ZERO
from symnn.expressions.tree import Call, Derivative, Name, Number, Tree, bare, holds
from symnn.messages import raisable
from symnn.networks.equation import Equation
from symnn.networks.graph import Graph
from symnn.networks.quantity import Quantity
from symnn.networks.tree_shapes import Misfit, shape_of
from symnn.ops import named
from symnn.ops.shapes import Shape, size

__all__ = ["explicit"]


def explicit(graph: Graph) -> Graph:
    r"""Carry out the derivatives that stand in the equations of a model, such as ``g = diff(E, w)``.

    Raises: TargetError for one that the graph cannot take.

    >>> from symnn.networks.models import Declarations, graph_from_text
    >>> graph = explicit(graph_from_text("a = w*x\nE = a^2\ng = diff(E, w)"))
    >>> [equation.left for equation in graph.equations]
    ['a', 'E', 'dE/dE', 'dE/da', 'dE/dw', 'dE/dx', 'g']
    >>> given = Declarations(shapes={"A": (3, 2), "x": (2,)})
    >>> explicit(graph_from_text("h = A x\nJ = diff(h, x)", given)).shapes["J"]
    (3, 2)
    """
    if not any(holds(equation.right, DERIVATIVES) for equation in graph.equations):
        return graph
    larger = replace(graph, equations=())
    for equation in graph.equations:
        right, larger = _of_tensors(equation.right, larger) if graph.shapes else resolve(equation.right, larger)
        larger = replace(larger, equations=(*larger.equations, Equation(equation.left, bare(right))))
    return larger


def _of_tensors(tree: Tree, graph: Graph) -> tuple[Tree, Graph]:
    """Carry out every derivative in a tree of tensors, inner ones first."""
    if not holds(tree, DERIVATIVES):
        return tree, graph
    return each_derivative(tree, graph, _derivative)


def _derivative(node: Derivative, graph: Graph) -> tuple[Tree, Graph]:
    """Write one derivative as the error of the matrix form, or row by row where a tensor is derived."""
    of, graph = _of_tensors(node.of, graph)
    wrt = demand_quantity(node, graph)
    try:
        shape = shape_of(Derivative(of, wrt), graph.shapes)
    except Misfit as misfit:
        raise raisable(TargetError, misfit.problem) from None
    whole, graph = as_equation(of, graph) if not isinstance(of, Name) else (of, graph)
    of_shape = graph.shapes.get(whole.name, ())
    if not of_shape:
        return _gradient(whole, wrt.name, graph)
    rows = []
    for place in range(1, size(of_shape) + 1):
        one = Call(named.PART, (whole, Number(place), Number(place)))
        entry, graph = as_equation(one, graph, f"{whole.name}[{place}]")
        row, graph = _gradient(entry, wrt.name, graph)
        rows.append(row)
    joined = Call(named.CONCAT, tuple(rows))
    return joined if shape == (size(shape),) else Call(named.RESHAPE, (joined, *map(Number, shape))), graph


def _gradient(of: Name, wrt: str, graph: Graph) -> tuple[Tree, Graph]:
    """Give the error of a quantity by name; what does not depend on it is 0."""
    shape = graph.shapes.get(wrt, ())
    if of.name == wrt:
        return ONE, graph
    if wrt not in graph.ancestors(of.name):
        return _nothing(shape), graph
    return Name(adjoint_name(of.name, wrt)), _with_errors(graph, of.name)


def _nothing(shape: Shape) -> Tree:
    return Call(named.SPREAD, (ZERO, *map(Number, shape))) if shape else ZERO


def _with_errors(graph: Graph, of: str) -> Graph:
    """Add the errors of everything that a number depends on; a graph that has them comes back as it is."""
    if adjoint_name(of, of) in graph.definitions:
        return graph
    free = graph.ancestors(of) - graph.definitions.keys()
    errors = derive_matrix(graph, of, tuple(name for name in graph.quantities if name in free)).errors
    quantities = dict(graph.quantities)
    shapes = {**graph.shapes, **{error.name: error.shape for error in errors}}
    for error in errors:
        meant = None if error.inner else Derivative(Name(of), Name(error.wrt))
        quantities[error.name] = Quantity(error.name, error.shape, "adjoint", meant)
    equations = tuple(Equation(error.name, carried_out(error.formula, graph.functions, shapes)) for error in errors)
    return replace(graph, quantities=MappingProxyType(quantities), equations=(*graph.equations, *equations), indexed=())
