"""Shapes of tensors: how factors and terms fit, with the named misfit where they do not.

A vector is a column: ``(n,)`` stands for n×1, and what has one entry is a number, ``()``.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import prod
from typing import TypeAlias

from symnn.errors import Fact, Problem

__all__ = [
    "Shape",
    "Unfit",
    "Valueless",
    "as_image",
    "as_matrix",
    "broadcast",
    "is_line",
    "lengths",
    "normal",
    "product_shape",
    "shape_text",
    "size",
    "transposed_shape",
]

Shape: TypeAlias = tuple[int, ...]
"""Lengths along each axis; ``()`` is a number, ``(n,)`` a column of n, ``(n, m)`` a matrix, more an image."""

MATRIX = 2


class Valueless(Exception):  # noqa: N818 - what a tree has none of here
    """A tree is worth nothing here: its shapes do not fit, or a name in it has no value."""


class Unfit(Valueless):
    """Shapes that do not fit; turned into a `Problem` with the equation by `symnn.networks.tree_shapes`."""

    def __init__(self, code: str, **facts: Fact) -> None:
        super().__init__(code)
        self.problem = Problem(code, facts)


def normal(shape: Shape) -> Shape:
    """Write a shape the one way: n×1 is a column of n, a column of 1 is a number.

    >>> normal((3, 1)), normal((1,)), normal((1, 3)), normal((1, 5, 5))
    ((3,), (), (1, 3), (1, 5, 5))
    """
    if len(shape) == MATRIX and shape[1] == 1:
        shape = shape[:1]
    return () if shape == (1,) else shape


def shape_text(shape: Shape) -> str:
    """Write a shape as a network file does: ``2x3``, ``4``, and ``1`` for a number.

    >>> shape_text((2, 3)), shape_text(())
    ('2x3', '1')
    """
    return "x".join(str(length) for length in shape) or "1"


def lengths(settings: tuple[int, ...]) -> str:
    """Write the lengths that settings spell, ``2×3``; a 0 is an axis that was not given."""
    return "×".join(str(length) for length in settings if length)


def size(shape: Shape) -> int:
    """Count the entries."""
    return prod(shape)


def as_matrix(shape: Shape) -> tuple[int, int]:
    """Give rows and columns; raises `Unfit` for an image.

    >>> as_matrix((3,)), as_matrix(())
    ((3, 1), (1, 1))
    """
    if len(shape) > MATRIX:
        raise Unfit("shape-no-matrix", shape=shape_text(shape))
    padded = (*shape, 1, 1)
    return (padded[0], padded[1]) if shape else (1, 1)


def is_line(shape: Shape) -> bool:
    """Say whether a shape is that of a vector, standing or lying.

    >>> is_line((3,)), is_line((1, 3)), is_line((3, 3)), is_line(())
    (True, True, False, False)
    """
    return len(shape) == 1 or (len(shape) == MATRIX and shape[0] == 1)


def as_image(shape: Shape) -> Shape:
    """Give rows and columns to an image that is written as a column or a number; any other keeps its axes.

    >>> as_image((3,)), as_image(()), as_image((2, 5, 5))
    ((3, 1), (1, 1), (2, 5, 5))
    """
    return shape if len(shape) >= MATRIX else as_matrix(shape)


def transposed_shape(shape: Shape) -> Shape:
    """Exchange rows and columns: a column becomes a row.

    >>> transposed_shape((2, 3)), transposed_shape((3,)), transposed_shape((1, 3))
    ((3, 2), (1, 3), (3,))
    """
    rows, columns = as_matrix(shape)
    return normal((columns, rows))


def product_shape(left: Shape, right: Shape) -> Shape:
    """Give the shape of a matrix product; a number scales.

    Raises: `Unfit` naming both shapes and, where one works, the change that makes them fit.

    >>> product_shape((2, 3), (3,)), product_shape((2,), (1, 3)), product_shape((1, 3), (3,))
    ((2,), (2, 3), ())
    """
    if not left or not right:
        return left or right
    rows, inner = as_matrix(left)
    outer, columns = as_matrix(right)
    if inner == outer:
        return normal((rows, columns))
    raise Unfit(_remedy(left, right), left=shape_text(left), right=shape_text(right))


def _remedy(left: Shape, right: Shape) -> str:
    """Name the misfit by what would mend it."""
    if left == right:
        return "shape-product-entrywise"
    if len(left) < len(right) and as_matrix(right)[1] == as_matrix(left)[0]:
        return "shape-product-order"
    if as_matrix(transposed_shape(left))[1] == as_matrix(right)[0]:
        return "shape-product-transpose-left"
    if as_matrix(left)[1] == as_matrix(transposed_shape(right))[0]:
        return "shape-product-transpose-right"
    return "shape-product"


def broadcast(shapes: Iterable[Shape]) -> Shape:
    """Give the common shape of terms: a number spreads everywhere, a bias column along the axes that follow.

    Raises: `Unfit` naming the two shapes that do not fit.

    >>> broadcast([(), (4,), (4,)]), broadcast([(3,), (3, 5, 5)])
    ((4,), (3, 5, 5))
    """
    common: Shape = ()
    for shape in shapes:
        small, large = sorted((common, shape), key=len)
        if large[: len(small)] != small:
            raise Unfit("shape-sum", left=shape_text(common), right=shape_text(shape))
        common = large
    return common
