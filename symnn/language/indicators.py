r"""Words and signs of conditions: ``if``, ``otherwise`` in cases; ``1``, ``I``, ``\mathbb{1}`` before a condition."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from symnn.language.signs import BLANK, COMMAND, FUNCTION, RELATION
from symnn.ops import named

if TYPE_CHECKING:
    from symnn.language.settling import Settling

__all__ = ["CASES", "OTHERWISE", "WHERE", "conditional", "indicator"]

CASES = "matrix:cases"
OTHERWISE = "otherwise"
WHERE = "where"
_TEXT = re.compile(r"\\(?:text|textrm|mathrm|textnormal)\s*\{\s*([A-Za-z]+)\s*\}")
_PASSED = frozenset({"if", "when", "for"})
_ELSE = frozenset({"otherwise", "else"})
_ONES = frozenset({r"\mathbb", r"\mathbf", r"\mathds", r"\mathbbm", r"\bm", r"\boldsymbol"})
_LETTERS = frozenset({"I", r"\mathbb{I}", r"\mathbf{I}", r"\mathrm{I}"})
_SUBSCRIPT = re.compile(
    r"(?P<sign>I|\\math(?:bb|bf|rm)\{I\})_(?P<below>\{[^{}]*(?:[<>=≠]|\\(?:[lg](?:t|eq?|eqslant)|neq?)(?![a-z]))[^{}]*\})"
)
_WORDS = ("lt", "gt", "le", "ge", "leq", "geq", "leqslant", "geqslant", "ne", "neq")
_SIGNS = frozenset({"<", ">", "<=", ">=", "=", "!=", "≠", *(rf"\{word}" for word in _WORDS)})
_CLOSING: Mapping[str, str] = MappingProxyType({"(": ")", "[": "]", "{": "}", r"\{": r"\}"})
_FARTHEST = 60
"""How many signs a condition may have to be looked for."""


def conditional(settling: Settling, word: str) -> bool:
    """Read the words between the rows of ``cases``, and ``where`` before its arguments."""
    if word == WHERE and settling.following(settling.at + 1) == "(" and not settling.declared(word):
        settling.give((FUNCTION, named.PIECEWISE), len(word))
        return True
    found = _TEXT.fullmatch(word)
    plain = found[1] if found else word
    if plain not in _PASSED | _ELSE or (COMMAND, CASES) not in settling.done.entries or settling.declared(plain):
        return False
    settling.give((RELATION, OTHERWISE) if plain in _ELSE else (BLANK, ""), len(word))
    return True


def indicator(settling: Settling, word: str) -> bool:
    r"""Leave the sign of an indicator out, ``I`` or ``\mathbb{1}``, where its condition follows."""
    below = _SUBSCRIPT.fullmatch(word)
    if below is not None and not settling.declared("I"):
        settling.replace([below["sign"], "_", *settling.pattern.findall(below["below"])])
        word = below["sign"]
    if word in _LETTERS and not settling.declared("I"):
        after = settling.at + 1
    elif word in _ONES:
        after = _behind_one(settling)
    else:
        return False
    while settling.word_after(after).isspace() or settling.word_after(after) in ("_", r"\left"):
        after += 1
    if after == settling.at or not _opens_condition(settling, after):
        return False
    settling.at = after
    return True


def _behind_one(settling: Settling) -> int:
    """Find the place behind ``{1}`` or ``1``; where there is no 1, this place."""
    here = settling.at
    for shape in (("{", "1", "}"), (" ", "1"), ("{", "I", "}")):
        if tuple(settling.words[here + 1 : here + 1 + len(shape)]) == shape:
            return here + 1 + len(shape)
    return here


def _opens_condition(settling: Settling, place: int) -> bool:
    """Say whether a bracket opens at a place in which a comparison stands."""
    opening = settling.word_after(place)
    closing = _CLOSING.get(opening)
    if closing is None:
        return False
    depth, signs = 0, False
    for word in settling.words[place : place + _FARTHEST]:
        depth += (word == opening) - (word == closing)
        signs = signs or word in _SIGNS
        if not depth:
            return signs
    return False
