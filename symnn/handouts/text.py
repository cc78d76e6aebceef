"""Plain text for a terminal: a document in Unicode."""

from __future__ import annotations

from textwrap import wrap

from msgspec import Struct

from symnn.handouts.document import Document
from symnn.handouts.pictures.diagram import Diagram
from symnn.handouts.walk import walked
from symnn.messages import Language
from symnn.notation.inline import Mathematics
from symnn.notation.items import Aligned
from symnn.notation.symbols import Symbols
from symnn.notation.terminal import INDENT, WIDTH, aligned, columns, escaped, inline

__all__ = ["text"]


def text(document: Document, lang: Language) -> str:
    """Write a whole document."""
    parts = (part for _, parts in walked(document, lang, _Text(document.symbols)) for part in parts)
    return "\n\n".join(filter(None, parts)) + "\n"


class _Text(Struct, frozen=True):
    """How a terminal shows the parts of a document."""

    symbols: Symbols

    def words(self, text: str) -> str:
        return escaped(text)

    def formula(self, part: Mathematics) -> str:
        return inline(part, self.symbols)

    def title(self, title: str) -> str:
        flat = title.replace("\n", " ")
        return f"{flat}\n{'=' * columns(flat)}"

    def heading(self, text: str) -> str:
        return f"{text}\n{'-' * columns(text)}"

    def paragraph(self, text: str) -> str:
        return text

    def framed(self, title: str, sentences: tuple[str, ...]) -> str:
        return "\n".join((f"{title}:", *(f"{INDENT}- {sentence}" for sentence in sentences)))

    def aligned(self, block: Aligned) -> str:
        return aligned(block, self.symbols)

    def picture(self, drawn: Diagram) -> str:  # noqa: ARG002 - a terminal cannot draw
        return ""

    def beside(self, picture: str, table: str) -> str:
        return picture + table

    def table(self, head: tuple[str, ...], rows: tuple[tuple[str, ...], ...], *, wide: bool) -> str:
        """Write a table in columns as wide as they must be; long first cells go on below."""
        flat = [[content.replace("\n", " ") for content in row] for row in (head, *rows)]
        if wide:
            flat = [line for first, *rest in flat for line in _broken(first, rest)]
        sizes = [max(columns(row[place]) for row in flat) for place in range(len(head))]
        first, *others = (
            "  ".join(c + " " * (w - columns(c)) for c, w in zip(row, sizes, strict=True)).rstrip() for row in flat
        )
        rule = "  ".join("-" * min(w, WIDTH // 2) for w in sizes)
        return "\n".join(INDENT + line for line in (first, rule, *others))


def _broken(first: str, rest: list[str]) -> list[list[str]]:
    """Break a long first cell over lines; the other cells stand beside its first."""
    lines = wrap(first, WIDTH * 2 // 3, break_long_words=False)
    return [[line, *(rest if not place else [""] * len(rest))] for place, line in enumerate(lines)]
