"""Formulas in plain text for a terminal: numbers stand under their factors."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import reduce
from types import MappingProxyType
from typing import NamedTuple

from symnn.expressions.tree import Call, Derivative, Entry, Name, Tree, mapped
from symnn.expressions.writing import plain
from symnn.notation.aligning import FormatSetting, one_line, rows_in_setting
from symnn.notation.boxes import Box, Brace, Bracket, Fence, Gap, Numeral, Row, Sign, Word
from symnn.notation.inline import visible
from symnn.notation.items import Aligned
from symnn.notation.unicode import on_one_line

__all__ = ["INDENT", "WIDTH", "aligned", "columns", "escaped", "typed_piece"]

WIDTH = 100
INDENT = "  "
EQUALS = " = "
CONTINUED = "    "
"""What a row begins with that continues another: as much as its equals sign took, and a blank."""

SIGNS: Mapping[str, str] = MappingProxyType({",": ", ", ";": "; ", "×": "x", "·": " · "})
"""Signs that have no blank on both sides."""


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


def typed_piece(tree: Tree) -> str:
    """Write one piece: a derivative by name with ∂, anything else as it would be typed.

    >>> typed_piece(Derivative(Name("E"), Name("w1")))
    '∂E/∂w1'
    """
    return plain(mapped(tree, _derivative))


def _derivative(node: Tree) -> Tree | None:
    """Put a derivative's name in its place."""
    match node:
        case Derivative(Name(of), Name(wrt)):
            return Name(f"∂{of}/∂{wrt}")
        case Derivative(Name(of), Entry() as entry):
            return Name(f"∂{of}/∂{plain(entry)}")
        case Derivative(Derivative(Name(of), Name(first)), Name(second)):
            return Name(f"∂²{of}/∂{first}²" if first == second else f"∂²{of}/∂{first}∂{second}")
    return None


def aligned(block: Aligned) -> str:
    """Write equations under each other, numbers under their factors."""
    margin = max((len(_row(one_line(line.left, _TEXT)).top) for line in block.lines), default=0)
    labels = [len(f"({line.label})") for line in block.lines if line.label]
    found: list[str] = []
    for one in rows_in_setting(block, _TEXT):
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
    """Write a box: pieces are words already, so that signs, brackets and braces are left."""
    match box:
        case Word(text) | Bracket(text) | Numeral(text):
            return _Row(text)
        case Sign(sign, tight):
            return _Row(sign if tight else SIGNS.get(sign, f" {sign} "))
        case Gap(size):
            return _Row(" · " if size in ("thin", "beside") else CONTINUED)
        case Row(parts):
            return reduce(_Row.followed, map(_row, parts), _Row(""))
        case Fence(inside, left, right):
            return _Row(left + _row(inside).top + right)
        case Brace(over, under, above):
            texts = [_row(over).top, _row(under).top, "" if above is None else _row(above).top]
            wide = max(map(len, texts))
            return _Row(*(text.center(wide) for text in texts))
        case _:
            return _Row(on_one_line(box))


def _table(table: tuple[tuple[str, ...], ...]) -> list[Box]:
    """Write numbers in brackets as an answer is typed, on one row if they fit, else each row of them on its own."""
    rows = [", ".join("…" if text == "⋮" else text for text in row) for row in table]
    if len("; ".join(rows)) <= WIDTH // 2:
        return [Word(f"[{'; '.join(rows)}]")]
    return [
        Word(f"{'[' if not place else ' '}{row}{';' if place < len(rows) - 1 else ']'}")
        for place, row in enumerate(rows)
    ]


_TEXT = FormatSetting(
    piece=lambda tree: Word(typed_piece(tree)),
    head=lambda name, order: Word(typed_piece(Call(name, (), order)).removesuffix("()")),
    number=Word,
    table=_table,
    width=lambda box: len(_row(box).top),
    limit=WIDTH - len(INDENT) - len(EQUALS),
    indent=len(INDENT),
    continued=len(CONTINUED),
    label=len("(F10)  "),
    pairs=False,
)
"""How a terminal sets items: pieces as they would be typed, widths in columns."""
