"""Which exercises there are, told from the heads of their files: a list can be shown before anything is graded."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from msgspec import Struct

from symnn.documents.decoding import Text, read_text
from symnn.documents.node import Fields, Items, Node, Scalar
from symnn.documents.parsed import parse
from symnn.errors import AuthorError, Problem
from symnn.messages import raisable

__all__ = ["Card", "Shelves", "shelves"]

_PARTS: Final = re.compile(r"^parts:[ \t]*$", re.MULTILINE)
_ITEM: Final = re.compile(r"^([ \t]*)- (?:id:[ \t]*([\w.-]+)[ \t]*$)?", re.MULTILINE)


class Card(Struct, frozen=True):
    """What a list shows of an exercise."""

    id: str
    titles: Mapping[str, str]
    order: tuple[str, ...]

    @property
    def parts(self) -> int:
        """Count the parts."""
        return len(self.order)


class Shelves(Struct, frozen=True):
    """The files of some exercises, and a card of each, by its id."""

    texts: tuple[Text, ...]
    cards: Mapping[str, Card]


def shelves(places: Iterable[Path]) -> Shelves:
    """Read the heads of files. Raises: AuthorError if a file cannot be read, or is none of an exercise."""
    texts: list[Text] = []
    cards: dict[str, Card] = {}
    for path in places:
        text = read_text(path)
        if isinstance(text, Problem):
            raise raisable(AuthorError, text)
        card = _card(text)
        texts.append(text)
        cards[card.id] = card
    return Shelves(tuple(texts), MappingProxyType(cards))


def _card(text: Text) -> Card:
    """Read the head of a file, what stands before its parts; where that says too little, all of it."""
    cut = _PARTS.search(text.text)
    if cut is not None:
        head = _fields(Text(text.text[: cut.start()], text.file))
        items = _ITEM.findall(text.text, cut.end())
        order = tuple(name for indent, name in items if indent == items[0][0])
        if head.keys() >= {"id", "title"} and order and all(order):
            return _made(head, order)
    whole = _fields(text)
    parts = whole.get("parts")
    if not whole.keys() >= {"id", "title"} or not isinstance(parts, Items):
        raise raisable(AuthorError, Problem("not-a-file-of-ours", {"file": text.file}))
    return _made(whole, tuple(map(_name_of, parts.items)))


def _name_of(part: Node) -> str:
    fields = {key.text: node for key, node in part.fields} if isinstance(part, Fields) else {}
    name = fields.get("id")
    return name.text if isinstance(name, Scalar) else ""


def _fields(text: Text) -> dict[str, Node]:
    document, _ = parse(text.text, text.file)
    return {key.text: node for key, node in document.root.fields} if isinstance(document.root, Fields) else {}


def _made(fields: Mapping[str, Node], order: tuple[str, ...]) -> Card:
    name, title = fields["id"], fields["title"]
    own = name.text if isinstance(name, Scalar) else ""
    said = {"zh": title.text, "en": title.text} if isinstance(title, Scalar) else {}
    if isinstance(title, Fields):
        said = {key.text: node.text for key, node in title.fields if isinstance(node, Scalar)}
    return Card(own, MappingProxyType({"zh": own, "en": own} | said), order)
