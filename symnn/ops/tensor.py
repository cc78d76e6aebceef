"""A tensor operation is one record: shape rule, entrywise meaning, pullback, NumPy code, LaTeX.

Trailing whole numbers in a call are settings: ``conv(X, K, 2, 1)`` has stride 2 and padding 1.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from msgspec import Struct

from symnn.expressions.tree import Call, Number, Tree
from symnn.ops.grid import Grid
from symnn.ops.shapes import Shape, Unfit

__all__ = ["Pulled", "Setting", "TensorCall", "TensorOperation", "settled"]

Pulled: TypeAlias = tuple[Tree | None, ...]
"""For each tensor argument the term it gets from the error of the value; None where nothing flows."""


class Setting(Struct, frozen=True):
    """A whole number that belongs to an operation; without ``default`` it must be written."""

    name: str
    default: int | None = None
    least: int = 0


class TensorCall(Struct, frozen=True):
    """A call taken apart: its tensor arguments with their shapes, and its settings by position."""

    arguments: tuple[Tree, ...]
    shapes: tuple[Shape, ...]
    settings: tuple[int, ...]


class TensorOperation(Struct, frozen=True):
    """One tensor operation: everything the program knows of it.

    ``shape(call)`` gives the shape of the value or raises `Unfit` with both shapes.
    ``entries(call, grids)`` writes the value entry by entry: the meaning that everything else must agree with.
    ``pullback(call, delta, value)`` gives, for each argument, the term of its error as a tree of tensors,
    where ``delta`` is the error of the value and ``value`` the tree that names the value.
    ``latex`` is how LaTeX writes its name.
    ``arguments`` is the fewest and the most tensor arguments.
    ``steps(call, name)`` writes the value of the quantity ``name`` through quantities of its own (name, LaTeX,
    tree) where every entry needs the same numbers, as the mean: without them expansion would be quadratic.
    """

    name: str
    shape: Callable[[TensorCall], Shape]
    entries: Callable[[TensorCall, tuple[Grid, ...]], Grid]
    pullback: Callable[[TensorCall, Tree, Tree], Pulled]
    latex: str
    arguments: tuple[int, int] = (1, 1)
    settings: tuple[Setting, ...] = ()
    steps: Callable[[TensorCall, str], tuple[tuple[tuple[str, str, Tree], ...], Tree]] | None = None


def settled(node: Call, operation: TensorOperation) -> tuple[tuple[Tree, ...], tuple[int, ...]]:
    """Part the arguments of a call into tensors and settings; defaults fill what is not written.

    Raises: `Unfit` for a number of arguments, or a setting, that the operation does not have.
    """
    least, most = operation.arguments
    tensors = node.arguments
    numbers: list[int] = []
    while len(tensors) > least and _whole(tensors[-1]) and len(numbers) < len(operation.settings):
        numbers.insert(0, tensors[-1].numerator)  # type: ignore[union-attr]
        tensors = tensors[:-1]
    if not least <= len(tensors) <= most:
        raise Unfit("arguments", function=operation.name, expected=least, got=len(tensors))
    values = []
    for place, setting in enumerate(operation.settings):
        value = numbers[place] if place < len(numbers) else setting.default
        if value is None or value < setting.least:
            raise Unfit("setting", function=operation.name, setting=setting.name, least=setting.least)
        values.append(value)
    return tensors, tuple(values)


def _whole(tree: Tree) -> bool:
    return isinstance(tree, Number) and tree.denominator == 1
