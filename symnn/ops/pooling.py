"""Pooling: the largest or the average of each window; a window cut off by the edge keeps the cells it has."""

from __future__ import annotations

from itertools import product as all_of

from symnn.expressions.terms import product, total
from symnn.expressions.tree import Call, Number, Quotient, Tree
from symnn.ops import kernels, named
from symnn.ops.grid import Grid
from symnn.ops.operation import Array, Operation, Pulled, Setting, TensorCall
from symnn.ops.shapes import Shape, Unfit, as_image, normal, size, windows_along, written

__all__ = ["POOLING", "pooled_shape", "windows"]

FLAT, CHANNELS = 2, 3
WINDOW: tuple[Setting, ...] = (Setting("window", 2, 1), Setting("stride", 0))


def _steps(settings: tuple[int, ...]) -> tuple[int, int]:
    """Give window and stride; a stride of 0 means windows side by side."""
    window, stride = settings[-2:]
    return window, stride or window


def pooled_shape(image: Shape, settings: tuple[int, ...]) -> Shape:
    """Give the shape of the pooled map. Raises `Unfit` for what is no image, or a window larger than it."""
    image = as_image(image)
    if len(image) not in (FLAT, CHANNELS):
        raise Unfit("shape-no-image", left=written(image), right="")
    window, stride = _steps(settings)
    if window > min(image[-FLAT:]):
        raise Unfit("window-too-large", shape=written(image), window=window)
    return (*image[:-FLAT], *(windows_along(length, window, stride) for length in image[-FLAT:]))


def windows(image: Shape, settings: tuple[int, ...]) -> tuple[tuple[int, ...], ...]:
    """List for each place of the pooled map the offsets of the pixels in its window.

    >>> windows((3, 3), (2, 2))[1]
    (2, 5)
    """
    window, stride = _steps(settings)
    image = as_image(image)
    height, width = image[-FLAT:]
    channels = image[0] if len(image) == CHANNELS else 1
    found = []
    places = all_of(
        range(channels), range(windows_along(height, window, stride)), range(windows_along(width, window, stride))
    )
    for c, i, j in places:
        rows = range(i * stride, min(i * stride + window, height))
        columns = range(j * stride, min(j * stride + window, width))
        found.append(tuple((c * height + r) * width + s for r, s in all_of(rows, columns)))
    return tuple(found)


def _value(c: TensorCall, grid: Grid, *, largest: bool) -> Grid:
    cells = []
    for places in windows(c.shapes[0], c.settings):
        inside = tuple(grid.cells[place] for place in places)
        cells.append(_largest(inside) if largest else _average(inside))
    return Grid(normal(pooled_shape(c.shapes[0], c.settings)), tuple(cells))


def _largest(cells: tuple[Tree, ...]) -> Tree:
    return Call(named.MAX, cells) if len(cells) > 1 else cells[0]


def _average(cells: tuple[Tree, ...]) -> Tree:
    return Quotient(total(cells), Number(len(cells))) if len(cells) > 1 else cells[0]


def _top(inside: tuple[Tree, ...], place: int) -> Tree:
    """Write the share of a window's error that one of its cells gets: see the operation ``top``."""
    return Number(1) if len(inside) == 1 else Call(named.TOP, (Number(place + 1), *inside))


def _unpooled(c: TensorCall, grids: tuple[Grid, ...]) -> Grid:
    """Send the error of each window to its largest cell."""
    delta, image = grids
    collected: list[list[Tree]] = [[] for _ in image.cells]
    for place, offsets in enumerate(windows(c.shapes[1], c.settings)):
        inside = tuple(image.cells[offset] for offset in offsets)
        for rank, offset in enumerate(offsets):
            collected[offset].append(product((delta.cells[place], _top(inside, rank))))
    return Grid(c.shapes[1], tuple(total(tuple(terms)) for terms in collected))


def _picked(c: TensorCall, grids: tuple[Grid, ...]) -> Grid:
    """Pick from each window the cell of the first image where the second is largest."""
    chosen, image = grids
    cells = []
    for offsets in windows(c.shapes[1], c.settings):
        inside = tuple(image.cells[offset] for offset in offsets)
        terms = (product((chosen.cells[at], _top(inside, rank))) for rank, at in enumerate(offsets))
        cells.append(total(tuple(terms)))
    return Grid(normal(pooled_shape(c.shapes[1], c.settings)), tuple(cells))


def _shared_out(c: TensorCall, grids: tuple[Grid, ...]) -> Grid:
    """Send the error of each window to all its cells in equal parts."""
    image = _image_of(c)
    collected: list[list[Tree]] = [[] for _ in range(size(image))]
    for place, offsets in enumerate(windows(image, c.settings)):
        for offset in offsets:
            collected[offset].append(_average_part(grids[0].cells[place], len(offsets)))
    return Grid(normal(image), tuple(total(tuple(terms)) for terms in collected))


def _average_part(cell: Tree, count: int) -> Tree:
    return cell if count == 1 else Quotient(cell, Number(count))


def _image_of(c: TensorCall) -> Shape:
    """Give the image's shape that the settings of ``avg_unpool`` hold."""
    channels = c.shapes[0][:1] if len(c.shapes[0]) == CHANNELS else ()
    image = (*channels, *c.settings[:FLAT])
    _fits(c, pooled_shape(image, c.settings))
    return image


def _fits(c: TensorCall, needed: Shape) -> None:
    """Demand that the first argument has the shape of the map, or of the image, that it belongs to."""
    if normal(c.shapes[0]) != normal(needed):
        raise Unfit("shape-error", left=written(c.shapes[0]), right=written(normal(needed)))


def _unpooled_shape(c: TensorCall) -> Shape:
    _fits(c, pooled_shape(c.shapes[1], c.settings))
    return c.shapes[1]


def _picked_shape(c: TensorCall) -> Shape:
    _fits(c, c.shapes[1])
    return normal(pooled_shape(c.shapes[1], c.settings))


def _settings(c: TensorCall) -> tuple[Tree, ...]:
    return tuple(Number(setting) for setting in c.settings)


def _max_pullback(c: TensorCall, delta: Tree, _value: Tree) -> Pulled:
    return (Call(named.MAX_UNPOOL, (delta, c.arguments[0], *_settings(c))),)


def _avg_pullback(c: TensorCall, delta: Tree, _value: Tree) -> Pulled:
    sizes = tuple(Number(length) for length in as_image(c.shapes[0])[-FLAT:])
    return (Call(named.AVG_UNPOOL, (delta, *sizes, *_settings(c))),)


def _on_map(c: TensorCall, error: Array, image: Shape) -> Array:
    """Give an error its axes back where a map of one row or column was written as a vector or number."""
    return kernels.unfolded(error, c.shapes[0], pooled_shape(image, c.settings))


def _avg_unpool_array(c: TensorCall, arrays: tuple[Array, ...], _: str) -> Array:
    image = _image_of(c)
    return kernels.avg_unpool(_on_map(c, arrays[0], image), c.settings[0], c.settings[1], *_steps(c.settings))


def _image(c: TensorCall, arrays: tuple[Array, ...], place: int) -> Array:
    """Take an image with its rows and columns."""
    shape = c.shapes[place]
    return kernels.unfolded(arrays[place], shape, as_image(shape))


def _window_below(settings: tuple[int, ...]) -> str:
    """Write a square window, and the stride where it is another."""
    size, stride = settings[-2:]
    square = f"{size}×{size}"
    return square if stride in (0, size) else f"{square}, s={stride}"


POOLING: tuple[Operation, ...] = (
    Operation(
        name=named.MAX_POOL,
        shape=lambda c: normal(pooled_shape(c.shapes[0], c.settings)),
        entries=lambda c, grids: _value(c, grids[0], largest=True),
        pullback=_max_pullback,
        sign="maxpool",
        settings=WINDOW,
        kernel=lambda c, arrays, _t: kernels.max_pool(_image(c, arrays, 0), *_steps(c.settings)),
        below=_window_below,
        work=lambda c: c.settings[0] ** 2,
        role="pooling",
        confusable=(named.AVG_POOL,),
        conventions=("ties",),
        called="called-max_pool",
    ),
    Operation(
        name=named.AVG_POOL,
        shape=lambda c: normal(pooled_shape(c.shapes[0], c.settings)),
        entries=lambda c, grids: _value(c, grids[0], largest=False),
        pullback=_avg_pullback,
        sign="avgpool",
        settings=WINDOW,
        kernel=lambda c, arrays, _t: kernels.avg_pool(_image(c, arrays, 0), *_steps(c.settings)),
        below=_window_below,
        work=lambda c: c.settings[0] ** 2,
        role="pooling",
        confusable=(named.MAX_POOL,),
        called="called-avg_pool",
    ),
    Operation(
        name=named.MAX_UNPOOL,
        shape=_unpooled_shape,
        entries=_unpooled,
        pullback=lambda c, delta, _v: (Call(named.PICK, (delta, c.arguments[1], *_settings(c))), None),
        sign="unpool",
        arity=(2, 2),
        settings=WINDOW,
        kernel=lambda c, arrays, ties: kernels.max_unpool(
            _on_map(c, arrays[0], c.shapes[1]), _image(c, arrays, 1), *_steps(c.settings), ties
        ),
        below=_window_below,
        explained="notation-max-unpool",
        conventions=("ties",),
    ),
    Operation(
        name=named.PICK,
        shape=_picked_shape,
        entries=_picked,
        pullback=lambda c, delta, _v: (Call(named.MAX_UNPOOL, (delta, c.arguments[1], *_settings(c))), None),
        sign="pick",
        arity=(2, 2),
        settings=WINDOW,
        kernel=lambda c, arrays, ties: kernels.picked(
            _image(c, arrays, 0), _image(c, arrays, 1), *_steps(c.settings), ties
        ),
        below=_window_below,
        explained="notation-pick",
        conventions=("ties",),
    ),
    Operation(
        name=named.AVG_UNPOOL,
        shape=lambda c: normal(_image_of(c)),
        entries=_shared_out,
        pullback=lambda c, delta, _v: (
            Call(named.AVG_POOL, (delta, *(Number(setting) for setting in c.settings[FLAT:]))),
        ),
        sign="unpool",
        settings=(Setting("height", least=1), Setting("width", least=1), *WINDOW),
        kernel=_avg_unpool_array,
        below=_window_below,
        explained="notation-avg-unpool",
    ),
)
"""Pooling and what carries errors back through it."""
