"""Words glued together: ``w5x1`` is two names if both exist in exactly one way, ``dE`` a differential."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec.structs import replace

from symnn.errors import Problem
from symnn.language.entries import entry_of
from symnn.language.names import taken_apart
from symnn.language.printed import BARE_UNIT, UNIT
from symnn.language.signs import (
    CLOSE,
    COMMAND,
    CONSTANT,
    CROWDED,
    FAMILY,
    FUNCTION,
    NAME,
    OPEN,
    OVER,
    OWN,
    PARTIAL,
    SLASH,
    Entry,
)
from symnn.language.vocabulary import ARITIES, GREEK
from symnn.ops import named

if TYPE_CHECKING:
    from symnn.language.scope import Scope
    from symnn.language.settling import Settling

__all__ = ["differential", "glued", "in_model", "is_short", "of_the_loss"]

_LONGEST_WORD = 40
_INNER = frozenset("_'}")
_ENTRY = re.compile(r"[A-Za-z]+[0-9]+")
_DIVIDED = ([SLASH], [OVER], [PARTIAL])
_BEFORE_A_STROKE = frozenset({"/", "}", r"\over", r"\div"})
_UPRIGHT_D = re.compile(r"^\\(?:mathrm|text|textrm|rm|mathit|operatorname)\s*\{\s*d\s*\}")

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
    if any(known[0] == FUNCTION for _, known in ways[0][:-1]):
        settling.note("chosen", len(word), what=word, read=_apart(ways[0]))
    return _given(settling, ways[0])


def _given(settling: Settling, way: Way) -> bool:
    """Enter the pieces of a word."""
    offset = 0
    for piece, known in way:
        settling.give(known, len(piece), 0, offset)
        offset += len(piece)
    settling.at += 1
    return True


def in_model(settling: Settling, word: str) -> bool:
    """Split a word of an author's equations as ``Wx``, ``Xβ``: declared names, one of them with a shape or a number.

    A name need not be declared there to be one, so ``eps`` is one also where e, p and s are quantities.
    """
    scope = settling.scope
    if not scope.is_model or not 1 < len(word) <= _LONGEST_WORD or not word.isalnum() or word in GREEK:
        return False
    known = scope.find(word)
    if known is not None and (known[0] != NAME or known[1] in scope.shapes):
        return False
    ways = _splits(word, replace(scope, open=False), may_be_e=False)
    if len(ways) != 1 or any(known[0] != NAME for _, known in ways[0]):
        return False
    if not any(scope.shape(known[1]) or piece[-1].isdigit() for piece, known in ways[0]):
        return False
    return _given(settling, ways[0])


def differential(settling: Settling, word: str) -> bool:
    """Read ``dE`` of ``dE/dw1``, and a lone ``d`` before a name."""
    plain = _UPRIGHT_D.sub("d", word)
    if not plain.startswith("d") or settling.scope.open:
        return False
    if plain == "d":
        settling.give((PARTIAL, "d"), len(word))
        return True
    known = settling.scope.find(plain[1:]) or _entry(plain[1:], settling.scope)
    if known is None or known[0] not in (NAME, OWN, FUNCTION, FAMILY):
        return False
    head = len(word) - len(plain) + 1
    if is_short(settling, plain):
        settling.note("chosen", len(word), what=word, read=f"d{settling.scope.result}/{word}")
        of_the_loss(settling, known, settling.places[settling.at] + len(word))
        settling.at += 1
        return True
    settling.give((PARTIAL, "d"), head, 0)
    settling.give(known, len(plain) - 1, 1, head)
    return True


def is_short(settling: Settling, word: str) -> bool:
    """Say whether a word such as ``dA`` is short for ∂E/∂A of the loss E: neither above nor below a stroke."""
    scope = settling.scope
    known = scope.find(word[1:]) or _entry(word[1:], scope) if word[0] == "d" and scope.result and word[1:] else None
    if known is None or known[0] not in (NAME, FAMILY) or known[1] == scope.result:
        return False
    if settling.kinds_before(1) in _DIVIDED:
        return False
    return settling.following(settling.at + 1) not in _BEFORE_A_STROKE


def of_the_loss(settling: Settling, known: Entry, end: int) -> None:
    """Enter ∂E/∂A of the loss E, for ``dA`` up to a place of the text."""
    length = end - settling.places[settling.at]
    loss = (NAME, settling.scope.result)
    for entry in ((OPEN, ")"), (PARTIAL, "d"), loss, (SLASH, "/"), (PARTIAL, "d"), known, (CLOSE, ")")):
        settling.give(entry, length, 0)


def _splits(word: str, scope: Scope, *, may_be_e: bool) -> list[Way]:
    """List the ways (two at most matter) to cut a word into declared names, pi, functions and a last e."""
    ways: list[list[tuple[int, Way]]] = [[] for _ in range(len(word) + 1)]
    ways[0] = [(_FREE, ())]
    for end in range(1, len(word) + 1):
        if end < len(word) and (word[end].isdigit() or word[end] in _INNER):
            continue
        found: tuple[list[Way], ...] = ([], [], [])
        for start in range(max(end - scope.longest, 0), end):
            if not ways[start] or word[start] in _INNER:
                continue
            known = _piece(word[start:end], scope, is_last=end == len(word), may_be_e=may_be_e)
            if known is None:
                continue
            for before, way in ways[start]:
                if (state := _state(before, known[0])) is not None:
                    found[state].append((*way, (word[start:end], known)))
        ways[end] = [(state, way) for state, several in enumerate(found) for way in several[:2]]
    return [way for _, way in ways[-1]]


_FREE, _CALLED, _GIVEN = 0, 1, 2
"""How a way ends: free to go on, with a function that waits for its argument, with a function's argument."""


def _state(before: int, kind: int) -> int | None:
    """Say how a way ends after one more piece; None if that may not follow.

    ``xsinx`` is x·sin(x), but ``sinxy`` could go on in two ways and is none.
    """
    if before == _CALLED:
        return _GIVEN if kind in (NAME, OWN) else None
    if kind == FUNCTION:
        return _CALLED
    return _FREE if before == _FREE else None


def _apart(way: Way) -> str:
    """Write a way with its functions' arguments in parentheses."""
    pieces: list[str] = []
    for piece, known in way:
        called = bool(pieces) and pieces[-1].endswith("(")
        pieces.append(f"{piece}(" if known[0] == FUNCTION else f"{piece})*" if called else f"{piece}*")
    return "".join(pieces).rstrip("*")


def _piece(piece: str, scope: Scope, *, is_last: bool, may_be_e: bool) -> Entry | None:
    known = _known(piece, scope)
    if known is None:
        return None
    kind, value = known
    if kind in (NAME, OWN, FAMILY) or (kind == CONSTANT and value == "pi"):
        return known
    if kind == CONSTANT and value == "e" and is_last and may_be_e:
        return known
    if kind == COMMAND:
        return known
    if kind != FUNCTION:
        return None
    elementary = len(piece) > 1 and ARITIES.get(value) == (1, 1)
    return known if is_last or elementary else None


def _known(piece: str, scope: Scope) -> Entry | None:
    """Find a piece by look-ups alone where that settles it: a long word has thousands of pieces."""
    known = scope.table.get(piece)
    if known is not None:
        return known
    if piece == UNIT and named.SPREAD in scope.functions and UNIT not in scope.stems:
        return (COMMAND, BARE_UNIT)
    if not piece.isalnum() or not piece.isascii() or scope.families:
        return scope.find(piece) or _entry(piece, scope)
    known = scope.compact.get(piece)
    if known is None:
        return _entry(piece, scope) if _ENTRY.fullmatch(piece) else None
    return known if known[0] != CROWDED else scope.find(piece)


def _entry(piece: str, scope: Scope) -> Entry | None:
    spelling = taken_apart(piece)
    known = entry_of(spelling, scope) if spelling is not None else None
    return None if isinstance(known, Problem) else known
