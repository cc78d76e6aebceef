"""One file or folder of submissions, in whatever form: told by what is in it, not by what it is called."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from symnn.classroom.intake.archives import (
    LARGEST_ARCHIVE,
    ArchiveEntry,
    entries_of_archive,
    entries_of_folder,
    is_archive,
)
from symnn.classroom.intake.cells import answer_in
from symnn.classroom.intake.columns import Columns, OpenColumns
from symnn.classroom.intake.folders import Owner, owned
from symnn.classroom.intake.foreign import holds_table, is_word, kind_of_file, sheet_of_page, text_of_word
from symnn.classroom.intake.headings import Course, aimed_at, targets_of
from symnn.classroom.intake.identities import identified
from symnn.classroom.intake.merged import called, with_one_header
from symnn.classroom.intake.objects import is_by_lines, sheet_of_objects
from symnn.classroom.intake.papers import SUFFIXES, answer_of_file, answers_in
from symnn.classroom.intake.rows import TableRow
from symnn.classroom.intake.sheet import Sheet, sheet_of, sheet_of_lines
from symnn.classroom.intake.tables import NOBODY, header_in, is_header, read_table
from symnn.classroom.intake.workbook import is_workbook, sheets_in
from symnn.classroom.submissions import Answer, Submissions, Taker, joined_files
from symnn.documents.decoding import FileLines, Text, content, decoded, decoded_otherwise, is_latin, streamed
from symnn.errors import Place, Problem

if TYPE_CHECKING:
    from symnn.exercises.file import ExerciseFile

__all__ = ["Taken", "course_of", "read_source"]

TABLES: Final = frozenset({".csv", ".tsv", ".xlsx", ".xls", ".xlsm", ".ods", ".jsonl", ".ndjson"})
OBJECTS: Final = (".jsonl", ".ndjson", ".json")


class Taken(Struct, frozen=True):
    """What one source gave: its answers, and the tables in it whose columns are not known."""

    submissions: Submissions
    asked: tuple[OpenColumns, ...] = ()


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
    lines = streamed(path, limit=LARGEST_ARCHIVE)
    sheet = None if lines is None else _sheet_of_file(lines, lambda row: is_header(row, course, columns))
    if sheet is not None:
        return _table(sheet, course, columns, answers)
    data = content(path, limit=LARGEST_ARCHIVE)
    if isinstance(data, Problem):
        return Taken(Submissions(problems=(data,)))
    return _read(data, str(path), course, columns, answers)


def _sheet_of_file(lines: FileLines, is_header: Callable[[TableRow], bool]) -> Sheet | None:
    """Take the lines of a large file for rows or for objects; None where it may be a page, a document or an archive."""
    suffix, file, first = lines.path.suffix.lower(), str(lines.path), lines.head[:8]
    if suffix in SUFFIXES - {".txt"} or kind_of_file(first.encode()) or is_archive(first.encode()):
        return None
    start = lines.head.lstrip()
    if suffix in OBJECTS or start.startswith(("{", "[{")):
        is_rows = not start.startswith("[") and is_by_lines(lines)
        return sheet_of_objects(lines, file, lines.notices) if is_rows else None
    if start.startswith("<"):
        return None
    sheet = sheet_of_lines(lines, file, lambda head: any(map(is_header, head)), lines.notices)
    is_sure = not any(notice.code == "read-as-gb18030" for notice in lines.notices)
    return sheet if is_sure or any(map(is_header, sheet.head)) else None


def _read(data: bytes, file: str, course: Course, columns: Columns, answers: Taker, owner: Owner = NOBODY) -> Taken:
    if kind := kind_of_file(data):
        return Taken(Submissions(problems=(Problem("file-of-kind", {"kind": kind}, place=Place(file)),)))
    if is_workbook(data):
        sheets = sheets_in(data, file)
        if isinstance(sheets, Problem):
            return Taken(Submissions(problems=(sheets,)))
        return _workbook(sheets, file, course, columns, answers, owner)
    is_document = PurePath(file).suffix.lower() in SUFFIXES - {".json", ".txt"}
    if is_word(data) or (is_document and not is_archive(data)):
        entry = ArchiveEntry((PurePath(file).name,), data)
        return _papers([entry], str(PurePath(file).parent), course, columns, answers)
    if is_archive(data):
        return _papers(entries_of_archive(data, file), file, course, columns, answers)
    sheet = _sheet(data, file, lambda row: is_header(row, course, columns, owner))
    return (
        Taken(Submissions(problems=(sheet,)))
        if isinstance(sheet, Problem)
        else _table(sheet, course, columns, answers, owner)
    )


def _sheet(data: bytes, file: str, is_header: Callable[[TableRow], bool]) -> Sheet | Problem:
    """Read a text as a table; where its encoding is not sure, in the one in which it has a header."""

    def fits(head: Iterable[TableRow]) -> bool:
        return any(map(is_header, head))

    text = decoded(data, file, controls=True)
    found = text if isinstance(text, Problem) else _sheet_of(text, fits)
    if isinstance(found, Problem) or any(notice.code == "read-as-gb18030" for notice in found.notices):
        others = (_sheet_of(other, fits) for other in decoded_otherwise(data, file))
        if isinstance(found, Problem) or is_latin(data) or not fits(found.head):
            return next((other for other in others if fits(other.head)), found)
    return found


def _sheet_of(text: Text, fits: Callable[[Iterable[TableRow]], bool]) -> Sheet:
    """Take a text for objects, for a page, or for rows with signs between them."""
    if text.file.lower().endswith(OBJECTS) or text.text.lstrip().startswith(("{", "[{")):
        return sheet_of_objects(text.text, text.file, text.notices)
    return sheet_of_page(text) if holds_table(text.text) else sheet_of(text, fits)


def _table(sheet: Sheet, course: Course, columns: Columns, answers: Taker, owner: Owner = NOBODY) -> Taken:
    read = read_table(_with_one_header(sheet, course, columns, owner), course, columns, answers, owner)
    return Taken(Submissions(), (read,)) if isinstance(read, OpenColumns) else Taken(read)


def _workbook(
    sheets: tuple[Sheet, ...], file: str, course: Course, columns: Columns, answers: Taker, owner: Owner
) -> Taken:
    """Read the sheets that have a usable header; if none has, the first one."""
    if not sheets:
        return Taken(Submissions(problems=(Problem("empty-table", place=Place(file)),)))
    owners = {sheet.file: owner if owner.student else _owner_of(sheet, len(sheets)) for sheet in sheets}
    usable = tuple(sheet for sheet in sheets if _is_usable(sheet, course, columns, owners[sheet.file])) or sheets[:1]
    taken = tuple(Problem("sheet-taken", {"sheet": sheet.file}, place=Place(file)) for sheet in usable)
    several = [_table(sheet, course, columns, answers, owners[sheet.file]) for sheet in usable]
    notices = taken if len(sheets) > 1 else ()
    return _together(several, Submissions(notices=notices))


def _owner_of(sheet: Sheet, count: int) -> Owner:
    """Take the name of one of several sheets for a student's where it holds an id."""
    name = called(sheet.file)
    return Owner(name) if count > 1 and _IDS.search(name) else NOBODY


def _with_one_header(sheet: Sheet, course: Course, columns: Columns, owner: Owner) -> Sheet:
    if columns.header:
        return sheet
    return with_one_header(sheet, course.targets, lambda row: is_header(row, course, columns, owner))


def _is_usable(sheet: Sheet, course: Course, columns: Columns, owner: Owner) -> bool:
    sheet = _with_one_header(sheet, course, columns, owner)
    place = header_in(sheet, course, columns)
    return place is not None and is_header(sheet.head[place], course, columns, owner)


def _together(several: Iterable[Taken], more: Submissions) -> Taken:
    listed = list(several)
    asked = tuple(one for source in listed for one in source.asked)
    return Taken(joined_files([more, *(source.submissions for source in listed)]), asked)


def _papers(
    listed: Iterable[ArchiveEntry | Problem], file: str, course: Course, columns: Columns, answers: Taker
) -> Taken:
    """Read what each student handed in as documents; tables beside them are read as tables."""
    entries: list[ArchiveEntry] = []
    problems: list[Problem] = []
    notices: list[Problem] = []
    for one in listed:
        if isinstance(one, ArchiveEntry):
            entries.append(one)
        else:
            (notices if one.code in NOTICES else problems).append(one)
    tables = [entry for entry in entries if PurePath(entry.parts[-1]).suffix.lower() in TABLES]
    documents = [entry for entry in entries if entry not in tables]
    read_of: dict[str, int] = {}
    unread: dict[str, Problem] = {}
    for owner, entry in owned(documents):
        shown = "/".join((file, *entry.parts))
        is_readable = PurePath(entry.parts[-1]).suffix.lower() in SUFFIXES or is_word(entry.data)
        found = list(_paper(owner, entry, shown, course, columns, problems)) if is_readable else []
        if not found:
            notices.append(Problem("no-answers-in" if is_readable else "file-ignored", place=Place(shown)))
            if owner.below or _IDS.search(owner.student):
                unread[owner.student] = Problem("nothing-of-student", {"student": owner.student}, place=Place(shown))
        read_of[owner.student] = read_of.get(owner.student, 0) + len(found)
        for answer in found:
            answers.append(answer)
    problems += (problem for student, problem in unread.items() if not read_of[student])
    read = Submissions(tuple(problems), tuple(notices))
    if not entries and not problems:
        read = Submissions(problems=(Problem("empty-folder", place=Place(file)),))
    inner: list[Taken] = []
    for owner, entry in owned(tables):
        shown = "/".join((file, *entry.parts))
        if is_archive(entry.data) and not is_workbook(entry.data):  # nothing is unpacked twice
            nested = Problem("entry-unsafe", {"name": shown}, place=Place(file))
            inner.append(Taken(Submissions(problems=(nested,))))
        else:
            inner.append(_read(entry.data, shown, course, columns, answers, owner))
    return _together(inner, read)


_IDS: Final = re.compile(r"\d{3}")
NOTICES: Final = frozenset({"names-read-as-gbk"})


def _paper(
    owner: Owner, entry: ArchiveEntry, file: str, course: Course, columns: Columns, problems: list[Problem]
) -> Iterator[Answer]:
    """Give the answers of one document."""
    text = text_of_word(entry.data, file) if is_word(entry.data) else decoded(entry.data, file, controls=True)
    if isinstance(text, Problem):
        problems.append(text)
        return
    student, problem = identified(owner.student, Place(file))
    if problem is not None:
        problems.append(problem)
    if not student:
        return
    found, faults = answers_in(text, course.targets)
    whole = aimed_at(owner.below, course.targets) if owner.below else None
    if not found and whole is not None:
        found, faults = ((whole, answer_of_file(text), 1),), ()
    problems += faults
    for target, raw, line in found:
        cleaned = answer_in(raw, course.kind(target), columns)
        yield Answer(student, *target, cleaned, 0, Place(file, line), raw, owner.name, owner.time)
