"""The tables of a course as spreadsheets read them: every cell is text, and none is a formula."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Final

from symnn.classroom.book import Book
from symnn.classroom.changes import changes
from symnn.classroom.policy import taken_off
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


def grades_csv(book: Book) -> Iterator[bytes]:
    """Write the gradebook: a row a student, ``?`` where a person must look, and then no total.

    Where being late costs something, what it takes off the total stands in a column of its own.
    """
    percent = float(book.told("late-percent") or 0)
    parts = list(book.rows("select id, exercise || '/' || part, max from part where place is not null order by place"))
    about = ("name", "group") if book.number("select exists (select 1 from student where on_roster)") else ()
    most = _points(sum(part[2] for part in parts))
    yield from _table(
        [["student", *(part[1] for part in parts), "total", "max", "open"] + ["late"] * bool(percent) + list(about)],
        begin=True,
    )
    counting = groupby(
        book.rows("select student, part, points, days from mark where counts order by student"), itemgetter(0)
    )
    ahead = next(counting, None)
    for number, student, name, team in book.rows("select id, sid, name, team from student order by id"):
        marks: dict[int, tuple[float | None, int]] = {}
        if ahead is not None and ahead[0] == number:
            marks = {part: (points, days) for _, part, points, days in ahead[1]}
            ahead = next(counting, None)
        yield from _table(
            [_row(student, marks, [part[0] for part in parts], most, percent) + [name, team][: len(about)]]
        )


def _row(
    student: str, marks: Mapping[int, tuple[float | None, int]], parts: Sequence[int], most: str, percent: float
) -> list[str]:
    """Write the cells of one student, but for the name."""
    earned = [marks[part][0] for part in parts if part in marks]
    cells = [_points(marks[part][0]) if part in marks else "" for part in parts]
    off = sum(taken_off(points or 0, days, percent) for points, days in marks.values())
    is_open = sum(points is None for points in earned)
    total = "" if is_open else _points(sum(points for points in earned if points is not None) - off)
    return [student, *cells, total, most, str(is_open), *([_points(off)] if percent else [])]


def problems_csv(problems: Iterable[Problem], lang: Language) -> Iterator[bytes]:
    """Write what could not be read and what the operator should know: where, about whom, the code, the sentence."""
    yield from _table([["file", "line", "student", "code", "sentence"]], begin=True)
    for problem in problems:
        place = problem.place
        where = [place.file, str(place.line)] if place else ["", ""]
        about = [str(problem.facts.get("student", "")), problem.code]
        yield from _table([[*where, *about, say(problem.code, problem.facts, lang)]])


def changes_csv(book: Book, lang: Language) -> Iterator[bytes]:
    """Write which marks are others than in the set before."""
    yield from _table([["student", "part", "before", "after", "why"]], begin=True)
    for one in changes(book):
        yield from _table([[one.student, one.target, one.before, one.after, say(one.why, lang=lang)]])


def _table(rows: Iterable[Sequence[str]], *, begin: bool = False) -> Iterator[bytes]:
    """Write rows; what a table begins with tells spreadsheets that it is UTF-8."""
    if begin:
        yield codecs.BOM_UTF8
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\r\n")
    writer.writerows([safe_cell(cell) for cell in row] for row in rows)
    yield table.getvalue().encode("utf-8")


def _points(points: float | None) -> str:
    return "?" if points is None else f"{points:.10g}"
