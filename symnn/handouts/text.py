"""Plain text for a terminal: a document in Unicode."""

from __future__ import annotations

from msgspec import Struct

from symnn.handouts.document import Document
from symnn.handouts.pictures.diagram import Diagram
from symnn.handouts.walk import walked
from symnn.messages import Language
from symnn.notation.author import readable
from symnn.notation.inline import Formula
from symnn.notation.items import Aligned, Piece
from symnn.notation.terminal import INDENT, WIDTH, aligned, columns, escaped, written

__all__ = ["text"]


def text(document: Document, lang: Language) -> str:
    """Write a whole document."""
    parts = (part for _, parts in walked(document, lang, _Text()) for part in parts)
    return "\n\n".join(filter(None, parts)) + "\n"


class _Text(Struct, frozen=True):
    """How a terminal shows the parts of a document."""

    def words(self, text: str) -> str:
        return escaped(text)

    def formula(self, part: Piece | Formula) -> str:
        return written(part.tree) if isinstance(part, Piece) else escaped(readable(part.latex))

    def title(self, title: str) -> str:
        flat = title.replace("\n", " ")
        return f"{flat}\n{'=' * columns(flat)}"

    def heading(self, text: str) -> str:
        return f"{text}\n{'-' * columns(text)}"

    def paragraph(self, text: str) -> str:
        return text

    def aligned(self, block: Aligned) -> str:
        return aligned(block)

    def picture(self, drawn: Diagram) -> str:  # noqa: ARG002 - a terminal cannot draw
        return ""

    def table(self, head: tuple[str, ...], rows: tuple[tuple[str, ...], ...]) -> str:
        """Write a table in columns as wide as they must be."""
        flat = [[content.replace("\n", " ") for content in row] for row in (head, *rows)]
        wide = [max(columns(row[place]) for row in flat) for place in range(len(head))]
        first, *rest = (
            "  ".join(c + " " * (w - columns(c)) for c, w in zip(row, wide, strict=True)).rstrip() for row in flat
        )
        rule = "  ".join("-" * min(w, WIDTH // 2) for w in wide)
        return "\n".join(INDENT + line for line in (first, rule, *rest))
