"""``D(x)`` beside a quantity D_x: the value of D at x, as lectures on adversarial networks write it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from symnn.language.signs import NAME

if TYPE_CHECKING:
    from symnn.language.scope import Scope
    from symnn.language.settling import Settling
    from symnn.language.signs import Entry

__all__ = ["value_at", "values_at"]


def values_at(words: Sequence[str], entries: Sequence[Entry | None], scope: Scope) -> list[int]:
    """Find the ``D(x)`` of a text where D_x is a quantity beside D: no product has a single name in brackets."""
    if not _may(scope):
        return []
    openings = [at for at, word in enumerate(words) if word == "("]
    return [
        at - 1
        for at in openings
        if 0 < at < len(words) - 2 and words[at + 2] == ")" and words[at + 1].isalpha()
        if (entry := entries[at - 1]) is not None and entry[0] == NAME
        if (known := scope.find(f"{words[at - 1]}_{{{words[at + 1]}}}")) is not None
        if known[0] == NAME and known[1] not in (words[at - 1], words[at + 1])
    ]


def value_at(settling: Settling, word: str) -> bool:
    """Read ``D(x)`` as D_x where `values_at` has found one."""
    opening, inside, closing = (settling.word_after(settling.at + step) for step in (1, 2, 3))
    if (opening, closing) != ("(", ")") or not inside.isalpha() or not _may(settling.scope):
        return False
    known = settling.scope.find(f"{word}_{{{inside}}}")
    own = settling.scope.find(word)
    if known is None or own is None or (known[0], own[0]) != (NAME, NAME):
        return False
    start, end = settling.places[settling.at], settling.places[settling.at + 3] + 1
    settling.note("mended", end - start, what=settling.text[start:end], read=known[1])
    settling.give(known, end - start, 4)
    return True


def _may(scope: Scope) -> bool:
    """Say whether names are declared, for answers: in a model a(b) is refused or a product, as its author wrote it."""
    return not scope.is_model and not scope.open
