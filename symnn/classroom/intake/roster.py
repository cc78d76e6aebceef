"""The roster of a class: any table with a column of ids."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from symnn.classroom.intake.archives import LARGEST_ARCHIVE
from symnn.classroom.intake.headings import folded_title, heading, roles_of
from symnn.classroom.intake.identities import Student, identified
from symnn.classroom.intake.rows import TableRow
from symnn.classroom.intake.sheet import Sheet, sheet_of
from symnn.classroom.intake.workbook import is_workbook, sheets_in
from symnn.documents.decoding import content, decoded
from symnn.errors import OperatorError, Place, Problem
from symnn.messages import raisable

__all__ = ["roster_in", "sheets_of"]


def roster_in(path: Path) -> tuple[Student, ...]:
    """Read a roster, each student once.

    Raises: OperatorError if the file cannot be read, or no column says who the students are.
    """
    for sheet in sheets_of(path, lambda row: _id_column(row) is not None):
        for place, row in enumerate(sheet.head):
            if _id_column(row) is not None:
                return _students(sheet, row, sheet.below(place, []))
    raise raisable(OperatorError, Problem("roster-without-ids", place=Place(str(path))))


def sheets_of(path: Path, is_header: Callable[[TableRow], bool]) -> tuple[Sheet, ...]:
    """Read the tables of a file; a text is parted so that one of its first rows is a header.

    Raises: OperatorError if it cannot be read.
    """
    data = content(path, limit=LARGEST_ARCHIVE)
    if isinstance(data, Problem):
        raise raisable(OperatorError, data)
    if is_workbook(data):
        sheets = sheets_in(data, str(path))
        if isinstance(sheets, Problem):
            raise raisable(OperatorError, sheets)
        return sheets
    text = decoded(data, str(path), controls=True)
    if isinstance(text, Problem):
        raise raisable(OperatorError, text)
    return (sheet_of(text, lambda head: any(map(is_header, head))),)


def _id_column(row: TableRow) -> int | None:
    """Find the column of ids; where there is none, that of the addresses."""
    places = roles_of(heading(title, {}) for title in row.fields)
    return next(iter((*places.get("student", ()), *places.get("weak", ()))), None)


def _students(sheet: Sheet, header: TableRow, rows: Iterable[TableRow]) -> tuple[Student, ...]:
    places = roles_of(heading(title, {}) for title in header.fields)
    at = _id_column(header) or 0
    found: dict[str, Student] = {}
    for row in rows:
        student, _ = identified(row.at(at), Place(sheet.file, row.line))
        if student:
            name = _cell(row, places.get("name", ())) or " ".join(
                filter(None, (_cell(row, places.get("first", ())), _cell(row, places.get("last", ()))))
            )
            found.setdefault(student, Student(student, name, _cell(row, places.get("group", ()))))
    return tuple(found.values())


def _cell(row: TableRow, places: tuple[int, ...]) -> str:
    return folded_title(row.at(places[0])) if places else ""
