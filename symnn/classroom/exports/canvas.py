"""Canvas: the columns of its gradebook that an import needs, with the marks of one assignment."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from symnn.classroom.exports.sending import Sent, shown_points
from symnn.classroom.exports.templates import Register, Template, is_platforms, table_of, template_in
from symnn.classroom.files import safe_cell
from symnn.classroom.intake.headings import folded_title
from symnn.classroom.scores import Scores
from symnn.errors import Problem, UsageError
from symnn.messages import raisable

__all__ = ["gradebook_of_canvas"]

WHO: Final = frozenset({"student", "id", "sis user id", "sis login id", "integration id", "root account", "section"})
_ASSIGNMENT: Final = re.compile(r".*\S \(\d+\)\s*")
TITLES: Final = ("Student", "ID", "SIS Login ID", "Section")


def gradebook_of_canvas(found: Scores, path: Path | None, column: str) -> Sent:
    """Write the marks of one assignment; with a gradebook of Canvas as the template for its students.

    ``column`` is the title of the assignment, ``hw3 (123)``; a template that has only one needs none. Marks are scaled
    to the points of that column where the template says how many there are.
    Raises: UsageError if nobody knows which assignment it is.
    """
    if path is None:
        if not column:
            raise raisable(UsageError, Problem("no-assignment", {"file": "", "titles": ()}))
        rows = [
            [safe_cell(one.name), "", safe_cell(key), "", shown_points(one.total)]
            for key, one in found.students.items()
        ]
        return Sent(table_of([[*TITLES, column], *rows]))
    template = template_in(path, lambda titles: folded_title(titles[0]).casefold() == "student")
    at = _assignment(template, column)
    if at is None:
        template, at = _with_column(template, column), len(template.titles)
    kept = [place for place, title in enumerate(template.titles) if folded_title(title).casefold() in WHO]
    return _filled(template, [*kept, at], found)


def _assignment(template: Template, column: str) -> int | None:
    """Find the column; None where a new one is wanted, whose name has no number yet."""
    if column:
        return template.place(frozenset({folded_title(column).casefold()}))
    places = [place for place, title in enumerate(template.titles) if _ASSIGNMENT.fullmatch(title)]
    if len(places) != 1:
        titles = tuple(template.titles[place] for place in places)
        raise raisable(UsageError, Problem("no-assignment", {"file": template.file, "titles": titles}))
    return places[0]


def _with_column(template: Template, column: str) -> Template:
    return Template(
        template.file, template.above, (*template.titles, column), tuple((*cells, "") for cells in template.rows)
    )


def _filled(template: Template, kept: list[int], found: Scores) -> Sent:
    *_, at = kept
    register = Register(found.students)
    rows: list[Iterable[str]] = [[template.titles[place] for place in kept]]
    scale = 1.0
    for cells in template.rows:
        row = [cells[place] for place in kept]
        if is_platforms(cells):
            scale = _scale(cells[at], found.max)
        elif (student := register.row(template, cells)) is not None:
            row[-1] = shown_points(student.total * scale)
        rows.append(row)
    return Sent(table_of(rows), register.missing(template.file))


def _scale(possible: str, most: float) -> float:
    """Say what one of our points is worth where the platform gives others in all."""
    try:
        return float(possible) / most if most and float(possible) > 0 else 1.0
    except ValueError:
        return 1.0
