"""Everything that a class handed in, from all files: one answer for each attempt, each student once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from symnn.classroom.intake.columns import Asked, Columns, columns_in
from symnn.classroom.intake.identities import Student, alike, enrolled
from symnn.classroom.intake.readers import course_of, read_source
from symnn.classroom.intake.tables import EMPTY
from symnn.classroom.submissions import Answer, Submissions, joined, numbered
from symnn.exercises.exercise import Exercise

__all__ = ["HandedIn", "handed_in"]


class HandedIn(Struct, frozen=True):
    """What a class handed in, the roster if there is one, and the tables whose columns are not known."""

    submissions: Submissions
    roster: tuple[Student, ...] = ()
    asked: tuple[Asked, ...] = ()


def handed_in(
    sources: Sequence[Path],
    exercises: Mapping[str, Exercise],
    columns: Path | Columns | None = None,
    roster: Sequence[Student] = (),
) -> HandedIn:
    """Read all sources, in the order of their names whatever the order they are given in.

    Raises: AuthorError if the file of columns is broken, OperatorError if a package is missing.
    """
    known = columns_in(columns) if isinstance(columns, Path) else columns or EMPTY
    course = course_of(exercises)
    taken = [read_source(path, course, known) for path in sorted(set(sources), key=lambda path: (path.name, str(path)))]
    read = joined(one.submissions for one in taken)
    asked = tuple(one for source in taken for one in source.asked)
    strange = all(one.is_strange for one in asked) and bool(read.answers)
    if asked and not strange:
        return HandedIn(read, tuple(roster), asked)
    answers = read.answers
    problems = (*read.problems, *(one.problem for one in asked))
    notices = read.notices
    if roster:
        found, strangers = enrolled(answers, roster)
        names = {student.id: student for student in roster}
        answers = tuple(_of(found[answer.student], answer, names) for answer in answers)
        notices += strangers
    else:
        problems += tuple(alike(answers))
    return HandedIn(Submissions(numbered(answers), problems, notices), tuple(roster))


def _of(student: str, answer: Answer, roster: Mapping[str, Student]) -> Answer:
    """Give an answer the student's own spelling, and the name that the roster has."""
    name = roster[student].name if student in roster else ""
    if answer.student == student and (not name or answer.name == name):
        return answer
    return replace(answer, student=student, name=name or answer.name)
