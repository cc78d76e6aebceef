"""Where answers lie between being read and being filed: on the disk, so that a class of any size fits; by student."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

from symnn.classroom.submissions import Answer
from symnn.errors import Place

__all__ = ["Inbox"]

_TABLE: Final = (
    "create table inbox (student int, exercise text, part text, text text, raw text, attempt int, file text, line int, "
    "name text, time text, team text)"
)
_READ: Final = (
    "select student, exercise, part, text, raw, attempt, file, line, name, time, team from inbox "
    "order by student, rowid"
)
_AT_ONCE: Final = 1000


class Inbox:
    """Takes answers one by one, and gives them back student by student, each student's in the order they came."""

    def __init__(self) -> None:
        self.count = 0
        self.first: dict[str, Answer] = {}
        """The first answer of each student, by the id as it was written."""
        self._numbers: dict[str, int] = {}
        self._waiting: list[tuple[Any, ...]] = []
        self._database = sqlite3.connect("", isolation_level=None)  # a file of its own, gone when it is closed
        self._database.execute("pragma journal_mode = off")
        self._database.execute("pragma synchronous = off")
        self._database.execute(_TABLE)

    def append(self, answer: Answer) -> None:
        """Take an answer."""
        number = self._numbers.get(answer.student)
        if number is None:
            number = self._numbers[answer.student] = len(self._numbers)
            self.first[answer.student] = answer
        raw = None if answer.raw == answer.text else answer.raw
        where = answer.place
        told = (answer.attempt, where.file, where.line, answer.name, answer.time, answer.group)
        self._waiting.append((number, answer.exercise, answer.part, answer.text, raw, *told))
        self.count += 1
        if len(self._waiting) == _AT_ONCE:
            self._put_down()

    def extend(self, answers: Iterable[Answer]) -> None:
        """Take several."""
        for answer in answers:
            self.append(answer)

    def called(self, known: Mapping[str, str], students: Iterable[str] = ()) -> None:
        """Call students as a roster does, by the id as it was written; ``students`` come first, in their order."""
        self._put_down()
        order = {student: number for number, student in enumerate(students)}
        for written in self._numbers:
            order.setdefault(known.get(written, written), len(order))
        moved = [(order[known.get(written, written)], number) for written, number in self._numbers.items()]
        if any(after != before for after, before in moved):
            self._database.execute("create temp table moved (before integer primary key, after int)")
            self._database.executemany("insert into moved (after, before) values (?, ?)", moved)
            self._database.execute("update inbox set student = (select after from moved where before = inbox.student)")
        self._numbers = order

    def by_student(self) -> Iterator[tuple[str, list[Answer]]]:
        """Give the answers of each student, in the order of the roster or in that in which they first handed in."""
        self._put_down()
        names = {number: student for student, number in self._numbers.items()}
        for number, rows in groupby(self._database.execute(_READ), key=itemgetter(0)):
            student = names[number]
            yield (
                student,
                [
                    Answer(student, exercise, part, text, attempt, Place(file, line), raw or text, name, time, team)
                    for _, exercise, part, text, raw, attempt, file, line, name, time, team in rows
                ],
            )

    def close(self) -> None:
        """Throw it away."""
        self._database.close()

    def _put_down(self) -> None:
        self._database.executemany("insert into inbox values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", self._waiting)
        self._waiting.clear()
