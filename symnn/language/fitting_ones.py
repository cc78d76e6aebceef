r"""Ones without a number, ``\mathbf{1}^\top G``: how many there are is what fits beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from symnn.errors import Problem
from symnn.expressions.tree import (
    Call,
    Negative,
    Number,
    Product,
    Quotient,
    Sum,
    Transpose,
    Tree,
    children,
    walk,
    with_parts,
)
from symnn.language.read_shapes import shape_in_scope
from symnn.ops import named
from symnn.ops.shapes import Unfit

if TYPE_CHECKING:
    from symnn.language.scope import Scope

__all__ = ["counted", "uncounted"]

_MATRIX = 2


def counted(tree: Tree, scope: Scope) -> Tree:
    """Write how many ones there are beside a factor whose shape is known.

    >>> from symnn.expressions.tree import Name
    >>> from symnn.expressions.writing import plain
    >>> from symnn.language.scope import Scope
    >>> plain(counted(Product((Transpose(Call("spread", (Number(1),))), Name("G"))), Scope.of({"G": (3, 2)})))
    'transpose(spread(1, 3))*G'
    """
    parts = tuple(counted(part, scope) for part in children(tree))
    if isinstance(tree, Sum):
        parts = _with_units(parts, scope)
    if isinstance(tree, Product):
        parts = tuple(_beside(parts, at, scope) for at in range(len(parts)))
    return with_parts(tree, parts)


def _with_units(terms: tuple[Tree, ...], scope: Scope) -> tuple[Tree, ...]:
    """Write how large the unit matrices of a sum are: as the square matrices beside them."""
    if not any(_is_unit(node) for term in terms for node in walk(term)):
        return terms
    sides = {shape[0] for term in terms if len(shape := _shape(term, scope)) == _MATRIX and shape[0] == shape[1]}
    if len(sides) != 1:
        return terms
    side = Number(sides.pop())
    return tuple(_sized(term, side) for term in terms)


def _sized(tree: Tree, side: Number) -> Tree:
    if isinstance(tree, Call) and _is_unit(tree):
        return replace(tree, arguments=(side,))
    parts = children(tree) if isinstance(tree, Product | Negative | Quotient) else ()
    return with_parts(tree, tuple(_sized(part, side) for part in parts)) if parts else tree


def _is_unit(tree: Tree) -> bool:
    return isinstance(tree, Call) and tree.function == named.EYE and not tree.arguments


def _beside(factors: tuple[Tree, ...], at: int, scope: Scope) -> Tree:
    factor = factors[at]
    turned = isinstance(factor, Transpose)
    ones = factor.operand if isinstance(factor, Transpose) else factor
    if not _is_bare(ones):
        return factor
    place = at + 1 if turned else at - 1
    shape = _shape(factors[place], scope) if 0 <= place < len(factors) else ()
    length = shape[0] if turned and shape else shape[1] if len(shape) == _MATRIX else 0
    if not length:
        return factor
    found = Call(named.SPREAD, (Number(1), Number(length)), 0, ones.span)
    return Transpose(found, factor.span) if turned else found


def _shape(tree: Tree, scope: Scope) -> tuple[int, ...]:
    try:
        return shape_in_scope(tree, scope)
    except Unfit:
        return ()


def _is_bare(tree: Tree) -> bool:
    return isinstance(tree, Call) and tree.function == named.SPREAD and tree.arguments == (Number(1),)


def uncounted(tree: Tree) -> Problem | None:
    """Refuse ones, and a unit matrix, of which nothing says how many or how large."""
    found = next((node for node in walk(tree) if _is_bare(node) or _is_unit(node)), None)
    if found is None:
        return None
    return Problem("unit-side" if _is_unit(found) else "ones-number", {}, found.span)
