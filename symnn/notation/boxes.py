"""Boxes: what a formula looks like, before any format writes it.

A tree is laid out as boxes once (`symnn.notation.layout`); an alphabet (LaTeX, MathML, Typst, Unicode) only says
how each box is written. The boxes are a closed union: a ``match`` over them ends in ``assert_never``, so that an
alphabet that forgets one does not type-check. Signs are single Unicode characters, escaped by the alphabet.
"""

from __future__ import annotations

from typing import Literal, TypeAlias, assert_never

from msgspec import Struct

__all__ = [
    "BESIDE",
    "EMPTY",
    "FRACTION",
    "LOW",
    "QUAD",
    "SUM",
    "TABLE",
    "THIN",
    "WIDE",
    "Box",
    "BoxTable",
    "Brace",
    "Bracket",
    "Fence",
    "Fraction",
    "Gap",
    "Letter",
    "Numeral",
    "Operator",
    "Root",
    "Row",
    "Script",
    "Sign",
    "Size",
    "Word",
    "height",
    "inner_boxes",
    "merged",
]


class Letter(Struct, frozen=True, gc=False):
    """One letter of a name, Latin or Greek: ``w``, ``θ``."""

    sign: str


class Numeral(Struct, frozen=True, gc=False):
    """Digits, with a point perhaps: ``46``, ``0.5``."""

    digits: str


class Word(Struct, frozen=True, gc=False):
    """Letters that are one upright word: ``data``, the ``e`` of an exponential."""

    letters: str


class Operator(Struct, frozen=True, gc=False):
    """The name of a function, upright, with room before its argument: ``exp``, ``softmax``."""

    name: str


class Sign(Struct, frozen=True, gc=False):
    """A sign: ``+``, ``=``, ``⊙``, ``∂``, ``∑``; ``tight`` without the room beside it, as in ``x-1`` below a name."""

    sign: str
    tight: bool = False


class Gap(Struct, frozen=True, gc=False):
    """Room between two boxes that are multiplied (``beside``), or before something that stands apart."""

    size: Literal["beside", "thin", "quad", "wide"]


class Row(Struct, frozen=True):
    """Boxes side by side."""

    parts: tuple[Box, ...]


class Fraction(Struct, frozen=True):
    """One box over another, with a line between."""

    over: Box
    under: Box


class Root(Struct, frozen=True):
    """A square root."""

    inside: Box


class Script(Struct, frozen=True):
    """A base with what is below it and above it; ``primes`` stand directly after the base."""

    base: Box
    below: Box | None = None
    above: Box | None = None
    primes: int = 0


LOW, SUM, FRACTION, TABLE = 0, 1, 2, 3
"""How high a box is: as a letter, as a root or the sign of a sum, as a fraction, as a matrix."""


class Fence(Struct, frozen=True):
    """A box in brackets that belong together; ``height`` is that of what is inside."""

    inside: Box
    left: str = "("
    right: str = ")"
    height: int = LOW


Size = Literal["", "big", "Big", "bigg", "Bigg"]


class Bracket(Struct, frozen=True, gc=False):
    """One bracket of a pair between which a line may be broken, in one of the sizes that TeX has."""

    sign: str
    size: Size = ""


class BoxTable(Struct, frozen=True):
    """A matrix in its brackets."""

    rows: tuple[tuple[Box, ...], ...]
    left: str = "["
    right: str = "]"


class Brace(Struct, frozen=True):
    """A box with a brace under it, below that another, and perhaps one ``above``."""

    over: Box
    under: Box
    above: Box | None = None


Box: TypeAlias = (
    Letter
    | Numeral
    | Word
    | Operator
    | Sign
    | Gap
    | Row
    | Fraction
    | Root
    | Script
    | Fence
    | Bracket
    | BoxTable
    | Brace
)
"""Any box: the union is closed."""

EMPTY = Row(())
BESIDE, THIN, QUAD, WIDE = Gap("beside"), Gap("thin"), Gap("quad"), Gap("wide")


def inner_boxes(box: Box) -> tuple[Box, ...]:
    """Give the boxes that are directly inside a box.

    >>> inner_boxes(Script(Letter("w"), below=Numeral("1")))
    (Letter(sign='w'), Numeral(digits='1'))
    """
    match box:
        case Row(parts):
            return parts
        case Fraction(over, under):
            return (over, under)
        case Brace(over, under, above):
            return (over, under) if above is None else (over, under, above)
        case Script(base, below, above):
            return tuple(part for part in (base, below, above) if part is not None)
        case Fence(inside) | Root(inside):
            return (inside,)
        case BoxTable(rows):
            return tuple(cell for row in rows for cell in row)
        case Letter() | Numeral() | Word() | Operator() | Sign() | Gap() | Bracket():
            return ()
        case _:
            assert_never(box)


def merged(box: Script) -> Script:
    """Give scripts of a base that has one below already as one: what is above stands above what is below.

    >>> merged(Script(Script(Letter("w"), below=Numeral("1")), above=Numeral("2"))) == Script(
    ...     Letter("w"), Numeral("1"), Numeral("2"))
    True
    """
    inner = box.base
    if not isinstance(inner, Script) or inner.above is not None or inner.primes or box.below is not None:
        return box
    return Script(inner.base, inner.below, box.above, box.primes)


def height(box: Box) -> int:
    """Say how high a box is: what brackets around it must span. Cost: a fence knows it of what is inside.

    >>> height(Fraction(Numeral("1"), Letter("x"))), height(Letter("x"))
    (2, 0)
    """
    match box:
        case Letter() | Numeral() | Gap():
            return LOW
        case Row(parts):
            return max(map(height, parts), default=LOW)
        case BoxTable():
            return TABLE
        case Fraction() | Brace():
            return max(FRACTION, *map(height, inner_boxes(box)))
        case Root(inside):
            return max(SUM, height(inside))
        case Fence():
            return box.height
        case Sign("∑"):
            return SUM
        case _:
            return max(map(height, inner_boxes(box)), default=LOW)
