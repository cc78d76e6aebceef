"""A name's LaTeX taken apart for formats that set it themselves: signs on the line, below it and above it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple

from symnn.language.vocabulary import GREEK

__all__ = ["Run", "runs"]

SIGNS: Mapping[str, str] = MappingProxyType(
    {
        **GREEK,
        "varepsilon": "ε",
        "varphi": "φ",
        "ell": "ℓ",
        "infty": "∞",
        "top": "⊤",
        "prime": "′",
        "partial": "∂",
    }
)
_COMMAND = re.compile(r"\\([A-Za-z]+)\s*")
_FONT = re.compile(r"\\(?:mathrm|mathbf|mathit|operatorname|text)\s*\{([^{}]*)\}")

Height = Literal["line", "below", "above"]


class Run(NamedTuple):
    """Some signs at one height."""

    signs: str
    height: Height


def runs(latex: str) -> tuple[Run, ...]:
    r"""Take the LaTeX of a name apart.

    >>> [tuple(run) for run in runs(r"\theta_1")], [tuple(run) for run in runs("w_{(x1)1}")]
    ([('θ', 'line'), ('1', 'below')], [('w', 'line'), ('(x1)1', 'below')])
    >>> [run.signs for run in runs("s'^{(1)}_{t}")], [run.signs for run in runs("(W_{1})_{1,2}")]
    (['s', '′', '(1)', 't'], ['(W', '1', ')', '1,2'])
    """
    plain = _COMMAND.sub(lambda found: SIGNS.get(found[1], found[1]), _FONT.sub(r"\1", latex))
    found: list[Run] = []
    place = 0
    while place < len(plain):
        sign = plain[place]
        place += 1
        if sign == "'":
            found.append(Run("′", "above"))
        elif sign in "_^":
            group, place = _group(plain, place)
            found.append(Run(group, "below" if sign == "_" else "above"))
        elif sign not in "{} ":
            before = found.pop().signs if found and found[-1].height == "line" else ""
            found.append(Run(before + sign, "line"))
    return tuple(found)


def _group(text: str, start: int) -> tuple[str, int]:
    """Give a sub- or superscript without its braces, and where it ends."""
    if text[start : start + 1] != "{":
        return text[start : start + 1], start + 1
    depth, place = 0, start
    while place < len(text):
        depth += (text[place] == "{") - (text[place] == "}")
        place += 1
        if depth == 0:
            break
    return re.sub(r"[{}_]", "", text[start:place]), place
