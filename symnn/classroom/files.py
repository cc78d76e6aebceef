"""Files of a course written so that nobody ever sees half of one: beside it first, then renamed."""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from symnn.classroom.results import Gradebook
from symnn.errors import OperatorError, Problem
from symnn.messages import raised

__all__ = ["grades_csv", "safe_cell", "written"]

FORMULA: Final = frozenset("=+-@\t\r|")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


def safe_cell(text: str) -> str:
    r"""Give a text as a spreadsheet may show it: never a formula, no control characters.

    >>> safe_cell("=HYPERLINK(1)"), safe_cell("007"), safe_cell("a\x1b")
    ("'=HYPERLINK(1)", '007', 'a<U+001B>')
    """
    shown = _CONTROL.sub(lambda found: f"<U+{ord(found[0]):04X}>", text)
    return f"'{shown}" if shown.lstrip()[:1] in FORMULA and shown.strip() else shown


def grades_csv(book: Gradebook) -> bytes:
    """Write the gradebook as a table that spreadsheets open: a row a student, ``?`` where a person must look."""
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\r\n")
    writer.writerow(["student", *map(safe_cell, book.targets), "total", "max"])
    for student, points in book.points.items():
        cells = [_points(points[target]) if target in points else "" for target in book.targets]
        total = sum(earned for earned in points.values() if earned is not None)
        writer.writerow([safe_cell(student), *cells, _points(total), _points(book.total)])
    return table.getvalue().encode("utf-8-sig")


def _points(points: float | None) -> str:
    return "?" if points is None else f"{points:.10g}"


def written(folder: Path, name: str, pieces: Iterable[bytes]) -> Path:
    """Write a file of the course whole or not at all. Raises OperatorError if that fails."""
    target, beside = folder / name, folder / f".{name}.{os.getpid()}.new"
    try:
        with beside.open("wb") as file:
            file.writelines(pieces)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(target)
    except OSError as error:
        beside.unlink(missing_ok=True)
        facts = {"file": str(target), "detail": error.strerror or ""}
        raise raised(OperatorError, Problem("file-unwritable", facts)) from error
    return target
