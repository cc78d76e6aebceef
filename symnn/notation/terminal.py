"""Formulas in plain text for a terminal: numbers stand under their factors."""

from __future__ import annotations

import unicodedata
from typing import NamedTuple, assert_never

from symnn.expressions.tree import Call, Derivative, Entry, Name, Tree, mapped
from symnn.expressions.writing import plain
from symnn.notation.breaking import rows
from symnn.notation.inline import visible
from symnn.notation.items import Aligned, Expression, Group, Head, Item, Line, Mark, Piece, Value, multiplies

__all__ = ["INDENT", "WIDTH", "aligned", "columns", "escaped", "written"]

WIDTH = 100
INDENT = "  "
EQUALS = " = "


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


def written(tree: Tree) -> str:
    """Write one piece: a derivative by name with ∂, anything else as it would be typed.

    >>> written(Derivative(Name("E"), Name("w1")))
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
    lefts = [_flat(line.left) for line in block.lines]
    margin = max(map(len, lefts), default=0)
    found: list[str] = []
    for left, line in zip(lefts, block.lines, strict=True):
        found.extend(f"{INDENT}{row}".rstrip() for row in _line(left.rjust(margin), line, margin))
    return "\n".join(found)


def _line(left: str, line: Line, margin: int) -> list[str]:
    """Write one line of a derivation: each step after its sign, on the same row while it fits."""
    room = WIDTH - margin - len(INDENT) - len(EQUALS)
    relation = EQUALS if line.left else ""
    found: list[_Row] = []
    row = _Row(left)
    for count, step in enumerate(line.steps):
        cut = _step(step, room)
        fits = len(cut) == 1 and len(row.top) + len(relation) + len(cut[0].top) <= WIDTH - len(INDENT)
        if count and (line.stacked or not fits):
            found.append(row)
            row = _Row(" " * margin)
        row = row.followed(_Row(relation)).followed(cut[0])
        for further in cut[1:]:
            found.append(row)
            row = _Row(" " * (margin + len(relation))).followed(further)
    found.append(row.followed(_Row(_ending(line))))
    return [part for row in found for part in (row.top, row.under) if part == row.top or part.strip()]


class _Row(NamedTuple):
    """A row of text and what stands under it, in the same columns."""

    top: str
    under: str = ""

    def followed(self, other: _Row) -> _Row:
        """Set another row beside this one."""
        return _Row(self.top + other.top, self.under.ljust(len(self.top)) + other.under)


def _ending(line: Line) -> str:
    shape = f"    ({line.shape})" if line.shape else ""
    return (_value(line.value) if line.value else "") + shape


def _value(value: Value) -> str:
    return f" {'=' if value.exact else '≈'} {value.digits}"


def _step(step: Expression, room: int) -> list[_Row]:
    chunks = _chunks(step)
    found = []
    for part in rows(step, [len(chunk.top) for chunk in chunks], room, room - len(INDENT)):
        row = _Row(INDENT[1:] if part.start else "")  # a row that continues begins with the blank before its sign
        for chunk in chunks[part]:
            row = row.followed(chunk)
        found.append(row)
    return found


def _chunks(expression: Expression) -> list[_Row]:
    chunks: list[_Row] = []
    previous: Item | None = None
    for item in expression:
        between = " · " if multiplies(previous, item) else ""
        first = previous is None or previous == Mark("(")
        chunks.append(_Row("-") if item == Mark("-") and first else _Row(between).followed(_item(item)))
        previous = item
    return chunks


def _flat(expression: Expression) -> str:
    return "".join(chunk.top for chunk in _chunks(expression))


def _item(item: Item) -> _Row:
    match item:
        case Piece(tree):
            return _Row(written(tree))
        case Group(items, number):
            flat = _flat(items)
            wide = max(len(flat), len(number))
            return _Row(flat.center(wide), number.center(wide))
        case Head(function, order):
            return _Row(written(Call(function, (), order)).removesuffix("()"))
        case Mark(","):
            return _Row(", ")
        case Mark("(" | ")"):
            return _Row(item.sign)
        case Mark("->"):
            return _Row(" → ")
        case Mark():
            return _Row(f" {item.sign} ")
        case _:
            assert_never(item)
