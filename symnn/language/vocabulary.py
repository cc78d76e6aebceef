"""The words that everybody may use: Greek letters, functions, constants; immutable tables, no logic."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from symnn.ops import named
from symnn.ops.table import OF_NUMBERS

__all__ = [
    "ARITIES",
    "CONSTANTS",
    "FOLDED",
    "FONTS",
    "FUNCTION_WORDS",
    "GREEK",
    "GREEK_SIGNS",
    "HAN",
    "IN_PROGRAMS",
    "SPECIAL_WORDS",
]

FONTS = (
    r"mathrm|mathbf|mathit|mathsf|mathtt|mathbb|mathcal|mathscr|mathnormal|boldsymbol|bm|pmb|vec|operatorname\*?"
    "|textbf|textrm|textit|textsf|texttt|text|rm|bf|it"
)
"""The commands that set a name in a font, as a pattern: the font says nothing."""

HAN = "\u3400-\u4dbf\u4e00-\u9fff"
"""The Chinese characters that names are made of, as the inside of a class of a pattern."""

GREEK: Mapping[str, str] = MappingProxyType(
    dict(
        zip(
            (
                "alpha",
                "beta",
                "gamma",
                "delta",
                "epsilon",
                "zeta",
                "eta",
                "theta",
                "iota",
                "kappa",
                "lambda",
                "mu",
                "nu",
                "xi",
                "pi",
                "rho",
                "sigma",
                "tau",
                "upsilon",
                "phi",
                "chi",
                "psi",
                "omega",
                "Gamma",
                "Delta",
                "Theta",
                "Lambda",
                "Xi",
                "Pi",
                "Sigma",
                "Phi",
                "Psi",
                "Omega",
            ),
            "αβγδεζηθικλμνξπρστυφχψωΓΔΘΛΞΠΣΦΨΩ",
            strict=True,
        )
    )
)
"""The Greek letters by their English names; the other capitals look like Latin letters and are refused."""

GREEK_SIGNS: Mapping[str, str] = MappingProxyType({sign: word for word, sign in GREEK.items()})
"""The English names of the Greek letters by their signs."""

IN_PROGRAMS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "lambda": ("lam", "lamb", "lambd", "lamda", "lmbda", r"\lam"),
        "epsilon": ("eps", r"\eps", r"\varepsilon"),
        "eps": ("ε", r"\epsilon", "epsilon", r"\varepsilon"),
    }
)
"""How names are also spelled where programs are written: ``lambda`` is a word of Python."""

ARITIES: Mapping[str, tuple[int, int]] = MappingProxyType({name: one.arity for name, one in OF_NUMBERS.items()})
"""The built-in functions by canonical name: the least and the largest number of arguments."""

FUNCTION_WORDS: Mapping[str, str] = MappingProxyType(
    {name: name for name in OF_NUMBERS}
    | {name.capitalize(): name for name in OF_NUMBERS if "_" not in name}
    | {word: name for name, one in OF_NUMBERS.items() for word in one.words}
)
"""How the built-in functions are spelled, and their canonical names."""

FOLDED: Mapping[str, str] = MappingProxyType({word.lower(): name for word, name in FUNCTION_WORDS.items()})
"""The built-in functions by their spellings in small letters: no two differ in capitals alone."""

SPECIAL_WORDS: Mapping[str, str] = MappingProxyType(
    {
        **{
            word: word
            for word in (
                "log2",
                "log10",
                "lg",
                "sec",
                "csc",
                "cot",
                "sech",
                "csch",
                "coth",
                "cbrt",
                "log1p",
                "expm1",
                "hypot",
                "rowsum",
                "colsum",
                "pow",
                "diff",
                named.DOT,
                "matmul",
                "matrix",
                "multiply",
                "square",
                "transpose",
                "grad",
                "nabla",
            )
        },
        "Matrix": "matrix",
        "array": "matrix",
        "Derivative": "diff",
        "Transpose": "transpose",
        "rowSums": "rowsum",
        "colSums": "colsum",
    }
)
"""Words that are read as something made of other things: ``log2(x)`` is log(x)/log(2)."""

CONSTANTS: Mapping[str, str] = MappingProxyType(
    {
        "pi": "pi",
        "π": "pi",
        "e": "e",
        "inf": "infinity",
        "Inf": "infinity",
        "oo": "infinity",
        "infty": "infinity",
        "infinity": "infinity",
        "∞": "infinity",
        "nan": "nan",
        "NaN": "nan",
    }
)
"""Fixed numbers by how they are spelled, unless a declared name hides them."""
