"""Words glued together: ``w5x1`` is two names if both exist in exactly one way, ``dE`` a differential."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symnn.errors import Problem
from symnn.language.entries import entry_of
from symnn.language.names import taken_apart
from symnn.language.signs import CONSTANT, FAMILY, FUNCTION, NAME, OWN, PARTIAL, Entry
from symnn.language.vocabulary import GREEK

if TYPE_CHECKING:
    from symnn.language.scope import Scope
    from symnn.language.settling import Settling

__all__ = ["differential", "glued"]

_LONGEST_WORD = 60
_INNER = frozenset("_'}")

Way = tuple[tuple[str, Entry], ...]


def glued(settling: Settling, word: str) -> bool:
    """Split a word into declared names if there is exactly one way; refuse it if there are two."""
    if len(word) > _LONGEST_WORD or settling.scope.open or word in GREEK or word.startswith(("\\", "{")):
        return False
    ways = _splits(word, settling.scope, may_be_e=settling.following(settling.at + 1) in {"^", "**"})
    if not ways:
        return False
    if len(ways) > 1:
        first, second = ("*".join(piece for piece, _ in way) for way in ways[:2])
        settling.refuse("ambiguous", len(word), found=word, first=first, second=second)
    offset = 0
    for piece, known in ways[0]:
        settling.give(known, len(piece), 0, offset)
        offset += len(piece)
    settling.at += 1
    return True


def differential(settling: Settling, word: str) -> bool:
    """Read ``dE`` of ``dE/dw1``, and a lone ``d`` before a name."""
    plain = word.replace(r"\mathrm{d}", "d")
    if not plain.startswith("d") or settling.scope.open:
        return False
    if plain == "d":
        settling.give((PARTIAL, "d"), len(word))
        return True
    known = settling.scope.find(plain[1:])
    if known is None or known[0] not in (NAME, OWN, FUNCTION):
        return False
    head = len(word) - len(plain) + 1
    settling.give((PARTIAL, "d"), head, 0)
    settling.give(known, len(plain) - 1, 1, head)
    return True


def _splits(word: str, scope: Scope, *, may_be_e: bool) -> list[Way]:
    """List the ways (two at most matter) to cut a word into declared names, pi, and a last function or e."""
    ways: list[list[Way]] = [[] for _ in range(len(word) + 1)]
    ways[0] = [()]
    for end in range(1, len(word) + 1):
        if end < len(word) and (word[end].isdigit() or word[end] in _INNER):
            continue
        for start in range(end):
            if not ways[start] or word[start] in _INNER:
                continue
            known = _piece(word[start:end], scope, is_last=end == len(word), may_be_e=may_be_e)
            if known is not None:
                ways[end].extend((*way, (word[start:end], known)) for way in ways[start])
        del ways[end][2:]
    return ways[-1]


def _piece(piece: str, scope: Scope, *, is_last: bool, may_be_e: bool) -> Entry | None:
    known = scope.table.get(piece) or scope.find(piece) or _entry(piece, scope)
    if known is None:
        return None
    kind, value = known
    if kind in (NAME, OWN, FAMILY) or (kind == CONSTANT and value == "pi"):
        return known
    if kind == CONSTANT and value == "e" and is_last and may_be_e:
        return known
    return known if kind == FUNCTION and is_last else None


def _entry(piece: str, scope: Scope) -> Entry | None:
    spelling = taken_apart(piece)
    known = entry_of(spelling, scope) if spelling is not None else None
    return None if isinstance(known, Problem) else known
