"""Rows of a CSV file, each with its line; what cannot be read costs its own line and no more."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from symnn.errors import Place, Problem

__all__ = ["Row", "delimiter_of", "rows_of"]

DELIMITERS: Final = (",", ";", "\t", "；", "，")

MOST_LINES: Final = 400
"""Lines of one row; a quote that is open for longer was never closed."""


class Row(Struct, frozen=True):
    """The fields of one row; ``line`` is where it begins, ``lines`` how many lines it takes."""

    fields: tuple[str, ...]
    line: int
    lines: int = 1


def delimiter_of(header: str) -> str:
    """Tell what separates the fields of a table, from its first line.

    >>> delimiter_of("student;exercise;part;answer"), delimiter_of("student")
    (';', ',')
    """
    return max(DELIMITERS, key=header.count)


def rows_of(text: str, file: str, delimiter: str, problems: list[Problem]) -> Iterator[Row]:
    r"""Give the rows of a table, blank lines left out; a quote that stays open is a problem of its line.

    >>> problems = []
    >>> [row.fields for row in rows_of('a,b\n1,"x\n2,y', "t.csv", ",", problems)]
    [('a', 'b'), ('2', 'y')]
    >>> problems[0].code, problems[0].place.line
    ('open-quote', 2)
    """
    lines = text.split("\n")
    width = 0
    at = 0
    while at < len(lines):
        if not lines[at].strip():
            at += 1
            continue
        taken = _row(lines, at, delimiter)
        place = Place(file, at + 1)
        if isinstance(taken, str):
            problems.append(Problem(taken, place=place))
            at += 1
            continue
        width = width or len(taken.fields)
        if len(taken.fields) != width:
            facts = {"expected": width, "found": len(taken.fields)}
            problems.append(Problem("wrong-columns", facts, place=place))
            at += 1
            continue
        yield taken
        at += taken.lines


def _row(lines: list[str], at: int, delimiter: str) -> Row | str:
    """Read one row, which may go over several lines inside quotes; or name what is wrong."""
    if '"' not in lines[at]:
        return Row(tuple(lines[at].split(delimiter)), at + 1)
    within = range(at, min(at + MOST_LINES, len(lines)))
    reader = csv.reader((f"{lines[place]}\n" for place in within), delimiter=delimiter, strict=True)
    try:
        fields = next(reader)
    except StopIteration:
        return "open-quote"
    except csv.Error as error:
        return "open-quote" if "end of data" in str(error) else "bad-quote"
    return Row(tuple(fields), at + 1, reader.line_num)
