"""Answers into the book: students, parts, attempts that count, and the pieces that are to be graded."""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from hashlib import blake2b, file_digest
from pathlib import Path
from typing import Any, Final

import msgspec
from msgspec import Struct

from symnn.classroom.book import Book
from symnn.classroom.clusters import folded_text
from symnn.classroom.engine import rules
from symnn.classroom.grader import Grader
from symnn.classroom.intake.gathering import HandedIn
from symnn.classroom.kept_tasks import KeptTasks
from symnn.classroom.piece_of_work import Task
from symnn.classroom.policy import Policy
from symnn.classroom.submissions import Answer, counted_attempts, numbered_attempts
from symnn.errors import Problem

__all__ = ["filed"]

_AT_ONCE: Final = 2000
_encode: Final = msgspec.json.Encoder(enc_hook=dict).encode  # facts may be a view of a mapping
_ANSWER: Final = "insert into answer values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, null, null)"
_PIECE: Final = "insert or ignore into piece (id, part, text, seed, carried, folded) values (?, ?, ?, ?, ?, ?)"
_PART: Final = (
    "insert into part (exercise, part, place, kind, max, hash, loss) values (?, ?, ?, ?, ?, ?, ?) "
    "on conflict (exercise, part) do update set place = excluded.place, kind = excluded.kind, max = excluded.max, "
    "hash = excluded.hash, loss = excluded.loss returning id"
)


def filed(book: Book, taken: HandedIn, course: Grader, policy: Policy) -> None:
    """Put down all that was handed in instead of what was there before; results of pieces stay.

    Who calls it holds a transaction.
    """
    for table in ("answer", "student", "source", "problem"):
        book.database.execute(f"delete from {table}")  # noqa: S608 - our own names
    book.database.execute("update part set place = null")
    filing = _Filing(book, course, policy)
    filing.enrol(taken)
    for student, answers in taken.inbox.by_student():
        filing.file(student, answers)
    filing.end(taken)


class _Asked(Struct, frozen=True):
    """A part as answers are filed under it."""

    id: int
    rules: bytes
    task: Task


class _Filing:
    """Files one student after another."""

    def __init__(self, book: Book, course: Grader, policy: Policy) -> None:
        self.book = book
        self.course = course
        self.policy = policy
        self.tasks = KeptTasks(book, course)
        self.parts: dict[str, _Asked] = {}
        self.sources: dict[str, list[int]] = {}
        self.students: dict[str, int] = {}
        self.pieces: set[bytes] = set()
        self.answer_rows: list[tuple[Any, ...]] = []
        self.piece_rows: list[tuple[Any, ...]] = []

    def enrol(self, taken: HandedIn) -> None:
        """Put down the roster."""
        for student in taken.roster:
            self._student(student.id, student.name, student.group, on_roster=True)

    def _student(self, student: str, name: str, team: str, *, on_roster: bool) -> int:
        number = self.students.setdefault(student, len(self.students) + 1)
        self.book.database.execute(
            "insert into student values (?, ?, ?, '', '{}', ?, ?)", (number, student, name, team, on_roster)
        )
        return number

    def file(self, student: str, answers: list[Answer]) -> None:
        """Put down what one student handed in."""
        number = self.students.get(student)
        if number is None:
            name = next((answer.name for answer in answers if answer.name), "")
            team = next((answer.group for answer in answers if answer.group), "")
            number = self._student(student, name, team, on_roster=False)
        attempts = numbered_attempts(answers)
        counting = counted_attempts(attempts, self.policy.attempts)
        for answer in attempts:
            asked = self.parts.get(answer.target) or self._part(answer)
            carried = asked.task.carried(answer, attempts) if asked.task.follows else ()
            seed = hmac.digest(self.course.key, asked.task.seeding + student.encode(), "sha256")
            piece = self._piece(asked, answer.text, seed.hex() if asked.task.is_drawn else "", carried)
            days = self.policy.late.days(answer.time) if self.policy.late else 0
            counts = counting[student, answer.target] is answer
            where = (self._source(answer.place.file), answer.place.line)
            told = (answer.time, answer.handed_in, piece, *where, counts, days, seed)
            self.answer_rows.append((number, asked.id, answer.attempt, *told))
        if len(self.answer_rows) > _AT_ONCE:
            self._put_down()

    def _piece(self, asked: _Asked, text: str, seed: str, carried: tuple[tuple[str, str], ...]) -> bytes:
        """Name the piece that an answer is, and put it down if it is a new one."""
        about = _encode((text, seed, carried))
        piece = blake2b(about, key=asked.rules, digest_size=16).digest()
        if piece not in self.pieces:
            self.pieces.add(piece)
            self.piece_rows.append((piece, asked.id, text, seed, _encode(carried).decode(), folded_text(text)))
        return piece

    def _part(self, answer: Answer) -> _Asked:
        task = self.tasks.task(answer.exercise, answer.part)
        values = (answer.exercise, answer.part, task.place, task.kind, float(task.points), task.hash)
        (number,) = self.book.database.execute(_PART, (*values, task.loss)).fetchone()
        digest = blake2b(b"\x00".join((rules(), task.hash, self.course.key_id)), digest_size=32).digest()
        self.parts[answer.target] = _Asked(number, digest, task)
        return self.parts[answer.target]

    def _source(self, file: str) -> int:
        """Give a file its number, and count its answers."""
        found = self.sources.setdefault(file, [len(self.sources) + 1, 0])
        found[1] += 1
        return found[0]

    def _put_down(self) -> None:
        self.book.database.executemany(_PIECE, self.piece_rows)
        self.book.database.executemany(_ANSWER, self.answer_rows)
        self.piece_rows.clear()
        self.answer_rows.clear()

    def end(self, taken: HandedIn) -> None:
        """Put down what is left: the last answers, the files, what could not be read."""
        self._put_down()
        self.tasks.put_down()
        sources = [(number, file, *_form(file), rows) for file, (number, rows) in self.sources.items()]
        self.book.database.executemany(
            "insert into source (id, path, sha256, form, rows) values (?, ?, ?, ?, ?)", sources
        )
        told = (*taken.submissions.problems, *taken.submissions.notices)
        problems = [(str(one.place or ""), _encode(one).decode()) for one in told]
        self.book.database.executemany("insert into problem (place, data) values (?, ?)", problems)


def _form(file: str) -> tuple[bytes | None, str]:
    """Say which file it was, and of which form; a place inside an archive has its own name."""
    path = Path(file)
    try:
        with path.open("rb") as opened:
            digest = file_digest(opened, "sha256").digest()
    except OSError:
        digest = None
    return digest, path.suffix.lower().lstrip(".")


def problems_in(book: Book) -> Iterator[Problem]:
    """Give what could not be read, and what the operator should know, as it was put down."""
    decode = msgspec.json.Decoder(Problem).decode
    for (data,) in book.rows("select data from problem order by id"):
        yield decode(data)
