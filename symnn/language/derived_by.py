"""By what ``diff(E, w)`` differentiates: a quantity, several numbers, rows and columns of a matrix."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symnn.expressions.tree import Call, Derivative, Matrix, Name, Tree
from symnn.expressions.writing import plain
from symnn.ops import named

if TYPE_CHECKING:
    from symnn.language.reader import Reader

__all__ = ["by_several"]


def by_several(parser: Reader, tree: Tree, wrt: Tree, at: int) -> Tree:
    """Differentiate by a quantity, by each of several numbers, or by rows and columns of a matrix."""
    if isinstance(wrt, Name):
        return Derivative(tree, wrt, parser.span(at))
    if isinstance(wrt, Matrix) and wrt.vector:
        rows = tuple((by_several(parser, tree, one, at),) for (one,) in wrt.rows)
        return Matrix(rows, vector=True, span=parser.span(at))
    if isinstance(wrt, Call) and wrt.function in (named.SLICE, named.PART) and isinstance(wrt.arguments[0], Name):
        whole = Derivative(tree, wrt.arguments[0], parser.span(at))
        return Call(wrt.function, (whole, *wrt.arguments[1:]), 0, parser.span(at))
    return parser.refuse("wrt", at, found=plain(wrt))
