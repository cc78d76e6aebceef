"""A name's LaTeX taken apart for formats that set it themselves: its base, what is below it, what is above."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from symnn.language.vocabulary import GREEK

__all__ = ["Glyphs", "glyphs"]

SIGNS: Mapping[str, str] = MappingProxyType(
    {**GREEK, "varepsilon": "ε", "varphi": "φ", "ell": "ℓ", "infty": "∞", "top": "⊤", "prime": "′", "partial": "∂"}
)
_COMMAND = re.compile(r"\\([A-Za-z]+)\s*")
_FONT = re.compile(r"\\(?:mathrm|mathbf|mathit|operatorname|text)\s*\{([^{}]*)\}")


class Glyphs(NamedTuple):
    """A name as signs: ``w_{46}`` is ``Glyphs("w", "46", "")``, ``s'_t`` is ``Glyphs("s", "t", "′")``."""

    base: str
    below: str
    above: str


def glyphs(latex: str) -> Glyphs:
    r"""Take the LaTeX of a name apart.

    >>> glyphs(r"\theta_1"), glyphs("w_{(x1)1}"), glyphs("s'^{(1)}_{t}")
    (Glyphs(base='θ', below='1', above=''), Glyphs(base='w', below='(x1)1', above=''), \
Glyphs(base='s', below='t', above='′(1)'))
    """
    plain = _COMMAND.sub(lambda found: SIGNS.get(found[1], found[1]), _FONT.sub(r"\1", latex))
    base, below, above = "", "", ""
    place = 0
    while place < len(plain):
        sign = plain[place]
        if sign == "'":
            above += "′"
        elif sign in "_^":
            group, place = _group(plain, place + 1)
            below, above = (below + group, above) if sign == "_" else (below, above + group)
            continue
        elif sign not in "{} ":
            base += sign
        place += 1
    return Glyphs(base, below, above)


def _group(text: str, start: int) -> tuple[str, int]:
    """Give a sub- or superscript without its braces, and where it ends."""
    if start >= len(text) or text[start] != "{":
        return text[start : start + 1], start + 1
    depth, place = 0, start
    while place < len(text):
        depth += (text[place] == "{") - (text[place] == "}")
        place += 1
        if depth == 0:
            break
    return re.sub(r"[{}_]", "", text[start:place]), place
