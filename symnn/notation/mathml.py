"""The alphabet of MathML: how each box is written for a browser, without any script; the one place that escapes XML."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from html import escape
from types import MappingProxyType
from typing import assert_never

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
from symnn.notation.inline import visible
from symnn.notation.items import Aligned
from symnn.notation.symbols import Symbols

__all__ = ["aligned", "escaped", "mathml"]

SPACES: Mapping[str, str] = MappingProxyType(
    {"beside": "0.17em", "thin": "0.17em", "quad": "1em", "wide": "2em"}  # noqa: RUF100 - TeX's own widths
)
LOW = 'stretchy="false" lspace="0" rspace="0"'
GROWING = 'stretchy="true" lspace="0" rspace="0"'


def escaped(text: str) -> str:
    """Write words for XML text and attributes."""
    return escape(visible(text), quote=True)


_sign_escaped = lru_cache(maxsize=1 << 12)(escaped)
"""Letters and digits are few, and every formula of a class is made of them."""


def mathml(box: Box) -> str:
    """Give the inside of a ``<math>`` element.

    >>> mathml(Script(Letter("w"), below=Numeral("46")))
    '<msub><mi>w</mi><mn>46</mn></msub>'
    >>> mathml(Fraction(Row((Sign("∂"), Letter("E"))), Numeral("2")))
    '<mfrac><mrow><mo lspace="0" rspace="0">∂</mo><mi>E</mi></mrow><mn>2</mn></mfrac>'
    """
    match box:
        case Letter(sign):
            return f"<mi>{_sign_escaped(sign)}</mi>"
        case Numeral(digits):
            return f"<mn>{_sign_escaped(digits)}</mn>"
        case Script():
            return _script(merged(box))
        case Row(parts):
            return "".join(map(mathml, parts))
        case Sign(sign, tight):
            return _sign(sign, tight=tight)
        case Gap(size):
            return f'<mspace width="{SPACES[size]}"/>'
        case Word(letters) | Operator(letters):
            return f'<mi mathvariant="normal">{escaped(letters)}</mi>'
        case Fence(inside, left, right):
            form = GROWING if box.height else LOW
            return f"<mrow>{_bracket(left, form)}{mathml(inside)}{_bracket(right, form)}</mrow>"
        case Bracket(sign, size):
            return _bracket(sign, GROWING if size else LOW)
        case Fraction(over, under):
            return f"<mfrac>{_one(over)}{_one(under)}</mfrac>"
        case Root(inside):
            return f"<msqrt>{mathml(inside)}</msqrt>"
        case Brace(over, under, above):
            top = _one(over) if above is None else f"<mover>{_one(over)}{_one(above)}</mover>"
            return f"<munder><munder>{top}<mo>⏟</mo></munder>{_one(under)}</munder>"
        case BoxTable(rows):
            cells = ("".join(f"<mtd>{mathml(cell)}</mtd>" for cell in row) for row in rows)
            table = f"<mtable>{''.join(f'<mtr>{row}</mtr>' for row in cells)}</mtable>"
            return f"<mrow>{_bracket(box.left, GROWING)}{table}{_bracket(box.right, GROWING)}</mrow>"
        case _:
            assert_never(box)


def aligned(block: Aligned, symbols: Symbols) -> tuple[str, ...]:
    """Write equations under each other, aligned at their first equals sign; halves that stand side by side apart."""
    found = aligned_rows(block, symbols)
    beside = [row.beside for row in found if row.beside is not None]
    return tuple(_columns(rows) for rows in (found, beside) if rows)


def _columns(rows: list[AlignedRow]) -> str:
    labelled = any(row.label for row in rows)
    cells = (f"<mtr>{_cells(row, labelled=labelled)}</mtr>" for row in rows)
    return f'<mtable displaystyle="true">{"".join(cells)}</mtable>'


def _cells(row: AlignedRow, *, labelled: bool) -> str:
    """Write a row: its label, if any, then what is aligned."""
    label = f"<mtext>{f'({row.label})' if row.label else ''}</mtext>"
    named = f'<mtd class="label">{label}</mtd>' if labelled else ""
    return f'{named}<mtd class="left">{mathml(row.left)}</mtd><mtd class="right">{mathml(row.right)}</mtd>'


def _one(box: Box) -> str:
    """Write a box as exactly one element, as scripts and fractions want it."""
    return f"<mrow>{mathml(box)}</mrow>" if isinstance(box, Row | Brace) else mathml(box)


def _bracket(sign: str, form: str) -> str:
    return f"<mo {form}>{escaped(sign)}</mo>" if sign else ""


def _sign(sign: str, *, tight: bool) -> str:
    """Write a sign; a browser knows the room beside it, but not that there is none within an index."""
    shown = _sign_escaped({"-": "−", "·": "⋅"}.get(sign, sign))
    return f'<mo lspace="0" rspace="0">{shown}</mo>' if tight or sign in "∂∇" else f"<mo>{shown}</mo>"


def _script(box: Script) -> str:
    """Write what has a sub- or superscript; primes stand before anything else that is above."""
    primes = f"<mo>{'′' * box.primes}</mo>" if box.primes else ""
    above = primes + (_one(box.above) if box.above is not None else "")
    above = f"<mrow>{above}</mrow>" if box.primes and box.above is not None else above
    base, below = _one(box.base), _one(box.below) if box.below is not None else ""
    if below and above:
        return f"<msubsup>{base}{below}{above}</msubsup>"
    return f"<msub>{base}{below}</msub>" if below else f"<msup>{base}{above}</msup>"
