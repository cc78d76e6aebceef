r"""Norms: ``||y - z||^2``, ``‖w‖₁``, ``\lVert W \rVert_F``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symnn.expressions.tree import Call, Matrix, Number, Power, Tree, holds, names
from symnn.language.bars import DOUBLE
from symnn.language.read_shapes import shape_in_scope
from symnn.language.signs import BELOW, BRACE, CARET, CLOSE, NUMBER, SHUT
from symnn.ops import named
from symnn.ops.shapes import Unfit

if TYPE_CHECKING:
    from symnn.language.reader import Reader

__all__ = ["norm"]

ENTRIES = "1"
EUCLID = "2"
MATRIX = 2
_MATRICES: frozenset[type] = frozenset({Matrix})


def norm(parser: Reader, at: int) -> Tree:
    """Read a norm with what stands below and above it: the root of the sum of squares, or the sum of absolute values.

    Between numbers it is the absolute value. A matrix has the Frobenius norm; with a 2 below it would be another.
    """
    inside = parser.nested(parser.expression)
    parser.expect(DOUBLE, SHUT)
    kind = _kind(parser)
    squared = kind != ENTRIES and _squared(parser)
    kind = kind or _kind(parser)
    if kind == EUCLID and _is_matrix(parser, inside):
        parser.refuse("matrix-norm", at, found=parser.source(at))
    span = parser.span(at)
    if kind == ENTRIES:
        entries = Call(named.ABS, (inside,), 0, span)
        return Call(named.SUM, (entries,), 0, span) if _may_be_tensor(parser, inside) else entries
    if not _may_be_tensor(parser, inside):
        length = Call(named.ABS, (inside,), 0, span)
        return Power(length, Number(2), span) if squared else length
    squares = Call(named.SQUARED_NORM, (inside,), 0, span)
    return squares if squared else Call(named.SQRT, (squares,), 0, span)


def _kind(parser: Reader) -> str:
    """Read what stands below a norm; empty if nothing does."""
    if parser.kinds[parser.at] != BELOW:
        return ""
    parser.at += 1
    return parser.values[parser.at - 1]


def _squared(parser: Reader) -> bool:
    """Go past the exponent 2, braces around it or not; any other is left to stand on the norm."""
    at = parser.at
    kinds, values = parser.kinds, parser.values
    for braced in (0, 1):
        before, place = [CARET, *[BRACE] * braced], at + 1 + braced
        closed = not braced or kinds[place + 1 : place + 2] == [CLOSE]
        if kinds[at:place] == before and kinds[place] == NUMBER and values[place] == EUCLID and closed:
            parser.at = place + 1 + braced
            return True
    return False


def _may_be_tensor(parser: Reader, tree: Tree) -> bool:
    """Say whether something may be more than a number; what a model computes has no shape yet when it is read."""
    scope = parser.scope
    if holds(tree, _MATRICES) or any(scope.shape(name) for name in names(tree)):
        return True
    return scope.is_model and (bool(scope.indices) or any(scope.shapes.values()))


def _is_matrix(parser: Reader, tree: Tree) -> bool:
    try:
        return len(shape_in_scope(tree, parser.scope)) >= MATRIX
    except Unfit:
        return False
