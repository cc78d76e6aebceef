"""The set of files of a class, made of its book alone: the same book gives the same bytes, whoever asks for them.

Each file is written row by row, so that a class of any size fits. `files_of` names them all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from hashlib import sha256
from itertools import chain, groupby
from pathlib import Path
from typing import Any, Final, NamedTuple, cast

import msgspec

from symnn.classroom.book import Book
from symnn.classroom.consistency import GivenAnswer, mixed
from symnn.classroom.decisions import Decision, in_force, written_decisions
from symnn.classroom.engine import engine
from symnn.classroom.enrolment import problems_in
from symnn.classroom.files import changes_csv, grades_csv, problems_csv
from symnn.classroom.intake.cells import damage_in
from symnn.classroom.outcomes import said_result, said_with
from symnn.classroom.outputs import Made
from symnn.classroom.pageset import Tables, pages
from symnn.classroom.policy import taken_off
from symnn.errors import Fact, Place, Problem
from symnn.messages import Language
from symnn.verdicts import codes
from symnn.verdicts.result import SCHEMA
from symnn.verdicts.verdict import Finding

__all__ = ["CHANGES", "FILES", "RESULTS", "files_of", "left_out_rows"]

RESULTS: Final = "results.jsonl"
CHANGES: Final = "changes.csv"
FILES: Final = ("grades.csv", RESULTS, "problems.csv", CHANGES)

_encode: Final = msgspec.json.Encoder().encode
_ROWS: Final = (
    "select m.student, m.place, m.attempt, s.sid, s.name, t.exercise, t.part, t.hash, f.path, m.line, m.raw, m.time, "
    "m.seed, m.result, m.cluster, m.points, m.counts, m.decision, m.stale, m.comment, m.days "
    "from mark m join student s on s.id = m.student join part t on t.id = m.part join source f on f.id = m.source "
    "order by m.student"
)


class _Row(NamedTuple):
    """One answer with all that is said of it."""

    student: int
    place: int
    attempt: int
    sid: str
    name: str
    exercise: str
    part: str
    hash: bytes
    file: str
    line: int
    raw: str
    time: str
    seed: bytes
    result: bytes
    cluster: bytes
    points: float | None
    counts: int
    decision: str | None
    stale: int
    comment: str | None
    days: int


def files_of(book: Book, folder: Path, decisions: Sequence[Decision]) -> tuple[Mapping[str, Iterable[bytes]], Made]:
    """Give every file of the set of a folder, to be written in this order, and the pages that are made of them."""
    lang = cast("Language", book.told("lang"))
    told = chain(problems_in(book), left_out_rows(book))
    csvs = (grades_csv(book), problems_csv(told, lang), changes_csv(book, lang))
    tables = Tables(*(b"".join(table) for table in csvs))
    students = (student for (student,) in book.rows(_HANDED_IN))
    about = book.told("described").encode()
    made_of = sha256(about + written_decisions(in_force(decisions))).hexdigest()
    files = {
        "grades.csv": [tables.grades],
        RESULTS: _results(book, lang),
        "problems.csv": [tables.problems],
        CHANGES: [tables.changes],
    }
    return files, Made(pages(folder, students, about, tables, decisions), made_of, (CHANGES,))


_HANDED_IN: Final = "select sid from student where exists (select 1 from answer where student = student.id) order by id"


def _results(book: Book, lang: Language) -> Iterator[bytes]:
    """Write a line an answer: by student, then as the course goes, then by attempt."""
    losses = {f"{exercise}/{part}": Fraction(loss) for exercise, part, loss in book.rows(_LOSSES)}
    percent = float(book.told("late-percent") or 0)
    for _, rows in groupby(map(_Row._make, book.rows(_ROWS)), key=lambda row: row.student):
        listed = sorted(rows)
        given = [GivenAnswer(f"{row.exercise}/{row.part}", row.attempt, row.result) for row in listed]
        unlike = mixed(given, losses)
        for place, row in enumerate(listed):
            yield _line(row, unlike.get(place), percent, lang)


_LOSSES: Final = "select exercise, part, loss from part where loss <> '' and place is not null order by place"


def _line(row: _Row, unlike: Finding | None, percent: float, lang: Language) -> bytes:
    """Put together one line: who answered what, the result, the mark, who graded."""
    damage = damage_in(row.raw)
    more: tuple[Finding, ...] = (codes.SPREADSHEET_DAMAGE({"what": damage}),) if damage else ()
    more += (unlike,) if unlike else ()
    result = said_with(row.result, more, lang) if more else said_result(row.result, lang)
    who = {
        "schema": SCHEMA,
        "exercise": row.exercise,
        "part": row.part,
        "student": row.sid,
        "attempt": row.attempt,
        "seed": row.seed.hex(),
    }
    how: dict[str, Any] = {
        "answer": row.raw,
        "name": row.name,
        "time": row.time,
        "place": f"{row.file}:{row.line}",
        "cluster": row.cluster.hex(),
        "mark": _mark(row),
    }
    if row.days and percent:
        off = None if row.points is None else taken_off(row.points, row.days, percent)
        how["late"] = {"days": row.days, "off": off}
    how |= {"engine": engine(), "part_hash": row.hash.hex()}
    return b",".join((_encode(who)[:-1], result[1:-1], _encode(how)[1:])) + b"\n"


def _mark(row: _Row) -> dict[str, Any]:
    by = "engine" if row.decision is None else "person"
    points = int(row.points) if row.points is not None and row.points == int(row.points) else row.points
    mark: dict[str, Any] = {"points": points, "by": by, "open": row.points is None, "counts": bool(row.counts)}
    if row.decision is not None:
        mark["decision"] = row.decision
    if row.stale:
        mark["stale"] = True
    if row.comment:
        mark["comment"] = row.comment
    return mark


def left_out_rows(book: Book) -> Iterator[Problem]:
    """Name the rows in which an answer does not count, with the place of the one that does."""
    query = (
        "select s.sid, t.exercise || '/' || t.part, f.path, a.line, g.path, b.line, min(t.place * 1000000 + a.attempt) "
        "from answer a join answer b on b.student = a.student and b.part = a.part and b.counts "
        "join student s on s.id = a.student join part t on t.id = a.part "
        "join source f on f.id = a.source join source g on g.id = b.source "
        "where not a.counts group by a.student, a.source, a.line"
    )
    for student, target, file, line, other, at, _ in book.rows(query):
        facts: dict[str, Fact] = {"student": student, "target": target, "other": str(Place(other, at))}
        yield Problem("attempt-left-out", facts, place=Place(file, line))
