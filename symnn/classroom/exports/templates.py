"""The table of a platform into which marks are written: its columns, its rows, and whose each row is."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from msgspec import Struct

from symnn.classroom.intake.headings import folded_title, heading, is_nobody, roles_of
from symnn.classroom.intake.identities import identified
from symnn.classroom.intake.roster import sheets_of
from symnn.classroom.scores import Scored
from symnn.errors import Place, Problem, UsageError
from symnn.messages import raisable

__all__ = ["Register", "Template", "table_of", "template_in"]

_NUMBER: Final = re.compile(r"\d+")


class Template(Struct, frozen=True):
    """A table: rows above its titles, the titles, the rows below; every cell as it stands."""

    file: str
    above: tuple[tuple[str, ...], ...]
    titles: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def place(self, words: frozenset[str]) -> int | None:
        """Find the first column with one of these titles, in any case and width."""
        return next((at for at, title in enumerate(self.titles) if folded_title(title).casefold() in words), None)

    @property
    def roles(self) -> Mapping[str, tuple[int, ...]]:
        """What the columns are, as far as their titles tell."""
        return roles_of(heading(title, {}) for title in self.titles)


class Register:
    """The students of a class, found by what a platform calls them: an id, else a name that only one of them has."""

    def __init__(self, students: Mapping[str, Scored]) -> None:
        self.students = students
        self.shortest = _unique((_shortest(key), key) for key in students)
        self.names = _unique((folded_title(one.name), key) for key, one in students.items() if one.name)
        self.found: set[str] = set()

    def find(self, ids: Iterable[str], names: Iterable[str] = ()) -> Scored | None:
        """Give the student of a row; ``ids`` are tried before ``names``."""
        written = [student for cell in ids if (student := identified(cell, Place(""))[0])]
        keys = [
            *(student for student in written if student in self.students),
            *(self.shortest[short] for student in written if (short := _shortest(student)) in self.shortest),
            *(self.names[name] for cell in names if (name := folded_title(cell)) in self.names),
        ]
        if not keys:
            return None
        self.found.add(keys[0])
        return self.students[keys[0]]

    def row(self, template: Template, cells: tuple[str, ...]) -> Scored | None:
        """Give the student of a row of a table, by its columns of ids, of addresses and of names."""
        roles = template.roles

        def at(role: str) -> list[str]:
            return [cells[place] for place in roles.get(role, ()) if place < len(cells)]

        firsts, lasts = at("first"), at("last")
        together = [f"{first} {last}" for first, last in zip(firsts, lasts, strict=False)]
        return self.find([*at("student"), *at("weak")], [*at("name"), *together])

    def missing(self, file: str) -> tuple[Problem, ...]:
        """Name the students who have no row. Raises: UsageError if that is everybody."""
        if not self.found:
            raise raisable(UsageError, Problem("nobody-in-template", {"file": file}))
        left = tuple(student for student in self.students if student not in self.found)
        return (Problem("not-in-template", {"file": file, "students": left}),) if left else ()


def _unique(pairs: Iterator[tuple[str, str]]) -> Mapping[str, str]:
    """Keep what stands for one student alone."""
    several: dict[str, set[str]] = {}
    for short, key in pairs:
        several.setdefault(short, set()).add(key)
    return {short: next(iter(keys)) for short, keys in several.items() if len(keys) == 1}


def _shortest(student: str) -> str:
    """Fold an id as a spreadsheet may have changed it: widths, case, leading zeros."""
    text = folded_title(student).casefold()
    return text.removesuffix(".0").lstrip("0") if _NUMBER.fullmatch(text.removesuffix(".0")) else text


def template_in(path: Path, is_header: Callable[[tuple[str, ...]], bool]) -> Template:
    """Read a table, whose titles stand where ``is_header`` says.

    Raises: OperatorError if the file cannot be read, UsageError if it has no such titles.
    """
    for sheet in sheets_of(path, lambda row: is_header(row.fields)):
        for at, row in enumerate(sheet.head):
            if is_header(row.fields):
                above = tuple(one.fields for one in sheet.head[:at])
                width = len(row.fields)
                rows = tuple((*one.fields, *[""] * (width - len(one.fields))) for one in sheet.below(at, []))
                return Template(str(path), above, row.fields, rows)
        first = sheet.head[0].fields if sheet.head else ()
        raise raisable(UsageError, Problem("template-unknown", {"file": str(path), "titles": first}))
    raise raisable(UsageError, Problem("template-unknown", {"file": str(path), "titles": ()}))


def is_platforms(cells: tuple[str, ...]) -> bool:
    """Tell a row that a platform has added for itself."""
    return bool(cells) and is_nobody(cells[0])


def table_of(rows: Iterable[Iterable[str]]) -> bytes:
    """Write rows as platforms read them: UTF-8 and commas."""
    table = io.StringIO()
    csv.writer(table, lineterminator="\n").writerows(rows)
    return table.getvalue().encode()
