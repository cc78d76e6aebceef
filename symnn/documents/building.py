"""Puts nodes together from a stream of pieces, with the bounds and checks that YAML and JSON share."""

from __future__ import annotations

from typing import Final

from symnn.documents.node import Fields, Items, Node, Scalar
from symnn.errors import Fact, Place, Problem

__all__ = ["DEEPEST", "LONGEST", "Builder", "TooMuchError"]

DEEPEST: Final = 20
"""Levels of nesting in a document."""

LONGEST: Final = 65_536
"""Characters of one scalar."""


class TooMuchError(Exception):
    """The document passes a bound; its problem is recorded already and reading stops."""


class _Open:
    """A list or map that is being read: ``key`` is the name that waits for its value."""

    __slots__ = ("fields", "first", "is_map", "items", "key", "place")

    def __init__(self, place: Place, *, is_map: bool) -> None:
        self.place = place
        self.is_map = is_map
        self.items: list[Node] = []
        self.fields: list[tuple[Scalar, Node]] = []
        self.first: dict[str, int] = {}
        self.key: Scalar | None = None


class Builder:
    """Takes the pieces of a document in order; ``root`` and ``problems`` hold what came of them."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.root: Node | None = None
        self.problems: list[Problem] = []
        self._open: list[_Open] = []

    def problem(self, code: str, place: Place, **facts: Fact) -> None:
        """Record a problem at a place."""
        self.problems.append(Problem(code, facts, place=place))

    def begin(self, place: Place, *, is_map: bool) -> None:
        """Open a list or a map."""
        if len(self._open) >= DEEPEST:
            self.problem("too-deep", place, limit=DEEPEST)
            raise TooMuchError
        self._open.append(_Open(place, is_map=is_map))

    def end(self) -> None:
        """Close the innermost list or map."""
        done = self._open.pop()
        self.add(
            Fields(tuple(done.fields), done.place) if done.is_map else Items(tuple(done.items), done.place),
        )

    def add(self, node: Node) -> None:
        """Put a node where the document is being read: as root, item, name or value."""
        if isinstance(node, Scalar) and len(node.text) > LONGEST:
            self.problem("too-long", node.place, limit=LONGEST)
            raise TooMuchError
        if not self._open:
            self.root = node
            return
        parent = self._open[-1]
        if not parent.is_map:
            parent.items.append(node)
        elif parent.key is None:
            parent.key = self._name(node)
        else:
            self._value(parent, parent.key, node)
            parent.key = None

    def _name(self, node: Node) -> Scalar:
        if isinstance(node, Scalar):
            if node.text == "<<" and node.style == "plain":
                self.problem("no-merge", node.place)
            return node
        self.problem("key-not-text", node.place)
        return Scalar("", node.place)

    def _value(self, parent: _Open, key: Scalar, value: Node) -> None:
        if key.text in parent.first:
            self.problem("duplicate-key", key.place, key=key.text, first=parent.first[key.text])
            return
        parent.first[key.text] = key.place.line
        parent.fields.append((key, value))
