"""The one walk over a document's blocks that all formats share; a format says how it writes each part."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol, assert_never

from symnn.handouts.document import (
    Block,
    Cell,
    Document,
    Framed,
    Heading,
    Picture,
    PictureAndTable,
    Prose,
    Table,
    Title,
    Verbatim,
)
from symnn.handouts.pictures.diagram import Diagram
from symnn.handouts.sentences import cell, sentence
from symnn.messages import Language, say
from symnn.notation.aligning import in_frames
from symnn.notation.author import author_text
from symnn.notation.inline import Inline, LiteralWords, Mathematics
from symnn.notation.items import Aligned

__all__ = ["Format", "walked"]


class Format(Protocol):
    """How one format writes: ``words`` escapes, all else gets what is written already."""

    def words(self, text: str) -> str:
        """Write words so that the format shows exactly them."""
        ...

    def formula(self, part: Mathematics) -> str:
        """Write mathematics within a sentence."""
        ...

    def title(self, title: str) -> str:
        """Write the title of the document."""
        ...

    def heading(self, text: str) -> str:
        """Write the head of a section."""
        ...

    def paragraph(self, text: str) -> str:
        """Write a paragraph."""
        ...

    def framed(self, title: str, sentences: tuple[str, ...]) -> str:
        """Write sentences in a frame."""
        ...

    def aligned(self, block: Aligned) -> str:
        """Write equations under each other."""
        ...

    def picture(self, drawn: Diagram) -> str:
        """Draw a network; nothing in a format that cannot."""
        ...

    def beside(self, picture: str, table: str) -> str:
        """Set a picture and a table, written already, beside each other."""
        ...

    def table(self, head: tuple[str, ...], rows: tuple[tuple[str, ...], ...], *, wide: bool) -> str:
        """Write a table of cells; the first of a ``wide`` one may be long."""
        ...


def walked(document: Document, lang: Language, to: Format) -> Iterator[tuple[Block, tuple[str, ...]]]:
    """Write every block in a format; an author's text is one part a paragraph, a high frame several, the rest one."""
    for whole in document.blocks:
        for block in in_frames(whole, document.symbols) if isinstance(whole, Aligned) else (whole,):
            yield block, tuple(_parts(block, lang, to))


def _parts(block: Block, lang: Language, to: Format) -> Iterator[str]:
    match block:
        case Title():
            yield to.title(to.words(getattr(block, lang)))
        case Heading(code, facts):
            yield to.heading(_inline(sentence(code, facts, lang), to))
        case Prose(code, facts):
            yield to.paragraph(_inline(sentence(code, facts, lang), to))
        case Verbatim():
            for part in author_text(getattr(block, lang)):
                yield to.paragraph(_inline(part, to))
        case Framed(code, sentences):
            spoken = tuple(_inline(sentence(one.code, one.facts, lang), to) for one in sentences)
            yield to.framed(to.words(say(code, lang=lang)), spoken)
        case Aligned():
            yield to.aligned(block)
        case Picture(drawn):
            yield to.picture(drawn)
        case Table():
            yield _table(block, lang, to)
        case PictureAndTable(Picture(drawn), table):
            yield to.beside(to.picture(drawn), _table(table, lang, to))
        case _:
            assert_never(block)


def _table(table: Table, lang: Language, to: Format) -> str:
    rows = tuple(_row(row, lang, to) for row in table.rows)
    return to.table(_row(table.head, lang, to), rows, wide=table.wide)


def _row(row: tuple[Cell, ...], lang: Language, to: Format) -> tuple[str, ...]:
    return tuple(_inline(cell(content, lang), to) for content in row)


def _inline(parts: tuple[Inline, ...], to: Format) -> str:
    """Write a sentence: words escaped, mathematics as mathematics."""
    return "".join(to.words(part.text) if isinstance(part, LiteralWords) else to.formula(part) for part in parts)
