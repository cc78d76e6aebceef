"""A vector as a diagonal matrix, the diagonal of a matrix, and its sum: diag(f'(a)) Wᵀδ is f'(a) ⊙ Wᵀδ.

Source: Petersen and Pedersen, The Matrix Cookbook, section 2.5 (derivatives of traces).
"""

from __future__ import annotations

from symnn.expressions.terms import ZERO, product, total
from symnn.expressions.tree import Call, Number, Tree
from symnn.ops import named
from symnn.ops.array_kernels import lead
from symnn.ops.grid import Grid
from symnn.ops.operation import Array, Operation, Pulled, TensorCall
from symnn.ops.shapes import MATRIX, Shape, Unfit, shape_text

__all__ = ["DIAGONALS", "square_side"]


def square_side(c: TensorCall) -> int:
    """Give the length of a square matrix's side. Raises Unfit for any other shape."""
    shape = c.shapes[0]
    if len(shape) != MATRIX or shape[0] != shape[1]:
        raise Unfit("shape-no-square", shape=shape_text(shape))
    return shape[0]


def _number(c: TensorCall) -> Shape:
    square_side(c)
    return ()


def _spread_out(c: TensorCall) -> Shape:
    if len(c.shapes[0]) != 1:
        raise Unfit("shape-no-vector", shape=shape_text(c.shapes[0]))
    return (*c.shapes[0], *c.shapes[0])


def _matrix_entries(c: TensorCall, grids: tuple[Grid, ...]) -> Grid:
    count = len(grids[0].cells)
    cells = (grids[0].cells[i] if i == j else ZERO for i in range(count) for j in range(count))
    return Grid(_spread_out(c), tuple(cells))


def _diagonal_entries(c: TensorCall, grids: tuple[Grid, ...]) -> Grid:
    side = square_side(c)
    return Grid((side,), tuple(grids[0].at((i, i)) for i in range(side)))


def _trace_pullback(c: TensorCall, delta: Tree, _value: Tree) -> Pulled:
    """Send the error δ of a trace to every entry of the diagonal: δ times the unit matrix."""
    return (product((delta, Call(named.EYE, (Number(square_side(c)),)))),)


def _matrix_array(_c: TensorCall, arrays: tuple[Array, ...], _: str) -> Array:
    import numpy as np

    return arrays[0][..., None] * np.eye(arrays[0].shape[-1])


def _diagonal_array(_c: TensorCall, arrays: tuple[Array, ...], _: str) -> Array:
    import numpy as np

    return np.diagonal(arrays[0], axis1=-2, axis2=-1)


def _trace_array(c: TensorCall, arrays: tuple[Array, ...], ties: str) -> Array:
    return _diagonal_array(c, arrays, ties).sum(axis=-1).reshape(lead(arrays[0], c.shapes[0]))


DIAGONALS: tuple[Operation, ...] = (
    Operation(
        name=named.DIAG,
        shape=_spread_out,
        entries=_matrix_entries,
        pullback=lambda _c, delta, _v: (Call(named.DIAGONAL, (delta,)),),
        sign="diag",
        kernel=_matrix_array,
        confusable=(named.SUM,),
    ),
    Operation(
        name=named.DIAGONAL,
        shape=lambda c: (square_side(c),),
        entries=_diagonal_entries,
        pullback=lambda _c, delta, _v: (Call(named.DIAG, (delta,)),),
        sign="diagonal",
        kernel=_diagonal_array,
    ),
    Operation(
        name=named.TRACE,
        shape=_number,
        entries=lambda c, grids: Grid((), (total(_diagonal_entries(c, grids).cells),)),
        pullback=_trace_pullback,
        sign="tr",
        words=("tr",),
        kernel=_trace_array,
        confusable=(named.SUM,),
    ),
)
"""Diagonals: what fills the rest of a diagonal matrix is 0."""
