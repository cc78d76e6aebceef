"""Double bars: which open a norm and which close one, and which are two absolute values side by side."""

from __future__ import annotations

from symnn.language.signs import BAR, NORM, SHUT

__all__ = ["DOUBLE", "paired"]

DOUBLE = "‖"


def paired(kinds: list[int], values: list[str], starts: list[int], ends: list[int]) -> None:
    """Say of every double bar whether it opens or closes a norm, and join two single ones that stand as one.

    ``||x| - 1|`` begins with two absolute values: the bar that comes next stands alone.
    """
    _join(kinds, values, starts, ends)
    inside = False
    for place, kind in enumerate(kinds):
        if kind == SHUT and values[place] == DOUBLE:
            inside = False
        elif kind == NORM:
            if inside:
                kinds[place] = SHUT
            inside = not inside


def _join(kinds: list[int], values: list[str], starts: list[int], ends: list[int]) -> None:
    """Make one token of ``||`` where the next bars are a pair again."""
    place, is_open = 0, False
    while place < len(kinds) - 1:
        closing = _next_bar(kinds, place + 2) if not is_open and _touch(kinds, starts, ends, place) else None
        if closing is None or closing == place + 2 or not _touch(kinds, starts, ends, closing):
            is_open ^= kinds[place] == BAR
            place += 1
            continue
        for first in (closing, place):
            kinds[first], values[first] = NORM, DOUBLE
            ends[first] = ends[first + 1]
            for column in (kinds, values, starts, ends):
                del column[first + 1]
        place = closing  # the closing sign itself, now that the opening one is shorter by one


def _touch(kinds: list[int], starts: list[int], ends: list[int], place: int) -> bool:
    """Say whether two bars stand side by side without a blank."""
    return kinds[place : place + 2] == [BAR, BAR] and ends[place] == starts[place + 1]


def _next_bar(kinds: list[int], start: int) -> int | None:
    return next((place for place in range(start, len(kinds)) if kinds[place] == BAR), None)
