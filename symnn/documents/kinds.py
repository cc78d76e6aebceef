"""What a value of a document may be: each kind reads a node into a value and gives its JSON Schema.

A kind is a small frozen object; kinds are put together (``ListOf(Text())``). What does not fit is recorded in
the `DocumentReading` with its place and field, and `UNREAD` stands for the value, so that every problem is found.
"""

from __future__ import annotations

import re
from enum import Enum
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from symnn.documents.nearest import nearest
from symnn.documents.node import Fields, Items, Node, Scalar, Source
from symnn.errors import NO_FACTS, Fact, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "UNREAD",
    "AnyText",
    "Bilingual",
    "BilingualText",
    "DocumentReading",
    "ExactNumber",
    "Flag",
    "FormulaText",
    "Identifier",
    "JsonSchema",
    "OneOf",
    "SourceText",
    "Unread",
    "ValueKind",
    "WholeNumber",
    "exact_value",
    "form_of",
]

T_co = TypeVar("T_co", covariant=True)

JsonSchema = dict[str, Any]


class Unread(Enum):
    """Stands where a value could not be read; the problem is recorded."""

    UNREAD = "unread"


UNREAD: Final = Unread.UNREAD


class Bilingual(Struct, frozen=True):
    """A text in both languages."""

    zh: str
    en: str

    def of(self, lang: Literal["zh", "en"]) -> str:
        """Give the text in one language."""
        return self.zh if lang == "zh" else self.en


class DocumentReading:
    """Collects the problems of a document while its kinds read it."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def problem(self, code: str, node: Node, field: str, facts: Mapping[str, Fact] = NO_FACTS) -> Unread:
        """Record what is wrong with the node of a field."""
        self.problems.append(Problem(code, facts, place=replace(node.place, field=field)))
        return UNREAD

    def text(self, node: Node, field: str) -> str | Unread:
        """Give the text of a scalar that is not empty."""
        if not isinstance(node, Scalar):
            return self.problem("wrong-kind", node, field, {"expected": "text", "here": form_of(node)})
        if not node.text.strip():
            return self.problem("blank-text", node, field)
        return node.text


def form_of(node: Node) -> str:
    """Name what a node is: text, list or fields."""
    return {Scalar: "text", Items: "list", Fields: "fields"}[type(node)]


class ValueKind(Protocol[T_co]):
    """What a value may be."""

    def read(self, node: Node, field: str, reading: DocumentReading) -> T_co | Unread:
        """Read a node, recording what does not fit."""

    def json_schema(self) -> JsonSchema:
        """Describe the kind in JSON Schema."""


class AnyText(Struct, frozen=True):
    """Any text that is not empty."""

    def read(self, node: Node, field: str, reading: DocumentReading) -> str | Unread:
        """Give the text."""
        return reading.text(node, field)

    def json_schema(self) -> JsonSchema:
        """Describe it."""
        return {"type": "string", "minLength": 1}


class Identifier(Struct, frozen=True):
    """An id: letters, digits, ``-``, ``_`` and ``.``, beginning with a letter."""

    pattern: str = r"[A-Za-z][A-Za-z0-9_.-]{0,63}"

    def read(self, node: Node, field: str, reading: DocumentReading) -> str | Unread:
        """Give the id."""
        text = reading.text(node, field)
        if text is UNREAD or re.fullmatch(self.pattern, text):
            return text
        return reading.problem("not-an-id", node, field, {"value": text})

    def json_schema(self) -> JsonSchema:
        """Describe it."""
        return {"type": "string", "pattern": f"^{self.pattern}$"}


class OneOf(Struct, frozen=True):
    """One of a few words."""

    choices: tuple[str, ...]

    def read(self, node: Node, field: str, reading: DocumentReading) -> str | Unread:
        """Give the word."""
        text = reading.text(node, field)
        if text is UNREAD or text in self.choices:
            return text
        facts: dict[str, Fact] = {
            "value": text,
            "choices": self.choices,
            "nearest": nearest(text, self.choices),
        }
        return reading.problem("not-one-of", node, field, facts)

    def json_schema(self) -> JsonSchema:
        """Describe it."""
        return {"enum": list(self.choices)}


class Flag(Struct, frozen=True):
    """``true`` or ``false``."""

    def read(self, node: Node, field: str, reading: DocumentReading) -> bool | Unread:
        """Give the truth value."""
        text = reading.text(node, field)
        if text is UNREAD or text in ("true", "false"):
            return UNREAD if text is UNREAD else text == "true"
        return reading.problem("not-true-or-false", node, field, {"value": text})

    def json_schema(self) -> JsonSchema:
        """Describe it."""
        return {"enum": [True, False, "true", "false"]}


_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]+/[1-9][0-9]*|(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?)")
_LONGEST_NUMBER: Final = 60
_LARGEST_EXPONENT: Final = 400


def exact_value(text: str) -> Fraction | None:
    """Give the exact value of a number as it is written, or None if it is none.

    >>> exact_value("-0.5"), exact_value("1e-3"), exact_value("7/9"), exact_value("1e999"), exact_value("nan")
    (Fraction(-1, 2), Fraction(1, 1000), Fraction(7, 9), None, None)
    """
    if len(text) > _LONGEST_NUMBER or not _NUMBER.fullmatch(text):
        return None
    _, _, exponent = text.lower().partition("e")
    if exponent and abs(int(exponent)) > _LARGEST_EXPONENT:
        return None
    return Fraction(text)


class ExactNumber(Struct, frozen=True):
    """An exact number (``2``, ``-0.5``, ``1e-3``, ``7/9``), within bounds where there are some.

    ``positive`` leaves 0 out.
    """

    low: Fraction | None = None
    high: Fraction | None = None
    positive: bool = False

    def read(self, node: Node, field: str, reading: DocumentReading) -> Fraction | Unread:
        """Give the number."""
        text = reading.text(node, field)
        if text is UNREAD:
            return UNREAD
        value = exact_value(text)
        if value is None:
            return reading.problem("not-a-number", node, field, {"value": text[:_LONGEST_NUMBER]})
        if self.positive and value <= 0:
            return reading.problem("not-positive", node, field, {"value": text})
        if (self.low is not None and value < self.low) or (self.high is not None and value > self.high):
            facts = {"value": text, "low": bound(self.low), "high": bound(self.high)}
            return reading.problem("out-of-range", node, field, facts)
        return value

    def json_schema(self) -> JsonSchema:
        """Describe it: JSON may give a number or its text."""
        number: JsonSchema = {"type": "number"}
        if self.positive:
            number["exclusiveMinimum"] = 0
        if self.low is not None:
            number["minimum"] = float(self.low)
        if self.high is not None:
            number["maximum"] = float(self.high)
        return {"anyOf": [number, {"type": "string", "pattern": f"^{_NUMBER.pattern}$"}]}


def bound(value: Fraction | int | None) -> str:
    """Write a bound, ``∞`` where there is none."""
    return "∞" if value is None else str(value)


class WholeNumber(Struct, frozen=True):
    """A whole number within bounds."""

    low: int = 0
    high: int = 1_000_000

    def read(self, node: Node, field: str, reading: DocumentReading) -> int | Unread:
        """Give the number."""
        text = reading.text(node, field)
        if text is UNREAD:
            return UNREAD
        if len(text) > _LONGEST_NUMBER or not re.fullmatch(r"[+-]?[0-9]+", text):
            return reading.problem("not-a-whole-number", node, field, {"value": text[:_LONGEST_NUMBER]})
        if not self.low <= int(text) <= self.high:
            facts: dict[str, Fact] = {"value": text, "low": self.low, "high": self.high}
            return reading.problem("out-of-range", node, field, facts)
        return int(text)

    def json_schema(self) -> JsonSchema:
        """Describe it."""
        number: JsonSchema = {"type": "integer", "minimum": self.low, "maximum": self.high}
        return {"anyOf": [number, {"type": "string", "pattern": "^[+-]?[0-9]+$"}]}


class FormulaText(Struct, frozen=True):
    """Mathematics, read later by the language: the text with its place."""

    def read(self, node: Node, field: str, reading: DocumentReading) -> Source | Unread:
        """Give the text and where it stands."""
        text = reading.text(node, field)
        if text is UNREAD or not isinstance(node, Scalar):
            return UNREAD
        return Source(text, replace(node.place, field=field), node.style, node.indent)

    def json_schema(self) -> JsonSchema:
        """Describe it: JSON may give a number where the expression is one."""
        return {"anyOf": [{"type": "string", "minLength": 1}, {"type": "number"}]}


class SourceText(Struct, frozen=True):
    """Where something comes from: one text, or ``{zh: …, en: …}``."""

    def read(self, node: Node, field: str, reading: DocumentReading) -> str | Bilingual | Unread:
        """Give the text as it stands, or both."""
        kind: AnyText | BilingualText = BilingualText() if isinstance(node, Fields) else AnyText()
        return kind.read(node, field, reading)

    def json_schema(self) -> JsonSchema:
        """Describe it."""
        return {"anyOf": [AnyText().json_schema(), BilingualText().json_schema()]}


class BilingualText(Struct, frozen=True):
    """A text in both languages: ``{zh: …, en: …}``; both are needed."""

    def read(self, node: Node, field: str, reading: DocumentReading) -> Bilingual | Unread:
        """Give both texts."""
        if not isinstance(node, Fields):
            facts = {"expected": "{zh: …, en: …}", "here": form_of(node)}
            return reading.problem("wrong-kind", node, field, facts)
        texts: dict[str, str] = {}
        for key, value in node.fields:
            if key.text not in ("zh", "en"):
                facts = {"field": key.text, "nearest": nearest(key.text, ("zh", "en"))}
                reading.problem("unknown-field", key, f"{field}.{key.text}", facts)
                continue
            text = reading.text(value, f"{field}.{key.text}")
            texts[key.text] = "" if text is UNREAD else text.strip()
        for lang in ("zh", "en"):
            if lang not in texts:
                reading.problem("missing-field", node, field, {"field": lang})
        return Bilingual(texts["zh"], texts["en"]) if len(texts) == 2 and all(texts.values()) else UNREAD  # noqa: PLR2004 - two languages

    def json_schema(self) -> JsonSchema:
        """Describe it."""
        text = {"type": "string", "minLength": 1}
        return {
            "type": "object",
            "properties": {"zh": text, "en": text},
            "required": ["zh", "en"],
            "additionalProperties": False,
        }
