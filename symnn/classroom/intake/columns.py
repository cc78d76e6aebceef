"""``columns.yaml``: what the columns are where their titles do not say so; read, and written to be filled in."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from msgspec import Struct

from symnn.classroom.intake.headings import folded_title
from symnn.documents.containers import ByForm, Field, ListOf, MapOf, Record
from symnn.documents.kinds import DocumentReading, Flag, JsonSchema, Unread, WholeNumber
from symnn.documents.node import Fields, Items, Node, Scalar
from symnn.documents.parsed import load
from symnn.errors import AuthorError, Fact, Place, Problem
from symnn.messages import Language, raisable, say

__all__ = ["Columns", "OpenColumns", "Split", "columns_in", "columns_of", "filled_in"]


class Split(Struct, frozen=True):
    """A cell that holds several things: the title of its column, and which of them, from 1, is meant."""

    split: str
    take: int


class Columns(Struct, frozen=True):
    """What the columns are, by title; what is empty is guessed. ``html`` None: unwrapped where there are tags."""

    header: int = 0
    student: str | Split = ""
    name: str = ""
    time: str = ""
    attempt: str = ""
    group: str = ""
    exercise: str = ""
    part: str = ""
    answer: str = ""
    page: str = ""
    parts: Mapping[str, str] = MappingProxyType({})
    ignore: tuple[str, ...] = ()
    blank: tuple[str, ...] = ()
    html: bool | None = None

    @property
    def titles(self) -> Mapping[str, str]:
        """The roles that were given, by folded title."""
        named = {role: getattr(self, role) for role in ROLES if isinstance(getattr(self, role), str)}
        given = {folded_title(title): role for role, title in named.items() if title}
        if isinstance(self.student, Split):
            given[folded_title(self.student.split)] = "student"
        return given | {folded_title(title): "other" for title in self.ignore}


ROLES: Final = ("student", "name", "time", "attempt", "group", "exercise", "part", "answer", "page")


class _Title(Struct, frozen=True):
    """A title, or nothing yet."""

    def read(self, node: Node, field: str, reading: DocumentReading) -> str | Unread:
        """Give the title; an empty one is left open."""
        return node.text if isinstance(node, Scalar) else reading.text(node, field)

    def json_schema(self) -> JsonSchema:
        """Describe it."""
        return {"type": "string"}


_SPLIT: Final = Record(Split, (Field("split", _Title()), Field("take", WholeNumber(1, 9))))
_COLUMNS: Final = Record(
    Columns,
    (
        Field("header", WholeNumber(0, 100), 0),
        Field("student", ByForm(scalar=_Title(), fields=_SPLIT), ""),
        *(Field(role, _Title(), "") for role in ROLES[1:]),
        Field("parts", MapOf(_Title()), MappingProxyType({})),
        Field("ignore", ListOf(_Title()), ()),
        Field("blank", ListOf(_Title()), ()),
        Field("html", Flag(), None),
    ),
)


def columns_in(path: Path) -> Columns:
    """Read a file of columns. Raises: AuthorError naming what is wrong with it."""
    loaded = load(path, _COLUMNS)
    if loaded.value is None:
        raise raisable(AuthorError, *loaded.problems)
    return loaded.value


def columns_of(table: Mapping[str, Any], file: str) -> Columns:
    """Read the table ``[columns]`` of the course's settings. Raises: AuthorError naming what is wrong with it."""
    reading = DocumentReading()
    found = _COLUMNS.read(_node(table, Place(file)), "columns", reading)
    if isinstance(found, Unread) or reading.problems:
        raise raisable(AuthorError, *reading.problems)
    return found


def _node(value: Any, place: Place) -> Node:
    """Give what TOML holds as a document's nodes, which the form reads."""
    if isinstance(value, Mapping):
        return Fields(tuple((Scalar(name, place), _node(inner, place)) for name, inner in value.items()), place)
    if isinstance(value, list):
        return Items(tuple(_node(inner, place) for inner in value), place)
    return Scalar(str(value).lower() if isinstance(value, bool) else str(value), place)


class OpenColumns(Struct, frozen=True):
    """A table whose columns are not all known: of each its title, what it was taken for, and some of its values."""

    file: str
    header: int
    columns: tuple[tuple[str, str, tuple[str, ...]], ...]

    @property
    def is_strange(self) -> bool:
        """Tell if no title at all says anything: probably another file than was meant."""
        return all(role in ("", "other") for _, role, _ in self.columns)

    @property
    def problem(self) -> Problem:
        """Say what is missing, where the other files are graded without this one."""
        found = tuple(title for title, _, _ in self.columns)
        return Problem("missing-column", {"column": "student", "found": found}, place=Place(self.file, self.header))


def filled_in(asked: tuple[OpenColumns, ...], known: Iterable[str], lang: Language) -> str:
    """Write a file of columns to be filled in: what could be guessed stands there, what could not is empty."""
    first: OpenColumns = asked[0]
    columns = list(dict.fromkeys(column for one in asked for column in one.columns))
    by_role: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
    for title, role, values in columns:
        by_role.setdefault(role, []).append((title, values))
    facts: dict[str, Fact] = {"files": tuple(one.file for one in asked)}
    lines = [f"# {line}" for line in say("columns-to-fill", facts, lang).split("|")]
    if len(asked) == 1:
        lines.append(f"header: {first.header}")
    lines += _roles(by_role)
    lines.append("parts:")
    for role, listed in by_role.items():
        if role == "" or "/" in role:
            for title, values in listed:
                lines += [*_shown(values, "  "), f"  {_quoted(title)}: {_quoted(role)}"]
    others = [title for title, _ in by_role.get("other", ())]
    if others:
        lines.append(f"ignore: [{', '.join(map(_quoted, others))}]")
    lines.append(f"# {say('columns-targets', lang=lang)}")
    by_exercise: dict[str, list[str]] = {}
    for target in known:
        exercise, _, part = target.partition("/")
        by_exercise.setdefault(exercise, []).extend([part] if part else [])
    lines += [f"#   {exercise}/ {', '.join(parts)}" for exercise, parts in by_exercise.items()]
    return "\n".join(lines) + "\n"


def _roles(by_role: Mapping[str, list[tuple[str, tuple[str, ...]]]]) -> Iterator[str]:
    """Write the columns that are about the student; who the student is always stands there."""
    together = by_role.get("split", [])
    for title, values in together[:1]:
        yield from _shown(values, "")
        yield f"student: {{split: {_quoted(title)}, take: 2}}"
    for role in ROLES:
        candidates = by_role.get(role, [])
        if role == "student" and not together:
            candidates = candidates or by_role.get("weak", [])
            for title, values in candidates:
                yield from (f"# {_quoted(title)}", *_shown(values, "")) if len(candidates) > 1 else _shown(values, "")
            yield f"student: {_quoted(candidates[0][0] if len(candidates) == 1 else '')}"
        elif candidates and role != "student":
            yield f"{role}: {_quoted(candidates[0][0])}"


def _shown(values: tuple[str, ...], indent: str) -> Iterator[str]:
    if values:
        yield f"{indent}# {' | '.join(values)}"


def _quoted(text: str) -> str:
    """Write a title as YAML in double quotes, which JSON's are."""
    return json.dumps(text, ensure_ascii=False)
