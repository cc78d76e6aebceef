"""Did you mean: the known word that a misspelt one is most likely to be."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["nearest"]

_LONGEST: Final = 60


def nearest(word: str, known: Iterable[str]) -> str:
    """Give the known word nearest to ``word``, or ``""`` if none is near.

    >>> nearest("ponits", ("id", "points", "parts")), nearest("colour", ("id",))
    ('points', '')
    """
    if len(word) > _LONGEST:
        return ""
    words = sorted(known)
    lower = {candidate.lower(): candidate for candidate in reversed(words)}
    found = get_close_matches(word.lower(), list(lower), n=1)
    return lower[found[0]] if found else ""
