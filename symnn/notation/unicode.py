"""The alphabet of plain Unicode: how each box is written on one line of text, names as the program spells them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import assert_never

from symnn.errors import Problem
from symnn.language.names import spelled
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
)

__all__ = ["on_one_line"]

SIGNS: Mapping[str, str] = MappingProxyType({"−": "-", "′": "'", "⋯": "…"})
RELATIONS = frozenset("→=≈≤≥<>≠∈⇒∼⊙×")
PREFIXES = ("∂", "Δ", "∇")
"""Signs that belong to the name after them."""

OPENING = "([=,→ "
BRACKETED = 3
"""One thing between two brackets."""


def on_one_line(box: Box) -> str:
    """Write a box.

    >>> on_one_line(Fraction(Row((Sign("∂"), Letter("E"))), Script(Letter("w"), below=Numeral("46"))))
    '∂E/w46'
    """
    match box:
        case Letter(text) | Numeral(text) | Word(text) | Operator(text) | Bracket(text):
            return text
        case Sign(sign):
            return SIGNS.get(sign, sign)
        case Script():
            return _script(box)
        case Row(parts):
            return _spaced(parts)
        case Gap():
            return " "
        case Fraction(over, under):
            return f"{_whole(over)}/{_whole(under)}"
        case Fence(inside, left, right):
            return left + on_one_line(inside) + right
        case Root(inside):
            return f"√{_whole(inside)}"
        case Brace(over):
            return on_one_line(over)
        case BoxTable(rows, left, right):
            closing = right or {"{": "}"}.get(left, "")  # a brace alone opens cases, which end with their line
            return left + "; ".join(", ".join(map(on_one_line, row)) for row in rows) + closing
        case _:
            assert_never(box)


def _spaced(boxes: tuple[Box, ...]) -> str:
    """Set boxes side by side: blanks around signs between two things, and between names."""
    text, after_name = "", False
    for box in boxes:
        part = on_one_line(box)
        named = isinstance(box, Letter | Word | Operator | Script)
        begins = not text or text[-1] in OPENING
        if isinstance(box, Sign) and (part in RELATIONS or (part in ("+", "-") and not begins)):
            text = f"{text.rstrip()} {part} "
        elif part == ",":
            text += ", "
        elif (
            (named or isinstance(box, Fraction))
            and part[:1].isalnum()
            and text
            and (text[-1].isalnum() or text[-1] == "'" or after_name)
            and not text.endswith(PREFIXES)
        ):
            text += f" {part}"
        else:
            text += part
        after_name = named
    return text


def _script(box: Script) -> str:
    """Write sub- and superscripts: those of a name belong to its spelling."""
    base = on_one_line(box.base)
    below = "" if box.below is None else on_one_line(box.below)
    if below.replace(" ", "").isalpha():
        below = below.replace(" ", "")  # p_{data} is one word
    primes = "'" * box.primes
    name = spelled(f"{base}{primes}_{{{below}}}") if below else None
    head = base + primes + (f"_{_whole(box.below)}" if box.below is not None else "")
    if name is not None and not isinstance(name, Problem):
        head = name
    return f"{head}^{_whole(box.above)}" if box.above is not None else head


def _whole(box: Box) -> str:
    """Write a box with brackets around it unless it is one thing: a name, a number, ``∂E``, ``f(a)``, a bracket."""
    text = on_one_line(box).strip()
    return text if _is_one(box) else f"({text})"


def _is_one(box: Box) -> bool:
    if isinstance(box, Script):
        return box.above is None
    if not isinstance(box, Row):
        return isinstance(box, Letter | Numeral | Word | Operator | Fence | BoxTable)
    parts = [part for part in box.parts if not isinstance(part, Gap)]
    if parts and parts[0] == Sign("∂"):
        del parts[0]
    if len(parts) > 1 and _in_brackets(parts[-BRACKETED:]):
        del parts[-BRACKETED:]
        return not parts or (len(parts) == 1 and _is_one(parts[0]))
    return len(parts) == 1 and _is_one(parts[0])


def _in_brackets(parts: Sequence[Box]) -> bool:
    return len(parts) == BRACKETED and (parts[0], parts[-1]) == (Bracket("("), Bracket(")"))
