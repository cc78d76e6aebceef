"""Pooling: the largest or the average of each window.

A window that the edge cuts off keeps the cells it has, as the course's deck has it, or does not exist (``floor``), as
every framework has it: a convention of the network, or the last word of a call. Zeros of a padding are never the
largest; an average counts them unless ``zeros`` is 0.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from msgspec.structs import replace

from symnn.expressions.terms import product, total
from symnn.expressions.tree import Call, Number, Quotient, Tree
from symnn.ops import named
from symnn.ops.array_kernels import lead
from symnn.ops.grid import Grid
from symnn.ops.operation import EDGES, Array, Operation, Pulled, TensorCall
from symnn.ops.settings import AROUND, BOTH, Setting, spelled_settings
from symnn.ops.shapes import Shape, Unfit, as_image, lengths, normal, shape_text, size
from symnn.ops.sliding import FLAT, Along, Sliding, beneath, framed, pair
from symnn.ops.winners import empty, largest_of, shares

__all__ = ["POOLING", "pool"]

CHANNELS = 3

_FLOOR: Final = EDGES[1]
_IS_FLOOR: Final = len(EDGES)

_PLACES: Final = (
    Setting("window", 2, 1, parts=BOTH),
    Setting("stride", 0, parts=BOTH),
    Setting("padding", 0, parts=AROUND),
    Setting("dilation", 1, 1, parts=BOTH),
)
_EDGE: Final = Setting("edge", 0, words=EDGES)
WINDOW: Final = (*_PLACES, _EDGE)
AVERAGED: Final = (*_PLACES, Setting("zeros", 1), _EDGE)
AVERAGED_OF: Final = (Setting("height", least=1), Setting("width", least=1), *AVERAGED)

_ALONG: Final = (
    Setting("window", 2, 1),
    Setting("stride", 0),
    Setting("padding", 0, parts=BOTH),
    Setting("dilation", 1, 1),
)
WINDOW_ALONG: Final = (*_ALONG, _EDGE)
AVERAGED_ALONG: Final = (*_ALONG, Setting("zeros", 1), _EDGE)


@lru_cache(maxsize=256)
def pool(image: Shape, settings: tuple[int, ...]) -> Sliding:
    """Find how a window slides; a stride of 0 means windows side by side.

    Raises: `Unfit` for what is no image, or for a window that is larger than it, or lies on zeros alone.

    >>> [len(window) for window in pool((3, 3), (2, 2, 0, 0, 0, 0, 0, 0, 1, 1, 0)).windows()]
    [4, 2, 2, 1]
    """
    is_vector = len(image) < FLAT
    image = as_image(image)
    if len(image) not in (FLAT, CHANNELS):
        raise Unfit("shape-no-image", left=shape_text(image), right="")
    window, stride, padding, dilation = settings[:2], settings[2:4], settings[4:8], settings[8:10]
    if is_vector or (image[-1] == 1 and len(image) == FLAT):  # a column: windows along it
        window, padding = (window[0], 1), (*padding[:2], 0, 0)
    keeps = settings[-1] != _IS_FLOOR
    before, behind = padding[::2], padding[1::2]
    down, across = (
        Along(image[at - FLAT], window[at], stride[at] or window[at], before[at], behind[at], dilation[at], keeps)
        for at in range(FLAT)
    )
    if min(down.places, across.places) < 1:
        raise Unfit("window-too-large", shape=shape_text(image), window=f"{window[0]}x{window[1]}")
    if any(not way.inside(place) for way in (down, across) for place in range(way.places)):
        raise Unfit("window-of-zeros", shape=shape_text(image), window=f"{window[0]}x{window[1]}")
    return Sliding(image[0] if len(image) == CHANNELS else 0, down, across)


def _pool(c: TensorCall, place: int = 0) -> Sliding:
    return pool(c.shapes[place], c.settings)


def _inside(slide: Sliding) -> list[list[int]]:
    """List for each place of the pooled maps the offsets of the pixels in its window."""
    area = slide.down.length * slide.across.length
    places = [[pixel for _, pixel in window] for window in slide.windows()]
    return [[channel * area + pixel for pixel in one] for channel in range(slide.channels or 1) for one in places]


def _counts(slide: Sliding, *, zeros: int) -> list[int]:
    """Count for each place of the pooled maps what its window is averaged over."""
    rows, columns = (
        [way.covered(place) if zeros else len(way.inside(place)) for place in range(way.places)]
        for way in (slide.down, slide.across)
    )
    return [i * j for i in rows for j in columns] * (slide.channels or 1)


def _largest(c: TensorCall, grids: tuple[Grid, ...]) -> Grid:
    slide = _pool(c)
    cells = (tuple(grids[0].cells[place] for place in places) for places in _inside(slide))
    return Grid(normal(slide.pooled), tuple(Call(named.MAX, one) if len(one) > 1 else one[0] for one in cells))


def _average(c: TensorCall, grids: tuple[Grid, ...]) -> Grid:
    slide = _pool(c)
    sums = (total(tuple(grids[0].cells[place] for place in places)) for places in _inside(slide))
    counts = _counts(slide, zeros=c.settings[-2])
    return Grid(normal(slide.pooled), tuple(map(_part, sums, counts)))


def _part(cell: Tree, count: int) -> Tree:
    return cell if count == 1 else Quotient(cell, Number(count))


def _top(inside: tuple[Tree, ...], place: int) -> Tree:
    """Write the share of a window's error that one of its cells gets: see the operation ``top``."""
    return Number(1) if len(inside) == 1 else Call(named.TOP, (Number(place + 1), *inside))


def _unpooled(c: TensorCall, grids: tuple[Grid, ...]) -> Grid:
    """Send the error of each window to its largest cell."""
    delta, image = grids
    collected: list[list[Tree]] = [[] for _ in image.cells]
    for place, offsets in enumerate(_inside(_pool(c, 1))):
        inside = tuple(image.cells[offset] for offset in offsets)
        for rank, offset in enumerate(offsets):
            collected[offset].append(product((delta.cells[place], _top(inside, rank))))
    return Grid(c.shapes[1], tuple(total(tuple(terms)) for terms in collected))


def _picked(c: TensorCall, grids: tuple[Grid, ...]) -> Grid:
    """Pick from each window the cell of the first image where the second is largest."""
    chosen, image = grids
    slide = _pool(c, 1)
    cells = []
    for offsets in _inside(slide):
        inside = tuple(image.cells[offset] for offset in offsets)
        terms = (product((chosen.cells[at], _top(inside, rank))) for rank, at in enumerate(offsets))
        cells.append(total(tuple(terms)))
    return Grid(normal(slide.pooled), tuple(cells))


def _shared_out(c: TensorCall, grids: tuple[Grid, ...]) -> Grid:
    """Send the error of each window to all its cells in equal parts."""
    slide = _averaged(c)
    collected: list[list[Tree]] = [[] for _ in range(size(slide.image))]
    windows = zip(_inside(slide), _counts(slide, zeros=c.settings[-2]), grids[0].cells, strict=True)
    for offsets, count, error in windows:
        for offset in offsets:
            collected[offset].append(_part(error, count))
    return Grid(normal(slide.image), tuple(total(tuple(terms)) for terms in collected))


def _averaged(c: TensorCall) -> Sliding:
    """Find the slide of ``avg_unpool``, whose settings hold the sides of the image."""
    channels = c.shapes[0][:1] if len(c.shapes[0]) == CHANNELS else ()
    slide = pool((*channels, *c.settings[:FLAT]), c.settings[FLAT:])
    _fits(c, slide.pooled)
    return slide


def _fits(c: TensorCall, needed: Shape) -> None:
    """Demand that the first argument has the shape of the map, or of the image, that it belongs to."""
    if normal(c.shapes[0]) != normal(needed):
        raise Unfit("shape-error", left=shape_text(c.shapes[0]), right=shape_text(normal(needed)))


def _unpooled_shape(c: TensorCall) -> Shape:
    _fits(c, _pool(c, 1).pooled)
    return c.shapes[1]


def _picked_shape(c: TensorCall) -> Shape:
    _fits(c, c.shapes[1])
    return normal(_pool(c, 1).pooled)


def _max_pullback(c: TensorCall, delta: Tree, _value: Tree) -> Pulled:
    return (Call(named.MAX_UNPOOL, (delta, c.arguments[0], *spelled_settings(WINDOW, c.settings))),)


def _avg_pullback(c: TensorCall, delta: Tree, _value: Tree) -> Pulled:
    sides = as_image(c.shapes[0])[-FLAT:]
    return (Call(named.AVG_UNPOOL, (delta, *spelled_settings(AVERAGED_OF, (*sides, *c.settings)))),)


def _error(c: TensorCall, error: Array, slide: Sliding) -> Array:
    """Give an error its axes back where a map of one row or column was written as a vector or number."""
    return error.reshape(*lead(error, c.shapes[0]), slide.channels or 1, slide.down.places, slide.across.places)


def _max_array(c: TensorCall, arrays: tuple[Array, ...], _ties: str) -> Array:
    slide = _pool(c)
    return largest_of(framed(arrays[0], c.shapes[0], slide), slide)


def _divisors(slide: Sliding, zeros: int) -> Array:
    import numpy as np

    one = Sliding(0, slide.down, slide.across)
    return np.array(_counts(one, zeros=zeros), dtype=float).reshape(slide.down.places, slide.across.places)


def _avg_array(c: TensorCall, arrays: tuple[Array, ...], _ties: str) -> Array:
    slide = _pool(c)
    image = framed(arrays[0], c.shapes[0], slide)
    found = empty((image,), slide, pooled=True)
    for _, on, at in slide.cells():
        found[(..., *at)] += image[(..., *on)]
    return found / _divisors(slide, c.settings[-2])


def _avg_unpool_array(c: TensorCall, arrays: tuple[Array, ...], _ties: str) -> Array:
    slide = _averaged(c)
    share = _error(c, arrays[0], slide) / _divisors(slide, c.settings[-2])
    found = empty((share,), slide, pooled=False)
    for _, on, at in slide.cells():
        found[(..., *on)] += share[(..., *at)]
    return found


def _unpool_array(c: TensorCall, arrays: tuple[Array, ...], ties: str) -> Array:
    """Send the error of each window to its largest cell; equal ones share it, or the first gets it."""
    slide = _pool(c, 1)
    error, image = _error(c, arrays[0], slide), framed(arrays[1], c.shapes[1], slide)
    found = empty((error, image), slide, pooled=False)
    for pixels, places, share in shares(image, slide, ties):
        found[(..., *pixels)] += error[(..., *places)] * share
    return found


def _pick_array(c: TensorCall, arrays: tuple[Array, ...], ties: str) -> Array:
    """Pick from each window the value that stands where the image is largest."""
    slide = _pool(c, 1)
    values, image = (framed(array, shape, slide) for array, shape in zip(arrays, c.shapes, strict=True))
    found = empty((values, image), slide, pooled=True)
    for pixels, places, share in shares(image, slide, ties):
        found[(..., *places)] += values[(..., *pixels)] * share
    return found


def _below(settings: tuple[int, ...]) -> str:
    """Write the window, and what else is not as usual: ``2×2``, ``3×3, s=2, floor``."""
    window, stride, padding, dilation, zeros = (
        settings[:2],
        settings[2:4],
        settings[4:8],
        settings[8:10],
        settings[10:-1],
    )
    is_usual = all(own in (0, side) for own, side in zip(stride, window, strict=True))
    parts = [f"{window[0]}×{window[1]}", "" if is_usual else f"s={pair(stride)}"]
    parts += [beneath((1, 1, *padding, *dilation, 1)), "z=0" if zeros == (0,) and any(padding) else ""]
    return ", ".join(filter(None, (*parts, _FLOOR if settings[-1] == _IS_FLOOR else "")))


def _widened(c: TensorCall) -> TensorCall:
    """Write pooling of signals as that of an image: a window along each row, or along a vector."""
    window, stride, before, behind, dilation, *rest = c.settings
    ways = [(1, window), (0, stride), (0, 0, before, behind), (1, dilation)]
    if len(c.shapes[0]) < FLAT:
        ways = [(window, 1), (stride, 0), (before, behind, 0, 0), (dilation, 1)]
    return TensorCall(c.arguments, c.shapes, (*(one for way in ways for one in way), *rest))


def _along(operation: Operation, name: str, settings: tuple[Setting, ...], confusable: str) -> Operation:
    """Give pooling of signals: that of images, with a window that is one row high."""
    return replace(
        operation,
        name=name,
        words=(),
        settings=settings,
        shape=lambda c: operation.shape(_widened(c)),
        entries=lambda c, grids: operation.entries(_widened(c), grids),
        pullback=lambda c, delta, value: operation.pullback(_widened(c), delta, value),
        kernel=lambda c, arrays, ties: operation.kernel(_widened(c), arrays, ties),
        work=lambda c: c.settings[0],
        below=lambda found: _below(_widened(TensorCall((), ((1, 1),), found)).settings),
        confusable=(confusable,),
    )


_OF_IMAGES: Final[tuple[Operation, ...]] = (
    Operation(
        name=named.MAX_POOL,
        shape=lambda c: normal(_pool(c).pooled),
        entries=_largest,
        pullback=_max_pullback,
        sign="maxpool",
        words=("max_pool2d",),
        settings=WINDOW,
        kernel=_max_array,
        below=_below,
        work=lambda c: c.settings[0] * c.settings[1],
        role="pooling",
        confusable=(named.AVG_POOL,),
        conventions=("ties", "pooling"),
        called="called-max_pool",
    ),
    Operation(
        name=named.AVG_POOL,
        shape=lambda c: normal(_pool(c).pooled),
        entries=_average,
        pullback=_avg_pullback,
        sign="avgpool",
        words=("avg_pool2d",),
        settings=AVERAGED,
        kernel=_avg_array,
        below=_below,
        work=lambda c: c.settings[0] * c.settings[1],
        role="pooling",
        confusable=(named.MAX_POOL,),
        conventions=("pooling",),
        called="called-avg_pool",
    ),
    Operation(
        name=named.MAX_UNPOOL,
        shape=_unpooled_shape,
        entries=_unpooled,
        pullback=lambda c, delta, _v: (
            Call(named.PICK, (delta, c.arguments[1], *spelled_settings(WINDOW, c.settings))),
            None,
        ),
        sign="unpool",
        arity=(2, 2),
        settings=WINDOW,
        kernel=_unpool_array,
        below=_below,
        explained="notation-max-unpool",
        conventions=("ties", "pooling"),
    ),
    Operation(
        name=named.PICK,
        shape=_picked_shape,
        entries=_picked,
        pullback=lambda c, delta, _v: (
            Call(named.MAX_UNPOOL, (delta, c.arguments[1], *spelled_settings(WINDOW, c.settings))),
            None,
        ),
        sign="pick",
        arity=(2, 2),
        settings=WINDOW,
        kernel=_pick_array,
        below=_below,
        explained="notation-pick",
        conventions=("ties", "pooling"),
    ),
    Operation(
        name=named.AVG_UNPOOL,
        shape=lambda c: normal(_averaged(c).image),
        entries=_shared_out,
        pullback=lambda c, delta, _v: (Call(named.AVG_POOL, (delta, *spelled_settings(AVERAGED, c.settings[FLAT:]))),),
        sign="unpool",
        settings=AVERAGED_OF,
        kernel=_avg_unpool_array,
        below=lambda settings: f"{lengths(settings[:FLAT])}, {_below(settings[FLAT:])}",  # the image is not an argument
        explained="notation-avg-unpool",
        conventions=("pooling",),
    ),
)
"""Pooling of images, and what carries errors back through it."""

POOLING: tuple[Operation, ...] = (
    *_OF_IMAGES,
    _along(_OF_IMAGES[0], named.MAX_POOL1D, WINDOW_ALONG, named.AVG_POOL1D),
    _along(_OF_IMAGES[1], named.AVG_POOL1D, AVERAGED_ALONG, named.MAX_POOL1D),
)
"""Pooling, of signals too, and what carries errors back through it."""
