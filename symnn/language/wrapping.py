r"""What stands around a whole LaTeX formula: ``$…$``, ``\[…\]``, ``\boxed{…}``, ``\begin{equation}…``, a full stop."""

from __future__ import annotations

__all__ = ["formula_inside"]

_PAIRS = frozenset({("$", "$"), (r"\(", r"\)"), (r"\[", r"\]")})
_CLOSING = frozenset({"$", r"\)", r"\]"})
_STOPS = frozenset(".,;:")
_ALIGNED = (
    "aligned",
    "align",
    "split",
    "gathered",
    "gather",
    "equation",
    "eqnarray",
    "multline",
    "math",
    "displaymath",
)
_BEGINNINGS = frozenset(rf"\begin{{{name}{star}}}" for name in _ALIGNED for star in ("", "*"))
_GROUPED = frozenset({r"\boxed", r"\fbox", r"\ensuremath"})
_MOST = 6
"""How many wrappings may stand around each other."""


def formula_inside(words: list[str]) -> tuple[int, int, bool]:
    r"""Give where the formula itself begins and ends, and whether alignment marks may stand in it.

    >>> formula_inside(["$", "x", "$", "."]), formula_inside([r"\begin{align}", "y", "&", "=", "x", r"\end{align}"])
    ((1, 2, False), (1, 5, True))
    """
    first, last, aligned = *_trimmed(words, 0, len(words)), False
    for _ in range(_MOST):
        if last - first > 1 and words[last - 1] in _STOPS and words[last - 2] in _CLOSING:
            first, last = _trimmed(words, first, last - 1)
        if last - first <= 1:
            break
        opening, closing = words[first], words[last - 1]
        if (opening, closing) in _PAIRS:
            first, last = _trimmed(words, first + 1, last - 1)
        elif opening in _BEGINNINGS and closing == opening.replace("begin", "end", 1):
            first, last, aligned = *_trimmed(words, first + 1, last - 1), True
        elif opening in _GROUPED and (group := _group(words, first + 1, last)):
            first, last = _trimmed(words, group, last - 1)
        else:
            break
    return first, last, aligned


def _trimmed(words: list[str], first: int, last: int) -> tuple[int, int]:
    while first < last and words[first].isspace():
        first += 1
    while last > first and words[last - 1].isspace():
        last -= 1
    return first, last


def _group(words: list[str], first: int, last: int) -> int:
    """Give where the group in braces that fills these words begins inside; 0 if one group does not fill them."""
    while first < last and words[first].isspace():
        first += 1
    depth = 0
    for place in range(first, last):
        depth += (words[place] == "{") - (words[place] == "}")
        if depth <= 0:
            return first + 1 if place == last - 1 and words[first] == "{" else 0
    return 0
