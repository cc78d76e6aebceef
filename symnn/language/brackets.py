"""Which bracket is still open where a text stops making sense."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from symnn.errors import NO_FACTS, Fact

__all__ = ["about_brackets"]

_SHOWN = 10
"""How much of a text is quoted."""

_PAIRS: Mapping[str, str] = MappingProxyType({")": "(", "]": "[", "}": "{"})


def about_brackets(text: str, place: int, expected: str) -> Mapping[str, Fact]:
    """Say what a reader wants to know of the brackets before a place: which is not closed, or that none is open.

    >>> about_brackets("2*(y-z", 6, "')'")["opened"]
    '(y-z'
    >>> about_brackets("y)", 1, "operator")["stray"]
    ')'
    >>> about_brackets("x +", 3, "operand")
    mappingproxy({})
    """
    found = text[place : place + 1]
    closing = expected.strip("'")
    start = _still_open(text[:place])
    if closing in _PAIRS and not found and start is not None:
        return {"opened": text[start : start + _SHOWN]}
    if found in _PAIRS and expected == "operator" and start is None:
        return {"stray": found}
    return NO_FACTS


def _still_open(text: str) -> int | None:
    """Find the last bracket that is not closed."""
    depth = 0
    for place in range(len(text) - 1, -1, -1):
        if text[place] in _PAIRS:
            depth += 1
        elif text[place] in "([{":
            if not depth:
                return place
            depth -= 1
    return None
