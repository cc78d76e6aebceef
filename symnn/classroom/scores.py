"""What each student has earned in a graded class, part by part: the marks that count."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from msgspec import Struct

from symnn.classroom.recorded import Recorded

__all__ = ["GRADES", "Scored", "Scores", "grades_rows", "scores"]

GRADES: Final = "grades.csv"


class Scored(Struct, frozen=True):
    """A student with the marks that count, ``None`` while one is open, and what being late takes off them in all."""

    student: str
    name: str
    points: Mapping[str, float | None]
    late: float = 0.0

    @property
    def open(self) -> int:
        """How many marks wait for a person."""
        return sum(points is None for points in self.points.values())

    @property
    def earned(self) -> float:
        """The points of the marks that stand."""
        return sum(points for points in self.points.values() if points is not None)

    @property
    def total(self) -> float:
        """The same without what being late takes off."""
        return self.earned - self.late


class Scores(Struct, frozen=True):
    """The students who handed in, and the most points of each part that was answered."""

    most: Mapping[str, float]
    students: Mapping[str, Scored]

    @property
    def max(self) -> float:
        """The most points that can be earned."""
        return sum(self.most.values())

    @property
    def open(self) -> int:
        """How many marks wait for a person."""
        return sum(student.open for student in self.students.values())


def scores(results: Iterable[Recorded]) -> Scores:
    """Collect the marks that count."""
    most: dict[str, float] = {}
    names: dict[str, str] = {}
    points: dict[str, dict[str, float | None]] = {}
    late: dict[str, float] = {}
    for one in results:
        most[one.target] = one.max
        names[one.student] = one.name or names.get(one.student, "")
        of_student = points.setdefault(one.student, {})
        if one.mark.counts:
            of_student[one.target] = one.mark.points
            late[one.student] = late.get(one.student, 0.0) + (one.late.off or 0.0)
    found = {key: Scored(key, names[key], of_student, late.get(key, 0.0)) for key, of_student in points.items()}
    return Scores(most, found)


def grades_rows(folder: Path) -> list[list[str]]:
    """Read the rows of ``grades.csv``, the titles first; empty where there is none."""
    path = folder / GRADES
    if not path.is_file():
        return []
    return list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))


def on_roster(folder: Path) -> frozenset[str]:
    """List who has a row in the grades, written as a cell is."""
    rows = grades_rows(folder)
    return frozenset(row[0] for row in rows[1:]) if rows and "group" in rows[0] else frozenset()
