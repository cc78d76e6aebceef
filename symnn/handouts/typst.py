"""Typst: a complete document; the one place that escapes words for it."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

from msgspec import Struct

from symnn.handouts.document import Block, Document, Prose, Table
from symnn.handouts.pictures.diagram import Diagram
from symnn.handouts.pictures.svg import svg
from symnn.handouts.walk import walked
from symnn.messages import Language
from symnn.notation.boxes import Box
from symnn.notation.inline import Mathematics, visible
from symnn.notation.items import Aligned, Equals
from symnn.notation.symbols import Symbols
from symnn.notation.typst_math import aligned, inline, quoted

__all__ = ["escaped", "typst"]

SPECIAL = re.compile(r"([\\#$*_`<>@\[\]~/=+\-'\"])")
AT_START = re.compile(r"^(\d+)([.)])")

PREAMBLE = """#set page(paper: "a4", margin: (x: 22mm, y: 18mm), numbering: "1")
#set text(size: 11pt, lang: "{lang}", font: ("New Computer Modern", "Source Han Serif SC", "Noto Serif CJK SC",
  "Noto Sans CJK SC", "Songti SC", "SimSun", "PingFang SC", "Microsoft YaHei"))
#set par(justify: true, leading: 0.75em, spacing: 1.1em)
#set heading(numbering: none)
#show heading: set block(above: 1.3em, below: 0.8em, sticky: true)
#show math.equation: set block(breakable: true, above: 1em, below: 1em)
#show math.equation: set text(font: ("New Computer Modern Math", "Source Han Serif SC", "Noto Sans CJK SC", "SimSun"))
"""
"""The page; of the fonts for Chinese the first that is installed is taken."""


@lru_cache(maxsize=2048)
def escaped(text: str) -> str:
    r"""Write words so that Typst prints exactly them; the only way words reach a document.

    >>> print(escaped("50% of #eval(x), $w_1$"))
    50% of \#eval(x), \$w\_1\$
    """
    flat = re.sub(r"\s+", " ", visible(text))
    return AT_START.sub(r"\1\\\2", SPECIAL.sub(r"\\\1", flat))


def typst(document: Document, lang: Language) -> str:
    """Write a whole document, to be compiled with Typst 0.13 or later."""
    blocks = [*walked(document, lang, _Typst(document.symbols)), (None, ())]
    parts = [part for (block, parts), (after, _) in pairwise(blocks) for part in _kept(block, parts, after)]
    return PREAMBLE.replace("{lang}", lang) + "\n" + "\n\n".join(filter(None, parts)) + "\n"


def _kept(block: Block | None, parts: tuple[str, ...], after: Block | None) -> tuple[str, ...]:
    """Keep the sentence that leads to equations or a table on their page."""
    if isinstance(block, Prose) and isinstance(after, Aligned | Table):
        return tuple(f"#block(sticky: true)[{part}]" for part in parts)
    return parts


@lru_cache(maxsize=64)
def _image(drawn: Diagram, symbols: tuple[tuple[str, Box], ...]) -> str:
    """Draw a picture; the sheets of a class have the same ones."""
    return quoted(svg(drawn, dict(symbols)))


class _Typst(Struct, frozen=True):
    """How Typst writes the parts of a document."""

    symbols: Symbols

    def words(self, text: str) -> str:
        return escaped(text)

    def formula(self, part: Mathematics) -> str:
        text = inline(part, self.symbols)
        match part:
            case Equals(mark="given"):
                return f"$bold({text})$"
            case Equals(mark="default"):
                return f"#text(fill: luma(40%))[${text}$]"
            case _:
                return f"${text}$"

    def title(self, title: str) -> str:
        return f'#align(center, text(size: 1.4em, weight: "bold")[{title}])'

    def heading(self, text: str) -> str:
        return f"= {text}"

    def paragraph(self, text: str) -> str:
        return text

    def aligned(self, block: Aligned) -> str:
        written = aligned(block, self.symbols)
        if not block.boxed:
            return written
        return f"#align(center, box(stroke: 0.5pt, inset: 6pt)[{written}])"

    def framed(self, title: str, sentences: tuple[str, ...]) -> str:
        return f"#block(stroke: 0.5pt, inset: 8pt, width: 100%)[*{title}* #h(0.5em) {' '.join(sentences)}]"

    def picture(self, drawn: Diagram) -> str:
        return f'#align(center, image(bytes({_image(drawn, tuple(self.symbols.items()))}), format: "svg", width: 85%))'

    def beside(self, picture: str, table: str) -> str:
        return f"#grid(columns: (1fr, auto), column-gutter: 1em, align: horizon, [{picture}], [{table}])"

    def table(self, head: tuple[str, ...], rows: tuple[tuple[str, ...], ...], *, wide: bool) -> str:
        columns = f"(62%, {', '.join(['auto'] * (len(head) - 1))})" if wide else len(head)
        cells = ",\n".join("  " + ", ".join(f"[{content}]" for content in row) for row in rows)
        first = ", ".join(f"[{content}]" for content in head)
        rules = "table.hline(), table.header({first}), table.hline(stroke: 0.5pt)".replace("{first}", first)
        return (
            f"#align(center, table(columns: {columns}, stroke: none, align: left,\n"
            f"  {rules},\n{cells},\n  table.hline()))"
        )
