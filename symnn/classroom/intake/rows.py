"""Rows of a text table, each with its line; what cannot be read costs its own line and no more."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from symnn.errors import Place, Problem

__all__ = ["DELIMITERS", "TableRow", "rows_of"]

DELIMITERS: Final = (",", ";", "\t", "；", "，", "|")


class TableRow(Struct, frozen=True):
    """The fields of one row; ``line`` is where it begins, ``lines`` how many lines it takes."""

    fields: tuple[str, ...]
    line: int
    lines: int = 1

    @property
    def is_blank(self) -> bool:
        """Tell if nothing stands in it."""
        return not any(field.strip() for field in self.fields)

    def at(self, place: int) -> str:
        """Give the field at a place; a row that ends before it is blank there."""
        return self.fields[place] if place < len(self.fields) else ""


def rows_of(text: str, file: str, delimiter: str, problems: list[Problem]) -> Iterator[TableRow]:
    r"""Give the rows of a table, blank lines left out; a quote that stays open is a problem of its line.

    >>> problems = []
    >>> [row.fields for row in rows_of('a,b\n1,"x\n2,y', "t.csv", ",", problems)]
    [('a', 'b'), ('2', 'y')]
    >>> problems[0].code, problems[0].place.line
    ('open-quote', 2)
    """
    lines = text.split("\n")
    at = 0
    while at < len(lines):
        if not lines[at].strip():
            at += 1
            continue
        taken = _row(lines, at, delimiter)
        if isinstance(taken, str):
            problems.append(Problem(taken, place=Place(file, at + 1)))
            at += 1
            continue
        yield taken
        at += taken.lines


def _row(lines: list[str], at: int, delimiter: str) -> TableRow | str:
    """Read one row, which may go over several lines inside quotes; or name what is wrong."""
    if '"' not in lines[at]:
        return TableRow(tuple(lines[at].split(delimiter)), at + 1)
    reader = _Reader(lines, at)
    fields: list[str] = []
    while True:
        field = reader.quoted() if reader.begins('"') else reader.plain(delimiter)
        if field is None:
            return "open-quote"
        fields.append(field)
        if reader.at_end:
            return TableRow(tuple(fields), at + 1, reader.line - at + 1)
        if not reader.begins(delimiter):
            return "bad-quote"
        reader.place += len(delimiter)


class _Reader:
    """Goes through the fields of one row; quoted ones may hold delimiters, doubled quotes and line ends."""

    def __init__(self, lines: list[str], line: int) -> None:
        self.lines = lines
        self.line = line
        self.place = 0

    @property
    def text(self) -> str:
        """The line where it stands."""
        return self.lines[self.line]

    @property
    def at_end(self) -> bool:
        """Whether the line ends here."""
        return self.place == len(self.text)

    def begins(self, mark: str) -> bool:
        """Say whether a mark stands here."""
        return self.text.startswith(mark, self.place)

    def plain(self, delimiter: str) -> str:
        """Take a field without quotes."""
        start, end = self.place, self.text.find(delimiter, self.place)
        self.place = len(self.text) if end < 0 else end
        return self.text[start : self.place]

    def quoted(self) -> str | None:
        """Take a field in quotes; None if it never ends."""
        pieces: list[str] = []
        self.place += 1
        while True:
            end = self.text.find('"', self.place)
            if end < 0:
                pieces += (self.text[self.place :], "\n")
                self.line += 1
                self.place = 0
                if self.line == len(self.lines):
                    return None
                continue
            pieces.append(self.text[self.place : end])
            self.place = end + 1
            if not self.begins('"'):
                return "".join(pieces)
            pieces.append('"')
            self.place += 1
