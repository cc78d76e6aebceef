"""Workbooks of spreadsheets as tables of texts: no number, date or error is taken for what a student wrote."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator
from typing import Any, Final

from symnn.classroom.intake.archives import first_name, inflated_too_far, is_archive
from symnn.classroom.intake.rows import TableRow
from symnn.classroom.intake.sheet import Sheet
from symnn.errors import OperatorError, Place, Problem
from symnn.messages import raisable

__all__ = ["is_workbook", "sheets_in"]

EXACT: Final = 1e15
"""Below this a double holds every digit of a whole number."""
_OLD: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_FIRST: Final = ("[Content_Types].xml", "_rels/", "docProps/", "xl/")
_INSIDE: Final = b"xl/workbook"
"""Names in the archive that an .xlsx or .xlsb is."""
_OPEN: Final = b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet"


def is_workbook(data: bytes) -> bool:
    """Tell a workbook by what is in it, whatever its file is called."""
    if data.startswith(_OLD) or _OPEN in data[:100]:
        return True
    return first_name(data).startswith(_FIRST) and _INSIDE in data


def sheets_in(data: bytes, file: str) -> tuple[Sheet, ...] | Problem:
    """Read all sheets that hold anything; what unpacks to more than is read of an archive is refused before.

    Raises: OperatorError if the package that reads workbooks is not installed.
    """
    too_far = inflated_too_far(data, file) if is_archive(data) else None
    if too_far is not None:
        return too_far
    try:
        import python_calamine
    except ImportError as error:
        raise raisable(OperatorError, Problem("needs-extra", {"extra": "xlsx"}, place=Place(file))) from error
    try:
        workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        found = [(name, Cells(workbook.get_sheet_by_name(name))) for name in workbook.sheet_names]
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        return Problem("workbook-broken", {"detail": str(error)[:200]}, place=Place(file))
    sheets = [Sheet(f"{file}[{name}]", cells) for name, cells in found]
    return tuple(sheet for sheet in sheets if any(True for _ in sheet.rows))


class Cells:
    """The rows of one sheet that hold anything, made anew for whoever goes through them."""

    def __init__(self, sheet: Any) -> None:
        self._sheet = sheet

    def __iter__(self) -> Iterator[TableRow]:
        """Go through the rows."""
        before = self._sheet.start[1] if self._sheet.start else 0  # empty rows are given, empty columns are not
        for line, row in enumerate(self._sheet.iter_rows(), 1):
            fields = (*[""] * before, *map(_text, row))
            if any(field.strip() for field in fields):
                yield TableRow(fields, line)

    def told(self, _: list[Problem]) -> Iterator[TableRow]:
        """Go through the rows; what a workbook holds can be read."""
        return iter(self)


def _text(cell: Any) -> str:
    """Write a cell as a spreadsheet shows it; what it made of an answer is recognised by that later."""
    match cell:
        case bool():
            return "TRUE" if cell else "FALSE"
        case float():
            return f"{cell:.0f}" if cell.is_integer() and abs(cell) < EXACT else repr(cell)
        case dt.datetime():
            return cell.isoformat(" ")
    return str(cell)
