"""One file or folder of submissions, in whatever form: told by what is in it, not by what it is called."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from symnn.classroom.intake.archives import (
    LARGEST_ARCHIVE,
    Entry,
    entries_of_archive,
    entries_of_folder,
    is_archive,
)
from symnn.classroom.intake.cells import answer_in
from symnn.classroom.intake.columns import Asked, Columns
from symnn.classroom.intake.folders import Owner, owned
from symnn.classroom.intake.headings import targets_of
from symnn.classroom.intake.identities import identified
from symnn.classroom.intake.merged import with_one_header
from symnn.classroom.intake.objects import sheet_of_objects
from symnn.classroom.intake.papers import SUFFIXES, answers_in
from symnn.classroom.intake.sheet import Sheet, sheet_of
from symnn.classroom.intake.tables import Course, header_in, is_header, read_table
from symnn.classroom.intake.workbook import is_workbook, sheets_in
from symnn.classroom.submissions import Answer, Submissions, Taker, joined
from symnn.documents.text import content, decoded
from symnn.errors import Place, Problem

if TYPE_CHECKING:
    from symnn.exercises.file import ExerciseFile

__all__ = ["Taken", "course_of", "read_source"]

TABLES: Final = frozenset({".csv", ".tsv", ".xlsx", ".xls", ".xlsm", ".ods", ".jsonl", ".ndjson"})
OBJECTS: Final = (".jsonl", ".ndjson", ".json")


class Taken(Struct, frozen=True):
    """What one source gave: its answers, and the tables in it whose columns are not known."""

    submissions: Submissions
    asked: tuple[Asked, ...] = ()


def course_of(exercises: Mapping[str, ExerciseFile]) -> Course:
    """Say what can be answered in a course."""
    targets = targets_of(exercises)
    kinds = {(name, part.id): part.kind for name, exercise in exercises.items() for part in exercise.parts}
    return Course(targets, kinds)


def read_source(path: Path, course: Course, columns: Columns, answers: Taker) -> Taken:
    """Read a file or folder of submissions into ``answers``; what is wrong is in the result.

    Raises: OperatorError for a workbook where the package that reads them is not installed.
    """
    if path.is_dir():
        return _papers(entries_of_folder(path), str(path), course, columns, answers)
    data = content(path, limit=LARGEST_ARCHIVE)
    if isinstance(data, Problem):
        return Taken(Submissions(problems=(data,)))
    return _read(data, str(path), course, columns, answers)


def _read(data: bytes, file: str, course: Course, columns: Columns, answers: Taker) -> Taken:
    if is_workbook(data):
        sheets = sheets_in(data, file)
        return (
            Taken(Submissions(problems=(sheets,)))
            if isinstance(sheets, Problem)
            else _workbook(sheets, file, course, columns, answers)
        )
    if is_archive(data):
        return _papers(entries_of_archive(data, file), file, course, columns, answers)
    if PurePath(file).suffix.lower() in SUFFIXES - {".json", ".txt"}:
        entry = Entry((PurePath(file).name,), data)
        return _papers([entry], str(PurePath(file).parent), course, columns, answers)
    text = decoded(data, file, controls=True)
    if isinstance(text, Problem):
        return Taken(Submissions(problems=(text,)))
    if file.lower().endswith(OBJECTS) or text.text.lstrip().startswith(("{", "[{")):
        return _table(sheet_of_objects(text), course, columns, answers)
    sheet = sheet_of(text, lambda head: any(is_header(row, course, columns) for row in head))
    return _table(sheet, course, columns, answers)


def _table(sheet: Sheet, course: Course, columns: Columns, answers: Taker) -> Taken:
    read = read_table(_with_one_header(sheet, course, columns), course, columns, answers)
    return Taken(Submissions(), (read,)) if isinstance(read, Asked) else Taken(read)


def _workbook(sheets: tuple[Sheet, ...], file: str, course: Course, columns: Columns, answers: Taker) -> Taken:
    """Read the sheets that have a usable header; if none has, the first one."""
    if not sheets:
        return Taken(Submissions(problems=(Problem("empty-table", place=Place(file)),)))
    usable = tuple(sheet for sheet in sheets if _is_usable(sheet, course, columns)) or sheets[:1]
    taken = tuple(Problem("sheet-taken", {"sheet": sheet.file}, place=Place(file)) for sheet in usable)
    several = [_table(sheet, course, columns, answers) for sheet in usable]
    notices = taken if len(sheets) > 1 else ()
    return _together(several, Submissions(notices=notices))


def _with_one_header(sheet: Sheet, course: Course, columns: Columns) -> Sheet:
    if columns.header:
        return sheet
    return with_one_header(sheet, course.targets, lambda row: is_header(row, course, columns))


def _is_usable(sheet: Sheet, course: Course, columns: Columns) -> bool:
    sheet = _with_one_header(sheet, course, columns)
    place = header_in(sheet, course, columns)
    return place is not None and is_header(sheet.head[place], course, columns)


def _together(several: Iterable[Taken], more: Submissions) -> Taken:
    listed = list(several)
    asked = tuple(one for source in listed for one in source.asked)
    return Taken(joined([more, *(source.submissions for source in listed)]), asked)


def _papers(listed: Iterable[Entry | Problem], file: str, course: Course, columns: Columns, answers: Taker) -> Taken:
    """Read what each student handed in as documents; tables beside them are read as tables."""
    entries: list[Entry] = []
    problems: list[Problem] = []
    notices: list[Problem] = []
    for one in listed:
        if isinstance(one, Entry):
            entries.append(one)
        else:
            (notices if one.code in NOTICES else problems).append(one)
    tables = [entry for entry in entries if PurePath(entry.parts[-1]).suffix.lower() in TABLES]
    documents = [entry for entry in entries if entry not in tables]
    for owner, entry in owned(documents):
        shown = "/".join((file, *entry.parts))
        if PurePath(entry.parts[-1]).suffix.lower() not in SUFFIXES:
            notices.append(Problem("file-ignored", place=Place(shown)))
            continue
        found = list(_paper(owner, entry, shown, course, columns, problems))
        if not found:
            notices.append(Problem("no-answers-in", place=Place(shown)))
        for answer in found:
            answers.append(answer)
    read = Submissions(tuple(problems), tuple(notices))
    if not entries and not problems:
        read = Submissions(problems=(Problem("empty-folder", place=Place(file)),))
    inner: list[Taken] = []
    for entry in tables:
        shown = "/".join((file, *entry.parts))
        if is_archive(entry.data) and not is_workbook(entry.data):  # nothing is unpacked twice
            nested = Problem("entry-unsafe", {"name": shown}, place=Place(file))
            inner.append(Taken(Submissions(problems=(nested,))))
        else:
            inner.append(_read(entry.data, shown, course, columns, answers))
    return _together(inner, read)


NOTICES: Final = frozenset({"names-read-as-gbk"})


def _paper(
    owner: Owner, entry: Entry, file: str, course: Course, columns: Columns, problems: list[Problem]
) -> Iterator[Answer]:
    """Give the answers of one document."""
    text = decoded(entry.data, file, controls=True)
    if isinstance(text, Problem):
        problems.append(text)
        return
    student, problem = identified(owner.student, Place(file))
    if problem is not None:
        problems.append(problem)
    if not student:
        return
    found, faults = answers_in(text, course.targets)
    problems += faults
    for target, raw, line in found:
        cleaned = answer_in(raw, course.kind(target), columns)
        yield Answer(student, *target, cleaned, 0, Place(file, line), raw, owner.name, owner.time)
