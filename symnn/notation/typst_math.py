"""The alphabet of Typst: how each box is written in its mathematics; every bracket and comma is escaped there."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import assert_never

from symnn.language.accents import mark_over
from symnn.notation.aligning import AlignedRow, aligned_rows
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
    merged,
)
from symnn.notation.inline import Mathematics, box_of, visible
from symnn.notation.items import Aligned
from symnn.notation.symbols import Symbols

__all__ = ["aligned", "inline", "mathematics", "quoted"]

ESCAPED = frozenset("()[]{},;|/\\#$\"_^&'~:*`<>@")
"""Signs that mean something to Typst inside mathematics."""

_MARKS: Mapping[str, str] = MappingProxyType({"bar": "macron"})
GAPS: Mapping[str, str] = MappingProxyType({"beside": "thin", "thin": "thin", "quad": "quad", "wide": "wide"})


def quoted(text: str) -> str:
    r"""Write words as a string of Typst.

    >>> print(quoted('say "x"'))
    "say \"x\""
    """
    return '"' + visible(text).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def aligned(block: Aligned, symbols: Symbols) -> str:
    """Write equations under each other, aligned at their first equals sign."""
    return _aligned(block, tuple(symbols.items()))


def inline(part: Mathematics, symbols: Symbols) -> str:
    """Write the mathematics of a sentence, without the signs around it."""
    return _inline(part, tuple(symbols.items()))


# The sheets of a class have most formulas in common.


@lru_cache(maxsize=2048)
def _inline(part: Mathematics, symbols: tuple[tuple[str, Box], ...]) -> str:
    return mathematics(box_of(part, dict(symbols)))


@lru_cache(maxsize=512)
def _aligned(block: Aligned, symbols: tuple[tuple[str, Box], ...]) -> str:
    found = aligned_rows(block, dict(symbols))
    labelled = any(row.label for row in found)
    rows = (f"  {_cells(row, labelled=labelled)}".rstrip() for row in found)
    return "$\n" + " \\\n".join(rows) + "\n$"


def _cells(row: AlignedRow, *, labelled: bool) -> str:
    """Write a row: its label, if any, then what is aligned, then the row beside it."""
    cells = f"{mathematics(row.left)} & {mathematics(row.right)}"
    if labelled:
        cells = f"{quoted(f'({row.label})') if row.label else ''} & quad & {cells}"
    return cells if row.beside is None else f"{cells} & wide {_cells(row.beside, labelled=labelled)}"


def mathematics(box: Box) -> str:
    r"""Write a box.

    >>> half = Fraction(Row((Sign("∂"), Letter("E"))), Row((Sign("∂"), Script(Letter("w"), below=Numeral("46")))))
    >>> print(mathematics(half))
    frac(∂ E, ∂ w_(46))
    """
    match box:
        case Letter(sign):
            mark = mark_over(sign)
            if mark:
                return f"{_MARKS.get(mark, mark)}({sign[0]})"
            return sign if sign.isalpha() else quoted(sign)
        case Numeral(digits):
            return digits
        case Script():
            return _script(merged(box))
        case Row(parts):
            return " ".join(filter(None, map(mathematics, parts)))
        case Sign(sign):
            return _sign({"-": "−", "·": "⋅"}.get(sign, sign))
        case Gap(size):
            return GAPS[size]
        case Word(letters):
            return f"upright({quoted(letters)})"
        case Operator(name):
            return f"op({quoted(name)})"
        case Fence(inside, left, right):
            text = " ".join(filter(None, (_sign(left), mathematics(inside), _sign(right))))
            return f"lr({text})" if box.height else text
        case Bracket(sign, size):
            return f"lr({_sign(sign)}, size: #{SIZES[size]})" if size else _sign(sign)
        case Fraction(over, under):
            return f"frac({mathematics(over)}, {mathematics(under)})"
        case Root(inside):
            return f"sqrt({mathematics(inside)})"
        case Brace(over, under, above):
            top = mathematics(over) if above is None else f"limits({mathematics(over)})^({mathematics(above)})"
            return f"underbrace({top}, {mathematics(under)})"
        case BoxTable():
            return _table(box)
        case _:
            assert_never(box)


SIZES: Mapping[str, str] = MappingProxyType({"big": "120%", "bigg": "240%", "Big": "180%", "Bigg": "300%"})
"""How big the brackets are between which a line may be broken, as TeX has them."""


def _table(box: BoxTable) -> str:
    """Write a matrix in its brackets; a brace alone opens cases."""
    if (box.left, box.right) == ("{", ""):
        return f"cases({', '.join(' & '.join(map(mathematics, row)) for row in box.rows)})"
    cells = "; ".join(", ".join(map(mathematics, row)) for row in box.rows)
    return f"lr({_sign(box.left)} mat(delim: #none, {cells}) {_sign(box.right)})"


def _script(box: Script) -> str:
    """Write what has a sub- or superscript; a base of several signs is held together."""
    base = mathematics(box.base)
    held = base if " " not in base and not isinstance(box.base, Row) else f"attach({base})"
    above = " ".join(filter(None, ("′" * box.primes, "" if box.above is None else mathematics(box.above))))
    below = "" if box.below is None else mathematics(box.below)
    return held + (f"_({below})" if below else "") + (f"^({above})" if above else "")


def _sign(sign: str) -> str:
    return f"\\{sign}" if sign in ESCAPED else sign
