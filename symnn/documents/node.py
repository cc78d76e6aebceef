"""The nodes of a document: every scalar is text, and every node knows its file, line and column."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from msgspec import Struct

from symnn.errors import Place

if TYPE_CHECKING:
    from symnn.errors import Span

__all__ = ["Fields", "FileContent", "Items", "Node", "Scalar", "Source", "Style"]

Style = Literal["plain", "quoted", "block", "other"]
"""How a scalar was written: on one line, quoted without escapes, as a literal block, or anything else."""


class Source(Struct, frozen=True):
    """A text of a file that is read further (an expression, equations), with its place.

    ``indent`` is how far the lines of a block stand in.
    """

    text: str
    place: Place
    style: Style = "other"
    indent: int = 0

    def at(self, span: Span | None) -> Place:
        """Give the place in the file of a span of the text, as exactly as the way it was written allows.

        >>> from symnn.errors import Span
        >>> Source("a1 = w1*q", Place("net.yaml", 7, 13), "quoted").at(Span(8, 9)).column
        22
        """
        if span is None or self.style == "other":
            return self.place
        before = self.text[: span.start]
        if self.style != "block":
            column = self.place.column + span.start + (1 if self.style == "quoted" else 0)
            return Place(self.place.file, self.place.line, column, self.place.field)
        line = self.place.line + 1 + before.count("\n")
        column = self.indent + span.start - (before.rfind("\n") + 1) + 1
        return Place(self.place.file, line, column, self.place.field)


class Scalar(Struct, frozen=True):
    """A text; the schema decides what it means."""

    text: str
    place: Place
    style: Style = "other"
    indent: int = 0


class Items(Struct, frozen=True):
    """A list of nodes."""

    items: tuple[Node, ...]
    place: Place


class Fields(Struct, frozen=True):
    """Named nodes in the order written; a name given twice is reported and its first value stands."""

    fields: tuple[tuple[Scalar, Node], ...]
    place: Place


Node: TypeAlias = Scalar | Items | Fields


class FileContent(Struct, frozen=True):
    """What a file holds; ``root`` is None if nothing could be read."""

    root: Node | None
    file: str
