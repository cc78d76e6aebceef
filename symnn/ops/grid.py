"""A grid: the entries of a tensor, each a tree; what a tensor equation means entry by entry."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import product as all_of

from msgspec import Struct

from symnn.expressions.terms import is_number, product, total
from symnn.expressions.tree import Matrix, Tree
from symnn.ops.shapes import Shape, as_matrix, broadcast, normal, size, transposed_shape

__all__ = ["Grid", "full", "indices", "matrix_product", "of_matrix", "single", "to_matrix", "together", "transpose"]


class Grid(Struct, frozen=True):
    """Entries in row-major order: ``cells`` has as many as ``shape`` says.

    >>> from symnn.expressions.terms import ONE, ZERO
    >>> Grid((2, 2), (ZERO, ZERO, ZERO, ONE)).at((1, 1)).numerator
    1
    """

    shape: Shape
    cells: tuple[Tree, ...]

    def at(self, place: tuple[int, ...]) -> Tree:
        """Give one entry, counted from 0."""
        offset = 0
        for index, length in zip(place, self.shape, strict=True):
            offset = offset * length + index
        return self.cells[offset]

    def each(self, change: Callable[[Tree], Tree]) -> Grid:
        """Change every entry in the same way."""
        return Grid(self.shape, tuple(map(change, self.cells)))

    def spread(self, shape: Shape) -> Grid:
        """Repeat the entries along the axes that follow: a number everywhere, a bias column per row."""
        if shape == self.shape:
            return self
        times = size(shape) // max(1, size(self.shape))
        return Grid(shape, tuple(cell for cell in self.cells for _ in range(times)))


def single(cell: Tree) -> Grid:
    """Give the grid of a number."""
    return Grid((), (cell,))


def full(shape: Shape, cell: Tree) -> Grid:
    """Give a grid of one entry everywhere."""
    return Grid(shape, (cell,) * size(shape))


def indices(shape: Shape) -> Iterator[tuple[int, ...]]:
    """Go through all places of a shape in row-major order, counted from 0."""
    return all_of(*map(range, shape))


def together(grids: Iterable[Grid], join: Callable[..., Tree]) -> Grid:
    """Join grids entry by entry, the smaller ones spread. Raises `Unfit` where shapes differ."""
    grids = tuple(grids)
    shape = broadcast(grid.shape for grid in grids)
    spread = [grid.spread(shape).cells for grid in grids]
    return Grid(shape, tuple(join(*cells) for cells in zip(*spread, strict=True)))


def transpose(grid: Grid) -> Grid:
    """Exchange rows and columns."""
    rows, columns = as_matrix(grid.shape)
    cells = tuple(grid.cells[row * columns + column] for column in range(columns) for row in range(rows))
    return Grid(transposed_shape(grid.shape), cells)


def matrix_product(left: Grid, right: Grid) -> Grid:
    """Multiply matrices: each entry is a sum of products in the order of the inner index; zeros go.

    >>> from symnn.expressions.tree import Name
    >>> row = Grid((1, 2), (Name("a"), Name("b")))
    >>> from symnn.expressions.writing import plain
    >>> plain(matrix_product(row, Grid((2,), (Name("x"), Name("y")))).cells[0])
    'a*x + b*y'
    """
    if not left.shape or not right.shape:
        return together((left, right), lambda a, b: product((a, b)))
    rows, inner = as_matrix(left.shape)
    columns = as_matrix(right.shape)[1]
    cells = []
    for row in range(rows):
        for column in range(columns):
            pairs = ((left.cells[row * inner + k], right.cells[k * columns + column]) for k in range(inner))
            cells.append(total(tuple(product(pair) for pair in pairs if not any(is_number(x, 0) for x in pair))))
    return Grid(normal((rows, columns)), tuple(cells))


def of_matrix(matrix: Matrix) -> Grid:
    """Take the entries of a written matrix or vector."""
    rows = matrix.rows
    shape = (len(rows),) if matrix.vector else (len(rows), len(rows[0]) if rows else 0)
    return Grid(normal(shape), tuple(entry for row in rows for entry in row))


def to_matrix(grid: Grid) -> Tree:
    """Write a grid as a tree: a number, a vector or a matrix; an image becomes rows of its last axis."""
    if not grid.shape:
        return grid.cells[0]
    if len(grid.shape) == 1:
        return Matrix(tuple((cell,) for cell in grid.cells), vector=True)
    width = grid.shape[-1]
    return Matrix(tuple(grid.cells[i : i + width] for i in range(0, len(grid.cells), width)))
