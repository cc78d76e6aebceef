"""Further losses, one record each: absolute error, Huber, hinge, means of errors, triplet, contrastive and others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from symnn.expressions.terms import (
    ONE,
    TWO,
    ZERO,
    call,
    difference,
    minus,
    over,
    power,
    product,
    times,
    total,
)
from symnn.expressions.tree import Entrywise, Number, Tree
from symnn.ops import named
from symnn.ops.array_kernels import all_axes
from symnn.ops.grid import Grid, single, together
from symnn.ops.operation import Arithmetic, Array, Kernel, Operation, Pulled, TensorCall
from symnn.ops.shapes import Shape, Unfit, shape_text, size

__all__ = ["MARGINS", "added_losses", "alike_shapes", "squared_difference", "summed"]


def alike_shapes(count: int) -> Callable[[TensorCall], Shape]:
    """Demand so many tensors of one shape, with numbers after them."""

    def shape(c: TensorCall) -> Shape:
        first, *others = c.shapes[:count]
        for other in others:
            if other != first:
                raise Unfit("shape-loss", left=shape_text(first), right=shape_text(other))
        for number in c.shapes[count:]:
            if number:
                raise Unfit("shape-loss", left=shape_text(()), right=shape_text(number))
        return ()

    return shape


def summed(term: Callable[..., Tree]) -> Callable[[TensorCall, tuple[Grid, ...]], Grid]:
    """Add what a loss of numbers says of each entry."""
    return lambda _c, grids: single(total(together(grids, term).cells))


def added_losses(term: Callable[..., Array]) -> Kernel:
    """Add what a loss of numbers gives for each entry of arrays."""

    def kernel(c: TensorCall, arrays: tuple[Array, ...], _: str) -> Array:
        axes = all_axes(c.shapes[0])
        numbers = (array if c.shapes[at] else _spread(array, len(axes)) for at, array in enumerate(arrays))
        return term(*numbers).sum(axis=axes)

    return kernel


def _spread(array: Array, axes: int) -> Array:
    """Put a number of each sample beside the entries of that sample."""
    import numpy as np

    found = np.asarray(array)
    return found.reshape(found.shape + (1,) * axes)


def _averaged(kernel: Kernel) -> Kernel:
    return lambda c, arrays, ties: kernel(c, arrays, ties) / size(c.shapes[0])


def _clipped(rest: Tree, width: Tree) -> Tree:
    return call(named.CLIP, rest, minus(width), width)


def _huber(y: Tree, z: Tree, width: Tree = ONE) -> Tree:
    """Write c (r - c/2), c being the rest r cut to ±δ: half its square inside, a line outside."""
    rest = difference(y, z)
    cut = _clipped(rest, width)
    return times(cut, difference(rest, over(cut, TWO)))


def _huber_value(m: Arithmetic, y: Any, z: Any, width: Any = None) -> Any:
    bound = m.number(1, 1) if width is None else width
    rest = y - z
    cut = m.minimum(m.maximum(rest, -bound), bound)
    return cut * (rest - m.number(1, 2) * cut)


def _huber_slopes(y: Tree, z: Tree, width: Tree = ONE) -> tuple[Tree, ...]:
    cut = _clipped(difference(y, z), width)
    beyond = call(named.MAX, ZERO, difference(call(named.ABS, difference(y, z)), width))
    return cut, minus(cut), beyond


def _huber_pullback(c: TensorCall, delta: Tree, _value: Tree) -> Pulled:
    by_y, by_z, by_width = _huber_slopes(*c.arguments)
    found = product((delta, by_y)), product((delta, by_z)), product((delta, call(named.SUM, by_width)))
    return found[: len(c.arguments)]


def _slack(y: Tree, z: Tree) -> Tree:
    """Write 1 - z y, which is positive where an example is not beyond its margin."""
    return difference(ONE, times(z, y))


def _hinge_pullback(c: TensorCall, delta: Tree, _value: Tree) -> Pulled:
    y, z = c.arguments
    if not c.shapes[0]:
        mask = call(named.STEP, _slack(y, z))
        return product((minus(delta), z, mask)), product((minus(delta), y, mask))
    mask = call(named.STEP, difference(ONE, Entrywise((z, y))))
    return product((minus(delta), Entrywise((z, mask)))), product((minus(delta), Entrywise((y, mask))))


def _mean_pullback(slope: Callable[[Tree], tuple[Tree, ...]]) -> Callable[[TensorCall, Tree, Tree], Pulled]:
    def pullback(c: TensorCall, delta: Tree, _value: Tree) -> Pulled:
        error = over(product((delta, *slope(difference(*c.arguments)))), Number(size(c.shapes[0])))
        return error, minus(error)

    return pullback


def _mean_of(term: Callable[..., Tree]) -> Callable[[TensorCall, tuple[Grid, ...]], Grid]:
    return lambda c, grids: single(over(total(together(grids, term).cells), Number(size(c.shapes[0]))))


def squared_difference(y: Tree, z: Tree) -> Tree:
    """Write the square of a difference."""
    return power(difference(y, z), TWO)


def _distance(y: Tree, z: Tree) -> Tree:
    return call(named.ABS, difference(y, z))


def _both(m: Arithmetic, p: Any, z: Any) -> Any:
    one = m.number(1, 1)
    return -m.weakly(z, m.log(p)) - m.weakly(one - z, m.log(one - p))


def _two_classes(p: Tree, z: Tree) -> Tree:
    other = times(difference(ONE, z), call(named.LOG, difference(ONE, p)))
    return difference(minus(times(z, call(named.LOG, p))), other)


def _two_classes_pullback(c: TensorCall, delta: Tree, _value: Tree) -> Pulled:
    p, z = c.arguments
    rest = difference(ONE, p)
    spread = Entrywise((p, rest)) if c.shapes[0] else times(p, rest)
    return (
        product((delta, over(difference(p, z), spread))),
        product((delta, difference(call(named.LOG, rest), call(named.LOG, p)))),
    )


def _two_classes_array(p: Array, z: Array) -> Array:
    import numpy as np

    with np.errstate(divide="ignore", invalid="ignore"):  # 0 log 0 = 0
        one = np.where((z == 0) & (p == 0), 0.0, z * np.log(p))
        other = np.where((z == 1) & (p == 1), 0.0, (1 - z) * np.log(1 - p))
    return -one - other


def _absolute(y: Array, z: Array) -> Array:
    return abs(y - z)


def _squared(y: Array, z: Array) -> Array:
    return (y - z) ** 2


def _huber_array(y: Array, z: Array, width: Array = 1.0) -> Array:
    import numpy as np

    cut = np.minimum(np.maximum(y - z, -width), width)
    return cut * (y - z - cut / 2)


def _hinge_array(y: Array, z: Array) -> Array:
    import numpy as np

    return np.maximum(0, 1 - z * y)


MARGINS: tuple[Operation, ...] = (
    Operation(
        name=named.ABSOLUTE_ERROR,
        value=lambda m, y, z: m.abs(y - z),
        partials=lambda _v, y, z: (
            (call(named.SIGN, difference(y, z)),),
            (minus(call(named.SIGN, difference(y, z))),),
        ),
        definition=_distance,
        numpy="np.abs({0} - {1})",
        sign="AE",
        arity=(2, 2),
        role="loss",
        kinks=lambda y, z: (difference(y, z),),
        confusable=(named.SQUARED_ERROR,),
        shape=alike_shapes(2),
        entries=summed(_distance),
        pullback=lambda c, delta, _v: (
            product((delta, call(named.SIGN, difference(*c.arguments)))),
            minus(product((delta, call(named.SIGN, difference(*c.arguments))))),
        ),
        kernel=added_losses(_absolute),
    ),
    Operation(
        name=named.HUBER,
        value=_huber_value,
        partials=lambda _v, *arguments: tuple((slope,) for slope in _huber_slopes(*arguments))[: len(arguments)],
        definition=_huber,
        sign="Huber",
        arity=(2, 3),
        defaults=(ONE,),
        role="loss",
        confusable=(named.SQUARED_ERROR, named.ABSOLUTE_ERROR),
        shape=alike_shapes(2),
        entries=summed(_huber),
        pullback=_huber_pullback,
        kernel=added_losses(_huber_array),
        conventions=("relu_at_zero",),
    ),
    Operation(
        name=named.HINGE,
        value=lambda m, y, z: m.maximum(m.number(0, 1), m.number(1, 1) - z * y),
        partials=lambda _v, y, z: (
            (minus(z), call(named.STEP, _slack(y, z))),
            (minus(y), call(named.STEP, _slack(y, z))),
        ),
        definition=lambda y, z: call(named.MAX, ZERO, _slack(y, z)),
        numpy="np.maximum(0, 1 - {1} * {0})",
        sign="hinge",
        arity=(2, 2),
        role="loss",
        kinks=lambda y, z: (_slack(y, z),),
        confusable=(named.SQUARED_ERROR,),
        conventions=("relu_at_zero",),
        shape=alike_shapes(2),
        entries=summed(lambda y, z: call(named.MAX, ZERO, _slack(y, z))),
        pullback=_hinge_pullback,
        kernel=added_losses(_hinge_array),
    ),
    Operation(
        name=named.MEAN_SQUARED_ERROR,
        value=lambda _m, y, z: (y - z) * (y - z),
        partials=lambda _v, y, z: ((TWO, difference(y, z)), (minus(TWO), difference(y, z))),
        definition=squared_difference,
        numpy="({0} - {1}) ** 2",
        sign="MSE",
        words=("MSE",),
        arity=(2, 2),
        role="loss",
        confusable=(named.SQUARED_ERROR, named.HALF_SQUARED_ERROR),
        shape=alike_shapes(2),
        entries=_mean_of(squared_difference),
        pullback=_mean_pullback(lambda rest: (TWO, rest)),
        kernel=_averaged(added_losses(_squared)),
    ),
    Operation(
        name=named.MEAN_ABSOLUTE_ERROR,
        value=lambda m, y, z: m.abs(y - z),
        partials=lambda _v, y, z: (
            (call(named.SIGN, difference(y, z)),),
            (minus(call(named.SIGN, difference(y, z))),),
        ),
        definition=_distance,
        numpy="np.abs({0} - {1})",
        sign="MAE",
        words=("MAE",),
        arity=(2, 2),
        role="loss",
        kinks=lambda y, z: (difference(y, z),),
        confusable=(named.MEAN_SQUARED_ERROR, named.ABSOLUTE_ERROR),
        shape=alike_shapes(2),
        entries=_mean_of(_distance),
        pullback=_mean_pullback(lambda rest: (call(named.SIGN, rest),)),
        kernel=_averaged(added_losses(_absolute)),
    ),
    Operation(
        name=named.BINARY_CROSS_ENTROPY,
        value=_both,
        partials=lambda _v, p, z: (
            (over(difference(p, z), times(p, difference(ONE, p))),),
            (difference(call(named.LOG, difference(ONE, p)), call(named.LOG, p)),),
        ),
        definition=_two_classes,
        sign="BCE",
        words=("bce", "BCE"),
        arity=(2, 2),
        role="loss",
        confusable=(named.SQUARED_ERROR,),
        shape=alike_shapes(2),
        entries=summed(_two_classes),
        pullback=_two_classes_pullback,
        kernel=added_losses(_two_classes_array),
    ),
)
"""Losses that count how far apart things are, in one way or another."""
