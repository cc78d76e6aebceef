"""Markdown with LaTeX mathematics between dollars, as notebooks and most sites show it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import assert_never

from symnn.messages import Language
from symnn.rendering.author import author_text
from symnn.rendering.document import (
    Aligned,
    Block,
    Cell,
    Document,
    Heading,
    Picture,
    Prose,
    Table,
    Title,
    Verbatim,
)
from symnn.rendering.inline import Inline, Words, cell, sentence, visible
from symnn.rendering.latex_math import aligned, formula

__all__ = ["escaped", "markdown"]

SPECIAL = re.compile(r"([\\`*_{}\[\]<>|$~&#])")
AT_START = re.compile(r"^(\d{1,9})?([-+.):=])")


def escaped(text: str) -> str:
    r"""Write words so that Markdown shows exactly them, in one paragraph.

    >>> print(escaped("a_1 <b> [x](y)"))
    a\_1 \<b\> \[x\](y)
    >>> print(escaped("1. - not a list"))
    1\. - not a list
    """
    visibly = visible(re.sub(r"\s+", " ", text))
    return AT_START.sub(r"\1\\\2", SPECIAL.sub(r"\\\1", visibly))


def markdown(document: Document, lang: Language) -> str:
    """Write a whole document."""
    blocks = (_block(block, document.symbols, lang) for block in document.blocks)
    return "\n\n".join(filter(None, blocks)) + "\n"


def _block(block: Block, symbols: Mapping[str, str], lang: Language) -> str:
    match block:
        case Title():
            return f"# {escaped(getattr(block, lang))}"
        case Heading(code, facts):
            return f"## {_inline(sentence(code, facts, lang), symbols)}"
        case Prose(code, facts):
            return _inline(sentence(code, facts, lang), symbols)
        case Verbatim():
            return "\n\n".join(_inline(part, symbols) for part in author_text(getattr(block, lang)))
        case Aligned():
            return f"$$\n\\begin{{aligned}}\n{aligned(block, symbols)}\n\\end{{aligned}}\n$$"
        case Picture():
            return ""
        case Table(head, rows):
            lines = [_row(row, symbols, lang) for row in (head, *rows)]
            return "\n".join((lines[0], "|" + " --- |" * len(head), *lines[1:]))
        case _:
            assert_never(block)


def _row(row: tuple[Cell, ...], symbols: Mapping[str, str], lang: Language) -> str:
    return "| " + " | ".join(_inline(cell(content, lang), symbols) for content in row) + " |"


def _inline(parts: tuple[Inline, ...], symbols: Mapping[str, str]) -> str:
    return "".join(escaped(part.text) if isinstance(part, Words) else f"${formula(part, symbols)}$" for part in parts)
