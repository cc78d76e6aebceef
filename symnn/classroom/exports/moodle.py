"""Moodle: the grading worksheet with marks and comments in it, and feedback files in the folders that it knows."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from symnn.classroom.exports.sending import Sent, shown_points
from symnn.classroom.exports.templates import Register, Template, table_of, template_in
from symnn.classroom.intake.archives import ArchiveEntry, entries_of_archive
from symnn.classroom.intake.folders import moodle_owner
from symnn.classroom.intake.headings import folded_title
from symnn.classroom.scores import Scores
from symnn.documents.decoding import content
from symnn.errors import OperatorError, Problem, UsageError
from symnn.messages import raisable

__all__ = ["feedback_archive", "feedback_beside", "worksheet"]

GRADE: Final = frozenset({"grade", "成绩", "成績", "分数", "分數", "评分", "評分"})
MOST: Final = frozenset({"maximum grade", "最高分", "最高分数", "最高成绩", "最高分數", "最高成績", "满分", "滿分"})
FEEDBACK: Final = frozenset(
    {"feedback comments", "反馈评论", "反馈意见", "反馈", "評語", "评语", "回饋評論", "回饋意見"}
)
NUMBERED: Final = frozenset({"identifier", "标识符", "識別碼", "识别码", "標識符"})
_NUMBER: Final = re.compile(r"(\d+)\s*$")
_HARMFUL: Final = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]')
FILE: Final = "feedback.html"


def _is_header(titles: tuple[str, ...]) -> bool:
    return any(folded_title(title).casefold() in GRADE for title in titles)


def _worksheet(path: Path) -> tuple[Template, int]:
    template = template_in(path, _is_header)
    at = template.place(GRADE)
    if at is None:  # the header was chosen by it
        raise raisable(UsageError, Problem("template-unknown", {"file": str(path), "titles": template.titles}))
    return template, at


def worksheet(path: Path, found: Scores, comments: Mapping[str, str]) -> Sent:
    """Fill a grading worksheet: the cells of the grade and of the feedback, and no other.

    Marks are scaled to the row's own maximum; a row whose student is not among the scores stays as it is.
    """
    template, grade = _worksheet(path)
    most, feedback = template.place(MOST), template.place(FEEDBACK)
    register = Register(found.students)
    rows: list[Iterable[str]] = [*template.above, template.titles]
    for cells in template.rows:
        student = _student(register, template, cells)
        row = list(cells)
        if student:
            full = _number(cells[most]) if most is not None else None
            share = found.students[student].total / found.max if found.max else 0.0
            row[grade] = shown_points(share * (found.max if full is None else full))
            if feedback is not None and comments.get(student):
                row[feedback] = comments[student]
        rows.append(row)
    return Sent(table_of(rows), register.missing(template.file))


def _number(text: str) -> float | None:
    """Read a maximum, however the site writes decimals; None where it is a scale of words."""
    try:
        return float(text.strip().replace(",", "."))
    except ValueError:
        return None


def _student(register: Register, template: Template, cells: tuple[str, ...]) -> str:
    """Say whose row it is: by id, by the participant's number, by address or name; empty if nobody's."""
    student = register.row(template, cells)
    if student is None:
        student = register.find(filter(None, [_participant(template, cells)]))
    return student.student if student else ""


def _participant(template: Template, cells: tuple[str, ...]) -> str:
    at = template.place(NUMBERED)
    number = _NUMBER.search(cells[at]) if at is not None else None
    return number[1] if number else ""


def feedback_archive(path: Path, found: Scores, pages: Mapping[str, bytes]) -> Sent:
    """Put feedback into the folders of an assignment's archive as Moodle gave it out, so that it takes them back.

    Raises: OperatorError if the archive cannot be read, UsageError if none of its folders is a student's.
    """
    data = content(path, limit=1 << 28)
    if isinstance(data, Problem):
        raise raisable(OperatorError, data)
    register = Register(found.students)
    folders: dict[str, str] = {}
    problems: list[Problem] = []
    for entry in entries_of_archive(data, str(path)):
        if not isinstance(entry, ArchiveEntry):
            problems.append(entry)
            continue
        for folder in entry.parts[:-1]:
            owner = moodle_owner(folder)
            student = register.find([owner.student], [owner.name]) if owner else None
            if student and (student.student not in folders or "_file" in folder):
                folders[student.student] = folder
    if problems and not folders:
        raise raisable(OperatorError, *problems)
    missing = register.missing(str(path))
    return Sent(_archive((f"{folders[key]}/{FILE}", pages[key]) for key in folders if key in pages), missing)


def feedback_beside(path: Path, found: Scores, pages: Mapping[str, bytes]) -> Sent:
    """Put feedback into folders named after the rows of a grading worksheet."""
    template, _ = _worksheet(path)
    register = Register(found.students)
    files: list[tuple[str, bytes]] = []
    for cells in template.rows:
        student, number = _student(register, template, cells), _participant(template, cells)
        if student in pages and number:
            name = " ".join(cells[at] for role in ("name", "first", "last") for at in template.roles.get(role, ())[:1])
            files.append((f"{_harmless(name)}_{number}_assignsubmission_file/{FILE}", pages[student]))
    return Sent(_archive(files), register.missing(template.file))


def _harmless(name: str) -> str:
    """Leave out of a folder's name what no folder may have; what parts its pieces becomes a blank."""
    return _HARMFUL.sub("", name).replace("_", " ").strip(" .")


def _archive(files: Iterable[tuple[str, bytes]]) -> bytes:
    """Write an archive whose bytes depend on the files alone."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in _once(files):
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def _once(files: Iterable[tuple[str, bytes]]) -> Iterator[tuple[str, bytes]]:
    seen: set[str] = set()
    for name, data in files:
        if name not in seen:
            seen.add(name)
            yield name, data
