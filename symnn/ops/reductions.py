"""Operations that take all entries together: sum, mean (expectation), softmax, losses of vectors, normalisation."""

from __future__ import annotations

from collections.abc import Callable

from symnn.expressions.terms import TWO, call, difference, over, power, product, total
from symnn.expressions.tree import Call, Entrywise, Number, Tree
from symnn.ops import named
from symnn.ops.array_kernels import (
    all_axes,
    centered,
    deviation,
    lead,
    log_softmaxed,
    logsumexp,
    normalized,
    softmaxed,
    variance,
)
from symnn.ops.axes import again, along, axis_of, beside, count, is_split, scaled_tensor
from symnn.ops.bounds import NOT_NEGATIVE
from symnn.ops.grid import Grid, single
from symnn.ops.operation import AXES, Array, Kernel, Operation, Pulled, Steps, TensorCall, step_name
from symnn.ops.settings import Setting
from symnn.ops.shapes import Shape, Unfit, lengths, normal, shape_text, size

__all__ = ["REDUCTIONS"]


def _spread_of(error: Tree, shape: Shape) -> Tree:
    """Write an error that every entry of a shape gets alike."""
    return error if not shape else Call(named.SPREAD, (error, *(Number(length) for length in shape)))


def _spread_along(c: TensorCall, error: Tree) -> Tree:
    """Write the error of what a whole tensor, a row or a column has, as every entry of it gets it."""
    if not is_split(c):
        return _spread_of(error, c.shapes[0])
    return beside(c, error) if axis_of(c) == AXES[1] else _spread_of(error, c.shapes[0])


def _mean(cells: tuple[Tree, ...]) -> Tree:
    return over(total(cells), Number(len(cells))) if len(cells) > 1 else cells[0]


def _spread_shape(c: TensorCall) -> Shape:
    """Give the shape that the settings spell; the argument's axes must come first."""
    wanted = tuple(length for length in c.settings if length)
    if wanted[: len(c.shapes[0])] != c.shapes[0]:
        raise Unfit("shape-spread", left=shape_text(c.shapes[0]), right=shape_text(wanted))
    return wanted


def _kept(c: TensorCall) -> Shape:
    return normal(c.shapes[0][: c.settings[0]])


def _sum_entries(c: TensorCall, grids: tuple[Grid, ...]) -> Grid:
    kept = _kept(c)
    width = len(grids[0].cells) // size(kept)
    cells = grids[0].cells
    return Grid(kept, tuple(total(cells[at : at + width]) for at in range(0, len(cells), width)))


def _mean_entries(c: TensorCall, grids: tuple[Grid, ...]) -> Grid:
    number = Number(_taken(c))
    return _sum_entries(c, grids).each(lambda cell: over(cell, number) if number.numerator > 1 else cell)


def _taken(c: TensorCall) -> int:
    """Count the entries that one value of a sum or a mean is made of."""
    return count(c) if is_split(c) else size(c.shapes[0]) // size(_kept(c))


def _softmax(_c: TensorCall, grids: tuple[Grid, ...]) -> Grid:
    powers = grids[0].each(lambda cell: call(named.EXP, cell))
    below = total(powers.cells)
    return powers.each(lambda cell: over(cell, below))


def _softmax_pullback(c: TensorCall, delta: Tree, value: Tree) -> Pulled:
    inner = again(named.SUM, c, Entrywise((delta, value)))
    return (Entrywise((value, difference(delta, beside(c, inner)))),)


def _log_softmax(_c: TensorCall, grids: tuple[Grid, ...]) -> Grid:
    below = call(named.LOG, total(grids[0].each(lambda cell: call(named.EXP, cell)).cells))
    return grids[0].each(lambda cell: difference(cell, below))


def _log_softmax_pullback(c: TensorCall, delta: Tree, _value: Tree) -> Pulled:
    inner = beside(c, again(named.SUM, c, delta))
    shares = again(named.SOFTMAX, c, c.arguments[0])
    return (difference(delta, Entrywise((shares, inner)) if is_split(c) else product((inner, shares))),)


def _centred(_c: TensorCall, grids: tuple[Grid, ...]) -> Grid:
    middle = _mean(grids[0].cells)
    return grids[0].each(lambda cell: difference(cell, middle))


def _deviation(grid: Grid) -> Tree:
    return call(named.SQRT, _variance(grid))


def _normalized(_c: TensorCall, grids: tuple[Grid, ...]) -> Grid:
    middle, deviation = _mean(grids[0].cells), _deviation(grids[0])
    return grids[0].each(lambda cell: over(difference(cell, middle), deviation))


def _normalized_pullback(c: TensorCall, delta: Tree, value: Tree) -> Pulled:
    inner = again(named.MEAN, c, Entrywise((delta, value)))
    share = Entrywise((value, beside(c, inner))) if is_split(c) else product((value, inner))
    flat = difference(again(named.CENTER, c, delta), share)
    return (over(flat, beside(c, again(named.STD, c, c.arguments[0]))),)


def _std_pullback(c: TensorCall, delta: Tree, value: Tree) -> Pulled:
    centred = again(named.CENTER, c, c.arguments[0])
    return (over(scaled_tensor(c, delta, centred), beside(c, product((Number(count(c)), value)))),)


def _variance(grid: Grid) -> Tree:
    middle = _mean(grid.cells)
    return _mean(tuple(power(difference(cell, middle), TWO) for cell in grid.cells))


def _var_pullback(c: TensorCall, delta: Tree, _value: Tree) -> Pulled:
    centred = again(named.CENTER, c, c.arguments[0])
    return (over(scaled_tensor(c, product((TWO, delta)), centred), Number(count(c))),)


def _about_mean(c: TensorCall) -> tuple[tuple[Tree, Tree], Tree]:
    """Give the mean, and what is left of the argument without it."""
    mean = again(named.MEAN, c, c.arguments[0])
    return (mean, mean), difference(c.arguments[0], step_name(mean))


def _center_steps(c: TensorCall) -> Steps:
    mean, centred = _about_mean(c)
    return (mean,), centred


def _std_steps(c: TensorCall) -> Steps:
    mean, centred = _about_mean(c)
    return (mean,), call(named.SQRT, again(named.MEAN, c, Entrywise((centred, centred))))


def _var_steps(c: TensorCall) -> Steps:
    mean, centred = _about_mean(c)
    return (mean,), again(named.MEAN, c, Entrywise((centred, centred)))


def _normalize_steps(c: TensorCall) -> Steps:
    mean, centred = _about_mean(c)
    deviation = again(named.STD, c, c.arguments[0])
    spread = call(named.SQRT, again(named.MEAN, c, Entrywise((centred, centred))))
    return (mean, (deviation, spread)), over(centred, step_name(deviation))


def _along(function: Callable[[Array, int], Array]) -> Kernel:
    """Apply a function along all axes of a tensor; a number has none."""

    def kernel(c: TensorCall, arrays: tuple[Array, ...], _: str) -> Array:
        axes = max(len(c.shapes[0]), 1)
        array = arrays[0] if c.shapes[0] else arrays[0][..., None]
        found = function(array, axes)
        return found if c.shapes[0] or found.ndim < array.ndim else found[..., 0]

    return kernel


def _spread_array(c: TensorCall, arrays: tuple[Array, ...], _: str) -> Array:
    import numpy as np

    wanted = _spread_shape(c)
    missing = (1,) * (len(wanted) - len(c.shapes[0]))
    array = arrays[0].reshape((*arrays[0].shape, *missing))
    return np.broadcast_to(array, (*lead(arrays[0], c.shapes[0]), *wanted))


def _sum_array(c: TensorCall, arrays: tuple[Array, ...], _: str) -> Array:
    return arrays[0].sum(axis=all_axes(c.shapes[0])[c.settings[0] :])


_OF_VECTORS: tuple[Operation, ...] = (
    Operation(
        name=named.SUM,
        confusable=(named.MEAN,),
        shape=_kept,
        entries=_sum_entries,
        pullback=lambda c, delta, _v: (_spread_along(c, delta),),
        sign="∑",
        settings=(Setting("axes", 0),),
        kernel=_sum_array,
        tensor_numpy="np.sum({0}, axis={rest})",
        below=lambda settings: ",".join(str(axis) for axis in range(1, settings[0] + 1)),
    ),
    Operation(
        name=named.MEAN,
        shape=_kept,
        entries=_mean_entries,
        pullback=lambda c, delta, _v: (_spread_along(c, over(delta, Number(_taken(c)))) if c.shapes[0] else delta,),
        sign="𝔼",
        settings=(Setting("axes", 0),),
        kernel=lambda c, arrays, ties: _sum_array(c, arrays, ties) / _taken(c),
        tensor_numpy="np.mean({0}, axis={rest})",
        below=lambda settings: ",".join(str(axis) for axis in range(1, settings[0] + 1)),
    ),
    Operation(
        name=named.SOFTMAX,
        shape=lambda c: c.shapes[0],
        entries=_softmax,
        pullback=_softmax_pullback,
        sign="softmax",
        kernel=_along(softmaxed),
        tensor_numpy="softmaxed({0}, {axes})",
        role="activation",
        confusable=(named.LOG_SOFTMAX,),
        logarithm=lambda *arguments: Call(named.LOG_SOFTMAX, arguments),
    ),
    Operation(
        name=named.LOG_SOFTMAX,
        shape=lambda c: c.shapes[0],
        entries=_log_softmax,
        pullback=_log_softmax_pullback,
        sign="logsoftmax",
        words=("logsoftmax",),
        kernel=_along(log_softmaxed),
        tensor_numpy="log_softmaxed({0}, {axes})",
        role="activation",
        confusable=(named.SOFTMAX,),
    ),
    Operation(
        name=named.LOGSUMEXP,
        shape=lambda _c: (),
        entries=lambda _c, grids: single(
            call(named.LOG, total(grids[0].each(lambda cell: call(named.EXP, cell)).cells))
        ),
        pullback=lambda c, delta, _v: (scaled_tensor(c, delta, again(named.SOFTMAX, c, c.arguments[0])),),
        sign="LSE",
        words=("LSE", "log_sum_exp"),
        kernel=_along(logsumexp),
        tensor_numpy="logsumexp({0}, {axes})",
        confusable=(named.SUM, named.MEAN),
    ),
    Operation(
        name=named.CENTER,
        confusable=(named.NORMALIZE,),
        shape=lambda c: c.shapes[0],
        entries=_centred,
        pullback=lambda c, delta, _v: (again(named.CENTER, c, delta),),
        sign="center",
        steps=_center_steps,
        kernel=_along(centered),
        tensor_numpy="centered({0}, {axes})",
    ),
    Operation(
        name=named.STD,
        rooted=True,
        shape=lambda _c: (),
        entries=lambda _c, grids: single(_deviation(grids[0])),
        pullback=_std_pullback,
        sign="std",
        steps=_std_steps,
        kernel=_along(deviation),
        tensor_numpy="deviation({0}, {axes})",
    ),
    Operation(
        name=named.VARIANCE,
        confusable=(named.STD,),
        shape=lambda _c: (),
        entries=lambda _c, grids: single(_variance(grids[0])),
        pullback=_var_pullback,
        sign="var",
        steps=_var_steps,
        kernel=_along(variance),
        tensor_numpy="variance({0}, {axes})",
        words=("var", "Var"),
    ),
    Operation(
        name=named.NORMALIZE,
        rooted=True,
        confusable=(named.CENTER,),
        shape=lambda c: c.shapes[0],
        entries=_normalized,
        pullback=_normalized_pullback,
        sign="normalize",
        steps=_normalize_steps,
        kernel=_along(normalized),
        tensor_numpy="normalized({0}, {axes})",
    ),
)

REDUCTIONS: tuple[Operation, ...] = (
    *(along(one, whole=one.name == named.SUM) for one in _OF_VECTORS),
    Operation(
        name=named.SQUARED_NORM,
        value=lambda _m, x: x * x,
        partials=lambda _v, x: ((TWO, x),),
        definition=lambda x: power(x, TWO),
        shape=lambda _c: (),
        entries=lambda _c, grids: single(total(tuple(power(cell, TWO) for cell in grids[0].cells))),
        pullback=lambda c, delta, _v: (product((delta, TWO, c.arguments[0])),),
        kernel=lambda c, arrays, _t: (
            (arrays[0] ** 2).sum(axis=all_axes(c.shapes[0])) if c.shapes[0] else arrays[0] ** 2
        ),
        tensor_numpy="np.sum(np.square({0}), axis={over})",
        sign="‖",
        layout="squared",
        range=NOT_NEGATIVE,
        parity=1,
    ),
    Operation(
        name=named.SPREAD,
        shape=_spread_shape,
        entries=lambda c, grids: grids[0].spread(_spread_shape(c)),
        pullback=lambda c, delta, _v: (Call(named.SUM, (delta, *map(Number, filter(None, (len(c.shapes[0]),))))),),
        sign="spread",
        settings=tuple(Setting(f"length{axis}", 0) for axis in range(1, 5)),
        kernel=_spread_array,
        below=lengths,
        explained="notation-spread",
    ),
)
"""Reductions; ``mean`` over samples is the expectation, ``spread`` is how an error goes back to all entries."""
