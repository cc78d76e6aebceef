"""HTML: one page that needs nothing else, mathematics in MathML, the picture in SVG."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from symnn.handouts.document import Document, Title
from symnn.handouts.pictures.diagram import Diagram
from symnn.handouts.pictures.svg import svg
from symnn.handouts.walk import walked
from symnn.messages import Language
from symnn.notation.inline import Mathematics, box_of
from symnn.notation.items import Aligned, Equals
from symnn.notation.mathml import aligned, escaped, mathml
from symnn.notation.symbols import Symbols

__all__ = ["fragment", "html"]

STYLE = """
:root { color-scheme: light dark; }
body { font: 17px/1.55 "Noto Serif CJK SC", "Source Han Serif SC", "Songti SC", Georgia, serif; color: #222;
       background: #fff; max-width: 52rem; margin: 2rem auto; padding: 0 1rem; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; text-align: center; } h2 { font-size: 1.2rem; margin-top: 2rem; }
h1, h2, p:has(+ .display), p:has(+ .table) { break-after: avoid; }
math { font-size: 1.05em; overflow-wrap: normal; } .given { font-weight: bold; } .default { color: #666; }
.display { overflow-x: auto; padding: .3rem 0; text-align: center; }
.display.boxed math { border: 1px solid; padding: .3em .6em; display: inline-block math; break-inside: avoid; }
.display mtd { padding: .28em .15em; text-align: left; justify-items: start; }
.display mtd.left { text-align: right; justify-items: end; padding-left: 1.2em; }
.display mtd.label { color: #666; }
.pair { display: flex; flex-wrap: wrap; justify-content: center; gap: 0 2.4em; padding: .3rem 0; }
.pair .display { padding: 0; max-width: 100%; }
.pair.boxed { border: 1px solid; margin: .5rem 0; break-inside: avoid; }
.display mtable mtable mtd { text-align: center; justify-items: center; }
.framed { border: 1px solid; padding: .4rem .8rem; margin: 1rem 0; } .framed ul { margin: .2rem 0; }
.picture { text-align: center; overflow-x: auto; } .picture svg { max-width: 100%; height: auto; }
.beside { display: flex; flex-wrap: wrap; gap: 0 2rem; align-items: center; justify-content: center; }
.beside > * { min-width: 0; max-width: 100%; }
.table { overflow-x: auto; } tr { break-inside: avoid; }
table { border-collapse: collapse; margin: 1rem auto; } th, td { padding: .2rem .9rem; text-align: left; }
.table td math { math-style: normal; }
thead { border-top: 2px solid; border-bottom: 1px solid; } tbody { border-bottom: 2px solid; }
@media (prefers-color-scheme: dark) { body { color: #ddd; background: #181818; }
  .default, .display mtd.label { color: #aaa; } }
@media (min-width: 30rem) { .pair.tall mtd { height: 2.5em; vertical-align: middle; } }
@media (max-width: 30rem) { th, td { padding: .2rem .35rem; } .display mtd.left { padding-left: .6em; }
  .pair { display: grid; justify-items: start; } }
@media print { body { color: #000; background: #fff; } }
"""

INSIDE = """
.symnn .display { overflow-x: auto; } .symnn .display mtd { padding: .28em .15em; text-align: left; }
.symnn .display mtd.left { text-align: right; } .symnn .picture { text-align: center; overflow-x: auto; }
.symnn .picture svg { max-width: 100%; height: auto; } .symnn .pair { display: flex; flex-wrap: wrap; gap: 0 2em; }
"""
"""What a notebook's page does not have: columns of equations, and pictures that fit."""


def html(document: Document, lang: Language) -> str:
    """Write a whole page."""
    titles = [escaped(getattr(block, lang)) for block in document.blocks if isinstance(block, Title)]
    body = "\n".join("\n".join(parts) for _, parts in walked(document, lang, _Html(document.symbols)))
    return (
        f'<!DOCTYPE html>\n<html lang="{lang}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width">\n'
        f"<title>{(titles or ['symnn'])[0]}</title>\n<style>{STYLE}</style>\n</head>\n"
        f"<body>\n{body}\n</body>\n</html>\n"
    )


def fragment(document: Document, lang: Language) -> str:
    """Write a document as a part of somebody else's page, in whose letters and colours it stands."""
    body = "\n".join("\n".join(parts) for _, parts in walked(document, lang, _Html(document.symbols)))
    return f'<div class="symnn" lang="{lang}">\n<style>{INSIDE}</style>\n{body}\n</div>\n'


DISPLAYED: Final = '<div class="display" tabindex="0">{}</div>'


class _Html(Struct, frozen=True):
    """How HTML writes the parts of a document; what may be wider than a window is reached and moved by the keyboard."""

    symbols: Symbols

    def words(self, text: str) -> str:
        return escaped(text)

    def formula(self, part: Mathematics) -> str:
        mark = f' class="{part.mark}"' if isinstance(part, Equals) and part.mark else ""
        return f"<math{mark}>{mathml(box_of(part, self.symbols))}</math>"

    def title(self, title: str) -> str:
        return f"<h1>{title}</h1>"

    def heading(self, text: str) -> str:
        return f"<h2>{text}</h2>"

    def paragraph(self, text: str) -> str:
        return f"<p>{text}</p>"

    def aligned(self, block: Aligned) -> str:
        frame = " boxed" if block.boxed else ""
        halves = [f'<math display="block">{half}</math>' for half in aligned(block, self.symbols)]
        if len(halves) == 1:
            return f'<div class="display{frame}" tabindex="0">{halves[0]}</div>'
        tall = " tall" if any("<mfrac>" in half for half in halves) else ""
        return f'<div class="pair{frame}{tall}">{"".join(map(DISPLAYED.format, halves))}</div>'

    def framed(self, title: str, sentences: tuple[str, ...]) -> str:
        said = "".join(f"<li>{sentence}</li>" for sentence in sentences)
        return f'<aside class="framed"><strong>{title}</strong><ul>{said}</ul></aside>'

    def picture(self, drawn: Diagram) -> str:
        return f'<div class="picture" tabindex="0">{svg(drawn, self.symbols)}</div>'

    def beside(self, picture: str, table: str) -> str:
        return f'<div class="beside">{picture}{table}</div>'

    def table(self, head: tuple[str, ...], rows: tuple[tuple[str, ...], ...], *, wide: bool) -> str:  # noqa: ARG002 - cells are broken as they must be
        first, *rest = (
            f"<tr>{''.join(f'<{tag}>{text}</{tag}>' for text in row)}</tr>"
            for tag, row in (("th", head), *(("td", row) for row in rows))
        )
        body = "\n".join(rest)
        inside = f"<thead>{first}</thead>\n<tbody>\n{body}\n</tbody>"
        return f'<div class="table" tabindex="0"><table>\n{inside}\n</table></div>'
