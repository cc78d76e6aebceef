"""Rows of a text table, each with its line; what cannot be read costs its own line and no more."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
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


def rows_of(text: str | Iterable[str], file: str, delimiter: str, problems: list[Problem]) -> Iterator[TableRow]:
    r"""Give the rows of a table, blank lines left out; a quote that stays open is a problem of its line.

    Of lines that come one by one only those of the row are kept.

    >>> problems = []
    >>> [row.fields for row in rows_of('a,b\n1,"x\n2,y', "t.csv", ",", problems)]
    [('a', 'b'), ('2', 'y')]
    >>> problems[0].code, problems[0].place.line
    ('open-quote', 2)
    """
    lines = _Lines(text.split("\n") if isinstance(text, str) else text)
    while (line := lines.at(0)) is not None:
        number = lines.number
        if not line.strip():
            lines.drop(1)
            continue
        taken = TableRow(tuple(line.split(delimiter)), number) if '"' not in line else _row(lines, delimiter)
        if isinstance(taken, str):
            problems.append(Problem(taken, place=Place(file, number)))
            lines.drop(1)
            continue
        lines.drop(taken.lines)
        yield taken


class _Lines:
    """The lines from one on, of which as many are held as somebody has looked at; ``number`` is that of the first."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._rest = iter(lines)
        self._held: deque[str] = deque()
        self.number = 1

    def at(self, place: int) -> str | None:
        """Give the line so many places on; None behind the last."""
        while len(self._held) <= place:
            line = next(self._rest, None)
            if line is None:
                return None
            self._held.append(line)
        return self._held[place]

    def drop(self, count: int) -> None:
        """Go on."""
        for _ in range(count):
            self._held.popleft()
        self.number += count


def _row(lines: _Lines, delimiter: str) -> TableRow | str:
    """Read one row, which may go over several lines inside quotes; or name what is wrong."""
    reader = _Reader(lines)
    fields: list[str] = []
    while True:
        field = reader.quoted() if reader.begins('"') else reader.plain(delimiter)
        if field is None:
            return "open-quote"
        fields.append(field)
        if reader.at_end:
            return TableRow(tuple(fields), lines.number, reader.line + 1)
        if not reader.begins(delimiter):
            return "bad-quote"
        reader.place += len(delimiter)


class _Reader:
    """Goes through the fields of one row; quoted ones may hold delimiters, doubled quotes and line ends."""

    def __init__(self, lines: _Lines) -> None:
        self.lines = lines
        self.line = 0
        self.place = 0
        self.text = lines.at(0) or ""

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
                line = self.lines.at(self.line)
                if line is None:
                    return None
                self.text = line
                continue
            pieces.append(self.text[self.place : end])
            self.place = end + 1
            if not self.begins('"'):
                return "".join(pieces)
            pieces.append('"')
            self.place += 1
