"""What was found for one answer and serves the next ones, as far as there is room."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Generic, TypeVar

__all__ = ["Kept"]

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Kept(Generic[Key, Value]):
    """Values by key in a bounded room; what nobody asks for while the room is filled once more is forgotten.

    >>> known = Kept[str, int](2)
    >>> for place, letter in enumerate("abcde"):
    ...     known.keep(letter, place)
    >>> known.find("a"), known.find("c"), known.find("e")
    (None, 2, 4)
    """

    def __init__(self, room: int) -> None:
        self._room = self._left = room
        self._known: dict[Key, tuple[Value, int]] = {}
        self._before: dict[Key, tuple[Value, int]] = {}

    def find(self, key: Key) -> Value | None:
        """Give what is known by a key; it stays."""
        found = self._known.get(key)
        if found is None:
            found = self._before.pop(key, None)
            if found is None:
                return None
            self.keep(key, *found)
        return found[0]

    def keep(self, key: Key, value: Value, size: int = 1) -> None:
        """Keep a value that takes some room."""
        self.take(size)
        self._known[key] = value, size

    def take(self, size: int) -> None:
        """Take room for more of what is known; where there is none left, what was there before goes."""
        self._left -= size
        if self._left < 0:
            self._before, self._known = self._known, {}
            self._left = self._room - size
