r"""The LaTeX of an author read as boxes, so that every format can show it; what is not known is shown as words.

Only formulas of authors come here, never what our own alphabets wrote.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from symnn.language.accents import MARKS
from symnn.notation.boxes import (
    EMPTY,
    FRACTION,
    QUAD,
    THIN,
    WIDE,
    Box,
    BoxTable,
    Brace,
    Bracket,
    Fence,
    Fraction,
    Gap,
    Letter,
    Numeral,
    Operator,
    Root,
    Row,
    Script,
    Sign,
    Size,
    Word,
)
from symnn.notation.sign_names import DOUBLE, FUNCTIONS, READ_LETTERS, READ_SIGNS

__all__ = ["COMMANDS", "boxes_of", "parted"]

_TOKEN = re.compile(r"\\(?:begin|end)\{\w+\}|\\[A-Za-z]+|\\.|[{}^_&]|'+|[0-9]+(?:\.[0-9]+)?|\s+|.", re.DOTALL)
_ENVIRONMENT = re.compile(r"\\begin\{(\w+)\}")
_SINGLE = "|".join((*READ_LETTERS, *READ_SIGNS, *FUNCTIONS))
_TOGETHER = re.compile(rf"\\(?:begin|end)|\\(?!(?:{_SINGLE})(?![A-Za-z])|[A-Za-z]+\{{)|&|  ")
"""What makes a part of a formula depend on another behind a blank, or may do so."""
_UNFINISHED = re.compile(r"(?:\\[A-Za-z]+|[_^]|\\.*\})\Z")

GAPS: Mapping[str, Gap] = MappingProxyType({r"\,": THIN, r"\;": THIN, r"\ ": THIN, r"\quad": QUAD, r"\qquad": WIDE})
WORDS: frozenset[str] = frozenset({"mathrm", "text", "mathit", "mathbf"})
FRACTIONS: frozenset[str] = frozenset({"frac", "dfrac", "tfrac"})
SIZES: Mapping[str, Size] = MappingProxyType(
    {f"{size}{side}": size for size in ("big", "Big", "bigg", "Bigg") for side in "lr"}
)
BRACKETS: Mapping[str, tuple[str, str]] = MappingProxyType({"bmatrix": ("[", "]"), "pmatrix": ("(", ")")})

COMMANDS: frozenset[str] = frozenset(
    {rf"\{name}" for name in (*READ_LETTERS, *READ_SIGNS, *FUNCTIONS, *WORDS, *FRACTIONS, *SIZES, *MARKS)}
    | {rf"\{name}" for name in ("operatorname", "mathbb", "sqrt", "underbrace", "mathstrut", "left", "right")}
    | {rf"\{side}{{{name}}}" for side in ("begin", "end") for name in ("bmatrix", "pmatrix", "matrix")}
    | {*GAPS, "\\\\"}
)
"""Every command that is understood."""


@lru_cache(maxsize=1024)
def boxes_of(latex: str) -> Box:
    r"""Read a formula.

    >>> boxes_of(r"\frac12x") == Row((Fraction(Numeral("1"), Numeral("2")), Letter("x")))
    True
    """
    return _row(_Reading(_TOKEN.findall(latex)).until())


def parted(latex: str) -> tuple[str, ...]:
    r"""Part a harmless formula at its blanks where each part is read as it is within the whole.

    The formulas of a class are made of the same few parts: whoever writes many writes each part once.

    >>> parted(r"2 (y - z) w_{12} \eta x'")
    ('2', '(y', '-', 'z)', 'w_{12}', "\\eta x'")
    """
    if _TOGETHER.search(latex):
        return (latex,)
    found: list[str] = []
    depth, is_open = 0, False
    for part in latex.split(" "):
        if is_open or (found and part[:1] in ("_", "^", "'", "{")):
            found[-1] += f" {part}"
        else:
            found.append(part)
        depth += part.count("{") - part.count("}")
        is_open = depth != 0 or _UNFINISHED.search(found[-1]) is not None
    return (latex,) if is_open else tuple(found)


def _row(parts: list[Box]) -> Box:
    return parts[0] if len(parts) == 1 else Row(tuple(parts))


class _Reading:
    """Reads tokens one after the other."""

    def __init__(self, tokens: list[str]) -> None:
        self.tokens = [*tokens, ""]
        self.place = 0

    def peek(self) -> str:
        return self.tokens[self.place]

    def take(self) -> str:
        sign = self.tokens[self.place]
        self.place += sign != ""  # the last one stays, however often it is taken
        return sign

    def until(self, *ends: str) -> list[Box]:
        """Read up to one of some tokens, which is left."""
        parts: list[Box] = []
        while (sign := self.tokens[self.place]) and sign not in ends:
            part = self.scripted()
            if part is not None:
                parts.append(part)
        return parts

    def scripted(self) -> Box | None:
        """Read an atom with what is below and above it."""
        atom = self.atom()
        below: Box | None = None
        above: Box | None = None
        primes = 0
        while (sign := self.tokens[self.place]) and (sign in "_^" or sign[0] == "'"):
            self.place += 1
            if sign == "_":
                below = self.argument()
            elif sign == "^":
                above = self.argument()
            else:
                primes += len(sign)
        if isinstance(atom, Brace) and below is not None:
            return Brace(atom.over, below)
        if below is None and above is None and not primes:
            return atom
        return Script(EMPTY if atom is None else atom, below, above, primes)

    def argument(self) -> Box:
        """Read what a command or script is about, always one box: of a bare number its first digit, as TeX does."""
        while self.peek().isspace():
            self.take()
        sign = self.peek()
        if sign[:1].isdigit() and len(sign) > 1:
            self.tokens[self.place : self.place + 1] = [sign[0], sign[1:]]
        return self.atom() or EMPTY

    def atom(self) -> Box | None:
        """Read a letter, a number, a command with its arguments, or a group."""
        sign = self.take()
        if sign == "{":
            inside = self.until("}")
            self.take()
            return _row(inside)
        if sign.startswith("\\"):
            return self.command(sign)
        if not sign or sign.isspace():
            return None
        if sign[0].isdigit():
            return Numeral(sign)
        if sign in "()[]|":
            return Bracket(sign)
        return Letter(sign) if sign.isalpha() else Sign(sign, tight=sign == "/")

    def command(self, sign: str) -> Box | None:
        """Read a command and its arguments."""
        name = sign[1:]
        if sign in GAPS:
            return GAPS[sign]
        if name in READ_LETTERS:
            return Letter(READ_LETTERS[name])
        if name in MARKS:
            inside = self.argument()
            return Letter(inside.sign + MARKS[name]) if isinstance(inside, Letter) else inside
        if name in READ_SIGNS:
            return Sign(READ_SIGNS[name])
        if name in FUNCTIONS:
            return Operator(name)
        if name in WORDS:
            return Word(self.words())
        if name == "operatorname":
            return Operator(self.words())
        if name == "mathbb":
            letter = self.words()
            return Letter(DOUBLE.get(letter, letter))
        return self.structure(name, sign)

    def structure(self, name: str, sign: str) -> Box | None:
        """Read what has parts: fractions, roots, braces, brackets, matrices."""
        environment = _ENVIRONMENT.fullmatch(sign)
        if environment:
            return self.matrix(environment[1])
        if name in SIZES:
            return Bracket(self.bracket(), SIZES[name])
        if name in FRACTIONS:
            return Fraction(self.argument(), self.argument())
        match name:
            case "left":
                return self.fence()
            case "sqrt":
                return Root(self.argument())
            case "underbrace":
                return Brace(self.argument(), EMPTY)
            case "mathstrut":
                return None
        return Word(name)

    def fence(self) -> Box:
        r"""Read what stands between ``\left`` and ``\right``."""
        left = self.bracket()
        inside = _row(self.until(r"\right"))
        self.take()
        return Fence(inside, left, self.bracket(), FRACTION)

    def bracket(self) -> str:
        sign = self.take().removeprefix("\\")
        return READ_SIGNS.get(sign, sign.replace(".", ""))

    def words(self) -> str:
        """Read the words of a group as they stand."""
        self.take()
        words = ""
        while self.peek() not in ("}", ""):
            words += self.take()
        self.take()
        return words

    def matrix(self, environment: str) -> Box:
        """Read the rows of a matrix."""
        end = rf"\end{{{environment}}}"
        rows: list[list[Box]] = [[]]
        while self.peek() not in (end, ""):
            rows[-1].append(_row(self.until("&", "\\\\", end)))
            if self.peek() == "\\\\":
                rows.append([])
            if self.peek() != end:
                self.take()
        self.take()
        left, right = BRACKETS.get(environment, ("", ""))
        return BoxTable(tuple(map(tuple, rows)), left, right)
