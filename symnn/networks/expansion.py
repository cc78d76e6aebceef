"""A tensor graph entry by entry: the scalar graph that means the same, with entries named ``W[1,2]``.

Everything that is known of scalars (paths, deltas, the judge, numbers) holds for tensors through this one step.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import assert_never

from msgspec.structs import replace

from symnn.expressions.terms import minus, over, power, product, total
from symnn.expressions.tree import (
    Call,
    Constant,
    Derivative,
    Entry,
    Entrywise,
    Matrix,
    Name,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    Transpose,
    Tree,
    children,
    rebuilt,
    walk,
)
from symnn.language.entries import entry_name
from symnn.networks.graph import Equation, Graph
from symnn.networks.quantity import Quantity
from symnn.networks.shapes import is_entrywise, shape_of, tensor_call
from symnn.ops.grid import Grid, indices, matrix_product, of_matrix, together, transpose
from symnn.ops.shapes import Shape
from symnn.ops.table import OF_TENSORS

__all__ = ["entries", "entry_names", "expanded", "grid_of", "of_numbers", "with_entries"]


def entry_names(name: str, shape: Shape) -> tuple[str, ...]:
    """Name the entries of a quantity in row-major order, counted from 1; a number is its own entry.

    >>> entry_names("W", (2, 2))
    ('W[1,1]', 'W[1,2]', 'W[2,1]', 'W[2,2]')
    """
    if not shape:
        return (name,)
    return tuple(entry_name(name, tuple(i + 1 for i in place)) for place in indices(shape))


def entries(quantity: Quantity) -> Iterator[Quantity]:
    """Give the entries of a quantity as quantities of their own."""
    if not quantity.shape:
        yield quantity
        return
    for place in indices(quantity.shape):
        numbers = tuple(i + 1 for i in place)
        name = entry_name(quantity.name, numbers)
        yield Quantity(name, (), quantity.role)


def expanded(graph: Graph) -> Graph:
    """Give the scalar graph of a tensor graph; a scalar graph comes back as it is.

    Cost: linear in the number of products between entries. The graph must have passed its shape check.

    >>> from symnn.networks.models import Declarations, graph_from_text
    >>> graph = graph_from_text("y = W x", Declarations(shapes={"W": (2, 2), "x": (2,)}))
    >>> from symnn.expressions.writing import plain
    >>> [(e.left, plain(e.right)) for e in expanded(graph).equations]
    [('y[1]', 'W[1,1]*x[1] + W[1,2]*x[2]'), ('y[2]', 'W[2,1]*x[1] + W[2,2]*x[2]')]
    """
    shapes = graph.shapes
    if not shapes:
        return graph
    quantities = {entry.name: entry for quantity in graph.quantities.values() for entry in entries(quantity)}
    equations: list[Equation] = []
    for equation in _in_steps(graph, quantities):
        shape = shapes.get(equation.left, ())
        cells = grid_of(equation.right, shapes).spread(shape).cells
        names = entry_names(equation.left, shape)
        equations.extend(Equation(name, cell) for name, cell in zip(names, cells, strict=True))
    return replace(graph, quantities=MappingProxyType(quantities), equations=tuple(equations), indexed=())


def with_entries(graph: Graph) -> Graph:
    """Give the entrywise graph that still knows its tensors by name and shape, for answers that use both.

    The tensors come first and have no equations of their own; a graph that has its entries, or no tensors,
    comes back as it is.

    >>> from symnn.networks.models import Declarations, graph_from_text
    >>> graph = graph_from_text("y = W x", Declarations(shapes={"W": (2, 2), "x": (2,)}))
    >>> both = with_entries(graph)
    >>> both.shapes["W"], both.parameters[:2], with_entries(both) is both
    ((2, 2), ('W[1,1]', 'W[1,2]'), True)
    """
    if not graph.shapes or all(entry_names(name, shape)[0] in graph.quantities for name, shape in graph.shapes.items()):
        return graph
    scalar = graph.entrywise
    tensors = {q.name: Quantity(q.name, q.shape, "intermediate") for q in graph.quantities.values() if q.shape}
    quantities = MappingProxyType({**tensors, **scalar.quantities})
    return replace(graph, quantities=quantities, equations=scalar.equations)


def _in_steps(graph: Graph, quantities: dict[str, Quantity]) -> Iterator[Equation]:
    """Give the equations, before each the numbers that all its entries need alike, as the mean."""
    for equation in graph.equations:
        steps: list[Equation] = []
        right = _stepwise(equation.right, equation.left, graph.shapes, quantities, steps)
        yield from steps
        yield Equation(equation.left, right) if steps else equation


def _stepwise(
    tree: Tree, left: str, shapes: Mapping[str, Shape], quantities: dict[str, Quantity], steps: list[Equation]
) -> Tree:
    """Write calls that have steps through quantities of their own, inner ones first."""
    parts = tuple(_stepwise(part, left, shapes, quantities, steps) for part in children(tree))
    node = rebuilt(tree, parts) if parts else tree
    operation = OF_TENSORS.get(node.function) if isinstance(node, Call) else None
    if operation is None or operation.steps is None or not isinstance(node, Call):
        return node
    name = left if not steps else f"{left} {len(steps)}"
    found = operation.steps(tensor_call(node, shapes), name)
    if found is None:
        return node
    new, value = found
    for step, meant, right in new:
        quantities[step] = Quantity(step, (), "intermediate", meant)
        steps.append(Equation(step, right))
    return value


def grid_of(tree: Tree, shapes: Mapping[str, Shape]) -> Grid:
    """Write a tree of tensors entry by entry. Raises `Misfit` where shapes do not fit.

    >>> grid_of(Transpose(Name("W")), {"W": (1, 2)}).cells[1].name
    'W[1,2]'
    """
    shape_of(tree, shapes)
    return _grid(tree, shapes)


def of_numbers(tree: Tree) -> Tree:
    """Write operations on tensors out where all their arguments are numbers: a convolution by 1 x 1 is a product.

    >>> from symnn.expressions.writing import plain
    >>> plain(of_numbers(Call("conv", (Name("x"), Name("k")))))
    'k*x'
    """
    shapes: Mapping[str, Shape] = MappingProxyType({})
    calls = (node for node in walk(tree) if isinstance(node, Call))
    if all(is_entrywise(node, ((),) * len(node.arguments)) for node in calls):
        return tree
    return grid_of(tree, shapes).cells[0]


def _grid(tree: Tree, shapes: Mapping[str, Shape]) -> Grid:
    """Write a tree entry by entry whose shapes have been found to fit."""
    match tree:
        case Number() | Constant() | Entry():
            return Grid((), (tree,))
        case Name(name):
            shape = shapes.get(name, ())
            return Grid(shape, tuple(map(Name, entry_names(name, shape)))) if shape else Grid((), (tree,))
        case Negative(operand):
            return _grid(operand, shapes).each(minus)
        case Sum(terms):
            return _sum(tree, tuple(_grid(term, shapes) for term in terms))
        case Entrywise(factors):
            return together((_grid(factor, shapes) for factor in factors), lambda *cells: product(cells))
        case Product(factors):
            return _product(factors, shapes)
        case Quotient(above, under):
            return together((_grid(above, shapes), _grid(under, shapes)), over)
        case Power(base, exponent):
            return together((_grid(base, shapes), _grid(exponent, shapes)), power)
        case Transpose(operand):
            return transpose(_grid(operand, shapes))
        case Call():
            return _call(tree, shapes)
        case Matrix(rows, vector):
            shape_of(tree, shapes)
            return of_matrix(Matrix(tuple(tuple(_grid(cell, shapes).cells[0] for cell in row) for row in rows), vector))
        case Derivative(of, wrt):
            return _derivative(tree, of, wrt, shapes)
        case _:
            assert_never(tree)


def _sum(tree: Sum, grids: tuple[Grid, ...]) -> Grid:
    """Add entry by entry; the sums that matrix products bring run on. A sum of numbers stays as written."""
    if not any(grid.shape for grid in grids):
        return Grid((), (Sum(tuple(grid.cells[0] for grid in grids)),))
    matrices = tuple(
        isinstance(term, Product) and bool(grid.shape) for term, grid in zip(tree.terms, grids, strict=True)
    )

    def join(*cells: Tree) -> Tree:
        terms: list[Tree] = []
        for cell, runs_on in zip(cells, matrices, strict=True):
            terms.extend(cell.terms if runs_on and isinstance(cell, Sum) else (cell,))
        return total(tuple(terms))

    return together(grids, join)


def _product(factors: tuple[Tree, ...], shapes: Mapping[str, Shape]) -> Grid:
    """Multiply from left to right; a product of numbers alone stays as it was written."""
    grids = [_grid(factor, shapes) for factor in factors]
    if not any(grid.shape for grid in grids):
        return Grid((), (Product(tuple(grid.cells[0] for grid in grids)),))
    result = grids[0]
    for grid in grids[1:]:
        result = matrix_product(result, grid)
    return result


def _call(node: Call, shapes: Mapping[str, Shape]) -> Grid:
    grids = tuple(_grid(argument, shapes) for argument in node.arguments)
    if is_entrywise(node, tuple(grid.shape for grid in grids)):
        return together(grids, lambda *cells: Call(node.function, cells, node.order))
    taken = tensor_call(node, shapes)
    operation = OF_TENSORS[node.function]
    shape = shape_of(node, shapes)
    return Grid(shape, operation.entries(taken, grids[: len(taken.arguments)]).cells)


def _derivative(tree: Derivative, of: Tree, wrt: Tree | None, shapes: Mapping[str, Shape]) -> Grid:
    """Write the gradient of a number entry by entry: ∂E/∂W has ∂E/∂W[1,2] where W has W[1,2]."""
    if wrt is None or not shape_of(wrt, shapes):
        return Grid((), (tree,))
    target = _grid(of, shapes).cells[0]
    return _grid(wrt, shapes).each(lambda cell: Derivative(target, cell))
