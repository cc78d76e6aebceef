r"""The LaTeX that our own writers write, as MathML: what browsers show without any script.

The commands are those of `symnn.notation.typeset` and `symnn.notation.latex_math`; the commands of an author
never get here, since names are spelled anew. What is not known is shown as words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from types import MappingProxyType

from symnn.language.vocabulary import GREEK
from symnn.notation.inline import visible

__all__ = ["escaped", "mathml"]

_TOKEN = re.compile(r"\\(?:begin|end)\{\w+\}|\\[A-Za-z]+|\\.|[{}^_&]|'+|[0-9]+(?:\.[0-9]+)?|\s+|.", re.DOTALL)
_SIZED = re.compile(r"\\(?:left|right|[bB]igg?[lr])")
_WORDS: frozenset[str] = frozenset({"mathrm", "operatorname", "text", "mathit", "mathbf"})
_ENVIRONMENT = re.compile(r"\\begin\{(\w+)\}")

LETTERS: Mapping[str, str] = MappingProxyType(
    {**GREEK, "varepsilon": "ε", "varphi": "φ", "ell": "ℓ", "infty": "∞", "top": "⊤", "partial": "∂", "nabla": "∇"}
    | {"prime": "′"}
)
OPERATORS: Mapping[str, str] = MappingProxyType(
    {"cdot": "⋅", "times": "×", "odot": "⊙", "circ": "∘", "pm": "±", "mid": "|", "sum": "∑", "in": "∈", "sim": "∼"}
    | {"le": "≤", "ge": "≥", "leq": "≤", "geq": "≥", "ne": "≠", "neq": "≠", "approx": "≈"}
    | {
        "lVert": "‖",
        "rVert": "‖",
        "to": "→",
        "rightarrow": "→",
        "Rightarrow": "⇒",
        "dots": "…",
        "ldots": "…",
        "cdots": "⋯",
    }
)
BRACKETS: Mapping[str, tuple[str, str]] = MappingProxyType({"bmatrix": ("[", "]"), "pmatrix": ("(", ")")})
SPACES: Mapping[str, str] = MappingProxyType(
    {r"\,": "0.17em", r"\;": "0.28em", r"\quad": "1em", r"\qquad": "2em", r"\ ": "0.25em"}
)
DOUBLE: Mapping[str, str] = MappingProxyType(dict(zip("CEHNPQRZ", "ℂ𝔼ℍℕℙℚℝℤ", strict=True)))
"""Letters with a double stroke, \\mathbb."""

FUNCTIONS: frozenset[str] = frozenset(
    "exp ln log sin cos tan arcsin arccos arctan sinh cosh tanh max min".split()  # noqa: SIM905 - a list of words
)


COMMANDS: frozenset[str] = frozenset(
    {rf"\{name}" for name in (*LETTERS, *OPERATORS, *FUNCTIONS, *_WORDS)}
    | {rf"\{name}" for name in ("mathbb", "frac", "sqrt", "underbrace", "mathstrut")}
    | {rf"\{name}" for name in ("left", "right", "bigl", "bigr", "Bigl", "Bigr", "dfrac", "tfrac")}
    | {rf"\{side}{{{name}}}" for side in ("begin", "end") for name in ("bmatrix", "pmatrix", "matrix")}
    | {*SPACES, "\\\\"}
)
"""Every command that is understood."""


def escaped(text: str) -> str:
    """Write words for XML text and attributes: the one place that escapes XML."""
    return escape(visible(text), quote=True)


def mathml(latex: str) -> str:
    r"""Give the inside of a ``<math>`` element.

    >>> mathml(r"2\,w_{46}")
    '<mn>2</mn><mspace width="0.17em"/><msub><mi>w</mi><mrow><mn>46</mn></mrow></msub>'
    >>> mathml(r"\frac{\partial E}{\partial w}")
    '<mfrac><mrow><mi>∂</mi><mi>E</mi></mrow><mrow><mi>∂</mi><mi>w</mi></mrow></mfrac>'
    """
    return _Reading(_TOKEN.findall(latex)).until()


class _Reading:
    """Reads tokens one after the other."""

    def __init__(self, tokens: list[str]) -> None:
        self.tokens = tokens
        self.place = 0

    def peek(self) -> str:
        return self.tokens[self.place] if self.place < len(self.tokens) else ""

    def take(self) -> str:
        sign = self.peek()
        self.place += 1
        return sign

    def until(self, *ends: str) -> str:
        """Read up to one of some tokens, which is left."""
        parts: list[str] = []
        while self.peek() and self.peek() not in ends:
            parts.append(self.scripted())
        return "".join(parts)

    def scripted(self) -> str:
        """Read an atom with what is below and above it."""
        atom = self.atom()
        below, above = "", ""
        while self.peek() and (self.peek() in "_^" or self.peek()[0] == "'"):
            sign = self.take()
            if sign == "_":
                below += self.argument()
            else:
                above += self.argument() if sign == "^" else f"<mo>{'′' * len(sign)}</mo>"
        if atom.startswith("<munder>") and below:
            return f"<munder>{atom}{below}</munder>"
        if below and above:
            return f"<msubsup>{atom}{_row(below)}{_row(above)}</msubsup>"
        if below:
            return f"<msub>{atom}{_row(below)}</msub>"
        return f"<msup>{atom}{_row(above)}</msup>" if above else atom

    def argument(self) -> str:
        r"""Read what a command or script is about, always one element: of a bare number its first digit, as TeX does.

        >>> mathml(r"\frac12x")
        '<mfrac><mn>1</mn><mn>2</mn></mfrac><mi>x</mi>'
        """
        while self.peek().isspace():
            self.take()
        sign = self.peek()
        if sign[:1].isdigit() and len(sign) > 1:
            self.tokens[self.place : self.place + 1] = [sign[0], sign[1:]]
        return self.atom() or "<mrow></mrow>"

    def atom(self) -> str:
        """Read a letter, a number, a command with its arguments, or a group."""
        sign = self.take()
        if sign == "{":
            inside = self.until("}")
            self.take()
            return f"<mrow>{inside}</mrow>"
        if sign.startswith("\\"):
            return self.command(sign)
        if sign[:1].isdigit():
            return f"<mn>{sign}</mn>"
        if sign.isspace():
            return ""
        if sign in "()[]|":
            return f'<mo stretchy="false" lspace="0" rspace="0">{sign}</mo>'
        return f"<mi>{escaped(sign)}</mi>" if sign.isalpha() else f"<mo>{escaped(sign.replace('-', '−'))}</mo>"

    def command(self, sign: str) -> str:
        """Read a command and its arguments."""
        name = sign[1:]
        if sign in SPACES:
            return f'<mspace width="{SPACES[sign]}"/>'
        if name in LETTERS:
            return f"<mi>{LETTERS[name]}</mi>"
        if name in OPERATORS:
            return f"<mo>{OPERATORS[name]}</mo>"
        if name in FUNCTIONS:
            return f"<mi>{name}</mi>"
        if name in _WORDS:
            return f'<mi mathvariant="normal">{escaped(self.words())}</mi>'
        if name == "mathbb":
            letter = self.words()
            return f"<mi>{escaped(DOUBLE.get(letter, letter))}</mi>"
        return self.structure(sign)

    def structure(self, sign: str) -> str:
        """Read what has parts: fractions, roots, braces, brackets, matrices."""
        environment = _ENVIRONMENT.fullmatch(sign)
        if environment:
            return self.matrix(environment[1])
        if _SIZED.fullmatch(sign):
            return f'<mo stretchy="true" lspace="0" rspace="0">{escaped(self.take().removeprefix(chr(92)))}</mo>'
        if sign in (r"\frac", r"\dfrac", r"\tfrac"):
            return f"<mfrac>{self.argument()}{self.argument()}</mfrac>"
        if sign == r"\sqrt":
            return f"<msqrt>{self.argument()}</msqrt>"
        if sign == r"\underbrace":
            return f"<munder>{self.argument()}<mo>⏟</mo></munder>"
        return "" if sign == r"\mathstrut" else f"<mtext>{escaped(sign.removeprefix(chr(92)))}</mtext>"

    def words(self) -> str:
        """Read the words of a group as they stand."""
        self.take()
        words = ""
        while self.peek() not in ("}", ""):
            words += self.take()
        self.take()
        return words

    def matrix(self, environment: str) -> str:
        """Read the rows of a matrix."""
        end = rf"\end{{{environment}}}"
        rows: list[list[str]] = [[]]
        while self.peek() not in (end, ""):
            rows[-1].append(self.until("&", "\\\\", end))
            if self.peek() == "\\\\":
                rows.append([])
            if self.peek() != end:
                self.take()
        self.take()
        cells = ("".join(f"<mtd>{cell}</mtd>" for cell in row) for row in rows)
        table = "".join(f"<mtr>{row}</mtr>" for row in cells)
        before, after = BRACKETS.get(environment, ("", ""))
        return f"<mrow><mo>{before}</mo><mtable>{table}</mtable><mo>{after}</mo></mrow>"


def _row(inside: str) -> str:
    """Put several elements into one row."""
    return inside if inside.startswith("<mrow>") and inside.count("<mrow>") == 1 else f"<mrow>{inside}</mrow>"
