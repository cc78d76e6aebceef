"""Expressions and aligned equations as rows of boxes, broken where a line would run over the margin."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple, assert_never

from msgspec import Struct
from msgspec.structs import replace

from symnn.expressions.tree import Tree
from symnn.notation.boxes import (
    EMPTY,
    FRACTION,
    QUAD,
    TABLE,
    THIN,
    WIDE,
    Box,
    BoxTable,
    Brace,
    Bracket,
    Fence,
    Gap,
    Letter,
    Numeral,
    Row,
    Sign,
    Size,
    height,
)
from symnn.notation.breaking import rows
from symnn.notation.items import Aligned, Expression, Group, Head, Item, Line, Mark, Piece, loosened, multiplies
from symnn.notation.layout import dotted, head, laid_out, numeral
from symnn.notation.measuring import QUAD as INDENTED
from symnn.notation.measuring import width
from symnn.notation.symbols import Symbols

__all__ = [
    "DOTS",
    "WIDTH",
    "AlignedRow",
    "FormatSetting",
    "aligned_rows",
    "in_frames",
    "line_of",
    "one_line",
    "rows_in_setting",
]

WIDTH = 74.0
"""How many digits wide a line may be: 16 cm at 11 pt."""

LABEL = 8.0
"""How wide a label is with the room behind it, as (F10)."""

GUTTER = 5.0
"""How much room is left between two lines that stand side by side."""

LEAST_PAIRED = 2
"""Fewer lines than this stand under each other."""

MUCH_TOO_WIDE = 1.2
"""From how much of a row on a fraction is given up: below, the estimate of widths is on the safe side."""

FRAME = 2.0
"""How much room a frame takes on both sides, together."""

HIGHEST_FRAME = 16
"""How many lines of text a frame takes that is not broken over pages: as much as may be left white before it."""

FEW_ITEMS = 48
"""Lines with no more items than this fit into one frame, without a look at their rows."""

DOTS = ("…", "⋮")
"""What stands in a table of numbers for those left out."""

_DOT = Sign("·")


class AlignedRow(Struct, frozen=True):
    """What stands before and after the place where rows are aligned, the label of a line, and a row beside it."""

    left: Box
    right: Box
    label: str = ""
    beside: AlignedRow | None = None


class _Chunk(NamedTuple):
    """An item, and what must stand between it and the one before."""

    between: Box | None
    box: Box


class FormatSetting(Struct, frozen=True):
    """How one family of formats sets items: what pieces, names before brackets and digits look like, and how wide.

    A row that continues another is ``indent`` narrower and takes ``continued`` more room than its boxes. A table of
    numbers may take several rows; a ``label`` takes room on every row. ``pairs`` says whether two lines can stand
    side by side, ``beside`` what stands between factors.
    """

    piece: Callable[[Tree], Box]
    head: Callable[[str, int], Box]
    number: Callable[[str], Box]
    table: Callable[[tuple[tuple[str, ...], ...]], list[Box]]
    shape: Callable[[str], Box]
    width: Callable[[Box], float]
    limit: float = WIDTH
    indent: float = INDENTED
    continued: float = INDENTED
    label: float = LABEL
    pairs: bool = True
    beside: Gap = THIN


def _typeset(symbols: Symbols, limit: float = WIDTH) -> FormatSetting:
    """Set items as pages do: trees laid out, widths estimated."""
    return FormatSetting(
        lambda tree: laid_out(tree, symbols),
        lambda name, order: head(name, order, symbols),
        numeral,
        lambda table: [BoxTable(tuple(tuple(map(_digits, row)) for row in table))],
        _shape,
        width,
        limit,
    )


def _shape(text: str) -> Box:
    first, *others = text.split("x")
    return Row((Numeral(first), *(box for other in others for box in (Sign("×"), Numeral(other)))))


def _digits(text: str) -> Box:
    return Sign(text, tight=True) if text in DOTS else numeral(text)


def line_of(expression: Expression, symbols: Symbols) -> Box:
    """Lay out an expression on one line.

    >>> from symnn.expressions.tree import Name
    >>> line_of((Piece(Name("x")), Mark("+"), Piece(Name("y"))), {}).parts
    (Letter(sign='x'), Sign(sign='+', tight=False), Letter(sign='y'))
    """
    return one_line(expression, _typeset(symbols))


def one_line(expression: Expression, setting: FormatSetting) -> Box:
    """Lay out an expression on one line in a setting."""
    return _beside(_chunks(expression, setting))


def aligned_rows(block: Aligned, symbols: Symbols, limit: float = WIDTH) -> list[AlignedRow]:
    """Lay out equations row by row, aligned at their first equals sign."""
    return rows_in_setting(block, _typeset(symbols, limit))


def rows_in_setting(block: Aligned, setting: FormatSetting) -> list[AlignedRow]:
    """Lay out equations row by row in a setting."""
    lefts = [one_line(line.left, setting) for line in block.lines]
    margin = max(map(setting.width, lefts), default=0.0)
    margin += setting.label if any(line.label for line in block.lines) else 0.0
    margin += FRAME if block.boxed else 0.0
    pairs = zip(lefts, block.lines, strict=True)
    found = [_line(left, line, setting, setting.limit - margin) for left, line in pairs]
    if block.paired and setting.pairs and len(found) >= LEAST_PAIRED:
        half = (setting.limit - GUTTER) / 2 - margin
        if all(len(rows) == 1 and setting.width(rows[0].right) <= half for rows in found):
            return _side_by_side([rows[0] for rows in found])
    return [row for rows in found for row in rows]


def in_frames(block: Aligned, symbols: Symbols) -> Iterator[Aligned]:
    """Cut lines in a frame where it would be higher than a page takes; a line that alone is so high has none."""
    if not block.boxed or sum(len(step) for line in block.lines for step in line.steps) <= FEW_ITEMS:
        yield block
        return
    held: list[Line] = []
    used = 0
    for line in block.lines:
        high = sum(_lines_of_text(row.right) for row in aligned_rows(Aligned((line,)), symbols))
        if held and used + high > HIGHEST_FRAME:
            yield replace(block, lines=tuple(held), boxed=used <= HIGHEST_FRAME)
            held, used = [], 0
        held.append(line)
        used += high
    yield replace(block, lines=tuple(held), boxed=used <= HIGHEST_FRAME)


def _lines_of_text(box: Box) -> int:
    """Say how much of a page a row of boxes takes: a fraction as two lines, a table as many as it has rows."""
    match box:
        case BoxTable(rows):
            return len(rows)
        case Row(parts):
            return max(map(_lines_of_text, parts), default=1)
    return 2 if height(box) >= FRACTION else 1


def _side_by_side(rows: list[AlignedRow]) -> list[AlignedRow]:
    """Set the second half of some rows beside the first, so that each half is read downwards."""
    half = (len(rows) + 1) // 2
    beside: list[AlignedRow | None] = [*rows[half:], *[None] * (2 * half - len(rows))]
    pairs = zip(rows[:half], beside, strict=True)
    return [AlignedRow(first.left, first.right, first.label, second) for first, second in pairs]


class _Part(NamedTuple):
    """What stands on a row after the place of alignment: boxes that belong together, and how wide they are.

    A part that does not ``flow`` begins a row of its own.
    """

    boxes: tuple[Box, ...]
    wide: float
    flows: bool = True


def _line(left: Box, line: Line, setting: FormatSetting, room: float) -> list[AlignedRow]:
    """Lay out one line of a derivation in rows: each step after its sign, flowing or stacked, then its ending."""
    rows: list[list[_Part]] = [[]]
    used = 0.0
    for part, *further in _parts(line, setting, room):
        fits = part.flows and not further and used + part.wide <= room
        if rows[-1] and not fits:
            rows.append([])
            used = 0.0
        rows[-1].append(part)
        used += part.wide
        for one in further:
            rows.append([one])
            used = setting.continued + one.wide
    made = [Row(tuple(box for part in row for box in part.boxes)) for row in rows]
    starts = ((left, line.label), *[(EMPTY, "")] * (len(made) - 1))
    return [AlignedRow(start, right, label) for (start, label), right in zip(starts, made, strict=True)]


def _parts(line: Line, setting: FormatSetting, room: float) -> Iterator[tuple[_Part, ...]]:
    """Give the steps of a line, the last one with numbers, and the ending; each in as many rows as it needs."""
    equals = (Sign("="),) if line.left else ()
    steps = [(equals, step) for step in line.steps]
    if line.put_in is not None:
        steps.append(((_relation(exact=line.put_in.exact),), line.put_in.items))
    for relation, step in steps:
        (first, wide), *further = _step(step, setting, room)
        rest = (_Part((QUAD, box), size) for box, size in further)
        yield _Part((*relation, first), wide + sum(map(setting.width, relation)), not line.stacked), *rest
    if line.value is not None:
        first, *others = setting.table(line.value.table) if line.value.table else [setting.number(line.value.digits)]
        sign = _relation(exact=line.value.exact)
        yield _made((sign, first), setting), *(_made((QUAD, other), setting) for other in others)
    if ending := _ending(line, setting):
        yield (_made(ending, setting),)


def _relation(*, exact: bool) -> Sign:
    """Give the sign before a value: equal, or only nearly so."""
    return Sign("=" if exact else "≈")


def _made(boxes: tuple[Box, ...], setting: FormatSetting) -> _Part:
    return _Part(boxes, sum(map(setting.width, boxes)))


def _ending(line: Line, setting: FormatSetting) -> tuple[Box, ...]:
    """Lay out what stands behind a line: the shape of a tensor, and for which ranges the line holds."""
    found: list[Box] = []
    if line.shape:
        found += (WIDE, Fence(setting.shape(line.shape)))
    if line.holds:
        inside: list[Box] = []
        for letter, first_step, last in line.holds:
            inside += [*([Sign(";")] if inside else []), Letter(letter), Sign("="), *_from_to(first_step, last)]
        found += (WIDE, Fence(Row(tuple(inside))))
    return tuple(found)


def _from_to(first: int, last: int) -> tuple[Box, ...]:
    ends = (Numeral(str(first)), Sign(","), Numeral(str(last)))
    if last - first > 1:
        return (*ends[:2], Sign("…", tight=True), *ends[1:])
    return ends if last > first else ends[:1]


def _step(step: Expression, setting: FormatSetting, room: float) -> list[tuple[Box, float]]:
    """Lay out a step in rows that fit, each with its width; what continues begins with the sign that joins it."""
    chunks = _chunks(step, setting)
    widths = [sum(setting.width(box) for box in chunk if box is not None) for chunk in chunks]
    loose = tuple(
        part
        for item, wide in zip(step, widths, strict=True)
        for part in (loosened(item) if wide > MUCH_TOO_WIDE * room else (item,))
    )
    if len(loose) > len(step):
        return _step(loose, setting, room)
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


def _chunks(expression: Expression, setting: FormatSetting) -> list[_Chunk]:
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
        found.append(_Chunk(_between(previous, item, box, setting) if multiplies(previous, item) else None, box))
        previous = item
    return found


def _between(previous: Item | None, item: Item, box: Box, setting: FormatSetting) -> Box:
    """Give what stands before a factor: a little room, but a dot before digits, and between numbers."""
    before, after = _edge(previous, -1), _edge(item, 0)
    return _DOT if after is not None and dotted(before, after, box) else setting.beside


def _edge(item: Item | None, place: int) -> Tree | None:
    """Give the tree with which an item begins or ends; a bracket has none."""
    if isinstance(item, Group):
        return _edge(item.items[place], place)
    return item.tree if isinstance(item, Piece) else None


def _item(item: Item, setting: FormatSetting) -> Box:
    match item:
        case Piece(tree):
            return setting.piece(tree)
        case Group(items, number):
            over, under = one_line(items, setting), setting.number(number)
            return Brace(over, under) if item.name is None else Brace(over, setting.piece(item.name), under)
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
