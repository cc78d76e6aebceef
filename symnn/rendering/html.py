"""HTML: one page that needs nothing else, mathematics in MathML, the picture in SVG."""

from __future__ import annotations

from collections.abc import Mapping
from typing import assert_never

from symnn.messages import Language
from symnn.rendering.author import author_text
from symnn.rendering.document import (
    Aligned,
    Block,
    Cell,
    Document,
    Heading,
    Picture,
    Prose,
    Table,
    Title,
    Verbatim,
)
from symnn.rendering.inline import Inline, Words, cell, sentence
from symnn.rendering.latex_math import aligned_rows, formula
from symnn.rendering.mathml import mathml
from symnn.rendering.svg import escaped, svg

__all__ = ["html"]

STYLE = """
body { font: 17px/1.55 "Noto Serif CJK SC", "Source Han Serif SC", "Songti SC", Georgia, serif; color: #222;
       max-width: 52rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; text-align: center; } h2 { font-size: 1.2rem; margin-top: 2rem; }
math { font-size: 1.05em; } .display { overflow-x: auto; padding: .3rem 0; text-align: center; }
.display mtd { padding: .28em .15em; text-align: left; } .display mtd.left { text-align: right; }
.picture { text-align: center; overflow-x: auto; } .picture svg { max-width: 100%; height: auto; }
table { border-collapse: collapse; margin: 1rem auto; } th, td { padding: .2rem .9rem; text-align: left; }
thead { border-top: 2px solid; border-bottom: 1px solid; } tbody { border-bottom: 2px solid; }
"""


def html(document: Document, lang: Language) -> str:
    """Write a whole page."""
    titles = [escaped(getattr(block, lang)) for block in document.blocks if isinstance(block, Title)]
    body = "\n".join(_block(block, document.symbols, lang) for block in document.blocks)
    return (
        f'<!DOCTYPE html>\n<html lang="{lang}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width">\n'
        f"<title>{(titles or ['symnn'])[0]}</title>\n<style>{STYLE}</style>\n</head>\n"
        f"<body>\n{body}\n</body>\n</html>\n"
    )


def _block(block: Block, symbols: Mapping[str, str], lang: Language) -> str:
    match block:
        case Title():
            return f"<h1>{escaped(getattr(block, lang))}</h1>"
        case Heading(code, facts):
            return f"<h2>{_inline(sentence(code, facts, lang), symbols)}</h2>"
        case Prose(code, facts):
            return f"<p>{_inline(sentence(code, facts, lang), symbols)}</p>"
        case Verbatim():
            return "\n".join(f"<p>{_inline(part, symbols)}</p>" for part in author_text(getattr(block, lang)))
        case Aligned():
            return _aligned(block, symbols)
        case Picture(drawn):
            return f'<div class="picture">{svg(drawn, symbols)}</div>'
        case Table():
            return _table(block, symbols, lang)
        case _:
            assert_never(block)


def _inline(parts: tuple[Inline, ...], symbols: Mapping[str, str]) -> str:
    return "".join(
        escaped(part.text) if isinstance(part, Words) else f"<math>{mathml(formula(part, symbols))}</math>"
        for part in parts
    )


def _aligned(block: Aligned, symbols: Mapping[str, str]) -> str:
    rows = []
    for row in aligned_rows(block, symbols):
        left, _, right = row.partition("&")
        rows.append(f'<mtr><mtd class="left">{mathml(left.strip())}</mtd><mtd>{mathml(right.strip())}</mtd></mtr>')
    table = f'<mtable displaystyle="true">{"".join(rows)}</mtable>'
    return f'<div class="display"><math display="block">{table}</math></div>'


def _table(table: Table, symbols: Mapping[str, str], lang: Language) -> str:
    head = _row(table.head, "th", symbols, lang)
    body = "\n".join(_row(row, "td", symbols, lang) for row in table.rows)
    return f"<table>\n<thead>{head}</thead>\n<tbody>\n{body}\n</tbody>\n</table>"


def _row(row: tuple[Cell, ...], tag: str, symbols: Mapping[str, str], lang: Language) -> str:
    cells = (f"<{tag}>{_inline(cell(content, lang), symbols)}</{tag}>" for content in row)
    return f"<tr>{''.join(cells)}</tr>"
