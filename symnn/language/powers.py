"""Powers and roots as the reader makes them: a power of the constant e is a call of exp, however it is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from symnn.errors import Span
from symnn.expressions.tree import Call, Constant, Entrywise, Number, Power, Quotient, Tree
from symnn.expressions.writing import plain
from symnn.language.program_text import is_program
from symnn.language.read_shapes import shape_in_scope
from symnn.language.signs import BRACE, CLOSE, ENTRYWISE, MINUS, NUMBER, OF_ENTRIES, TOP
from symnn.ops import named
from symnn.ops.shapes import Unfit

if TYPE_CHECKING:
    from symnn.language.reader import Reader

__all__ = ["entrywise_power", "inverted", "of_entries", "program_power", "raised", "root_power"]

_MATRIX = 2
_MOST_ENTRYWISE = 4
"""The largest power of the entries that is written as a product; a square or a cube is what is meant."""


def inverted(parser: Reader, base: Tree, first: int) -> Tree | None:
    """Read the exponent of an inverse matrix, -1 or -T; None for any other, which is left to be read.

    What a model computes has no shape yet: there -1 is a power, until shapes are known.
    """
    kinds, at = parser.kinds, parser.at
    braced = kinds[at] == BRACE
    place = at + 1 + braced
    if kinds[at + braced] != MINUS or (braced and kinds[place + 1 : place + 2] != [CLOSE]):
        return None
    turned = kinds[place] == TOP
    if not turned and (kinds[place] != NUMBER or parser.values[place] != "1" or not _is_square(base, parser)):
        return None
    parser.at = place + 1 + braced
    inverse = Call(named.INV, (base,), 0, parser.span(first))
    return parser.transpose(inverse, first) if turned else inverse


def _is_square(base: Tree, parser: Reader) -> bool:
    try:
        shape = shape_in_scope(base, parser.scope)
    except Unfit:
        return False
    return len(shape) == _MATRIX and shape[0] == shape[1]


def raised(base: Tree, exponent: Tree, span: Span | None) -> Tree:
    """Raise a base to an exponent.

    >>> raised(Constant("e"), Number(2), None) == Call("exp", (Number(2),))
    True
    """
    if type(base) is Constant and base.name == "e":
        return Call(named.EXP, (exponent,), 0, span)
    return Power(base, exponent, span)


def entrywise_power(parser: Reader, base: Tree, first: int) -> Tree | None:
    r"""Read ``x^{\odot 2}`` and ``x^{\circ 3}``, powers of the entries, as products; None for another one.

    A program's ``W**2`` of a square matrix is such a power, too.
    """
    kinds, at = parser.kinds, parser.at
    marked = kinds[at : at + 2] == [BRACE, ENTRYWISE] and kinds[at + 2 : at + 4] == [NUMBER, CLOSE]
    coded = parser.values[at - 1] == OF_ENTRIES and kinds[at] == NUMBER and _is_square(base, parser)
    place = at + 2 if marked else at
    power = of_entries(base, parser.values[place]) if marked or coded else None
    if power is None:
        return None
    parser.at = place + 1 + marked
    return replace(power, span=parser.span(first))


def of_entries(base: Tree, power: str) -> Tree | None:
    """Write a small power of the entries as a product.

    >>> of_entries(Number(3), "2") == Entrywise((Number(3), Number(3))), of_entries(Number(3), "0.5")
    (True, None)
    """
    is_small = power.isdecimal() and 1 < int(power) <= _MOST_ENTRYWISE
    return Entrywise((base,) * int(power)) if is_small else None


def program_power(parser: Reader, base: Tree, exponent: Tree, span: Span) -> Tree:
    """Read ``np.power(W, 2)`` and ``W.pow(2)``: of a square matrix the power of its entries."""
    entries = of_entries(base, plain(exponent)) if is_program(parser.text) and _is_square(base, parser) else None
    return raised(base, exponent, span) if entries is None else replace(entries, span=span)


def root_power(inside: Tree, degree: Tree, span: Span) -> Tree:
    """Make a square root, or another one as a power."""
    if isinstance(degree, Number) and degree.value == 2:  # noqa: PLR2004 - a square root
        return Call(named.SQRT, (inside,), 0, span)
    return raised(inside, Quotient(Number(1), degree), span)
