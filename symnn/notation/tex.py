r"""The alphabet of LaTeX: how each box is written in mathematics; what is written from a tree reads back to it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import assert_never

from symnn.expressions.tree import Tree
from symnn.language.accents import mark_over
from symnn.language.characters import CHINESE_NAME
from symnn.notation.aligning import DOTS, WIDTH, AlignedRow, aligned_rows
from symnn.notation.boxes import (
    EMPTY,
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
)
from symnn.notation.inline import AuthorFormula, Mathematics, box_of
from symnn.notation.items import Aligned
from symnn.notation.layout import laid_out
from symnn.notation.sign_names import COMMANDS, DOUBLE, FUNCTIONS
from symnn.notation.symbols import NO_SYMBOLS, Symbols

__all__ = ["aligned", "display", "latex", "mathematics", "sentence_formula"]

ESCAPED: Mapping[str, str] = MappingProxyType(
    {sign: rf"\{sign}" for sign in "%#&$_{}"} | {"\\": r"\backslash", "^": r"\wedge", "~": r"\sim"}
)
"""Characters that mean something to LaTeX; the one place that escapes formulas for it."""

SIGNS: Mapping[str, str] = MappingProxyType({**ESCAPED, **{sign: rf"\{name}" for sign, name in COMMANDS.items()}})
ROOM: frozenset[str] = frozenset("+-=·×⊙→≈<>≤≥≠∈∼⇒±∘")
"""Signs with room on both sides: two things are related or joined by them."""

LETTERS: Mapping[str, str] = MappingProxyType(
    {**SIGNS, "𝟏": r"\mathbf{1}"} | {letter: rf"\mathbb{{{plain}}}" for plain, letter in DOUBLE.items()}
)
GAPS: Mapping[str, str] = MappingProxyType({"beside": " ", "thin": r"\,", "quad": r"\quad ", "wide": r" \qquad "})


def latex(tree: Tree, symbols: Symbols = NO_SYMBOLS) -> str:
    r"""Write a tree as LaTeX; brackets grow only around what is tall.

    >>> from symnn.expressions.tree import Call, Derivative, Name, Negative, Number, Product, Sum
    >>> y, z = Name("y"), Name("z")
    >>> latex(Product((Number(2), Sum((y, Negative(z))), Call("f", (Name("a3"),), 1))))
    "2 (y - z) f'(a_3)"
    >>> latex(Derivative(Name("E"), Name("w_x1_1")))
    '\\frac{\\partial E}{\\partial w_{(x1)1}}'
    """
    return mathematics(laid_out(tree, symbols))


def sentence_formula(part: Mathematics, symbols: Symbols) -> str:
    """Write the mathematics of a sentence; that of an author, known to be harmless, as it stands."""
    return part.latex if isinstance(part, AuthorFormula) else mathematics(box_of(part, symbols))


def aligned(block: Aligned, symbols: Symbols, limit: float = WIDTH) -> str:
    """Write equations under each other, for the inside of ``aligned`` or ``align*``."""
    return _written(aligned_rows(block, symbols, limit))


def display(block: Aligned, symbols: Symbols, *, whole: bool = True) -> str:
    """Write equations under each other with their environment: one that pages break, or a part of a formula."""
    found = aligned_rows(block, symbols)
    each = 2 if any(row.label for row in found) else 1
    pairs = each * (2 if any(row.beside for row in found) else 1)
    columns = "" if pairs == 1 else f"{{{pairs}}}"
    name = f"align{'at' if columns else ''}*" if whole else f"aligned{'at' if columns else ''}"
    return f"\\begin{{{name}}}{columns}\n{_written(found)}\n\\end{{{name}}}"


def _written(found: list[AlignedRow]) -> str:
    labelled = any(row.label for row in found)
    rows = [_cells(row, labelled=labelled) for row in found]
    ends = [r" \\[1ex]" if _is_braced(row) else r" \\" for row in found[:-1]]
    return "\n".join(f"{row}{end}" for row, end in zip(rows, (*ends, ""), strict=True))


def _cells(row: AlignedRow, *, labelled: bool) -> str:
    """Write a row: its label, if any, then what is aligned, then the row beside it."""
    text = mathematics(row.right).strip()
    before = "" if row.left == EMPTY else mathematics(row.left)
    cells = f"{before} &{text}" if text.startswith(("=", r"\quad")) else f"{before} & {text}"
    if labelled:
        label = rf"\text{{({row.label})}}" if row.label else ""
        cells = rf"{label} &\quad& {cells}"
    if row.beside is None:
        return cells
    return rf"{cells} &\qquad {_cells(row.beside, labelled=labelled)}"


def _is_braced(row: AlignedRow) -> bool:
    parts = row.right.parts if isinstance(row.right, Row) else (row.right,)
    return any(isinstance(part, Brace) for part in parts) or any(
        isinstance(inner, Brace) for part in parts if isinstance(part, Row) for inner in part.parts
    )


def _letter(sign: str) -> str:
    mark = mark_over(sign)
    if not mark:
        return _upright(sign) if CHINESE_NAME.match(sign) else LETTERS.get(sign, sign)
    return rf"\{mark}{{{_letter(sign[0])}}}"


def _upright(letters: str) -> str:
    """Write a word; Chinese characters are set as text, mathematics has none."""
    return rf"\{'text' if CHINESE_NAME.search(letters) else 'mathrm'}{{{_words(letters)}}}"


def mathematics(box: Box) -> str:
    r"""Write a box.

    >>> mathematics(Fraction(Numeral("1"), Letter("θ")))
    '\\frac{1}{\\theta}'
    """
    match box:
        case Letter(sign):
            return _letter(sign)
        case Script():
            return _script(box)
        case Row(parts):
            return _row(parts)
        case Numeral(digits):
            return digits
        case Sign(sign, tight):
            return _sign(sign, tight=tight)
        case Fence():
            return _fence(box)
        case Gap(size):
            return GAPS[size]
        case Fraction(over, under):
            return rf"\frac{{{mathematics(over)}}}{{{mathematics(under)}}}"
        case Word(letters):
            return SIGNS[letters] if letters in DOTS else _upright(letters)
        case Operator(name):
            return rf"\{name}" if name in FUNCTIONS else rf"\operatorname{{{_words(name)}}}"
        case Root(inside):
            return rf"\sqrt{{{mathematics(inside)}}}"
        case Bracket(sign, size):
            return rf"\{size}{'l' if sign == '(' else 'r'}{sign}" if size else sign
        case BoxTable():
            return _table(box)
        case Brace(over, under, above):
            text = rf"\mathstrut {mathematics(over)}"
            if above is not None:
                text = rf"\overset{{{mathematics(above)}}}{{{text}}}"
            return rf"\underbrace{{{text}}}_{{{mathematics(under)}}}"
        case _:
            assert_never(box)


def _row(parts: tuple[Box, ...]) -> str:
    """Write boxes side by side; a letter after a command needs a blank."""
    if not parts:
        return "{}"
    text = mathematics(parts[0])
    for part in parts[1:]:
        further = mathematics(part)
        text += f" {further}" if further[:1].isalpha() and _ends_in_command(text) else further
    return text


def _ends_in_command(text: str) -> bool:
    return text[-1:].isalpha() and text.rstrip("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")[-1:] == "\\"


def _sign(sign: str, *, tight: bool) -> str:
    written = SIGNS.get(sign, sign)
    if tight:
        return written
    if sign in ROOM:
        return f" {written} "
    return f"{written} " if sign in ",∂∇" else written


def _script(box: Script) -> str:
    """Write what has a sub- or superscript; TeX takes two superscripts for an error, so the inner one is braced."""
    base = mathematics(box.base).rstrip()
    if _is_raised(box, base):
        base = f"{{{base}}}"
    primes, above = "'" * box.primes, "" if box.above is None else mathematics(box.above).strip()
    if primes and above:
        primes, above = "", rf"\prime{above}"
    below = "" if box.below is None else mathematics(box.below).strip()
    raised = f"^{{{above}}}" if above else ""
    lowered = (f"_{below}" if len(below) == 1 else f"_{{{below}}}") if below else ""
    return base + primes + (lowered + raised if isinstance(box.base, Sign) else raised + lowered)


def _is_raised(box: Script, base: str) -> bool:
    """Say whether the base has a superscript or prime of its own that is in no brackets, and would get another."""
    raised = box.above is not None or box.primes > 0
    return raised and ("'" in base or "^" in base) and not base.startswith((r"\left(", "("))


BARS: Mapping[str, str] = MappingProxyType({"|": "|", "‖": r"\|"})
"""Signs that open and close alike, and so always grow with their size."""


def _fence(box: Fence) -> str:
    inside = mathematics(box.inside)
    if box.left in BARS:
        return rf"\left{BARS[box.left]}{inside}\right{BARS[box.left]}"
    if box.height:
        return rf"\left{SIGNS.get(box.left, box.left)}{inside}\right{SIGNS.get(box.right, box.right)}"
    return f"{SIGNS.get(box.left, box.left)}{inside}{SIGNS.get(box.right, box.right)}"


def _table(box: BoxTable) -> str:
    lines = r" \\ ".join(" & ".join(map(mathematics, row)) for row in box.rows)
    name = {"[": "bmatrix", "(": "pmatrix", "{": "cases"}.get(box.left, "matrix")
    return rf"\begin{{{name}}} {lines} \end{{{name}}}"


def _words(text: str) -> str:
    return "".join(ESCAPED.get(character, character) for character in text)
