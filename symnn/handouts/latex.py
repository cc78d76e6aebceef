"""LaTeX: a complete document for xelatex and ctex; the one place that escapes words for it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from msgspec import Struct

from symnn.handouts.document import Document
from symnn.handouts.pictures.diagram import Diagram
from symnn.handouts.pictures.tikz import tikz
from symnn.handouts.walk import walked
from symnn.messages import Language
from symnn.notation.inline import Mathematics, visible
from symnn.notation.items import Aligned, Equals
from symnn.notation.latex import display, formula
from symnn.notation.signs import COMMANDS
from symnn.notation.symbols import Symbols

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
"""Every character that LaTeX would take for something else."""

SIGNS: Mapping[str, str] = MappingProxyType(
    {sign: rf"\{name}" for sign, name in COMMANDS.items() if sign != "…"}
    | {"−": "-", "⊤": r"^{\top}", "²": "^2", "³": "^3"}
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
\usepackage[margin=22mm]{geometry}
\allowdisplaybreaks
\setlength{\parindent}{0pt}
\setlength{\parskip}{6pt}
\pagestyle{plain}
\setcounter{MaxMatrixCols}{64}
\providecommand{\needspace}[1]{\par\ifdim\pagegoal<\maxdimen\ifdim\dimexpr\pagegoal-\pagetotal<\dimexpr#1\relax\newpage\fi\fi}
\AtBeginDocument{\abovedisplayskip=6pt\belowdisplayskip=6pt\abovedisplayshortskip=0pt\belowdisplayshortskip=6pt}
"""


LONGEST_TABLE = 24
"""A table with more rows than this may be broken over pages."""


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
    written = [(block, "\n\n".join(parts)) for block, parts in walked(document, lang, _Latex(document.symbols))]
    body = "".join(f"\n{text}" if isinstance(block, Aligned) else f"\n\n{text}" for block, text in written).lstrip()
    return f"{PREAMBLE[lang]}{PACKAGES}\\begin{{document}}\n{body}\n\\end{{document}}\n"


class _Latex(Struct, frozen=True):
    """How LaTeX writes the parts of a document."""

    symbols: Symbols

    def words(self, text: str) -> str:
        return escaped(text)

    def formula(self, part: Mathematics) -> str:
        text = f"${formula(part, self.symbols)}$"
        match part:
            case Equals(mark="given"):
                return rf"{{\boldmath{text}}}"
            case Equals(mark="default"):
                return rf"\textcolor{{black!60}}{{{text}}}"
            case _:
                return text

    def title(self, title: str) -> str:
        return rf"\begin{{center}}\Large\bfseries {title}\end{{center}}"

    def heading(self, text: str) -> str:
        return rf"\needspace{{7\baselineskip}}\section*{{{text.replace(chr(92) + 'frac', chr(92) + 'tfrac')}}}"

    def paragraph(self, text: str) -> str:
        return text

    def aligned(self, block: Aligned) -> str:
        if not block.boxed:
            return display(block, self.symbols)
        return f"\\[\n\\boxed{{{display(block, self.symbols, whole=False)}}}\n\\]"

    def framed(self, title: str, sentences: tuple[str, ...]) -> str:
        text = rf"\textbf{{{title}}}\quad {' '.join(sentences)}"
        inside = rf"\begin{{minipage}}{{\dimexpr\linewidth-2\fboxsep-2\fboxrule}}\small {text}\end{{minipage}}"
        return rf"\noindent\fbox{{{inside}}}"

    def picture(self, drawn: Diagram) -> str:
        return f"\\begin{{center}}\n{tikz(drawn, self.symbols)}\\end{{center}}"

    def table(self, head: tuple[str, ...], rows: tuple[tuple[str, ...], ...], *, wide: bool) -> str:
        """Write a table; a long one may run over several pages."""
        lines = [row if not wide else (rf"\raggedright {row[0]}", *row[1:]) for row in rows]
        first, *rest = (" & ".join(row) + r" \\" for row in (head, *lines))
        columns = (r"p{0.62\linewidth}" if wide else "l") + "l" * (len(head) - 1)
        inside = [r"\toprule", first, r"\midrule", *rest, r"\bottomrule"]
        name = "longtable" if len(rows) > LONGEST_TABLE else "tabular"
        whole = [rf"\begin{{{name}}}{{{columns}}}", *inside, rf"\end{{{name}}}"]
        if name == "tabular":
            whole = [r"\begin{center}", *whole, r"\end{center}"]
        return "\n".join((r"{\setlength{\arraycolsep}{2.5pt}%", *whole, "}"))
