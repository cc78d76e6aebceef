"""What a factor can begin with: numbers, names, constants, bars, roots, and the readers of all the others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from symnn.errors import Span
from symnn.expressions.tree import Call, Constant, Matrix, Name, Number, Power, Quotient, Sum, Tree
from symnn.expressions.writing import plain
from symnn.language import calls, differentials, grids, tex_commands
from symnn.language.conditions import relates
from symnn.language.families_read import family
from symnn.language.norms import norm
from symnn.language.numerals import exact_number
from symnn.language.powers import root_power
from symnn.language.signs import (
    ABSOLUTE,
    BAR,
    BRACE,
    CARET,
    CLOSE,
    COMMAND,
    CONSTANT,
    FAMILY,
    FRACTION,
    FUNCTION,
    NABLA,
    NAME,
    NORM,
    NUMBER,
    OPEN,
    OWN,
    PARTIAL,
    ROOT,
    SHUT,
    SPECIAL,
    SQUARE,
    TOP,
)
from symnn.ops import named

if TYPE_CHECKING:
    from symnn.language.reader import Reader

__all__ = ["READERS", "not_mixed", "read_number", "stands_beside"]


def read_number(parser: Reader, at: int) -> Tree:
    """Read a numeral, with a vulgar fraction behind it or not."""
    text = parser.values[at]
    span = parser.place(at)
    kind = parser.kinds[at + 1]
    if text == "1" and OPEN <= kind <= SQUARE and relates(parser, at + 2):
        return parser.alone()
    if not NUMBER <= kind <= FAMILY:
        return exact_number(text, span)
    touching = parser.ends[at] == parser.starts[at + 1]
    if kind == FRACTION and touching:
        if not text.isdecimal():
            parser.refuse("two-numbers", at, first=text, second=parser.values[at + 1])
        parser.at = at + 2
        return Sum((Number(int(text), 1, "", span), _vulgar(parser, at + 1)), parser.span(at))
    if kind == NUMBER or (touching and (kind == CONSTANT or (kind == NAME and text == "0"))):
        _beside_number(parser, at)
    return exact_number(text, span)


def stands_beside(parser: Reader, kind: int) -> bool:
    """Say whether a factor begins here without a sign; a number does behind a blank only, with a bracket beside it.

    ``V^T 2(y - z)`` is a product; ``x 2`` may be one, or x_2, or an x^2 that lost its sign.
    """
    if kind == NUMBER:
        at, before = parser.at, parser.kinds[parser.at - 1]
        apart = parser.starts[at] > parser.ends[at - 1] and not parser.rows
        opened = OPEN <= parser.kinds[at + 1] <= SQUARE
        is_indicator = parser.values[at] == "1" and opened and relates(parser, at + 2)
        is_behind = before == CLOSE and parser.values[at - 1] == ")"
        return is_indicator or (apart and (is_behind or (opened and before in (NAME, TOP, CLOSE))))
    return NAME <= kind <= FAMILY and not (kind == BAR and parser.bars)


def not_mixed(parser: Reader, factors: list[Tree], at: int) -> None:
    r"""Refuse what may be no product: ``2\frac{1}{2}`` is two and a half for some, and ``W(1,2)`` an entry."""
    whole, part = factors[-2:]
    if isinstance(part, Matrix) and isinstance(whole, Name) and parser.kinds[at] == OPEN:
        _not_entry(parser, whole, part, at)
    if parser.kinds[at] == SQUARE:
        _not_entry_of_a_formula(parser, whole, part, at)
    if "\\" in parser.text[parser.ends[at - 1] : parser.starts[at]]:
        return  # a space set by hand, as in "3 thin-space 2/3", parts factors: mixed numbers are set tight
    numbers = isinstance(whole, Number) and whole.denominator == 1 and parser.kinds[at - 1] == NUMBER
    if not numbers or not isinstance(part, Quotient):
        return
    over, under = part.over, part.under
    if isinstance(over, Number) and isinstance(under, Number) and over.value < under.value:
        first, second = f"{plain(whole)} + {plain(part)}", f"{plain(whole)}*({plain(part)})"
        parser.refuse("ambiguous", at - 1, found=parser.source(at - 1), first=first, second=second)


def _not_entry_of_a_formula(parser: Reader, whole: Tree, part: Tree, at: int) -> None:
    """Refuse ``exp(x)[1]``, an entry for some and a product for others; a name has entries, a formula needs one."""
    inside = [entry for row in part.rows for entry in row] if isinstance(part, Matrix) else [part]
    whole_numbers = all(isinstance(one, Number) and one.denominator == 1 for one in inside)
    touching = parser.starts[at] == parser.ends[at - 1] and parser.text[parser.ends[at - 1] - 1] in ")}]"
    if whole_numbers and touching and not isinstance(whole, Number | Matrix):
        written = f"[{', '.join(plain(one) for one in inside)}]"
        facts = {
            "found": written,
            "first": f"h{written}, h = {plain(whole)}",
            "second": f"({plain(whole)})*{plain(part)}",
        }
        parser.refuse("ambiguous", at, **facts)


def _not_entry(parser: Reader, tensor: Name, indices: Matrix, at: int) -> None:
    """Refuse ``W(1,2)``, an entry for some and W times a vector for others."""
    shape = parser.scope.shape(tensor.name)
    numbers = [entry for row in indices.rows for entry in row if isinstance(entry, Number)]
    if len(shape) == len(indices.rows) == len(numbers) > 1 and indices.vector:
        first = f"{tensor.name}[{', '.join(plain(one) for one in numbers)}]"
        second = f"{tensor.name}*{plain(indices)}"
        parser.refuse("ambiguous", at - 1, found=parser.source(at - 1), first=first, second=second)


def _beside_number(parser: Reader, at: int) -> None:
    """Refuse two numbers side by side, an unfinished exponent ``1e``, and ``0b101``."""
    first, after = parser.values[at], parser.text[parser.starts[at + 1] : parser.ends[at + 1]]
    if parser.kinds[at + 1] == NUMBER:
        if not parser.rows:
            parser.refuse("two-numbers", at, first=first, second=after)
    elif parser.kinds[at + 1] == NAME or (parser.values[at + 1] == "e" and parser.kinds[at + 2] != CARET):
        parser.refuse("number", at, found=first + after, nearest=f"{first}*{after}")


def _name(parser: Reader, at: int) -> Tree:
    base = Name(parser.values[at], parser.span(at))
    return grids.read_entry(parser, base, at) if parser.kinds[at + 1] == SQUARE else base


def _numeral(parser: Reader, at: int) -> Tree:
    return read_number(parser, at)


def _parenthesis(parser: Reader, at: int) -> Tree:  # noqa: ARG001 - every reader is told where it starts
    return parser.group()


def _own(parser: Reader, at: int) -> Tree:
    """Read the word for a unit's own argument: inside that unit it is its weighted sum."""
    return Name(parser.own or parser.values[at], parser.span(at))


def _constant(parser: Reader, at: int) -> Tree:
    r"""Read a constant; ``\mathrm{e}`` alone is not told from a quantity e where there is one."""
    if parser.values[at] == "e" and parser.kinds[parser.at] != CARET and parser.scope.table["e"][0] != CONSTANT:
        parser.refuse("euler", at, name="e")
    return Constant(parser.values[at], parser.span(at))


def _bars(parser: Reader, at: int) -> Tree:
    parser.bars += 1
    inside = parser.nested(parser.expression)
    parser.bars -= 1
    parser.expect("|", BAR)
    if NAME <= parser.kinds[parser.at] < BAR:
        parser.unsure = True
    return Call(named.ABS, (inside,), 0, parser.span(at))


def _absolute(parser: Reader, at: int) -> Tree:
    r"""Read ``\left|x\right|``, whose bars say which is which: others may stand inside."""
    around, parser.bars = parser.bars, 0
    inside = parser.nested(parser.expression)
    parser.bars = around
    parser.expect("|", SHUT)
    return Call(named.ABS, (inside,), 0, parser.span(at))


def _root(parser: Reader, at: int) -> Tree:
    """Read ``√x``: the sign covers the next number, name, call or bracket, and no more."""
    degree = parser.values[at]
    bare = parser.kinds[parser.at] != OPEN
    inside = parser.nested(parser.factor)
    if bare and isinstance(inside, Power):
        parser.refuse(
            "ambiguous",
            at,
            found=parser.source(at),
            first=f"sqrt({plain(inside)})",
            second=f"sqrt({plain(inside.base)})^{plain(inside.exponent)}",
        )
    if bare and NAME <= parser.kinds[parser.at] < BAR:
        parser.unsure = True
    return root_power(inside, Number(int(degree)), parser.span(at))


def _vulgar(parser: Reader, at: int) -> Tree:
    over, under = parser.values[at].split("/")
    span = Span(parser.starts[at], parser.ends[at])
    return Quotient(Number(int(over)), Number(int(under)), span)


READERS: Mapping[int, Callable[[Reader, int], Tree]] = MappingProxyType(
    {
        NUMBER: _numeral,
        NAME: _name,
        OPEN: _parenthesis,
        OWN: _own,
        CONSTANT: _constant,
        BAR: _bars,
        ABSOLUTE: _absolute,
        NORM: norm,
        ROOT: _root,
        FRACTION: _vulgar,
        FUNCTION: calls.read_call,
        SPECIAL: calls.special,
        SQUARE: grids.square,
        BRACE: grids.brace,
        FAMILY: family,
        COMMAND: tex_commands.latex_command,
        PARTIAL: differentials.partial,
        NABLA: differentials.nabla,
    }
)
"""How each kind of token starts a factor."""
