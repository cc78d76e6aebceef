"""The network file as its author writes it, checked for form; its equations are read by ``graph``."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from symnn.documents.containers import Field, ListOf, MapOf, Nested, NestedNumbers, Record
from symnn.documents.decoding import Text as FileText
from symnn.documents.domain import Domain, DomainKind
from symnn.documents.kinds import (
    UNREAD,
    AnyText,
    Bilingual,
    BilingualText,
    DocumentReading,
    FormulaText,
    Identifier,
    JsonSchema,
    OneOf,
    SourceText,
    Unread,
)
from symnn.documents.node import Fields, Items, Node, Scalar, Source
from symnn.documents.parsed import Loaded, load, load_text
from symnn.errors import Place

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = [
    "NETWORK",
    "DeclaredPlayer",
    "DeclaredPoint",
    "NetworkFile",
    "RangeText",
    "ShapeText",
    "Version",
    "read_network",
]

EMPTY: Final[Mapping[str, Any]] = MappingProxyType({})


class DeclaredPlayer(Struct, frozen=True):
    """One side of an adversarial network: the loss it makes small, and the parameters it may change."""

    loss: str
    parameters: tuple[str, ...]


class DeclaredPoint(Struct, frozen=True):
    """Named values of some quantities, with a name and a remark where the author gave them."""

    values: Mapping[str, Nested]
    name: str = ""
    title: Bilingual | None = None


class NetworkFile(Struct, frozen=True):
    """A network as its file has it; names are as the author spells them."""

    network: str
    title: Bilingual
    equations: Source
    source: str | Bilingual = ""
    description: Bilingual | None = None
    shapes: Mapping[str, tuple[int, ...]] = EMPTY
    index: Mapping[str, tuple[int, int]] = EMPTY
    functions: Mapping[str, Source] = EMPTY
    own_argument: str = ""
    players: Mapping[str, DeclaredPlayer] = EMPTY
    parameters: tuple[str, ...] = ()
    inputs: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    samples: str = ""
    domain: Mapping[str, Domain] = EMPTY
    conventions: Mapping[str, str] = EMPTY
    values: Mapping[str, Nested] = EMPTY
    points: tuple[DeclaredPoint, ...] = ()
    place: Place = Place("")
    symnn: int = 1


class Version:
    """The format's number, which is 1."""

    def read(self, node: Node, field: str, reading: DocumentReading) -> int | Unread:
        """Give the number."""
        text = reading.text(node, field)
        if text is UNREAD or text == "1":
            return UNREAD if text is UNREAD else 1
        return reading.problem("not-a-version", node, field, {"value": text[:20]})

    def json_schema(self) -> JsonSchema:
        """Describe it."""
        return {"enum": [1, "1"]}


def _listed(node: Items) -> str:
    """Write a list as its author did, what is no text in it left out."""
    return f"[{', '.join(one.text if isinstance(one, Scalar) else '…' for one in node.items)}]"


class ShapeText:
    """A shape: ``2x2``, ``3``, ``3x8x8``; 1 is a number. Python's ``(2, 2)`` and the list ``[2, 2]`` say the same."""

    def read(self, node: Node, field: str, reading: DocumentReading) -> tuple[int, ...] | Unread:
        """Give the lengths."""
        text = _listed(node) if isinstance(node, Items) else reading.text(node, field)
        if text is UNREAD:
            return UNREAD
        bare = re.sub(r"^\[(.*)\]$|^\((.*?),? ?\)$", r"\1\2", text)
        if not re.fullmatch(r"[1-9][0-9]{0,4}(( ?[x×*] ?|, ?)[1-9][0-9]{0,4}){0,5}", bare):
            return reading.problem("not-a-shape", node, field, {"value": text[:20]})
        return tuple(int(length) for length in re.findall("[0-9]+", text))

    def json_schema(self) -> JsonSchema:
        """Describe it."""
        return {"type": ["string", "integer", "array"]}


class RangeText:
    """A range of an index, both ends included: ``1..3``."""

    def read(self, node: Node, field: str, reading: DocumentReading) -> tuple[int, int] | Unread:
        """Give both ends."""
        text = _listed(node) if isinstance(node, Items) else reading.text(node, field)
        if text is UNREAD:
            return UNREAD
        ends = re.fullmatch(r"(-?[0-9]{1,4}) ?\.\. ?(-?[0-9]{1,4})", text)
        if ends is None or int(ends[1]) > int(ends[2]):
            return reading.problem("not-a-range", node, field, {"value": text[:20]})
        return int(ends[1]), int(ends[2])

    def json_schema(self) -> JsonSchema:
        """Describe it."""
        return {"type": "string", "pattern": r"^-?[0-9]+ ?\.\. ?-?[0-9]+$"}


class PointKind:
    """Values by name, with ``name`` and ``title`` of the point beside them."""

    def read(self, node: Node, field: str, reading: DocumentReading) -> DeclaredPoint | Unread:
        """Give the point."""
        if not isinstance(node, Fields):
            read = MapOf[Nested](NestedNumbers()).read(node, field, reading)
            return read if isinstance(read, Unread) else DeclaredPoint(read)
        about = {key.text: child for key, child in node.fields if key.text in ("name", "title")}
        rest = Fields(tuple(pair for pair in node.fields if pair[0].text not in about), node.place)
        values = MapOf[Nested](NestedNumbers()).read(rest, field, reading)
        name = AnyText().read(about["name"], f"{field}.name", reading) if "name" in about else ""
        title = BilingualText().read(about["title"], f"{field}.title", reading) if "title" in about else None
        if isinstance(values, Unread) or isinstance(name, Unread) or isinstance(title, Unread):
            return Unread.UNREAD
        return DeclaredPoint(values, name, title)

    def json_schema(self) -> JsonSchema:
        """Describe it."""
        about = {"name": AnyText().json_schema(), "title": BilingualText().json_schema()}
        return {"type": "object", "properties": about, "additionalProperties": NestedNumbers().json_schema()}


PLAYER: Final = Record(DeclaredPlayer, (Field("loss", AnyText()), Field("parameters", ListOf(AnyText()))))

NETWORK: Final[Record[NetworkFile]] = Record(
    NetworkFile,
    (
        Field("symnn", Version()),
        Field("network", Identifier()),
        Field("title", BilingualText()),
        Field("source", SourceText(), ""),
        Field("description", BilingualText(), None),
        Field("shapes", MapOf(ShapeText()), EMPTY),
        Field("index", MapOf(RangeText()), EMPTY),
        Field("functions", MapOf(FormulaText()), EMPTY),
        Field("own_argument", AnyText(), ""),
        Field("players", MapOf(PLAYER), EMPTY),
        Field("parameters", ListOf(AnyText()), ()),
        Field("inputs", ListOf(AnyText()), ()),
        Field("targets", ListOf(AnyText()), ()),
        Field("samples", OneOf(("rows", "columns")), ""),
        Field("domain", MapOf(DomainKind()), EMPTY),
        Field("conventions", MapOf(AnyText()), EMPTY),
        Field("values", MapOf(NestedNumbers()), EMPTY),
        Field("points", ListOf(PointKind()), ()),
        Field("equations", FormulaText()),
    ),
    placed=True,
)
"""The form of a network file."""


def read_network(network: Path | FileText) -> Loaded[NetworkFile]:
    r"""Read a network file, or the text of one.

    >>> file = FileText("symnn: 1\nnetwork: n\ntitle: {zh: 甲, en: A}\nequations: y = w*x", "n.yaml")
    >>> read_network(file).value.equations.text
    'y = w*x'
    """
    return load_text(network, NETWORK) if isinstance(network, FileText) else load(network, NETWORK)
