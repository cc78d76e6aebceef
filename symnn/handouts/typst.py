"""Typst: a complete document; the one place that escapes words for it."""

from __future__ import annotations

import re
from functools import lru_cache

from msgspec import Struct

from symnn.handouts.document import Document, Prose, Table
from symnn.handouts.pictures.diagram import Diagram
from symnn.handouts.pictures.svg import PER_CM, svg
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

PREAMBLE = """#set page(paper: "a4", margin: (x: 22mm, top: 17mm, bottom: 19mm), numbering: "1")
#set text(size: 11pt, lang: "{lang}", font: ("New Computer Modern", "Source Han Serif SC", "Noto Serif CJK SC",
  "Noto Sans CJK SC", "Songti SC", "SimSun", "PingFang SC", "Microsoft YaHei"))
#set par(justify: true, leading: 0.65em, spacing: 0.9em)
#set heading(numbering: none)
#show heading: set block(above: 1.2em, below: 0.8em, sticky: true)
#show heading: set text(size: 12pt)
#show math.equation: set block(breakable: true, above: 0.75em, below: 0.85em)
#show math.equation.where(block: true): set par(leading: 0.55em)
#show math.equation: set text(font: ("New Computer Modern Math", "Source Han Serif SC", "Noto Sans CJK SC", "SimSun"))
#set table(inset: (x: 5pt, y: 1.8pt))
#show table: set par(leading: 0.1em, justify: false)
#show table: set text(top-edge: 0.85em, bottom-edge: -0.3em)
#let fitted(picture, width) = {
  let natural = measure(picture)
  scale(100% * calc.min({unit}, width / natural.width, 65mm / natural.height), reflow: true, picture)
}
#let alone(picture) = layout(page => align(center, fitted(picture, page.width)))
#let beside(picture, table) = layout(page => {
  let wide = {unit} * measure(picture).width
  let left = page.width - measure(table).width - 1em.to-absolute()
  if 0.75 * wide < left {
    grid(columns: (1fr, auto), align: horizon, fitted(picture, left), table)
  } else {
    align(center, fitted(picture, page.width))
    table
  }
})
"""
"""The page, as roomy as that of LaTeX; of the fonts for Chinese the first that is installed is taken.

A picture has its own size, or a smaller one where the page or the table beside it leaves no room for that.
Typst lets high formulas reach into the space between lines: in a table there is little of it.
"""

UNIT = 72 / 2.54 / PER_CM
"""How much smaller a centimetre of a picture is on paper than Typst takes it to be, which reads a pixel as a point."""

LAST_FRAMES = 2
"""So many frames of equations stay together where a row of them ends."""


@lru_cache(maxsize=2048)
def escaped(text: str) -> str:
    r"""Write words so that Typst prints exactly them; the only way words reach a document.

    >>> print(escaped("50% of #eval(x), $w_1$"))
    50% of \#eval(x), \$w\_1\$
    """
    flat = re.sub(r"\s+", " ", visible(text))
    return AT_START.sub(r"\1\\\2", SPECIAL.sub(r"\\\1", flat))


def typst(document: Document, lang: Language) -> str:
    """Write a whole document, to be compiled with Typst 0.13 or later.

    The sentences that lead to equations or a table stay on their page, and no last frame is alone on one.
    """
    parts: list[str] = []
    leads, frames = False, 0
    for block, written in reversed(list(walked(document, lang, _Typst(document.symbols)))):
        leads = isinstance(block, Aligned | Table) or (leads and isinstance(block, Prose))
        frames = frames + 1 if isinstance(block, Aligned) and block.boxed else 0
        kept = (leads and isinstance(block, Prose)) or frames == LAST_FRAMES
        parts[:0] = (f"#block(sticky: true, width: 100%)[{part}]" if kept else part for part in written if part)
    return PREAMBLE.replace("{lang}", lang).replace("{unit}", f"{UNIT:.3f}") + "\n" + "\n\n".join(parts) + "\n"


@lru_cache(maxsize=64)
def _image(drawn: Diagram, symbols: tuple[tuple[str, Box], ...]) -> str:
    """Draw a picture on white, as Typst knows no colours of a screen; the sheets of a class have the same ones."""
    return quoted(svg(drawn, dict(symbols)).replace('fill="Canvas"', 'fill="white"'))


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
        return f'#align(center, text(size: 1.3em, weight: "bold")[{title}])'

    def heading(self, text: str) -> str:
        return f"= {text}"

    def paragraph(self, text: str) -> str:
        return text

    def aligned(self, block: Aligned) -> str:
        written = aligned(block, self.symbols)
        if not block.boxed:
            return written
        return f"#align(center, box(stroke: 0.5pt, inset: 5pt)[{written}])"

    def framed(self, title: str, sentences: tuple[str, ...]) -> str:
        text = f"#set text(size: 10pt)\n*{title}* #h(0.5em) {' '.join(sentences)}"
        return f"#block(stroke: 0.5pt, inset: 5pt, width: 100%)[{text}]"

    def picture(self, drawn: Diagram) -> str:
        return f'#alone(image(bytes({_image(drawn, tuple(self.symbols.items()))}), format: "svg"))'

    def beside(self, picture: str, table: str) -> str:
        return f"#beside({picture.removeprefix('#alone(').removesuffix(')')}, {table.removeprefix('#')})"

    def table(self, head: tuple[str, ...], rows: tuple[tuple[str, ...], ...], *, wide: bool) -> str:
        columns = f"(62%, {', '.join(['auto'] * (len(head) - 1))})" if wide else len(head)
        cells = ",\n".join("  " + ", ".join(f"[{content}]" for content in row) for row in rows)
        first = ", ".join(f"[{content}]" for content in head)
        rules = "table.hline(), table.header({first}), table.hline(stroke: 0.5pt)".replace("{first}", first)
        return (
            f"#align(center, table(columns: {columns}, stroke: none, align: left,\n"
            f"  {rules},\n{cells},\n  table.hline()))"
        )
