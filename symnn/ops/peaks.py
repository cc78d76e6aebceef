"""The largest and the smallest entry of a vector, of each row or of each column, and where they stand.

Of equal entries the first counts as the largest and the last as the smallest, or all of them share: what ``max`` and
``min`` of numbers do, since min(a, b) = a + b - max(a, b).
"""

from __future__ import annotations

from symnn.expressions.terms import minus
from symnn.expressions.tree import Call, Number, Tree
from symnn.ops import named
from symnn.ops.array_kernels import all_axes
from symnn.ops.axes import again, along, scaled_tensor
from symnn.ops.grid import Grid, single
from symnn.ops.operation import Array, Operation, TensorCall

__all__ = ["PEAKS"]


def _extreme(name: str, cells: tuple[Tree, ...]) -> Grid:
    return single(Call(name, cells) if len(cells) > 1 else cells[0])


def _highest(grid: Grid) -> Grid:
    """Write which share each entry has in being the largest."""
    cells = grid.cells
    return Grid(grid.shape, tuple(_share(rank, cells) for rank in range(len(cells))))


def _lowest(grid: Grid) -> Grid:
    """Write which share each entry has in being the smallest: turned round, the last of equals comes first."""
    turned = tuple(map(minus, reversed(grid.cells)))
    return Grid(grid.shape, tuple(_share(len(turned) - 1 - rank, turned) for rank in range(len(turned))))


def _share(rank: int, cells: tuple[Tree, ...]) -> Tree:
    return Call(named.TOP, (Number(rank + 1), *cells)) if len(cells) > 1 else Number(1)


def _standing(c: TensorCall, array: Array, ties: str, *, turned: bool) -> Array:
    """Mark where the largest entry stands, as one 1 or as shares; ``turned``: the smallest."""
    import numpy as np

    own = len(c.shapes[0])
    flat = array.reshape((*array.shape[: array.ndim - own], -1))
    flat = -flat[..., ::-1] if turned else flat
    hits = flat == flat.max(axis=-1, keepdims=True)
    found = hits / hits.sum(axis=-1, keepdims=True) if ties == "shared" else hits & (np.cumsum(hits, axis=-1) == 1)
    found = found[..., ::-1] if turned else found
    return np.asarray(found, dtype=float).reshape(array.shape)


def _where(name: str, sign: str, explained: str, *, turned: bool) -> Operation:
    """Give the operation that marks the largest, or the smallest, entry: it moves with nothing."""
    return Operation(
        name=name,
        shape=lambda c: c.shapes[0],
        entries=lambda _c, grids: (_lowest if turned else _highest)(grids[0]),
        pullback=lambda _c, _delta, _v: (None,),
        sign=sign,
        kernel=lambda c, arrays, ties: _standing(c, arrays[0], ties, turned=turned),
        conventions=("ties",),
        explained=explained,
    )


def _peak(name: str, of_numbers: str, where: str, other: str) -> Operation:
    """Give the operation that takes the largest, or the smallest, entry."""
    return Operation(
        name=name,
        shape=lambda _c: (),
        entries=lambda _c, grids: _extreme(of_numbers, grids[0].cells),
        pullback=lambda c, delta, _v: (scaled_tensor(c, delta, again(where, c, c.arguments[0])),),
        sign=of_numbers,
        kernel=lambda c, arrays, _t: getattr(arrays[0], of_numbers)(axis=all_axes(c.shapes[0])),
        conventions=("ties",),
        confusable=(other,),
    )


PEAKS: tuple[Operation, ...] = tuple(
    along(one)
    for one in (
        _peak(named.LARGEST, named.MAX, named.IS_LARGEST, named.SMALLEST),
        _peak(named.SMALLEST, named.MIN, named.IS_SMALLEST, named.LARGEST),
        _where(named.IS_LARGEST, "islargest", "notation-largest", turned=False),
        _where(named.IS_SMALLEST, "issmallest", "notation-smallest", turned=True),
    )
)
"""The largest and the smallest entry, and what carries errors back to where they stand."""
