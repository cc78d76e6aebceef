"""A document as data: blocks of prose and mathematics that every renderer writes in its own format.

The blocks are a closed union: a ``match`` over them ends in ``assert_never``, so that a renderer that forgets
one does not type-check. Prose is a code with facts; the sentences are in `symnn.messages`.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, TypeAlias

from msgspec import Struct

from symnn.errors import NO_FACTS, Fact
from symnn.expressions.tree import Tree
from symnn.rendering.diagram import Diagram

__all__ = [
    "Aligned",
    "Block",
    "Cell",
    "Document",
    "Expression",
    "Group",
    "Head",
    "Heading",
    "Item",
    "Line",
    "Mark",
    "Picture",
    "Piece",
    "Prose",
    "ProseFact",
    "Table",
    "Title",
    "Value",
    "Verbatim",
]


class Piece(Struct, frozen=True):
    """A factor or a term that is never broken: ``w_5``, ``f'(a_3)``, ``∂E/∂y``."""

    tree: Tree


class Mark(Struct, frozen=True):
    """A sign between pieces; a line may be broken before ``+``, ``-`` and ``->``, and after ``,``."""

    sign: Literal["+", "-", "(", ")", ",", "->"]


class Head(Struct, frozen=True):
    """The name of a function (with primes for its ``order``) before the brackets of a long argument."""

    function: str
    order: int = 0


class Group(Struct, frozen=True):
    """Pieces with their common value under them: ``y (1 - y)`` and below it ``0.2350``."""

    items: Expression
    number: str


Item: TypeAlias = Piece | Mark | Head | Group
"""One item of an expression; neighbours without a mark between them are multiplied."""

Expression: TypeAlias = tuple[Item, ...]
"""A sum of products in the order it is to be read, brackets included."""


class Value(Struct, frozen=True):
    """A number as it is shown: its digits, and whether they are all of it (``=``) or not (``≈``)."""

    digits: str
    exact: bool = False


class Line(Struct, frozen=True):
    """``left = step = step = … ≈ value``; without a left side, just the one step.

    ``stacked`` steps stand under each other; others follow on the line as long as they fit.
    ``shape`` stands beside the equation of a tensor: ``2x3``.
    """

    left: Expression
    steps: tuple[Expression, ...]
    value: Value | None = None
    stacked: bool = False
    shape: str = ""


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


class Aligned(Struct, frozen=True):
    """Equations under each other, aligned at their first equals sign."""

    lines: tuple[Line, ...]


class Picture(Struct, frozen=True):
    """The picture of a network, for the formats that can draw."""

    diagram: Diagram


class Table(Struct, frozen=True):
    """Rows of cells under a head; a cell is mathematics, a sentence, or words written literally."""

    head: tuple[Prose, ...]
    rows: tuple[tuple[Cell, ...], ...]


Cell: TypeAlias = Piece | Prose | str

ProseFact: TypeAlias = Fact | Piece | tuple[Piece, ...]
"""A fact of a sentence: words as they are, or mathematics, one or several."""

Block: TypeAlias = Title | Heading | Prose | Verbatim | Aligned | Table | Picture
"""Any block: the union is closed."""


class Document(Struct, frozen=True):
    """Blocks in order, and how LaTeX writes the names in them."""

    blocks: tuple[Block, ...]
    symbols: Mapping[str, str] = MappingProxyType({})
