"""Formulas in plain text for a terminal: numbers stand under their factors."""

from __future__ import annotations

import unicodedata
from functools import reduce
from typing import NamedTuple

from symnn.notation.aligning import FormatSetting, one_line, rows_in_setting
from symnn.notation.boxes import BESIDE, Box, Brace, Gap, Row, Word
from symnn.notation.inline import AuthorFormula, Mathematics, box_of, visible
from symnn.notation.items import Aligned
from symnn.notation.layout import head, laid_out
from symnn.notation.symbols import Symbols
from symnn.notation.unicode import on_one_line, side_by_side

__all__ = ["INDENT", "WIDTH", "aligned", "columns", "escaped", "inline"]

WIDTH = 100
INDENT = "  "
EQUALS = " = "
CONTINUED = "    "
"""What a row begins with that continues another: as much as its equals sign took, and a blank."""


def escaped(words: str) -> str:
    r"""Write words so that a terminal shows them and obeys nothing: control characters become visible.

    >>> escaped("\x1b[31mred")
    '<U+001B>[31mred'
    """
    return visible(words)


def columns(words: str) -> int:
    """Count the columns that words take in a terminal: two for a Chinese character.

    >>> columns("f 的导数")
    8
    """
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in words)


def inline(part: Mathematics, symbols: Symbols) -> str:
    """Write the mathematics of a sentence."""
    text = on_one_line(box_of(part, symbols, typed=True)).strip()
    return escaped(text) if isinstance(part, AuthorFormula) else text


def aligned(block: Aligned, symbols: Symbols) -> str:
    """Write equations under each other, numbers under their factors."""
    setting = _in_columns(symbols)
    margin = max((len(_row(one_line(line.left, setting)).top) for line in block.lines), default=0)
    labels = [len(f"({line.label})") for line in block.lines if line.label]
    found: list[str] = []
    for one in rows_in_setting(block, setting):
        label = f"({one.label})" if one.label else ""
        before = _Row(f"{label.rjust(max(labels))}  " if labels else "")
        row = before.followed(_Row(_row(one.left).top.rjust(margin))).followed(_row(one.right))
        found += [part for part in (row.over, row.top, row.under) if part == row.top or part.strip()]
    return "\n".join(f"{INDENT}{part}".rstrip() for part in found)


class _Row(NamedTuple):
    """A row of text and what stands under and over it, in the same columns."""

    top: str
    under: str = ""
    over: str = ""

    def followed(self, other: _Row) -> _Row:
        """Set another row beside this one."""
        wide = len(self.top)
        return _Row(self.top + other.top, self.under.ljust(wide) + other.under, self.over.ljust(wide) + other.over)


def _row(box: Box) -> _Row:
    """Write a box; numbers below and above braces stand in rows of their own."""
    match box:
        case Gap("quad" | "wide"):
            return _Row(CONTINUED)
        case Row(parts):
            written = zip(parts, side_by_side(parts), strict=True)
            return reduce(_Row.followed, (_part(part, text) for part, text in written), _Row(""))
        case Brace(over, under, above):
            texts = [on_one_line(over), on_one_line(under), "" if above is None else on_one_line(above)]
            wide = max(map(len, texts))
            return _Row(*(text.center(wide) for text in texts))
        case _:
            return _Row(on_one_line(box))


def _part(box: Box, text: str) -> _Row:
    """Write a box of a row, written already as ``text`` if all of it stands on one line."""
    return _row(box) if _takes_rows(box) else _Row(text)


def _takes_rows(box: Box) -> bool:
    return (isinstance(box, Brace | Gap) and box != BESIDE) or (
        isinstance(box, Row) and any(map(_takes_rows, box.parts))
    )


def _table(table: tuple[tuple[str, ...], ...]) -> list[Box]:
    """Write numbers in brackets as an answer is typed, on one row if they fit, else each row of them on its own."""
    rows = [", ".join("…" if text == "⋮" else text for text in row) for row in table]
    if len("; ".join(rows)) <= WIDTH // 2:
        return [Word(f"[{'; '.join(rows)}]")]
    return [
        Word(f"{'[' if not place else ' '}{row}{';' if place < len(rows) - 1 else ']'}")
        for place, row in enumerate(rows)
    ]


def _in_columns(symbols: Symbols) -> FormatSetting:
    """Set items as a terminal does: names and calls as they are typed, widths in columns."""
    return FormatSetting(
        piece=lambda tree: laid_out(tree, symbols, typed=True),
        head=lambda name, order: head(name, order, symbols, typed=True),
        number=Word,
        table=_table,
        shape=Word,
        width=lambda box: len(_row(box).top),
        limit=WIDTH - len(INDENT) - len(EQUALS),
        indent=len(INDENT),
        continued=len(CONTINUED),
        label=len("(F10)  "),
        pairs=False,
        beside=BESIDE,
    )
