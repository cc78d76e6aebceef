"""A document from a file or a text, read by a kind: the value, and every problem with its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Generic, TypeVar

from msgspec import Struct

from symnn.documents.decoding import Text, read_text
from symnn.documents.kinds import DocumentReading, JsonSchema, Unread, ValueKind
from symnn.documents.strict_yaml import parse_yaml
from symnn.errors import Problem

if TYPE_CHECKING:
    from pathlib import Path

    from symnn.documents.node import FileContent

__all__ = ["DRAFT", "Loaded", "load", "load_text", "parse", "published_schema"]

T = TypeVar("T")

DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"


class Loaded(Struct, Generic[T], frozen=True):
    """What a file gave: its value (None if it cannot be used), all problems, and notices that do no harm."""

    value: T | None
    problems: tuple[Problem, ...] = ()
    notices: tuple[Problem, ...] = ()


def load(path: Path, kind: ValueKind[T]) -> Loaded[T]:
    """Read a file by a kind; nothing is raised for what a file may hold."""
    text = read_text(path)
    if isinstance(text, Problem):
        return Loaded(None, (text,))
    return load_text(text, kind)


def load_text(text: Text, kind: ValueKind[T]) -> Loaded[T]:
    """Read the text of a file by a kind."""
    document, problems = parse(text.text, text.file)
    if document.root is None:
        return Loaded(None, problems, text.notices)
    reading = DocumentReading()
    value = kind.read(document.root, "", reading)
    problems += tuple(reading.problems)
    ordered = tuple(sorted(problems, key=_position))
    return Loaded(None if ordered or isinstance(value, Unread) else value, ordered, text.notices)


def parse(text: str, file: str) -> tuple[FileContent, tuple[Problem, ...]]:
    """Read YAML or JSON, whichever the file's name says; without a known name JSON begins with a brace."""
    named_yaml = file.endswith((".yaml", ".yml"))
    is_json = file.endswith(".json") or (not named_yaml and text.lstrip().startswith("{"))
    if not is_json:
        return parse_yaml(text, file)
    from symnn.documents.strict_json import parse_json

    return parse_json(text, file)


def published_schema(kind: ValueKind[T], name: str) -> JsonSchema:
    """Give the JSON Schema of a document as it is published under a name."""
    return {"$schema": DRAFT, "$id": f"symnn/{name}/1", "title": name, **kind.json_schema()}


def _position(problem: Problem) -> tuple[int, int]:
    return (problem.place.line, problem.place.column) if problem.place else (0, 0)
