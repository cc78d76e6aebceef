"""What each student has earned in a graded class, part by part: the marks that count."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from msgspec import Struct

from symnn.classroom.recorded import Recorded

__all__ = ["GRADES", "Scored", "Scores", "Scoring", "grades_rows", "scores"]

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


class Scoring:
    """Collects the marks that count, from one result after the other."""

    def __init__(self) -> None:
        self.most: dict[str, float] = {}
        self.names: dict[str, str] = {}
        self.points: dict[str, dict[str, float | None]] = {}
        self.late: dict[str, float] = {}

    def add(self, one: Recorded) -> None:
        """Take one result."""
        target, student = one.target, one.student
        self.most[target] = one.max
        if one.name or student not in self.names:
            self.names[student] = one.name
        of_student = self.points.setdefault(student, {})
        if one.mark.counts:
            of_student[target] = one.mark.points
            if one.late.off:
                self.late[student] = self.late.get(student, 0.0) + one.late.off

    def scores(self) -> Scores:
        """Give what has been collected."""
        late = self.late
        found = {key: Scored(key, self.names[key], own, late.get(key, 0.0)) for key, own in self.points.items()}
        return Scores(self.most, found)


def scores(results: Iterable[Recorded]) -> Scores:
    """Collect the marks that count."""
    scoring = Scoring()
    for one in results:
        scoring.add(one)
    return scoring.scores()


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
