"""Kinds that hold other kinds: lists, maps, and records of named fields."""

from __future__ import annotations

from fractions import Fraction
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Generic, TypeAlias, TypeVar, Union

from msgspec import Struct
from msgspec.structs import replace

from symnn.documents.kinds import UNREAD, DocumentReading, ExactNumber, JsonSchema, Unread, ValueKind, form_of
from symnn.documents.nearest import nearest
from symnn.documents.node import Fields, Items, Node, Scalar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["ByForm", "Field", "ListOf", "MapOf", "Nested", "NestedNumbers", "Record"]

T = TypeVar("T")

Nested: TypeAlias = Union[int, Fraction, tuple["Nested", ...]]  # noqa: UP007 - it names itself
"""An exact number, or a list of such, as deep as a tensor needs."""

_MISSING: Final = object()


class ListOf(Struct, Generic[T], frozen=True):
    """A list of things of one kind, at least ``least`` of them."""

    kind: ValueKind[T]
    least: int = 0
    most: int = 1000

    def read(self, node: Node, field: str, reading: DocumentReading) -> tuple[T, ...] | Unread:
        """Give the things that could be read, in order."""
        if not isinstance(node, Items):
            meant = {"meant": f"[{node.text}]"} if isinstance(node, Scalar) and node.text.strip() else {}
            return reading.problem("wrong-kind", node, field, {"expected": "list", "here": form_of(node), **meant})
        if len(node.items) > self.most:
            return reading.problem("too-many", node, field, {"limit": self.most})
        if len(node.items) < self.least:
            return reading.problem("too-few", node, field, {"least": self.least})
        values = [self.kind.read(item, f"{field}[{i}]", reading) for i, item in enumerate(node.items)]
        return tuple(value for value in values if not isinstance(value, Unread))

    def json_schema(self) -> JsonSchema:
        """Describe it."""
        least: JsonSchema = {"minItems": self.least} if self.least else {}
        return {"type": "array", "items": self.kind.json_schema(), **least}


class MapOf(Struct, Generic[T], frozen=True):
    """Things of one kind by a name of the author's choice, in the order written."""

    kind: ValueKind[T]
    most: int = 1000

    def read(self, node: Node, field: str, reading: DocumentReading) -> Mapping[str, T] | Unread:
        """Give the things that could be read."""
        if not isinstance(node, Fields):
            return reading.problem("wrong-kind", node, field, {"expected": "fields", "here": form_of(node)})
        if len(node.fields) > self.most:
            return reading.problem("too-many", node, field, {"limit": self.most})
        values: dict[str, T] = {}
        for key, child in node.fields:
            value = self.kind.read(child, f"{field}.{key.text}", reading)
            if not isinstance(value, Unread):
                values[key.text] = value
        return MappingProxyType(values)

    def json_schema(self) -> JsonSchema:
        """Describe it."""
        return {"type": "object", "additionalProperties": self.kind.json_schema()}


class ByForm(Struct, Generic[T], frozen=True):
    """A value whose kind is told by its form: a text, a list, or fields; a form without a kind is refused."""

    scalar: ValueKind[T] | None = None
    items: ValueKind[T] | None = None
    fields: ValueKind[T] | None = None

    def read(self, node: Node, field: str, reading: DocumentReading) -> T | Unread:
        """Read with the kind of the node's form."""
        forms = {Scalar: self.scalar, Items: self.items, Fields: self.fields}
        kind = forms[type(node)]
        if kind is not None:
            return kind.read(node, field, reading)
        written = {Scalar: "text", Items: "list", Fields: "fields"}
        expected = tuple(written[form] for form, known in forms.items() if known is not None)
        return reading.problem("wrong-kind", node, field, {"expected": expected, "here": form_of(node)})

    def json_schema(self) -> JsonSchema:
        """Describe it."""
        kinds = (self.scalar, self.items, self.fields)
        return {"anyOf": [kind.json_schema() for kind in kinds if kind is not None]}


class NestedNumbers(Struct, frozen=True):
    """An exact number, or nested lists of them with equal lengths on each level."""

    def read(self, node: Node, field: str, reading: DocumentReading) -> Nested | Unread:
        """Give the numbers; whole ones as int."""
        if isinstance(node, Items):
            values = [self.read(item, f"{field}[{i}]", reading) for i, item in enumerate(node.items)]
            read = tuple(value for value in values if not isinstance(value, Unread))
            if len(read) < len(values):
                return UNREAD
            if len({_shape(value) for value in read}) > 1:
                return reading.problem("ragged-matrix", node, field)
            return read
        value = ExactNumber().read(node, field, reading)
        if isinstance(value, Unread):
            return UNREAD
        return value.numerator if value.denominator == 1 else value

    def json_schema(self) -> JsonSchema:
        """Describe it."""
        return {"anyOf": [ExactNumber().json_schema(), {"type": "array"}]}


def _shape(value: Nested) -> tuple[int, ...]:
    if not isinstance(value, tuple):
        return ()
    return (len(value), *(_shape(value[0]) if value else ()))


class Field(Struct, frozen=True):
    """One field of a record: its name in the file, its kind, and what stands there if it is left out.

    ``attribute`` is its name in the program where that differs (``from`` is no Python name).
    """

    name: str
    kind: ValueKind[Any]
    default: Any = _MISSING
    attribute: str = ""

    @property
    def required(self) -> bool:
        """Tell if it must be there."""
        return self.default is _MISSING


class Record(Struct, Generic[T], frozen=True):
    """Named fields that make one value: ``make(field=value, …)``; with ``placed`` also ``place=``.

    ``check`` looks at the finished value and records what its fields do wrong together.
    """

    make: Callable[..., T]
    fields: tuple[Field, ...]
    placed: bool = False
    check: Callable[[T, Node, str, DocumentReading], None] | None = None

    def read(self, node: Node, field: str, reading: DocumentReading) -> T | Unread:
        """Read every field; the value is made only if all that is needed could be read."""
        if not isinstance(node, Fields):
            return reading.problem("wrong-kind", node, field, {"expected": "fields", "here": form_of(node)})
        before = len(reading.problems)
        values = self._values(node, field, reading)
        if len(reading.problems) > before:
            return UNREAD
        if self.placed:
            values["place"] = replace(node.place, field=field)
        made = self.make(**values)
        if self.check is not None:
            self.check(made, node, field, reading)
        return made

    def _values(self, node: Fields, field: str, reading: DocumentReading) -> dict[str, Any]:
        known = {known.name: known for known in self.fields}
        prefix = f"{field}." if field else ""
        values: dict[str, Any] = {}
        for key, child in node.fields:
            if key.text not in known:
                facts = {"field": key.text, "nearest": nearest(key.text, known)}
                reading.problem("unknown-field", key, f"{prefix}{key.text}", facts)
                continue
            of = known[key.text]
            values[of.attribute or of.name] = of.kind.read(child, f"{prefix}{key.text}", reading)
        for of in self.fields:
            if of.required and (of.attribute or of.name) not in values:
                reading.problem("missing-field", node, field, {"field": of.name})
            elif not of.required:
                values.setdefault(of.attribute or of.name, of.default)
        return values

    def json_schema(self) -> JsonSchema:
        """Describe it."""
        return {
            "type": "object",
            "properties": {of.name: of.kind.json_schema() for of in self.fields},
            "required": [of.name for of in self.fields if of.required],
            "additionalProperties": False,
        }
