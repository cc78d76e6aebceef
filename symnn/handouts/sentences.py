"""A sentence taken apart into words and mathematics, so that each format writes both in its own way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from symnn.documents.kinds import Bilingual
from symnn.errors import Fact
from symnn.handouts.document import Cell, Prose, ProseFact
from symnn.messages import Language, say
from symnn.notation.inline import Inline, LiteralWords
from symnn.notation.items import Equals, Piece

__all__ = ["cell", "sentence"]

Said: TypeAlias = Fact | Piece | Equals | tuple[Piece | Equals, ...]
"""A fact in one language."""

_FIRST, _LAST = "\ue000", "\uf8ff"
"""Characters without a meaning, from first to last, stand for mathematics while the sentence is made."""


def sentence(code: str, facts: Mapping[str, ProseFact], lang: Language) -> tuple[Inline, ...]:
    """Make a sentence of its code; words among the facts are literal, mathematics stays a tree.

    >>> from symnn.expressions.tree import Name
    >>> sentence("missing-field", {"field": Piece(Name("w1"))}, "en")
    (LiteralWords(text="the field '"), Piece(tree=Name(name='w1', span=None)), LiteralWords(text="' is missing"))
    """
    held: list[Piece | Equals] = []
    words: dict[str, Fact] = {name: _words(_said(fact, lang), held) for name, fact in facts.items()}
    text = say(code, words, lang)
    parts: list[Inline] = []
    end = 0
    for place, sign in enumerate(text):
        if not _FIRST <= sign <= _LAST:
            continue
        if place > end:
            parts.append(LiteralWords(text[end:place]))
        parts.append(held[ord(sign) - ord(_FIRST)])
        end = place + 1
    if end < len(text):
        parts.append(LiteralWords(text[end:]))
    return tuple(parts)


def cell(content: Cell, lang: Language) -> tuple[Inline, ...]:
    """Take the content of a table's cell apart."""
    if isinstance(content, Prose):
        return sentence(content.code, content.facts, lang)
    parts = content if isinstance(content, tuple) else (content,)
    return tuple(LiteralWords(part) if isinstance(part, str) else part for part in parts)


def _said(fact: ProseFact, lang: Language) -> Said:
    return fact.of(lang) if isinstance(fact, Bilingual) else fact


def _words(fact: Said, held: list[Piece | Equals]) -> Fact:
    if isinstance(fact, tuple):
        return tuple(_one(part, held) for part in fact)
    if isinstance(fact, int):
        return fact
    return _one(fact, held)


def _one(part: str | Piece | Equals, held: list[Piece | Equals]) -> str:
    if isinstance(part, str):
        return "".join(f"<U+{ord(sign):04X}>" if _FIRST <= sign <= _LAST else sign for sign in part)
    held.append(part)
    return chr(ord(_FIRST) + len(held) - 1)
