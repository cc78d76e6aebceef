"""LaTeX: a complete document for xelatex and ctex; the one place that escapes words for it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
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
from symnn.rendering.inline import Inline, Words, cell, sentence, visible
from symnn.rendering.latex_math import aligned, formula
from symnn.rendering.tikz import tikz

__all__ = ["escaped", "latex"]

SPECIAL: Mapping[str, str] = MappingProxyType(
    {
        "\\": r"\textbackslash{}",
        "^": r"\textasciicircum{}",
        "~": r"\textasciitilde{}",
        "<": r"\textless{}",
        ">": r"\textgreater{}",
        '"': r"\textquotedbl{}",
        "`": r"\textasciigrave{}",
        "\n": " ",
        "\t": " ",
    }
    | {character: "\\" + character for character in "{}$&#%_"}
)
"""Every character that LaTeX would take for something else ."""

GREEK = (
    "alpha beta gamma delta varepsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon "
    "varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega"
)
SIGNS: Mapping[str, str] = MappingProxyType(
    dict(zip("αβγδεζηθικλμνξπρστυφχψωΓΔΘΛΞΠΣΦΨΩ", (rf"\{name}" for name in GREEK.split()), strict=True))
    | {"∂": r"\partial", "∇": r"\nabla", "→": r"\to", "−": "-", "×": r"\times", "·": r"\cdot", "÷": r"\div"}
    | {"≤": r"\le", "≥": r"\ge", "≠": r"\ne", "≈": r"\approx", "∞": r"\infty", "⊙": r"\odot", "⊤": "^{\\top}"}
    | {"²": "^2", "³": "^3", "ℓ": r"\ell", "√": r"\surd"}
)
"""Mathematical signs that stand among words: most fonts for text do not have them."""

LIGATURE = re.compile(r"([-',])(?=\1)")
"""Two of these would be a dash or a quotation mark."""

PREAMBLE: Mapping[str, str] = MappingProxyType(
    {
        "zh": r"\documentclass[11pt,a4paper]{ctexart}"
        "\n"
        r"\ctexset{section={format=\Large\bfseries}}"
        "\n",
        "en": r"\documentclass[11pt,a4paper]{article}" "\n" r"\usepackage[scheme=plain]{ctex}" "\n",
    }
)
PACKAGES = r"""\usepackage{amsmath,amssymb,booktabs,longtable,tikz}
\usepackage[margin=25mm]{geometry}
\allowdisplaybreaks
\setlength{\parindent}{0pt}
\setlength{\parskip}{6pt}
\pagestyle{plain}
\setcounter{MaxMatrixCols}{64}
\AtBeginDocument{\abovedisplayskip=6pt\belowdisplayskip=6pt\abovedisplayshortskip=0pt\belowdisplayshortskip=6pt}
"""


def escaped(text: str) -> str:
    r"""Write words so that LaTeX prints exactly them; the only way words reach a document.

    >>> print(escaped("50% of \\input{x}, θ_1"))
    50\% of \textbackslash{}input\{x\}, $\theta$\_1
    """
    return LIGATURE.sub(r"\1{}", "".join(_character(character) for character in text))


def _character(character: str) -> str:
    if character in SPECIAL:
        return SPECIAL[character]
    if character in SIGNS:
        return f"${SIGNS[character]}$"
    shown = visible(character)
    return character if shown == character else escaped(shown)


def latex(document: Document, lang: Language) -> str:
    """Write a whole document, to be compiled with xelatex."""
    written = [(block, _block(block, document.symbols, lang)) for block in document.blocks]
    body = "".join(f"\n{text}" if isinstance(block, Aligned) else f"\n\n{text}" for block, text in written).lstrip()
    return f"{PREAMBLE[lang]}{PACKAGES}\\begin{{document}}\n{body}\n\\end{{document}}\n"


def _block(block: Block, symbols: Mapping[str, str], lang: Language) -> str:
    match block:
        case Title():
            return rf"\begin{{center}}\Large\bfseries {escaped(getattr(block, lang))}\end{{center}}"
        case Heading(code, facts):
            return rf"\section*{{{_inline(sentence(code, facts, lang), symbols)}}}"
        case Prose(code, facts):
            return _inline(sentence(code, facts, lang), symbols)
        case Verbatim():
            return "\n\n".join(_inline(part, symbols) for part in author_text(getattr(block, lang)))
        case Aligned():
            return f"\\begin{{align*}}\n{aligned(block, symbols)}\n\\end{{align*}}"
        case Picture(diagram):
            return f"\\begin{{center}}\n{tikz(diagram, symbols)}\\end{{center}}"
        case Table():
            return _table(block, symbols, lang)
        case _:
            assert_never(block)


def _table(table: Table, symbols: Mapping[str, str], lang: Language) -> str:
    """Write a table that may run over several pages."""
    rows = [_row(row, symbols, lang) for row in (table.head, *table.rows)]
    begin = rf"{{\setlength{{\arraycolsep}}{{2.5pt}}\begin{{longtable}}{{{'l' * len(table.head)}}}"
    return "\n".join((begin, r"\toprule", rows[0], r"\midrule", *rows[1:], r"\bottomrule", r"\end{longtable}}"))


def _row(row: tuple[Cell, ...], symbols: Mapping[str, str], lang: Language) -> str:
    return " & ".join(_inline(cell(content, lang), symbols) for content in row) + r" \\"


def _inline(parts: tuple[Inline, ...], symbols: Mapping[str, str]) -> str:
    """Write a sentence: words escaped, mathematics between dollars."""
    return "".join(escaped(part.text) if isinstance(part, Words) else f"${formula(part, symbols)}$" for part in parts)
