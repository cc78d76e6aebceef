"""A header that is not all in one row: over two, as merged cells leave it, or with the exercise in the sheet's name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise
from pathlib import PurePath

from msgspec.structs import replace

from symnn.classroom.intake.headings import Target, aimed_at, bare_title
from symnn.classroom.intake.rows import TableRow
from symnn.classroom.intake.sheet import Sheet

__all__ = ["called", "with_one_header"]


def with_one_header(sheet: Sheet, targets: Mapping[str, Target], is_header: Callable[[TableRow], bool]) -> Sheet:
    """Give a sheet whose header is one row, where no row is one and two rows that follow each other are.

    >>> upper, lower = TableRow(("学号", "midges", ""), 1), TableRow(("", "Af", "Apf"), 2)
    >>> targets = {"midges/Af": ("midges", "Af"), "midges/Apf": ("midges", "Apf")}
    >>> fits = lambda row: "学号" in row.fields and "/" in row.at(1)
    >>> with_one_header(Sheet("t", (upper, lower)), targets, fits).head[1].fields
    ('学号', 'midges/Af', 'midges/Apf')
    """
    head = sheet.head
    if any(map(is_header, head)):
        return sheet
    for place, (upper, lower) in enumerate(pairwise(head), 1):
        whole = TableRow(_joined(upper, lower, targets), lower.line, lower.lines)
        if is_header(whole):
            return replace(sheet, header=(place, whole))
    exercise = called(sheet.file)
    for place, row in enumerate(head):
        whole = TableRow(tuple(_of(exercise, title, targets) for title in row.fields), row.line, row.lines)
        if whole.fields != row.fields and is_header(whole):
            return replace(sheet, header=(place, whole))
    return sheet


def called(file: str) -> str:
    """Give what a table is called: the name of its sheet, or of its file."""
    name = PurePath(file).name
    return name.rpartition("[")[2].removesuffix("]") if name.endswith("]") else PurePath(name).stem


def _of(exercise: str, title: str, targets: Mapping[str, Target]) -> str:
    """Give the title of a column in a table that is called as an exercise is."""
    whole = f"{exercise}/{bare_title(title)}"
    return whole if aimed_at(whole, targets) else title


def _joined(upper: TableRow, lower: TableRow, targets: Mapping[str, Target]) -> tuple[str, ...]:
    """Join two rows: a cell that is merged to the right stands above all that follow until the next."""
    found: list[str] = []
    above = ""
    for place in range(max(len(upper.fields), len(lower.fields))):
        own, below = upper.at(place).strip(), lower.at(place).strip()
        above = own or above
        whole = f"{above}/{below}"
        found.append(whole if aimed_at(whole, targets) else below or own)
    return tuple(found)
