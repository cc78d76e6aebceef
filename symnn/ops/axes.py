"""Operations along an axis of a matrix: ``softmax(S, rows)`` takes each row alone, ``mean(X, columns)`` each column.

Of a matrix an operation that takes all entries together must say which: ``rows``, ``columns`` or ``all``. What one
row gives, the rows together give as a vector, one entry a row; the columns together give a row, one entry a column.
"""

from __future__ import annotations

from msgspec.structs import replace

from symnn.expressions.terms import ONE, product
from symnn.expressions.tree import Call, Constant, Entrywise, Number, Product, Tree
from symnn.ops import named
from symnn.ops.grid import Grid, transpose
from symnn.ops.operation import AXES, AXIS, Array, Operation, TensorCall
from symnn.ops.shapes import Shape, Unfit, normal, shape_text, size

__all__ = ["again", "along", "axis_of", "beside", "count", "is_split", "scaled_tensor"]

MATRIX = 2


def axis_of(c: TensorCall) -> str:
    """Name the axis that a call is taken along; empty where none is written."""
    return AXES[c.settings[-1] - 1] if c.settings and c.settings[-1] else ""


def is_split(c: TensorCall) -> bool:
    """Say whether each row or each column is taken by itself; a vector is one column, taken as a whole."""
    return axis_of(c) in AXES[:MATRIX] and (len(c.shapes[0]) > 1 or axis_of(c) != AXES[1])


def again(name: str, c: TensorCall, tree: Tree) -> Tree:
    """Take another operation along the same axis of a tree of the same shape."""
    axis = axis_of(c)
    return Call(name, (tree, Constant(axis)) if axis else (tree,))


def beside(c: TensorCall, tree: Tree) -> Tree:
    """Write what each row or column has once so that it stands beside the matrix: a row is repeated in every row."""
    if axis_of(c) != AXES[1]:
        return tree
    rows = c.shapes[0][0]
    return tree if rows == 1 else Product((Call(named.SPREAD, (ONE, Number(rows))), tree))


def scaled_tensor(c: TensorCall, number: Tree, tree: Tree) -> Tree:
    """Multiply a tensor by a number, or by the number that each row or column has."""
    return Entrywise((beside(c, number), tree)) if is_split(c) else product((number, tree))


def count(c: TensorCall) -> int:
    """Count the entries that are taken together."""
    shape = c.shapes[0]
    if not is_split(c):
        return size(shape)
    return shape[1] if axis_of(c) == AXES[0] else shape[0]


def along(operation: Operation, *, whole: bool = False) -> Operation:
    """Give an operation of vectors that can be taken along an axis; ``whole`` says that a matrix needs none.

    The pullback must already be written for any axis, with `again`, `beside` and `scaled_tensor`.
    """
    steps = operation.steps
    return replace(
        operation,
        settings=(*operation.settings, AXIS),
        shape=lambda c: _shape(operation, c, whole=whole),
        entries=lambda c, grids: _entries(operation, c, grids),
        kernel=lambda c, arrays, ties: _kernel(operation, c, arrays, ties),
        steps=None if steps is None else (lambda c: None if is_split(c) else steps(c)),
        below=lambda settings: _below(operation, settings, whole=whole),
    )


def _shape(operation: Operation, c: TensorCall, *, whole: bool) -> Shape:
    """Give the shape of the value; a matrix without an axis has three readings."""
    found, axis = c.shapes[0], axis_of(c)
    if not is_split(c):
        if len(found) == MATRIX and found[0] > 1 and not whole and not any(c.settings):
            raise Unfit("axis-unclear", function=operation.name, shape=shape_text(found))
        return operation.shape(c)
    if len(found) != MATRIX:
        raise Unfit("axis-no-matrix", function=operation.name, shape=shape_text(found), axis=axis)
    if operation.shape(_one(c)):
        return found
    return normal((found[0],)) if axis == AXES[0] else normal((1, found[1]))


def _entries(operation: Operation, c: TensorCall, grids: tuple[Grid, ...]) -> Grid:
    """Write the value of each row or column after the other."""
    if not is_split(c):
        return operation.entries(c, grids)
    turned = axis_of(c) == AXES[1]
    grid = transpose(grids[0]) if turned else grids[0]
    one = _one(c)
    width = one.shapes[0][0]
    parts = [grid.cells[at : at + width] for at in range(0, len(grid.cells), width)]
    cells = tuple(cell for part in parts for cell in operation.entries(one, (Grid((width,), part),)).cells)
    shape = _shape(operation, c, whole=True)
    return (
        transpose(Grid(grid.shape, cells)) if turned and shape == c.shapes[0] != (1, len(cells)) else Grid(shape, cells)
    )


def _kernel(operation: Operation, c: TensorCall, arrays: tuple[Array, ...], ties: str) -> Array:
    """Compute the value with the rows, or the columns, as a batch."""
    if not is_split(c):
        return operation.kernel(c, arrays, ties)
    turned = axis_of(c) == AXES[1]
    array = arrays[0].swapaxes(-1, -2) if turned else arrays[0]
    found = operation.kernel(_one(c), (array,), ties)
    return found.swapaxes(-1, -2) if turned and found.ndim == array.ndim else found


def _below(operation: Operation, settings: tuple[int, ...], *, whole: bool) -> str:
    """Write the axis; that all entries are taken only where a matrix could be taken in another way."""
    axis = AXES[settings[-1] - 1] if settings[-1] else ""
    own = operation.below(settings[:-1]) if operation.below is not None and settings[:-1] else ""
    return own if whole and axis == AXES[-1] else axis or own


def _one(c: TensorCall) -> TensorCall:
    """Give the call for one row, or one column."""
    length = c.shapes[0][1 if axis_of(c) == AXES[0] else 0]
    return TensorCall(c.arguments, ((length,),), (*(0 for _ in c.settings[:-1]), 0))
