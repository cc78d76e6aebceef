"""The alphabet of plain Unicode: how each box is written on one line of text, names as the program spells them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import assert_never

from symnn.errors import Problem
from symnn.language.names import spelled
from symnn.notation.boxes import (
    BESIDE,
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

__all__ = ["on_one_line", "side_by_side"]

SIGNS: Mapping[str, str] = MappingProxyType({"−": "-", "′": "'", "⋯": "…", "⊤": "T"})
RELATIONS = frozenset("→=≈≤≥<>≠∈⇒∼⊙×·")
PREFIXES = ("∂", "Δ", "∇", *"²³⁴⁵⁶⁷⁸⁹")
"""Signs that belong to the name after them."""

RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
TIMES = " · "
OPENING = "([=,→ "
CARRIED = ")"
"""How a row ends in front of nothing: what a line begins with that continues another stands behind its last term."""

BRACKETED = 3
"""One thing between two brackets."""


def on_one_line(box: Box) -> str:
    """Write a box.

    >>> weight = Script(Letter("w"), below=Numeral("46"))
    >>> on_one_line(Fraction(Row((Sign("∂"), Letter("E"))), Row((Sign("∂"), weight))))
    '∂E/∂w46'
    """
    match box:
        case Letter(text) | Numeral(text) | Word(text) | Operator(text) | Bracket(text):
            return text
        case Sign(sign):
            return SIGNS.get(sign, sign)
        case Script():
            return _script(box)
        case Row(parts):
            return "".join(side_by_side(parts))
        case Gap(size):
            return TIMES if size == "beside" else " "
        case Fraction(over, under):
            return _differential(box) or f"{_divided(over)}/{_divided(under)}"
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


def side_by_side(boxes: tuple[Box, ...]) -> Iterator[str]:
    """Set boxes side by side, each with the blanks before and after it: around signs, and between names."""
    end, after_name = "", False
    for box in boxes:
        part = _beside(on_one_line(box), box, end, after_name=after_name)
        yield part
        end = CARRIED if box == EMPTY else (end + part)[-2:]
        after_name = isinstance(box, NAMED)


NAMED = (Letter, Word, Operator, Script)


def _beside(text: str, box: Box, end: str, *, after_name: bool) -> str:
    """Write a box behind a text with a certain ``end``."""
    if isinstance(box, Sign) and not box.tight:
        if text in RELATIONS or (text in ("+", "-") and end and end[-1] not in OPENING):
            return f"{text} " if end.endswith(" ") else f" {text} "
        return f"{text} " if text in (",", ";") else text
    if isinstance(box, Fraction):
        if end.endswith(("· ", "⊙ ")) and not _is_differential(box):
            return f"({text})"
    elif not isinstance(box, NAMED):
        return text.removeprefix(" ") if isinstance(box, Gap) and end.endswith(" ") else text
    follows = text[:1].isalnum() and end and (end[-1].isalnum() or end[-1] == "'" or after_name)
    return f" {text}" if follows and not end.endswith(PREFIXES) else text


def _script(box: Script) -> str:
    """Write sub- and superscripts: those of a name belong to its spelling."""
    base = on_one_line(box.base)
    if isinstance(box.base, Root):
        base = f"({base})"
    if _is_partial(box) and isinstance(box.above, Numeral):
        return base + box.above.digits.translate(RAISED)
    below = "" if box.below is None else on_one_line(box.below)
    if below.replace(" ", "").isalpha():
        below = below.replace(" ", "")  # p_{data} is one word
    name = base + "'" * box.primes
    layer = f"^{on_one_line(box.above)}" if isinstance(box.above, Fence) and below else ""
    known = spelled(f"{name}{layer}_{{{below}}}") if below else None
    if known is not None and not isinstance(known, Problem):
        name = known
    else:
        name, layer = name + (f"_{_whole(box.below)}" if box.below is not None else ""), ""
    return name if box.above is None or layer else f"{name}^{_whole(box.above)}"


def _differential(box: Fraction) -> str:
    """Write a derivative: ∂E/∂w, ∂²E/∂w²; nothing where a fraction is none."""
    if not _is_differential(box):
        return ""
    over, under = _whole(box.over), box.under
    match under:
        case Row((Sign("∂"), Script(base, None, Numeral(order)))):
            return f"{over}/∂{on_one_line(base)}{order.translate(RAISED)}"
        case Row(parts) if all(map(_is_by, parts)):
            return f"{over}/{''.join(on_one_line(part) for part in parts if not isinstance(part, Gap))}"
    return f"{over}/{_whole(under)}"


def _is_by(box: Box) -> bool:
    return isinstance(box, Gap) or (isinstance(box, Row) and box.parts[:1] == (Sign("∂"),))


def _is_differential(box: Fraction) -> bool:
    """Say whether a fraction is a derivative, which holds together as a name does."""
    return isinstance(box.over, Row) and bool(box.over.parts) and _is_partial(box.over.parts[0])


def _whole(box: Box) -> str:
    """Write a box with brackets around it unless it is one thing: a name, a number, ``∂E``, ``f(a)``, a bracket."""
    text = on_one_line(box).strip()
    return text if _is_one(box) else f"({text})"


def _divided(box: Box) -> str:
    """Write what stands above or below a line: powers hold together, too."""
    return on_one_line(box) if isinstance(box, Script) else _whole(box)


def _is_one(box: Box) -> bool:
    if isinstance(box, Script):
        return box.above is None or _is_partial(box)
    if not isinstance(box, Row):
        return isinstance(box, Letter | Numeral | Word | Operator | Fence | BoxTable | Root | Sign)
    parts = [part for part in box.parts if not isinstance(part, Gap) or part == BESIDE]
    if len(parts) > 1 and _is_partial(parts[0]):
        del parts[0]
    end = BRACKETED if _in_brackets(parts[-BRACKETED:]) else 1 if parts and isinstance(parts[-1], Fence) else 0
    if end and len(parts) == end + 1:
        return isinstance(parts[0], NAMED)
    return len(parts) == (end or -1) or (len(parts) == 1 and _is_one(parts[0]))


def _is_partial(box: Box) -> bool:
    return (box.base if isinstance(box, Script) else box) == Sign("∂")


def _in_brackets(parts: Sequence[Box]) -> bool:
    return len(parts) == BRACKETED and (parts[0], parts[-1]) == (Bracket("("), Bracket(")"))
