"""Losses that compare what stands for things: triplet, contrastive, word2vec's samples, and the KL of a normal."""

from __future__ import annotations

from symnn.expressions.terms import (
    HALF,
    ONE,
    TWO,
    ZERO,
    call,
    difference,
    minus,
    over,
    plus,
    power,
    product,
    times,
    total,
)
from symnn.expressions.tree import Product, Transpose, Tree
from symnn.ops import named
from symnn.ops.array_kernels import all_axes
from symnn.ops.grid import Grid, matrix_product, single, together
from symnn.ops.margins import added_losses, alike_shapes, squared_difference, summed
from symnn.ops.operation import Array, Operation, Pulled, TensorCall
from symnn.ops.shapes import Shape, Unfit, as_matrix, shape_text, size

__all__ = ["SIMILARITY"]


def _distances(first: Grid, second: Grid) -> Tree:
    return total(together((first, second), squared_difference).cells)


def _margin(c: TensorCall, grids: tuple[Grid, ...], count: int) -> Tree:
    return grids[count].cells[0] if len(c.arguments) > count else ONE


def _triplet_entries(c: TensorCall, grids: tuple[Grid, ...]) -> Grid:
    near, far = _distances(grids[0], grids[1]), _distances(grids[0], grids[2])
    return single(call(named.MAX, ZERO, plus(near, minus(far), _margin(c, grids, 3))))


def _triplet_pullback(c: TensorCall, delta: Tree, _value: Tree) -> Pulled:
    anchor, positive, negative, *margin = c.arguments
    near = call(named.SQUARED_NORM, difference(anchor, positive))
    far = call(named.SQUARED_NORM, difference(anchor, negative))
    mask = call(named.STEP, plus(near, minus(far), margin[0] if margin else ONE))
    found = (
        product((delta, TWO, mask, difference(negative, positive))),
        product((delta, TWO, mask, difference(positive, anchor))),
        product((delta, TWO, mask, difference(anchor, negative))),
        product((delta, mask)),
    )
    return found[: len(c.arguments)]


def _triplet_array(c: TensorCall, arrays: tuple[Array, ...], _: str) -> Array:
    import numpy as np

    anchor, positive, negative, *margin = arrays
    axes = all_axes(c.shapes[0])
    near, far = (((anchor - other) ** 2).sum(axis=axes) for other in (positive, negative))
    return np.maximum(0, near - far + (margin[0] if margin else 1))


def _contrastive_entries(c: TensorCall, grids: tuple[Grid, ...]) -> Grid:
    apart = _distances(grids[0], grids[1])
    alike = grids[2].cells[0]
    short = call(named.MAX, ZERO, difference(_margin(c, grids, 3), call(named.SQRT, apart)))
    return single(plus(times(alike, apart), times(difference(ONE, alike), power(short, TWO))))


def _contrastive_pullback(c: TensorCall, delta: Tree, _value: Tree) -> Pulled:
    one, other, alike, *margin = c.arguments
    rest = difference(one, other)
    length = call(named.NORM, rest) if c.shapes[0] else call(named.ABS, rest)
    short = call(named.MAX, ZERO, difference(margin[0] if margin else ONE, length))
    weight = difference(alike, over(times(difference(ONE, alike), short), length))
    error = product((delta, TWO, weight, rest))
    squared = call(named.SQUARED_NORM, rest) if c.shapes[0] else power(rest, TWO)
    found = (
        error,
        minus(error),
        product((delta, difference(squared, power(short, TWO)))),
        product((delta, TWO, difference(ONE, alike), short)),
    )
    return found[: len(c.arguments)]


def _contrastive_array(c: TensorCall, arrays: tuple[Array, ...], _: str) -> Array:
    import numpy as np

    one, other, alike, *margin = arrays
    apart = ((one - other) ** 2).sum(axis=all_axes(c.shapes[0]))
    short = np.maximum(0, (margin[0] if margin else 1) - np.sqrt(apart))
    return alike * apart + (1 - alike) * short**2


def _kl(mean: Tree, spread: Tree) -> Tree:
    """Write ½(μ² + e^ℓ - 1 - ℓ): N(μ, e^ℓ) against the standard normal."""
    return times(HALF, plus(power(mean, TWO), call(named.EXP, spread), minus(ONE), minus(spread)))


def _kl_array(mean: Array, spread: Array) -> Array:
    import numpy as np

    return 0.5 * (mean**2 + np.exp(spread) - 1 - spread)


def _kl_slope(spread: Tree) -> Tree:
    return times(HALF, difference(call(named.EXP, spread), ONE))


def _sampled(c: TensorCall) -> Shape:
    """Demand two vectors and a matrix whose rows are the words drawn at random."""
    center, outside, drawn = c.shapes
    if center != outside or len(center) > 1:
        raise Unfit("shape-loss", left=shape_text(center), right=shape_text(outside))
    if as_matrix(drawn)[1] != size(center):
        raise Unfit("shape-loss", left=shape_text(center), right=shape_text(drawn))
    return ()


def _sampled_entries(c: TensorCall, grids: tuple[Grid, ...]) -> Grid:
    center, outside, drawn = grids
    column = Grid((size(c.shapes[0]), 1), center.cells)
    alike = matrix_product(Grid((1, size(c.shapes[0])), outside.cells), column).cells
    rows = matrix_product(Grid(as_matrix(c.shapes[2]), drawn.cells), column).cells
    terms = (call(named.SOFTPLUS, minus(alike[0])), *(call(named.SOFTPLUS, row) for row in rows))
    return single(total(terms))


def _sampled_pullback(c: TensorCall, delta: Tree, _value: Tree) -> Pulled:
    center, outside, drawn = c.arguments
    alike = Product((Transpose(outside), center)) if c.shapes[0] else product((outside, center))
    wrong = product((minus(delta), call(named.SIGMOID, minus(alike))))
    found = call(named.SIGMOID, Product((drawn, center)))
    return (
        plus(product((wrong, outside)), product((delta, Product((Transpose(drawn), found))))),
        product((wrong, center)),
        product((delta, Product((found, Transpose(center))))),
    )


def _sampled_array(c: TensorCall, arrays: tuple[Array, ...], _: str) -> Array:
    import numpy as np

    center, outside, drawn = arrays
    length = size(c.shapes[0])
    column = np.asarray(center).reshape((*np.shape(center)[: np.ndim(center) - len(c.shapes[0])], length))
    other = np.asarray(outside).reshape((*np.shape(outside)[: np.ndim(outside) - len(c.shapes[1])], length))
    table = np.asarray(drawn).reshape((*np.shape(drawn)[: np.ndim(drawn) - len(c.shapes[2])], *as_matrix(c.shapes[2])))
    rows = (table @ column[..., None])[..., 0]
    return np.logaddexp(0, -(other * column).sum(axis=-1)) + np.logaddexp(0, rows).sum(axis=-1)


SIMILARITY: tuple[Operation, ...] = (
    Operation(
        name=named.KL_NORMAL,
        value=lambda m, mean, spread: m.number(1, 2) * (mean * mean + m.exp(spread) - m.number(1, 1) - spread),
        partials=lambda _v, mean, spread: ((mean,), (_kl_slope(spread),)),
        definition=_kl,
        sign="KL",
        arity=(2, 2),
        role="loss",
        shape=alike_shapes(2),
        entries=summed(_kl),
        pullback=lambda c, delta, _v: (
            product((delta, c.arguments[0])),
            product((delta, _kl_slope(c.arguments[1]))),
        ),
        kernel=added_losses(_kl_array),
    ),
    Operation(
        name=named.TRIPLET,
        shape=alike_shapes(3),
        entries=_triplet_entries,
        pullback=_triplet_pullback,
        sign="triplet",
        arity=(3, 4),
        role="loss",
        conventions=("relu_at_zero",),
        kernel=_triplet_array,
    ),
    Operation(
        name=named.CONTRASTIVE,
        shape=alike_shapes(2),
        entries=_contrastive_entries,
        pullback=_contrastive_pullback,
        sign="contrastive",
        arity=(3, 4),
        role="loss",
        conventions=("relu_at_zero",),
        kernel=_contrastive_array,
    ),
    Operation(
        name=named.NEGATIVE_SAMPLING,
        shape=_sampled,
        entries=_sampled_entries,
        pullback=_sampled_pullback,
        sign="NS",
        arity=(3, 3),
        role="loss",
        kernel=_sampled_array,
    ),
)
"""Losses of representations."""
