"""Rows, columns and blocks of a matrix, ``C[3,:]``, and the vector with a single 1 that picks a row."""

from __future__ import annotations

from symnn.expressions.terms import ONE, ZERO
from symnn.expressions.tree import Call, Number, Product, Transpose, Tree
from symnn.ops import named
from symnn.ops.array_kernels import lead
from symnn.ops.grid import Grid
from symnn.ops.operation import Array, Operation, Pulled, TensorCall
from symnn.ops.settings import Setting
from symnn.ops.shapes import Shape, Unfit, as_matrix, normal, shape_text

__all__ = ["SLICES"]

MATRIX = 2


def _block(c: TensorCall) -> tuple[tuple[int, int], tuple[int, int]]:
    """Give the first and last row and column, counted from 1; 0 and 0 are all of them."""
    shape, ends = c.shapes[0], c.settings
    if len(shape) > MATRIX:
        raise Unfit("shape-no-matrix", shape=shape_text(shape))
    height, width = as_matrix(shape)
    rows = (ends[0], ends[1]) if any(ends[:2]) else (1, height)
    columns = (ends[2], ends[3]) if any(ends[2:]) else (1, width)
    for (first, last), length in zip((rows, columns), as_matrix(shape), strict=True):
        if not 1 <= first <= last <= length:
            raise Unfit("shape-slice", shape=shape_text(shape), start=first, end=last)
    return rows, columns


def _lengths(c: TensorCall) -> tuple[int, int]:
    rows, columns = _block(c)
    return rows[1] - rows[0] + 1, columns[1] - columns[0] + 1


def _shape(c: TensorCall) -> Shape:
    """Give the shape: a row and a column are vectors, as a program has them; columns of what is one row are a row."""
    rows, columns = _lengths(c)
    return normal((columns,) if rows == 1 and not _is_row(c) else (rows, columns))


def _is_row(c: TensorCall) -> bool:
    """Say whether all rows are taken of a matrix that has but one, as in ``a[:, 1:2]``."""
    return len(c.shapes[0]) == MATRIX and c.shapes[0][0] == 1 and not any(c.settings[:2])


def _entries(c: TensorCall, grids: tuple[Grid, ...]) -> Grid:
    (top, bottom), (left, right) = _block(c)
    width = as_matrix(c.shapes[0])[1]
    cells = (grids[0].cells[row * width + left - 1 : row * width + right] for row in range(top - 1, bottom))
    return Grid(_shape(c), tuple(cell for row in cells for cell in row))


def _unit(place: int, length: int) -> Tree:
    return Call(named.ONEHOT, (Number(place), Number(length))) if length > 1 else ONE


def _pullback(c: TensorCall, delta: Tree, _value: Tree) -> Pulled:
    """Send the error back to where the entries stood; all others get 0."""
    (top, bottom), (left, right) = _block(c)
    rows, columns = as_matrix(c.shapes[0])
    if _is_row(c) and right > left:
        delta = Transpose(delta)
    if top == bottom and (left, right) == (1, columns) and columns > 1:
        return (Product((_unit(top, rows), Transpose(delta))),)
    if left == right and (top, bottom) == (1, rows) and columns > 1:
        return (Product((delta, Transpose(_unit(left, columns)))),)
    high, wide = _lengths(c)
    column = delta if wide == 1 or high == 1 else Transpose(delta)  # a single row is a vector already
    across = _padded(column, (left - 1, wide, columns - right), high)
    lying = Transpose(across) if columns > 1 else across
    return (_padded(lying, (top - 1, high, rows - bottom), columns),)


def _padded(tree: Tree, lengths: tuple[int, int, int], width: int) -> Tree:
    """Put rows of zeros above and below a matrix with rows of a width."""
    above, inside, below = lengths
    if not above and not below:
        return tree
    zeros = (_zeros(above * width), _zeros(below * width))
    joined = Call(named.CONCAT, tuple(part for part in (zeros[0], tree, zeros[1]) if part is not None))
    if width == 1:
        return joined
    return Call(named.RESHAPE, (joined, Number(above + inside + below), Number(width)))


def _zeros(count: int) -> Tree | None:
    if not count:
        return None
    return Call(named.SPREAD, (ZERO, Number(count))) if count > 1 else ZERO


def _of_array(c: TensorCall, arrays: tuple[Array, ...], _: str) -> Array:
    (top, bottom), (left, right) = _block(c)
    before = lead(arrays[0], c.shapes[0])
    found = arrays[0].reshape((*before, *as_matrix(c.shapes[0])))[..., top - 1 : bottom, left - 1 : right]
    return found.reshape((*before, *_shape(c)))


def _below(settings: tuple[int, ...]) -> str:
    """Write the place as a program does: ``3,:`` for a row, ``:,2`` for a column, ``1:2`` for some rows."""
    rows, columns = (_ends(*settings[:2]), _ends(*settings[2:]))
    return rows if columns == ":" and rows.count(":") and rows != ":" else f"{rows},{columns}"


def _ends(first: int, last: int) -> str:
    return ":" if not first else str(first) if first == last else f"{first}:{last}"


def _one(c: TensorCall) -> Shape:
    place, length = c.settings
    if place > length:
        raise Unfit("shape-slice", shape=str(length), start=place, end=place)
    return normal((length,))


def _one_array(c: TensorCall, _arrays: tuple[Array, ...], _: str) -> Array:
    import numpy as np

    place, length = c.settings
    return np.eye(length)[place - 1].reshape(_one(c))


SLICES: tuple[Operation, ...] = (
    Operation(
        name=named.SLICE,
        shape=_shape,
        entries=_entries,
        pullback=_pullback,
        settings=tuple(Setting(name, 0) for name in ("first_row", "last_row", "first_column", "last_column")),
        sign="slice",
        layout="rows",
        below=_below,
        kernel=_of_array,
        explained="notation-slice",
    ),
    Operation(
        name=named.ONEHOT,
        shape=_one,
        entries=lambda c, _: Grid(
            _one(c), tuple(ONE if place + 1 == c.settings[0] else ZERO for place in range(c.settings[1]))
        ),
        pullback=lambda _c, _delta, _v: (),
        arity=(0, 0),
        settings=(Setting("place", least=1), Setting("length", least=1)),
        sign="onehot",
        layout="alone",
        below=lambda settings: f"{settings[0]}/{settings[1]}",
        kernel=_one_array,
        explained="notation-onehot",
    ),
)
"""Slices; a row that is looked up in a table of vectors gets the error, every other row 0."""
