"""What a new set of grades changes: which marks are others than in the set before, or no longer sure, and why."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import msgspec
from msgspec import Struct

from symnn.classroom.book import Book

__all__ = ["Change", "changes", "remembered"]

_CHANGED: Final = (
    "select n.sid, n.target, coalesce(b.points, ''), n.points, case when b.sid is null then 'change-new' "
    "when n.stale > b.stale then 'change-stale' when n.decision <> b.decision then 'change-person' "
    "when n.answer <> b.answer then 'change-answer' when n.part_hash <> b.part_hash then 'change-exercise' "
    "else 'change-engine' end from standing n left join before b on b.sid = n.sid and b.target = n.target "
    "where b.sid is null or n.points <> b.points or n.stale > b.stale order by n.student, n.place"
)
_GONE: Final = (
    "select sid, target, points, '', 'change-gone' from before b where not exists (select 1 from answer a "
    "join student s on s.id = a.student join part t on t.id = a.part "
    "where s.sid = b.sid and t.exercise || '/' || t.part = b.target)"
)


class Change(Struct, frozen=True):
    """A mark that is another one now; empty where there was or is none, ``why`` is a code of a sentence."""

    student: str
    target: str
    before: str
    after: str
    why: str


def changes(book: Book) -> Iterator[Change]:
    """Compare the marks that count with those that were `remembered`, in the order of the new ones; none without."""
    if book.number("select exists (select 1 from before)"):
        for query in (_CHANGED, _GONE):
            yield from (Change(*row) for row in book.rows(query))


class _Counting(Struct, frozen=True):
    points: float | None = None
    counts: bool = True
    decision: str = ""
    stale: bool = False


class _Line(Struct, frozen=True):
    student: str
    exercise: str
    part: str
    answer: str = ""
    part_hash: str = ""
    mark: _Counting = _Counting()

    @property
    def row(self) -> tuple[Any, ...]:
        """The mark as it is compared."""
        points = "?" if self.mark.points is None else f"{self.mark.points:.10g}"
        about = (self.answer, self.part_hash, self.mark.decision, self.mark.stale)
        return (self.student, f"{self.exercise}/{self.part}", points, *about)


def remembered(book: Book, results: Path) -> None:
    """Put down the marks of a set that stands, to compare the next one with; none where there is no such set.

    Who calls it holds a transaction.
    """
    book.database.execute("delete from before")
    try:
        with results.open("rb") as lines:
            book.database.executemany("insert or replace into before values (?, ?, ?, ?, ?, ?, ?)", _counting(lines))
    except (OSError, msgspec.DecodeError):
        book.database.execute("delete from before")


def _counting(lines: Any) -> Iterator[tuple[Any, ...]]:
    decode = msgspec.json.Decoder(_Line).decode
    for line in lines:
        one = decode(line)
        if one.mark.counts:
            yield one.row
