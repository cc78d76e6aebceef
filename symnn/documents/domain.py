"""Domains in documents: real, positive, complex, or an interval; one for all quantities or one per name."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal, TypeAlias, cast

from msgspec import Struct

from symnn.documents.kinds import DocumentReading, ExactNumber, JsonSchema, Unread, exact_value
from symnn.documents.nearest import nearest
from symnn.documents.node import Fields, Items, Node

if TYPE_CHECKING:
    from collections.abc import Mapping
    from fractions import Fraction

    from symnn.errors import Fact

__all__ = ["Domain", "DomainKind", "Domains", "DomainsKind", "Interval"]

NAMED: Final = ("real", "positive", "complex", "distribution")


class Interval(Struct, frozen=True):
    """The real numbers between two ends; an end that is None is infinite, ``open`` leaves the ends out.

    >>> from fractions import Fraction
    >>> Interval(Fraction(0), Fraction(1)).open
    False
    """

    low: Fraction | None = None
    high: Fraction | None = None
    open: bool = False


Domain: TypeAlias = Literal["real", "positive", "complex", "distribution"] | Interval
"""What a quantity may be; the entries of a ``distribution`` are shares that add up to 1."""


class Domains(Struct, frozen=True):
    """The domain of every quantity: ``names`` where one is named, else ``default``."""

    default: Domain = "real"
    names: Mapping[str, Domain] = MappingProxyType({})


_INTERVAL: Final = re.compile(r"([\[(]) ?([^,\s]+) ?, ?([^,\s]+) ?([\])])")


class DomainKind:
    """One domain: a word, ``[0, 1]``, or ``"(0, 1)"`` without its ends."""

    def read(self, node: Node, field: str, reading: DocumentReading) -> Domain | Unread:
        """Give the domain."""
        if isinstance(node, Items) and len(node.items) == 2:  # noqa: PLR2004 - an interval has two ends
            low, high = (ExactNumber().read(end, field, reading) for end in node.items)
            if isinstance(low, Unread) or isinstance(high, Unread):
                return Unread.UNREAD
            return _interval(low, high, node, field, reading, is_open=False)
        text = reading.text(node, field)
        if isinstance(text, Unread):
            return text
        if text in NAMED:
            return cast("Domain", text)
        ends = _INTERVAL.fullmatch(text)
        if ends and (ends[1] == "(") == (ends[4] == ")"):
            low_end, high_end = exact_value(ends[2]), exact_value(ends[3])
            if low_end is not None and high_end is not None:
                return _interval(low_end, high_end, node, field, reading, is_open=ends[1] == "(")
        facts: dict[str, Fact] = {
            "value": text[:40],
            "choices": (*NAMED, "[0, 1]", "(0, 1)"),
            "nearest": nearest(text, NAMED),
        }
        return reading.problem("not-one-of", node, field, facts)

    def json_schema(self) -> JsonSchema:
        """Describe it."""
        pair = {"type": "array", "items": ExactNumber().json_schema(), "minItems": 2, "maxItems": 2}
        return {"anyOf": [{"enum": list(NAMED)}, {"type": "string", "pattern": r"^[\[(].*,.*[\])]$"}, pair]}


class DomainsKind:
    """A domain for all, or a map name → domain; in the map ``default`` is the one of all other names."""

    def read(self, node: Node, field: str, reading: DocumentReading) -> Domains | Unread:
        """Give the domains."""
        if not isinstance(node, Fields):
            domain = DomainKind().read(node, field, reading)
            return domain if isinstance(domain, Unread) else Domains(domain)
        named = {key.text: DomainKind().read(child, f"{field}.{key.text}", reading) for key, child in node.fields}
        read = {name: domain for name, domain in named.items() if not isinstance(domain, Unread)}
        return Domains(read.pop("default", "real"), MappingProxyType(read))

    def json_schema(self) -> JsonSchema:
        """Describe it."""
        one = DomainKind().json_schema()
        return {"anyOf": [*one["anyOf"], {"type": "object", "additionalProperties": one}]}


def _interval(
    low: Fraction, high: Fraction, node: Node, field: str, reading: DocumentReading, *, is_open: bool
) -> Interval | Unread:
    if low >= high:
        return reading.problem("empty-interval", node, field, {"low": str(low), "high": str(high)})
    return Interval(low, high, is_open)
