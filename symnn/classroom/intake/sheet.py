"""A table as it was handed in: rows of texts with their lines, before anyone knows what the columns mean."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from typing import Final, Protocol

from msgspec import Struct

from symnn.classroom.intake.rows import DELIMITERS, TableRow, rows_of
from symnn.documents.decoding import Text
from symnn.errors import Problem

__all__ = ["HEAD", "Sheet", "TextLines", "sheet_of", "sheet_of_lines"]

HEAD: Final = 10
"""Rows in which a header is looked for; above it stand titles and the time of the export."""

Fits = Callable[[tuple[TableRow, ...]], bool]


class Rows(Protocol):
    """Rows that are read anew by whoever goes through them."""

    def __iter__(self) -> Iterator[TableRow]:
        """Go through the rows that can be read."""

    def told(self, problems: list[Problem], /) -> Iterator[TableRow]:
        """Go through the rows, and put down what cannot be read."""


class TextLines(Struct, frozen=True):
    """The lines of a text."""

    text: str

    def __iter__(self) -> Iterator[str]:
        """Go through the lines, which are not all made at once."""
        start = 0
        while (end := self.text.find("\n", start)) >= 0:
            yield self.text[start:end]
            start = end + 1
        yield self.text[start:]


class Lines(Struct, frozen=True):
    """The rows of lines, read anew by whoever goes through them: they may be too many to be kept.

    ``is_named``: the first line names the delimiter, and is no row.
    """

    lines: Iterable[str]
    file: str
    delimiter: str
    is_named: bool = False

    def __iter__(self) -> Iterator[TableRow]:
        """Go through the rows that can be read."""
        return self.told([])

    def told(self, problems: list[Problem]) -> Iterator[TableRow]:
        """Go through the rows, and put down what cannot be read."""
        lines = chain([""], islice(self.lines, 1, None)) if self.is_named else self.lines
        return rows_of(lines, self.file, self.delimiter, problems)


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
    return sheet_of_lines(TextLines(text.text), text.file, fits, text.notices)


def sheet_of_lines(lines: Iterable[str], file: str, fits: Fits, notices: tuple[Problem, ...] = ()) -> Sheet:
    """Read lines as a table, in the same way."""
    start = list(islice(lines, 4 * HEAD))
    named = _named_delimiter(start[0])
    start[0] = "" if named else start[0]
    first = next((line for line in start if line.strip()), "")
    for delimiter in (named,) if named else _by_count(first):
        if fits(tuple(islice(rows_of(start, file, delimiter, []), HEAD))):
            break
    else:
        delimiter = named or _by_count(first)[0]
    return Sheet(file, Lines(lines, file, delimiter, bool(named)), (), notices)


def _named_delimiter(line: str) -> str:
    """Give what a line ``sep=;`` says, with which spreadsheets name the delimiter; empty if it says nothing."""
    written = line.strip()
    is_one = written.lower().startswith("sep=") and len(written) <= len("sep=;")
    return (written[len("sep=") :] or "\t") if is_one else ""


def _by_count(line: str) -> tuple[str, ...]:
    """Order the delimiters: first what is oftenest in the first line that holds anything."""
    return tuple(sorted(DELIMITERS, key=lambda mark: -line.count(mark)))
