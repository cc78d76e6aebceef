r"""A family of numbers named as a whole: where ``\hat{y}_k`` are computed one by one, ``\hat y`` is their vector."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symnn.errors import Problem
from symnn.language.names import spelled
from symnn.language.signs import CLOSE, COMMA, NAME, OPEN

if TYPE_CHECKING:
    from symnn.language.settling import Settling

__all__ = ["whole"]


def whole(settling: Settling, word: str) -> bool:
    """Read the name of a family as the vector of its members, with a note."""
    name = spelled(word) if settling.scope.wholes else ""
    members = () if isinstance(name, Problem) else settling.scope.wholes.get(name, ())
    if not members:
        return False
    settling.note("chosen", len(word), what=word, read=f"({', '.join(members)})")
    commas = [(COMMA, ",")] * len(members)
    listed = [entry for pair in zip(commas, ((NAME, member) for member in members), strict=True) for entry in pair]
    for entry in ((OPEN, ")"), *listed[1:]):
        settling.give(entry, len(word), 0)
    settling.give((CLOSE, ")"), len(word))
    return True
