"""A sentence taken apart into words and mathematics, so that each format writes both in its own way."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypeAlias

from msgspec import Struct

from symnn.errors import Fact
from symnn.messages import Language, say
from symnn.rendering.document import Cell, Piece, Prose, ProseFact

__all__ = ["Formula", "Inline", "Words", "cell", "sentence", "visible"]

_HELD = re.compile("[\ue000-\uf8ff]")
"""Characters without a meaning stand for mathematics while the sentence is made."""

_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")


class Words(Struct, frozen=True):
    """Literal words of a sentence, to be escaped by the writer of the format."""

    text: str


class Formula(Struct, frozen=True):
    """Mathematics of an author as LaTeX, known to be harmless (`symnn.rendering.author`)."""

    latex: str


Inline: TypeAlias = Words | Piece | Formula


def sentence(code: str, facts: Mapping[str, ProseFact], lang: Language) -> tuple[Inline, ...]:
    """Make a sentence of its code; words among the facts are literal, mathematics stays a tree.

    >>> from symnn.expressions.tree import Name
    >>> sentence("missing-field", {"field": Piece(Name("w1"))}, "en")
    (Words(text="the field '"), Piece(tree=Name(name='w1', span=None)), Words(text="' is missing"))
    """
    held: list[Piece] = []
    words: dict[str, Fact] = {name: _words(fact, held) for name, fact in facts.items()}
    text = say(code, words, lang)
    parts: list[Inline] = []
    end = 0
    for found in _HELD.finditer(text):
        if found.start() > end:
            parts.append(Words(text[end : found.start()]))
        parts.append(held[ord(found[0]) - 0xE000])
        end = found.end()
    if end < len(text):
        parts.append(Words(text[end:]))
    return tuple(parts)


def cell(content: Cell, lang: Language) -> tuple[Inline, ...]:
    """Take the content of a table's cell apart."""
    if isinstance(content, Prose):
        return sentence(content.code, content.facts, lang)
    return (content,) if isinstance(content, Piece) else (Words(content),)


def _words(fact: ProseFact, held: list[Piece]) -> Fact:
    if isinstance(fact, tuple):
        return tuple(_one(part, held) for part in fact)
    if isinstance(fact, int):
        return fact
    return _one(fact, held)


def _one(part: str | Piece, held: list[Piece]) -> str:
    if isinstance(part, str):
        return _HELD.sub(lambda found: f"<U+{ord(found[0]):04X}>", part)
    held.append(part)
    return chr(0xE000 + len(held) - 1)


def visible(words: str) -> str:
    r"""Make characters visible that a reader would obey or not see: control, bidirectional, zero-width ones.

    >>> visible("a\u202eb")
    'a<U+202E>b'
    """
    return _CONTROL.sub(lambda found: f"<U+{ord(found[0]):04X}>", words)
