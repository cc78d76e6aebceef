"""Operations that take all entries together: sum, mean (expectation), softmax, losses of vectors, normalisation."""

from __future__ import annotations

from symnn.expressions.terms import TWO, call, difference, minus, over, power, product, total
from symnn.expressions.tree import Call, Entrywise, Name, Number, Tree
from symnn.ops.grid import Grid, together
from symnn.ops.shapes import Shape, Unfit, normal, size, written
from symnn.ops.tensor import Pulled, Setting, TensorCall, TensorOperation

__all__ = ["REDUCTIONS"]


def _scalar(tree: Tree) -> Grid:
    return Grid((), (tree,))


def _spread_of(error: Tree, shape: Shape) -> Tree:
    """Write an error that every entry of a shape gets alike."""
    return error if not shape else Call("spread", (error, *(Number(length) for length in shape)))


def _mean(cells: tuple[Tree, ...]) -> Tree:
    return over(total(cells), Number(len(cells))) if len(cells) > 1 else cells[0]


def _spread_shape(c: TensorCall) -> Shape:
    """Give the shape that the settings spell; the argument's axes must come first."""
    wanted = tuple(length for length in c.settings if length)
    if wanted[: len(c.shapes[0])] != c.shapes[0]:
        raise Unfit("shape-spread", left=written(c.shapes[0]), right=written(wanted))
    return wanted


def _kept(c: TensorCall) -> Shape:
    return normal(c.shapes[0][: c.settings[0]])


def _sum_entries(c: TensorCall, grids: tuple[Grid, ...]) -> Grid:
    kept = _kept(c)
    width = len(grids[0].cells) // size(kept)
    cells = grids[0].cells
    return Grid(kept, tuple(total(cells[at : at + width]) for at in range(0, len(cells), width)))


def _same(c: TensorCall) -> Shape:
    """Demand two vectors of one shape; their loss is a number."""
    if c.shapes[0] != c.shapes[1]:
        raise Unfit("shape-loss", left=written(c.shapes[0]), right=written(c.shapes[1]))
    return ()


def _softmax(_c: TensorCall, grids: tuple[Grid, ...]) -> Grid:
    powers = grids[0].each(lambda cell: call("exp", cell))
    below = total(powers.cells)
    return powers.each(lambda cell: over(cell, below))


def _softmax_pullback(_c: TensorCall, delta: Tree, value: Tree) -> Pulled:
    inner = call("sum", Entrywise((delta, value)))
    return (Entrywise((value, difference(delta, inner))),)


def _squared(half: Tree | None) -> TensorOperation:
    def entries(_c: TensorCall, grids: tuple[Grid, ...]) -> Grid:
        squares = together(grids, lambda y, z: power(difference(y, z), TWO))
        return _scalar(total(squares.cells) if half is None else over(total(squares.cells), half))

    def pullback(c: TensorCall, delta: Tree, _value: Tree) -> Pulled:
        error = difference(*c.arguments)
        factors = (delta, error) if half is not None else (delta, TWO, error)
        return (product(factors), minus(product(factors)))

    return TensorOperation(
        "squared_error" if half is None else "half_squared_error",
        shape=_same,
        entries=entries,
        pullback=pullback,
        latex=r"\operatorname{SE}" if half is None else r"\operatorname{HSE}",
        arguments=(2, 2),
    )


def _cross_entropy(_c: TensorCall, grids: tuple[Grid, ...]) -> Grid:
    terms = together(grids, lambda y, z: product((z, call("log", y))))
    return _scalar(minus(total(terms.cells)))


def _cross_entropy_pullback(c: TensorCall, delta: Tree, _value: Tree) -> Pulled:
    y, z = c.arguments
    return (minus(product((delta, over(z, y)))), minus(product((delta, call("log", y)))))


def _centred(_c: TensorCall, grids: tuple[Grid, ...]) -> Grid:
    middle = _mean(grids[0].cells)
    return grids[0].each(lambda cell: difference(cell, middle))


def _deviation(grid: Grid) -> Tree:
    middle = _mean(grid.cells)
    return call("sqrt", _mean(tuple(power(difference(cell, middle), TWO) for cell in grid.cells)))


def _normalized(_c: TensorCall, grids: tuple[Grid, ...]) -> Grid:
    middle, deviation = _mean(grids[0].cells), _deviation(grids[0])
    return grids[0].each(lambda cell: over(difference(cell, middle), deviation))


def _normalized_pullback(c: TensorCall, delta: Tree, value: Tree) -> Pulled:
    along = call("mean", Entrywise((delta, value)))
    flat = difference(call("center", delta), product((value, along)))
    return (over(flat, call("std", c.arguments[0])),)


def _std_pullback(c: TensorCall, delta: Tree, value: Tree) -> Pulled:
    count = Number(size(c.shapes[0]))
    return (over(product((delta, call("center", c.arguments[0]))), product((count, value))),)


Steps = tuple[tuple[tuple[str, str, Tree], ...], Tree]


def _about_mean(c: TensorCall, name: str) -> tuple[tuple[str, str, Tree], Tree]:
    """Name the mean, and give what is left of the argument without it."""
    mean = f"{name} mean"
    step = (mean, rf"\overline{{{name}}}", call("mean", c.arguments[0]))
    return step, difference(c.arguments[0], Name(mean))


def _center_steps(c: TensorCall, name: str) -> Steps:
    mean, centred = _about_mean(c, name)
    return (mean,), centred


def _std_steps(c: TensorCall, name: str) -> Steps:
    mean, centred = _about_mean(c, name)
    return (mean,), call("sqrt", call("mean", Entrywise((centred, centred))))


def _normalize_steps(c: TensorCall, name: str) -> Steps:
    mean, centred = _about_mean(c, name)
    deviation = f"{name} std"
    steps = (mean, (deviation, r"\sigma", call("sqrt", call("mean", Entrywise((centred, centred))))))
    return steps, over(centred, Name(deviation))


REDUCTIONS: tuple[TensorOperation, ...] = (
    TensorOperation(
        "sum",
        shape=_kept,
        entries=_sum_entries,
        pullback=lambda c, delta, _v: (_spread_of(delta, c.shapes[0]),),
        latex=r"\operatorname{sum}",
        settings=(Setting("axes", 0),),
    ),
    TensorOperation(
        "spread",
        shape=_spread_shape,
        entries=lambda c, grids: grids[0].spread(_spread_shape(c)),
        pullback=lambda c, delta, _v: (Call("sum", (delta, Number(len(c.shapes[0])))),),
        latex=r"\operatorname{spread}",
        settings=tuple(Setting(f"length{axis}", 0) for axis in range(1, 5)),
    ),
    TensorOperation(
        "mean",
        shape=lambda _c: (),
        entries=lambda _c, grids: _scalar(_mean(grids[0].cells)),
        pullback=lambda c, delta, _v: (
            _spread_of(over(delta, Number(size(c.shapes[0]))), c.shapes[0]) if c.shapes[0] else delta,
        ),
        latex=r"\mathbb{E}",
    ),
    TensorOperation(
        "softmax",
        shape=lambda c: c.shapes[0],
        entries=_softmax,
        pullback=_softmax_pullback,
        latex=r"\operatorname{softmax}",
    ),
    _squared(None),
    _squared(TWO),
    TensorOperation(
        "cross_entropy",
        shape=_same,
        entries=_cross_entropy,
        pullback=_cross_entropy_pullback,
        latex=r"\operatorname{CE}",
        arguments=(2, 2),
    ),
    TensorOperation(
        "center",
        shape=lambda c: c.shapes[0],
        entries=_centred,
        pullback=lambda _c, delta, _v: (call("center", delta),),
        latex=r"\operatorname{center}",
        steps=_center_steps,
    ),
    TensorOperation(
        "std",
        shape=lambda _c: (),
        entries=lambda _c, grids: _scalar(_deviation(grids[0])),
        pullback=_std_pullback,
        latex=r"\operatorname{std}",
        steps=_std_steps,
    ),
    TensorOperation(
        "normalize",
        shape=lambda c: c.shapes[0],
        entries=_normalized,
        pullback=_normalized_pullback,
        latex=r"\operatorname{normalize}",
        steps=_normalize_steps,
    ),
)
"""Reductions; ``mean`` over samples is the expectation, ``spread`` is how an error goes back to all entries."""
