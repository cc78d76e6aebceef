"""Expressions and aligned equations in LaTeX mathematics, broken where a line would run over the margin."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import assert_never

from symnn.expressions.tree import Call, Tree
from symnn.notation.breaking import rows
from symnn.notation.inline import Formula
from symnn.notation.items import Aligned, Expression, Group, Head, Item, Line, Mark, Piece, Value, multiplies
from symnn.notation.settings import in_notation
from symnn.notation.typeset import latex as typeset

__all__ = ["aligned", "aligned_rows", "digits", "formula", "mathematics", "piece", "width"]

WIDTH = 74.0
"""How many digits wide a line may be: 16 cm at 11 pt."""

QUAD = 4.0
"""How wide the indentation of a continued line is."""

_TOKEN = re.compile(r"\\[A-Za-z]+|\\.|[{}^_]|[^\\{}^_\s]")
_WIDE = re.compile(r"[-+=]|\\(?:to|approx|cdot|times|odot)")
_NO_WIDTH = re.compile(r"[&]|\\(?:left|right|[bB]igg?[lr]?|mathstrut|mathrm|operatorname|text|,|!|;|:)?")
TALL: tuple[str, ...] = (r"\frac", r"\begin", r"\sum", r"\sqrt", r"\underbrace")
THIN = r"\,"
_AROUND_LOW = re.compile(r"\\left\(((?:(?!\\left\(|\\right\)).)*)\\right\)", re.DOTALL)
_GROWS, _GROWN = "\x01", "\x02"
"""Stand for brackets that were looked at and grow."""

_MATRIX = re.compile(r"\\begin\{bmatrix\}((?:(?!\\begin).)*?)\\end\{bmatrix\}", re.DOTALL)
BESIDE_FRACTION = 0.5
"""The room that TeX leaves on both sides of a fraction, together."""

SCRIPT = 0.7
"""How wide a sub- or superscript is beside what it would be on the line."""

Symbols = Mapping[str, str]


def piece(tree: Tree, symbols: Symbols) -> str:
    r"""Write a tree that is not broken; brackets grow only around what is tall.

    >>> from symnn.expressions.tree import Call, Name
    >>> piece(Call("f", (Name("a3"),), order=1), {})
    "f'(a_3)"
    """
    written = typeset(*in_notation(tree, symbols))
    while (found := _AROUND_LOW.search(written)) is not None:
        low = not any(command in found[1] for command in TALL)
        inside = found[1].replace(r"\left(", "(").replace(r"\right)", ")")
        brackets = f"({inside})" if low else f"{_GROWS}{inside}{_GROWN}"
        written = written[: found.start()] + brackets + written[found.end() :]
    return written.replace(_GROWS, r"\left(").replace(_GROWN, r"\right)")


def formula(part: Piece | Formula, symbols: Symbols) -> str:
    """Write the mathematics of a sentence."""
    return part.latex if isinstance(part, Formula) else piece(part.tree, symbols)


def mathematics(expression: Expression, symbols: Symbols) -> str:
    r"""Write an expression on one line.

    >>> from symnn.expressions.tree import Name, Number
    >>> from symnn.expressions.terms import difference, times
    >>> from symnn.notation.items import expression
    >>> mathematics(expression(times(Number(2), difference(Name("y"), Name("z")))), {})
    '2\\,(y - z)'
    """
    return "".join(_chunks(expression, symbols))


def aligned(block: Aligned, symbols: Symbols, limit: float = WIDTH) -> str:
    """Write equations under each other, for the inside of ``aligned`` or ``align*``."""
    return " \\\\\n".join(aligned_rows(block, symbols, limit))


def aligned_rows(block: Aligned, symbols: Symbols, limit: float = WIDTH) -> list[str]:
    """Write equations row by row, each with an ``&`` where the rows are aligned."""
    lefts = [mathematics(line.left, symbols) for line in block.lines]
    room = limit - max((width(left) for left in lefts), default=0.0)
    pairs = zip(lefts, block.lines, strict=True)
    return [row for left, line in pairs for row in _line(left, line, symbols, room)]


def _line(left: str, line: Line, symbols: Symbols, room: float) -> list[str]:
    """Write one line of a derivation in rows: each step after its sign, flowing or stacked."""
    found: list[str] = []
    row, used = left, 0.0
    relations = ["=" if line.left else ""] * len(line.steps)
    for relation, step in zip(relations, line.steps, strict=True):
        cut = _step(step, symbols, room)
        fits = used and len(cut) == 1 and not line.stacked and used + width(cut[0]) <= room
        if used and not fits:
            found.append(row)
            row, used = "", 0.0
        row += f" {relation} {cut[0]}" if fits else f" &{relation} {cut[0]}"
        used += width(cut[0]) + width(relation)
        for further in cut[1:]:
            found.append(row)
            row, used = rf"&\quad {further}", QUAD + width(further)
    return [*found, row + _ending(line)]


def _ending(line: Line) -> str:
    value = _value(line.value) if line.value else ""
    lengths = line.shape.replace("x", r" \times ")
    return value + (rf" \qquad ({lengths})" if lengths else "")


def _value(value: Value) -> str:
    relation = "=" if value.exact else r"\approx"
    return f" {relation} {digits(value.digits)}"


def digits(number: str) -> str:
    r"""Write a number: 1.2e-05 as 1.2 · 10⁻⁵.

    >>> digits("1.2e-05")
    '1.2 \\cdot 10^{-5}'
    """
    mantissa, sign, exponent = number.partition("e")
    return (
        rf"{mantissa} \cdot 10^{{{int(exponent)}}}"
        if sign
        else {"inf": r"\infty", "-inf": r"-\infty"}.get(number, number)
    )


def _step(step: Expression, symbols: Symbols, room: float) -> list[str]:
    """Write a step in rows that fit."""
    chunks = _chunks(step, symbols)
    widths = [width(chunk) for chunk in chunks]
    found = []
    for part in rows(step, widths, room, room - QUAD):
        text = "".join(chunks[part]).strip()
        if part.start:
            factor = multiplies(step[part.start - 1], step[part.start])
            text = rf"{{}}\cdot {text.removeprefix(THIN).strip()}" if factor else f"{{}}{text}"
        found.append(text)
    return found


def _chunks(expression: Expression, symbols: Symbols) -> list[str]:
    """Write each item, with what must stand between it and the one before."""
    tall = _tall(expression, symbols)
    chunks: list[str] = []
    previous: Item | None = None
    for place, item in enumerate(expression):
        chunk = _item(item, symbols, tall.get(place, ""))
        chunks.append(_between(chunk) + chunk if multiplies(previous, item) else chunk)
        if item == Mark("-") and (previous is None or previous == Mark("(")):
            chunks[-1] = "-"
        previous = item
    return chunks


def _between(chunk: str) -> str:
    """Give what stands before a factor: a thin space, but a dot before digits."""
    return r" \cdot " if chunk[0].isdigit() else THIN


def _item(item: Item, symbols: Symbols, size: str) -> str:
    match item:
        case Piece(tree):
            return piece(tree, symbols)
        case Group(items, number):
            return rf"\underbrace{{\mathstrut {mathematics(items, symbols)}}}_{{{digits(number)}}}"
        case Head(function, order):
            return piece(Call(function, (), order), symbols).removesuffix("()")
        case Mark(","):
            return ", "
        case Mark("("):
            return f"{size}l(" if size else "("
        case Mark(")"):
            return f"{size}r)" if size else ")"
        case Mark("->"):
            return r" \to "
        case Mark():
            return f" {item.sign} "
        case _:
            assert_never(item)


def _tall(expression: Expression, symbols: Symbols) -> dict[int, str]:
    """Say how big each bracket is: around fractions, around other brackets, or as usual."""
    sizes: dict[int, str] = {}
    opened: list[tuple[int, str]] = []
    for place, item in enumerate(expression):
        if item == Mark("("):
            opened.append((place, ""))
        elif item == Mark(")") and opened:
            start, size = opened.pop()
            sizes[start] = sizes[place] = size
            if opened:
                outside = opened[-1]
                opened[-1] = (outside[0], outside[1] or size or r"\bigl"[:-1])
        elif opened and not isinstance(item, Mark):
            written = _item(item, symbols, "")
            if r"\begin" in written:
                opened = [(start, r"\Bigg") for start, _ in opened]
            elif r"\frac" in written or r"\underbrace" in written:
                opened = [(start, size if size == r"\Bigg" else r"\Big") for start, size in opened]
    return sizes


def width(latex: str) -> float:
    r"""Estimate how wide a formula is, in digits.

    >>> width("w_{46}") < width("w + 46"), width(r"\frac{a + b}{c}") < width("a + b + c")
    (True, True)
    """
    tokens = _TOKEN.findall(_MATRIX.sub(_widest_row, latex))
    total, _ = _width(tokens, 0)
    return total


def _widest_row(matrix: re.Match[str]) -> str:
    """Give the row of a matrix that is widest, with its brackets and the room between its cells."""
    row = max(matrix[1].split(r"\\"), key=width)
    return "[" + row.replace("&", r"\quad") + "]"


def _width(tokens: list[str], start: int) -> tuple[float, int]:
    """Measure up to the end of the group, and say where that is."""
    total, place = 0.0, start
    while place < len(tokens) and tokens[place] != "}":
        wide, place = _one(tokens, place)
        total += wide
    return total, place


def _one(tokens: list[str], place: int) -> tuple[float, int]:
    """Measure one character, command or group."""
    sign = tokens[place] if place < len(tokens) else ""
    if sign == "{":
        inside, end = _width(tokens, place + 1)
        return inside, end + 1
    if sign in ("_", "^"):
        script, end = _one(tokens, place + 1)
        return SCRIPT * script, end
    if sign in (r"\frac", r"\dfrac", r"\tfrac"):
        above, end = _one(tokens, place + 1)
        under, end = _one(tokens, end)
        return max(above, under) + BESIDE_FRACTION, end
    if sign == r"\underbrace":
        over, end = _one(tokens, place + 1)
        under, end = _one(tokens, end)
        return max(over, under), end
    if _WIDE.fullmatch(sign):
        return 2.2, place + 1
    if sign == r"\quad":
        return QUAD / 2, place + 1
    return (0.0 if _NO_WIDTH.fullmatch(sign) else 1.1), place + 1
