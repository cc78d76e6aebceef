"""Markdown with LaTeX mathematics between dollars, as notebooks and most sites show it."""

from __future__ import annotations

import re

from msgspec import Struct

from symnn.handouts.document import Document
from symnn.handouts.pictures.diagram import Diagram
from symnn.handouts.walk import walked
from symnn.messages import Language
from symnn.notation.inline import Mathematics, visible
from symnn.notation.items import Aligned, Equals
from symnn.notation.symbols import Symbols
from symnn.notation.tex import display, sentence_formula

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
    parts = (part for _, parts in walked(document, lang, _Markdown(document.symbols)) for part in parts)
    return "\n\n".join(filter(None, parts)) + "\n"


class _Markdown(Struct, frozen=True):
    """How Markdown writes the parts of a document."""

    symbols: Symbols

    def words(self, text: str) -> str:
        return escaped(text)

    def formula(self, part: Mathematics) -> str:
        written = f"${sentence_formula(part, self.symbols)}$"
        return f"**{written}**" if isinstance(part, Equals) and part.mark == "given" else written

    def title(self, title: str) -> str:
        return f"# {title}"

    def heading(self, text: str) -> str:
        return f"## {text}"

    def paragraph(self, text: str) -> str:
        return text

    def aligned(self, block: Aligned) -> str:
        written = display(block, self.symbols, whole=False)
        return f"$$\n\\boxed{{{written}}}\n$$" if block.boxed else f"$$\n{written}\n$$"

    def framed(self, title: str, sentences: tuple[str, ...]) -> str:
        return "\n".join((f"> **{title}**", ">", *(f"> - {sentence}" for sentence in sentences)))

    def picture(self, drawn: Diagram) -> str:  # noqa: ARG002 - Markdown cannot draw
        return ""

    def beside(self, picture: str, table: str) -> str:
        return picture + table

    def table(self, head: tuple[str, ...], rows: tuple[tuple[str, ...], ...], *, wide: bool) -> str:  # noqa: ARG002 - cells are broken as they must be
        first, *rest = (f"| {' | '.join(row)} |" for row in (head, *rows))
        return "\n".join((first, "|" + " --- |" * len(head), *rest))
