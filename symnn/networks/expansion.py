"""Tensors entry by entry: the scalars that mean the same, with entries named ``W[1,2]``.

Everything that is known of scalars (paths, deltas, the judge, numbers) holds for tensors through this one step.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from operator import is_
from types import MappingProxyType
from typing import assert_never

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
from symnn.networks.equation import Equation
from symnn.networks.quantity import Quantity
from symnn.networks.tree_shapes import is_entrywise, shape_of, tensor_call
from symnn.ops.grid import Grid, indices, matrix_product, of_matrix, together, transpose
from symnn.ops.operation import step_name
from symnn.ops.shapes import Shape
from symnn.ops.table import OF_TENSORS

__all__ = ["entries", "entry_names", "expanded", "grid_of", "of_numbers"]


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


def expanded(
    quantities: Mapping[str, Quantity], equations: Iterable[Equation], shapes: Mapping[str, Shape]
) -> tuple[Mapping[str, Quantity], tuple[Equation, ...]]:
    """Write quantities and equations of tensors entry by entry, with the steps that entries need alike."""
    own = {entry.name: entry for quantity in quantities.values() for entry in entries(quantity)}
    written: list[Equation] = []
    for equation in _in_steps(equations, shapes, own):
        shape = shapes.get(equation.left, ())
        cells = grid_of(equation.right, shapes).spread(shape).cells
        names = entry_names(equation.left, shape)
        written.extend(Equation(name, cell) for name, cell in zip(names, cells, strict=True))
    return MappingProxyType(own), tuple(written)


def _in_steps(
    equations: Iterable[Equation], shapes: Mapping[str, Shape], quantities: dict[str, Quantity]
) -> Iterator[Equation]:
    """Give the equations, before each the numbers that all its entries need alike, as the mean."""
    for equation in equations:
        steps: list[Equation] = []
        right = _stepwise(equation.right, shapes, quantities, steps)
        yield from steps
        yield equation if right is equation.right else Equation(equation.left, right)


def _stepwise(tree: Tree, shapes: Mapping[str, Shape], quantities: dict[str, Quantity], steps: list[Equation]) -> Tree:
    """Write calls that have steps through quantities of their own, inner ones first."""
    own = children(tree)
    parts = tuple(_stepwise(part, shapes, quantities, steps) for part in own)
    node = tree if all(map(is_, parts, own)) else rebuilt(tree, parts)
    operation = OF_TENSORS.get(node.function) if isinstance(node, Call) else None
    if operation is None or operation.steps is None or not isinstance(node, Call):
        return node
    found = operation.steps(tensor_call(node, shapes))
    if found is None:
        return node
    new, value = found
    for meant, right in new:
        step = step_name(meant).name
        if step not in quantities:
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

    So it is of transposes: x^T is x.

    >>> from symnn.expressions.writing import plain
    >>> plain(of_numbers(Call("conv", (Name("x"), Name("k")))))
    'k*x'
    """
    shapes: Mapping[str, Shape] = MappingProxyType({})
    found = [node for node in walk(tree) if isinstance(node, Call | Transpose)]
    if all(isinstance(node, Call) and is_entrywise(node, ((),) * len(node.arguments)) for node in found):
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
    """Write a derivative entry by entry: ∂E/∂W has ∂E/∂W[1,2] where W has W[1,2], ∂h/∂x a row for each entry of h."""
    shape = shape_of(tree, shapes)
    if not shape or wrt is None:
        return Grid((), (tree,))
    by = _grid(wrt, shapes).cells
    return Grid(shape, tuple(Derivative(target, cell) for target in _grid(of, shapes).cells for cell in by))
