"""Losses, one record each: between two numbers, and between two vectors, whose entries add up to one number."""

from __future__ import annotations

from typing import Any

from symnn.expressions.terms import (
    HALF,
    MINUS_ONE,
    ONE,
    TWO,
    call,
    difference,
    minus,
    over,
    power,
    product,
    times,
    total,
)
from symnn.expressions.tree import Entrywise, Tree
from symnn.ops import named
from symnn.ops.array_kernels import all_axes
from symnn.ops.grid import Grid, single, together
from symnn.ops.operation import Arithmetic, Array, Operation, Pulled, TensorCall
from symnn.ops.shapes import Shape, Unfit, shape_text

__all__ = ["LOSSES"]


def _same(c: TensorCall) -> Shape:
    """Demand two tensors of one shape; their loss is a number."""
    if c.shapes[0] != c.shapes[1]:
        raise Unfit("shape-loss", left=shape_text(c.shapes[0]), right=shape_text(c.shapes[1]))
    return ()


def _squares(grids: tuple[Grid, ...]) -> Tree:
    return total(together(grids, lambda y, z: power(difference(y, z), TWO)).cells)


def _opposite(error: Tree) -> Pulled:
    """Give the output an error, and the target its negative."""
    return error, minus(error)


def _cross_entropy(_c: TensorCall, grids: tuple[Grid, ...]) -> Grid:
    terms = together(grids, lambda y, z: product((z, call(named.LOG, y))))
    return single(minus(total(terms.cells)))


def _cross_entropy_pullback(c: TensorCall, delta: Tree, _value: Tree) -> Pulled:
    y, z = c.arguments
    return (minus(product((delta, over(z, y)))), minus(product((delta, call(named.LOG, y)))))


def _binary_cross_entropy(m: Arithmetic, y: Any, z: Any) -> Any:
    one = m.number(1, 1)
    return -m.weakly(z, m.log(y)) - m.weakly(one - z, m.log(one - y))


def _squares_of_arrays(c: TensorCall, arrays: tuple[Array, ...], _: str) -> Array:
    return ((arrays[0] - arrays[1]) ** 2).sum(axis=all_axes(c.shapes[0]))


def _cross_entropy_of_arrays(c: TensorCall, arrays: tuple[Array, ...], _: str) -> Array:
    import numpy as np

    y, z = arrays
    with np.errstate(divide="ignore", invalid="ignore"):  # 0 log 0 = 0
        terms = np.where((z == 0) & (y == 0), 0.0, z * np.log(y))
    return -terms.sum(axis=all_axes(c.shapes[0]))


LOSSES: tuple[Operation, ...] = (
    Operation(
        name=named.SQUARED_ERROR,
        value=lambda _m, y, z: (y - z) * (y - z),
        partials=lambda _v, y, z: ((TWO, difference(y, z)), (minus(TWO), difference(y, z))),
        definition=lambda y, z: power(difference(y, z), TWO),
        numpy="({0} - {1}) ** 2",
        sign="SE",
        arity=(2, 2),
        role="loss",
        confusable=(named.HALF_SQUARED_ERROR,),
        shape=_same,
        entries=lambda _c, grids: single(_squares(grids)),
        pullback=lambda c, delta, _v: _opposite(product((delta, TWO, difference(*c.arguments)))),
        kernel=_squares_of_arrays,
        tensor_numpy="np.sum(({0} - {1}) ** 2, axis={over})",
    ),
    Operation(
        name=named.HALF_SQUARED_ERROR,
        value=lambda m, y, z: m.number(1, 2) * (y - z) * (y - z),
        partials=lambda _v, y, z: ((difference(y, z),), (MINUS_ONE, difference(y, z))),
        definition=lambda y, z: times(HALF, power(difference(y, z), TWO)),
        numpy="0.5 * ({0} - {1}) ** 2",
        sign="HSE",
        arity=(2, 2),
        role="loss",
        confusable=(named.SQUARED_ERROR,),
        shape=_same,
        entries=lambda _c, grids: single(over(_squares(grids), TWO)),
        pullback=lambda c, delta, _v: _opposite(product((delta, difference(*c.arguments)))),
        kernel=lambda c, arrays, ties: _squares_of_arrays(c, arrays, ties) / 2,
        tensor_numpy="0.5 * np.sum(({0} - {1}) ** 2, axis={over})",
    ),
    Operation(
        name=named.CROSS_ENTROPY,
        value=_binary_cross_entropy,
        partials=lambda _v, y, z: (
            (over(difference(y, z), times(y, difference(ONE, y))),),
            (difference(call(named.LOG, difference(ONE, y)), call(named.LOG, y)),),
        ),
        definition=lambda y, z: difference(
            minus(times(z, call(named.LOG, y))), times(difference(ONE, z), call(named.LOG, difference(ONE, y)))
        ),
        numpy="-{1} * np.log({0}) - (1 - {1}) * np.log(1 - {0})",
        sign="CE",
        words=("crossentropy",),
        arity=(2, 2),
        role="loss",
        confusable=(named.SQUARED_ERROR,),
        shape=_same,
        entries=_cross_entropy,
        pullback=_cross_entropy_pullback,
        kernel=_cross_entropy_of_arrays,
        whole=lambda y, z: minus(call(named.SUM, Entrywise((z, call(named.LOG, y))))),
    ),
)
