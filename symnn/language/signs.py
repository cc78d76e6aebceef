"""The signs of the grammar: what kind of token each operator, bracket and LaTeX command is.

An entry is a pair (kind, value). Kinds from NAME to ROOT may start a factor, so that two of them side by
side are a product.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from symnn.language.vocabulary import CONSTANTS, FUNCTION_WORDS, SPECIAL_WORDS

__all__ = [
    "ABSOLUTE",
    "AMPERSAND",
    "AXIS",
    "BAR",
    "BELOW",
    "BLANK",
    "BRACE",
    "CARET",
    "CLOSE",
    "COLON",
    "COMMA",
    "COMMAND",
    "CONSTANT",
    "CROWDED",
    "END",
    "ENTRYWISE",
    "EQUALS",
    "FAMILY",
    "FRACTION",
    "FUNCTION",
    "IMPLIES",
    "MINUS",
    "NABLA",
    "NAME",
    "NEWLINE",
    "NORM",
    "NUMBER",
    "OF_ENTRIES",
    "OPEN",
    "OR",
    "OVER",
    "OWN",
    "PARTIAL",
    "PLUS",
    "RELATION",
    "ROOT",
    "SEMICOLON",
    "SETTING",
    "SHUT",
    "SIGNS",
    "SLASH",
    "SPECIAL",
    "SQUARE",
    "TIMES",
    "TO",
    "TOP",
    "WORDS",
    "Entry",
]

Entry = tuple[int, str]
"""What kind of token, and its value: a canonical name, a closing bracket, a command."""

END: Final = 0
NUMBER: Final = 1
NAME: Final = 2
OWN: Final = 3
CONSTANT: Final = 4
FUNCTION: Final = 5
SPECIAL: Final = 6
OPEN: Final = 7
BRACE: Final = 8
SQUARE: Final = 9
BAR: Final = 10
COMMAND: Final = 11
PARTIAL: Final = 12
NABLA: Final = 13
ROOT: Final = 14
FRACTION: Final = 15
ABSOLUTE: Final = 16
NORM: Final = 17
FAMILY: Final = 18
PLUS: Final = 20
MINUS: Final = 21
TIMES: Final = 22
SLASH: Final = 23
ENTRYWISE: Final = 24
CARET: Final = 25
TOP: Final = 26
BELOW: Final = 27
OF_ENTRIES: Final = "**"
"""What a program's sign of a power is: one of each entry, of a square matrix, too."""
SHUT: Final = 28
CLOSE: Final = 30
COMMA: Final = 31
SEMICOLON: Final = 32
EQUALS: Final = 33
NEWLINE: Final = 34
IMPLIES: Final = 35
TO: Final = 36
AMPERSAND: Final = 37
OR: Final = 38
OVER: Final = 39
BLANK: Final = 40
CROWDED: Final = 41
AXIS: Final = 42
SETTING: Final = 43
RELATION: Final = 44
COLON: Final = 45

_SIZES = (
    r"\left \right \big \Big \bigg \Bigg \bigl \bigr \Bigl \Bigr \biggl \biggr \Biggl \Biggr "
    r"\bigm \Bigm \mleft \mright \displaystyle \textstyle \scriptstyle \limits \nolimits \mathstrut \relax "
    r"\, \; \: \! \> \quad \qquad \thinspace \medspace \thickspace \enspace \negthinspace ~ "
    r"\mathbin \mathrel \mathopen \mathclose \mathord \notag \nonumber"
)

_LEFT = ("left", "bigl", "Bigl", "biggl", "Biggl")
_RIGHT = ("right", "bigr", "Bigr", "biggr", "Biggr")

SIGNS: Mapping[str, Entry] = MappingProxyType(
    {
        **{digit: (NUMBER, digit) for digit in "0123456789"},
        **dict.fromkeys((*_SIZES.split(), "\\ ", " ", "  ", "   ", "    "), (BLANK, "")),
        **dict.fromkeys(("(", r"\lparen"), (OPEN, ")")),
        "{": (BRACE, "}"),
        r"\{": (BRACE, r"\}"),
        r"\lbrace": (BRACE, r"\}"),
        "[": (SQUARE, "]"),
        r"\lbrack": (SQUARE, "]"),
        **dict.fromkeys(("|", r"\vert", r"\mid"), (BAR, "|")),
        **dict.fromkeys(("‖", r"\|", r"\Vert", r"\lVert"), (NORM, "‖")),
        r"\rVert": (SHUT, "‖"),
        r"\lvert": (ABSOLUTE, "|"),
        r"\rvert": (SHUT, "|"),
        **{
            rf"\{size}{blank}{bar}": (kind, "|")
            for sizes, letter, kind in ((_LEFT, "l", ABSOLUTE), (_RIGHT, "r", SHUT))
            for size in sizes
            for blank in ("", " ")
            for bar in ("|", r"\vert", rf"\{letter}vert")
        },
        **dict.fromkeys((")", r"\rparen"), (CLOSE, ")")),
        "}": (CLOSE, "}"),
        r"\}": (CLOSE, r"\}"),
        r"\rbrace": (CLOSE, r"\}"),
        "]": (CLOSE, "]"),
        r"\rbrack": (CLOSE, "]"),
        "+": (PLUS, "+"),
        "-": (MINUS, "-"),
        **dict.fromkeys(("*", "@", r"\cdot", r"\times", r"\ast", r"\cdotp", r"\bullet", r"\centerdot"), (TIMES, "*")),
        **dict.fromkeys(("/", r"\div", r"\slash"), (SLASH, "/")),
        **dict.fromkeys(("⊙", ".*", r"\odot", r"\circ", r"\bigodot", "⊗", r"\otimes"), (ENTRYWISE, "⊙")),
        **dict.fromkeys(("^", "**"), (CARET, "^")),
        **dict.fromkeys(("⊤", r"\top", r"\intercal"), (TOP, "⊤")),
        ",": (COMMA, ","),
        ";": (SEMICOLON, ";"),
        "=": (EQUALS, "="),
        **dict.fromkeys(("≈", r"\approx", "≡", r"\equiv"), (EQUALS, "≈")),
        r"\over": (OVER, "/"),
        "\n": (NEWLINE, "\n"),
        "\\\\": (NEWLINE, "\\\\"),
        **dict.fromkeys(("=>", r"\Rightarrow", r"\implies", r"\therefore", r"\Longrightarrow"), (IMPLIES, "=>")),
        **dict.fromkeys(("->", r"\to", r"\rightarrow", r"\longrightarrow"), (TO, "->")),
        "&": (AMPERSAND, "&"),
        **dict.fromkeys(("±", "∓", r"\pm", r"\mp", "or", "and", "或"), (OR, "or")),
        **{sign: (RELATION, sign) for sign in ("<", ">", "<=", ">=")},
        **dict.fromkeys(("!=", "≠", r"\ne", r"\neq"), (RELATION, "!=")),
        **{rf"\{word}t": (RELATION, sign) for word, sign in (("l", "<"), ("g", ">"))},
        **{
            rf"\{word}{more}": (RELATION, f"{sign}=")
            for word, sign in (("le", "<"), ("ge", ">"))
            for more in ("", "q", "qslant")
        },
        r"\begin{cases}": (COMMAND, "matrix:cases"),
        r"\end{cases}": (CLOSE, r"\end{cases}"),
        **dict.fromkeys((r"\frac", r"\dfrac", r"\tfrac", r"\cfrac", r"\nicefrac", r"\sfrac"), (COMMAND, "frac")),
        **dict.fromkeys((r"\mathrm{e}", r"\exponentialE"), (CONSTANT, "e")),
        r"\langle": (COMMAND, "inner"),
        "⟨": (COMMAND, "inner"),
        "⟩": (CLOSE, r"\rangle"),
        r"\rangle": (CLOSE, r"\rangle"),
        r"\sqrt": (COMMAND, "sqrt"),
        r"\boxed": (COMMAND, "boxed"),
        **{
            rf"\begin{{{kind}}}": (COMMAND, f"matrix:{kind}")
            for kind in ("matrix", "pmatrix", "bmatrix", "Bmatrix", "smallmatrix")
        },
        **{
            rf"\end{{{kind}}}": (CLOSE, rf"\end{{{kind}}}")
            for kind in ("matrix", "pmatrix", "bmatrix", "Bmatrix", "smallmatrix", "array")
        },
        "∂": (PARTIAL, "∂"),
        r"\partial": (PARTIAL, "∂"),
        **dict.fromkeys((r"\differentialD", r"\dd"), (PARTIAL, "d")),
        "∇": (NABLA, "∇"),
        r"\nabla": (NABLA, "∇"),
        "√": (ROOT, "2"),
        "∛": (ROOT, "3"),
        "∜": (ROOT, "4"),
        **{
            sign: (FRACTION, f"{over}/{under}")
            for sign, over, under in zip("½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞", "112131234151357", "233445555668888", strict=True)
        },
    }
)
"""What each sign and LaTeX command is, for every scope."""

_PRIMES = range(4)

WORDS: Mapping[str, Entry] = MappingProxyType(
    {
        **{word: (SPECIAL, value) for word, value in SPECIAL_WORDS.items()},
        **{
            word + "'" * order: (FUNCTION, value + "'" * order)
            for word, value in FUNCTION_WORDS.items()
            for order in _PRIMES
        },
        **{
            rf"\{word}" + "'" * order: (FUNCTION, value + "'" * order)
            for word, value in FUNCTION_WORDS.items()
            for order in _PRIMES
            if word.isalpha() and word.isascii() and rf"\{word}" not in SIGNS
        },
        r"\lg": (SPECIAL, "lg"),
        **{rf"\{word}": (SPECIAL, word) for word in ("sec", "csc", "cot", "sech", "csch", "coth")},
        **{word: (CONSTANT, value) for word, value in CONSTANTS.items()},
        r"\pi": (CONSTANT, "pi"),
        r"\infty": (CONSTANT, "infinity"),
    }
)
"""The built-in words: a declared name or function of the same spelling hides them."""
