"""Signs and their names in LaTeX: one table for writing them, and for reading what authors write."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from symnn.language.vocabulary import GREEK, GREEK_SIGNS

__all__ = ["COMMANDS", "DOUBLE", "FUNCTIONS", "READ_LETTERS", "READ_SIGNS"]

_SIGNS: Mapping[str, str] = MappingProxyType(
    {"·": "cdot", "×": "times", "÷": "div", "⊙": "odot", "∘": "circ", "±": "pm", "∂": "partial", "∇": "nabla"}
    | {"→": "to", "⇒": "Rightarrow", "≈": "approx", "≤": "le", "≥": "ge", "≠": "ne", "∈": "in", "∼": "sim"}
    | {
        "∑": "sum",
        "∞": "infty",
        "⊤": "top",
        "′": "prime",
        "…": "ldots",
        "⋯": "cdots",
        "‖": "Vert",
        "√": "surd",
        "⋮": "vdots",
    }
)

COMMANDS: Mapping[str, str] = MappingProxyType({**_SIGNS, **GREEK_SIGNS, "ℓ": "ell"})
"""How LaTeX calls each sign and letter that is none of its own characters."""

READ_LETTERS: Mapping[str, str] = MappingProxyType({**GREEK, "varepsilon": "ε", "varphi": "φ", "ell": "ℓ"})
READ_SIGNS: Mapping[str, str] = MappingProxyType(
    {name: sign for sign, name in _SIGNS.items() if sign != "√"}
    | {"rightarrow": "→", "leq": "≤", "geq": "≥", "neq": "≠", "dots": "…", "mid": "|", "lVert": "‖", "rVert": "‖"}
)
"""The letters and signs that are read by name, further names of some among them."""

FUNCTIONS: frozenset[str] = frozenset(
    "exp log ln sin cos tan arcsin arccos arctan sinh cosh tanh max min".split()  # noqa: SIM905 - a list of words
)
"""The functions that LaTeX has a command for."""

DOUBLE: Mapping[str, str] = MappingProxyType(dict(zip("CEHNPQRZ", "ℂ𝔼ℍℕℙℚℝℤ", strict=True)))
"""Letters with a double stroke, \\mathbb."""
