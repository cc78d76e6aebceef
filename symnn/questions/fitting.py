"""Readings of an answer that only its shape can settle: a program's star, a list or a row written as a column."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

from symnn.expressions.tree import Call, Entrywise, Matrix, Number, Product, Transpose, Tree, children, with_parts
from symnn.ops import named

__all__ = ["fitting"]

_FIRST_AXIS: Final = re.compile(
    r"(?:(?:axis|dim)\s*=\s*(?:0|-2)|\.[a-z]+\((?:.{0,300},)?\s*(?:0|-2)\s*\))(?!.*keepdim)", re.DOTALL
)
_OUTER: Final = re.compile(r"⊗|\\otimes(?![A-Za-z])|None|newaxis|reshape|unsqueeze")
_OUTER_SIGNS: Final = ("⊗", r"\otimes")
_AROUND: Final = "()[]{} \t"


def fitting(tree: Tree, text: str, fits: Callable[[Tree], bool]) -> Tree:
    """Give an answer as it stands, or where its shape is not the one asked, in the other reading that has it.

    >>> from symnn.expressions.tree import Name
    >>> from symnn.expressions.writing import plain
    >>> turned = Transpose(Matrix(((Number(0),), (Number(1),)), vector=True))
    >>> plain(fitting(turned, "[0, 1]^T", lambda one: isinstance(one, Matrix)))
    '[0, 1]'
    """
    if fits(tree):
        return tree
    return next((other for other in _others(tree, text) if other != tree and fits(other)), tree)


def _others(tree: Tree, text: str) -> Iterator[Tree]:
    """List the other readings: those of programs first."""
    if _FIRST_AXIS.search(text) is not None:  # sum(D, axis=0) is a vector there, and no row
        yield Transpose(tree, tree.span)
    columns = _with(tree, _column)
    yield columns
    if _OUTER.search(text) is not None:
        yield _with(tree, lambda node: _outer(node, text))
    if "*" in text:
        yield _with(columns, lambda node: _starred(node, text))


def _with(tree: Tree, change: Callable[[Tree], Tree | None]) -> Tree:
    """Change the parts of a tree, then the tree; spans stay."""
    node = with_parts(tree, tuple(_with(part, change) for part in children(tree)))
    return change(node) or node


def _column(node: Tree) -> Tree | None:
    """Take ``[0, 1]^T`` and the transposed row of a matrix as the columns they are in many books."""
    match node:
        case Transpose(Matrix(_, True) as listed):
            return listed
        case Transpose(Call(named.SLICE, (_, Number() as first, Number() as last, *_)) as row) if first == last:
            return row
    return None


def _outer(node: Tree, text: str) -> Tree | None:
    """Take ``a ⊗ b`` as the outer product, and ``a[:, None] * b[None, :]``, which programs spread out to it."""
    match node:
        case Entrywise((first, Transpose(second))) | Entrywise((Transpose(second), first)):
            return Product((first, Transpose(second)), node.span)
        case Entrywise((first, second)) if first.span is not None and second.span is not None:
            is_outer = text[first.span.end : second.span.start].strip(_AROUND) in _OUTER_SIGNS
            return Product((first, Transpose(second)), node.span) if is_outer else None
    return None


def _starred(node: Tree, text: str) -> Tree | None:
    """Take the products of a program as entrywise where a star stands between the factors."""
    if not isinstance(node, Product) or any(factor.span is None for factor in node.factors):
        return None
    groups: list[list[Tree]] = [[node.factors[0]]]
    for factor in node.factors[1:]:
        before = groups[-1][-1].span
        between = text[before.end : factor.span.start] if before and factor.span else ""
        if between.strip(_AROUND) == "*":
            groups[-1].append(factor)
        else:
            groups.append([factor])
    parts = tuple(Entrywise(tuple(group), node.span) if len(group) > 1 else group[0] for group in groups)
    return parts[0] if len(parts) == 1 else Product(parts, node.span)
