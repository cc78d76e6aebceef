"""Inverse, determinant and its logarithm, the unit matrix, lengths and scalar products.

Source: Petersen and Pedersen, The Matrix Cookbook, section 2 (derivatives of determinants, inverses and norms).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from symnn.expressions.terms import ONE, TWO, ZERO, call, is_number, minus, over, power, product, total
from symnn.expressions.tree import Call, Product, Transpose, Tree
from symnn.ops import named
from symnn.ops.array_kernels import all_axes, lead
from symnn.ops.diagonals import square_side
from symnn.ops.grid import Grid, matrix_product, single, together
from symnn.ops.operation import Array, Operation, Pulled, TensorCall
from symnn.ops.settings import Setting
from symnn.ops.shapes import MATRIX, Shape, Unfit, as_matrix, normal, product_shape, shape_text

__all__ = ["MATRIX_FUNCTIONS"]

MOST = 6
"""The largest side of a matrix that has a determinant or an inverse here: its entries are written out by minors."""

LENGTHS = (1, 2)
"""The norms that ``norm(x, order)`` has: the sum of absolute values, and the root of the sum of squares."""


def _side(c: TensorCall) -> int:
    """Give the side of a square matrix that can be written out; a number is a matrix of one entry."""
    side = square_side(c) if c.shapes[0] else 1
    if side > MOST:
        raise Unfit("matrix-too-large", shape=shape_text(c.shapes[0]), most=MOST)
    return side


def _number(c: TensorCall) -> Shape:
    _side(c)
    return ()


def _same(c: TensorCall) -> Shape:
    _side(c)
    return c.shapes[0]


Minor = Callable[[tuple[int, ...], tuple[int, ...]], Tree]


def _minors(grid: Grid, side: int) -> Minor:
    """Give the determinants of what some rows and columns cut out, each written once."""
    cells = grid.cells

    @cache
    def minor(rows: tuple[int, ...], columns: tuple[int, ...]) -> Tree:
        if not rows:
            return ONE
        first, below = rows[0], rows[1:]
        terms: list[Tree] = []
        for place, column in enumerate(columns):
            cell = cells[first * side + column]
            rest = minor(below, columns[:place] + columns[place + 1 :])
            if is_number(cell, 0) or is_number(rest, 0):
                continue
            term = product((cell, rest))
            terms.append(minus(term) if place % 2 else term)
        return total(tuple(terms))

    return minor


def _determinant(c: TensorCall, grids: tuple[Grid, ...]) -> Tree:
    side = _side(c)
    everything = tuple(range(side))
    return _minors(grids[0], side)(everything, everything)


def _inverse_entries(c: TensorCall, grids: tuple[Grid, ...]) -> Grid:
    """Write the inverse by Cramer's rule: the adjugate over the determinant."""
    side = _side(c)
    everything = tuple(range(side))
    minor = _minors(grids[0], side)
    whole = minor(everything, everything)

    def cell(row: int, column: int) -> Tree:
        found = minor(_without(everything, column), _without(everything, row))
        return over(minus(found) if (row + column) % 2 else found, whole)

    return Grid(c.shapes[0], tuple(cell(row, column) for row in everything for column in everything))


def _without(places: tuple[int, ...], one: int) -> tuple[int, ...]:
    return tuple(place for place in places if place != one)


def _turned_inverse(c: TensorCall) -> Tree:
    return Transpose(Call(named.INV, c.arguments))


def _inverse_pullback(c: TensorCall, delta: Tree, value: Tree) -> Pulled:
    if not c.shapes[0]:
        return (minus(product((delta, power(value, TWO)))),)
    turned = Transpose(value)
    return (minus(Product((turned, delta, turned))),)


def _of_matrix(c: TensorCall, array: Array) -> Array:
    """Give a number two axes, so that it is a matrix of one entry."""
    return array.reshape((*lead(array, c.shapes[0]), *as_matrix(c.shapes[0])))


def _determinant_array(c: TensorCall, arrays: tuple[Array, ...], _: str) -> Array:
    import numpy as np

    return np.linalg.det(_of_matrix(c, arrays[0]))


def _unit(c: TensorCall) -> Shape:
    return normal((c.settings[0], c.settings[0]))


def _unit_entries(c: TensorCall, _: tuple[Grid, ...]) -> Grid:
    side = c.settings[0]
    return Grid(_unit(c), tuple(ONE if row == column else ZERO for row in range(side) for column in range(side)))


def _unit_array(c: TensorCall, _arrays: tuple[Array, ...], _: str) -> Array:
    import numpy as np

    return np.eye(c.settings[0]).reshape(_unit(c))


def _order(c: TensorCall) -> int:
    order = c.settings[0]
    if order not in LENGTHS:
        raise Unfit("norm-order", order=order)
    return order


def _length_shape(c: TensorCall) -> Shape:
    _order(c)
    return ()


def _length_entries(c: TensorCall, grids: tuple[Grid, ...]) -> Grid:
    cells = grids[0].cells
    if _order(c) == 1:
        return single(total(tuple(call(named.ABS, cell) for cell in cells)))
    return single(call(named.SQRT, total(tuple(power(cell, TWO) for cell in cells))))


def _length_pullback(c: TensorCall, delta: Tree, value: Tree) -> Pulled:
    """Send the error of a length along the vector: its direction, or the signs of its entries."""
    x = c.arguments[0]
    if _order(c) == 1:
        return (product((delta, call(named.SIGN, x))),)
    return (product((delta, over(x, value))),)


def _length_array(c: TensorCall, arrays: tuple[Array, ...], _: str) -> Array:
    import numpy as np

    axes = all_axes(c.shapes[0])
    if _order(c) == 1:
        return np.abs(arrays[0]).sum(axis=axes)
    return np.sqrt((arrays[0] ** 2).sum(axis=axes))


def _is_scalar_product(c: TensorCall) -> bool:
    left, right = c.shapes
    return len(left) == 1 and left == right


def _dot_shape(c: TensorCall) -> Shape:
    """Give the shape of NumPy's ``dot``: a number for two vectors, else that of the product."""
    if _is_scalar_product(c):
        return ()
    if not all(c.shapes):
        raise Unfit("shape-no-vector", shape=shape_text(()))
    return product_shape(*c.shapes)


def _dot_entries(c: TensorCall, grids: tuple[Grid, ...]) -> Grid:
    left, right = grids
    if _is_scalar_product(c):
        return single(total(together((left, right), lambda *pair: product(pair)).cells))
    return matrix_product(left, right)


def _dot_pullback(c: TensorCall, delta: Tree, _value: Tree) -> Pulled:
    left, right = c.arguments
    if _is_scalar_product(c):
        return product((delta, right)), product((delta, left))
    return Product((delta, Transpose(right))), Product((Transpose(left), delta))


def _dot_array(c: TensorCall, arrays: tuple[Array, ...], _: str) -> Array:
    left, right = arrays
    if _is_scalar_product(c):
        return (left * right).sum(axis=-1)
    first, second = (array.reshape(*lead(array, s), *as_matrix(s)) for array, s in zip(arrays, c.shapes, strict=True))
    return first @ second


def _inverse_array(c: TensorCall, arrays: tuple[Array, ...], _: str) -> Array:
    return _inverse(_of_matrix(c, arrays[0])).reshape(arrays[0].shape)


def _inverse(array: Array) -> Array:
    """Give the inverse of square matrices; of one that has none every entry is nan, as NumPy's 0/0 is, with its error.

    A caller that asks NumPy to raise goes on by entries there: det(A) has a slope where A has no inverse.
    """
    import numpy as np

    try:
        return np.linalg.inv(array)
    except np.linalg.LinAlgError:
        one = array.ndim == MATRIX
        return np.full(array.shape, np.divide(0.0, 0.0)) if one else np.stack([_inverse(each) for each in array])


def _log_determinant(c: TensorCall, arrays: tuple[Array, ...], _: str) -> Array:
    """Give log |det|, also where the determinant is too large or too small for a float."""
    import numpy as np

    return np.linalg.slogdet(_of_matrix(c, arrays[0]))[1]


MATRIX_FUNCTIONS: tuple[Operation, ...] = (
    Operation(
        name=named.INV,
        shape=_same,
        entries=_inverse_entries,
        pullback=_inverse_pullback,
        sign="inv",
        layout="inverse",
        kernel=_inverse_array,
    ),
    Operation(
        name=named.DET,
        shape=_number,
        entries=lambda c, grids: single(_determinant(c, grids)),
        pullback=lambda c, delta, value: (product((delta, value, _turned_inverse(c))),),
        sign="det",
        kernel=_determinant_array,
        confusable=(named.TRACE,),
    ),
    Operation(
        name=named.LOGDET,
        shape=_number,
        entries=lambda c, grids: single(call(named.LOG, call(named.ABS, _determinant(c, grids)))),
        pullback=lambda c, delta, _v: (product((delta, _turned_inverse(c))),),
        sign="log|det|",
        kernel=_log_determinant,
        confusable=(named.DET, named.TRACE),
    ),
    Operation(
        name=named.EYE,
        shape=_unit,
        entries=_unit_entries,
        pullback=lambda _c, _delta, _v: (),
        arity=(0, 0),
        settings=(Setting("side", least=1),),
        sign="I",
        layout="alone",
        below=lambda settings: str(settings[0]),
        kernel=_unit_array,
    ),
    Operation(
        name=named.NORM,
        rooted=True,
        shape=_length_shape,
        entries=_length_entries,
        pullback=_length_pullback,
        settings=(Setting("order", LENGTHS[-1], least=1),),
        sign="‖",
        layout="length",
        below=lambda settings: "" if settings[0] != 1 else "1",
        kernel=_length_array,
        confusable=(named.SQUARED_NORM, named.SUM),
    ),
    Operation(
        name=named.DOT,
        shape=_dot_shape,
        entries=_dot_entries,
        pullback=_dot_pullback,
        arity=(2, 2),
        sign="dot",
        kernel=_dot_array,
    ),
)
"""Functions of whole matrices and vectors; ``dot`` of two vectors is a number, as NumPy has it."""
