"""What a book knows of the parts of a course: an exercise that nobody has changed is not built again.

Kept is data alone, under a digest of everything that it was made of; what cannot be read is made anew.
"""

from __future__ import annotations

from typing import Final

import msgspec

from symnn.classroom.book import Book
from symnn.classroom.grader import Grader
from symnn.classroom.piece_of_work import Task

__all__ = ["KeptTasks"]

_NAMED: Final = "task 1 "
"""Names begin so in the book; the number goes up where tasks are made in another way."""
_decode: Final = msgspec.json.Decoder(Task).decode


class KeptTasks:
    """The tasks of a course as the book of a class has them; who uses it holds a transaction."""

    def __init__(self, book: Book, course: Grader) -> None:
        self.book = book
        self.course = course
        self.found: dict[str, str] = {}

    def task(self, exercise: str, part: str) -> Task:
        """Say how answers to a part are handled; it is put down where it is new."""
        name = f"{_NAMED}{self.course.sources[exercise].hex()} {part}"
        written = self.book.told(name)
        try:
            known = _decode(written) if written else None
        except msgspec.DecodeError:
            known = None
        task = self.course.task(exercise, part, known)
        self.found[name] = msgspec.json.encode(task).decode()
        return task

    def put_down(self) -> None:
        """Keep what this run has asked for, and nothing that is older."""
        self.book.database.execute("delete from run where name like ?", (f"{_NAMED.split()[0]} %",))
        self.book.tell(self.found)
