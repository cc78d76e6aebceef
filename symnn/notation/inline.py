"""Words and mathematics beside each other in a sentence, so that each format writes both in its own way."""

from __future__ import annotations

import re
from typing import TypeAlias

from msgspec import Struct

from symnn.notation.boxes import Box, Row, Sign
from symnn.notation.items import Equals, Piece
from symnn.notation.symbols import Symbols

__all__ = ["AuthorFormula", "Inline", "LiteralWords", "Mathematics", "box_of", "visible"]

_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")


class LiteralWords(Struct, frozen=True):
    """Literal words of a sentence, to be escaped by the writer of the format."""

    text: str


class AuthorFormula(Struct, frozen=True):
    """Mathematics of an author as LaTeX, known to be harmless (`symnn.notation.author`)."""

    latex: str


Mathematics: TypeAlias = Piece | Equals | AuthorFormula
"""The mathematics of a sentence."""

Inline: TypeAlias = LiteralWords | Mathematics


def box_of(part: Mathematics, symbols: Symbols, *, typed: bool = False) -> Box:
    """Lay out the mathematics of a sentence, ours or an author's."""
    from symnn.notation.authored import boxes_of
    from symnn.notation.layout import laid_out

    match part:
        case AuthorFormula(text):
            return boxes_of(text)
        case Equals(left, right, sign=sign):
            sides = (laid_out(side, symbols, typed=typed) for side in (left, right))
            return Row((next(sides), Sign(sign), next(sides)))
        case Piece(tree):
            return laid_out(tree, symbols, typed=typed)


def visible(words: str) -> str:
    r"""Make characters visible that a reader would obey or not see: control, bidirectional, zero-width ones.

    >>> visible("a\u202eb")
    'a<U+202E>b'
    """
    return _CONTROL.sub(lambda found: f"<U+{ord(found[0]):04X}>", words)
