"""The tables of a course as spreadsheets read them: every cell is text, and none is a formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import Final

from symnn.classroom.changes import Change
from symnn.classroom.results import Gradebook
from symnn.errors import Problem
from symnn.messages import Language, say

__all__ = ["changes_csv", "grades_csv", "problems_csv", "safe_cell"]

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
    """Write the gradebook: a row a student, ``?`` where a person must look, and then no total."""
    about = ("name", "group") if book.roster else ()
    rows = [["student", *book.targets, "total", "max", "open", *about]]
    for student, points in book.points.items():
        earned = [points[target] for target in book.targets if target in points]
        cells = [_points(points[target]) if target in points else "" for target in book.targets]
        is_open = sum(one is None for one in earned)
        total = "" if is_open else _points(sum(one for one in earned if one is not None))
        enrolled = book.roster.get(student)
        named = [getattr(enrolled, field, "") for field in about]
        rows.append([student, *cells, total, _points(book.total), str(is_open), *named])
    return _table(rows)


def problems_csv(problems: Iterable[Problem], lang: Language) -> bytes:
    """Write what could not be read and what the operator should know: where, about whom, the code, the sentence."""
    rows = [["file", "line", "student", "code", "sentence"]]
    for problem in problems:
        place = problem.place
        student = problem.facts.get("student", "")
        where = [place.file, str(place.line)] if place else ["", ""]
        rows.append([*where, str(student), problem.code, say(problem.code, problem.facts, lang)])
    return _table(rows)


def changes_csv(found: Iterable[Change], lang: Language) -> bytes:
    """Write which marks are others than in the set before."""
    rows = [["student", "part", "before", "after", "why"]]
    rows += [[one.student, one.target, one.before, one.after, say(one.why, lang=lang)] for one in found]
    return _table(rows)


def _table(rows: Iterable[Sequence[str]]) -> bytes:
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\r\n")
    writer.writerows([safe_cell(cell) for cell in row] for row in rows)
    return table.getvalue().encode("utf-8-sig")


def _points(points: float | None) -> str:
    return "?" if points is None else f"{points:.10g}"
