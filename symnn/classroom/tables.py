"""Submissions in CSV, wide (a column a part) or long (a row an answer); the header says which."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from symnn.classroom.rows import Row, delimiter_of, rows_of
from symnn.classroom.submissions import Answer, Submissions
from symnn.documents.nearest import nearest
from symnn.documents.text import Text, content, decoded
from symnn.errors import Fact, Place, Problem

if TYPE_CHECKING:
    from symnn.exercises.exercise import Exercise

__all__ = ["LARGEST_TABLE", "read_table", "table_of"]

LARGEST_TABLE: Final = 64 << 20
"""Bytes of a table of submissions."""

COLUMNS: Final[Mapping[str, str]] = MappingProxyType(
    {"student": "student", "学号": "student", "学生": "student"}
    | {"exercise": "exercise", "习题": "exercise", "part": "part", "小题": "part"}
    | {"answer": "answer", "答案": "answer", "attempt": "attempt", "次数": "attempt"}
    | {"time": "time", "时间": "time", "name": "name", "姓名": "name"}
)
"""What a column may be called, in any case."""

_EXCEL_TEXT: Final = re.compile(r'="(.*)"')
_EXCEL_NUMBER: Final = re.compile(r"\d(?:\.\d+)?E\+\d+", re.IGNORECASE)
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
_ATTEMPT: Final = re.compile(r"[0-9]{1,6}")


def read_table(path: Path, exercises: Mapping[str, Exercise]) -> Submissions:
    """Read a CSV file of submissions; what is wrong is in the result, nothing is raised."""
    data = content(path, limit=LARGEST_TABLE)
    if isinstance(data, Problem):
        return Submissions(problems=(data,))
    text = decoded(data, str(path), controls=True)
    return Submissions(problems=(text,)) if isinstance(text, Problem) else table_of(text, exercises)


def table_of(text: Text, exercises: Mapping[str, Exercise]) -> Submissions:
    """Read the text of a table."""
    first = next((line for line in text.text.split("\n") if line.strip()), "")
    if not first:
        return Submissions(problems=(Problem("empty-table", place=Place(text.file)),), notices=text.notices)
    table = _Table(text.file, exercises)
    rows = rows_of(text.text, text.file, delimiter_of(first), table.problems)
    header = next(rows, None)
    if header is not None and table.take_header(header):
        for row in rows:
            table.take(row)
    return Submissions(tuple(table.answers), tuple(table.problems), (*text.notices, *table.notices))


class _Table:
    """Takes a table row by row."""

    def __init__(self, file: str, exercises: Mapping[str, Exercise]) -> None:
        self.file = file
        self.exercises = exercises
        self.answers: list[Answer] = []
        self.problems: list[Problem] = []
        self.notices: list[Problem] = []
        self._at: dict[str, int] = {}
        self._targets: dict[int, tuple[str, str]] = {}
        self._students: dict[str, int] = {}
        self._seen: dict[tuple[str, str, str, int], int] = {}

    def take_header(self, row: Row) -> bool:
        """Understand the columns; False if no row of the table can be."""
        for place, name in enumerate(cell.strip() for cell in row.fields):
            known = COLUMNS.get(name.lower())
            if known is not None and known in self._at:
                self._problem("column-twice", row.line, column=name)
            elif known is not None:
                self._at[known] = place
            elif "/" in name:
                self._target_column(name, place, row.line)
            elif name:
                self.notices.append(Problem("column-ignored", {"column": name}, place=Place(self.file, row.line)))
        needed = ("student",) if self._targets else ("student", "exercise", "answer")
        missing = [name for name in needed if name not in self._at]
        for name in missing:
            found = tuple(cell.strip() for cell in row.fields)
            self._problem("missing-column", row.line, column=name, found=found)
        return not missing

    def take(self, row: Row) -> None:
        """Take the answers of one row."""
        student = self._student(row)
        if student is None:
            return
        if not self._targets:
            self._long(row, student)
            return
        earlier = self._students.setdefault(student, row.line)
        if earlier != row.line:
            self._problem("student-twice", row.line, student=student, first=earlier)
            return
        for place, (exercise, part) in self._targets.items():
            self._answer(student, exercise, part, row.fields[place], row.line)

    def _long(self, row: Row, student: str) -> None:
        exercise, _, part = row.fields[self._at["exercise"]].strip().partition("/")
        if "part" in self._at:
            part = part or row.fields[self._at["part"]].strip()
        target = self._target(exercise, part, row.line)
        attempt = self._attempt(row)
        if target is None or attempt is None:
            return
        key = (student, *target, attempt)
        earlier = self._seen.setdefault(key, row.line)
        if earlier != row.line:
            name = f"{target[0]}/{target[1]}"
            self._problem("answered-twice", row.line, student=student, target=name, first=f"{self.file}:{earlier}")
            return
        self._answer(student, *target, row.fields[self._at["answer"]], row.line, attempt)

    def _answer(self, student: str, exercise: str, part: str, text: str, line: int, attempt: int = 1) -> None:
        place = Place(self.file, line)
        self.answers.append(Answer(student, exercise, part, text, attempt, place))

    def _student(self, row: Row) -> str | None:
        """Read a student's id as text, whatever a spreadsheet did to it."""
        written = row.fields[self._at["student"]].strip()
        excel = _EXCEL_TEXT.fullmatch(written)
        student = excel[1] if excel else written
        if not student:
            self._problem("no-student", row.line)
            return None
        if _CONTROL.search(student):
            self._problem("bad-student", row.line)
            return None
        if _EXCEL_NUMBER.fullmatch(student):
            facts = {"student": student}
            self.notices.append(Problem("id-looks-destroyed", facts, place=Place(self.file, row.line)))
        return student

    def _attempt(self, row: Row) -> int | None:
        if "attempt" not in self._at:
            return 1
        text = row.fields[self._at["attempt"]].strip()
        if _ATTEMPT.fullmatch(text) or not text:
            return int(text or 1)
        self._problem("bad-attempt", row.line, found=text[:20])
        return None

    def _target_column(self, name: str, place: int, line: int) -> None:
        exercise, _, part = (piece.strip() for piece in name.partition("/"))
        target = self._target(exercise, part, line)
        if target is None:
            return
        if target in self._targets.values():
            self._problem("column-twice", line, column=name)
            return
        self._targets[place] = target

    def _target(self, exercise: str, part: str, line: int) -> tuple[str, str] | None:
        """Find what is answered; an exercise of one part needs no part."""
        known = self.exercises.get(exercise)
        if known is None:
            near = nearest(exercise, self.exercises)
            self._problem("unknown-exercise", line, name=exercise, nearest=near)
            return None
        if not part and len(known.parts) == 1:
            return exercise, known.parts[0].file.id
        if part not in known.by_id:
            near = nearest(part, known.by_id)
            self._problem("unknown-part", line, exercise=exercise, part=part, nearest=near)
            return None
        return exercise, part

    def _problem(self, code: str, line: int, **facts: Fact) -> None:
        self.problems.append(Problem(code, facts, place=Place(self.file, line)))
