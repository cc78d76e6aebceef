"""Along which axis an operation is taken: ``rows``, ``columns``, or a program's ``axis=1, keepdims=True``.

A program counts the axes from 0 and names the one that goes: ``axis=1`` of a matrix is taken of each row. What a row
has once stands beside the matrix as a column here, as with ``keepdims=True``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from symnn.language.signs import AXIS, BLANK, BRACE, CLOSE, COMMA, FUNCTION, NAME, NUMBER, OPEN, SPECIAL, SQUARE
from symnn.ops.operation import AXES, WORDS
from symnn.ops.table import OPERATIONS

if TYPE_CHECKING:
    from symnn.language.settling import Settling

__all__ = ["axis", "kept", "method", "numbered_axis"]

_ALL = AXES[-1]
_NUMBERED = re.compile(r"(?:axis|dim)\s*=\s*(?P<number>-?[0-9]|None)(?![0-9A-Za-z.])")
_SEVERAL = re.compile(r"\s*(?:(?:axis|dim)\s*=\s*)?\(\s*(?P<numbers>-?[0-3](?:\s*,\s*-?[0-3])+)\s*,?\s*\)(?=\s*[,)])")
_OF_MAPS = (("1", "2"), ("-2", "-1"), ("2", "1"), ("-1", "-2"))
"""The axes of the rows and columns of maps: each map is taken by itself."""
_NUMBER = re.compile(r"-?[0-9]")
_BARE = re.compile(r"\s*(?P<number>-?[0-9])(?=\s*[,)])")
_KEPT = re.compile(
    r"(?:keepdims?\s*=\s*(?:True|False|1|0)|unbiased\s*=\s*False|(?:ddof|correction)\s*=\s*0)(?![0-9A-Za-z.])"
)
_NEEDLESS = ("keepdim", "unbiased", "ddof", "correction")
_ENDS = frozenset({")", r"\right", "]", "}"})


def axis(settling: Settling, word: str) -> bool:
    """Read the axis as the last argument of a call, in words or by its number, where no quantity is called so."""
    if settling.declared(word) or settling.kinds_before(1) != [COMMA]:
        return False
    if _takes_axis(settling) and _several(settling):
        return True
    numbered = _NUMBERED.match(settling.text, settling.places[settling.at])
    if numbered is not None and _takes_axis(settling):
        settling.give_up_to(numbered.end(), (AXIS, numbered["number"]))
        return True
    if word not in WORDS or settling.following(settling.at + 1) not in _ENDS:
        return False
    settling.give((AXIS, word), len(word))
    return True


def _several(settling: Settling) -> bool:
    """Read ``axis=(1, 2)`` of maps, each of which is taken by itself, and ``axis=(0, 1)`` of a matrix, all of it."""
    found = _SEVERAL.match(settling.text, settling.places[settling.at]) if settling.at < len(settling.words) else None
    if found is None:
        return False
    numbers = tuple(number.strip() for number in found["numbers"].split(","))
    of_maps = numbers in _OF_MAPS
    if not of_maps and sorted(numbers) != list(map(str, range(len(numbers)))):
        return False
    settling.give_up_to(found.end(), (NUMBER, "1") if of_maps else (AXIS, _ALL))
    return True


def kept(settling: Settling, word: str) -> bool:
    """Leave ``keepdims=True`` and ``unbiased=False`` out: what a row has once stands beside the matrix anyway."""
    found = _KEPT.match(settling.text, settling.places[settling.at]) if word.startswith(_NEEDLESS) else None
    if found is None or settling.declared(word) or settling.kinds_before(1) != [COMMA] or not _takes_axis(settling):
        return False
    for column in (settling.done.entries, settling.done.starts, settling.done.ends):
        del column[-1]
    settling.give_up_to(found.end(), (BLANK, ""))
    return True


def _takes_axis(settling: Settling) -> bool:
    """Say whether the call that is open here can be taken along an axis."""
    depth = 0
    for at in range(len(settling.done.entries) - 1, 0, -1):
        depth += {CLOSE: 1, OPEN: -1, BRACE: -1, SQUARE: -1}.get(settling.done.entries[at][0], 0)
        if depth < 0:
            return _has_axis(settling.done.entries[at - 1][1])
    return False


def _has_axis(function: str) -> bool:
    known = OPERATIONS.get(function)
    return known is not None and (known.has_axis or bool(known.gathered or known.along_rows))


def method(settling: Settling) -> bool:
    """Read ``X.sum(axis=0)`` as ``sum(X, axis=0)``, ``h.relu()`` as ``relu(h)``: the point and what follows it."""
    word = settling.word_after(settling.at + 1)
    known = settling.scope.table.get(word)
    if known is None or known[0] not in (FUNCTION, SPECIAL) or settling.word_after(settling.at + 2) != "(":
        return False
    done, first = settling.done, _operand(settling)
    if first is None or (known[0] == FUNCTION and known[1] not in OPERATIONS):
        return False
    for entry in ((OPEN, ")"), known):
        done.entries.insert(first, entry)
        done.starts.insert(first, done.starts[first])
        done.ends.insert(first, done.starts[first])
    empty = settling.following(settling.at + 3) == ")"
    alone = empty and not _has_axis(known[1])
    settling.give((BLANK, "") if alone else (COMMA, ","), len(word) + 2, 3)
    if empty and not alone:  # a program's method takes all entries where no axis is named
        settling.give((AXIS, _ALL), 0, 0)
    elif _has_axis(known[1]) and _several(settling):
        return True
    elif _has_axis(known[1]) and (number := _BARE.match(settling.text, settling.places[settling.at])) is not None:
        settling.give_up_to(number.end(), (AXIS, number["number"]))
    return True


def numbered_axis(settling: Settling, place: int) -> None:
    """Take the second argument of ``np.sum(X, 0)``, whose bracket opens at a place, as the number of an axis."""
    if not _has_axis(settling.word_after(place - 1)):
        return
    depth, commas = 0, []
    for at in range(place, len(settling.words)):
        depth += {"(": 1, ")": -1}.get(settling.words[at], 0)
        if (settling.words[at] == "," and depth == 1) or not depth:
            commas.append(at)
        if not depth:
            break
    if depth or len(commas) < 2:  # noqa: PLR2004 - the end of the first argument and of the second
        return
    second = [at for at in range(commas[0] + 1, commas[1]) if not settling.words[at].isspace()]
    number = "".join(settling.words[at] for at in second)
    if _NUMBER.fullmatch(number):
        for at in second:
            settling.known[at] = (BLANK, "")
        settling.known[second[-1]] = (AXIS, number)


def _operand(settling: Settling) -> int | None:
    """Find the first token of what a method belongs to: a name, or a bracket with its function."""
    entries = settling.done.entries
    at = len(entries) - 1
    if at >= 0 and entries[at][0] == NAME:
        return at
    depth = 0
    while at >= 0:
        depth += (entries[at][0] == CLOSE) - (entries[at][0] == OPEN)
        if not depth:
            before = at > 0 and entries[at - 1][0] in (FUNCTION, SPECIAL)
            return at - before if entries[at][0] == OPEN else None
        at -= 1
    return None
