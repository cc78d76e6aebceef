"""A document as data: blocks of prose and mathematics that every renderer writes in its own format.

The blocks are a closed union: a ``match`` over them ends in ``assert_never``, so that a renderer that forgets
one does not type-check. Prose is a code with facts; the sentences are in `symnn.messages`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from msgspec import Struct

from symnn.documents.kinds import Bilingual
from symnn.errors import NO_FACTS, Fact
from symnn.handouts.pictures.diagram import Diagram
from symnn.notation.items import Aligned, Equals, Piece
from symnn.notation.symbols import NO_SYMBOLS, Symbols

__all__ = [
    "Block",
    "Cell",
    "Document",
    "Framed",
    "Heading",
    "Picture",
    "PictureAndTable",
    "Prose",
    "ProseFact",
    "Table",
    "Title",
    "Verbatim",
    "source_line",
]


class Title(Struct, frozen=True):
    """The title in both languages: words of an author, written literally."""

    zh: str
    en: str


class Heading(Struct, frozen=True):
    """The head of a section."""

    code: str
    facts: Mapping[str, ProseFact] = NO_FACTS


class Prose(Struct, frozen=True):
    """A sentence: its code, and facts that are words or mathematics."""

    code: str
    facts: Mapping[str, ProseFact] = NO_FACTS


class Verbatim(Struct, frozen=True):
    """A paragraph of an author in both languages, written literally."""

    zh: str
    en: str


class Picture(Struct, frozen=True):
    """The picture of a network, for the formats that can draw."""

    diagram: Diagram


class Framed(Struct, frozen=True):
    """Sentences in a frame, under a head."""

    code: str
    sentences: tuple[Prose, ...]


class Table(Struct, frozen=True):
    """Rows of cells under a head; a cell is mathematics, a sentence, words written literally, or several of these.

    The first column of a ``wide`` one has cells that may be broken over lines.
    """

    head: tuple[Prose, ...]
    rows: tuple[tuple[Cell, ...], ...]
    wide: bool = False


class PictureAndTable(Struct, frozen=True):
    """A picture with a table beside it, where there is room."""

    picture: Picture
    table: Table


Cell: TypeAlias = Piece | Equals | Prose | str | tuple[Piece | Equals | str, ...]

ProseFact: TypeAlias = Fact | Bilingual | Piece | Equals | tuple[Piece | Equals, ...]
"""A fact of a sentence: words as they are or in both languages, or mathematics, one or several."""

Block: TypeAlias = Title | Heading | Prose | Verbatim | Framed | Aligned | Table | Picture | PictureAndTable
"""Any block: the union is closed."""


def source_line(said: str | Bilingual) -> tuple[Block, ...]:
    """Write where something comes from; nothing where nothing is said."""
    return (Prose("source-of-network", {"source": said}),) if said else ()


class Document(Struct, frozen=True):
    """Blocks in order, and the names that are not written as their parts say."""

    blocks: tuple[Block, ...]
    symbols: Symbols = NO_SYMBOLS
