"""Tensor answers entry by entry, within bounds; shapes that do not fit as a finding with what would mend them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from symnn.equality.constants import TooLarge
from symnn.errors import Fact, Problem, Span
from symnn.expressions.tree import Call, Name, Number, Product, Tree, children, walk
from symnn.networks.expansion import grid_of
from symnn.networks.shapes import shape_of
from symnn.ops import named
from symnn.ops.grid import Grid
from symnn.ops.image import IMAGE
from symnn.ops.pooling import POOLING
from symnn.ops.shapes import MATRIX, Shape, as_matrix, product_shape, size, transposed, written
from symnn.verdicts import codes
from symnn.verdicts.verdict import Finding

__all__ = ["asked_shape", "cells_of", "misfit"]

_MOST_ENTRIES = 4_096
"""A matrix of 64x64, or as many entries in another shape."""
_MOST_WORK = 200_000
"""So many nodes the scalar trees of all entries may have together, shared ones counted each time."""
_MOST_PRODUCTS = _MOST_WORK // 3
"""So many multiplications a matrix product may take: each is a node with two more."""
_MOST_SLIDES = 1 << 19
"""So many entries a slide of a kernel or of a window may look at."""
_ROOT_POINTS = 48
"""What stands under a root is evaluated at so many points."""
_GROWING = (Name, Product, Call)
"""What may have more entries than its parts, or take more work than it has entries."""
_SLIDING = frozenset(operation.name for operation in (*IMAGE, *POOLING))


def cells_of(tree: Tree, shapes: Mapping[str, Shape]) -> Grid:
    """Write a tensor tree entry by entry.

    Raises: `Misfit` where shapes do not fit, `TooLarge` before the work passes its bounds.

    >>> from symnn.expressions.writing import plain
    >>> grid = cells_of(Product((Name("W"), Name("x"))), {"W": (2,), "x": ()})
    >>> [plain(cell) for cell in grid.cells]
    ['W[1]*x', 'W[2]*x']
    """
    for node in walk(tree):
        if isinstance(node, _GROWING):
            _bounded(node, shapes)
    grid = grid_of(tree, shapes)
    work, weights = 0, _Weights()
    for cell in grid.cells:
        work += weights.of(cell)
        if work > _MOST_WORK:
            raise TooLarge
    return grid


def _bounded(node: Tree, shapes: Mapping[str, Shape]) -> None:
    """Refuse what would take too much work to write out, before it is written."""
    shape = shape_of(node, shapes)
    if not shape:
        return
    count = size(shape)
    if count > _MOST_ENTRIES:
        raise TooLarge
    most = _MOST_PRODUCTS
    if isinstance(node, Product):
        count = _multiplications(tuple(shape_of(factor, shapes) for factor in node.factors))
    elif isinstance(node, Call) and node.function in _SLIDING:
        most = _MOST_SLIDES
        count *= max(size(shape_of(argument, shapes)) for argument in node.arguments)
    if count > most:
        raise TooLarge


def _multiplications(factors: tuple[Shape, ...]) -> int:
    """Count the multiplications of a product from left to right."""
    count, left = 0, factors[0]
    for right in factors[1:]:
        over = as_matrix(right)[1] if left and right and len(right) <= MATRIX else 1
        count += max(size(left), size(right)) if not left or not right else size(left) * over
        left = product_shape(left, right)
    return count


class _Weights:
    """The sizes of trees; parts that are one object are looked at once, so that counting is no work itself."""

    def __init__(self) -> None:
        self._known: dict[int, int] = {}

    def of(self, tree: Tree) -> int:
        """Count the nodes of a tree. Raises TooLarge instead of passing the bound."""
        if isinstance(tree, Name | Number):
            return 1
        known = self._known.get(id(tree))
        if known is None:
            known = 1 + sum(map(self.of, children(tree)))
            if isinstance(tree, Call) and tree.function == named.SQRT:
                known *= _ROOT_POINTS
            if known > _MOST_WORK:
                raise TooLarge
            self._known[id(tree)] = known
        return known


def misfit(problem: Problem) -> Finding:
    """Make of shapes that do not fit the finding ``shape``: what was expected, what stands there, what mends it.

    >>> facts = {"left": "2x3", "right": "2", "first": "W", "second": "d"}
    >>> misfit(Problem("shape-product-transpose-left", facts)).facts["expected"]
    '3'
    """
    given = problem.facts
    left, right = str(given.get("left", "1")), str(given.get("right") or given.get("shape") or "1")
    expected = left.split("x", 1)[1] if problem.code.startswith("shape-product") and "x" in left else left
    if problem.code.startswith("shape-product") and "x" not in left:
        expected = "1"
    facts: dict[str, Fact] = {"expected": expected, "got": right, "why": problem.code, **given}
    return codes.SHAPE(MappingProxyType(facts), problem.span)


def asked_shape(expected: Shape, got: Shape, span: Span | None) -> Finding:
    """Say that an answer has another shape than what is asked, and whether a transpose mends that.

    >>> asked_shape((2,), (1, 2), None).facts["why"]
    'shape-asked-transpose'
    """
    facts: dict[str, Fact] = {"expected": written(expected), "got": written(got)}
    if len(got) <= MATRIX and got and transposed(got) == expected:
        facts["why"] = "shape-asked-transpose"
    elif not got:
        facts["why"] = "shape-asked-tensor"
    elif not expected:
        facts["why"] = "shape-asked-number"
    return codes.SHAPE(MappingProxyType(facts), span)
