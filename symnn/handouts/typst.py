"""Typst: a complete document; the one place that escapes words for it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from xml.etree import ElementTree as ET

from msgspec import Struct

from symnn.handouts.diagram import Diagram
from symnn.handouts.document import Document
from symnn.handouts.svg import svg
from symnn.handouts.walk import walked
from symnn.messages import Language
from symnn.notation.inline import Formula, visible
from symnn.notation.items import Aligned, Piece
from symnn.notation.latex_math import aligned_rows, formula
from symnn.notation.mathml import mathml

__all__ = ["escaped", "mathematics", "quoted", "typst"]

SPECIAL = re.compile(r"([\\#$*_`<>@\[\]~/=+\-'\"])")
AT_START = re.compile(r"^(\d+)([.)])")

OPENING, CLOSING = frozenset("(["), frozenset(")]")
ESCAPED = frozenset("()[]{},;|/\\#$\"_^&'~:*`<>@")
"""Signs that mean something to Typst inside mathematics."""

PREAMBLE = """#set page(paper: "a4", margin: 25mm, numbering: "1")
#set text(size: 11pt, lang: "{lang}", font: ("New Computer Modern", "Source Han Serif SC", "Noto Serif CJK SC",
  "Noto Sans CJK SC", "Songti SC", "SimSun", "PingFang SC", "Microsoft YaHei"))
#set par(justify: true, leading: 0.75em, spacing: 1.1em)
#set heading(numbering: none)
#show heading: set block(above: 1.6em, below: 1em)
#show math.equation: set block(breakable: true, above: 1em, below: 1em)
#show math.equation: set text(font: ("New Computer Modern Math", "Source Han Serif SC", "Noto Sans CJK SC", "SimSun"))
"""
"""The page; of the fonts for Chinese the first that is installed is taken."""


def escaped(text: str) -> str:
    r"""Write words so that Typst prints exactly them; the only way words reach a document.

    >>> print(escaped("50% of #eval(x), $w_1$"))
    50% of \#eval(x), \$w\_1\$
    """
    flat = re.sub(r"\s+", " ", visible(text))
    return AT_START.sub(r"\1\\\2", SPECIAL.sub(r"\\\1", flat))


def quoted(text: str) -> str:
    r"""Write words as a string of Typst.

    >>> print(quoted('say "x"'))
    "say \"x\""
    """
    return '"' + visible(text).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def typst(document: Document, lang: Language) -> str:
    """Write a whole document, to be compiled with Typst 0.13 or later."""
    parts = (part for _, parts in walked(document, lang, _Typst(document.symbols)) for part in parts)
    return PREAMBLE.replace("{lang}", lang) + "\n" + "\n\n".join(filter(None, parts)) + "\n"


class _Typst(Struct, frozen=True):
    """How Typst writes the parts of a document."""

    symbols: Mapping[str, str]

    def words(self, text: str) -> str:
        return escaped(text)

    def formula(self, part: Piece | Formula) -> str:
        return f"${mathematics(formula(part, self.symbols))}$"

    def title(self, title: str) -> str:
        return f'#align(center, text(size: 1.4em, weight: "bold")[{title}])'

    def heading(self, text: str) -> str:
        return f"= {text}"

    def paragraph(self, text: str) -> str:
        return text

    def aligned(self, block: Aligned) -> str:
        rows = (row.partition("&") for row in aligned_rows(block, self.symbols))
        lines = (f"  {mathematics(left)} {sign} {mathematics(right)}" for left, sign, right in rows)
        return "$\n" + " \\\n".join(line.rstrip() for line in lines) + "\n$"

    def picture(self, drawn: Diagram) -> str:
        return f'#align(center, image(bytes({quoted(svg(drawn, self.symbols))}), format: "svg", width: 85%))'

    def table(self, head: tuple[str, ...], rows: tuple[tuple[str, ...], ...]) -> str:
        cells = ",\n".join("  " + ", ".join(f"[{content}]" for content in row) for row in rows)
        first = ", ".join(f"[{content}]" for content in head)
        rules = "table.hline(), table.header({first}), table.hline(stroke: 0.5pt)".replace("{first}", first)
        return (
            f"#align(center, table(columns: {len(head)}, stroke: none, align: left,\n"
            f"  {rules},\n{cells},\n  table.hline()))"
        )


def mathematics(latex: str) -> str:
    r"""Write the LaTeX that our own writers write as Typst mathematics, by way of its MathML.

    >>> print(mathematics(r"\frac{\partial E}{\partial w_{46}} = 2\,(y - z)"))
    frac(∂ E, ∂ w_(46)) = 2 thin \( y − z \)
    """
    return _math(ET.fromstring(f"<mrow>{mathml(latex)}</mrow>"))  # noqa: S314 - our own text


def _math(node: ET.Element) -> str:
    """Write one element; every bracket and comma is escaped, so that none is taken for a call."""
    match node.tag:
        case "mi" | "mn" | "mo" | "mtext":
            return _sign(node, node.text or "")
        case "mspace":
            return {"0.17em": "thin", "1em": "quad", "2em": "wide"}.get(node.get("width", ""), "space")
        case "mfrac":
            return f"frac({', '.join(map(_math, node))})"
        case "msqrt":
            return f"sqrt({_side_by_side(node)})"
        case "msub" | "msup" | "msubsup":
            return _scripted(node)
        case "munder":
            over, under = node
            return f"underbrace({_math(over)})" if under.text == "⏟" else f"{_math(over)[:-1]}, {_math(under)})"
        case "mtable":
            rows = ("; ".join(", ".join(_math(cell) for cell in row) for row in node),)
            return f"mat(delim: #none, {rows[0]})"
        case _:
            return _side_by_side(node)


def _side_by_side(node: ET.Element) -> str:
    """Write elements side by side; two brackets that grow and belong together grow in Typst too."""
    written: list[str] = []
    opened: list[int] = []
    for child in node:
        text = _math(child)
        grows = child.tag == "mo" and child.get("stretchy") != "false"
        if grows and child.text in OPENING:
            opened.append(len(written))
        elif grows and child.text in CLOSING and opened:
            start = opened.pop()
            written[start] = f"lr({written[start]}"
            text += ")"
        written.append(text)
    return " ".join(filter(None, written))


def _scripted(node: ET.Element) -> str:
    """Write what has a sub- or superscript; a base of several signs is held together."""
    base, *scripts = map(_math, node)
    held = base if " " not in base else f"attach({base})"
    marks = {"msub": "_", "msup": "^", "msubsup": "_^"}[node.tag]
    return held + "".join(f"{mark}({script})" for mark, script in zip(marks, scripts, strict=True))


def _sign(node: ET.Element, text: str) -> str:
    """Write a letter, number or sign; names of several letters upright."""
    if node.tag == "mo":
        return " ".join(f"\\{sign}" if sign in ESCAPED else sign for sign in text)
    if node.tag == "mi" and (node.get("mathvariant") == "normal" or len(text) > 1):
        return f"op({quoted(text)})" if text.isalpha() and len(text) > 1 else f"upright({quoted(text)})"
    return quoted(text) if node.tag == "mtext" else text
