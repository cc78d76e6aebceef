r"""LaTeX commands that build something: fractions, roots, boxes, matrices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symnn.expressions.tree import Call, Entrywise, Number, Quotient, Tree
from symnn.language import calls, differentials, folds, grids
from symnn.language.arguments import argument
from symnn.language.conditions import cases
from symnn.language.indicators import CASES
from symnn.language.powers import root_power
from symnn.language.printed import ALONE, PRINTED, call_of_page
from symnn.language.read_shapes import holds_tensor
from symnn.language.signs import (
    AMPERSAND,
    BRACE,
    CLOSE,
    COMMA,
    END,
    EQUALS,
    NEWLINE,
    OPEN,
    PARTIAL,
    SQUARE,
)
from symnn.ops import named

if TYPE_CHECKING:
    from symnn.language.reader import Reader

__all__ = ["latex_command"]


def latex_command(parser: Reader, at: int) -> Tree:
    """Read what a command builds."""
    name, _, kind = parser.values[at].partition(":")
    if name == "sqrt":
        return _root(parser, at)
    if name == "boxed":
        return _boxed(parser, at)
    if name == "inner":
        return _inner(parser, at)
    if name == named.SUM:
        return folds.fold(parser, at, kind)
    if name == PRINTED:
        return _printed(parser, at, kind)
    if parser.values[at] == CASES:
        return cases(parser, at)
    if name == "matrix":
        return _matrix(parser, at, kind)
    if parser.kinds[parser.at] == BRACE and parser.kinds[parser.at + 1] == PARTIAL:
        parser.at += 1
        return differentials.fraction_derivative(parser, at)
    over = argument(parser)
    return Quotient(over, argument(parser), parser.span(at))


def _inner(parser: Reader, at: int) -> Tree:
    r"""Read ``\langle a, b \rangle``, the sum of the products entry by entry."""
    first = parser.nested(parser.expression)
    if parser.kinds[parser.at] != COMMA:
        parser.refuse("command", at, name=r"\langle", nearest="", advice="")
    parser.at += 1
    factors = (first, parser.nested(parser.expression))
    parser.expect(r"\rangle", CLOSE)
    if not parser.scope.is_model and not all(holds_tensor(factor, parser.scope) for factor in factors):
        parser.refuse("command", at, name=r"\langle", nearest="", advice="")  # a vector, for some
    return Call(named.SUM, (Entrywise(factors),), 0, parser.span(at))


def _printed(parser: Reader, at: int, written: str) -> Tree:
    """Read the arguments of a sign with settings below; ones have none."""
    follows = parser.kinds[parser.at] in (OPEN, SQUARE) and not written.startswith(ALONE)
    found = call_of_page(written, calls.read_list(parser) if follows else (), parser.scope)
    if found is None:
        parser.refuse("unknown-name", at, name=parser.source(at), nearest="")
    return Call(found.function, found.arguments, 0, parser.span(at))


def _root(parser: Reader, at: int) -> Tree:
    degree: Tree = Number(2)
    if parser.kinds[parser.at] == SQUARE:
        opening = parser.at
        parser.at += 1
        degree = parser.nested(parser.expression)
        parser.expect(parser.values[opening], CLOSE)
    in_brackets = parser.kinds[parser.at] == OPEN and parser.values[parser.at] == ")"
    inside = parser.nested(parser.alone) if in_brackets else argument(parser)
    return root_power(inside, degree, parser.span(at))


def _boxed(parser: Reader, at: int) -> Tree:
    """Read a boxed answer, which must be the whole answer or all behind ``LEFT =``."""
    inside = argument(parser)
    if (at and parser.kinds[at - 1] != EQUALS) or parser.kinds[parser.at] != END:
        parser.refuse("not-one-answer", at, found=parser.source(at))
    return inside


def _matrix(parser: Reader, at: int, kind: str) -> Tree:
    rows: list[tuple[Tree, ...]] = []
    closing = rf"\end{{{kind}}}"
    while True:
        entries = [parser.nested(parser.expression)]
        while parser.kinds[parser.at] in (AMPERSAND, COMMA):
            parser.at += 1
            entries.append(parser.nested(parser.expression))
        rows.append(tuple(entries))
        if parser.kinds[parser.at] != NEWLINE:
            break
        parser.at += 1
        if parser.values[parser.at] == closing:
            break
    parser.expect(closing, CLOSE)
    return grids.matrix(parser, at, rows, is_vector=len(rows[0]) == 1)
