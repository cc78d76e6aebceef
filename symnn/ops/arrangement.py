"""Operations that only arrange entries: flatten, join, cut, reshape, outer product, projection on components."""

from __future__ import annotations

from symnn.expressions.terms import ZERO
from symnn.expressions.tree import Call, Number, Product, Transpose, Tree
from symnn.ops import named
from symnn.ops.array_kernels import flat, lead
from symnn.ops.grid import Grid, matrix_product, transpose
from symnn.ops.operation import Array, Operation, Pulled, TensorCall
from symnn.ops.settings import Setting
from symnn.ops.shapes import Shape, Unfit, as_matrix, lengths, normal, shape_text, size, transposed_shape

__all__ = ["ARRANGEMENT"]

AXES = 4
MOST = 64
MATRIX = 2


def _joined(c: TensorCall) -> Shape:
    return normal((sum(map(size, c.shapes)),))


def _join_entries(c: TensorCall, grids: tuple[Grid, ...]) -> Grid:
    return Grid(_joined(c), tuple(cell for grid in grids for cell in grid.cells))


def _join_pullback(c: TensorCall, delta: Tree, _value: Tree) -> Pulled:
    """Give each argument its stretch of the error, in its own shape."""
    start, terms = 0, []
    for shape in c.shapes:
        stretch = Call(named.PART, (delta, Number(start + 1), Number(start + size(shape))))
        terms.append(_in_shape(stretch, shape))
        start += size(shape)
    return tuple(terms)


def _side_by_side(c: TensorCall) -> Shape:
    """Join matrices of as many rows; a vector is one column."""
    heights = {as_matrix(shape)[0] for shape in c.shapes}
    if len(heights) > 1:
        raise Unfit("shape-beside", shapes=", ".join(map(shape_text, c.shapes)))
    return normal((heights.pop(), sum(as_matrix(shape)[1] for shape in c.shapes)))


def _side_entries(c: TensorCall, grids: tuple[Grid, ...]) -> Grid:
    widths = [as_matrix(shape)[1] for shape in c.shapes]
    rows = range(as_matrix(c.shapes[0])[0])
    pieces = (g.cells[row * w : (row + 1) * w] for row in rows for g, w in zip(grids, widths, strict=True))
    return Grid(_side_by_side(c), tuple(cell for piece in pieces for cell in piece))


def _side_pullback(c: TensorCall, delta: Tree, _value: Tree) -> Pulled:
    """Give each matrix its columns of the error; a slice of one row is a vector."""
    start, terms = 0, []
    for shape in c.shapes:
        width = as_matrix(shape)[1]
        columns = Call(named.SLICE, (delta, *map(Number, (0, 0, start + 1, start + width))))
        terms.append(Transpose(columns) if len(shape) == MATRIX and shape[0] == 1 else columns)
        start += width
    return tuple(terms)


def _side_arrays(c: TensorCall, arrays: tuple[Array, ...], _: str) -> Array:
    import numpy as np

    whole = [array.reshape(*lead(array, s), *as_matrix(s)) for array, s in zip(arrays, c.shapes, strict=True)]
    common = np.broadcast_shapes(*(array.shape[:-2] for array in whole))
    joined = np.concatenate([np.broadcast_to(array, (*common, *array.shape[-2:])) for array in whole], axis=-1)
    return joined.reshape(*common, *_side_by_side(c))


def _in_shape(tree: Tree, shape: Shape) -> Tree:
    return tree if len(shape) <= 1 else Call(named.RESHAPE, (tree, *(Number(length) for length in shape)))


def _part_shape(c: TensorCall) -> Shape:
    first, last = c.settings
    if not 1 <= first <= last <= size(c.shapes[0]):
        raise Unfit("shape-part", shape=shape_text(c.shapes[0]), start=first, end=last)
    return normal((last - first + 1,))


def _part_pullback(c: TensorCall, delta: Tree, _value: Tree) -> Pulled:
    first, last = c.settings
    count = size(c.shapes[0])
    pieces = []
    if first > 1:
        pieces.append(Call(named.SPREAD, (ZERO, Number(first - 1))) if first > MATRIX else ZERO)
    pieces.append(delta)
    if last < count:
        pieces.append(Call(named.SPREAD, (ZERO, Number(count - last))) if count - last > 1 else ZERO)
    return (_in_shape(Call(named.CONCAT, tuple(pieces)), c.shapes[0]),)


def _reshaped(c: TensorCall) -> Shape:
    wanted = tuple(length for length in c.settings if length)
    if size(wanted) != size(c.shapes[0]):
        raise Unfit("shape-reshape", left=shape_text(c.shapes[0]), right=shape_text(wanted))
    return normal(wanted)


def _outer(c: TensorCall) -> Shape:
    """Multiply by the transpose; a number is a 1×1 matrix here, and scales no larger one."""
    (rows, inner), (columns, other) = map(as_matrix, c.shapes)
    if inner != other:
        raise Unfit("shape-product", left=shape_text(c.shapes[0]), right=shape_text(transposed_shape(c.shapes[1])))
    return normal((rows, columns))


def _components(c: TensorCall) -> tuple[int, int]:
    """Give how many components there are and how many are kept."""
    rows, columns = as_matrix(c.shapes[1])
    kept = c.settings[0] or rows
    if len(c.shapes[1]) != MATRIX or columns != size(c.shapes[0]) or kept > rows:
        raise Unfit("shape-components", left=shape_text(c.shapes[1]), right=shape_text(c.shapes[0]), kept=kept)
    return rows, kept


def _leading(c: TensorCall, components: Grid) -> Grid:
    _, kept = _components(c)
    columns = as_matrix(c.shapes[1])[1]
    return Grid((kept, columns), components.cells[: kept * columns])


def _projected(c: TensorCall, grids: tuple[Grid, ...]) -> Grid:
    column = Grid(normal((size(c.shapes[0]),)), grids[0].cells)
    leading = _leading(c, grids[1])
    if not column.shape:
        column = Grid((1, 1), column.cells)
    return matrix_product(leading, column)


def _unprojected_shape(c: TensorCall) -> Shape:
    rows, columns = as_matrix(c.shapes[1])
    kept = size(c.shapes[0])
    if len(c.shapes[1]) != MATRIX or len(c.shapes[0]) > 1 or kept > rows:
        raise Unfit("shape-components", left=shape_text(c.shapes[1]), right=shape_text(c.shapes[0]), kept=kept)
    return normal((columns,))


def _unprojected(c: TensorCall, grids: tuple[Grid, ...]) -> Grid:
    """Go back from the leading components: the transpose of `_leading` times the coordinates."""
    columns = as_matrix(c.shapes[1])[1]
    kept = size(c.shapes[0])
    leading = Grid((kept, columns), grids[1].cells[: kept * columns])
    return matrix_product(transpose(leading), Grid((kept, 1), grids[0].cells))


def _pca_pullback(c: TensorCall, delta: Tree, _value: Tree) -> Pulled:
    back = Call(named.PCA_BACK, (delta, c.arguments[1]))
    return _in_shape(back, c.shapes[0]), _of_components(c, delta, c.arguments[0], c.shapes[0])


def _pca_back_pullback(c: TensorCall, delta: Tree, _value: Tree) -> Pulled:
    (coordinates, components), (kept, (_, columns)) = c.arguments, c.shapes
    along = Call(named.PCA, (delta, components, Number(size(kept))))
    return along, _of_components(c, coordinates, delta, (columns,))


def _of_components(c: TensorCall, coordinates: Tree, data: Tree, shape: Shape) -> Tree:
    """Send an error to the components: what stands along each times the data; those that are left out get 0."""
    kept = c.settings[0] if c.settings else size(c.shapes[0])
    unused = c.shapes[1][0] - (kept or c.shapes[1][0])
    along = Call(named.CONCAT, (coordinates, *(ZERO,) * unused)) if unused else coordinates
    return Call(named.OUTER, (along, Call(named.FLATTEN, (data,)) if len(shape) > 1 else data))


def _flat(c: TensorCall, arrays: tuple[Array, ...], _: str) -> Array:
    return flat(arrays[0], c.shapes[0])


def _join_arrays(c: TensorCall, arrays: tuple[Array, ...], _: str) -> Array:
    import numpy as np

    rows = [flat(array, shape) for array, shape in zip(arrays, c.shapes, strict=True)]
    common = np.broadcast_shapes(*(array.shape[:-1] for array in rows))
    return np.concatenate([np.broadcast_to(array, (*common, array.shape[-1])) for array in rows], axis=-1)


def _part_of_array(c: TensorCall, arrays: tuple[Array, ...], _: str) -> Array:
    return flat(arrays[0], c.shapes[0])[..., c.settings[0] - 1 : c.settings[1]]


def _outer_of_arrays(c: TensorCall, arrays: tuple[Array, ...], _: str) -> Array:
    left, right = (array.reshape(*lead(array, s), *as_matrix(s)) for array, s in zip(arrays, c.shapes, strict=True))
    return left @ right.swapaxes(-1, -2)


def _project_array(c: TensorCall, arrays: tuple[Array, ...], _: str) -> Array:
    components = arrays[1][..., : c.settings[0] or c.shapes[1][0], :]
    return components @ flat(arrays[0], c.shapes[0])[..., None]


def _unproject_array(c: TensorCall, arrays: tuple[Array, ...], _: str) -> Array:
    components = arrays[1][..., : size(c.shapes[0]), :]
    return components.swapaxes(-1, -2) @ flat(arrays[0], c.shapes[0])[..., None]


ARRANGEMENT: tuple[Operation, ...] = (
    Operation(
        name=named.FLATTEN,
        shape=lambda c: normal((size(c.shapes[0]),)),
        entries=lambda c, grids: Grid(normal((size(c.shapes[0]),)), grids[0].cells),
        pullback=lambda c, delta, _v: (_in_shape(delta, c.shapes[0]),),
        sign="vec",
        kernel=_flat,
    ),
    Operation(
        name=named.CONCAT,
        shape=_joined,
        entries=_join_entries,
        pullback=_join_pullback,
        sign="concat",
        arity=(1, MOST),
        along_rows=named.BESIDE,
        kernel=_join_arrays,
    ),
    Operation(
        name=named.BESIDE,
        shape=_side_by_side,
        entries=_side_entries,
        pullback=_side_pullback,
        sign="beside",
        words=("hstack",),
        arity=(2, MOST),
        kernel=_side_arrays,
    ),
    Operation(
        name=named.PART,
        shape=_part_shape,
        entries=lambda c, grids: Grid(_part_shape(c), grids[0].cells[c.settings[0] - 1 : c.settings[1]]),
        pullback=_part_pullback,
        sign="part",
        settings=(Setting("first", least=1), Setting("last", least=1)),
        kernel=_part_of_array,
        layout="slice",
        explained="notation-part",
    ),
    Operation(
        name=named.RESHAPE,
        shape=_reshaped,
        entries=lambda c, grids: Grid(_reshaped(c), grids[0].cells),
        pullback=lambda c, delta, _v: (_in_shape(Call(named.FLATTEN, (delta,)), c.shapes[0]),),
        sign="tensor",
        settings=tuple(Setting(f"length{axis}", 0) for axis in range(1, AXES + 1)),
        kernel=_flat,
        below=lengths,
        explained="notation-reshape",
    ),
    Operation(
        name=named.OUTER,
        shape=_outer,
        entries=lambda _c, grids: matrix_product(grids[0], transpose(grids[1])),
        pullback=lambda c, delta, _v: (
            Product((delta, c.arguments[1])),
            Product((Transpose(delta), c.arguments[0])),
        ),
        sign="outer",
        arity=(2, 2),
        kernel=_outer_of_arrays,
    ),
    Operation(
        name=named.PCA,
        shape=lambda c: normal((_components(c)[1],)),
        entries=_projected,
        pullback=_pca_pullback,
        sign="PCA",
        arity=(2, 2),
        settings=(Setting("components", 0),),
        kernel=_project_array,
    ),
    Operation(
        name=named.PCA_BACK,
        shape=_unprojected_shape,
        entries=_unprojected,
        pullback=_pca_back_pullback,
        sign="PCA'",
        arity=(2, 2),
        kernel=_unproject_array,
    ),
)
"""Arrangements: they only move entries, or multiply by what else is given."""
