"""How wide a box is on a page, in digits: an estimate, from which it is decided where lines are broken."""

from __future__ import annotations

from typing import assert_never

from symnn.notation.boxes import (
    Box,
    BoxTable,
    Brace,
    Bracket,
    Fence,
    Fraction,
    Gap,
    Letter,
    Numeral,
    Operator,
    Root,
    Row,
    Script,
    Sign,
    Word,
    inner_boxes,
)

__all__ = ["QUAD", "width"]

QUAD = 4.0
"""How wide the indentation of a continued line is."""

CHARACTER = 1.1
CAPITAL = 1.4
SIGN = 2.2
"""How wide a sign is with the room beside it."""

THIN = 0.3
BESIDE_FRACTION = 0.5
"""The room that TeX leaves on both sides of a fraction, together."""

SCRIPT = 0.7
"""How wide a sub- or superscript is beside what it would be on the line."""

WIDE_SIGNS = frozenset("+-=→≈·×⊙")


def width(box: Box) -> float:
    """Estimate how wide a box is, in digits.

    >>> x, long = Letter("x"), Row((Letter("a"), Sign("+"), Letter("b")))
    >>> width(Fraction(long, x)) < width(Row((long, x))), width(Script(x, below=x)) < width(Row((x, x)))
    (True, True)
    """
    match box:
        case Letter(sign):
            return CAPITAL if sign.isupper() else CHARACTER
        case Script(base, below, above, primes):
            scripts = (0.0 if below is None else width(below)) + (0.0 if above is None else width(above))
            return width(base) + primes * CHARACTER + SCRIPT * scripts
        case Numeral(text):
            return CHARACTER * len(text)
        case Row(parts):
            return sum(map(width, parts))
        case Sign(sign):
            return SIGN if sign in WIDE_SIGNS else CHARACTER
        case Word(text) | Operator(text):
            return CHARACTER * len(text)
        case Gap(size):
            return {"thin": THIN, "quad": QUAD / 2, "wide": QUAD}.get(size, 0.0)
        case Fence(inside):
            return 2 * CHARACTER + width(inside)
        case Bracket():
            return CHARACTER
        case Fraction(over, under):
            return max(width(over), width(under)) + BESIDE_FRACTION
        case Brace(over):
            return max(width(over), *(SCRIPT * width(script) for script in inner_boxes(box)[1:]))
        case Root(inside):
            return CHARACTER + width(inside)
        case BoxTable(rows):
            return 2 * CHARACTER + max((_cells(row) for row in rows), default=0.0)
        case _:
            assert_never(box)


def _cells(row: tuple[Box, ...]) -> float:
    return sum(map(width, row)) + QUAD / 2 * (len(row) - 1)
