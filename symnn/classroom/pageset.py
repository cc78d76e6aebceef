"""What of a set in a folder of grades is for people: a workbook, the report, a page for each student."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from operator import attrgetter
from pathlib import Path

import msgspec
from msgspec import Struct

from symnn.classroom.about import ABOUT, About
from symnn.classroom.decisions import Decision
from symnn.classroom.exports.spreadsheet import WORKBOOK, grades_workbook, is_writable
from symnn.classroom.outputs import NEW
from symnn.classroom.recorded import RESULTS, Recorded, Results
from symnn.classroom.report import REPORT, report
from symnn.classroom.returned import feedback_names, feedback_page
from symnn.messages import Language

__all__ = ["Tables", "pages"]


Ahead = Iterator[tuple[str, Iterator[Recorded]]]
"""The results of one student after the other."""


class Tables(Struct, frozen=True):
    """The tables of a set as they are written, which the pages show."""

    grades: bytes
    problems: bytes
    changes: bytes


def pages(
    folder: Path, students: Iterable[str], about: bytes, tables: Tables, decisions: Sequence[Decision] = ()
) -> dict[str, Iterable[bytes]]:
    """Give the pages by their names, each made when it is written.

    They are made of the results that are written before them, into the folder's new set; ``students`` are those who
    handed in, ``about`` is what `describing.described` has written.
    """
    results = Results(folder / NEW / RESULTS)
    course = msgspec.json.decode(about, type=About)
    found: dict[str, Iterable[bytes]] = {ABOUT: [about], REPORT: _report(results, course, tables, decisions)}
    if is_writable():
        found[WORKBOOK] = _workbook(tables, course)
    ahead = groupby(results, key=attrgetter("student"))
    most = sum(part.points for part in course.parts.values())
    comments = {one.id: one.comment for one in decisions if one.comment}
    for student, name in feedback_names(students).items():
        found[name] = _feedback(student, ahead, most, comments, course.lang)
    return found


def _report(results: Results, course: About, tables: Tables, decisions: Sequence[Decision]) -> Iterator[bytes]:
    yield report(results, course, tables.problems, tables.changes, decisions)


def _workbook(tables: Tables, course: About) -> Iterator[bytes]:
    yield grades_workbook(tables.grades, course.lang)


def _feedback(student: str, ahead: Ahead, most: float, comments: Mapping[str, str], lang: Language) -> Iterator[bytes]:
    """Write the page of a student, whose results stand together, in the order of the pages.

    Raises: ValueError where they do not, for then somebody would get a page without them.
    """
    own = next((results for known, results in ahead if known == student), None)
    if own is None:
        message = f"the results of {student} do not stand together in the order of the pages"
        raise ValueError(message)
    yield feedback_page(student, own, most, comments, lang)
