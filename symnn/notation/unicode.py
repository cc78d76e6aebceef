"""The alphabet of plain Unicode: how each box is written on one line of text, names as the program spells them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import assert_never

from symnn.errors import Problem
from symnn.language.names import spelled
from symnn.notation.boxes import (
    Box,
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
    Table,
    Word,
)

__all__ = ["on_one_line"]

SIGNS: Mapping[str, str] = MappingProxyType({"−": "-", "′": "'", "⋯": "…"})
RELATIONS = frozenset("→=≈≤≥<>≠∈⇒∼⊙×")
PREFIXES = ("∂", "Δ", "∇")
"""Signs that belong to the name after them."""

OPENING = "([=,→ "
_BRACKETED = re.compile(r"\([^()]*\)")
_WORD = re.compile(r"∂?[\w.'\[\]]+(?:\([\w']+\))?")


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
            return f"{_whole(on_one_line(over))}/{_whole(on_one_line(under))}"
        case Fence(inside, left, right):
            return left + on_one_line(inside) + right
        case Root(inside):
            return f"√{_whole(on_one_line(inside))}"
        case Brace(over):
            return on_one_line(over)
        case Table(rows, left, right):
            return left + "; ".join(", ".join(map(on_one_line, row)) for row in rows) + right
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
    above = "" if box.above is None else on_one_line(box.above)
    primes = "'" * box.primes
    name = spelled(f"{base}{primes}_{{{below}}}") if below else None
    head = base + primes + (f"_{_whole(below)}" if below else "")
    if name is not None and not isinstance(name, Problem):
        head = name
    return f"{head}^{_whole(above)}" if above else head


def _whole(part: str) -> str:
    """Put brackets around what is more than one word."""
    part = part.strip()
    return part if _WORD.fullmatch(part) or _BRACKETED.fullmatch(part) else f"({part})"
