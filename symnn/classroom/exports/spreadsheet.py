"""Workbooks: the grades as numbers, the answers as text; no cell is a formula, and the bytes depend on them alone."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Iterator, Sequence
from importlib.util import find_spec
from typing import Any, Final

from symnn.classroom.files import safe_cell
from symnn.classroom.recorded import Recorded
from symnn.errors import OperatorError, Problem
from symnn.messages import Language, raisable, say

__all__ = ["WORKBOOK", "graded_rows", "grades_workbook", "is_writable", "workbook"]

WORKBOOK: Final = "grades.xlsx"

MOST_ROWS: Final = 1 << 20
"""Rows of a sheet."""
LONGEST: Final = 32_767
"""Characters of a cell."""
_MADE: Final = dt.datetime(2000, 1, 1, tzinfo=dt.UTC).replace(tzinfo=None)
_ANSWERS: Final = ("student", "name", "part", "attempt", "answer", "verdict", "points", "max", "by", "sentence")

Cell = str | float


def is_writable() -> bool:
    """Tell if the package that writes workbooks is installed."""
    return find_spec("xlsxwriter") is not None


def grades_workbook(table: bytes, lang: Language) -> bytes:
    """Write the grades alone, from the table of them."""
    return workbook(csv.reader(io.StringIO(table.decode("utf-8-sig"), newline="")), None, lang)


def workbook(grades: Iterable[Sequence[str]], answers: Iterable[Recorded] | None, lang: Language) -> bytes:
    """Write a workbook: a sheet of grades, whose rows are those of ``grades.csv``, and if asked one of the answers.

    Raises: OperatorError if the package that writes workbooks is not installed.
    """
    try:
        import xlsxwriter
    except ImportError as error:
        raise raisable(OperatorError, Problem("needs-extra", {"extra": "xlsx"})) from error
    stream = io.BytesIO()
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(stream, options) as book:
        book.set_properties({"created": _MADE})
        _sheet(book, say("sheet-grades", lang=lang), _as_numbers(grades))
        if answers is not None:
            _sheets(book, say("sheet-answers", lang=lang), answers, lang)
    return stream.getvalue()


def _sheets(book: Any, name: str, answers: Iterable[Recorded], lang: Language) -> None:
    """Write the answers, on as many sheets as they need."""
    title: list[Cell] = [say(f"column-{column}", lang=lang) for column in _ANSWERS]
    rows: list[list[Cell]] = [title]
    number = 1
    for one in answers:
        rows.append(_answer(one, lang))
        if len(rows) == MOST_ROWS:
            _sheet(book, f"{name} {number}", rows)
            number, rows = number + 1, [title]
    _sheet(book, f"{name} {number}" if number > 1 else name, rows)


def _answer(one: Recorded, lang: Language) -> list[Cell]:
    points: Cell = "?" if one.mark.points is None else one.mark.points
    sentence = one.findings[0].message if one.findings else ""
    who = [safe_cell(one.student), safe_cell(one.name), one.target]
    verdict = say("graded-blank" if one.is_blank else f"graded-{one.verdict}", lang=lang)
    by = say(f"by-{one.mark.by}", lang=lang)
    return [*who, one.attempt, safe_cell(one.answer), verdict, points, one.max, by, safe_cell(sentence)]


def _sheet(book: Any, name: str, rows: Iterable[Sequence[Cell]]) -> None:
    sheet = book.add_worksheet(name)
    sheet.freeze_panes(1, 1)
    for line, row in enumerate(rows):
        for column, cell in enumerate(row):
            if isinstance(cell, str):
                sheet.write_string(line, column, cell[:LONGEST])
            else:
                sheet.write_number(line, column, cell)


def _as_numbers(grades: Iterable[Sequence[str]]) -> Iterator[Sequence[Cell]]:
    """Give the rows with points as numbers; who a student is stays text."""
    rows = iter(grades)
    titles = next(rows, None)
    if titles is None:
        return
    marks = {at for at, title in enumerate(titles) if title == "late"}
    marks |= set(range(1, titles.index("open") + 1)) if "open" in titles else set()
    yield titles
    for row in rows:
        yield [_number(cell) if at in marks else cell for at, cell in enumerate(row)]


def _number(cell: str) -> Cell:
    try:
        return float(cell)
    except ValueError:
        return cell


def graded_rows(grades: Sequence[Sequence[str]], students: Iterable[str]) -> list[Sequence[str]]:
    """Give the rows of the grades of some students, what is open in them taken for nothing."""
    wanted = {safe_cell(student) for student in students}
    if not grades:
        return []
    titles = grades[0]
    total, waiting = titles.index("total"), titles.index("open")
    found: list[Sequence[str]] = [titles]
    for row in grades[1:]:
        if row[waiting] == "0":
            found.append(row)
        elif row[0] in wanted:
            cells = ["0" if cell == "?" else cell for cell in row]
            late = float(cells[titles.index("late")] or 0) if "late" in titles else 0.0
            cells[total] = f"{sum(float(cell) for cell in cells[1:total] if cell) - late:.10g}"
            cells[waiting] = "0"
            found.append(cells)
    return found
