"""LaTeX: a complete document for xelatex and ctex; the one place that escapes words for it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final, TypeAlias

from msgspec import Struct

from symnn.handouts.document import Block, Document, Heading, Prose
from symnn.handouts.pictures.diagram import Diagram
from symnn.handouts.pictures.tikz import tikz
from symnn.handouts.walk import walked
from symnn.messages import Language
from symnn.notation.inline import Mathematics, visible
from symnn.notation.items import Aligned, Equals
from symnn.notation.sign_names import COMMANDS
from symnn.notation.symbols import Symbols
from symnn.notation.tex import display, sentence_formula

__all__ = ["SETTINGS", "Rules", "escaped", "latex", "latex_body"]

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

CLASS: Mapping[str, str] = MappingProxyType(
    {
        "zh": r"\documentclass[11pt,a4paper]{ctexart}"
        "\n"
        r"\ctexset{section={format=\large\bfseries,beforeskip=1.6ex plus .5ex,afterskip=.8ex}}"
        "\n",
        "en": r"""\documentclass[11pt,a4paper]{article}
\makeatletter
\renewcommand\section{\@startsection{section}{1}{0pt}{1.6ex plus .5ex}{.8ex}{\normalfont\large\bfseries}}
\makeatother
""",
    }
)
CHINESE_WORDS = "\\usepackage[scheme=plain]{ctex}\n"
"""What an English page needs where an author's names are Chinese."""

PACKAGES = r"""\usepackage{amsmath,amssymb,booktabs,tikz}
\usepackage[hmargin=22mm,top=17mm,bottom=19mm,footskip=9mm]{geometry}
\setlength{\parskip}{4pt}
\pagestyle{plain}
"""

SETTINGS = r"""\allowdisplaybreaks
\setlength{\parindent}{0pt}
\setcounter{MaxMatrixCols}{64}
\makeatletter\@beginparpenalty=10000\makeatother
\providecommand{\needspace}[1]{\par\ifdim\pagegoal<\maxdimen
  \ifdim\dimexpr\pagegoal-\pagetotal<\dimexpr#1\relax\newpage\fi\fi}
\providecommand{\handoutpicture}[1]{\setbox0\hbox{#1}%
  \ifdim\wd0>\linewidth\setbox0\hbox{\resizebox{\linewidth}{!}{\box0}}\fi
  \ifdim\ht0>65mm\setbox0\hbox{\resizebox{!}{65mm}{\box0}}\fi\box0 }
\abovedisplayskip=5pt\belowdisplayskip=5pt\abovedisplayshortskip=0pt\belowdisplayshortskip=5pt
"""
"""What a page needs wherever it stands."""

BESIDE = r"""{\setbox0\hbox{%
#picture#}\setbox2\hbox{%
#table#}%
\ifdim\dimexpr.75\wd0+\wd2+1em<\linewidth
  \ifdim\dimexpr\wd0+\wd2+1em>\linewidth
    \setbox0\hbox{\resizebox{\dimexpr\linewidth-\wd2-1em}{!}{\box0}}\fi
  \begin{center}$\vcenter{\box0}$\hfill$\vcenter{\box2}$\end{center}%
\else
  \begin{center}\ifdim\wd0>\linewidth\resizebox{\linewidth}{!}{\box0}\else\box0\fi\end{center}
  \begin{center}\box2\end{center}%
\fi}"""
"""A picture and a table are measured; they stand beside each other where there is room, a little smaller perhaps."""

LITTLE_ROOM = r"\needspace{7\baselineskip}"
"""What the head of a section needs below it."""

FEW_ROWS = 3
"""More rows with fractions than these need more than that: each 25 points."""

LONGEST_TABLE = 24
"""A table with more rows than this is written in parts."""

HAN = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]")

Rules: TypeAlias = tuple[str, str, str]
"""The lines of a table: above it, below its head, below it."""

BOOKTABS: Final[Rules] = (r"\toprule", r"\midrule", r"\bottomrule")


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
    text = latex_body(document, lang)
    words = CHINESE_WORDS if lang == "en" and HAN.search(text) else ""
    return f"{CLASS[lang]}{words}{PACKAGES}\\begin{{document}}\n{SETTINGS}{text}\n\\end{{document}}\n"


def latex_body(document: Document, lang: Language, rules: Rules = BOOKTABS, *, stepwise: bool = False) -> str:
    """Write the inside of a document, on slides with the paths of a picture step by step."""
    to = _Latex(document.symbols, rules, stepwise)
    parts = [(block, "\n\n".join(parts)) for block, parts in walked(document, lang, to)]
    blocks = [block for block, _ in parts]
    roomy = ((block, _with_room(text, blocks[place:])) for place, (block, text) in enumerate(parts))
    joined = (f"\n{text}" if isinstance(block, Aligned) else f"\n\n{text}" for block, text in roomy)
    return "".join(joined).lstrip()


def _with_room(text: str, blocks: Sequence[Block]) -> str:
    """Ask for the room of a frame that a section begins with: it cannot break, and its head would stay behind."""
    if not isinstance(blocks[0], Heading):
        return text
    first = next((block for block in blocks[1:] if not isinstance(block, Prose)), None)
    rows = len(first.lines) if isinstance(first, Aligned) and first.boxed else 0
    room = rf"\needspace{{\dimexpr4\baselineskip+{25 * rows}pt\relax}}"
    return text.replace(LITTLE_ROOM, room) if rows > FEW_ROWS else text


CENTERED: Final = ("\\begin{center}\\arraycolsep=2.5pt\\renewcommand{\\arraystretch}{1.1}\n", "\n\\end{center}")


def _end(row: Sequence[str]) -> str:
    """End the row of a table, with room below a matrix: those of two rows would touch."""
    return r"\\\noalign{\vskip3pt}" if any("matrix" in cell for cell in row) else r"\\"


class _Latex(Struct, frozen=True):
    """How LaTeX writes the parts of a document."""

    symbols: Symbols
    rules: Rules
    stepwise: bool = False

    def words(self, text: str) -> str:
        return escaped(text)

    def formula(self, part: Mathematics) -> str:
        text = f"${sentence_formula(part, self.symbols)}$"
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
        return rf"{LITTLE_ROOM}\section*{{{text.replace(chr(92) + 'frac', chr(92) + 'tfrac')}}}"

    def paragraph(self, text: str) -> str:
        return text

    def aligned(self, block: Aligned) -> str:
        if not block.boxed:
            return display(block, self.symbols)
        return f"\\[\n\\boxed{{{display(block, self.symbols, whole=False)}}}\n\\]"

    def framed(self, title: str, sentences: tuple[str, ...]) -> str:
        text = rf"\textbf{{{title}}}\quad {' '.join(sentences)}"
        inside = rf"\begin{{minipage}}{{\dimexpr\linewidth-2\fboxsep-2\fboxrule}}\small {text}\end{{minipage}}"
        return rf"\noindent\fbox{{{inside}}}\par"

    def picture(self, drawn: Diagram) -> str:
        inside = tikz(drawn, self.symbols, stepwise=self.stepwise).strip()
        return f"\\begin{{center}}\n\\handoutpicture{{%\n{inside}}}\n\\end{{center}}"

    def beside(self, picture: str, table: str) -> str:
        inside = table.removeprefix(CENTERED[0]).removesuffix(CENTERED[1])
        drawn = picture.removeprefix("\\begin{center}\n").removesuffix("\n\\end{center}")
        return BESIDE.replace("#picture#", drawn).replace("#table#", inside)

    def table(self, head: tuple[str, ...], rows: tuple[tuple[str, ...], ...], *, wide: bool) -> str:
        """Write a table; a long one in parts, so that it may run over several pages."""
        lines = [row if not wide else (rf"\raggedright {row[0]}", *row[1:]) for row in rows]
        first, *rest = (f"{' & '.join(row)} {_end(row)}" for row in (head, *lines))
        columns = (r"p{0.62\linewidth}" if wide else "l") + "l" * (len(head) - 1)
        top, middle, bottom = self.rules
        parts = [rest[start : start + LONGEST_TABLE] for start in range(0, max(len(rest), 1), LONGEST_TABLE)]
        begin, end = rf"\begin{{tabular}}{{{columns}}}", r"\end{tabular}"
        whole = ("\n".join((begin, top, first, middle, *part, bottom, end)) for part in parts)
        return "\n\n".join(f"{CENTERED[0]}{part}{CENTERED[1]}" for part in whole)
