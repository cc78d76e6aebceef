"""What f'(a), f''(a) are: the derivative of a unit's function at an argument, carried out."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from symnn.derivation.local import derived, put_in
from symnn.expressions.tree import (
    Call,
    Entrywise,
    Matrix,
    Number,
    Power,
    Product,
    Tree,
    children,
    holds,
    mapped,
    names,
    rebuilt,
)
from symnn.networks.function import Function
from symnn.networks.tree_shapes import Misfit, shape_of
from symnn.ops.shapes import Shape

__all__ = ["carried_out", "for_every_entry"]

NUMBERS: Mapping[str, Shape] = MappingProxyType({})
WRITTEN = frozenset((Matrix,))
"""What is a tensor whatever the shapes of names are."""


def carried_out(tree: Tree, functions: Mapping[str, Function], shapes: Mapping[str, Shape] = NUMBERS) -> Tree:
    """Put the derivative in the place of every primed call: ``f'(a3)`` becomes ``f(a3)*(1 - f(a3))``.

    Trees without primed calls come back without spans, otherwise unchanged. Where the argument is a tensor by
    its ``shapes``, the derivative is written for every entry: products and powers in it are entrywise.

    >>> from symnn.expressions.tree import Name
    >>> from symnn.expressions.writing import plain
    >>> from symnn.networks.function import declared
    >>> sigmoid = declared("f", "x", Call("sigmoid", (Name("x"),)))
    >>> plain(carried_out(Call("f", (Name("a3"),), order=1), {"f": sigmoid}))
    'f(a3)*(1 - f(a3))'
    """

    def change(node: Tree) -> Tree | None:
        if isinstance(node, Call) and node.order:
            arguments = tuple(carried_out(argument, functions, shapes) for argument in node.arguments)
            slope = derived(node.function, (0,) * node.order, len(arguments), functions)
            if (shapes or holds(arguments[0], WRITTEN)) and _is_tensor(arguments[0], shapes):
                slope = for_every_entry(slope)
            return put_in(slope, arguments)
        return None

    return mapped(tree, change)


def _is_tensor(tree: Tree, shapes: Mapping[str, Shape]) -> bool:
    """Say whether an argument is a tensor; one whose shapes do not fit is left to whoever judges it."""
    try:
        return bool(shape_of(tree, shapes))
    except Misfit:
        return True


def for_every_entry(tree: Tree) -> Tree:
    """Write a derivative for every entry of a tensor, while its argument is a placeholder and nothing stands in it.

    Products become entrywise ones, and so do whole powers: that of a matrix would be a product of matrices.
    """
    parts = tuple(map(for_every_entry, children(tree)))
    match tree:
        case Product():
            return Entrywise(parts)
        case Power(base, Number(numerator=n, denominator=1)) if n > 1 and names(base):
            return Entrywise((parts[0],) * n)
    return rebuilt(tree, parts) if parts else tree
