"""Expressions and aligned equations as rows of boxes, broken where a line would run over the margin."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, assert_never

from msgspec import Struct

from symnn.expressions.tree import Tree
from symnn.notation.boxes import (
    EMPTY,
    FRACTION,
    QUAD,
    TABLE,
    THIN,
    WIDE,
    Box,
    Brace,
    Bracket,
    Fence,
    Numeral,
    Row,
    Sign,
    Size,
    height,
)
from symnn.notation.breaking import rows
from symnn.notation.items import Aligned, Expression, Group, Head, Item, Line, Mark, Piece, multiplies
from symnn.notation.layout import dotted, head, laid_out, numeral
from symnn.notation.measuring import QUAD as INDENTED
from symnn.notation.measuring import width
from symnn.notation.symbols import Symbols

__all__ = ["WIDTH", "AlignedRow", "Setting", "aligned_rows", "line_of", "one_line", "rows_of"]

WIDTH = 74.0
"""How many digits wide a line may be: 16 cm at 11 pt."""

_DOT = Sign("·")


class AlignedRow(NamedTuple):
    """What stands before and after the place where rows are aligned."""

    left: Box
    right: Box


class _Chunk(NamedTuple):
    """An item, and what must stand between it and the one before."""

    between: Box | None
    box: Box


class Setting(Struct, frozen=True):
    """How one family of formats sets items: what pieces, names before brackets and digits look like, and how wide.

    A row that continues another is ``indent`` narrower and takes ``continued`` more room than its boxes.
    """

    piece: Callable[[Tree], Box]
    head: Callable[[str, int], Box]
    number: Callable[[str], Box]
    width: Callable[[Box], float]
    limit: float = WIDTH
    indent: float = INDENTED
    continued: float = INDENTED


def _typeset(symbols: Symbols, limit: float = WIDTH) -> Setting:
    """Set items as pages do: trees laid out, widths estimated."""
    return Setting(
        lambda tree: laid_out(tree, symbols), lambda name, order: head(name, order, symbols), numeral, width, limit
    )


def line_of(expression: Expression, symbols: Symbols) -> Box:
    """Lay out an expression on one line.

    >>> from symnn.expressions.tree import Name
    >>> line_of((Piece(Name("x")), Mark("+"), Piece(Name("y"))), {}).parts
    (Letter(sign='x'), Sign(sign='+', tight=False), Letter(sign='y'))
    """
    return one_line(expression, _typeset(symbols))


def one_line(expression: Expression, setting: Setting) -> Box:
    """Lay out an expression on one line in a setting."""
    return _beside(_chunks(expression, setting))


def aligned_rows(block: Aligned, symbols: Symbols, limit: float = WIDTH) -> list[AlignedRow]:
    """Lay out equations row by row, aligned at their first equals sign."""
    return rows_of(block, _typeset(symbols, limit))


def rows_of(block: Aligned, setting: Setting) -> list[AlignedRow]:
    """Lay out equations row by row in a setting."""
    lefts = [one_line(line.left, setting) for line in block.lines]
    room = setting.limit - max(map(setting.width, lefts), default=0.0)
    pairs = zip(lefts, block.lines, strict=True)
    return [row for left, line in pairs for row in _line(left, line, setting, room)]


def _line(left: Box, line: Line, setting: Setting, room: float) -> list[AlignedRow]:
    """Lay out one line of a derivation in rows: each step after its sign, flowing or stacked."""
    found: list[AlignedRow] = []
    start, parts, used = left, list[Box](), 0.0
    relation = (Sign("="),) if line.left else ()
    for step in line.steps:
        (first, wide), *further = _step(step, setting, room)
        fits = used and not further and not line.stacked and used + wide <= room
        if used and not fits:
            found.append(AlignedRow(start, Row(tuple(parts))))
            start, parts, used = EMPTY, [], 0.0
        parts += (*relation, first)
        used += wide + sum(map(setting.width, relation))
        for row, wide in further:
            found.append(AlignedRow(start, Row(tuple(parts))))
            start, parts, used = EMPTY, [QUAD, row], setting.continued + wide
    return [*found, AlignedRow(start, Row((*parts, *_ending(line, setting))))]


def _ending(line: Line, setting: Setting) -> tuple[Box, ...]:
    """Lay out what stands after the last step: the value, and the shape of a tensor."""
    found: list[Box] = []
    if line.value:
        found += (Sign("=" if line.value.exact else "≈"), setting.number(line.value.digits))
    if line.shape:
        first, *others = line.shape.split("x")
        lengths = [Numeral(first), *(box for other in others for box in (Sign("×"), Numeral(other)))]
        found += (WIDE, Fence(Row(tuple(lengths))))
    return tuple(found)


def _step(step: Expression, setting: Setting, room: float) -> list[tuple[Box, float]]:
    """Lay out a step in rows that fit, each with its width; what continues begins with the sign that joins it."""
    chunks = _chunks(step, setting)
    widths = [sum(setting.width(box) for box in chunk if box is not None) for chunk in chunks]
    found: list[tuple[Box, float]] = []
    for part in rows(step, widths, room, room - setting.indent):
        first, *others = chunks[part]
        wide = sum(widths[part])
        if not part.start:
            found.append((_beside([first, *others]), wide))
            continue
        joined: list[Box] = [EMPTY, _DOT] if multiplies(step[part.start - 1], step[part.start]) else [EMPTY]
        found.append((_beside([*(_Chunk(None, box) for box in joined), _Chunk(None, first.box), *others]), wide))
    return found


def _beside(chunks: list[_Chunk]) -> Box:
    parts: list[Box] = []
    for place, (between, box) in enumerate(chunks):
        if between is not None and place:
            parts.append(between)
        parts.append(box)
    return parts[0] if len(parts) == 1 else Row(tuple(parts))


def _chunks(expression: Expression, setting: Setting) -> list[_Chunk]:
    """Lay out each item, with what must stand between it and the one before."""
    boxes = [_item(item, setting) for item in expression]
    sizes = _sizes(expression, boxes)
    found: list[_Chunk] = []
    previous: Item | None = None
    for place, (item, laid) in enumerate(zip(expression, boxes, strict=True)):
        box: Box = laid
        if isinstance(laid, Bracket) and place in sizes:
            box = Bracket(laid.sign, sizes[place])
        elif item == Mark("-") and (previous is None or previous == Mark("(")):
            box = Sign("-", tight=True)
        found.append(_Chunk(_between(previous, item, box) if multiplies(previous, item) else None, box))
        previous = item
    return found


def _between(previous: Item | None, item: Item, box: Box) -> Box:
    """Give what stands before a factor: a thin space, but a dot before digits, and between numbers."""
    before, after = _edge(previous, -1), _edge(item, 0)
    return _DOT if after is not None and dotted(before, after, box) else THIN


def _edge(item: Item | None, place: int) -> Tree | None:
    """Give the tree with which an item begins or ends; a bracket has none."""
    if isinstance(item, Group):
        return _edge(item.items[place], place)
    return item.tree if isinstance(item, Piece) else None


def _item(item: Item, setting: Setting) -> Box:
    match item:
        case Piece(tree):
            return setting.piece(tree)
        case Group(items, number):
            return Brace(one_line(items, setting), setting.number(number))
        case Head(function, order):
            return setting.head(function, order)
        case Mark("(" | ")" as sign):
            return Bracket(sign)
        case Mark("->"):
            return Sign("→")
        case Mark():
            return Sign(item.sign)
        case _:
            assert_never(item)


def _sizes(expression: Expression, boxes: list[Box]) -> dict[int, Size]:
    """Say how big each bracket is: around matrices, fractions, other brackets, or as usual."""
    sizes: dict[int, Size] = {}
    opened: list[tuple[int, Size]] = []
    for place, (item, box) in enumerate(zip(expression, boxes, strict=True)):
        if item == Mark("("):
            opened.append((place, ""))
        elif item == Mark(")") and opened:
            start, size = opened.pop()
            sizes[start] = sizes[place] = size
            if opened:
                outside, own = opened[-1]
                opened[-1] = (outside, own or size or "big")
        elif opened and not isinstance(item, Mark):
            high = height(box)
            if high == TABLE:
                opened = [(start, "Bigg") for start, _ in opened]
            elif high == FRACTION:
                opened = [(start, size if size == "Bigg" else "Big") for start, size in opened]
    return sizes
