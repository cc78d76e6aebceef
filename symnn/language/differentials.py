"""Derivatives as people write them: ``dE/dw1``, ``∂E/∂w_1``, ``∂f_6(e)/∂e``, ``∂/∂w_1 E``, ``∇E``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symnn.expressions.tree import Call, Derivative, Entry, Name, Number, Tree
from symnn.expressions.writing import plain
from symnn.language import grids
from symnn.language.arguments import argument
from symnn.language.signs import (
    BELOW,
    CARET,
    CLOSE,
    END,
    ENTRYWISE,
    FAMILY,
    FUNCTION,
    NAME,
    OPEN,
    OVER,
    PARTIAL,
    SLASH,
    SQUARE,
    TIMES,
)

if TYPE_CHECKING:
    from symnn.language.reader import Reader

__all__ = ["fraction_derivative", "grouped_derivative", "is_numerator", "nabla", "partial"]

_MOST_REPEATED = 8


def partial(parser: Reader, at: int) -> Tree:
    """Read a derivative written in one line, after its first ∂ or d."""
    order = _order(parser)
    if parser.kinds[parser.at] == SLASH:
        parser.at += 1
        by = _denominator(parser, order, "")
        return _made(parser, at, _operand(parser), by)
    if parser.kinds[parser.at] == BELOW:
        by = _by_index(parser)
        return _made(parser, at, parser.nested(parser.factor), by)
    of = _numerator(parser)
    if parser.kinds[parser.at] == OVER:
        parser.at += 1
    else:
        parser.expect("/", SLASH)
    return _made(parser, at, of, _denominator(parser, order, _unit_of(parser, of)))


def _by_index(parser: Reader) -> tuple[Name, ...]:
    """Read the index of ``∂_{w_1} E`` or ``∇_w E``: by what is differentiated."""
    parser.at += 1
    at = parser.at
    tree = argument(parser)
    if not isinstance(tree, Name):
        parser.refuse("wrt", at, found=plain(tree))
    return (tree,)


def fraction_derivative(parser: Reader, at: int) -> Tree:
    r"""Read ``\frac{∂…}{∂…}`` after the opening brace of its numerator, which a ∂ follows."""
    parser.at += 1
    order = _order(parser)
    if parser.kinds[parser.at] == CLOSE and parser.values[parser.at] == "}":
        parser.expect("}")
        parser.expect("}", kind=parser.kinds[parser.at])
        by = _denominator(parser, order, "")
        parser.expect("}")
        return _made(parser, at, _operand(parser), by)
    of = _numerator(parser)
    parser.expect("}")
    parser.expect("}", kind=parser.kinds[parser.at])
    by = _denominator(parser, order, _unit_of(parser, of))
    parser.expect("}")
    return _made(parser, at, of, by)


def nabla(parser: Reader, at: int) -> Tree:
    """Read the gradient by all parameters."""
    by = _by_index(parser) if parser.kinds[parser.at] == BELOW else None
    of = parser.nested(parser.factor)
    return Derivative(of, None, parser.span(at)) if by is None else _made(parser, at, of, by)


def _order(parser: Reader) -> int:
    """Read the 2 of ∂²E."""
    if parser.kinds[parser.at] != CARET:
        return 1
    parser.at += 1
    exponent = parser.alone()
    if not isinstance(exponent, Number) or not 1 <= exponent.value <= _MOST_REPEATED or exponent.denominator != 1:
        parser.refuse("wrt", parser.at - 1, found=plain(exponent))
    return exponent.numerator


def _numerator(parser: Reader) -> Tree:
    """Read what is differentiated: a function alone stands for itself at the variable."""
    at = parser.at
    if parser.kinds[at] == FUNCTION and parser.kinds[at + 1] != OPEN:
        parser.at += 1
        value = parser.values[at]
        return Call(value.rstrip("'"), (), value.count("'"), parser.span(at))
    return parser.nested(parser.factor if parser.kinds[at] == OPEN else parser.alone)


def is_numerator(parser: Reader) -> bool:
    """Say whether the ∂ that stands here opens ``(∂E)/(∂w)`` or ``(∂E)/∂w``, as word processors write it."""
    depth, place = 1, parser.at
    while depth:
        place += 1
        kind = parser.kinds[place]
        if kind == END or (depth == 1 and kind == SLASH and PARTIAL in parser.kinds[place + 1 : place + 3]):
            return False  # the whole derivative stands in the parentheses
        depth += (OPEN <= kind <= SQUARE) - (kind == CLOSE)
    after = parser.kinds[place + 1 : place + 4]
    return after[:2] == [SLASH, PARTIAL] or after == [SLASH, OPEN, PARTIAL]


def grouped_derivative(parser: Reader, at: int) -> Tree:
    """Read ``(∂E)/(∂w)`` after its opening parenthesis."""
    parser.at += 1
    order = _order(parser)
    of = _numerator(parser)
    parser.expect(")")
    parser.expect("/", SLASH)
    return _made(parser, at, of, _denominator(parser, order, _unit_of(parser, of)))


def _operand(parser: Reader) -> Tree:
    """Read what ``∂/∂w`` stands before: one factor with its exponent; more is noted."""
    of = parser.nested(parser.factor)
    kind = parser.kinds[parser.at]
    parser.unsure = parser.unsure or TIMES <= kind <= ENTRYWISE or NAME <= kind <= FAMILY
    return of


def _unit_of(parser: Reader, of: Tree) -> str:
    """Give the quantity that a unit is applied to, if what is differentiated is a unit or its value."""
    if isinstance(of, Call):
        unit = parser.scope.units.get(of.function)
        return unit.argument if unit is not None else ""
    if isinstance(of, Name):
        return next((unit.argument for unit in parser.scope.units.values() if unit.value == of.name), "")
    return ""


def _denominator(parser: Reader, order: int, own: str) -> tuple[Tree, ...]:
    """Read ∂w, ∂w^2 or ∂w1 ∂w2 with as many as the order says."""
    around, parser.own = parser.own, own or parser.own
    closed = parser.kinds[parser.at] == OPEN and parser.kinds[parser.at + 1] == PARTIAL
    parser.at += closed
    wrt: list[Tree] = []
    while len(wrt) < order:
        if parser.kinds[parser.at] != PARTIAL:
            parser.fail("differential")
        parser.at += 1
        at = parser.at
        tree = parser.alone()
        while parser.kinds[parser.at] == BELOW:  # an entry of a name with an index: ∂(a_2)_1
            tree = grids.below(parser, tree, at)
        if not isinstance(tree, Name) and not (isinstance(tree, Entry) and grids.runs(parser, tree.indices)):
            parser.refuse("wrt", at, found=plain(tree))
        times = 1
        if order > 1 and parser.kinds[parser.at] == CARET:
            times = _order(parser)
        wrt.extend([tree] * times)
    parser.own = around
    if closed:
        parser.expect(")")
    if len(wrt) != order:
        parser.refuse("wrt", parser.at - 1, found=str(len(wrt)))
    return tuple(wrt)


def _made(parser: Reader, at: int, of: Tree, by: tuple[Tree, ...]) -> Tree:
    """Make the derivative; that of a function at its own variable is the function's derivative there."""
    span = parser.span(at)
    tree = of
    for wrt in by:
        if not isinstance(tree, Call):
            tree = Derivative(tree, wrt, span)
        elif not tree.arguments or _is_at(tree, wrt):
            _one_argument(parser, tree, at)
            tree = Call(tree.function, (wrt,), tree.order + 1, span)
        else:
            tree = Derivative(tree, wrt, span)
    return tree


def _is_at(call: Call, wrt: Tree) -> bool:
    """Say whether a function stands at exactly the variable."""
    return (
        len(call.arguments) == 1
        and isinstance(wrt, Name)
        and isinstance(call.arguments[0], Name)
        and call.arguments[0].name == wrt.name
    )


def _one_argument(parser: Reader, call: Call, at: int) -> None:
    least, most = parser.scope.functions.get(call.function, (1, 1))
    if least > 1 or most < 1:
        parser.refuse("arguments", at, function=call.function, expected=least, got=1)
