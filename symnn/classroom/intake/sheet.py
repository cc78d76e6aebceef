"""A table as it was handed in: rows of texts with their lines, before anyone knows what the columns mean."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Final, Protocol

from msgspec import Struct

from symnn.classroom.intake.rows import DELIMITERS, TableRow, rows_of
from symnn.documents.decoding import Text
from symnn.errors import Problem

__all__ = ["HEAD", "Sheet", "sheet_of"]

HEAD: Final = 10
"""Rows in which a header is looked for; above it stand titles and the time of the export."""

Fits = Callable[[tuple[TableRow, ...]], bool]


class Rows(Protocol):
    """Rows that are read anew by whoever goes through them."""

    def __iter__(self) -> Iterator[TableRow]:
        """Go through the rows that can be read."""

    def told(self, problems: list[Problem], /) -> Iterator[TableRow]:
        """Go through the rows, and put down what cannot be read."""


class Lines(Struct, frozen=True):
    """The rows of a text, read anew by whoever goes through them: they may be too many to be kept."""

    text: str
    file: str
    delimiter: str

    def __iter__(self) -> Iterator[TableRow]:
        """Go through the rows that can be read."""
        return self.told([])

    def told(self, problems: list[Problem]) -> Iterator[TableRow]:
        """Go through the rows, and put down what cannot be read."""
        return rows_of(self.text, self.file, self.delimiter, problems)


class Sheet(Struct, frozen=True):
    """Rows of a table, with what could not even be made a row, and how it was read."""

    file: str
    rows: Rows | tuple[TableRow, ...]
    problems: tuple[Problem, ...] = ()
    notices: tuple[Problem, ...] = ()
    header: tuple[int, TableRow] | None = None
    """A row that stands for the one at its place: a header that was written over two."""

    @property
    def head(self) -> tuple[TableRow, ...]:
        """The rows among which the header is."""
        rows = tuple(islice(self.rows, HEAD))
        if self.header is None:
            return rows
        place, header = self.header
        return (*rows[:place], header, *rows[place + 1 :])

    def below(self, header: int, problems: list[Problem]) -> Iterator[TableRow]:
        """Give the rows below the header, and put down what cannot be read."""
        rows = self.rows if isinstance(self.rows, tuple) else self.rows.told(problems)
        return islice(rows, header + 1, None)


def sheet_of(text: Text, fits: Fits) -> Sheet:
    r"""Read a text as a table, with the delimiter whose first rows ``fits`` takes for a header and what follows it.

    >>> sheet = sheet_of(Text("a;b\n1,2;3", "t.csv"), lambda head: "b" in head[0].fields)
    >>> [row.fields for row in sheet.rows]
    [('a', 'b'), ('1,2', '3')]
    """
    body, named = _named_delimiter(text.text)
    start = "\n".join(_some_lines(body, 4 * HEAD))
    for delimiter in (named,) if named else _by_count(start):
        head = tuple(row for row, _ in zip(rows_of(start, text.file, delimiter, []), range(HEAD), strict=False))
        if fits(head):
            return _with(delimiter, body, text)
    return _with(named or _by_count(start)[0], body, text)


def _with(delimiter: str, body: str, text: Text) -> Sheet:
    return Sheet(text.file, Lines(body, text.file, delimiter), (), text.notices)


def _named_delimiter(text: str) -> tuple[str, str]:
    """Take off the line ``sep=;`` with which spreadsheets name it; its line stays, empty, so that all keep theirs."""
    first, _, rest = text.partition("\n")
    if first.strip().lower().startswith("sep=") and len(first.strip()) <= len("sep=;"):
        return "\n" + rest, first.strip()[len("sep=") :] or "\t"
    return text, ""


def _by_count(start: str) -> tuple[str, ...]:
    """Order the delimiters: first what is oftenest in the first line that holds anything."""
    first = next((line for line in start.split("\n") if line.strip()), "")
    return tuple(sorted(DELIMITERS, key=lambda mark: -first.count(mark)))


def _some_lines(text: str, most: int) -> Iterator[str]:
    start = 0
    for _ in range(most):
        end = text.find("\n", start)
        yield text[start : end if end >= 0 else len(text)]
        if end < 0:
            return
        start = end + 1
