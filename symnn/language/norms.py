r"""Norms: ``||y - z||^2``, ``‖w‖₁``, ``\lVert W \rVert_F``; their bars are told from those of absolute values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symnn.expressions.tree import Call, Matrix, Number, Power, Tree, holds, names
from symnn.language.shapes import Misfit, shape_of
from symnn.language.signs import BAR, BELOW, BRACE, CARET, CLOSE, NORM, NUMBER, SHUT
from symnn.ops import named

if TYPE_CHECKING:
    from symnn.language.plain import Parser
    from symnn.language.tokens import Tokens

__all__ = ["norm", "paired"]

DOUBLE = "‖"
ENTRIES = "1"
EUCLID = "2"
MATRIX = 2
_MATRICES: frozenset[type] = frozenset({Matrix})


def paired(tokens: Tokens) -> None:
    """Say of every double bar whether it opens or closes a norm, and join two single ones that stand as one.

    ``||x| - 1|`` begins with two absolute values: the bar that comes next stands alone.
    """
    _join(tokens)
    inside = False
    for place, kind in enumerate(tokens.kinds):
        if kind == SHUT and tokens.values[place] == DOUBLE:
            inside = False
        elif kind == NORM:
            if inside:
                tokens.kinds[place] = SHUT
            inside = not inside


def _join(tokens: Tokens) -> None:
    """Make one token of ``||`` where the next bars are a pair again."""
    kinds, place, is_open = tokens.kinds, 0, False
    while place < len(kinds) - 1:
        closing = _next_bar(tokens, place + 2) if not is_open and _touch(tokens, place) else None
        if closing is None or closing == place + 2 or not _touch(tokens, closing):
            is_open ^= kinds[place] == BAR
            place += 1
            continue
        for first in (closing, place):
            kinds[first], tokens.values[first] = NORM, DOUBLE
            tokens.ends[first] = tokens.ends[first + 1]
            for column in (kinds, tokens.values, tokens.starts, tokens.ends):
                del column[first + 1]
        place = closing  # the closing sign itself, now that the opening one is shorter by one


def _touch(tokens: Tokens, place: int) -> bool:
    """Say whether two bars stand side by side without a blank."""
    return tokens.kinds[place : place + 2] == [BAR, BAR] and tokens.ends[place] == tokens.starts[place + 1]


def _next_bar(tokens: Tokens, start: int) -> int | None:
    return next((place for place in range(start, len(tokens.kinds)) if tokens.kinds[place] == BAR), None)


def norm(parser: Parser, at: int) -> Tree:
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


def _kind(parser: Parser) -> str:
    """Read what stands below a norm; empty if nothing does."""
    if parser.kinds[parser.at] != BELOW:
        return ""
    parser.at += 1
    return parser.values[parser.at - 1]


def _squared(parser: Parser) -> bool:
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


def _may_be_tensor(parser: Parser, tree: Tree) -> bool:
    """Say whether something may be more than a number; what a model computes has no shape yet when it is read."""
    scope = parser.scope
    if holds(tree, _MATRICES) or any(scope.shape(name) for name in names(tree)):
        return True
    return scope.is_model and (bool(scope.indices) or any(scope.shapes.values()))


def _is_matrix(parser: Parser, tree: Tree) -> bool:
    try:
        return len(shape_of(tree, parser.scope)) >= MATRIX
    except Misfit:
        return False
