"""Everything that a class handed in, from all files: each student once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from symnn.classroom.intake.columns import Columns, OpenColumns, columns_in
from symnn.classroom.intake.identities import Student, alike_ids, enrolled
from symnn.classroom.intake.inbox import Inbox
from symnn.classroom.intake.readers import course_of, read_source
from symnn.classroom.intake.tables import EMPTY
from symnn.classroom.submissions import Submissions, joined_files
from symnn.exercises.file import ExerciseFile

__all__ = ["HandedIn", "handed_in", "in_order"]


class HandedIn(Struct, frozen=True):
    """What a class handed in, the roster if there is one, and the tables whose columns are not known."""

    inbox: Inbox
    submissions: Submissions
    roster: tuple[Student, ...] = ()
    asked: tuple[OpenColumns, ...] = ()


def in_order(sources: Sequence[Path]) -> list[Path]:
    """Order sources by their names, each once: in which order they were given changes nothing."""
    return sorted(set(sources), key=lambda path: (path.name, str(path)))


def handed_in(
    sources: Sequence[Path],
    exercises: Mapping[str, ExerciseFile],
    columns: Path | Columns | None = None,
    roster: Sequence[Student] = (),
) -> HandedIn:
    """Read all sources, in the order of their names whatever the order they are given in.

    Raises: AuthorError if the file of columns is broken, OperatorError if a package is missing.
    """
    known = columns_in(columns) if isinstance(columns, Path) else columns or EMPTY
    course = course_of(exercises)
    inbox = Inbox()
    taken = [read_source(path, course, known, inbox) for path in in_order(sources)]
    read = joined_files(one.submissions for one in taken)
    asked = tuple(one for source in taken for one in source.asked)
    strange = all(one.is_strange for one in asked) and bool(inbox.count)
    if asked and not strange:
        return HandedIn(inbox, read, tuple(roster), asked)
    problems = (*read.problems, *(one.problem for one in asked))
    notices = read.notices
    if roster:
        found, strangers = enrolled(inbox.first.values(), roster)
        inbox.called(found, (student.id for student in roster))
        notices += strangers
    else:
        problems += tuple(alike_ids(inbox.first.values()))
    return HandedIn(inbox, Submissions(problems, notices), tuple(roster))
