"""Gradescope: a table of grades as it writes them itself, a column for each part."""

from __future__ import annotations

from typing import Final

from symnn.classroom.exports.sending import Sent, shown_points
from symnn.classroom.exports.templates import table_of
from symnn.classroom.files import safe_cell
from symnn.classroom.scores import Scored, Scores

__all__ = ["grades_of_gradescope"]

TITLES: Final = ("Name", "SID", "Email", "Total Score", "Max Points", "Status")


def grades_of_gradescope(found: Scores) -> Sent:
    """Write the marks of a class, a row a student."""
    targets = tuple(found.most)
    parts = [f"{number}: {target} ({shown_points(found.most[target])} pts)" for number, target in enumerate(targets, 1)]
    rows = [_row(student, targets, found.max) for student in found.students.values()]
    return Sent(table_of([[*TITLES, *parts], *rows]))


def _row(student: Scored, targets: tuple[str, ...], most: float) -> list[str]:
    earned = [student.points.get(target) for target in targets]
    address = student.student if "@" in student.student else ""
    who = [safe_cell(student.name), safe_cell(student.student), safe_cell(address)]
    return [
        *who,
        shown_points(student.total),
        shown_points(most),
        "Graded",
        *("" if one is None else shown_points(one) for one in earned),
    ]
